//! Facts about what travels without TLS, and what shows it.

use super::api::route_encrypted;
use super::balancing::group_protocol;
use super::{Context, unknown, word};
use crate::inventory::{Action, Cause, Gap, Listener, LoadBalancer, Observed, Region, Target, TargetGroup};
use crate::rules::value::Value;
use crate::topology::{Topology, Variant, groups_of_step, listener_name, standings};

const RULES: &str = "elasticloadbalancing:DescribeRules";
const TARGET_GROUPS: &str = "elasticloadbalancing:DescribeTargetGroups";
const TARGET_HEALTH: &str = "elasticloadbalancing:DescribeTargetHealth";
/// How many routes are named as evidence.
const MOST_ROUTES: usize = 3;

/// What serves a request without sending it to HTTPS: of an HTTP listener, everything that requests get to but a redirect to
/// HTTPS and a fixed answer.
pub(super) fn ways(balancer: &LoadBalancer, listener: &Listener) -> Value {
    let mut ways: Vec<Value> = Vec::new();
    let mut gaps: Vec<Gap> = Vec::new();
    for standing in standings(balancer, listener).into_iter().filter(|standing| standing.reached != Some(false)) {
        let (name, actions) = (standing.step.name(), standing.step.actions);
        match plaintext_action(actions, listener.protocol.as_deref()) {
            Some(what) if standing.reached == Some(true) => ways.push(format!("{name} {what}").into()),
            Some(_) => gaps.extend(standing.gaps),
            None => gaps.extend(unjudged_action(&name, actions)),
        }
    }
    if balancer.kind == "application" {
        gaps.extend(listener.rules.gaps.iter().map(|gap| gap.clone().or_action(RULES)));
    }
    Value::partial_list(ways, unknown(&gaps))
}

/// Why nobody can tell what becomes of a request: no action is named, or one that is new.
fn unjudged_action(name: &str, actions: &[Action]) -> Option<Gap> {
    const KNOWN: [&str; 6] = ["forward", "redirect", "fixed-response", "authenticate-oidc", "authenticate-cognito", "jwt-validation"];
    let unjudged = |why: String| Some(Gap::new(RULES, Cause::NotSupported).because(why));
    if actions.is_empty() {
        return unjudged(format!("the inventory does not say what {name} does"));
    }
    let new = actions.iter().find(|action| !KNOWN.contains(&action.kind.as_str()))?;
    unjudged(format!("this apiaudit does not know the action {:?} of {name}", new.kind))
}

fn plaintext_action(actions: &[Action], protocol: Option<&str>) -> Option<&'static str> {
    actions.iter().find_map(|action| match action.kind.as_str() {
        "forward" => Some("forwards"),
        "redirect" => {
            let asked = action.redirect.as_ref().and_then(|redirect| redirect.protocol.as_deref()).unwrap_or("#{protocol}");
            let effective = if asked == "#{protocol}" { protocol.unwrap_or("HTTP") } else { asked };
            (!effective.eq_ignore_ascii_case("HTTPS")).then_some("redirects to HTTP")
        }
        _ => None,
    })
}

/// What shows whether a TCP connection carries TLS: a network load balancer that ends none passes on whatever comes.
#[derive(Debug, Default)]
struct Signs {
    /// What shows that it does not, in words.
    plain: Vec<String>,
    /// Whether something shows that it does.
    sealed: bool,
    /// What may show either.
    gaps: Vec<Gap>,
}

impl Signs {
    fn add(&mut self, other: Self) {
        self.plain.extend(other.plain);
        self.sealed |= other.sealed;
        self.gaps.extend(other.gaps);
    }

    /// What shows that there is no TLS. Nothing, and no more to come, only where something shows that there is.
    fn into_value(mut self, what: &str) -> Value {
        if self.plain.is_empty() && !self.sealed {
            let why = format!("whether the connections that {what} passes on carry TLS, AWS does not say and nothing else shows");
            self.gaps.push(Gap::new("", Cause::NotSupported).because(why));
        }
        self.plain.sort();
        self.plain.dedup();
        Value::partial_list(self.plain.into_iter().map(Value::from).collect(), unknown(&self.gaps))
    }
}

/// Whether a protocol carries whatever the two ends agree on.
fn passes_on(protocol: Option<&str>) -> bool {
    matches!(protocol, Some("TCP" | "TCP_UDP" | "TCP_QUIC"))
}

/// What shows that a listener of a network load balancer takes requests without TLS; nothing where it ends TLS itself.
pub(super) fn of_listener<'a>(topology: &Topology<'a>, balancer: &'a LoadBalancer, listener: &'a Listener) -> Value {
    if balancer.kind != "network" || !passes_on(listener.protocol.as_deref()) {
        return Value::list(Vec::new());
    }
    let mut signs = of_routes(topology, listener);
    let groups: Vec<_> = groups_of_step(&topology.index, &listener.default_actions).into_iter().filter(|(_, live)| *live).collect();
    let mut all_sealed = !groups.is_empty();
    for (group, _) in groups {
        let of_group = match group {
            Observed::Known(group) if group.target_type == "alb" => of_balancers(topology, group),
            Observed::Known(group) => of_health(group),
            Observed::Absent => Signs::default(),
            Observed::Unknown(gap) => Signs { gaps: vec![gap.or_action(TARGET_GROUPS)], ..Signs::default() },
        };
        all_sealed &= of_group.sealed;
        signs.add(Signs { sealed: false, ..of_group });
    }
    signs.sealed |= all_sealed;
    signs.into_value(&format!("{} of {}", listener_name(listener), balancer.name))
}

