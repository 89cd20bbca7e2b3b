//! Programs, and the inventories that are made of them.

mod apis;
mod balancing;
mod containers;
mod law;
mod network;
mod programs;

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::build;
use crate::iac::built::Built;
use crate::iac::code::{Code, Declaration, Language, Uncounted};
use crate::iac::draft::{self, Assumptions};
use crate::iac::value::{Value, Why};
use crate::inventory::{Code as CodeOf, Inventory, Region};

/// A program: addresses with bodies, in which `=address.attribute` refers to what comes before.
pub(super) fn code(resources: &[(&str, Json)]) -> Code {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut declarations = Vec::new();
    for (address, body) in resources {
        let mut body = body.clone();
        resolve(&mut body, &names);
        let declaration = Declaration::sample(address, kind_of(address), Language::Terraform, &body);
        names.extend(declaration.names.iter().map(|(name, value)| (format!("{address}.{name}"), value.clone())));
        for (key, value) in body.as_object().into_iter().flatten() {
            if let Some(text) = value.as_str() {
                names.entry(format!("{address}.{key}")).or_insert_with(|| text.to_owned());
            }
        }
        declarations.push(declaration);
    }
    declarations.sort_by(|a, b| a.address.cmp(&b.address));
    Code { declarations, ..Code::default() }
}

fn kind_of(address: &str) -> &str {
    let end = address.rfind('.').unwrap();
    &address[..end]
}

fn resolve(body: &mut Json, names: &BTreeMap<String, String>) {
    match body {
        Json::String(text) => {
            let mut out = String::new();
            let mut rest = text.as_str();
            while let Some((before, after)) = rest.split_once('=') {
                let end = after.find(|sign: char| !(sign.is_ascii_alphanumeric() || "._-".contains(sign))).unwrap_or(after.len());
                out.push_str(before);
                if let Some(name) = names.get(&after[..end]) {
                    out.push_str(name);
                } else {
                    assert!(!after.starts_with("aws_"), "{after} is not declared before it is referred to");
                    out.push('=');
                    out.push_str(&after[..end]);
                }
                rest = &after[end..];
            }
            out.push_str(rest);
            *text = out;
        }
        Json::Array(items) => items.iter_mut().for_each(|item| resolve(item, names)),
        Json::Object(fields) => fields.values_mut().for_each(|item| resolve(item, names)),
        _ => {}
    }
}

/// The body with an attribute of which nothing is known.
pub(super) fn without(mut code: Code, address: &str, path: &[&str]) -> Code {
    let declaration = code.declarations.iter_mut().find(|one| one.address == address).unwrap();
    let mut node = &mut declaration.body;
    for step in path {
        node = match &mut node.value {
            Value::Map(map) => map.entry((*step).to_owned()).or_insert(Value::Null.into()),
            Value::List(items) => &mut items[step.parse::<usize>().unwrap()],
            other => panic!("{step} of {other:?}"),
        };
    }
    node.value = Value::unknown("var.hidden has no value here");
    code
}

/// The code with a block of which nobody knows how many resources it makes.
pub(super) fn with_uncounted(mut code: Code, address: &str) -> Code {
    code.uncounted.push(Uncounted {
        address: address.to_owned(),
        kind: if address.starts_with("module.") { "module" } else { kind_of(address) }.to_owned(),
        why: Why::new("var.count has no value here"),
    });
    code
}

pub(super) fn finish(built: Built, code: &Code) -> Inventory {
    draft::inventory(built.drafts, code, CodeOf::default(), &Assumptions::default(), "test", "2026-11-24T00:00:00Z")
}

pub(super) fn inventory(code: &Code) -> Inventory {
    finish(build(code), code)
}

/// The only region of a program.
pub(super) fn region(code: &Code) -> Region {
    let mut inventory = inventory(code);
    assert_eq!(inventory.regions.len(), 1);
    inventory.regions.remove(0)
}

#[test]
fn every_region_is_a_draft_and_what_no_rule_looks_at_is_counted() {
    let mut code = code(&[
        ("aws_vpc.a", json!({"cidr_block": "10.0.0.0/16"})),
        ("aws_vpc.b", json!({"cidr_block": "10.1.0.0/16"})),
        ("aws_iam_role.r", json!({})),
        ("random_id.r", json!({})),
        ("data.aws_vpc.d", json!({"cidr_block": "10.2.0.0/16"})),
    ]);
    code.region = Some("eu-west-1".to_owned());
    code.declarations.iter_mut().find(|one| one.address == "aws_vpc.b").unwrap().region = Some("eu-west-2".to_owned());
    let built = build(&code);
    let names: Vec<_> = built.drafts.iter().map(|draft| draft.region.name.clone()).collect();
    assert_eq!(names, ["eu-west-1", "eu-west-2"]);
    let ignored: Vec<_> = built.ignored.iter().map(|(kind, number)| (kind.as_str(), *number)).collect();
    assert_eq!(ignored, [("aws_iam_role", 1), ("data.aws_vpc", 1), ("random_id", 1)]);
}

#[test]
fn nothing_at_all_is_one_empty_region() {
    let region = region(&Code::default());
    assert!(region.load_balancers.is_complete() && region.load_balancers.items.is_empty());
}
