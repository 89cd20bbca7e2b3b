//! Every call a scan can make, in one table: what IAM must allow, what quota it draws on, and when it is made.
//!
//! The collectors can only ask through an entry of this table, so it is the truth for the least-privilege policy, for
//! the tests that deny one call after another, and for the promise that reading never writes.

use super::budget::Bucket;

/// A call of the scan.
#[derive(Debug, PartialEq, Eq)]
pub struct Call {
    /// The service and operation as the SDKs name them, such as `elbv2:DescribeLoadBalancers`.
    pub operation: &'static str,
    /// The IAM action that allows it, such as `elasticloadbalancing:DescribeLoadBalancers`.
    pub action: &'static str,
    /// Further actions AWS checks for the same call.
    pub also: &'static [&'static str],
    /// The resources a policy can narrow the action to, with `{partition}` and `{region}` to fill in; `*` where IAM knows none.
    pub resources: &'static [&'static str],
    /// The quota it draws on.
    pub bucket: Bucket,
    /// When it is made; empty when every scan makes it.
    pub condition: &'static str,
}

impl Call {
    /// The service, as the SDKs name it.
    pub fn service(&self) -> &'static str {
        self.operation.split_once(':').map_or(self.operation, |(service, _)| service)
    }

    /// The operation without its service.
    pub fn name(&self) -> &'static str {
        self.operation.split_once(':').map_or(self.operation, |(_, name)| name)
    }
}

/// The call of that name (`service:Operation`).
pub fn find(operation: &str) -> Option<&'static Call> {
    ALL.iter().copied().find(|call| call.operation == operation)
}

macro_rules! table {
    ($($name:ident: $operation:literal, $action:literal $(+ $also:literal)*, [$($resource:literal),+], $bucket:ident, $condition:literal;)+) => {
        $(
            #[doc = concat!("`", $operation, "`.")]
            pub static $name: Call = Call {
                operation: $operation,
                action: $action,
                also: &[$($also),*],
                resources: &[$($resource),+],
                bucket: Bucket::$bucket,
                condition: $condition,
            };
        )+
        /// Every call, by service.
        pub static ALL: &[&Call] = &[$(&$name),+];
    };
}

