//! What is true of an inventory, as far as two can differ in it: verdicts, who reaches what, and the ways in.

use std::collections::{BTreeMap, BTreeSet};

use crate::assessment::{Assessment, Told, WayIn};
use crate::inventory::{Inventory, Region};
use crate::network::{Bounds, Exposure, SharedRanges};
use crate::topology::{Key, Selection, Topology, Way, Ways, listener_name, survey};

/// Something that may differ.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// The verdict of a rule on a subject.
    Verdict(String, String),
    /// Who can open a connection: to a listener, or to a service or target group without passing an API; from the internet or, where
    /// the mark is set, from inside.
    Exposure(String, bool),
    /// A way in: the target, and the way.
    Way(String, String),
}

/// What it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Verdict(Told),
    Exposure(Box<Bounds>),
    Way { course: String, is_certain: bool, who: String },
}

/// A listener, a service or a target group, and who reaches it.
#[derive(Debug, Clone)]
pub(super) struct Reached {
    pub(super) kind: &'static str,
    pub(super) name: String,
    pub(super) region: String,
    pub(super) exposure: Exposure,
    pub(super) words: String,
}

/// A way in, and where it leads.
#[derive(Debug, Clone)]
pub(super) struct WayTo {
    pub(super) target: String,
    pub(super) way: WayIn,
}

/// Everything that may differ.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) facts: BTreeMap<Fact, Value>,
    pub(super) reached: BTreeMap<String, Reached>,
    pub(super) ways: BTreeMap<(String, String), WayTo>,
    /// The kinds of what may be there unseen, by region.
    pub(super) unseen: BTreeSet<(&'static str, String)>,
    /// Whether there may be ways that were not seen.
    pub(super) may_have_more_ways: bool,
    /// Targets of which not all ways were looked at.
    pub(super) cut: usize,
}

impl State {
    /// Finds it all. The verdicts are those of the assessment.
    pub(super) fn of(inventory: &Inventory, assessment: &Assessment, shared: &SharedRanges) -> Self {
        let topology = Topology::new(inventory);
        let ways = Ways::new(&topology, shared);
        let mut state = Self::default();
        for outcome in &assessment.outcomes {
            let (rule, subject) = outcome.key();
            state.facts.insert(Fact::Verdict(rule, subject), Value::Verdict(outcome.into()));
        }
        for region in &inventory.regions {
            state.region(&topology, &ways, region);
        }
        state.ways(&topology, &ways);
        for (id, found) in &state.reached {
            for (is_inside, bounds) in [(false, &found.exposure.internet), (true, &found.exposure.inside)] {
                state.facts.insert(Fact::Exposure(id.clone(), is_inside), Value::Exposure(Box::new(bounds.clone())));
            }
        }
        state
    }

    fn region<'a>(&mut self, topology: &Topology<'a>, ways: &Ways<'a>, region: &'a Region) {
        let mut unseen = |kind, is_complete: bool| {
            if !is_complete {
                self.unseen.insert((kind, region.name.clone()));
            }
        };
        unseen("listener", region.load_balancers.is_complete() && region.load_balancers.iter().all(|one| one.listeners.is_complete()));
        unseen("target group", region.target_groups.is_complete());
        unseen("ECS service", region.clusters.is_complete() && region.clusters.iter().all(|one| one.services.is_complete()));
        if let Some(network) = ways.network(&region.name) {
            for balancer in &region.load_balancers {
                for listener in &balancer.listeners {
                    let exposure = network.listener(balancer, listener).as_ref().clone();
                    let name = format!("listener {} of {}", listener_name(listener), balancer.name);
                    self.reach("listener", &listener.arn, name, region, exposure, ways, balancer.vpc_id.as_deref());
                }
            }
        }
        for cluster in &region.clusters {
            for service in &cluster.services {
                let exposure = past_apis(ways.to(&[Key::Service(&service.arn)]));
                let name = format!("ECS service {} in cluster {}, without passing an API", service.name, cluster.name);
                self.reach("ECS service", &service.arn, name, region, exposure, ways, None);
            }
        }
        for group in &region.target_groups {
            let exposure = past_apis(ways.to(&ways.keys_of_group(topology, group)));
            let name = format!("target group {}, without passing an API", group.name);
            self.reach("target group", &group.arn, name, region, exposure, ways, group.vpc_id.as_deref());
        }
    }

    #[expect(clippy::too_many_arguments, reason = "what is told of a thing that is reached")]
    fn reach(
        &mut self,
        kind: &'static str,
        id: &str,
        name: String,
        region: &Region,
        exposure: Exposure,
        ways: &Ways<'_>,
        vpc: Option<&str>,
    ) {
        let words = ways.describe(&region.name, &exposure, vpc);
        self.reached.insert(id.to_owned(), Reached { kind, name, region: region.name.clone(), exposure, words });
    }

    fn ways<'a>(&mut self, topology: &Topology<'a>, ways: &Ways<'a>) {
        let Ok(found) = survey(topology, ways, &Selection::default(), "") else { return };
        self.may_have_more_ways = !found.is_complete();
        for target in found.targets {
            self.cut += usize::from(target.left_out > 0);
            for way in target.ways {
                let key = (target.id.clone(), format!("{} {}", way.id, way.name));
                let value = Value::Way { course: way.course().as_str().to_owned(), is_certain: way.certain, who: way.sources.clone() };
                self.facts.insert(Fact::Way(key.0.clone(), key.1.clone()), value);
                self.ways.insert(key, WayTo { target: target.name.clone(), way });
            }
        }
    }
}

/// Who can take any of some ways that pass no API.
fn past_apis(ways: Vec<&Way<'_>>) -> Exposure {
    let past = ways.into_iter().filter(|way| !way.is_through_api());
    past.fold(Exposure::nobody(), |all, way| all.or(&way.sources))
}
