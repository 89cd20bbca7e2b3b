//! Where the new way runs: its subnets, its kind of VPC link, and the quotas it needs room in.

use super::balancer::Taken;
use super::scope::{Part, Scope};
use super::service;
use super::zones::takes_link_v2;
use super::{Code, Link, Refusal, Target};
use crate::inventory::{Protocol, Subnet};
use crate::topology::LinkVersion;

/// The free addresses that a load balancer's subnet must have.
const FREE_ADDRESSES: i32 = 8;
/// AWS's default quotas: what counts towards them is listed, what they were raised to is not.
const V1_LINKS: usize = 20;
const V2_LINKS: usize = 10;
const NETWORK_BALANCERS: usize = 50;

/// The subnets of the new way to a load balancer: one a zone, of its own VPC.
pub(super) fn subnets<'a>(scope: &Scope<'_, 'a>, taken: &Taken<'a>) -> Result<Vec<&'a Subnet>, Refusal> {
    let refuse = |because: String| Refusal::new(Code::NoSubnets, taken.name(), because);
    if let Some(gap) = scope.region.subnets.gaps.first() {
        return Err(Refusal::new(Code::Unread, taken.name(), gap.to_string()));
    }
    let vpc = taken.balancer.vpc_id.as_deref().unwrap_or_default();
    let find = |id: &String| scope.region.subnets.iter().find(|subnet| subnet.id == *id);
    let wanted = wanted(scope, taken);
    let mut chosen: Vec<&Subnet> = Vec::new();
    for id in &wanted {
        let subnet = find(id).ok_or_else(|| refuse(format!("there is no subnet {id} in {}", scope.region.name)))?;
        if subnet.vpc_id != vpc {
            return Err(refuse(format!("{id} is in {}, the load balancer in {vpc}", subnet.vpc_id)));
        }
        let room = subnet.available_ip_count.is_none_or(|free| free >= FREE_ADDRESSES);
        if room && !chosen.iter().any(|known| known.zone == subnet.zone) {
            chosen.push(subnet);
        }
    }
    // A zone left out is a zone whose tasks the new way does not reach.
    let full = |id: &&String| find(id).is_some_and(|subnet| !chosen.iter().any(|known| known.zone == subnet.zone));
    if let Some(full) = wanted.iter().find(full) {
        return Err(refuse(format!("{full} has fewer than {FREE_ADDRESSES} free addresses, and its zone has no other subnet to choose")));
    }
    if chosen.is_empty() {
        return Err(refuse("no subnet of its tasks or of its own is known".to_owned()));
    }
    chosen.sort_by(|a, b| a.zone.cmp(&b.zone));
    Ok(chosen)
}

/// A zone in which tasks run and that the new load balancer would not be in: AWS sends nothing to targets there.
pub(super) fn uncovered<'a>(scope: &Scope<'_, 'a>, taken: &Taken<'a>, backing: &service::Backing<'a>) -> Option<Refusal> {
    let chosen = subnets(scope, taken).ok()?;
    let service = backing.service.service;
    let of_tasks = service.network.iter().flat_map(|network| &network.subnets);
    let of_tasks = of_tasks.filter_map(|id| scope.region.subnets.iter().find(|subnet| subnet.id == *id));
    let left_out =
        of_tasks.filter(|subnet| !chosen.iter().any(|known| known.zone == subnet.zone)).find_map(|subnet| subnet.zone.clone())?;
    let because = format!("tasks of service {} may run in {left_out}, and none of the subnets is there", service.name);
    Some(Refusal::new(Code::NoSubnets, taken.name(), because))
}

/// The subnets asked for, or else those of the tasks, which are private where anything is, or else the load balancer's own.
fn wanted(scope: &Scope<'_, '_>, taken: &Taken<'_>) -> Vec<String> {
    if !scope.options.subnets.is_empty() {
        return scope.options.subnets.clone();
    }
    let mut of_tasks: Vec<String> = Vec::new();
    for port in taken.listeners.keys() {
        if let Ok(backing) = service::behind(scope, taken, *port) {
            of_tasks.extend(backing.service.service.network.iter().flat_map(|network| network.subnets.clone()));
        }
    }
    of_tasks.sort();
    of_tasks.dedup();
    if of_tasks.is_empty() { taken.balancer.zones.iter().filter_map(|zone| zone.subnet_id.clone()).collect() } else { of_tasks }
}

/// The kind of link that a target needs, or the refusal.
pub(super) fn link(scope: &Scope<'_, '_>, taken: &Taken<'_>, parts: &[Part<'_>], target: Target) -> Result<LinkVersion, Refusal> {
    let subject = taken.name();
    let uses = |part: &&Part<'_>| part.balancers().contains(taken.balancer.arn.as_str());
    let http = parts.iter().filter(uses).find(|part| part.api.protocol == Protocol::Http);
    let needs_v2 = match (http, target) {
        (Some(part), _) => Some(format!("{} is an HTTP API", part.name())),
        (None, Target::Alb) => Some("it is an application load balancer".to_owned()),
        (None, _) => None,
    };
    let closed = subnets(scope, taken)?.into_iter().find(|subnet| {
        let zone = subnet.zone_id.as_deref().unwrap_or_default();
        takes_link_v2(&scope.region.name, zone) == Some(false)
    });
    match (scope.options.link, needs_v2) {
        (Link::V1, Some(why)) => Err(Refusal::new(Code::LinkVersion, subject, why)),
        (Link::V1, None) => Ok(LinkVersion::V1),
        (link, needs) => match closed {
            None => Ok(LinkVersion::V2),
            Some(_) if link == Link::Auto && needs.is_none() => Ok(LinkVersion::V1),
            Some(subnet) => {
                let zone = subnet.zone_id.as_deref().unwrap_or_default();
                Err(Refusal::new(Code::LinkZone, subject, format!("{} is in {zone}", subnet.id)))
            }
        },
    }
}

/// What there is no room for.
pub(super) fn quotas(scope: &Scope<'_, '_>, taken: &Taken<'_>, target: Target, version: LinkVersion) -> Vec<Refusal> {
    let mut found = Vec::new();
    let (links, most, name) = match version {
        LinkVersion::V1 => (&scope.region.vpc_links_v1, V1_LINKS, "VPC links V1"),
        LinkVersion::V2 => (&scope.region.vpc_links_v2, V2_LINKS, "VPC links V2"),
    };
    if links.items.len() >= most {
        let because = format!("there are {} {name}, and the default quota is {most}", links.items.len());
        found.push(Refusal::new(Code::LinkQuota, taken.name(), because));
    }
    let networks = scope.region.load_balancers.iter().filter(|balancer| balancer.kind == "network").count();
    if target != Target::Alb && networks >= NETWORK_BALANCERS {
        let because = format!("there are {networks} network load balancers, and the default quota is {NETWORK_BALANCERS}");
        found.push(Refusal::new(Code::BalancerQuota, taken.name(), because));
    }
    found
}
