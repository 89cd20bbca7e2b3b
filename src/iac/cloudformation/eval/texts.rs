//! Texts that are put together and taken apart.

use std::sync::Arc;

use super::conditions::opaque;
use super::{Here, World};
use crate::iac::cloudformation::document::{Item, Raw};
use crate::iac::value::{Node, Text, Value, Why};

/// How many bytes a text may have that is put together: more than CloudFormation takes of a whole template.
const LONGEST: usize = 2 << 20;

/// A text, unless it asks for what only deployment looks up.
pub(super) fn resolved(value: Value) -> Value {
    let Value::Text(text) = &value else { return value };
    let Some(start) = text.text.find("{{resolve:") else { return value };
    let rest = &text.text[start..];
    let reference = rest.find("}}").map_or(rest, |end| &rest[..end + 2]);
    let short: String = reference.chars().take(120).collect();
    Value::unknown(format!("{short} is looked up only at deployment"))
}

impl World {
    /// Texts put together; a made-up one makes the whole made up.
    pub(super) fn put_together(&self, pieces: Vec<Text>) -> Value {
        let length: usize = pieces.iter().map(|piece| piece.text.len()).sum();
        self.state.works(length / 64 + pieces.len());
        if length > LONGEST || self.state.is_tired() {
            return Value::unknown("a text grows longer than CloudFormation takes");
        }
        let whole: Arc<str> = pieces.iter().map(|piece| &*piece.text).collect::<String>().into();
        let made_up = pieces.iter().any(|piece| piece.made_up);
        if made_up && pieces.len() > 1 {
            let smallest = pieces.into_iter().flat_map(|piece| self.state.pieces(&piece).unwrap_or_else(|| vec![piece]));
            let smallest = smallest.collect();
            self.state.remember_pieces(&whole, smallest);
        }
        resolved(Value::Text(Text { text: whole, made_up }))
    }

