//! ECS clusters and services, and the Cloud Map services they register with.

use super::Builder;
use super::groups::named;
use super::naming::arn;
use super::read::{flag, id, ids, name, needed, own_id, reference, tags, text_or};
use crate::iac::code::{Declaration, in_arn};
use crate::iac::draft::{List, platform_family};
use crate::iac::value::{Node, Why};
use crate::inventory::{
    CloudMapService, Cluster, DeploymentConfiguration, Listed, NetworkConfiguration, Observed, Service, ServiceLoadBalancer, UNDEPLOYED,
};

impl Builder<'_, '_> {
    pub(super) fn containers(&mut self) {
        for declaration in self.of("ServiceDiscovery::Service") {
            let service = CloudMapService { arn: arn(declaration), name: name(declaration, "Name") };
            self.draft.region.cloud_map_services.items.push(service);
        }
        for declaration in self.of("ECS::Cluster") {
            let cluster = Cluster {
                settings: super::clusters::settings(declaration),
                arn: arn(declaration),
                name: reference(declaration),
                services: Vec::new().into(),
                tasks: Listed::default(),
            };
            self.draft.region.clusters.items.push(cluster);
        }
        for declaration in self.of("ECS::Service") {
            let cluster = self.cluster_of(declaration);
            match service(declaration) {
                Ok(service) => {
                    if let Some(cluster) = self.draft.cluster(&cluster) {
                        cluster.services.items.push(service);
                    }
                }
                Err(why) => self.lose(List::Services(Some(self.arn_of_cluster(&cluster))), declaration, &why),
            }
        }
        self.task_definitions();
    }

    fn arn_of_cluster(&self, name: &str) -> String {
        let known = self.draft.region.clusters.iter().find(|cluster| cluster.name == name || cluster.arn == name);
        known.map_or_else(|| name.to_owned(), |cluster| cluster.arn.clone())
    }

    /// The cluster that a service runs in, by its name or ARN. One outside of the code is there, with more services than the code tells.
    fn cluster_of(&mut self, declaration: &Declaration) -> String {
        let told = id(declaration, "Cluster").unwrap_or_else(|| "default".to_owned());
        if self.draft.cluster(&told).is_none() {
            let why = match declaration.body.get("Cluster").text() {
                Ok(_) => Why::new(format!("cluster {told} is not in this code")),
                Err(why) => why,
            };
            let arn = if told.starts_with("arn:") { told.clone() } else { self.draft.to.arn("ecs", &format!("cluster/{}", in_arn(&told))) };
            let short = told.rsplit('/').next().unwrap_or(&told).to_owned();
            self.draft.lose(List::Services(Some(arn.clone())), &told, &why);
            let name = if told.starts_with("arn:") { short } else { told.clone() };
            self.draft.region.clusters.items.push(Cluster {
                settings: Observed::Unknown(why.gap(&arn)),
                arn,
                name,
                services: Vec::new().into(),
                tasks: Listed::default(),
            });
        }
        told
    }
}

fn service(declaration: &Declaration) -> Result<Service, Why> {
    let body = &declaration.body;
    let strategy = text_or(body, "SchedulingStrategy", "REPLICA")?;
    let controller = text_or(body.get("DeploymentController"), "Type", "ECS")?;
    let desired = body.get("DesiredCount").integer()?.unwrap_or(i32::from(strategy == "REPLICA"));
    let fargate = is_fargate(body)?;
    Ok(Service {
        platform_family: platform_family(fargate),
        arn: reference(declaration),
        name: name(declaration, "ServiceName"),
        status: Some("ACTIVE".to_owned()),
        launch_type: launch_type(body, fargate)?,
        platform_version: body.get("PlatformVersion").text()?.or_else(|| fargate.then(|| "LATEST".to_owned())),
        desired_count: desired,
        running_count: desired,
        pending_count: 0,
        task_definition: id(declaration, "TaskDefinition"),
        deployment_configuration: deployment_configuration(body.get("DeploymentConfiguration"))?,
        health_check_grace_period_seconds: body.get("HealthCheckGracePeriodSeconds").integer()?,
        load_balancers: body.get("LoadBalancers").items()?.iter().map(load_balancer).collect::<Result<_, _>>()?,
        network: network(declaration)?,
        deployments: Vec::new(),
        task_sets: Vec::new(),
        service_registries: registries(body)?,
        resource_management_type: Some("CUSTOMER".to_owned()),
        role_arn: id(declaration, "Role"),
        enable_execute_command: flag(body, "EnableExecuteCommand")?,
        tags: tags(body.get("Tags")),
        deployment_controller: Some(controller),
        scheduling_strategy: Some(strategy),
    })
}

