//! Who talks to whom: from every route of every stage to what answers it.
//!
//! All joins go through indexes built once, so the cost grows with the account and not with its square. A join that
//! cannot be made is a node that says why, and a join that could not be looked up is a gap: neither is ever dropped.

mod forward;
mod ids;
mod index;
mod listener;
mod path;
pub(crate) mod policy;
mod resolve;
mod survey;
mod uri;
mod ways;

use std::collections::HashMap;

use crate::inventory::{
    Api, Cause, CloudMapService, Configuration, Gap, Inventory, Listener, LoadBalancer, NetworkInterface, Observed, Region, Route, Stage,
    TargetGroup, VpcLink,
};

pub use forward::{Forward, ForwardOf, Forwards};
pub use ids::{Ids, lb_resource_of, split_arn};
pub use index::{Index, LinkVersion, ServiceRef, TaskRef};
pub use listener::Guard;
pub use listener::Step;
pub(crate) use listener::{
    Gates, Standing, Truth, groups as groups_of_step, guards as guards_of_step, may_ask_more, meet, secret_headers, standings,
};
pub(crate) use path::listener_name;
use policy::{Place, Policy};
pub use survey::{NoSuch, Reach, Selection, survey};
pub use uri::{Url, UrlError, stage_variables};
pub(crate) use ways::domains;
pub use ways::{Control, Controls, Entry, Hop, Key, Lacks, Met, Seen, Skips, Way, Ways};

/// The joined account.
#[derive(Debug)]
pub struct Topology<'a> {
    /// What it was joined from.
    pub inventory: &'a Inventory,
    /// The indexes behind the joins.
    pub index: Index<'a>,
    /// How resources are named.
    pub ids: Ids<'a>,
    /// Every route of every stage and canary, in the order of the inventory.
    pub routes: Vec<ServedRoute<'a>>,
    /// Stages of which neither the deployed nor the working configuration could be read, or only the latter.
    pub unread_stages: Vec<UnreadStage<'a>>,
    /// Why there may be more routes than were read.
    pub unseen_routes: Vec<Gap>,
    policies: HashMap<(&'a str, &'a str), Policy>,
    routes_by_listener: HashMap<&'a str, Vec<usize>>,
    routes_by_balancer: HashMap<&'a str, Vec<usize>>,
    routes_by_link: HashMap<(&'a str, LinkVersion, &'a str), Vec<usize>>,
    listeners_by_group: HashMap<&'a str, Vec<&'a Listener>>,
    arrivals_by_listener: HashMap<&'a str, Vec<&'a Listener>>,
}

/// Where a route was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Variant {
    /// In what the stage serves.
    Deployed,
    /// In what the stage's canary serves.
    Canary,
    /// In the working copy, because what is deployed could not be read.
    Draft,
}

impl Variant {
    /// Its name in facts and ids.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deployed => "deployed",
            Self::Canary => "canary",
            Self::Draft => "draft",
        }
    }
}

/// A route as a stage serves it.
#[derive(Debug)]
pub struct ServedRoute<'a> {
    /// The API's region.
    pub region: &'a Region,
    /// The API.
    pub api: &'a Api,
    /// The stage.
    pub stage: &'a Stage,
    /// Where it was read.
    pub variant: Variant,
    /// The route.
    pub route: &'a Route,
    /// The integration's URI with this stage's variables put in; none where it has none or a variable is missing.
    pub uri: Option<String>,
    /// What answers.
    pub backend: Backend<'a>,
}

/// A stage whose own configuration could not be read.
#[derive(Debug)]
pub struct UnreadStage<'a> {
    /// The API's region.
    pub region: &'a Region,
    /// The API.
    pub api: &'a Api,
    /// The stage.
    pub stage: &'a Stage,
    /// The stage itself, or its canary.
    pub variant: Variant,
    /// Why.
    pub gap: Gap,
}

