//! A stack: a template, where it is deployed to, and where its parameters come from.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Here, World};
use crate::iac::cloudformation::document::{Entry, Item, Raw};
use crate::iac::code::Uncounted;
use crate::iac::made_up::Destination;
use crate::iac::text::Span;
use crate::iac::value::Why;

/// A template that is deployed.
#[derive(Debug)]
pub(in crate::iac::cloudformation) struct Stack {
    /// What stands before its logical ids in addresses: empty, or with a dot at its end.
    pub(in crate::iac::cloudformation) prefix: String,
    /// What stands for its name.
    pub(in crate::iac::cloudformation) name: String,
    /// The path of its template.
    pub(in crate::iac::cloudformation) path: String,
    /// Where it is deployed to.
    pub(in crate::iac::cloudformation) to: Destination,
    /// Where its parameters come from.
    pub(in crate::iac::cloudformation) given: Given,
    /// The template.
    pub(in crate::iac::cloudformation) root: Item,
    /// Its resources, by logical id.
    pub(in crate::iac::cloudformation) resources: BTreeMap<String, Resource>,
    /// Its nested stacks, by logical id: their numbers, or why they are not read.
    pub(in crate::iac::cloudformation) nested: BTreeMap<String, Result<usize, Why>>,
    /// Resources of which nobody knows how many there are.
    pub(in crate::iac::cloudformation) uncounted: Vec<Uncounted>,
    /// Whether SAM transforms it.
    pub(in crate::iac::cloudformation) sam: bool,
}

/// Where the parameters of a stack come from.
#[derive(Debug, Clone)]
pub(in crate::iac::cloudformation) enum Given {
    /// From the outside, as texts.
    Outside(Arc<BTreeMap<String, String>>),
    /// From the stack around it.
    Parent {
        /// That stack.
        stack: usize,
        /// The parameters there, not evaluated.
        parameters: Option<Item>,
    },
}

/// A resource as it is written.
#[derive(Debug, Clone)]
pub(in crate::iac::cloudformation) struct Resource {
    /// Its type.
    pub(in crate::iac::cloudformation) kind: String,
    /// Its logical id.
    pub(in crate::iac::cloudformation) head: Span,
    /// All of it.
    pub(in crate::iac::cloudformation) block: Span,
    /// Its properties.
    pub(in crate::iac::cloudformation) properties: Option<Item>,
    /// Its condition.
    pub(in crate::iac::cloudformation) condition: Option<String>,
}

impl Resource {
    /// A resource, from its entry among the resources; none where it has no type.
    pub(in crate::iac::cloudformation) fn of(entry: &Entry) -> Option<Self> {
        Some(Self {
            kind: entry.item.get("Type")?.str()?.to_owned(),
            head: entry.head,
            block: entry.span(),
            properties: entry.item.get("Properties").cloned(),
            condition: entry.item.get("Condition").and_then(Item::str).map(ToOwned::to_owned),
        })
    }

    /// A property as it is written.
    pub(in crate::iac::cloudformation) fn property(&self, name: &str) -> Option<&Item> {
        self.properties.as_ref()?.get(name)
    }
}

impl Stack {
    /// The address of a resource.
    pub(in crate::iac::cloudformation) fn address(&self, id: &str) -> String {
        format!("{}{id}", self.prefix)
    }

    /// An entry of a section, such as a parameter.
    pub(in crate::iac::cloudformation) fn entry(&self, section: &str, name: &str) -> Option<&Entry> {
        self.root.get(section)?.entry(name)
    }

    /// The macros that the template goes through.
    pub(in crate::iac::cloudformation) fn transforms(&self) -> Vec<String> {
        let Some(transform) = self.root.get("Transform") else { return Vec::new() };
        let items = if matches!(transform.value, Raw::List(_)) { transform.items() } else { std::slice::from_ref(transform) };
        let name = |item: &Item| item.str().or_else(|| item.get("Name")?.str()).unwrap_or("a macro without a name").to_owned();
        items.iter().map(name).collect()
    }
}

impl World {
    /// Whether a resource is made.
    pub(in crate::iac::cloudformation) fn is_made(&self, stack: usize, resource: &Resource) -> Result<bool, Why> {
        resource.condition.as_ref().map_or(Ok(true), |name| self.condition(Here::of(stack), name))
    }
}
