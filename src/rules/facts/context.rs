//! What facts need beside the topology: looked up once, shared by every subject.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::network::Users as NetworkUsers;
use super::seen;
use super::users::Users;
use crate::inventory::{Api, Cause, Gap, Listed, Listener, LoadBalancer, Observed, Region, SslPolicy, Stage};
use crate::network::{Network, SharedRanges};
use crate::rules::value::{Unknown, Value};
use crate::rules::{Scope, assess::Settings};
use crate::topology::{Key, Topology, Way, Ways};

/// Every way in, what TLS policies accept, and what was left unread.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    /// Every way in, and the networks they cross.
    pub(crate) ways: Ways<'a>,
    /// The ranges that strangers share.
    pub(super) shared: &'a SharedRanges,
    /// Whose hygiene is judged.
    pub(super) scope: Scope,
    /// Why there may be more routes than were read.
    pub(super) unseen_routes: Option<Unknown>,
    regions: HashMap<&'a str, RegionContext<'a>>,
    /// What uses what in each region's network, indexed when a rule about networks asks.
    network_users: HashMap<&'a str, OnceLock<NetworkUsers<'a>>>,
    /// The routes of each API, by region and API.
    routes: HashMap<(&'a str, &'a str), Vec<usize>>,
    /// The facts about each stage, by region, API and name: all routes of a stage share them.
    stages: HashMap<(&'a str, &'a str, &'a str), Value>,
    /// Who can open a connection to each listener, by ARN: its own rules and those about its load balancer ask.
    exposures: Mutex<HashMap<String, Value>>,
    /// The facts about each way, by its number.
    way_facts: Vec<OnceLock<Value>>,
}

#[derive(Debug)]
struct RegionContext<'a> {
    policies: HashMap<&'a str, &'a SslPolicy>,
    policy_gap: Option<Gap>,
    unseen_ways: Option<Unknown>,
    unread_ways: Option<Unknown>,
    /// The listeners that send requests to each target group, by ARN.
    fronts: HashMap<&'a str, Vec<(&'a LoadBalancer, &'a Listener)>>,
    unread_services: Option<Unknown>,
    users: Users<'a>,
    unseen: Option<Unknown>,
    unseen_past_apis: Option<Unknown>,
}

impl<'a> Context<'a> {
    /// Looks everything up.
    pub(crate) fn new(topology: &Topology<'a>, settings: Settings<'a>) -> Self {
        let Settings { shared, scope } = settings;
        let ways = Ways::new(topology, shared);
        let each = topology.inventory.regions.iter().map(|region| (region.name.as_str(), RegionContext::new(topology, &ways, region)));
        let regions = each.collect();
        let mut routes: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
        for (number, served) in topology.routes.iter().enumerate() {
            routes.entry((&served.region.name, &served.api.id)).or_default().push(number);
        }
        let mut stages = HashMap::new();
        for region in &topology.inventory.regions {
            for api in region.rest_apis.iter().chain(&region.http_apis) {
                for stage in &api.stages {
                    let key = (region.name.as_str(), api.id.as_str(), stage.name.as_str());
                    stages.insert(key, super::api::stage_facts(topology, region, api, stage));
                }
            }
        }
        Self {
            way_facts: vec![OnceLock::new(); ways.all.len()],
            ways,
            shared,
            scope,
            unseen_routes: Unknown::of(topology.unseen_routes.iter().cloned()),
            regions,
            network_users: topology.inventory.regions.iter().map(|region| (region.name.as_str(), OnceLock::new())).collect(),
            routes,
            stages,
            exposures: Mutex::default(),
        }
    }

    /// The routes of an API, by their numbers.
    pub(super) fn routes_of(&self, region: &'a Region, api: &'a Api) -> &[usize] {
        self.routes.get(&(region.name.as_str(), api.id.as_str())).map_or(&[], Vec::as_slice)
    }

    /// The facts about a stage.
    pub(super) fn stage(&self, region: &Region, api: &Api, stage: &Stage) -> Option<Value> {
        self.stages.get(&(region.name.as_str(), api.id.as_str(), stage.name.as_str())).cloned()
    }

