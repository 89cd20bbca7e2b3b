//! An account of any size.

use std::collections::BTreeMap;

use apiaudit::inventory::snapshot::{FORMAT, VERSION};
use apiaudit::inventory::{
    Account, Action, Api, Configuration, HealthCheck, Integration, Inventory, Listed, Listener, LoadBalancer, Observed, Peer, Protocol,
    Region, Route, SecurityGroup, SecurityGroupRule, Stage, Target, TargetGroup, WeightedTargetGroup, Zone,
};

const ARN: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012";

/// An account with `size` load balancers, each behind a route of an API.
pub(crate) fn account(size: usize) -> Inventory {
    // The network that the load balancers stand in, as a snapshot spells it.
    let network = r#"{"name": "eu-west-1",
        "vpcs": [{"id": "vpc-1", "cidr_blocks": ["10.0.0.0/8"]}],
        "subnets": [{"id": "subnet-1", "vpc_id": "vpc-1", "cidr_block": "10.0.0.0/8", "internet_gateway_block_mode": "off"}],
        "route_tables": [{"id": "rtb-1", "vpc_id": "vpc-1", "main": true, "routes": [
            {"destination": "0.0.0.0/0", "target": "igw-1", "state": "active"},
            {"destination": "10.0.0.0/8", "target": "local", "state": "active"}]}],
        "network_acls": [{"id": "acl-1", "vpc_id": "vpc-1", "is_default": true, "subnet_ids": ["subnet-1"], "entries": [
            {"egress": false, "rule_number": 100, "action": "allow", "protocol": "-1", "cidr_block": "0.0.0.0/0"},
            {"egress": true, "rule_number": 100, "action": "allow", "protocol": "-1", "cidr_block": "0.0.0.0/0"}]}],
        "domain_names": [], "certificates": []}"#;
    let network: Region = serde_json::from_str(network).unwrap_or_default();
    let region = Region {
        rest_apis: Listed::from((0..size.div_ceil(10)).map(|number| api(number, size)).collect::<Vec<_>>()),
        http_apis: Vec::new().into(),
        vpc_links_v1: Vec::new().into(),
        vpc_links_v2: Vec::new().into(),
        load_balancers: (0..size).map(balancer).collect::<Vec<_>>().into(),
        target_groups: (0..size).map(group).collect::<Vec<_>>().into(),
        security_groups: (0..size).map(security_group).collect::<Vec<_>>().into(),
        prefix_lists: Vec::new().into(),
        network_interfaces: Vec::new().into(),
        addresses: Vec::new().into(),
        ssl_policies: Vec::new().into(),
        clusters: Vec::new().into(),
        ..network
    };
    Inventory {
        format: FORMAT.to_owned(),
        version: VERSION,
        tool_version: String::new(),
        taken_at: "2026-11-22T00:00:00Z".to_owned(),
        account: Observed::Known(Account { id: "123456789012".to_owned(), partition: "aws".to_owned(), caller_arn: None }),
        regions: vec![region],
        skipped_regions: Vec::new(),
        code: None,
    }
}

fn dns(number: usize) -> String {
    format!("lb{number}-{number:010}.eu-west-1.elb.amazonaws.com")
}

fn balancer_arn(number: usize) -> String {
    format!("{ARN}:loadbalancer/app/lb{number}/{number:016x}")
}

fn group_arn(number: usize) -> String {
    format!("{ARN}:targetgroup/tg{number}/{number:016x}")
}

fn api(number: usize, size: usize) -> Api {
    let routes = (number * 10..size.min(number * 10 + 10)).map(route).collect();
    Api {
        cors: Observed::default(),
        id: format!("api{number:07}"),
        name: format!("api {number}"),
        protocol: Protocol::Rest,
        endpoint_types: vec!["REGIONAL".to_owned()],
        vpc_endpoint_ids: Vec::new(),
        policy: None,
        disable_execute_api_endpoint: false,
        security_policy: None,
        endpoint_access_mode: None,
        api_key_source: None,
        status: None,
        tags: BTreeMap::new(),
        working_copy: Observed::default(),
        authorizers: Vec::new().into(),
        stages: vec![Stage {
            secret_variables: Listed::default(),
            name: "prod".to_owned(),
            deployment_id: Some(format!("d{number}")),
            auto_deploy: false,
            variables: BTreeMap::new(),
            canary: None,
            method_settings: BTreeMap::new(),
            unread_settings: Vec::new(),
            access_log: None,
            client_certificate_id: None,
            web_acl_arn: None,
            tracing_enabled: false,
            cache_cluster_enabled: false,
            tags: BTreeMap::new(),
            deployed: Observed::Known(Configuration { routes }),
            canary_deployed: Observed::Absent,
        }]
        .into(),
    }
}

