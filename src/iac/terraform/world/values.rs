//! Variables, locals, outputs, and the attributes of things.

use std::collections::BTreeMap;

use super::blocks::{part_names, written_part};
use super::{Sort, Thing, World};
use crate::iac::terraform::eval::types::Type;
use crate::iac::terraform::eval::{Evaluator, Key, Scope};
use crate::iac::terraform::names;
use crate::iac::terraform::plan::fill;
use crate::iac::terraform::syntax::Block;
use crate::iac::value::{Node, Value, Why};

/// The attributes that decide which names stand for a resource: all that [`names`] and the region are made of. The others
/// are not asked for, so that a chain of references is no longer than it is written.
const IDENTITY: &[&str] =
    &["arn", "id", "region", "name", "load_balancer_type", "internal", "rest_api_id", "stage_name", "api_id", "dns_name", "family"];

/// Blocks that AWS never sets by itself: where a plan does not know them, somebody wrote them.
const BLOCKS: [&str; 14] = [
    "access_log_settings",
    "action",
    "canary_settings",
    "condition",
    "configuration",
    "default_action",
    "load_balancer",
    "mutual_tls_authentication",
    "network_configuration",
    "runtime_platform",
    "service_registries",
    "tls_config",
    "transform",
    "volume",
];

impl<'c> World<'c> {
    pub(super) fn variable(&self, evaluator: &Evaluator<'_>, module: usize, name: &str) -> Result<Node, Why> {
        let run = || {
            let Some(block) = self.module(module).variables.get(name) else {
                return Ok(Value::unknown(format!("var.{name} is not declared here")).into());
            };
            if let Some(unreadable) = block.body.attribute("count") {
                return Ok(evaluator.node(&unreadable.value, &Scope::LITERALS));
            }
            self.input(evaluator, module, name, block)
        };
        self.once(evaluator, (module, "var", name.to_owned()), || format!("var.{name}"), run)
    }

    /// What a variable is given, as its type has it.
    fn input(&self, evaluator: &Evaluator<'_>, module: usize, name: &str, block: &Block) -> Result<Node, Why> {
        let given = match &self.instance(module).call {
            None => self.given.get(name).map(|value| Node::from(value.clone())),
            Some((parent, call, key)) => match call.body.value(name) {
                Some(expr) => Some(Node { value: evaluator.eval(expr, &Scope::of(*parent).with_key(key))?, span: expr.span }),
                None => None,
            },
        };
        let default = || block.body.value("default").map(|expr| evaluator.node(expr, &Scope::LITERALS));
        let never_null = || {
            let nullable = block.body.value("nullable").map(|expr| evaluator.node(expr, &Scope::LITERALS).value);
            nullable == Some(Value::Bool(false))
        };
        let node = match given {
            Some(node) if node.is_null() && never_null() => default().unwrap_or(node),
            Some(node) => node,
            None => default().unwrap_or_else(|| Value::unknown(format!("var.{name} has no value here")).into()),
        };
        let kind = block.body.value("type").map_or(Type::Any, |kind| Type::read(kind, evaluator));
        Ok(Node { value: kind.convert(node.value)?, span: node.span })
    }

    pub(super) fn local(&self, evaluator: &Evaluator<'_>, module: usize, name: &str) -> Result<Node, Why> {
        let Some(attribute) = self.module(module).locals.get(name) else {
            return Ok(Value::unknown(format!("local.{name} is not declared here")).into());
        };
        let run = || Ok(Node { value: evaluator.eval(&attribute.value, &Scope::of(module))?, span: attribute.value.span });
        self.once(evaluator, (module, "local", name.to_owned()), || format!("local.{name}"), run)
    }

    pub(super) fn output(&self, evaluator: &Evaluator<'_>, module: usize, name: &str) -> Result<Node, Why> {
        let Some(expr) = self.module(module).outputs.get(name).and_then(|block| block.body.value("value")) else {
            return Ok(Value::unknown(format!("module output {name} is not declared")).into());
        };
        let run = || Ok(Node { value: evaluator.eval(expr, &Scope::of(module))?, span: expr.span });
        self.once(evaluator, (module, "output", name.to_owned()), || format!("output.{name}"), run)
    }

    /// An attribute of an instance: what its block says, else what stands for what only deployment decides.
    pub(super) fn attribute(&self, evaluator: &Evaluator<'_>, thing: &Thing<'c>, key: &Key, name: &str) -> Result<Node, Why> {
        if thing.sort == Sort::Module {
            return match self.enter(thing.module, thing.block, key) {
                Ok(child) => self.output(evaluator, child, name),
                Err(why) => Ok(Value::Unknown(why).into()),
            };
        }
        let said = self.part(evaluator, thing, key, name)?;
        if let Some(node) = said.filter(|node| !node.is_null()) {
            return Ok(node);
        }
        if self.planned.is_some_and(|planned| planned.is_nothing(&self.address(thing, key), name)) {
            return Ok(Value::Null.into());
        }
        let after = || {
            let when = if thing.sort == Sort::Resource { "known only after apply" } else { "read only at plan time" };
            let address = self.address(thing, key);
            let what = if thing.sort == Sort::Resource { format!("{address}.{name}") } else { address };
            Node::from(Value::unknown(format!("{what} is {when}")))
        };
        let made_up = match thing.sort {
            Sort::Resource => self.names(evaluator, thing, key).remove(name).map(Value::made_up),
            _ => self.about_here(evaluator, thing, name),
        };
        Ok(made_up.map_or_else(after, Node::from))
    }

