//! Words of a shell script: nothing in a name can end its quotes.

use crate::migrate::resolve::{Piece, pieces};

/// A text as one word, with what steps made as variables.
pub(super) fn word(text: &str) -> String {
    let word: String = pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => quoted(text),
            Piece::Hole(name) => format!("\"${}\"", variable(name)),
        })
        .collect();
    if word.is_empty() { "''".to_owned() } else { word }
}

/// Several texts as so many words.
pub(super) fn words<S: AsRef<str>>(texts: &[S]) -> String {
    texts.iter().map(|text| word(text.as_ref())).collect::<Vec<_>>().join(" ")
}

fn quoted(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:@%+,=".contains(letter);
    if text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// The variable that holds what a step made.
pub(super) fn variable(name: &str) -> String {
    let letters = name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' });
    std::iter::once("s_".to_owned()).chain(letters.map(String::from)).collect()
}

/// A line of a comment: what others named cannot begin a new one.
pub(super) fn comment(text: &str) -> String {
    format!("# {}", crate::report::text::escape(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_its_quotes() {
        assert_eq!(word("plain-1"), "plain-1");
        assert_eq!(word("it's; rm -rf $HOME `x`"), "'it'\\''s; rm -rf $HOME `x`'");
        assert_eq!(word("${nlb.addresses}/32"), "\"$s_nlb_addresses\"/32");
        assert_eq!(word("${stageVariables.x}"), "'${stageVariables.x}'");
        assert_eq!(word(""), "''");
    }
}
