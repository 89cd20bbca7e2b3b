//! Facts about what security groups do to requests through VPC links.

use ipnet::IpNet;

use super::{Context, unknown};
use crate::inventory::{Cause, Gap, LoadBalancer, Observed, Peer, Region, UNDEPLOYED, VpcLink, is_undeployed_id};
use crate::network::{AddressSet, Bounds, Network, Transport, covers};
use crate::rules::value::Value;
use crate::topology::{BalancerHop, LinkVersion, Topology};

/// Whether a network load balancer's groups keep API Gateway's `PrivateLink` traffic out.
///
/// It comes from addresses that nobody can name: it arrives for certain only when the groups do not judge it, or let
/// every address in.
pub(super) fn drops_private_link(context: &Context<'_>, region: &Region, balancer: &LoadBalancer) -> Value {
    if balancer.security_groups.is_empty() {
        return false.into();
    }
    match balancer.enforce_private_link.as_deref() {
        Some("off") => return false.into(),
        // "on" is what AWS means where nothing was set.
        Some("on") | None => {}
        Some(new) => return super::word(new, &[], "elasticloadbalancing:DescribeLoadBalancers", "setting for PrivateLink traffic"),
    }
    let Some(network) = context.network(&region.name) else { return super::lacking("ec2:DescribeSecurityGroups", "the region's groups") };
    let mut gaps: Vec<Gap> =
        balancer.listeners.gaps.iter().map(|gap| gap.clone().or_action("elasticloadbalancing:DescribeListeners")).collect();
    let mut drops = false;
    for port in balancer.listeners.iter().filter_map(|listener| listener.port) {
        let admitted = network.admitted(&balancer.security_groups, Transport::Tcp, port);
        match admitted.sources.tell(|sources| AddressSet::all_ipv4().difference(sources).is_empty()) {
            Some(every) => drops |= !every,
            None => gaps.extend(admitted.gaps),
        }
    }
    super::seen(drops, unknown(&gaps))
}

