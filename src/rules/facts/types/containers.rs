//! ECS.

use super::{BOOL, INT, SERVICES, STR, STRS, WAY, WAYS_IN, optional, required};
use crate::rules::schema::{RecordType, Type};

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
        required("running_count", INT, "Tasks running.", SERVICES),
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
