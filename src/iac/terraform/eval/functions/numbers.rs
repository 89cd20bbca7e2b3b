//! Functions of numbers.

use super::{Arguments, Result, Stop};
use crate::iac::value::Value;

pub(super) fn call(arguments: &Arguments<'_>) -> Option<Result<Value>> {
    Some(match arguments.name {
        "min" => fold(arguments, f64::min),
        "max" => fold(arguments, f64::max),
        "abs" => arguments.number(0).map(|number| Value::Number(number.abs())),
        "floor" => arguments.number(0).map(|number| Value::Number(number.floor())),
        "ceil" => arguments.number(0).map(|number| Value::Number(number.ceil())),
        "parseint" => parse(arguments),
        _ => return None,
    })
}

fn fold(arguments: &Arguments<'_>, with: impl Fn(f64, f64) -> f64) -> Result<Value> {
    let mut result = arguments.number(0)?;
    for at in 1..arguments.len() {
        result = with(result, arguments.number(at)?);
    }
    Ok(Value::Number(result))
}

fn parse(arguments: &Arguments<'_>) -> Result<Value> {
    let base = u32::try_from(arguments.whole(1)?).ok().filter(|base| (2..=36).contains(base));
    let number = base.and_then(|base| Some(i64::from_str_radix(&arguments.text(0).ok()?, base)));
    // Its own error where the text is not to be looked into.
    arguments.text(0)?;
    #[expect(clippy::cast_precision_loss, reason = "Terraform's numbers of code are small")]
    match number {
        Some(Ok(number)) => Ok(Value::Number(number as f64)),
        _ => Err(Stop::error("parseint takes digits of its base")),
    }
}
