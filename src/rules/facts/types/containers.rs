//! ECS.

use super::{BOOL, INT, SERVICES, STR, STRS, WAY, WAYS_IN, optional, required};
use crate::rules::schema::{RecordType, Type};

const CLUSTERS: &str = "ecs:DescribeClusters";
/// What it takes to know whether the shells that people open in containers are logged.
const EXECUTE_COMMAND: &str = "ecs:DescribeClusters ecs:DescribeServices ecs:DescribeTaskDefinition";

/// A cluster.
pub(crate) static CLUSTER: RecordType = RecordType {
    name: "cluster",
    doc: "An ECS cluster.",
    fields: &[
        required("arn", STR, "Its ARN.", "ecs:ListClusters"),
        required("name", STR, "Its name.", "ecs:ListClusters"),
        required("region", STR, "Its region.", "ecs:ListClusters"),
        required("in_use", BOOL, "Whether a service or a task runs in it.", "ecs:ListServices ecs:ListTasks"),
        required("services", STRS, "Its services.", "ecs:ListServices ecs:DescribeServices"),
        required("container_insights", STR, "Container Insights: `enabled`, `enhanced` or `disabled`.", CLUSTERS),
        required("behind_api", BOOL, "Whether an API leads to one of its services.", WAYS_IN),
    ],
};

/// An ECS service.
pub(crate) static SERVICE: RecordType = RecordType {
    name: "service",
    doc: "An ECS service.",
    fields: &[
        required("arn", STR, "Its ARN.", SERVICES),
        required("name", STR, "Its name.", SERVICES),
        required("cluster", STR, "Its cluster's name.", "ecs:ListClusters"),
        required("region", STR, "Its region.", SERVICES),
        optional("launch_type", STR, "`EC2`, `FARGATE`, `EXTERNAL` or `MANAGED_INSTANCES`.", SERVICES),
        optional("status", STR, "`ACTIVE`, `DRAINING` or `INACTIVE`.", SERVICES),
        optional("deployment_controller", STR, "`ECS`, `CODE_DEPLOY` or `EXTERNAL`.", SERVICES),
        optional("task_definition", STR, "The ARN of the task definition in use.", SERVICES),
        required("fargate", BOOL, "Whether its tasks run on Fargate.", SERVICES),
        optional("platform_version", STR, "The platform version that it asks Fargate for; none means `LATEST`.", SERVICES),
        optional("platform_family", STR, "The operating system that its Fargate tasks run on, such as `Linux`.", SERVICES),
        required(
            "outdated_platform",
            BOOL,
            "Whether it asks Fargate for a platform version older than the latest: 1.4.0 for Linux, 1.0.0 for Windows.",
            SERVICES,
        ),
        required("execute_command", BOOL, "Whether a shell can be opened in its containers (ECS Exec).", SERVICES),
        required(
            "execute_command_logging",
            STR,
            "What its cluster says of the logs of such shells: `NONE`, `DEFAULT` (the awslogs driver of the task definition) or `OVERRIDE`.",
            CLUSTERS,
        ),
        required(
            "execute_command_logged",
            BOOL,
            "Whether what is done in such shells is logged; unknown where only some of a task's containers use awslogs.",
            EXECUTE_COMMAND,
        ),
        optional("execute_command_key", STR, "The KMS key that encrypts such shells, beside TLS.", CLUSTERS),
        required("own_interfaces", BOOL, "Whether its tasks have network interfaces of their own.", SERVICES),
        required("assigns_public_ip", BOOL, "Whether it, or one of its task sets, gives tasks public addresses.", SERVICES),
        required(
            "public_ips",
            STRS,
            "The public addresses its running tasks have.",
            "ecs:ListTasks ecs:DescribeTasks ec2:DescribeNetworkInterfaces",
        ),
        required("security_groups", STRS, "Its tasks' security groups.", SERVICES),
        required("subnets", STRS, "Its tasks' subnets.", SERVICES),
        required("target_groups", STRS, "The target groups its tasks are registered in.", SERVICES),
        required("desired_count", INT, "Tasks wanted.", SERVICES),
        required("running_count", INT, "Tasks running; unknown before deployment.", SERVICES),
        required("pending_count", INT, "Tasks on their way; unknown before deployment.", SERVICES),
        required("deploying", BOOL, "Whether a deployment is under way.", SERVICES),
        required("rollouts", STRS, "How its deployments stand, in words: `PRIMARY COMPLETED, 1 of 2 tasks running`.", SERVICES),
        required("behind_api", BOOL, "Whether an API leads to its tasks.", WAYS_IN),
        required(
            "task_ways",
            Type::List(&Type::Record(&WAY)),
            "The ways from the internet to its running tasks' own public addresses, on the ports that its load balancers use.",
            WAYS_IN,
        ),
        required(
            "shared_groups",
            STRS,
            "The security groups that its tasks share with a load balancer before them.",
            "elasticloadbalancing:DescribeLoadBalancers elasticloadbalancing:DescribeTargetGroups ecs:DescribeServices",
        ),
        required(
            "wider_entries",
            STRS,
            "The entries of its tasks' security groups that let in others than its load balancers on the ports these use.",
            "elasticloadbalancing:DescribeLoadBalancers elasticloadbalancing:DescribeTargetGroups elasticloadbalancing:DescribeTargetHealth ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeNetworkInterfaces ecs:DescribeServices",
        ),
    ],
};
