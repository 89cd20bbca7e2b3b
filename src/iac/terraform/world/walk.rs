//! From a configuration to its declarations.

use super::{Sort, Thing, World};
use crate::iac::code::{Code, Declaration, Language, Uncounted};
use crate::iac::terraform::eval::{Evaluator, Key};
use crate::iac::terraform::syntax::{Expr, Kind, Part, Step};
use crate::iac::value::{Node, Value, Why};

/// How many resources are followed.
const RESOURCES: usize = 100_000;

impl<'c> World<'c> {
    /// Adds everything that an instance of a module declares, and the modules that it calls.
    pub(crate) fn declare(&self, evaluator: &Evaluator<'_>, module: usize, code: &mut Code) {
        for block in self.module(module).resources.values() {
            let thing = Thing { module, sort: Sort::Resource, block };
            match self.expansion(evaluator, &thing).keys() {
                Ok(keys) => {
                    for key in keys {
                        self.declare_one(evaluator, &thing, &key, code);
                    }
                }
                Err(why) => self.uncounted(&thing, why, code),
            }
        }
        for block in self.module(module).calls.values() {
            let thing = Thing { module, sort: Sort::Module, block };
            match self.expansion(evaluator, &thing).keys() {
                Ok(keys) => {
                    for key in keys {
                        match self.enter(module, block, &key) {
                            Ok(child) => self.declare(evaluator, child, code),
                            Err(why) => self.absent(&thing, &key, why, code),
                        }
                    }
                }
                Err(why) => self.nobody_knows(&thing, &why, code),
            }
        }
    }

    fn declare_one(&self, evaluator: &Evaluator<'_>, thing: &Thing<'c>, key: &Key, code: &mut Code) {
        self.counted.set(self.counted.get() + 1);
        if self.counted.get() > RESOURCES {
            return self.uncounted(thing, Why::new(format!("more than {RESOURCES} resources are not followed")), code);
        }
        code.declarations.push(self.declaration(evaluator, thing, key));
    }

    /// An instance of a resource.
    pub(crate) fn declaration(&self, evaluator: &Evaluator<'_>, thing: &Thing<'c>, key: &Key) -> Declaration {
        let mut body = self.body(evaluator, thing, key);
        let instance = self.instance(thing.module);
        let region = self.region(evaluator, thing, key, &body);
        let call = instance.calls.last();
        // What is outside the repository stands where the repository calls it.
        let (head, block) = match (thing.block.span, call) {
            (Some(span), _) => (thing.block.head, Some(span)),
            (None, Some((head, span))) => (*head, Some(*span)),
            (None, None) => (None, None),
        };
        if thing.block.span.is_none() {
            without_places(&mut body);
        }
        Declaration {
            address: self.address(thing, key),
            kind: thing.kind().to_owned(),
            language: Language::Terraform,
            region,
            body,
            head,
            block,
            calls: instance.calls.iter().map(|(_, span)| *span).collect(),
            names: self.names(evaluator, thing, key),
        }
    }

    /// A module that is not at hand: nobody knows what it declares. What is declared here it can add to only where it is told of it,
    /// by name or otherwise; else what it makes stands by itself and is not judged, which the notes of the reading say.
    fn absent(&self, thing: &Thing<'c>, key: &Key, why: Why, code: &mut Code) {
        if thing.block.body.blocks.is_empty() && thing.block.body.attributes.iter().all(|input| is_outside(&input.value)) {
            return;
        }
        code.uncounted.push(Uncounted { address: self.address(thing, key), kind: "module".to_owned(), why });
    }

    fn unknown_module(&self, thing: &Thing<'c>, why: Why, code: &mut Code) {
        code.uncounted.push(Uncounted { address: self.address(thing, &Key::Single), kind: "module".to_owned(), why });
    }

    fn uncounted(&self, thing: &Thing<'c>, why: Why, code: &mut Code) {
        let address = self.address(thing, &Key::Single);
        if !code.uncounted.iter().any(|known| known.address == address) {
            code.uncounted.push(Uncounted { address, kind: thing.kind().to_owned(), why });
        }
    }

    /// Everything in a module of which nobody knows how often it is made.
    fn nobody_knows(&self, thing: &Thing<'c>, why: &Why, code: &mut Code) {
        let child = match self.enter(thing.module, thing.block, &Key::Single) {
            Ok(child) => child,
            Err(why) => return self.unknown_module(thing, why, code),
        };
        for block in self.module(child).resources.values() {
            self.uncounted(&Thing { module: child, sort: Sort::Resource, block }, why.clone(), code);
        }
        for block in self.module(child).calls.values() {
            self.nobody_knows(&Thing { module: child, sort: Sort::Module, block }, why, code);
        }
    }
}

/// Whether an expression speaks of nothing that is made here: of literals, and of what is given from outside.
fn is_outside(expr: &Expr) -> bool {
    match &expr.kind {
        Kind::Value(_) => true,
        Kind::Name(name) => ["var", "data", "path", "terraform", "each", "count"].contains(&name.as_str()),
        Kind::Path(from, steps) => is_outside(from) && steps.iter().all(|step| !matches!(step, Step::Index(index) if !is_outside(index))),
        Kind::List(items) | Kind::Call(_, items, _) => items.iter().all(is_outside),
        Kind::Object(pairs) => {
            pairs.iter().all(|(name, value)| (matches!(name.kind, Kind::Name(_)) || is_outside(name)) && is_outside(value))
        }
        Kind::Not(of) | Kind::Minus(of) => is_outside(of),
        Kind::Binary(of) => is_outside(&of.1) && is_outside(&of.2),
        Kind::Choice(of) => is_outside(&of.0) && is_outside(&of.1) && is_outside(&of.2),
        Kind::Template(parts) => parts.iter().all(|part| match part {
            Part::Text(_) => true,
            Part::Expr(of) => is_outside(of),
            Part::If(_) | Part::For(_) => false,
        }),
        Kind::For(_) | Kind::Unreadable(_) => false,
    }
}

/// Takes the places away from a body whose block is outside the repository: arguments that came from inside would point to
/// lines that do not say what the resource is.
fn without_places(node: &mut Node) {
    node.span = None;
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(without_places),
        Value::Map(map) => map.values_mut().for_each(without_places),
        _ => {}
    }
}
