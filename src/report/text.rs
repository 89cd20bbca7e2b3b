//! Text that others chose, made safe to show. Whoever may name an API may otherwise move the reader's cursor.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

/// Whether a character does something other than being seen: controls, writing-direction marks, invisible joiners, tags.
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// The text with every hidden character written out, such as `\u{1b}`: one line, and nothing a terminal obeys.
pub fn escape(text: &str) -> Cow<'_, str> {
    rewrite(text, is_hidden, |_| None)
}

/// The same in ASCII alone: arrows and dashes become their look-alikes, all else is written out.
pub fn ascii(text: &str) -> Cow<'_, str> {
    rewrite(text, |character| is_hidden(character) || !character.is_ascii(), look_alike)
}

fn rewrite(text: &str, unwanted: fn(char) -> bool, substitute: fn(char) -> Option<&'static str>) -> Cow<'_, str> {
    if !text.contains(unwanted) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if !unwanted(character) {
            safe.push(character);
        } else if let Some(substitute) = substitute(character) {
            safe.push_str(substitute);
        } else {
            let _ = write!(safe, "{}", character.escape_unicode());
        }
    }
    Cow::Owned(safe)
}

fn look_alike(character: char) -> Option<&'static str> {
    Some(match character {
        '→' => "->",
        '←' => "<-",
        '–' | '‑' => "-",
        '—' => "--",
        '…' => "...",
        '‘' | '’' => "'",
        '“' | '”' => "\"",
        '•' => "*",
        '\u{a0}' => " ",
        '×' => "x",
        '≥' => ">=",
        '≤' => "<=",
        _ => return None,
    })
}

/// Breaks a text into lines of at most `width` columns; only a word longer than a line is broken in its middle.
pub fn wrap(text: &str, width: usize, first: &str, rest: &str) -> Vec<String> {
    let options = Options::new(width)
        .initial_indent(first)
        .subsequent_indent(rest)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    textwrap::wrap(text, options).into_iter().map(|line| line.trim_end().to_owned()).collect()
}

/// The text up to so many characters, and whether that was all of it.
pub fn clip(text: &str, characters: usize) -> Cow<'_, str> {
    if text.chars().nth(characters).is_none() {
        return Cow::Borrowed(text);
    }
    let kept: String = text.chars().take(characters.saturating_sub(1)).collect();
    Cow::Owned(kept + "…")
}

/// A number and its noun.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Writes JSON that says the same to a program and nothing to a terminal, because hidden characters are escaped; laid out
/// for the eye or on one line.
pub fn write_json(value: &impl Serialize, pretty: bool, out: &mut dyn io::Write) -> io::Result<()> {
    if pretty {
        value.serialize(&mut serde_json::Serializer::with_formatter(&mut *out, Quiet(PrettyFormatter::new())))?;
    } else {
        value.serialize(&mut serde_json::Serializer::with_formatter(&mut *out, Quiet(CompactFormatter)))?;
    }
    out.write_all(b"\n")
}

struct Quiet<F>(F);

/// Hands on what is the inner formatter's own business.
macro_rules! hand_on {
    ($($method:ident($($name:ident: $type:ty),*);)*) => {$(
        fn $method<W: ?Sized + io::Write>(&mut self, out: &mut W $(, $name: $type)*) -> io::Result<()> {
            self.0.$method(out $(, $name)*)
        }
    )*};
}

impl<F: Formatter> Formatter for Quiet<F> {
    hand_on! {
        begin_array();
        end_array();
        begin_array_value(first: bool);
        end_array_value();
        begin_object();
        end_object();
        begin_object_key(first: bool);
        begin_object_value();
        end_object_value();
    }

    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        // Nearly all text is printable ASCII.
        if fragment.is_ascii() && !fragment.contains('\u{7f}') {
            return out.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some(at) = rest.find(is_hidden) {
            let (plain, tail) = rest.split_at(at);
            out.write_all(plain.as_bytes())?;
            let mut units = [0; 2];
            let length = tail.chars().next().map_or(0, |hidden| {
                hidden.encode_utf16(&mut units);
                hidden.len_utf8()
            });
            for unit in units.iter().filter(|unit| **unit != 0) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = &tail[length..];
        }
        out.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hostile_names_lie_still() {
        assert_eq!(escape("a\u{1b}[31mb\nc\u{9b}d\u{202e}e"), r"a\u{1b}[31mb\u{a}c\u{9b}d\u{202e}e");
        assert_eq!(ascii("a → b – ü"), r"a -> b - \u{fc}");
        assert_eq!(escape("bücher → 書"), "bücher → 書");
    }

    #[test]
    fn a_clip_shows_that_it_is_one() {
        assert_eq!(clip("abc", 3), "abc");
        assert_eq!(clip("abcd", 3), "ab…");
    }

    #[test]
    fn wide_characters_count_twice() {
        assert_eq!(wrap("書書 書書", 5, "", ""), ["書書", "書書"]);
    }

    proptest! {
        #[test]
        fn nothing_hidden_survives(text in ".*\\PC*") {
            prop_assert!(!escape(&text).contains(is_hidden));
            prop_assert!(ascii(&text).chars().all(|c| (' '..='~').contains(&c)));
        }

        #[test]
        fn json_is_quiet_and_loses_nothing(text in any::<String>(), pretty in any::<bool>()) {
            let mut out = Vec::new();
            write_json(&text, pretty, &mut out).unwrap();
            let written = String::from_utf8(out).unwrap();
            prop_assert!(!written.trim_end_matches('\n').contains(is_hidden));
            prop_assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
        }
    }
}
