//! A result: what GitHub makes an alert of.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::findings::Findings;
use super::kinds::{
    ABSENT, FINGERPRINT_MISSING, FURTHER_LOCATIONS, KIND_NOT_FAIL, LEVEL_NONE, LINK_BROKEN, LOCATION_MISSING, MESSAGE_ARGUMENTS,
    MESSAGE_MISSING, SHAPE, STEP_ELSEWHERE, SUPPRESSED, UNLINKED,
};
use super::place::{Place, quoted};
use super::shape::{self, integer, shown};
use super::{limits, location, shapes};

/// The kinds of results that are no failures.
const OTHER_KINDS: [&str; 5] = ["notApplicable", "pass", "review", "open", "informational"];

/// Checks a result by itself; how it fits its run is told later.
pub(super) fn check(result: &Value, place: &Place<'_>, findings: &mut Findings) {
    shape::check(&shapes::RESULT, result, place, findings);
    message(&result["message"], place, findings);
    state(result, place, findings);
    locations(result, place, findings);
    flows(&result["codeFlows"], &place.member("codeFlows"), findings);
    related(result, place, findings);
    let hash = &result["partialFingerprints"]["primaryLocationLineHash"];
    if hash.is_null() || hash == "" {
        findings.add(&FINGERPRINT_MISSING, place, || "there is no `partialFingerprints.primaryLocationLineHash`".to_owned());
    }
}

/// What tells a result from others of its rule and file.
pub(super) fn line_hash(result: &Value) -> Option<&str> {
    result["partialFingerprints"]["primaryLocationLineHash"].as_str()
}

/// The items of a list; none where there is no list.
pub(super) fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn message(message: &Value, place: &Place<'_>, findings: &mut Findings) {
    let place = place.member("message");
    let text = message["text"].as_str().unwrap_or_default();
    if text.is_empty() {
        let words = if message["id"].is_string() { "there is an `id` and no `text`" } else { "there is no `text`, or it is empty" };
        findings.add(&MESSAGE_MISSING, &place, || words.to_owned());
    } else if !items(&message["arguments"]).is_empty() && text.contains("{0}") {
        findings.add(&MESSAGE_ARGUMENTS, &place, || format!("{} waits for arguments", quoted(text)));
    }
}

/// What GitHub does not look at before it opens an alert.
fn state(result: &Value, place: &Place<'_>, findings: &mut Findings) {
    if let Some(kind) = result["kind"].as_str().filter(|kind| OTHER_KINDS.contains(kind)) {
        findings.add(&KIND_NOT_FAIL, place, || format!("`kind` is {}", quoted(kind)));
    }
    if result["level"] == "none" {
        findings.add(&LEVEL_NONE, place, || "`level` is none".to_owned());
    }
    if result["baselineState"] == "absent" {
        findings.add(&ABSENT, place, || "`baselineState` is absent".to_owned());
    }
    let is_suppressed = |one: &Value| !matches!(one["status"].as_str(), Some("rejected" | "underReview"));
    if items(&result["suppressions"]).iter().any(is_suppressed) {
        findings.add(&SUPPRESSED, place, || "it is suppressed".to_owned());
    }
}

fn locations(result: &Value, place: &Place<'_>, findings: &mut Findings) {
    let locations = items(&result["locations"]);
    if locations.is_empty() {
        return findings.add(&LOCATION_MISSING, place, || "there is no location".to_owned());
    }
    let place = place.member("locations");
    limits::LOCATIONS.check(locations.len(), &place, findings);
    if locations.len() > 1 {
        findings.add(&FURTHER_LOCATIONS, &place, || format!("there are {} locations", locations.len()));
    }
    each(locations, &place, findings);
}

fn each(locations: &[Value], place: &Place<'_>, findings: &mut Findings) {
    for (index, value) in locations.iter().enumerate() {
        location::check(value, &place.item(index), findings);
    }
}

fn flows(flows: &Value, place: &Place<'_>, findings: &mut Findings) {
    let mut steps = 0;
    for (index, flow) in items(flows).iter().enumerate() {
        let flow_place = place.item(index);
        let threads = flow_place.member("threadFlows");
        never_empty(&flow["threadFlows"], &threads, findings);
        for (index, thread) in items(&flow["threadFlows"]).iter().enumerate() {
            let thread_at = threads.item(index);
            let place = thread_at.member("locations");
            never_empty(&thread["locations"], &place, findings);
            for (index, value) in items(&thread["locations"]).iter().enumerate() {
                step(value, &place.item(index), findings);
            }
            steps += items(&thread["locations"]).len();
        }
    }
    limits::STEPS.check(steps, place, findings);
}

fn never_empty(list: &Value, place: &Place<'_>, findings: &mut Findings) {
    if list.as_array().is_some_and(Vec::is_empty) {
        findings.add(&SHAPE, place, || "the list is empty".to_owned());
    }
}

fn step(step: &Value, place: &Place<'_>, findings: &mut Findings) {
    if step["location"].is_null() && integer(&step["index"]).is_some_and(|index| index >= 0) {
        findings.add(&STEP_ELSEWHERE, place, || format!("it stands at index {} of the run's steps", shown(&step["index"])));
    } else {
        location::check(&step["location"], &place.member("location"), findings);
    }
}

/// The ids that a message links to.
fn links(text: &str) -> BTreeSet<i64> {
    #[expect(clippy::expect_used, reason = "the pattern is a constant")]
    static LINK: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[^\\]\]\(([0-9]{1,18})\)").expect("a pattern"));
    LINK.captures_iter(text).filter_map(|link| link[1].parse().ok()).collect()
}

fn related(result: &Value, place: &Place<'_>, findings: &mut Findings) {
    let words = ["text", "markdown"].map(|name| result["message"][name].as_str().unwrap_or_default());
    // A message that is missing was told.
    let has_words = words.iter().any(|words| !words.is_empty());
    let links: BTreeSet<i64> = words.into_iter().flat_map(links).collect();
    let (locations, place) = (items(&result["relatedLocations"]), place.member("relatedLocations"));
    each(locations, &place, findings);
    let mut ids = BTreeSet::new();
    for (index, location) in locations.iter().enumerate() {
        let id = integer(&location["id"]).filter(|id| *id >= 0);
        ids.extend(id);
        if has_words && id.is_none_or(|id| !links.contains(&id)) {
            let words = || id.map_or_else(|| "it has no `id` to link to".to_owned(), |id| format!("the message has no link to {id}"));
            findings.add(&UNLINKED, &place.item(index), words);
        }
    }
    for id in links.difference(&ids) {
        findings.add(&LINK_BROKEN, &place, || format!("the message links to {id}, and no related location has that `id`"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_those_to_numbers() {
        assert_eq!(links(r"a [b](1), [c](https://example.com/2), \[d\](3) and [e](4)"), BTreeSet::from([1, 4]));
    }
}
