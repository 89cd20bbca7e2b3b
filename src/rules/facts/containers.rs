//! Facts about ECS services.

use super::types::SERVICE;
use super::{Context, seen, strings, task_groups, unknown, word};
use crate::inventory::{Cause, Gap, NetworkConfiguration, NetworkInterface, Region};
use crate::rules::value::{RecordBuilder, Unknown, Value};
use crate::topology::{Entry, Key, ServiceRef, TaskRef, Topology};

/// The facts about a service.
pub(crate) fn service<'a>(topology: &Topology<'a>, context: &Context<'a>, found: &ServiceRef<'a>) -> Value {
    let service = found.service;
    let networks: Vec<&NetworkConfiguration> =
        service.network.iter().chain(service.task_sets.iter().filter_map(|set| set.network.as_ref())).collect();
    let public = assigns_public_ip(&networks);
    let entries = service.load_balancers.iter().chain(service.task_sets.iter().flat_map(|set| &set.load_balancers));
    let groups: Vec<&str> =
        entries.flat_map(|entry| [entry.target_group_arn.as_deref(), entry.alternate_target_group_arn.as_deref()]).flatten().collect();
    RecordBuilder::new(&SERVICE)
        .set("arn", &service.arn)
        .set("name", &service.name)
        .set("cluster", &found.cluster.name)
        .set("region", &found.region.name)
        .set("launch_type", service.launch_type.as_deref())
        .set("own_interfaces", !networks.is_empty())
        .set("assigns_public_ip", public)
        .set("public_ips", public_ips(topology, found))
        .set("security_groups", strings(networks.iter().flat_map(|network| &network.security_groups)))
        .set("subnets", strings(networks.iter().flat_map(|network| &network.subnets)))
        .set("target_groups", strings(groups))
        .set("desired_count", service.desired_count)
        .set("running_count", service.running_count)
        .set("behind_api", behind_api(context, found))
        .set("task_ways", task_ways(topology, context, found))
        .set("shared_groups", task_groups::shared(topology, found, &networks))
        .set("wider_entries", task_groups::wider(topology, found, &networks))
        .build()
}

/// Whether an API leads to the service's tasks.
fn behind_api<'a>(context: &Context<'a>, found: &ServiceRef<'a>) -> Value {
    let api = context.ways.api_leads_to(&[Key::Service(&found.service.arn)], false);
    let gaps = Unknown::of(api.gaps);
    let gaps = match (gaps, context.unseen(&found.region.name)) {
        (Some(gaps), Some(unseen)) => Some(gaps.union(&unseen)),
        (gaps, unseen) => gaps.or(unseen),
    };
    seen(api.surely, gaps)
}

/// The ways to the service's own tasks.
fn task_ways<'a>(topology: &Topology<'a>, context: &Context<'a>, found: &ServiceRef<'a>) -> Value {
    let (ways, cut) = context.ways.most_to(&[Key::Service(&found.service.arn)]);
    let own = ways.into_iter().filter(|way| matches!(way.entry, Entry::Interface { .. }));
    let unseen = context.unseen_past_apis(&found.region.name);
    let unseen = match (unseen, unknown(&unheard_ports(topology, found))) {
        (Some(unseen), Some(ports)) => Some(unseen.union(&ports)),
        (unseen, ports) => unseen.or(ports),
    };
    super::ways::list(topology, context, own, (cut, unseen), false)
}

/// Why there may be ways to tasks that no load balancer says the port of: those that are found by Cloud Map and have an address on the internet.
fn unheard_ports<'a>(topology: &Topology<'a>, found: &ServiceRef<'a>) -> Vec<Gap> {
    let service = found.service;
    let mut entries = service.load_balancers.iter().chain(service.task_sets.iter().flat_map(|set| &set.load_balancers));
    if entries.any(|entry| entry.container_port.is_some()) {
        return Vec::new();
    }
    let tasks = topology.index.tasks_of_service(&found.cluster.arn, &service.name);
    let ids = tasks.iter().flat_map(|task| &task.task.interfaces).filter_map(|interface| interface.network_interface_id.as_deref());
    let mut interfaces = ids.filter_map(|id| topology.index.interface(id));
    let public = |interface: &NetworkInterface| {
        !interface.ipv6_addresses.is_empty() || interface.addresses.iter().any(|address| address.public_ip.is_some())
    };
    if !interfaces.any(public) {
        return Vec::new();
    }
    let why = format!("on which port the tasks of {} listen, which no load balancer leads to, is not read", service.name);
    vec![Gap::new("ecs:DescribeTaskDefinition", Cause::NotSupported).because(why)]
}

/// Whether any of the networks gives tasks public addresses. AWS means no where it says nothing.
fn assigns_public_ip(networks: &[&NetworkConfiguration]) -> Value {
    let mut settings = networks.iter().map(|network| network.assign_public_ip.as_deref().unwrap_or("DISABLED"));
    if settings.clone().any(|setting| setting == "ENABLED") {
        return true.into();
    }
    settings
        .find(|setting| *setting != "DISABLED")
        .map_or_else(|| false.into(), |new| word(new, &[], "ecs:DescribeServices", "setting of assignPublicIp"))
}

/// The public addresses of the service's running tasks, as far as they could be read.
fn public_ips<'a>(topology: &Topology<'a>, found: &ServiceRef<'a>) -> Value {
    let mut gaps: Vec<Gap> = found.cluster.tasks.gaps.iter().map(|gap| gap.clone().or_action("ecs:ListTasks")).collect();
    let mut ips: Vec<Value> = Vec::new();
    for task in topology.index.tasks_of_service(&found.cluster.arn, &found.service.name) {
        add_task(topology, found.region, task, &mut ips, &mut gaps);
    }
    Value::partial_list(ips, Unknown::of(gaps))
}

fn add_task(topology: &Topology<'_>, region: &Region, task: &TaskRef<'_>, ips: &mut Vec<Value>, gaps: &mut Vec<Gap>) {
    for id in task.task.interfaces.iter().filter_map(|interface| interface.network_interface_id.as_deref()) {
        match topology.index.interface(id) {
            Some(interface) => ips.extend(interface.addresses.iter().filter_map(|address| address.public_ip.as_deref()).map(Value::from)),
            // An interface that a complete list lacks went away with its task between two calls.
            None => gaps.extend(region.network_interfaces.gaps.iter().map(|gap| gap.clone().or_action("ec2:DescribeNetworkInterfaces"))),
        }
    }
}
