//! Load balancers, listeners, rules and target groups.

use serde_json::json;

use super::{built, region};
use crate::iac::code::{Code, Uncounted};
use crate::iac::value::Why;
use crate::inventory::{Observed, Region, UNDEPLOYED, WeightedTargetGroup};

fn balancer() -> serde_json::Value {
    json!(["AWS::ElasticLoadBalancingV2::LoadBalancer", {"Subnets": ["subnet-1"], "SecurityGroups": ["sg-1"]}])
}

#[test]
fn a_load_balancer_is_what_cloudformation_makes_where_nothing_is_said() {
    let region = region(&json!({"Web": ["AWS::ElasticLoadBalancingV2::LoadBalancer", {"Subnets": ["subnet-1"]}]}));
    let made = &region.load_balancers.items[0];
    assert_eq!(
        (made.kind.as_str(), made.scheme.as_deref(), made.ip_address_type.as_deref()),
        ("application", Some("internet-facing"), Some("ipv4"))
    );
    assert!(made.dns_name.contains(".elb.amazonaws.com"));
    assert_eq!(made.web_acl_arn, Observed::Absent);
    assert_eq!(made.attributes.known().unwrap()["idle_timeout.timeout_seconds"], "60");
    assert!(!made.security_groups.is_empty(), "the default group of a VPC that is not known");
    assert!(!region.security_groups.is_complete());
}

#[test]
fn ids_that_are_not_known_are_ids_that_no_list_has() {
    let region = region(&json!({"Web": ["AWS::ElasticLoadBalancingV2::LoadBalancer",
        {"Subnets": {"Unknown": "Subnets has no value"}, "SecurityGroups": ["sg-1", {"Unknown": "Group has no value"}]}]}));
    let made = &region.load_balancers.items[0];
    assert_eq!(made.zones[0].subnet_id.as_deref(), Some("undeployed:Web.Subnets"));
    assert_eq!(made.security_groups, ["sg-1", "undeployed:Web.SecurityGroups[1]"]);
    assert!(!region.subnets.is_complete() && !region.security_groups.is_complete());
}

#[test]
fn what_a_load_balancer_cannot_do_without_loses_it() {
    for (property, value) in [("Scheme", json!({"Unknown": "Scheme has no value"})), ("Type", json!({"Unknown": "Type has no value"}))] {
        let region = region(&json!({"Web": ["AWS::ElasticLoadBalancingV2::LoadBalancer", {property: value, "Subnets": ["subnet-1"]}]}));
        assert!(region.load_balancers.items.is_empty());
        let gap = &region.load_balancers.gaps[0];
        assert_eq!(gap.resource.as_deref(), Some("Web"));
        assert_eq!(gap.to_string(), format!("{property} has no value"));
    }
}

#[test]
fn attributes_and_tags_that_are_not_known_are_gaps_of_their_own() {
    let unknown = json!({"Unknown": "Idle has no value"});
    let region = region(&json!({"Web": ["AWS::ElasticLoadBalancingV2::LoadBalancer", {"Subnets": ["subnet-1"],
        "LoadBalancerAttributes": [{"Key": "idle_timeout.timeout_seconds", "Value": unknown}], "Tags": [{"Key": "a", "Value": unknown}]}]}));
    let made = &region.load_balancers.items[0];
    assert!(made.attributes.gap().is_some() && made.tags.gap().is_some());
}

#[test]
fn a_network_load_balancer_whose_groups_are_not_known_may_have_none() {
    let region = region(&json!({"Web": ["AWS::ElasticLoadBalancingV2::LoadBalancer",
        {"Type": "network", "Subnets": ["subnet-1"], "SecurityGroups": {"Unknown": "Groups has no value"}}]}));
    assert!(region.load_balancers.items.is_empty() && !region.load_balancers.is_complete());
}

