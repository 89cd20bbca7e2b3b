//! What application load balancers before a target ask, that another way to the same target skips.

use std::collections::{BTreeMap, HashMap};

use super::controls::{Met, web_acl};
use super::{Hop, Key, Way, Ways};
use crate::inventory::Gap;
use crate::topology::listener::may_ask_more;

/// The kind of what a word of AWS's asks that nobody here knows yet.
const NEW: &str = "new";

/// What application load balancers ask: each kind with its words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Skips {
    /// What is there for certain.
    pub surely: BTreeMap<&'static str, String>,
    /// The kinds that may be there, and why that is not known.
    pub perhaps: BTreeMap<&'static str, Vec<Gap>>,
}

impl Skips {
    fn add(&mut self, kind: &'static str, met: Met) {
        match met {
            Met::Yes(words) => {
                self.surely.entry(kind).or_insert(words);
            }
            Met::Unknown(gap) => self.doubt(kind, &[gap]),
        }
    }

    fn doubt(&mut self, kind: &'static str, gaps: &[Gap]) {
        let all = self.perhaps.entry(kind).or_default();
        for gap in gaps {
            if !all.contains(gap) {
                all.push(gap.clone());
            }
        }
    }

    /// What the application load balancers on one way ask.
    fn of(way: &Way<'_>) -> Self {
        let mut asked = Self::default();
        for met in way.balancers().filter_map(web_acl) {
            asked.add("web-acl", met);
        }
        for guard in way.guards.iter().filter(|guard| guard.bars()) {
            asked.add(guard.kind(), Met::Yes(guard.in_words()));
        }
        for hop in &way.hops {
            if let Hop::Listener { listener, step, .. } = hop
                && let Some(gap) = may_ask_more(listener, *step)
            {
                asked.doubt(NEW, &[gap]);
            }
        }
        asked
    }

    /// Adds what another way's load balancers ask. Of a way that may not be there, all of it may not be.
    fn extend(&mut self, other: &Self, certain: bool, gaps: &[Gap]) {
        for (kind, words) in &other.surely {
            if certain {
                self.surely.entry(kind).or_insert_with(|| words.clone());
            } else {
                self.doubt(kind, gaps);
            }
        }
        for (kind, gaps) in &other.perhaps {
            self.doubt(kind, gaps);
        }
    }
}

/// For each target, what the application load balancers before it ask.
pub(super) fn asked<'a>(ways: &[Way<'a>]) -> HashMap<Key<'a>, Skips> {
    let mut found: HashMap<Key<'a>, Skips> = HashMap::new();
    for way in ways.iter().filter(|way| !way.is_draft()) {
        let own = Skips::of(way);
        if own == Skips::default() {
            continue;
        }
        for key in &way.keys {
            found.entry(*key).or_default().extend(&own, way.is_certain(), &way.sources.gaps);
        }
    }
    found
}

impl<'a> Ways<'a> {
    /// What application load balancers before the same target ask, and this way does not.
    pub fn skips(&self, way: &Way<'a>) -> Skips {
        let mut all = Skips::default();
        for other in way.keys.iter().filter_map(|key| self.asked.get(key)) {
            all.extend(other, true, &[]);
        }
        let own = Skips::of(way);
        all.surely.retain(|kind, _| !own.surely.contains_key(kind));
        all.perhaps.retain(|kind, _| !own.surely.contains_key(kind) && !all.surely.contains_key(kind));
        // What the way may itself have, it may not skip.
        for (kind, gaps) in own.perhaps {
            if all.surely.remove(kind).is_some() || all.perhaps.contains_key(kind) {
                all.doubt(kind, &gaps);
            }
        }
        all
    }
}
