//! Functions that give another kind of value.

use super::{Arguments, Result, Stop};
use crate::iac::terraform::eval::ops;
use crate::iac::value::Value;

pub(super) fn call(arguments: &Arguments<'_>) -> Option<Result<Value>> {
    Some(match arguments.name {
        "tostring" => null_or(arguments, |arguments| arguments.any_text(0).map(Value::Text)),
        "tonumber" => null_or(arguments, |arguments| arguments.number(0).map(Value::Number)),
        "tobool" => null_or(arguments, |arguments| {
            let truth = ops::truth(arguments.get(0)?).map_err(Stop::Error)?;
            truth.map(Value::Bool).map_err(Stop::Unknown)
        }),
        "tolist" => null_or(arguments, |arguments| Ok(Value::List(arguments.list(0)?.to_vec()))),
        "tomap" => null_or(arguments, |arguments| Ok(Value::Map(arguments.map(0)?.clone()))),
        "sensitive" | "nonsensitive" | "ephemeralasnull" => arguments.get(0).cloned(),
        _ => return None,
    })
}

/// Null is null, of whatever kind.
fn null_or(arguments: &Arguments<'_>, then: impl FnOnce(&Arguments<'_>) -> Result<Value>) -> Result<Value> {
    if matches!(arguments.get(0)?, Value::Null) { Ok(Value::Null) } else { then(arguments) }
}
