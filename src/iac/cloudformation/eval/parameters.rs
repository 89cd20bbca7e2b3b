//! Parameters: what they are worth, whether they may be, and files of them.

mod check;
mod file;

pub use self::file::parse_parameters;

use super::stack::Given;
use super::state::Question;
use super::{Here, World};
use crate::iac::cloudformation::document::{Entry, Item};
use crate::iac::value::{Node, Value};

impl World {
    /// The value of a parameter. A secret one is made up, except where it only decides a condition.
    pub(super) fn parameter(&self, here: Here, name: &str) -> Value {
        let Some(entry) = self.stacks[here.stack].entry("Parameters", name) else {
            return Value::unknown(format!("parameter {name} is not declared"));
        };
        let question = Question::Parameter(here.stack, name.to_owned());
        let value = self.state.answer(&question, &format!("parameter {name}"), || Some(self.worth(here.stack, entry)));
        let value = value.unwrap_or(Value::Null);
        if is_secret(entry) && !here.condition && !matches!(value, Value::Unknown(_)) {
            return Value::made_up(format!("the secret parameter {}", self.stacks[here.stack].address(name)));
        }
        value
    }

    fn worth(&self, stack: usize, entry: &Entry) -> Value {
        let name = &entry.key;
        let kind = entry.item.get("Type").and_then(Item::str).unwrap_or("String");
        if kind.starts_with("AWS::SSM::Parameter::Value<") {
            return Value::unknown(format!("parameter {name} is looked up in SSM only at deployment"));
        }
        let default = || entry.item.get("Default").map(|item| item.text().map_or(Value::Null, |text| Value::from(&*text)));
        let given = match &self.stacks[stack].given {
            Given::Outside(values) => values.get(&**name).map(|text| Value::from(text.as_str())),
            Given::Parent { stack, parameters } => {
                let item = parameters.as_ref().and_then(|parameters| parameters.get(name));
                let hidden = parameters.as_ref().is_some_and(|parameters| parameters.function().is_some());
                if hidden {
                    Some(Value::unknown(format!("parameter {name} comes from a function")))
                } else {
                    item.and_then(|item| self.eval(Here::of(*stack), item))
                }
            }
        };
        match given.or_else(default) {
            None => Value::unknown(format!("parameter {name} has no value here (give it with --parameters)")),
            Some(value) if is_list(kind) => self.as_list(value),
            Some(value) => super::texts::resolved(value),
        }
    }

    fn as_list(&self, value: Value) -> Value {
        let Value::Text(text) = &value else { return value };
        match self.split_text(",", text) {
            Value::List(items) => Value::List(items.into_iter().map(trimmed).collect()),
            other => other,
        }
    }
}

fn trimmed(item: Node) -> Node {
    match &item.value {
        Value::Text(text) if !text.made_up => super::texts::resolved(Value::from(text.text.trim())).into(),
        _ => item,
    }
}

/// Whether a type of parameters is a list of something.
fn is_list(kind: &str) -> bool {
    kind == "CommaDelimitedList" || kind.starts_with("List<")
}

/// Whether nobody may see the value of a parameter.
fn is_secret(entry: &Entry) -> bool {
    entry.item.get("NoEcho").and_then(Item::text).is_some_and(|text| &*text == "true")
}
