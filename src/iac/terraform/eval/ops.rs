//! Operators, and the kinds of value that they take.

use super::Outcome;
use super::compare::equal;
use crate::iac::terraform::syntax::Operator;
use crate::iac::value::{Value, Why};

/// An error of Terraform's: what `try` and `can` look for.
pub(super) fn error<T>(words: impl Into<String>) -> Result<T, Why> {
    Err(Why::new(words.into()))
}

/// True or false; the outer result is an error, the inner one an unknown.
pub(super) fn truth(value: &Value) -> Result<Result<bool, Why>, Why> {
    match value {
        Value::Unknown(why) => Ok(Err(why.clone())),
        Value::Bool(value) => Ok(Ok(*value)),
        Value::Text(text) if text.made_up => error("a name that AWS gives stands where true or false belongs"),
        Value::Text(text) if &*text.text == "true" => Ok(Ok(true)),
        Value::Text(text) if &*text.text == "false" => Ok(Ok(false)),
        other => error(format!("{} stands where true or false belongs", other.kind())),
    }
}

/// A number, as [`truth`] has it.
pub(super) fn number(value: &Value) -> Result<Result<f64, Why>, Why> {
    match value {
        Value::Unknown(why) => Ok(Err(why.clone())),
        Value::Number(number) => Ok(Ok(*number)),
        Value::Text(text) if text.made_up => Ok(Err(looked_into("arithmetic"))),
        Value::Text(text) => match text.text.trim().parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Ok(number)),
            _ => error("a text that is no number stands where a number belongs"),
        },
        other => error(format!("{} stands where a number belongs", other.kind())),
    }
}

/// Why nobody looks into a made-up name.
pub(super) fn looked_into(what: &str) -> Why {
    Why::new(format!("{what} looks into a name that AWS gives, which is known only after apply"))
}

/// Two values with an operator between.
pub(super) fn binary(operator: Operator, one: &Value, two: &Value) -> Outcome {
    match operator {
        Operator::Equal | Operator::NotEqual => Ok(match equal(one, two) {
            Ok(equal) => Value::Bool(equal == (operator == Operator::Equal)),
            Err(why) => Value::Unknown(why),
        }),
        Operator::And | Operator::Or => logic(operator == Operator::Or, one, two),
        _ => arithmetic(operator, one, two),
    }
}

/// What decides alone decides, whatever the other one is.
fn logic(decides: bool, one: &Value, two: &Value) -> Outcome {
    let (one, two) = (truth(one)?, truth(two)?);
    Ok(match (one, two) {
        (Ok(value), _) | (_, Ok(value)) if value == decides => Value::Bool(decides),
        (Err(why), _) | (_, Err(why)) => Value::Unknown(why),
        (Ok(_), Ok(_)) => Value::Bool(!decides),
    })
}

fn arithmetic(operator: Operator, one: &Value, two: &Value) -> Outcome {
    let (one, two) = match (number(one)?, number(two)?) {
        (Ok(one), Ok(two)) => (one, two),
        (Err(why), _) | (_, Err(why)) => return Ok(Value::Unknown(why)),
    };
    let result = match operator {
        Operator::Less => return Ok(Value::Bool(one < two)),
        Operator::LessOrEqual => return Ok(Value::Bool(one <= two)),
        Operator::Greater => return Ok(Value::Bool(one > two)),
        Operator::GreaterOrEqual => return Ok(Value::Bool(one >= two)),
        Operator::Plus => one + two,
        Operator::Minus => one - two,
        Operator::Times => one * two,
        Operator::Divide => one / two,
        _ => one % two,
    };
    if result.is_finite() { Ok(Value::Number(result)) } else { error("a number is divided by zero, or too large") }
}
