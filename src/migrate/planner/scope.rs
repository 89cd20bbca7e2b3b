//! What there is to move: the integrations that go to public application load balancers over the internet.

use std::collections::{BTreeMap, BTreeSet};

use super::probe::takes_get;
use super::{Code, Options, Refusal, Target};
use crate::inventory::{Api, Configuration, Integration, Listener, LoadBalancer, Observed, Protocol, Region, Route, Stage};
use crate::topology::{Backend, BalancerHop, ServedRoute, Topology, Url, Variant};

/// What planning looks at.
#[derive(Clone, Copy)]
pub(in crate::migrate) struct Scope<'s, 'a> {
    pub(in crate::migrate) topology: &'s Topology<'a>,
    pub(in crate::migrate) region: &'a Region,
    pub(in crate::migrate) options: &'s Options,
}

/// An integration that is to move, as the working copy holds it.
#[derive(Debug, Clone)]
pub(super) struct Edge<'a> {
    /// The route, from the working copy; one that takes GET where several share the integration.
    pub(super) route: &'a Route,
    /// Every route of the working copy that shares the integration, and moves with it.
    pub(super) routes: Vec<&'a Route>,
    /// Its integration.
    pub(super) integration: &'a Integration,
    /// The URI as it is written, stage variables and all.
    pub(super) uri: String,
    /// The URI as the stages fill it in.
    pub(super) url: Url,
    pub(super) balancer: &'a LoadBalancer,
    pub(super) listener: &'a Listener,
}

/// An API with what of it is to move.
#[derive(Debug, Clone)]
pub(super) struct Part<'a> {
    pub(super) api: &'a Api,
    /// The stages that are to serve the new way.
    pub(super) stages: Vec<&'a Stage>,
    pub(super) edges: Vec<Edge<'a>>,
}

/// What was found.
pub(super) struct Found<'a> {
    pub(super) parts: Vec<Part<'a>>,
    pub(super) refusals: Vec<Refusal>,
    pub(super) candidates: usize,
}

impl Edge<'_> {
    /// Whether it answers this route.
    pub(super) fn answers(&self, path: &str, method: &str) -> bool {
        self.routes.iter().any(|route| route.path == path && route.method == method)
    }
}

/// A route as people write it.
pub(super) fn key(route: &Route) -> String {
    if route.method.is_empty() { route.path.clone() } else { format!("{} {}", route.method, route.path) }
}

impl Part<'_> {
    /// The API in words.
    pub(super) fn name(&self) -> String {
        name_of(self.api)
    }

    /// The load balancers it goes to.
    pub(super) fn balancers(&self) -> BTreeSet<&str> {
        self.edges.iter().map(|edge| edge.balancer.arn.as_str()).collect()
    }
}

/// An API in words.
pub(super) fn name_of(api: &Api) -> String {
    format!("API {} ({})", api.name, api.id)
}

/// Whether a name, an id or nothing was asked for.
fn asked(wanted: &[String], names: &[&str]) -> bool {
    wanted.is_empty() || wanted.iter().any(|wanted| names.contains(&wanted.as_str()))
}

/// Whether a served route goes to a public application load balancer over the internet.
fn goes_around<'t, 'a>(served: &'t ServedRoute<'a>) -> Option<&'t BalancerHop<'a>> {
    let Backend::Balancer(hop) = &served.backend else { return None };
    let public = hop.balancer.kind == "application" && hop.balancer.scheme.as_deref() == Some("internet-facing");
    (hop.link.is_none() && public).then_some(hop)
}

/// Finds what there is to move.
pub(super) fn find<'a>(scope: &Scope<'_, 'a>) -> Found<'a> {
    let mut by_api: BTreeMap<&str, Vec<(&ServedRoute<'a>, &BalancerHop<'a>)>> = BTreeMap::new();
    let mut candidates = 0;
    for served in &scope.topology.routes {
        let Some(hop) = goes_around(served) else { continue };
        let here = served.region.name == scope.region.name;
        let wanted = asked(&scope.options.apis, &[&served.api.id, &served.api.name])
            && asked(&scope.options.stages, &[&served.stage.name])
            && asked(&scope.options.routes, &[&served.key()]);
        if here && wanted {
            candidates += usize::from(served.variant != Variant::Draft);
            by_api.entry(&served.api.id).or_default().push((served, hop));
        }
    }
    let mut found = Found { parts: Vec::new(), refusals: Vec::new(), candidates };
    for served in by_api.into_values() {
        match part(scope, &served) {
            Ok(part) => {
                let refusals = super::api::refusals(scope, &part);
                if refusals.is_empty() {
                    found.parts.push(part);
                }
                found.refusals.extend(refusals);
            }
            Err(refusals) => found.refusals.extend(refusals),
        }
    }
    found
}

