//! The sample programs.

use serde_json::{Value as Json, json};

use super::code;
use crate::iac::code::Code;

type Resources = Vec<(&'static str, Json)>;

/// A VPC with two public subnets.
pub(super) fn network() -> Resources {
    vec![
        ("aws_vpc.main", json!({"cidr_block": "10.0.0.0/16", "ipv6_cidr_block": null, "tags": {"Name": "main"}})),
        ("aws_internet_gateway.main", json!({"vpc_id": "=aws_vpc.main.id"})),
        ("aws_subnet.a", json!({"vpc_id": "=aws_vpc.main.id", "cidr_block": "10.0.1.0/24", "availability_zone": "eu-west-1a"})),
        ("aws_subnet.b", json!({"vpc_id": "=aws_vpc.main.id", "cidr_block": "10.0.2.0/24", "availability_zone": "eu-west-1b"})),
        (
            "aws_route_table.public",
            json!({"vpc_id": "=aws_vpc.main.id", "route": [{"cidr_block": "0.0.0.0/0", "gateway_id": "=aws_internet_gateway.main.id"}]}),
        ),
        ("aws_route_table_association.a", json!({"subnet_id": "=aws_subnet.a.id", "route_table_id": "=aws_route_table.public.id"})),
        ("aws_route_table_association.b", json!({"subnet_id": "=aws_subnet.b.id", "route_table_id": "=aws_route_table.public.id"})),
    ]
}

/// A load balancer with an HTTP listener before an ECS service, its groups with rules of each kind.
pub(super) fn balancer(internal: bool) -> Resources {
    let mut all = network();
    all.extend([
        (
            "aws_security_group.lb",
            json!({"name": "lb", "vpc_id": "=aws_vpc.main.id",
                "ingress": [{"protocol": "tcp", "from_port": 80, "to_port": 80, "cidr_blocks": ["0.0.0.0/0"]}]}),
        ),
        ("aws_security_group.tasks", json!({"name": "tasks", "vpc_id": "=aws_vpc.main.id"})),
        (
            "aws_security_group_rule.out",
            json!({"type": "egress", "security_group_id": "=aws_security_group.lb.id", "protocol": "-1", "from_port": 0, "to_port": 0,
                "cidr_blocks": ["0.0.0.0/0"]}),
        ),
        (
            "aws_vpc_security_group_ingress_rule.tasks",
            json!({"security_group_id": "=aws_security_group.tasks.id", "ip_protocol": "tcp", "from_port": 8080, "to_port": 8080,
                "referenced_security_group_id": "=aws_security_group.lb.id"}),
        ),
        (
            "aws_lb.web",
            json!({"name": "web", "internal": internal, "load_balancer_type": "application",
                "security_groups": ["=aws_security_group.lb.id"], "subnets": ["=aws_subnet.a.id", "=aws_subnet.b.id"]}),
        ),
        (
            "aws_lb_target_group.web",
            json!({"name": "web", "port": 8080, "protocol": "HTTP", "target_type": "ip", "vpc_id": "=aws_vpc.main.id",
                "health_check": [{"path": "/health", "matcher": "200"}]}),
        ),
        (
            "aws_lb_listener.web",
            json!({"load_balancer_arn": "=aws_lb.web.arn", "port": 80, "protocol": "HTTP",
                "default_action": [{"type": "forward", "target_group_arn": "=aws_lb_target_group.web.arn"}]}),
        ),
        (
            "aws_lb_listener_rule.old",
            json!({"listener_arn": "=aws_lb_listener.web.arn", "priority": 10,
                "condition": [{"path_pattern": [{"values": ["/old/*"]}]}, {"http_header": [{"http_header_name": "X-Verify", "values": ["s3cret"]}]}],
                "action": [{"type": "redirect", "redirect": [{"status_code": "HTTP_301", "protocol": "HTTPS"}]}]}),
        ),
        (
            "aws_ecs_cluster.main",
            json!({"name": "main", "setting": [{"name": "containerInsights", "value": "enabled"}], "configuration": [
                {"execute_command_configuration": [{"logging": "OVERRIDE", "log_configuration": [{"s3_bucket_name": "exec"}]}]}]}),
        ),
        (
            "aws_ecs_task_definition.worker",
            json!({"family": "worker", "network_mode": "bridge", "pid_mode": "task", "task_role_arn": "worker", "execution_role_arn": "start",
                "runtime_platform": [{"operating_system_family": "LINUX"}],
                "volume": [{"name": "data", "efs_volume_configuration": [{"file_system_id": "fs-1", "transit_encryption": "ENABLED",
                    "authorization_config": [{"iam": "ENABLED"}]}]}],
                "container_definitions": [{"name": "app", "image": "app:1", "user": "1000", "readonlyRootFilesystem": true,
                    "environment": [{"name": "LEVEL", "value": "info"}],
                    "logConfiguration": {"logDriver": "awslogs", "options": {"mode": "non-blocking"}}}]}),
        ),
        (
            "aws_ecs_task_definition.web",
            json!({"family": "web", "network_mode": "awsvpc", "container_definitions":
                "[{\"name\":\"app\",\"image\":\"app:1\",\"portMappings\":[{\"containerPort\":8080}],\"environment\":[{\"name\":\"TOKEN\",\"value\":\"s3cret\"}]}]"}),
        ),
        (
            "aws_ecs_service.web",
            json!({"name": "web", "cluster": "=aws_ecs_cluster.main.id", "task_definition": "=aws_ecs_task_definition.web.arn",
                "desired_count": 2, "launch_type": "FARGATE", "platform_version": "1.4.0", "enable_execute_command": true,
                "load_balancer": [{"target_group_arn": "=aws_lb_target_group.web.arn", "container_name": "app", "container_port": 8080}],
                "network_configuration": [{"subnets": ["=aws_subnet.a.id"], "security_groups": ["=aws_security_group.tasks.id"],
                    "assign_public_ip": true}]}),
        ),
    ]);
    all
}

/// A REST API whose integration is the public URL of the load balancer.
pub(super) fn public() -> Resources {
    let mut all = balancer(false);
    all.extend(rest(
        json!({"type": "HTTP_PROXY", "integration_http_method": "ANY", "uri": "http://=aws_lb.web.dns_name/${stageVariables.base}/{proxy}",
        "request_parameters": {"integration.request.header.X-Verify": "'s3cret'"}}),
    ));
    all
}

/// A REST API through a VPC link V2, before an internal load balancer.
pub(super) fn private() -> Resources {
    let mut all = balancer(true);
    all.push((
        "aws_security_group.link",
        json!({"name": "link", "vpc_id": "=aws_vpc.main.id", "egress": [
        {"protocol": "tcp", "from_port": 80, "to_port": 80, "security_groups": ["=aws_security_group.lb.id"]}]}),
    ));
    all.push((
        "aws_apigatewayv2_vpc_link.web",
        json!({"name": "web", "subnet_ids": ["=aws_subnet.a.id"],
        "security_group_ids": ["=aws_security_group.link.id"]}),
    ));
    all.extend(rest(json!({"type": "HTTP_PROXY", "integration_http_method": "ANY", "uri": "http://web.internal/{proxy}",
        "connection_type": "VPC_LINK", "connection_id": "=aws_apigatewayv2_vpc_link.web.id", "integration_target": "=aws_lb.web.arn"})));
    all
}

fn rest(mut integration: Json) -> Resources {
    for (name, value) in [
        ("rest_api_id", "=aws_api_gateway_rest_api.shop.id"),
        ("resource_id", "=aws_api_gateway_resource.proxy.id"),
        ("http_method", "=aws_api_gateway_method.any.http_method"),
    ] {
        integration[name] = json!(value);
    }
    vec![
        ("aws_api_gateway_rest_api.shop", json!({"name": "shop", "endpoint_configuration": [{"types": ["REGIONAL"]}]})),
        (
            "aws_api_gateway_resource.proxy",
            json!({"rest_api_id": "=aws_api_gateway_rest_api.shop.id", "parent_id": "=aws_api_gateway_rest_api.shop.root_resource_id",
                "path_part": "{proxy+}"}),
        ),
        (
            "aws_api_gateway_authorizer.pool",
            json!({"rest_api_id": "=aws_api_gateway_rest_api.shop.id", "name": "pool", "type": "COGNITO_USER_POOLS",
                "provider_arns": ["arn:aws:cognito-idp:eu-west-1:1:userpool/x"]}),
        ),
        (
            "aws_api_gateway_method.any",
            json!({"rest_api_id": "=aws_api_gateway_rest_api.shop.id", "resource_id": "=aws_api_gateway_resource.proxy.id",
                "http_method": "ANY", "authorization": "COGNITO_USER_POOLS", "authorizer_id": "=aws_api_gateway_authorizer.pool.id",
                "api_key_required": false}),
        ),
        ("aws_api_gateway_integration.any", integration),
        ("aws_api_gateway_deployment.now", json!({"rest_api_id": "=aws_api_gateway_rest_api.shop.id"})),
        (
            "aws_api_gateway_stage.prod",
            json!({"rest_api_id": "=aws_api_gateway_rest_api.shop.id", "stage_name": "prod", "deployment_id": "=aws_api_gateway_deployment.now.id",
                "variables": {"base": "v1", "token": "s3cret"},
                "access_log_settings": [{"destination_arn": "arn:aws:logs:eu-west-1:1:log-group:x"}]}),
        ),
        (
            "aws_api_gateway_method_settings.all",
            json!({"rest_api_id": "=aws_api_gateway_rest_api.shop.id", "stage_name": "prod", "method_path": "*/*",
                "settings": [{"logging_level": "INFO", "data_trace_enabled": false, "throttling_rate_limit": 100, "throttling_burst_limit": 50}]}),
        ),
        (
            "aws_api_gateway_method_settings.any",
            json!({"rest_api_id": "=aws_api_gateway_rest_api.shop.id", "stage_name": "prod", "method_path": "{proxy+}/ANY",
                "settings": [{"logging_level": "OFF", "data_trace_enabled": false, "throttling_rate_limit": -1}]}),
        ),
        (
            "aws_wafv2_web_acl_association.prod",
            json!({"resource_arn": "=aws_api_gateway_stage.prod.arn", "web_acl_arn": "arn:aws:wafv2:eu-west-1:1:regional/webacl/x/1"}),
        ),
        ("aws_api_gateway_domain_name.shop", json!({"domain_name": "shop.example.com", "regional_certificate_arn": "arn:aws:acm:x"})),
        (
            "aws_api_gateway_base_path_mapping.shop",
            json!({"domain_name": "=aws_api_gateway_domain_name.shop.domain_name", "api_id": "=aws_api_gateway_rest_api.shop.id",
                "stage_name": "prod"}),
        ),
    ]
}

/// An HTTP API through a VPC link to a listener, and a quick one beside it.
pub(super) fn http() -> Resources {
    let mut all = balancer(true);
    all.extend([
        ("aws_security_group.link", json!({"name": "link", "vpc_id": "=aws_vpc.main.id"})),
        (
            "aws_apigatewayv2_vpc_link.web",
            json!({"name": "web", "subnet_ids": ["=aws_subnet.a.id"], "security_group_ids": ["=aws_security_group.link.id"]}),
        ),
        ("aws_apigatewayv2_api.shop", json!({"name": "shop", "protocol_type": "HTTP"})),
        (
            "aws_apigatewayv2_integration.web",
            json!({"api_id": "=aws_apigatewayv2_api.shop.id", "integration_type": "HTTP_PROXY", "integration_method": "ANY",
                "connection_type": "VPC_LINK", "connection_id": "=aws_apigatewayv2_vpc_link.web.id",
                "integration_uri": "=aws_lb_listener.web.arn"}),
        ),
        (
            "aws_apigatewayv2_route.orders",
            json!({"api_id": "=aws_apigatewayv2_api.shop.id", "route_key": "GET /orders",
                "target": "integrations/=aws_apigatewayv2_integration.web.id"}),
        ),
        (
            "aws_apigatewayv2_stage.default",
            json!({"api_id": "=aws_apigatewayv2_api.shop.id", "name": "$default", "auto_deploy": true,
                "default_route_settings": [{"throttling_rate_limit": 100, "throttling_burst_limit": 50}]}),
        ),
        ("aws_apigatewayv2_api.quick", json!({"name": "quick", "protocol_type": "HTTP", "target": "https://example.com"})),
    ]);
    all
}

/// A REST API through a VPC link V1, a network load balancer and the application load balancer behind it.
pub(super) fn chained() -> Resources {
    let mut all = balancer(true);
    all.extend([
        ("aws_lb.front", json!({"name": "front", "internal": true, "load_balancer_type": "network", "subnets": ["=aws_subnet.a.id"]})),
        (
            "aws_lb_target_group.web_lb",
            json!({"name": "web-lb", "port": 80, "protocol": "TCP", "target_type": "alb", "vpc_id": "=aws_vpc.main.id"}),
        ),
        (
            "aws_lb_target_group_attachment.web_lb",
            json!({"target_group_arn": "=aws_lb_target_group.web_lb.arn", "target_id": "=aws_lb.web.arn", "port": 80}),
        ),
        (
            "aws_lb_listener.front",
            json!({"load_balancer_arn": "=aws_lb.front.arn", "port": 80, "protocol": "TCP",
                "default_action": [{"type": "forward", "target_group_arn": "=aws_lb_target_group.web_lb.arn"}]}),
        ),
        ("aws_api_gateway_vpc_link.web", json!({"name": "web", "target_arns": ["=aws_lb.front.arn"]})),
    ]);
    all.extend(rest(json!({"type": "HTTP_PROXY", "integration_http_method": "ANY", "uri": "http://web.internal/{proxy}",
        "connection_type": "VPC_LINK", "connection_id": "=aws_api_gateway_vpc_link.web.id"})));
    all
}

/// The public API once more, in a network of many parts: ACLs, routes of their own, what comes with a VPC, prefix lists.
pub(super) fn walled() -> Resources {
    let mut all = public();
    all.retain(|(address, _)| *address != "aws_security_group_rule.out");
    all.extend([
        ("aws_flow_log.main", json!({"vpc_id": "=aws_vpc.main.id", "traffic_type": "ALL"})),
        (
            "aws_network_acl.public",
            json!({"vpc_id": "=aws_vpc.main.id", "subnet_ids": ["=aws_subnet.a.id"],
                "egress": [{"rule_no": 100, "action": "allow", "protocol": "-1", "cidr_block": "0.0.0.0/0", "from_port": 0, "to_port": 0}]}),
        ),
        (
            "aws_network_acl_rule.web",
            json!({"network_acl_id": "=aws_network_acl.public.id", "rule_number": 100, "egress": false, "protocol": "tcp",
                "rule_action": "allow", "cidr_block": "0.0.0.0/0", "from_port": 80, "to_port": 80}),
        ),
        ("aws_network_acl_association.b", json!({"network_acl_id": "=aws_network_acl.public.id", "subnet_id": "=aws_subnet.b.id"})),
        (
            "aws_default_network_acl.main",
            json!({"default_network_acl_id": "=aws_vpc.main.default_network_acl_id", "subnet_ids": []}),
        ),
        ("aws_default_security_group.main", json!({"vpc_id": "=aws_vpc.main.id"})),
        ("aws_default_route_table.main", json!({"default_route_table_id": "=aws_vpc.main.default_route_table_id"})),
        ("aws_route_table.inside", json!({"vpc_id": "=aws_vpc.main.id"})),
        ("aws_subnet.inside", json!({"vpc_id": "=aws_vpc.main.id", "cidr_block": "10.0.9.0/24"})),
        ("aws_route_table_association.inside", json!({"subnet_id": "=aws_subnet.inside.id", "route_table_id": "=aws_route_table.inside.id"})),
        ("aws_nat_gateway.out", json!({"subnet_id": "=aws_subnet.a.id"})),
        (
            "aws_route.nat",
            json!({"route_table_id": "=aws_route_table.inside.id", "destination_cidr_block": "0.0.0.0/0",
                "nat_gateway_id": "=aws_nat_gateway.out.id"}),
        ),
        ("aws_ec2_managed_prefix_list.office", json!({"name": "office", "address_family": "IPv4", "entry": [{"cidr": "192.0.2.0/24"}]})),
        (
            "aws_ec2_managed_prefix_list_entry.home",
            json!({"prefix_list_id": "=aws_ec2_managed_prefix_list.office.id", "cidr": "198.51.100.0/24"}),
        ),
        (
            "aws_security_group_rule.out",
            json!({"type": "egress", "security_group_id": "=aws_security_group.lb.id", "protocol": "tcp", "from_port": 8080, "to_port": 8080,
                "source_security_group_id": "=aws_security_group.tasks.id"}),
        ),
        (
            "aws_security_group.office",
            json!({"name": "office", "vpc_id": "=aws_vpc.main.id", "ingress": [{"protocol": "tcp", "from_port": 443, "to_port": 443,
                "prefix_list_ids": ["=aws_ec2_managed_prefix_list.office.id"]}]}),
        ),
        (
            "aws_lb.office",
            json!({"name": "office", "internal": false, "load_balancer_type": "network", "ip_address_type": "ipv4",
                "security_groups": ["=aws_security_group.office.id"], "subnet_mapping": [{"subnet_id": "=aws_subnet.a.id"}, {"subnet_id": "=aws_subnet.inside.id"}]}),
        ),
        (
            "aws_lb_target_group.office",
            json!({"name": "office", "port": 8080, "protocol": "TCP", "target_type": "ip", "vpc_id": "=aws_vpc.main.id", "preserve_client_ip": "true"}),
        ),
        (
            "aws_lb_listener.office",
            json!({"load_balancer_arn": "=aws_lb.office.arn", "port": 443, "protocol": "TLS", "ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
                "certificate_arn": "arn:aws:acm:x", "default_action": [{"type": "forward", "forward": [{"target_group": [
                    {"arn": "=aws_lb_target_group.office.arn", "weight": 1}, {"arn": "=aws_lb_target_group.spare.arn", "weight": 0}]}]}]}),
        ),
    ]);
    let spare = (
        "aws_lb_target_group.spare",
        json!({"name": "spare", "port": 8080, "protocol": "TCP", "target_type": "ip", "vpc_id": "=aws_vpc.main.id"}),
    );
    all.insert(0, spare);
    let vpc = all.iter().position(|(address, _)| *address == "aws_vpc.main").unwrap_or_default();
    all.swap(0, vpc);
    all
}

/// An HTTP API that a document describes.
pub(super) fn described() -> Resources {
    let body = json!({"openapi": "3.0.1", "paths": {"/a": {"get": {"security": [{"pool": []}], "x-amazon-apigateway-integration":
        {"type": "http_proxy", "connectionType": "INTERNET", "httpMethod": "GET", "uri": "https://a.example.com"}}}},
        "components": {"securitySchemes": {"pool": {"type": "oauth2", "x-amazon-apigateway-authorizer": {"type": "jwt",
            "jwtConfiguration": {"issuer": "https://i", "audience": ["x"]}}}}}});
    vec![
        (
            "aws_apigatewayv2_api.doc",
            json!({"name": "doc", "protocol_type": "HTTP", "body": body.to_string(), "disable_execute_api_endpoint": true,
                "cors_configuration": [{"allow_origins": ["https://*"], "allow_credentials": true}]}),
        ),
        (
            "aws_apigatewayv2_authorizer.own",
            json!({"api_id": "=aws_apigatewayv2_api.doc.id", "name": "own", "authorizer_type": "JWT",
                "jwt_configuration": [{"issuer": "https://i", "audience": ["x"]}]}),
        ),
        (
            "aws_apigatewayv2_integration.own",
            json!({"api_id": "=aws_apigatewayv2_api.doc.id", "integration_type": "HTTP_PROXY", "integration_method": "GET",
                "integration_uri": "http://b.example.com", "request_parameters": {"append:header.X-Verify": "s3cret"}}),
        ),
        (
            "aws_apigatewayv2_route.own",
            json!({"api_id": "=aws_apigatewayv2_api.doc.id", "route_key": "POST /b", "authorization_type": "JWT",
                "authorizer_id": "=aws_apigatewayv2_authorizer.own.id", "target": "integrations/=aws_apigatewayv2_integration.own.id"}),
        ),
        ("aws_apigatewayv2_deployment.d", json!({"api_id": "=aws_apigatewayv2_api.doc.id"})),
        (
            "aws_apigatewayv2_stage.live",
            json!({"api_id": "=aws_apigatewayv2_api.doc.id", "name": "live", "deployment_id": "=aws_apigatewayv2_deployment.d.id",
                "stage_variables": {"x": "y"}, "access_log_settings": [{"destination_arn": "arn:aws:logs:x"}]}),
        ),
        (
            "aws_apigatewayv2_domain_name.doc",
            json!({"domain_name": "doc.example.com", "domain_name_configuration": [{"certificate_arn": "arn:aws:acm:z", "endpoint_type": "REGIONAL",
                "security_policy": "TLS_1_2"}], "mutual_tls_authentication": [{"truststore_uri": "s3://x/y"}]}),
        ),
        (
            "aws_apigatewayv2_api_mapping.doc",
            json!({"api_id": "=aws_apigatewayv2_api.doc.id", "domain_name": "=aws_apigatewayv2_domain_name.doc.id",
                "stage": "=aws_apigatewayv2_stage.live.id"}),
        ),
    ]
}

/// All of them, by name.
pub(super) fn all() -> Vec<(&'static str, Code)> {
    let each = [
        ("public", public()),
        ("private", private()),
        ("http", http()),
        ("chained", chained()),
        ("walled", walled()),
        ("described", described()),
    ];
    each.into_iter().map(|(name, resources)| (name, code(&resources))).collect()
}
