//! SARIF of real scans and of saved inventories, as Microsoft's validator and GitHub see it.
#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test stops where something is wrong")]

mod common;

use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use common::emulator::{BEFORE, EMPTY, EVERYTHING, Shared};
use common::program::{Apiaudit, Ran};
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

    validate(&[before, everything, empty, refused]);
}

#[test]
fn logs_of_saved_inventories_are_valid() {
    let inventories = repository("fixtures/inventories").read_dir().unwrap().map(|entry| entry.unwrap().path());
    let inventories = inventories.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    let scan = |inventory| {
        let scan = Apiaudit::new().args(["scan", "--format", "sarif=report.sarif", "--fail-on", "none", "--inventory"]);
        scan.arg(inventory).run().ends(0)
    };
    validate(&inventories.map(scan).collect::<Vec<_>>());
}

#[test]
fn logs_of_code_are_valid() {
    let cases =
        |folder: &str| -> Vec<Value> { serde_json::from_str(&text_of(&repository(&format!("fixtures/{folder}/cases.json")))).unwrap() };
    let scan = || Apiaudit::new().args(["scan", "--format", "sarif=report.sarif", "--fail-on", "none"]);
    let mut runs = Vec::new();
    for case in cases("cloudformation") {
        let files = case["files"].as_array().unwrap().iter().map(|file| repository(file.as_str().unwrap()));
        let parameters = case["parameters"].as_str().map(|file| [PathBuf::from("--parameters"), repository(file)]);
        runs.push(scan().arg("--cloudformation").args(files).args(parameters.into_iter().flatten()).run().ends(0));
    }
    for case in cases("terraform") {
        let folder = repository(case["folder"].as_str().unwrap());
        runs.push(scan().arg("--terraform-plan").arg(folder.join("plan.json")).arg("--iac").arg(&folder).run().ends(0));
    }
    runs.push(scan().arg("--cdk").arg(repository("fixtures/cloudformation/cdk/cdk.out")).run().ends(0));
    // Our own check says the same, of the limits as well.
    for ran in &runs {
        Apiaudit::new().arg("sarif-check").arg(ran.file("report.sarif")).run().ends(0);
    }
    validate(&runs);
}

/// Has Microsoft's validator look at the log of each run.
fn validate(runs: &[Ran]) {
    /// The first run installs the validator.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let files: Vec<PathBuf> = runs.iter().map(|ran| ran.file("report.sarif")).collect();
    assert!(!files.is_empty());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let node = Command::new("node").arg(repository("tests/sarif/validate.mjs")).args(&files).output();
    let node = node.unwrap_or_else(|error| panic!("this test needs Node 20 or newer as `node`: {error}"));
    let said = format!("{}{}", String::from_utf8_lossy(&node.stdout), String::from_utf8_lossy(&node.stderr));
    assert!(node.status.success(), "{said}");
}
