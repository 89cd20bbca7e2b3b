//! Where resources have the parts that rules speak of.

use crate::iac::parts::Part;

/// The parts of a kind of resource. Where code may say one thing in several ways, each of them.
pub fn parts(kind: &str) -> &'static [Part] {
    match kind {
        "aws_lb" | "aws_alb" => &[
            ("type", &["load_balancer_type"]),
            ("scheme", &["internal"]),
            ("security_groups", &["security_groups"]),
            ("subnets", &["subnets"]),
            ("subnets", &["subnet_mapping"]),
            ("ip_address_type", &["ip_address_type"]),
            ("access_logs", &["access_logs"]),
            ("deletion_protection", &["enable_deletion_protection"]),
            ("cross_zone", &["enable_cross_zone_load_balancing"]),
            ("drop_invalid_headers", &["drop_invalid_header_fields"]),
            ("desync_mode", &["desync_mitigation_mode"]),
        ],
        "aws_lb_listener" | "aws_alb_listener" => &[
            ("port", &["port"]),
            ("protocol", &["protocol"]),
            ("ssl_policy", &["ssl_policy"]),
            ("certificates", &["certificate_arn"]),
            ("default_actions", &["default_action"]),
            ("mutual_authentication", &["mutual_authentication"]),
        ],
        "aws_lb_listener_certificate" | "aws_alb_listener_certificate" => &[("certificates", &["certificate_arn"])],
        "aws_lb_listener_rule" | "aws_alb_listener_rule" => {
            &[("priority", &["priority"]), ("conditions", &["condition"]), ("actions", &["action"])]
        }
        "aws_lb_target_group" | "aws_alb_target_group" => {
            &[("protocol", &["protocol"]), ("port", &["port"]), ("target_type", &["target_type"]), ("health_check", &["health_check"])]
        }
        "aws_lb_target_group_attachment" | "aws_alb_target_group_attachment" => &[("targets", &["target_id"])],
        "aws_ecs_service" => &[
            ("load_balancers", &["load_balancer"]),
            ("network", &["network_configuration"]),
            ("network.assign_public_ip", &["network_configuration", "assign_public_ip"]),
            ("network.security_groups", &["network_configuration", "security_groups"]),
            ("network.subnets", &["network_configuration", "subnets"]),
            ("platform_version", &["platform_version"]),
            ("enable_execute_command", &["enable_execute_command"]),
            ("desired_count", &["desired_count"]),
        ],
        "aws_ecs_task_definition" => &[
            ("containers", &["container_definitions"]),
            ("network_mode", &["network_mode"]),
            ("pid_mode", &["pid_mode"]),
            ("volumes", &["volume"]),
            ("task_role", &["task_role_arn"]),
            ("execution_role", &["execution_role_arn"]),
        ],
        "aws_ecs_cluster" => &[("settings", &["setting"]), ("configuration", &["configuration"])],
        "aws_acm_certificate" => &[("domain_name", &["domain_name"])],
        _ => of_network(kind).unwrap_or_else(|| of_api(kind)),
    }
}

fn of_network(kind: &str) -> Option<&'static [Part]> {
    Some(match kind {
        "aws_security_group" | "aws_default_security_group" => &[("rules", &["ingress"]), ("rules", &["egress"])],
        "aws_security_group_rule" => &[
            ("rules", &["cidr_blocks"]),
            ("rules", &["ipv6_cidr_blocks"]),
            ("rules", &["prefix_list_ids"]),
            ("rules", &["source_security_group_id"]),
            ("rules", &["self"]),
        ],
        "aws_vpc_security_group_ingress_rule" | "aws_vpc_security_group_egress_rule" => &[
            ("rules", &["cidr_ipv4"]),
            ("rules", &["cidr_ipv6"]),
            ("rules", &["prefix_list_id"]),
            ("rules", &["referenced_security_group_id"]),
        ],
        "aws_network_acl" | "aws_default_network_acl" => {
            &[("entries", &["ingress"]), ("entries", &["egress"]), ("subnets", &["subnet_ids"])]
        }
        "aws_network_acl_rule" => &[("entries", &["cidr_block"]), ("entries", &["ipv6_cidr_block"])],
        "aws_network_acl_association" => &[("subnets", &["subnet_id"])],
        "aws_subnet" | "aws_default_subnet" => &[
            ("map_public_ip_on_launch", &["map_public_ip_on_launch"]),
            ("assign_ipv6_address_on_creation", &["assign_ipv6_address_on_creation"]),
        ],
        "aws_vpc" => &[("cidr_block", &["cidr_block"])],
        _ => return None,
    })
}

