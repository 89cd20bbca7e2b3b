//! Which values are equal, when that can be told.

use crate::iac::value::{Node, Text, Value, Why};

/// What is told of values that nobody can compare.
fn unclear() -> Why {
    Why::new("whether a name that AWS gives equals another text is known only after apply")
}

/// Whether two values are equal; why not, where that is not known.
pub(super) fn equal(one: &Value, two: &Value) -> Result<bool, Why> {
    match (one, two) {
        (Value::Unknown(why), _) | (_, Value::Unknown(why)) => Err(why.clone()),
        (Value::Null, Value::Null) => Ok(true),
        (Value::Bool(one), Value::Bool(two)) => Ok(one == two),
        #[expect(clippy::float_cmp, reason = "both were written")]
        (Value::Number(one), Value::Number(two)) => Ok(one == two),
        (Value::Text(one), Value::Text(two)) => texts(one, two),
        (Value::List(one), Value::List(two)) => {
            if one.len() != two.len() {
                return Ok(false);
            }
            all(one.iter().zip(two))
        }
        (Value::Map(one), Value::Map(two)) => {
            if !one.keys().eq(two.keys()) {
                return Ok(false);
            }
            all(one.values().zip(two.values()))
        }
        _ => Ok(false),
    }
}

/// What only deployment decides equals itself, and nobody knows what else.
fn texts(one: &Text, two: &Text) -> Result<bool, Why> {
    match (one.made_up, two.made_up) {
        (false, false) => Ok(one.text == two.text),
        (true, true) if one.text == two.text => Ok(true),
        // Nothing that AWS names is empty.
        (true, false) if two.text.is_empty() => Ok(false),
        (false, true) if one.text.is_empty() => Ok(false),
        _ => Err(unclear()),
    }
}

fn all<'n>(pairs: impl Iterator<Item = (&'n Node, &'n Node)>) -> Result<bool, Why> {
    let mut open = None;
    for (one, two) in pairs {
        match equal(&one.value, &two.value) {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(why) => open = Some(why),
        }
    }
    open.map_or(Ok(true), Err)
}

/// Whether two values are surely the same: what a set keeps once.
pub(super) fn same(one: &Value, two: &Value) -> bool {
    equal(one, two) == Ok(true)
}
