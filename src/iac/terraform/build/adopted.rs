//! Resources that Terraform does not make but takes over: what comes with a VPC by itself.

use std::collections::BTreeMap;

use super::read::Attributes as _;
use crate::iac::code::{Code, Declaration};
use crate::iac::draft::network::default_group_of;
use crate::iac::value::{Node, Value};

/// The declarations, with one id for each default resource: the one that its VPC tells, whoever refers to it.
pub(super) fn declarations(code: &Code) -> Vec<Declaration> {
    let mut all = code.declarations.clone();
    let aliases: BTreeMap<String, String> = all.iter().filter_map(alias).collect();
    if !aliases.is_empty() {
        for declaration in &mut all {
            rename(&mut declaration.body, &aliases);
            if let Some(id) = declaration.names.get_mut("id")
                && let Some(real) = aliases.get(id.as_str())
            {
                id.clone_from(real);
            }
        }
    }
    all
}

/// The id that was made up for the declaration, and the one that its VPC tells.
fn alias(declaration: &Declaration) -> Option<(String, String)> {
    let real = match declaration.kind.as_str() {
        "aws_default_security_group" => default_group_of(&declaration.text_at("vpc_id").ok()??),
        "aws_default_network_acl" => declaration.text_at("default_network_acl_id").ok()??,
        "aws_default_route_table" => declaration.text_at("default_route_table_id").ok()??,
        _ => return None,
    };
    Some((declaration.name("id")?.to_owned(), real))
}

fn rename(node: &mut Node, aliases: &BTreeMap<String, String>) {
    match &mut node.value {
        Value::Text(text) => {
            if let Some(real) = aliases.get(&*text.text) {
                text.text = real.as_str().into();
            }
        }
        Value::List(items) => items.iter_mut().for_each(|item| rename(item, aliases)),
        Value::Map(map) => map.values_mut().for_each(|item| rename(item, aliases)),
        _ => {}
    }
}
