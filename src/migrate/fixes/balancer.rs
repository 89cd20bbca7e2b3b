//! Load balancers and their listeners.

use std::collections::BTreeMap;

use super::{Fix, Looking, one, setting, unread};
use crate::inventory::{Listener, LoadBalancer};
use crate::migrate::planner::{Code, Refusal, STRONG_TLS, manager};
use crate::migrate::thing::Property;

/// An attribute that can be set right: the kind, the key, its value by AWS's default, the bad values, the good one, what it does and would break.
struct Attribute {
    kind: &'static str,
    key: &'static str,
    default: &'static str,
    bad: &'static str,
    good: &'static str,
    only_application: bool,
    what: &'static str,
    breaks: &'static str,
}

const ATTRIBUTES: [Attribute; 3] = [
    Attribute {
        kind: "drop-invalid-headers",
        key: "routing.http.drop_invalid_header_fields.enabled",
        default: "false",
        bad: "false",
        good: "true",
        only_application: true,
        what: "Drop header fields whose names are not valid, instead of passing them on",
        breaks: "clients that send header names with other signs than letters, digits and hyphens, such as underscores, lose those headers",
    },
    Attribute {
        kind: "desync-mode",
        key: "routing.http.desync_mitigation_mode",
        default: "defensive",
        bad: "monitor",
        good: "defensive",
        only_application: true,
        what: "Refuse requests that could be read in two ways, instead of only counting them",
        breaks: "clients that send ambiguous requests are answered 400; the metric DesyncMitigationMode_NonCompliant_Request_Count counts them today",
    },
    Attribute {
        kind: "deletion-protection",
        key: "deletion_protection.enabled",
        default: "false",
        bad: "false",
        good: "true",
        only_application: false,
        what: "Keep the load balancer from being deleted by mistake",
        breaks: "nothing that serves; whoever deletes it on purpose has to switch the protection off first",
    },
];

/// What can be set right about a load balancer.
pub(super) fn fixes(looking: &Looking<'_, '_>, balancer: &LoadBalancer) -> Vec<Fix> {
    let mut found: Vec<Fix> = ATTRIBUTES.iter().filter_map(|attribute| of_attribute(balancer, attribute)).collect();
    for listener in &balancer.listeners {
        found.extend(tls_policy(looking, balancer, listener));
        found.extend(redirect(looking, balancer, listener));
    }
    let by_code = managed(looking, balancer);
    found.into_iter().map(|fix| fix.unless(by_code.clone()).relying([format!("load balancer {}", balancer.arn)])).collect()
}

/// Why what code manages is left alone.
fn managed(looking: &Looking<'_, '_>, balancer: &LoadBalancer) -> Option<Refusal> {
    let by = balancer.tags.known().and_then(manager).filter(|_| !looking.options.allow_iac_managed)?;
    Some(Refusal::new(Code::ManagedByCode, name(balancer), format!("it is managed by {by}")))
}

fn name(balancer: &LoadBalancer) -> String {
    let kind = if balancer.kind == "network" { "NLB" } else { "ALB" };
    format!("{kind} {}", balancer.name)
}

fn of_attribute(balancer: &LoadBalancer, attribute: &Attribute) -> Option<Fix> {
    if balancer.kind == "gateway" || attribute.only_application && balancer.kind != "application" {
        return None;
    }
    let empty = BTreeMap::new();
    let attributes = balancer.attributes.known().unwrap_or(&empty);
    let value = attributes.get(attribute.key).map_or(attribute.default, String::as_str);
    let unknown = unread(&balancer.attributes, &name(balancer));
    if unknown.is_none() && value != attribute.bad {
        return None;
    }
    let property = Property::LoadBalancerAttributes { balancer: balancer.arn.clone() };
    let fix = setting(
        attribute.kind,
        &name(balancer),
        &balancer.arn,
        property,
        one(attribute.key, attribute.bad),
        one(attribute.key, attribute.good),
    );
    Some(fix.saying(attribute.what, attribute.breaks).unless(unknown))
}

fn port(listener: &Listener) -> String {
    format!("{}:{}", listener.protocol.as_deref().unwrap_or("?"), listener.port.unwrap_or_default())
}

/// A listener that speaks TLS 1.0 or 1.1 gets the policy that AWS's console chooses.
fn tls_policy(looking: &Looking<'_, '_>, balancer: &LoadBalancer, listener: &Listener) -> Option<Fix> {
    let old = listener.ssl_policy.as_deref()?;
    let known = looking.region.ssl_policies.iter().find(|policy| policy.name == old);
    let weak = known.is_some_and(|policy| policy.protocols.iter().any(|protocol| protocol == "TLSv1" || protocol == "TLSv1.1"));
    if known.is_some() && !weak {
        return None;
    }
    let name = format!("{} {}", name(balancer), port(listener));
    let unknown = known.is_none().then(|| {
        let gap = looking.region.ssl_policies.gaps.first().map_or_else(|| format!("what {old} accepts is not known"), ToString::to_string);
        Refusal::new(Code::Unread, name.clone(), gap)
    });
    let property = Property::Listener { listener: listener.arn.clone() };
    let fix = setting("listener-tls-policy", &name, &listener.arn, property, one("SslPolicy", old), one("SslPolicy", STRONG_TLS));
    let answers = looking.findings(&["weak-listener-tls"], &|subject| subject == listener.arn);
    let breaks =
        "clients that speak nothing newer than TLS 1.1 can no longer connect, nor those of TLS 1.2 without forward secrecy and GCM";
    Some(fix.saying(format!("Take TLS 1.2 and 1.3 only: {old} becomes {STRONG_TLS}"), breaks).answering(answers).unless(unknown))
}

/// A plain listener beside an encrypted one redirects to it.
fn redirect(looking: &Looking<'_, '_>, balancer: &LoadBalancer, listener: &Listener) -> Option<Fix> {
    let encrypted =
        balancer.listeners.iter().find(|other| other.protocol.as_deref() == Some("HTTPS") && !other.certificate_arns.is_empty())?;
    let [action] = listener.default_actions.as_slice() else { return None };
    let [share] = action.target_groups.as_slice() else { return None };
    if listener.protocol.as_deref() != Some("HTTP") || action.kind != "forward" {
        return None;
    }
    let name = format!("{} {}", name(balancer), port(listener));
    let refuse = |code, because: String| Some(Refusal::new(code, name.clone(), because));
    let uses: Vec<String> =
        looking.topology.routes_of_listener(&listener.arn).map(|served| format!("{} of {}", served.key(), served.api.name)).collect();
    let refusal = if let Some(gap) = listener.rules.gaps.first() {
        refuse(Code::Unread, gap.to_string())
    } else if let Some(rule) = listener.rules.iter().find(|rule| rule.actions.iter().any(|action| action.kind == "forward")) {
        refuse(Code::ListenerRules, format!("rule {} forwards, too: {}", rule.priority, rule.arn))
    } else if uses.is_empty() {
        None
    } else {
        refuse(Code::HttpInUse, uses.join(", "))
    };
    let to = format!("HTTPS:{}:HTTP_301", encrypted.port.unwrap_or(443));
    let property = Property::Listener { listener: listener.arn.clone() };
    let fix = setting("redirect-to-https", &name, &listener.arn, property, one("forward", &share.arn), one("redirect", &to));
    let answers = looking.findings(&["http-listener-forwards"], &|subject| subject == listener.arn);
    let breaks = "clients that call http:// and do not follow redirects, such as many programs that POST, fail until they call https://";
    Some(fix.saying("Send clients of http:// to https:// instead of serving them in plain text", breaks).answering(answers).unless(refusal))
}
