//! CloudFormation: what the stacks made that tags name.

use std::collections::BTreeSet;

use super::ask::{Asker, paged};
use super::client::Clients;
use super::{Needs, calls};
use crate::inventory::{Listed, Region, Stack, stack_names};

/// The stacks that the tags of a region's resources name: one call a hundred resources.
pub(super) async fn read(asker: &Asker<'_>, clients: &Clients, needs: Needs, region: &Region) -> Listed<Stack> {
    let names: BTreeSet<String> = if needs.stacks { stack_names(region) } else { BTreeSet::new() };
    if names.is_empty() {
        return Listed::default();
    }
    let mut listed = Listed::from(Vec::new());
    for name in names {
        let request = || clients.cloudformation.list_stack_resources().stack_name(&name);
        let pages =
            paged!(asker, &calls::LIST_STACK_RESOURCES, Some(&name), request(), set_next_token, stack_resource_summaries, next_token);
        listed.gaps.extend(pages.failure.map(|failure| failure.gap));
        let made = pages.items.into_iter().filter_map(|made| Some((made.logical_resource_id?, made.physical_resource_id?)));
        listed.items.push(Stack { name, resources: made.collect() });
    }
    listed
}
