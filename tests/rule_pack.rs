//! Every rule of the pack on emulated accounts: somewhere it fails, and somewhere it passes, through the real binary and over HTTP.
#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test stops where something is wrong")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use apiaudit::rules::{RulePack, embedded, facts};
use common::emulator::Emulator;
use serde_json::Value;

/// The accounts, each in a region of an emulator of its own. `hygiene-bad` breaks what `hygiene-good` keeps; the others have what
/// is about ways in.
const ACCOUNTS: [&str; 10] = [
    "hygiene-bad",
    "hygiene-good",
    "everything",
    "article-before",
    "article-after",
    "open-tasks",
    "second-balancer",
    "skipped-waf",
    "guarded",
    "custom-domain",
];

/// The rules that no emulated account makes fail, or pass, and why.
const NOT_HELD: [(&str, &str, &str); 10] = [
    ("authenticated-rule-bypassed", "pass", NO_SCENARIO),
    ("backend-open-to-shared-ranges", "fail", NO_SCENARIO),
    ("load-balancer-scheme-subnet-mismatch", "fail", NO_SCENARIO),
    ("privatelink-enforcement-blocks-vpc-link", "fail", NO_SCENARIO),
    ("security-group-shared-by-load-balancer-and-tasks", "fail", NO_SCENARIO),
    ("service-with-missing-tasks", "fail", "services of the emulator run what they want"),
    ("shadowed-listener-rule", "fail", NO_SCENARIO),
    ("source-ip-condition-as-only-guard", "fail", NO_SCENARIO),
    ("vpc-link-security-group-mismatch", "fail", NO_SCENARIO),
    ("vpc-link-without-nlb", "fail", "moto makes no link to what is no network load balancer"),
];

/// The emulator could hold it: nobody has written the account yet.
const NO_SCENARIO: &str = "no scenario has it yet; the cases in fixtures/rules do";

/// The verdicts of each rule, over a whole account, hygiene of what no API uses included.
fn judged(account: &str) -> BTreeMap<String, BTreeSet<String>> {
    let emulator = Emulator::start();
    emulator.seed(account, "us-east-1");
    let report = emulator.scan("us-east-1").args(["--format", "json", "--all-verdicts", "--scope", "account"]).run();
    assert!(report.code < 2, "{account}: exit code {}\n{}", report.code, report.stderr);
    let report = report.json();
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    for verdict in report["verdicts"].as_array().unwrap() {
        found.entry(text(&verdict["rule"])).or_default().insert(text(&verdict["verdict"]));
    }
    found
}

#[test]
fn every_rule_fails_in_one_account_and_passes_in_another() {
    let pack = RulePack::load(embedded().into_iter(), &facts::registry()).unwrap();
    let accounts: Vec<BTreeMap<String, BTreeSet<String>>> =
        std::thread::scope(|scope| ACCOUNTS.map(|account| scope.spawn(move || judged(account))).map(|run| run.join().unwrap()).into());
    let mut missing = String::new();
    for rule in pack.rules() {
        for verdict in ["fail", "pass"] {
            let held = accounts.iter().any(|account| account.get(&rule.id).is_some_and(|verdicts| verdicts.contains(verdict)));
            let excused = NOT_HELD.iter().any(|(id, which, why)| *id == rule.id && *which == verdict && !why.is_empty());
            match (held, excused) {
                (false, false) => writeln!(missing, "{} is nowhere a {verdict}", rule.id).unwrap(),
                (true, true) => writeln!(missing, "{} is a {verdict} somewhere: it needs no excuse", rule.id).unwrap(),
                _ => {}
            }
        }
    }
    assert!(missing.is_empty(), "{missing}");
}

/// The same things, kept well: what is about the hygiene of settings finds nothing there.
#[test]
fn what_the_bad_account_breaks_the_good_one_keeps() {
    let (bad, good) = (judged("hygiene-bad"), judged("hygiene-good"));
    let fails = |account: &BTreeMap<String, BTreeSet<String>>| -> BTreeSet<String> {
        account.iter().filter(|(_, verdicts)| verdicts.contains("fail")).map(|(rule, _)| rule.clone()).collect()
    };
    let (bad, good) = (fails(&bad), fails(&good));
    let kept: Vec<&String> = bad.difference(&good).collect();
    assert!(kept.len() > 50, "only {kept:?}");
    insta::assert_debug_snapshot!("rules_that_the_good_account_breaks", good);
}
