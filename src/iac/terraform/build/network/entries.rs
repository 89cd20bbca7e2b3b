//! Entries of security groups.
//!
//! An entry of which something is not known stands in its group all the same, with a prefix list of its own in the place of
//! the other side: nobody knows whom it lets through. Where its ports are not known, it speaks of all of them.

use super::super::read::Attributes;
use crate::iac::text::Span;
use crate::iac::value::{Node, Value, Why};
use crate::inventory::{Observed, Peer, PrefixList, SecurityGroupRule};

/// An entry of a security group, as it was read.
pub(super) struct Entry {
    /// The rule.
    pub(super) rule: SecurityGroupRule,
    /// Why nobody knows whom it lets through.
    pub(super) why: Option<Why>,
    /// Where it stands.
    pub(super) span: Option<Span>,
}

impl Entry {
    /// The prefix list that stands for the other side of an entry nobody knows the other side of.
    pub(super) fn list(&self) -> Option<PrefixList> {
        let (Peer::PrefixList(id), Some(why)) = (&self.rule.peer, &self.why) else { return None };
        let entries = Observed::Unknown(why.gap(id));
        Some(PrefixList { id: id.clone(), name: String::new(), owner_id: None, address_family: None, entries })
    }
}

/// Where an entry stands, and which way it looks.
pub(super) struct Place<'p> {
    /// What it is called.
    pub(super) id: &'p str,
    /// The group it is part of.
    pub(super) group: &'p str,
    /// Whether it judges traffic that leaves.
    pub(super) egress: bool,
    /// Its span.
    pub(super) span: Option<Span>,
}

/// An entry of which nothing is known: it may let anything through.
pub(super) fn anything(place: &Place<'_>, why: &Why) -> Entry {
    unknown_peer(place, &Ports { protocol: "-1".to_owned(), from: None, to: None }, why)
}

/// An entry for known ports, of which the other side is not known.
fn unknown_peer(place: &Place<'_>, ports: &Ports, why: &Why) -> Entry {
    let mut entry = ports.entry(place, Peer::PrefixList(place.id.to_owned()));
    entry.why = Some(why.clone());
    entry
}

/// What an entry speaks of.
struct Ports {
    protocol: String,
    from: Option<i32>,
    to: Option<i32>,
}

impl Ports {
    fn read(block: &impl Attributes, protocol: &str) -> Result<Self, Why> {
        let protocol = super::protocol(&block.required(protocol)?);
        if protocol == "-1" {
            return Ok(Self { protocol, from: None, to: None });
        }
        let (from, to) = (block.attr("from_port").integer()?, block.attr("to_port").integer()?);
        // What has no ports tells none, however the code fills them in.
        let ports = ["tcp", "udp", "icmp", "icmpv6"].contains(&protocol.as_str());
        Ok(if ports { Self { protocol, from, to } } else { Self { protocol, from: None, to: None } })
    }

    fn entry(&self, place: &Place<'_>, peer: Peer) -> Entry {
        let rule = SecurityGroupRule {
            egress: place.egress,
            protocol: self.protocol.clone(),
            from_port: self.from,
            to_port: self.to,
            peer,
            id: Some(place.id.to_owned()),
            description: None,
        };
        Entry { rule, why: None, span: place.span }
    }
}

/// An attribute, and the kind of other side that it names.
type Named = (&'static str, fn(String) -> Peer);

/// The names under which a block tells the other sides: with many each, and of the group itself.
const MANY: [Named; 4] = [
    ("cidr_blocks", Peer::CidrIpv4),
    ("ipv6_cidr_blocks", Peer::CidrIpv6),
    ("prefix_list_ids", Peer::PrefixList),
    ("security_groups", Peer::SecurityGroup),
];
/// Those of a rule that is a resource of its own.
const OF_RULE: [Named; 4] = [
    ("cidr_blocks", Peer::CidrIpv4),
    ("ipv6_cidr_blocks", Peer::CidrIpv6),
    ("prefix_list_ids", Peer::PrefixList),
    ("source_security_group_id", Peer::SecurityGroup),
];
/// Those of a rule that names one.
const ONE: [Named; 4] = [
    ("cidr_ipv4", Peer::CidrIpv4),
    ("cidr_ipv6", Peer::CidrIpv6),
    ("prefix_list_id", Peer::PrefixList),
    ("referenced_security_group_id", Peer::SecurityGroup),
];

/// The entries that a block within a group amounts to.
pub(super) fn inline(block: &Node, place: &Place<'_>) -> Vec<Entry> {
    all(block, place, "protocol", &MANY)
}

/// The entries that an `aws_security_group_rule` amounts to.
pub(super) fn of_rule(block: &impl Attributes, place: &Place<'_>) -> Vec<Entry> {
    all(block, place, "protocol", &OF_RULE)
}

/// The entry that one of the later kinds of rule is.
pub(super) fn one(block: &impl Attributes, place: &Place<'_>) -> Vec<Entry> {
    all(block, place, "ip_protocol", &ONE)
}

fn all(block: &impl Attributes, place: &Place<'_>, protocol: &str, names: &[Named]) -> Vec<Entry> {
    let ports = match Ports::read(block, protocol) {
        Ok(ports) => ports,
        Err(why) => return vec![anything(place, &why)],
    };
    let mut peers: Vec<Result<Peer, Why>> = Vec::new();
    for (name, peer) in names {
        for item in each(block.attr(name)) {
            match item.text() {
                Ok(text) => peers.extend(text.map(|text| Ok(peer(text)))),
                Err(why) => peers.push(Err(why)),
            }
        }
    }
    match block.flag("self") {
        Ok(true) => peers.push(Ok(Peer::SecurityGroup(place.group.to_owned()))),
        Ok(false) => {}
        Err(why) => peers.push(Err(why)),
    }
    let description = block.text_at("description").ok().flatten();
    let several = peers.len() > 1;
    let entries = peers.into_iter().enumerate().map(|(number, peer)| {
        let id = if several { format!("{}#{number}", place.id) } else { place.id.to_owned() };
        let place = Place { id: &id, ..*place };
        let mut entry = match peer {
            Ok(peer) => ports.entry(&place, peer),
            Err(why) => unknown_peer(&place, &ports, &why),
        };
        entry.rule.description.clone_from(&description);
        entry
    });
    entries.collect()
}

/// The items of a list; what is not known as one item.
fn each(node: &Node) -> &[Node] {
    match &node.value {
        Value::List(items) => items,
        _ => std::slice::from_ref(node),
    }
}
