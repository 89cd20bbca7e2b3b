//! What a plan can make, set and take away: a closed list, each entry one write call of AWS and the one that undoes it.
//!
//! A text may hold `${step}`, the id of what an earlier step made, or `${step.part}`, something else AWS said about it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::inventory::{HealthCheck, SecurityGroupRule};

/// Something that a plan makes and that can be deleted again. It bears the plan's tags, or, where AWS knows no tags, their text
/// in its description; what lies inside a scratch API is found, and goes, with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "make", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Create {
    /// `ec2:CreateSecurityGroup`.
    SecurityGroup {
        /// Its name.
        name: String,
        /// What it is for.
        description: String,
        /// Its VPC.
        vpc: String,
    },
    /// `ec2:AuthorizeSecurityGroupIngress` or `…Egress` on a group, with tagged rules. The part `rules` holds their ids.
    GroupRules {
        /// The group.
        group: String,
        /// The rules, all of one direction.
        rules: Vec<SecurityGroupRule>,
    },
    /// `elbv2:CreateLoadBalancer`: internal, network, IPv4. The parts are `dns` and, once it is active, `addresses`.
    LoadBalancer {
        /// Its name.
        name: String,
        /// One subnet a zone.
        subnets: Vec<String>,
        /// Its security groups.
        groups: Vec<String>,
    },
    /// `elbv2:CreateTargetGroup`.
    TargetGroup {
        /// Its name.
        name: String,
        /// Its VPC.
        vpc: String,
        /// `TCP` or `TLS`.
        protocol: String,
        /// The targets' port.
        port: u16,
        /// `ip` or `alb`.
        target_type: String,
        /// How targets are probed.
        health_check: HealthCheck,
    },
    /// `elbv2:CreateListener`, which forwards to one target group.
    Listener {
        /// The load balancer.
        balancer: String,
        /// `TCP` or `TLS`.
        protocol: String,
        /// The port.
        port: u16,
        /// Where it forwards to.
        target_group: String,
        /// The TLS policy, always given for `TLS`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ssl_policy: Option<String>,
        /// The default certificate.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        certificate: Option<String>,
    },
    /// `elbv2:RegisterTargets` of an application load balancer in a target group of type `alb`.
    AlbTarget {
        /// The target group.
        target_group: String,
        /// The application load balancer.
        balancer: String,
        /// Its listener's port.
        port: u16,
    },
    /// `apigateway:CreateVpcLink`: a VPC link V1.
    VpcLinkV1 {
        /// Its name.
        name: String,
        /// The network load balancer.
        balancer: String,
    },
    /// `apigatewayv2:CreateVpcLink`: a VPC link V2.
    VpcLinkV2 {
        /// Its name.
        name: String,
        /// Its subnets.
        subnets: Vec<String>,
        /// Its security groups.
        groups: Vec<String>,
    },
    /// `ecs:CreateService`: a second service like another one, registered in one target group.
    Service {
        /// The cluster.
        cluster: String,
        /// Its name.
        name: String,
        /// The service it is like, by ARN: all that is not named here is taken from it.
        like: String,
        /// The task definition.
        task_definition: String,
        /// How many tasks.
        desired_count: i32,
        /// Where they are registered.
        target: ServiceTarget,
    },
    /// `apigateway:CreateDeployment`: what the working copy of a REST API holds. Without a stage nothing serves it yet.
    RestDeployment {
        /// The API.
        api: String,
        /// The stage that is to serve it, whole or as a canary.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stage: Option<String>,
        /// The share of the traffic, in percent, that the stage's canary gets.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        canary_percent: Option<f64>,
    },
    /// `apigatewayv2:CreateDeployment`.
    HttpDeployment {
        /// The API.
        api: String,
    },
    /// `apigateway:CreateRestApi`: a scratch API, for a proof. The part `root` is its root resource.
    RestApi {
        /// Its name.
        name: String,
    },
    /// `apigateway:CreateResource`: `{proxy+}` below the root of a scratch API.
    RestResource {
        /// The API.
        api: String,
        /// The root resource.
        parent: String,
    },
    /// `apigateway:PutMethod`: `ANY`, for signed requests only.
    RestMethod {
        /// The API.
        api: String,
        /// The resource.
        resource: String,
    },
    /// `apigateway:PutIntegration` of the `ANY` method: `HTTP_PROXY` over the internet, with `{proxy}` mapped.
    RestIntegration {
        /// The API.
        api: String,
        /// The resource.
        resource: String,
        /// Where it leads.
        uri: String,
    },
    /// `apigatewayv2:CreateApi`: a scratch HTTP API.
    HttpApi {
        /// Its name.
        name: String,
    },
    /// `apigatewayv2:CreateIntegration`: `HTTP_PROXY` over the internet.
    HttpIntegration {
        /// The API.
        api: String,
        /// Where it leads.
        uri: String,
    },
    /// `apigatewayv2:CreateRoute`: `ANY /{proxy+}`, for signed requests only.
    HttpRoute {
        /// The API.
        api: String,
        /// The integration.
        integration: String,
    },
    /// `apigatewayv2:CreateStage`, which serves each change at once.
    HttpStage {
        /// The API.
        api: String,
        /// Its name.
        stage: String,
    },
}

