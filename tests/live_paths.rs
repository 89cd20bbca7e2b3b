//! `apiaudit paths` of an account that is read, not of a saved inventory.
#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test stops where something is wrong")]

mod common;

use common::emulator::{AFTER, BEFORE, EVERYTHING, Shared};
use common::program::Apiaudit;
use common::text_of;
use serde_json::{Value, json};

fn paths(aws: &Shared, region: &str) -> Apiaudit {
    let run = Apiaudit::new().env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
    run.env("AWS_ENDPOINT_URL", &aws.endpoint).args(["paths", "--region", region]).budget("1")
}

/// The course and the name of each way in a document.
fn ways(document: &Value) -> Vec<(String, String)> {
    let targets = document["targets"].as_array().unwrap().iter();
    let words = |way: &Value, key: &str| way[key].as_str().unwrap().to_owned();
    targets.flat_map(|target| target["ways"].as_array().unwrap()).map(|way| (words(way, "course"), words(way, "name"))).collect()
}

#[test]
fn the_article_is_told_before_and_after() {
    let aws = Shared::get();
    let before = paths(&aws, BEFORE).args(["--format", "json"]).run().ends(0).json();
    let around: Vec<String> = ways(&before).into_iter().filter(|(course, _)| course == "around").map(|(_, name)| name).collect();
    assert_eq!(around, ["ALB orders-alb (HTTP:80, default action)"]);
    let after = paths(&aws, AFTER).args(["--format", "json"]).run().ends(0).json();
    assert_eq!(after["complete"], true, "{after:#}");
    assert!(!ways(&after).is_empty() && ways(&after).iter().all(|(course, _)| course == "through"), "{:?}", ways(&after));
}

#[test]
fn a_saved_inventory_is_drawn_byte_for_byte() {
    let aws = Shared::get();
    let formats = ["--format", "tree", "--format", "mermaid=w.mmd", "--format", "dot=w.dot", "--format", "json=w.json"];
    let live = paths(&aws, EVERYTHING).args(["--save-inventory", "i.json"]).args(formats).run().ends(0);
    let saved = Apiaudit::new().args(["paths", "--inventory"]).arg(live.file("i.json")).args(formats).run().ends(0);
    assert_eq!(saved.stdout, live.stdout);
    for file in ["w.mmd", "w.dot", "w.json"] {
        assert!(text_of(&saved.file(file)) == text_of(&live.file(file)), "{file} differs");
    }
    // What is read to be saved tells no more of ways than what is read to draw them.
    let mut alone = paths(&aws, EVERYTHING).args(["--format", "json"]).run().ends(0).json();
    let mut whole: Value = serde_json::from_str(&text_of(&live.file("w.json"))).unwrap();
    alone["taken_at"] = Value::Null;
    whole["taken_at"] = Value::Null;
    assert_eq!(alone, whole);
}

#[test]
fn a_refused_call_is_named_beside_the_drawing() {
    let aws = Shared::get();
    aws.shape(&json!({"deny": ["elbv2.DescribeRules"]}));
    let ran = paths(&aws, BEFORE).run().ends(0);
    let words = ran.stdout.split_whitespace().collect::<Vec<&str>>().join(" ");
    for told in ["PERHAPS AROUND: ALB orders-alb", "Add permission elasticloadbalancing:DescribeRules", "There may be more ways"] {
        assert!(words.contains(told), "{told} is not told:\n{}", ran.stdout);
    }
    aws.shape(&json!({"deny": ["*"]}));
    paths(&aws, BEFORE).run().ends(3);
}
