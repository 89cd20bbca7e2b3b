//! What follows from the resources that were traced.

use std::collections::BTreeMap;

use crate::iac::built::Built;
use crate::inventory::{Inventory, LoadBalancer, SecurityGroup, SecurityGroupRule};

/// A load balancer has one listener a port, and a listener one rule a priority.
pub(super) fn listeners(built: &Built, inventory: &Inventory, live: &mut BTreeMap<String, String>) {
    for drawn in built.drafts.iter().flat_map(|draft| &draft.region.load_balancers) {
        let Some(found) = live.get(&drawn.arn).and_then(|arn| balancer(inventory, arn)) else { continue };
        for listener in &drawn.listeners {
            let Some(twin) = found.listeners.iter().find(|twin| twin.port == listener.port) else { continue };
            live.entry(listener.arn.clone()).or_insert_with(|| twin.arn.clone());
            for rule in &listener.rules {
                if let Some(twin) = twin.rules.iter().find(|twin| twin.priority == rule.priority) {
                    live.entry(rule.arn.clone()).or_insert_with(|| twin.arn.clone());
                }
            }
        }
    }
}

/// A group has one entry of the same direction, protocol, ports and peer.
pub(super) fn entries(built: &Built, inventory: &Inventory, live: &mut BTreeMap<String, String>) {
    for drawn in built.drafts.iter().flat_map(|draft| &draft.region.security_groups) {
        let Some(found) = live.get(&drawn.id).and_then(|id| group(inventory, id)) else { continue };
        for entry in &drawn.rules {
            let twin = found.rules.iter().find(|twin| is_same(entry, twin));
            if let (Some(made_up), Some(id)) = (&entry.id, twin.and_then(|twin| twin.id.as_ref())) {
                live.entry(made_up.clone()).or_insert_with(|| id.clone());
            }
        }
    }
}

fn is_same(one: &SecurityGroupRule, other: &SecurityGroupRule) -> bool {
    let same_ports = one.protocol == "-1" || (one.from_port, one.to_port) == (other.from_port, other.to_port);
    one.egress == other.egress && one.protocol == other.protocol && same_ports && one.peer == other.peer
}

fn balancer<'i>(inventory: &'i Inventory, arn: &str) -> Option<&'i LoadBalancer> {
    inventory.regions.iter().flat_map(|region| &region.load_balancers).find(|balancer| balancer.arn == arn)
}

fn group<'i>(inventory: &'i Inventory, id: &str) -> Option<&'i SecurityGroup> {
    inventory.regions.iter().flat_map(|region| &region.security_groups).find(|group| group.id == id)
}