/// Where a service registers its tasks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceTarget {
    /// The target group.
    pub target_group: String,
    /// The container.
    pub container: String,
    /// Its port.
    pub port: u16,
}

/// Something that is there before a plan and that the plan sets.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "set", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Property {
    /// `elbv2:SetSecurityGroups`: `State::Settings` with `SecurityGroups` (comma-separated, sorted) and
    /// `EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic` (`on` or `off`).
    LoadBalancerGroups {
        /// The load balancer.
        balancer: String,
    },
    /// `elbv2:ModifyLoadBalancerAttributes`: `State::Settings` by AWS's keys.
    LoadBalancerAttributes {
        /// The load balancer.
        balancer: String,
    },
    /// `elbv2:ModifyTargetGroupAttributes`: `State::Settings` by AWS's keys.
    TargetGroupAttributes {
        /// The target group.
        target_group: String,
    },
    /// `elbv2:ModifyListener`: `State::Settings` with `SslPolicy`, or with `forward` (a target group) or `redirect` (`HTTPS:443:HTTP_301`).
    Listener {
        /// The listener.
        listener: String,
    },
    /// `elbv2:AddListenerCertificates` and `…Remove…`: `State::Names` beside the default certificate.
    ListenerCertificates {
        /// The listener.
        listener: String,
    },
    /// `ecs:UpdateService` with `loadBalancers`, which rolls the service out anew: `State::Targets`.
    ServiceTargets {
        /// The cluster.
        cluster: String,
        /// The service.
        service: String,
    },
    /// `apigateway:UpdateIntegration` of the working copy: `State::Settings` with the patch paths `/connectionType`, `/uri` and, for
    /// `VPC_LINK` only, `/connectionId` and `/integrationTarget`.
    RestIntegration {
        /// The API.
        api: String,
        /// The resource.
        resource: String,
        /// The method.
        method: String,
    },
    /// `apigatewayv2:UpdateIntegration`: `State::Settings` with `ConnectionType`, `IntegrationUri` and, for `VPC_LINK` only,
    /// `ConnectionId`, `TlsConfig.ServerNameToVerify` and `RequestParameters.overwrite:path`.
    HttpIntegration {
        /// The API.
        api: String,
        /// The integration.
        integration: String,
    },
    /// `apigateway:UpdateStage`: `State::Settings` with patch paths: `/deploymentId`, `/canarySettings/deploymentId`,
    /// `/canarySettings/percentTraffic`, `/tracingEnabled`, `/accessLogSettings/destinationArn`, `/accessLogSettings/format`,
    /// `/*/*/logging/loglevel`. What is not set is left out.
    RestStage {
        /// The API.
        api: String,
        /// The stage.
        stage: String,
    },
    /// `apigatewayv2:UpdateStage`: `State::Settings` with `DeploymentId`, `AutoDeploy`, `AccessLogSettings.DestinationArn`,
    /// `AccessLogSettings.Format`.
    HttpStage {
        /// The API.
        api: String,
        /// The stage.
        stage: String,
    },
    /// `apigateway:UpdateRestApi`: `State::Settings` with `/disableExecuteApiEndpoint`.
    RestApi {
        /// The API.
        api: String,
    },
    /// `apigatewayv2:UpdateApi`: `State::Settings` with `DisableExecuteApiEndpoint`.
    HttpApi {
        /// The API.
        api: String,
    },
    /// `ec2:RevokeSecurityGroupIngress` and `ec2:AuthorizeSecurityGroupIngress`: `State::Rules`, of which the read answers those that
    /// the plan names. The rules' ids are AWS's own and are not compared.
    GroupIngress {
        /// The group.
        group: String,
    },
    /// `TagResource` and `UntagResource` of an API: `State::Settings` with the tag that keeps other runs away.
    Lock {
        /// The API's ARN.
        api: String,
    },
}

/// What a property is at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Keys and values; what is not set is left out.
    Settings(BTreeMap<String, String>),
    /// Names, sorted.
    Names(Vec<String>),
    /// Where a service registers its tasks, sorted.
    Targets(Vec<ServiceTarget>),
    /// Rules of a security group, sorted, without ids.
    Rules(Vec<SecurityGroupRule>),
}

impl State {
    /// Keys and values.
    pub fn settings<K: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        Self::Settings(pairs.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        match self {
            Self::Settings(settings) => settings.get(key).map(String::as_str),
            _ => None,
        }
    }

