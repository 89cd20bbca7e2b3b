//! What a plan calls: every operation of the migration's edge, what IAM must allow for it, and which of them each entry of
//! [`thing`](super::thing) needs.
//!
//! The edge can only call through an entry of this table, so it is the truth for the policy that an apply needs.

use std::collections::BTreeSet;

use super::cloud::Request;
use super::plan::{Action, Check, Plan};
use super::thing::{Create, Property, Remove};

/// An operation of AWS.
#[derive(Debug, PartialEq, Eq)]
pub struct Operation {
    /// The service and operation as the SDKs name them, such as `elbv2:CreateLoadBalancer`.
    pub operation: &'static str,
    /// The IAM action that allows it.
    pub action: &'static str,
    /// The resources that the action can be narrowed to, with `{partition}`, `{region}`, `{account}` and names of the plan to fill
    /// in; `*` where IAM knows none.
    pub resources: &'static [&'static str],
    /// Further actions that AWS checks for the same call, each with the resource it is about.
    pub also: &'static [(&'static str, &'static str)],
}

impl Operation {
    /// The service, as the SDKs name it.
    pub fn service(&self) -> &'static str {
        self.operation.split_once(':').map_or(self.operation, |(service, _)| service)
    }
}

macro_rules! table {
    ($($name:ident: $operation:literal, $action:literal, [$($resource:literal),+] $(+ $also:literal on $on:literal)*;)+) => {
        $(
            #[doc = concat!("`", $operation, "`.")]
            pub static $name: Operation = Operation {
                operation: $operation,
                action: $action,
                resources: &[$($resource),+],
                also: &[$(($also, $on)),*],
            };
        )+
        /// Every operation, by service.
        pub static ALL: &[&Operation] = &[$(&$name),+];
    };
}