    /// An attribute, or the nested blocks of a kind, as block and plan have it.
    fn part(&self, evaluator: &Evaluator<'_>, thing: &Thing<'c>, key: &Key, name: &str) -> Result<Option<Node>, Why> {
        let slot = (thing.module, "part", format!("{}{}\0{name}", thing.name(), key.suffix()));
        let label = || format!("{}.{name}", self.address(thing, key));
        evaluator.budget.begin();
        let node =
            self.once(evaluator, slot, label, || Ok(self.merged(evaluator, thing, key, name).unwrap_or_else(|| Value::Null.into())))?;
        Ok(Some(node))
    }

    fn merged(&self, evaluator: &Evaluator<'_>, thing: &Thing<'c>, key: &Key, name: &str) -> Option<Node> {
        let written = || written_part(evaluator, thing.module, &thing.block.body, key, name);
        let Some(planned) = self.planned else { return written() };
        let address = self.address(thing, key);
        if thing.sort == Sort::Data {
            let known = planned.data.get(&address).map(|values| values.get(name)).filter(|node| !node.is_null());
            return known.cloned().or_else(written);
        }
        let Some(resource) = planned.resources.get(&address) else { return written() };
        let value = resource.values.get(name);
        let unknown = resource.unknown.get(name);
        // Where nothing is unknown and there are no places to learn, the code has nothing to add.
        if unknown.is_null() && thing.block.span.is_none() {
            return Some(value.clone());
        }
        let written = written();
        // A plan's configuration leaves dynamic blocks out: nobody seems to have set them.
        if unknown.value == Value::Bool(true) && written.is_none() && BLOCKS.contains(&name) {
            return Some(Value::unknown(format!("{name} of {address} is known only after apply")).into());
        }
        fill::attribute(value, &unknown.value, written.as_ref())
    }

    /// All attributes and nested blocks of an instance.
    pub(super) fn body(&self, evaluator: &Evaluator<'_>, thing: &Thing<'c>, key: &Key) -> Node {
        let mut names = part_names(&thing.block.body);
        if let Some(resource) = self.planned.and_then(|planned| planned.resources.get(&self.address(thing, key))) {
            names.clear();
            names.extend(resource.values.pairs().into_iter().flatten().map(|(name, _)| name.to_owned()));
            names.extend(resource.unknown.pairs().into_iter().flatten().map(|(name, _)| name.to_owned()));
        }
        let pairs = names.into_iter().filter_map(|name| {
            let node = self.part(evaluator, thing, key, &name).unwrap_or_else(|why| Some(Value::Unknown(why).into()))?;
            (!node.is_null()).then_some((name, node))
        });
        Node { value: Value::Map(pairs.collect()), span: thing.block.span }
    }

    /// What stands for the attributes that only deployment decides, or what they are known to be.
    pub(super) fn names(&self, evaluator: &Evaluator<'_>, thing: &Thing<'c>, key: &Key) -> BTreeMap<String, String> {
        let slot = (thing.module, "names", format!("{}{}", thing.name(), key.suffix()));
        let run = || {
            let part = |name: &str| self.part(evaluator, thing, key, name).unwrap_or_else(|why| Some(Value::Unknown(why).into()));
            let pairs = IDENTITY.iter().filter_map(|name| Some(((*name).to_owned(), part(name)?)));
            let body = Node::from(Value::Map(pairs.collect()));
            let to = self.destination(evaluator, thing, key, &body);
            let mut names = names::names(thing.kind(), &self.address(thing, key), &body, &to);
            for (name, value) in &mut names {
                if let Some(Ok(Some(text))) = part(name).map(|node| node.text()) {
                    *value = text;
                }
            }
            let pairs = names.into_iter().map(|(name, value)| (name, Node::from(Value::from(value))));
            Ok(Node::from(Value::Map(pairs.collect())))
        };
        let node = self.once(evaluator, slot, || self.address(thing, key), run);
        let pairs = node.as_ref().ok().and_then(|node| node.pairs().ok()).unwrap_or_default();
        pairs.into_iter().filter_map(|(name, node)| Some((name.to_owned(), node.text().ok()??))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::IDENTITY;

    /// What `names.rs` asks of a body must be there to ask for.
    #[test]
    fn all_that_names_are_made_of_is_evaluated() {
        let source = include_str!("../names.rs");
        for call in ["text(\"", "body.get(\""] {
            for rest in source.split(call).skip(1) {
                let name = rest.split('"').next().unwrap();
                assert!(IDENTITY.contains(&name), "{name}");
            }
        }
    }
}
