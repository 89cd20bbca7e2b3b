//! Runs held against earlier ones, through the binary: baselines and differences.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test stops where something is wrong")]

mod common;

use common::program::{Apiaudit, Ran};
use common::{bytes_of, repository, text_of, write};
use serde_json::{Value, json};

const BEFORE: &str = "fixtures/inventories/article-before.json";
/// An account with a security group that nothing uses, which only `--scope account` judges.
const UNUSED: &str = "fixtures/rules/unused-security-group/fail-account-names-only-itself.json";
const AFTER: &str = "fixtures/inventories/article-after.json";

fn scan(inventory: &str) -> Apiaudit {
    Apiaudit::new().args(["scan", "--inventory"]).arg(repository(inventory))
}

/// A report of an inventory, as text.
fn report(inventory: &str, args: &[&str]) -> String {
    scan(inventory).args(["--format", "json", "--fail-on", "none"]).args(args).run().ends(0).stdout
}

/// A scan of an inventory, held against a baseline.
fn held(inventory: &str, baseline: &str, args: &[&str]) -> Ran {
    let run = scan(inventory).args(["--baseline", "b.json"]).args(args);
    write(&run.home().join("b.json"), baseline);
    run.run()
}

fn value(path: &str) -> Value {
    serde_json::from_str(&text_of(&repository(path))).unwrap()
}

fn sum(report: &Value) -> [u64; 4] {
    ["new", "unchanged", "fixed", "cannot_tell"].map(|key| report["baseline"]["summary"][key].as_u64().unwrap())
}

#[test]
fn a_run_against_itself_has_nothing_new() {
    for baseline in [report(BEFORE, &[]), report(BEFORE, &["--all-verdicts"]), text_of(&repository(BEFORE))] {
        let ran = held(BEFORE, &baseline, &["--format", "json", "--fail-on-new"]).ends(0);
        let report = ran.json();
        let [new, unchanged, fixed, untold] = sum(&report);
        assert_eq!((new, fixed, untold), (0, 0, 0));
        assert_eq!(unchanged, report["summary"]["fail"].as_u64().unwrap());
        assert!(report["findings"].as_array().unwrap().iter().all(|finding| finding["standing"] == "unchanged"));
    }
    // Without --fail-on-new what is old fails the run all the same.
    held(BEFORE, &report(BEFORE, &[]), &[]).ends(1);
}

#[test]
fn a_migration_fixes_and_going_back_is_new() {
    for baseline in [report(BEFORE, &[]), text_of(&repository(BEFORE))] {
        let report = held(AFTER, &baseline, &["--format", "json", "--fail-on-new", "--fail-on", "medium"]).ends(0).json();
        let fixed = report["baseline"]["fixed"].as_array().unwrap();
        assert!(fixed.iter().any(|one| one["rule"] == "public-alb-behind-api"), "{fixed:?}");
    }
    let ran = held(BEFORE, &report(AFTER, &[]), &["--fail-on-new"]).ends(1);
    assert!(ran.stdout.contains("new: it did not fail before"), "{}", ran.stdout);
    held(BEFORE, &report(AFTER, &[]), &["--fail-on-new", "--fail-on", "none"]).ends(0);
}

#[test]
fn a_lost_permission_fixes_nothing() {
    let mut less = value(BEFORE);
    let denied = json!({"items": [], "gaps": [{"action": "elasticloadbalancing:DescribeLoadBalancers", "cause": "denied"}]});
    less["regions"][0]["load_balancers"] = denied;
    let run = Apiaudit::new().args(["scan", "--inventory", "i.json", "--baseline", "b.json", "--format", "json", "--fail-on", "none"]);
    write(&run.home().join("i.json"), &less.to_string());
    write(&run.home().join("b.json"), &report(BEFORE, &[]));
    let report = run.run().ends(0).json();
    let [_, _, fixed, untold] = sum(&report);
    assert_eq!(fixed, 0, "{}", report["baseline"]["fixed"]);
    assert!(untold > 0);
    let reasons = report["baseline"]["cannot_tell"].as_array().unwrap();
    assert!(reasons.iter().any(|one| one["rule"] == "public-alb-behind-api" && one["because"] == "not-listed"), "{reasons:?}");
}