table! {
    CREATE_SECURITY_GROUP: "ec2:CreateSecurityGroup", "ec2:CreateSecurityGroup",
        ["arn:{partition}:ec2:{region}:{account}:security-group/*", "arn:{partition}:ec2:{region}:{account}:vpc/{vpc}"]
        + "ec2:CreateTags" on "arn:{partition}:ec2:{region}:{account}:security-group/*";
    DELETE_SECURITY_GROUP: "ec2:DeleteSecurityGroup", "ec2:DeleteSecurityGroup",
        ["arn:{partition}:ec2:{region}:{account}:security-group/*"];
    AUTHORIZE_INGRESS: "ec2:AuthorizeSecurityGroupIngress", "ec2:AuthorizeSecurityGroupIngress",
        ["arn:{partition}:ec2:{region}:{account}:security-group/{group}", "arn:{partition}:ec2:{region}:{account}:security-group-rule/*"]
        + "ec2:CreateTags" on "arn:{partition}:ec2:{region}:{account}:security-group-rule/*";
    AUTHORIZE_EGRESS: "ec2:AuthorizeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupEgress",
        ["arn:{partition}:ec2:{region}:{account}:security-group/{group}", "arn:{partition}:ec2:{region}:{account}:security-group-rule/*"]
        + "ec2:CreateTags" on "arn:{partition}:ec2:{region}:{account}:security-group-rule/*";
    REVOKE_INGRESS: "ec2:RevokeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress",
        ["arn:{partition}:ec2:{region}:{account}:security-group/{group}", "arn:{partition}:ec2:{region}:{account}:security-group-rule/*"];
    REVOKE_EGRESS: "ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupEgress",
        ["arn:{partition}:ec2:{region}:{account}:security-group/{group}", "arn:{partition}:ec2:{region}:{account}:security-group-rule/*"];
    DESCRIBE_SECURITY_GROUPS: "ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroups", ["*"];
    DESCRIBE_SECURITY_GROUP_RULES: "ec2:DescribeSecurityGroupRules", "ec2:DescribeSecurityGroupRules", ["*"];
    DESCRIBE_NETWORK_INTERFACES: "ec2:DescribeNetworkInterfaces", "ec2:DescribeNetworkInterfaces", ["*"];

    CREATE_LOAD_BALANCER: "elbv2:CreateLoadBalancer", "elasticloadbalancing:CreateLoadBalancer",
        ["arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/net/{name}/*"]
        + "elasticloadbalancing:AddTags" on "arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/net/{name}/*";
    CREATE_TARGET_GROUP: "elbv2:CreateTargetGroup", "elasticloadbalancing:CreateTargetGroup",
        ["arn:{partition}:elasticloadbalancing:{region}:{account}:targetgroup/{name}/*"]
        + "elasticloadbalancing:AddTags" on "arn:{partition}:elasticloadbalancing:{region}:{account}:targetgroup/{name}/*";
    CREATE_LISTENER: "elbv2:CreateListener", "elasticloadbalancing:CreateListener",
        ["arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/{balancer}"]
        + "elasticloadbalancing:AddTags" on "arn:{partition}:elasticloadbalancing:{region}:{account}:listener/net/*";
    REGISTER_TARGETS: "elbv2:RegisterTargets", "elasticloadbalancing:RegisterTargets",
        ["arn:{partition}:elasticloadbalancing:{region}:{account}:targetgroup/{target_group}"];
    DEREGISTER_TARGETS: "elbv2:DeregisterTargets", "elasticloadbalancing:DeregisterTargets",
        ["arn:{partition}:elasticloadbalancing:{region}:{account}:targetgroup/{target_group}"];
    DELETE_LOAD_BALANCER: "elbv2:DeleteLoadBalancer", "elasticloadbalancing:DeleteLoadBalancer",
        ["arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/{balancer}"];
    DELETE_TARGET_GROUP: "elbv2:DeleteTargetGroup", "elasticloadbalancing:DeleteTargetGroup",
        ["arn:{partition}:elasticloadbalancing:{region}:{account}:targetgroup/{target_group}"];
    DELETE_LISTENER: "elbv2:DeleteListener", "elasticloadbalancing:DeleteListener",
        ["arn:{partition}:elasticloadbalancing:{region}:{account}:listener/{listener}"];
    SET_SECURITY_GROUPS: "elbv2:SetSecurityGroups", "elasticloadbalancing:SetSecurityGroups",
        ["arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/{balancer}"];
    MODIFY_LOAD_BALANCER_ATTRIBUTES: "elbv2:ModifyLoadBalancerAttributes", "elasticloadbalancing:ModifyLoadBalancerAttributes",
        ["arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/{balancer}"];
    MODIFY_TARGET_GROUP_ATTRIBUTES: "elbv2:ModifyTargetGroupAttributes", "elasticloadbalancing:ModifyTargetGroupAttributes",
        ["arn:{partition}:elasticloadbalancing:{region}:{account}:targetgroup/{target_group}"];
    MODIFY_LISTENER: "elbv2:ModifyListener", "elasticloadbalancing:ModifyListener",
        ["arn:{partition}:elasticloadbalancing:{region}:{account}:listener/{listener}"];
    ADD_LISTENER_CERTIFICATES: "elbv2:AddListenerCertificates", "elasticloadbalancing:AddListenerCertificates",
        ["arn:{partition}:elasticloadbalancing:{region}:{account}:listener/{listener}"];
    REMOVE_LISTENER_CERTIFICATES: "elbv2:RemoveListenerCertificates", "elasticloadbalancing:RemoveListenerCertificates",
        ["arn:{partition}:elasticloadbalancing:{region}:{account}:listener/{listener}"];
    DESCRIBE_LOAD_BALANCERS: "elbv2:DescribeLoadBalancers", "elasticloadbalancing:DescribeLoadBalancers", ["*"];
    DESCRIBE_TARGET_GROUPS: "elbv2:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetGroups", ["*"];
    DESCRIBE_LISTENERS: "elbv2:DescribeListeners", "elasticloadbalancing:DescribeListeners", ["*"];
    DESCRIBE_LISTENER_CERTIFICATES: "elbv2:DescribeListenerCertificates", "elasticloadbalancing:DescribeListenerCertificates", ["*"];
    DESCRIBE_LOAD_BALANCER_ATTRIBUTES: "elbv2:DescribeLoadBalancerAttributes", "elasticloadbalancing:DescribeLoadBalancerAttributes", ["*"];
    DESCRIBE_TARGET_GROUP_ATTRIBUTES: "elbv2:DescribeTargetGroupAttributes", "elasticloadbalancing:DescribeTargetGroupAttributes", ["*"];
    DESCRIBE_TARGET_HEALTH: "elbv2:DescribeTargetHealth", "elasticloadbalancing:DescribeTargetHealth", ["*"];
    DESCRIBE_TAGS: "elbv2:DescribeTags", "elasticloadbalancing:DescribeTags", ["*"];

    CREATE_SERVICE: "ecs:CreateService", "ecs:CreateService", ["arn:{partition}:ecs:{region}:{account}:service/{service}"]
        + "ecs:TagResource" on "arn:{partition}:ecs:{region}:{account}:service/{service}"
        + "iam:PassRole" on "arn:{partition}:iam::{account}:role/*"
        + "iam:CreateServiceLinkedRole" on "arn:{partition}:iam::{account}:role/aws-service-role/ecs.amazonaws.com/*";
    // The tasks' roles are passed on anew, or may be: IAM's reference names the action as one that goes with this.
    UPDATE_SERVICE: "ecs:UpdateService", "ecs:UpdateService", ["arn:{partition}:ecs:{region}:{account}:service/{service}"]
        + "iam:PassRole" on "arn:{partition}:iam::{account}:role/*"
        + "iam:CreateServiceLinkedRole" on "arn:{partition}:iam::{account}:role/aws-service-role/ecs.amazonaws.com/*";
    DELETE_SERVICE: "ecs:DeleteService", "ecs:DeleteService", ["arn:{partition}:ecs:{region}:{account}:service/{service}"];
    DESCRIBE_SERVICES: "ecs:DescribeServices", "ecs:DescribeServices", ["arn:{partition}:ecs:{region}:{account}:service/*"];

    CREATE_VPC_LINK_V1: "apigateway:CreateVpcLink", "apigateway:POST", ["arn:{partition}:apigateway:{region}::/vpclinks"]
        + "apigateway:PUT" on "arn:{partition}:apigateway:{region}::/tags/*"
        + "elasticloadbalancing:DescribeLoadBalancers" on "*"
        + "ec2:CreateVpcEndpointServiceConfiguration" on "*"
        + "ec2:DescribeVpcEndpointServiceConfigurations" on "*"
        + "ec2:ModifyVpcEndpointServicePermissions" on "*";
    DELETE_VPC_LINK_V1: "apigateway:DeleteVpcLink", "apigateway:DELETE", ["arn:{partition}:apigateway:{region}::/vpclinks/*"]
        + "ec2:DeleteVpcEndpointServiceConfigurations" on "*"
        + "ec2:DescribeVpcEndpointServiceConfigurations" on "*";
    GET_VPC_LINK_V1: "apigateway:GetVpcLink", "apigateway:GET", ["arn:{partition}:apigateway:{region}::/vpclinks/*"];
    GET_VPC_LINKS_V1: "apigateway:GetVpcLinks", "apigateway:GET", ["arn:{partition}:apigateway:{region}::/vpclinks"];
    CREATE_REST_DEPLOYMENT: "apigateway:CreateDeployment", "apigateway:POST",
        ["arn:{partition}:apigateway:{region}::/restapis/{api}/deployments"];
    DELETE_REST_DEPLOYMENT: "apigateway:DeleteDeployment", "apigateway:DELETE",
        ["arn:{partition}:apigateway:{region}::/restapis/{api}/deployments/*"];
    GET_REST_DEPLOYMENT: "apigateway:GetDeployment", "apigateway:GET",
        ["arn:{partition}:apigateway:{region}::/restapis/{api}/deployments/*"];
    GET_REST_DEPLOYMENTS: "apigateway:GetDeployments", "apigateway:GET",
        ["arn:{partition}:apigateway:{region}::/restapis/{api}/deployments"];
    GET_REST_STAGE: "apigateway:GetStage", "apigateway:GET", ["arn:{partition}:apigateway:{region}::/restapis/{api}/stages/{stage}"];
    UPDATE_REST_STAGE: "apigateway:UpdateStage", "apigateway:PATCH", ["arn:{partition}:apigateway:{region}::/restapis/{api}/stages/{stage}"];
    DELETE_REST_STAGE: "apigateway:DeleteStage", "apigateway:DELETE", ["arn:{partition}:apigateway:{region}::/restapis/{api}/stages/{stage}"];
    CREATE_REST_API: "apigateway:CreateRestApi", "apigateway:POST", ["arn:{partition}:apigateway:{region}::/restapis"]
        + "apigateway:PUT" on "arn:{partition}:apigateway:{region}::/tags/*";
    DELETE_REST_API: "apigateway:DeleteRestApi", "apigateway:DELETE", ["arn:{partition}:apigateway:{region}::/restapis/*"];
    GET_REST_API: "apigateway:GetRestApi", "apigateway:GET", ["arn:{partition}:apigateway:{region}::/restapis/{api}"];
    GET_REST_APIS: "apigateway:GetRestApis", "apigateway:GET", ["arn:{partition}:apigateway:{region}::/restapis"];
    UPDATE_REST_API: "apigateway:UpdateRestApi", "apigateway:PATCH", ["arn:{partition}:apigateway:{region}::/restapis/{api}"];
    CREATE_RESOURCE: "apigateway:CreateResource", "apigateway:POST", ["arn:{partition}:apigateway:{region}::/restapis/{api}/resources/*"];
    DELETE_RESOURCE: "apigateway:DeleteResource", "apigateway:DELETE", ["arn:{partition}:apigateway:{region}::/restapis/{api}/resources/*"];
    GET_RESOURCE: "apigateway:GetResource", "apigateway:GET", ["arn:{partition}:apigateway:{region}::/restapis/{api}/resources/*"];
    GET_RESOURCES: "apigateway:GetResources", "apigateway:GET", ["arn:{partition}:apigateway:{region}::/restapis/{api}/resources"];
    PUT_METHOD: "apigateway:PutMethod", "apigateway:PUT",
        ["arn:{partition}:apigateway:{region}::/restapis/{api}/resources/{resource}/methods/*"];
    DELETE_METHOD: "apigateway:DeleteMethod", "apigateway:DELETE",
        ["arn:{partition}:apigateway:{region}::/restapis/{api}/resources/{resource}/methods/*"];
    GET_METHOD: "apigateway:GetMethod", "apigateway:GET",
        ["arn:{partition}:apigateway:{region}::/restapis/{api}/resources/{resource}/methods/*"];
    TEST_INVOKE_METHOD: "apigateway:TestInvokeMethod", "apigateway:POST",
        ["arn:{partition}:apigateway:{region}::/restapis/{api}/resources/{resource}/methods/*"];
    PUT_INTEGRATION: "apigateway:PutIntegration", "apigateway:PUT",
        ["arn:{partition}:apigateway:{region}::/restapis/{api}/resources/{resource}/methods/*/integration"];
    DELETE_REST_INTEGRATION: "apigateway:DeleteIntegration", "apigateway:DELETE",
        ["arn:{partition}:apigateway:{region}::/restapis/{api}/resources/{resource}/methods/*/integration"];
    GET_REST_INTEGRATION: "apigateway:GetIntegration", "apigateway:GET",
        ["arn:{partition}:apigateway:{region}::/restapis/{api}/resources/{resource}/methods/*/integration"];
    UPDATE_REST_INTEGRATION: "apigateway:UpdateIntegration", "apigateway:PATCH",
        ["arn:{partition}:apigateway:{region}::/restapis/{api}/resources/{resource}/methods/{method}/integration"];
    TAG_REST_API: "apigateway:TagResource", "apigateway:PUT", ["arn:{partition}:apigateway:{region}::/tags/*"];
    UNTAG_REST_API: "apigateway:UntagResource", "apigateway:DELETE", ["arn:{partition}:apigateway:{region}::/tags/*"];
    GET_REST_TAGS: "apigateway:GetTags", "apigateway:GET", ["arn:{partition}:apigateway:{region}::/tags/*"];

    CREATE_VPC_LINK_V2: "apigatewayv2:CreateVpcLink", "apigateway:POST", ["arn:{partition}:apigateway:{region}::/vpclinks"]
        + "apigateway:PUT" on "arn:{partition}:apigateway:{region}::/vpclinks"
        + "iam:CreateServiceLinkedRole" on "arn:{partition}:iam::{account}:role/aws-service-role/ops.apigateway.amazonaws.com/*";
    DELETE_VPC_LINK_V2: "apigatewayv2:DeleteVpcLink", "apigateway:DELETE", ["arn:{partition}:apigateway:{region}::/vpclinks/*"];
    GET_VPC_LINK_V2: "apigatewayv2:GetVpcLink", "apigateway:GET", ["arn:{partition}:apigateway:{region}::/vpclinks/*"];
    GET_VPC_LINKS_V2: "apigatewayv2:GetVpcLinks", "apigateway:GET", ["arn:{partition}:apigateway:{region}::/vpclinks"];
    CREATE_HTTP_DEPLOYMENT: "apigatewayv2:CreateDeployment", "apigateway:POST",
        ["arn:{partition}:apigateway:{region}::/apis/{api}/deployments"];
    DELETE_HTTP_DEPLOYMENT: "apigatewayv2:DeleteDeployment", "apigateway:DELETE",
        ["arn:{partition}:apigateway:{region}::/apis/{api}/deployments/*"];
    GET_HTTP_DEPLOYMENT: "apigatewayv2:GetDeployment", "apigateway:GET", ["arn:{partition}:apigateway:{region}::/apis/{api}/deployments/*"];
    GET_HTTP_DEPLOYMENTS: "apigatewayv2:GetDeployments", "apigateway:GET", ["arn:{partition}:apigateway:{region}::/apis/{api}/deployments"];
    CREATE_HTTP_API: "apigatewayv2:CreateApi", "apigateway:POST", ["arn:{partition}:apigateway:{region}::/apis"]
        + "apigateway:PUT" on "arn:{partition}:apigateway:{region}::/apis";
    DELETE_HTTP_API: "apigatewayv2:DeleteApi", "apigateway:DELETE", ["arn:{partition}:apigateway:{region}::/apis/*"];
    GET_HTTP_API: "apigatewayv2:GetApi", "apigateway:GET", ["arn:{partition}:apigateway:{region}::/apis/{api}"];
    GET_HTTP_APIS: "apigatewayv2:GetApis", "apigateway:GET", ["arn:{partition}:apigateway:{region}::/apis"];
    UPDATE_HTTP_API: "apigatewayv2:UpdateApi", "apigateway:PATCH", ["arn:{partition}:apigateway:{region}::/apis/{api}"];
    CREATE_HTTP_INTEGRATION: "apigatewayv2:CreateIntegration", "apigateway:POST",
        ["arn:{partition}:apigateway:{region}::/apis/{api}/integrations"];
    DELETE_HTTP_INTEGRATION: "apigatewayv2:DeleteIntegration", "apigateway:DELETE",
        ["arn:{partition}:apigateway:{region}::/apis/{api}/integrations/*"];
    GET_HTTP_INTEGRATION: "apigatewayv2:GetIntegration", "apigateway:GET",
        ["arn:{partition}:apigateway:{region}::/apis/{api}/integrations/*"];
    GET_HTTP_INTEGRATIONS: "apigatewayv2:GetIntegrations", "apigateway:GET",
        ["arn:{partition}:apigateway:{region}::/apis/{api}/integrations"];
    UPDATE_HTTP_INTEGRATION: "apigatewayv2:UpdateIntegration", "apigateway:PATCH",
        ["arn:{partition}:apigateway:{region}::/apis/{api}/integrations/{integration}"];
    CREATE_ROUTE: "apigatewayv2:CreateRoute", "apigateway:POST", ["arn:{partition}:apigateway:{region}::/apis/{api}/routes"];
    DELETE_ROUTE: "apigatewayv2:DeleteRoute", "apigateway:DELETE", ["arn:{partition}:apigateway:{region}::/apis/{api}/routes/*"];
    GET_ROUTE: "apigatewayv2:GetRoute", "apigateway:GET", ["arn:{partition}:apigateway:{region}::/apis/{api}/routes/*"];
    GET_ROUTES: "apigatewayv2:GetRoutes", "apigateway:GET", ["arn:{partition}:apigateway:{region}::/apis/{api}/routes"];
    CREATE_HTTP_STAGE: "apigatewayv2:CreateStage", "apigateway:POST", ["arn:{partition}:apigateway:{region}::/apis/{api}/stages"]
        + "apigateway:PUT" on "arn:{partition}:apigateway:{region}::/apis/{api}/stages";
    DELETE_HTTP_STAGE: "apigatewayv2:DeleteStage", "apigateway:DELETE", ["arn:{partition}:apigateway:{region}::/apis/{api}/stages/{stage}"];
    GET_HTTP_STAGE: "apigatewayv2:GetStage", "apigateway:GET", ["arn:{partition}:apigateway:{region}::/apis/{api}/stages/{stage}"];
    UPDATE_HTTP_STAGE: "apigatewayv2:UpdateStage", "apigateway:PATCH", ["arn:{partition}:apigateway:{region}::/apis/{api}/stages/{stage}"];
    DELETE_ACCESS_LOG_SETTINGS: "apigatewayv2:DeleteAccessLogSettings", "apigateway:DELETE",
        ["arn:{partition}:apigateway:{region}::/apis/{api}/stages/{stage}/accesslogsettings"];
    TAG_HTTP_API: "apigatewayv2:TagResource", "apigateway:POST", ["arn:{partition}:apigateway:{region}::/tags/*"]
        + "apigateway:PUT" on "arn:{partition}:apigateway:{region}::/tags/*";
    UNTAG_HTTP_API: "apigatewayv2:UntagResource", "apigateway:DELETE", ["arn:{partition}:apigateway:{region}::/tags/*"];
    GET_HTTP_TAGS: "apigatewayv2:GetTags", "apigateway:GET", ["arn:{partition}:apigateway:{region}::/tags/*"];

    INVOKE: "execute-api:Invoke", "execute-api:Invoke", ["arn:{partition}:execute-api:{region}:{account}:{api}/{stage}/GET/*"];
}

