//! Reads TOML by a table of keys, keeping the place of everything in the file.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostics::Diagnostic;
use crate::rules::hint::{hints, nearest};
use crate::rules::keys::{Form, Key, Shape};

/// Text of the file.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub value: String,
    /// The literal, with its quotes.
    pub span: Range<usize>,
    /// Where the value begins, when the file holds it byte for byte.
    inside: Option<usize>,
}

impl Text {
    /// The place in the file of a part of the value; of all of it when escapes moved the bytes.
    pub(crate) fn place(&self, part: &Range<usize>) -> Range<usize> {
        match self.inside {
            Some(start) => start + part.start..start + part.end,
            None => self.span.clone(),
        }
    }
}

/// One piece of evidence as written.
#[derive(Debug, Clone)]
pub(crate) struct Proof {
    pub expr: Text,
    pub label: Option<String>,
    pub key: bool,
}

/// What a key was found to hold.
#[derive(Debug, Clone)]
pub(crate) enum Item {
    Text(Text),
    Texts(Vec<Text>),
    Proofs(Vec<Proof>),
    Table(Table),
    Flag(bool, Range<usize>),
    Number(i64),
    Day(Date),
    Tables(Vec<(Table, Range<usize>)>),
    Named(Vec<(Text, Self)>),
}

/// The keys of a table that hold what they should.
pub(crate) type Table = BTreeMap<&'static str, Item>;

/// A file being read, and what is wrong with it so far.
#[derive(Debug)]
pub(crate) struct File {
    pub name: String,
    pub source: Arc<str>,
    pub errors: Vec<Diagnostic>,
}

impl File {
    pub(crate) fn new(name: &str, source: &str) -> Self {
        Self { name: name.to_owned(), source: source.into(), errors: Vec::new() }
    }

    /// Reports an error at a place of the file.
    pub(crate) fn error(&mut self, span: Range<usize>, message: impl Into<String>, label: impl Into<String>, help: Vec<String>) {
        let mut error = Diagnostic::error(message).in_file(self.name.clone(), Arc::clone(&self.source)).label(span, label);
        error.help = help;
        self.errors.push(error);
    }

    /// Reads the file by the table of keys.
    pub(crate) fn read(&mut self, keys: &'static [Key]) -> Table {
        let source = Arc::clone(&self.source);
        let (document, errors) = DeTable::parse_recoverable(&source);
        for error in &errors {
            let span = error.span().unwrap_or(0..0);
            self.error(span, format!("not TOML: {}", error.message()), "", Vec::new());
        }
        // After a syntax error half of the keys would be missing: one mistake, one message.
        if !errors.is_empty() {
            return Table::new();
        }
        self.table(document.get_ref(), keys, "", 0..0)
    }

    fn table(&mut self, table: &DeTable<'_>, keys: &'static [Key], name: &str, place: Range<usize>) -> Table {
        let names: Vec<&str> = keys.iter().map(|key| key.name).collect();
        let mut found = Table::new();
        let mut meant = Vec::new();
        for (key, value) in table {
            let Some(known) = keys.iter().find(|known| known.name == key.get_ref()) else {
                meant.extend(nearest(key.get_ref(), &names));
                let message = format!("unknown key `{}`", key.get_ref());
                let help = hints(key.get_ref(), "the keys are", &names);
                self.error(key.span(), message, "", help);
                continue;
            };
            if let Some(item) = self.item(value, known, key.span()) {
                found.insert(known.name, item);
            }
        }
        for key in keys.iter().filter(|key| key.required) {
            // A misspelt key was reported once already.
            if !table.contains_key(key.name) && !meant.contains(&key.name) {
                let message = format!("`{}` is missing", dotted(name, key.name));
                self.error(place.clone(), message, "", vec![key.doc.to_owned()]);
            }
        }
        found
    }

