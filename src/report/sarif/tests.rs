use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::report::{Anchors, sample};

fn context() -> Context {
    let text = "# who is audited\n[[accounts]]\n  id = \"123456789012\"\n".to_owned();
    let account_lines = BTreeMap::from([("123456789012".to_owned(), 3)]);
    Context { anchors: Anchors { account_lines, text: Some(text), ..Anchors::default() }, ..Context::default() }
}

fn sarif(assessment: &Assessment) -> Vec<u8> {
    let mut out = Vec::new();
    write(assessment, &context(), &mut out).unwrap();
    out
}

fn parsed(assessment: &Assessment) -> Value {
    serde_json::from_slice(&sarif(assessment)).unwrap()
}

/// Every object under a key, wherever it stands.
fn all<'v>(value: &'v Value, key: &str) -> Vec<&'v Value> {
    let mut found = Vec::new();
    match value {
        Value::Object(object) => {
            for (name, inner) in object {
                if name == key {
                    found.push(inner);
                }
                found.extend(all(inner, key));
            }
        }
        Value::Array(array) => found.extend(array.iter().flat_map(|inner| all(inner, key))),
        _ => {}
    }
    found
}

// The files beside the snapshots are what tests/sarif/validate.mjs is run over.
#[test]
fn before() {
    insta::assert_binary_snapshot!("before.sarif", sarif(&sample::before()));
}

#[test]
fn clean() {
    insta::assert_binary_snapshot!("clean.sarif", sarif(&sample::clean()));
}

#[test]
fn incomplete() {
    insta::assert_binary_snapshot!("incomplete.sarif", sarif(&sample::incomplete()));
}

#[test]
fn hostile() {
    insta::assert_binary_snapshot!("hostile.sarif", sarif(&sample::hostile()));
}

#[test]
fn many() {
    insta::assert_binary_snapshot!("many.sarif", sarif(&sample::many(6)));
}

/// The schema is OASIS's own, of the standard's first errata, which repairs a pattern of the first edition.
fn schema() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(include_str!("../../../fixtures/sarif-2.1.0.schema.json")).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

fn complaints(schema: &jsonschema::Validator, assessment: &Assessment) -> Vec<String> {
    schema.iter_errors(&parsed(assessment)).map(|error| error.to_string()).collect()
}

#[test]
fn every_log_fits_the_standard() {
    let schema = schema();
    for assessment in [sample::before(), sample::compared(), sample::clean(), sample::incomplete(), sample::hostile(), sample::many(30)] {
        assert_eq!(complaints(&schema, &assessment), Vec::<String>::new());
    }
}

#[test]
fn no_name_breaks_a_log() {
    let schema = schema();
    let config = ProptestConfig::with_cases(64);
    proptest!(config, |(name in any::<String>())| {
        let assessment = sample::named(&[&name]);
        prop_assert_eq!(complaints(&schema, &assessment), Vec::<String>::new());
        let log = String::from_utf8(sarif(&assessment)).unwrap();
        prop_assert!(!log.chars().any(|character| character != '\n' && text::is_hidden(character)));
    });
}

#[test]
fn code_scanning_finds_a_line_for_everything() {
    for assessment in [sample::before(), sample::hostile(), sample::many(6)] {
        let log = parsed(&assessment);
        for file in all(&log, "artifactLocation") {
            assert_eq!(file["uri"], "apiaudit.toml");
        }
        let mut prints = BTreeSet::new();
        for result in log["runs"][0]["results"].as_array().unwrap() {
            assert_eq!(result["locations"].as_array().map(Vec::len), Some(1));
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            let rule = &log["runs"][0]["tool"]["driver"]["rules"][index];
            assert_eq!(rule["id"], result["ruleId"]);
            assert!(prints.insert(result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap()));
            for hop in all(result, "location").into_iter().chain(result["locations"].as_array().unwrap()) {
                assert_eq!(hop["physicalLocation"]["region"]["startLine"], 3);
            }
        }
        for text in all(&log, "text").into_iter().chain(all(&log, "name")).chain(all(&log, "fullyQualifiedName")) {
            assert!(!text.as_str().unwrap().is_empty());
        }
    }
}

#[test]
fn a_log_is_the_same_in_every_order() {
    let mut assessment = sample::before();
    let prints = |assessment: &Assessment| {
        let log = parsed(assessment);
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        results.iter().map(|result| result["partialFingerprints"].to_string()).collect::<BTreeSet<_>>()
    };
    let first = prints(&assessment);
    assessment.outcomes.reverse();
    assert_eq!(prints(&assessment), first);
}

#[test]
fn an_incomplete_scan_fixes_nothing() {
    let successful = |assessment: &Assessment| parsed(assessment)["runs"][0]["invocations"][0]["executionSuccessful"].clone();
    assert_eq!(successful(&sample::clean()), true);
    assert_eq!(successful(&sample::before()), false);
    assert_eq!(successful(&sample::incomplete()), false);
}

#[test]
fn what_is_cut_is_the_least_severe_and_is_said() {
    let mut assessment = sample::before();
    assessment.outcomes.extend(sample::many(40).outcomes);
    for (results, bytes) in [(10, BYTES), (RESULTS, 4_000)] {
        let mut out = Vec::new();
        write_within(results, bytes, &assessment, &context(), &mut out).unwrap();
        let log: Value = serde_json::from_slice(&out).unwrap();
        let run = &log["runs"][0];
        let kept = run["results"].as_array().unwrap();
        assert!(!kept.is_empty() && kept.len() <= 40, "{}", kept.len());
        assert!(kept.iter().all(|result| result["level"] == "error"));
        assert_eq!(run["invocations"][0]["executionSuccessful"], false);
        let notifications = run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
        let said = notifications.iter().filter(|notification| notification["descriptor"]["id"] == "results-cut");
        assert!(said.map(|said| said["message"]["text"].to_string()).all(|text| text.contains(&(43 - kept.len()).to_string())));
        assert!(notifications.iter().any(|notification| notification["descriptor"]["id"] == "results-cut"));
    }
}

#[test]
fn a_category_keeps_uploads_apart() {
    let named = Context { category: Some("prod eu/1".to_owned()), ..Context::default() };
    assert_eq!(category(&sample::clean(), &Context::default()), "apiaudit/live/");
    assert_eq!(category(&sample::clean(), &named), "apiaudit/live/prod-eu-1/");
}

#[test]
fn a_result_says_how_it_stands_to_the_baseline() {
    let states = |profile| {
        let mut out = Vec::new();
        write(&sample::compared(), &Context { profile, ..context() }, &mut out).unwrap();
        let log: Value = serde_json::from_slice(&out).unwrap();
        let state = |result: &Value| (result["ruleId"].as_str().unwrap().to_owned(), result["baselineState"].as_str().unwrap().to_owned());
        log["runs"][0]["results"].as_array().unwrap().iter().map(state).collect::<Vec<_>>()
    };
    let of = |rule: &str, state: &str| (rule.to_owned(), state.to_owned());
    let github = states(Profile::Github);
    let expected = [
        of("load-balancer-around-api", "new"),
        of("route-without-authorizer", "new"),
        of("load-balancer-without-access-logs", "unchanged"),
    ];
    assert_eq!(github, expected);
    // Code scanning would open an alert for what is absent.
    let generic = states(Profile::Generic);
    assert_eq!(generic[..3], expected);
    assert_eq!(generic[3..], [of("load-balancer-around-api", "absent")]);
    assert!(all(&parsed(&sample::before()), "baselineState").is_empty());
}
