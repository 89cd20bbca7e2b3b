//! AWS → [`Inventory`](crate::inventory::Inventory): the edge that asks, one file a service.
//!
//! Every call goes through one function and one table ([`calls`]), within a share of AWS's own quotas ([`budget`]). A
//! call that brings no answer leaves a gap where its answer would have stood; nothing is judged here.

use std::collections::BTreeSet;

use self::calls::Call;

pub mod budget;
pub mod calls;
#[cfg(any(feature = "aws", test))]
mod fill;
pub mod stats;
#[cfg(any(feature = "aws", test))]
mod variables;

#[cfg(feature = "aws")]
mod acm;
#[cfg(feature = "aws")]
mod apigateway;
#[cfg(feature = "aws")]
mod apigatewayv2;
#[cfg(feature = "aws")]
mod ask;
#[cfg(feature = "aws")]
pub(crate) mod client;
#[cfg(feature = "aws")]
mod cloudformation;
#[cfg(feature = "aws")]
mod domains;
#[cfg(feature = "aws")]
mod ec2;
#[cfg(feature = "aws")]
mod ecs;
#[cfg(feature = "aws")]
mod elbv2;
#[cfg(feature = "aws")]
mod error;
#[cfg(feature = "aws")]
mod from_apigateway;
#[cfg(feature = "aws")]
mod from_apigatewayv2;
#[cfg(feature = "aws")]
mod from_ec2;
#[cfg(feature = "aws")]
mod from_ecs;
#[cfg(feature = "aws")]
pub(crate) mod from_elbv2;
#[cfg(feature = "aws")]
pub(crate) mod from_security_groups;
#[cfg(feature = "aws")]
pub(crate) mod gap;
#[cfg(feature = "aws")]
mod links;
#[cfg(feature = "aws")]
pub(crate) mod meter;
#[cfg(feature = "aws")]
mod region;
#[cfg(feature = "aws")]
mod scan;
#[cfg(feature = "aws")]
mod servicediscovery;
#[cfg(feature = "aws")]
mod wafv2;

#[cfg(feature = "aws")]
pub use error::CollectError;
#[cfg(feature = "aws")]
pub(crate) use scan::check_names;
#[cfg(feature = "aws")]
pub use scan::{Collected, Event, Listen, Options, Stamp, collect};
pub use stats::{Cost, OperationStats, Stats};

/// What is worth asking for: nothing is asked that no rule and no path needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// Tags that take calls of their own (load balancers, target groups) or make answers larger (ECS).
    pub tags: bool,
    /// The attributes of every load balancer. Those of one with IPv6 addresses decide who reaches it, and are always read.
    pub load_balancer_attributes: bool,
    /// The attributes of every target group in use. Those of network load balancers decide whom targets see, and are always read.
    pub target_group_attributes: bool,
    /// Targets and their health.
    pub target_health: bool,
    /// The web ACLs in front of load balancers.
    pub web_acls: bool,
    /// What the TLS policies in use accept.
    pub ssl_policies: bool,
    /// The certificates in use, also those that listeners show beside their default one.
    pub certificates: bool,
    /// Custom domain names and what they lead to.
    pub domain_names: bool,
    /// Security groups' rule ids (`sgr-…`).
    pub rule_ids: bool,
    /// ECS clusters, services and tasks.
    pub containers: bool,
    /// The task definitions in use.
    pub task_definitions: bool,
    /// The settings of clusters.
    pub cluster_settings: bool,
    /// Flow logs.
    pub flow_logs: bool,
    /// The client certificates that stages show to back ends.
    pub client_certificates: bool,
    /// The working copies of the APIs that reach a back end over the internet: what a next deployment would ship, with the ids of
    /// resources and integrations. Without it they are read only where an export did not suffice.
    pub working_copies: bool,
    /// The stacks that tags name: which logical id made which resource. Only for lines of code.
    pub stacks: bool,
}

impl Needs {
    /// Everything that a rule could ask for.
    pub const EVERYTHING: Self = Self {
        tags: true,
        load_balancer_attributes: true,
        target_group_attributes: true,
        target_health: true,
        web_acls: true,
        ssl_policies: true,
        certificates: true,
        domain_names: true,
        rule_ids: true,
        containers: true,
        task_definitions: true,
        cluster_settings: true,
        flow_logs: true,
        client_certificates: true,
        working_copies: false,
        stacks: false,
    };
    /// What a path, and what a rule about a path, can ask for.
    pub const SCAN: Self = Self { tags: false, ..Self::EVERYTHING };
    /// What every way in, and around, can ask for: all that decides who gets where, and past what.
    pub const PATHS: Self = Self {
        ssl_policies: false,
        certificates: false,
        task_definitions: false,
        cluster_settings: false,
        flow_logs: false,
        client_certificates: false,
        ..Self::SCAN
    };
    /// What a plan rests on.
    pub const PLAN: Self = Self { working_copies: true, ..Self::EVERYTHING };
}

impl Needs {
    /// What the rules of a run can ask, by the IAM actions behind their facts; and what every path shows.
    pub fn of_rules(actions: &BTreeSet<&str>) -> Self {
        let any = |names: &[&str]| names.iter().any(|name| actions.contains(name));
        Self {
            load_balancer_attributes: any(&["elasticloadbalancing:DescribeLoadBalancerAttributes"]),
            target_group_attributes: any(&["elasticloadbalancing:DescribeTargetGroupAttributes"]),
            web_acls: any(&["wafv2:GetWebACLForResource"]),
            ssl_policies: any(&["elasticloadbalancing:DescribeSSLPolicies"]),
            certificates: any(&["acm:DescribeCertificate", "elasticloadbalancing:DescribeListenerCertificates"]),
            domain_names: any(&["apigateway:GetDomainNames"]),
            tags: any(&["elasticloadbalancing:DescribeTags"]),
            task_definitions: any(&["ecs:DescribeTaskDefinition"]),
            cluster_settings: any(&["ecs:DescribeClusters"]),
            flow_logs: any(&["ec2:DescribeFlowLogs"]),
            client_certificates: any(&["apigateway:GetClientCertificates"]),
            ..Self::EVERYTHING
        }
    }

    /// The calls that a scan with these needs can make, `sts:AssumeRole` apart.
    pub fn calls(self) -> impl Iterator<Item = &'static Call> {
        calls::ALL.iter().copied().filter(move |call| self.asks(call))
    }

    fn asks(self, call: &Call) -> bool {
        match call.operation {
            "sts:AssumeRole" => false,
            "elbv2:DescribeTargetHealth" => self.target_health,
            "elbv2:DescribeTags" => self.tags,
            "elbv2:DescribeSSLPolicies" => self.ssl_policies,
            "elbv2:DescribeListenerCertificates" | "acm:DescribeCertificate" => self.certificates,
            "ec2:DescribeSecurityGroupRules" => self.rule_ids,
            "ecs:DescribeTaskDefinition" => self.task_definitions,
            "ecs:DescribeClusters" => self.cluster_settings,
            "ec2:DescribeFlowLogs" => self.flow_logs,
            "apigateway:GetClientCertificates" => self.client_certificates,
            "cloudformation:ListStackResources" => self.stacks,
            "apigateway:GetDomainNames"
            | "apigateway:GetBasePathMappings"
            | "apigatewayv2:GetApiMappings"
            | "apigatewayv2:ListRoutingRules" => self.domain_names,
            operation if operation.starts_with("wafv2:") => self.web_acls,
            operation if operation.starts_with("ecs:") => self.containers,
            _ => true,
        }
    }
}

impl Default for Needs {
    fn default() -> Self {
        Self::SCAN
    }
}