    fn item(&mut self, value: &Spanned<DeValue<'_>>, key: &Key, place: Range<usize>) -> Option<Item> {
        match key.shape {
            Shape::Text | Shape::Cel | Shape::Template => self.filled(value, key).map(Item::Text),
            Shape::Choice(words) => {
                let text = self.filled(value, key)?;
                if words.contains(&text.value.as_str()) {
                    return Some(Item::Text(text));
                }
                let message = format!("`{}` cannot be `{}`", key.name, text.value);
                self.error(text.span, message, "", hints(&text.value, "it is one of", words));
                None
            }
            Shape::Texts => {
                let items = self.array(value, key)?;
                let texts: Option<Vec<Text>> = items.iter().map(|item| self.filled(item, key)).collect();
                texts.map(Item::Texts)
            }
            Shape::Ids(form) => {
                let items = self.array(value, key)?;
                let texts: Option<Vec<Text>> = items.iter().map(|item| self.id(item, key, form)).collect();
                texts.map(Item::Texts)
            }
            Shape::Evidence => {
                let items = self.array(value, key)?;
                let proofs: Option<Vec<Proof>> = items.iter().map(|item| self.proof(item, key)).collect();
                proofs.map(Item::Proofs)
            }
            Shape::Table(keys) => match value.get_ref() {
                DeValue::Table(table) => Some(Item::Table(self.table(table, keys, key.name, place))),
                other => self.wrong(value.span(), key.name, "a table", other),
            },
            Shape::Flag => match value.get_ref() {
                DeValue::Boolean(flag) => Some(Item::Flag(*flag, value.span())),
                other => self.wrong(value.span(), key.name, "true or false", other),
            },
            Shape::Number => match value.get_ref() {
                DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                    Ok(number) => Some(Item::Number(number)),
                    Err(_) => self.wrong(value.span(), key.name, "a number of fewer digits", value.get_ref()),
                },
                other => self.wrong(value.span(), key.name, "a whole number", other),
            },
            Shape::Day => self.day(value, key).map(Item::Day),
            Shape::Tables(keys, short) => {
                let items = self.array(value, key)?;
                let tables: Vec<_> = items.into_iter().filter_map(|item| self.entry(item, key, keys, short)).collect();
                Some(Item::Tables(tables))
            }
            Shape::Named(shape) => {
                let DeValue::Table(table) = value.get_ref() else {
                    return self.wrong(value.span(), key.name, "a table", value.get_ref());
                };
                let inner = Key { shape: *shape, ..*key };
                let named = table.iter().filter_map(|(name, value)| {
                    let item = self.item(value, &inner, name.span())?;
                    Some((Text { value: name.get_ref().to_string(), span: name.span(), inside: None }, item))
                });
                Some(Item::Named(named.collect()))
            }
        }
    }

    /// A table of a list; or text, which stands for a table with the one key.
    fn entry(
        &mut self,
        value: &Spanned<DeValue<'_>>,
        key: &Key,
        keys: &'static [Key],
        short: Option<&'static str>,
    ) -> Option<(Table, Range<usize>)> {
        match (value.get_ref(), short) {
            (DeValue::Table(table), _) => Some((self.table(table, keys, key.name, value.span()), value.span())),
            (DeValue::String(_), Some(short)) => {
                let text = self.filled(value, key)?;
                Some((Table::from([(short, Item::Text(text))]), value.span()))
            }
            (other, Some(_)) => self.wrong(value.span(), key.name, "a list of text or tables", other),
            (other, None) => self.wrong(value.span(), key.name, "a list of tables", other),
        }
    }

    /// A day: `2026-12-31`, with or without quotes.
    fn day(&mut self, value: &Spanned<DeValue<'_>>, key: &Key) -> Option<Date> {
        let words = match value.get_ref() {
            DeValue::Datetime(day) if day.time.is_none() && day.offset.is_none() => day.to_string(),
            DeValue::String(text) => text.to_string(),
            other => return self.wrong(value.span(), key.name, "a day", other),
        };
        // Only the one way to write it: jiff takes more.
        let day = words.parse::<Date>().ok().filter(|day| day.to_string() == words);
        if day.is_none() {
            let message = format!("`{words}` is no day");
            self.error(value.span(), message, "", vec![format!("write `{}` as year, month and day: 2026-12-31", key.name)]);
        }
        day
    }

    fn array<'v, 'i>(&mut self, value: &'v Spanned<DeValue<'i>>, key: &Key) -> Option<Vec<&'v Spanned<DeValue<'i>>>> {
        match value.get_ref() {
            DeValue::Array(items) => Some(items.iter().collect()),
            other => self.wrong(value.span(), key.name, "a list", other),
        }
    }

    fn wrong<T>(&mut self, span: Range<usize>, name: &str, wanted: &str, found: &DeValue<'_>) -> Option<T> {
        let message = format!("`{name}` must be {wanted}, not {}", found.type_str());
        let help = match wanted {
            "text" => "write it in quotes",
            "true or false" => "write true or false, without quotes",
            "a whole number" => "write digits, without quotes",
            "a day" => "write year, month and day: 2026-12-31",
            "a list" => "write it in brackets: [\"…\", \"…\"]",
            "a list of tables" => "write each under a heading in double brackets: [[suppress]]",
            _ => "",
        };
        let help: Vec<String> = [help].into_iter().filter(|help| !help.is_empty()).map(str::to_owned).collect();
        self.error(span, message, "", help);
        None
    }

    /// Text that says something.
    fn filled(&mut self, value: &Spanned<DeValue<'_>>, key: &Key) -> Option<Text> {
        let text = self.text(value, key.name)?;
        if text.value.trim().is_empty() {
            self.error(text.span, format!("`{}` is empty", key.name), "", vec![key.doc.to_owned()]);
            return None;
        }
        Some(text)
    }

    /// An id of a catalogue.
    fn id(&mut self, value: &Spanned<DeValue<'_>>, key: &Key, form: &Form) -> Option<Text> {
        let id = self.filled(value, key)?;
        if form.fits(&id.value) {
            return Some(id);
        }
        let message = format!("`{}` is no id of {}", id.value, key.name);
        self.error(id.span, message, "", vec![format!("they look like {}", form.examples.join(" or "))]);
        None
    }

    fn text(&mut self, value: &Spanned<DeValue<'_>>, name: &str) -> Option<Text> {
        match value.get_ref() {
            DeValue::String(text) => {
                Some(Text { value: text.to_string(), inside: verbatim(&self.source, &value.span(), text), span: value.span() })
            }
            other => self.wrong(value.span(), name, "text", other),
        }
    }

    /// `"expr"`, or `{ expr = "…", label = "…", key = true }`.
    fn proof(&mut self, value: &Spanned<DeValue<'_>>, key: &Key) -> Option<Proof> {
        const PARTS: [&str; 3] = ["expr", "label", "key"];
        let DeValue::Table(table) = value.get_ref() else {
            let expr = self.filled(value, key)?;
            return Some(Proof { expr, label: None, key: false });
        };
        let mut proof = (None, None, false);
        for (name, value) in table {
            match (name.get_ref().as_ref(), value.get_ref()) {
                ("expr", _) => proof.0 = self.filled(value, key),
                ("label", _) => proof.1 = self.text(value, "label").map(|text| text.value),
                ("key", DeValue::Boolean(mark)) => proof.2 = *mark,
                ("key", other) => self.wrong(value.span(), "key", "true or false", other)?,
                (other, _) => {
                    let message = format!("unknown key `{other}`");
                    self.error(name.span(), message, "", hints(other, "the keys are", &PARTS));
                }
            }
        }
        if proof.0.is_none() && !table.contains_key("expr") {
            self.error(value.span(), "`expr` is missing", "", Vec::new());
        }
        let (expr, label, key) = proof;
        Some(Proof { expr: expr?, label, key })
    }
}

