//! Patterns of listener rules against text of which parts are open.

use crate::topology::listener::Truth;

/// One place of a text that may be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Symbol {
    /// This letter.
    Letter(char),
    /// Any one letter; not a slash where that is said.
    One {
        /// Whether it may be a slash.
        slash: bool,
    },
    /// Any letters or none.
    Many {
        /// Whether slashes may be among them.
        slash: bool,
    },
}

/// A text that may have open parts, such as the path `/orders/{id}`.
pub(crate) type Text = Vec<Symbol>;

/// A text without open parts.
pub(crate) fn literal(text: &str) -> Text {
    text.chars().map(Symbol::Letter).collect()
}

/// A pattern of a listener rule as the text it stands for: `*` is any letters, `?` any one.
pub(crate) fn open_pattern(pattern: &str) -> Text {
    let open = |letter| match letter {
        '*' => Symbol::Many { slash: true },
        '?' => Symbol::One { slash: true },
        letter => Symbol::Letter(letter),
    };
    pattern.chars().map(open).collect()
}

/// A path of an API: `{id}` is one segment, `{proxy+}` any number of them.
pub(crate) fn open_path(path: &str) -> Text {
    let mut text = Text::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        text.extend(before.chars().map(Symbol::Letter));
        let Some((name, after)) = after.split_once('}') else {
            text.push(Symbol::Letter('{'));
            rest = after;
            continue;
        };
        let slash = name.ends_with('+') || name == "proxy";
        text.extend([Symbol::One { slash }, Symbol::Many { slash }]);
        rest = after;
    }
    text.extend(rest.chars().map(Symbol::Letter));
    text
}

/// Whether a pattern takes a text: every one that the text can become, none of them, or some.
pub(crate) fn matches(pattern: &str, text: &[Symbol]) -> Truth {
    // Most patterns and texts part before anything is open.
    for (wanted, given) in pattern.chars().zip(text) {
        match (wanted, given) {
            ('*', _) => break,
            ('?', Symbol::Letter(_)) => {}
            (wanted, Symbol::Letter(letter)) if wanted == *letter => {}
            (_, Symbol::Letter(_)) => return Truth::No,
            _ => break,
        }
    }
    let pattern: Vec<char> = pattern.chars().collect();
    if (Table { pattern: &pattern, text, always: true }).holds() {
        Truth::Yes
    } else if (Table { pattern: &pattern, text, always: false }).holds() {
        Truth::Perhaps
    } else {
        Truth::No
    }
}

/// Whether two texts can become the same.
pub(crate) fn may_meet(one: &[Symbol], other: &[Symbol]) -> bool {
    // Most texts part before anything is open.
    for (a, b) in one.iter().zip(other) {
        match (a, b) {
            (Symbol::Letter(a), Symbol::Letter(b)) if a == b => {}
            (Symbol::Letter(_), Symbol::Letter(_)) => return false,
            _ => break,
        }
    }
    // Whether what is left of both from these places on can be the same, from their ends to their beginnings.
    let mut meets = vec![vec![false; other.len() + 1]; one.len() + 1];
    for a in (0..=one.len()).rev() {
        for b in (0..=other.len()).rev() {
            let many = |symbol: Option<&Symbol>| matches!(symbol, Some(Symbol::Many { .. }));
            let (left, right) = (one.get(a), other.get(b));
            meets[a][b] = match (left, right) {
                (None, None) => true,
                // Nothing at all in the place of many, or one more letter of it against what the other has.
                _ if many(left) && meets[a + 1][b] || many(right) && meets[a][b + 1] => true,
                (Some(x), Some(y)) if agree(*x, *y) => {
                    let (next_a, next_b) = (a + usize::from(!many(left)), b + usize::from(!many(right)));
                    (next_a, next_b) != (a, b) && meets[next_a][next_b]
                }
                _ => false,
            };
        }
    }
    meets[0][0]
}

/// Whether two places can be the same letter.
fn agree(one: Symbol, other: Symbol) -> bool {
    use Symbol::{Letter, Many, One};
    match (one, other) {
        (Letter(a), Letter(b)) => a == b,
        (Letter(letter), One { slash } | Many { slash }) | (One { slash } | Many { slash }, Letter(letter)) => slash || letter != '/',
        _ => true,
    }
}

/// Texts that an open one can become, a few of them, each filled in another way.
pub(crate) fn instances(text: &[Symbol], fillers: &[&str]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for filler in fillers {
        let mut instance = String::new();
        for symbol in text {
            match symbol {
                Symbol::Letter(letter) => instance.push(*letter),
                Symbol::One { .. } => instance.push('x'),
                Symbol::Many { slash } => instance.extend(filler.chars().filter(|letter| *slash || *letter != '/')),
            }
        }
        if !found.contains(&instance) {
            found.push(instance);
        }
    }
    found
}

struct Table<'t> {
    pattern: &'t [char],
    text: &'t [Symbol],
    /// Whether all that the text can become must be taken, or one is enough.
    always: bool,
}