    /// What uses what in a region's network.
    pub(super) fn network_users(&self, topology: &Topology<'a>, region: &'a Region) -> &NetworkUsers<'a> {
        // Every region of the inventory has its place.
        self.network_users[region.name.as_str()].get_or_init(|| NetworkUsers::new(topology, self, region))
    }

    /// The network of a region.
    pub(super) fn network(&self, region: &str) -> Option<&Network<'a>> {
        self.ways.network(region)
    }

    /// Why there may be ways to a region's targets that were not found.
    pub(super) fn unseen(&self, region: &str) -> Option<Unknown> {
        self.regions.get(region)?.unseen.clone()
    }

    /// Why there may be ways past every API to a region's targets that were not found.
    pub(super) fn unseen_past_apis(&self, region: &str) -> Option<Unknown> {
        self.regions.get(region)?.unseen_past_apis.clone()
    }

    /// The facts about a way: those found before, or what `find` finds now. Working copies see it with other eyes.
    pub(super) fn way(&self, way: &Way<'a>, drafts: bool, find: impl FnOnce() -> Value) -> Value {
        match self.way_facts.get(way.number) {
            Some(known) if !drafts => known.get_or_init(find).clone(),
            _ => find(),
        }
    }

    /// The facts about a listener's exposure: those found before, or what `find` finds now.
    pub(super) fn exposure(&self, listener: &str, find: impl FnOnce() -> Value) -> Value {
        if let Some(known) = self.exposures.lock().unwrap_or_else(PoisonError::into_inner).get(listener) {
            return known.clone();
        }
        // Found without the lock: two threads may find the same, which does no harm.
        let found = find();
        self.exposures.lock().unwrap_or_else(PoisonError::into_inner).entry(listener.to_owned()).or_insert(found).clone()
    }

    /// A TLS policy as AWS lists it in a region.
    pub(super) fn ssl_policy(&self, region: &str, name: &str) -> Observed<&'a SslPolicy> {
        let context = self.regions.get(region);
        if let Some(listed) = context.and_then(|context| context.policies.get(name)) {
            return Observed::Known(listed);
        }
        let unlisted = || {
            Gap::new("elasticloadbalancing:DescribeSSLPolicies", Cause::Failed)
                .because(format!("{name} is not among the TLS policies that AWS lists in {region}"))
        };
        Observed::Unknown(context.and_then(|context| context.policy_gap.clone()).unwrap_or_else(unlisted))
    }

    /// Whether hygiene is judged of what uses nothing on the path of an API, too.
    pub(super) fn judges_all(&self) -> bool {
        self.scope == Scope::Account
    }

    /// Why a load balancer or target group may stand behind an API although no way to it was seen.
    pub(super) fn unseen_ways(&self, region: &str) -> Option<Unknown> {
        self.regions.get(region)?.unseen_ways.clone()
    }

    /// Whether a listener or rule sends requests to a target group.
    pub(super) fn takes_traffic(&self, region: &str, group: &str) -> Value {
        let context = self.regions.get(region);
        let live = context.is_some_and(|context| context.fronts.contains_key(group));
        seen(live, context.and_then(|context| context.unread_ways.clone()))
    }

    /// The listeners that send requests to a target group.
    pub(super) fn fronts(&self, region: &str, group: &str) -> &[(&'a LoadBalancer, &'a Listener)] {
        self.regions.get(region).and_then(|context| context.fronts.get(group)).map_or(&[], Vec::as_slice)
    }

    /// Why there may be more of them.
    pub(super) fn unread_fronts(&self, region: &str) -> Vec<Gap> {
        let unread = self.regions.get(region).and_then(|context| context.unread_ways.as_ref());
        unread.map_or_else(Vec::new, |unread| unread.gaps().to_vec())
    }

    /// Who runs the task definitions of a region.
    pub(super) fn users(&self, region: &str) -> Option<&Users<'a>> {
        self.regions.get(region).map(|context| &context.users)
    }

    /// The names under which ways lead to the tasks of a task definition.
    pub(crate) fn keys_of_definition(&self, topology: &Topology<'a>, region: &str, arn: &str) -> Vec<Key<'a>> {
        self.users(region).map_or_else(Vec::new, |users| users.keys(topology, arn))
    }

    /// Why a target group may be used by a service that was not seen.
    pub(super) fn unread_services(&self, region: &str) -> Option<Unknown> {
        self.regions.get(region)?.unread_services.clone()
    }
}