fn listeners() -> Region {
    region(&json!({
        "Web": balancer(),
        "Tls": ["AWS::ElasticLoadBalancingV2::Listener", {"LoadBalancerArn": {"Ref": "Web"}, "Port": "443", "Protocol": "HTTPS",
            "Certificates": [{"CertificateArn": "arn:cert"}, {"CertificateArn": {"Unknown": "the certificate"}}],
            "MutualAuthentication": {"Mode": "verify", "TrustStoreArn": "arn:store"},
            "DefaultActions": [
                {"Type": "forward", "Order": 2, "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": "arn:a", "Weight": 3}]}},
                {"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": {"Issuer": "i"}}]}],
        "More": ["AWS::ElasticLoadBalancingV2::ListenerCertificate", {"ListenerArn": {"Ref": "Tls"}, "Certificates": [{"CertificateArn": "arn:more"}]}],
        "Plain": ["AWS::ElasticLoadBalancingV2::Listener", {"LoadBalancerArn": {"Ref": "Web"}, "Port": 80, "Protocol": "HTTP",
            "DefaultActions": [{"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "StatusCode": "HTTP_301"}}]}],
        "Lost": ["AWS::ElasticLoadBalancingV2::Listener", {"LoadBalancerArn": {"Ref": "Web"}, "Port": {"Unknown": "Port has no value"}, "Protocol": "HTTP"}],
        "OfLost": ["AWS::ElasticLoadBalancingV2::ListenerRule", {"ListenerArn": {"Ref": "Lost"}, "Priority": 1}],
        "Secret": ["AWS::ElasticLoadBalancingV2::ListenerRule", {"ListenerArn": {"Ref": "Tls"}, "Priority": 5, "Conditions": [
            {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Origin", "Values": [{"Unknown": "a secret"}, "s3cret"]}},
            {"Field": "host-header", "Values": ["a.example.com"], "HostHeaderConfig": {"Values": ["a.example.com", "b.example.com"]}},
            {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "k", "Value": "v"}]}}],
            "Actions": [{"Type": "forward", "TargetGroupArn": "arn:a"}],
            "Transforms": [{"Type": "url-rewrite", "UrlRewriteConfig": {"Rewrites": [{"Regex": "^/a", "Replace": "/"}]}}]}],
        "NoRule": ["AWS::ElasticLoadBalancingV2::ListenerRule", {"ListenerArn": {"Ref": "Tls"}, "Priority": 6,
            "Conditions": {"Unknown": "Conditions has no value"}}],
    }))
}

#[test]
fn listeners_are_read_in_full_or_lost() {
    let region = listeners();
    let made = &region.load_balancers.items[0];
    let [plain, tls] = made.listeners.items.as_slice() else { panic!("{:?}", made.listeners) };
    assert_eq!(made.listeners.gaps.len(), 1, "the lost one, and nothing for its rule");
    assert_eq!((tls.port, tls.ssl_policy.as_deref()), (Some(443), Some("ELBSecurityPolicy-2016-08")));
    assert_eq!(tls.certificate_arns, ["arn:cert", "undeployed:Tls.Certificates[1]"]);
    assert_eq!(tls.extra_certificates.items, ["arn:more"]);
    assert_eq!(tls.mutual_authentication.as_ref().unwrap().mode, "verify");
    let kinds: Vec<&str> = tls.default_actions.iter().map(|action| action.kind.as_str()).collect();
    assert_eq!(kinds, ["authenticate-oidc", "forward"]);
    assert_eq!(tls.default_actions[0].on_unauthenticated_request.as_deref(), Some("authenticate"));
    assert_eq!(tls.default_actions[1].target_groups, [WeightedTargetGroup { arn: "arn:a".into(), weight: 3 }]);
    let redirect = plain.default_actions[0].redirect.as_ref().unwrap();
    assert_eq!((redirect.protocol.as_deref(), redirect.host.as_deref()), (Some("HTTPS"), Some("#{host}")));
}