/// What one entry of a plan calls, and the names that narrow it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calls {
    /// What does it. The first one is the write that the entry is named for.
    pub does: Vec<&'static Operation>,
    /// What looks at it.
    pub looks: Vec<&'static Operation>,
    /// What takes it back.
    pub undoes: Vec<&'static Operation>,
    /// The names to fill in, each with its value.
    pub names: Vec<(&'static str, String)>,
}

impl Calls {
    fn new(does: &[&'static Operation], looks: &[&'static Operation], undoes: &[&'static Operation]) -> Self {
        Self { does: does.to_vec(), looks: looks.to_vec(), undoes: undoes.to_vec(), names: Vec::new() }
    }

    fn of(mut self, name: &'static str, value: &str) -> Self {
        self.names.push((name, value.to_owned()));
        self
    }

    /// An ARN of load balancing, by what follows its kind: `app/web/0123456789abcdef`.
    fn of_arn(self, name: &'static str, arn: &str) -> Self {
        let path = if arn.starts_with("arn:") { arn.split_once('/').map_or(arn, |(_, path)| path) } else { arn };
        self.of(name, path)
    }

    fn of_service(self, cluster: &str, service: &str) -> Self {
        let last = |name: &str| name.rsplit('/').next().unwrap_or(name).to_owned();
        let name =
            if service.contains("${") || cluster.contains("${") { "*".to_owned() } else { format!("{}/{}", last(cluster), last(service)) };
        self.of("service", &name)
    }

    /// What IAM must allow for all of it: actions, each with the resource it is about.
    pub fn grants(&self, partition: &str, region: &str, account: &str) -> BTreeSet<(&'static str, String)> {
        let operations = self.does.iter().chain(&self.looks).chain(&self.undoes);
        let own = operations.clone().flat_map(|operation| operation.resources.iter().map(|resource| (operation.action, *resource)));
        let pairs = own.chain(operations.flat_map(|operation| operation.also.iter().copied()));
        let place = [("partition", partition), ("region", region), ("account", account)];
        let names = || place.into_iter().chain(self.names.iter().map(|(name, value)| (*name, value.as_str())));
        pairs.map(|(action, pattern)| (action, filled(pattern, names()))).collect()
    }
}

/// A pattern with its names filled in; what is not known yet can be anything.
fn filled<'a>(pattern: &str, names: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut text = pattern.to_owned();
    for (name, value) in names {
        text = text.replace(&format!("{{{name}}}"), if value.contains("${") { "*" } else { value });
    }
    let mut open = String::new();
    let mut rest = text.as_str();
    while let Some((before, (_, after))) = rest.split_once('{').and_then(|(before, after)| Some((before, after.split_once('}')?))) {
        open.push_str(before);
        open.push('*');
        rest = after;
    }
    open.push_str(rest);
    open
}

