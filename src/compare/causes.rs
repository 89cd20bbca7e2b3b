//! What caused a difference, proven: each change is made alone in the earlier inventory, or taken back alone from the later one, and
//! everything is judged again.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::resources::{Change, put};
use super::state::{Fact, State, Value};
use crate::inventory::{Inventory, snapshot};

/// How often it is judged again at most.
pub const MOST_TRIALS: usize = 160;

/// What caused a difference: places in the list of changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cause {
    /// Each of these does it alone.
    pub alone: Vec<usize>,
    /// Each of these is needed: without any one of them it is as before.
    pub together: Vec<usize>,
    /// Whether those that are needed do it together, with those beside them.
    pub is_enough: bool,
    /// What completes them, where they are not enough: one way of perhaps several.
    pub beside: Vec<usize>,
    /// Each of these does a part of it alone.
    pub in_part: Vec<usize>,
}

impl Cause {
    /// Every change that has a part in it.
    pub fn all(&self) -> impl Iterator<Item = usize> {
        [&self.alone, &self.together, &self.beside, &self.in_part].into_iter().flatten().copied()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.all().next().is_none()
    }
}

/// The causes that were found.
#[derive(Debug, Default)]
pub(super) struct Causes {
    pub(super) of: BTreeMap<Fact, Cause>,
    /// How often it was judged again.
    pub(super) trials: usize,
    /// How many changes were not tried.
    pub(super) untried: usize,
}

/// What is judged again, and how.
pub(super) struct Trial<'t> {
    pub(super) before: &'t Json,
    pub(super) after: &'t Json,
    pub(super) changes: &'t [Change],
    /// The changes worth a trial, the likeliest first.
    pub(super) order: Vec<usize>,
    pub(super) judge: &'t dyn Fn(&Inventory) -> State,
}

impl Trial<'_> {
    /// Finds what caused the differences between two states.
    pub(super) fn causes(&self, before: &State, after: &State, wanted: &[Fact]) -> Causes {
        let mut found = Causes { of: wanted.iter().map(|fact| (fact.clone(), Cause::default())).collect(), ..Causes::default() };
        if wanted.is_empty() {
            return found;
        }
        self.alone(before, after, &mut found);
        self.needed(before, &mut found);
        self.enough(after, &mut found);
        found
    }

    /// Makes each change alone.
    fn alone(&self, before: &State, after: &State, found: &mut Causes) {
        for change in self.order.iter().copied() {
            if found.trials >= MOST_TRIALS / 2 {
                found.untried += 1;
                continue;
            }
            found.trials += 1;
            let Some(state) = self.judged(self.before, &[change], true) else { continue };
            for (fact, cause) in &mut found.of {
                let (then, now, tried) = (before.facts.get(fact), after.facts.get(fact), state.facts.get(fact));
                if tried == now {
                    cause.alone.push(change);
                } else if tried != then && is_between(then, tried, now) {
                    cause.in_part.push(change);
                }
            }
        }
    }

    /// Takes each change back alone, where none was enough.
    fn needed(&self, before: &State, found: &mut Causes) {
        if found.of.values().all(|cause| !cause.alone.is_empty()) {
            return;
        }
        for change in self.order.iter().copied() {
            if found.trials >= MOST_TRIALS {
                found.untried += 1;
                continue;
            }
            found.trials += 1;
            let Some(state) = self.judged(self.after, &[change], false) else { continue };
            for (fact, cause) in found.of.iter_mut().filter(|(_, cause)| cause.alone.is_empty()) {
                if state.facts.get(fact) == before.facts.get(fact) {
                    cause.together.push(change);
                }
            }
        }
    }

    /// Makes together what is needed; and where that is not enough, looks for what makes it so.
    fn enough(&self, after: &State, found: &mut Causes) {
        let open = |found: &Causes| {
            let unsolved = |cause: &Cause| cause.alone.is_empty() && !cause.is_enough;
            found.of.iter().find(|(_, cause)| unsolved(cause)).map(|(fact, cause)| (fact.clone(), cause.together.clone()))
        };
        while let Some((fact, needed)) = open(found) {
            let Some(beside) = self.completed(&fact, &needed, after, &mut found.trials) else {
                found.untried += 1;
                return;
            };
            let made: Vec<usize> = needed.iter().chain(&beside).copied().collect();
            found.trials += 1;
            let state = self.judged(self.before, &made, true).unwrap_or_default();
            // What is solved alike is solved at once.
            for (fact, cause) in found.of.iter_mut().filter(|(_, cause)| cause.alone.is_empty() && !cause.is_enough) {
                if cause.together == needed && state.facts.get(fact) == after.facts.get(fact) {
                    (cause.is_enough, cause.beside) = (true, beside.clone());
                }
            }
        }
    }

    /// What it takes beside what is needed. The shortest beginning of the list that does is halved for; its last change is one of
    /// those that it takes; and so on until these are enough.
    fn completed(&self, fact: &Fact, needed: &[usize], after: &State, trials: &mut usize) -> Option<Vec<usize>> {
        let mut beside: Vec<usize> = Vec::new();
        let mut others: Vec<usize> = self.order.iter().copied().filter(|change| !needed.contains(change)).collect();
        loop {
            let mut does = |length: usize| {
                *trials += 1;
                let made: Vec<usize> = needed.iter().chain(&beside).chain(&others[..length]).copied().collect();
                let state = (*trials <= MOST_TRIALS * 2).then(|| self.judged(self.before, &made, true)).flatten()?;
                Some(state.facts.get(fact) == after.facts.get(fact))
            };
            if does(0)? {
                return Some(beside);
            }
            let (mut short, mut long) = (0, others.len());
            while short + 1 < long {
                let middle = short.midpoint(long);
                if does(middle)? { long = middle } else { short = middle }
            }
            // Not even all of them do: what it takes is not among the changes.
            if long == 0 || (long == others.len() && !does(long)?) {
                return None;
            }
            beside.push(others[long - 1]);
            others.truncate(long - 1);
        }
    }

    /// What is true once some changes are made, or taken back; none where that gives no inventory.
    fn judged(&self, from: &Json, changes: &[usize], forward: bool) -> Option<State> {
        let mut json = from.clone();
        for change in changes {
            put(&mut json, &self.changes[*change], forward);
        }
        let mut inventory: Inventory = serde_json::from_value(json).ok()?;
        snapshot::sort(&mut inventory);
        Some((self.judge)(&inventory))
    }
}

/// Whether some of what was added or taken away is: sets alone can change in part.
fn is_between(then: Option<&Value>, tried: Option<&Value>, now: Option<&Value>) -> bool {
    let set = |value: Option<&Value>| match value {
        Some(Value::Exposure(bounds)) => Some(bounds.surely.clone()),
        _ => None,
    };
    let (Some(then), Some(tried), Some(now)) = (set(then), set(tried), set(now)) else { return false };
    let (added, lost) = (tried.difference(&then), then.difference(&tried));
    added.is_subset(&now.difference(&then)) && lost.is_subset(&then.difference(&now))
}
