//! Programs that the tests share.

use serde_json::{Value as Json, json};

use super::{code, judged, pack, program, verdict};
use crate::assessment::Verdict;

/// Two public subnets of a VPC.
fn network() -> Json {
    json!({
        "Vpc": ["AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16"}],
        "Gateway": ["AWS::EC2::InternetGateway", {}],
        "Attachment": ["AWS::EC2::VPCGatewayAttachment", {"VpcId": {"Ref": "Vpc"}, "InternetGatewayId": {"Ref": "Gateway"}}],
        "SubnetA": ["AWS::EC2::Subnet", {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24", "AvailabilityZone": {"Unknown": "the zones"}}],
        "SubnetB": ["AWS::EC2::Subnet", {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.1.0/24", "MapPublicIpOnLaunch": true}],
        "Table": ["AWS::EC2::RouteTable", {"VpcId": {"Ref": "Vpc"}}],
        "Route": ["AWS::EC2::Route", {"RouteTableId": {"Ref": "Table"}, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": {"Ref": "Gateway"}}],
        "OfA": ["AWS::EC2::SubnetRouteTableAssociation", {"SubnetId": {"Ref": "SubnetA"}, "RouteTableId": {"Ref": "Table"}}],
        "OfB": ["AWS::EC2::SubnetRouteTableAssociation", {"SubnetId": {"Ref": "SubnetB"}, "RouteTableId": {"Ref": "Table"}}],
    })
}

/// A load balancer and a service behind it.
fn containers(scheme: &str, open_to: &str) -> Json {
    json!({
        "Front": ["AWS::EC2::SecurityGroup", {"VpcId": {"Ref": "Vpc"}, "GroupDescription": "front", "SecurityGroupIngress": [
            {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": open_to}]}],
        "Tasks": ["AWS::EC2::SecurityGroup", {"VpcId": {"Ref": "Vpc"}, "GroupDescription": "tasks"}],
        "FromFront": ["AWS::EC2::SecurityGroupIngress", {"GroupId": {"GetAtt": "Tasks.GroupId"}, "IpProtocol": "tcp", "FromPort": 8080,
            "ToPort": 8080, "SourceSecurityGroupId": {"GetAtt": "Front.GroupId"}}],
        "Balancer": ["AWS::ElasticLoadBalancingV2::LoadBalancer", {"Scheme": scheme, "Subnets": [{"Ref": "SubnetA"}, {"Ref": "SubnetB"}],
            "SecurityGroups": [{"Ref": "Front"}], "LoadBalancerAttributes": [{"Key": "idle_timeout.timeout_seconds", "Value": "30"}]}],
        "Group": ["AWS::ElasticLoadBalancingV2::TargetGroup", {"VpcId": {"Ref": "Vpc"}, "Port": 8080, "Protocol": "HTTP", "TargetType": "ip",
            "HealthCheckPath": "/health"}],
        "Listener": ["AWS::ElasticLoadBalancingV2::Listener", {"LoadBalancerArn": {"Ref": "Balancer"}, "Port": 80, "Protocol": "HTTP",
            "DefaultActions": [{"Type": "forward", "TargetGroupArn": {"Ref": "Group"}}]}],
        "Cluster": ["AWS::ECS::Cluster", {"ClusterName": "shop", "ClusterSettings": [{"Name": "containerInsights", "Value": "enabled"}],
            "Configuration": {"ExecuteCommandConfiguration": {"Logging": "OVERRIDE", "LogConfiguration": {"S3BucketName": "exec"}}}}],
        "Worker": ["AWS::ECS::TaskDefinition", {"NetworkMode": "bridge", "PidMode": "task", "TaskRoleArn": "worker", "ExecutionRoleArn": "start",
            "RuntimePlatform": {"OperatingSystemFamily": "LINUX"},
            "Volumes": [{"Name": "data", "EFSVolumeConfiguration": {"FilesystemId": "fs-1", "TransitEncryption": "ENABLED",
                "AuthorizationConfig": {"IAM": "ENABLED"}}}],
            "ContainerDefinitions": [{"Name": "app", "Image": "app:1", "User": "1000", "ReadonlyRootFilesystem": true,
                "Environment": [{"Name": "LEVEL", "Value": "info"}],
                "LogConfiguration": {"LogDriver": "awslogs", "Options": {"mode": "non-blocking"}}}]}],
        "Definition": ["AWS::ECS::TaskDefinition", {"NetworkMode": "awsvpc", "ContainerDefinitions": [{"Name": "app", "Image": "app:1",
            "PortMappings": [{"ContainerPort": 8080}], "Environment": [{"Name": "TOKEN", "Value": "s3cret"}]}]}],
        "Service": ["AWS::ECS::Service", {"Cluster": {"Ref": "Cluster"}, "LaunchType": "FARGATE", "DesiredCount": 2,
            "PlatformVersion": "1.4.0", "EnableExecuteCommand": true,
            "TaskDefinition": {"Ref": "Definition"},
            "LoadBalancers": [{"TargetGroupArn": {"Ref": "Group"}, "ContainerName": "app", "ContainerPort": 8080}],
            "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": [{"Ref": "SubnetA"}, {"Ref": "SubnetB"}],
                "SecurityGroups": [{"Ref": "Tasks"}], "AssignPublicIp": "ENABLED"}}}],
    })
}

/// An API whose integration is a public load balancer.
fn public_api() -> Json {
    json!({
        "Api": ["AWS::ApiGateway::RestApi", {"Name": "shop", "EndpointConfiguration": {"Types": ["REGIONAL"]}}],
        "Orders": ["AWS::ApiGateway::Resource", {"RestApiId": {"Ref": "Api"}, "ParentId": {"GetAtt": "Api.RootResourceId"}, "PathPart": "orders"}],
        "Order": ["AWS::ApiGateway::Resource", {"RestApiId": {"Ref": "Api"}, "ParentId": {"Ref": "Orders"}, "PathPart": "{id}"}],
        "Get": ["AWS::ApiGateway::Method", {"RestApiId": {"Ref": "Api"}, "ResourceId": {"Ref": "Order"}, "HttpMethod": "GET",
            "AuthorizationType": "AWS_IAM", "ApiKeyRequired": true, "Integration": {"Type": "HTTP_PROXY", "IntegrationHttpMethod": "GET",
            "Uri": {"Sub": ["http://{}/orders/{id}", {"GetAtt": "Balancer.DNSName"}]},
            "RequestParameters": {"integration.request.header.X-Origin": "'s3cret'"}}}],
        "Open": ["AWS::ApiGateway::Method", {"RestApiId": {"Ref": "Api"}, "ResourceId": {"GetAtt": "Api.RootResourceId"}, "HttpMethod": "POST",
            "AuthorizationType": "NONE", "Integration": {"Type": "HTTP", "IntegrationHttpMethod": "POST", "Uri": "http://${stageVariables.host}/"}}],
        "Deployment": ["AWS::ApiGateway::Deployment", {"RestApiId": {"Ref": "Api"}}],
        "Stage": ["AWS::ApiGateway::Stage", {"RestApiId": {"Ref": "Api"}, "StageName": "prod", "DeploymentId": {"Ref": "Deployment"},
            "Variables": {"host": {"GetAtt": "Balancer.DNSName"}, "token": "s3cret"}, "TracingEnabled": true,
            "AccessLogSetting": {"DestinationArn": "arn:aws:logs:eu-west-1:1:log-group:api", "Format": "$context.requestId"},
            "MethodSettings": [{"ResourcePath": "/*", "HttpMethod": "*", "LoggingLevel": "INFO"},
                {"ResourcePath": "/~1orders~1{id}", "HttpMethod": "GET", "LoggingLevel": "OFF", "DataTraceEnabled": false, "ThrottlingRateLimit": 5}]}],
        "Firewall": ["AWS::WAFv2::WebACLAssociation", {"WebACLArn": "arn:aws:wafv2:eu-west-1:1:regional/webacl/a/1",
            "ResourceArn": {"Sub": ["arn:aws:apigateway:any-region::/restapis/{}/stages/prod", {"Ref": "Api"}]}}],
        "Domain": ["AWS::ApiGateway::DomainName", {"DomainName": "shop.example.com", "RegionalCertificateArn": "arn:aws:acm:eu-west-1:1:certificate/1",
            "EndpointConfiguration": {"Types": ["REGIONAL"]}, "MutualTlsAuthentication": {"TruststoreUri": "s3://trust/store.pem"}}],
        "Mapping": ["AWS::ApiGateway::BasePathMapping", {"DomainName": {"Ref": "Domain"}, "RestApiId": {"Ref": "Api"}, "Stage": "prod"}],
    })
}

/// An HTTP API on a private way, and a REST API that crosses a network load balancer.
fn private_apis() -> Json {
    json!({
        "Shop": ["AWS::ApiGatewayV2::Api", {"Name": "shop", "ProtocolType": "HTTP", "CorsConfiguration": {"AllowOrigins": ["https://*"],
            "AllowMethods": ["GET"], "AllowCredentials": true}}],
        "LinkGroup": ["AWS::EC2::SecurityGroup", {"VpcId": {"Ref": "Vpc"}, "GroupDescription": "link"}],
        "Link": ["AWS::ApiGatewayV2::VpcLink", {"Name": "link", "SubnetIds": [{"Ref": "SubnetA"}], "SecurityGroupIds": [{"Ref": "LinkGroup"}]}],
        "Token": ["AWS::ApiGatewayV2::Authorizer", {"ApiId": {"Ref": "Shop"}, "AuthorizerType": "JWT", "Name": "token",
            "JwtConfiguration": {"Issuer": "https://id.example.com", "Audience": ["shop"]}}],
        "Integration": ["AWS::ApiGatewayV2::Integration", {"ApiId": {"Ref": "Shop"}, "IntegrationType": "HTTP_PROXY", "IntegrationMethod": "ANY",
            "ConnectionType": "VPC_LINK", "ConnectionId": {"Ref": "Link"}, "IntegrationUri": {"Ref": "Listener"}, "PayloadFormatVersion": "1.0"}],
        "Orders": ["AWS::ApiGatewayV2::Route", {"ApiId": {"Ref": "Shop"}, "RouteKey": "GET /orders", "AuthorizationType": "JWT",
            "AuthorizerId": {"Ref": "Token"}, "Target": {"Sub": ["integrations/{}", {"Ref": "Integration"}]}}],
        "Live": ["AWS::ApiGatewayV2::Stage", {"ApiId": {"Ref": "Shop"}, "StageName": "$default", "AutoDeploy": true,
            "DefaultRouteSettings": {"ThrottlingRateLimit": 100}, "RouteSettings": {"GET /orders": {"ThrottlingRateLimit": 5}}}],
        "Nlb": ["AWS::ElasticLoadBalancingV2::LoadBalancer", {"Type": "network", "Scheme": "internal", "Subnets": [{"Ref": "SubnetA"}]}],
        "NlbGroup": ["AWS::ElasticLoadBalancingV2::TargetGroup", {"VpcId": {"Ref": "Vpc"}, "Port": 80, "Protocol": "TCP", "TargetType": "alb",
            "Targets": [{"Id": {"Ref": "Balancer"}, "Port": 80}]}],
        "NlbListener": ["AWS::ElasticLoadBalancingV2::Listener", {"LoadBalancerArn": {"Ref": "Nlb"}, "Port": 80, "Protocol": "TCP",
            "DefaultActions": [{"Type": "forward", "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": {"Ref": "NlbGroup"}}]}}]}],
        "OldLink": ["AWS::ApiGateway::VpcLink", {"Name": "old", "TargetArns": [{"Ref": "Nlb"}]}],
        "Old": ["AWS::ApiGateway::RestApi", {"Name": "old", "EndpointConfiguration": {"Types": ["REGIONAL"]}}],
        "Any": ["AWS::ApiGateway::Method", {"RestApiId": {"Ref": "Old"}, "ResourceId": {"GetAtt": "Old.RootResourceId"}, "HttpMethod": "ANY",
            "Integration": {"Type": "HTTP_PROXY", "IntegrationHttpMethod": "ANY", "Uri": "http://old.example.com/", "ConnectionType": "VPC_LINK",
            "ConnectionId": {"Ref": "OldLink"}}}],
        "OldDeployment": ["AWS::ApiGateway::Deployment", {"RestApiId": {"Ref": "Old"}, "StageName": "live"}],
        "Rule": ["AWS::ElasticLoadBalancingV2::ListenerRule", {"ListenerArn": {"Ref": "Listener"}, "Priority": 10,
            "Conditions": [{"Field": "path-pattern", "Values": ["/admin/*"]}],
            "Actions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "403"}}]}],
    })
}

/// What the other programs have none of: a shared group, a wide one, ACLs, canaries, definitions, and load balancers of every kind.
fn oddities() -> Json {
    json!({
        "Acl": ["AWS::EC2::NetworkAcl", {"VpcId": {"Ref": "Vpc"}}],
        "In": ["AWS::EC2::NetworkAclEntry", {"NetworkAclId": {"Ref": "Acl"}, "RuleNumber": 100, "Protocol": 6, "RuleAction": "allow",
            "CidrBlock": "0.0.0.0/0", "PortRange": {"From": 80, "To": 443}}],
        "Out": ["AWS::EC2::NetworkAclEntry", {"NetworkAclId": {"Ref": "Acl"}, "RuleNumber": 100, "Protocol": -1, "RuleAction": "allow",
            "Egress": true, "CidrBlock": "0.0.0.0/0"}],
        "Guard": ["AWS::EC2::SubnetNetworkAclAssociation", {"SubnetId": {"Ref": "SubnetA"}, "NetworkAclId": {"Ref": "Acl"}}],
        "Wide": ["AWS::EC2::SecurityGroupIngress", {"GroupId": {"Ref": "Tasks"}, "IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080,
            "CidrIp": "0.0.0.0/0"}],
        "Egress": ["AWS::EC2::SecurityGroupEgress", {"GroupId": {"Ref": "Front"}, "IpProtocol": "-1", "CidrIp": "10.0.0.0/16"}],
        "Office": ["AWS::EC2::PrefixList", {"PrefixListName": "office", "AddressFamily": "IPv4", "Entries": [{"Cidr": "203.0.113.0/24"}]}],
        "FromOffice": ["AWS::EC2::SecurityGroupIngress", {"GroupId": {"Ref": "Front"}, "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443,
            "SourcePrefixListId": {"Ref": "Office"}}],
        "Secure": ["AWS::ElasticLoadBalancingV2::Listener", {"LoadBalancerArn": {"Ref": "Balancer"}, "Port": 443, "Protocol": "HTTPS",
            "Certificates": [{"CertificateArn": "arn:aws:acm:eu-west-1:1:certificate/1"}], "SslPolicy": "ELBSecurityPolicy-2016-08",
            "MutualAuthentication": {"Mode": "off"}, "DefaultActions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "403"}}]}],
        "Header": ["AWS::ElasticLoadBalancingV2::ListenerRule", {"ListenerArn": {"Ref": "Secure"}, "Priority": 1, "Conditions": [
            {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Origin", "Values": ["s3cret"]}}],
            "Actions": [{"Type": "forward", "TargetGroupArn": {"Ref": "Group"}}]}],
        "Host": ["AWS::ElasticLoadBalancingV2::ListenerRule", {"ListenerArn": {"Ref": "Secure"}, "Priority": 2, "Conditions": [
            {"Field": "host-header", "Values": ["shop.example.com"]}, {"Field": "source-ip", "SourceIpConfig": {"Values": ["0.0.0.0/1"]}}],
            "Actions": [{"Type": "forward", "TargetGroupArn": {"Ref": "Group"}}]}],
        "Shield": ["AWS::WAFv2::WebACLAssociation", {"WebACLArn": "arn:aws:wafv2:eu-west-1:1:regional/webacl/a/1", "ResourceArn": {"Ref": "Balancer"}}],
        "NlbFront": ["AWS::EC2::SecurityGroup", {"VpcId": {"Ref": "Vpc"}, "GroupDescription": "nlb", "SecurityGroupIngress": [
            {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "0.0.0.0/0"}]}],
        "Nlb": ["AWS::ElasticLoadBalancingV2::LoadBalancer", {"Type": "network", "SubnetMappings": [{"SubnetId": {"Ref": "SubnetA"}}],
            "SecurityGroups": [{"Ref": "NlbFront"}], "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic": "on"}],
        "NlbGroup": ["AWS::ElasticLoadBalancingV2::TargetGroup", {"VpcId": {"Ref": "Vpc"}, "Port": 8080, "Protocol": "TCP", "TargetType": "ip",
            "TargetGroupAttributes": [{"Key": "preserve_client_ip.enabled", "Value": "false"}]}],
        "NlbListener": ["AWS::ElasticLoadBalancingV2::Listener", {"LoadBalancerArn": {"Ref": "Nlb"}, "Port": 80, "Protocol": "TCP",
            "DefaultActions": [{"Type": "forward", "TargetGroupArn": {"Ref": "NlbGroup"}}]}],
        "Other": ["AWS::ECS::Service", {"Cluster": {"Ref": "Cluster"}, "LaunchType": "FARGATE", "TaskDefinition": {"Ref": "Definition"},
            "LoadBalancers": [{"TargetGroupArn": {"Ref": "Group"}, "ContainerName": "app", "ContainerPort": 8080},
                {"TargetGroupArn": {"Ref": "NlbGroup"}, "ContainerName": "app", "ContainerPort": 8080}],
            "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": [{"Ref": "SubnetA"}], "SecurityGroups": [{"Ref": "Front"}]}}}],
        "Log": ["AWS::EC2::FlowLog", {"ResourceType": "VPC", "ResourceId": {"Ref": "Vpc"}, "TrafficType": "REJECT"}],
        "Link": ["AWS::ApiGateway::VpcLink", {"TargetArns": [{"Ref": "Nlb"}]}],
        "NewLink": ["AWS::ApiGatewayV2::VpcLink", {"SubnetIds": [{"Ref": "SubnetA"}], "SecurityGroupIds": [{"Ref": "NlbFront"}]}],
        "Defined": ["AWS::ApiGateway::RestApi", {"Body": {"openapi": "3.0.1", "x-amazon-apigateway-policy": {"Statement": [{"Effect": "Deny",
                "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}]},
            "components": {"securitySchemes": {"iam": {"type": "apiKey", "name": "Authorization", "in": "header",
                "x-amazon-apigateway-authtype": "awsSigv4"}}},
            "paths": {
                "/a": {"get": {"security": [{"iam": []}], "x-amazon-apigateway-integration": {"type": "http_proxy", "httpMethod": "GET",
                    "connectionType": "VPC_LINK", "connectionId": {"Ref": "Link"}, "uri": "http://a.example.com/",
                    "requestParameters": {"integration.request.header.X-Origin": "'s3cret'"}}}},
                "/b": {"post": {"x-amazon-apigateway-integration": {"type": "http", "httpMethod": "POST", "uri": {"Sub": ["https://{}/b",
                    {"GetAtt": "Balancer.DNSName"}]}, "tlsConfig": {"insecureSkipVerification": true}}}},
                "/c": {"get": {"x-amazon-apigateway-integration": {"type": "http_proxy", "httpMethod": "GET", "connectionType": "VPC_LINK",
                    "connectionId": {"Ref": "NewLink"}, "integrationTarget": {"Ref": "Balancer"}, "uri": "http://a.example.com/"}}}}}}],
        "Cut": ["AWS::ApiGateway::Deployment", {"RestApiId": {"Ref": "Defined"}}],
        "Canaried": ["AWS::ApiGateway::Stage", {"RestApiId": {"Ref": "Defined"}, "StageName": "prod", "DeploymentId": {"Ref": "Cut"},
            "CanarySetting": {"DeploymentId": {"Ref": "Cut"}, "PercentTraffic": 10, "StageVariableOverrides": {"a": "b"}}}],
        "Dangling": ["AWS::ApiGatewayV2::Api", {"ProtocolType": "HTTP", "Target": "https://a.example.com"}],
        "Name": ["AWS::ApiGatewayV2::DomainName", {"DomainName": "shop.example.com", "DomainNameConfigurations": [{"EndpointType": "REGIONAL",
            "CertificateArn": "arn:aws:acm:eu-west-1:1:certificate/1"}], "MutualTlsAuthentication": {"TruststoreUri": "s3://trust/store.pem"}}],
        "Mapped": ["AWS::ApiGatewayV2::ApiMapping", {"DomainName": {"Ref": "Name"}, "ApiId": {"Ref": "Defined"}, "Stage": "prod", "ApiMappingKey": "v1"}],
    })
}

fn joined(parts: &[Json]) -> Json {
    parts.iter().flat_map(|part| part.as_object().unwrap().clone()).collect::<serde_json::Map<_, _>>().into()
}

/// An API in front of a public load balancer: what must fail.
pub(super) fn public() -> Json {
    joined(&[network(), containers("internet-facing", "0.0.0.0/0"), public_api()])
}

/// Two APIs on private ways.
pub(super) fn private() -> Json {
    joined(&[network(), containers("internal", "10.0.0.0/16"), private_apis()])
}

/// Whatever else there is, beside the containers.
pub(super) fn odd() -> Json {
    joined(&[network(), containers("internet-facing", "0.0.0.0/0"), oddities()])
}

#[test]
fn a_public_load_balancer_behind_an_api_is_found_in_code() {
    let found = judged(&code(program(&public())), &pack());
    assert_eq!(*verdict(&found, "public-alb-behind-api", "/Balancer"), Verdict::Fail);
    assert_eq!(*verdict(&found, "backend-bypasses-api", "/Group"), Verdict::Fail);
    assert_eq!(*verdict(&found, "integration-not-private", "#GET /orders/{id}"), Verdict::Fail);
    assert_eq!(*verdict(&found, "unauthenticated-route", "#POST /"), Verdict::Fail);
    assert_eq!(*verdict(&found, "unauthenticated-route", "#GET /orders/{id}"), Verdict::Pass);
    assert_eq!(*verdict(&found, "api-without-access-logs", "/stages/prod"), Verdict::Pass);
    assert_eq!(*verdict(&found, "api-without-waf", "/stages/prod"), Verdict::Pass);
    assert_eq!(*verdict(&found, "default-endpoint-beside-custom-domain", "/stages/prod"), Verdict::Fail);
    assert_eq!(*verdict(&found, "task-with-public-ip", "/Service"), Verdict::Fail);
}

#[test]
fn private_ways_are_followed_in_code() {
    let found = judged(&code(program(&private())), &pack());
    assert_eq!(*verdict(&found, "public-alb-behind-api", "/Balancer"), Verdict::Pass);
    assert_eq!(*verdict(&found, "integration-not-private", "#GET /orders"), Verdict::Pass);
    assert_eq!(*verdict(&found, "unresolved-backend", "#ANY /"), Verdict::Pass);
    assert_eq!(*verdict(&found, "unresolved-backend", "#GET /orders"), Verdict::Pass);
    assert_eq!(*verdict(&found, "api-without-access-logs", "/stages/live"), Verdict::Fail);
    assert_eq!(*verdict(&found, "vpc-link-without-nlb", "/vpclinks/OldLink"), Verdict::Pass);
    assert_eq!(*verdict(&found, "nlb-without-security-group", "/Nlb"), Verdict::Fail);
}

#[test]
fn the_odd_program_fails_what_the_others_do_not() {
    let found = judged(&code(program(&odd())), &pack());
    assert_eq!(*verdict(&found, "security-group-shared-by-load-balancer-and-tasks", "/Other"), Verdict::Fail);
    assert_eq!(*verdict(&found, "privatelink-enforcement-blocks-vpc-link", "/vpclinks/Link"), Verdict::Pass);
    assert_eq!(*verdict(&found, "unverified-backend-tls", "#POST /b"), Verdict::Fail);
    assert_eq!(*verdict(&found, "integration-not-private", "#GET /c"), Verdict::Pass);
    assert_eq!(*verdict(&found, "default-endpoint-beside-custom-domain", "/restapis/Defined/stages/prod"), Verdict::Fail);
}
