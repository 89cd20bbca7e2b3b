//! What security groups let through.

use super::addresses::Builder;
use super::exposure::Told;
use super::index::Index;
use super::memo::Memo;
use super::{AddressSet, Bounds, Transport};
use crate::inventory::{Cause, Gap, NetworkInterface, Observed, Peer, PrefixList, SecurityGroupRule, undeployed_place};

/// Whom security groups let in, or where they let traffic go.
#[derive(Debug, Clone, Default)]
pub struct Admitted {
    /// The addresses, those of interfaces that carry a group referred to among them.
    pub sources: Bounds,
    /// The addresses that an entry names by block or prefix list: all that the internet can make use of.
    pub by_address: Bounds,
    /// Why either is not known exactly.
    pub gaps: Vec<Gap>,
}

/// What a union of groups lets through on a port.
#[derive(Debug, Default)]
pub(super) struct Admission {
    /// By blocks and prefix lists.
    pub(super) by_address: Told,
    /// By references to groups: the private addresses of what carries them.
    pub(super) by_reference: Told,
    /// The groups referred to.
    pub(super) refers: Vec<String>,
}

impl Admission {
    /// Everything is let through: there are no groups to stop it.
    pub(super) fn everything() -> Self {
        Self { by_address: Bounds::exactly(AddressSet::all().clone()).into(), ..Self::default() }
    }

    /// Nothing is known of the groups.
    pub(super) fn unknown(gap: &Gap) -> Self {
        let anything = Told::at_most(AddressSet::all().clone(), gap.clone());
        Self { by_address: anything.clone(), by_reference: anything, refers: Vec::new() }
    }

    /// By either.
    pub(super) fn all(&self) -> Told {
        self.by_address.or(&self.by_reference)
    }

    fn admitted(&self) -> Admitted {
        let all = self.all();
        let mut gaps = if all.bounds.is_exact() { self.by_address.gaps.clone() } else { all.gaps };
        gaps.sort();
        gaps.dedup();
        Admitted { sources: all.bounds, by_address: self.by_address.bounds.clone(), gaps }
    }
}

/// A question that groups answer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Question {
    groups: Vec<String>,
    egress: bool,
    transport: Transport,
    port: u16,
}

/// What groups and prefix lists answered so far.
#[derive(Debug, Default)]
pub(super) struct Groups {
    answers: Memo<Question, Admission>,
    lists: Memo<String, Told>,
    carriers: Memo<String, Told>,
}

impl Groups {
    /// What the union of groups lets in or, with `egress`, out.
    pub(super) fn admission(
        &self,
        index: &Index<'_>,
        groups: &[String],
        egress: bool,
        transport: Transport,
        port: u16,
    ) -> std::sync::Arc<Admission> {
        let question = Question { groups: groups.to_vec(), egress, transport, port };
        self.answers.get(&question, || Reader::new(self, index, &question).read())
    }

    /// The same, for people who ask about groups only.
    pub(super) fn admitted(&self, index: &Index<'_>, groups: &[String], egress: bool, transport: Transport, port: u16) -> Admitted {
        self.admission(index, groups, egress, transport, port).admitted()
    }

    /// What a prefix list holds.
    pub(super) fn list(&self, index: &Index<'_>, id: &str) -> std::sync::Arc<Told> {
        self.lists.get(id, || match index.list(id) {
            Ok(list) => entries(list),
            Err(gap) => Told::at_most(AddressSet::all().clone(), gap),
        })
    }

    /// The private addresses of what carries a group.
    fn carriers(&self, index: &Index<'_>, group: &str) -> std::sync::Arc<Told> {
        self.carriers.get(group, || {
            let known = addresses_of(index.carriers(group));
            // A group that is not this account's is carried by interfaces that are not either.
            let gap = index.group(group).err().or_else(|| index.interfaces_gap());
            match gap {
                None => Bounds::exactly(known).into(),
                Some(gap) => Told { bounds: Bounds { surely: known, perhaps: AddressSet::all().clone() }, gaps: vec![gap] },
            }
        })
    }
}

struct Reader<'r, 'a> {
    groups: &'r Groups,
    index: &'r Index<'a>,
    question: &'r Question,
    blocks: Builder,
    lists: Vec<&'a str>,
    refers: Vec<&'a str>,
    unreadable: Told,
    unread: Option<Gap>,
}

impl<'r, 'a> Reader<'r, 'a> {
    fn new(groups: &'r Groups, index: &'r Index<'a>, question: &'r Question) -> Self {
        let (lists, refers) = (Vec::new(), Vec::new());
        Self { groups, index, question, blocks: Builder::default(), lists, refers, unreadable: Told::default(), unread: None }
    }

