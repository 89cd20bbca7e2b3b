//! JSON with places. Unlike YAML it takes tabs everywhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{DEPTH, Entry, Item, Raw, VALUES, Wrong, byte, scalar};
use crate::iac::text::Span;

/// Reads JSON.
pub(super) fn read(text: &str, file: u32) -> Result<Item, Wrong> {
    let mut reader = Reader { text, file, at: 0, values: 0 };
    let item = reader.value(0)?;
    reader.blank();
    if reader.at < text.len() { Err(Wrong::syntax("something stands after the end of the template", reader.at)) } else { Ok(item) }
}

struct Reader<'t> {
    text: &'t str,
    file: u32,
    at: usize,
    values: usize,
}

impl Reader<'_> {
    fn blank(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn span(&self, start: usize) -> Span {
        Span { file: self.file, start: byte(start), end: byte(self.at) }
    }

    fn wrong<T>(&self, words: &str) -> Result<T, Wrong> {
        let words = if self.at >= self.text.len() { "the template ends before it is complete" } else { words };
        Err(Wrong::syntax(words, self.at))
    }

    fn take(&mut self, sign: u8, words: &str) -> Result<(), Wrong> {
        self.blank();
        if self.peek() != Some(sign) {
            return self.wrong(words);
        }
        self.at += 1;
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Result<Item, Wrong> {
        self.blank();
        self.values += 1;
        if depth > DEPTH {
            return Err(Wrong::deep(self.at));
        }
        if self.values > VALUES {
            return Err(Wrong::large(self.at..self.at + 1));
        }
        let start = self.at;
        let value = match self.peek() {
            Some(b'{') => self.map(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => Raw::Text(self.string()?),
            _ => self.word()?,
        };
        Ok(Item::made(value, self.span(start)))
    }

    fn list(&mut self, depth: usize) -> Result<Raw, Wrong> {
        self.at += 1;
        let mut items = Vec::new();
        while !self.closes(b']', items.is_empty(), "`,` or `]` is missing here")? {
            items.push(self.value(depth + 1)?);
        }
        Ok(Raw::List(items.into()))
    }

    fn map(&mut self, depth: usize) -> Result<Raw, Wrong> {
        self.at += 1;
        let (mut entries, mut seen): (Vec<Entry>, BTreeMap<Arc<str>, Span>) = (Vec::new(), BTreeMap::new());
        while !self.closes(b'}', entries.is_empty(), "`,` or `}` is missing here")? {
            self.blank();
            if self.peek() != Some(b'"') {
                return self.wrong("a key in quotes is missing here");
            }
            let start = self.at;
            let key = self.string()?;
            let head = self.span(start);
            if let Some(first) = seen.insert(Arc::clone(&key), head) {
                return Err(Wrong::twice(&key, first, head));
            }
            self.take(b':', "`:` is missing here")?;
            entries.push(Entry { key, head, item: self.value(depth + 1)? });
        }
        Ok(Raw::Map(entries.into()))
    }

    /// Whether a list or a map ends here; otherwise the comma before the next item is taken.
    fn closes(&mut self, end: u8, first: bool, words: &str) -> Result<bool, Wrong> {
        self.blank();
        if self.peek() == Some(end) {
            self.at += 1;
            return Ok(true);
        }
        if !first {
            self.take(b',', words)?;
        }
        Ok(false)
    }

    fn word(&mut self) -> Result<Raw, Wrong> {
        let rest = &self.text[self.at..];
        let word = &rest[..rest.find(|sign: char| !sign.is_ascii_alphanumeric() && !"+-.".contains(sign)).unwrap_or(rest.len())];
        let value = match word {
            "null" => Raw::Null,
            "true" => Raw::Bool(true),
            "false" => Raw::Bool(false),
            _ if serde_json::from_str::<serde_json::Number>(word).is_ok() => {
                scalar::number(word).map_or_else(|| Raw::Text(word.into()), Raw::Number)
            }
            _ => return self.wrong("a value is missing here"),
        };
        self.at += word.len();
        Ok(value)
    }

    fn string(&mut self) -> Result<Arc<str>, Wrong> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.at += 2,
                Some(b'\n') | None => return Err(Wrong::syntax("a text has no closing quote", start)),
                Some(_) => self.at += 1,
            }
        }
        self.at += 1;
        let Some(quoted) = self.text.get(start..self.at) else { return Err(Wrong::syntax("an escape is no escape of JSON", start)) };
        let inside = &quoted[1..quoted.len() - 1];
        if !inside.contains('\\') {
            return Ok(inside.into());
        }
        // Raw tabs are taken, as elsewhere; the escapes are JSON's.
        let read: Result<String, _> = serde_json::from_str(&quoted.replace('\t', "\\t"));
        read.map(Into::into).map_err(|_| Wrong::syntax("an escape is no escape of JSON", start))
    }
}
