//! ELB v2's words in ours.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::types as sdk;

use crate::inventory::{
    Action, Condition, HealthCheck, Listed, Listener, LoadBalancer, MutualAuthentication, Observed, Redirect, Rule, SslPolicy, Target,
    TargetGroup, Transform, WeightedTargetGroup, Zone,
};

/// A port, where it is one.
pub(super) fn port(port: Option<i32>) -> Option<u16> {
    port.and_then(|port| u16::try_from(port).ok())
}

/// A load balancer, without what takes further calls.
pub(super) fn load_balancer(balancer: sdk::LoadBalancer) -> Option<LoadBalancer> {
    let state = balancer.state.and_then(|state| state.code);
    Some(LoadBalancer {
        arn: balancer.load_balancer_arn?,
        name: balancer.load_balancer_name.unwrap_or_default(),
        dns_name: balancer.dns_name.unwrap_or_default(),
        kind: balancer.r#type.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        scheme: balancer.scheme.map(|scheme| scheme.as_str().to_owned()),
        ip_address_type: balancer.ip_address_type.map(|kind| kind.as_str().to_owned()),
        vpc_id: balancer.vpc_id,
        state: state.map(|state| state.as_str().to_owned()),
        zones: balancer.availability_zones.unwrap_or_default().into_iter().map(zone).collect(),
        security_groups: balancer.security_groups.unwrap_or_default(),
        enforce_private_link: balancer.enforce_security_group_inbound_rules_on_private_link_traffic,
        attributes: Observed::default(),
        listeners: Listed::default(),
        web_acl_arn: Observed::default(),
        tags: Observed::default(),
    })
}

fn zone(zone: sdk::AvailabilityZone) -> Zone {
    let addresses = zone.load_balancer_addresses.unwrap_or_default();
    let each = |field: fn(&sdk::LoadBalancerAddress) -> Option<&str>| addresses.iter().filter_map(field).map(str::to_owned).collect();
    Zone {
        zone: zone.zone_name.unwrap_or_default(),
        subnet_id: zone.subnet_id,
        public_ips: each(sdk::LoadBalancerAddress::ip_address),
        private_ips: each(sdk::LoadBalancerAddress::private_ipv4_address),
        ipv6_addresses: each(sdk::LoadBalancerAddress::ipv6_address),
    }
}

/// A listener, without what takes further calls.
pub(super) fn listener(listener: sdk::Listener) -> Option<Listener> {
    let certificates = listener.certificates.unwrap_or_default();
    Some(Listener {
        arn: listener.listener_arn?,
        port: port(listener.port),
        protocol: listener.protocol.map(|protocol| protocol.as_str().to_owned()),
        ssl_policy: listener.ssl_policy,
        certificate_arns: certificates.into_iter().filter_map(|certificate| certificate.certificate_arn).collect(),
        extra_certificates: Listed::default(),
        mutual_authentication: listener.mutual_authentication.and_then(mutual_authentication),
        default_actions: actions(listener.default_actions),
        rules: Listed::default(),
    })
}

/// A certificate that a listener shows; none for the default one, which the listener tells by itself.
pub(crate) fn extra_certificate(certificate: sdk::Certificate) -> Option<String> {
    certificate.certificate_arn.filter(|_| certificate.is_default != Some(true))
}

fn mutual_authentication(mutual: sdk::MutualAuthenticationAttributes) -> Option<MutualAuthentication> {
    Some(MutualAuthentication {
        mode: mutual.mode?,
        trust_store_arn: mutual.trust_store_arn,
        trust_store_status: mutual.trust_store_association_status.map(|status| status.as_str().to_owned()),
        ignore_client_certificate_expiry: mutual.ignore_client_certificate_expiry.unwrap_or_default(),
    })
}

/// Actions in the order they are taken.
fn actions(actions: Option<Vec<sdk::Action>>) -> Vec<Action> {
    let mut actions = actions.unwrap_or_default();
    actions.sort_by_key(|action| action.order.unwrap_or(i32::MAX));
    actions.into_iter().map(action).collect()
}

fn action(action: sdk::Action) -> Action {
    let oidc = action.authenticate_oidc_config.and_then(|config| config.on_unauthenticated_request);
    let cognito = action.authenticate_cognito_config.and_then(|config| config.on_unauthenticated_request);
    let unauthenticated = oidc.map(|what| what.as_str().to_owned()).or_else(|| cognito.map(|what| what.as_str().to_owned()));
    Action {
        kind: action.r#type.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        target_groups: target_groups(action.forward_config, action.target_group_arn),
        redirect: action.redirect_config.map(|redirect| Redirect {
            protocol: redirect.protocol,
            port: redirect.port,
            host: redirect.host,
            path: redirect.path,
            status_code: redirect.status_code.map(|code| code.as_str().to_owned()),
        }),
        fixed_response: action.fixed_response_config.and_then(|response| response.status_code),
        on_unauthenticated_request: unauthenticated,
    }
}

