//! The builder: room by room, as a whole, and with every property of a program unknown once.

mod apis;
mod balancing;
mod bodies;
mod containers;
mod network;
mod programs;
mod unknown;

use serde_json::{Value as Json, json};

use super::build;
use crate::assessment::{Assessment, Verdict};
use crate::iac::built::Built;
use crate::iac::code::{Code, Declaration, Language};
use crate::iac::draft::{Assumptions, inventory};
use crate::iac::value::{Node, Value};
use crate::inventory::{Code as CodeOf, Inventory, Region};
use crate::rules::{RulePack, assess, embedded, facts};

/// The declarations of `{"Address": ["AWS::Kind", {properties}]}`. In properties, `{"Ref": "Address"}` and `{"GetAtt": "Address.Name"}`
/// stand for what a reader would resolve them to, `{"Sub": ["text {}", reference]}` for a text with one in it, and `{"Unknown": "why"}`
/// for what is not known.
fn program(resources: &Json) -> Vec<Declaration> {
    let resources = resources.as_object().unwrap();
    let mut found: Vec<Declaration> = resources
        .iter()
        .map(|(address, of)| Declaration::sample(address, of[0].as_str().unwrap(), Language::CloudFormation, &of[1]))
        .collect();
    let names: Vec<(String, std::collections::BTreeMap<String, String>)> =
        found.iter().map(|declaration| (declaration.address.clone(), declaration.names.clone())).collect();
    let resolve = |address: &str, name: &str| -> Value {
        let of = &names.iter().find(|(known, _)| known == address).unwrap_or_else(|| panic!("no {address}")).1;
        Value::made_up(of.get(name).unwrap_or_else(|| panic!("{address} has no {name}")).as_str())
    };
    for (declaration, of) in found.iter_mut().zip(resources.values()) {
        declaration.body = Node { value: value(&of[1], &resolve), span: None };
    }
    found
}

fn value(json: &Json, resolve: &dyn Fn(&str, &str) -> Value) -> Value {
    let object = match json {
        Json::Object(object) => object,
        Json::Array(items) => return Value::List(items.iter().map(|item| value(item, resolve).into()).collect()),
        scalar => return Value::from_json(scalar),
    };
    if let Some(address) = object.get("Ref").and_then(Json::as_str) {
        return resolve(address, "Ref");
    }
    if let Some((address, name)) = object.get("GetAtt").and_then(Json::as_str).and_then(|text| text.split_once('.')) {
        return resolve(address, name);
    }
    if let Some(sub) = object.get("Sub") {
        let inner = value(&sub[1], resolve).words().unwrap().unwrap();
        return Value::made_up(sub[0].as_str().unwrap().replace("{}", &inner));
    }
    if let Some(why) = object.get("Unknown").and_then(Json::as_str) {
        return Value::unknown(why);
    }
    Value::Map(object.iter().map(|(key, item)| (key.clone(), value(item, resolve).into())).collect())
}

fn code(declarations: Vec<Declaration>) -> Code {
    Code { declarations, ..Code::default() }
}

fn built(resources: &Json) -> Built {
    build(&code(program(resources)))
}

/// The finished inventory of declarations.
fn finished(code: &Code) -> Inventory {
    let made_from = CodeOf { kind: "cloudformation".to_owned(), ..CodeOf::default() };
    inventory(build(code).drafts, code, made_from, &Assumptions::default(), "test", "2026-11-24T00:00:00Z")
}

/// The finished region of a program.
fn region(resources: &Json) -> Region {
    finished(&code(program(resources))).regions.remove(0)
}

fn pack() -> RulePack {
    RulePack::load(embedded().into_iter(), &facts::registry()).unwrap()
}

fn judged(code: &Code, pack: &RulePack) -> Assessment {
    let rules: Vec<_> = pack.rules().iter().collect();
    assess(&finished(code), &rules, "test")
}

/// The verdict of a rule on the subject whose id ends so.
fn verdict<'a>(assessment: &'a Assessment, rule: &str, subject: &str) -> &'a Verdict {
    let found = assessment.outcomes.iter().find(|outcome| outcome.rule.id == rule && outcome.subject.id.ends_with(subject));
    let known = || assessment.outcomes.iter().filter(|outcome| outcome.rule.id == rule).map(|outcome| outcome.subject.id.clone());
    &found.unwrap_or_else(|| panic!("{rule} has no {subject}, but {:?}", known().collect::<Vec<_>>())).verdict
}

#[test]
fn every_region_is_a_draft_of_its_own() {
    let mut declarations = program(&json!({"A": ["AWS::EC2::InternetGateway", {}], "B": ["AWS::EC2::InternetGateway", {}]}));
    declarations[1].region = Some("us-east-1".to_owned());
    let code = Code { region: Some("eu-west-1".to_owned()), ..code(declarations) };
    let regions: Vec<String> = build(&code).drafts.into_iter().map(|draft| draft.to.region).collect();
    assert_eq!(regions, ["eu-west-1", "us-east-1"]);
    assert_eq!(build(&Code::default()).drafts.len(), 1);
}

#[test]
fn what_no_rule_looks_at_is_counted() {
    let built = built(&json!({"A": ["AWS::IAM::Role", {}], "B": ["AWS::IAM::Role", {}], "C": ["AWS::EC2::InternetGateway", {}]}));
    assert_eq!(built.ignored, [("AWS::IAM::Role".to_owned(), 2)].into());
    assert_eq!(built.ids["C"], ["igw-C"]);
}