/// What answers a route.
#[derive(Debug)]
pub enum Backend<'a> {
    /// A load balancer of this account.
    Balancer(Box<BalancerHop<'a>>),
    /// A Cloud Map service behind a VPC link V2.
    CloudMap {
        /// The link.
        link: &'a VpcLink,
        /// The service.
        service: &'a CloudMapService,
    },
    /// A network interface with a public address: a task or an instance, without a load balancer.
    Interface(&'a NetworkInterface),
    /// A service of AWS, such as a Lambda function.
    AwsService(&'a str),
    /// API Gateway itself.
    Mock,
    /// Nothing: the route has no integration.
    Nothing,
    /// Something this account does not hold.
    Unresolved(Unresolved<'a>),
    /// What answers could not be read.
    Unknown(Gap),
}

/// A load balancer that answers a route.
#[derive(Debug)]
pub struct BalancerHop<'a> {
    /// The VPC link in between; none when the request crosses the internet.
    pub link: Option<(LinkVersion, &'a VpcLink)>,
    /// The load balancer's region.
    pub region: &'a Region,
    /// The load balancer.
    pub balancer: &'a LoadBalancer,
    /// The port the integration asks for.
    pub port: u16,
    /// The listener on that port; absent when there is none.
    pub listener: Observed<&'a Listener>,
}

/// A back end that leads to nothing this account holds.
#[derive(Debug)]
pub struct Unresolved<'a> {
    /// Why.
    pub reason: Reason,
    /// What the integration names.
    pub name: String,
    /// The VPC link on the way to it.
    pub link: Option<(LinkVersion, &'a VpcLink)>,
}

/// Why a back end leads to nothing this account holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// It names a stage variable that the stage does not set.
    UnsetStageVariable,
    /// It names a VPC link that does not exist.
    NoSuchVpcLink,
    /// It goes through a VPC link that leads to no load balancer, or names none.
    NoTarget,
    /// It names a load balancer that does not exist.
    NoSuchLoadBalancer,
    /// It names a listener that does not exist.
    NoSuchListener,
    /// It names a Cloud Map service that does not exist.
    NoSuchCloudMapService,
    /// It names a resource of another account.
    OtherAccount,
    /// It names a load balancer of a region that was not scanned.
    OtherRegion,
    /// It names a host outside this account.
    ThirdParty,
    /// It names a private address, which API Gateway cannot reach without a VPC link.
    PrivateAddress,
    /// It names no URL.
    NotAUrl,
}

impl Reason {
    /// Its name in facts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnsetStageVariable => "unset-stage-variable",
            Self::NoSuchVpcLink => "no-such-vpc-link",
            Self::NoTarget => "no-target",
            Self::NoSuchLoadBalancer => "no-such-load-balancer",
            Self::NoSuchListener => "no-such-listener",
            Self::NoSuchCloudMapService => "no-such-cloud-map-service",
            Self::OtherAccount => "other-account",
            Self::OtherRegion => "other-region",
            Self::ThirdParty => "third-party",
            Self::PrivateAddress => "private-address",
            Self::NotAUrl => "not-a-url",
        }
    }

    /// What it means, as the end of a sentence about the back end.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::UnsetStageVariable => "is a stage variable that the stage does not set",
            Self::NoSuchVpcLink => "is a VPC link that does not exist",
            Self::NoTarget => "leads to no load balancer",
            Self::NoSuchLoadBalancer => "is no application or network load balancer of this account (Classic Load Balancers are not read)",
            Self::NoSuchListener => "is a listener that does not exist",
            Self::NoSuchCloudMapService => "is a Cloud Map service that does not exist",
            Self::OtherAccount => "belongs to another account",
            Self::OtherRegion => "is in a region that was not scanned",
            Self::ThirdParty => "is a host outside this account, or a name of one's own for something in it",
            Self::PrivateAddress => "is a private address, which API Gateway cannot reach without a VPC link",
            Self::NotAUrl => "is no URL",
        }
    }
}

impl<'a> Topology<'a> {
    /// Joins an inventory.
    pub fn new(inventory: &'a Inventory) -> Self {
        let mut topology = Self {
            inventory,
            index: Index::new(inventory),
            ids: Ids::new(inventory),
            routes: Vec::new(),
            unread_stages: Vec::new(),
            unseen_routes: Vec::new(),
            policies: policies(inventory),
            routes_by_listener: HashMap::new(),
            routes_by_balancer: HashMap::new(),
            routes_by_link: HashMap::new(),
            listeners_by_group: HashMap::new(),
            arrivals_by_listener: HashMap::new(),
        };
        topology.serve();
        topology.join();
        topology
    }

    /// The resource policy of an API, where it has one, and where to evaluate it. A private API is one that VPC endpoints alone lead to.
    pub(crate) fn policy(&self, region: &'a str, api: &'a Api) -> Option<(&Policy, Place<'a>)> {
        let private = !api.endpoint_types.is_empty() && api.endpoint_types.iter().all(|kind| kind == "PRIVATE");
        let account = self.index.account().known().copied();
        let place = Place { ids: self.ids, account, region, api: &api.id, private };
        Some((self.policies.get(&(region, api.id.as_str()))?, place))
    }

