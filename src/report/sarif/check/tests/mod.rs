//! The smallest bad log for every kind of mistake, each one change away from a good one.

mod cases;

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use self::cases::{RESULT, RULE, cases, changed, good};
use super::*;

fn check_text(text: &str) -> Result<Report, Unreadable> {
    check(text.as_bytes())
}

/// What is found in a log: severity, kind and place of each.
fn found(log: &Value) -> Vec<String> {
    let report = check_text(&log.to_string()).unwrap();
    let groups = report.findings.iter();
    groups
        .flat_map(|group| group.instances.iter().map(|one| format!("{} {} {}", group.kind.severity.as_str(), group.kind.id, one.place)))
        .collect()
}

#[test]
fn a_good_log_is_taken() {
    let report = check_text(&good().to_string()).unwrap();
    assert_eq!((report.errors, report.warnings, report.findings.len()), (0, 0, 0), "{:#?}", report.findings);
    assert_eq!((report.runs, report.results, report.rules), (1, 1, 1));
}

#[test]
fn an_empty_run_is_taken() {
    assert_eq!(found(&changed("/runs/0/results", Some(json!([])))), Vec::<String>::new());
    assert_eq!(found(&changed("/runs", Some(json!([])))), Vec::<String>::new());
}

#[test]
fn one_change_is_one_finding() {
    let mut wrong = Vec::new();
    for (pointer, value, finding) in cases() {
        let expected: Vec<&str> = Some(finding).filter(|finding| !finding.is_empty()).into_iter().collect();
        let found = found(&changed(&pointer, value.clone()));
        if found != expected {
            wrong.push(format!("{pointer} = {value:?}: {found:?}, not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_takes_more_than_one_change() {
    // A rule that is not listed.
    let mut log = changed(&format!("{RESULT}/ruleId"), Some(json!("b")));
    log.pointer_mut(RESULT).unwrap().as_object_mut().unwrap().remove("ruleIndex");
    assert_eq!(found(&log), ["warning rule-unknown runs[0].results[0]"]);
    // The rule of an extension.
    log["runs"][0]["tool"]["extensions"] = json!([{"name": "e", "rules": [good().pointer(RULE).unwrap()]}]);
    log["runs"][0]["tool"]["extensions"][0]["rules"][0]["id"] = json!("b");
    assert_eq!(found(&log), Vec::<String>::new());
    // No rule at all.
    log.pointer_mut(RESULT).unwrap().as_object_mut().unwrap().remove("ruleId");
    assert_eq!(found(&log), ["warning no-rule runs[0].results[0]"]);
    // Two rules of one id, and the same rule twice.
    let mut rule = good().pointer(RULE).unwrap().clone();
    rule["name"] = json!("B");
    assert_eq!(found(&changed("/runs/0/tool/driver/rules/-", Some(rule.clone()))), ["warning rule-twice runs[0].tool.driver.rules[1]"]);
    rule["name"] = json!("A");
    let twice = ["error duplicate-item runs[0].tool.driver.rules[1]", "warning rule-twice runs[0].tool.driver.rules[1]"];
    assert_eq!(found(&changed("/runs/0/tool/driver/rules/-", Some(rule))), twice);
    // The same result twice.
    let same = good().pointer(RESULT).unwrap().clone();
    assert_eq!(found(&changed("/runs/0/results/-", Some(same))), ["warning results-become-one runs[0].results[1]"]);
    // A message that waits for words.
    let mut log = changed(&format!("{RESULT}/message"), Some(json!({"text": "It is {0}, [see](1).", "arguments": ["open"]})));
    assert_eq!(found(&log), ["warning message-arguments runs[0].results[0].message"]);
    // Categories keep runs apart, as do tools.
    log = changed("/runs/-", Some(good()["runs"][0].clone()));
    log["runs"][1]["automationDetails"]["id"] = json!("a/c/");
    assert_eq!(found(&log), Vec::<String>::new());
}

#[test]
fn every_kind_has_a_case() {
    let mut told: BTreeSet<String> = cases().iter().filter_map(|(_, _, finding)| Some(finding.split(' ').nth(1)?.to_owned())).collect();
    // Those of the tests around this one.
    told.extend(
        ["rule-unknown", "no-rule", "rule-twice", "results-become-one", "message-arguments", "byte-order-mark", "property-twice"]
            .map(str::to_owned),
    );
    let missing: Vec<&str> = kinds::ALL.iter().map(|kind| kind.id).filter(|id| !told.contains(*id)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn the_order_of_members_does_not_matter() {
    let log = changed(&format!("{RESULT}/ruleId"), Some(json!("b"))).to_string();
    let mut reversed: Value = serde_json::from_str(&log).unwrap();
    let run = reversed["runs"][0].as_object_mut().unwrap();
    let tool = run.shift_remove("tool").unwrap();
    run.insert("tool".to_owned(), tool);
    assert_eq!(found(&reversed), ["warning rule-index-wrong runs[0].results[0]"]);
}

#[test]
fn many_of_a_kind_are_counted() {
    let mut log = good();
    let mut result = good().pointer(RESULT).unwrap().clone();
    result["locations"] = json!([]);
    log["runs"][0]["results"] = (0..57)
        .map(|number| {
            result["partialFingerprints"]["primaryLocationLineHash"] = json!(format!("a:{number}"));
            result.clone()
        })
        .collect();
    let report = check_text(&log.to_string()).unwrap();
    assert_eq!((report.errors, report.findings.len()), (57, 1));
    assert_eq!((report.findings[0].count, report.findings[0].instances.len()), (57, TOLD));
}

#[test]
fn what_is_no_json_is_told_with_its_place() {
    let text = format!("{:#}", good());
    let middle = text.split_at(text.len() / 2).0;
    let lines = middle.lines().count();
    for (log, place, words) in [
        ("", (1, 1), "the file is empty"),
        ("  \n", (2, 1), "the file is cut off here"),
        ("not json", (1, 2), "expected ident"),
        ("{\"a\": 1,}", (1, 9), "trailing comma"),
        ("{} {}", (1, 4), "trailing characters"),
        ("\u{feff}", (1, 1), "the file is cut off here"),
        ("{\"a\": 1e999}", (1, 12), "number out of range"),
        (middle, (lines, 0), "the file is cut off here"),
    ] {
        let error = check_text(log).unwrap_err();
        assert!(error.reason.contains(words), "{log:?}: {error}");
        assert_eq!(error.line, Some(place.0), "{log:?}: {error}");
        assert!(place.1 == 0 || error.column == Some(place.1), "{log:?}: {error}");
    }
    assert_eq!(check(&b"\xff\xfe{\0}\0"[..]).unwrap_err().to_string(), "line 1, column 1: this is UTF-16, and JSON is UTF-8");
    assert!(check(&b"{\"a\": \"\xff\"}"[..]).unwrap_err().reason.contains("unicode"));
}

#[test]
fn json_of_something_else_is_no_log() {
    for log in ["[]", "null", "1", "\"text\"", "[[[]]]"] {
        let report = check_text(log).unwrap();
        assert_eq!((report.errors, report.findings[0].kind.id), (1, "not-sarif"), "{log}");
    }
    assert!(check_text("{}").unwrap().errors > 0);
}

#[test]
fn a_byte_order_mark_is_told() {
    let report = check_text(&format!("\u{feff}{}", good())).unwrap();
    assert_eq!((report.errors, report.findings[0].kind.id), (1, "byte-order-mark"));
}

#[test]
fn what_stands_twice_is_told() {
    let text = good().to_string();
    let twice = text.replacen("\"results\":", "\"results\": [], \"results\":", 1);
    let report = check_text(&twice).unwrap();
    assert_eq!((report.warnings, report.findings[0].kind.id), (1, "property-twice"));
}

#[test]
fn depth_and_size_have_an_end() {
    for open in ["[", "{\"runs\":[{\"a\":", "{\"a\":"] {
        let error = check_text(&open.repeat(1_000_000)).unwrap_err();
        assert_eq!(error.reason, "this is nested deeper than 128 levels", "{open}");
    }
    let error = check_within(1_000_000, good().to_string().repeat(1_000).as_bytes()).unwrap_err();
    assert!(error.reason.contains("trailing"), "{error}");
    let error = check_within(1_000_000, format!("[{}", "\n".repeat(2_000_000)).as_bytes()).unwrap_err();
    assert!(error.reason.contains("more than 1 MB") && error.line.is_some_and(|line| line > 900_000), "{error}");
    let wide = format!("[{}1]", "1,".repeat(4_000_000));
    assert!(check_text(&wide).unwrap_err().reason.contains("holds more than"));
}

#[test]
fn names_of_the_log_are_harmless() {
    let log = json!({"version": "\u{1b}[31m", "runs": [], "$schema": "x2.1.0", "\u{202e}\n": 1});
    for group in check_text(&log.to_string()).unwrap().findings {
        for one in group.instances {
            assert!(!format!("{}{}", one.place, one.message).contains(crate::report::text::is_hidden), "{one:?}");
        }
    }
}

proptest! {
    /// Whatever stands anywhere, there is an answer.
    #[test]
    fn nothing_makes_it_panic(at in 0_usize..400, what in 0_usize..9) {
        let mut pointers = Vec::new();
        collect(&good(), "", &mut pointers);
        let pointer = &pointers[at % pointers.len()];
        let mut log = good();
        let values = [json!(null), json!(0), json!(-1), json!(1.5), json!(""), json!([]), json!({}), json!([[null]]), json!({"a": {"b": []}})];
        *log.pointer_mut(pointer).unwrap() = values[what].clone();
        prop_assert!(check_text(&log.to_string()).is_ok());
    }

    #[test]
    fn any_text_has_an_answer(text in "[\\[\\]{}:,\"0-9a-z\\\\ -]{0,80}") {
        let _ = check_text(&text);
    }
}

/// The pointers to all values below one.
fn collect(value: &Value, pointer: &str, found: &mut Vec<String>) {
    found.push(pointer.to_owned());
    match value {
        Value::Object(object) => object.iter().for_each(|(name, value)| collect(value, &format!("{pointer}/{name}"), found)),
        Value::Array(list) => list.iter().enumerate().for_each(|(index, value)| collect(value, &format!("{pointer}/{index}"), found)),
        _ => {}
    }
}
