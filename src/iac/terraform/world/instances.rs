//! How often blocks are made.

use std::rc::Rc;

use super::{Sort, Thing, World};
use crate::iac::terraform::eval::{Evaluator, Key, Scope};
use crate::iac::terraform::load::Module;
use crate::iac::terraform::syntax::{Block, Expr};
use crate::iac::text::Span;
use crate::iac::value::{Value, Why, whole};

/// How many instances a block may have.
const INSTANCES: usize = 20_000;

/// An instance of a module.
pub(crate) struct Instance<'c> {
    pub module: &'c Module,
    /// Its address; empty for the root.
    pub address: String,
    /// The instance that calls it, the call, and which one of the call it is.
    pub call: Option<(usize, &'c Block, Key)>,
    /// The calls that lead to it, outermost first, as far as they are in the repository: head and whole.
    pub calls: Vec<(Option<Span>, Span)>,
}

impl<'c> Instance<'c> {
    /// The root module.
    pub(super) fn root(module: &'c Module) -> Self {
        Self { module, address: String::new(), call: None, calls: Vec::new() }
    }

    /// One that this one calls.
    pub(super) fn child(&self, number: usize, module: &'c Module, call: &'c Block, key: &Key) -> Self {
        let name = call.labels.first().map(String::as_str).unwrap_or_default();
        let address = self.join(&format!("module.{name}{}", key.suffix()));
        let calls = self.calls.iter().copied().chain(call.span.map(|span| (call.head, span))).collect();
        Self { module, address, call: Some((number, call, key.clone())), calls }
    }

    /// The address of something in it.
    pub(crate) fn join(&self, name: &str) -> String {
        if self.address.is_empty() { name.to_owned() } else { format!("{}.{name}", self.address) }
    }
}

/// How often a block is made.
#[derive(Debug)]
pub(crate) enum Expansion {
    /// Once.
    Single,
    /// As often as `count` says.
    Count(usize),
    /// Once for every key of `for_each`.
    Each(Vec<(String, Value)>),
    /// Nobody knows.
    Unknown(Why),
}

impl Expansion {
    /// The keys of the instances; why they are not known.
    pub(crate) fn keys(&self) -> Result<Vec<Key>, Why> {
        match self {
            Self::Single => Ok(vec![Key::Single]),
            Self::Count(count) => Ok((0..*count).map(Key::Index).collect()),
            Self::Each(pairs) => Ok(pairs.iter().map(|(key, value)| Key::Each(key.clone(), value.clone())).collect()),
            Self::Unknown(why) => Err(why.clone()),
        }
    }
}

impl<'c> World<'c> {
    /// How often something is made.
    pub(crate) fn expansion(&self, evaluator: &Evaluator<'_>, thing: &Thing<'c>) -> Rc<Expansion> {
        let slot = (thing.module, thing.name());
        match self.expansions.borrow().get(&slot) {
            Some(Some(known)) => return Rc::clone(known),
            Some(None) => return Rc::new(Expansion::Unknown(Why::new(format!("how often {} is made depends on itself", slot.1)))),
            None => {}
        }
        evaluator.budget.begin();
        self.expansions.borrow_mut().insert(slot.clone(), None);
        let expansion = Rc::new(self.expand(evaluator, thing));
        self.expansions.borrow_mut().insert(slot, Some(Rc::clone(&expansion)));
        expansion
    }

    fn expand(&self, evaluator: &Evaluator<'_>, thing: &Thing<'c>) -> Expansion {
        let code = || written(evaluator, thing);
        let Some(planned) = self.planned else { return code() };
        let keys = planned.keys(&self.instance(thing.module).join(&thing.name()));
        match (thing.sort, keys) {
            // A module without resources is in no plan.
            (Sort::Module, keys) => match (code(), keys) {
                (Expansion::Unknown(_), Some(keys)) => from_plan(keys, None),
                (written, _) => written,
            },
            (_, Some(keys)) => {
                let each = keys.iter().any(|key| matches!(key, Key::Each(..)));
                from_plan(keys, each.then(code).as_ref())
            }
            (Sort::Resource, None) if thing.block.body.attribute("count").is_some() => Expansion::Count(0),
            (Sort::Resource, None) if thing.block.body.attribute("for_each").is_some() => Expansion::Each(Vec::new()),
            (_, None) => code(),
        }
    }
}

/// What the code says.
fn written(evaluator: &Evaluator<'_>, thing: &Thing<'_>) -> Expansion {
    let body = &thing.block.body;
    let result = if let Some(expr) = body.value("count") {
        count(evaluator, thing.module, expr)
    } else if let Some(expr) = body.value("for_each") {
        for_each(evaluator, thing.module, expr)
    } else {
        Ok(Expansion::Single)
    };
    result.unwrap_or_else(Expansion::Unknown)
}

fn count(evaluator: &Evaluator<'_>, module: usize, count: &Expr) -> Result<Expansion, Why> {
    let number = match evaluator.eval(count, &Scope::of(module))? {
        Value::Number(number) => Some(number),
        Value::Text(text) if !text.made_up => text.text.parse().ok(),
        Value::Unknown(why) => return Err(why),
        _ => None,
    };
    let number = number.and_then(whole).and_then(|number| usize::try_from(number).ok());
    let number = number.ok_or_else(|| Why::new("count is no whole number"))?;
    few(number)?;
    Ok(Expansion::Count(number))
}

fn for_each(evaluator: &Evaluator<'_>, module: usize, each: &Expr) -> Result<Expansion, Why> {
    match evaluator.eval(each, &Scope::of(module))? {
        Value::Map(map) => {
            few(map.len())?;
            Ok(Expansion::Each(map.into_iter().map(|(key, node)| (key, node.value)).collect()))
        }
        Value::List(items) => {
            few(items.len())?;
            let pairs = items.into_iter().map(|item| match item.value {
                Value::Text(text) if text.made_up => Err(Why::new("the keys of for_each are known only after apply")),
                Value::Text(text) => Ok((text.text.to_string(), Value::Text(text))),
                Value::Unknown(why) => Err(why),
                _ => Err(Why::new("the keys of for_each are no texts")),
            });
            let mut pairs: Vec<(String, Value)> = pairs.collect::<Result<_, Why>>()?;
            pairs.sort_by(|one, two| one.0.cmp(&two.0));
            pairs.dedup_by(|one, two| one.0 == two.0);
            Ok(Expansion::Each(pairs))
        }
        Value::Unknown(why) => Err(why),
        _ => Err(Why::new("for_each is neither a map nor a set")),
    }
}

fn few(number: usize) -> Result<(), Why> {
    if number > INSTANCES { Err(Why::new(format!("more than {INSTANCES} instances are not followed"))) } else { Ok(()) }
}

/// The instances that a plan has, with the values that the code gives to their keys.
fn from_plan(keys: &[Key], written: Option<&Expansion>) -> Expansion {
    let value = |key: &str| match written {
        Some(Expansion::Each(pairs)) => pairs.iter().find(|(known, _)| known == key).map(|(_, value)| value.clone()),
        Some(Expansion::Unknown(why)) => Some(Value::Unknown(why.clone())),
        _ => None,
    };
    let unknown = || Value::unknown("each.value is known only after apply");
    let mut each = Vec::new();
    let mut count = 0;
    for key in keys {
        match key {
            Key::Single => return Expansion::Single,
            Key::Index(index) => count = count.max(index + 1),
            Key::Each(key, _) => each.push((key.clone(), value(key).unwrap_or_else(unknown))),
        }
    }
    if each.is_empty() { Expansion::Count(count) } else { Expansion::Each(each) }
}
