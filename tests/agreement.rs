//! Code judged before deployment, and the account it was deployed to judged afterwards: what both can tell is the same.
#![cfg(feature = "aws")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test stops where something is wrong"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use common::emulator::Emulator;
use common::program::Apiaudit;
use common::{repository, text_of};
use serde_json::{Value, json};

const REGION: &str = "us-east-1";
const ACCOUNT: &str = "123456789012";

/// Verdicts by rule, kind and name of what was judged.
type Verdicts = BTreeMap<(String, String, String), BTreeSet<String>>;

fn verdicts(report: &Value, stack: &str) -> Verdicts {
    let mut found = Verdicts::new();
    for judged in report["verdicts"].as_array().unwrap() {
        let text = |key: &str| judged[key].as_str().unwrap().to_owned();
        // What stands for things that could not be listed is no resource.
        if !text("subject").contains("#unread-") {
            // AWS shows what a stage of a WebSocket API serves by its working copy only. SAM names the API that events imply by the stack.
            let name = text("name")
                .replace(", working copy", "")
                .replace(", by the working copy", "")
                .replace(&format!(" of {stack}"), " of ServerlessRestApi");
            // A link is named with its id.
            let name = if text("kind") == "vpc-link" { name.split(" (").next().unwrap().to_owned() } else { name };
            let name = if text("kind") == "api" { name.replace(&format!("API {stack}"), "API ServerlessRestApi") } else { name };
            // A network's parts are named with their ids, which code does not know: those of one kind are compared as one.
            let network = ["security-group", "network-acl", "subnet", "vpc"].contains(&text("kind").as_str());
            let name = if network { name.rsplit_once(" (").map_or_else(|| text("kind"), |(_, own)| own.to_owned()) } else { name };
            // Only deployment tells a revision.
            let name = if text("kind") == "task-definition" { name.trim_end_matches(":1").to_owned() } else { name };
            // The VPC that every account begins with is no part of the code, and of no API's path either.
            if network && text("verdict") == "not-applicable" {
                continue;
            }
            found.entry((text("rule"), text("kind"), name)).or_default().insert(text("verdict"));
        }
    }
    found
}

/// The rules that could not be told for something that could not be listed.
fn unread(report: &Value) -> BTreeSet<String> {
    let judged = report["verdicts"].as_array().unwrap().iter();
    let unread = judged.filter(|judged| judged["subject"].as_str().unwrap().contains("#unread-"));
    unread.map(|judged| judged["rule"].as_str().unwrap().to_owned()).collect()
}

/// What is told of one and the other, and where they differ.
struct Comparison {
    agreed: usize,
    resolved: usize,
    /// Verdicts that only code can tell: AWS does not show what they hang on.
    hidden: usize,
    fails: BTreeSet<String>,
    quarrels: Vec<String>,
}

fn compare(code: &Value, live: &Value, stack: &str) -> Comparison {
    let (mut before, mut after, unread) = (verdicts(code, stack), verdicts(live, stack), unread(code));
    // The configurations give their subnets public addresses, and not all templates that they mirror do.
    if code["code"]["kind"] == "terraform-plan" {
        for side in [&mut before, &mut after] {
            side.retain(|(rule, ..), _| rule != "subnet-assigns-public-addresses");
        }
    }
    let mut comparison = Comparison { agreed: 0, resolved: 0, hidden: 0, fails: BTreeSet::new(), quarrels: Vec::new() };
    for (key, one) in &before {
        let Some(other) = after.get(key) else {
            // A definite verdict about what is not there afterwards is wrong.
            if one.contains("fail") {
                comparison.quarrels.push(format!("{key:?}: {one:?} in code, and nothing of that name is live"));
            }
            continue;
        };
        if one == other {
            comparison.agreed += usize::from(!one.contains("unknown"));
            if one.contains("fail") {
                comparison.fails.insert(key.0.clone());
            }
        } else if one.contains("unknown") {
            comparison.resolved += 1;
        } else if other.contains("unknown") {
            comparison.hidden += 1;
        } else {
            comparison.quarrels.push(format!("{key:?}: {one:?} in code, {other:?} live"));
        }
    }
    for (key, other) in after.iter().filter(|(key, other)| other.contains("fail") && !before.contains_key(*key)) {
        if !unread.contains(&key.0) {
            comparison.quarrels.push(format!("{key:?}: {other:?} live, and code knows nothing of it"));
        }
    }
    comparison
}

fn cases(folder: &str) -> Vec<Value> {
    serde_json::from_str(&text_of(&repository(&format!("fixtures/{folder}/cases.json")))).unwrap()
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().map(|items| items.iter().map(|item| item.as_str().unwrap().to_owned()).collect()).unwrap_or_default()
}