impl<'a> RegionContext<'a> {
    fn new(topology: &Topology<'a>, ways: &Ways<'a>, region: &'a Region) -> Self {
        let policy_gap = region.ssl_policies.gaps.first();
        Self {
            policies: region.ssl_policies.iter().map(|policy| (policy.name.as_str(), policy)).collect(),
            policy_gap: policy_gap.map(|gap| gap.clone().or_action("elasticloadbalancing:DescribeSSLPolicies")),
            unseen_ways: Unknown::of(topology.unseen_routes.iter().cloned().chain(unread_ways(region))),
            unread_ways: Unknown::of(unread_ways(region)),
            fronts: fronts(region),
            unread_services: unread_services(region),
            users: Users::new(topology, region),
            unseen: Unknown::of(ways.unseen(&region.name).iter().cloned()),
            unseen_past_apis: Unknown::of(ways.unseen_past_apis(&region.name).iter().cloned()),
        }
    }
}

/// The listeners that send requests to each target group. One that shares a forward with others may have weight 0.
fn fronts(region: &Region) -> HashMap<&str, Vec<(&LoadBalancer, &Listener)>> {
    let mut found: HashMap<&str, Vec<(&LoadBalancer, &Listener)>> = HashMap::new();
    for balancer in &region.load_balancers {
        for listener in &balancer.listeners {
            let actions = listener.rules.iter().flat_map(|rule| &rule.actions).chain(&listener.default_actions);
            let live =
                actions.flat_map(|action| action.target_groups.iter().filter(|share| share.weight > 0 || action.target_groups.len() == 1));
            for share in live {
                let all = found.entry(share.arn.as_str()).or_default();
                if all.last().is_none_or(|(_, last)| last.arn != listener.arn) {
                    all.push((balancer, listener));
                }
            }
        }
    }
    found
}

/// The gaps in which a way from a load balancer to a target group, or on to another load balancer, may hide.
fn unread_ways(region: &Region) -> impl Iterator<Item = Gap> {
    let balancers = gaps(&region.load_balancers, "elasticloadbalancing:DescribeLoadBalancers");
    let listeners = region.load_balancers.iter().flat_map(|balancer| gaps(&balancer.listeners, "elasticloadbalancing:DescribeListeners"));
    let rules = region.load_balancers.iter().filter(|balancer| has_rules(balancer)).flat_map(|balancer| &balancer.listeners.items);
    let rules = rules.flat_map(|listener| gaps(&listener.rules, "elasticloadbalancing:DescribeRules"));
    let groups = gaps(&region.target_groups, "elasticloadbalancing:DescribeTargetGroups").chain(hidden_ways(region));
    let chained = region.target_groups.iter().filter(|group| group.target_type == "alb" && !group.load_balancer_arns.is_empty());
    let chained =
        chained.filter_map(|group| group.targets.gap()).map(|gap| gap.clone().or_action("elasticloadbalancing:DescribeTargetHealth"));
    balancers.chain(listeners).chain(rules).chain(groups).chain(chained)
}

/// The actions that may lead to target groups which the inventory does not name.
fn hidden_ways(region: &Region) -> impl Iterator<Item = Gap> {
    let listeners = region.load_balancers.iter().flat_map(|balancer| &balancer.listeners.items);
    listeners.flat_map(|listener| {
        let actions = listener.rules.iter().flat_map(|rule| &rule.actions).chain(&listener.default_actions);
        let hiding = actions.filter(|action| action.target_groups.is_empty() && !SENDS_NOTHING_ON.contains(&action.kind.as_str()));
        hiding.map(|action| {
            let why = format!("where an action {:?} of {} leads is not known", action.kind, listener.arn);
            Gap::new("elasticloadbalancing:DescribeRules", Cause::NotSupported).because(why)
        })
    })
}

/// The actions of rules that forward nothing themselves.
const SENDS_NOTHING_ON: [&str; 5] = ["redirect", "fixed-response", "authenticate-oidc", "authenticate-cognito", "jwt-validation"];

fn gaps<'l, T>(list: &'l Listed<T>, action: &'static str) -> impl Iterator<Item = Gap> + use<'l, T> {
    list.gaps.iter().map(move |gap| gap.clone().or_action(action))
}

/// Only the listeners of application load balancers have rules.
pub(super) fn has_rules(balancer: &LoadBalancer) -> bool {
    balancer.kind == "application"
}

fn unread_services(region: &Region) -> Option<Unknown> {
    let clusters = gaps(&region.clusters, "ecs:ListClusters");
    Unknown::of(clusters.chain(region.clusters.iter().flat_map(|cluster| gaps(&cluster.services, "ecs:DescribeServices"))))
}
