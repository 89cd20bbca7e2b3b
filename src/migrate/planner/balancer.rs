//! What of a load balancer must be so, for any new way and for one that goes past it.

use std::collections::BTreeMap;

use super::api::read;
use super::scope::{Part, Scope};
use super::{Code, Refusal};
use crate::inventory::{Listener, LoadBalancer, Observed, TargetGroup};

/// A load balancer with the listeners that routes arrive at, by port.
pub(super) struct Taken<'a> {
    pub(super) balancer: &'a LoadBalancer,
    pub(super) listeners: BTreeMap<u16, &'a Listener>,
}

impl Taken<'_> {
    /// It in words.
    pub(super) fn name(&self) -> String {
        format!("ALB {}", self.balancer.name)
    }
}

/// The load balancers of all parts, each once, in the order of their ARNs.
pub(super) fn taken<'a>(parts: &[Part<'a>]) -> Vec<Taken<'a>> {
    let mut found: BTreeMap<&str, Taken<'a>> = BTreeMap::new();
    for edge in parts.iter().flat_map(|part| &part.edges) {
        let taken = found.entry(&edge.balancer.arn).or_insert_with(|| Taken { balancer: edge.balancer, listeners: BTreeMap::new() });
        taken.listeners.insert(edge.url.port, edge.listener);
    }
    found.into_values().collect()
}

/// What speaks against any private way to it.
pub(super) fn refusals(scope: &Scope<'_, '_>, taken: &Taken<'_>) -> Vec<Refusal> {
    let mut found = Vec::new();
    let balancer = taken.balancer;
    let mut refuse = |code, because: String| found.push(Refusal::new(code, taken.name(), because));
    if balancer.state.as_deref().is_some_and(|state| state != "active") {
        refuse(Code::BalancerNotActive, format!("its state is {}", balancer.state.as_deref().unwrap_or_default()));
    }
    for listener in taken.listeners.values() {
        let protocols = listener.ssl_policy.as_deref().and_then(|name| scope.region.ssl_policies.iter().find(|policy| policy.name == name));
        if protocols.is_some_and(|policy| !policy.protocols.iter().any(|protocol| protocol == "TLSv1.2")) {
            let policy = listener.ssl_policy.as_deref().unwrap_or_default();
            refuse(Code::Tls13Only, format!("listener {} uses {policy}", port(listener)));
        }
        if listener.mutual_authentication.as_ref().is_some_and(|mutual| mutual.mode == "verify") {
            // API Gateway shows its client certificate on private integrations, too; whether ELB takes it nobody says.
            refuse(Code::MutualTls, format!("listener {} verifies client certificates", port(listener)));
        }
    }
    found
}

pub(super) fn port(listener: &Listener) -> String {
    format!("{}:{}", listener.protocol.as_deref().unwrap_or("?"), listener.port.unwrap_or_default())
}

/// What a network load balancer in its place could not do.
pub(super) fn beyond_layer_4(scope: &Scope<'_, '_>, taken: &Taken<'_>) -> Vec<Refusal> {
    let mut found = Vec::new();
    match read(&taken.balancer.web_acl_arn, &taken.name()) {
        Ok(Some(web_acl)) => found.push(Refusal::new(Code::WebAcl, taken.name(), format!("web ACL {web_acl}"))),
        Ok(None) => {}
        Err(refusal) => found.push(refusal),
    }
    for listener in taken.listeners.values() {
        found.extend(of_listener(scope, taken, listener));
    }
    found
}

fn of_listener(scope: &Scope<'_, '_>, taken: &Taken<'_>, listener: &Listener) -> Vec<Refusal> {
    let mut found = Vec::new();
    let mut refuse =
        |code, because: String| found.push(Refusal::new(code, taken.name(), format!("listener {}: {because}", port(listener))));
    if let Some(gap) = listener.rules.gaps.first() {
        refuse(Code::Unread, gap.to_string());
    }
    if listener.protocol.as_deref() == Some("HTTPS") {
        // The new listener has to show what this one shows, whatever name a client asks for.
        if let Some(gap) = listener.extra_certificates.gaps.first() {
            refuse(Code::Unread, gap.clone().or_action("elasticloadbalancing:DescribeListenerCertificates").to_string());
        }
        if listener.certificate_arns.is_empty() {
            refuse(Code::Unread, "its default certificate is not known".to_owned());
        }
    }
    // The tasks read what the load balancer tells them of the client's certificate; no network load balancer does.
    if listener.mutual_authentication.as_ref().is_some_and(|mutual| mutual.mode == "passthrough") {
        refuse(Code::MutualTls, "it passes client certificates on".to_owned());
    }
    for rule in &listener.rules {
        let fields: Vec<&str> = rule.conditions.iter().map(|condition| condition.field.as_str()).collect();
        refuse(Code::ListenerRules, format!("rule {} ({}), {}", rule.priority, fields.join(", "), rule.arn));
    }
    match group_of(scope, listener) {
        Err((code, because)) => refuse(code, because),
        Ok(group) => {
            for (code, because) in of_group(group, listener) {
                refuse(code, because);
            }
        }
    }
    found
}

