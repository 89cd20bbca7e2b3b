//! Listeners: TLS instead of none, and no TLS that is broken.

use super::Fix;
use super::desk::{Desk, Draft, Why, unread};
use crate::inventory::{Gap, Listener, LoadBalancer};
use crate::migrate::plan::Step;
use crate::migrate::planner::Code;
use crate::migrate::planner::lockdown::{listed, unseen};
use crate::migrate::thing::{Property, State};

/// The policy that takes TLS 1.2 and 1.3 only: API Gateway speaks 1.2, so 1.3 alone would not do.
const STRONG: &str = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06";
/// What is too old.
const WEAK: [&str; 3] = ["SSLv3", "TLSv1", "TLSv1.1"];

/// The fixes of all listeners.
pub(super) fn fixes(desk: &Desk<'_, '_>) -> Vec<Fix> {
    let mut found = Vec::new();
    for balancer in &desk.scope.region.load_balancers {
        for listener in &balancer.listeners {
            found.extend(redirect(desk, balancer, listener));
            found.extend(policy(desk, balancer, listener));
        }
    }
    found
}

fn policy(desk: &Desk<'_, '_>, balancer: &LoadBalancer, listener: &Listener) -> Option<Fix> {
    if !matches!(listener.protocol.as_deref(), Some("HTTPS" | "TLS")) {
        return None;
    }
    let weak = weak_policy(desk, listener);
    if matches!(weak, Ok(None)) {
        return None;
    }
    let mut draft = about("listener-tls-policy", balancer, listener).saying(
        format!("take TLS 1.2 and 1.3 only ({STRONG})"),
        "Clients that speak nothing newer than TLS 1.1 can no longer connect; the access logs' field ssl_protocol tells whether \
                    there are any. API Gateway is none of them.",
    );
    draft.answers = desk.findings(&["weak-listener-tls"], |id| id == listener.arn);
    let steps = weak.and_then(|old| desk.managed_balancer(balancer).map(|()| old)).map(|old| {
        let property = Property::Listener { listener: listener.arn.clone() };
        let of = |name: &str| State::settings([("SslPolicy", name)]);
        draft.set(property, of(old.unwrap_or_default()), of(STRONG))
    });
    Some(draft.finish(steps))
}

/// The listener's policy where it takes old protocols: by what it takes, not by its name.
fn weak_policy<'l>(desk: &Desk<'_, '_>, listener: &'l Listener) -> Result<Option<&'l str>, Why> {
    let policies = &desk.scope.region.ssl_policies;
    let Some(name) = listener.ssl_policy.as_deref() else { return Err((Code::Unread, "its TLS policy is not known".to_owned())) };
    let find = |name: &str| {
        let gap = || policies.gaps.first().cloned().unwrap_or_else(Gap::not_asked);
        let found = policies.iter().find(|policy| policy.name == name);
        found.ok_or_else(|| unread(&gap(), "elasticloadbalancing:DescribeSSLPolicies", &format!("what {name} takes")))
    };
    if !find(name)?.protocols.iter().any(|protocol| WEAK.contains(&protocol.as_str())) {
        return Ok(None);
    }
    let strong = find(STRONG)?;
    let fits = strong.protocols.iter().any(|protocol| protocol == "TLSv1.2");
    if fits { Ok(Some(name)) } else { Err((Code::Tls13Only, format!("{STRONG} does not take TLS 1.2"))) }
}

fn about(id: &'static str, balancer: &LoadBalancer, listener: &Listener) -> Draft {
    let mut draft = Draft::of_balancer(id, balancer, &listener.arn);
    let protocol = listener.protocol.as_deref().unwrap_or("?");
    draft.subject = format!("listener {protocol}:{} of {}", listener.port.unwrap_or_default(), draft.subject);
    draft
}

