//! Facts about stages, routes and VPC links.

use std::collections::BTreeSet;

use super::types::{API, BACKEND, DOMAIN, INTEGRATION, LINK_TARGET, LINK_USE, LOAD_BALANCER_REF, ROUTE, STAGE, VPC_LINK};
use super::{Context, lacking, links, missing, observed, stages, strings, word};
use crate::inventory::{Api, Cause, Gap, Integration, LoadBalancer, Observed, Protocol, Region, Stage, VpcLink};
use crate::rules::value::{RecordBuilder, Unknown, Value};
use crate::topology::{Backend, BalancerHop, LinkVersion, Reason, ServedRoute, Topology, Unresolved, Url, Variant, split_arn};

const APIGATEWAY: &str = "apigateway:GET";

fn api<'a>(topology: &Topology<'a>, region: &'a Region, api: &'a Api) -> Value {
    let kinds = endpoint_types(api);
    let policy = topology.policy(&region.name, api);
    let open = policy.map_or(Observed::Known(true), |(policy, place)| policy.admits_anyone(&place));
    let open = observed(&open, "", |open| (*open).into());
    RecordBuilder::new(&API)
        .set("id", &api.id)
        .set("arn", topology.ids.api(region, api))
        .set("name", &api.name)
        .set("region", &region.name)
        .set("protocol", api.protocol.as_str())
        .set("private", private(&kinds))
        .set("endpoint_types", strings(kinds))
        .set("default_endpoint", !api.disable_execute_api_endpoint)
        .set("policy_admits_anyone", open)
        .build()
}

/// The kinds of endpoints of an API: all but REST APIs are regional.
pub(super) fn endpoint_types(api: &Api) -> Vec<&str> {
    if api.protocol == Protocol::Rest { api.endpoint_types.iter().map(String::as_str).collect() } else { vec!["REGIONAL"] }
}

/// Whether only callers in a VPC reach an API. One endpoint that the internet reaches is enough for no.
pub(super) fn private(kinds: &[&str]) -> Value {
    if kinds.iter().any(|kind| ["REGIONAL", "EDGE"].contains(kind)) {
        return false.into();
    }
    match kinds.iter().find(|kind| **kind != "PRIVATE") {
        Some(new) => word(new, &[], APIGATEWAY, "endpoint type"),
        None if kinds.is_empty() => lacking(APIGATEWAY, "which endpoints the API has"),
        None => true.into(),
    }
}

/// The facts about a stage, made once and shared.
pub(crate) fn stage<'a>(topology: &Topology<'a>, context: &Context<'a>, region: &'a Region, of: &'a Api, stage: &'a Stage) -> Value {
    context.stage(region, of, stage).unwrap_or_else(|| stage_facts(topology, region, of, stage))
}

/// The facts about a stage.
pub(super) fn stage_facts<'a>(topology: &Topology<'a>, region: &'a Region, of: &'a Api, stage: &'a Stage) -> Value {
    let builder = RecordBuilder::new(&STAGE)
        .set("arn", topology.ids.stage(region, of, stage))
        .set("name", &stage.name)
        .set("api", api(topology, region, of))
        .set("deployed", stage.deployment_id.is_some() || stage.auto_deploy)
        .set("auto_deploy", stage.auto_deploy)
        .set("access_log", stage.access_log.as_ref().map(|log| log.destination_arn.as_str()))
        .set("web_acl", stage.web_acl_arn.as_deref())
        .set("client_certificate", stage.client_certificate_id.as_deref())
        .set("tracing", stage.tracing_enabled)
        .set("cache", stage.cache_cluster_enabled)
        .set("canary", stage.canary.is_some())
        .set("domains", domains(region, of, stage));
    stages::fill(builder, topology.inventory, region, of, stage).build()
}

/// The custom domain names that lead to a stage.
fn domains(region: &Region, api: &Api, stage: &Stage) -> Value {
    let found = crate::topology::domains(region, api, stage).map(|(domain, mapping)| {
        RecordBuilder::new(&DOMAIN)
            .set("name", &domain.name)
            .set("path", &mapping.path)
            .set("mutual_tls", domain.mutual_tls_truststore.is_some())
            .build()
    });
    let unread = region.domain_names.iter().flat_map(|domain| &domain.mappings.gaps).chain(&region.domain_names.gaps);
    let missing = Unknown::of(unread.map(|gap| gap.clone().or_action(APIGATEWAY)));
    Value::partial_list(found.collect(), missing)
}