#[test]
fn a_rule_of_now_is_said_to_be_new() {
    let before = report(BEFORE, &["--skip", "public-alb-behind-api"]);
    let report = held(BEFORE, &before, &["--format", "json"]).ends(1).json();
    let new: Vec<&Value> = report["findings"].as_array().unwrap().iter().filter(|finding| finding["standing"] == "new").collect();
    assert!(!new.is_empty() && new.iter().all(|finding| finding["because"] == "new-rule" && finding["rule"] == "public-alb-behind-api"));
    // The other way nothing can be told of it.
    let whole = self::report(BEFORE, &[]);
    let report = held(BEFORE, &whole, &["--format", "json", "--skip", "public-alb-behind-api"]).ends(1).json();
    assert_eq!(report["baseline"]["cannot_tell"][0]["because"], "rule-not-applied");
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let mut other = value(BEFORE);
    other["account"]["id"] = json!("999999999999");
    held(BEFORE, &other.to_string(), &[]).refuses(2, "it is of account 999999999999, and this is account 123456789012");
    let mut elsewhere = value(BEFORE);
    elsewhere["regions"][0]["name"] = json!("us-east-1");
    held(BEFORE, &elsewhere.to_string(), &[]).refuses(2, "no region in common");
    held(BEFORE, "{\"format\": \"apiaudit-paths\"}", &[]).refuses(2, "is neither a report nor an inventory");
    let whole = report(BEFORE, &[]);
    held(BEFORE, &whole[..whole.len() / 2], &[]).refuses(2, "EOF while parsing");
    held(BEFORE, &whole.replacen("\"version\": 1", "\"version\": 9", 1), &[]).refuses(2, "the report has format version 9");
    held(BEFORE, &whole, &["--format", "json=b.json"]).refuses(2, "b.json cannot be both read and written");
    scan(BEFORE).args(["--baseline", "gone.json"]).run().refuses(2, "gone.json cannot be read");
    let ran = scan(BEFORE).arg("--fail-on-new").run().ends(2);
    assert!(ran.stderr.contains("--baseline"), "{}", ran.stderr);
}

#[test]
fn judging_less_fixes_nothing() {
    let whole = report(UNUSED, &["--scope", "account"]);
    let paths = held(UNUSED, &whole, &["--format", "json", "--fail-on", "none"]).ends(0).json();
    assert_eq!(sum(&paths)[2], 0, "{}", paths["baseline"]["fixed"]);
    let lost = paths["baseline"]["cannot_tell"].as_array().unwrap();
    assert!(!lost.is_empty() && lost.iter().all(|one| one["because"] == "out-of-scope"), "{lost:?}");
    let back = held(UNUSED, &report(UNUSED, &[]), &["--scope", "account", "--format", "json", "--fail-on", "none"]).ends(0).json();
    let new: Vec<&Value> = back["findings"].as_array().unwrap().iter().filter(|one| one["standing"] == "new").collect();
    assert!(!new.is_empty() && new.iter().all(|one| one["because"] == "new-scope"), "{new:?}");
}

#[test]
fn what_a_narrowed_report_leaves_out_is_not_better() {
    let reports = [report(BEFORE, &[]), report(BEFORE, &["--resource", "GET /orders"])];
    let run = Apiaudit::new().args(["diff", "a.json", "b.json", "--format", "json"]);
    write(&run.home().join("a.json"), &reports[0]);
    write(&run.home().join("b.json"), &reports[1]);
    let found = run.run().ends(0).json();
    let verdicts = found["verdicts"].as_array().unwrap();
    assert!(!verdicts.is_empty() && verdicts.iter().all(|one| one["after"] == "not-seen"), "{verdicts:?}");
}