    fn read(mut self) -> Admission {
        for id in &self.question.groups {
            match self.index.group(id) {
                Ok(group) => {
                    for rule in &group.rules {
                        self.add(rule);
                    }
                }
                Err(gap) => self.unread = Some(gap),
            }
        }
        for names in [&mut self.lists, &mut self.refers] {
            names.sort_unstable();
            names.dedup();
        }
        let mut by_address = Told::from(Bounds::exactly(self.blocks.build())).or(&self.unreadable);
        for list in &self.lists {
            by_address = by_address.or(&self.groups.list(self.index, list));
        }
        let carriers = self.refers.iter().map(|group| self.groups.carriers(self.index, group));
        let mut by_reference = carriers.fold(Told::default(), |all, more| all.or(&more));
        if let Some(gap) = &self.unread {
            let anything = Told::at_most(AddressSet::all().clone(), gap.clone());
            by_address = by_address.or(&anything);
            by_reference = by_reference.or(&anything);
        }
        let refers = self.refers.into_iter().map(str::to_owned).collect();
        Admission { by_address, by_reference, refers }
    }

    fn add(&mut self, rule: &'a SecurityGroupRule) {
        if rule.egress != self.question.egress || !covers(rule, self.question.transport, self.question.port) {
            return;
        }
        match &rule.peer {
            Peer::CidrIpv4(text) => match text.parse() {
                Ok(block) => self.blocks.add(ipnet::IpNet::V4(block)),
                Err(_) => self.add_spelled(text, AddressSet::all_ipv4()),
            },
            Peer::CidrIpv6(text) => match text.parse() {
                Ok(block) => self.blocks.add(ipnet::IpNet::V6(block)),
                Err(_) => self.add_spelled(text, AddressSet::all_ipv6()),
            },
            Peer::PrefixList(id) => self.lists.push(id),
            Peer::SecurityGroup(id) => self.refers.push(id),
        }
    }

    /// Text that is no block of the family that the rule names: a lone address, or nothing that can be read.
    fn add_spelled(&mut self, text: &str, family: AddressSet) {
        match AddressSet::block(text) {
            Some(block) => self.blocks.add(block),
            None => self.unreadable = self.unreadable.or(&Told::at_most(family, no_block("ec2:DescribeSecurityGroups", text))),
        }
    }
}

/// What a prefix list holds: its entries, or at most its family.
fn entries(list: &PrefixList) -> Told {
    let family = match list.address_family.as_deref() {
        Some("IPv4") => AddressSet::all_ipv4(),
        Some("IPv6") => AddressSet::all_ipv6(),
        _ => AddressSet::all().clone(),
    };
    match &list.entries {
        Observed::Known(blocks) => {
            let mut told = Told::from(Bounds::exactly(blocks.iter().filter_map(|block| AddressSet::block(block)).collect()));
            for text in blocks.iter().filter(|block| AddressSet::block(block).is_none()) {
                told = told.or(&Told::at_most(family.clone(), no_block("ec2:GetManagedPrefixListEntries", text)));
            }
            told
        }
        Observed::Absent => Told::default(),
        Observed::Unknown(gap) => Told::at_most(family, gap.clone().or_action("ec2:GetManagedPrefixListEntries")),
    }
}

/// The private addresses of interfaces.
pub(super) fn addresses_of(interfaces: &[&NetworkInterface]) -> AddressSet {
    let private = |interface: &'_ &NetworkInterface| {
        let v4 = interface.addresses.iter().filter_map(|address| AddressSet::block(&address.private_ip));
        v4.chain(interface.ipv6_addresses.iter().filter_map(|address| AddressSet::block(address))).collect::<Vec<_>>()
    };
    interfaces.iter().flat_map(private).collect()
}

pub(super) fn no_block(action: &str, text: &str) -> Gap {
    if let Some(place) = undeployed_place(text) {
        return Gap::new("", Cause::Undeployed).because(format!("{place} is not known"));
    }
    Gap::new(action, Cause::Failed).because(format!("{text:?} is no block of addresses"))
}

/// Whether an entry speaks of a protocol and port.
pub fn covers(rule: &SecurityGroupRule, transport: Transport, port: u16) -> bool {
    if rule.protocol == "-1" {
        // All protocols means all ports: AWS ignores a range beside it.
        return true;
    }
    if rule.protocol != transport.as_str() && transport.is_meant_by(&rule.protocol) != Some(true) {
        return false;
    }
    let port = i32::from(port);
    match (rule.from_port, rule.to_port) {
        (None | Some(-1), _) => true,
        (Some(from), to) => from <= port && port <= to.unwrap_or(from),
    }
}
