//! A module: its blocks by what they declare.

use std::collections::BTreeMap;

use crate::iac::terraform::syntax::{Attribute, Block, Body, Expr};
use crate::iac::value::Why;

/// A module.
#[derive(Debug, Default)]
pub(crate) struct Module {
    /// Its folder.
    pub folder: String,
    pub variables: BTreeMap<String, Block>,
    pub locals: BTreeMap<String, Attribute>,
    pub outputs: BTreeMap<String, Block>,
    /// Resources by type and name.
    pub resources: BTreeMap<(String, String), Block>,
    /// Data sources by type and name.
    pub data: BTreeMap<(String, String), Block>,
    pub calls: BTreeMap<String, Block>,
    /// Configurations of providers, by name and alias: `aws`, `aws.west`.
    pub providers: BTreeMap<String, Block>,
    /// Addresses that were, and what they are now.
    pub moved: Vec<(String, String)>,
    /// The modules that it calls, by the name of the call.
    pub children: BTreeMap<String, Result<usize, Why>>,
}

impl Module {
    /// Takes the blocks of a file in. Those of an overriding file change what is there.
    pub(crate) fn add(&mut self, body: Body, overrides: bool) {
        for block in body.blocks {
            match (block.kind.as_str(), block.labels.as_slice()) {
                ("locals", []) => {
                    self.locals.extend(block.body.attributes.into_iter().map(|attribute| (attribute.name.clone(), attribute)));
                }
                ("variable", [name]) => put(&mut self.variables, name.clone(), block, overrides),
                ("output", [name]) => put(&mut self.outputs, name.clone(), block, overrides),
                ("module", [name]) => put(&mut self.calls, name.clone(), block, overrides),
                ("resource", [kind, name]) => put(&mut self.resources, (kind.clone(), name.clone()), block, overrides),
                ("data", [kind, name]) => put(&mut self.data, (kind.clone(), name.clone()), block, overrides),
                ("provider", [name]) => {
                    let alias = block.body.value("alias").and_then(Expr::as_text);
                    let name = alias.map_or_else(|| name.clone(), |alias| format!("{name}.{alias}"));
                    put(&mut self.providers, name, block, overrides);
                }
                ("moved", []) => {
                    let side = |name: &str| block.body.value(name).and_then(address);
                    self.moved.extend(side("from").zip(side("to")));
                }
                _ => {}
            }
        }
    }
}

/// Puts a block in its place. A broken one does not take the place of a whole one.
fn put<K: Ord>(blocks: &mut BTreeMap<K, Block>, name: K, block: Block, overrides: bool) {
    match blocks.get_mut(&name) {
        Some(known) if overrides => override_with(&mut known.body, block.body),
        Some(_) => {}
        None => drop(blocks.insert(name, block)),
    }
}

/// Attributes replace those of the same name, nested blocks all those of the same type.
fn override_with(body: &mut Body, by: Body) {
    for attribute in by.attributes {
        body.attributes.retain(|known| known.name != attribute.name);
        body.blocks.retain(|known| group(known) != attribute.name);
        body.attributes.push(attribute);
    }
    for block in &by.blocks {
        body.blocks.retain(|known| group(known) != group(block));
        body.attributes.retain(|known| known.name != group(block));
    }
    body.blocks.extend(by.blocks);
}

/// The type of a nested block, also where it is made by a loop.
pub(crate) fn group(block: &Block) -> &str {
    match (block.kind.as_str(), block.labels.first()) {
        ("dynamic", Some(kind)) => kind,
        (kind, _) => kind,
    }
}

/// An address as code writes it: `aws_lb.web["a"]`, also as the text that the JSON syntax has for it.
fn address(expr: &Expr) -> Option<String> {
    use crate::iac::terraform::eval::quoted;
    use crate::iac::terraform::syntax::{Kind, Step};
    use crate::iac::value::Value;
    match &expr.kind {
        Kind::Value(Value::Text(text)) => Some(text.text.to_string()),
        Kind::Name(name) => Some(name.clone()),
        Kind::Path(root, steps) => {
            let mut text = address(root)?;
            for step in steps {
                match step {
                    Step::Attribute(name) => text = text + "." + name,
                    Step::Index(Expr { kind: Kind::Value(Value::Text(key)), .. }) => text = format!("{text}[{}]", quoted(&key.text)),
                    Step::Index(Expr { kind: Kind::Value(Value::Number(index)), .. }) => text = format!("{text}[{index}]"),
                    _ => return None,
                }
            }
            Some(text)
        }
        _ => None,
    }
}
