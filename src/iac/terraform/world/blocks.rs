//! The insides of blocks: attributes, and nested blocks as lists of maps.

use std::collections::{BTreeMap, BTreeSet};

use crate::iac::terraform::eval::{Evaluator, Key, Scope, elements, without_marks};
use crate::iac::terraform::load::group;
use crate::iac::terraform::syntax::{Attribute, Block, Body, Expr};
use crate::iac::value::{Node, Value, Why};

/// What Terraform itself reads of a resource.
const ITS_OWN: &[&str] = &["count", "for_each", "provider", "depends_on", "lifecycle", "connection", "provisioner"];

/// The names of the attributes and nested blocks that a resource has.
pub(super) fn part_names(body: &Body) -> BTreeSet<String> {
    let attributes = body.attributes.iter().map(|attribute| attribute.name.as_str());
    let names = attributes.chain(body.blocks.iter().map(group));
    names.filter(|name| !ITS_OWN.contains(name)).map(ToOwned::to_owned).collect()
}

/// An attribute, or the nested blocks of a type, as the code has them.
pub(super) fn written_part(evaluator: &Evaluator<'_>, module: usize, body: &Body, key: &Key, name: &str) -> Option<Node> {
    let scope = Scope::of(module).with_key(key);
    if let Some(attribute) = body.attribute(name) {
        return Some(attribute_node(evaluator, attribute, &scope));
    }
    let blocks: Vec<&Block> = body.blocks.iter().filter(|block| group(block) == name).collect();
    (!blocks.is_empty()).then(|| blocks_node(evaluator, &blocks, &scope))
}

fn attribute_node(evaluator: &Evaluator<'_>, attribute: &Attribute, scope: &Scope<'_>) -> Node {
    let mut node = evaluator.node(&attribute.value, scope);
    without_marks(&mut node.value);
    node.span = attribute.span;
    node
}

/// Blocks of one type as a list; unknown as a whole where it is not known how many there are.
fn blocks_node(evaluator: &Evaluator<'_>, blocks: &[&Block], scope: &Scope<'_>) -> Node {
    let span = blocks.first().and_then(|block| block.span);
    let mut nodes = Vec::new();
    for block in blocks {
        if block.kind == "dynamic" {
            match dynamic(evaluator, block, scope) {
                Ok(mut made) => nodes.append(&mut made),
                Err(why) => return Node { value: Value::Unknown(why), span },
            }
        } else {
            nodes.push(inside(evaluator, &block.body, block, scope));
        }
    }
    Node { value: Value::List(nodes), span }
}

/// The inside of a nested block.
fn inside(evaluator: &Evaluator<'_>, body: &Body, block: &Block, scope: &Scope<'_>) -> Node {
    let mut map: BTreeMap<String, Node> = BTreeMap::new();
    for attribute in &body.attributes {
        map.insert(attribute.name.clone(), attribute_node(evaluator, attribute, scope));
    }
    let kinds: BTreeSet<&str> = body.blocks.iter().map(group).collect();
    for kind in kinds {
        let blocks: Vec<&Block> = body.blocks.iter().filter(|inner| group(inner) == kind).collect();
        map.insert(kind.to_owned(), blocks_node(evaluator, &blocks, scope));
    }
    Node { value: Value::Map(map), span: block.span }
}

/// The blocks that a loop makes.
fn dynamic(evaluator: &Evaluator<'_>, block: &Block, scope: &Scope<'_>) -> Result<Vec<Node>, Why> {
    let each = block.body.value("for_each").ok_or_else(|| Why::new("a dynamic block has no for_each"))?;
    let iterator = block.body.value("iterator").and_then(iterator).unwrap_or_else(|| group(block).to_owned());
    let content = block.body.blocks_of("content").next().ok_or_else(|| Why::new("a dynamic block has no content"))?;
    let over = elements(evaluator.eval(each, scope)?)??;
    let is_set = |key: &Value| matches!(key, Value::Number(_));
    let made = over.into_iter().map(|(key, node)| {
        evaluator.budget.take(1)?;
        // The key of a set's element is the element.
        let key = if is_set(&key) && matches!(node.value, Value::Text(_)) { node.value.clone() } else { key };
        let pair = BTreeMap::from([("key".to_owned(), Node::from(key)), ("value".to_owned(), node)]);
        Ok(scope.with(&[(iterator.as_str(), Value::Map(pair))], |scope| inside(evaluator, &content.body, block, scope)))
    });
    made.collect()
}

fn iterator(expr: &Expr) -> Option<String> {
    expr.as_text().map(ToOwned::to_owned).or_else(|| expr.words().map(|words| words.concat()))
}
