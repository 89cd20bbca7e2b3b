//! Facts about stages, routes and VPC links.

use super::types::{API, BACKEND, INTEGRATION, LINK_TARGET, LINK_USE, LOAD_BALANCER_REF, ROUTE, STAGE, VPC_LINK};
use super::{Context, observed, policy, strings};
use crate::inventory::{Api, Integration, LoadBalancer, Observed, Protocol, Region, Stage, VpcLink};
use crate::rules::value::{RecordBuilder, Value};
use crate::topology::{Backend, LinkVersion, ServedRoute, Topology, Url, Variant};

fn api(topology: &Topology<'_>, region: &Region, api: &Api) -> Value {
    let kinds: Vec<&str> =
        if api.protocol == Protocol::Rest { api.endpoint_types.iter().map(String::as_str).collect() } else { vec!["REGIONAL"] };
    let open = observed(&policy::admits_anyone(api.policy.as_deref()), "", |open| (*open).into());
    RecordBuilder::new(&API)
        .set("id", &api.id)
        .set("arn", topology.ids.api(region, api))
        .set("name", &api.name)
        .set("protocol", api.protocol.as_str())
        .set("private", kinds.contains(&"PRIVATE"))
        .set("endpoint_types", strings(kinds))
        .set("default_endpoint", !api.disable_execute_api_endpoint)
        .set("policy_admits_anyone", open)
        .build()
}

/// The facts about a stage.
pub(crate) fn stage(topology: &Topology<'_>, region: &Region, of: &Api, stage: &Stage) -> Value {
    RecordBuilder::new(&STAGE)
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
        .build()
}

/// The facts about a route.
pub(crate) fn route(topology: &Topology<'_>, served: &ServedRoute<'_>) -> Value {
    let integration = observed(&served.route.integration, "apigateway:GET", |integration| integration_facts(served, integration));
    let authorization: Value = match &served.route.authorization {
        Observed::Known(kind) => kind.into(),
        Observed::Absent => "NONE".into(),
        Observed::Unknown(gap) => gap.clone().or_action("apigateway:GET").into(),
    };
    RecordBuilder::new(&ROUTE)
        .set("id", topology.ids.route(served))
        .set("key", served.key())
        .set("method", &served.route.method)
        .set("path", &served.route.path)
        .set("read_as", served.variant.as_str())
        .set("api", api(topology, served.region, served.api))
        .set("stage", stage(topology, served.region, served.api, served.stage))
        .set("authorization", authorization)
        .set("authorizer", served.route.authorizer.as_deref())
        .set("api_key_required", served.route.api_key_required)
        .set("integration", integration)
        .set("backend", backend(&served.backend))
        .build()
}

fn integration_facts(served: &ServedRoute<'_>, integration: &Integration) -> Value {
    let private = integration.connection_type.as_deref() == Some("VPC_LINK");
    let http = matches!(integration.kind.as_str(), "HTTP" | "HTTP_PROXY");
    let uri: Value = match (&served.uri, &integration.uri) {
        (Some(uri), _) => uri.into(),
        (None, Observed::Unknown(gap)) => gap.clone().or_action("apigateway:GET").into(),
        // A stage variable is missing: the text as it stands says which.
        (None, uri) => uri.known().map(String::as_str).into(),
    };
    let link = match served.backend.link() {
        Some((_, link)) => Value::from(&link.id),
        None => observed(&integration.connection_id, "apigateway:GET", |id| id.into()),
    };
    RecordBuilder::new(&INTEGRATION)
        .set("type", &integration.kind)
        .set("http", http)
        .set("connection_type", if private { "VPC_LINK" } else { "INTERNET" })
        .set("private", private)
        .set("encrypted", encrypted(served, integration, private, http))
        .set("uri", uri)
        .set("insecure_skip_verification", integration.insecure_skip_verification)
        .set("server_name_to_verify", integration.server_name_to_verify.as_deref())
        .set("link", if private { link } else { Value::Absent })
        .set("timeout_ms", integration.timeout_ms)
        .build()
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
        (None, Observed::Unknown(gap)) => gap.clone().or_action("apigateway:GET").into(),
        (filled, uri) => {
            let text = filled.as_deref().or_else(|| uri.known().map(String::as_str)).unwrap_or_default();
            match Url::parse(text) {
                Ok(url) => url.encrypted.into(),
                // What is no URL is never sent: the rule about unresolved back ends speaks of it.
                Err(_) => text.split_once("://").map(|(scheme, _)| scheme.eq_ignore_ascii_case("https")).into(),
            }
        }
    }
}

/// The facts about what answers a route.
fn backend(backend: &Backend<'_>) -> Value {
    if let Backend::Unknown(gap) = backend {
        return gap.clone().into();
    }
    let builder = RecordBuilder::new(&BACKEND).set("kind", backend.kind());
    match backend {
        Backend::Balancer(hop) => builder
            .set("name", &hop.balancer.name)
            .set("load_balancer", balancer_ref(hop.balancer))
            .set("port", hop.port)
            .set("listener", observed(&hop.listener, "elasticloadbalancing:DescribeListeners", |listener| (&listener.arn).into())),
        Backend::CloudMap { service, .. } => builder.set("name", &service.arn),
        Backend::Interface(interface) => builder.set("name", &interface.id),
        Backend::AwsService(service) => builder.set("name", *service),
        Backend::Mock | Backend::Nothing | Backend::Unknown(_) => builder.set("name", ""),
        Backend::Unresolved(end) => {
            builder.set("name", &end.name).set("reason", end.reason.as_str()).set("in_words", end.reason.in_words())
        }
    }
    .build()
}

/// A load balancer that something else refers to.
pub(super) fn balancer_ref(balancer: &LoadBalancer) -> Value {
    RecordBuilder::new(&LOAD_BALANCER_REF)
        .set("arn", &balancer.arn)
        .set("name", &balancer.name)
        .set("type", &balancer.kind)
        .set("scheme", balancer.scheme.as_deref())
        .set("dns_name", &balancer.dns_name)
        .set("security_groups", strings(&balancer.security_groups))
        .build()
}

/// The facts about a VPC link. A route of a working copy does not count: nobody uses it yet.
pub(crate) fn vpc_link<'a>(topology: &Topology<'a>, context: &Context<'a>, version: LinkVersion, link: &'a VpcLink) -> Value {
    let uses = topology.routes_of_link(version, &link.id).filter(|served| served.variant != Variant::Draft);
    let uses = uses.map(|served| {
        RecordBuilder::new(&LINK_USE)
            .set("route", format!("{} of {} (stage {})", served.key(), served.api.name, served.stage.name))
            .set("backend", backend(&served.backend))
            .build()
    });
    let targets = link.target_arns.iter().map(|arn| link_target(topology, arn)).collect();
    RecordBuilder::new(&VPC_LINK)
        .set("id", &link.id)
        .set("name", &link.name)
        .set("version", version.as_str())
        .set("status", &link.status)
        .set("status_message", link.status_message.as_deref())
        .set("targets", Value::list(targets))
        .set("uses", Value::partial_list(uses.collect(), context.unseen_routes.clone()))
        .build()
}

fn link_target(topology: &Topology<'_>, arn: &str) -> Value {
    let builder = RecordBuilder::new(&LINK_TARGET).set("arn", arn);
    match topology.index.balancer(arn) {
        Observed::Known((_, balancer)) => builder.set("exists", true).set("type", &balancer.kind),
        Observed::Absent => builder.set("exists", false),
        Observed::Unknown(gap) => builder.set("exists", gap.clone()).set("type", gap),
    }
    .build()
}