    /// `Fn::Join`.
    pub(super) fn join(&self, here: Here, argument: &Item) -> Value {
        let [between, list] = argument.items() else { return Value::unknown("Fn::Join takes a delimiter and a list") };
        let joined = || {
            let between = piece(&self.value(here, between))?;
            let list = self.value(here, list);
            let items = match &list {
                Value::List(items) => items,
                Value::Unknown(why) => return Err(why.clone()),
                _ => return Err(Why::new("Fn::Join takes a list")),
            };
            let mut pieces = Vec::with_capacity(items.len() * 2);
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    pieces.push(between.clone());
                }
                pieces.push(piece(&item.value)?);
            }
            Ok(pieces)
        };
        joined().map_or_else(Value::Unknown, |pieces| self.put_together(pieces))
    }

    /// `Fn::Sub`.
    pub(super) fn substitute(&self, here: Here, argument: &Item) -> Value {
        let (text, more) = match (&argument.value, argument.items()) {
            (Raw::Text(text), _) => (text, None),
            (_, [text, more]) => match &text.value {
                Raw::Text(text) => (text, Some(more)),
                _ => return Value::unknown("Fn::Sub takes a text"),
            },
            _ => return argument.text().map_or_else(|| Value::unknown("Fn::Sub takes a text"), |text| Value::from(&*text)),
        };
        let mut pieces = Vec::new();
        for part in parts(text) {
            match part {
                Part::Literal(text) => pieces.push(Text { text: text.into(), made_up: false }),
                Part::Name(name) => match piece(&self.substituted(here, name, more)) {
                    Ok(text) => pieces.push(text),
                    Err(why) => return Value::Unknown(why),
                },
            }
        }
        self.put_together(pieces)
    }

    fn substituted(&self, here: Here, name: &str, more: Option<&Item>) -> Value {
        if let Some(item) = more.and_then(|more| more.get(name)) {
            return self.value(here, item);
        }
        match name.split_once('.') {
            Some((id, attribute)) if !self.stacks[here.stack].resources.contains_key(name) => self.attribute(here.stack, id, attribute),
            _ => self.named(here, name).unwrap_or(Value::Null),
        }
    }

    /// `Fn::Split`. No made-up name stands for something with a comma, so a list that was joined can be taken apart again.
    pub(super) fn split(&self, here: Here, argument: &Item) -> Value {
        let [at, text] = argument.items() else { return Value::unknown("Fn::Split takes a delimiter and a text") };
        let (at, text) = (self.value(here, at), self.value(here, text));
        match (&at, &text) {
            (_, Value::Unknown(why)) | (Value::Unknown(why), _) => Value::Unknown(why.clone()),
            (Value::Text(at), Value::Text(text)) if !at.made_up && !at.text.is_empty() => self.split_text(&at.text, text),
            _ => Value::unknown("Fn::Split takes a delimiter and a text"),
        }
    }

    /// The parts of a text.
    pub(super) fn split_text(&self, at: &str, text: &Text) -> Value {
        self.state.works(text.text.len() / 8 + 1);
        if !text.made_up {
            return Value::List(text.text.split(at).map(|part| Value::from(part).into()).collect());
        }
        let pieces = if at == "," { self.state.pieces(text) } else { None };
        let whole = at == "," && self.state.is_issued(&text.text);
        match pieces {
            Some(pieces) => Value::List(self.between_commas(pieces)),
            None if whole => Value::List(vec![Value::Text(text.clone()).into()]),
            None => Value::Unknown(opaque(&text.text, "taken apart")),
        }
    }

    fn between_commas(&self, pieces: Vec<Text>) -> Vec<Node> {
        let mut groups: Vec<Vec<Text>> = vec![Vec::new()];
        for piece in pieces {
            if piece.made_up {
                groups.last_mut().into_iter().for_each(|group| group.push(piece.clone()));
                continue;
            }
            for (index, part) in piece.text.split(',').enumerate() {
                if index > 0 {
                    groups.push(Vec::new());
                }
                let part = Text { text: part.into(), made_up: false };
                groups.last_mut().into_iter().for_each(|group| group.push(part.clone()));
            }
        }
        groups.into_iter().map(|group| self.put_together(group).into()).collect()
    }

    /// `Fn::Base64`. A text that holds a made-up name is made up still.
    pub(super) fn base64(&self, here: Here, argument: &Item) -> Value {
        match self.value(here, argument) {
            Value::Text(text) => {
                self.state.works(text.text.len() / 8);
                Value::Text(Text { text: encoded(text.text.as_bytes()).into(), made_up: text.made_up })
            }
            Value::Unknown(why) => Value::Unknown(why),
            other => Value::unknown(format!("Fn::Base64 takes a text, and this is {}", other.kind())),
        }
    }

    /// `Fn::ToJsonString`.
    pub(super) fn to_json_string(&self, here: Here, argument: &Item) -> Value {
        let value = self.value(here, argument);
        match value.to_json() {
            Ok(json) => {
                let text = json.to_string();
                self.state.works(text.len() / 8);
                Value::Text(Text { text: text.into(), made_up: value.is_made_up() })
            }
            Err(why) => Value::Unknown(why),
        }
    }
}

/// A value as a part of a text.
fn piece(value: &Value) -> Result<Text, Why> {
    match value {
        Value::Text(text) => Ok(text.clone()),
        other => Ok(Text { text: other.words()?.unwrap_or_default(), made_up: false }),
    }
}

/// A part of the text of `Fn::Sub`.
enum Part<'t> {
    Literal(&'t str),
    Name(&'t str),
}

/// The parts of the text of `Fn::Sub`. `${!name}` stands for `${name}`.
fn parts(text: &str) -> Vec<Part<'_>> {
    let (mut parts, mut rest) = (Vec::new(), text);
    while let Some(start) = rest.find("${") {
        let Some(length) = rest[start..].find('}') else { break };
        let inside = &rest[start + 2..start + length];
        parts.push(Part::Literal(&rest[..start]));
        if let Some(literal) = inside.strip_prefix('!') {
            parts.extend([Part::Literal("${"), Part::Literal(literal), Part::Literal("}")]);
        } else {
            parts.push(Part::Name(inside.trim()));
        }
        rest = &rest[start + length + 1..];
    }
    parts.push(Part::Literal(rest));
    parts
}

/// Bytes in base 64.
fn encoded(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let number = (0..3).fold(0_u32, |number, index| number << 8 | u32::from(three.get(index).copied().unwrap_or(0)));
        for index in 0..4 {
            let sign = SIGNS[usize::try_from(number >> (18 - 6 * index) & 63).unwrap_or(0)];
            text.push(if index <= three.len() { char::from(sign) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn base_64_is_as_elsewhere() {
        for (text, code) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(super::encoded(text.as_bytes()), code);
        }
    }
}
