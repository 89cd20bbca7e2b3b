//! From live resources to the code that made them.
//!
//! Each rung of the ladder (a Terraform state, a stack's resources, tags) tells which declaration made which resource, as
//! [`Identity`]s. The rest follows: routes and stages from their API, listeners from their load balancer and port, entries of
//! a security group from what they admit.

mod derive;
mod tags;

use std::collections::BTreeMap;

use super::built::Built;
use super::code::Code;
use super::sources::{self, How};
use crate::assessment::Sources;
use crate::inventory::{Api, Inventory, Region, VpcLink};
use crate::topology::Ids;

pub use tags::{stacks_of, stacks_read, yor};

/// Which live resource a declaration made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// What the code calls it.
    pub address: String,
    /// What AWS calls it, by the attribute that says so: `arn`, `id`; for `CloudFormation`, `Ref`.
    pub names: BTreeMap<String, String>,
}

/// Traces live resources to code. What was traced before stays.
pub fn trace(code: &Code, built: &Built, identities: &[Identity], inventory: &Inventory, how: How, sources: &mut Sources) {
    let mut live = live_names(code, identities);
    derive::listeners(built, inventory, &mut live);
    derive::entries(built, inventory, &mut live);
    let finder = Finder { live: &live, inventory };
    let mut ids: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (address, made_up) in &built.ids {
        let found: Vec<String> = made_up.iter().filter_map(|id| finder.find(id)).collect();
        if !found.is_empty() {
            ids.insert(address.clone(), found);
        }
    }
    let entries = sources::entries_of(built).into_iter().filter_map(|(id, entry)| Some((finder.find(&id)?, entry)));
    let entries = entries.collect();
    sources::add(sources, code, &ids, &entries, how);
}

/// What AWS calls each name that was made up.
fn live_names(code: &Code, identities: &[Identity]) -> BTreeMap<String, String> {
    let by_address: BTreeMap<&str, &Identity> = identities.iter().map(|identity| (identity.address.as_str(), identity)).collect();
    let mut live = BTreeMap::new();
    for declaration in &code.declarations {
        let Some(identity) = by_address.get(declaration.address.as_str()) else { continue };
        for (attribute, made_up) in &declaration.names {
            if let Some(name) = identity.names.get(attribute) {
                live.insert(made_up.clone(), name.clone());
            }
        }
    }
    live
}

struct Finder<'f> {
    live: &'f BTreeMap<String, String>,
    inventory: &'f Inventory,
}

impl Finder<'_> {
    /// The live id behind a made-up one; none where the resource, or the API it is a part of, was not traced.
    fn find(&self, id: &str) -> Option<String> {
        if let Some(found) = self.live.get(id) {
            return Some(found.clone());
        }
        if let Some((resource, key)) = id.split_once('#') {
            return Some(format!("{}#{key}", self.find(resource)?));
        }
        if let Some((api, stage)) = id.split_once("/stages/") {
            return Some(format!("{}/stages/{stage}", self.find(api)?));
        }
        let (_, resource) = id.split_once("::/")?;
        let (kind, made_up) = resource.split_once('/')?;
        let name = self.live.get(made_up)?;
        let ids = Ids::new(self.inventory);
        match kind {
            "restapis" | "apis" => self.regions().find_map(|region| Some(ids.api(region, api_of(region, name)?))),
            "vpclinks" => self.regions().find_map(|region| link_of(region, name).map(|link| ids.vpc_link(region, &link.id))),
            _ => None,
        }
    }

    fn regions(&self) -> impl Iterator<Item = &Region> {
        self.inventory.regions.iter()
    }
}

fn api_of<'r>(region: &'r Region, id: &str) -> Option<&'r Api> {
    region.rest_apis.iter().chain(&region.http_apis).find(|api| api.id == id)
}

fn link_of<'r>(region: &'r Region, id: &str) -> Option<&'r VpcLink> {
    region.vpc_links_v1.iter().chain(&region.vpc_links_v2).find(|link| link.id == id)
}
