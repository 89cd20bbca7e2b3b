//! ECS's words in ours.

use aws_sdk_ecs::types as sdk;

use super::from_elbv2::port;
use crate::inventory::credentials::credentials;
use crate::inventory::{
    ClusterSettings, Container, Deployment, DeploymentConfiguration, EfsVolume, ExecuteCommand, NetworkConfiguration, PortMapping, Service,
    ServiceLoadBalancer, Task, TaskDefinition, TaskInterface, TaskSet, Volume,
};

/// The settings of a cluster.
pub(super) fn cluster_settings(cluster: sdk::Cluster) -> ClusterSettings {
    let settings = cluster.settings.unwrap_or_default();
    let insights = settings.into_iter().find(|setting| setting.name == Some(sdk::ClusterSettingName::ContainerInsights));
    let command = cluster.configuration.and_then(|configuration| configuration.execute_command_configuration);
    ClusterSettings { container_insights: insights.and_then(|setting| setting.value), execute_command: command.map(execute_command) }
}

fn execute_command(told: sdk::ExecuteCommandConfiguration) -> ExecuteCommand {
    let logs = told.log_configuration.as_ref();
    ExecuteCommand {
        logging: told.logging.map(|logging| logging.as_str().to_owned()),
        kms_key_id: told.kms_key_id,
        cloud_watch_log_group: logs.and_then(|logs| logs.cloud_watch_log_group_name.clone()),
        cloud_watch_encryption: logs.is_some_and(|logs| logs.cloud_watch_encryption_enabled),
        s3_bucket: logs.and_then(|logs| logs.s3_bucket_name.clone()),
        s3_encryption: logs.is_some_and(|logs| logs.s3_encryption_enabled),
    }
}

