//! A configuration with values: instances of modules, and what every name in them stands for. Everything is evaluated when
//! it is asked for, and once.

mod blocks;
mod instances;
mod providers;
mod resolve;
mod things;
mod values;
mod walk;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::eval::{Key, Outcome};
use super::load::{Config, Module};
use super::plan::Planned;
use super::syntax::Block;
use crate::iac::folder::Folder;
use crate::iac::made_up::Destination;
use crate::iac::value::{Node, Value, Why};

pub(super) use instances::{Expansion, Instance};
pub(super) use providers::partition;
pub(super) use things::{Sort, Thing};

/// What a value is remembered by: the module's instance, what it is, and its name.
type Slot = (usize, &'static str, String);

/// How often something is made; none while that is asked.
type Running = Option<Rc<Expansion>>;

/// A configuration with values.
pub(super) struct World<'c> {
    pub config: &'c Config,
    pub folder: Option<&'c dyn Folder>,
    /// The values of the root module's variables.
    pub given: BTreeMap<String, Value>,
    /// What a plan says, where there is one.
    pub planned: Option<&'c Planned>,
    /// Where it goes, as far as nothing else says.
    pub to: Destination,
    instances: RefCell<Vec<Rc<Instance<'c>>>>,
    called: RefCell<HashMap<(usize, String), usize>>,
    expansions: RefCell<HashMap<(usize, String), Running>>,
    /// What was evaluated; none while it is.
    remembered: RefCell<HashMap<Slot, Option<Result<Node, Why>>>>,
    /// How many resources were counted.
    counted: Cell<usize>,
}

impl<'c> World<'c> {
    /// A configuration, with nothing evaluated.
    pub(crate) fn new(config: &'c Config, given: BTreeMap<String, Value>) -> Self {
        let world = Self {
            config,
            folder: None,
            given,
            planned: None,
            to: Destination::default(),
            instances: RefCell::default(),
            called: RefCell::default(),
            expansions: RefCell::default(),
            remembered: RefCell::default(),
            counted: Cell::new(0),
        };
        if let Some(module) = config.modules.first() {
            world.instances.borrow_mut().push(Rc::new(Instance::root(module)));
        }
        world
    }

    /// An instance of a module.
    pub(crate) fn instance(&self, number: usize) -> Rc<Instance<'c>> {
        Rc::clone(&self.instances.borrow()[number])
    }

    fn module(&self, number: usize) -> &'c Module {
        self.instance(number).module
    }

    /// Evaluates something once. What asks for itself is unknown.
    fn once(&self, slot: Slot, name: impl FnOnce() -> String, run: impl FnOnce() -> Result<Node, Why>) -> Result<Node, Why> {
        match self.remembered.borrow().get(&slot) {
            Some(Some(known)) => return known.clone(),
            Some(None) => return Ok(Value::unknown(format!("{} refers to itself", name())).into()),
            None => {}
        }
        self.remembered.borrow_mut().insert(slot.clone(), None);
        let result = run();
        self.remembered.borrow_mut().insert(slot, Some(result.clone()));
        result
    }

    /// The instance of the module that a call makes for a key; why it is not at hand, where it is not.
    pub(crate) fn enter(&self, parent: usize, call: &'c Block, key: &Key) -> Result<usize, Why> {
        let name = call.labels.first().cloned().unwrap_or_default();
        let above = self.instance(parent);
        let slot = (parent, format!("{name}{}", key.suffix()));
        if let Some(known) = self.called.borrow().get(&slot) {
            return Ok(*known);
        }
        let module = match above.module.children.get(&name) {
            Some(Ok(number)) => &self.config.modules[*number],
            Some(Err(why)) => return Err(why.clone()),
            None => return Err(Why::new(format!("module.{name} is not at hand"))),
        };
        let instance = above.child(parent, module, call, key);
        let number = self.instances.borrow().len();
        self.instances.borrow_mut().push(Rc::new(instance));
        self.called.borrow_mut().insert(slot, number);
        Ok(number)
    }
}

/// The value of a result with a place.
fn value(result: Result<Node, Why>) -> Outcome {
    result.map(|node| node.value)
}