/// Takes a text out of a table.
pub(crate) fn text(table: &mut Table, key: &str) -> Option<Text> {
    match table.remove(key) {
        Some(Item::Text(text)) => Some(text),
        _ => None,
    }
}

/// Takes a list of texts out of a table; an empty one where there is none.
pub(crate) fn texts(table: &mut Table, key: &str) -> Vec<Text> {
    match table.remove(key) {
        Some(Item::Texts(texts)) => texts,
        _ => Vec::new(),
    }
}

/// Takes a table out of a table; an empty one where there is none.
pub(crate) fn sub(table: &mut Table, key: &str) -> Table {
    match table.remove(key) {
        Some(Item::Table(table)) => table,
        _ => Table::new(),
    }
}

fn dotted(table: &str, key: &str) -> String {
    if table.is_empty() { key.to_owned() } else { format!("{table}.{key}") }
}

/// Where the value begins in the file, if it stands there byte for byte: no escape, no folded newline.
fn verbatim(source: &str, span: &Range<usize>, value: &str) -> Option<usize> {
    let literal = source.get(span.clone())?;
    let quotes = ["'''", "\"\"\"", "'", "\""];
    let quote = quotes.into_iter().find(|quote| literal.starts_with(quote))?;
    let mut start = quote.len();
    if quote.len() == 3 {
        // TOML leaves out a newline right after the opening quotes.
        for newline in ["\r\n", "\n"] {
            if literal[start..].starts_with(newline) {
                start += newline.len();
                break;
            }
        }
    }
    let same = literal.get(start..)?.strip_prefix(value)? == quote;
    same.then_some(span.start + start)
}
