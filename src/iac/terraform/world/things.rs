//! What addresses lead to: resources, data sources and modules, each made once or several times.

use std::collections::BTreeMap;

use super::{Expansion, World, value};
use crate::iac::terraform::eval::{Evaluator, Key, Outcome, RESOURCE, Scope, follow, splat_takes};
use crate::iac::terraform::syntax::{Block, Step};
use crate::iac::value::{Node, Value, Why, whole};

/// Kinds of things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Resource,
    Data,
    Module,
}

/// A block that is made once or several times, in an instance of a module.
#[derive(Clone, Copy)]
pub(crate) struct Thing<'c> {
    pub module: usize,
    pub sort: Sort,
    pub block: &'c Block,
}

impl Thing<'_> {
    /// What code calls it.
    pub(crate) fn name(&self) -> String {
        let labels = self.block.labels.join(".");
        match self.sort {
            Sort::Resource => labels,
            Sort::Data => format!("data.{labels}"),
            Sort::Module => format!("module.{labels}"),
        }
    }

    /// Its type.
    pub(crate) fn kind(&self) -> &str {
        self.block.labels.first().map(String::as_str).unwrap_or_default()
    }
}

impl<'c> World<'c> {
    /// What stands at the end of some steps from a thing.
    pub(super) fn thing(&self, evaluator: &Evaluator<'_>, thing: &Thing<'c>, steps: &[Step], scope: &Scope<'_>) -> Outcome {
        let expansion = self.expansion(evaluator, thing);
        match (&*expansion, steps) {
            (Expansion::Unknown(why), _) => Ok(Value::Unknown(why.clone())),
            (Expansion::Single, [Step::Splat { full }, rest @ ..]) => self.splat(evaluator, thing, &[Key::Single], *full, rest, scope),
            (Expansion::Single, steps) => self.one(evaluator, thing, &Key::Single, steps, scope),
            (Expansion::Count(count), [Step::Splat { full }, rest @ ..]) => {
                let keys: Vec<Key> = (0..*count).map(Key::Index).collect();
                self.splat(evaluator, thing, &keys, *full, rest, scope)
            }
            (_, [Step::Index(index), rest @ ..]) => match pick(&expansion, &evaluator.eval(index, scope)?)? {
                Ok(key) => self.one(evaluator, thing, &key, rest, scope),
                Err(why) => Ok(Value::Unknown(why)),
            },
            (Expansion::Each(pairs), [Step::Attribute(name), rest @ ..]) if pairs.iter().any(|(key, _)| key == name) => {
                let key = pick(&expansion, &Value::from(name.as_str()))?;
                self.one(evaluator, thing, &key.unwrap_or(Key::Single), rest, scope)
            }
            (_, steps) => {
                let whole = self.all(evaluator, thing, &expansion, scope)?;
                follow(evaluator, whole, steps, scope)
            }
        }
    }

    /// All instances, as a list or a map.
    fn all(&self, evaluator: &Evaluator<'_>, thing: &Thing<'c>, expansion: &Expansion, scope: &Scope<'_>) -> Outcome {
        let one = |key: &Key| self.one(evaluator, thing, key, &[], scope).map(Node::from);
        Ok(match expansion {
            Expansion::Each(pairs) => {
                let pairs = pairs.iter().map(|(key, value)| Ok((key.clone(), one(&Key::Each(key.clone(), value.clone()))?)));
                Value::Map(pairs.collect::<Result<_, Why>>()?)
            }
            other => Value::List(other.keys()?.iter().map(one).collect::<Result<_, Why>>()?),
        })
    }

    fn splat(&self, evaluator: &Evaluator<'_>, thing: &Thing<'c>, keys: &[Key], full: bool, steps: &[Step], scope: &Scope<'_>) -> Outcome {
        let (taken, after) = splat_takes(full, steps);
        evaluator.budget.take(keys.len())?;
        let nodes = keys.iter().map(|key| self.one(evaluator, thing, key, taken, scope).map(Node::from));
        let list = Value::List(nodes.collect::<Result<_, Why>>()?);
        follow(evaluator, list, after, scope)
    }

    /// What stands at the end of some steps from an instance.
    fn one(&self, evaluator: &Evaluator<'_>, thing: &Thing<'c>, key: &Key, steps: &[Step], scope: &Scope<'_>) -> Outcome {
        match steps {
            [Step::Attribute(name), rest @ ..] => {
                let attribute = value(self.attribute(evaluator, thing, key, name))?;
                evaluator.budget.copy(&attribute)?;
                follow(evaluator, attribute, rest, scope)
            }
            [] => self.object(evaluator, thing, key),
            steps => follow(evaluator, self.object(evaluator, thing, key)?, steps, scope),
        }
    }

    /// An instance as one value.
    fn object(&self, evaluator: &Evaluator<'_>, thing: &Thing<'c>, key: &Key) -> Outcome {
        if thing.sort == Sort::Module {
            return self.outputs(evaluator, thing, key);
        }
        let mut node = self.body(evaluator, thing, key);
        if let Value::Map(map) = &mut node.value {
            let names = if thing.sort == Sort::Resource { self.names(evaluator, thing, key) } else { BTreeMap::new() };
            for (name, made_up) in names {
                if map.get(&name).is_none_or(Node::is_null) {
                    map.insert(name, Value::made_up(made_up).into());
                }
            }
            map.insert(RESOURCE.to_owned(), Value::from(self.address(thing, key)).into());
        }
        evaluator.budget.copy(&node.value)?;
        Ok(node.value)
    }

    fn outputs(&self, evaluator: &Evaluator<'_>, thing: &Thing<'c>, key: &Key) -> Outcome {
        let child = match self.enter(thing.module, thing.block, key) {
            Ok(child) => child,
            Err(why) => return Ok(Value::Unknown(why)),
        };
        let names = self.module(child).outputs.keys();
        let pairs = names.map(|name| Ok((name.clone(), Node::from(value(self.output(evaluator, child, name))?))));
        Ok(Value::Map(pairs.collect::<Result<_, Why>>()?))
    }

    /// The address of an instance.
    pub(crate) fn address(&self, thing: &Thing<'c>, key: &Key) -> String {
        self.instance(thing.module).join(&format!("{}{}", thing.name(), key.suffix()))
    }
}

/// The instance that an index means: an error, or an unknown.
fn pick(expansion: &Expansion, index: &Value) -> Result<Result<Key, Why>, Why> {
    let wrong = || Err(Why::new("an index leads to no instance"));
    match (expansion, index) {
        (_, Value::Unknown(why)) => Ok(Err(why.clone())),
        (_, Value::Text(text)) if text.made_up => Ok(Err(Why::new("an index is known only after apply"))),
        (Expansion::Each(pairs), index) => {
            let key = index.words()?.unwrap_or_default();
            let found = pairs.iter().find(|(known, _)| *known == *key);
            found.map_or_else(wrong, |(key, value)| Ok(Ok(Key::Each(key.clone(), value.clone()))))
        }
        (Expansion::Count(count), index) => {
            let number = Node::from(index.clone()).number()?.and_then(whole).and_then(|number| usize::try_from(number).ok());
            number.filter(|number| number < count).map_or_else(wrong, |number| Ok(Ok(Key::Index(number))))
        }
        // `module.a[0]` of a module made once is an error of Terraform's too.
        _ => wrong(),
    }
}
