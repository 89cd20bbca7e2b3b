//! Outputs, and what stacks import from each other.

use super::state::Question;
use super::{Here, World};
use crate::iac::cloudformation::document::Item;
use crate::iac::value::{Node, Value};

impl World {
    /// An output of a nested stack.
    pub(super) fn output_of(&self, stack: usize, id: &str, output: &str) -> Value {
        match self.stacks[stack].nested.get(id) {
            Some(Ok(nested)) => self.output(*nested, output),
            Some(Err(why)) => Value::Unknown(why.clone()),
            None => Value::unknown(format!("{id}.Outputs.{output} is known only after deployment")),
        }
    }

    /// An output of a stack.
    fn output(&self, stack: usize, name: &str) -> Value {
        let question = Question::Output(stack, name.to_owned());
        let found = self.state.answer(&question, &format!("output {name}"), || {
            let Some(entry) = self.stacks[stack].entry("Outputs", name) else {
                return Some(Value::unknown(format!("output {name} is not declared in {}", self.stacks[stack].path)));
            };
            if let Some(condition) = entry.item.get("Condition").and_then(Item::str) {
                match self.condition(Here::of(stack), condition) {
                    Ok(true) => {}
                    Ok(false) => return Some(Value::unknown(format!("output {name} is not made, for its condition does not hold"))),
                    Err(why) => return Some(Value::Unknown(why)),
                }
            }
            entry.item.get("Value").and_then(|item| self.eval(Here::of(stack), item))
        });
        found.unwrap_or(Value::Null)
    }

    /// `Fn::ImportValue`, among the stacks at hand that go to the same place.
    pub(super) fn import(&self, here: Here, argument: &Item) -> Value {
        let name = match self.value(here, argument) {
            Value::Text(text) => text,
            Value::Unknown(why) => return Value::Unknown(why),
            _ => return Value::unknown("Fn::ImportValue takes a text"),
        };
        let exports = self.state.answer(&Question::Exports, "an export", || Some(Value::List(self.exports())));
        let unknown = || Value::unknown(format!("export {} is not among the templates given", name.text));
        let Some(Value::List(exports)) = exports else { return unknown() };
        let mut found = None;
        for export in &exports {
            let (Value::Text(exported), Ok(Some(stack)), Ok(Some(output))) =
                (&export.get("name").value, export.get("stack").integer::<usize>(), export.get("output").text())
            else {
                continue;
            };
            if *exported != name || self.stacks[stack].to != self.stacks[here.stack].to {
                continue;
            }
            if found.replace((stack, output)).is_some() {
                return Value::unknown(format!("export {} is made by more than one of the templates given", name.text));
            }
        }
        found.map_or_else(unknown, |(stack, output)| self.output(stack, &output))
    }

    /// The exports whose names are known.
    fn exports(&self) -> Vec<Node> {
        let mut exports = Vec::new();
        for (number, stack) in self.stacks.iter().enumerate() {
            for entry in stack.root.get("Outputs").map(Item::entries).unwrap_or_default() {
                let Some(name) = entry.item.get("Export").and_then(|export| export.get("Name")) else { continue };
                let name = self.value(Here::of(number), name);
                let stack = i32::try_from(number).map_or(Value::Null, |number| Value::Number(number.into()));
                let pairs = [("name", name), ("stack", stack), ("output", Value::from(&*entry.key))];
                exports.push(Value::Map(pairs.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect()).into());
            }
        }
        exports
    }
}
