//! SARIF of real scans, as Microsoft's validator and GitHub see it.
#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test stops where something is wrong")]

mod common;

use std::process::Command;

use common::emulator::{BEFORE, EMPTY, EVERYTHING, Shared};
use common::program::Ran;
use common::{repository, text_of};
use serde_json::{Value, json};

/// The one run of a log.
fn run_of(ran: &Ran) -> Value {
    let log: Value = serde_json::from_str(&text_of(&ran.file("report.sarif"))).unwrap();
    assert_eq!(log["runs"].as_array().unwrap().len(), 1);
    log["runs"][0].clone()
}

#[test]
fn logs_of_real_scans_are_valid_and_honest() {
    let aws = Shared::get();
    let scan = |region: &str| aws.scan(region).args(["--format", "sarif=report.sarif", "--fail-on", "none"]).run().ends(0);
    let (before, everything, empty) = (scan(BEFORE), scan(EVERYTHING), scan(EMPTY));
    aws.shape(&json!({"deny": ["ec2.DescribeSecurityGroups", "elbv2.DescribeRules"]}));
    let refused = scan(BEFORE);

    let successful = |ran: &Ran| run_of(ran)["invocations"][0]["executionSuccessful"].clone();
    assert_eq!(successful(&before), true);
    assert_eq!(successful(&empty), true);
    assert_eq!(successful(&refused), false);

    let results = run_of(&before)["results"].as_array().unwrap().clone();
    let open = results.iter().find(|result| result["ruleId"] == "public-alb-behind-api").expect("a result");
    assert!(open["message"]["text"].as_str().unwrap().contains("orders-alb"), "{open}");
    assert_eq!(open["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "apiaudit.toml");
    assert_eq!(run_of(&empty)["results"], json!([]));

    let files = [&before, &everything, &empty, &refused].map(|ran| ran.file("report.sarif"));
    let node = Command::new("node").arg(repository("tests/sarif/validate.mjs")).args(&files).output();
    let node = node.unwrap_or_else(|error| panic!("this test needs Node 20 or newer as `node`: {error}"));
    let said = format!("{}{}", String::from_utf8_lossy(&node.stdout), String::from_utf8_lossy(&node.stderr));
    assert!(node.status.success(), "{said}");
}
