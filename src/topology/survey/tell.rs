//! A way in words, as one of those that lead to a target.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::targets::Target;
use crate::assessment::{Lack, MayLack, PathStep, Unread, WayIn};
use crate::inventory::{Gap, Observed};
use crate::topology::ways::MOST_WAYS;
use crate::topology::{Control, Entry, Lacks, Met, Topology, Way, Ways, fold};

/// Tells ways, each but once: one way may lead to several targets.
pub(super) struct Teller<'t, 'a> {
    topology: &'t Topology<'a>,
    ways: &'t Ways<'a>,
    told: HashMap<usize, WayIn>,
}

impl<'t, 'a> Teller<'t, 'a> {
    pub(super) fn new(topology: &'t Topology<'a>, ways: &'t Ways<'a>) -> Self {
        Self { topology, ways, told: HashMap::new() }
    }

    /// A way, with the target as its last hop.
    pub(super) fn tell(&mut self, number: usize, target: &Target<'a>) -> WayIn {
        let way = &self.ways.all[number];
        let mut told = self.told.entry(number).or_insert_with(|| told(self.topology, self.ways, way)).clone();
        // Only the target's own service: others in the same group are targets of their own.
        told.path.steps.retain(|step| step.kind != "service");
        told.path.steps.extend(target.hop(self.topology, way));
        told
    }

    /// The ways through APIs that lead to a target, by name.
    pub(super) fn through(&self, target: &Target<'a>) -> Vec<String> {
        let through = target.ways.iter().map(|way| &self.ways.all[*way]).filter(|way| way.is_through_api()).take(MOST_WAYS);
        let names: BTreeSet<String> = through.map(|way| self.topology.way_name(way)).collect();
        names.into_iter().collect()
    }
}

fn told<'a>(topology: &Topology<'a>, ways: &Ways<'a>, way: &Way<'a>) -> WayIn {
    let sources = ways.sources_of(way);
    let lacks = lacks(topology, ways, way);
    let mut path = topology.path_of_way(way, &sources, &[], &[]);
    if let Some(first) = path.steps.first_mut() {
        // Who exactly is said of the way as a whole: so ways that begin alike have the same first hop.
        *first = beginning(way);
    }
    WayIn {
        entry: way.entry_kind().to_owned(),
        id: topology.way_id(way),
        name: topology.way_name(way),
        region: way.region().name.clone(),
        through_api: way.is_through_api(),
        draft: way.is_draft(),
        certain: way.is_certain() && !way.is_draft(),
        sources,
        world: way.sources.world(),
        anyone: way.sources.anyone(),
        gaps: gaps(way),
        met: way.asked(),
        unread: unread(way),
        lacks: lacks.surely.into_iter().map(|(control, has)| Lack { control: control.in_words().to_owned(), has }).collect(),
        may_lack: lacks.perhaps.into_iter().map(may_lack).collect(),
        barred: way.barred().known().copied(),
        request: way.request.clone(),
        let_in_by: ways.let_in_by(way),
        path,
    }
}

fn beginning(way: &Way<'_>) -> PathStep {
    let only_inside = way.sources.internet.perhaps.is_empty();
    let (kind, text) = if only_inside { ("vpc", "callers in a VPC") } else { ("internet", "internet") };
    PathStep { kind: kind.to_owned(), id: String::new(), text: text.to_owned() }
}

/// What a way lacks. What only working copies have it may lack: whether they are deployed is not known.
fn lacks<'a>(topology: &Topology<'a>, ways: &Ways<'a>, way: &Way<'a>) -> Lacks {
    let mut lacks = ways.lacks(way, way.is_draft());
    if !way.is_draft() && !topology.unseen_routes.is_empty() {
        let drafts = ways.lacks(way, true);
        for control in drafts.surely.into_keys().chain(drafts.perhaps.into_keys()) {
            if !lacks.surely.contains_key(&control) {
                lacks.perhaps.entry(control).or_insert_with(|| topology.unseen_routes.clone());
            }
        }
    }
    lacks
}

fn may_lack((control, gaps): (Control, Vec<Gap>)) -> MayLack {
    MayLack { control: control.in_words().to_owned(), gaps: fold(gaps) }
}

/// Why it is not known whether a way is there, or who can take it.
fn gaps(way: &Way<'_>) -> Vec<Gap> {
    let mut gaps = way.sources.gaps.clone();
    if let (true, Entry::Api { stage, .. }) = (way.is_draft(), way.entry)
        && let Observed::Unknown(gap) = &stage.deployed
    {
        gaps.push(gap.clone().or_action("apigateway:GET"));
    }
    fold(gaps)
}

fn unread(way: &Way<'_>) -> Vec<Unread> {
    let found: BTreeMap<Control, &Gap> = way
        .controls
        .iter()
        .filter_map(|(control, met)| match met {
            Met::Unknown(gap) => Some((control, gap)),
            Met::Yes(_) => None,
        })
        .collect();
    found.into_iter().map(|(control, gap)| Unread { control: control.in_words().to_owned(), gap: gap.clone() }).collect()
}