/// What shows that requests reach a target group's targets without TLS.
pub(super) fn of_group<'a>(topology: &Topology<'a>, context: &Context<'a>, region: &Region, group: &'a TargetGroup) -> Value {
    match group_protocol(group) {
        Value::Str(protocol) if protocol.as_ref() == "HTTP" => Value::list(vec!["its protocol is HTTP".into()]),
        Value::Str(protocol) if passes_on(Some(&protocol)) => passed_on(topology, context, region, group),
        unknown @ Value::Unknown(_) => unknown,
        _ => Value::list(Vec::new()),
    }
}

fn passed_on<'a>(topology: &Topology<'a>, context: &Context<'a>, region: &Region, group: &'a TargetGroup) -> Value {
    let mut signs = of_health(group);
    for (balancer, listener) in context.fronts(&region.name, &group.arn) {
        let name = format!("{} of {}", listener_name(listener), balancer.name);
        match listener.protocol.as_deref() {
            Some("TLS") => signs.plain.push(format!("{name} ends TLS and passes the rest on by TCP")),
            protocol if passes_on(protocol) => signs.add(of_routes(topology, listener)),
            _ => {}
        }
    }
    signs.gaps.extend(context.unread_fronts(&region.name));
    signs.into_value(&group.name)
}

/// What the integrations of APIs say that lead to a listener.
fn of_routes(topology: &Topology<'_>, listener: &Listener) -> Signs {
    let mut signs = Signs { gaps: topology.unseen_routes.clone(), ..Signs::default() };
    for served in topology.routes_of_listener(&listener.arn).filter(|served| served.variant != Variant::Draft) {
        match route_encrypted(served) {
            Value::Bool(true) => signs.sealed = true,
            Value::Bool(false) if signs.plain.len() < MOST_ROUTES => {
                signs.plain.push(format!("{} of API {} (stage {}) calls it by http", served.key(), served.api.name, served.stage.name));
            }
            Value::Unknown(unknown) => signs.gaps.extend(unknown.gaps().iter().cloned()),
            _ => {}
        }
    }
    signs
}

/// What becomes of the requests in the load balancers of a target group.
fn of_balancers<'a>(topology: &Topology<'a>, group: &'a TargetGroup) -> Signs {
    let mut signs = Signs::default();
    if let Observed::Unknown(gap) = &group.targets {
        signs.gaps.push(gap.clone().or_action(TARGET_HEALTH));
    }
    for behind in topology.index.listeners_in(group) {
        match behind {
            Observed::Known(behind) => signs.add(of_arrival(topology, behind)),
            Observed::Unknown(gap) => signs.gaps.push(gap),
            Observed::Absent => {}
        }
    }
    signs
}

/// What a listener of an application load balancer does with what a network one passes on to it.
fn of_arrival<'a>(topology: &Topology<'a>, behind: &'a Listener) -> Signs {
    let Observed::Known((_, balancer, behind)) = topology.index.listener(&behind.arn) else { return Signs::default() };
    match behind.protocol.as_deref() {
        Some("HTTPS") => Signs { sealed: true, ..Signs::default() },
        Some("HTTP") => {
            let Value::List(served) = ways(balancer, behind) else { return Signs::default() };
            let words: Vec<String> = served.items().iter().map(Value::render).collect();
            let gaps = served.missing().map(|missing| missing.gaps().to_vec()).unwrap_or_default();
            if words.is_empty() {
                // A redirect to HTTPS, and nothing else, serves nobody in clear text.
                return Signs { sealed: gaps.is_empty(), gaps, ..Signs::default() };
            }
            Signs {
                plain: vec![format!("{} of {} behind it: {}", listener_name(behind), balancer.name, words.join(", "))],
                sealed: false,
                gaps,
            }
        }
        _ => Signs::default(),
    }
}

/// What a health check shows: a target that answers HTTP, or HTTPS, on the very port that takes the traffic.
fn of_health(group: &TargetGroup) -> Signs {
    let probe = group.health_check.protocol.as_deref();
    let https = match probe {
        Some("HTTPS") => true,
        Some("HTTP") => false,
        _ => return Signs::default(),
    };
    let targets = match &group.targets {
        Observed::Known(targets) => targets.as_slice(),
        Observed::Absent => &[],
        Observed::Unknown(gap) => return Signs { gaps: vec![gap.clone().or_action(TARGET_HEALTH)], ..Signs::default() },
    };
    let mut signs = Signs::default();
    for target in targets.iter().filter(|target| is_probed_where_it_serves(group, target)) {
        let known = ["initial", "healthy", "unhealthy", "unhealthy.draining", "unused", "draining"];
        match word(&target.state, &known, TARGET_HEALTH, "target state") {
            Value::Str(state) if state.as_ref() == "healthy" && https => signs.sealed = true,
            Value::Str(state) if state.as_ref() == "healthy" => {
                signs.plain =
                    vec![format!("target {} of {} answers its health check by HTTP on the port of the traffic", target.id, group.name)];
            }
            Value::Unknown(unknown) => signs.gaps.extend(unknown.gaps().iter().cloned()),
            _ => {}
        }
    }
    signs
}

fn is_probed_where_it_serves(group: &TargetGroup, target: &Target) -> bool {
    match (group.health_check.port.as_deref(), target.port.or(group.port)) {
        (Some("traffic-port"), _) => true,
        (Some(probed), Some(serves)) => probed.parse() == Ok(serves),
        _ => false,
    }
}