    /// The routes that a load balancer answers.
    pub fn routes_of_balancer(&self, arn: &str) -> impl Iterator<Item = &ServedRoute<'a>> {
        self.pick(self.routes_by_balancer.get(arn))
    }

    /// The routes that a listener answers, directly or as the target of another load balancer.
    pub fn routes_of_listener(&self, arn: &str) -> impl Iterator<Item = &ServedRoute<'a>> {
        let arrivals = self.arrivals_by_listener.get(arn).map_or(&[][..], Vec::as_slice);
        arrivals.iter().flat_map(|arrival| self.pick(self.routes_by_listener.get(arrival.arn.as_str())))
    }

    /// The routes that go through a VPC link.
    pub fn routes_of_link(&self, region: &'a str, version: LinkVersion, id: &'a str) -> impl Iterator<Item = &ServedRoute<'a>> {
        self.pick(self.routes_by_link.get(&(region, version, id)))
    }

    /// The listeners that routes arrive at and that forward to a target group, perhaps by way of another load balancer.
    pub fn listeners_of_group(&self, arn: &str) -> &[&'a Listener] {
        self.listeners_by_group.get(arn).map_or(&[], Vec::as_slice)
    }

    /// Whether routes lead to a load balancer, and all of them were read from working copies.
    pub fn only_drafts_lead_to(&self, balancer: &LoadBalancer) -> bool {
        let through = balancer.listeners.iter().flat_map(|listener| self.routes_of_listener(&listener.arn));
        all_drafts(self.routes_of_balancer(&balancer.arn).chain(through))
    }

    /// Whether routes lead to a target group, and all of them were read from working copies.
    pub fn only_drafts_lead_to_group(&self, group: &TargetGroup) -> bool {
        all_drafts(self.listeners_of_group(&group.arn).iter().flat_map(|listener| self.routes_of_listener(&listener.arn)))
    }

    fn pick(&self, found: Option<&Vec<usize>>) -> impl Iterator<Item = &ServedRoute<'a>> {
        found.map_or(&[][..], Vec::as_slice).iter().map(|index| &self.routes[*index])
    }

    fn serve(&mut self) {
        for region in &self.inventory.regions {
            for (apis, action) in [(&region.rest_apis, "apigateway:GET"), (&region.http_apis, "apigateway:GET")] {
                self.unseen_routes.extend(apis.gaps.iter().cloned().map(|gap| gap.or_action(action)));
                for api in apis {
                    self.unseen_routes.extend(api.stages.gaps.iter().cloned().map(|gap| gap.or_action(action)));
                    for stage in &api.stages {
                        self.serve_stage(region, api, stage);
                    }
                }
            }
        }
        self.unseen_routes = fold(std::mem::take(&mut self.unseen_routes));
    }

    fn serve_stage(&mut self, region: &'a Region, api: &'a Api, stage: &'a Stage) {
        match &stage.deployed {
            Observed::Known(configuration) => self.serve_routes(region, api, stage, Variant::Deployed, configuration),
            Observed::Absent => {}
            Observed::Unknown(gap) => {
                self.unread(region, api, stage, Variant::Deployed, gap);
                if let Observed::Known(draft) = &api.working_copy {
                    self.serve_routes(region, api, stage, Variant::Draft, draft);
                }
            }
        }
        // A canary that gets no share of the traffic answers nobody.
        if stage.canary.as_ref().is_some_and(|canary| canary.percent_traffic > 0.0) {
            match &stage.canary_deployed {
                Observed::Known(configuration) => self.serve_routes(region, api, stage, Variant::Canary, configuration),
                Observed::Absent => {}
                Observed::Unknown(gap) => self.unread(region, api, stage, Variant::Canary, gap),
            }
        }
    }

    fn unread(&mut self, region: &'a Region, api: &'a Api, stage: &'a Stage, variant: Variant, gap: &Gap) {
        let gap = gap.clone().or_action("apigateway:GET");
        self.unseen_routes.push(gap.clone());
        self.unread_stages.push(UnreadStage { region, api, stage, variant, gap });
    }

    fn serve_routes(&mut self, region: &'a Region, api: &'a Api, stage: &'a Stage, variant: Variant, from: &'a Configuration) {
        for route in &from.routes {
            let (uri, backend) = resolve::Resolver { index: &self.index, region, api, stage, variant }.resolve(route);
            if let Backend::Unknown(gap) = &backend {
                self.unseen_routes.push(gap.clone());
            }
            self.routes.push(ServedRoute { region, api, stage, variant, route, uri, backend });
        }
    }

    /// Turns the joins around: from load balancers, links and target groups back to the routes.
    fn join(&mut self) {
        let mut arrivals: Vec<(&'a LoadBalancer, &'a Listener)> = Vec::new();
        for (number, served) in self.routes.iter().enumerate() {
            if let Some(link) = served.backend.link() {
                self.routes_by_link.entry((&self.routes[number].region.name, link.0, &link.1.id)).or_default().push(number);
            }
            let Backend::Balancer(hop) = &served.backend else { continue };
            self.routes_by_balancer.entry(&hop.balancer.arn).or_default().push(number);
            if let Observed::Known(listener) = hop.listener {
                let routes = self.routes_by_listener.entry(&listener.arn).or_default();
                if routes.is_empty() {
                    arrivals.push((hop.balancer, listener));
                }
                routes.push(number);
            }
        }
        for (_, arrival) in arrivals {
            let (groups, listeners) = self.behind(arrival);
            for group in groups {
                self.listeners_by_group.entry(&group.arn).or_default().push(arrival);
            }
            for listener in listeners {
                self.arrivals_by_listener.entry(&listener.arn).or_default().push(arrival);
            }
        }
    }

    /// Every target group that a listener forwards to, also those behind load balancers that are targets.
    pub fn groups_behind(&self, listener: &'a Listener) -> Vec<&'a TargetGroup> {
        self.behind(listener).0
    }

    /// Every target group that takes a listener's traffic, and every listener that it passes, itself first.
    fn behind(&self, listener: &'a Listener) -> (Vec<&'a TargetGroup>, Vec<&'a Listener>) {
        let mut groups: Vec<&TargetGroup> = Vec::new();
        let mut listeners = vec![listener];
        let mut next = 0;
        while let Some(listener) = listeners.get(next).copied() {
            next += 1;
            for forward in self.index.forwards(listener).items {
                let Observed::Known(group) = forward.group else { continue };
                if groups.iter().all(|known| known.arn != group.arn) {
                    groups.push(group);
                }
                for target in self.index.listeners_in(group) {
                    if let Observed::Known(target) = target
                        && listeners.iter().all(|known| known.arn != target.arn)
                    {
                        listeners.push(target);
                    }
                }
            }
        }
        (groups, listeners)
    }
}

