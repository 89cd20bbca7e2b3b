//! Names that want to be something else: a command, a template, a key, a movement of the cursor.

use serde_json::Value;

use super::code::{hcl, yaml};
use super::shell::{bash, run, text};
use super::{plan, plans};
use crate::migrate::plan::Plan;
use crate::report::text::is_hidden;

const EVIL: &str = "'\"`touch pwned`$(touch pwned)${HOME}${s_nlb/a/'$(touch pwned)}%{x}\\\n# touch pwned\n\u{1b}[2J\u{202e}: - {a: b}, é";

/// The same plan with every name that somebody else may have chosen made evil. Ids of steps are the planner's own.
fn evil(plan: &Plan) -> Plan {
    let mut value = serde_json::to_value(plan).unwrap();
    spoil(&mut value, "");
    let mut plan: Plan = serde_json::from_value(value).unwrap();
    plan.id += EVIL;
    plan
}

fn spoil(value: &mut Value, key: &str) {
    const OURS: [&str; 10] = ["format", "id", "step", "baseline", "phase", "make", "set", "check", "remove", "request"];
    match value {
        Value::String(text) if !OURS.contains(&key) => text.push_str(EVIL),
        Value::Array(entries) => entries.iter_mut().for_each(|entry| spoil(entry, key)),
        Value::Object(map) => map.iter_mut().for_each(|(key, entry)| spoil(entry, key)),
        _ => {}
    }
}

#[test]
fn scripts_take_no_name_for_a_command() {
    let folder = tempfile::tempdir().unwrap();
    for (name, plan) in plans() {
        let plan = evil(plan);
        let text = text(&plan);
        let output = bash(&["-n"], folder.path(), &text);
        assert!(output.status.success(), "{name}: {}\n{text}", String::from_utf8_lossy(&output.stderr));
        assert!(!text.lines().any(|line| line.contains(is_hidden)), "{name}");
        // To the end, and back.
        let fails = if name.starts_with("http") { ["", "apigatewayv2 update-stage"] } else { ["", "apigateway update-stage"] };
        for fails in fails {
            let ran = run(&plan, fails);
            assert!(!ran.folder.path().join("pwned").exists(), "{name}, {fails}: {}", ran.said);
            assert!(!ran.said.contains("unbound") && !ran.said.contains("syntax"), "{name}, {fails}: {}", ran.said);
        }
    }
}

#[test]
fn scripts_hand_names_on_as_they_are() {
    let ran = run(&evil(&plan("nlb")), "");
    assert_eq!(ran.code, 0, "{}", ran.said);
    let call = ran.calls.iter().find(|call| call.contains("apigatewayv2 create-vpc-link")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let words = bash(&["-s"], folder.path(), &format!("{}\n", call.replacen("aws", "printf '%s\\0'", 1)));
    let words = String::from_utf8(words.stdout).unwrap();
    let words: Vec<&str> = words.split('\0').collect();
    let name = words[words.iter().position(|word| *word == "--name").unwrap() + 1];
    assert!(name.starts_with("apiaudit-") && name.ends_with(EVIL), "{name:?}");
}

#[test]
fn code_takes_no_name_for_a_template() {
    for (name, plan) in plans() {
        let plan = evil(plan);
        let (text, _) = hcl(&plan);
        assert!(!text.lines().any(|line| line.contains(is_hidden)), "{name}");
        let (text, _) = yaml(&plan);
        assert!(!text.lines().any(|line| line.contains(is_hidden)), "{name}");
    }
}

#[test]
fn code_keeps_names_as_they_are() {
    let plan = evil(&plan("nlb"));
    let (text, document) = yaml(&plan);
    let group = document.as_mapping_get("Resources").and_then(|all| all.as_mapping_get("ApiauditLinkGroup")).unwrap();
    let name = group.as_mapping_get("Properties").and_then(|all| all.as_mapping_get("GroupName")).and_then(|name| name.as_str());
    assert!(name.is_some_and(|name| name.starts_with("apiaudit-") && name.ends_with(EVIL)), "{name:?}\n{text}");
    let (text, body) = hcl(&plan);
    let block = body.blocks().find(|block| block.labels.last().is_some_and(|label| label.as_str() == "apiaudit_link_group")).unwrap();
    let name = block.body.attributes().find(|attribute| attribute.key() == "name").unwrap();
    let value = match hcl::eval::Evaluate::evaluate(&name.expr, &hcl::eval::Context::new()).unwrap() {
        hcl::Value::String(value) => value,
        other => panic!("{other:?}\n{text}"),
    };
    assert!(value.starts_with("apiaudit-") && value.ends_with(EVIL), "{value:?}");
}
