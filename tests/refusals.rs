//! Where a scan ends, where its words go, and what it says when it cannot begin.
#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test stops where something is wrong")]

mod common;

use std::io::Read as _;
use std::net::TcpListener;
use std::process::{Command, Stdio};

use common::emulator::{AFTER, BEFORE, EMPTY, EVERYTHING, Shared};
use common::program::Apiaudit;
use common::text_of;
use serde_json::{Value, json};

#[test]
fn the_exit_code_follows_the_worst_finding() {
    let aws = Shared::get();
    for (region, least, code) in [
        (BEFORE, "critical", 1),
        (BEFORE, "none", 0),
        (AFTER, "critical", 0),
        (AFTER, "high", 0),
        (AFTER, "medium", 1),
        (AFTER, "low", 1),
        (AFTER, "info", 1),
        (EMPTY, "info", 0),
    ] {
        let ran = aws.scan(region).args(["--fail-on", least]).run();
        assert_eq!(ran.code, code, "{region} --fail-on {least}");
    }
}

#[test]
fn strict_is_about_gaps_and_findings_come_first() {
    let aws = Shared::get();
    aws.shape(&json!({"deny": ["ecs.ListClusters"]}));
    let scan = |args: &[&str]| aws.scan(AFTER).args(args).run();
    scan(&["--fail-on", "high", "--strict"]).ends(4);
    scan(&["--fail-on", "high"]).ends(0);
    scan(&["--fail-on", "medium", "--strict"]).ends(1);
}

#[test]
fn data_goes_to_stdout_and_talk_to_stderr() {
    let aws = Shared::get();
    let quiet = aws.scan(BEFORE).args(["--format", "json"]).run().ends(1);
    assert_eq!(quiet.stderr, "");
    quiet.json();
    let talking = aws.scan(BEFORE).args(["--format", "json", "--stats"]).run().ends(1);
    talking.json();
    assert!(talking.stderr.contains("elbv2"), "{}", talking.stderr);
}

#[test]
fn one_scan_writes_several_reports() {
    let aws = Shared::get();
    let formats = ["--format", "json=a.json", "--format", "sarif=b.sarif", "--format", "table=c.txt"];
    let ran = aws.scan(BEFORE).args(formats).run().ends(1);
    assert_eq!(ran.stdout, "");
    let json: Value = serde_json::from_str(&text_of(&ran.file("a.json"))).unwrap();
    assert_eq!(json["format"], "apiaudit-report");
    let sarif: Value = serde_json::from_str(&text_of(&ran.file("b.sarif"))).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let table = text_of(&ran.file("c.txt"));
    assert!(table.contains("public-alb-behind-api") && !table.contains('\u{1b}'), "{table}");
    aws.scan(BEFORE).args(["--format", "json", "--format", "sarif"]).run().refuses(2, "two reports cannot both go to stdout");
}

#[test]
fn credentials_that_aws_does_not_take_end_the_scan() {
    let aws = Shared::get();
    for (code, words) in [
        ("InvalidClientTokenId", "does not accept the credentials"),
        ("SignatureDoesNotMatch", "does not accept the credentials"),
        ("ExpiredToken", "have expired"),
    ] {
        aws.shape(&json!({"error": {"*": [403, code, format!("AWS says: {code}")]}}));
        let ran = aws.scan(BEFORE).run().refuses(3, words);
        assert!(ran.stderr.contains(code), "{}", ran.stderr);
    }
}

#[test]
fn nothing_is_asked_without_credentials_a_region_or_a_profile() {
    let aws = Shared::get();
    let anonymous = || aws.scan(BEFORE).without("AWS_ACCESS_KEY_ID").without("AWS_SECRET_ACCESS_KEY");
    anonymous().run().refuses(3, "no AWS credentials were found");
    aws.scan(BEFORE).args(["--profile", "nobody"]).run().refuses(3, "there is no AWS profile `nobody`");
    Apiaudit::scan(&aws.endpoint).run().refuses(3, "no AWS region was named");
    for name in ["mars", "eu-west-1.example.com", "../x", "", "EU-WEST-1", "eu west 1", "eu-west-1\u{1b}[31m"] {
        let ran = aws.scan(name).run().refuses(3, "is not the name of an AWS region");
        assert!(!ran.stderr.contains('\u{1b}'), "{name:?} gets through to the terminal");
    }
    assert!(aws.calls().is_empty());
}

#[test]
fn a_profile_is_read_from_the_files() {
    let aws = Shared::get();
    let scan = Apiaudit::scan(&aws.endpoint).without("AWS_ACCESS_KEY_ID").without("AWS_SECRET_ACCESS_KEY");
    let folder = scan.home().join(".aws");
    common::write(&folder.join("config"), &format!("[profile audit]\nregion = {BEFORE}\n"));
    common::write(&folder.join("credentials"), "[audit]\naws_access_key_id = test\naws_secret_access_key = test\n");
    let report = scan.args(["--profile", "audit", "--format", "json"]).run().ends(1).json();
    assert_eq!(report["regions"], json!([BEFORE]));
}

#[test]
fn nobody_home_is_said_so() {
    // A port that was free a moment ago: nothing listens there.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let endpoint = format!("http://127.0.0.1:{port}");
    let ran = Apiaudit::scan(&endpoint).args(["--region", BEFORE, "--max-attempts", "1"]).run().refuses(3, "does not answer");
    assert!(ran.stderr.contains(&endpoint), "{}", ran.stderr);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let aws = Shared::get();
    let saved = aws.scan(EVERYTHING).args(["--save-inventory", "i.json", "--fail-on", "none"]).run().ends(0);
    for format in ["table", "json", "sarif"] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_apiaudit"))
            .args(["scan", "--all-verdicts", "--format", format, "--inventory"])
            .arg(saved.file("i.json"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(1), "{format}: {stderr}");
        assert_eq!(stderr, "", "{format}");
    }
}