impl<'a> Backend<'a> {
    /// Its name in facts.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Balancer(_) => "load-balancer",
            Self::CloudMap { .. } => "cloud-map",
            Self::Interface(_) => "network-interface",
            Self::AwsService(_) => "aws-service",
            Self::Mock => "mock",
            Self::Nothing => "none",
            Self::Unresolved(_) => "unresolved",
            Self::Unknown(_) => "unknown",
        }
    }

    /// The VPC link on the way to it.
    pub fn link(&self) -> Option<(LinkVersion, &'a VpcLink)> {
        match self {
            Self::Balancer(hop) => hop.link,
            Self::CloudMap { link, .. } => Some((LinkVersion::V2, link)),
            Self::Unresolved(unresolved) => unresolved.link,
            _ => None,
        }
    }
}

impl ServedRoute<'_> {
    /// The route in words, such as `GET /orders`.
    pub fn key(&self) -> String {
        if self.route.method.is_empty() { self.route.path.clone() } else { format!("{} {}", self.route.method, self.route.path) }
    }

    /// Whether it says what the next deployment would do, not what is deployed.
    pub fn is_draft(&self) -> bool {
        self.variant == Variant::Draft
    }
}

fn policies(inventory: &Inventory) -> HashMap<(&str, &str), Policy> {
    let apis = inventory.regions.iter().flat_map(|region| region.rest_apis.iter().map(move |api| (region, api)));
    let written = apis.filter_map(|(region, api)| Some((region, api, api.policy.as_deref().filter(|text| !text.trim().is_empty())?)));
    written.map(|(region, api, text)| ((region.name.as_str(), api.id.as_str()), Policy::parse(text))).collect()
}

/// How many gaps of one kind are told apart before they are told together.
const APART: usize = 3;

/// Tells gaps of one call together where there are many: each verdict they decide repeats them.
pub(crate) fn fold(mut gaps: Vec<Gap>) -> Vec<Gap> {
    gaps.sort_by(|a, b| kind_of(a).cmp(&kind_of(b)).then_with(|| a.cmp(b)));
    gaps.dedup();
    let mut folded = Vec::new();
    for group in gaps.chunk_by(|a, b| kind_of(a) == kind_of(b)) {
        if group.len() <= APART {
            folded.extend_from_slice(group);
        } else {
            let first = group[0].resource.as_deref().unwrap_or_default();
            let mut gap = group[0].clone().because(match (&group[0].detail, group[0].cause) {
                // Before deployment the words are all there is to know.
                (Some(words), Cause::Undeployed) => format!("{words}; and {} more of the kind", group.len() - 1),
                _ => format!("{} resources, {first} among them", group.len()),
            });
            gap.resource = None;
            folded.push(gap);
        }
    }
    folded.sort();
    folded
}

fn kind_of(gap: &Gap) -> (&str, &str, &str, Cause) {
    (&gap.action, &gap.operation, &gap.region, gap.cause)
}

fn all_drafts<'t, 'a: 't>(routes: impl Iterator<Item = &'t ServedRoute<'a>>) -> bool {
    let mut routes = routes.peekable();
    routes.peek().is_some() && routes.all(ServedRoute::is_draft)
}

/// A gap where an answer lacks a part that AWS documents.
pub(crate) fn left_out(action: &str, what: &str) -> Gap {
    Gap::new(action, Cause::NotSupported).because(what)
}