fn route(number: usize) -> Route {
    let integration = Integration {
        kind: "HTTP_PROXY".to_owned(),
        connection_id: Observed::Absent,
        target: Observed::Absent,
        uri: Observed::Known(format!("http://{}/items", dns(number))),
        ..Integration::default()
    };
    Route {
        path: format!("/r{number}"),
        method: "GET".to_owned(),
        resource_id: None,
        authorization: Observed::Known(if number.is_multiple_of(2) { "NONE" } else { "AWS_IAM" }.to_owned()),
        authorizer: None,
        authorization_scopes: Vec::new(),
        api_key_required: false,
        request_validator: None,
        integration: Observed::Known(integration),
    }
}

fn balancer(number: usize) -> LoadBalancer {
    let arn = balancer_arn(number);
    LoadBalancer {
        name: format!("lb{number}"),
        dns_name: dns(number),
        kind: "application".to_owned(),
        scheme: Some(if number.is_multiple_of(3) { "internet-facing" } else { "internal" }.to_owned()),
        ip_address_type: Some("ipv4".to_owned()),
        vpc_id: Some("vpc-1".to_owned()),
        state: Some("active".to_owned()),
        zones: vec![Zone { zone: "eu-west-1a".to_owned(), subnet_id: Some("subnet-1".to_owned()), ..Zone::default() }],
        security_groups: vec![format!("sg-{number:017x}")],
        enforce_private_link: None,
        attributes: Observed::Known(BTreeMap::from([("deletion_protection.enabled".to_owned(), "false".to_owned())])),
        listeners: vec![listener(number)].into(),
        web_acl_arn: Observed::Absent,
        tags: Observed::default(),
        arn,
    }
}

fn listener(number: usize) -> Listener {
    let forward = Action {
        kind: "forward".to_owned(),
        target_groups: vec![WeightedTargetGroup { arn: group_arn(number), weight: 1 }],
        ..Action::default()
    };
    Listener {
        arn: format!("{ARN}:listener/app/lb{number}/{number:016x}/{number:016x}"),
        port: Some(80),
        protocol: Some("HTTP".to_owned()),
        ssl_policy: None,
        certificate_arns: Vec::new(),
        extra_certificates: Vec::new().into(),
        mutual_authentication: None,
        default_actions: vec![forward],
        rules: Vec::new().into(),
    }
}

fn security_group(number: usize) -> SecurityGroup {
    let rule = |peer| SecurityGroupRule {
        egress: false,
        protocol: "tcp".to_owned(),
        from_port: Some(80),
        to_port: Some(80),
        peer,
        id: None,
        description: None,
    };
    let world = if number.is_multiple_of(2) { "0.0.0.0/0" } else { "10.0.0.0/8" };
    SecurityGroup {
        id: format!("sg-{number:017x}"),
        name: format!("lb{number}"),
        vpc_id: Some("vpc-1".to_owned()),
        owner_id: None,
        rules: vec![rule(Peer::CidrIpv4(world.to_owned())), rule(Peer::CidrIpv4("198.51.100.0/24".to_owned()))],
        tags: BTreeMap::new(),
    }
}

fn group(number: usize) -> TargetGroup {
    let state = if number.is_multiple_of(7) { "unhealthy" } else { "healthy" };
    let target = Target {
        id: format!("10.{}.{}.{}", number >> 16, number >> 8 & 255, number & 255),
        port: Some(8080),
        zone: None,
        state: state.to_owned(),
        reason: None,
        description: None,
    };
    TargetGroup {
        arn: group_arn(number),
        name: format!("tg{number}"),
        protocol: Some("HTTP".to_owned()),
        protocol_version: Some("HTTP1".to_owned()),
        port: Some(8080),
        target_type: "ip".to_owned(),
        ip_address_type: Some("ipv4".to_owned()),
        vpc_id: Some("vpc-1".to_owned()),
        load_balancer_arns: vec![balancer_arn(number)],
        health_check: HealthCheck::default(),
        attributes: Observed::default(),
        targets: Observed::Known(vec![target]),
        tags: Observed::default(),
    }
}
