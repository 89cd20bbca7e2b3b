//! Fills in what earlier steps made.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::cloud::Made;

/// What steps made, by the step's id.
pub type Outputs = BTreeMap<String, Made>;

/// The same with every `${step}` and `${step.part}` filled in. The name of the step that made nothing yet, where one is missing.
///
/// A list's entry that holds a part of several values becomes as many entries.
pub fn resolved<T: Serialize + DeserializeOwned>(value: &T, outputs: &Outputs) -> Result<T, String> {
    // What serialises as JSON and comes back is the same type with other texts: neither direction can fail on its own.
    let value = serde_json::to_value(value).map_err(|error| error.to_string())?;
    let filled = fill(value, outputs)?;
    serde_json::from_value(filled).map_err(|error| error.to_string())
}

/// A piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'t> {
    /// Text as it is.
    Text(&'t str),
    /// `step`, or `step.part`: what a step made.
    Hole(&'t str),
}

/// The pieces of a text: what stands for itself, and what steps fill in.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, name, after)) = next(rest) {
        found.extend([Piece::Text(before), Piece::Hole(name)]);
        rest = after;
    }
    found.push(Piece::Text(rest));
    found.retain(|piece| *piece != Piece::Text(""));
    found
}

/// The steps that a value names.
pub fn named<T: Serialize>(value: &T) -> Vec<String> {
    let mut found = Vec::new();
    collect(&serde_json::to_value(value).unwrap_or_default(), &mut found);
    found
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            let mut rest = text.as_str();
            while let Some((_, name, after)) = next(rest) {
                found.push(name.split('.').next().unwrap_or(name).to_owned());
                rest = after;
            }
        }
        Value::Array(entries) => entries.iter().for_each(|entry| collect(entry, found)),
        Value::Object(map) => map.values().for_each(|entry| collect(entry, found)),
        _ => {}
    }
}

fn fill(value: Value, outputs: &Outputs) -> Result<Value, String> {
    Ok(match value {
        Value::String(text) => Value::String(one(&text, outputs)?),
        Value::Array(entries) => {
            let mut filled = Vec::with_capacity(entries.len());
            for entry in entries {
                for entry in spread(entry, outputs)? {
                    filled.push(fill(entry, outputs)?);
                }
            }
            Value::Array(filled)
        }
        Value::Object(map) => map.into_iter().map(|(key, entry)| Ok((key, fill(entry, outputs)?))).collect::<Result<_, String>>()?,
        other => other,
    })
}

/// The next `${name}` of a text that is ours: what is before it, the name, and what comes after. Names of steps hold no capitals, so
/// that API Gateway's own `${stageVariables.x}` is left alone, as is `${request.path.x}`.
fn next(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let start = from + text[from..].find("${")?;
        let end = start + text[start..].find('}')?;
        let name = &text[start + 2..end];
        let ours =
            !name.is_empty() && name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-.".contains(letter));
        if ours && !name.starts_with("request.") {
            return Some((&text[..start], name, &text[end + 1..]));
        }
        from = start + 2;
    }
}

fn values<'o>(name: &str, outputs: &'o Outputs) -> Result<Vec<&'o str>, String> {
    let (step, part) = name.split_once('.').map_or((name, None), |(step, part)| (step, Some(part)));
    let made = outputs.get(step).ok_or_else(|| step.to_owned())?;
    match part {
        None => Ok(vec![made.id.as_str()]),
        Some(part) => made.parts.get(part).map(|values| values.iter().map(String::as_str).collect()).ok_or_else(|| step.to_owned()),
    }
}

fn one(text: &str, outputs: &Outputs) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, name, after)) = next(rest) {
        filled.push_str(before);
        filled.push_str(&values(name, outputs)?.join(","));
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// An entry of a list, once for each value of the first part in it that has several.
fn spread(entry: Value, outputs: &Outputs) -> Result<Vec<Value>, String> {
    let text = entry.to_string();
    let mut rest = text.as_str();
    while let Some((_, name, after)) = next(rest) {
        let values = values(name, outputs)?;
        if name.contains('.') && values.len() != 1 {
            let hole = format!("${{{name}}}");
            return Ok(values.iter().map(|value| replaced(entry.clone(), &hole, value)).collect());
        }
        rest = after;
    }
    Ok(vec![entry])
}

fn replaced(value: Value, hole: &str, with: &str) -> Value {
    match value {
        Value::String(text) => Value::String(text.replace(hole, with)),
        Value::Array(entries) => entries.into_iter().map(|entry| replaced(entry, hole, with)).collect(),
        Value::Object(map) => map.into_iter().map(|(key, entry)| (key, replaced(entry, hole, with))).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn outputs() -> Outputs {
        let nlb = Made::id("arn:nlb").with("addresses", vec!["10.0.0.4".to_owned(), "10.0.1.5".to_owned()]);
        Outputs::from([("nlb".to_owned(), nlb), ("link".to_owned(), Made::id("v1"))])
    }

    #[test]
    fn texts_are_filled_in_and_lists_spread() {
        let value = json!({"a": "x-${nlb}-${link}", "rules": [{"cidr": "${nlb.addresses}/32", "port": 80}, {"group": "${link}"}]});
        let filled: Value = resolved(&value, &outputs()).unwrap();
        let rules = json!([{"cidr": "10.0.0.4/32", "port": 80}, {"cidr": "10.0.1.5/32", "port": 80}, {"group": "v1"}]);
        assert_eq!(filled, json!({"a": "x-arn:nlb-v1", "rules": rules}));
        assert_eq!(named(&value), ["nlb", "link", "nlb", "link"]);
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(resolved(&json!(["${tasks}"]), &outputs()), Err("tasks".to_owned()));
        assert_eq!(resolved(&json!("${nlb.dns}"), &outputs()), Err("nlb".to_owned()));
    }

    #[test]
    fn api_gateways_own_holes_stay() {
        let value = json!("http://${stageVariables.host}/${request.path.proxy}/${link}");
        assert_eq!(resolved(&value, &outputs()), Ok(json!("http://${stageVariables.host}/${request.path.proxy}/v1")));
    }
}
