//! What can be said of all ways to a target at once, counted when they are found: many subjects ask the same.

use std::collections::{BTreeMap, HashMap};

use super::{Key, MOST_WAYS, Way, Ways};
use crate::inventory::{Cause, Gap};

/// Whether there is something, and why there may be where it was not seen.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// It was seen.
    pub surely: bool,
    /// What may hide it.
    pub gaps: Vec<Gap>,
}

impl Seen {
    fn add(&mut self, told: Option<bool>, gaps: &[Gap]) {
        match told {
            Some(true) => self.surely = true,
            Some(false) => {}
            None => self.doubt(gaps),
        }
    }

    fn doubt(&mut self, gaps: &[Gap]) {
        for gap in gaps {
            if !self.gaps.contains(gap) {
                self.gaps.push(gap.clone());
            }
        }
    }

    fn extend(&mut self, other: &Self) {
        self.surely |= other.surely;
        self.doubt(&other.gaps);
    }
}

/// What leads to one target.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// The ways through APIs, by number.
    pub(super) through: Vec<usize>,
    /// All others, by number.
    pub(super) others: Vec<usize>,
    /// Whether an API leads there.
    api: Seen,
    /// Whether the world can take a way past every API, by the strength of what guards it.
    world: BTreeMap<u8, Seen>,
}

/// Counts the ways to each target.
pub(super) fn tally<'a>(ways: &[Way<'a>]) -> HashMap<Key<'a>, Tally> {
    let mut found: HashMap<Key<'a>, Tally> = HashMap::new();
    for (number, way) in ways.iter().enumerate() {
        for key in &way.keys {
            let tally = found.entry(*key).or_default();
            if way.is_through_api() {
                tally.through.push(number);
                if !way.is_draft() {
                    tally.api.add(way.is_certain().then_some(true), &way.sources.gaps);
                }
            } else {
                tally.others.push(number);
                tally.world.entry(way.strength()).or_default().add(way.sources.world(), &way.sources.internet_gaps);
            }
        }
    }
    found
}

impl<'a> Ways<'a> {
    /// Whether an API leads to any of these targets. Working copies count only with `drafts`.
    pub fn api_leads_to(&self, keys: &[Key<'a>], drafts: bool) -> Seen {
        let mut seen = Seen::default();
        for tally in keys.iter().filter_map(|key| self.by_key.get(key)) {
            seen.extend(&tally.api);
            seen.surely |= drafts && tally.through.iter().any(|number| self.all[*number].is_draft());
        }
        seen
    }

    /// Whether the world can take a way past every API to any of these targets that is guarded by less than a strength.
    pub fn weaker_way_to(&self, keys: &[Key<'a>], strength: u8) -> Seen {
        let mut seen = Seen::default();
        for tally in keys.iter().filter_map(|key| self.by_key.get(key)) {
            tally.world.range(..strength).for_each(|(_, one)| seen.extend(one));
        }
        seen
    }

    /// The ways to any of these targets, those past every API first, and of each sort no more than are compared; with a gap when there are more.
    pub fn most_to(&self, keys: &[Key<'a>]) -> (Vec<&Way<'a>>, Option<Gap>) {
        let (mut ways, cut) = self.some_to(keys, |tally| &tally.others);
        let (through, cut_through) = self.most_through_to(keys);
        ways.extend(through);
        (ways, cut.or(cut_through))
    }

    /// The ways through APIs to any of these targets, no more than are compared; with a gap when there are more.
    pub(super) fn most_through_to(&self, keys: &[Key<'a>]) -> (Vec<&Way<'a>>, Option<Gap>) {
        self.some_to(keys, |tally| &tally.through)
    }

    fn some_to(&self, keys: &[Key<'a>], of: fn(&Tally) -> &[usize]) -> (Vec<&Way<'a>>, Option<Gap>) {
        let lists = keys.iter().filter_map(|key| self.by_key.get(key)).map(of);
        let mut numbers: Vec<usize> = lists.flat_map(|list| list.iter().take(MOST_WAYS + 1)).copied().collect();
        numbers.sort_unstable();
        numbers.dedup();
        let why = format!("more than {MOST_WAYS} ways lead to this target, and the rest was not judged");
        let gap = (numbers.len() > MOST_WAYS).then(|| Gap::new("", Cause::NotSupported).because(why));
        (numbers.into_iter().take(MOST_WAYS).map(|number| &self.all[number]).collect(), gap)
    }
}
