//! The inventory that Terraform's declarations amount to.
//!
//! Each file of this room knows some kinds of resources. What is not known is never taken for absent: it stands in a slot of
//! its own where the noun has one, is lost with the whole resource where it has none, or becomes an entry that may mean
//! anything where entries of one resource are judged together.

mod accounting;
mod adopted;
mod apis;
mod balancing;
mod containers;
mod network;
mod read;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::iac::built::Built;
use crate::iac::code::{Code, Declaration, Uncounted};
use crate::iac::draft::{Draft, List};
use crate::iac::made_up::{Destination, NO_REGION};
use crate::iac::value::Why;

/// The kind under which a module stands that is not at hand.
const MODULE: &str = "module";

/// The regions that Terraform's declarations describe.
pub fn build(code: &Code) -> Built {
    let all = adopted::declarations(code);
    let mut built = Built::default();
    accounting::count(&all, &code.uncounted, &mut built);
    for region in regions(code, &all) {
        let to = Destination {
            partition: code.partition.clone().unwrap_or_else(|| "aws".to_owned()),
            account: code.account.clone().unwrap_or_default(),
            region: region.clone(),
        };
        let here = all.iter().filter(|declaration| region_of(code, declaration) == region).collect();
        let mut room = Room { draft: Draft::new(to), built: &mut built, here, uncounted: &code.uncounted };
        room.fill();
        let draft = room.draft;
        built.drafts.push(draft);
    }
    built
}

fn region_of<'r>(code: &'r Code, declaration: &'r Declaration) -> &'r str {
    declaration.region.as_deref().or(code.region.as_deref()).unwrap_or(NO_REGION)
}

/// Every region that something goes to; one at least.
fn regions(code: &Code, all: &[Declaration]) -> BTreeSet<String> {
    let mut regions: BTreeSet<String> =
        all.iter().filter(|one| accounting::is_modelled(&one.kind)).map(|one| region_of(code, one).to_owned()).collect();
    if regions.is_empty() {
        regions.insert(code.region.clone().unwrap_or_else(|| NO_REGION.to_owned()));
    }
    regions
}

/// A region in the making, and what is declared for it.
struct Room<'c, 'b> {
    draft: Draft,
    built: &'b mut Built,
    here: Vec<&'c Declaration>,
    uncounted: &'c [Uncounted],
}

impl<'c> Room<'c, '_> {
    fn fill(&mut self) {
        network::fill(self);
        balancing::fill(self);
        containers::fill(self);
        apis::fill(self);
        accounting::lose_uncounted(self);
    }

    /// The declarations of some kinds, in the order of their addresses.
    fn of(&self, kinds: &[&str]) -> Vec<&'c Declaration> {
        self.here.iter().copied().filter(|declaration| kinds.contains(&declaration.kind.as_str())).collect()
    }

    /// The blocks of some kinds of which nobody can tell how many resources they make. A module that is not at hand may make
    /// any, also such as add to what others made: it may have been handed, or may look up, whatever there is.
    fn uncounted_of(&self, kinds: &[&str]) -> Vec<&'c Uncounted> {
        self.uncounted.iter().filter(|block| block.kind == MODULE || kinds.contains(&block.kind.as_str())).collect()
    }

    fn lose(&mut self, list: List, address: &str, why: &Why) {
        self.draft.lose(list, address, why);
    }

    /// What was read; where it was not, the list lacks it.
    fn kept<T>(&mut self, list: List, address: &str, read: Result<T, Why>) -> Option<T> {
        read.map_err(|why| self.lose(list, address, &why)).ok()
    }

    fn name(&mut self, declaration: &Declaration, id: impl Into<String>) {
        self.built.name(&declaration.address, id);
    }
}
