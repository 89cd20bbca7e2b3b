//! Ports that are open to a set of addresses, and the entries that open them.

use std::collections::BTreeSet;

use crate::inventory::{Gap, SecurityGroup, SecurityGroupRule};
use crate::network::{AddressSet, Bounds, PortSet, Segment, Transport, rule_in_words};
use crate::rules::facts::types::OPENING;
use crate::rules::facts::{seen, unknown};
use crate::rules::value::{RecordBuilder, Unknown, Value};

/// Ports that can be connected to: none listens on port 0.
pub(super) fn every_port() -> PortSet {
    PortSet::range(1, u16::MAX)
}

/// Some ports of both transports.
#[derive(Debug, Clone)]
pub(super) struct Ports {
    pub(super) tcp: PortSet,
    pub(super) udp: PortSet,
}

impl Ports {
    pub(super) fn every() -> Self {
        Self { tcp: every_port(), udp: every_port() }
    }

    pub(super) fn of(tcp: &[u16], udp: &[u16]) -> Self {
        let set = |ports: &[u16]| ports.iter().fold(PortSet::new(), |all, port| all.union(&PortSet::range(*port, *port)));
        Self { tcp: set(tcp), udp: set(udp) }
    }

    pub(super) fn without(&self, other: &Self) -> Self {
        Self { tcp: self.tcp.difference(&other.tcp), udp: self.udp.difference(&other.udp) }
    }

    fn get(&self, transport: Transport) -> &PortSet {
        match transport {
            Transport::Tcp => &self.tcp,
            Transport::Udp => &self.udp,
        }
    }
}

/// What is open, for certain and perhaps.
#[derive(Debug)]
pub(super) struct Open<'s, E> {
    surely: Vec<(&'s Segment<E>, PortSet)>,
    perhaps: Vec<(&'s Segment<E>, PortSet)>,
}

impl<'s, E> Open<'s, E> {
    /// The ports among some on which a question about the addresses is answered with yes.
    pub(super) fn of(segments: &'s [Segment<E>], ports: &Ports, ask: impl Fn(&Bounds) -> Option<bool>) -> Self {
        let mut open = Self { surely: Vec::new(), perhaps: Vec::new() };
        for segment in segments {
            let here = segment.ports.intersection(ports.get(segment.transport));
            if here.is_empty() {
                continue;
            }
            match ask(&segment.addresses) {
                Some(true) => open.surely.push((segment, here)),
                Some(false) => {}
                None => open.perhaps.push((segment, here)),
            }
        }
        open
    }

    fn ports(list: &[(&Segment<E>, PortSet)], transport: Transport) -> PortSet {
        list.iter().filter(|(segment, _)| segment.transport == transport).fold(PortSet::new(), |all, (_, ports)| all.union(ports))
    }

    fn gaps(&self) -> Vec<Gap> {
        self.perhaps.iter().flat_map(|(segment, _)| segment.gaps.iter().cloned()).collect()
    }

    /// Whether every port of one of the transports is open.
    pub(super) fn all_ports(&self, transports: &[Transport]) -> Value {
        let every = every_port();
        let mut perhaps = false;
        for &transport in transports {
            let surely = Self::ports(&self.surely, transport);
            if every.is_subset(&surely) {
                return true.into();
            }
            perhaps |= every.is_subset(&surely.union(&Self::ports(&self.perhaps, transport)));
        }
        seen(false, if perhaps { unknown(&self.gaps()) } else { None })
    }

    /// The open ports in words, such as `tcp 22`.
    pub(super) fn in_words(&self) -> Value {
        self.in_words_within(self)
    }

    /// The same, each as the run of open ports of another question that it is part of: a range with many holes tells nobody anything.
    fn in_words_within(&self, wider: &Self) -> Value {
        let mut words = Vec::new();
        for transport in [Transport::Tcp, Transport::Udp] {
            let own = Self::ports(&self.surely, transport);
            let whole = Self::ports(&wider.surely, transport);
            let runs = whole.ranges().filter(|(first, last)| !PortSet::range(*first, *last).intersection(&own).is_empty());
            for (first, last) in runs {
                let name = transport.as_str();
                words.push(if first == last { format!("{name} {first}") } else { format!("{name} {first}-{last}") });
            }
        }
        Value::partial_list(words.into_iter().map(Value::from).collect(), unknown(&self.gaps()))
    }

    /// The entries that speak of what is open, run by run.
    fn runs(&self) -> impl Iterator<Item = &[E]> {
        self.surely.iter().map(|(segment, _)| segment.entries.as_slice())
    }

    /// The entries that speak of what is open.
    pub(super) fn entries(&self) -> impl Iterator<Item = &E> {
        self.runs().flatten()
    }

    /// Why more may be open.
    pub(super) fn missing(&self) -> Option<Unknown> {
        unknown(&self.gaps())
    }
}

/// Which of the entries that speak of the same ports help to open them.
pub(super) type Helps<'h> = &'h dyn for<'e> Fn(&[&'e SecurityGroupRule]) -> Vec<&'e SecurityGroupRule>;

/// The record of what a security group opens. Entries that do not help to open anything are left out.
pub(super) fn of_group(group: &SecurityGroup, open: &Open<'_, &SecurityGroupRule>, helps: Helps<'_>) -> Value {
    of_group_within(group, open, open, helps)
}

/// The same, the ports told as runs of a wider question.
pub(super) fn of_group_within<'o>(
    group: &SecurityGroup,
    open: &Open<'o, &SecurityGroupRule>,
    wider: &Open<'o, &SecurityGroupRule>,
    helps: Helps<'_>,
) -> Value {
    let wanted: BTreeSet<&SecurityGroupRule> = open.runs().flat_map(helps).collect();
    let entries: Vec<&SecurityGroupRule> = group.rules.iter().filter(|rule| wanted.contains(rule)).collect();
    let words = entries.iter().map(|rule| rule_in_words(rule).into()).collect();
    let ids = entries.iter().filter_map(|rule| rule.id.as_deref()).map(Value::from).collect();
    RecordBuilder::new(&OPENING)
        .set("ports", open.in_words_within(wider))
        .set("entries", Value::partial_list(words, open.missing()))
        .set("rule_ids", Value::partial_list(ids, open.missing()))
        .build()
}

/// Whether a set is the world.
pub(super) fn is_world(addresses: &Bounds) -> Option<bool> {
    addresses.tell(AddressSet::is_world)
}

/// Whether a question that more addresses turn from no to yes holds of a set that is not the world.
pub(super) fn short_of_world(addresses: &Bounds, ask: impl Fn(&AddressSet) -> bool) -> Option<bool> {
    match (addresses.tell(ask), is_world(addresses)) {
        (Some(false), _) | (_, Some(true)) => Some(false),
        (Some(true), Some(false)) => Some(true),
        _ => None,
    }
}
