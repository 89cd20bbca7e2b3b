//! JSON and Base64.

use super::{Arguments, Result, Stop};
use crate::iac::terraform::eval::{RESOURCE, budget::TEXT};
use crate::iac::value::{Text, Value};

pub(super) fn call(arguments: &Arguments<'_>) -> Option<Result<Value>> {
    Some(match arguments.name {
        "jsonencode" => encode(arguments),
        "jsondecode" => decode(arguments),
        "base64encode" => arguments.text(0).map(|text| Value::from(base64(text.as_bytes()))),
        "base64decode" => from_base64(arguments),
        _ => return None,
    })
}

/// As Terraform writes JSON: keys in order, without space, and with the signs escaped that mean something in HTML. What is
/// made up in it stays so: the text is put together, and looked into by nobody.
fn encode(arguments: &Arguments<'_>) -> Result<Value> {
    let mut value = arguments.get(0)?.clone();
    without_marks(&mut value);
    let json = value.to_json().map_err(Stop::Unknown)?.to_string();
    if json.len() > TEXT {
        return Err(Stop::error("jsonencode makes a text longer than apiaudit takes"));
    }
    let json = json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
    Ok(Value::Text(Text { text: json.into(), made_up: value.is_made_up() }))
}

/// Takes the marks of resources away.
pub(crate) fn without_marks(value: &mut Value) {
    match value {
        Value::Map(map) => {
            map.remove(RESOURCE);
            for node in map.values_mut() {
                without_marks(&mut node.value);
            }
        }
        Value::List(items) => {
            for node in items {
                without_marks(&mut node.value);
            }
        }
        _ => {}
    }
}

fn decode(arguments: &Arguments<'_>) -> Result<Value> {
    let json = serde_json::from_str(&arguments.text(0)?).map_err(|_| Stop::error("jsondecode takes JSON"))?;
    Ok(Value::from_json(&json))
}

const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = (0..3).fold(0_usize, |group, at| (group << 8) | usize::from(chunk.get(at).copied().unwrap_or(0)));
        for at in 0..4 {
            let sign = SIGNS[(group >> (18 - 6 * at)) & 63];
            text.push(if at <= chunk.len() { char::from(sign) } else { '=' });
        }
    }
    text
}

fn from_base64(arguments: &Arguments<'_>) -> Result<Value> {
    let text = arguments.text(0)?;
    let wrong = || Stop::error("base64decode takes Base64 of a text");
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut group, mut bits) = (0_u32, 0_u32);
    for sign in text.trim_end_matches('=').bytes() {
        let value = SIGNS.iter().position(|known| *known == sign).ok_or_else(wrong)?;
        group = ((group << 6) | u32::try_from(value).unwrap_or(0)) & 0xFFFF;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((group >> bits) & 0xFF).unwrap_or(0));
        }
    }
    String::from_utf8(bytes).map(Value::from).map_err(|_| wrong())
}