#[test]
fn sarif_of_a_comparison_is_taken_by_github() {
    let ran = held(BEFORE, &report(AFTER, &[]), &["--format", "sarif=r.sarif", "--format", "table"]).ends(1);
    let log: Value = serde_json::from_str(&text_of(&ran.file("r.sarif"))).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert!(
        results.iter().any(|result| result["baselineState"] == "new") && results.iter().all(|result| result["baselineState"] != "absent")
    );
    let checked = Apiaudit::new().args(["sarif-check", "--strict"]).arg(ran.file("r.sarif")).run();
    assert_eq!(checked.code, 0, "{}", checked.stdout);
    let back = held(AFTER, &report(BEFORE, &[]), &["--format", "sarif=r.sarif", "--sarif-profile", "generic", "--fail-on", "none"]).ends(0);
    assert!(text_of(&back.file("r.sarif")).contains("\"baselineState\": \"absent\""));
}

fn diff(before: &str, after: &str, args: &[&str]) -> Ran {
    Apiaudit::new().arg("diff").arg(repository(before)).arg(repository(after)).args(args).run()
}

#[test]
fn a_difference_names_its_cause() {
    let ran = diff(AFTER, BEFORE, &[]).ends(1);
    for words in ["public-alb-behind-api", "caused by", "load balancer orders-alb", "any IPv4 address", "around"] {
        assert!(ran.stdout.contains(words), "{words}: {}", ran.stdout);
    }
    diff(AFTER, BEFORE, &["--exit-zero"]).ends(0);
    // The new load balancer and link have small findings of their own.
    diff(BEFORE, AFTER, &["--severity", "medium"]).ends(0);
    let same = diff(BEFORE, BEFORE, &["--format", "markdown"]).ends(0);
    assert!(same.stdout.starts_with("### apiaudit diff: no worse, nothing changed\n"), "{}", same.stdout);
    let document = diff(AFTER, BEFORE, &["--format", "json"]).ends(1).json();
    let public = document["verdicts"].as_array().unwrap().iter().find(|one| one["rule"] == "public-alb-behind-api").unwrap();
    // It takes the load balancer, and any one of the routes that lead to it.
    let cause = &public["cause"];
    assert_eq!((cause["enough"].as_bool(), cause["alone"].as_array().map(Vec::len)), (Some(true), Some(0)), "{cause}");
    let kind =
        |number: &Value| document["changes"][usize::try_from(number.as_u64().unwrap()).unwrap()]["kind"].as_str().unwrap().to_owned();
    let kinds = |list: &str| cause[list].as_array().unwrap().iter().map(kind).collect::<Vec<_>>();
    assert_eq!(kinds("together"), ["load balancer"]);
    assert!(kinds("beside").contains(&"route".to_owned()), "{:?}", kinds("beside"));
}

#[test]
fn reports_and_inventories_mix() {
    let run = Apiaudit::new().args(["diff", "r.json"]).arg(repository(BEFORE));
    write(&run.home().join("r.json"), &report(AFTER, &[]));
    let ran = run.run().ends(1);
    assert!(ran.stdout.contains("no finding → fail public-alb-behind-api"), "{}", ran.stdout);
    assert!(ran.stdout.contains("between two inventories only"), "{}", ran.stdout);
    diff(BEFORE, "Cargo.toml", &[]).ends(2);
}

#[test]
fn a_compressed_baseline_is_read() {
    let saved = scan(BEFORE).args(["--save-inventory", "b.json.gz", "--format", "json=r.json.gz", "--fail-on", "none"]).run().ends(0);
    for name in ["b.json.gz", "r.json.gz"] {
        assert_eq!(bytes_of(&saved.file(name))[..2], [0x1f, 0x8b]);
        scan(BEFORE).arg("--baseline").arg(saved.file(name)).arg("--fail-on-new").run().ends(0);
    }
}
