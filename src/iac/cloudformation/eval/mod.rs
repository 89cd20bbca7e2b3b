//! What templates mean: functions, parameters and conditions, as far as they can be known before deployment.
//!
//! What only deployment decides is made up or unknown, see [`crate::iac::made_up`]; an unknown part makes unknown what is put
//! together from it, and nothing else. Every answer is kept, and the work is counted: a template that asks for more than any
//! real one does gets unknown values, not an endless run.

mod attributes;
mod cidr;
mod conditions;
mod exports;
mod foreach;
mod include;
mod lists;
mod mapping;
pub(super) mod parameters;
mod refs;
pub(super) mod stack;
mod state;
#[cfg(test)]
mod tests;
mod texts;

use std::collections::BTreeMap;

pub(super) use self::conditions::same;
use self::stack::Stack;
use self::state::State;
use super::document::{Entry, Item, Raw};
use crate::iac::value::{Node, Value};

/// Stacks that may speak of each other, and what was found out about them.
#[derive(Debug, Default)]
pub(super) struct World {
    /// The stacks.
    pub(super) stacks: Vec<Stack>,
    /// Documents that templates take in, by path.
    pub(super) documents: BTreeMap<String, Item>,
    state: State,
}

/// Where an expression is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Here {
    /// The stack, by its number.
    pub(super) stack: usize,
    /// Whether it decides a condition: there, what is secret may be compared, for nothing of it is shown.
    pub(super) condition: bool,
}

impl Here {
    /// A place in a stack, in no condition.
    pub(super) fn of(stack: usize) -> Self {
        Self { stack, condition: false }
    }
}

impl World {
    /// The value of an expression; none where it is `AWS::NoValue`.
    pub(super) fn eval(&self, here: Here, item: &Item) -> Option<Value> {
        let Some(_deeper) = self.state.deeper() else {
            return Some(Value::unknown("the template asks for more than apiaudit works out"));
        };
        match &item.value {
            Raw::Text(text) => Some(texts::resolved(Value::from(&**text))),
            Raw::List(items) => Some(Value::List(items.iter().filter_map(|item| self.node(here, item)).collect())),
            Raw::Map(entries) => match item.function() {
                Some(("Fn::Transform", _)) => Some(self.map(here, entries)),
                Some((name, argument)) if name != "Condition" || here.condition => self.function(here, name, argument),
                _ => Some(self.map(here, entries)),
            },
            _ => Some(item.scalar()),
        }
    }

    /// The value of an expression, null where it is `AWS::NoValue`.
    pub(super) fn value(&self, here: Here, item: &Item) -> Value {
        self.eval(here, item).unwrap_or(Value::Null)
    }

    /// The value of an expression with its place.
    pub(super) fn node(&self, here: Here, item: &Item) -> Option<Node> {
        Some(Node { value: self.eval(here, item)?, span: Some(item.span) })
    }

    fn map(&self, here: Here, entries: &[Entry]) -> Value {
        let included = match self.included(here, entries) {
            Ok(entries) => entries,
            Err(why) => return Value::Unknown(why),
        };
        let entries = match self.expanded(here, &included) {
            Ok(entries) => entries,
            Err(why) => return Value::Unknown(why),
        };
        let pair = |entry: &Entry| {
            let value = self.eval(here, &entry.item)?;
            Some((entry.key.to_string(), Node { value, span: Some(entry.span()) }))
        };
        Value::Map(entries.iter().filter_map(pair).collect::<BTreeMap<_, _>>())
    }

    fn function(&self, here: Here, name: &str, argument: &Item) -> Option<Value> {
        Some(match name {
            "Ref" => return self.reference(here, argument),
            "Fn::If" => return self.choice(here, argument),
            "Fn::GetAtt" => self.attribute_of(here, argument),
            "Fn::Sub" => self.substitute(here, argument),
            "Fn::Join" => self.join(here, argument),
            "Fn::Split" => self.split(here, argument),
            "Fn::Select" => self.select(here, argument),
            "Fn::Base64" => self.base64(here, argument),
            "Fn::Cidr" => self.cidr(here, argument),
            "Fn::FindInMap" => return self.find_in_map(here, argument),
            "Fn::ImportValue" => self.import(here, argument),
            "Fn::GetAZs" => Value::unknown("Fn::GetAZs is known only after deployment"),
            "Fn::Length" => self.length(here, argument),
            "Fn::ToJsonString" => self.to_json_string(here, argument),
            "Fn::And" | "Fn::Or" | "Fn::Not" | "Fn::Equals" | "Condition" => match self.truth(here, name, argument) {
                Ok(truth) => Value::Bool(truth),
                Err(why) => Value::Unknown(why),
            },
            name if name.starts_with("Fn::ForEach::") => self.map(here, &[foreach::entry(name, argument)]),
            name => {
                self.note(format!("{name} is not evaluated: what it gives is unknown"));
                Value::unknown(format!("{name} is not evaluated"))
            }
        })
    }

    /// A made-up name that stands for one thing.
    pub(super) fn issue(&self, name: &str) -> Value {
        self.state.issue(name)
    }

    /// Something to say about the reading.
    pub(super) fn note(&self, words: impl Into<String>) {
        self.state.note(words.into());
    }

    /// Everything there was to say about the reading.
    pub(super) fn notes(&self) -> Vec<String> {
        self.state.notes()
    }

    /// Forgets every answer: more is known now.
    pub(super) fn forget(&self) {
        self.state.forget();
    }
}
