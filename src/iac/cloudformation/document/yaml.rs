//! YAML from events, with places.

mod place;
mod tag;

use std::collections::BTreeMap;
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, Span as Mark};

use self::place::Places;
use super::{DEPTH, Entry, Item, Raw, VALUES, Wrong, bytes, scalar};
use crate::iac::text::Span;

/// Reads YAML.
pub(super) fn read(text: &str, file: u32) -> Result<Item, Wrong> {
    let mut loader = Loader { places: Places::new(text, file), open: Vec::new(), anchors: BTreeMap::new(), values: 0, root: None };
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, mark) = event.map_err(|error| loader.syntax(error.info(), error.marker().index()))?;
        loader.event(event, mark)?;
    }
    loader.root.ok_or_else(|| Wrong::syntax("the template is empty", 0))
}

/// A list or a map that is still open.
struct Open {
    kind: Kind,
    /// Its first byte.
    start: u32,
    /// The byte after what was read of it last.
    end: u32,
    flow: bool,
    anchor: usize,
    tag: Option<String>,
}

enum Kind {
    List(Vec<Item>),
    Map(Pairs),
}

#[derive(Default)]
struct Pairs {
    entries: Vec<Entry>,
    seen: BTreeMap<Arc<str>, Span>,
    key: Option<(Arc<str>, Span, bool)>,
    merged: Vec<Item>,
}

struct Loader<'t> {
    places: Places<'t>,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Item>,
    values: usize,
    root: Option<Item>,
}

impl Loader<'_> {
    fn syntax(&self, info: &str, index: usize) -> Wrong {
        if info.contains("recursion limit") {
            return Wrong::deep(self.places.byte(index));
        }
        Wrong::syntax(format!("the template is no YAML: {info}"), self.places.byte(index))
    }

    fn event(&mut self, event: Event<'_>, mark: Mark) -> Result<(), Wrong> {
        match event {
            Event::DocumentStart(_) if self.root.is_some() => {
                Err(Wrong::syntax("a second document begins here, and a template is one", self.places.byte(mark.start.index())))
            }
            Event::Scalar(text, style, anchor, tag) => {
                let tag = tag.map(|tag| tag::name(&tag));
                let mut span = self.places.scalar(mark);
                if tag.is_some() || anchor != 0 {
                    span.start = self.places.with_tag(span.start);
                }
                let merge = style == ScalarStyle::Plain && text == "<<";
                let value = tag::scalar(tag.as_deref(), &text, style == ScalarStyle::Plain);
                self.done(Item::made(value, span), anchor, tag.as_deref(), merge)
            }
            Event::SequenceStart(anchor, tag) => self.opens(Kind::List(Vec::new()), mark, anchor, tag.map(|tag| tag::name(&tag))),
            Event::MappingStart(anchor, tag) => self.opens(Kind::Map(Pairs::default()), mark, anchor, tag.map(|tag| tag::name(&tag))),
            Event::SequenceEnd | Event::MappingEnd => self.closes(mark),
            Event::Alias(anchor) => {
                let span = self.places.span(mark);
                let Some(item) = self.anchors.get(&anchor) else {
                    return Err(Wrong::new("an alias stands inside of what it stands for", bytes(span), "this one never ends"));
                };
                let item = Item { span, ..item.clone() };
                self.done(item, 0, None, false)
            }
            _ => Ok(()),
        }
    }

    fn opens(&mut self, kind: Kind, mark: Mark, anchor: usize, tag: Option<String>) -> Result<(), Wrong> {
        let span = self.places.span(mark);
        if self.open.len() >= DEPTH {
            return Err(Wrong::deep(bytes(span).start));
        }
        let flow = self.places.at(span.start).is_some_and(|sign| sign == b'{' || sign == b'[');
        let start = if tag.is_some() || anchor != 0 { self.places.with_tag(span.start) } else { span.start };
        self.open.push(Open { kind, start, end: span.start, flow, anchor, tag });
        Ok(())
    }

    fn closes(&mut self, mark: Mark) -> Result<(), Wrong> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        // The end of a block is only told where the next thing begins.
        let end = if open.flow { self.places.scalar(mark).end } else { open.end };
        let span = Span { file: self.places.file, start: open.start, end: end.max(open.start) };
        let value = match open.kind {
            Kind::List(items) => Raw::List(items.into()),
            Kind::Map(pairs) => Raw::Map(pairs.merge(&mut self.values)?.into()),
        };
        // What is inside was counted when it came.
        self.values += 1;
        let item = Item::made(value, span);
        self.place(item, open.anchor, open.tag.as_deref(), false)
    }

    /// A scalar or an alias is complete: it counts with everything in it.
    fn done(&mut self, item: Item, anchor: usize, tag: Option<&str>, merge: bool) -> Result<(), Wrong> {
        self.values = self.values.saturating_add(item.size());
        if self.values > VALUES {
            return Err(Wrong::large(bytes(item.span)));
        }
        self.place(item, anchor, tag, merge)
    }

    fn place(&mut self, item: Item, anchor: usize, tag: Option<&str>, merge: bool) -> Result<(), Wrong> {
        let item = tag::long(tag, item);
        if anchor != 0 {
            self.anchors.insert(anchor, item.clone());
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(item);
            return Ok(());
        };
        // An empty value has no place of its own.
        open.end = open.end.max(item.span.end);
        if open.start > item.span.start && !open.flow && open.tag.is_none() && open.anchor == 0 {
            open.start = item.span.start;
        }
        match &mut open.kind {
            Kind::List(items) => items.push(item),
            Kind::Map(pairs) => pairs.push(item, merge)?,
        }
        Ok(())
    }
}

impl Pairs {
    fn push(&mut self, item: Item, merge: bool) -> Result<(), Wrong> {
        let Some((key, head, merges)) = self.key.take() else {
            let key = if item.function().is_none() { item.text().or_else(|| scalar::null_key(&item)) } else { None };
            let Some(key) = key else {
                return Err(Wrong::new("a key is no text", bytes(item.span), "a list, a map or a function cannot be a key"));
            };
            self.key = Some((key, item.span, merge));
            return Ok(());
        };
        if merges {
            return self.merges(item);
        }
        if let Some(first) = self.seen.insert(Arc::clone(&key), head) {
            return Err(Wrong::twice(&key, first, head));
        }
        // A value that is not there is placed where the next thing begins; it belongs to its key.
        let mut item = item;
        if matches!(item.value, Raw::Null) && item.span.start == item.span.end {
            item.span = Span { start: head.end, end: head.end, ..head };
        }
        self.entries.push(Entry { key, head, item });
        Ok(())
    }

    fn merges(&mut self, item: Item) -> Result<(), Wrong> {
        let items: Vec<Item> = if let Raw::List(items) = &item.value { items.to_vec() } else { vec![item] };
        if let Some(other) = items.iter().find(|item| !matches!(item.value, Raw::Map(_))) {
            return Err(Wrong::new("`<<` takes a map, or a list of maps", bytes(other.span), "this is none"));
        }
        self.merged.extend(items);
        Ok(())
    }

    /// The entries, with those of merged maps that the map itself and earlier ones do not have.
    fn merge(mut self, values: &mut usize) -> Result<Vec<Entry>, Wrong> {
        for map in self.merged {
            for entry in map.entries() {
                if self.seen.insert(Arc::clone(&entry.key), entry.head).is_none() {
                    *values = values.saturating_add(entry.item.size());
                    self.entries.push(entry.clone());
                }
            }
            if *values > VALUES {
                return Err(Wrong::large(bytes(map.span)));
            }
        }
        Ok(self.entries)
    }
}