/// The facts about a route.
pub(crate) fn route<'a>(topology: &Topology<'a>, context: &Context<'a>, served: &ServedRoute<'a>) -> Value {
    let integration = observed(&served.route.integration, "apigateway:GET", |integration| integration_facts(served, integration));
    let stage = stage(topology, context, served.region, served.api, served.stage);
    let of_stage = match &stage {
        Value::Record(record) => record.get("api").cloned(),
        _ => None,
    };
    let of_stage = of_stage.unwrap_or_else(|| api(topology, served.region, served.api));
    let authorization: Value = match &served.route.authorization {
        Observed::Known(kind) => word(kind, &["NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS", "JWT"], APIGATEWAY, "authorization type"),
        Observed::Absent => "NONE".into(),
        Observed::Unknown(gap) => gap.clone().or_action("apigateway:GET").into(),
    };
    let policy = topology.policy(&served.region.name, served.api);
    let anyone = policy.map_or(Observed::Known(true), |(policy, place)| policy.admits_anyone_to(&place, served));
    let anyone = observed(&anyone, APIGATEWAY, |open| (*open).into());
    let every_account = policy.map_or(Observed::Known(false), |(policy, place)| policy.admits_every_account(&place, served));
    let every_account = observed(&every_account, APIGATEWAY, |open| (*open).into());
    RecordBuilder::new(&ROUTE)
        .set("id", topology.ids.route(served))
        .set("key", served.key())
        .set("method", &served.route.method)
        .set("path", &served.route.path)
        .set("read_as", served.variant.as_str())
        .set("api", of_stage)
        .set("stage", stage)
        .set("entry", is_entry(served))
        .set("authorization", authorization)
        .set("policy_admits_anyone", anyone)
        .set("policy_admits_every_account", every_account)
        .set("policy_statements", strings(policy.map_or_else(Vec::new, |(policy, place)| policy.allowing(&place, served))))
        .set("authorizer", served.route.authorizer.as_deref())
        .set("api_key_required", served.route.api_key_required)
        .set("request_validator", served.route.request_validator.as_deref())
        .set("integration", integration)
        .set("backend", backend(&served.backend))
        .build()
}

/// A WebSocket API asks who calls when the connection is made, and lets anyone connect when it has no route for that.
fn is_entry(served: &ServedRoute<'_>) -> bool {
    if served.api.protocol != Protocol::WebSocket || served.route.path == "$connect" {
        return true;
    }
    let beside = match served.variant {
        Variant::Deployed => &served.stage.deployed,
        Variant::Canary => &served.stage.canary_deployed,
        Variant::Draft => &served.api.working_copy,
    };
    beside.known().is_none_or(|configuration| configuration.routes.iter().all(|route| route.path != "$connect"))
}

fn integration_facts(served: &ServedRoute<'_>, integration: &Integration) -> Value {
    let connection = integration.connection_type.as_deref().unwrap_or("INTERNET");
    let connection_type = word(connection, &["INTERNET", "VPC_LINK"], APIGATEWAY, "connection type");
    let private = connection == "VPC_LINK";
    let http = matches!(integration.kind.as_str(), "HTTP" | "HTTP_PROXY");
    let uri: Value = match (&served.uri, &integration.uri) {
        (Some(uri), _) => uri.into(),
        (None, Observed::Unknown(gap)) => gap.clone().or_action(APIGATEWAY).into(),
        // A stage variable is missing. Where only its value was left out of the snapshot, nobody can tell.
        (None, uri) => match &served.backend {
            Backend::Unknown(gap) => gap.clone().into(),
            _ => uri.known().map(String::as_str).into(),
        },
    };
    let link = match served.backend.link() {
        Some((_, link)) => Value::from(&link.id),
        None => observed(&integration.connection_id, "apigateway:GET", |id| id.into()),
    };
    let kind = word(&integration.kind, &["HTTP", "HTTP_PROXY", "AWS", "AWS_PROXY", "MOCK"], APIGATEWAY, "integration type");
    RecordBuilder::new(&INTEGRATION)
        .set("http", if kind == Value::from(&integration.kind) { http.into() } else { kind.clone() })
        .set("type", kind)
        .set("private", if connection_type == Value::from(connection) { private.into() } else { connection_type.clone() })
        .set("connection_type", connection_type)
        .set("encrypted", encrypted(served, integration, private, http))
        .set("uri", uri)
        .set("insecure_skip_verification", integration.insecure_skip_verification)
        .set("server_name_to_verify", integration.server_name_to_verify.as_deref())
        .set("link", if private { link } else { Value::Absent })
        .set("timeout_ms", integration.timeout_ms)
        .set("static_headers", strings(integration.static_headers.iter().map(|name| name.to_ascii_lowercase())))
        .build()
}