/// What making something calls.
pub fn of_create(thing: &Create) -> Calls {
    match thing {
        Create::SecurityGroup { vpc, .. } => {
            Calls::new(&[&CREATE_SECURITY_GROUP], &[&DESCRIBE_SECURITY_GROUPS], &[&DELETE_SECURITY_GROUP]).of("vpc", vpc)
        }
        Create::GroupRules { group, rules } => {
            let egress = rules.iter().any(|rule| rule.egress);
            let (make, undo) = if egress { (&AUTHORIZE_EGRESS, &REVOKE_EGRESS) } else { (&AUTHORIZE_INGRESS, &REVOKE_INGRESS) };
            Calls::new(&[make], &[&DESCRIBE_SECURITY_GROUP_RULES], &[undo]).of("group", group)
        }
        Create::LoadBalancer { name, .. } => {
            let looks = [&DESCRIBE_LOAD_BALANCERS, &DESCRIBE_TAGS, &DESCRIBE_NETWORK_INTERFACES];
            Calls::new(&[&CREATE_LOAD_BALANCER], &looks, &[&DELETE_LOAD_BALANCER]).of("name", name).of("balancer", &format!("net/{name}/*"))
        }
        Create::TargetGroup { name, .. } => {
            let looks = [&DESCRIBE_TARGET_GROUPS, &DESCRIBE_TAGS];
            Calls::new(&[&CREATE_TARGET_GROUP], &looks, &[&DELETE_TARGET_GROUP]).of("name", name).of("target_group", &format!("{name}/*"))
        }
        Create::Listener { balancer, .. } => {
            let looks = [&DESCRIBE_LISTENERS, &DESCRIBE_TAGS];
            Calls::new(&[&CREATE_LISTENER], &looks, &[&DELETE_LISTENER]).of_arn("balancer", balancer).of("listener", "net/*")
        }
        Create::AlbTarget { target_group, .. } => {
            Calls::new(&[&REGISTER_TARGETS], &[&DESCRIBE_TARGET_HEALTH], &[&DEREGISTER_TARGETS]).of_arn("target_group", target_group)
        }
        Create::VpcLinkV1 { .. } => Calls::new(&[&CREATE_VPC_LINK_V1], &[&GET_VPC_LINK_V1, &GET_VPC_LINKS_V1], &[&DELETE_VPC_LINK_V1]),
        Create::VpcLinkV2 { .. } => Calls::new(&[&CREATE_VPC_LINK_V2], &[&GET_VPC_LINK_V2, &GET_VPC_LINKS_V2], &[&DELETE_VPC_LINK_V2]),
        Create::Service { cluster, name, .. } => {
            Calls::new(&[&CREATE_SERVICE], &[&DESCRIBE_SERVICES], &[&DELETE_SERVICE]).of_service(cluster, name)
        }
        Create::RestDeployment { .. } | Create::RestApi { .. } | Create::RestResource { .. } | Create::RestMethod { .. } => of_rest(thing),
        Create::RestIntegration { api, resource, .. } => {
            let (does, looks) = ([&PUT_INTEGRATION], [&GET_REST_INTEGRATION]);
            Calls::new(&does, &looks, &[&DELETE_REST_INTEGRATION]).of("api", api).of("resource", resource)
        }
        Create::HttpDeployment { api } => {
            let looks = [&GET_HTTP_DEPLOYMENT, &GET_HTTP_DEPLOYMENTS];
            Calls::new(&[&CREATE_HTTP_DEPLOYMENT], &looks, &[&DELETE_HTTP_DEPLOYMENT]).of("api", api)
        }
        Create::HttpApi { .. } => Calls::new(&[&CREATE_HTTP_API], &[&GET_HTTP_API, &GET_HTTP_APIS], &[&DELETE_HTTP_API]),
        Create::HttpIntegration { api, .. } => {
            let looks = [&GET_HTTP_INTEGRATION, &GET_HTTP_INTEGRATIONS];
            Calls::new(&[&CREATE_HTTP_INTEGRATION], &looks, &[&DELETE_HTTP_INTEGRATION]).of("api", api)
        }
        Create::HttpRoute { api, .. } => Calls::new(&[&CREATE_ROUTE], &[&GET_ROUTE, &GET_ROUTES], &[&DELETE_ROUTE]).of("api", api),
        Create::HttpStage { api, stage } => {
            Calls::new(&[&CREATE_HTTP_STAGE], &[&GET_HTTP_STAGE], &[&DELETE_HTTP_STAGE]).of("api", api).of("stage", stage)
        }
    }
}