impl Table<'_> {
    fn holds(&self) -> bool {
        let (rows, columns) = (self.pattern.len() + 1, self.text.len() + 1);
        // Whether the rest of the pattern takes the rest of the text, from the ends to the beginnings.
        let mut takes = vec![false; rows * columns];
        for p in (0..rows).rev() {
            for t in (0..columns).rev() {
                takes[p * columns + t] = self.step(p, t, &|p, t| takes[p * columns + t]);
            }
        }
        takes[0]
    }

    fn step(&self, p: usize, t: usize, takes: &dyn Fn(usize, usize) -> bool) -> bool {
        let (wanted, given) = (self.pattern.get(p), self.text.get(t));
        let open_end = matches!(given, Some(Symbol::Many { .. }));
        match (wanted, given) {
            (None, None) => true,
            (Some('*'), given) => takes(p + 1, t) || given.is_some() && takes(p, t + 1),
            (_, None) => false,
            (None, Some(_)) => !self.always && open_end && takes(p, t + 1),
            (Some(wanted), Some(given)) => match given {
                Symbol::Letter(letter) => (*wanted == '?' || wanted == letter) && takes(p + 1, t + 1),
                Symbol::One { .. } if *wanted == '?' => takes(p + 1, t + 1),
                Symbol::One { slash } => !self.always && (*slash || *wanted != '/') && takes(p + 1, t + 1),
                Symbol::Many { slash } => {
                    let one_more = *wanted == '?' || *slash || *wanted != '/';
                    !self.always && (takes(p, t + 1) || one_more && takes(p + 1, t))
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn literal_texts_are_taken_or_not() {
        for (pattern, text, takes) in [
            ("/a/*", "/a/b/c", Truth::Yes),
            ("/a/*", "/a", Truth::No),
            ("/a?", "/ab", Truth::Yes),
            ("/a?", "/a", Truth::No),
            ("*", "", Truth::Yes),
            ("*.example.com", "www.example.com", Truth::Yes),
            ("a*b*c", "axxbyyc", Truth::Yes),
            ("a*b*c", "axxcyyb", Truth::No),
            ("", "", Truth::Yes),
        ] {
            assert_eq!(matches(pattern, &literal(text)), takes, "{pattern} {text}");
        }
    }

    #[test]
    fn open_parts_leave_it_open_unless_a_star_takes_them() {
        for (pattern, path, takes) in [
            ("/orders/*", "/orders/{id}", Truth::Yes),
            ("/orders/7", "/orders/{id}", Truth::Perhaps),
            ("/orders/7/x", "/orders/{id}", Truth::No),
            ("/orders/?", "/orders/{id}", Truth::Perhaps),
            ("/orders/*", "/{proxy+}", Truth::Perhaps),
            ("/*", "/{proxy+}", Truth::Yes),
            ("/users/*", "/orders/{id}", Truth::No),
            ("/a/b", "/{proxy+}", Truth::Perhaps),
            ("/a/b", "/{x}", Truth::No),
        ] {
            assert_eq!(matches(pattern, &open_path(path)), takes, "{pattern} {path}");
        }
    }

    #[test]
    fn a_pattern_within_another_is_always_taken() {
        assert_eq!(matches("/a*", &open_pattern("/api/*")), Truth::Yes);
        assert_eq!(matches("/api/?", &open_pattern("/api/*")), Truth::Perhaps);
        assert_eq!(matches("/api/*", &open_pattern("/b*")), Truth::No);
        assert_eq!(matches("*", &open_pattern("*")), Truth::Yes);
    }

    #[test]
    fn paths_meet_where_one_request_fits_both() {
        for (one, other, meet) in [
            ("/orders/{id}", "/orders/7", true),
            ("/orders/{id}", "/{proxy+}", true),
            ("/orders/{id}", "/users/{id}", false),
            ("/orders/{id}", "/orders/{id}/lines", false),
            ("/{a}/x", "/y/{b}", true),
            ("/health", "/health", true),
            ("/{proxy+}", "/{proxy+}", true),
        ] {
            assert_eq!(may_meet(&open_path(one), &open_path(other)), meet, "{one} {other}");
        }
    }

    fn pattern() -> impl Strategy<Value = String> {
        proptest::collection::vec(prop_oneof![Just('a'), Just('b'), Just('/'), Just('*'), Just('?')], 0..6)
            .prop_map(|letters| letters.into_iter().collect())
    }

    proptest! {
        /// What an open text becomes is judged as the open text said.
        #[test]
        fn an_instance_never_contradicts(one in pattern(), other in pattern()) {
            let text = open_pattern(&other);
            let open = matches(&one, &text);
            for instance in instances(&text, &["", "a", "b/", "abab"]) {
                let closed = matches(&one, &literal(&instance));
                prop_assert_ne!(closed, Truth::Perhaps);
                prop_assert!(open == Truth::Perhaps || open == closed, "{} {} {}", one, other, instance);
            }
            prop_assert_eq!(may_meet(&open_pattern(&one), &text), open != Truth::No);
        }
    }
}
