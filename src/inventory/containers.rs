//! ECS: clusters, services, running tasks and the task definitions in use.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Listed, Observed};

/// A cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cluster {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Its settings. Asked only where a rule needs them.
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub settings: Observed<ClusterSettings>,
    /// Its services.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub services: Listed<Service>,
    /// Its running tasks.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub tasks: Listed<Task>,
}

/// The settings of a cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClusterSettings {
    /// Container Insights: `enabled`, `enhanced` or `disabled`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container_insights: Option<String>,
    /// What is written down of the commands that people run in its containers; none where nobody said, which means `DEFAULT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub execute_command: Option<ExecuteCommand>,
}

/// What is written down of the commands that people run in containers (ECS Exec).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExecuteCommand {
    /// `NONE`, `DEFAULT` (by the task's own log driver) or `OVERRIDE`; none means `DEFAULT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logging: Option<String>,
    /// The key that encrypts the session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<String>,
    /// The log group of `OVERRIDE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloud_watch_log_group: Option<String>,
    /// Whether what goes to that log group is encrypted with the key.
    #[serde(default)]
    pub cloud_watch_encryption: bool,
    /// The bucket of `OVERRIDE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub s3_bucket: Option<String>,
    /// Whether what goes to that bucket is encrypted with the key.
    #[serde(default)]
    pub s3_encryption: bool,
}

/// A service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// `ACTIVE`, `DRAINING` or `INACTIVE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// `EC2`, `FARGATE`, `EXTERNAL` or `MANAGED_INSTANCES`; none with a capacity provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub launch_type: Option<String>,
    /// `REPLICA` or `DAEMON`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheduling_strategy: Option<String>,
    /// The platform version it asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform_version: Option<String>,
    /// The operating system its Fargate tasks run on, such as `Linux`; absent elsewhere.
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub platform_family: Observed<String>,
    /// Tasks wanted.
    #[serde(default)]
    pub desired_count: i32,
    /// Tasks running.
    #[serde(default)]
    pub running_count: i32,
    /// Tasks on their way.
    #[serde(default)]
    pub pending_count: i32,
    /// The task definition in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_definition: Option<String>,
    /// `ECS`, `CODE_DEPLOY` or `EXTERNAL`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment_controller: Option<String>,
    /// How it rolls out.
    #[serde(default)]
    pub deployment_configuration: DeploymentConfiguration,
    /// Seconds before a new task's health counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health_check_grace_period_seconds: Option<i32>,
    /// Where its tasks are registered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub load_balancers: Vec<ServiceLoadBalancer>,
    /// Its network; none unless tasks have interfaces of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<NetworkConfiguration>,
    /// Its deployments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deployments: Vec<Deployment>,
    /// Its task sets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub task_sets: Vec<TaskSet>,
    /// The Cloud Map services it registers with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub service_registries: Vec<String>,
    /// Who manages it: `CUSTOMER` or `ECS`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_management_type: Option<String>,
    /// The role that registers its targets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    /// Whether a shell can be opened in its containers.
    #[serde(default)]
    pub enable_execute_command: bool,
    /// Tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

/// How a service rolls out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeploymentConfiguration {
    /// `ROLLING`, `BLUE_GREEN`, `LINEAR` or `CANARY`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strategy: Option<String>,
    /// The most tasks at a time, in percent of those wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum_percent: Option<i32>,
    /// The fewest healthy tasks at a time, in percent of those wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_healthy_percent: Option<i32>,
    /// Whether a failing deployment is stopped.
    #[serde(default)]
    pub circuit_breaker: bool,
    /// Whether it is then rolled back.
    #[serde(default)]
    pub circuit_breaker_rollback: bool,
}

/// Where a service's tasks are registered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceLoadBalancer {
    /// The target group; none behind a Classic Load Balancer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_group_arn: Option<String>,
    /// The second target group of a blue/green service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alternate_target_group_arn: Option<String>,
    /// The Classic Load Balancer's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load_balancer_name: Option<String>,
    /// The container.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container_name: Option<String>,
    /// The container's port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container_port: Option<u16>,
}

