//! The ECS service whose tasks a network load balancer is to lead to.

use super::balancer::{Taken, group_of};
use super::code::manager;
use super::scope::Scope;
use super::{Code, Refusal};
use crate::inventory::Service;
use crate::migrate::thing::ServiceTarget;
use crate::topology::ServiceRef;

/// The most target groups a service can have.
const MOST_TARGET_GROUPS: usize = 5;

/// A service behind one listener of a load balancer.
pub(super) struct Backing<'a> {
    pub(super) service: ServiceRef<'a>,
    pub(super) container: &'a str,
    pub(super) port: u16,
}

/// The service behind a port of a load balancer, or what is in the way.
pub(super) fn behind<'a>(scope: &Scope<'_, 'a>, taken: &Taken<'a>, port: u16) -> Result<Backing<'a>, Refusal> {
    let refuse = |code, because: String| Refusal::new(code, taken.name(), because);
    let listener = taken.listeners.get(&port).ok_or_else(|| refuse(Code::NoListener, format!("port {port}")))?;
    let group = group_of(scope, listener).map_err(|(code, because)| refuse(code, because))?;
    let services = scope.topology.index.services_of_group(&group.arn);
    let service = match services {
        [service] => *service,
        [] => {
            let gap = scope
                .region
                .clusters
                .gaps
                .first()
                .or_else(|| scope.region.clusters.iter().find_map(|cluster| cluster.services.gaps.first()));
            return Err(match gap {
                Some(gap) => refuse(Code::Unread, gap.to_string()),
                None => refuse(Code::NoService, format!("target group {} has no service", group.name)),
            });
        }
        several => {
            let names: Vec<&str> = several.iter().map(|service| service.service.name.as_str()).collect();
            return Err(refuse(Code::SeveralServices, format!("target group {}: {}", group.name, names.join(", "))));
        }
    };
    let entry = service.service.load_balancers.iter().find(|entry| entry.target_group_arn.as_deref() == Some(group.arn.as_str()));
    match entry.map(|entry| (entry.container_name.as_deref(), entry.container_port)) {
        Some((Some(container), Some(port))) => Ok(Backing { service, container, port }),
        _ => Err(refuse(Code::DeploymentController, format!("service {} is registered by a task set", service.service.name))),
    }
}

/// Where a service registers its tasks now, sorted.
pub(in crate::migrate) fn targets(service: &Service) -> Vec<ServiceTarget> {
    let mut targets: Vec<ServiceTarget> = service
        .load_balancers
        .iter()
        .filter_map(|entry| {
            Some(ServiceTarget {
                target_group: entry.target_group_arn.clone()?,
                container: entry.container_name.clone()?,
                port: entry.container_port?,
            })
        })
        .collect();
    targets.sort();
    targets
}

/// What speaks against registering a service in one more target group.
pub(super) fn refusals(scope: &Scope<'_, '_>, backing: &Backing<'_>, more: usize) -> Vec<Refusal> {
    let service = backing.service.service;
    let mut found = Vec::new();
    let mut refuse = |code, because: String| found.push(Refusal::new(code, format!("service {}", service.name), because));
    if !scope.options.allow_iac_managed
        && let Some(by) = manager(&service.tags)
    {
        refuse(Code::ManagedByCode, format!("it is managed by {by}"));
    }
    if service.network.is_none() {
        refuse(Code::TargetType, "its tasks have no network interfaces of their own".to_owned());
    }
    if service.resource_management_type.as_deref() == Some("ECS") {
        refuse(Code::ManagedByEcs, "its resources are managed by ECS".to_owned());
    }
    if let Some(why) = unsteady(service).or_else(|| unhealthy(scope, service)) {
        refuse(Code::ServiceNotSteady, why);
    }
    // New tasks are started either way.
    match drift(scope, service) {
        Ok(images) => images.into_iter().for_each(|image| refuse(Code::ImageDrift, format!("image {image}"))),
        Err(unread) => refuse(Code::Unread, unread),
    }
    if !scope.options.new_service {
        for (code, because) in rollout(service, more) {
            refuse(code, because);
        }
    }
    found
}