/// Where a forward leads. AWS repeats a lone target group beside the list of them.
fn target_groups(forward: Option<sdk::ForwardActionConfig>, lone: Option<String>) -> Vec<WeightedTargetGroup> {
    let tuples = forward.and_then(|forward| forward.target_groups).unwrap_or_default();
    let listed: Vec<_> = tuples
        .into_iter()
        .filter_map(|tuple| Some(WeightedTargetGroup { arn: tuple.target_group_arn?, weight: tuple.weight.unwrap_or(1) }))
        .collect();
    if listed.is_empty() { lone.map(|arn| WeightedTargetGroup { arn, weight: 1 }).into_iter().collect() } else { listed }
}

/// A rule; none for the default one, which the listener tells by itself.
pub(super) fn rule(rule: sdk::Rule) -> Option<Rule> {
    Some(Rule {
        arn: rule.rule_arn?,
        priority: rule.priority?.parse().ok()?,
        conditions: rule.conditions.unwrap_or_default().into_iter().map(condition).collect(),
        actions: actions(rule.actions),
        transforms: rule.transforms.unwrap_or_default().into_iter().map(transform).collect(),
    })
}

/// A condition. The values an `http-header` condition looks for may be shared secrets, and are only counted.
fn condition(condition: sdk::RuleCondition) -> Condition {
    let field = condition.field.unwrap_or_default();
    let mut values = condition.values.unwrap_or_default();
    let mut regexes = condition.regex_values.unwrap_or_default();
    let mut take = |more: Option<Vec<String>>| merge(&mut values, more);
    take(condition.source_ip_config.and_then(|config| config.values));
    take(condition.http_request_method_config.and_then(|config| config.values));
    take(condition.query_string_config.and_then(|config| config.values).map(|pairs| pairs.iter().map(query).collect()));
    if let Some(host) = condition.host_header_config {
        take(host.values);
        merge(&mut regexes, host.regex_values);
    }
    if let Some(path) = condition.path_pattern_config {
        take(path.values);
        merge(&mut regexes, path.regex_values);
    }
    let mut header = None;
    if let Some(config) = condition.http_header_config {
        header = config.http_header_name;
        take(config.values);
        merge(&mut regexes, config.regex_values);
    }
    if field != "http-header" {
        return Condition { field, header, values, withheld_values: 0, regex_values: regexes };
    }
    Condition { field, header, values: Vec::new(), withheld_values: values.len() + regexes.len(), regex_values: Vec::new() }
}

fn merge(into: &mut Vec<String>, more: Option<Vec<String>>) {
    for value in more.unwrap_or_default() {
        if !into.contains(&value) {
            into.push(value);
        }
    }
}

fn query(pair: &sdk::QueryStringKeyValuePair) -> String {
    let value = pair.value.clone().unwrap_or_default();
    pair.key.as_ref().map_or(value.clone(), |key| format!("{key}={value}"))
}

fn transform(transform: sdk::RuleTransform) -> Transform {
    let host = transform.host_header_rewrite_config.and_then(|config| config.rewrites);
    let rewrites = host.or_else(|| transform.url_rewrite_config.and_then(|config| config.rewrites)).unwrap_or_default();
    let pair = |rewrite: sdk::RewriteConfig| (rewrite.regex.unwrap_or_default(), rewrite.replace.unwrap_or_default());
    Transform {
        kind: transform.r#type.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        rewrites: rewrites.into_iter().map(pair).collect(),
    }
}

