//! An AWS that says "not now", breaks, or hangs up.
#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test stops where something is wrong")]

mod common;

use std::time::{Duration, Instant};

use common::emulator::{AFTER, BEFORE, Shared};
use common::program::Ran;
use common::verdicts::{timeless, verdicts};
use serde_json::{Value, json};

const REPORT: [&str; 3] = ["--format", "json", "--all-verdicts"];

/// A column of the line of `--stats` that speaks of a service.
#[track_caller]
fn stat(ran: &Ran, service: &str, column: &str) -> u64 {
    let mut lines = ran.stderr.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let header = lines.find(|words| words.first() == Some(&"region")).unwrap_or_else(|| panic!("no statistics:\n{}", ran.stderr));
    let place = header.iter().position(|word| *word == column).expect(column);
    let line = lines.find(|words| words.get(1) == Some(&service)).unwrap_or_else(|| panic!("nothing of {service}:\n{}", ran.stderr));
    line[place].parse().unwrap()
}

/// The causes of the gaps that an operation left.
fn causes(report: &Value, operation: &str) -> Vec<String> {
    let gaps = report["gaps"].as_array().unwrap().iter();
    gaps.filter(|gap| gap["operation"] == operation).map(|gap| gap["cause"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_call_that_is_throttled_for_a_while_is_made_again() {
    let aws = Shared::get();
    let calm = aws.scan(BEFORE).args(REPORT).run().ends(1);
    aws.relax();
    aws.shape(&json!({"throttle": {"elbv2.DescribeListeners": 2, "apigateway.GetStages": 2, "ec2.DescribeVpcs": 2, "ecs.ListTasks": 2}}));
    let ran = aws.scan(BEFORE).args(REPORT).arg("--stats").run().ends(1);
    assert_eq!(timeless(&ran.stdout), timeless(&calm.stdout));
    for service in ["elbv2", "apigateway", "ec2", "ecs"] {
        assert_eq!(stat(&ran, service, "retries"), 2, "{service}\n{}", ran.stderr);
        assert_eq!(stat(&ran, service, "throttled"), 2, "{service}\n{}", ran.stderr);
        assert_eq!(stat(&ran, service, "failed"), 0, "{service}\n{}", ran.stderr);
    }
}

#[test]
fn a_call_that_is_throttled_for_ever_is_a_gap() {
    let aws = Shared::get();
    aws.shape(&json!({"throttle": {"elbv2.DescribeListeners": 1000}}));
    let ran = aws.scan(BEFORE).args(REPORT).args(["--max-attempts", "2", "--stats"]).run().ends(1);
    let report = ran.json();
    assert_eq!(causes(&report, "elbv2:DescribeListeners"), ["throttled"]);
    assert_eq!(stat(&ran, "elbv2", "retries"), 1);
    assert_eq!(stat(&ran, "elbv2", "failed"), 1);
    assert_eq!(aws.calls()["elbv2:DescribeListeners"], 2);
    let alb: Vec<_> = verdicts(&report).into_iter().filter(|((rule, _), _)| rule == "public-alb-behind-api").collect();
    assert_eq!(alb.len(), 1);
    assert_eq!(alb[0].1.0, "unknown");
    // Throttling takes no permission to mend.
    assert_eq!(report["missing_permissions"], json!([]));
}

#[test]
fn strict_asks_for_every_answer() {
    let aws = Shared::get();
    let scan = |strict: &[&str]| aws.scan(AFTER).args(["--fail-on", "high"]).args(strict).run();
    scan(&["--strict"]).ends(0);
    aws.shape(&json!({"throttle": {"ecs.DescribeServices": 1000}}));
    scan(&["--max-attempts", "1"]).ends(0);
    scan(&["--max-attempts", "1", "--strict"]).ends(4);
}

#[test]
fn an_error_of_the_server_is_tried_again_and_then_a_gap() {
    let aws = Shared::get();
    let calm = aws.scan(BEFORE).args(REPORT).run().ends(1);
    let broken =
        |times: u32| json!({"error": {"ec2.DescribeSecurityGroups": [500, "InternalError", "An internal error has occurred", times]}});
    aws.shape(&broken(1));
    let ran = aws.scan(BEFORE).args(REPORT).arg("--stats").run().ends(1);
    assert_eq!(timeless(&ran.stdout), timeless(&calm.stdout));
    assert_eq!(stat(&ran, "ec2", "retries"), 1);
    assert_eq!(stat(&ran, "ec2", "throttled"), 0);
    aws.shape(&broken(1000));
    let report = aws.scan(BEFORE).args(REPORT).args(["--max-attempts", "2"]).run().json();
    assert_eq!(causes(&report, "ec2:DescribeSecurityGroups"), ["failed"]);
}

#[test]
fn a_connection_that_closes_is_opened_again() {
    let aws = Shared::get();
    let calm = aws.scan(BEFORE).args(REPORT).run().ends(1);
    aws.shape(&json!({"drop": {"ecs.ListClusters": 1, "elbv2.DescribeRules": 1}}));
    let ran = aws.scan(BEFORE).args(REPORT).run().ends(1);
    assert_eq!(timeless(&ran.stdout), timeless(&calm.stdout));
    aws.shape(&json!({"drop": {"ecs.ListClusters": 1000}}));
    let report = aws.scan(BEFORE).args(REPORT).args(["--max-attempts", "2"]).run().json();
    assert_eq!(causes(&report, "ecs:ListClusters"), ["failed"]);
}

/// A tenth of API Gateway's quota is a burst of 4 calls and then 1 a second.
#[test]
fn a_small_budget_is_kept_on_the_wire() {
    let aws = Shared::get();
    let start = Instant::now();
    aws.scan(BEFORE).budget("0.1").run().ends(1);
    let taken = start.elapsed();
    let calls: u64 = aws.calls().iter().filter(|(name, _)| name.starts_with("apigateway")).map(|(_, count)| count).sum();
    assert!(calls >= 6, "{calls} calls tell nothing");
    // No machine is too slow for this: the scan cannot have been faster than its budget.
    assert!(taken >= Duration::from_secs(calls - 4), "{calls} calls in {taken:?}");
}
