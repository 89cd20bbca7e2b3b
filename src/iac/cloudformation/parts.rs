//! Where resources have the parts that rules speak of.

use crate::iac::parts::Part;

const LOAD_BALANCER: &[Part] = &[
    ("type", &["Type"]),
    ("scheme", &["Scheme"]),
    ("security_groups", &["SecurityGroups"]),
    ("subnets", &["Subnets"]),
    ("subnets", &["SubnetMappings"]),
    ("ip_address_type", &["IpAddressType"]),
    ("attributes", &["LoadBalancerAttributes"]),
];
const LISTENER: &[Part] = &[
    ("port", &["Port"]),
    ("protocol", &["Protocol"]),
    ("ssl_policy", &["SslPolicy"]),
    ("certificates", &["Certificates"]),
    ("default_actions", &["DefaultActions"]),
    ("mutual_authentication", &["MutualAuthentication"]),
];
const LISTENER_CERTIFICATE: &[Part] = &[("certificates", &["Certificates"])];
const LISTENER_RULE: &[Part] = &[("priority", &["Priority"]), ("conditions", &["Conditions"]), ("actions", &["Actions"])];
const TARGET_GROUP: &[Part] = &[
    ("protocol", &["Protocol"]),
    ("port", &["Port"]),
    ("target_type", &["TargetType"]),
    ("health_check", &["HealthCheckPath"]),
    ("health_check", &["HealthCheckProtocol"]),
    ("health_check", &["HealthCheckPort"]),
    ("targets", &["Targets"]),
];
const SECURITY_GROUP: &[Part] = &[("rules", &["SecurityGroupIngress"]), ("rules", &["SecurityGroupEgress"])];
const NETWORK_ACL_ENTRY: &[Part] = &[("entries", &["CidrBlock"]), ("entries", &["Ipv6CidrBlock"])];
const SUBNET_NETWORK_ACL: &[Part] = &[("subnets", &["SubnetId"])];
const SUBNET: &[Part] =
    &[("map_public_ip_on_launch", &["MapPublicIpOnLaunch"]), ("assign_ipv6_address_on_creation", &["AssignIpv6AddressOnCreation"])];
const VPC: &[Part] = &[("cidr_block", &["CidrBlock"])];
const METHOD: &[Part] = &[
    ("authorization", &["AuthorizationType"]),
    ("authorizer", &["AuthorizerId"]),
    ("api_key_required", &["ApiKeyRequired"]),
    ("request_validator", &["RequestValidatorId"]),
    ("integration", &["Integration"]),
    ("integration.type", &["Integration", "Type"]),
    ("integration.uri", &["Integration", "Uri"]),
    ("integration.connection_type", &["Integration", "ConnectionType"]),
    ("integration.connection_id", &["Integration", "ConnectionId"]),
    ("integration.target", &["Integration", "IntegrationTarget"]),
];
const HTTP_ROUTE: &[Part] = &[
    ("authorization", &["AuthorizationType"]),
    ("authorizer", &["AuthorizerId"]),
    ("api_key_required", &["ApiKeyRequired"]),
    ("integration", &["Target"]),
];
const HTTP_INTEGRATION: &[Part] = &[
    ("integration.type", &["IntegrationType"]),
    ("integration.uri", &["IntegrationUri"]),
    ("integration.connection_type", &["ConnectionType"]),
    ("integration.connection_id", &["ConnectionId"]),
    ("integration.tls", &["TlsConfig"]),
];
const REST_STAGE: &[Part] = &[
    ("access_log", &["AccessLogSetting"]),
    ("variables", &["Variables"]),
    ("client_certificate", &["ClientCertificateId"]),
    ("method_settings", &["MethodSettings"]),
    ("tracing", &["TracingEnabled"]),
    ("cache", &["CacheClusterEnabled"]),
];
const DEPLOYMENT: &[Part] = &[
    ("access_log", &["StageDescription", "AccessLogSetting"]),
    ("variables", &["StageDescription", "Variables"]),
    ("client_certificate", &["StageDescription", "ClientCertificateId"]),
    ("method_settings", &["StageDescription", "MethodSettings"]),
    ("tracing", &["StageDescription", "TracingEnabled"]),
    ("cache", &["StageDescription", "CacheClusterEnabled"]),
];
const HTTP_STAGE: &[Part] = &[
    ("access_log", &["AccessLogSettings"]),
    ("variables", &["StageVariables"]),
    ("client_certificate", &["ClientCertificateId"]),
    ("method_settings", &["DefaultRouteSettings"]),
    ("method_settings", &["RouteSettings"]),
];
const WEB_ACL_ASSOCIATION: &[Part] = &[("web_acl", &["WebACLArn"])];
const REST_API: &[Part] = &[
    ("endpoint_types", &["EndpointConfiguration"]),
    ("policy", &["Policy"]),
    ("disable_execute_api_endpoint", &["DisableExecuteApiEndpoint"]),
    ("security_policy", &["SecurityPolicy"]),
    ("body", &["Body"]),
    ("body", &["BodyS3Location"]),
];
const HTTP_API: &[Part] = &[
    ("disable_execute_api_endpoint", &["DisableExecuteApiEndpoint"]),
    ("cors", &["CorsConfiguration"]),
    ("body", &["Body"]),
    ("body", &["BodyS3Location"]),
];
const JWT_AUTHORIZER: &[Part] = &[("authorizer.jwt", &["JwtConfiguration"])];
const DOMAIN_NAME: &[Part] = &[
    ("security_policy", &["SecurityPolicy"]),
    ("security_policy", &["DomainNameConfigurations"]),
    ("mutual_tls", &["MutualTlsAuthentication"]),
];
const LINK_V1: &[Part] = &[("target_arns", &["TargetArns"])];
const LINK_V2: &[Part] = &[("subnets", &["SubnetIds"]), ("security_groups", &["SecurityGroupIds"])];
const SERVICE: &[Part] = &[
    ("load_balancers", &["LoadBalancers"]),
    ("network", &["NetworkConfiguration"]),
    ("network.assign_public_ip", &["NetworkConfiguration", "AwsvpcConfiguration", "AssignPublicIp"]),
    ("network.security_groups", &["NetworkConfiguration", "AwsvpcConfiguration", "SecurityGroups"]),
    ("network.subnets", &["NetworkConfiguration", "AwsvpcConfiguration", "Subnets"]),
    ("platform_version", &["PlatformVersion"]),
    ("enable_execute_command", &["EnableExecuteCommand"]),
    ("desired_count", &["DesiredCount"]),
];
const TASK_DEFINITION: &[Part] = &[
    ("containers", &["ContainerDefinitions"]),
    ("network_mode", &["NetworkMode"]),
    ("pid_mode", &["PidMode"]),
    ("volumes", &["Volumes"]),
    ("task_role", &["TaskRoleArn"]),
    ("execution_role", &["ExecutionRoleArn"]),
];
const CLUSTER: &[Part] = &[("settings", &["ClusterSettings"]), ("configuration", &["Configuration"])];
const CERTIFICATE: &[Part] = &[("domain_name", &["DomainName"])];