fn of_rest(thing: &Create) -> Calls {
    match thing {
        Create::RestDeployment { api, stage, canary_percent } => {
            let looks: &[&'static Operation] = match stage {
                Some(_) => &[&GET_REST_DEPLOYMENT, &GET_REST_DEPLOYMENTS, &GET_REST_STAGE, &GET_REST_API],
                None => &[&GET_REST_DEPLOYMENT, &GET_REST_DEPLOYMENTS],
            };
            let undoes: &[&'static Operation] = match (stage, canary_percent) {
                (Some(_), Some(_)) => &[&UPDATE_REST_STAGE, &DELETE_REST_DEPLOYMENT],
                (Some(_), None) => &[&DELETE_REST_STAGE, &DELETE_REST_DEPLOYMENT],
                (None, _) => &[&DELETE_REST_DEPLOYMENT],
            };
            Calls::new(&[&CREATE_REST_DEPLOYMENT], looks, undoes).of("api", api).of("stage", stage.as_deref().unwrap_or("*"))
        }
        Create::RestResource { api, .. } => {
            Calls::new(&[&CREATE_RESOURCE], &[&GET_RESOURCE, &GET_RESOURCES], &[&DELETE_RESOURCE]).of("api", api)
        }
        Create::RestMethod { api, resource } => {
            Calls::new(&[&PUT_METHOD], &[&GET_METHOD], &[&DELETE_METHOD]).of("api", api).of("resource", resource)
        }
        _ => Calls::new(&[&CREATE_REST_API], &[&GET_REST_API, &GET_REST_APIS, &GET_RESOURCES], &[&DELETE_REST_API]),
    }
}

