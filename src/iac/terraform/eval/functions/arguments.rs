//! What a function is called with.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::iac::terraform::eval::ops;
use crate::iac::value::{Node, Text, Value, Why, whole};

/// Why a function gives no value.
pub(crate) enum Stop {
    /// Terraform's error.
    Error(Why),
    /// What it needs is not known.
    Unknown(Why),
}

impl Stop {
    /// An error.
    pub(crate) fn error(words: impl Into<String>) -> Self {
        Self::Error(Why::new(words.into()))
    }

    /// An unknown.
    pub(crate) fn unknown(words: impl Into<String>) -> Self {
        Self::Unknown(Why::new(words.into()))
    }
}

/// What a function gives.
pub(crate) type Result<T> = std::result::Result<T, Stop>;

/// The arguments of a call.
pub(crate) struct Arguments<'a> {
    pub name: &'a str,
    pub values: &'a [Value],
}

impl Arguments<'_> {
    /// How many.
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// One of them, known at least from outside.
    pub(crate) fn get(&self, at: usize) -> Result<&Value> {
        match self.values.get(at) {
            Some(Value::Unknown(why)) => Err(Stop::Unknown(why.clone())),
            Some(value) => Ok(value),
            None => Err(Stop::error(format!("{} is called with too few arguments", self.name))),
        }
    }

    fn wrong(&self, value: &Value) -> Stop {
        Stop::error(format!("{} cannot take {}", self.name, value.kind()))
    }

    /// A text that may be made up: it is only put together with others.
    pub(crate) fn any_text(&self, at: usize) -> Result<Text> {
        self.as_any_text(self.get(at)?)
    }

    /// A value as a text that may be made up.
    pub(crate) fn as_any_text(&self, value: &Value) -> Result<Text> {
        match value {
            Value::Text(text) => Ok(text.clone()),
            Value::Unknown(why) => Err(Stop::Unknown(why.clone())),
            Value::Bool(_) | Value::Number(_) => {
                Ok(Text { text: value.words().ok().flatten().unwrap_or_else(|| "".into()), made_up: false })
            }
            other => Err(self.wrong(other)),
        }
    }

    /// A text to look into.
    pub(crate) fn text(&self, at: usize) -> Result<Arc<str>> {
        self.as_text(self.get(at)?)
    }

    /// A value as a text to look into.
    pub(crate) fn as_text(&self, value: &Value) -> Result<Arc<str>> {
        let text = self.as_any_text(value)?;
        if text.made_up { Err(Stop::Unknown(ops::looked_into(&format!("function {}", self.name)))) } else { Ok(text.text) }
    }

    /// A number.
    pub(crate) fn number(&self, at: usize) -> Result<f64> {
        ops::number(self.get(at)?).map_err(Stop::Error)?.map_err(Stop::Unknown)
    }

    /// A whole number.
    pub(crate) fn whole(&self, at: usize) -> Result<i64> {
        whole(self.number(at)?).ok_or_else(|| Stop::error(format!("{} takes a whole number", self.name)))
    }

    /// A list.
    pub(crate) fn list(&self, at: usize) -> Result<&[Node]> {
        match self.get(at)? {
            Value::List(items) => Ok(items),
            other => Err(self.wrong(other)),
        }
    }

    /// A list whose elements are all known.
    pub(crate) fn known_list(&self, at: usize) -> Result<&[Node]> {
        let items = self.list(at)?;
        match items.iter().find_map(|item| item.value.why()) {
            Some(why) => Err(Stop::Unknown(why.clone())),
            None => Ok(items),
        }
    }

    /// A map.
    pub(crate) fn map(&self, at: usize) -> Result<&BTreeMap<String, Node>> {
        match self.get(at)? {
            Value::Map(map) => Ok(map),
            other => Err(self.wrong(other)),
        }
    }
}
