//! Every way in: from where a request enters to the containers that answer it, with the controls it meets.
//!
//! A way is kept where it is there for certain or perhaps; which of the two, its sources say: who can take it at least,
//! and at most. Two ways lead to the same target when they share a [`Key`].

mod around;
mod controls;
mod keys;
mod skips;
mod tally;
#[cfg(test)]
mod tests;
mod through_api;
mod to_tasks;
mod told;
mod trail;

use std::collections::HashMap;
use std::sync::OnceLock;

use super::listener::{Guard, Step, Text};
use super::{LinkVersion, TaskRef, Topology, Variant};
use crate::inventory::{Api, DomainName, Gap, Listener, LoadBalancer, Mapping, NetworkInterface, Region, Stage, TargetGroup, VpcLink};
use crate::network::{Exposure, Network, SharedRanges};

pub use around::Lacks;
pub use controls::{Control, Controls, Met};
pub use keys::Key;
pub use skips::Skips;
pub use tally::Seen;
pub(crate) use through_api::domains;

/// How many ways to one target are compared before the rest is only counted.
pub(crate) const MOST_WAYS: usize = 200;

/// Where a way begins.
#[derive(Debug, Clone, Copy)]
pub enum Entry<'a> {
    /// A stage of an API.
    Api {
        /// The API's region.
        region: &'a Region,
        /// The API.
        api: &'a Api,
        /// The stage.
        stage: &'a Stage,
        /// What of it: what it serves, its canary, or the working copy.
        variant: Variant,
        /// The custom domain and what it maps; none for the API's own name.
        domain: Option<(&'a DomainName, &'a Mapping)>,
    },
    /// A listener of a load balancer with an address of its own on the internet.
    Balancer {
        /// The load balancer's region.
        region: &'a Region,
        /// The load balancer.
        balancer: &'a LoadBalancer,
        /// The listener.
        listener: &'a Listener,
    },
    /// A network interface of a task or an instance.
    Interface {
        /// Its region.
        region: &'a Region,
        /// The interface.
        interface: &'a NetworkInterface,
        /// The port.
        port: u16,
        /// The task it belongs to; none for an instance.
        task: Option<TaskRef<'a>>,
    },
}

/// A hop between entry and target.
#[derive(Debug, Clone, Copy)]
pub enum Hop<'a> {
    /// A VPC link.
    Link(LinkVersion, &'a VpcLink),
    /// A listener, and which of its rules takes the request.
    Listener {
        /// The load balancer.
        balancer: &'a LoadBalancer,
        /// The listener.
        listener: &'a Listener,
        /// The rule.
        step: Step<'a>,
    },
}

/// A way in.
#[derive(Debug, Clone)]
pub struct Way<'a> {
    /// Where it begins.
    pub entry: Entry<'a>,
    /// What it passes.
    pub hops: Vec<Hop<'a>>,
    /// The target group at its end; none where it leads to an interface itself.
    pub group: Option<&'a TargetGroup>,
    /// What it leads to.
    pub keys: Vec<Key<'a>>,
    /// What it meets.
    pub controls: Controls,
    /// What listeners ask of a request on it.
    pub guards: Vec<Guard>,
    /// Who can take it.
    pub sources: Exposure,
    /// A request that takes it past the listener's rules, in words.
    pub request: Option<String>,
    /// The routes that take it, by their places in [`Topology::routes`].
    pub routes: Vec<usize>,
    /// The paths that arrive at the target; none where a rule rewrites them.
    pub(crate) paths: Option<Vec<Text>>,
    /// Its place among all ways.
    pub(crate) number: usize,
}

/// Every way in, and the networks they cross.
#[derive(Debug)]
pub struct Ways<'a> {
    /// The ways, those through APIs first.
    pub all: Vec<Way<'a>>,
    networks: HashMap<&'a str, Network<'a>>,
    /// The ranges that strangers share, by region: with what AWS's own prefix lists hold there.
    shared: HashMap<&'a str, SharedRanges>,
    by_key: HashMap<Key<'a>, tally::Tally>,
    references: HashMap<Key<'a>, around::Reference>,
    asked: HashMap<Key<'a>, Skips>,
    /// What each way lacks, found when it is first asked.
    lacks: Vec<OnceLock<Lacks>>,
    by_balancer: HashMap<&'a str, Vec<usize>>,
    unseen: HashMap<&'a str, keys::Unseen>,
}

