//! Plans: what Terraform says it will make, with the code beside it for what it does not say.

mod bare;
mod changes;
mod configuration;
mod destination;
mod file;
pub(super) mod fill;
mod references;
mod tree;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use super::eval::{Evaluator, Key};
use super::load::{self, Config};
use super::world::{Sort, Thing, World, partition};
use crate::diagnostics::Diagnostic;
use crate::iac::code::{Code, Declaration};
use crate::iac::folder::Folder;
use crate::iac::made_up::Destination;
use crate::iac::value::{Node, Value};

pub(super) use file::{printable, wrong};
pub(super) use tree::Tree;

/// What a plan says, by address.
#[derive(Default)]
pub(super) struct Planned {
    pub resources: HashMap<String, Resource>,
    /// Data sources that were read.
    pub data: HashMap<String, Node>,
    keys: HashMap<String, Vec<Key>>,
    /// The resources that will be, in the plan's order.
    managed: Vec<Managed>,
}

/// A resource: what is known of it, and which parts are not.
pub(super) struct Resource {
    pub values: Node,
    pub unknown: Node,
}

/// A resource by where it is.
struct Managed {
    address: String,
    /// The calls that lead to its module.
    path: Vec<(String, Key)>,
    kind: String,
    name: String,
    key: Key,
}

impl Planned {
    /// The instances that the plan has of something, by its address without a key.
    pub(crate) fn keys(&self, address: &str) -> Option<&[Key]> {
        self.keys.get(address).map(Vec::as_slice)
    }

    /// Whether the plan knows that an attribute is null.
    pub(crate) fn is_nothing(&self, address: &str, name: &str) -> bool {
        let Some(resource) = self.resources.get(address) else { return false };
        let Value::Map(map) = &resource.values.value else { return false };
        map.get(name).is_some_and(Node::is_null) && resource.unknown.get(name).is_null()
    }

    fn add_key(&mut self, address: String, key: Key) {
        let keys = self.keys.entry(address).or_default();
        if !keys.contains(&key) {
            keys.push(key);
        }
    }

    fn module(&mut self, module: file::Module<'_>, path: &[(String, Key)], prior: bool) {
        for resource in module.resources {
            let key = key_of(resource.index.as_ref());
            let data = resource.mode == "data";
            if prior && !data {
                continue;
            }
            let label = format!("{}{}.{}", if data { "data." } else { "" }, resource.kind, resource.name);
            self.add_key(below(&module.address, &label), key.clone());
            let address = resource.address.into_owned();
            let mut values = resource.values.0;
            hide(&mut values, &resource.sensitive_values.0);
            if data {
                self.data.insert(address, values);
                continue;
            }
            let (kind, name) = (resource.kind.into_owned(), resource.name.into_owned());
            self.managed.push(Managed { address: address.clone(), path: path.to_vec(), kind, name, key });
            self.resources.insert(address, Resource { values, unknown: Node::from(Value::Null) });
        }
        for child in module.child_modules {
            let own = child.address.strip_prefix(&*module.address).unwrap_or(&child.address).trim_start_matches('.');
            let own = own.strip_prefix("module.").unwrap_or(own);
            let (name, key) = split_key(own);
            self.add_key(below(&module.address, &format!("module.{name}")), key.clone());
            let path: Vec<(String, Key)> = path.iter().cloned().chain([(name.to_owned(), key)]).collect();
            self.module(child, &path, prior);
        }
    }
}

fn below(address: &str, name: &str) -> String {
    if address.is_empty() { name.to_owned() } else { format!("{address}.{name}") }
}

fn key_of(index: Option<&file::Index>) -> Key {
    match index {
        None => Key::Single,
        Some(file::Index::Number(number)) => Key::Index(*number),
        Some(file::Index::Key(key)) => Key::Each(key.clone(), Value::Null),
    }
}

/// Takes away what a plan marks as secret: reports must not tell it.
fn hide(values: &mut Node, secret: &Node) {
    match (&mut values.value, &secret.value) {
        (value, Value::Bool(true)) => *value = Value::unknown("a value that is marked sensitive is not read"),
        (Value::Map(values), Value::Map(secret)) => {
            for (name, secret) in secret {
                if let Some(value) = values.get_mut(name) {
                    hide(value, secret);
                }
            }
        }
        (Value::List(values), Value::List(secret)) => values.iter_mut().zip(secret).for_each(|(value, secret)| hide(value, secret)),
        _ => {}
    }
}

/// A name and the key behind it.
fn split_key(text: &str) -> (&str, Key) {
    let Some((name, key)) = text.split_once('[') else { return (text, Key::Single) };
    let key = key.strip_suffix(']').unwrap_or(key);
    match (key.parse(), serde_json::from_str::<String>(key)) {
        (Ok(number), _) => (name, Key::Index(number)),
        (_, Ok(key)) => (name, Key::Each(key, Value::Null)),
        _ => (name, Key::Each(key.trim_matches('"').to_owned(), Value::Null)),
    }
}

