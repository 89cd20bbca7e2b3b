//! Files of parameters, in the forms that AWS's tools take.

use std::collections::BTreeMap;

use crate::diagnostics::Diagnostic;
use crate::iac::cloudformation::document::{self, Item, Raw};
use crate::iac::text::Files;

/// Reads parameters: a list of `ParameterKey` and `ParameterValue`, a map (also below `Parameters`), or `Key=Value` by line
/// or blank. JSON and YAML are both taken.
pub fn parse_parameters(text: &str) -> Result<BTreeMap<String, String>, Diagnostic> {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let first = start.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or_default();
    let pairs =
        !start.starts_with(['{', '[', '-']) && first.find('=').is_some_and(|equals| first.find(": ").is_none_or(|colon| equals < colon));
    if pairs || first.is_empty() {
        return start.lines().map(str::trim).filter(|line| !line.starts_with('#')).flat_map(words).map(|word| pair(&word)).collect();
    }
    let mut files = Files::default();
    let root = document::parse(&text.into(), "parameters", &mut files).map_err(|mut errors| errors.remove(0))?;
    let root = root.get("Parameters").unwrap_or(&root);
    match &root.value {
        Raw::Map(entries) => entries.iter().map(|entry| Ok((entry.key.to_string(), value(&entry.item)))).collect(),
        Raw::List(items) => items.iter().filter_map(listed).collect(),
        _ => Err(Diagnostic::error("the parameters are neither a list nor a map")),
    }
}

/// An item of a list; none where the value of the last deployment is meant.
fn listed(item: &Item) -> Option<Result<(String, String), Diagnostic>> {
    if let Some(text) = item.str() {
        return Some(pair(text));
    }
    let Some(key) = item.get("ParameterKey").and_then(Item::text) else {
        return Some(Err(Diagnostic::error("an item of the parameters has no ParameterKey")));
    };
    Some(Ok((key.to_string(), value(item.get("ParameterValue")?))))
}

fn value(item: &Item) -> String {
    let items = item.items();
    if items.is_empty() {
        return item.text().map(|text| text.to_string()).unwrap_or_default();
    }
    items.iter().map(|item| item.text().unwrap_or_default().to_string()).collect::<Vec<_>>().join(",")
}

fn pair(word: &str) -> Result<(String, String), Diagnostic> {
    let (key, value) = word.split_once('=').ok_or_else(|| Diagnostic::error("a parameter is written as Key=Value"))?;
    Ok((key.trim().to_owned(), value.to_owned()))
}

/// The words of a line, with quotes as a shell has them.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for sign in line.chars() {
        match (quote, sign) {
            (Some(open), sign) if sign == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(sign);
                word.get_or_insert_default();
            }
            (None, sign) if sign.is_whitespace() => words.extend(word.take()),
            (_, sign) => word.get_or_insert_default().push(sign),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::parse_parameters;

    #[test]
    fn every_form_says_the_same() {
        for text in [
            "[{\"ParameterKey\": \"A\", \"ParameterValue\": \"x y\"}, {\"ParameterKey\": \"N\", \"ParameterValue\": \"1,2\"}]",
            "[{\"ParameterKey\": \"A\", \"ParameterValue\": \"x y\"},\n\t{\"ParameterKey\": \"N\", \"ParameterValue\": \"1,2\"}, {\"ParameterKey\": \"Old\", \"UsePreviousValue\": true}]",
            "{\"Parameters\": {\"A\": \"x y\", \"N\": [1, 2]}}",
            "{\"A\": \"x y\", \"N\": \"1,2\"}",
            "[\"A=x y\", \"N=1,2\"]",
            "A: x y\nN: 1,2\n",
            "A='x y' N=1,2",
            "# what\nA=\"x y\"\n\nN=1,2\n",
        ] {
            let read = parse_parameters(text).unwrap_or_else(|error| panic!("{text}: {}", error.render(false, 80)));
            assert_eq!(read.len(), 2, "{text}");
            assert_eq!((read["A"].as_str(), read["N"].as_str()), ("x y", "1,2"), "{text}");
        }
        assert!(parse_parameters("").unwrap().is_empty());
        assert!(parse_parameters("A=1 B").is_err());
        assert!(parse_parameters("[{}]").is_err());
    }
}
