//! Every call of a scan refused once: knowing less may turn a verdict into "unknown", and never one into another.
#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test stops where something is wrong")]

mod common;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Mutex;

use apiaudit::collect::calls;
use common::emulator::{EVERYTHING, Emulator, counts};
use common::verdicts::{Judged, texts, verdicts};
use serde_json::{Value, json};

/// Emulators at a time, each with an account of its own: ids repeat with the seed.
const AT_A_TIME: usize = 2;

/// A scan that saves its inventory makes every call, also those that no rule asks for.
const WHOLE: [&str; 5] = ["--format", "json", "--all-verdicts", "--save-inventory", "inventory.json"];

/// Operations whose answer another one gives as well: refusing them changes no verdict.
const REPLACED: [(&str, &str); 3] = [
    ("ec2:DescribeSecurityGroupRules", "DescribeSecurityGroups tells the same rules, without their ids"),
    ("wafv2:ListWebACLs", "GetWebACLForResource asks from the other side"),
    ("wafv2:ListResourcesForWebACL", "GetWebACLForResource asks from the other side"),
];

/// What a scan brought, with some operations refused.
struct Scan {
    report: Value,
    verdicts: BTreeMap<Judged, (String, bool)>,
    calls: BTreeMap<String, u64>,
    code: i32,
}

fn everything() -> Emulator {
    let emulator = Emulator::start();
    emulator.seed("everything", EVERYTHING);
    emulator
}

fn scan(emulator: &Emulator, denied: &[&str]) -> Scan {
    emulator.relax();
    emulator.shape(&json!({"deny": denied.iter().map(|name| name.replace(':', ".")).collect::<Vec<_>>()}));
    let ran = emulator.scan(EVERYTHING).args(WHOLE).run();
    assert!(ran.code != 2 && ran.code != 3, "{denied:?}: exit code {}\n{}", ran.code, ran.stderr);
    let seen = emulator.seen();
    let refused = counts(&seen["refused"]);
    assert!(denied.iter().all(|name| refused.contains_key(*name)), "not all of {denied:?} were refused: {refused:?}");
    let report = ran.json();
    Scan { verdicts: verdicts(&report), report, calls: counts(&seen["calls"]), code: ran.code }
}

#[test]
fn a_refused_call_never_changes_a_verdict_into_another() {
    let first = everything();
    let baseline = scan(&first, &[]);
    let operations: Vec<&str> = baseline.calls.keys().map(String::as_str).filter(|name| *name != "sts:AssumeRole").collect();
    assert!(operations.len() > 35, "{operations:?}");
    let (queue, report) = (Mutex::new(operations.iter()), Mutex::new(BTreeMap::new()));
    let work = |emulator: Emulator| {
        loop {
            let Some(operation) = queue.lock().unwrap().next() else { return };
            let outcome = one_denial(&emulator, &baseline, operation);
            report.lock().unwrap().insert(*operation, outcome);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..AT_A_TIME {
            scope.spawn(|| work(everything()));
        }
        work(first);
    });
    let report = report.into_inner().unwrap();
    let wrong: Vec<&String> = report.values().flat_map(|(_, wrong)| wrong).collect();
    let rows = report.values().map(|(row, _)| row.as_str()).collect::<String>();
    println!("{} operations, {} verdicts, {} wrong\n{rows}", report.len(), baseline.verdicts.len(), wrong.len());
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.iter().fold(String::new(), |text, line| text + line + "\n"));
}

/// Refuses one operation, and then, with it, each that the scan asked instead: rows of the summary, and everything that is wrong.
fn one_denial(emulator: &Emulator, baseline: &Scan, operation: &str) -> (String, Vec<String>) {
    let denied = scan(emulator, &[operation]);
    let mut wrong = judge(baseline, &denied, &[operation]);
    let mut rows = row(baseline, &denied, operation);
    for instead in denied.calls.keys().filter(|name| !baseline.calls.contains_key(*name)) {
        let both = [operation, instead.as_str()];
        let denied = scan(emulator, &both);
        wrong.extend(judge(baseline, &denied, &both));
        rows.push_str(&row(baseline, &denied, &format!("… and {instead}")));
    }
    (rows, wrong)
}

fn row(baseline: &Scan, denied: &Scan, operation: &str) -> String {
    let count = |of: &Scan, what: &str| of.verdicts.values().filter(|(verdict, _)| verdict == what).count();
    let mut row = format!("  {operation:<40} exit {}", denied.code);
    for what in ["fail", "pass", "unknown", "not-applicable"] {
        let _ = write!(row, "  {what} {} → {}", count(baseline, what), count(denied, what));
    }
    row.push('\n');
    row
}

