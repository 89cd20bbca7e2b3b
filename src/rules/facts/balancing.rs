//! Facts about load balancers, listeners and target groups.

use std::collections::BTreeSet;

use super::api::balancer_ref;
use super::types::{BALANCER_SUBNET, LISTENER, LOAD_BALANCER, TARGET, TARGET_GROUP};
use super::{
    Context, attributes, certificates, exposure, lacking, listener_rules, missing, observed, plaintext, seen, strings, tls, ways, word,
};
use crate::inventory::{Cause, Gap, Listener, LoadBalancer, Observed, Region, Target, TargetGroup};
use crate::rules::value::{RecordBuilder, Value};
use crate::topology::{ServedRoute, Topology, Variant};

/// What listeners speak; GENEVE is the way of gateway load balancers.
const PROTOCOLS: [&str; 9] = ["HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC", "GENEVE"];

const MUTUAL_TLS: [&str; 3] = ["off", "passthrough", "verify"];
const DESYNC_MODES: [&str; 3] = ["monitor", "defensive", "strictest"];

const LOAD_BALANCERS: &str = "elasticloadbalancing:DescribeLoadBalancers";
const LISTENERS: &str = "elasticloadbalancing:DescribeListeners";
const TARGET_GROUPS: &str = "elasticloadbalancing:DescribeTargetGroups";
const TARGET_HEALTH: &str = "elasticloadbalancing:DescribeTargetHealth";

/// The facts about a load balancer. With `drafts`, routes of working copies count as routes, and nothing is held to be unseen on their account.
pub(crate) fn load_balancer<'a>(
    topology: &Topology<'a>,
    context: &Context<'a>,
    region: &'a Region,
    balancer: &'a LoadBalancer,
    drafts: bool,
) -> Value {
    let listeners = balancer.listeners.iter().map(|one| listener(topology, context, region, balancer, one, drafts)).collect();
    let groups_behind = balancer.listeners.iter().flat_map(|one| topology.routes_of_listener(&one.arn));
    let apis = apis(topology.routes_of_balancer(&balancer.arn).chain(groups_behind), drafts);
    let unseen = if drafts { None } else { context.unseen_ways(&region.name) };
    RecordBuilder::new(&LOAD_BALANCER)
        .set("arn", &balancer.arn)
        .set("name", &balancer.name)
        .set("region", &region.name)
        .set("type", kind(balancer))
        .set("scheme", scheme(balancer))
        .set("dns_name", &balancer.dns_name)
        .set("state", balancer.state.as_deref())
        .set("ip_address_type", balancer.ip_address_type.as_deref())
        .set("vpc", balancer.vpc_id.as_deref())
        .set("security_groups", strings(&balancer.security_groups))
        .set("enforce_private_link", balancer.enforce_private_link.as_deref())
        .set("web_acl", observed(&balancer.web_acl_arn, "wafv2:GetWebACLForResource", |arn| arn.into()))
        .set("attributes", attributes(balancer))
        .set("access_logs", attributes::flag(balancer, "access_logs.s3.enabled", &["application", "network"]))
        .set("deletion_protection", attributes::flag(balancer, "deletion_protection.enabled", &["application", "network", "gateway"]))
        .set("cross_zone", attributes::flag(balancer, "load_balancing.cross_zone.enabled", &["application", "network", "gateway"]))
        .set("drops_invalid_headers", attributes::flag(balancer, "routing.http.drop_invalid_header_fields.enabled", &["application"]))
        .set("desync_mode", attributes::text(balancer, "routing.http.desync_mitigation_mode", &["application"], &DESYNC_MODES))
        .set("zones", attributes::zones(region, balancer))
        .set("groups_kept_in_zone", attributes::groups_kept_in_zone(topology, balancer))
        .set("listeners", Value::partial_list(listeners, missing(&balancer.listeners, "elasticloadbalancing:DescribeListeners")))
        .set("exposure", exposure::of_balancer(context, region, balancer))
        .set("subnets", subnets(context, region, balancer))
        .set("behind_api", seen(!apis.is_empty(), unseen.clone()))
        .set("apis", Value::partial_list(apis.iter().map(|name| (*name).into()).collect(), unseen))
        .set("ways", ways::of_balancer(topology, context, &region.name, balancer))
        .set("ways_around", ways::around_of_balancer(topology, context, &region.name, balancer))
        .set("same_targets_as", ways::same_targets_as(context, &region.name, balancer))
        .build()
}

