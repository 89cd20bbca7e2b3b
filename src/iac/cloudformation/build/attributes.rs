//! The attributes that load balancers and target groups have where nobody set them, as Elastic Load Balancing documents them.

use std::collections::BTreeMap;

type Pairs = &'static [(&'static str, &'static str)];

const OF_ALL: Pairs = &[("deletion_protection.enabled", "false")];
const OF_APPLICATION: Pairs = &[
    ("access_logs.s3.enabled", "false"),
    ("connection_logs.s3.enabled", "false"),
    ("client_keep_alive.seconds", "3600"),
    ("idle_timeout.timeout_seconds", "60"),
    ("load_balancing.cross_zone.enabled", "true"),
    ("routing.http.desync_mitigation_mode", "defensive"),
    ("routing.http.drop_invalid_header_fields.enabled", "false"),
    ("routing.http.preserve_host_header.enabled", "false"),
    ("routing.http.x_amzn_tls_version_and_cipher_suite.enabled", "false"),
    ("routing.http.xff_client_port.enabled", "false"),
    ("routing.http.xff_header_processing.mode", "append"),
    ("routing.http2.enabled", "true"),
    ("waf.fail_open.enabled", "false"),
    ("zonal_shift.config.enabled", "false"),
];
const OF_NETWORK: Pairs = &[
    ("access_logs.s3.enabled", "false"),
    ("dns_record.client_routing_policy", "any_availability_zone"),
    ("load_balancing.cross_zone.enabled", "false"),
    ("zonal_shift.config.enabled", "false"),
];
const OF_GROUP: Pairs = &[("deregistration_delay.timeout_seconds", "300"), ("stickiness.enabled", "false")];
const OF_HTTP_GROUP: Pairs = &[
    ("load_balancing.algorithm.type", "round_robin"),
    ("load_balancing.cross_zone.enabled", "use_load_balancer_configuration"),
    ("slow_start.duration_seconds", "0"),
];
const OF_TCP_GROUP: Pairs = &[
    ("deregistration_delay.connection_termination.enabled", "false"),
    ("load_balancing.cross_zone.enabled", "use_load_balancer_configuration"),
    ("proxy_protocol_v2.enabled", "false"),
];

/// What a load balancer has by itself.
pub(super) fn of_balancer(kind: &str, scheme: &str) -> BTreeMap<String, String> {
    let own = match kind {
        "application" => OF_APPLICATION,
        "network" => OF_NETWORK,
        _ => &[],
    };
    let mut all = owned(&[OF_ALL, own]);
    if kind != "gateway" {
        // One that is meant to be inside turns away what comes over IPv6 from an internet gateway.
        all.insert("ipv6.deny_all_igw_traffic".to_owned(), (scheme == "internal").to_string());
    }
    all
}

/// What a target group has by itself.
pub(super) fn of_group(protocol: Option<&str>, target_type: &str) -> BTreeMap<String, String> {
    let own = match (protocol, target_type) {
        // AWS lets nobody set any on these.
        (_, "alb") => return BTreeMap::new(),
        (Some("HTTP" | "HTTPS"), _) => OF_HTTP_GROUP,
        (Some(_), "ip" | "instance") => OF_TCP_GROUP,
        _ => &[],
    };
    let mut all = owned(&[OF_GROUP, own]);
    if matches!(protocol, Some("TCP" | "TLS")) {
        all.insert("preserve_client_ip.enabled".to_owned(), (target_type == "instance").to_string());
    }
    all
}

/// What was told before what is so by itself.
pub(super) fn with(mut defaults: BTreeMap<String, String>, told: BTreeMap<String, String>) -> BTreeMap<String, String> {
    defaults.extend(told);
    defaults
}

fn owned(lists: &[Pairs]) -> BTreeMap<String, String> {
    lists.iter().flat_map(|pairs| pairs.iter()).map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}
