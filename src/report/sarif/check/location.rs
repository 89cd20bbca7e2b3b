//! Locations: GitHub wants a file and a line of each, and refuses the whole log for one that has no file.

use serde_json::Value;

use super::findings::Findings;
use super::kinds::{COLUMNS_MISSING, LINE_MISSING, PHYSICAL_MISSING, REGION_MISSING, REGION_REVERSED, URI_BY_INDEX, URI_MISSING};
use super::place::{Place, quoted};
use super::shape::integer;
use super::uri;

/// Checks a location.
pub(super) fn check(location: &Value, place: &Place<'_>, findings: &mut Findings) {
    let physical = &location["physicalLocation"];
    if !physical.is_object() {
        return findings.add(&PHYSICAL_MISSING, place, || "there is no `physicalLocation`".to_owned());
    }
    let place = place.member("physicalLocation");
    artifact(&physical["artifactLocation"], &place, findings);
    match physical.get("region") {
        Some(span) => region(span, &place.member("region"), findings),
        None => findings.add(&REGION_MISSING, &place, || "there is no `region`".to_owned()),
    }
}

fn artifact(artifact: &Value, place: &Place<'_>, findings: &mut Findings) {
    if !artifact.is_object() {
        return findings.add(&PHYSICAL_MISSING, place, || "there is no `artifactLocation`".to_owned());
    }
    let place = place.member("artifactLocation");
    match artifact["uri"].as_str() {
        Some(text) if !text.is_empty() => {
            if let Some((kind, words)) = uri::judge(text) {
                findings.add(kind, &place.member("uri"), || words);
            }
        }
        _ if integer(&artifact["index"]).is_some_and(|index| index >= 0) => {
            findings.add(&URI_BY_INDEX, &place, || "there is an `index` and no `uri`".to_owned());
        }
        found => findings.add(&URI_MISSING, &place, || {
            let base = artifact["uriBaseId"]
                .as_str()
                .map_or_else(String::new, |base| format!(", and the base {} does not stand in", quoted(base)));
            format!("{}{base}", if found.is_some() { "`uri` is empty" } else { "there is no `uri`" })
        }),
    }
}

fn region(region: &Value, place: &Place<'_>, findings: &mut Findings) {
    let number = |name: &str| integer(&region[name]);
    let Some(line) = number("startLine") else {
        // What is there and no number was told by the shape.
        if region["startLine"].is_null() {
            findings.add(&LINE_MISSING, place, || "there is no `startLine`".to_owned());
        }
        return;
    };
    let (end_line, start, end) = (number("endLine").unwrap_or(line), number("startColumn"), number("endColumn"));
    if region["startColumn"].is_null() || region["endColumn"].is_null() {
        findings.add(&COLUMNS_MISSING, place, || "there are not both `startColumn` and `endColumn`".to_owned());
    }
    let reversed = end_line < line || (end_line == line && start.zip(end).is_some_and(|(start, end)| end < start));
    if reversed {
        findings.add(&REGION_REVERSED, place, || format!("it ends before line {line}, column {}", start.unwrap_or(1)));
    }
}