/// What setting a property calls; setting it back calls the same.
pub fn of_property(property: &Property) -> Calls {
    match property {
        Property::LoadBalancerGroups { balancer } => {
            Calls::new(&[&SET_SECURITY_GROUPS], &[&DESCRIBE_LOAD_BALANCERS], &[]).of_arn("balancer", balancer)
        }
        Property::LoadBalancerAttributes { balancer } => {
            let (does, looks) = ([&MODIFY_LOAD_BALANCER_ATTRIBUTES], [&DESCRIBE_LOAD_BALANCER_ATTRIBUTES]);
            Calls::new(&does, &looks, &[]).of_arn("balancer", balancer)
        }
        Property::TargetGroupAttributes { target_group } => {
            let (does, looks) = ([&MODIFY_TARGET_GROUP_ATTRIBUTES], [&DESCRIBE_TARGET_GROUP_ATTRIBUTES]);
            Calls::new(&does, &looks, &[]).of_arn("target_group", target_group)
        }
        Property::Listener { listener } => Calls::new(&[&MODIFY_LISTENER], &[&DESCRIBE_LISTENERS], &[]).of_arn("listener", listener),
        Property::ListenerCertificates { listener } => {
            let does = [&ADD_LISTENER_CERTIFICATES, &REMOVE_LISTENER_CERTIFICATES];
            Calls::new(&does, &[&DESCRIBE_LISTENER_CERTIFICATES], &[]).of_arn("listener", listener)
        }
        Property::ServiceTargets { cluster, service } => {
            Calls::new(&[&UPDATE_SERVICE], &[&DESCRIBE_SERVICES], &[]).of_service(cluster, service)
        }
        Property::RestIntegration { api, resource, method } => {
            let calls = Calls::new(&[&UPDATE_REST_INTEGRATION], &[&GET_REST_INTEGRATION], &[]);
            calls.of("api", api).of("resource", resource).of("method", method)
        }
        Property::HttpIntegration { api, integration } => {
            let calls = Calls::new(&[&UPDATE_HTTP_INTEGRATION], &[&GET_HTTP_INTEGRATION], &[]);
            calls.of("api", api).of("integration", integration)
        }
        Property::RestStage { api, stage } => Calls::new(&[&UPDATE_REST_STAGE], &[&GET_REST_STAGE], &[]).of("api", api).of("stage", stage),
        Property::HttpStage { api, stage } => {
            let does = [&UPDATE_HTTP_STAGE, &DELETE_ACCESS_LOG_SETTINGS];
            Calls::new(&does, &[&GET_HTTP_STAGE], &[]).of("api", api).of("stage", stage)
        }
        Property::RestApi { api } => Calls::new(&[&UPDATE_REST_API], &[&GET_REST_API], &[]).of("api", api),
        Property::HttpApi { api } => Calls::new(&[&UPDATE_HTTP_API], &[&GET_HTTP_API], &[]).of("api", api),
        Property::GroupIngress { group } => {
            let looks = [&DESCRIBE_SECURITY_GROUPS, &DESCRIBE_SECURITY_GROUP_RULES];
            Calls::new(&[&REVOKE_INGRESS, &AUTHORIZE_INGRESS], &looks, &[]).of("group", group)
        }
        Property::Lock { api } if is_rest(api) => Calls::new(&[&TAG_REST_API, &UNTAG_REST_API], &[&GET_REST_TAGS], &[]),
        Property::Lock { .. } => Calls::new(&[&TAG_HTTP_API, &UNTAG_HTTP_API], &[&GET_HTTP_TAGS], &[]),
    }
}