fn redirect(desk: &Desk<'_, '_>, balancer: &LoadBalancer, listener: &Listener) -> Option<Fix> {
    let forwards = listener.default_actions.iter().any(|action| action.kind == "forward");
    let plain = listener.protocol.as_deref() == Some("HTTP") && listener.port == Some(80);
    if balancer.kind != "application" || !plain || !forwards {
        return None;
    }
    let mut draft = about("redirect-to-https", balancer, listener).saying(
        "send clients that begin with http:// to https:// instead of serving them in clear text",
        "Clients that follow no redirect, or send a POST anew as a GET, have to be given the https:// address; so have health \
                    probes from outside that want a 200.",
    );
    draft.answers = desk.findings(&["http-listener-forwards"], |id| id == listener.arn);
    let steps = to_https(desk, balancer, listener, &draft);
    Some(draft.finish(steps))
}

fn to_https(desk: &Desk<'_, '_>, balancer: &LoadBalancer, listener: &Listener, draft: &Draft) -> Result<Vec<Step>, Why> {
    let group = only_group(listener)?;
    other_rules(listener)?;
    https_twin(balancer, group)?;
    http_callers(desk, listener)?;
    desk.managed_balancer(balancer)?;
    let property = Property::Listener { listener: listener.arn.clone() };
    Ok(draft.set(property, State::settings([("forward", group)]), State::settings([("redirect", "HTTPS:443:HTTP_301")])))
}

/// The one target group that the default action forwards to: more than that could not be put back.
fn only_group(listener: &Listener) -> Result<&str, Why> {
    let [action] = listener.default_actions.as_slice() else {
        let kinds: Vec<&str> = listener.default_actions.iter().map(|action| action.kind.as_str()).collect();
        return Err((Code::NotAForward, format!("its default action is {}", kinds.join(", then "))));
    };
    match action.target_groups.as_slice() {
        [share] => Ok(&share.arn),
        several => Err((Code::SeveralTargetGroups, format!("it forwards to {} target groups", several.len()))),
    }
}

fn other_rules(listener: &Listener) -> Result<(), Why> {
    if let Some(gap) = listener.rules.gaps.first() {
        return Err(unread(gap, "elasticloadbalancing:DescribeRules", "its rules"));
    }
    let forwards = listener.rules.iter().find(|rule| rule.actions.iter().any(|action| action.kind == "forward"));
    forwards.map_or(Ok(()), |rule| Err((Code::RulesForward, format!("rule {} ({})", rule.priority, rule.arn))))
}

/// The listener that clients are sent to has to lead to the same targets, or they would find something else, and the service's next
/// deployment a target group that no load balancer uses.
fn https_twin(balancer: &LoadBalancer, group: &str) -> Result<(), Why> {
    if let Some(gap) = balancer.listeners.gaps.first() {
        return Err(unread(gap, "elasticloadbalancing:DescribeListeners", "its listeners"));
    }
    let serves = |listener: &&Listener| listener.protocol.as_deref() == Some("HTTPS") && listener.port == Some(443);
    let Some(twin) = balancer.listeners.iter().find(serves).filter(|twin| !twin.certificate_arns.is_empty()) else {
        return Err((Code::NoHttpsListener, "it has none".to_owned()));
    };
    let actions = twin.default_actions.iter().chain(twin.rules.iter().flat_map(|rule| &rule.actions));
    let leads_there = actions.flat_map(|action| &action.target_groups).any(|share| share.arn == group);
    let because = || format!("listener HTTPS:443 does not lead to {group}");
    if leads_there { Ok(()) } else { Err((Code::NoHttpsListener, because())) }
}

/// API Gateway follows no redirect.
fn http_callers(desk: &Desk<'_, '_>, listener: &Listener) -> Result<(), Why> {
    let callers = listed(desk.scope.topology.routes_of_listener(&listener.arn));
    if let Some(callers) = callers {
        return Err((Code::HttpCaller, callers));
    }
    unseen(&desk.scope).map_or(Ok(()), |why| Err((Code::Unread, why)))
}
