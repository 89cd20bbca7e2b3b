//! Facts that the attributes of a load balancer tell, and in how many zones it stands.

use super::{lacking, unknown, word};
use crate::inventory::{Gap, LoadBalancer, Observed, Region, TargetGroup, undeployed_place};
use crate::rules::value::Value;
use crate::topology::Topology;

const LOAD_BALANCERS: &str = "elasticloadbalancing:DescribeLoadBalancers";
const ATTRIBUTES: &str = "elasticloadbalancing:DescribeLoadBalancerAttributes";
const GROUP_ATTRIBUTES: &str = "elasticloadbalancing:DescribeTargetGroupAttributes";
const GROUPS: &str = "elasticloadbalancing:DescribeTargetGroups";
const CROSS_ZONE: &str = "load_balancing.cross_zone.enabled";

/// An attribute that is on or off; absent for types of load balancer that do not have it. One that AWS did not name is unknown.
pub(super) fn flag(balancer: &LoadBalancer, key: &str, types: &[&str]) -> Value {
    match text(balancer, key, types, &["true", "false"]) {
        Value::Str(value) => (value.as_ref() == "true").into(),
        other => other,
    }
}

/// An attribute of a few words; absent for types of load balancer that do not have it. One that AWS did not name is unknown.
pub(super) fn text(balancer: &LoadBalancer, key: &str, types: &[&str], words: &[&str]) -> Value {
    if ["application", "network", "gateway"].contains(&balancer.kind.as_str()) && !types.contains(&balancer.kind.as_str()) {
        return Value::Absent;
    }
    match &balancer.attributes {
        Observed::Known(attributes) => match attributes.get(key) {
            Some(value) => word(value, words, ATTRIBUTES, &format!("value of {key}:")),
            None => lacking(ATTRIBUTES, &format!("{key} of {}", balancer.name)),
        },
        Observed::Absent => lacking(ATTRIBUTES, &format!("{key} of {}", balancer.name)),
        Observed::Unknown(gap) => gap.clone().or_action(ATTRIBUTES).into(),
    }
}

/// The zones that a load balancer stands in, each once.
pub(super) fn zones(region: &Region, balancer: &LoadBalancer) -> Value {
    let mut names: Vec<&str> = Vec::new();
    let mut gaps: Vec<Gap> = Vec::new();
    for zone in &balancer.zones {
        let of_subnet = || {
            let subnet = region.subnets.iter().find(|subnet| Some(&subnet.id) == zone.subnet_id.as_ref());
            subnet.and_then(|subnet| subnet.zone.as_deref().or(subnet.zone_id.as_deref()))
        };
        let told = Some(zone.zone.as_str()).filter(|name| !name.is_empty()).or_else(of_subnet);
        // What stands for a zone that only deployment decides may be the same as any.
        match told.filter(|name| undeployed_place(name).is_none()) {
            Some(name) if names.contains(&name) => {}
            Some(name) => names.push(name),
            None => {
                let subnet = zone.subnet_id.as_deref().unwrap_or("a subnet");
                gaps.push(crate::topology::left_out(
                    LOAD_BALANCERS,
                    &format!("the inventory does not say in which zone {subnet} of {} is", balancer.name),
                ));
            }
        }
    }
    if balancer.zones.is_empty() {
        return lacking(LOAD_BALANCERS, &format!("in which zones {} stands", balancer.name));
    }
    names.sort_unstable();
    Value::partial_list(names.into_iter().map(Value::from).collect(), unknown(&gaps))
}

/// The target groups of a network load balancer whose targets answer only what arrives in their own zone.
pub(super) fn groups_kept_in_zone<'a>(topology: &Topology<'a>, balancer: &'a LoadBalancer) -> Value {
    if balancer.kind != "network" {
        return Value::list(Vec::new());
    }
    let mut names: Vec<&str> = Vec::new();
    let mut gaps: Vec<Gap> =
        balancer.listeners.gaps.iter().map(|gap| gap.clone().or_action("elasticloadbalancing:DescribeListeners")).collect();
    for listener in &balancer.listeners {
        for (group, live) in crate::topology::groups_of_step(&topology.index, &listener.default_actions) {
            let group = match group {
                Observed::Known(group) if live => group,
                Observed::Unknown(gap) => {
                    gaps.push(gap.or_action(GROUPS));
                    continue;
                }
                _ => continue,
            };
            match crosses_zones(balancer, group) {
                Value::Bool(false) if !names.contains(&group.name.as_str()) => names.push(&group.name),
                Value::Unknown(unknown) => gaps.extend(unknown.gaps().iter().cloned()),
                _ => {}
            }
        }
    }
    Value::partial_list(names.into_iter().map(Value::from).collect(), unknown(&gaps))
}

/// Whether every zone's traffic may go to every zone's targets: as the group says, or else as its load balancer does.
fn crosses_zones(balancer: &LoadBalancer, group: &TargetGroup) -> Value {
    // AWS lets nobody set any on a group of load balancers.
    if group.target_type == "alb" {
        return flag(balancer, CROSS_ZONE, &["network"]);
    }
    let own = match &group.attributes {
        Observed::Known(attributes) => attributes.get(CROSS_ZONE).map(String::as_str),
        Observed::Absent => None,
        Observed::Unknown(gap) => return gap.clone().or_action(GROUP_ATTRIBUTES).into(),
    };
    match own {
        Some("true") => true.into(),
        Some("false") => false.into(),
        Some("use_load_balancer_configuration") => flag(balancer, CROSS_ZONE, &["network"]),
        Some(other) => word(other, &[], GROUP_ATTRIBUTES, &format!("value of {CROSS_ZONE}:")),
        None => lacking(GROUP_ATTRIBUTES, &format!("{CROSS_ZONE} of {}", group.name)),
    }
}
