//! What the entries of one security group, or of one network ACL, let through port by port.
//!
//! Entries are judged together: a port is open to the union of what every entry about it admits.

use std::collections::BTreeSet;

use super::acls::{deciding, passes};
use super::exposure::Told;
use super::groups::no_block;
use super::index::unheard;
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

    /// The addresses that an entry names.
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::acls::Acls;
    use super::*;
    use crate::inventory::Region;

    const BLOCKS: [&str; 7] = ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "52.16.0.0/16", "10.0.0.0/8", "::/0", "no block"];

    fn entry() -> impl Strategy<Value = SecurityGroupRule> {
        let protocol = prop_oneof![Just("-1"), Just("tcp"), Just("6"), Just("udp"), Just("icmp")];
        let ports = prop_oneof![
            Just((None, None)),
            Just((Some(-1), Some(-1))),
            (0..40_i32, 0..40_i32).prop_map(|(a, b)| (Some(a.min(b)), Some(a.max(b))))
        ];
        let peer = prop_oneof![
            (0..BLOCKS.len()).prop_map(|at| match BLOCKS[at] {
                block if block.contains(':') => Peer::CidrIpv6(block.to_owned()),
                block => Peer::CidrIpv4(block.to_owned()),
            }),
            Just(Peer::PrefixList("pl-1".to_owned())),
            Just(Peer::PrefixList("pl-unread".to_owned())),
            Just(Peer::SecurityGroup("sg-other".to_owned())),
        ];
        (protocol, ports, peer, any::<bool>()).prop_map(|(protocol, (from_port, to_port), peer, egress)| SecurityGroupRule {
            egress,
            protocol: protocol.to_owned(),
            from_port,
            to_port,
            peer,
            id: None,
            description: None,
        })
    }

    fn acl_entry() -> impl Strategy<Value = NetworkAclEntry> {
        let words = (prop_oneof![Just("allow"), Just("deny"), Just("ponder")], prop_oneof![Just("-1"), Just("6"), Just("17"), Just("1")]);
        let ports = prop_oneof![
            Just((None, None)),
            (0..40_i32, 0..40_i32).prop_map(|(a, b)| (Some(a.min(b)), Some(a.max(b)))),
            Just((Some(1024), Some(65535)))
        ];
        (any::<bool>(), 1..20_i32, words, 0..BLOCKS.len() - 1, ports).prop_map(|(egress, rule_number, (action, protocol), block, ports)| {
            NetworkAclEntry {
                egress,
                rule_number,
                action: action.to_owned(),
                protocol: protocol.to_owned(),
                cidr_block: BLOCKS[block].to_owned(),
                from_port: ports.0,
                to_port: ports.1,
            }
        })
    }

    fn region(rules: Vec<SecurityGroupRule>) -> Region {
        let text = r#"{"name": "r", "prefix_lists": [{"id": "pl-1", "entries": ["17.0.0.0/8", "18.0.0.0/8"]}, {"id": "pl-unread"}]}"#;
        let mut region: Region = serde_json::from_str(text).unwrap();
        let group = SecurityGroup {
            id: "sg-1".into(),
            name: String::new(),
            vpc_id: None,
            owner_id: None,
            rules,
            tags: std::collections::BTreeMap::default(),
        };
        region.security_groups = vec![group].into();
        region
    }

    /// The segment that a port is in.
    fn at<E>(segments: &[Segment<E>], port: u16) -> Bounds {
        let mut here = segments.iter().filter(|segment| segment.ports.contains(port));
        let found = here.next().map_or_else(Bounds::default, |segment| segment.addresses.clone());
        assert!(here.next().is_none(), "port {port} is in two segments");
        found
    }

    proptest! {
        /// Port by port, the runs say what the question about one port says.
        #[test]
        fn runs_of_a_group_agree_with_each_port(rules in proptest::collection::vec(entry(), 0..7), port in prop_oneof![0_u16..42, Just(65535)]) {
            let region = region(rules);
            let network = Network::new(&region);
            let group = &region.security_groups.items[0];
            for (egress, transport) in [(false, Transport::Tcp), (false, Transport::Udp), (true, Transport::Tcp)] {
                let segments = network.group_segments(group, egress, transport);
                let ids = [group.id.clone()];
                let told = if egress { network.egress(&ids, transport, port) } else { network.admitted(&ids, transport, port) };
                prop_assert_eq!(at(&segments, port), told.by_address);
            }
        }

        #[test]
        fn runs_of_an_acl_agree_with_each_port(entries in proptest::collection::vec(acl_entry(), 0..7), port in prop_oneof![0_u16..42, Just(65535)]) {
            let acl = NetworkAcl { id: "acl-1".into(), vpc_id: String::new(), is_default: false, subnet_ids: vec![], entries };
            for transport in [Transport::Tcp, Transport::Udp] {
                let told = Acls::default().admitted(&acl, transport, port);
                prop_assert_eq!(at(&acl_segments(&acl, transport), port), told.bounds);
            }
        }
    }

    #[test]
    fn a_segment_names_the_entries_that_speak_of_it() {
        let one = |ports: (i32, i32), block: &str| SecurityGroupRule {
            egress: false,
            protocol: "tcp".into(),
            from_port: Some(ports.0),
            to_port: Some(ports.1),
            peer: Peer::CidrIpv4(block.into()),
            id: None,
            description: None,
        };
        let region = region(vec![one((20, 30), "0.0.0.0/1"), one((25, 25), "128.0.0.0/1")]);
        let network = Network::new(&region);
        let segments = network.group_segments(&region.security_groups.items[0], false, Transport::Tcp);
        let told: Vec<_> =
            segments.iter().map(|one| (one.ports.ranges().next().unwrap(), one.entries.len(), one.addresses.surely.is_world())).collect();
        assert_eq!(told, [((20, 24), 1, true), ((25, 25), 2, true), ((26, 30), 1, true)]);
        assert_eq!(segments[1].addresses.surely, AddressSet::all_ipv4());
    }
}
