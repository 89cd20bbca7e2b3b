//! What network ACLs let through.

use std::collections::BTreeSet;

use super::exposure::Told;
use super::groups::no_block;
use super::index::unheard;
use super::memo::Memo;
use super::{AddressSet, Bounds, PortSet, Transport};
use crate::inventory::{Gap, NetworkAcl, NetworkAclEntry};

const ACTION: &str = "ec2:DescribeNetworkAcls";

/// What network ACLs answered so far.
#[derive(Debug, Default)]
pub(super) struct Acls {
    inbound: Memo<(String, Transport, u16), Told>,
    outbound: Memo<(String, Transport), Told>,
}

impl Acls {
    /// The sources that may open a connection: let in to the port, and the answer let out to one ephemeral port at least.
    pub(super) fn admitted(&self, acl: &NetworkAcl, transport: Transport, port: u16) -> Told {
        let key = (acl.id.clone(), transport, port);
        let whole = self.inbound.get(&key, || {
            let out = self.outbound.get(&(acl.id.clone(), transport), || passes(acl, true, transport, &PortSet::ephemeral()));
            passes(acl, false, transport, &PortSet::range(port, port)).and(&out)
        });
        Told::clone(&whole)
    }
}

/// The addresses from which, or to which, one of the ports at least is let through.
pub(super) fn passes(acl: &NetworkAcl, egress: bool, transport: Transport, ports: &PortSet) -> Told {
    let mut gaps = Vec::new();
    let mut entries: Vec<&NetworkAclEntry> = acl.entries.iter().filter(|entry| entry.egress == egress).collect();
    entries.sort_by_key(|entry| entry.rule_number);
    let rules: Vec<Rule> = entries.into_iter().filter_map(|entry| Rule::read(entry, transport, &mut gaps)).collect();
    let surely = decide(&rules, ports, true, |_| {});
    let perhaps = if gaps.is_empty() { surely.clone() } else { decide(&rules, ports, false, |_| {}) };
    Told { bounds: Bounds { surely, perhaps }, gaps }
}

/// The entries that decide about an address, in the order they are tried: those that others leave nothing to decide are left out.
pub(super) fn deciding<'a>(acl: &'a NetworkAcl, egress: bool, transport: Transport, ports: &PortSet) -> Vec<&'a NetworkAclEntry> {
    let mut entries: Vec<&NetworkAclEntry> = acl.entries.iter().filter(|entry| entry.egress == egress).collect();
    entries.sort_by_key(|entry| entry.rule_number);
    let mut rules = Vec::new();
    entries.retain(|entry| match Rule::read(entry, transport, &mut Vec::new()) {
        Some(rule) => {
            rules.push(rule);
            true
        }
        None => false,
    });
    let mut told = BTreeSet::new();
    decide(&rules, ports, true, |place| {
        told.insert(place);
    });
    told.into_iter().map(|place| entries[place]).collect()
}

/// An entry as it is judged. None where it was not understood.
#[derive(Debug)]
struct Rule {
    allows: Option<bool>,
    block: Option<AddressSet>,
    ports: PortSet,
}

impl Rule {
    /// Reads an entry, unless it speaks of other protocols.
    fn read(entry: &NetworkAclEntry, transport: Transport, gaps: &mut Vec<Gap>) -> Option<Self> {
        let meant = transport.is_meant_by(&entry.protocol);
        if meant == Some(false) {
            return None;
        }
        let allows = match entry.action.as_str() {
            "allow" => Some(true),
            "deny" => Some(false),
            _ => None,
        };
        let block = AddressSet::parse(&entry.cidr_block);
        if allows.is_none() {
            gaps.push(unheard(ACTION, "what a network ACL's entry does:", &entry.action));
        }
        if block.is_none() {
            gaps.push(no_block(ACTION, &entry.cidr_block));
        }
        if meant.is_none() {
            gaps.push(unheard(ACTION, "protocol", &entry.protocol));
        }
        // All protocols means all ports.
        let all = matches!(entry.protocol.as_str(), "-1" | "all");
        let ports = if all { PortSet::all() } else { PortSet::of_rule(entry.from_port, entry.to_port) };
        Some(Self { allows, block: block.filter(|_| meant.is_some()), ports })
    }
}

/// First match wins, and what nothing matches is denied. What was not understood is held to deny when the answer must be
/// sure, and to allow when it must be complete.
fn decide(rules: &[Rule], ports: &PortSet, surely: bool, mut decides: impl FnMut(usize)) -> AddressSet {
    let mut allowed = AddressSet::new();
    // The addresses not decided yet, with the ports that no entry has spoken of.
    let mut open = vec![(AddressSet::all().clone(), ports.clone())];
    for (place, rule) in rules.iter().enumerate() {
        let allows = rule.allows.unwrap_or(!surely);
        let block = match &rule.block {
            Some(block) => block,
            None if allows == surely => continue,
            None => AddressSet::all(),
        };
        let mut next = Vec::with_capacity(open.len() + 1);
        for (addresses, ports) in open {
            let hit = addresses.intersection(block);
            if hit.is_empty() || ports.intersection(&rule.ports).is_empty() {
                next.push((addresses, ports));
                continue;
            }
            decides(place);
            let rest = addresses.difference(block);
            if allows {
                allowed.extend(&hit);
            } else {
                next.push((hit, ports.difference(&rule.ports)));
            }
            next.push((rest, ports));
        }
        next.retain(|(addresses, ports)| !addresses.is_empty() && !ports.is_empty());
        open = next;
    }
    allowed
}