/// What a scan says that it should not, knowing less than the baseline.
fn judge(baseline: &Scan, denied: &Scan, operations: &[&str]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (judged, (before, _)) in baseline.verdicts.iter().filter(|(_, (_, draft))| !draft) {
        match denied.verdicts.get(judged) {
            Some((_, true)) | None if covered(denied, judged) => {}
            Some((after, false)) if after == before || after == "unknown" => {}
            Some((after, draft)) => wrong.push(format!("{before} became {after}{}: {judged:?}", if *draft { " of a draft" } else { "" })),
            None => wrong.push(format!("{before} vanished, and nothing says that something could not be listed: {judged:?}")),
        }
    }
    for (judged, (verdict, draft)) in &denied.verdicts {
        if !baseline.verdicts.contains_key(judged) && verdict != "unknown" && !draft {
            wrong.push(format!("{verdict} out of nothing: {judged:?}"));
        }
    }
    wrong.extend(unexplained(baseline, denied, operations));
    wrong.extend(unnamed(baseline, denied, operations));
    wrong.into_iter().map(|wrong| format!("{}: {wrong}", operations.join(" and "))).collect()
}

/// Whether an unknown verdict of the same rule stands for the list that the subject would have been in.
fn covered(denied: &Scan, (rule, subject): &Judged) -> bool {
    denied.verdicts.iter().any(|((other, list), (verdict, _))| {
        let parent = list.split_once("#unread-").map(|(parent, _)| parent);
        other == rule && verdict == "unknown" && parent.is_some_and(|parent| holds(parent, subject))
    })
}

/// Whether a subject can be in a list that belongs to that parent: a region, with what is listed in brackets, or an ARN.
fn holds(parent: &str, subject: &str) -> bool {
    if !parent.starts_with("arn:") {
        let (region, list) = parent.split_once(" (").unwrap_or((parent, ""));
        let part = match list {
            "REST)" => "/restapis/",
            "HTTP and WebSocket)" => "/apis/",
            _ => "",
        };
        // The parts of a network and domain names are told by ids without a region; the scan is of one.
        return (subject.split(':').nth(3) == Some(region) || !subject.contains(':')) && subject.contains(part);
    }
    // The ARNs of listeners and services carry the names of what they belong to, under a type of their own.
    let parent = parent.replace(":loadbalancer/", ":listener/").replace(":cluster/", ":service/");
    subject.strip_prefix(&parent).is_some_and(|rest| rest.starts_with(['/', '#']))
}

/// Refused actions that the missing permissions do not name. Where another call told the same, there is nothing to name.
fn unnamed(baseline: &Scan, denied: &Scan, operations: &[&str]) -> Vec<String> {
    let told = texts(&denied.report["missing_permissions"]);
    let named = |operation: &str| {
        let call = calls::find(operation).unwrap_or_else(|| panic!("{operation} is not in the table"));
        told.contains(&call.action)
    };
    let replaced = |operation: &str| REPLACED.iter().any(|(name, _)| *name == operation);
    match operations {
        [operation] if replaced(operation) => {
            let same = denied.verdicts == baseline.verdicts && denied.report["complete"] == baseline.report["complete"];
            if same { Vec::new() } else { vec!["it is replaced by another call, and yet verdicts differ".to_owned()] }
        }
        _ => {
            let unnamed = operations.iter().filter(|operation| !named(operation) && !replaced(operation));
            unnamed.map(|operation| format!("the missing permissions do not name {operation}: {told:?}")).collect()
        }
    }
}

/// New unknowns that do not say what was refused.
fn unexplained(baseline: &Scan, denied: &Scan, operations: &[&str]) -> Vec<String> {
    let mut wrong = Vec::new();
    let actions: Vec<&str> = operations.iter().filter_map(|operation| calls::find(operation)).map(|call| call.action).collect();
    for unknown in denied.report["unknowns"].as_array().unwrap() {
        let judged = (unknown["rule"].as_str().unwrap().to_owned(), unknown["subject"]["id"].as_str().unwrap().to_owned());
        if baseline.verdicts.get(&judged).is_some_and(|(verdict, _)| verdict == "unknown") {
            continue;
        }
        let names = |gap: &Value| {
            let names = |field: &str, of: &[&str]| gap[field].as_str().is_some_and(|name| of.contains(&name));
            names("operation", operations) || names("action", &actions)
        };
        if !unknown["gaps"].as_array().unwrap().iter().any(names) {
            wrong.push(format!("an unknown does not name what was refused: {judged:?} {}", unknown["gaps"]));
        }
    }
    wrong
}

#[test]
fn with_everything_refused_nothing_is_claimed() {
    let emulator = everything();
    emulator.shape(&json!({"deny": ["*"]}));
    let ran = emulator.scan(EVERYTHING).args(WHOLE).run();
    let report = ran.ends(3).json();
    let claimed: Vec<_> = verdicts(&report).into_iter().filter(|(_, (verdict, _))| verdict != "unknown").collect();
    assert!(claimed.is_empty(), "{claimed:?}");
    let rules = report["rules"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap());
    for rule in rules {
        assert!(report["unknowns"].as_array().unwrap().iter().any(|unknown| unknown["rule"] == rule), "{rule} says nothing");
    }
    assert_eq!(report["complete"], false);
    assert_eq!(report["account"], Value::Null);
    assert!(texts(&report["missing_permissions"]).contains(&"sts:GetCallerIdentity"));
    emulator.scan(EVERYTHING).arg("--strict").run().ends(3);
}