/// The network of tasks that have interfaces of their own.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NetworkConfiguration {
    /// Subnets.
    #[serde(default)]
    pub subnets: Vec<String>,
    /// Security groups.
    #[serde(default)]
    pub security_groups: Vec<String>,
    /// Whether tasks get public addresses: `ENABLED` or `DISABLED`, which is also what none means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assign_public_ip: Option<String>,
}

/// A deployment of a service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Deployment {
    /// Its id.
    pub id: String,
    /// `PRIMARY`, `ACTIVE` or `INACTIVE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// `COMPLETED`, `FAILED` or `IN_PROGRESS`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollout_state: Option<String>,
    /// Tasks wanted.
    #[serde(default)]
    pub desired_count: i32,
    /// Tasks running.
    #[serde(default)]
    pub running_count: i32,
    /// Its task definition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_definition: Option<String>,
}

/// A task set of a service with another controller.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskSet {
    /// Its id.
    pub id: String,
    /// `PRIMARY`, `ACTIVE` or `DRAINING`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Where its tasks are registered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub load_balancers: Vec<ServiceLoadBalancer>,
    /// Its network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<NetworkConfiguration>,
    /// Its task definition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_definition: Option<String>,
}

/// A running task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// Its ARN.
    pub arn: String,
    /// What started it, such as `service:web`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Its task definition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_definition: Option<String>,
    /// `RUNNING` and so on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_status: Option<String>,
    /// `EC2`, `FARGATE`, `EXTERNAL` or `MANAGED_INSTANCES`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub launch_type: Option<String>,
    /// Its zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Its network interfaces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interfaces: Vec<TaskInterface>,
}

/// A network interface of a task, as ECS tells it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskInterface {
    /// The interface's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network_interface_id: Option<String>,
    /// Its subnet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subnet_id: Option<String>,
    /// Its address in the VPC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_ip: Option<String>,
}

/// A task definition that something runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskDefinition {
    /// Its ARN, with the revision.
    pub arn: String,
    /// Its family, where the ARN does not tell it: before deployment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// `bridge`, `host`, `awsvpc` or `none`; none means the platform's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network_mode: Option<String>,
    /// Whose processes its containers see: `host` or `task`; absent where each container sees its own.
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub pid_mode: Observed<String>,
    /// The operating system, such as `LINUX` or `WINDOWS_SERVER_2022_CORE`; absent where nobody said, which means Linux on Fargate.
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub operating_system: Observed<String>,
    /// Its volumes.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub volumes: Listed<Volume>,
    /// The role of the containers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_role_arn: Option<String>,
    /// The role of the agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub execution_role_arn: Option<String>,
    /// Its containers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub containers: Vec<Container>,
}

/// A volume of a task definition.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Volume {
    /// Its name.
    pub name: String,
    /// The EFS file system behind it; none for a volume of another kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub efs: Option<EfsVolume>,
}

/// An EFS file system behind a volume.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EfsVolume {
    /// The file system.
    pub file_system_id: String,
    /// Whether data is encrypted on its way: `ENABLED` or `DISABLED`, which is also what none means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transit_encryption: Option<String>,
    /// Whether the task's role decides what it may do: `ENABLED` or `DISABLED`, which is also what none means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iam: Option<String>,
}

/// A container of a task definition.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Container {
    /// Its name.
    pub name: String,
    /// Its image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Its ports.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub port_mappings: Vec<PortMapping>,
    /// The names of its environment variables; the values may be secrets and are not kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub environment_names: Vec<String>,
    /// Whom it runs as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Whether it runs with the host's privileges.
    #[serde(default)]
    pub privileged: bool,
    /// Whether its root file system is read-only.
    #[serde(default)]
    pub readonly_root_filesystem: bool,
    /// Where its output goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_driver: Option<String>,
    /// What happens when its output cannot be delivered: `blocking` or `non-blocking`; absent where the account's default holds.
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub log_mode: Observed<String>,
    /// The environment variables whose values look like credentials. The values are not kept.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub secret_environment: Listed<String>,
}

/// A port of a container.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PortMapping {
    /// The port in the container.
    pub container_port: u16,
    /// The port on the host; 0 means any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_port: Option<u16>,
    /// `tcp` or `udp`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
}
