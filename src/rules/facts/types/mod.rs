//! The facts there are about each kind of subject: what a rule may ask.

mod api;
mod apis;
mod balancing;
mod certificates;
mod containers;
mod definitions;
mod links;
mod listeners;
mod network;
mod ways;

use crate::rules::schema::{Field, Type};

pub(crate) use api::{API, BACKEND, DOMAIN, INTEGRATION, ROUTE, STAGE};
pub(crate) use apis::{CORS, DOMAIN_NAME, JWT_AUTHORIZER, WHOLE_API};
pub(crate) use balancing::{BALANCER_SUBNET, LOAD_BALANCER, LOAD_BALANCER_REF, TARGET, TARGET_GROUP};
pub(crate) use certificates::CERTIFICATE;
pub(crate) use containers::{CLUSTER, SERVICE};
pub(crate) use definitions::{CONTAINER, EFS_VOLUME, TASK_DEFINITION};
pub(crate) use links::{LINK_TARGET, LINK_USE, VPC_LINK};
pub(crate) use listeners::{FORWARD, LISTENER};
pub(crate) use network::{NETWORK_ACL, OPENING, SECURITY_GROUP, SUBNET, VPC};
pub(crate) use ways::{EXPOSURE, WAY};

const APIGATEWAY: &str = "apigateway:GET";
const LOAD_BALANCERS: &str = "elasticloadbalancing:DescribeLoadBalancers";
const LISTENERS: &str = "elasticloadbalancing:DescribeListeners";
const RULES: &str = "elasticloadbalancing:DescribeRules";
const TARGET_GROUPS: &str = "elasticloadbalancing:DescribeTargetGroups";
const TARGET_HEALTH: &str = "elasticloadbalancing:DescribeTargetHealth";
const SERVICES: &str = "ecs:DescribeServices";
/// What it takes to know whether an API leads to a resource.
const BEHIND: &str = "apigateway:GET elasticloadbalancing:DescribeLoadBalancers elasticloadbalancing:DescribeListeners";
/// What it takes to know all ways through load balancers.
const WAYS: &str = "elasticloadbalancing:DescribeLoadBalancers elasticloadbalancing:DescribeListeners elasticloadbalancing:DescribeRules elasticloadbalancing:DescribeTargetGroups";
/// What it takes to know what passes through load balancers as it came.
const PASSED_ON: &str = "apigateway:GET elasticloadbalancing:DescribeLoadBalancers elasticloadbalancing:DescribeListeners elasticloadbalancing:DescribeRules elasticloadbalancing:DescribeTargetGroups elasticloadbalancing:DescribeTargetHealth";
/// What it takes to know who can open a connection.
const EXPOSED: &str = "elasticloadbalancing:DescribeLoadBalancers elasticloadbalancing:DescribeListeners ec2:DescribeSubnets ec2:DescribeRouteTables ec2:DescribeNetworkAcls ec2:DescribeSecurityGroups ec2:DescribeManagedPrefixLists ec2:GetManagedPrefixListEntries";
/// What it takes to know every way to a target, and what guards it.
const WAYS_IN: &str = "apigateway:GET elasticloadbalancing:DescribeLoadBalancers elasticloadbalancing:DescribeListeners elasticloadbalancing:DescribeRules elasticloadbalancing:DescribeTargetGroups elasticloadbalancing:DescribeTargetHealth wafv2:GetWebACLForResource apigateway:GetDomainNames ec2:DescribeSubnets ec2:DescribeRouteTables ec2:DescribeNetworkAcls ec2:DescribeSecurityGroups ec2:DescribeNetworkInterfaces ec2:DescribeManagedPrefixLists ec2:GetManagedPrefixListEntries ecs:ListTasks ecs:DescribeTasks ecs:DescribeServices";
/// What it takes to know whom security groups let in, also by the groups they refer to.
const GROUPS: &str =
    "elasticloadbalancing:DescribeLoadBalancers ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeNetworkInterfaces";
/// What it takes to know what the entries of groups and ACLs let through.
const OPENED: &str = "ec2:DescribeSecurityGroups ec2:DescribeNetworkAcls ec2:DescribeManagedPrefixLists ec2:GetManagedPrefixListEntries";
/// What it takes to know what stands in a network, and whether an API leads to it.
const STANDING: &str = "apigateway:GET elasticloadbalancing:DescribeLoadBalancers elasticloadbalancing:DescribeListeners elasticloadbalancing:DescribeRules elasticloadbalancing:DescribeTargetGroups elasticloadbalancing:DescribeTargetHealth ecs:ListClusters ecs:DescribeServices ecs:DescribeTasks ec2:DescribeNetworkInterfaces ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeNetworkAcls";
const DOMAINS: &str = "apigateway:GetDomainNames";
const CLIENT_CERTIFICATES: &str = "apigateway:GetClientCertificates";
const CERTIFICATES: &str = "acm:DescribeCertificate";

const STR: Type = Type::Str;
const BOOL: Type = Type::Bool;
const INT: Type = Type::Int;
const STRS: Type = Type::List(&Type::Str);

const fn required(name: &'static str, ty: Type, doc: &'static str, action: &'static str) -> Field {
    Field::required(name, ty, doc, action)
}

const fn optional(name: &'static str, ty: Type, doc: &'static str, action: &'static str) -> Field {
    Field::optional(name, ty, doc, action)
}
