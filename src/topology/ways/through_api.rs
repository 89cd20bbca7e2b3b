//! The ways through an API: from each of a stage's names, along its routes, to what answers.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::controls::{self, Controls};
use super::keys::{Key, of_group, of_interface};
use super::trail::{self, End};
use super::{Entry, Hop, Way};
use crate::inventory::{Api, DomainName, Mapping, Observed, Protocol, Region, Stage};
use crate::network::{AddressSet, Bounds, Exposure};
use crate::topology::listener::{Caller, Text, glob};
use crate::topology::{Backend, BalancerHop, LinkVersion, ServedRoute, Topology, Url, left_out};

/// Everything that two routes must have in common to be told as one way.
type Kind<'a> = (EntryKey<'a>, Vec<HopKey<'a>>, &'a str, Controls, bool);
/// An API's id, its stage, what of it, and the domain.
type EntryKey<'a> = (&'a str, &'a str, &'a str, &'static str, Option<(&'a str, &'a str)>);
/// A link or a listener, and the rule's place.
type HopKey<'a> = (&'a str, Option<u32>);

/// The name of a stage: its own, or a custom domain's.
type Name<'a> = Option<(&'a DomainName, &'a Mapping)>;

/// Every way through an API.
pub(super) fn ways<'a>(topology: &Topology<'a>) -> Vec<Way<'a>> {
    let mut finder = Finder { topology, kinds: BTreeMap::new(), ways: Vec::new(), ends: HashMap::new() };
    for (number, served) in topology.routes.iter().enumerate() {
        match &served.backend {
            Backend::Balancer(hop) => finder.route(number, served, hop),
            Backend::CloudMap { link, service } => {
                let services = topology.index.services_of_registry(&service.arn);
                let keys: Vec<Key<'_>> = services.iter().map(|found| Key::Service(&found.service.arn)).collect();
                finder.past_balancers(number, served, &[Hop::Link(LinkVersion::V2, link)], &service.arn, &keys);
            }
            Backend::Interface(interface) => {
                finder.past_balancers(number, served, &[], &interface.id, &of_interface(topology, interface));
            }
            _ => {}
        }
    }
    finder.ways
}

/// A host that no rule asks for.
const NO_HOST: &str = "zz-apiaudit.invalid";

struct Finder<'t, 'a> {
    topology: &'t Topology<'a>,
    kinds: BTreeMap<Kind<'a>, usize>,
    ways: Vec<Way<'a>>,
    /// What was found behind a listener for callers that settle the same.
    ends: HashMap<(&'a str, Vec<Caller>), Vec<End<'a>>>,
}

impl<'a> Finder<'_, 'a> {
    fn route(&mut self, number: usize, served: &ServedRoute<'a>, hop: &BalancerHop<'a>) {
        let Observed::Known(listener) = hop.listener else { return };
        let callers = callers(served);
        let topology = self.topology;
        let found = self.ends.entry((listener.arn.as_str(), callers.clone()));
        let ends = found.or_insert_with(|| trail::ends(topology, hop.balancer, listener, &callers)).clone();
        for name in names(served.region, served.api, served.stage) {
            for end in &ends {
                self.add(number, served, hop, name, end, &callers);
            }
        }
    }