/// Whether the ARN of an API is that of a REST API.
pub fn is_rest(arn: &str) -> bool {
    arn.contains("/restapis/")
}

/// What deleting something for good calls.
pub fn of_remove(thing: &Remove) -> Calls {
    match thing {
        Remove::Listener { listener } => Calls::new(&[&DELETE_LISTENER], &[&DESCRIBE_LISTENERS], &[]).of_arn("listener", listener),
        Remove::LoadBalancer { balancer } => {
            Calls::new(&[&DELETE_LOAD_BALANCER], &[&DESCRIBE_LOAD_BALANCERS], &[]).of_arn("balancer", balancer)
        }
        Remove::TargetGroup { target_group } => {
            Calls::new(&[&DELETE_TARGET_GROUP], &[&DESCRIBE_TARGET_GROUPS], &[]).of_arn("target_group", target_group)
        }
    }
}

/// What a request calls. One that is not signed needs no permission.
pub fn of_request(request: &Request) -> Calls {
    match request {
        Request::TestInvoke { api, resource, .. } => Calls::new(&[&TEST_INVOKE_METHOD], &[], &[]).of("api", api).of("resource", resource),
        Request::Invoke { api, stage, signed: true, .. } => Calls::new(&[&INVOKE], &[], &[]).of("api", api).of("stage", stage),
        Request::Invoke { .. } => Calls::new(&[], &[], &[]),
    }
}