/// The parts of a kind of resource.
pub fn parts(kind: &str) -> &'static [Part] {
    match kind.strip_prefix("AWS::").unwrap_or(kind) {
        "ElasticLoadBalancingV2::LoadBalancer" => LOAD_BALANCER,
        "ElasticLoadBalancingV2::Listener" => LISTENER,
        "ElasticLoadBalancingV2::ListenerCertificate" => LISTENER_CERTIFICATE,
        "ElasticLoadBalancingV2::ListenerRule" => LISTENER_RULE,
        "ElasticLoadBalancingV2::TargetGroup" => TARGET_GROUP,
        "EC2::SecurityGroup" => SECURITY_GROUP,
        "EC2::NetworkAclEntry" => NETWORK_ACL_ENTRY,
        "EC2::SubnetNetworkAclAssociation" => SUBNET_NETWORK_ACL,
        "EC2::Subnet" => SUBNET,
        "EC2::VPC" => VPC,
        "ApiGateway::Method" => METHOD,
        "ApiGatewayV2::Route" => HTTP_ROUTE,
        "ApiGatewayV2::Integration" => HTTP_INTEGRATION,
        "ApiGateway::Stage" => REST_STAGE,
        "ApiGateway::Deployment" => DEPLOYMENT,
        "ApiGatewayV2::Stage" => HTTP_STAGE,
        "WAFv2::WebACLAssociation" => WEB_ACL_ASSOCIATION,
        "ApiGateway::RestApi" => REST_API,
        "ApiGatewayV2::Api" => HTTP_API,
        "ApiGatewayV2::Authorizer" => JWT_AUTHORIZER,
        "ApiGateway::DomainName" | "ApiGateway::DomainNameV2" | "ApiGatewayV2::DomainName" => DOMAIN_NAME,
        "ApiGateway::VpcLink" => LINK_V1,
        "ApiGatewayV2::VpcLink" => LINK_V2,
        "ECS::Service" => SERVICE,
        "ECS::TaskDefinition" => TASK_DEFINITION,
        "ECS::Cluster" => CLUSTER,
        "CertificateManager::Certificate" => CERTIFICATE,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::iac::parts::VOCABULARY;

    #[test]
    fn every_part_is_a_word_that_rules_may_use() {
        let words: BTreeSet<&str> = VOCABULARY.iter().flat_map(|(_, words)| words.iter().copied()).collect();
        let all = [
            LOAD_BALANCER,
            LISTENER,
            LISTENER_CERTIFICATE,
            LISTENER_RULE,
            TARGET_GROUP,
            SECURITY_GROUP,
            NETWORK_ACL_ENTRY,
            SUBNET_NETWORK_ACL,
            SUBNET,
            VPC,
            METHOD,
            HTTP_ROUTE,
            HTTP_INTEGRATION,
            REST_STAGE,
            DEPLOYMENT,
            HTTP_STAGE,
            WEB_ACL_ASSOCIATION,
            REST_API,
            HTTP_API,
            JWT_AUTHORIZER,
            DOMAIN_NAME,
            LINK_V1,
            LINK_V2,
            SERVICE,
            TASK_DEFINITION,
            CLUSTER,
            CERTIFICATE,
        ];
        for (part, path) in all.into_iter().flatten() {
            assert!(words.contains(part), "{part} is no word of the vocabulary");
            assert!(!path.is_empty());
        }
        assert_eq!(parts("AWS::ECS::Service"), SERVICE);
        assert!(parts("AWS::S3::Bucket").is_empty());
    }
}
