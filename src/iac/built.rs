//! What a builder made of code.

use std::collections::BTreeMap;

use super::draft::Draft;
use super::text::Span;

/// The regions that code describes, and what stands for each of its resources in them.
#[derive(Debug, Default)]
pub struct Built {
    /// The regions.
    pub drafts: Vec<Draft>,
    /// For each declaration that was understood, by address: the ids under which an inventory or a finding speaks of it.
    /// A route's is its API's ARN and its key (`arn…/restapis/a1#GET /orders`), a stage's its ARN.
    pub ids: BTreeMap<String, Vec<String>>,
    /// Nested things that are spoken of by an id of their own, such as an entry of a security group: the declaration, and the place.
    pub entries: BTreeMap<String, (String, Span)>,
    /// The parts of such things, by the same ids: of an operation of an `OpenAPI` document, its integration's URI.
    pub parts: BTreeMap<String, BTreeMap<String, Span>>,
    /// Resources of types that no rule looks at, by type.
    pub ignored: BTreeMap<String, usize>,
}

impl Built {
    /// Notes an id of a declaration.
    pub fn name(&mut self, address: &str, id: impl Into<String>) {
        let ids = self.ids.entry(address.to_owned()).or_default();
        let id = id.into();
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
}