fn part<'a>(scope: &Scope<'_, 'a>, served: &[(&ServedRoute<'a>, &BalancerHop<'a>)]) -> Result<Part<'a>, Vec<Refusal>> {
    let api = served[0].0.api;
    let refuse = |code, because: String| Refusal::new(code, name_of(api), because);
    if api.protocol == Protocol::WebSocket {
        return Err(vec![refuse(Code::WebSocketApi, format!("it goes to {}", served[0].1.balancer.name))]);
    }
    let mut refusals = Vec::new();
    let mut stages: Vec<&Stage> = Vec::new();
    for (served, _) in served {
        if served.variant == Variant::Draft {
            refusals.push(refuse(Code::DeployedUnread, format!("what stage {} serves could not be read", served.stage.name)));
        } else if served.variant == Variant::Canary {
            refusals.push(refuse(Code::CanaryActive, format!("stage {} has a canary", served.stage.name)));
        } else if !stages.iter().any(|known| known.name == served.stage.name) {
            stages.push(served.stage);
        }
    }
    let copy = match &api.working_copy {
        Observed::Known(copy) => copy,
        Observed::Absent => return Err(vec![refuse(Code::DraftUnread, "it has no working copy".to_owned())]),
        Observed::Unknown(gap) => return Err(vec![refuse(Code::DraftUnread, gap.to_string())]),
    };
    let mut edges: Vec<Edge<'a>> = Vec::new();
    for (served, hop) in served {
        let same = |route: &&Route| route.path == served.route.path && route.method == served.route.method;
        let Some(route) = copy.routes.iter().find(same) else {
            refusals.push(refuse(Code::DraftDiffers, format!("the working copy has no {}", served.key())));
            continue;
        };
        match edge(scope, served, hop, route, copy) {
            Ok(edge) => add(&mut edges, edge, &mut refusals, &name_of(api)),
            Err((code, because)) => refusals.push(refuse(code, because)),
        }
    }
    if refusals.is_empty() { Ok(Part { api, stages, edges }) } else { Err(refusals) }
}

/// One integration is one edge, whichever stages and routes it serves.
fn add<'a>(edges: &mut Vec<Edge<'a>>, edge: Edge<'a>, refusals: &mut Vec<Refusal>, api: &str) {
    let id = &edge.integration.id;
    let same = |known: &&mut Edge<'a>| match id {
        Some(_) => known.integration.id == *id,
        None => known.route.path == edge.route.path && known.route.method == edge.route.method,
    };
    match edges.iter_mut().find(same) {
        None => edges.push(edge),
        Some(known) if known.url == edge.url => {}
        Some(known) => {
            let because = format!("{} leads to {} on one stage and to {} on another", known.uri, known.url.host, edge.url.host);
            refusals.push(Refusal::new(Code::StageVariable, api, because));
        }
    }
}

fn edge<'a>(
    scope: &Scope<'_, 'a>,
    served: &ServedRoute<'a>,
    hop: &BalancerHop<'a>,
    route: &'a Route,
    copy: &'a Configuration,
) -> Result<Edge<'a>, (Code, String)> {
    let key = served.key();
    let listener = match &hop.listener {
        Observed::Known(listener) => *listener,
        Observed::Absent => return Err((Code::NoListener, format!("{key}: {} has no listener on port {}", hop.balancer.name, hop.port))),
        Observed::Unknown(gap) => return Err((Code::Unread, format!("{key}: {gap}"))),
    };
    if hop.region.name != scope.region.name {
        return Err((Code::OtherRegion, format!("{key}: {} is in {}", hop.balancer.name, hop.region.name)));
    }
    let (Observed::Known(integration), Some(uri)) = (&route.integration, served.uri.as_deref()) else {
        return Err((Code::DraftUnread, format!("{key}: its integration could not be read")));
    };
    let raw = integration.uri.known().cloned().unwrap_or_default();
    let url = Url::parse(uri).map_err(|_| (Code::Unread, format!("{key}: {uri} is no URL")))?;
    let speaks_tls = listener.protocol.as_deref() == Some("HTTPS");
    if url.encrypted != speaks_tls {
        let protocol = listener.protocol.as_deref().unwrap_or("another protocol");
        return Err((Code::ListenerMismatch, format!("{key}: {uri} leads to a listener that speaks {protocol}")));
    }
    let routes = sharing(copy, route, integration);
    let route = routes.iter().copied().find(|route| takes_get(&route.method)).unwrap_or(route);
    Ok(Edge { route, routes, integration, uri: raw, url, balancer: hop.balancer, listener })
}

/// The routes that an integration answers: of a REST API one, of an HTTP API perhaps several.
fn sharing<'a>(copy: &'a Configuration, route: &'a Route, integration: &Integration) -> Vec<&'a Route> {
    let Some(id) = &integration.id else { return vec![route] };
    let same = |route: &&Route| route.integration.known().is_some_and(|known| known.id.as_ref() == Some(id));
    copy.routes.iter().filter(same).collect()
}

/// The APIs none of whose load balancers is refused. One that goes to a refused one is refused with it.
pub(super) fn without<'a>(parts: Vec<Part<'a>>, refusals: &mut Vec<Refusal>, targets: &BTreeMap<String, Target>) -> Vec<Part<'a>> {
    let (kept, dropped): (Vec<_>, Vec<_>) =
        parts.into_iter().partition(|part| part.balancers().iter().all(|arn| targets.contains_key(*arn)));
    for part in dropped {
        let refused = part.edges.iter().find(|edge| !targets.contains_key(&edge.balancer.arn));
        let reasons: Vec<Refusal> = refused
            .into_iter()
            .flat_map(|edge| refusals.iter().filter(|known| known.subject.contains(&edge.balancer.name)).cloned().collect::<Vec<_>>())
            .collect();
        refusals.extend(reasons.into_iter().map(|reason| Refusal { subject: part.name(), ..reason }));
    }
    kept
}
