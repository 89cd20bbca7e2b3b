//! Several regions, and roles.
#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test stops where something is wrong")]

mod common;

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use common::emulator::{AFTER, BEFORE, Shared};
use common::program::Apiaudit;
use common::verdicts::{findings, texts, timeless};
use serde_json::{Value, json};

const ROLE: &str = "arn:aws:iam::123456789012:role/audit";
const REPORT: [&str; 3] = ["--format", "json", "--all-verdicts"];

#[test]
fn two_regions_are_read_side_by_side() {
    let aws = Shared::get();
    let one = aws.scan(BEFORE).args(REPORT).run().ends(1).json();
    let other = aws.scan(AFTER).args(REPORT).run().ends(1).json();
    // In either order, and a region named twice is read once.
    let both = aws.scan(BEFORE).args(["--region", AFTER, "--region", BEFORE]).args(REPORT).run().ends(1);
    let report = both.json();
    assert_eq!(texts(&report["regions"]), [AFTER, BEFORE]);
    assert_eq!(findings(&report), findings(&one).union(&findings(&other)).cloned().collect());
    let fingerprints = |report: &Value| -> BTreeSet<String> {
        report["findings"].as_array().unwrap().iter().map(|finding| finding["fingerprint"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(fingerprints(&report), fingerprints(&one).union(&fingerprints(&other)).cloned().collect());
    let swapped = aws.scan(AFTER).args(["--region", BEFORE]).args(REPORT).run().ends(1);
    assert_eq!(timeless(&swapped.stdout), timeless(&both.stdout));
}

#[test]
fn every_region_is_found_and_the_empty_ones_cost_little() {
    let aws = Shared::get();
    let ran = Apiaudit::scan(&aws.endpoint).args(["--all-regions", "--only", "public-alb-behind-api"]).args(REPORT).run().ends(1);
    let report = ran.json();
    let regions = texts(&report["regions"]);
    assert!(regions.len() > 12 && regions.contains(&BEFORE) && regions.contains(&AFTER), "{regions:?}");
    let fails: BTreeSet<String> = findings(&report).into_iter().map(|(_, subject)| subject).collect();
    assert_eq!(fails, BTreeSet::from(["load balancer orders-alb".to_owned(), "load balancer web-alb".to_owned()]));
    let seen = aws.seen();
    assert_eq!(seen["calls"]["ec2.DescribeRegions"], 1);
    assert_eq!(seen["by_region"]["elbv2.DescribeLoadBalancers@ap-south-1"], 1);
    assert_eq!(seen["by_region"].get("ec2.DescribeVpcs@ap-south-1"), None);
}

#[test]
fn a_region_that_is_closed_is_skipped_and_said_so() {
    let aws = Shared::get();
    aws.shape(&json!({"error": {"*@ap-south-1": [401, "AuthFailure", "AWS was not able to validate the provided access credentials"]}}));
    let two = || aws.scan(BEFORE).args(["--region", "ap-south-1", "--fail-on", "none"]);
    let report = two().args(REPORT).run().ends(0).json();
    assert_eq!(texts(&report["regions"]), [BEFORE]);
    assert_eq!(report["skipped_regions"][0]["name"], "ap-south-1");
    two().arg("--strict").run().ends(4);
    aws.scan("ap-south-1").run().refuses(3, "AuthFailure");
}

#[test]
fn a_refused_list_of_regions_is_the_end() {
    let aws = Shared::get();
    aws.shape(&json!({"deny": ["ec2.DescribeRegions"]}));
    Apiaudit::scan(&aws.endpoint).arg("--all-regions").run().refuses(3, "ec2:DescribeRegions");
}

#[test]
fn a_role_is_assumed_with_its_external_id() {
    let aws = Shared::get();
    let role = ["--role-arn", ROLE, "--external-id", "apiaudit-17"];
    let report = aws.scan(BEFORE).args(role).args(REPORT).run().ends(1).json();
    assert_eq!(report["account"]["caller_arn"], "arn:aws:sts::123456789012:assumed-role/audit/apiaudit");
    assert_eq!(aws.calls()["sts:AssumeRole"], 1, "once is enough: whoever is asked for a code would be asked again");
    aws.shape(&json!({"deny": ["sts.AssumeRole"]}));
    aws.scan(BEFORE).args(role).run().refuses(3, "role/audit could not be assumed");
    Apiaudit::scan(&aws.endpoint).args(["--external-id", "x"]).run().ends(2);
}

/// The emulator takes any external id, so the request itself is looked at.
#[test]
fn the_external_id_goes_over_the_wire() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let asked = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        let mut buffer = [0; 4096];
        while !String::from_utf8_lossy(&request).contains("ExternalId=") {
            let read = stream.read(&mut buffer).unwrap();
            assert!(read > 0, "the request ends without an external id: {}", String::from_utf8_lossy(&request));
            request.extend_from_slice(&buffer[..read]);
        }
        stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
        String::from_utf8(request).unwrap()
    });
    let scan = Apiaudit::scan(&endpoint).args(["--region", BEFORE, "--role-arn", ROLE, "--external-id", "apiaudit-17"]);
    scan.args(["--max-attempts", "1"]).run().refuses(3, "could not be assumed");
    let asked = asked.join().unwrap();
    assert!(asked.contains("Action=AssumeRole") && asked.contains("ExternalId=apiaudit-17"), "{asked}");
}
