//! Facts about security groups.

use super::openings::{Open, Ports, is_world, of_group, of_group_within, short_of_world};
use super::{both, in_scope, named, on_path};
use crate::inventory::{Cause, LoadBalancer, Observed, Peer, Region, SecurityGroup, SecurityGroupRule};
use crate::network::{AddressSet, Bounds, Network, Segment, Transport, rule_in_words};
use crate::rules::facts::types::SECURITY_GROUP;
use crate::rules::facts::{Context, lacking, missing, seen};
use crate::rules::value::{RecordBuilder, Unknown, Value};
use crate::topology::Topology;

const GROUPS: &str = "ec2:DescribeSecurityGroups";

/// SSH; RDP, which speaks both.
const ADMINISTRATION: (&[u16], &[u16]) = (&[22, 3389], &[3389]);

/// What AWS counts as high risk (EC2.19), apart from administration; and the data stores, brokers and caches that it leaves out.
const HIGH_RISK: (&[u16], &[u16]) = (
    &[
        20, 21, 23, 25, 110, 135, 143, 445, 1433, 1434, 1521, 2483, 3000, 3306, 4333, 5000, 5432, 5500, 5601, 6379, 7199, 8080, 8088, 8888,
        9092, 9160, 9200, 9300, 11211, 27017, 27018,
    ],
    &[1434, 11211],
);

/// What a website answers on: AWS's own default (EC2.18).
const AUTHORIZED: (&[u16], &[u16]) = (&[80, 443], &[]);

/// As many public IPv4 addresses as a /23 holds belong to more than an office.
const WIDE_V4: u64 = 1 << 9;
/// As many public IPv6 addresses as a /32 holds: what a provider gets for all its customers.
const WIDE_V6: u128 = 1 << 96;

/// The whole of what RFC 1918 sets aside, block by block, and its counterpart of IPv6.
const PRIVATE: [&str; 4] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];

/// The facts about a security group.
pub(crate) fn security_group<'a>(topology: &Topology<'a>, context: &Context<'a>, region: &'a Region, group: &'a SecurityGroup) -> Value {
    let users = context.network_users(topology, region);
    let unseen = || users.unseen_carriers();
    let (entries, rule_ids) = own_entries(region, group);
    let public = users.of_group(&group.id).filter(|user| user.is_public).map(|user| user.words.as_str());
    let builder = RecordBuilder::new(&SECURITY_GROUP)
        .set("id", &group.id)
        .set("name", &group.name)
        .set("region", &region.name)
        .set("vpc", group.vpc_id.as_deref())
        // AWS keeps the name for the group that comes with a VPC.
        .set("is_default", group.name == "default")
        .set("whole_account", context.judges_all())
        .set("in_scope", in_scope(context, on_path(users.of_group(&group.id), unseen())))
        .set("vpc_in_scope", vpc_in_scope(topology, context, region, group))
        .set("used", used(topology, context, region, group))
        .set(
            "attached_to",
            named(users.of_group(&group.id).map(|user| user.words.as_str()), both(unseen(), users.unseen_interfaces.clone())),
        )
        .set("public_users", named(public, both(unseen(), users.unseen_interfaces.clone())))
        .set("entries", entries)
        .set("rule_ids", rule_ids);
    opened(builder, context, region, group).build()
}

/// What the group's entries open, in and out.
fn opened(builder: RecordBuilder, context: &Context<'_>, region: &Region, group: &SecurityGroup) -> RecordBuilder {
    let Some(network) = context.network(&region.name) else {
        let fields = [
            "world_all_ports",
            "world_all_tcp_ports",
            "world",
            "administration",
            "high_risk",
            "unauthorized",
            "wide",
            "private",
            "egress_all_ports",
            "egress",
        ];
        return fields.into_iter().fold(builder, |builder, field| builder.set(field, lacking(GROUPS, "the region's network")));
    };
    let segments = |egress: bool| -> Vec<Segment<&SecurityGroupRule>> {
        [Transport::Tcp, Transport::Udp].into_iter().flat_map(|transport| network.group_segments(group, egress, transport)).collect()
    };
    let (inward, outward) = (segments(false), segments(true));
    let of = |(tcp, udp): (&[u16], &[u16])| Ports::of(tcp, udp);
    let (administration, high_risk) = (of(ADMINISTRATION), of(HIGH_RISK));
    let unauthorized = Ports::every().without(&of(AUTHORIZED));
    let rest = unauthorized.without(&administration).without(&high_risk);
    let unasked = Open::of(&inward, &unauthorized, is_world);
    let public = by_need(network, |set| !set.intersection(AddressSet::public()).is_empty(), AddressSet::is_world);
    let world = |ports: &Ports| of_group(group, &Open::of(&inward, ports, is_world), &public);
    let (every, out) = (Open::of(&inward, &Ports::every(), is_world), Open::of(&outward, &Ports::every(), is_world));
    builder
        .set("world_all_ports", every.all_ports(&[Transport::Tcp, Transport::Udp]))
        .set("world_all_tcp_ports", every.all_ports(&[Transport::Tcp]))
        .set("world", of_group(group, &every, &public))
        .set("administration", world(&administration))
        .set("high_risk", world(&high_risk))
        .set("unauthorized", of_group_within(group, &Open::of(&inward, &rest, is_world), &unasked, &public))
        .set("wide", wide(context, network, group, &inward))
        .set("private", private(network, group, &inward))
        .set("egress_all_ports", out.all_ports(&[Transport::Tcp, Transport::Udp]))
        .set("egress", of_group(group, &out, &public))
}

