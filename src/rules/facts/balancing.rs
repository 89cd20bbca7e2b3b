//! Facts about load balancers, listeners and target groups.

use std::collections::BTreeSet;

use super::api::balancer_ref;
use super::context::has_rules;
use super::types::{LISTENER, LOAD_BALANCER, TARGET, TARGET_GROUP};
use super::{Context, missing, observed, seen, strings, unknown};
use crate::inventory::{Action, Cause, Gap, Listener, LoadBalancer, Observed, Peer, Region, SecurityGroupRule, Target, TargetGroup};
use crate::network::{Admission, Entry};
use crate::rules::value::{RecordBuilder, Value};
use crate::topology::{ServedRoute, Topology, Variant};

/// The facts about a load balancer. With `drafts`, routes of working copies count as routes, and nothing is held to be unseen on their account.
pub(crate) fn load_balancer<'a>(
    topology: &Topology<'a>,
    context: &Context<'a>,
    region: &'a Region,
    balancer: &'a LoadBalancer,
    drafts: bool,
) -> Value {
    let listeners = balancer.listeners.iter().map(|one| listener(context, region, balancer, one)).collect();
    let groups_behind = balancer.listeners.iter().flat_map(|one| topology.routes_of_listener(&one.arn));
    let apis = apis(topology.routes_of_balancer(&balancer.arn).chain(groups_behind), drafts);
    let unseen = if drafts { None } else { context.unseen_ways(&region.name) };
    RecordBuilder::new(&LOAD_BALANCER)
        .set("arn", &balancer.arn)
        .set("name", &balancer.name)
        .set("type", &balancer.kind)
        .set("scheme", balancer.scheme.as_deref())
        .set("dns_name", &balancer.dns_name)
        .set("state", balancer.state.as_deref())
        .set("ip_address_type", balancer.ip_address_type.as_deref())
        .set("vpc", balancer.vpc_id.as_deref())
        .set("security_groups", strings(&balancer.security_groups))
        .set("enforce_private_link", balancer.enforce_private_link.as_deref())
        .set("web_acl", observed(&balancer.web_acl_arn, "wafv2:GetWebACLForResource", |arn| arn.into()))
        .set("attributes", attributes(balancer))
        .set("listeners", Value::partial_list(listeners, missing(&balancer.listeners, "elasticloadbalancing:DescribeListeners")))
        .set("behind_api", seen(!apis.is_empty(), unseen.clone()))
        .set("apis", Value::partial_list(apis.iter().map(|name| (*name).into()).collect(), unseen))
        .build()
}

fn attributes(balancer: &LoadBalancer) -> Value {
    match &balancer.attributes {
        Observed::Known(attributes) => attributes.iter().collect(),
        Observed::Absent => std::iter::empty::<(&str, &str)>().collect(),
        Observed::Unknown(gap) => gap.clone().or_action("elasticloadbalancing:DescribeLoadBalancerAttributes").into(),
    }
}

fn apis<'t, 'a: 't>(routes: impl Iterator<Item = &'t ServedRoute<'a>>, drafts: bool) -> BTreeSet<&'a str> {
    routes.filter(|served| drafts || served.variant != Variant::Draft).map(|served| label(&served.api.name, &served.api.id)).collect()
}

/// A name that people know, or the id where there is none.
fn label<'a>(name: &'a str, id: &'a str) -> &'a str {
    if name.is_empty() { id } else { name }
}

/// The facts about a listener.
pub(crate) fn listener<'a>(context: &Context<'a>, region: &'a Region, balancer: &'a LoadBalancer, listener: &'a Listener) -> Value {
    let admission = context.admission(&region.name, balancer, listener);
    let entries = public_entries(&admission);
    RecordBuilder::new(&LISTENER)
        .set("arn", &listener.arn)
        .set("name", crate::topology::listener_name(listener))
        .set("port", listener.port)
        .set("protocol", listener.protocol.as_deref())
        .set("load_balancer", balancer_ref(balancer))
        .set("ssl_policy", listener.ssl_policy.as_deref())
        .set("tls_protocols", listener.ssl_policy.as_deref().map(|policy| context.protocols(&region.name, policy)))
        .set("mutual_tls", listener.mutual_authentication.as_ref().map_or("off", |mutual| mutual.mode.as_str()))
        .set("plaintext_ways", plaintext_ways(balancer, listener))
        .set("admits_world", admits_world(balancer, &admission))
        .set("admitted_by", Value::partial_list(entries.map(Value::from).collect(), unknown(&admission.gaps)))
        .build()
}

/// The entries through which the world may open a connection to a listener; none when it may not, or that is not known.
pub(crate) fn entries_for_the_world(
    context: &Context<'_>,
    region: &str,
    balancer: &LoadBalancer,
    listener: &Listener,
) -> Option<Vec<String>> {
    let admission = context.admission(region, balancer, listener);
    (admits_world(balancer, &admission) == Value::Bool(true)).then(|| public_entries(&admission).collect())
}

