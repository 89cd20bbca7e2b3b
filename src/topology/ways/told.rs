//! What there is to tell about a way: who can take it, what let them in, and whether a stranger gets past.

use super::{Control, Entry, Met, Way, Ways};
use crate::assessment::Path;
use crate::inventory::{Observed, Region};
use crate::network::{Effect, Leg, LegKind, Transport};
use crate::topology::{Guard, Topology};

impl<'a> Way<'a> {
    /// The region where it begins.
    pub fn region(&self) -> &'a Region {
        match self.entry {
            Entry::Api { region, .. } | Entry::Balancer { region, .. } | Entry::Interface { region, .. } => region,
        }
    }

    /// The kind of thing at which it begins.
    pub fn entry_kind(&self) -> &'static str {
        match self.entry {
            Entry::Api { .. } => "api",
            Entry::Balancer { .. } => "load-balancer",
            Entry::Interface { task: Some(_), .. } => "task",
            Entry::Interface { task: None, .. } => "instance",
        }
    }

    /// Whether it asks for proof that a stranger lacks. Behind an API, what a load balancer asks was seen to by the API itself.
    pub fn barred(&self) -> Observed<bool> {
        if !self.is_through_api() {
            return Observed::Known(self.guards.iter().any(Guard::bars));
        }
        let asked = [Control::Authorization, Control::MutualTls, Control::ResourcePolicy].map(|control| self.controls.get(control));
        if asked.iter().any(|met| matches!(met, Some(Met::Yes(_)))) {
            return Observed::Known(true);
        }
        let unread = asked.into_iter().flatten().find_map(|met| match met {
            Met::Yes(_) => None,
            Met::Unknown(gap) => Some(gap.clone()),
        });
        unread.map_or(Observed::Known(false), Observed::Unknown)
    }

    /// The controls met, in words, and what listeners ask beside them.
    pub fn asked(&self) -> Vec<String> {
        let met = self.controls.iter().filter_map(|(_, met)| match met {
            Met::Yes(words) => Some(words.clone()),
            Met::Unknown(_) => None,
        });
        let beside = self.guards.iter().filter(|guard| matches!(guard, Guard::SecretHeader(_) | Guard::Source(_)));
        met.chain(beside.map(Guard::in_words)).collect()
    }
}

impl<'a> Ways<'a> {
    /// Who can take a way, in words.
    pub fn sources_of(&self, way: &Way<'a>) -> String {
        self.describe(&way.region().name, &way.sources, None)
    }

    /// What lets the first packet of a way in: entries of security groups, where the way begins at a load balancer or a task.
    pub fn let_in_by(&self, way: &Way<'a>) -> Vec<String> {
        let_through(&self.legs(way), |kind| kind == LegKind::SecurityGroup)
    }

    /// A way, hop by hop, with the entries that let its first packet in and led it there.
    pub fn path(&self, topology: &Topology<'a>, way: &Way<'a>) -> Path {
        let legs = self.legs(way);
        let let_in_by = let_through(&legs, |kind| kind == LegKind::SecurityGroup);
        let led_by = let_through(&legs, |kind| !matches!(kind, LegKind::SecurityGroup | LegKind::Address));
        topology.path_of_way(way, &self.sources_of(way), &let_in_by, &led_by)
    }

    /// What has a say about the first packet of a way, where the way begins at a load balancer or a task.
    fn legs(&self, way: &Way<'a>) -> Vec<Leg> {
        let Some(network) = self.network(&way.region().name) else { return Vec::new() };
        match way.entry {
            Entry::Api { .. } => Vec::new(),
            Entry::Balancer { balancer, listener, .. } => network.trace_listener(balancer, listener),
            Entry::Interface { interface, port, .. } => network.trace_interface(interface, Transport::Tcp, port),
        }
    }
}

/// The entries of some kinds that let it through, each once.
fn let_through(legs: &[Leg], of: fn(LegKind) -> bool) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for leg in legs.iter().filter(|leg| of(leg.kind) && leg.effect == Effect::LetsThrough) {
        if !words.contains(&leg.text) {
            words.push(leg.text.clone());
        }
    }
    words
}
