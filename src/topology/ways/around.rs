//! Which ways go around an API: ways to the same target that lack a control which the API's way has.

use std::collections::{BTreeMap, HashMap};

use super::controls::{Control, Met};
use super::{Entry, Key, Way, Ways};
use crate::inventory::Gap;
use crate::topology::Variant;
use crate::topology::listener::glob::may_meet;

/// What a way lacks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lacks {
    /// The controls that it lacks for certain, as the API's way has them, in words.
    pub surely: BTreeMap<Control, String>,
    /// The controls that it may lack, and what could not be read.
    pub perhaps: BTreeMap<Control, Vec<Gap>>,
}

/// The controls of the ways through APIs to a target, put together.
#[derive(Debug, Clone, Default)]
pub(super) struct Reference {
    surely: BTreeMap<Control, String>,
    perhaps: BTreeMap<Control, Vec<Gap>>,
}

impl Reference {
    fn add(&mut self, way: &Way<'_>) {
        for (control, met) in way.controls.iter() {
            match met {
                Met::Yes(words) if way.is_certain() => {
                    self.surely.entry(control).or_insert_with(|| words.clone());
                }
                // A way that may not be there has controls that may not count.
                Met::Yes(_) => self.doubt(control, &way.sources.gaps),
                Met::Unknown(gap) => self.doubt(control, std::slice::from_ref(gap)),
            }
        }
    }

    fn doubt(&mut self, control: Control, gaps: &[Gap]) {
        let all = self.perhaps.entry(control).or_default();
        for gap in gaps {
            if !all.contains(gap) {
                all.push(gap.clone());
            }
        }
    }

    fn extend(&mut self, other: &Self) {
        for (control, words) in &other.surely {
            self.surely.entry(*control).or_insert_with(|| words.clone());
        }
        for (control, gaps) in &other.perhaps {
            self.doubt(*control, gaps);
        }
    }

    /// What a way lacks of it.
    fn lacked_by(&self, way: &Way<'_>) -> Lacks {
        let mut lacks = Lacks::default();
        for (control, words) in &self.surely {
            match way.controls.get(*control) {
                None => {
                    lacks.surely.insert(*control, words.clone());
                }
                Some(Met::Unknown(gap)) => {
                    lacks.perhaps.insert(*control, vec![gap.clone()]);
                }
                Some(Met::Yes(_)) => {}
            }
        }
        for (control, gaps) in &self.perhaps {
            let has = matches!(way.controls.get(*control), Some(Met::Yes(_)));
            if !has && !lacks.surely.contains_key(control) {
                lacks.perhaps.entry(*control).or_default().extend(gaps.iter().cloned());
            }
        }
        lacks
    }
}

/// For each target, what the ways through APIs to it have. Those of working copies do not count.
pub(super) fn references<'a>(ways: &[Way<'a>]) -> HashMap<Key<'a>, Reference> {
    let mut found: HashMap<Key<'a>, Reference> = HashMap::new();
    for way in ways.iter().filter(|way| way.is_through_api() && !way.is_draft()) {
        for key in &way.keys {
            found.entry(*key).or_default().add(way);
        }
    }
    found
}

impl<'a> Ways<'a> {
    /// What a way lacks that ways through APIs to the same target have. Ways of working copies count only with `drafts`.
    ///
    /// A load balancer's or a task's own way is compared with every way through an API. A way through an API is compared
    /// with those under another name, of another stage or another API, where one request may arrive by both.
    pub fn lacks(&self, way: &Way<'a>, drafts: bool) -> Lacks {
        match self.lacks.get(way.number) {
            Some(known) if !drafts => known.get_or_init(|| self.find_lacks(way, false)).clone(),
            _ => self.find_lacks(way, drafts),
        }
    }

    fn find_lacks(&self, way: &Way<'a>, drafts: bool) -> Lacks {
        if !way.is_through_api() && !drafts {
            let mut reference = Reference::default();
            way.keys.iter().filter_map(|key| self.references.get(key)).for_each(|one| reference.extend(one));
            return reference.lacked_by(way);
        }
        let (ways, cut) = self.most_through_to(&way.keys);
        let through = ways.into_iter().filter(|other| drafts || !other.is_draft());
        let mut reference = Reference::default();
        through.filter(|other| compares(way, other)).for_each(|other| reference.add(other));
        let mut lacks = reference.lacked_by(way);
        if let Some(gap) = cut {
            lacks.cut(way, &gap);
        }
        lacks
    }
}

impl Lacks {
    /// More ways lead to the target than are compared: what they have, the way may lack.
    fn cut(&mut self, way: &Way<'_>, gap: &Gap) {
        for control in [Control::Authorization, Control::ApiKey, Control::ResourcePolicy, Control::WebAcl, Control::MutualTls] {
            if !self.surely.contains_key(&control) && way.controls.get(control).is_none() {
                self.perhaps.entry(control).or_default().push(gap.clone());
            }
        }
    }
}

/// Whether a way may be a way around another one.
fn compares(way: &Way<'_>, through: &Way<'_>) -> bool {
    match (name(way), name(through)) {
        (Some(own), Some(other)) if own == other => false,
        (Some(_), Some(_)) => match (&way.paths, &through.paths) {
            (Some(own), Some(others)) => own.iter().any(|one| others.iter().any(|other| may_meet(one, other))),
            _ => true,
        },
        _ => true,
    }
}

/// A region, an API, a stage, what of it, and a custom domain with its path.
type Name<'w> = (&'w str, &'w str, &'w str, Variant, Option<(&'w str, &'w str)>);

/// Under which name of which stage a way through an API begins; none for any other way.
fn name<'w>(way: &Way<'w>) -> Option<Name<'w>> {
    let Entry::Api { region, api, stage, variant, domain } = way.entry else { return None };
    let domain = domain.map(|(domain, mapping)| (domain.name.as_str(), mapping.path.as_str()));
    Some((&region.name, &api.id, &stage.name, variant, domain))
}
