//! Words of a shell script: nothing in a name can end its quotes.

use std::fmt::Write as _;

use serde_json::Value;

use crate::migrate::resolve::{Piece, pieces};
use crate::report::text::{escape, is_hidden};

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

/// A structure as one word. The AWS CLI's shorthand would end a value at its first comma.
pub(super) fn json(value: &Value) -> String {
    word(&value.to_string())
}

/// A text as one word that the shell takes as it is.
pub(super) fn quoted(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:@%+,=".contains(letter);
    if text.contains(is_hidden) {
        return bytes(text);
    }
    if !text.is_empty() && text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// The same for a text that would move the cursor of whoever reads the script.
fn bytes(text: &str) -> String {
    let mut word = String::from("$'");
    for letter in text.chars() {
        if is_hidden(letter) {
            for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(word, "\\x{byte:02x}");
            }
        } else {
            if matches!(letter, '\\' | '\'') {
                word.push('\\');
            }
            word.push(letter);
        }
    }
    word + "'"
}

/// The variable that holds what a step made.
pub(super) fn variable(name: &str) -> String {
    let letters = name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' });
    std::iter::once("s_".to_owned()).chain(letters.map(String::from)).collect()
}

/// A line of a comment: what others named cannot begin a new one.
pub(super) fn comment(text: &str) -> String {
    format!("# {}", escape(text))
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
        assert_eq!(quoted("a\n'\\b\u{202e}"), r"$'a\x0a\'\\b\xe2\x80\xae'");
    }

    #[test]
    fn structures_hold_what_steps_made() {
        assert_eq!(json(&serde_json::json!({"a": "${link}", "b": "x,y"})), r#"'{"a":"'"$s_link"'","b":"x,y"}'"#);
    }
}