/// Why a service is not as it should be before it is changed.
pub(in crate::migrate) fn unsteady(service: &Service) -> Option<String> {
    let completed =
        |deployment: &crate::inventory::Deployment| deployment.rollout_state.as_deref().is_none_or(|state| state == "COMPLETED");
    if service.status.as_deref().is_some_and(|status| status != "ACTIVE") {
        return Some(format!("its status is {}", service.status.as_deref().unwrap_or_default()));
    }
    if service.desired_count == 0 {
        return Some("no task is wanted".to_owned());
    }
    if service.running_count != service.desired_count {
        return Some(format!("{} of {} tasks run", service.running_count, service.desired_count));
    }
    if service.deployments.len() > 1 || !service.deployments.iter().all(completed) {
        return Some("a deployment is under way".to_owned());
    }
    None
}

/// Fewer healthy targets than tasks: new ones would most likely fare no better.
fn unhealthy(scope: &Scope<'_, '_>, service: &Service) -> Option<String> {
    let groups = service.load_balancers.iter().filter_map(|entry| entry.target_group_arn.as_deref());
    let groups = groups.filter_map(|arn| scope.region.target_groups.iter().find(|group| group.arn == arn));
    let wanted = usize::try_from(service.desired_count).unwrap_or_default();
    groups.filter_map(|group| group.targets.known().map(|targets| (group, targets))).find_map(|(group, targets)| {
        let healthy = targets.iter().filter(|target| target.state == "healthy").count();
        (healthy < wanted).then(|| format!("{healthy} of {wanted} targets are healthy in target group {}", group.name))
    })
}

fn rollout(service: &Service, more: usize) -> Vec<(Code, String)> {
    let mut found = Vec::new();
    let controller = service.deployment_controller.as_deref().unwrap_or("ECS");
    let configuration = &service.deployment_configuration;
    let strategy = configuration.strategy.as_deref().unwrap_or("ROLLING");
    let blue_green = service.load_balancers.iter().any(|entry| entry.alternate_target_group_arn.is_some());
    if controller != "ECS" {
        found.push((Code::DeploymentController, format!("its deployment controller is {controller}")));
    }
    if strategy != "ROLLING" || blue_green {
        found.push((Code::DeploymentController, format!("its deployment strategy is {strategy}")));
    }
    if service.load_balancers.len() + more > MOST_TARGET_GROUPS {
        found.push((Code::TooManyTargetGroups, format!("it has {}", service.load_balancers.len())));
    }
    if service.load_balancers.iter().any(|entry| entry.load_balancer_name.is_some()) {
        found.push((Code::DeploymentController, "it is registered in a Classic Load Balancer".to_owned()));
    }
    if let Some(role) = service.role_arn.as_deref().filter(|role| !role.ends_with("/AWSServiceRoleForECS")) {
        found.push((Code::ServiceRole, format!("its role is {role}")));
    }
    let (least, most) = (configuration.minimum_healthy_percent.unwrap_or(100), configuration.maximum_percent.unwrap_or(200));
    if least < 100 || most <= 100 {
        found.push((Code::NoSurge, format!("minimumHealthyPercent is {least}, maximumPercent {most}")));
    }
    found
}

/// The images that name no version at all, or why nobody knows them.
fn drift<'a>(scope: &Scope<'_, 'a>, service: &Service) -> Result<Vec<&'a str>, String> {
    if scope.options.accept_image_drift {
        return Ok(Vec::new());
    }
    let Some(arn) = service.task_definition.as_deref() else { return Err("its task definition is not known".to_owned()) };
    let Some(definition) = scope.region.task_definitions.items.iter().find(|known| known.arn == arn) else {
        let gap = scope.region.task_definitions.gaps.first().cloned().unwrap_or_else(crate::inventory::Gap::not_asked);
        return Err(format!("{arn}: {}", gap.or_action("ecs:DescribeTaskDefinition")));
    };
    let images = definition.containers.iter().filter_map(|container| container.image.as_deref());
    let drifts = |image: &&str| {
        let name = image.rsplit('/').next().unwrap_or(image);
        !image.contains('@') && (name.ends_with(":latest") || !name.contains(':'))
    };
    Ok(images.filter(drifts).collect())
}
