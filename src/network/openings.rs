//! What the entries of one security group, or of one network ACL, let through port by port.
//!
//! Entries are judged together: a port is open to the union of what every entry about it admits.

use std::collections::BTreeSet;

use super::acls::{deciding, passes};
use super::exposure::Told;
use super::groups::no_block;
use super::index::unheard;
use super::words::acl_entry_in_words;
use super::{AddressSet, Bounds, Network, PortSet, Transport};
use crate::inventory::{Gap, NetworkAcl, NetworkAclEntry, Peer, SecurityGroup, SecurityGroupRule};

/// A run of ports that the same entries speak of.
#[derive(Debug, Clone)]
pub struct Segment<E> {
    /// What carries the connection.
    pub transport: Transport,
    /// The ports.
    pub ports: PortSet,
    /// The addresses that are let through, by block and by prefix list.
    pub addresses: Bounds,
    /// Why they are not known exactly.
    pub gaps: Vec<Gap>,
    /// The entries that speak of the ports.
    pub entries: Vec<E>,
}

/// An entry by address, as it is judged.
struct Entry<'a> {
    rule: &'a SecurityGroupRule,
    ports: PortSet,
    addresses: Told,
}

impl Network<'_> {
    /// What a security group's own entries let in or, with `egress`, out: every port that an entry by address speaks of, run by run.
    pub fn group_segments<'g>(&self, group: &'g SecurityGroup, egress: bool, transport: Transport) -> Vec<Segment<&'g SecurityGroupRule>> {
        let rules = group.rules.iter().filter(|rule| rule.egress == egress);
        let entries: Vec<Entry<'g>> = rules.filter_map(|rule| self.entry(rule, transport)).collect();
        let runs = runs(entries.iter().map(|entry| &entry.ports));
        let segment = |ports: PortSet| {
            let here: Vec<&Entry<'g>> = entries.iter().filter(|entry| ports.is_subset(&entry.ports)).collect();
            let told = here.iter().fold(Told::default(), |all, entry| all.or(&entry.addresses));
            let entries = here.iter().map(|entry| entry.rule).collect();
            Segment { transport, ports, addresses: told.bounds, gaps: told.gaps, entries }
        };
        runs.into_iter().map(segment).filter(|segment| !segment.entries.is_empty()).collect()
    }

    /// The addresses that an entry names. One of which the protocol is not understood lets them through perhaps.
    pub fn addresses_of(&self, rule: &SecurityGroupRule) -> Bounds {
        self.told(rule).bounds
    }

    fn entry<'g>(&self, rule: &'g SecurityGroupRule, transport: Transport) -> Option<Entry<'g>> {
        if matches!(rule.peer, Peer::SecurityGroup(_)) {
            return None;
        }
        let ports = if rule.protocol == "-1" { PortSet::all() } else { PortSet::of_rule(rule.from_port, rule.to_port) };
        let addresses = match transport.is_meant_by(&rule.protocol) {
            Some(true) => self.told(rule),
            Some(false) => return None,
            None => self.told(rule).only_perhaps(unheard("ec2:DescribeSecurityGroups", "protocol", &rule.protocol)),
        };
        Some(Entry { rule, ports, addresses })
    }

    fn told(&self, rule: &SecurityGroupRule) -> Told {
        let block = |text: &str, family: AddressSet| match AddressSet::parse(text) {
            Some(set) => Bounds::exactly(set).into(),
            None => Told::at_most(family, no_block("ec2:DescribeSecurityGroups", text)),
        };
        match &rule.peer {
            Peer::CidrIpv4(text) => block(text, AddressSet::all_ipv4()),
            Peer::CidrIpv6(text) => block(text, AddressSet::all_ipv6()),
            Peer::PrefixList(id) => Told::clone(&self.groups.list(&self.index, id)),
            Peer::SecurityGroup(_) => Told::default(),
        }
    }

    /// The network ACL that guards a subnet.
    pub fn acl_of(&self, subnet: &str, vpc: Option<&str>) -> Result<&NetworkAcl, Gap> {
        self.index.acl(subnet, vpc)
    }
}

/// Who may open a connection past a network ACL, run by run: let in to the ports in the order of the entries, and the answer let out.
pub fn acl_segments(acl: &NetworkAcl, transport: Transport) -> Vec<Segment<&NetworkAclEntry>> {
    let out = passes(acl, true, transport, &PortSet::ephemeral());
    let spoken = acl.entries.iter().filter(|entry| !entry.egress && transport.is_meant_by(&entry.protocol) != Some(false));
    let ports: Vec<PortSet> = spoken
        .map(|entry| match entry.protocol.as_str() {
            "-1" | "all" => PortSet::all(),
            _ => PortSet::of_rule(entry.from_port, entry.to_port),
        })
        .collect();
    let segment = |ports: PortSet| {
        // Every entry speaks of the whole run or of none of it: one port stands for all.
        let first = ports.ranges().next().map_or_else(PortSet::new, |(first, _)| PortSet::range(first, first));
        let told = passes(acl, false, transport, &first).and(&out);
        let entries = deciding(acl, false, transport, &first).into_iter().filter(|entry| entry.action == "allow").collect();
        Segment { transport, ports, addresses: told.bounds, gaps: told.gaps, entries }
    };
    runs(ports.iter()).into_iter().map(segment).collect()
}

/// An entry of a network ACL in words.
pub fn acl_entry(acl: &NetworkAcl, entry: &NetworkAclEntry) -> String {
    acl_entry_in_words(acl, entry)
}

/// The ports of several sets, cut where any of them begins or ends.
fn runs<'p>(sets: impl Iterator<Item = &'p PortSet>) -> Vec<PortSet> {
    let mut cuts = BTreeSet::new();
    for (first, last) in sets.flat_map(PortSet::ranges) {
        cuts.insert(u32::from(first));
        cuts.insert(u32::from(last) + 1);
    }
    let cuts: Vec<u32> = cuts.into_iter().collect();
    let run = |pair: &[u32]| Some(PortSet::range(u16::try_from(pair[0]).ok()?, u16::try_from(pair[1] - 1).ok()?));
    cuts.windows(2).filter_map(run).collect()
}
