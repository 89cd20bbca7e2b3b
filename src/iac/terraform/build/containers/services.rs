//! ECS services.

use super::super::Room;
use super::super::read::{Attributes, arn, label, tags};
use super::settle;
use crate::iac::code::Declaration;
use crate::iac::draft::{List, platform_family};
use crate::iac::value::{Node, Why};
use crate::inventory::{DeploymentConfiguration, NetworkConfiguration, Service, ServiceLoadBalancer, UNDEPLOYED, undeployed_id};

pub(super) fn fill(room: &mut Room<'_, '_>) {
    for declaration in room.of(&["aws_ecs_service"]) {
        room.name(declaration, arn(declaration));
        let cluster = declaration.attr("cluster").text();
        // A service that names no cluster goes to the one that ECS calls `default`.
        let cluster = cluster.map(|cluster| cluster.unwrap_or_else(|| "default".to_owned()));
        let cluster = cluster.unwrap_or_else(|_| undeployed_id(&format!("{}.cluster", declaration.address)));
        let read = service(room, declaration);
        let known = room.draft.cluster(&cluster).map(|cluster| cluster.arn.clone());
        match read {
            Ok(service) => settle(room, &cluster, service),
            Err(why) => {
                let list = known.map_or(List::Clusters, |arn| List::Services(Some(arn)));
                room.lose(list, &declaration.address, &why);
            }
        }
    }
}

fn service(room: &mut Room<'_, '_>, declaration: &Declaration) -> Result<Service, Why> {
    let fargate = is_fargate(declaration)?;
    let wanted = declaration.attr("desired_count").integer()?.unwrap_or_default();
    Ok(Service {
        platform_family: platform_family(fargate),
        arn: arn(declaration),
        name: label(declaration, "name"),
        status: Some("ACTIVE".to_owned()),
        launch_type: launch_type(declaration, fargate)?,
        scheduling_strategy: Some(declaration.text_or("scheduling_strategy", "REPLICA")?),
        platform_version: platform_version(declaration, fargate),
        desired_count: wanted,
        running_count: wanted,
        pending_count: 0,
        task_definition: task_definition(room, declaration),
        deployment_controller: Some(declaration.block("deployment_controller").text_or("type", "ECS")?),
        deployment_configuration: deployment_configuration(declaration)?,
        health_check_grace_period_seconds: declaration.attr("health_check_grace_period_seconds").integer()?,
        load_balancers: declaration.blocks("load_balancer")?.iter().map(load_balancer).collect::<Result<_, _>>()?,
        network: network(room, declaration)?,
        deployments: Vec::new(),
        task_sets: Vec::new(),
        service_registries: registries(declaration)?,
        resource_management_type: Some("CUSTOMER".to_owned()),
        role_arn: declaration.text_at("iam_role").unwrap_or_default(),
        enable_execute_command: declaration.flag("enable_execute_command")?,
        tags: tags(declaration),
    })
}

/// Whether its tasks run on Fargate, by launch type or by Fargate's own capacity providers. Where neither is said, the cluster's
/// default strategy decides, and AWS takes a platform version for Fargate alone.
fn is_fargate(declaration: &Declaration) -> Result<bool, Why> {
    let providers = declaration.blocks("capacity_provider_strategy")?.iter();
    let providers = providers.map(|block| block.text_at("capacity_provider")).collect::<Result<Vec<_>, _>>()?;
    let fargate = providers.iter().flatten().any(|name| ["FARGATE", "FARGATE_SPOT"].contains(&name.as_str()));
    Ok(match declaration.text_at("launch_type")? {
        Some(launch_type) => launch_type == "FARGATE",
        // One that is not known may be none: then nobody knows.
        None => fargate || providers.is_empty() && declaration.text_at("platform_version") != Ok(None),
    })
}

/// The platform version: of Fargate, the latest where the code does not say.
fn platform_version(declaration: &Declaration, fargate: bool) -> Option<String> {
    let told = declaration.text_at("platform_version").unwrap_or_else(|_| Some(UNDEPLOYED.to_owned()));
    told.or_else(|| fargate.then(|| "LATEST".to_owned()))
}

/// Without a capacity provider, its own or its cluster's, AWS takes instances.
fn launch_type(declaration: &Declaration, fargate: bool) -> Result<Option<String>, Why> {
    let providers = declaration.blocks("capacity_provider_strategy")?;
    Ok(declaration.text_at("launch_type")?.or_else(|| (providers.is_empty() && !fargate).then(|| "EC2".to_owned())))
}

/// The task definition, by ARN also where the code names it by family.
fn task_definition(room: &mut Room<'_, '_>, declaration: &Declaration) -> Option<String> {
    let named = room.id_at(&declaration.address, declaration.attr("task_definition"), "task_definition", List::TaskDefinitions)?;
    let family = named.split(':').next().unwrap_or(&named).to_owned();
    let own = room.of(&["aws_ecs_task_definition"]).into_iter().find(|one| one.text_at("family").ok().flatten().as_ref() == Some(&family));
    Some(if named.starts_with("arn:") { named } else { own.map_or(named, arn) })
}

fn deployment_configuration(declaration: &Declaration) -> Result<DeploymentConfiguration, Why> {
    let breaker = declaration.block("deployment_circuit_breaker");
    let external = declaration.block("deployment_controller").text_at("type")?.is_some_and(|kind| kind != "ECS");
    let strategy = declaration.block("deployment_configuration").text_at("strategy")?;
    Ok(DeploymentConfiguration {
        strategy: strategy.or_else(|| (!external).then(|| "ROLLING".to_owned())),
        maximum_percent: declaration.attr("deployment_maximum_percent").integer()?.or(Some(200)),
        minimum_healthy_percent: declaration.attr("deployment_minimum_healthy_percent").integer()?.or(Some(100)),
        circuit_breaker: breaker.flag("enable")?,
        circuit_breaker_rollback: breaker.flag("rollback")?,
    })
}

/// Where the tasks are registered. A group that is not known may be any: whose tasks the others hold would not be known either.
fn load_balancer(block: &Node) -> Result<ServiceLoadBalancer, Why> {
    Ok(ServiceLoadBalancer {
        target_group_arn: block.text_at("target_group_arn")?,
        alternate_target_group_arn: block.block("advanced_configuration").text_at("alternate_target_group_arn")?,
        load_balancer_name: block.text_at("elb_name")?,
        container_name: block.text_at("container_name").unwrap_or_default(),
        container_port: block.attr("container_port").integer()?,
    })
}

fn network(room: &mut Room<'_, '_>, declaration: &Declaration) -> Result<Option<NetworkConfiguration>, Why> {
    let blocks = declaration.blocks("network_configuration")?;
    let (Some(block), address) = (blocks.first(), &declaration.address) else { return Ok(None) };
    let public = block.flag("assign_public_ip")?;
    Ok(Some(NetworkConfiguration {
        subnets: room.ids_at(address, block.attr("subnets"), "network_configuration.subnets", &List::Subnets),
        security_groups: room.ids_at(
            address,
            block.attr("security_groups"),
            "network_configuration.security_groups",
            &List::SecurityGroups,
        ),
        assign_public_ip: Some(if public { "ENABLED" } else { "DISABLED" }.to_owned()),
    }))
}

/// The Cloud Map services it registers with.
fn registries(declaration: &Declaration) -> Result<Vec<String>, Why> {
    declaration.blocks("service_registries")?.iter().map(|block| block.required("registry_arn")).collect()
}