/// The entries that let in more than what carries another security group.
fn public_entries(admission: &Admission<'_>) -> impl Iterator<Item = String> {
    admission.entries.iter().filter(|entry| !matches!(entry.rule.peer, Peer::SecurityGroup(_))).map(entry_in_words)
}

/// A network load balancer without security groups takes whatever comes.
fn admits_world(balancer: &LoadBalancer, admission: &Admission<'_>) -> Value {
    if balancer.kind != "application" && balancer.security_groups.is_empty() {
        return true.into();
    }
    seen(admission.addresses.is_world(), unknown(&admission.gaps))
}

/// An entry of a security group in words, such as `sg-1 (web): tcp 443 from 0.0.0.0/0 (sgr-2)`.
pub(crate) fn entry_in_words(entry: &Entry<'_>) -> String {
    let SecurityGroupRule { protocol, peer, id, .. } = entry.rule;
    let protocol = if protocol == "-1" { "all protocols" } else { protocol };
    let ports = match (entry.rule.from_port, entry.rule.to_port) {
        (Some(from), Some(to)) if from == to => format!(" {from}"),
        (Some(from), Some(to)) => format!(" {from}-{to}"),
        _ => String::new(),
    };
    let from = match peer {
        Peer::CidrIpv4(block) | Peer::CidrIpv6(block) => block.clone(),
        Peer::PrefixList(list) => format!("prefix list {list}"),
        Peer::SecurityGroup(group) => format!("security group {group}"),
    };
    let name = if entry.group.name.is_empty() { String::new() } else { format!(" ({})", entry.group.name) };
    let id = id.as_ref().map_or(String::new(), |id| format!(" ({id})"));
    format!("{}{name}: {protocol}{ports} from {from}{id}", entry.group.id)
}

/// What serves a request without sending it to HTTPS: of an HTTP listener, everything but a redirect to HTTPS and a fixed answer.
fn plaintext_ways(balancer: &LoadBalancer, listener: &Listener) -> Value {
    let by_rule = listener.rules.iter().map(|rule| (format!("rule {}", rule.priority), rule.actions.as_slice()));
    let all = by_rule.chain(std::iter::once(("default action".to_owned(), listener.default_actions.as_slice())));
    let ways = all
        .filter_map(|(name, actions)| plaintext_action(actions, listener.protocol.as_deref()).map(|what| format!("{name} {what}").into()));
    let unread = if has_rules(balancer) { missing(&listener.rules, "elasticloadbalancing:DescribeRules") } else { None };
    Value::partial_list(ways.collect(), unread)
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

/// The facts about a target group, with `drafts` as for a load balancer.
pub(crate) fn target_group<'a>(
    topology: &Topology<'a>,
    context: &Context<'a>,
    region: &Region,
    group: &TargetGroup,
    drafts: bool,
) -> Value {
    let listeners = topology.listeners_of_group(&group.arn);
    let apis = apis(listeners.iter().flat_map(|listener| topology.routes_of_listener(&listener.arn)), drafts);
    let unseen = if drafts { None } else { context.unseen_ways(&region.name) };
    let targets = match &group.targets {
        Observed::Known(targets) => Value::list(targets.iter().map(target).collect()),
        Observed::Absent => Value::list(Vec::new()),
        Observed::Unknown(gap) => gap.clone().or_action("elasticloadbalancing:DescribeTargetHealth").into(),
    };
    let services = topology.index.services_of_group(&group.arn).iter().map(|found| found.service.name.as_str().into()).collect();
    RecordBuilder::new(&TARGET_GROUP)
        .set("arn", &group.arn)
        .set("name", &group.name)
        .set("type", &group.target_type)
        .set("protocol", group.protocol.as_deref())
        .set("port", group.port)
        .set("load_balancers", strings(&group.load_balancer_arns))
        .set("health_check_path", group.health_check.path.as_deref().unwrap_or_default())
        .set("targets", targets)
        .set("services", Value::partial_list(services, context.unread_services(&region.name)))
        .set("behind_api", seen(!apis.is_empty(), unseen.clone()))
        .set("apis", Value::partial_list(apis.iter().map(|name| (*name).into()).collect(), unseen))
        .build()
}

fn target(target: &Target) -> Value {
    let reason = target.reason.as_deref();
    // AWS cannot tell either: health checks are off, or its own prober failed.
    let state = if target.state == "unavailable" {
        let words = format!("{} is unavailable ({})", target.id, reason.unwrap_or("no reason given"));
        Value::from(Gap::new("", Cause::NotSupported).because(words))
    } else {
        Value::from(&target.state)
    };
    let port = target.port.map_or(String::new(), |port| format!(":{port}"));
    let why = target.description.as_deref().or(reason).map_or(String::new(), |why| format!(" ({why})"));
    RecordBuilder::new(&TARGET)
        .set("id", &target.id)
        .set("port", target.port)
        .set("state", state)
        .set("reason", reason)
        .set("in_words", format!("{}{port} {}{why}", target.id, target.state))
        .build()
}
