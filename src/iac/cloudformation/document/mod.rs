//! The text of a template as a tree that keeps places: YAML with the short forms of functions, and JSON.
//!
//! A short form is read as its long one: `!Ref X` is a map of one entry, `Ref`. Aliases share what they stand for, and the
//! values that a reader would meet behind them are counted, so that a small file cannot mean an endless one.

mod json;
mod scalar;
#[cfg(test)]
mod tests;
mod yaml;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::diagnostics::Diagnostic;
use crate::iac::text::{Files, Span};
use crate::iac::value::{Node, Value};

/// How deep a template may be nested.
const DEPTH: usize = 128;
/// How many values it may hold, with those behind aliases counted each time they are used.
const VALUES: usize = 500_000;
/// How many bytes its text may have.
const BYTES: usize = 8 << 20;

/// A value of a template, with its place.
#[derive(Debug, Clone)]
pub struct Item {
    /// The value.
    pub value: Raw,
    /// Where it stands; of an alias, where the alias stands.
    pub span: Span,
    /// How many values it holds, itself included.
    size: usize,
}

/// What a template can say.
#[derive(Debug, Clone)]
pub enum Raw {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A number that its text can be told from again.
    Number(f64),
    /// A text, also a number such as `012` that is more than its value.
    Text(Arc<str>),
    /// A list.
    List(Arc<[Item]>),
    /// A map, in the order of the text.
    Map(Arc<[Entry]>),
}

/// An entry of a map.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its key.
    pub key: Arc<str>,
    /// Where the key stands.
    pub head: Span,
    /// Its value.
    pub item: Item,
}

impl Entry {
    /// The place of the key and the value together.
    pub fn span(&self) -> Span {
        if self.item.span.file == self.head.file && self.item.span.end >= self.head.end {
            Span { end: self.item.span.end, ..self.head }
        } else {
            self.head
        }
    }
}

impl Item {
    /// A value that no text holds at this place.
    pub fn made(value: Raw, span: Span) -> Self {
        let inside: usize = match &value {
            Raw::List(items) => items.iter().map(|item| item.size).sum(),
            Raw::Map(entries) => entries.iter().map(|entry| entry.item.size).sum(),
            _ => 0,
        };
        Self { value, span, size: inside.saturating_add(1) }
    }

