//! Where in a log something stands: `runs[0].results[3].locations[0]`.

use std::fmt;

use crate::report::text::{clip, escape};

/// A place, built on the way down and written only when there is something to tell.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'a> {
    /// The log itself.
    Log,
    /// A member of an object.
    Member(&'a Self, &'a str),
    /// An item of a list.
    Item(&'a Self, usize),
}

impl Place<'_> {
    pub(super) fn member<'b>(&'b self, name: &'b str) -> Place<'b> {
        Place::Member(self, name)
    }

    pub(super) fn item(&self, index: usize) -> Place<'_> {
        Place::Item(self, index)
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log => Ok(()),
            Self::Item(list, index) => write!(out, "{list}[{index}]"),
            Self::Member(Place::Log, name) if is_plain(name) => out.write_str(name),
            Self::Member(object, name) if is_plain(name) => write!(out, "{object}.{name}"),
            Self::Member(object, name) => write!(out, "{object}[{}]", quoted(name)),
        }
    }
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"$_-".contains(&byte))
}

/// Text of the log in a message: short, on one line, in quotes.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", escape(&clip(text, 80)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_as_an_expression() {
        let log = Place::Log;
        let (runs, odd) = (log.member("runs"), log.member("a b\u{1b}"));
        let (run, item) = (runs.item(0), odd.item(7));
        assert_eq!(run.member("results").item(3).to_string(), "runs[0].results[3]");
        assert_eq!(item.to_string(), "[\"a b\\u{1b}\"][7]");
        assert_eq!(log.member("$schema").to_string(), "$schema");
    }
}
