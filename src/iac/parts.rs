//! The parts of a resource's code by the names that inventories give them, so that a rule names one word for all languages.

use super::code::Language;

/// A part and where code has it: the attributes from the outside in, of nested blocks the first one.
pub type Part = (&'static str, &'static [&'static str]);

/// The parts of a kind of resource.
pub fn parts(language: Language, kind: &str) -> &'static [Part] {
    match language {
        Language::Terraform => super::terraform::parts::parts(kind),
        Language::CloudFormation => super::cloudformation::parts::parts(kind),
    }
}

/// Every part that code may have, by the kind of subject it is a part of.
pub const VOCABULARY: &[(&str, &[&str])] = &[
    (
        "load-balancer",
        &[
            "type",
            "scheme",
            "security_groups",
            "subnets",
            "ip_address_type",
            "attributes",
            "access_logs",
            "deletion_protection",
            "cross_zone",
            "drop_invalid_headers",
            "desync_mode",
        ],
    ),
    ("listener", &["port", "protocol", "ssl_policy", "certificates", "default_actions", "mutual_authentication"]),
    ("listener-rule", &["priority", "conditions", "actions"]),
    ("target-group", &["protocol", "port", "target_type", "health_check", "targets"]),
    ("security-group", &["rules"]),
    ("network-acl", &["entries", "subnets"]),
    ("subnet", &["map_public_ip_on_launch", "assign_ipv6_address_on_creation"]),
    ("vpc", &["cidr_block"]),
    (
        "route",
        &[
            "authorization",
            "authorizer",
            "api_key_required",
            "request_validator",
            "integration",
            "integration.type",
            "integration.uri",
            "integration.connection_type",
            "integration.connection_id",
            "integration.target",
            "integration.tls",
        ],
    ),
    ("stage", &["access_log", "web_acl", "variables", "client_certificate", "method_settings", "tracing", "cache"]),
    ("api", &["endpoint_types", "policy", "disable_execute_api_endpoint", "body", "security_policy", "cors", "authorizer.jwt"]),
    ("domain-name", &["security_policy", "mutual_tls"]),
    ("vpc-link", &["target_arns", "subnets", "security_groups"]),
    (
        "service",
        &[
            "load_balancers",
            "network",
            "network.assign_public_ip",
            "network.security_groups",
            "network.subnets",
            "platform_version",
            "enable_execute_command",
            "desired_count",
        ],
    ),
    ("task-definition", &["containers", "network_mode", "pid_mode", "volumes", "task_role", "execution_role"]),
    ("cluster", &["settings", "configuration"]),
    ("certificate", &["domain_name"]),
];
