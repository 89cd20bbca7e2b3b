//! Declarations of `CloudFormation` as inventories: what a scan of the deployed template would read.
//!
//! What is not known never becomes absent, false, empty or a default. Where an inventory has no slot for it, the whole
//! resource is lost to its list, which then has a gap. An unknown id becomes an id of its own that no list has, so that
//! looking it up is a gap as well.

mod acls;
mod actions;
mod attributes;
mod balancers;
mod body;
mod body_paths;
mod clusters;
mod domains;
mod ecs;
mod groups;
mod hidden;
mod http;
mod http_routes;
mod http_stages;
mod integrations;
mod links;
mod listeners;
mod naming;
mod network;
mod parents;
mod read;
mod rest;
mod rest_routes;
mod rest_stages;
mod routes;
mod rules;
mod security;
mod served;
mod tables;
mod tasks;
#[cfg(test)]
mod tests;
mod waf;

use std::collections::{BTreeMap, BTreeSet};

use self::served::Served;
use crate::iac::built::Built;
use crate::iac::code::{Code, Declaration};
use crate::iac::draft::{Draft, List};
use crate::iac::made_up::{Destination, NO_REGION};
use crate::iac::value::Why;

/// Turns declarations into drafts of inventories, one a region.
pub fn build(code: &Code) -> Built {
    let mut built = Built::default();
    for (region, declarations) in by_region(code) {
        let to = Destination {
            partition: code.partition.clone().unwrap_or_else(|| "aws".to_owned()),
            region,
            account: code.account.clone().unwrap_or_default(),
        };
        let mut builder = Builder::new(to, declarations, &mut built);
        builder.fill();
        for uncounted in &code.uncounted {
            builder.uncounted(uncounted);
        }
        let draft = builder.finish();
        built.drafts.push(draft);
    }
    built
}

/// The declarations by the region they go to; one region at least.
fn by_region(code: &Code) -> BTreeMap<String, Vec<&Declaration>> {
    let usual = code.region.as_deref().unwrap_or(NO_REGION);
    let mut regions: BTreeMap<String, Vec<&Declaration>> = BTreeMap::new();
    for declaration in &code.declarations {
        let region = declaration.region.as_deref().unwrap_or(usual);
        regions.entry(region.to_owned()).or_default().push(declaration);
    }
    if regions.is_empty() {
        regions.insert(usual.to_owned(), Vec::new());
    }
    regions
}

/// Fills the draft of a region.
struct Builder<'c, 'b> {
    draft: Draft,
    declarations: Vec<&'c Declaration>,
    built: &'b mut Built,
    /// The ids of resources that were lost: what refers to them is not outside of the code.
    lost: BTreeSet<String>,
    /// What each API would serve if it were deployed now, by the API's id.
    served: BTreeMap<String, Served>,
}

impl<'c, 'b> Builder<'c, 'b> {
    fn new(to: Destination, declarations: Vec<&'c Declaration>, built: &'b mut Built) -> Self {
        Self { draft: Draft::new(to), declarations, built, lost: BTreeSet::new(), served: BTreeMap::new() }
    }

    /// Room by room: what others refer to comes first.
    fn fill(&mut self) {
        self.names();
        self.network();
        self.security_groups();
        self.balancing();
        self.links();
        self.rest();
        self.http();
        self.domains();
        self.containers();
        self.web_acls();
        self.hidden();
    }

    fn finish(mut self) -> Draft {
        self.deploy();
        self.draft
    }

    /// The declarations of a kind, by the last two parts of its name.
    fn of(&self, kind: &str) -> Vec<&'c Declaration> {
        let is = |declaration: &&&Declaration| declaration.kind.strip_prefix("AWS::") == Some(kind);
        self.declarations.iter().filter(is).copied().collect()
    }

    /// Makes something of each declaration of a kind. One of which something is not known is lost to its list.
    fn each(&mut self, kind: &str, list: &List, mut make: impl FnMut(&mut Self, &'c Declaration) -> Result<(), Why>) {
        for declaration in self.of(kind) {
            if let Err(why) = make(self, declaration) {
                self.lose(list.clone(), declaration, &why);
            }
        }
    }

    /// Leaves a gap where a declaration should stand.
    fn lose(&mut self, list: List, declaration: &Declaration, why: &Why) {
        self.lost.extend(declaration.names.values().cloned());
        self.draft.lose(list, &declaration.address, why);
    }
}
