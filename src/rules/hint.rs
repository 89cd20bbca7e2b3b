//! "Did you mean": the nearest known name to a wrong one.

/// The nearest of `known` to `wrong`, when it is near enough to be a slip of the finger.
pub(crate) fn nearest<'a>(wrong: &str, known: &[&'a str]) -> Option<&'a str> {
    let limit = (wrong.chars().count() / 3).max(1);
    known.iter().map(|name| (distance(wrong, name), *name)).filter(|(far, _)| *far <= limit).min().map(|(_, name)| name)
}

/// Lines of help for a wrong name: the nearest one, and all of them.
pub(crate) fn hints(wrong: &str, what: &str, known: &[&str]) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(name) = nearest(wrong, known) {
        lines.push(format!("did you mean `{name}`?"));
    }
    if !known.is_empty() {
        lines.push(format!("{what}: {}", known.join(", ")));
    }
    lines
}

/// Letters to insert, delete, replace or swap with a neighbour to get from `a` to `b`.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for (i, from) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let replace = rows[i][j] + usize::from(from != to);
            let mut best = replace.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *from == b[j - 1] && a[i - 1] == *to {
                best = best.min(rows[i - 1][j - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_slip_and_only_a_slip() {
        assert_eq!(nearest("shceme", &["scheme", "name"]), Some("scheme"));
        assert_eq!(nearest("severty", &["severity", "since"]), Some("severity"));
        assert_eq!(nearest("colour", &["scheme", "name"]), None);
        assert_eq!(nearest("", &["a"]), Some("a"));
    }
}
