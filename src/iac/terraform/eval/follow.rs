//! Steps into a value: attributes, indices and splats.

use super::{Evaluator, Outcome, RESOURCE, Scope, key_of, ops};
use crate::iac::terraform::syntax::Step;
use crate::iac::value::{Node, Value, Why, whole};

/// What stands at the end of some steps from a value.
pub(crate) fn follow(evaluator: &Evaluator<'_>, value: Value, steps: &[Step], scope: &Scope<'_>) -> Outcome {
    let mut value = value;
    let mut rest = steps;
    while let [step, further @ ..] = rest {
        if matches!(value, Value::Unknown(_)) {
            return Ok(value);
        }
        match step {
            Step::Attribute(name) => value = attribute(value, name)?,
            Step::Index(index) => value = index_of(value, &evaluator.eval(index, scope)?)?,
            Step::Splat { full } => {
                let (taken, after) = splat_takes(*full, further);
                value = splat(evaluator, value, taken, scope)?;
                rest = after;
                continue;
            }
        }
        rest = further;
    }
    Ok(value)
}

/// The steps that a splat applies to every element, and those that come after it.
pub(crate) fn splat_takes(full: bool, steps: &[Step]) -> (&[Step], &[Step]) {
    let takes = |step: &Step| match step {
        Step::Attribute(_) => true,
        Step::Index(_) => full,
        Step::Splat { .. } => false,
    };
    steps.split_at(steps.iter().position(|step| !takes(step)).unwrap_or(steps.len()))
}

fn splat(evaluator: &Evaluator<'_>, value: Value, steps: &[Step], scope: &Scope<'_>) -> Outcome {
    let items = match value {
        Value::Null => Vec::new(),
        Value::List(items) => items,
        other => vec![Node::from(other)],
    };
    evaluator.budget.take(items.len())?;
    let nodes = items.into_iter().map(|item| Ok(Node { value: follow(evaluator, item.value, steps, scope)?, span: item.span }));
    Ok(Value::List(nodes.collect::<Result<_, _>>()?))
}

fn attribute(value: Value, name: &str) -> Outcome {
    match value {
        Value::Map(mut map) => match map.remove(name) {
            Some(node) => Ok(node.value),
            None => match map.get(RESOURCE).map(|address| &address.value) {
                Some(Value::Text(address)) => Ok(Value::unknown(format!("{}.{name} is known only after apply", address.text))),
                _ => ops::error(format!("there is no attribute {name} here")),
            },
        },
        Value::Null => ops::error(format!("the attribute {name} is asked of null")),
        other => ops::error(format!("the attribute {name} is asked of {}", other.kind())),
    }
}

/// An element by its index or key.
pub(super) fn index_of(value: Value, index: &Value) -> Outcome {
    match (value, index) {
        (unknown @ Value::Unknown(_), _) => Ok(unknown),
        (_, Value::Unknown(why)) => Ok(Value::Unknown(why.clone())),
        (Value::List(mut items), index) => {
            let index = match ops::number(index)? {
                Ok(index) => index,
                Err(why) => return Ok(Value::Unknown(why)),
            };
            let place = whole(index).and_then(|index| usize::try_from(index).ok()).filter(|index| *index < items.len());
            place.map_or_else(|| ops::error("an index is past the end of its list"), |index| Ok(items.swap_remove(index).value))
        }
        (value @ Value::Map(_), index) => match key_of(index)? {
            Ok(key) => attribute(value, &key).map_err(|_| Why::new("a map has no such key")),
            Err(why) => Ok(Value::Unknown(why)),
        },
        (other, _) => ops::error(format!("an element is asked of {}", other.kind())),
    }
}