table! {
    GET_CALLER_IDENTITY: "sts:GetCallerIdentity", "sts:GetCallerIdentity", ["*"], Sts, "";
    ASSUME_ROLE: "sts:AssumeRole", "sts:AssumeRole", ["*"], Sts, "a role is to be assumed";

    GET_REST_APIS: "apigateway:GetRestApis", "apigateway:GET",
        ["arn:{partition}:apigateway:{region}::/restapis"], ApiGateway, "";
    GET_REST_STAGES: "apigateway:GetStages", "apigateway:GET",
        ["arn:{partition}:apigateway:{region}::/restapis/*/stages"], ApiGateway, "";
    GET_EXPORT: "apigateway:GetExport", "apigateway:GET",
        ["arn:{partition}:apigateway:{region}::/restapis/*/stages/*/exports/*"], ApiGateway, "";
    GET_RESOURCES: "apigateway:GetResources", "apigateway:GET",
        ["arn:{partition}:apigateway:{region}::/restapis/*/resources"], GetResources, "an export failed or left something out, or a plan is made";
    GET_INTEGRATION: "apigateway:GetIntegration", "apigateway:GET",
        ["arn:{partition}:apigateway:{region}::/restapis/*/resources/*/methods/*/integration"], ApiGateway,
        "GetResources left something out as well";
    GET_REST_AUTHORIZERS: "apigateway:GetAuthorizers", "apigateway:GET",
        ["arn:{partition}:apigateway:{region}::/restapis/*/authorizers"], ApiGateway, "an export failed and a method names an authorizer";
    GET_VPC_LINKS_V1: "apigateway:GetVpcLinks", "apigateway:GET",
        ["arn:{partition}:apigateway:{region}::/vpclinks"], ApiGateway, "";
    GET_DOMAIN_NAMES: "apigateway:GetDomainNames", "apigateway:GET",
        ["arn:{partition}:apigateway:{region}::/domainnames"], ApiGateway, "there is an API";
    GET_CLIENT_CERTIFICATES: "apigateway:GetClientCertificates", "apigateway:GET",
        ["arn:{partition}:apigateway:{region}::/clientcertificates"], ApiGateway, "a stage shows a client certificate";
    GET_BASE_PATH_MAPPINGS: "apigateway:GetBasePathMappings", "apigateway:GET",
        ["arn:{partition}:apigateway:{region}::/domainnames/*/basepathmappings"], ApiGateway, "a domain name is edge-optimised or private";

    GET_APIS: "apigatewayv2:GetApis", "apigateway:GET",
        ["arn:{partition}:apigateway:{region}::/apis"], ApiGateway, "";
    GET_HTTP_STAGES: "apigatewayv2:GetStages", "apigateway:GET",
        ["arn:{partition}:apigateway:{region}::/apis/*/stages"], ApiGateway, "";
    EXPORT_API: "apigatewayv2:ExportApi", "apigateway:GET",
        ["arn:{partition}:apigateway:{region}::/apis/*/exports/*"], ApiGateway, "";
    GET_ROUTES: "apigatewayv2:GetRoutes", "apigateway:GET",
        ["arn:{partition}:apigateway:{region}::/apis/*/routes"], ApiGateway,
        "a WebSocket API, an export that failed or left something out, or a plan is made";
    GET_INTEGRATIONS: "apigatewayv2:GetIntegrations", "apigateway:GET",
        ["arn:{partition}:apigateway:{region}::/apis/*/integrations"], ApiGateway,
        "a WebSocket API, an export that failed or left something out, or a plan is made";
    GET_HTTP_AUTHORIZERS: "apigatewayv2:GetAuthorizers", "apigateway:GET",
        ["arn:{partition}:apigateway:{region}::/apis/*/authorizers"], ApiGateway, "no export told, and a route names an authorizer";
    GET_VPC_LINKS_V2: "apigatewayv2:GetVpcLinks", "apigateway:GET",
        ["arn:{partition}:apigateway:{region}::/vpclinks"], ApiGateway, "";
    GET_API_MAPPINGS: "apigatewayv2:GetApiMappings", "apigateway:GET",
        ["arn:{partition}:apigateway:{region}::/domainnames/*/apimappings"], ApiGateway, "a domain name is regional";
    LIST_ROUTING_RULES: "apigatewayv2:ListRoutingRules", "apigateway:ListRoutingRules",
        ["arn:{partition}:apigateway:{region}:*:/domainnames/*/routingrules"], ApiGateway, "a domain name has routing rules";

    DESCRIBE_LOAD_BALANCERS: "elbv2:DescribeLoadBalancers", "elasticloadbalancing:DescribeLoadBalancers", ["*"], ElbV2, "";
    DESCRIBE_LISTENERS: "elbv2:DescribeListeners", "elasticloadbalancing:DescribeListeners", ["*"], ElbV2, "";
    DESCRIBE_LISTENER_CERTIFICATES: "elbv2:DescribeListenerCertificates",
        "elasticloadbalancing:DescribeListenerCertificates", ["*"], ElbV2, "a listener speaks TLS, and certificates are needed";
    DESCRIBE_RULES: "elbv2:DescribeRules", "elasticloadbalancing:DescribeRules", ["*"], ElbV2, "";
    DESCRIBE_LOAD_BALANCER_ATTRIBUTES: "elbv2:DescribeLoadBalancerAttributes",
        "elasticloadbalancing:DescribeLoadBalancerAttributes", ["*"], ElbV2,
        "the load balancer has IPv6 addresses, or attributes are needed";
    DESCRIBE_TARGET_GROUPS: "elbv2:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetGroups", ["*"], ElbV2, "";
    DESCRIBE_TARGET_HEALTH: "elbv2:DescribeTargetHealth", "elasticloadbalancing:DescribeTargetHealth", ["*"], ElbV2,
        "a load balancer uses the target group";
    DESCRIBE_TARGET_GROUP_ATTRIBUTES: "elbv2:DescribeTargetGroupAttributes",
        "elasticloadbalancing:DescribeTargetGroupAttributes", ["*"], ElbV2,
        "a network load balancer uses the target group, or attributes are needed";
    DESCRIBE_TAGS: "elbv2:DescribeTags", "elasticloadbalancing:DescribeTags", ["*"], ElbV2, "tags are needed";
    DESCRIBE_SSL_POLICIES: "elbv2:DescribeSSLPolicies", "elasticloadbalancing:DescribeSSLPolicies", ["*"], ElbV2, "a listener speaks TLS";

    LIST_WEB_ACLS: "wafv2:ListWebACLs", "wafv2:ListWebACLs", ["*"], WafV2, "there are more than two application load balancers";
    LIST_RESOURCES_FOR_WEB_ACL: "wafv2:ListResourcesForWebACL", "wafv2:ListResourcesForWebACL"
        + "elasticloadbalancing:DescribeWebACLAssociation", ["*"], WafV2, "there are fewer web ACLs than application load balancers";
    GET_WEB_ACL_FOR_RESOURCE: "wafv2:GetWebACLForResource", "wafv2:GetWebACLForResource"
        + "wafv2:GetWebACL" + "elasticloadbalancing:GetLoadBalancerWebACL", ["*"], WafV2,
        "there are fewer application load balancers than web ACLs";

    DESCRIBE_CERTIFICATE: "acm:DescribeCertificate", "acm:DescribeCertificate",
        ["arn:{partition}:acm:{region}:*:certificate/*"], Acm, "a listener or domain name uses the certificate";
    GET_SERVICE: "servicediscovery:GetService", "servicediscovery:GetService",
        ["arn:{partition}:servicediscovery:{region}:*:service/*"], CloudMap, "an integration names the service";

    DESCRIBE_REGIONS: "ec2:DescribeRegions", "ec2:DescribeRegions", ["*"], Ec2, "all regions are to be scanned";
    DESCRIBE_VPCS: "ec2:DescribeVpcs", "ec2:DescribeVpcs", ["*"], Ec2, "";
    DESCRIBE_SUBNETS: "ec2:DescribeSubnets", "ec2:DescribeSubnets", ["*"], Ec2, "";
    DESCRIBE_VPC_BLOCK_PUBLIC_ACCESS_OPTIONS: "ec2:DescribeVpcBlockPublicAccessOptions",
        "ec2:DescribeVpcBlockPublicAccessOptions", ["*"], Ec2, "DescribeSubnets leaves out what Block Public Access does";
    DESCRIBE_ROUTE_TABLES: "ec2:DescribeRouteTables", "ec2:DescribeRouteTables", ["*"], Ec2, "";
    DESCRIBE_INTERNET_GATEWAYS: "ec2:DescribeInternetGateways", "ec2:DescribeInternetGateways", ["*"], Ec2, "";
    DESCRIBE_NETWORK_ACLS: "ec2:DescribeNetworkAcls", "ec2:DescribeNetworkAcls", ["*"], Ec2, "";
    DESCRIBE_SECURITY_GROUPS: "ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroups", ["*"], Ec2, "";
    DESCRIBE_SECURITY_GROUP_RULES: "ec2:DescribeSecurityGroupRules", "ec2:DescribeSecurityGroupRules", ["*"], Ec2, "";
    DESCRIBE_MANAGED_PREFIX_LISTS: "ec2:DescribeManagedPrefixLists", "ec2:DescribeManagedPrefixLists", ["*"], Ec2,
        "a security group or route names a prefix list";
    GET_MANAGED_PREFIX_LIST_ENTRIES: "ec2:GetManagedPrefixListEntries", "ec2:GetManagedPrefixListEntries",
        ["arn:{partition}:ec2:{region}:*:prefix-list/*"], Ec2, "a security group or route names the prefix list";
    DESCRIBE_NETWORK_INTERFACES: "ec2:DescribeNetworkInterfaces", "ec2:DescribeNetworkInterfaces", ["*"], Ec2, "";
    DESCRIBE_FLOW_LOGS: "ec2:DescribeFlowLogs", "ec2:DescribeFlowLogs", ["*"], Ec2, "flow logs are needed";
    DESCRIBE_ADDRESSES: "ec2:DescribeAddresses", "ec2:DescribeAddresses", ["*"], Ec2, "";

    LIST_CLUSTERS: "ecs:ListClusters", "ecs:ListClusters", ["*"], EcsCluster, "";
    DESCRIBE_CLUSTERS: "ecs:DescribeClusters", "ecs:DescribeClusters",
        ["arn:{partition}:ecs:{region}:*:cluster/*"], EcsCluster, "the settings of clusters are needed";
    LIST_SERVICES: "ecs:ListServices", "ecs:ListServices", ["*"], EcsService, "there is a cluster";
    DESCRIBE_SERVICES: "ecs:DescribeServices", "ecs:DescribeServices",
        ["arn:{partition}:ecs:{region}:*:service/*"], EcsService, "there is a service";
    LIST_TASKS: "ecs:ListTasks", "ecs:ListTasks", ["*"], EcsTask, "there is a cluster";
    DESCRIBE_TASKS: "ecs:DescribeTasks", "ecs:DescribeTasks", ["arn:{partition}:ecs:{region}:*:task/*"], EcsTask, "there is a task";
    DESCRIBE_TASK_DEFINITION: "ecs:DescribeTaskDefinition", "ecs:DescribeTaskDefinition", ["*"], EcsTaskDefinition,
        "task definitions are needed";

    LIST_STACK_RESOURCES: "cloudformation:ListStackResources", "cloudformation:ListStackResources",
        ["arn:{partition}:cloudformation:{region}:*:stack/*"], CloudFormation, "findings are put on lines of code, and tags name the stack";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use regex::Regex;

    use super::*;

    #[test]
    fn every_call_only_reads() {
        let reads = ["Describe", "Get", "List", "Export"];
        for call in ALL {
            let harmless = reads.iter().any(|verb| call.name().starts_with(verb)) || call.operation == "sts:AssumeRole";
            assert!(harmless, "{} does not read", call.operation);
            assert!(!call.action.contains('*'), "{} names no one action", call.operation);
        }
    }

    #[test]
    fn every_call_stands_once() {
        let names: BTreeSet<_> = ALL.iter().map(|call| call.operation).collect();
        assert_eq!(names.len(), ALL.len());
        assert_eq!(find("ec2:DescribeVpcs"), Some(&DESCRIBE_VPCS));
        assert_eq!(DESCRIBE_VPCS.service(), "ec2");
    }

    fn snake(name: &str) -> String {
        let words = Regex::new("([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])").unwrap();
        let name = name.replace("ACLs", "Acls").replace("ACL", "Acl").replace("SSL", "Ssl");
        words.replace_all(&name, "${1}${3}_${2}${4}").to_lowercase()
    }

    /// The text of every file under `src/collect` but this one.
    fn sources() -> String {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/collect");
        let mut text = String::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|end| end == "rs") && path.file_name().is_some_and(|name| name != "calls.rs") {
                #[expect(clippy::disallowed_methods, reason = "a test reads the sources")]
                text.push_str(&fs::read_to_string(path).unwrap());
            }
        }
        text
    }

    /// A fluent builder of an SDK client takes no argument: `.describe_vpcs()`.
    #[test]
    fn the_collectors_make_only_the_calls_of_the_table() {
        let known: BTreeSet<String> = ALL.iter().map(|call| snake(call.name())).collect();
        let builder = Regex::new(
            r"\b(?:client|apigateway|apigatewayv2|elbv2|ec2|ecs|acm|wafv2|servicediscovery|sts|cloudformation)\s*\.([a-z0-9_]+)\(\)",
        )
        .unwrap();
        let text = sources();
        let harmless = ["clone", "unwrap_or_default"];
        let made: BTreeSet<String> =
            builder.captures_iter(&text).map(|found| found[1].to_owned()).filter(|name| !harmless.contains(&name.as_str())).collect();
        assert!(made.is_subset(&known), "not in the table: {:?}", made.difference(&known).collect::<Vec<_>>());
        let by_provider = "assume_role".to_owned();
        let unused: Vec<_> = known.iter().filter(|name| !made.contains(*name) && **name != by_provider).collect();
        assert!(unused.is_empty(), "in the table, but never made: {unused:?}");
    }

    #[test]
    fn no_collector_calls_anything_that_writes() {
        let writes = Regex::new(
            r"\.(create|delete|put|update|modify|set|register|deregister|attach|detach|associate|disassociate|authorize|revoke|run|start|stop|import|reimport|tag|untag|add|remove|enable|disable|reset|invoke|test|flush|promote|replace|release|allocate|accept|reject|move|terminate)_[a-z0-9_]+\(\)",
        )
        .unwrap();
        let text = sources();
        let found: Vec<_> = writes.find_iter(&text).map(|found| found.as_str()).collect();
        assert!(found.is_empty(), "{found:?}");
    }
}
