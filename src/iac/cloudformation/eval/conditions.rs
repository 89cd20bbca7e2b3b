//! Conditions, and what they choose. What is known decides: `false and unknown` is false.

use super::state::Question;
use super::{Here, World};
use crate::iac::cloudformation::document::{Item, Raw};
use crate::iac::value::{Text, Value, Why};

impl World {
    /// Whether a condition of a stack holds.
    pub(in crate::iac::cloudformation) fn condition(&self, here: Here, name: &str) -> Result<bool, Why> {
        let question = Question::Condition(here.stack, name.to_owned());
        let found = self.state.answer(&question, &format!("condition {name}"), || {
            let Some(entry) = self.stacks[here.stack].entry("Conditions", name) else {
                return Some(Value::unknown(format!("condition {name} is not declared")));
            };
            self.eval(Here { condition: true, ..here }, &entry.item)
        });
        as_bool(found.unwrap_or(Value::Null), name)
    }

    /// `Fn::If`. Two arms that are the same need no condition.
    pub(super) fn choice(&self, here: Here, argument: &Item) -> Option<Value> {
        let [condition, yes, no] = argument.items() else { return Some(Value::unknown("Fn::If takes a condition and two values")) };
        let holds = match condition.str() {
            Some(name) => self.condition(here, name),
            None => as_bool(self.value(Here { condition: true, ..here }, condition), "of Fn::If"),
        };
        match holds {
            Ok(true) => self.eval(here, yes),
            Ok(false) => self.eval(here, no),
            Err(why) => {
                let (yes, no) = (self.eval(here, yes), self.eval(here, no));
                let same = match (&yes, &no) {
                    (Some(yes), Some(no)) => yes.why().is_none() && same(yes, no),
                    (None, None) => true,
                    _ => false,
                };
                if same { yes } else { Some(Value::Unknown(why)) }
            }
        }
    }

    /// `Fn::And` and the like.
    pub(super) fn truth(&self, here: Here, name: &str, argument: &Item) -> Result<bool, Why> {
        let here = Here { condition: true, ..here };
        let alone = std::slice::from_ref(argument);
        let items = if matches!(argument.value, Raw::List(_)) { argument.items() } else { alone };
        match (name, items) {
            ("Condition", [item]) => self.condition(here, item.str().unwrap_or_default()),
            ("Fn::Not", [item]) => as_bool(self.value(here, item), "of Fn::Not").map(|truth| !truth),
            ("Fn::And", items) => self.any(here, items, false).map(|found| !found),
            ("Fn::Or", items) => self.any(here, items, true),
            ("Fn::Equals", [one, other]) => self.equal(&self.value(here, one), &self.value(here, other)),
            _ => Err(Why::new(format!("{name} has the wrong number of values"))),
        }
    }

    /// Whether one of several is as looked for.
    fn any(&self, here: Here, items: &[Item], looked_for: bool) -> Result<bool, Why> {
        let mut unknown = None;
        for item in items {
            match as_bool(self.value(here, item), "of a condition") {
                Ok(truth) if truth == looked_for => return Ok(true),
                Ok(_) => {}
                Err(why) => unknown = unknown.or(Some(why)),
            }
        }
        unknown.map_or(Ok(false), Err)
    }

    /// `Fn::Equals`.
    fn equal(&self, one: &Value, other: &Value) -> Result<bool, Why> {
        if let Some(why) = one.why().or_else(|| other.why()) {
            return Err(why.clone());
        }
        match (one, other) {
            (Value::Text(one), Value::Text(other)) if one.made_up || other.made_up => self.same_text(one, other),
            (Value::List(_) | Value::Map(_), _) | (_, Value::List(_) | Value::Map(_)) => {
                let made_up = one.is_made_up() || other.is_made_up();
                let equal = same(one, other);
                if equal || !made_up { Ok(equal) } else { Err(opaque("a list", "compared")) }
            }
            (Value::Text(text), _) | (_, Value::Text(text)) if text.made_up => Err(opaque(&text.text, "compared")),
            _ => Ok(one.words()? == other.words()?),
        }
    }

    /// Texts of which at least one is made up. Nothing that is made up is empty in truth, either.
    fn same_text(&self, one: &Text, other: &Text) -> Result<bool, Why> {
        let (made_up, known) = if one.made_up { (one, other) } else { (other, one) };
        if one.text == other.text && one.made_up && other.made_up {
            return Ok(true);
        }
        let whole = self.state.is_issued(&one.text) && self.state.is_issued(&other.text);
        let empty = known.text.is_empty() && self.state.is_issued(&made_up.text);
        if (known.made_up && whole) || (!known.made_up && empty) { Ok(false) } else { Err(opaque(&made_up.text, "compared")) }
    }
}

/// Why nobody looks into a text that was made up.
pub(super) fn opaque(text: &str, done: &str) -> Why {
    let text: String = text.chars().take(80).collect();
    Why::new(format!("{text} stands for what only deployment decides, and cannot be {done} before"))
}

fn as_bool(value: Value, name: &str) -> Result<bool, Why> {
    match value {
        Value::Bool(truth) => Ok(truth),
        Value::Unknown(why) => Err(why),
        Value::Text(text) if !text.made_up && &*text.text == "true" => Ok(true),
        Value::Text(text) if !text.made_up && &*text.text == "false" => Ok(false),
        _ => Err(Why::new(format!("condition {name} is neither true nor false"))),
    }
}

/// Whether values are the same, wherever they stand. Numbers and bools are the same as their texts.
pub(in crate::iac::cloudformation) fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(&one.value, &other.value))
        }
        (Value::Map(one), Value::Map(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one.0 == other.0 && same(&one.1.value, &other.1.value))
        }
        (Value::Text(one), Value::Text(other)) => one == other,
        (Value::List(_) | Value::Map(_) | Value::Unknown(_), _) | (_, Value::List(_) | Value::Map(_) | Value::Unknown(_)) => false,
        _ => one.is_made_up() == other.is_made_up() && one.words() == other.words(),
    }
}