/// Whether its tasks run on Fargate, by launch type or by Fargate's own capacity providers. Where neither is said, the cluster's
/// default strategy decides, and AWS takes a platform version for Fargate alone.
fn is_fargate(body: &Node) -> Result<bool, Why> {
    let providers = body.get("CapacityProviderStrategy").items()?.iter().map(|item| item.get("CapacityProvider").text());
    let providers = providers.collect::<Result<Vec<_>, _>>()?;
    let fargate = providers.iter().flatten().any(|name| ["FARGATE", "FARGATE_SPOT"].contains(&name.as_str()));
    Ok(match body.get("LaunchType").text()? {
        Some(launch_type) => launch_type == "FARGATE",
        None => fargate || providers.is_empty() && body.get("PlatformVersion").text()?.is_some(),
    })
}

/// The launch type; none with capacity providers, its own or its cluster's.
fn launch_type(body: &Node, fargate: bool) -> Result<Option<String>, Why> {
    let told = body.get("LaunchType").text()?;
    let providers = !body.get("CapacityProviderStrategy").items()?.is_empty();
    Ok(told.or_else(|| (!providers && !fargate).then(|| "EC2".to_owned())))
}

fn registries(body: &Node) -> Result<Vec<String>, Why> {
    let items = body.get("ServiceRegistries").items()?;
    items.iter().filter_map(|item| item.get("RegistryArn").text().transpose()).collect()
}

fn deployment_configuration(node: &Node) -> Result<DeploymentConfiguration, Why> {
    let breaker = node.get("DeploymentCircuitBreaker");
    Ok(DeploymentConfiguration {
        strategy: Some(text_or(node, "Strategy", "ROLLING")?),
        maximum_percent: Some(node.get("MaximumPercent").integer()?.unwrap_or(200)),
        minimum_healthy_percent: Some(node.get("MinimumHealthyPercent").integer()?.unwrap_or(100)),
        circuit_breaker: flag(breaker, "Enable")?,
        circuit_breaker_rollback: flag(breaker, "Rollback")?,
    })
}

fn load_balancer(item: &Node) -> Result<ServiceLoadBalancer, Why> {
    let classic = item.get("LoadBalancerName").text()?;
    Ok(ServiceLoadBalancer {
        target_group_arn: if classic.is_some() { None } else { Some(named(item)?) },
        alternate_target_group_arn: item.get("AdvancedConfiguration").get("AlternateTargetGroupArn").text()?,
        load_balancer_name: classic,
        container_name: item.get("ContainerName").text()?,
        container_port: item.get("ContainerPort").integer()?,
    })
}

/// The network of tasks that have interfaces of their own. Groups and subnets that are not known are ids of their own; whether
/// tasks get public addresses is a word that means so.
fn network(declaration: &Declaration) -> Result<Option<NetworkConfiguration>, Why> {
    let configuration = declaration.body.get("NetworkConfiguration");
    let vpc = match configuration.get("AwsvpcConfiguration") {
        none if none.is_null() => configuration.get("AwsVpcConfiguration"),
        vpc => vpc,
    };
    if let Some(why) = vpc.value.why().filter(|_| matches!(vpc.value, crate::iac::Value::Unknown(_))) {
        return Err(why.clone());
    }
    if vpc.is_null() {
        return Ok(None);
    }
    let place = |name: &str| format!("NetworkConfiguration.AwsvpcConfiguration.{name}");
    Ok(Some(NetworkConfiguration {
        subnets: ids(declaration, vpc.get("Subnets"), &place("Subnets")),
        security_groups: ids(declaration, vpc.get("SecurityGroups"), &place("SecurityGroups")),
        assign_public_ip: vpc.get("AssignPublicIp").text().unwrap_or_else(|_| Some(UNDEPLOYED.to_owned())),
    }))
}

/// What a setting of a container needs: its name, or the place of its definition.
pub(super) fn container_name(declaration: &Declaration, number: usize, node: &Node) -> String {
    needed(node, "Name").unwrap_or_else(|_| own_id(declaration, &format!("ContainerDefinitions[{number}].Name")))
}