/// Picks the entries that help to open what they speak of: some of their addresses count, and no other entry holds all of them and
/// more. So the remedy leaves one address alone that has an entry of its own beside the world's. Where those that are left alone would
/// be enough by themselves, they are picked, too.
fn by_need(
    network: &Network<'_>,
    counts: impl Fn(&AddressSet) -> bool,
    enough: impl Fn(&AddressSet) -> bool,
) -> impl for<'e> Fn(&[&'e SecurityGroupRule]) -> Vec<&'e SecurityGroupRule> {
    move |rules| {
        let told = rules.iter().map(|rule| (*rule, network.addresses_of(rule))).filter(|(_, addresses)| counts(&addresses.perhaps));
        let told: Vec<_> = told.collect();
        let within = |one: &Bounds, other: &Bounds| one.perhaps.is_subset(&other.surely) && !other.surely.is_subset(&one.perhaps);
        let (spared, needed): (Vec<_>, Vec<_>) = told.iter().partition(|(_, one)| told.iter().any(|(_, other)| within(one, other)));
        let left = spared.iter().fold(AddressSet::new(), |all, (_, addresses)| all.union(&addresses.perhaps));
        let picked = if enough(&left) { told.iter().collect() } else { needed };
        picked.into_iter().map(|(rule, _)| *rule).collect()
    }
}

/// Ports open to many public addresses that are neither the world nor a range which a service of AWS's shares among its customers.
fn wide(context: &Context<'_>, network: &Network<'_>, group: &SecurityGroup, inward: &[Segment<&SecurityGroupRule>]) -> Value {
    let shared = context.shared.with_lists(network.region()).all();
    let own = AddressSet::public().difference(&shared);
    let many = |set: &AddressSet| {
        let set = set.intersection(&own);
        set.count_ipv4() >= WIDE_V4 || set.count_ipv6() >= WIDE_V6
    };
    // A narrow entry is named too: it is the entries together that let so many in.
    let helps = by_need(network, |set| !set.intersection(&own).is_empty(), many);
    of_group(group, &Open::of(inward, &Ports::every(), |addresses| short_of_world(addresses, many)), &helps)
}

/// Ports open to the whole of a private range.
fn private(network: &Network<'_>, group: &SecurityGroup, inward: &[Segment<&SecurityGroupRule>]) -> Value {
    let ranges: Vec<AddressSet> = PRIVATE.iter().filter_map(|block| AddressSet::parse(block)).collect();
    let whole = |set: &AddressSet| ranges.iter().any(|range| range.is_subset(set));
    let helps = by_need(network, |set| ranges.iter().any(|range| !set.intersection(range).is_empty()), whole);
    of_group(group, &Open::of(inward, &Ports::every(), |addresses| short_of_world(addresses, whole)), &helps)
}

/// Whether something on the path of an API stands in the group's VPC.
fn vpc_in_scope<'a>(topology: &Topology<'a>, context: &Context<'a>, region: &'a Region, group: &'a SecurityGroup) -> Value {
    match group.vpc_id.as_deref() {
        Some(vpc) => super::places::vpc_in_scope(topology, context, region, vpc),
        None => lacking(GROUPS, &format!("in which VPC {} is", group.id)),
    }
}

/// Whether anything carries the group or refers to it.
fn used<'a>(topology: &Topology<'a>, context: &Context<'a>, region: &'a Region, group: &'a SecurityGroup) -> Value {
    let users = context.network_users(topology, region);
    let found = users.of_group(&group.id).next().is_some() || users.is_referred_to(&group.id);
    let hidden = both(users.unseen_carriers(), users.unseen_interfaces.clone());
    seen(found, both(hidden, missing(&region.security_groups, GROUPS)))
}

/// The entries in words, and their ids. Code may have entries of which nobody knows whether they will be there.
fn own_entries(region: &Region, group: &SecurityGroup) -> (Value, Value) {
    let mut gaps = Vec::new();
    let mut there: Vec<&SecurityGroupRule> = Vec::new();
    for rule in &group.rules {
        match unsure(region, rule) {
            Some(gap) => gaps.push(gap),
            None => there.push(rule),
        }
    }
    let words = there.iter().map(|rule| rule_in_words(rule).into()).collect();
    let ids = there.iter().filter_map(|rule| rule.id.as_deref()).map(Value::from).collect();
    (Value::partial_list(words, Unknown::of(gaps.clone())), Value::partial_list(ids, Unknown::of(gaps)))
}

fn unsure(region: &Region, rule: &SecurityGroupRule) -> Option<crate::inventory::Gap> {
    let Peer::PrefixList(id) = &rule.peer else { return None };
    match region.prefix_lists.iter().find(|list| list.id == *id).map(|list| &list.entries) {
        Some(Observed::Unknown(gap)) if gap.cause == Cause::Undeployed => Some(gap.clone()),
        _ => None,
    }
}

/// The load balancers that carry a group.
pub(crate) fn balancers_of_group<'a>(
    topology: &Topology<'a>,
    context: &Context<'a>,
    region: &'a Region,
    group: &SecurityGroup,
) -> Vec<&'a LoadBalancer> {
    context.network_users(topology, region).of_group(&group.id).filter_map(|user| user.balancer).collect()
}