/// The subnets of a load balancer, each with whether its routes lead to an internet gateway in a family that the load balancer has.
fn subnets(context: &Context<'_>, region: &Region, balancer: &LoadBalancer) -> Value {
    let ids: Vec<&str> = balancer.zones.iter().filter_map(|zone| zone.subnet_id.as_deref()).collect();
    let Some(network) = context.network(&region.name).filter(|_| !ids.is_empty()) else {
        return lacking(LOAD_BALANCERS, &format!("which subnets {} stands in", balancer.name));
    };
    let family = balancer.ip_address_type.as_deref();
    let leads = |id: &str, ipv6: bool| network.routes_to_internet(balancer.vpc_id.as_deref(), id, ipv6);
    let subnet = |id: &str| {
        let public = match (family, balancer.scheme.as_deref()) {
            (Some("dualstack-without-public-ipv4"), _) => leads(id, true),
            // What is meant to be inside has no business in a subnet that either family leads into.
            (Some("dualstack"), Some("internal")) => either(leads(id, false), leads(id, true)),
            _ => leads(id, false),
        };
        RecordBuilder::new(&BALANCER_SUBNET)
            .set("id", id)
            .set("public", observed(&public, "ec2:DescribeRouteTables", |public| (*public).into()))
            .build()
    };
    Value::list(ids.into_iter().map(subnet).collect())
}

/// Whether one of two holds.
fn either(one: Observed<bool>, other: Observed<bool>) -> Observed<bool> {
    match (one, other) {
        (Observed::Known(true), _) | (_, Observed::Known(true)) => Observed::Known(true),
        (Observed::Unknown(gap), _) | (_, Observed::Unknown(gap)) => Observed::Unknown(gap),
        (one, _) => one,
    }
}

/// Application, network or gateway.
pub(super) fn kind(balancer: &LoadBalancer) -> Value {
    word(&balancer.kind, &["application", "network", "gateway"], LOAD_BALANCERS, "type of load balancer")
}

/// Internet-facing or internal; gateway load balancers are neither.
pub(super) fn scheme(balancer: &LoadBalancer) -> Value {
    match balancer.scheme.as_deref() {
        Some(scheme) => word(scheme, &["internet-facing", "internal"], LOAD_BALANCERS, "scheme"),
        None if balancer.kind == "gateway" => Value::Absent,
        None => lacking(LOAD_BALANCERS, &format!("whether {} faces the internet", balancer.name)),
    }
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

/// The facts about a listener, with `drafts` as for a load balancer.
pub(crate) fn listener<'a>(
    topology: &Topology<'a>,
    context: &Context<'a>,
    region: &'a Region,
    balancer: &'a LoadBalancer,
    listener: &'a Listener,
    drafts: bool,
) -> Value {
    let tls = tls::of_listener(context, region, listener);
    let mutual = listener.mutual_authentication.as_ref();
    RecordBuilder::new(&LISTENER)
        .set("arn", &listener.arn)
        .set("name", crate::topology::listener_name(listener))
        .set("port", listener.port)
        .set("protocol", protocol(balancer, listener))
        .set("load_balancer", balancer_ref(balancer))
        .set("ssl_policy", listener.ssl_policy.as_deref())
        .set("tls_protocols", tls.protocols)
        .set("tls_ciphers", tls.ciphers)
        .set("tls_without_forward_secrecy", tls.without_forward_secrecy)
        .set("tls_cbc_ciphers", tls.cbc)
        .set("tls_post_quantum", tls.post_quantum)
        .set("certificates_outside_acm", certificates::outside_acm(listener))
        .set("mutual_tls", mutual.map_or_else(|| "off".into(), |mutual| word(&mutual.mode, &MUTUAL_TLS, LISTENERS, "mutual TLS mode")))
        .set("accepts_expired_client_certificates", mutual.is_some_and(|mutual| mutual.ignore_client_certificate_expiry))
        .set("plaintext_ways", plaintext::ways(balancer, listener))
        .set("plaintext_evidence", plaintext::of_listener(topology, balancer, listener))
        .set("shadowed_rules", listener_rules::shadowed(balancer, listener))
        .set("exposure", exposure::of_listener(context, region, balancer, listener))
        .set("forwards", ways::forwards(topology, context, region, balancer, listener, drafts))
        .build()
}

