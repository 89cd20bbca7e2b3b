//! Facts about the security groups of tasks, beside those of the load balancers before them.

use std::collections::BTreeSet;

use super::{links, strings, unknown};
use crate::inventory::{
    Gap, LoadBalancer, NetworkConfiguration, Observed, Peer, Region, SecurityGroup, SecurityGroupRule, TargetGroup, is_undeployed_id,
};
use crate::network::{AddressSet, Transport, covers, entry_in_words, preserves_client_ip};
use crate::rules::value::Value;
use crate::topology::{ServiceRef, Topology};

/// A load balancer before a service, and the target group between them.
struct Before<'a> {
    balancer: &'a LoadBalancer,
    group: &'a TargetGroup,
}

/// The load balancers before a service, and why there may be more.
fn before<'a>(topology: &Topology<'a>, found: &ServiceRef<'a>) -> (Vec<Before<'a>>, Vec<Gap>) {
    let service = found.service;
    let entries = service.load_balancers.iter().chain(service.task_sets.iter().flat_map(|set| &set.load_balancers));
    let arns: BTreeSet<&str> =
        entries.flat_map(|entry| [entry.target_group_arn.as_deref(), entry.alternate_target_group_arn.as_deref()]).flatten().collect();
    let (mut all, mut gaps) = (Vec::new(), Vec::new());
    for arn in arns {
        let group = match topology.index.group(arn) {
            Observed::Known(group) => group,
            Observed::Absent => continue,
            Observed::Unknown(gap) => {
                gaps.push(gap);
                continue;
            }
        };
        for balancer in &group.load_balancer_arns {
            match topology.index.balancer(balancer) {
                Observed::Known((_, balancer)) => all.push(Before { balancer, group }),
                Observed::Absent => {}
                Observed::Unknown(gap) => gaps.push(gap),
            }
        }
    }
    (all, gaps)
}

fn own_groups<'a>(networks: &[&'a NetworkConfiguration]) -> BTreeSet<&'a str> {
    networks.iter().flat_map(|network| &network.security_groups).map(String::as_str).collect()
}

/// The groups that tasks share with a load balancer before them.
pub(super) fn shared<'a>(topology: &Topology<'a>, found: &ServiceRef<'a>, networks: &[&'a NetworkConfiguration]) -> Value {
    let own = own_groups(networks);
    let (balancers, mut gaps) = before(topology, found);
    let theirs: BTreeSet<&str> = balancers.iter().flat_map(|before| &before.balancer.security_groups).map(String::as_str).collect();
    gaps.extend(unnamed(topology, found.region, own.iter().chain(&theirs)));
    Value::partial_list(own.intersection(&theirs).map(|id| (*id).into()).collect(), unknown(&gaps))
}

/// Why nobody can tell which groups some of these are: each may be any other.
fn unnamed<'i>(topology: &Topology<'_>, region: &Region, ids: impl Iterator<Item = &'i &'i str>) -> Vec<Gap> {
    let unnamed = ids.filter(|id| is_undeployed_id(id));
    unnamed.filter_map(|id| topology.index.security_group(region, id).gap().cloned()).collect()
}

/// The entries of the tasks' groups that let in others than the load balancers, on the ports that these use.
pub(super) fn wider<'a>(topology: &Topology<'a>, found: &ServiceRef<'a>, networks: &[&'a NetworkConfiguration]) -> Value {
    let own = own_groups(networks);
    let (balancers, unread) = before(topology, found);
    let mut judge = Judge {
        ports: BTreeSet::new(),
        groups: own.clone(),
        blocks: AddressSet::new(),
        gaps: Vec::new(),
        clients: unread,
        sees_clients: false,
    };
    for one in &balancers {
        judge.add(found, one);
    }
    judge.gaps.extend(unnamed(topology, found.region, judge.groups.iter()));
    if judge.sees_clients {
        return strings::<&str>([]);
    }
    // A load balancer that may hand the clients' addresses on may be what an entry is for.
    if !judge.clients.is_empty() {
        return Value::partial_list(Vec::new(), unknown(&judge.clients));
    }
    let mut gaps = judge.gaps.clone();
    let mut words = Vec::new();
    for id in &own {
        match topology.index.security_group(found.region, id) {
            Observed::Known(group) => words.extend(judge.wider(found.region, group, &mut gaps)),
            Observed::Absent => {}
            Observed::Unknown(gap) => gaps.push(gap),
        }
    }
    Value::partial_list(words.iter().map(Value::from).collect(), unknown(&gaps))
}

