//! The code as a plan has it: without places and without locals, with the references of an expression instead of the
//! expression. It stands in for what the folder of code does not have.

use super::file::{Call, ConfigModule, ConfigResource, Configuration};
use super::references::{expression, unreadable};
use crate::iac::terraform::load::{Config, Module};
use crate::iac::terraform::syntax::{Attribute, Block, Body, Expr, Kind};
use crate::iac::value::{Node, Value, Why};

/// How deep modules may call one another.
const DEPTH: usize = 32;

/// Adds to the code what only the plan has of it.
pub(super) fn complete(config: &mut Config, configuration: &Configuration) {
    if config.modules.is_empty() {
        config.modules.push(Module::default());
    }
    module(config, 0, &configuration.root_module, 0);
    for provider in configuration.provider_config.values().filter(|provider| provider.module_address.is_empty()) {
        let name = provider.alias.as_ref().map_or_else(|| provider.name.clone(), |alias| format!("{}.{alias}", provider.name));
        let root = &mut config.modules[0];
        root.providers.entry(name).or_insert_with(|| block("provider", &[&provider.name], body(&provider.expressions.0, "provider")));
    }
}

fn module(config: &mut Config, number: usize, from: &ConfigModule, depth: usize) {
    if depth > DEPTH {
        return;
    }
    let known = &mut config.modules[number];
    for resource in &from.resources {
        let blocks = if resource.mode == "data" { &mut known.data } else { &mut known.resources };
        let key = (resource.kind.clone(), resource.name.clone());
        if blocks.get(&key).is_none_or(is_unreadable) {
            blocks.insert(key, resource_block(resource));
        }
    }
    for (name, variable) in &from.variables {
        known.variables.entry(name.clone()).or_insert_with(|| {
            let default = variable.default.as_ref().map(|tree| attribute("default", literal(&tree.0)));
            block("variable", &[name], Body { attributes: default.into_iter().collect(), blocks: Vec::new() })
        });
    }
    for (name, output) in &from.outputs {
        known.outputs.entry(name.clone()).or_insert_with(|| {
            let value = attribute("value", expression(&output.expression.0, name, "output"));
            block("output", &[name], Body { attributes: vec![value], blocks: Vec::new() })
        });
    }
    for (name, call) in &from.module_calls {
        let known = &mut config.modules[number];
        if known.calls.get(name).is_none_or(is_unreadable) {
            known.calls.insert(name.clone(), call_block(name, call));
        }
        let child = known.children.get(name).and_then(|child| child.as_ref().ok()).copied();
        let child = child.unwrap_or_else(|| {
            config.modules.push(Module::default());
            config.modules.len() - 1
        });
        config.modules[number].children.insert(name.clone(), Ok(child));
        module(config, child, &call.module, depth + 1);
    }
}

/// Whether a block stands for one that could not be read.
fn is_unreadable(block: &Block) -> bool {
    block.body.value("count").is_some_and(|count| matches!(count.kind, Kind::Unreadable(_)))
}

fn attribute(name: &str, value: Expr) -> Attribute {
    Attribute { name: name.to_owned(), value, span: None }
}

fn block(kind: &str, labels: &[&str], body: Body) -> Block {
    Block { kind: kind.to_owned(), labels: labels.iter().map(|label| (*label).to_owned()).collect(), body, head: None, span: None }
}

fn literal(node: &Node) -> Expr {
    Expr::literal(node.value.clone(), None)
}

fn resource_block(resource: &ConfigResource) -> Block {
    let mut body = body(&resource.expressions.0, &resource.kind);
    counted(&mut body, resource.count_expression.is_some(), resource.for_each_expression.is_some());
    if let Some(key) = resource.provider_config_key.as_deref().filter(|key| key.contains('.') && !key.contains(':')) {
        body.attributes.push(attribute("provider", Expr::literal(Value::from(key), None)));
    }
    block("resource", &[&resource.kind, &resource.name], body)
}

fn call_block(name: &str, call: &Call) -> Block {
    let mut body = body(&call.expressions.0, "module");
    counted(&mut body, call.count_expression.is_some(), call.for_each_expression.is_some());
    block("module", &[name], body)
}

/// How often something is made, the plan says elsewhere: here it only says that it does.
fn counted(body: &mut Body, count: bool, each: bool) {
    let why = || unreadable(Why::new("how often it is made is known only from the plan"));
    if count {
        body.attributes.push(attribute("count", why()));
    }
    if each {
        body.attributes.push(attribute("for_each", why()));
    }
}

/// Attributes are objects that say constant or references, nested blocks are lists of such objects' objects.
fn body(expressions: &Node, kind: &str) -> Body {
    let mut made = Body::default();
    for (name, node) in expressions.pairs().unwrap_or_default() {
        match &node.value {
            Value::List(items) => made.blocks.extend(items.iter().map(|item| block(name, &[], body(item, kind)))),
            Value::Map(map) if map.is_empty() || map.contains_key("constant_value") || map.contains_key("references") => {
                made.attributes.push(attribute(name, expression(node, name, kind)));
            }
            Value::Map(_) => made.blocks.push(block(name, &[], body(node, kind))),
            _ => {}
        }
    }
    made
}
