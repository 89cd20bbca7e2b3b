//! Text for messages: a reader takes `[text](url)` in them for a link, so brackets that others chose are escaped.

use serde_sarif::sarif::Message;

use crate::report::text::{clip, escape};

/// Characters of a message; what is longer stands whole in the properties.
const LENGTH: usize = 2_000;

/// A message of one or more sentences.
pub(super) fn message(text: &str) -> Message {
    Message::builder().text(sentence(text)).build()
}

/// Whether a message shows only part of the text.
pub(super) fn is_clipped(text: &str) -> bool {
    escape(text.trim()).chars().nth(LENGTH).is_some()
}

/// The text as a sentence that names no link.
pub(super) fn sentence(text: &str) -> String {
    let text = escape(text.trim());
    let mut safe = String::with_capacity(text.len());
    for character in clip(&text, LENGTH).chars() {
        if matches!(character, '[' | ']' | '\\') {
            safe.push('\\');
        }
        safe.push(character);
    }
    if safe.is_empty() {
        safe.push_str("No message.");
    } else if !safe.ends_with(['.', '!', '?', '…']) {
        safe.push('.');
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_becomes_a_link() {
        assert_eq!(sentence("API '[here](https://example.com)\u{1b}' is open"), r"API '\[here\](https://example.com)\\u{1b}' is open.");
    }
}
