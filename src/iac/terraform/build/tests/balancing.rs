//! Load balancers and what hangs on them.

use serde_json::json;

use super::super::build;
use super::{code, programs, region, without};
use crate::inventory::{LoadBalancer, Observed, Region, UNDEPLOYED, is_undeployed_id};

fn balancer<'r>(region: &'r Region, name: &str) -> &'r LoadBalancer {
    region.load_balancers.iter().find(|balancer| balancer.name == name).unwrap()
}

#[test]
fn a_load_balancer_has_the_defaults_of_the_provider() {
    let region = region(&code(&[
        ("aws_vpc.main", json!({"cidr_block": "10.0.0.0/16"})),
        ("aws_subnet.a", json!({"vpc_id": "=aws_vpc.main.id", "cidr_block": "10.0.1.0/24"})),
        ("aws_lb.plain", json!({"name": "plain", "subnets": ["=aws_subnet.a.id"]})),
        (
            "aws_lb_listener.plain",
            json!({"load_balancer_arn": "=aws_lb.plain.arn", "port": 443, "protocol": "HTTPS",
            "certificate_arn": "arn:aws:acm:x", "default_action": [{"type": "fixed-response", "fixed_response": [{"status_code": "404", "content_type": "text/plain"}]}]}),
        ),
        (
            "aws_lb_target_group.plain",
            json!({"name": "plain", "port": 80, "protocol": "TCP", "target_type": "ip", "vpc_id": "=aws_vpc.main.id"}),
        ),
    ]));
    let found = balancer(&region, "plain");
    assert_eq!((found.kind.as_str(), found.scheme.as_deref()), ("application", Some("internet-facing")));
    assert_eq!((found.ip_address_type.as_deref(), found.vpc_id.as_deref()), (Some("ipv4"), Some("aws_vpc.main")));
    // AWS takes the VPC's default group where none is named.
    assert_eq!(found.security_groups, ["aws_vpc.main.default-security-group"]);
    assert_eq!(found.web_acl_arn, Observed::Absent);
    assert_eq!(found.attributes.known().unwrap()["ipv6.deny_all_igw_traffic"], "false");
    let listener = &found.listeners.items[0];
    assert_eq!(listener.ssl_policy.as_deref(), Some("ELBSecurityPolicy-2016-08"));
    assert_eq!(listener.default_actions[0].fixed_response.as_deref(), Some("404"));
    let group = &region.target_groups.items[0];
    assert_eq!(group.attributes.known().unwrap()["preserve_client_ip.enabled"], "false");
    assert_eq!(group.health_check.protocol.as_deref(), Some("TCP"));
    assert!(matches!(group.targets, Observed::Unknown(_)));
}