    /// A route that leads to containers without a load balancer in between.
    fn past_balancers(&mut self, number: usize, served: &ServedRoute<'a>, hops: &[Hop<'a>], to: &'a str, keys: &[Key<'a>]) {
        if keys.is_empty() {
            return;
        }
        let paths = paths_of(&callers(served));
        for name in names(served.region, served.api, served.stage) {
            let controls = controls::of_route(self.topology, served, asks_certificate(name));
            let kind = (entry_key(served, name), hops.iter().map(hop_key).collect(), to, controls.clone(), true);
            if self.repeats(&kind, number, &paths) {
                continue;
            }
            self.kinds.insert(kind, self.ways.len());
            self.ways.push(Way {
                entry: entry(served, name),
                hops: hops.to_vec(),
                group: None,
                keys: keys.to_vec(),
                controls,
                guards: Vec::new(),
                sources: everyone(served),
                request: None,
                routes: vec![number],
                paths: Some(paths.clone()),
                number: 0,
            });
        }
    }

    /// Whether a way of the kind is known; the route then takes it too.
    fn repeats(&mut self, kind: &Kind<'a>, number: usize, paths: &[Text]) -> bool {
        let Some(known) = self.kinds.get(kind) else { return false };
        let way = &mut self.ways[*known];
        way.routes.push(number);
        if let Some(all) = &mut way.paths {
            for path in paths {
                if !all.contains(path) {
                    all.push(path.clone());
                }
            }
        }
        true
    }

    fn add(&mut self, number: usize, served: &ServedRoute<'a>, hop: &BalancerHop<'a>, name: Name<'a>, end: &End<'a>, callers: &[Caller]) {
        let mut controls = controls::of_route(self.topology, served, asks_certificate(name));
        trail::add_controls(&mut controls, end);
        let certain = AddressSet::all_ipv4().difference(&end.reach.surely).is_empty();
        let mut hops: Vec<Hop<'a>> = hop.link.map(|(version, link)| Hop::Link(version, link)).into_iter().collect();
        hops.extend(end.hops.iter().copied());
        let kind = (entry_key(served, name), hops.iter().map(hop_key).collect(), end.group.arn.as_str(), controls.clone(), certain);
        let paths = paths_of(callers);
        if self.repeats(&kind, number, &paths) {
            return;
        }
        self.kinds.insert(kind, self.ways.len());
        self.ways.push(Way {
            entry: entry(served, name),
            keys: of_group(self.topology, end.group),
            group: Some(end.group),
            controls,
            guards: end.guards.clone(),
            sources: sources(served, certain, end, callers),
            request: end.request.clone(),
            routes: vec![number],
            paths: trail::arriving(end, paths),
            number: 0,
            hops,
        });
    }
}

fn entry_key<'a>(served: &ServedRoute<'a>, name: Name<'a>) -> EntryKey<'a> {
    let domain = name.map(|(domain, mapping)| (domain.name.as_str(), mapping.path.as_str()));
    (&served.region.name, &served.api.id, &served.stage.name, served.variant.as_str(), domain)
}

fn hop_key<'a>(hop: &Hop<'a>) -> HopKey<'a> {
    match hop {
        Hop::Link(_, link) => (&link.id, None),
        Hop::Listener { listener, step, .. } => (&listener.arn, step.rule.map(|rule| rule.priority)),
    }
}

/// The names under which a stage answers: the API's own, and the custom domains that lead to it.
pub(crate) fn names<'a>(region: &'a Region, api: &Api, stage: &Stage) -> Vec<Name<'a>> {
    let own = (!api.disable_execute_api_endpoint).then_some(None);
    own.into_iter().chain(domains(region, api, stage).map(Some)).collect()
}

/// The custom domains that lead to a stage, with what they map.
pub(crate) fn domains<'a>(region: &'a Region, api: &Api, stage: &Stage) -> impl Iterator<Item = (&'a DomainName, &'a Mapping)> {
    let (id, name) = (api.id.clone(), stage.name.clone());
    let mapped = |domain: &'a DomainName| domain.mappings.iter().map(move |mapping| (domain, mapping));
    let all = region.domain_names.iter().flat_map(mapped);
    all.filter(move |(_, mapping)| mapping.api_id == id && mapping.stage.as_ref().is_none_or(|stage| *stage == name))
}

fn entry<'a>(served: &ServedRoute<'a>, domain: Name<'a>) -> Entry<'a> {
    let ServedRoute { region, api, stage, variant, .. } = *served;
    Entry::Api { region, api, stage, variant, domain }
}

/// The custom domain, where it asks for a client certificate.
fn asks_certificate(name: Name<'_>) -> Option<&str> {
    name.filter(|(domain, _)| domain.mutual_tls_truststore.is_some()).map(|(domain, _)| domain.name.as_str())
}

/// Who can call a stage: its controls decide who gets past, and not an address.
fn everyone(served: &ServedRoute<'_>) -> Exposure {
    let kinds = &served.api.endpoint_types;
    let public = served.api.protocol != Protocol::Rest || kinds.iter().any(|kind| ["REGIONAL", "EDGE"].contains(&kind.as_str()));
    let private = !public && !kinds.is_empty() && kinds.iter().all(|kind| kind == "PRIVATE");
    let everyone = Bounds::exactly(AddressSet::all_ipv4().intersection(AddressSet::public()));
    match (public, private) {
        (true, _) => Exposure { internet: everyone, ..Exposure::nobody() },
        (_, true) => Exposure { inside: Bounds::exactly(AddressSet::all_ipv4()), ..Exposure::nobody() },
        _ => {
            let gap = left_out("apigateway:GET", &format!("the inventory does not say which endpoints API {} has", served.api.id));
            Exposure { internet: everyone, ..Exposure::nobody() }.perhaps(&[gap])
        }
    }
}