/// Whether a route's requests to its back end go over TLS; absent where it sends none.
pub(super) fn route_encrypted(served: &ServedRoute<'_>) -> Value {
    let known = |integration: &Integration| {
        let private = integration.connection_type.as_deref() == Some("VPC_LINK");
        encrypted(served, integration, private, matches!(integration.kind.as_str(), "HTTP" | "HTTP_PROXY"))
    };
    observed(&served.route.integration, APIGATEWAY, known)
}

/// Whether the request goes over TLS. A private integration of an HTTP API has no scheme: its TLS setting decides.
fn encrypted(served: &ServedRoute<'_>, integration: &Integration, private: bool, http: bool) -> Value {
    if !http {
        return Value::Absent;
    }
    if private && served.api.protocol == Protocol::Http {
        return integration.server_name_to_verify.is_some().into();
    }
    match (&served.uri, &integration.uri) {
        (None, Observed::Unknown(gap)) => gap.clone().or_action(APIGATEWAY).into(),
        (filled, uri) => {
            let text = filled.as_deref().or_else(|| uri.known().map(String::as_str)).unwrap_or_default();
            let scheme = text.split_once("://").map(|(scheme, _)| scheme).filter(|scheme| !scheme.contains('$'));
            match (Url::parse(text), scheme, &served.backend) {
                (Ok(url), _, _) => url.encrypted.into(),
                (Err(_), Some(scheme), _) => scheme.eq_ignore_ascii_case("https").into(),
                // The scheme is within a stage variable whose value was not kept.
                (Err(_), None, Backend::Unknown(gap)) => gap.clone().into(),
                // What is no URL is never sent: the rule about unresolved back ends speaks of it.
                (Err(_), None, _) => Value::Absent,
            }
        }
    }
}

/// The facts about what answers a route.
fn backend(backend: &Backend<'_>) -> Value {
    if let Backend::Unknown(gap) = backend {
        return gap.clone().into();
    }
    let builder = RecordBuilder::new(&BACKEND).set("kind", backend.kind()).set("exists", exists(backend));
    match backend {
        Backend::Balancer(hop) => builder
            .set("name", &hop.balancer.name)
            .set("load_balancer", balancer_ref(hop.balancer))
            .set("port", hop.port)
            .set("in_words", (hop.listener == Observed::Absent).then(|| format!("has no listener on port {}", hop.port)))
            .set("listener", observed(&hop.listener, "elasticloadbalancing:DescribeListeners", |listener| (&listener.arn).into()))
            .set("secret_headers", secret_headers(hop)),
        Backend::CloudMap { service, .. } => builder.set("name", &service.arn).set("secret_headers", strings::<&str>([])),
        Backend::Interface(interface) => builder.set("name", &interface.id).set("secret_headers", strings::<&str>([])),
        Backend::AwsService(service) => builder.set("name", *service).set("secret_headers", strings::<&str>([])),
        Backend::Mock | Backend::Nothing | Backend::Unknown(_) => builder.set("name", "").set("secret_headers", strings::<&str>([])),
        Backend::Unresolved(end) => builder
            .set("name", &end.name)
            .set("reason", end.reason.as_str())
            .set("in_words", end.reason.in_words())
            .set("secret_headers", strings::<&str>([])),
    }
    .build()
}

