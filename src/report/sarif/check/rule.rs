//! A rule: description, help and severity of its alerts.

use serde_json::Value;

use super::findings::Findings;
use super::kinds::{LEVEL_NONE, PRECISION, PROBLEM_SEVERITY, RULE_ID, RULE_TEXT, SCORE_INVALID, SCORE_RANGE, SCORE_UNTAGGED};
use super::place::Place;
use super::result::items;
use super::shape::{self, shown};
use super::{limits, shapes};

const PRECISIONS: [&str; 4] = ["very-high", "high", "medium", "low"];
const PROBLEM_SEVERITIES: [&str; 3] = ["error", "warning", "recommendation"];

/// Checks a rule by itself.
pub(super) fn check(rule: &Value, place: &Place<'_>, findings: &mut Findings) {
    shape::check(&shapes::RULE, rule, place, findings);
    details(rule, place, findings);
}

/// The same for a rule whose shape was checked with what it stands in.
pub(super) fn details(rule: &Value, place: &Place<'_>, findings: &mut Findings) {
    if rule["id"] == "" {
        findings.add(&RULE_ID, place, || "`id` is empty".to_owned());
    }
    limits::NAME.check(length(&rule["name"]), &place.member("name"), findings);
    for (name, is_limited) in [("shortDescription", true), ("fullDescription", true), ("help", false)] {
        let text = &rule[name]["text"];
        if text.as_str().is_none_or(str::is_empty) {
            findings.add(&RULE_TEXT, place, || format!("there is no `{name}.text`, or it is empty"));
        } else if is_limited {
            limits::DESCRIPTION.check(length(text), &place.member(name), findings);
        }
    }
    if rule["defaultConfiguration"]["level"] == "none" {
        findings.add(&LEVEL_NONE, place, || "`defaultConfiguration.level` is none".to_owned());
    }
    properties(&rule["properties"], &place.member("properties"), findings);
}

/// How many characters a text has.
fn length(text: &Value) -> usize {
    text.as_str().map_or(0, |text| text.chars().count())
}

fn properties(bag: &Value, place: &Place<'_>, findings: &mut Findings) {
    limits::TAGS.check(items(&bag["tags"]).len(), &place.member("tags"), findings);
    for (name, words, kind) in
        [("precision", &PRECISIONS[..], &PRECISION), ("problem.severity", &PROBLEM_SEVERITIES[..], &PROBLEM_SEVERITY)]
    {
        let value = &bag[name];
        if !value.is_null() && !words.iter().any(|word| value == word) {
            findings.add(kind, &place.member(name), || format!("it is {}", shown(value)));
        }
    }
    if let Some(score) = bag.get("security-severity") {
        security_severity(score, bag, &place.member("security-severity"), findings);
    }
}

fn security_severity(score: &Value, bag: &Value, place: &Place<'_>, findings: &mut Findings) {
    let number = score.as_str().and_then(|text| text.parse::<f64>().ok()).filter(|number| number.is_finite());
    match number {
        None => findings.add(&SCORE_INVALID, place, || format!("{} is no number in a string", shown(score))),
        Some(number) if !(number > 0.0 && number <= 10.0) => findings.add(&SCORE_RANGE, place, || format!("it is {}", shown(score))),
        Some(_) if !items(&bag["tags"]).iter().any(|tag| tag == "security") => {
            findings.add(&SCORE_UNTAGGED, place, || "the rule has no tag `security`".to_owned());
        }
        Some(_) => {}
    }
}