/// Who gets to an end behind a load balancer.
fn sources(served: &ServedRoute<'_>, certain: bool, end: &End<'_>, callers: &[Caller]) -> Exposure {
    let found = everyone(served);
    if certain {
        return found;
    }
    if end.gaps.is_empty() && callers.iter().any(|caller| caller.host.is_none()) && end.asks_host() {
        let why = format!("rules ask for a host, and which one {} of API {} sends is not known", served.key(), served.api.id);
        return found.perhaps(&[left_out("apigateway:GET", &why)]);
    }
    let mut open = end.open();
    if open.is_empty() {
        let why = "a rule asks from which address a request comes, and which those of API Gateway are is not known";
        open.push(left_out("elasticloadbalancing:DescribeRules", why));
    }
    found.perhaps(&open)
}

/// What a route's requests look like to a load balancer. Where AWS's word on the path is not clear, each form it may have.
fn callers(served: &ServedRoute<'_>) -> Vec<Caller> {
    let Observed::Known(integration) = &served.route.integration else { return vec![Caller::default()] };
    let url = served.uri.as_deref().and_then(|uri| Url::parse(uri).ok());
    let hosts = hosts(integration.host_override.as_deref(), url.as_ref());
    let method = integration.http_method.clone().filter(|method| method != "ANY").or_else(|| {
        let own = served.route.method.as_str();
        (!own.is_empty() && own != "ANY").then(|| own.to_owned())
    });
    let headers: BTreeSet<String> = integration.static_headers.iter().map(|name| name.to_ascii_lowercase()).collect();
    let caller = |path: &str, host: &Option<String>| Caller {
        host: host.clone(),
        path: Some(glob::open_path(path)),
        method: method.clone(),
        headers: headers.clone(),
        ..Caller::default()
    };
    let paths = paths(served, url.is_some());
    paths.iter().flat_map(|path| hosts.iter().map(move |host| caller(path, host))).collect()
}

/// The paths of callers, each once.
fn paths_of(callers: &[Caller]) -> Vec<Text> {
    let mut paths: Vec<Text> = callers.iter().filter_map(|caller| caller.path.clone()).collect();
    paths.dedup();
    paths
}

/// The hosts that requests may name: what the integration says, or its URL.
///
/// Which host a private integration without a URL sends AWS does not say, and a host taken from the request is not known either: it
/// may be any, and it may be one that no rule asks for.
fn hosts(asked: Option<&str>, url: Option<&Url>) -> Vec<Option<String>> {
    let text = asked.map(|host| host.trim_matches('\''));
    let taken =
        |host: &str| host.contains('$') || ["method.request.", "context.", "stageVariables."].iter().any(|from| host.starts_with(from));
    match (text, url) {
        (Some(host), _) if !taken(host) => vec![Some(host.to_owned())],
        (None, Some(url)) => vec![Some(url.host.clone())],
        _ => vec![None, Some(NO_HOST.to_owned())],
    }
}

/// The paths that may arrive. Through a VPC link, the stage's name may stand before the path: AWS's documents and its samples differ.
fn paths(served: &ServedRoute<'_>, by_url: bool) -> Vec<String> {
    let of_uri = served.uri.as_deref().filter(|_| by_url).map(path_of);
    let path = of_uri.unwrap_or_else(|| served.route.path.clone());
    let path = if path == "$default" { "/{proxy+}".to_owned() } else { path };
    if served.backend.link().is_none() || served.stage.name == "$default" {
        return vec![path];
    }
    let with_stage = format!("/{}{path}", served.stage.name);
    vec![path, with_stage]
}

/// The path within a URL.
fn path_of(uri: &str) -> String {
    let rest = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    let path = rest.find('/').map_or("/", |at| &rest[at..]);
    path.split(['?', '#']).next().unwrap_or("/").to_owned()
}