/// The one target group that a listener forwards everything to.
pub(super) fn group_of<'a>(scope: &Scope<'_, 'a>, listener: &Listener) -> Result<&'a TargetGroup, (Code, String)> {
    let [action] = listener.default_actions.as_slice() else {
        let kinds: Vec<&str> = listener.default_actions.iter().map(|action| action.kind.as_str()).collect();
        return Err((Code::NotAForward, format!("its default action is {}", kinds.join(", then "))));
    };
    if action.kind != "forward" {
        return Err((Code::NotAForward, format!("its default action is {}", action.kind)));
    }
    let [share] = action.target_groups.as_slice() else {
        return Err((Code::SeveralTargetGroups, format!("it forwards to {} target groups", action.target_groups.len())));
    };
    match scope.topology.index.group(&share.arn) {
        Observed::Known(group) => Ok(group),
        Observed::Absent => Err((Code::Unread, format!("target group {} is not there", share.arn))),
        Observed::Unknown(gap) => Err((Code::Unread, gap.to_string())),
    }
}

/// What the load balancer does beside passing requests on that nobody would do in its place: worth knowing, and no reason to stay.
pub(super) fn lost(scope: &Scope<'_, '_>, taken: &Taken<'_>) -> Vec<String> {
    let balancer = taken.balancer.attributes.known();
    let of_balancer = [("routing.http.drop_invalid_header_fields.enabled", "true"), ("routing.http.desync_mitigation_mode", "strictest")];
    let mut found: Vec<String> = of_balancer
        .into_iter()
        .filter(|(key, value)| balancer.and_then(|attributes| attributes.get(*key)).is_some_and(|is| is == value))
        .map(|(key, value)| format!("{} has {key} = {value}, which no network load balancer can do: see that the tasks cope", taken.name()))
        .collect();
    let unusual = |key: &str, value: &str| match key {
        "slow_start.duration_seconds" => value != "0",
        "load_balancing.algorithm.type" => value != "round_robin",
        _ => false,
    };
    for group in taken.listeners.values().filter_map(|listener| group_of(scope, listener).ok()) {
        let attributes = group.attributes.known().into_iter().flatten().filter(|(key, value)| unusual(key, value));
        found.extend(
            attributes.map(|(key, value)| format!("target group {} has {key} = {value}, which the new one cannot have", group.name)),
        );
    }
    found
}

fn of_group(group: &TargetGroup, listener: &Listener) -> Vec<(Code, String)> {
    let mut found = Vec::new();
    let name = &group.name;
    if group.target_type != "ip" {
        found.push((Code::TargetType, format!("target group {name} is of type {}", group.target_type)));
    }
    if group.ip_address_type.as_deref() == Some("ipv6") {
        found.push((Code::TargetType, format!("target group {name} holds IPv6 addresses")));
    }
    if let Some(version) = group.protocol_version.as_deref().filter(|version| *version != "HTTP1") {
        found.push((Code::HttpVersion, format!("target group {name} speaks {version}")));
    }
    if listener.protocol.as_deref() == Some("HTTP") && group.protocol.as_deref() == Some("HTTPS") {
        found.push((Code::Reencryption, format!("target group {name} speaks HTTPS")));
    }
    match &group.attributes {
        Observed::Known(attributes) if attributes.get("stickiness.enabled").is_some_and(|value| value == "true") => {
            found.push((Code::StickySessions, format!("target group {name} has stickiness.enabled")));
        }
        Observed::Unknown(gap) => found.push((Code::Unread, gap.to_string())),
        _ => {}
    }
    found
}