fn of_api(kind: &str) -> &'static [Part] {
    match kind {
        "aws_api_gateway_rest_api" => &[
            ("endpoint_types", &["endpoint_configuration", "types"]),
            ("policy", &["policy"]),
            ("disable_execute_api_endpoint", &["disable_execute_api_endpoint"]),
            ("security_policy", &["security_policy"]),
            ("body", &["body"]),
        ],
        "aws_api_gateway_rest_api_policy" => &[("policy", &["policy"])],
        "aws_api_gateway_method" => &[
            ("authorization", &["authorization"]),
            ("authorizer", &["authorizer_id"]),
            ("api_key_required", &["api_key_required"]),
            ("request_validator", &["request_validator_id"]),
        ],
        "aws_api_gateway_integration" => &[
            ("integration.type", &["type"]),
            ("integration.uri", &["uri"]),
            ("integration.connection_type", &["connection_type"]),
            ("integration.connection_id", &["connection_id"]),
            ("integration.target", &["integration_target"]),
            ("integration.tls", &["tls_config"]),
        ],
        "aws_api_gateway_stage" => &[
            ("access_log", &["access_log_settings"]),
            ("variables", &["variables"]),
            ("client_certificate", &["client_certificate_id"]),
            ("tracing", &["xray_tracing_enabled"]),
            ("cache", &["cache_cluster_enabled"]),
        ],
        "aws_api_gateway_method_settings" => &[("method_settings", &["settings"])],
        "aws_wafv2_web_acl_association" => &[("web_acl", &["web_acl_arn"])],
        "aws_api_gateway_vpc_link" => &[("target_arns", &["target_arns"])],
        "aws_apigatewayv2_vpc_link" => &[("subnets", &["subnet_ids"]), ("security_groups", &["security_group_ids"])],
        "aws_apigatewayv2_api" => &[
            ("disable_execute_api_endpoint", &["disable_execute_api_endpoint"]),
            ("cors", &["cors_configuration"]),
            ("body", &["body"]),
            ("integration.uri", &["target"]),
        ],
        "aws_apigatewayv2_authorizer" => &[("authorizer.jwt", &["jwt_configuration"])],
        "aws_api_gateway_domain_name" => &[("security_policy", &["security_policy"]), ("mutual_tls", &["mutual_tls_authentication"])],
        "aws_apigatewayv2_domain_name" => {
            &[("security_policy", &["domain_name_configuration", "security_policy"]), ("mutual_tls", &["mutual_tls_authentication"])]
        }
        "aws_apigatewayv2_route" => &[
            ("authorization", &["authorization_type"]),
            ("authorizer", &["authorizer_id"]),
            ("api_key_required", &["api_key_required"]),
            ("integration", &["target"]),
        ],
        "aws_apigatewayv2_integration" => &[
            ("integration.type", &["integration_type"]),
            ("integration.uri", &["integration_uri"]),
            ("integration.connection_type", &["connection_type"]),
            ("integration.connection_id", &["connection_id"]),
            ("integration.tls", &["tls_config"]),
        ],
        "aws_apigatewayv2_stage" => &[
            ("access_log", &["access_log_settings"]),
            ("variables", &["stage_variables"]),
            ("client_certificate", &["client_certificate_id"]),
            ("method_settings", &["default_route_settings"]),
            ("method_settings", &["route_settings"]),
        ],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iac::parts::VOCABULARY;

    /// The kinds with parts, with the kinds of subject that they are parts of.
    const KINDS: [(&str, &[&str]); 33] = [
        ("aws_lb", &["load-balancer"]),
        ("aws_lb_listener", &["listener"]),
        ("aws_lb_listener_certificate", &["listener"]),
        ("aws_lb_listener_rule", &["listener-rule"]),
        ("aws_lb_target_group", &["target-group"]),
        ("aws_lb_target_group_attachment", &["target-group"]),
        ("aws_ecs_service", &["service"]),
        ("aws_ecs_task_definition", &["task-definition"]),
        ("aws_ecs_cluster", &["cluster"]),
        ("aws_acm_certificate", &["certificate"]),
        ("aws_security_group", &["security-group"]),
        ("aws_security_group_rule", &["security-group"]),
        ("aws_vpc_security_group_ingress_rule", &["security-group"]),
        ("aws_network_acl", &["network-acl"]),
        ("aws_network_acl_rule", &["network-acl"]),
        ("aws_network_acl_association", &["network-acl"]),
        ("aws_subnet", &["subnet"]),
        ("aws_vpc", &["vpc"]),
        ("aws_api_gateway_rest_api", &["api"]),
        ("aws_api_gateway_rest_api_policy", &["api"]),
        ("aws_api_gateway_method", &["route"]),
        ("aws_api_gateway_integration", &["route"]),
        ("aws_api_gateway_stage", &["stage"]),
        ("aws_api_gateway_method_settings", &["stage"]),
        ("aws_wafv2_web_acl_association", &["stage"]),
        ("aws_api_gateway_vpc_link", &["vpc-link"]),
        ("aws_apigatewayv2_vpc_link", &["vpc-link"]),
        ("aws_apigatewayv2_api", &["api", "route"]),
        ("aws_apigatewayv2_route", &["route"]),
        ("aws_apigatewayv2_stage", &["stage"]),
        ("aws_apigatewayv2_authorizer", &["api"]),
        ("aws_api_gateway_domain_name", &["domain-name"]),
        ("aws_apigatewayv2_domain_name", &["domain-name"]),
    ];

    #[test]
    fn every_part_is_in_the_vocabulary_of_its_subject() {
        for (kind, subjects) in KINDS {
            assert!(!parts(kind).is_empty(), "{kind} has no parts");
            for (part, path) in parts(kind) {
                let known = VOCABULARY.iter().any(|(subject, words)| subjects.contains(subject) && words.contains(part));
                assert!(known && !path.is_empty(), "{part} of {kind} is no part of {subjects:?}");
            }
        }
        assert!(parts("aws_iam_role").is_empty());
    }
}