    /// Of what was read, the part that this state speaks of or, with it, `other` does: keys that neither names are no concern of a plan.
    /// A service's targets are set as a whole, and compared as a whole.
    #[must_use]
    pub fn narrowed(self, this: &Self, other: &Self) -> Self {
        match (self, this, other) {
            (Self::Settings(mut read), Self::Settings(this), Self::Settings(other)) => {
                read.retain(|key, _| this.contains_key(key) || other.contains_key(key));
                Self::Settings(read)
            }
            (Self::Rules(mut read), Self::Rules(this), Self::Rules(other)) => {
                read.retain(|rule| this.contains(rule) || other.contains(rule));
                Self::Rules(read)
            }
            (Self::Names(mut read), Self::Names(this), Self::Names(other)) => {
                read.retain(|name| this.contains(name) || other.contains(name));
                Self::Names(read)
            }
            (read, _, _) => read,
        }
    }
}

/// Something that was there before, and goes for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "remove", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Remove {
    /// `elbv2:DeleteListener`.
    Listener {
        /// Its ARN.
        listener: String,
    },
    /// `elbv2:DeleteLoadBalancer`.
    LoadBalancer {
        /// Its ARN.
        balancer: String,
    },
    /// `elbv2:DeleteTargetGroup`.
    TargetGroup {
        /// Its ARN.
        target_group: String,
    },
}

impl Create {
    /// Whether it lies in a scratch API, and goes with it.
    pub fn goes_with_its_api(&self) -> bool {
        matches!(
            self,
            Self::RestResource { .. }
                | Self::RestMethod { .. }
                | Self::RestIntegration { .. }
                | Self::RestDeployment { stage: Some(_), canary_percent: None, .. }
                | Self::HttpIntegration { .. }
                | Self::HttpRoute { .. }
                | Self::HttpStage { .. }
        )
    }

    /// AWS's name of the call that makes it.
    pub fn operation(&self) -> &'static str {
        match self {
            Self::SecurityGroup { .. } => "ec2:CreateSecurityGroup",
            Self::GroupRules { rules, .. } if rules.iter().any(|rule| rule.egress) => "ec2:AuthorizeSecurityGroupEgress",
            Self::GroupRules { .. } => "ec2:AuthorizeSecurityGroupIngress",
            Self::LoadBalancer { .. } => "elbv2:CreateLoadBalancer",
            Self::TargetGroup { .. } => "elbv2:CreateTargetGroup",
            Self::Listener { .. } => "elbv2:CreateListener",
            Self::AlbTarget { .. } => "elbv2:RegisterTargets",
            Self::VpcLinkV1 { .. } => "apigateway:CreateVpcLink",
            Self::VpcLinkV2 { .. } => "apigatewayv2:CreateVpcLink",
            Self::Service { .. } => "ecs:CreateService",
            Self::RestDeployment { .. } => "apigateway:CreateDeployment",
            Self::HttpDeployment { .. } => "apigatewayv2:CreateDeployment",
            Self::RestApi { .. } => "apigateway:CreateRestApi",
            Self::RestResource { .. } => "apigateway:CreateResource",
            Self::RestMethod { .. } => "apigateway:PutMethod",
            Self::RestIntegration { .. } => "apigateway:PutIntegration",
            Self::HttpApi { .. } => "apigatewayv2:CreateApi",
            Self::HttpIntegration { .. } => "apigatewayv2:CreateIntegration",
            Self::HttpRoute { .. } => "apigatewayv2:CreateRoute",
            Self::HttpStage { .. } => "apigatewayv2:CreateStage",
        }
    }
}

impl Property {
    /// AWS's name of the call that sets it to a state.
    pub fn operation(&self, to: &State) -> &'static str {
        match self {
            Self::LoadBalancerGroups { .. } => "elbv2:SetSecurityGroups",
            Self::LoadBalancerAttributes { .. } => "elbv2:ModifyLoadBalancerAttributes",
            Self::TargetGroupAttributes { .. } => "elbv2:ModifyTargetGroupAttributes",
            Self::Listener { .. } => "elbv2:ModifyListener",
            Self::ListenerCertificates { .. } => match to {
                State::Names(names) if names.is_empty() => "elbv2:RemoveListenerCertificates",
                _ => "elbv2:AddListenerCertificates",
            },
            Self::ServiceTargets { .. } => "ecs:UpdateService",
            Self::RestIntegration { .. } => "apigateway:UpdateIntegration",
            Self::HttpIntegration { .. } => "apigatewayv2:UpdateIntegration",
            Self::RestStage { .. } => "apigateway:UpdateStage",
            Self::HttpStage { .. } => "apigatewayv2:UpdateStage",
            Self::RestApi { .. } => "apigateway:UpdateRestApi",
            Self::HttpApi { .. } => "apigatewayv2:UpdateApi",
            Self::GroupIngress { .. } => match to {
                State::Rules(rules) if rules.is_empty() => "ec2:RevokeSecurityGroupIngress",
                _ => "ec2:AuthorizeSecurityGroupIngress",
            },
            Self::Lock { .. } => "TagResource",
        }
    }
}

impl Remove {
    /// AWS's name of the call that deletes it.
    pub fn operation(&self) -> &'static str {
        match self {
            Self::Listener { .. } => "elbv2:DeleteListener",
            Self::LoadBalancer { .. } => "elbv2:DeleteLoadBalancer",
            Self::TargetGroup { .. } => "elbv2:DeleteTargetGroup",
        }
    }
}