/// The availability zones that a link leads into.
pub(super) fn zones(topology: &Topology<'_>, region: &Region, version: LinkVersion, link: &VpcLink) -> Value {
    let mut gaps: Vec<Gap> = Vec::new();
    let mut found: Vec<&str> = Vec::new();
    if version == LinkVersion::V2 {
        if link.subnet_ids.is_empty() {
            return super::lacking("apigateway:GET", "in which subnets the VPC link has its interfaces");
        }
        for id in &link.subnet_ids {
            let subnet = region.subnets.iter().find(|subnet| subnet.id == *id);
            match subnet.and_then(|subnet| subnet.zone_id.as_deref().or(subnet.zone.as_deref())) {
                Some(zone) if !is_undeployed_id(zone) => found.push(zone),
                _ => gaps.push(unread_subnet(region, id)),
            }
        }
    } else {
        for arn in &link.target_arns {
            match topology.index.balancer(arn) {
                Observed::Known((_, balancer)) if balancer.zones.is_empty() => {
                    let why = format!("the inventory does not say in which zones {} stands", balancer.name);
                    gaps.push(Gap::new("elasticloadbalancing:DescribeLoadBalancers", Cause::NotSupported).because(why));
                }
                Observed::Known((_, balancer)) => {
                    for zone in &balancer.zones {
                        if is_undeployed_id(&zone.zone) || zone.zone == UNDEPLOYED {
                            gaps.push(Gap::new("", Cause::Undeployed).because(format!("the zones of {} are not known", balancer.name)));
                        } else {
                            found.push(&zone.zone);
                        }
                    }
                }
                Observed::Absent => {}
                Observed::Unknown(gap) => gaps.push(gap),
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    Value::partial_list(found.into_iter().map(Value::from).collect(), unknown(&gaps))
}

fn unread_subnet(region: &Region, id: &str) -> Gap {
    let gap = region.subnets.gaps.first().map(|gap| gap.clone().or_action("ec2:DescribeSubnets"));
    let why = || Gap::new("ec2:DescribeSubnets", Cause::Failed).because(format!("in which zone {id} lies is not in the inventory"));
    gap.unwrap_or_else(why)
}

/// Whether security groups keep a link's requests from a load balancer, and which.
pub(super) fn refused(
    topology: &Topology<'_>,
    context: &Context<'_>,
    version: LinkVersion,
    link: &VpcLink,
    hop: &BalancerHop<'_>,
) -> (Value, Option<String>) {
    let (Some(network), LinkVersion::V2) = (context.network(&hop.region.name), version) else { return (false.into(), None) };
    let (balancer, port) = (hop.balancer, hop.port);
    let out = meets(
        topology,
        network,
        hop.region,
        &Side { groups: &link.security_group_ids, towards: Way::Out },
        &balancer.security_groups,
        &subnets(hop.region, balancer.zones.iter().filter_map(|zone| zone.subnet_id.as_deref())),
        port,
    );
    let inward = if balancer.kind == "network" && balancer.security_groups.is_empty() {
        Meeting::Through
    } else {
        meets(
            topology,
            network,
            hop.region,
            &Side { groups: &balancer.security_groups, towards: Way::In },
            &link.security_group_ids,
            &subnets(hop.region, link.subnet_ids.iter().map(String::as_str)),
            port,
        )
    };
    let stopped = |side: &str, groups: &[String]| Some(format!("no entry of {} lets TCP {port} {side}", groups.join(", ")));
    match (out, inward) {
        (Meeting::Stopped, _) => (true.into(), stopped("out to the load balancer", &link.security_group_ids)),
        (_, Meeting::Stopped) => (true.into(), stopped("in from the link", &balancer.security_groups)),
        (Meeting::Through, Meeting::Through) => (false.into(), None),
        (Meeting::Open(gaps), Meeting::Open(more)) => (open(&[gaps, more].concat()), None),
        (Meeting::Open(gaps), _) | (_, Meeting::Open(gaps)) => (open(&gaps), None),
    }
}

fn open(gaps: &[Gap]) -> Value {
    unknown(gaps)
        .map_or_else(|| super::lacking("ec2:DescribeSecurityGroups", "whether the groups of link and load balancer meet"), Value::Unknown)
}

/// Whether traffic between two parties gets past the groups of one of them.
enum Meeting {
    Through,
    Stopped,
    Open(Vec<Gap>),
}

enum Way {
    In,
    Out,
}

struct Side<'s> {
    groups: &'s [String],
    towards: Way,
}

/// Whether a side's groups let TCP to a port pass between it and another party, of which its groups and the blocks it stands in are known.
fn meets(
    topology: &Topology<'_>,
    network: &Network<'_>,
    region: &Region,
    side: &Side<'_>,
    others_groups: &[String],
    others: &Observed<AddressSet>,
    port: u16,
) -> Meeting {
    if side.groups.is_empty() {
        return Meeting::Open(vec![
            Gap::new("ec2:DescribeSecurityGroups", Cause::NotSupported).because("the inventory names no security group"),
        ]);
    }
    let egress = matches!(side.towards, Way::Out);
    if refers(topology, region, side.groups, egress, port, others_groups) {
        return Meeting::Through;
    }
    let admitted =
        if egress { network.egress(side.groups, Transport::Tcp, port) } else { network.admitted(side.groups, Transport::Tcp, port) };
    match others {
        Observed::Known(blocks) => judge(&admitted.sources, blocks, admitted.gaps),
        Observed::Unknown(gap) if !admitted.sources.perhaps.is_empty() => Meeting::Open(vec![gap.clone()]),
        _ if admitted.sources.perhaps.is_empty() => Meeting::Stopped,
        _ => Meeting::Open(admitted.gaps),
    }
}

/// Whether an entry of the groups names one of the other party's groups.
fn refers(topology: &Topology<'_>, region: &Region, groups: &[String], egress: bool, port: u16, others: &[String]) -> bool {
    let known = groups.iter().filter_map(|id| topology.index.security_group(region, id).known().copied());
    let mut entries = known.flat_map(|group| &group.rules).filter(|rule| rule.egress == egress && covers(rule, Transport::Tcp, port));
    entries.any(|rule| matches!(&rule.peer, Peer::SecurityGroup(id) if others.contains(id)))
}

/// An interface may have any address of its subnets: all of them let through is a yes, none of them a no.
fn judge(admitted: &Bounds, blocks: &AddressSet, gaps: Vec<Gap>) -> Meeting {
    if !blocks.is_empty() && blocks.difference(&admitted.surely).is_empty() {
        Meeting::Through
    } else if admitted.perhaps.intersection(blocks).is_empty() {
        Meeting::Stopped
    } else {
        Meeting::Open(gaps)
    }
}

/// The IPv4 blocks of subnets: the addresses that interfaces in them may have.
pub(super) fn subnets<'r>(region: &Region, ids: impl Iterator<Item = &'r str>) -> Observed<AddressSet> {
    let mut blocks: Vec<IpNet> = Vec::new();
    for id in ids {
        let Some(subnet) = region.subnets.iter().find(|subnet| subnet.id == id) else {
            let gap = region.subnets.gaps.first().cloned().map(|gap| gap.or_action("ec2:DescribeSubnets"));
            let missing =
                || Gap::new("ec2:DescribeSubnets", Cause::Failed).because(format!("{id} is not among the subnets that AWS lists"));
            return Observed::Unknown(gap.unwrap_or_else(missing));
        };
        match subnet.cidr_block.as_deref().map(|text| (text, AddressSet::block(text))) {
            Some((_, Some(block))) => blocks.push(block),
            Some((text, None)) if is_undeployed_id(text) => {
                return Observed::Unknown(Gap::new("", Cause::Undeployed).because(format!("the block of {id} is not known")));
            }
            _ => {}
        }
    }
    Observed::Known(blocks.into_iter().collect())
}