    /// How many values it holds, itself included.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The entries of a map; none of anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Raw::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none of anything else.
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Raw::List(items) => items,
            _ => &[],
        }
    }

    /// An entry of a map.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| &*entry.key == key)
    }

    /// The value of an entry of a map.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.item)
    }

    /// A text, or a number or a bool as one.
    pub fn text(&self) -> Option<Arc<str>> {
        match &self.value {
            Raw::Text(text) => Some(Arc::clone(text)),
            _ => self.scalar().words().ok().flatten(),
        }
    }

    /// The text of a text alone.
    pub fn str(&self) -> Option<&str> {
        match &self.value {
            Raw::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The name and the argument of a function, where it is one.
    pub fn function(&self) -> Option<(&str, &Self)> {
        match self.entries() {
            [entry] if &*entry.key == "Ref" || &*entry.key == "Condition" || entry.key.starts_with("Fn::") => {
                Some((&entry.key, &entry.item))
            }
            _ => None,
        }
    }

    /// The value of a scalar; null for lists and maps.
    pub fn scalar(&self) -> Value {
        match &self.value {
            Raw::Null | Raw::List(_) | Raw::Map(_) => Value::Null,
            Raw::Bool(value) => Value::Bool(*value),
            Raw::Number(number) => Value::Number(*number),
            Raw::Text(text) => Value::from(&**text),
        }
    }

    /// The tree as values that nobody evaluated: functions are maps of one entry.
    pub fn to_node(&self) -> Node {
        let value = match &self.value {
            Raw::List(items) => Value::List(items.iter().map(Self::to_node).collect()),
            Raw::Map(entries) => {
                let pair = |entry: &Entry| (entry.key.to_string(), Node { span: Some(entry.span()), value: entry.item.to_node().value });
                Value::Map(entries.iter().map(pair).collect::<BTreeMap<_, _>>())
            }
            _ => self.scalar(),
        };
        Node { value, span: Some(self.span) }
    }
}

/// Reads a template. Its text is added to the files.
pub fn parse(text: &Arc<str>, path: &str, files: &mut Files) -> Result<Item, Vec<Diagnostic>> {
    if text.len() > BYTES {
        let words = format!("{path} has {} bytes, and apiaudit reads no more than {BYTES} of a template", text.len());
        let mut error = Diagnostic::error(words);
        error.file = Some(path.to_owned());
        return Err(vec![error]);
    }
    let file = files.add(path, Arc::clone(text));
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let skipped = text.len() - body.len();
    let read = if body.trim_start().starts_with(['{', '[']) {
        json::read(body, file).or_else(|error| yaml_after(error, body, file, path))
    } else {
        yaml::read(body, file)
    };
    read.map(|item| if skipped == 0 { item } else { moved(&item, skipped) }).map_err(|error| {
        let shifted = |range: &Range<usize>| range.start + skipped..range.end + skipped;
        let place = Diagnostic::error(error.message).in_file(path, Arc::clone(text)).label(shifted(&error.range), error.label);
        vec![error.also.iter().fold(place, |place, (range, words)| place.label(shifted(range), words.clone()))]
    })
}

/// YAML may begin as JSON does. What is wrong with a text that is neither is told by whoever got further.
fn yaml_after(error: Wrong, body: &str, file: u32, path: &str) -> Result<Item, Wrong> {
    let json = std::path::Path::new(path).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    if json || !error.syntax {
        return Err(error);
    }
    yaml::read(body, file).map_err(|other| if other.syntax && other.range.start <= error.range.start { error } else { other })
}

/// What is wrong with a text, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wrong {
    message: String,
    range: Range<usize>,
    label: String,
    also: Vec<(Range<usize>, String)>,
    /// Whether it does not follow the language at all.
    syntax: bool,
}

impl Wrong {
    fn new(message: impl Into<String>, range: Range<usize>, label: impl Into<String>) -> Self {
        Self { message: message.into(), range, label: label.into(), also: Vec::new(), syntax: false }
    }

    fn syntax(message: impl Into<String>, at: usize) -> Self {
        Self { syntax: true, ..Self::new(message, at..at + 1, "") }
    }

    fn twice(key: &str, first: Span, second: Span) -> Self {
        let mut wrong = Self::new(format!("`{}` stands twice in one map", short(key)), bytes(second), "the second one");
        wrong.also.push((bytes(first), "the first one".to_owned()));
        wrong
    }

    fn deep(at: usize) -> Self {
        Self::new(format!("the template is nested more than {DEPTH} levels deep"), at..at + 1, "here it goes too deep")
    }

    fn large(range: Range<usize>) -> Self {
        Self::new(format!("the template holds more than {VALUES} values, those behind aliases included"), range, "here it grows too large")
    }
}

/// The beginning of a key.
fn short(key: &str) -> String {
    key.chars().take(60).collect()
}

/// A span as a range.
fn bytes(span: Span) -> Range<usize> {
    let at = |byte: u32| usize::try_from(byte).unwrap_or(usize::MAX);
    at(span.start)..at(span.end)
}

/// A byte as a span has it. Texts are far smaller than the numbers.
fn byte(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// A tree whose text begins some bytes later: byte order marks are no part of YAML or JSON.
fn moved(item: &Item, by: usize) -> Item {
    let later = |span: Span| Span { start: span.start + byte(by), end: span.end + byte(by), ..span };
    let value = match &item.value {
        Raw::List(items) => Raw::List(items.iter().map(|item| moved(item, by)).collect()),
        Raw::Map(entries) => {
            let entry = |entry: &Entry| Entry { key: Arc::clone(&entry.key), head: later(entry.head), item: moved(&entry.item, by) };
            Raw::Map(entries.iter().map(entry).collect())
        }
        scalar => scalar.clone(),
    };
    Item { value, span: later(item.span), size: item.size }
}
