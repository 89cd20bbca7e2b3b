//! Markdown, CSV and JUnit through the binary, over every inventory of the fixtures.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test stops where something is wrong")]

mod common;

use common::program::Apiaudit;
use common::{repository, text_of};
use serde_json::Value;

const INVENTORIES: [&str; 4] = ["article-before", "article-after", "everything", "gaps"];

#[test]
fn every_format_tells_the_same_verdicts() {
    for name in INVENTORIES {
        let run = Apiaudit::new()
            .args(["scan", "--fail-on", "none", "--inventory"])
            .arg(repository(&format!("fixtures/inventories/{name}.json")));
        let formats = ["--format", "json", "--format", "markdown=r.md", "--format", "csv=r.csv", "--format", "junit=r.xml"];
        let ran = run.args(formats).run().ends(0);
        let report = ran.json();
        let counted = |key: &str| usize::try_from(report["summary"][key].as_u64().unwrap()).unwrap();
        let (fails, unknowns) = (counted("fail"), counted("unknown"));

        let csv = text_of(&ran.file("r.csv"));
        let rows: Vec<csv::StringRecord> = csv::Reader::from_reader(csv.as_bytes()).records().map(Result::unwrap).collect();
        let told = |verdict: &str| rows.iter().filter(|row| &row[0] == verdict).count();
        assert_eq!((told("fail"), told("unknown")), (fails, unknowns), "{name}");
        let fingerprints: Vec<&str> =
            report["findings"].as_array().unwrap().iter().map(|one| one["fingerprint"].as_str().unwrap()).collect();
        assert!(fingerprints.iter().all(|print| rows.iter().any(|row| &row[19] == *print)), "{name}");

        let xml = text_of(&ran.file("r.xml"));
        let document = roxmltree::Document::parse(&xml).unwrap();
        let with = |tag: &str| document.descendants().filter(|node| node.has_tag_name(tag)).count();
        assert_eq!((with("failure"), with("error")), (fails, unknowns), "{name}");
        assert_eq!(with("testcase"), fails + unknowns + counted("pass") + counted("pass_of_draft") + with("skipped"), "{name}");

        let page = text_of(&ran.file("r.md"));
        assert!(page.starts_with("### apiaudit: ") && page.len() <= 65_000, "{name}");
        let shown = page.matches("<details>").count();
        assert!(shown == fails || page.contains(&format!("{} finding", fails - shown)), "{name}: {shown} of {fails}");
        assert_eq!(page.contains("#### Not told"), !report["gaps"].as_array().unwrap().is_empty() || unknowns > 0, "{name}");
    }
}

#[test]
fn the_demo_writes_them_too() {
    for (format, start) in [("markdown", "### apiaudit: "), ("csv", "verdict,severity,rule,"), ("junit", "<?xml version=\"1.0\"")] {
        let ran = Apiaudit::new().args(["demo", "--format", format]).run().ends(0);
        assert!(ran.stdout.starts_with(start), "{format}: {}", ran.stdout);
    }
}

#[test]
fn a_summary_has_more_room_than_a_comment() {
    let inventory: Value = serde_json::from_str(&text_of(&repository("fixtures/inventories/everything.json"))).unwrap();
    assert!(inventory["regions"].is_array());
    let page = |room: &str| {
        let run = Apiaudit::new().args(["scan", "--fail-on", "none", "--format", "markdown", "--markdown-for", room, "--inventory"]);
        run.arg(repository("fixtures/inventories/everything.json")).run().ends(0).stdout
    };
    let (comment, summary) = (page("comment"), page("summary"));
    assert!(comment.len() <= 65_000 && summary.len() >= comment.len() && summary.len() <= 1_000_000);
    assert!(!summary.contains("left out"), "{}", summary.len());
}
