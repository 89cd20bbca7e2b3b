//! `format` and `formatlist`.

use std::iter::Peekable;
use std::str::Chars;

use super::{Arguments, Result, Stop};
use crate::iac::terraform::eval::budget::ELEMENTS;
use crate::iac::terraform::eval::template::Writing;
use crate::iac::value::{Node, Value, whole};

/// How wide a verb may make its text.
const WIDTH: usize = 1_000;

pub(super) fn call(arguments: &Arguments<'_>) -> Option<Result<Value>> {
    Some(match arguments.name {
        "format" => arguments.text(0).and_then(|pattern| formatted(arguments, &pattern, arguments.values.get(1..).unwrap_or_default())),
        "formatlist" => list(arguments),
        _ => return None,
    })
}

/// One text for every element: lists side by side, the rest the same for all.
fn list(arguments: &Arguments<'_>) -> Result<Value> {
    let pattern = arguments.text(0)?;
    let mut length = None;
    for at in 1..arguments.len() {
        if let Value::List(items) = arguments.get(at)? {
            if length.is_some_and(|length| length != items.len()) {
                return Err(Stop::error("formatlist takes lists of one length"));
            }
            length = Some(items.len());
        }
    }
    let length = length.unwrap_or(1);
    if length.saturating_mul(arguments.len()) > ELEMENTS {
        return Err(Stop::error("formatlist gets longer than apiaudit takes"));
    }
    let row = |row: usize| {
        let values = arguments.values[1..].iter().map(|value| match value {
            Value::List(items) => items[row].value.clone(),
            other => other.clone(),
        });
        formatted(arguments, &pattern, &values.collect::<Vec<_>>()).map(Node::from)
    };
    Ok(Value::List((0..length).map(row).collect::<Result<_>>()?))
}

/// A verb of a pattern: `%-5.2f`.
#[derive(Default)]
struct Verb {
    left: bool,
    zero: bool,
    plus: bool,
    width: Option<usize>,
    precision: Option<usize>,
    argument: Option<usize>,
}

fn formatted(arguments: &Arguments<'_>, pattern: &str, values: &[Value]) -> Result<Value> {
    let mut writing = Writing::default();
    let mut signs = pattern.chars().peekable();
    let mut next = 0;
    while let Some(sign) = signs.next() {
        if sign != '%' {
            writing.text(sign.encode_utf8(&mut [0; 4])).map_err(Stop::Error)?;
            continue;
        }
        if signs.next_if_eq(&'%').is_some() {
            writing.text("%").map_err(Stop::Error)?;
            continue;
        }
        let verb = verb(&mut signs)?;
        let at = verb.argument.unwrap_or(next);
        next = at + 1;
        let value = values.get(at).ok_or_else(|| Stop::error("format has more verbs than values"))?;
        let letter = signs.next().ok_or_else(|| Stop::error("format ends within a verb"))?;
        if matches!(value, Value::Unknown(_)) {
            writing.push(value).map_err(Stop::Error)?;
        } else {
            write(arguments, &verb, letter, value, &mut writing)?;
        }
    }
    Ok(writing.value())
}

fn verb(signs: &mut Peekable<Chars<'_>>) -> Result<Verb> {
    let mut verb = Verb::default();
    loop {
        match signs.peek() {
            Some('-') => verb.left = true,
            Some('0') => verb.zero = true,
            Some('+') => verb.plus = true,
            Some(' ' | '#') => {}
            Some('[') => {
                signs.next();
                verb.argument = count(signs)?.and_then(|number| number.checked_sub(1));
                if signs.peek() != Some(&']') {
                    return Err(Stop::error("format has a verb that does not end"));
                }
            }
            _ => break,
        }
        signs.next();
    }
    verb.width = count(signs)?;
    if signs.next_if_eq(&'.').is_some() {
        verb.precision = Some(count(signs)?.unwrap_or(0));
    }
    Ok(verb)
}

fn count(signs: &mut Peekable<Chars<'_>>) -> Result<Option<usize>> {
    let mut number = None;
    while let Some(digit) = signs.peek().and_then(|sign| sign.to_digit(10)) {
        let value = number.unwrap_or(0_usize) * 10 + usize::try_from(digit).unwrap_or(0);
        if value > WIDTH {
            return Err(Stop::error(format!("format makes a text wider than {WIDTH}")));
        }
        number = Some(value);
        signs.next();
    }
    Ok(number)
}

fn write(arguments: &Arguments<'_>, verb: &Verb, letter: char, value: &Value, writing: &mut Writing) -> Result<()> {
    let plain = verb.width.is_none() && verb.precision.is_none();
    if matches!(letter, 's' | 'v') && plain && !matches!(value, Value::List(_) | Value::Map(_) | Value::Null) {
        return writing.push(value).map_err(Stop::Error);
    }
    let text = match (letter, value) {
        ('s' | 'v', Value::Null) => "null".to_owned(),
        ('v', Value::List(_) | Value::Map(_)) => {
            return writing
                .push(&super::encode::call(&encoding(value)).unwrap_or_else(|| Err(Stop::error("format")))?)
                .map_err(Stop::Error);
        }
        ('s' | 'v', value) => {
            let text = arguments.as_text(value)?;
            verb.precision.map_or_else(|| text.to_string(), |length| text.chars().take(length).collect())
        }
        ('q', value) => serde_json::Value::from(&*arguments.as_text(value)?).to_string(),
        ('t', value) => truth(value)?.to_string(),
        (_, value) => numeral(verb, letter, number(value)?)?,
    };
    writing.text(&padded(verb, text)).map_err(Stop::Error)
}

fn encoding(value: &Value) -> Arguments<'_> {
    Arguments { name: "jsonencode", values: std::slice::from_ref(value) }
}

fn truth(value: &Value) -> Result<bool> {
    crate::iac::terraform::eval::ops::truth(value).map_err(Stop::Error)?.map_err(Stop::Unknown)
}

fn number(value: &Value) -> Result<f64> {
    crate::iac::terraform::eval::ops::number(value).map_err(Stop::Error)?.map_err(Stop::Unknown)
}

fn numeral(verb: &Verb, letter: char, number: f64) -> Result<String> {
    let integer = || whole(number).ok_or_else(|| Stop::error("format takes a whole number here"));
    let text = match letter {
        'd' => integer()?.to_string(),
        'x' => format!("{:x}", integer()?),
        'X' => format!("{:X}", integer()?),
        'o' => format!("{:o}", integer()?),
        'b' => format!("{:b}", integer()?),
        'f' => format!("{number:.*}", verb.precision.unwrap_or(6)),
        'g' => number.to_string(),
        _ => return Err(Stop::unknown(format!("format is not evaluated for %{letter}"))),
    };
    Ok(if verb.plus && number >= 0.0 { format!("+{text}") } else { text })
}

fn padded(verb: &Verb, text: String) -> String {
    let missing = verb.width.unwrap_or(0).saturating_sub(text.chars().count());
    if verb.left {
        text + &" ".repeat(missing)
    } else if verb.zero {
        let digits = text.trim_start_matches(['-', '+']);
        format!("{}{}{digits}", &text[..text.len() - digits.len()], "0".repeat(missing))
    } else {
        " ".repeat(missing) + &text
    }
}