/// What a listener speaks; those of gateway load balancers name nothing.
fn protocol(balancer: &LoadBalancer, listener: &Listener) -> Value {
    match listener.protocol.as_deref() {
        Some(protocol) => word(protocol, &PROTOCOLS, LISTENERS, "protocol"),
        None if balancer.kind == "gateway" => Value::Absent,
        None => lacking(LISTENERS, &format!("which protocol {} speaks", listener.arn)),
    }
}

/// The facts about a target group, with `drafts` as for a load balancer.
pub(crate) fn target_group<'a>(
    topology: &Topology<'a>,
    context: &Context<'a>,
    region: &Region,
    group: &'a TargetGroup,
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
        .set("region", &region.name)
        .set("type", word(&group.target_type, &["instance", "ip", "lambda", "alb"], TARGET_GROUPS, "target type"))
        .set("protocol", group_protocol(group))
        .set("port", group.port)
        .set("load_balancers", strings(&group.load_balancer_arns))
        .set("plaintext_evidence", plaintext::of_group(topology, context, region, group))
        .set("health_check_protocol", health_check_protocol(group))
        .set("health_check_path", group.health_check.path.as_deref().unwrap_or_default())
        .set("targets", targets)
        .set("services", Value::partial_list(services, context.unread_services(&region.name)))
        .set("takes_traffic", context.takes_traffic(&region.name, &group.arn))
        .set("behind_api", seen(!apis.is_empty(), unseen.clone()))
        .set("apis", Value::partial_list(apis.iter().map(|name| (*name).into()).collect(), unseen))
        .set("ways", ways::to(topology, context, &region.name, &context.ways.keys_of_group(topology, group), drafts))
        .build()
}

/// What a target group speaks to its targets; functions are called, and not spoken to.
pub(super) fn group_protocol(group: &TargetGroup) -> Value {
    match group.protocol.as_deref() {
        Some(protocol) => word(protocol, &PROTOCOLS, TARGET_GROUPS, "protocol"),
        None if group.target_type == "lambda" => Value::Absent,
        None => lacking(TARGET_GROUPS, &format!("which protocol {} speaks", group.name)),
    }
}

/// By what targets are probed. Nobody can turn the probes off, but of functions, which have none by themselves.
fn health_check_protocol(group: &TargetGroup) -> Value {
    match group.health_check.protocol.as_deref() {
        Some(protocol) => word(protocol, &["HTTP", "HTTPS", "TCP"], TARGET_GROUPS, "protocol of health checks"),
        None if group.target_type == "lambda" => Value::Absent,
        None => lacking(TARGET_GROUPS, &format!("by which protocol the targets of {} are probed", group.name)),
    }
}

fn target(target: &Target) -> Value {
    let reason = target.reason.as_deref();
    // AWS cannot tell either: health checks are off, or its own prober failed.
    let state = if target.state == "unavailable" {
        let words = format!("{} is unavailable ({})", target.id, reason.unwrap_or("no reason given"));
        Value::from(Gap::new("", Cause::NotSupported).because(words))
    } else {
        word(&target.state, &["initial", "healthy", "unhealthy", "unhealthy.draining", "unused", "draining"], TARGET_HEALTH, "target state")
    };
    let unused = target.state == "unused";
    let why_unused = ["Target.NotRegistered", "Target.NotInUse", "Target.InvalidState", "Target.IpUnusable"];
    let port = target.port.map_or(String::new(), |port| format!(":{port}"));
    let why = target.description.as_deref().or(reason).map_or(String::new(), |why| format!(" ({why})"));
    RecordBuilder::new(&TARGET)
        .set("id", &target.id)
        .set("port", target.port)
        .set("state", state)
        .set(
            "reason",
            if unused { reason.map(|reason| word(reason, &why_unused, TARGET_HEALTH, "reason")) } else { reason.map(Value::from) },
        )
        .set("in_words", format!("{}{port} {}{why}", target.id, target.state))
        .build()
}