#[test]
fn rules_keep_no_secret_and_are_lost_where_a_condition_is_not_known() {
    let region = listeners();
    let tls = &region.load_balancers.items[0].listeners.items[1];
    let [rule] = tls.rules.items.as_slice() else { panic!("{:?}", tls.rules) };
    assert_eq!(tls.rules.gaps.len(), 1);
    assert_eq!((rule.conditions[0].header.as_deref(), rule.conditions[0].withheld_values), (Some("X-Origin"), 2));
    assert_eq!(rule.conditions[1].values, ["a.example.com", "b.example.com"]);
    assert_eq!(rule.conditions[2].values, ["k=v"]);
    assert_eq!(rule.transforms[0].rewrites, [("^/a".to_owned(), "/".to_owned())]);
    assert!(!format!("{region:?}").contains("s3cret"));
}

#[test]
fn a_group_has_the_defaults_of_its_kind() {
    let region = region(&json!({
        "Http": ["AWS::ElasticLoadBalancingV2::TargetGroup", {"Port": 80, "Protocol": "HTTP", "VpcId": {"Unknown": "Vpc has no value"}}],
        "Tcp": ["AWS::ElasticLoadBalancingV2::TargetGroup", {"Port": 80, "Protocol": "TCP", "TargetType": "ip", "VpcId": "vpc-1"}],
        "Web": balancer(),
        "Alb": ["AWS::ElasticLoadBalancingV2::TargetGroup", {"Port": 80, "Protocol": "TCP", "TargetType": "alb", "VpcId": "vpc-1",
            "Targets": [{"Id": {"Ref": "Web"}}]}],
    }));
    let group = |name: &str| region.target_groups.iter().find(|group| group.name == name).unwrap();
    let http = group("Http");
    assert_eq!((http.target_type.as_str(), http.vpc_id.as_deref()), ("instance", Some("undeployed:Http.VpcId")));
    assert_eq!((http.health_check.path.as_deref(), http.health_check.matcher.as_deref()), (Some("/"), Some("200")));
    assert!(http.targets.gap().is_some());
    let tcp = group("Tcp");
    assert_eq!((tcp.health_check.protocol.as_deref(), tcp.health_check.timeout_seconds), (Some("TCP"), Some(10)));
    assert_eq!(tcp.attributes.known().unwrap()["preserve_client_ip.enabled"], "false");
    let targets = group("Alb").targets.known().unwrap();
    assert_eq!((targets[0].id.as_str(), targets[0].state.as_str()), (region.load_balancers.items[0].arn.as_str(), UNDEPLOYED));
}

#[test]
fn resources_of_unknown_number_leave_gaps_where_they_may_stand() {
    let uncounted = |kind: &str| Uncounted { address: "Maybe".into(), kind: kind.into(), why: Why::new("a condition has no value") };
    let declarations = super::program(&json!({"Web": balancer()}));
    let kinds = ["AWS::ElasticLoadBalancingV2::Listener", "AWS::WAFv2::WebACLAssociation"];
    let code = Code { uncounted: kinds.map(uncounted).into(), ..super::code(declarations) };
    let region = super::finished(&code).regions.remove(0);
    assert!(!region.load_balancers.items[0].listeners.is_complete());
    assert!(region.load_balancers.items[0].web_acl_arn.gap().is_some());
}

#[test]
fn resources_are_named_by_what_findings_call_them() {
    let built = built(&json!({"Web": balancer(), "Link": ["AWS::ApiGateway::VpcLink", {"TargetArns": ["arn:nlb"]}],
        "Cluster": ["AWS::ECS::Cluster", {}]}));
    assert!(built.ids["Web"][0].contains(":loadbalancer/app/web/Web"));
    assert_eq!(built.ids["Link"], ["Link", "arn:aws:apigateway:any-region::/vpclinks/Link"]);
    assert!(built.ids["Cluster"][0].ends_with(":cluster/Cluster"));
}