/// A service.
pub(super) fn service(service: sdk::Service) -> Option<Service> {
    let tags = service.tags.unwrap_or_default().into_iter();
    Some(Service {
        arn: service.service_arn?,
        name: service.service_name.unwrap_or_default(),
        status: service.status,
        launch_type: service.launch_type.map(|kind| kind.as_str().to_owned()),
        scheduling_strategy: service.scheduling_strategy.map(|strategy| strategy.as_str().to_owned()),
        platform_version: service.platform_version,
        platform_family: service.platform_family.into(),
        desired_count: service.desired_count,
        running_count: service.running_count,
        pending_count: service.pending_count,
        task_definition: service.task_definition,
        deployment_controller: service.deployment_controller.map(|controller| controller.r#type.as_str().to_owned()),
        deployment_configuration: service.deployment_configuration.map(deployment_configuration).unwrap_or_default(),
        health_check_grace_period_seconds: service.health_check_grace_period_seconds,
        load_balancers: load_balancers(service.load_balancers),
        network: service.network_configuration.and_then(network),
        deployments: service.deployments.unwrap_or_default().into_iter().filter_map(deployment).collect(),
        task_sets: service.task_sets.unwrap_or_default().into_iter().filter_map(task_set).collect(),
        service_registries: service
            .service_registries
            .unwrap_or_default()
            .into_iter()
            .filter_map(|registry| registry.registry_arn)
            .collect(),
        resource_management_type: service.resource_management_type.map(|kind| kind.as_str().to_owned()),
        role_arn: service.role_arn,
        enable_execute_command: service.enable_execute_command,
        tags: tags.filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect(),
    })
}

fn deployment_configuration(told: sdk::DeploymentConfiguration) -> DeploymentConfiguration {
    DeploymentConfiguration {
        strategy: told.strategy.map(|strategy| strategy.as_str().to_owned()),
        maximum_percent: told.maximum_percent,
        minimum_healthy_percent: told.minimum_healthy_percent,
        circuit_breaker: told.deployment_circuit_breaker.as_ref().is_some_and(|breaker| breaker.enable),
        circuit_breaker_rollback: told.deployment_circuit_breaker.as_ref().is_some_and(|breaker| breaker.rollback),
    }
}

fn load_balancers(told: Option<Vec<sdk::LoadBalancer>>) -> Vec<ServiceLoadBalancer> {
    let one = |balancer: sdk::LoadBalancer| ServiceLoadBalancer {
        target_group_arn: balancer.target_group_arn,
        alternate_target_group_arn: balancer.advanced_configuration.and_then(|advanced| advanced.alternate_target_group_arn),
        load_balancer_name: balancer.load_balancer_name,
        container_name: balancer.container_name,
        container_port: port(balancer.container_port),
    };
    told.unwrap_or_default().into_iter().map(one).collect()
}

fn network(told: sdk::NetworkConfiguration) -> Option<NetworkConfiguration> {
    told.awsvpc_configuration.map(|vpc| NetworkConfiguration {
        subnets: vpc.subnets,
        security_groups: vpc.security_groups.unwrap_or_default(),
        assign_public_ip: vpc.assign_public_ip.map(|assign| assign.as_str().to_owned()),
    })
}

fn deployment(told: sdk::Deployment) -> Option<Deployment> {
    Some(Deployment {
        id: told.id?,
        status: told.status,
        rollout_state: told.rollout_state.map(|state| state.as_str().to_owned()),
        desired_count: told.desired_count,
        running_count: told.running_count,
        task_definition: told.task_definition,
    })
}

fn task_set(told: sdk::TaskSet) -> Option<TaskSet> {
    Some(TaskSet {
        id: told.id?,
        status: told.status,
        load_balancers: load_balancers(told.load_balancers),
        network: told.network_configuration.and_then(network),
        task_definition: told.task_definition,
    })
}

/// A task.
pub(super) fn task(task: sdk::Task) -> Option<Task> {
    let attachments = task.attachments.unwrap_or_default().into_iter();
    let interfaces = attachments.filter(|attachment| attachment.r#type.as_deref() == Some("ElasticNetworkInterface"));
    Some(Task {
        arn: task.task_arn?,
        group: task.group,
        task_definition: task.task_definition_arn,
        last_status: task.last_status,
        launch_type: task.launch_type.map(|kind| kind.as_str().to_owned()),
        zone: task.availability_zone,
        interfaces: interfaces.map(interface).collect(),
    })
}

fn interface(attachment: sdk::Attachment) -> TaskInterface {
    let mut interface = TaskInterface::default();
    for detail in attachment.details.unwrap_or_default() {
        match detail.name.as_deref() {
            Some("networkInterfaceId") => interface.network_interface_id = detail.value,
            Some("subnetId") => interface.subnet_id = detail.value,
            Some("privateIPv4Address") => interface.private_ip = detail.value,
            _ => {}
        }
    }
    interface
}

/// A task definition. Of the environment only the names are kept: the values may be secrets.
pub(super) fn task_definition(told: sdk::TaskDefinition) -> Option<TaskDefinition> {
    Some(TaskDefinition {
        arn: told.task_definition_arn?,
        family: None,
        network_mode: told.network_mode.map(|mode| mode.as_str().to_owned()),
        task_role_arn: told.task_role_arn,
        execution_role_arn: told.execution_role_arn,
        pid_mode: told.pid_mode.map(|mode| mode.as_str().to_owned()).into(),
        operating_system: told
            .runtime_platform
            .and_then(|platform| platform.operating_system_family)
            .map(|os| os.as_str().to_owned())
            .into(),
        volumes: told.volumes.unwrap_or_default().into_iter().map(volume).collect::<Vec<_>>().into(),
        containers: told.container_definitions.unwrap_or_default().into_iter().map(container).collect(),
    })
}

fn volume(told: sdk::Volume) -> Volume {
    Volume {
        name: told.name.unwrap_or_default(),
        efs: told.efs_volume_configuration.map(|efs| EfsVolume {
            file_system_id: efs.file_system_id,
            transit_encryption: efs.transit_encryption.map(|word| word.as_str().to_owned()),
            iam: efs.authorization_config.and_then(|authorization| authorization.iam).map(|word| word.as_str().to_owned()),
        }),
    }
}

fn container(told: sdk::ContainerDefinition) -> Container {
    let environment = told.environment.unwrap_or_default();
    let pairs = environment.iter().filter_map(|pair| Some((pair.name.as_deref()?, pair.value.as_deref()?)));
    let secret_environment = credentials(pairs).into();
    let mut environment_names: Vec<String> = environment.into_iter().filter_map(|pair| pair.name).collect();
    environment_names.sort();
    Container {
        name: told.name.unwrap_or_default(),
        image: told.image,
        port_mappings: told.port_mappings.unwrap_or_default().into_iter().filter_map(port_mapping).collect(),
        environment_names,
        user: told.user,
        privileged: told.privileged.unwrap_or_default(),
        readonly_root_filesystem: told.readonly_root_filesystem.unwrap_or_default(),
        log_mode: told.log_configuration.as_ref().and_then(|log| log.options.as_ref()?.get("mode").cloned()).into(),
        log_driver: told.log_configuration.map(|log| log.log_driver.as_str().to_owned()),
        secret_environment,
    }
}

fn port_mapping(told: sdk::PortMapping) -> Option<PortMapping> {
    Some(PortMapping {
        container_port: port(told.container_port)?,
        host_port: port(told.host_port),
        protocol: told.protocol.map(|protocol| protocol.as_str().to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn environment_values_are_dropped() {
        let pair = sdk::KeyValuePair::builder().name("TOKEN").value("s3cret").build();
        let read = container(sdk::ContainerDefinition::builder().name("app").environment(pair).build());
        assert_eq!(read.environment_names, ["TOKEN"]);
        assert!(!format!("{read:?}").contains("s3cret"));
    }

    #[test]
    fn a_task_tells_its_interface() {
        let detail = |name: &str, value: &str| sdk::KeyValuePair::builder().name(name).value(value).build();
        let attachment = sdk::Attachment::builder()
            .r#type("ElasticNetworkInterface")
            .details(detail("subnetId", "subnet-1"))
            .details(detail("networkInterfaceId", "eni-1"))
            .details(detail("privateIPv4Address", "10.0.0.9"))
            .build();
        let other = sdk::Attachment::builder().r#type("AmazonElasticBlockStorage").build();
        let read = task(sdk::Task::builder().task_arn("t").attachments(attachment).attachments(other).build()).unwrap();
        assert_eq!(read.interfaces.len(), 1);
        assert_eq!(read.interfaces[0].private_ip.as_deref(), Some("10.0.0.9"));
    }
}
