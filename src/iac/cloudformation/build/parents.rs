//! What a resource belongs to, and what becomes of it where that is not in the code.

use super::Builder;
use super::read::needed;
use crate::iac::code::Declaration;
use crate::iac::draft::{Draft, List};
use crate::iac::value::Why;

/// How a child finds its parent.
pub(super) struct Kinship {
    /// The property that names the parent.
    pub(super) property: &'static str,
    /// Whether a draft has a parent.
    pub(super) has: fn(&mut Draft, &str) -> bool,
    /// The list of parents.
    pub(super) parents: List,
    /// The list of a parent's children; of all parents' where the code does not say whose.
    pub(super) children: fn(Option<String>) -> List,
}

impl Builder<'_, '_> {
    /// The parent of a declaration, where the draft has it. Where not, the gaps that the child leaves.
    pub(super) fn parent(&mut self, child: &Declaration, kinship: &Kinship) -> Option<String> {
        let id = match needed(&child.body, kinship.property) {
            Ok(id) => id,
            Err(why) => {
                self.lose((kinship.children)(None), child, &why);
                // It may belong to one that the code does not make.
                self.draft.lose(kinship.parents.clone(), &child.address, &why);
                return None;
            }
        };
        if (kinship.has)(&mut self.draft, &id) {
            return Some(id);
        }
        self.outside(&kinship.parents, &id);
        self.lost.extend(child.names.values().cloned());
        None
    }

    /// Notes what the code refers to and does not make. What was lost left its gap already.
    pub(super) fn outside(&mut self, list: &List, id: &str) {
        if !self.lost.contains(id) {
            self.draft.lose(list.clone(), id, &Why::new(format!("{id} is not in this code")));
        }
    }
}