/// The headers that a listener's rules ask for before they forward.
fn secret_headers(hop: &BalancerHop<'_>) -> Value {
    let listener = match &hop.listener {
        Observed::Known(listener) => listener,
        Observed::Absent => return strings::<&str>([]),
        Observed::Unknown(gap) => return gap.clone().or_action("elasticloadbalancing:DescribeListeners").into(),
    };
    let names: BTreeSet<String> = crate::topology::secret_headers(listener).collect();
    let missing = if hop.balancer.kind == "application" { missing(&listener.rules, "elasticloadbalancing:DescribeRules") } else { None };
    Value::partial_list(names.iter().map(Value::from).collect(), missing)
}

/// Whether the account holds what the integration names.
fn exists(backend: &Backend<'_>) -> Value {
    match backend {
        Backend::Unresolved(Unresolved {
            reason: reason @ (Reason::OtherAccount | Reason::OtherRegion | Reason::ThirdParty),
            name,
            ..
        }) => {
            let why = if *reason == Reason::OtherRegion { "is in a region that was not scanned" } else { "is outside this account" };
            Gap::new("", Cause::NotSupported).because(format!("{name} {why}")).into()
        }
        Backend::Unresolved(_) | Backend::Nothing => false.into(),
        _ => true.into(),
    }
}

/// A load balancer that something else refers to.
pub(super) fn balancer_ref(balancer: &LoadBalancer) -> Value {
    RecordBuilder::new(&LOAD_BALANCER_REF)
        .set("arn", &balancer.arn)
        .set("name", &balancer.name)
        .set("region", split_arn(&balancer.arn).map_or("", |arn| arn.0))
        .set("type", super::balancing::kind(balancer))
        .set("scheme", super::balancing::scheme(balancer))
        .set("dns_name", &balancer.dns_name)
        .set("security_groups", strings(&balancer.security_groups))
        .build()
}

/// The facts about a VPC link. A route of a working copy does not count: nobody uses it yet.
pub(crate) fn vpc_link<'a>(
    topology: &Topology<'a>,
    context: &Context<'a>,
    region: &'a Region,
    version: LinkVersion,
    link: &'a VpcLink,
) -> Value {
    let uses = topology.routes_of_link(&region.name, version, &link.id).filter(|served| served.variant != Variant::Draft);
    let uses = uses.map(|served| {
        let (refused, refusal) = match &served.backend {
            Backend::Balancer(hop) => links::refused(topology, context, version, link, hop),
            Backend::Unknown(gap) => (gap.clone().into(), None),
            _ => (false.into(), None),
        };
        RecordBuilder::new(&LINK_USE)
            .set("route", format!("{} of {} (stage {})", served.key(), served.api.name, served.stage.name))
            .set("protocol", served.api.protocol.as_str())
            .set("backend", backend(&served.backend))
            .set("refused", refused)
            .set("refusal", refusal)
            .build()
    });
    let targets = link.target_arns.iter().map(|arn| link_target(topology, context, arn)).collect();
    RecordBuilder::new(&VPC_LINK)
        .set("id", &link.id)
        .set("name", &link.name)
        .set("region", &region.name)
        .set("version", version.as_str())
        .set("status", word(&link.status, &["AVAILABLE", "PENDING", "DELETING", "FAILED", "INACTIVE"], APIGATEWAY, "VPC link status"))
        .set("status_message", link.status_message.as_deref())
        .set("targets", Value::list(targets))
        .set("zones", links::zones(topology, region, version, link))
        .set("uses", Value::partial_list(uses.collect(), context.unseen_routes.clone()))
        .build()
}

fn link_target(topology: &Topology<'_>, context: &Context<'_>, arn: &str) -> Value {
    let builder = RecordBuilder::new(&LINK_TARGET).set("arn", arn);
    match topology.index.balancer(arn) {
        Observed::Known((region, balancer)) => builder
            .set("exists", true)
            .set("type", super::balancing::kind(balancer))
            .set("name", &balancer.name)
            .set("drops_private_link", links::drops_private_link(context, region, balancer)),
        Observed::Absent => builder.set("exists", false).set("drops_private_link", false),
        Observed::Unknown(gap) => {
            builder.set("exists", gap.clone()).set("type", gap.clone()).set("name", gap.clone()).set("drops_private_link", gap)
        }
    }
    .build()
}