/// Reads what `terraform show -json` writes of a plan. `name` is what the user calls the file; `code` is the folder that it
/// was made from, with the root module's folder in it: without it nothing has a place, and less is known.
pub fn read_plan(json: &str, name: &str, code: Option<(&dyn Folder, &str)>) -> Result<Code, Vec<Diagnostic>> {
    let file = file::read(json, name).map_err(|error| vec![error])?;
    let mut config = code.map_or_else(Config::default, |(folder, root)| load::load(folder, root));
    if let Some(configuration) = &file.configuration {
        configuration::complete(&mut config, configuration);
    }
    let given = file.variables.into_iter().map(|(name, variable)| (name, variable.value.0.value)).collect();
    let mut planned = Planned::default();
    let root = |values: Option<file::Values<'_>>, planned: &mut Planned, prior| {
        if let Some(module) = values.and_then(|values| values.root_module) {
            planned.module(module, &[], prior);
        }
    };
    root(file.prior_state.and_then(|prior| prior.values), &mut planned, true);
    root(file.planned_values, &mut planned, false);
    let mut changes = changes::Changes::default();
    for change in file.resource_changes.into_iter().filter(|change| change.mode == "managed" && change.deposed.is_none()) {
        changes.add(&change);
        if let Some(resource) = planned.resources.get_mut(&*change.address) {
            resource.unknown = change.what.after_unknown.0;
        }
    }
    let mut notes = if code.is_some() {
        Vec::new()
    } else {
        vec![format!("{name} was read without the code that it was made from: nothing has a line")]
    };
    if file.complete == Some(false) {
        notes.push(format!("{name} is a part of what is to be done (-target, or deferred changes): what it leaves out is not judged"));
    }
    let mut code = declare(&mut config, given, &planned, code.map(|(folder, _)| folder), notes);
    changes.apply(&mut code);
    Ok(code)
}

fn declare(
    config: &mut Config,
    given: BTreeMap<String, Value>,
    planned: &Planned,
    folder: Option<&dyn Folder>,
    notes: Vec<String>,
) -> Code {
    let files = std::mem::take(&mut config.files);
    let mut notes: Vec<String> = notes.into_iter().chain(std::mem::take(&mut config.notes)).collect();
    let mut world = World::new(config, given);
    world.folder = folder;
    world.planned = Some(planned);
    let account = destination::account(planned);
    world.to.account = account.clone().unwrap_or_default();
    let evaluator = Evaluator::new(&world);
    let region = if config.modules.is_empty() { None } else { world.region_of_provider(&evaluator, 0, "aws") };
    drop(evaluator);
    let region = region.or_else(|| destination::region(planned));
    if let Some(region) = &region {
        world.to = Destination { region: region.clone(), partition: partition(region).to_owned(), ..world.to.clone() };
    }
    let evaluator = Evaluator::new(&world);
    let mut declarations: Vec<Declaration> = planned.managed.iter().map(|managed| one(&world, &evaluator, planned, managed)).collect();
    declarations.sort_by(|one, two| one.address.cmp(&two.address));
    super::folder::skipped(&evaluator, &mut notes);
    let partition = region.as_deref().map(|region| partition(region).to_owned());
    Code { files, declarations, uncounted: Vec::new(), region, account, partition, notes }
}

/// A resource of the plan, with what the code says of it.
fn one(world: &World<'_>, evaluator: &Evaluator<'_>, planned: &Planned, managed: &Managed) -> Declaration {
    let found = find(world, evaluator, managed);
    match found {
        Some((thing, key)) => world.declaration(evaluator, &thing, &key),
        None => bare::declaration(world, planned, managed),
    }
}

/// The block of a resource.
fn find<'c>(world: &World<'c>, evaluator: &Evaluator<'_>, managed: &Managed) -> Option<(Thing<'c>, Key)> {
    world.config.modules.first()?;
    let mut module = 0;
    for (name, key) in &managed.path {
        let block = world.instance(module).module.calls.get(name)?;
        let key = with_value(world, evaluator, &Thing { module, sort: Sort::Module, block }, key);
        module = world.enter(module, block, &key).ok()?;
    }
    let block = world.instance(module).module.resources.get(&(managed.kind.clone(), managed.name.clone()))?;
    let thing = Thing { module, sort: Sort::Resource, block };
    let key = with_value(world, evaluator, &thing, &managed.key);
    Some((thing, key))
}

/// A key with the value that the code gives to it.
fn with_value<'c>(world: &World<'c>, evaluator: &Evaluator<'_>, thing: &Thing<'c>, key: &Key) -> Key {
    world.expansion(evaluator, thing).find(key).unwrap_or_else(|| match key {
        Key::Each(name, _) => Key::Each(name.clone(), Value::unknown("each.value is known only after apply")),
        other => other.clone(),
    })
}
