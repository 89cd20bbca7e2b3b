use serde_json::{Value, json};

use super::*;
use crate::assessment::Record;
use crate::compare::{self, Side};
use crate::inventory::{Inventory, snapshot};
use crate::network::SharedRanges;
use crate::report::text::is_hidden;
use crate::rules::{Rule, RulePack, assess, embedded, facts};

const AFTER: &str = include_str!("../../../fixtures/inventories/article-after.json");
const BEFORE: &str = include_str!("../../../fixtures/inventories/article-before.json");

fn compared(before: &str, after: &str) -> Diff {
    let pack = RulePack::load(embedded().into_iter(), &facts::registry()).unwrap();
    // A few rules, so that others do not change what is written here.
    let chosen = ["public-alb-behind-api", "backend-bypasses-api"];
    let rules: Vec<&Rule> = pack.rules().iter().filter(|rule| chosen.contains(&rule.id.as_str())).collect();
    let judge = |inventory: &Inventory| assess(inventory, &rules, "test");
    let [one, other] = [before, after].map(|text| snapshot::read(text).unwrap());
    let records = [&one, &other].map(|inventory| Record::from(&judge(inventory)));
    let before = Side { name: "before.json", record: &records[0], inventory: Some(&one) };
    let after = Side { name: "after.json", record: &records[1], inventory: Some(&other) };
    compare::diff(&before, &after, SharedRanges::embedded(), &judge).unwrap()
}

fn written(format: Format, diff: &Diff) -> String {
    let mut out = Vec::new();
    write(format, diff, &Style::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn for_people() {
    insta::assert_snapshot!(written(Format::Table, &compared(AFTER, BEFORE)));
}

#[test]
fn for_a_comment() {
    insta::assert_snapshot!(written(Format::Markdown, &compared(AFTER, BEFORE)));
}

#[test]
fn nothing_changed() {
    insta::assert_snapshot!(written(Format::Table, &compared(BEFORE, BEFORE)));
}

#[test]
fn every_difference_fits_the_schema() {
    let schema = jsonschema::validator_for(&json::schema().to_value()).unwrap();
    for (before, after) in [(AFTER, BEFORE), (BEFORE, AFTER), (BEFORE, BEFORE)] {
        let document: Value = serde_json::from_str(&written(Format::Json, &compared(before, after))).unwrap();
        let errors: Vec<String> = schema.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(document["format"], json!("apiaudit-diff"));
        let changes = document["changes"].as_array().unwrap().len() as u64;
        let alone = document["verdicts"].as_array().unwrap().iter().flat_map(|one| one["cause"]["alone"].as_array().unwrap());
        assert!(alone.clone().all(|number| number.as_u64().unwrap() < changes));
    }
}

#[test]
fn a_comment_is_cut_and_owns_up() {
    let found = compared(AFTER, BEFORE);
    let page = markdown::within(&found, 2_500);
    assert!(page.len() <= 2_500 && page.contains("Left out, for GitHub takes no more:"), "{page}");
}

#[test]
fn hostile_names_lie_still() {
    let name = "\u{1b}[31m| <img src=x> @org [a](https://b)\n`";
    let mut hostile: Value = serde_json::from_str(BEFORE).unwrap();
    hostile["regions"][0]["load_balancers"][0]["name"] = json!(name);
    let found = compared(AFTER, &hostile.to_string());
    for format in Format::ALL {
        let text = written(format, &found);
        assert!(!text.chars().any(|character| character != '\n' && is_hidden(character)), "{}", format.as_str());
    }
    let page = written(Format::Markdown, &found);
    assert!(!page.contains("<img") && !page.contains("@org") && !page.contains("](https"), "{page}");
}
