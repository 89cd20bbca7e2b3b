//! Facts about network ACLs.

use std::collections::BTreeSet;

use super::openings::{Open, Ports, is_world};
use super::{both, in_scope, on_path};
use crate::inventory::{NetworkAcl, NetworkAclEntry, Region};
use crate::network::{AddressSet, Segment, Transport, acl_rule_in_words, acl_segments};
use crate::rules::facts::types::{NETWORK_ACL, OPENING};
use crate::rules::facts::{Context, missing, seen};
use crate::rules::value::{RecordBuilder, Value};
use crate::topology::Topology;

const ACLS: &str = "ec2:DescribeNetworkAcls";

/// The facts about a network ACL.
pub(crate) fn network_acl<'a>(topology: &Topology<'a>, context: &Context<'a>, region: &'a Region, acl: &'a NetworkAcl) -> Value {
    let users = context.network_users(topology, region);
    let guarded = users.guarded_by(&acl.id);
    // Which subnets a default ACL guards, the other ACLs and the list of subnets decide.
    let unseen_acls = missing(&region.network_acls, ACLS);
    let unseen_subnets =
        if acl.is_default { both(unseen_acls.clone(), missing(&region.subnets, "ec2:DescribeSubnets")) } else { unseen_acls };
    let standing = guarded.iter().flat_map(|subnet| users.of_subnet(subnet));
    let on_path = on_path(standing, both(unseen_subnets.clone(), users.unseen_dwellers()));
    let segments: Vec<Segment<&NetworkAclEntry>> =
        [Transport::Tcp, Transport::Udp].into_iter().flat_map(|transport| acl_segments(acl, transport)).collect();
    let every = Open::of(&segments, &Ports::every(), is_world);
    let administration = Open::of(&segments, &Ports::of(&[22, 3389], &[]), is_world);
    RecordBuilder::new(&NETWORK_ACL)
        .set("id", &acl.id)
        .set("region", &region.name)
        .set("vpc", &acl.vpc_id)
        .set("is_default", acl.is_default)
        .set("whole_account", context.judges_all())
        .set("in_scope", in_scope(context, on_path))
        .set("used", seen(!guarded.is_empty(), unseen_subnets.clone()))
        .set("subnets", Value::partial_list(guarded.iter().map(|id| (*id).into()).collect(), unseen_subnets))
        .set("world_all_ports", every.all_ports(&[Transport::Tcp, Transport::Udp]))
        .set("world_all_tcp_ports", every.all_ports(&[Transport::Tcp]))
        .set("world", opened(&every))
        .set("administration", opened(&administration))
        .build()
}

/// The record of what an ACL lets the world in to.
fn opened(open: &Open<'_, &NetworkAclEntry>) -> Value {
    // An entry for private addresses alone lets nobody in from the internet.
    let is_public = |entry: &NetworkAclEntry| {
        AddressSet::parse(&entry.cidr_block).is_none_or(|addresses| !addresses.intersection(AddressSet::public()).is_empty())
    };
    let wanted: BTreeSet<&NetworkAclEntry> = open.entries().copied().filter(|entry| is_public(entry)).collect();
    let words = wanted.iter().map(|entry| acl_rule_in_words(entry).into()).collect();
    let numbers: BTreeSet<i32> = wanted.iter().map(|entry| entry.rule_number).collect();
    let numbers = numbers.iter().map(|number| number.to_string().into()).collect();
    RecordBuilder::new(&OPENING)
        .set("ports", open.in_words())
        .set("entries", Value::partial_list(words, open.missing()))
        .set("rule_ids", Value::partial_list(numbers, open.missing()))
        .build()
}