impl<'a> Ways<'a> {
    /// Finds every way in.
    pub fn new(topology: &Topology<'a>, shared: &SharedRanges) -> Self {
        let regions = &topology.inventory.regions;
        let networks: HashMap<&str, Network<'a>> = regions.iter().map(|region| (region.name.as_str(), Network::new(region))).collect();
        let mut ways = Self {
            all: through_api::ways(topology),
            networks,
            shared: regions.iter().map(|region| (region.name.as_str(), shared.with_lists(region))).collect(),
            by_key: HashMap::new(),
            references: HashMap::new(),
            asked: HashMap::new(),
            lacks: Vec::new(),
            by_balancer: HashMap::new(),
            unseen: regions.iter().map(|region| (region.name.as_str(), keys::unseen(topology, region))).collect(),
        };
        for region in regions {
            let Some(network) = ways.networks.get(region.name.as_str()) else { continue };
            let mut found = trail::from_balancers(topology, network, region);
            found.extend(to_tasks::ways(topology, network, region));
            ways.all.extend(found);
        }
        ways.index();
        ways
    }

    fn index(&mut self) {
        self.lacks = vec![OnceLock::new(); self.all.len()];
        self.references = around::references(&self.all);
        self.asked = skips::asked(&self.all);
        self.by_key = tally::tally(&self.all);
        for (number, way) in self.all.iter_mut().enumerate() {
            way.number = number;
            if let Entry::Balancer { balancer, .. } = way.entry {
                self.by_balancer.entry(&balancer.arn).or_default().push(number);
            }
        }
    }

    /// The names of what a target group leads to, also by way of a load balancer in it.
    pub fn keys_of_group(&self, topology: &Topology<'a>, group: &'a TargetGroup) -> Vec<Key<'a>> {
        let mut keys = keys::of_group(topology, group);
        for (_, listener) in trail::balancers_in(topology, group) {
            keys.extend(topology.groups_behind(listener).into_iter().flat_map(|group| keys::of_group(topology, group)));
        }
        keys
    }

    /// The network of a region.
    pub fn network(&self, region: &str) -> Option<&Network<'a>> {
        self.networks.get(region)
    }

    /// Who can open a connection, in words. `vpc` names where private addresses are.
    pub fn describe(&self, region: &str, exposure: &Exposure, vpc: Option<&str>) -> String {
        self.shared.get(region).map_or_else(String::new, |shared| exposure.describe(shared, vpc))
    }

    /// The ways to any of these targets, each once, in the order they were found.
    pub fn to(&self, keys: &[Key<'a>]) -> Vec<&Way<'a>> {
        let tallies = keys.iter().filter_map(|key| self.by_key.get(key));
        let mut numbers: Vec<usize> = tallies.flat_map(|tally| tally.through.iter().chain(&tally.others)).copied().collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.into_iter().map(|number| &self.all[number]).collect()
    }

    /// The ways that begin at a load balancer.
    pub fn from_balancer(&self, arn: &str) -> impl Iterator<Item = &Way<'a>> {
        self.by_balancer.get(arn).map_or(&[][..], Vec::as_slice).iter().map(|number| &self.all[*number])
    }

    /// Why there may be ways to a region's targets that were not found.
    pub fn unseen(&self, region: &str) -> &[Gap] {
        self.unseen.get(region).map_or(&[], |unseen| &unseen.all)
    }

    /// Why there may be ways past every API to a region's targets that were not found.
    pub fn unseen_past_apis(&self, region: &str) -> &[Gap] {
        self.unseen.get(region).map_or(&[], |unseen| &unseen.past_apis)
    }
}

impl<'a> Way<'a> {
    /// Whether it was read from a working copy: nobody can take it yet.
    pub fn is_draft(&self) -> bool {
        matches!(self.entry, Entry::Api { variant: Variant::Draft, .. })
    }

    /// Whether it leads through an API.
    pub fn is_through_api(&self) -> bool {
        matches!(self.entry, Entry::Api { .. })
    }

    /// Whether it is there for certain, for somebody.
    pub fn is_certain(&self) -> bool {
        let surely = [&self.sources.internet.surely, &self.sources.inside.surely];
        surely.iter().any(|set| !set.is_empty())
    }

    /// Whether the internet can take it, for certain: some of its addresses.
    pub fn is_public(&self) -> Option<bool> {
        self.sources.anyone()
    }

    /// The load balancers it passes.
    pub fn balancers(&self) -> impl Iterator<Item = &'a LoadBalancer> {
        self.hops.iter().filter_map(|hop| match hop {
            Hop::Listener { balancer, .. } => Some(*balancer),
            Hop::Link(..) => None,
        })
    }

    /// How strong the strongest guard on it is; 0 without one.
    pub fn strength(&self) -> u8 {
        self.guards.iter().map(Guard::strength).max().unwrap_or_default()
    }
}
