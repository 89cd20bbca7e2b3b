//! Reads a log piece by piece: a result or rule is looked at and let go, so that memory holds one at a time.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::checker::Checker;

/// The most that one piece, or all that stands around the pieces, may take of memory, in bytes, as counted below.
const MOST_HELD: usize = 256 << 20;
/// What a value takes beside its text.
const VALUE: usize = size_of::<Value>() + 32;

/// Where in a log the reader is, as far as that matters for what is let go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spot {
    Log,
    Runs,
    Run,
    Tool,
    Driver,
    Rules,
    Results,
    Within,
}

impl Spot {
    fn member(self, name: &str) -> Self {
        match (self, name) {
            (Self::Log, "runs") => Self::Runs,
            (Self::Run, "results") => Self::Results,
            (Self::Run, "tool") => Self::Tool,
            (Self::Tool, "driver") => Self::Driver,
            (Self::Driver, "rules") => Self::Rules,
            _ => Self::Within,
        }
    }

    fn item(self) -> Self {
        if self == Self::Runs { Self::Run } else { Self::Within }
    }

    /// Whether the items of the list are pieces.
    fn passes(self) -> bool {
        matches!(self, Self::Runs | Self::Rules | Self::Results)
    }
}

/// Reads a value, hands its pieces over, and returns the rest: the lists of pieces are empty in it.
pub(super) struct Reader<'c> {
    pub(super) checker: &'c mut Checker,
    pub(super) spot: Spot,
}

impl Reader<'_> {
    fn hold<E: Error>(&mut self, bytes: usize) -> Result<(), E> {
        self.checker.held += bytes + VALUE;
        if self.checker.held > MOST_HELD {
            return Err(E::custom("this part of the log holds more than a check can keep in memory"));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_str<E: Error>(mut self, value: &str) -> Result<Value, E> {
        self.hold(value.len())?;
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        let (spot, mut index) = (self.spot, 0);
        let before = self.checker.held;
        self.hold(0)?;
        loop {
            if spot == Spot::Runs {
                self.checker.begin_run(index);
            }
            let Some(item) = list.next_element_seed(Reader { checker: self.checker, spot: spot.item() })? else { break };
            if spot.passes() {
                self.checker.take(spot, index, &item);
                drop(item);
                self.checker.held = before;
            } else {
                self.hold(0)?;
                items.push(item);
            }
            index += 1;
        }
        self.checker.count(spot, index);
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut object: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = object.next_key::<String>()? {
            self.hold(name.len())?;
            let spot = self.spot.member(&name);
            let value = object.next_value_seed(Reader { checker: self.checker, spot })?;
            // Readers of JSON take the last of two, but the pieces of the first are gone by then.
            if spot != Spot::Within && members.contains_key(&name) {
                self.checker.twice(spot, &name);
            }
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}
