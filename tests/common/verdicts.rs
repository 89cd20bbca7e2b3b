//! Reports, compared.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// A rule and the id of a subject.
pub(crate) type Judged = (String, String);

/// Every verdict of a JSON report made with `--all-verdicts`: (verdict, whether of a draft).
#[track_caller]
pub(crate) fn verdicts(report: &Value) -> BTreeMap<Judged, (String, bool)> {
    let list = report["verdicts"].as_array().expect("a report made with --all-verdicts");
    let mut verdicts = BTreeMap::new();
    for entry in list {
        let text = |field: &str| entry[field].as_str().expect(field).to_owned();
        let told = (text("verdict"), entry["draft"].as_bool().expect("draft"));
        let before = verdicts.insert((text("rule"), text("subject")), told);
        assert!(before.is_none(), "two verdicts of {} on {}", entry["rule"], entry["subject"]);
    }
    verdicts
}

/// The rule and the subject's name of each finding.
#[track_caller]
pub(crate) fn findings(report: &Value) -> BTreeSet<(String, String)> {
    named(report, "findings")
}

/// The rule and the subject's name of each verdict that could not be told.
#[track_caller]
pub(crate) fn unknowns(report: &Value) -> BTreeSet<(String, String)> {
    named(report, "unknowns")
}

fn named(report: &Value, list: &str) -> BTreeSet<(String, String)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    report[list].as_array().expect(list).iter().map(|one| (text(&one["rule"]), text(&one["subject"]["name"]))).collect()
}

/// The texts of an array.
#[track_caller]
pub(crate) fn texts(array: &Value) -> Vec<&str> {
    array.as_array().expect("an array").iter().map(|text| text.as_str().expect("a text")).collect()
}

/// The document without the moment it was taken at.
#[track_caller]
pub(crate) fn timeless(text: &str) -> Value {
    let mut document: Value = serde_json::from_str(text).expect("JSON");
    document.as_object_mut().expect("an object").remove("taken_at").expect("a time stamp");
    document
}
