//! Facts about ECS clusters and services.

use super::types::{CLUSTER, SERVICE};
use super::users::behind_api;
use super::ways::merge;
use super::{Context, execute_command, fargate, missing, observed, seen, strings, task_groups, unknown, word};
use crate::inventory::{Cause, Cluster, Gap, NetworkConfiguration, NetworkInterface, Observed, Region, Service};
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
        .set("status", service.status.as_deref())
        .set("deployment_controller", service.deployment_controller.as_deref())
        .set("task_definition", service.task_definition.as_deref())
        .set("fargate", fargate::is_fargate(service))
        .set("platform_version", service.platform_version.as_deref())
        .set("platform_family", observed(&service.platform_family, "ecs:DescribeServices", |family| family.as_str().into()))
        .set("outdated_platform", fargate::is_outdated(service))
        .set("execute_command", service.enable_execute_command)
        .set("execute_command_logging", execute_command::logging(found.cluster))
        .set("execute_command_logged", execute_command::is_logged(context, found))
        .set("execute_command_key", execute_command::key(found.cluster))
        .set("own_interfaces", !networks.is_empty())
        .set("assigns_public_ip", public)
        .set("public_ips", public_ips(topology, found))
        .set("security_groups", strings(each_once(networks.iter().flat_map(|network| &network.security_groups))))
        .set("subnets", strings(each_once(networks.iter().flat_map(|network| &network.subnets))))
        .set("target_groups", strings(each_once(groups)))
        .set("desired_count", service.desired_count)
        .set("running_count", running(found, service.running_count))
        .set("pending_count", running(found, service.pending_count))
        .set("deploying", running(found, deploying(service)))
        .set("rollouts", running(found, rollouts(service)))
        .set("behind_api", behind_api(context, &found.region.name, &[Key::Service(&service.arn)], None))
        .set("task_ways", task_ways(topology, context, found))
        .set("shared_groups", task_groups::shared(topology, found, &networks))
        .set("wider_entries", task_groups::wider(topology, found, &networks))
        .build()
}

/// What a service and its task sets have in common is told once.
fn each_once<T: PartialEq>(all: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut found = Vec::new();
    for one in all {
        if !found.contains(&one) {
            found.push(one);
        }
    }
    found
}

/// What only running tasks tell: of code nobody knows it yet.
fn running(found: &ServiceRef<'_>, told: impl Into<Value>) -> Value {
    let undeployed = found.cluster.tasks.gaps.iter().find(|gap| gap.cause == Cause::Undeployed);
    undeployed.map_or_else(|| told.into(), |gap| gap.clone().into())
}

/// Whether a deployment is under way: one that has not come to its end, one that is being replaced, or two task sets.
fn deploying(service: &Service) -> Value {
    let mut deployments = service.deployments.iter();
    let replaced = deployments.clone().any(|deployment| deployment.status.as_deref() == Some("ACTIVE"));
    let mut states = deployments.clone().filter_map(|deployment| deployment.rollout_state.as_deref());
    if replaced || service.task_sets.len() > 1 || states.clone().any(|state| state == "IN_PROGRESS") {
        return true.into();
    }
    if let Some(new) = states.find(|state| !["COMPLETED", "FAILED"].contains(state)) {
        return word(new, &[], "ecs:DescribeServices", "rollout state");
    }
    let new = deployments.find_map(|deployment| deployment.status.as_deref().filter(|status| !["PRIMARY", "INACTIVE"].contains(status)));
    new.map_or_else(|| false.into(), |new| word(new, &[], "ecs:DescribeServices", "deployment status"))
}

/// How the deployments stand, in words.
fn rollouts(service: &Service) -> Value {
    strings(service.deployments.iter().map(|deployment| {
        let states = [deployment.status.as_deref(), deployment.rollout_state.as_deref()];
        let states = states.into_iter().flatten().collect::<Vec<_>>().join(" ");
        format!("{states}, {} of {} tasks running", deployment.running_count, deployment.desired_count)
    }))
}

/// The facts about a cluster.
pub(crate) fn cluster<'a>(context: &Context<'a>, region: &'a Region, cluster: &'a Cluster) -> Value {
    let keys: Vec<Key<'a>> = cluster.services.iter().map(|service| Key::Service(&service.arn)).collect();
    let unread = missing(&cluster.services, "ecs:ListServices");
    let in_use = !cluster.services.items.is_empty() || !cluster.tasks.items.is_empty();
    let unseen = merge(unread.clone(), missing(&cluster.tasks, "ecs:ListTasks"));
    let services = cluster.services.iter().map(|service| Value::from(&service.name));
    RecordBuilder::new(&CLUSTER)
        .set("arn", &cluster.arn)
        .set("name", &cluster.name)
        .set("region", &region.name)
        .set("in_use", seen(in_use, unseen))
        .set("services", Value::partial_list(services.collect(), unread.clone()))
        .set("container_insights", container_insights(cluster))
        .set("behind_api", behind_api(context, &region.name, &keys, unread))
        .build()
}

/// Container Insights. AWS names the setting of every cluster; one without it has it off.
fn container_insights(cluster: &Cluster) -> Value {
    let words = ["enabled", "enhanced", "disabled"];
    match &cluster.settings {
        Observed::Known(settings) => {
            let told = settings.container_insights.as_deref().unwrap_or("disabled");
            word(told, &words, "ecs:DescribeClusters", "setting of Container Insights")
        }
        Observed::Absent => "disabled".into(),
        Observed::Unknown(gap) => gap.clone().or_action("ecs:DescribeClusters").into(),
    }
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