/// Deploys templates to an empty account, and scans it.
fn live(emulator: &Emulator, case: &Value) -> Value {
    emulator.control("/_emulator/reset", Some(&json!({"seed": 1})));
    emulator.control("/_emulator/deploy", Some(case));
    let scan = emulator.scan(REGION).args(["--format", "json", "--all-verdicts", "--fail-on", "none"]);
    scan.run().ends(0).json()
}

fn code(args: &[String]) -> Value {
    let scan = Apiaudit::new().arg("scan").args(args).args(["--account-id", ACCOUNT]);
    scan.args(["--format", "json", "--all-verdicts", "--fail-on", "none"]).run().ends(0).json()
}

/// What the case must be sure of before deployment: the findings that it is about.
fn expected(case: &str) -> &'static [&'static str] {
    match case {
        "article-before" => &["public-alb-behind-api", "integration-not-private", "unauthenticated-route"],
        "standalone-ingress" | "waf-stage-only" | "dualstack" | "parameters-conditions-dev" => &["public-alb-behind-api"],
        "security-groups" | "sam-api" | "websocket" | "imports" | "nested" | "openapi-body" => &["integration-not-private"],
        _ => &[],
    }
}

fn report(name: &str, comparison: &Comparison, trouble: &mut Vec<String>) {
    let Comparison { agreed, resolved, hidden, fails, .. } = comparison;
    println!("{name}: {agreed} alike, {resolved} resolved by deployment, {hidden} hidden by AWS, fails {fails:?}");
    trouble.extend(comparison.quarrels.iter().map(|quarrel| format!("{name}: {quarrel}")));
    for rule in expected(name) {
        if !comparison.fails.contains(*rule) {
            trouble.push(format!("{name}: {rule} is not found before deployment and after it"));
        }
    }
    // AWS exports no WebSocket API.
    if comparison.hidden > 0 && name != "websocket" {
        trouble.push(format!("{name}: {} verdicts are told before deployment and not after it", comparison.hidden));
    }
    if comparison.agreed < 5 {
        trouble.push(format!("{name}: only {} verdicts are alike", comparison.agreed));
    }
}

#[test]
fn templates_and_what_they_deploy_are_judged_alike() {
    let emulator = Emulator::start();
    let mut trouble = Vec::new();
    for case in cases("cloudformation") {
        let name = case["stack"].as_str().unwrap();
        let mut args = vec!["--region".to_owned(), REGION.to_owned()];
        for file in strings(&case["files"]) {
            args.extend(["--cloudformation".to_owned(), repository(&file).to_string_lossy().into_owned()]);
        }
        if let Some(file) = case["parameters"].as_str() {
            args.extend(["--parameters".to_owned(), repository(file).to_string_lossy().into_owned()]);
        }
        report(name, &compare(&code(&args), &live(&emulator, &case), name), &mut trouble);
    }
    assert!(trouble.is_empty(), "{}", trouble.join("\n"));
}

/// Brings a fixture into a folder as Terraform leaves it.
fn checked_out(folder: &str, to: &Path) {
    for entry in std::fs::read_dir(repository(folder)).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().replace("dot-terraform", ".terraform");
        if entry.path().is_dir() {
            std::fs::create_dir_all(to.join(&name)).unwrap();
            checked_out(&format!("{folder}/{}", entry.file_name().to_string_lossy()), &to.join(&name));
        } else {
            std::fs::copy(entry.path(), to.join(&name)).unwrap();
        }
    }
}

#[test]
fn plans_and_what_they_deploy_are_judged_alike() {
    let emulator = Emulator::start();
    let templates = cases("cloudformation");
    let mut trouble = Vec::new();
    for case in cases("terraform").iter().filter(|case| case["mirrors"].is_string()) {
        let name = case["case"].as_str().unwrap();
        let folder = tempfile::tempdir().unwrap();
        checked_out(case["folder"].as_str().unwrap(), folder.path());
        let place = |file: &str| folder.path().join(file).to_string_lossy().into_owned();
        let template = templates.iter().find(|template| template["stack"] == case["mirrors"]).unwrap();
        let live = live(&emulator, template);
        let with_code = vec!["--terraform-plan".to_owned(), place("plan.json"), "--iac".to_owned(), place("")];
        report(name, &compare(&code(&with_code), &live, name), &mut trouble);
        // Without the code beside it less is known, and nothing else.
        let alone = compare(&code(&with_code[..2]), &live, name);
        trouble.extend(alone.quarrels.iter().map(|quarrel| format!("{name}, the plan alone: {quarrel}")));
    }
    assert!(trouble.is_empty(), "{}", trouble.join("\n"));
}
