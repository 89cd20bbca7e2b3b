//! What a way leads to, under every name by which another way may lead to the same.

use std::collections::BTreeSet;

use crate::inventory::{Cause, Gap, Listed, NetworkInterface, Observed, Region, Target, TargetGroup};
use crate::topology::Topology;

/// A target's name. Two ways that share one lead to the same target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key<'a> {
    /// An ECS service, by ARN.
    Service(&'a str),
    /// An address in a VPC.
    Address(&'a str, &'a str),
    /// A port of an instance: instances are shared by much that has nothing in common.
    Instance(&'a str, Option<u16>),
    /// A function, by ARN.
    Function(&'a str),
    /// A target group, by ARN.
    Group(&'a str),
}

/// The names of everything in a target group.
pub(super) fn of_group<'a>(topology: &Topology<'a>, group: &'a TargetGroup) -> Vec<Key<'a>> {
    let mut keys = BTreeSet::from([Key::Group(&group.arn)]);
    keys.extend(topology.index.services_of_group(&group.arn).iter().map(|found| Key::Service(&found.service.arn)));
    for target in group.targets.known().into_iter().flatten() {
        keys.extend(of_target(topology, group, target));
    }
    keys.into_iter().collect()
}

/// The names of what an interface belongs to.
pub(super) fn of_interface<'a>(topology: &Topology<'a>, interface: &'a NetworkInterface) -> Vec<Key<'a>> {
    let vpc = interface.vpc_id.as_deref().unwrap_or_default();
    let mut keys: Vec<Key<'a>> = interface.addresses.iter().map(|address| Key::Address(vpc, &address.private_ip)).collect();
    let task = topology.index.task_of_interface(&interface.id);
    keys.extend(task.and_then(|task| topology.index.service_of_task(&task)).map(|found| Key::Service(&found.service.arn)));
    keys
}

/// The names of one target.
fn of_target<'a>(topology: &Topology<'a>, group: &'a TargetGroup, target: &'a Target) -> Vec<Key<'a>> {
    match group.target_type.as_str() {
        "lambda" => vec![Key::Function(&target.id)],
        "instance" => vec![Key::Instance(&target.id, target.port.or(group.port))],
        "ip" => {
            let vpc = group.vpc_id.as_deref().unwrap_or_default();
            let mut keys = vec![Key::Address(vpc, &target.id)];
            let interface = topology.index.interface_by_private_ip(vpc, &target.id);
            let task = interface.and_then(|interface| topology.index.task_of_interface(&interface.id));
            keys.extend(task.and_then(|task| topology.index.service_of_task(&task)).map(|found| Key::Service(&found.service.arn)));
            keys
        }
        _ => Vec::new(),
    }
}

/// What may hide a way to a region's targets, or that two ways lead to the same one.
pub(super) fn unseen(topology: &Topology<'_>, region: &Region) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = topology.unseen_routes.clone();
    let groups = region.target_groups.iter().filter(|group| !group.load_balancer_arns.is_empty());
    gaps.extend(groups.filter_map(|group| match &group.targets {
        Observed::Unknown(gap) => Some(gap.clone().or_action("elasticloadbalancing:DescribeTargetHealth")),
        _ => None,
    }));
    add(&mut gaps, &region.load_balancers, "elasticloadbalancing:DescribeLoadBalancers");
    add(&mut gaps, &region.target_groups, "elasticloadbalancing:DescribeTargetGroups");
    for balancer in region.load_balancers.iter().filter(|balancer| balancer.kind != "gateway") {
        add(&mut gaps, &balancer.listeners, "elasticloadbalancing:DescribeListeners");
        for listener in balancer.listeners.iter().filter(|_| balancer.kind == "application") {
            add(&mut gaps, &listener.rules, "elasticloadbalancing:DescribeRules");
        }
    }
    add(&mut gaps, &region.clusters, "ecs:ListClusters");
    for cluster in &region.clusters {
        add(&mut gaps, &cluster.services, "ecs:DescribeServices");
        add(&mut gaps, &cluster.tasks, "ecs:DescribeTasks");
    }
    add(&mut gaps, &region.network_interfaces, "ec2:DescribeNetworkInterfaces");
    // Where there is no API, nobody asked for the names of one.
    let no_api = [&region.rest_apis, &region.http_apis].iter().all(|apis| apis.is_complete() && apis.items.is_empty());
    if !(no_api && region.domain_names.is_not_asked()) {
        add(&mut gaps, &region.domain_names, "apigateway:GET");
    }
    for domain in &region.domain_names {
        add(&mut gaps, &domain.mappings, "apigateway:GET");
    }
    // A region that holds neither an API nor a load balancer was not asked further, and hides nothing.
    gaps.retain(|gap| !(gap.cause == Cause::NotAsked && leads_nowhere(region)));
    crate::topology::fold(gaps)
}

fn add<T>(gaps: &mut Vec<Gap>, list: &Listed<T>, action: &str) {
    gaps.extend(list.gaps.iter().map(|gap| gap.clone().or_action(action)));
}

/// Whether a region was read and holds neither an API nor a load balancer.
fn leads_nowhere(region: &Region) -> bool {
    let nothing = region.rest_apis.items.is_empty() && region.http_apis.items.is_empty() && region.load_balancers.items.is_empty();
    nothing && region.rest_apis.is_complete() && region.http_apis.is_complete() && region.load_balancers.is_complete()
}
