//! `Fn::ForEach`: entries that are written once and meant for each item of a collection.

use std::borrow::Cow;
use std::sync::Arc;

use super::conditions::opaque;
use super::{Here, World};
use crate::iac::cloudformation::document::{Entry, Item, Raw};
use crate::iac::value::{Value, Why};

/// What the keys of loops begin with.
const LOOP: &str = "Fn::ForEach::";

/// An entry of a loop alone.
pub(super) fn entry(name: &str, argument: &Item) -> Entry {
    Entry { key: name.into(), head: argument.span, item: argument.clone() }
}

impl World {
    /// The entries of a map, with loops written out.
    pub(in crate::iac::cloudformation) fn expanded<'e>(&self, here: Here, entries: &'e [Entry]) -> Result<Cow<'e, [Entry]>, Why> {
        if !entries.iter().any(|entry| entry.key.starts_with(LOOP)) {
            return Ok(Cow::Borrowed(entries));
        }
        let mut written = Vec::new();
        for entry in entries {
            if entry.key.starts_with(LOOP) {
                written.extend(self.rounds(here, entry)?);
            } else {
                written.push(entry.clone());
            }
        }
        Ok(Cow::Owned(written))
    }

    /// The entries that a loop stands for.
    pub(in crate::iac::cloudformation) fn rounds(&self, here: Here, entry: &Entry) -> Result<Vec<Entry>, Why> {
        let Some(_deeper) = self.state.deeper() else { return Err(Why::new("loops are nested too deep")) };
        let ([identifier, collection, body], true) = (entry.item.items(), entry.key.starts_with(LOOP)) else {
            return Err(Why::new(format!("{} takes a name, a collection and a map", entry.key)));
        };
        let Some(identifier) = identifier.str() else { return Err(Why::new(format!("{} has no name for its items", entry.key))) };
        let mut written = Vec::new();
        for item in self.collection(here, collection)? {
            self.state.works(body.size());
            if self.state.is_tired() {
                return Err(Why::new(format!("{} stands for more than apiaudit writes out", entry.key)));
            }
            let round = replaced(body, identifier, &item);
            written.extend(self.expanded(here, round.entries())?.iter().cloned());
        }
        Ok(written)
    }

    fn collection(&self, here: Here, item: &Item) -> Result<Vec<String>, Why> {
        let value = self.value(here, item);
        let items = match &value {
            Value::List(items) => items,
            Value::Unknown(why) => return Err(why.clone()),
            _ => return Err(Why::new("Fn::ForEach takes a list")),
        };
        let word = |value: &Value| match value {
            Value::Text(text) if text.made_up => Err(opaque(&text.text, "a part of a name")),
            other => Ok(other.words()?.unwrap_or_default().to_string()),
        };
        items.iter().map(|item| word(&item.value)).collect()
    }
}

/// A tree with an item of the collection in the place of its name.
fn replaced(item: &Item, name: &str, by: &str) -> Item {
    let value = match &item.value {
        Raw::Text(text) => Raw::Text(in_text(text, name, by)),
        Raw::List(items) => Raw::List(items.iter().map(|item| replaced(item, name, by)).collect()),
        Raw::Map(entries) => match &**entries {
            [entry] if &*entry.key == "Ref" && entry.item.str() == Some(name) => Raw::Text(by.into()),
            entries => {
                let entry =
                    |entry: &Entry| Entry { key: in_text(&entry.key, name, by), head: entry.head, item: replaced(&entry.item, name, by) };
                Raw::Map(entries.iter().map(entry).collect())
            }
        },
        other => other.clone(),
    };
    Item::made(value, item.span)
}

fn in_text(text: &Arc<str>, name: &str, by: &str) -> Arc<str> {
    if !text.contains('{') {
        return Arc::clone(text);
    }
    let plain: String = by.chars().filter(char::is_ascii_alphanumeric).collect();
    text.replace(&format!("${{{name}}}"), by).replace(&format!("&{{{name}}}"), &plain).into()
}