/// A target group, without what takes further calls.
pub(super) fn target_group(group: sdk::TargetGroup) -> Option<TargetGroup> {
    let matcher = group.matcher.and_then(|matcher| matcher.http_code.or(matcher.grpc_code));
    Some(TargetGroup {
        arn: group.target_group_arn?,
        name: group.target_group_name.unwrap_or_default(),
        protocol: group.protocol.map(|protocol| protocol.as_str().to_owned()),
        protocol_version: group.protocol_version,
        port: port(group.port),
        target_type: group.target_type.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        ip_address_type: group.ip_address_type.map(|kind| kind.as_str().to_owned()),
        vpc_id: group.vpc_id,
        load_balancer_arns: group.load_balancer_arns.unwrap_or_default(),
        health_check: HealthCheck {
            enabled: group.health_check_enabled.unwrap_or_default(),
            protocol: group.health_check_protocol.map(|protocol| protocol.as_str().to_owned()),
            port: group.health_check_port,
            path: group.health_check_path,
            matcher,
            interval_seconds: group.health_check_interval_seconds,
            timeout_seconds: group.health_check_timeout_seconds,
            healthy_threshold: group.healthy_threshold_count,
            unhealthy_threshold: group.unhealthy_threshold_count,
        },
        attributes: Observed::default(),
        targets: Observed::default(),
        tags: Observed::default(),
    })
}

/// A target and how it is.
pub(crate) fn target(told: sdk::TargetHealthDescription) -> Option<Target> {
    let target = told.target?;
    let health = told.target_health;
    Some(Target {
        id: target.id?,
        port: port(target.port),
        zone: target.availability_zone,
        state: health.as_ref().and_then(|health| health.state.as_ref()).map(|state| state.as_str().to_owned()).unwrap_or_default(),
        reason: health.as_ref().and_then(|health| health.reason.as_ref()).map(|reason| reason.as_str().to_owned()),
        description: health.and_then(|health| health.description),
    })
}

/// A TLS policy.
pub(super) fn ssl_policy(policy: sdk::SslPolicy) -> Option<SslPolicy> {
    Some(SslPolicy {
        name: policy.name?,
        protocols: policy.ssl_protocols.unwrap_or_default(),
        ciphers: policy.ciphers.unwrap_or_default().into_iter().filter_map(|cipher| cipher.name).collect(),
    })
}

/// The tags of a resource, by its ARN.
pub(super) fn tags(told: sdk::TagDescription) -> Option<(String, Observed<BTreeMap<String, String>>)> {
    let tags = told.tags.unwrap_or_default().into_iter().filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default())));
    Some((told.resource_arn?, Observed::Known(tags.collect())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_header_is_counted_and_not_kept() {
        let config = sdk::HttpHeaderConditionConfig::builder().http_header_name("X-Origin-Verify").values("s3cret").values("0ld").build();
        let told = sdk::RuleCondition::builder().field("http-header").http_header_config(config).build();
        let read = condition(told);
        assert_eq!((read.header.as_deref(), read.withheld_values), (Some("X-Origin-Verify"), 2));
        assert!(!format!("{read:?}").contains("s3cret"));
    }

    #[test]
    fn values_told_twice_are_kept_once() {
        let config = sdk::PathPatternConditionConfig::builder().values("/a/*").build();
        let told = sdk::RuleCondition::builder().field("path-pattern").values("/a/*").path_pattern_config(config).build();
        assert_eq!(condition(told).values, ["/a/*"]);
    }

    #[test]
    fn a_forward_is_read_in_both_its_spellings() {
        let lone = sdk::Action::builder().r#type(sdk::ActionTypeEnum::Forward).target_group_arn("a").build();
        assert_eq!(action(lone).target_groups, [WeightedTargetGroup { arn: "a".into(), weight: 1 }]);
        let tuple = sdk::TargetGroupTuple::builder().target_group_arn("b").weight(0).build();
        let forward = sdk::ForwardActionConfig::builder().target_groups(tuple).build();
        let weighted = sdk::Action::builder().r#type(sdk::ActionTypeEnum::Forward).forward_config(forward).build();
        assert_eq!(action(weighted).target_groups, [WeightedTargetGroup { arn: "b".into(), weight: 0 }]);
    }

    #[test]
    fn the_default_rule_is_no_rule() {
        assert!(rule(sdk::Rule::builder().rule_arn("r").priority("default").is_default(true).build()).is_none());
        assert_eq!(rule(sdk::Rule::builder().rule_arn("r").priority("5").build()).unwrap().priority, 5);
    }

    #[test]
    fn the_default_certificate_is_no_extra_one() {
        let told = sdk::Certificate::builder().certificate_arn("a");
        assert!(extra_certificate(told.clone().is_default(true).build()).is_none());
        assert_eq!(extra_certificate(told.is_default(false).build()).as_deref(), Some("a"));
    }

    #[test]
    fn values_aws_adds_later_are_kept_as_they_are() {
        let told = sdk::LoadBalancer::builder().load_balancer_arn("a").scheme("interplanetary".into()).build();
        assert_eq!(load_balancer(told).unwrap().scheme.as_deref(), Some("interplanetary"));
    }
}