#[test]
fn logs_zones_and_probes_are_as_the_provider_sets_them() {
    let told = |logs: serde_json::Value| {
        let code = code(&[("aws_lb.a", json!({"name": "a", "subnets": ["subnet-1"], "access_logs": logs}))]);
        balancer(&region(&code), "a").attributes.known().unwrap()["access_logs.s3.enabled"].clone()
    };
    assert_eq!(told(json!([])), "false");
    // A bucket alone turns nothing on.
    assert_eq!(told(json!([{"bucket": "logs"}])), "false");
    assert_eq!(told(json!([{"bucket": "logs", "enabled": true}])), "true");
    let group = |more: serde_json::Value| {
        let mut body = json!({"name": "a", "port": 443, "protocol": "TCP", "vpc_id": "vpc-1"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        region(&code(&[("aws_lb_target_group.a", body)])).target_groups.items.remove(0)
    };
    let cross_zone = |group: &crate::inventory::TargetGroup| group.attributes.known().unwrap()["load_balancing.cross_zone.enabled"].clone();
    let plain = group(json!({}));
    assert_eq!((plain.health_check.protocol.as_deref(), cross_zone(&plain).as_str()), (Some("TCP"), "use_load_balancer_configuration"));
    let told = group(json!({"health_check": [{"path": "/healthz"}], "load_balancing_cross_zone_enabled": "true"}));
    assert_eq!((told.health_check.protocol.as_deref(), cross_zone(&told).as_str()), (Some("HTTP"), "true"));
}

#[test]
fn a_rule_keeps_its_conditions_and_no_secret() {
    let region = region(&code(&programs::balancer(false)));
    let listener = &balancer(&region, "web").listeners.items[0];
    let rule = &listener.rules.items[0];
    assert_eq!((rule.priority, rule.conditions.len()), (10, 2));
    assert_eq!(rule.conditions[0].values, ["/old/*"]);
    assert_eq!((rule.conditions[1].header.as_deref(), rule.conditions[1].withheld_values), (Some("X-Verify"), 1));
    assert!(!format!("{region:?}").contains("s3cret"));
    let redirect = rule.actions[0].redirect.as_ref().unwrap();
    assert_eq!((redirect.protocol.as_deref(), redirect.port.as_deref()), (Some("HTTPS"), Some("#{port}")));
    assert_eq!(listener.default_actions[0].target_groups[0].arn, region.target_groups.items[0].arn);
    assert_eq!(region.target_groups.items[0].load_balancer_arns, [balancer(&region, "web").arn.clone()]);
}

#[test]
fn weighted_forwards_and_logins_are_read() {
    let region = region(&code(&[
        ("aws_alb.a", json!({"name": "a", "subnets": ["subnet-1"], "security_groups": ["sg-1"]})),
        ("aws_alb_target_group.x", json!({"name": "x", "port": 80, "protocol": "HTTP", "vpc_id": "vpc-1"})),
        (
            "aws_alb_listener.a",
            json!({"load_balancer_arn": "=aws_alb.a.arn", "port": 80, "default_action": [
            {"type": "forward", "order": 2, "forward": [{"target_group": [{"arn": "=aws_alb_target_group.x.arn", "weight": 0}]}]},
            {"type": "authenticate-oidc", "order": 1, "authenticate_oidc": [{"issuer": "i"}]}]}),
        ),
    ]));
    let listener = &balancer(&region, "a").listeners.items[0];
    assert_eq!(listener.protocol.as_deref(), Some("HTTP"));
    let kinds: Vec<_> = listener.default_actions.iter().map(|action| action.kind.as_str()).collect();
    assert_eq!(kinds, ["authenticate-oidc", "forward"]);
    assert_eq!(listener.default_actions[0].on_unauthenticated_request.as_deref(), Some("authenticate"));
    assert_eq!(listener.default_actions[1].target_groups[0].weight, 0);
    assert_eq!(region.target_groups.items[0].target_type, "instance");
}

#[test]
fn what_is_not_known_of_a_load_balancer_has_an_id_of_its_own() {
    let code = code(&programs::balancer(false));
    let region_of = |path: &[&str]| region(&without(code.clone(), "aws_lb.web", path));
    let unplaced = region_of(&["subnets"]);
    assert!(is_undeployed_id(balancer(&unplaced, "web").zones[0].subnet_id.as_deref().unwrap()));
    assert!(!unplaced.subnets.is_complete());
    let ungrouped = region_of(&["security_groups", "0"]);
    assert!(is_undeployed_id(&balancer(&ungrouped, "web").security_groups[0]));
    assert!(!ungrouped.security_groups.is_complete());
    let lost = region_of(&["internal"]);
    assert!(lost.load_balancers.items.is_empty());
    let why = lost.load_balancers.gaps.iter().find_map(|gap| gap.detail.as_deref());
    assert_eq!(why, Some("var.hidden has no value here"));
}

#[test]
fn the_application_load_balancer_behind_a_network_one_is_its_target() {
    let region = region(&code(&programs::chained()));
    let group = region.target_groups.iter().find(|group| group.target_type == "alb").unwrap();
    let target = &group.targets.known().unwrap()[0];
    assert_eq!((target.id.as_str(), target.port, target.state.as_str()), (balancer(&region, "web").arn.as_str(), Some(80), UNDEPLOYED));
    assert_eq!(balancer(&region, "front").security_groups, Vec::<String>::new());
}

#[test]
fn certificates_and_web_acls_find_their_listeners() {
    let mut all = programs::balancer(false);
    all.push(("aws_lb_listener_certificate.more", json!({"listener_arn": "=aws_lb_listener.web.arn", "certificate_arn": "arn:aws:acm:y"})));
    all.push(("aws_wafv2_web_acl_association.lb", json!({"resource_arn": "=aws_lb.web.arn", "web_acl_arn": "arn:aws:wafv2:x"})));
    let code = code(&all);
    let known = region(&code);
    let found = balancer(&known, "web");
    assert_eq!(found.listeners.items[0].extra_certificates.items, ["arn:aws:acm:y"]);
    assert_eq!(found.web_acl_arn, Observed::Known("arn:aws:wafv2:x".into()));
    let unsure = region(&without(code, "aws_wafv2_web_acl_association.lb", &["resource_arn"]));
    assert!(matches!(balancer(&unsure, "web").web_acl_arn, Observed::Unknown(_)));
}

#[test]
fn every_declaration_is_spoken_of_by_its_arn() {
    let built = build(&code(&programs::balancer(false)));
    let region = &built.drafts[0].region;
    assert_eq!(built.ids["aws_lb.web"], [region.load_balancers.items[0].arn.clone()]);
    assert_eq!(built.ids["aws_lb_listener.web"], [region.load_balancers.items[0].listeners.items[0].arn.clone()]);
    assert_eq!(built.ids["aws_lb_target_group.web"], [region.target_groups.items[0].arn.clone()]);
    assert_eq!(built.ids["aws_subnet.a"], ["aws_subnet.a"]);
}
