//! Facts about subnets and VPCs.

use super::{both, in_scope, named, on_path};
use crate::inventory::{Cause, Gap, Region, Subnet, Vpc, is_undeployed_id};
use crate::rules::facts::types::{SUBNET, VPC};
use crate::rules::facts::{Context, lacking, missing, observed, seen};
use crate::rules::value::{RecordBuilder, Value};
use crate::topology::Topology;

const SUBNETS: &str = "ec2:DescribeSubnets";

/// The facts about a subnet.
pub(crate) fn subnet<'a>(topology: &Topology<'a>, context: &Context<'a>, region: &'a Region, subnet: &'a Subnet) -> Value {
    let users = context.network_users(topology, region);
    let on_path = on_path(users.of_subnet(&subnet.id), users.unseen_dwellers());
    let leads = |ipv6: bool| match context.network(&region.name) {
        Some(network) => {
            let routed = network.routes_to_internet(Some(&subnet.vpc_id), &subnet.id, ipv6);
            observed(&routed, "ec2:DescribeRouteTables", |routed| (*routed).into())
        }
        None => lacking("ec2:DescribeRouteTables", "the region's network"),
    };
    // Without a block of its own a subnet has no IPv6 address to give.
    let ipv6 = if subnet.ipv6_cidr_blocks.is_empty() {
        false.into()
    } else {
        observed(&subnet.assign_ipv6_address_on_creation, SUBNETS, |assigns| (*assigns).into())
    };
    RecordBuilder::new(&SUBNET)
        .set("id", &subnet.id)
        .set("region", &region.name)
        .set("vpc", &subnet.vpc_id)
        .set("zone", subnet.zone.as_deref())
        .set("in_scope", in_scope(context, on_path))
        .set("assigns_public_ipv4", subnet.map_public_ip_on_launch)
        // No value is a boolean only when AWS says neither.
        .set("assigns_ipv6", if ipv6 == Value::Absent { false.into() } else { ipv6 })
        .set("routes_ipv4_to_internet", leads(false))
        .set("routes_ipv6_to_internet", leads(true))
        .set("users", named(users.of_subnet(&subnet.id).map(|user| user.words.as_str()), hidden(context, topology, region)))
        .build()
}

/// The facts about a VPC.
pub(crate) fn vpc<'a>(topology: &Topology<'a>, context: &Context<'a>, region: &'a Region, vpc: &'a Vpc) -> Value {
    let users = context.network_users(topology, region);
    let unseen = both(hidden(context, topology, region), missing(&region.subnets, SUBNETS));
    RecordBuilder::new(&VPC)
        .set("id", &vpc.id)
        .set("region", &region.name)
        .set("is_default", vpc.is_default)
        .set("in_scope", vpc_in_scope(topology, context, region, &vpc.id))
        .set("used", seen(users.of_vpc(&vpc.id).next().is_some(), unseen.clone()))
        .set("users", named(users.of_vpc(&vpc.id).map(|user| user.words.as_str()), unseen))
        .set("logged", users.watched.logged(vpc))
        .set("flow_logs", users.watched.in_words(vpc))
        .build()
}

/// Whether something on the path of an API stands in a VPC, or all VPCs are judged.
pub(super) fn vpc_in_scope<'a>(topology: &Topology<'a>, context: &Context<'a>, region: &'a Region, vpc: &str) -> Value {
    let users = context.network_users(topology, region);
    // Services and links say in which subnets they stand; in which VPC those are, the list of subnets says.
    let unseen = both(users.unseen_dwellers(), missing(&region.subnets, SUBNETS));
    if is_undeployed_id(vpc) {
        return in_scope(context, Gap::new("", Cause::Undeployed).because("which VPC it is, is known only after deployment").into());
    }
    in_scope(context, on_path(users.of_vpc(vpc), unseen))
}

/// Why there may be users that were not found.
fn hidden<'a>(context: &Context<'a>, topology: &Topology<'a>, region: &'a Region) -> Option<crate::rules::value::Unknown> {
    let users = context.network_users(topology, region);
    both(users.unseen_dwellers(), users.unseen_interfaces.clone())
}