/// Something that IAM must allow for a plan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    /// The action.
    pub action: &'static str,
    /// The resource it is about, as a pattern.
    pub resource: String,
    /// Whether it is only ever done to what bears the plan's tag.
    pub only_tagged: bool,
}

/// The actions that take away what the plan made, and that IAM can tie to a tag of what they are about.
const TIED_TO_TAGS: [&str; 7] = [
    "ec2:DeleteSecurityGroup",
    "elasticloadbalancing:DeleteLoadBalancer",
    "elasticloadbalancing:DeleteTargetGroup",
    "elasticloadbalancing:DeleteListener",
    "elasticloadbalancing:SetSecurityGroups",
    "elasticloadbalancing:DeregisterTargets",
    "ecs:DeleteService",
];

/// What IAM must allow to apply a plan and to take it back.
pub fn of_plan(plan: &Plan) -> BTreeSet<Grant> {
    let mut grants = BTreeSet::new();
    let mut add = |calls: &Calls, made: bool| {
        for (action, resource) in calls.grants(&plan.partition, &plan.region, &plan.account) {
            grants.insert(Grant { action, resource, only_tagged: made && TIED_TO_TAGS.contains(&action) });
        }
    };
    for api in &plan.locks {
        add(&of_property(&Property::Lock { api: api.clone() }), false);
    }
    for step in &plan.steps {
        match &step.action {
            Action::Create(thing) => add(&of_create(thing), true),
            // What a property of the plan's own things is set to is not the account's.
            Action::Set { property, .. } => {
                add(&of_property(property), serde_json::to_string(property).is_ok_and(|text| text.contains("${")));
            }
            Action::Remove(thing) => add(&of_remove(thing), false),
            Action::Check(Check::Baseline { requests, .. } | Check::SameAs { requests, .. }) => {
                for request in requests {
                    add(&of_request(request), false);
                }
            }
            Action::Check(_) | Action::Discard { .. } => {}
        }
    }
    grants
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_stands_once_and_names_one_action() {
        let names: BTreeSet<_> = ALL.iter().map(|operation| operation.operation).collect();
        assert_eq!(names.len(), ALL.len());
        for operation in ALL {
            let actions = operation.also.iter().map(|(action, _)| *action).chain([operation.action]);
            assert!(actions.into_iter().all(|action| action.contains(':') && !action.contains('*')), "{}", operation.operation);
        }
    }

    #[test]
    fn what_is_known_narrows_and_what_is_not_does_not() {
        let known = of_property(&Property::RestIntegration { api: "a1".into(), resource: "r1".into(), method: "GET".into() });
        let grants = known.grants("aws", "eu-west-1", "111122223333");
        let arn = "arn:aws:apigateway:eu-west-1::/restapis/a1/resources/r1/methods/GET/integration".to_owned();
        assert!(grants.contains(&("apigateway:PATCH", arn)), "{grants:?}");
        let made = of_property(&Property::LoadBalancerAttributes { balancer: "${nlb}".into() });
        let arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/*".to_owned();
        assert!(made.grants("aws", "eu-west-1", "111122223333").contains(&("elasticloadbalancing:ModifyLoadBalancerAttributes", arn)));
    }

    #[test]
    fn arns_are_filled_in_by_their_paths() {
        let arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/0123456789abcdef";
        let grants = of_remove(&Remove::LoadBalancer { balancer: arn.into() }).grants("aws", "eu-west-1", "111122223333");
        assert!(grants.contains(&("elasticloadbalancing:DeleteLoadBalancer", arn.to_owned())), "{grants:?}");
        let service = Property::ServiceTargets { cluster: "arn:aws:ecs:eu-west-1:1:cluster/main".into(), service: "web".into() };
        let grants = of_property(&service).grants("aws", "eu-west-1", "1");
        assert!(grants.contains(&("ecs:UpdateService", "arn:aws:ecs:eu-west-1:1:service/main/web".to_owned())), "{grants:?}");
    }
}