/// Whom the load balancers need to be let in, and on which ports.
struct Judge<'a> {
    ports: BTreeSet<u16>,
    groups: BTreeSet<&'a str>,
    blocks: AddressSet,
    /// Why there may be more of them.
    gaps: Vec<Gap>,
    /// Why it is not known whether a load balancer hands the clients' own addresses on.
    clients: Vec<Gap>,
    /// Whether a load balancer hands the clients' own addresses on: the tasks' groups then have to let clients in.
    sees_clients: bool,
}

impl<'a> Judge<'a> {
    fn add(&mut self, found: &ServiceRef<'a>, before: &Before<'a>) {
        let service = found.service;
        self.groups.extend(before.balancer.security_groups.iter().map(String::as_str));
        let subnets = before.balancer.zones.iter().filter_map(|zone| zone.subnet_id.as_deref());
        match links::subnets(found.region, subnets) {
            Observed::Known(blocks) => self.blocks.extend(&blocks),
            Observed::Absent => {}
            Observed::Unknown(gap) => self.gaps.push(gap),
        }
        let entries = service.load_balancers.iter().chain(service.task_sets.iter().flat_map(|set| &set.load_balancers));
        let of_group = entries.filter(|entry| {
            [&entry.target_group_arn, &entry.alternate_target_group_arn].iter().any(|arn| arn.as_deref() == Some(before.group.arn.as_str()))
        });
        self.ports.extend(of_group.filter_map(|entry| entry.container_port));
        self.ports.extend(before.group.targets.known().into_iter().flatten().filter_map(|target| target.port));
        // A target's group may name the groups of the load balancer, whosever addresses arrive; without groups it has to name clients.
        if before.balancer.kind == "network" && before.balancer.security_groups.is_empty() {
            match preserves_client_ip(before.group) {
                Ok(true) => self.sees_clients = true,
                Ok(false) => {}
                Err(gap) => self.clients.push(gap),
            }
        }
    }

    fn wider<'g>(&self, region: &'g Region, group: &'g SecurityGroup, gaps: &mut Vec<Gap>) -> Vec<String> {
        let mut words = Vec::new();
        let on_ports = |rule: &&SecurityGroupRule| !rule.egress && self.ports.iter().any(|port| covers(rule, Transport::Tcp, *port));
        for rule in group.rules.iter().filter(on_ports) {
            match self.is_needed(region, rule) {
                // Where a subnet of a load balancer is not known, the entry may be for it.
                Observed::Known(false) if self.gaps.is_empty() || is_public(rule) => words.push(entry_in_words(group, rule)),
                Observed::Known(_) | Observed::Absent => {}
                Observed::Unknown(gap) => gaps.push(gap),
            }
        }
        words
    }

    /// Whether an entry lets in nobody but the load balancers and the tasks themselves.
    fn is_needed(&self, region: &Region, rule: &SecurityGroupRule) -> Observed<bool> {
        let within = |set: AddressSet| Observed::Known(set.difference(&self.blocks).is_empty());
        match &rule.peer {
            Peer::SecurityGroup(id) => Observed::Known(self.groups.contains(id.as_str())),
            Peer::CidrIpv4(block) | Peer::CidrIpv6(block) => match AddressSet::parse(block) {
                Some(set) => within(set),
                None => Observed::Absent,
            },
            Peer::PrefixList(id) => match region.prefix_lists.iter().find(|list| list.id == *id).map(|list| &list.entries) {
                Some(Observed::Known(blocks)) => within(blocks.iter().filter_map(|block| AddressSet::block(block)).collect()),
                Some(Observed::Absent) => Observed::Absent,
                Some(Observed::Unknown(gap)) => Observed::Unknown(gap.clone().or_action("ec2:GetManagedPrefixListEntries")),
                None => {
                    let gap = region.prefix_lists.gaps.first().cloned();
                    Observed::Unknown(gap.map_or_else(
                        || crate::topology::left_out("ec2:DescribeManagedPrefixLists", id),
                        |gap| gap.or_action("ec2:DescribeManagedPrefixLists"),
                    ))
                }
            },
        }
    }
}

/// Whether an entry lets public addresses in, which no load balancer of a VPC has in it.
fn is_public(rule: &SecurityGroupRule) -> bool {
    match &rule.peer {
        Peer::CidrIpv4(block) => AddressSet::parse(block).is_some_and(|set| !set.intersection(AddressSet::public()).is_empty()),
        _ => false,
    }
}
