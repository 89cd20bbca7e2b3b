//! What a journal says is done, looked at again: it may have lost its end, and others may have been here since.

use std::sync::Arc;

use super::{Halt, Run};
use crate::migrate::cloud::Cloud;
use crate::migrate::journal::Journal;
use crate::migrate::plan::{Action, Plan, Step};
use crate::migrate::resolve::named;
use crate::migrate::thing::{Create, Property, State};

impl<C: Cloud + ?Sized, J: Journal + ?Sized> Run<'_, C, J> {
    /// Takes in whether a first look found what a step is there for, though no call for it is known: then an earlier run of this
    /// plan, whose journal is lost, has been here. Steps are taken back last one first, so the first look tells.
    pub(super) fn looked(&mut self, step: &str, there: bool) {
        if there && !self.told.intended.contains_key(step) {
            self.earlier = Some(true);
        } else if self.earlier.is_none() {
            self.earlier = Some(false);
        }
    }

    /// Whether all that a journal says is done still is.
    pub(super) fn all_is_as_told(&mut self) -> Result<bool, Halt> {
        let plan = Arc::clone(&self.told.plan);
        for step in &plan.steps {
            if !self.told.done.contains(&step.id) || !self.is_as_told(step)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether what a step did still is there. Where it is not, this step and all after it count as not done.
    pub(super) fn is_as_told(&mut self, step: &Step) -> Result<bool, Halt> {
        if self.earlier != Some(true) {
            return Ok(true);
        }
        let plan = Arc::clone(&self.told.plan);
        let there = match &step.action {
            Action::Create(thing) if !self.was_discarded(&plan, step, thing) => {
                let thing = self.filled(thing)?;
                // Another one of the same mark was made by a run whose lines are lost: what lies in it was made anew, too.
                let made = self.told.made.get(&step.id).map(|made| made.id.clone());
                self.look_for(&step.id, &thing)?.into_iter().any(|found| Some(found.id) == made)
            }
            Action::Set { property, before, after, .. } if !self.is_superseded(&plan, step, property, before, after) => {
                let (property, before, after) = (self.filled(property)?, self.filled_state(before)?, self.filled_state(after)?);
                self.settled(&step.id, &property, &before, &after).is_ok_and(|state| state == after)
            }
            _ => true,
        };
        if !there {
            let later = plan.steps.iter().skip_while(|later| later.id != step.id);
            later.for_each(|later| {
                self.told.done.remove(&later.id);
            });
        }
        Ok(there)
    }

    /// Whether a step's thing, or the API that it lies in, was made for a proof that is over.
    fn was_discarded(&self, plan: &Plan, step: &Step, thing: &Create) -> bool {
        let within = named(thing);
        plan.steps.iter().any(|other| match &other.action {
            Action::Discard { step: of } => self.told.done.contains(&other.id) && (*of == step.id || within.contains(of)),
            _ => false,
        })
    }

    /// Whether a later step has set the same again, or has discarded what it belongs to.
    fn is_superseded(&self, plan: &Plan, step: &Step, property: &Property, before: &State, after: &State) -> bool {
        let within = named(property);
        let later = plan.steps.iter().skip_while(|later| later.id != step.id).skip(1);
        later.filter(|later| self.told.done.contains(&later.id)).any(|later| match &later.action {
            Action::Discard { step: of } => within.contains(of),
            Action::Set { property: other, before: from, after: to, .. } => {
                let same = [from, to].into_iter().any(|theirs| overlap(theirs, before) || overlap(theirs, after));
                other == property && (same || lets_deploy(to))
            }
            _ => false,
        })
    }
}

/// Whether something goes when an API that the plan makes goes.
pub(super) fn goes_with_an_api(plan: &Plan, thing: &Create) -> bool {
    named(thing).iter().any(|name| {
        let step = plan.step(name).map(|step| &step.action);
        matches!(step, Some(Action::Create(Create::RestApi { .. } | Create::HttpApi { .. })))
    })
}

/// Whether a later step lets AWS deploy by itself what this one sets: then AWS chooses the deployment.
pub(super) fn deploys_by_itself_after(plan: &Plan, step: &Step) -> bool {
    let Action::Set { property, .. } = &step.action else { return false };
    let mut later = plan.steps.iter().skip_while(|later| later.id != step.id).skip(1);
    later.any(|later| matches!(&later.action, Action::Set { property: other, after, .. } if other == property && lets_deploy(after)))
}

fn lets_deploy(state: &State) -> bool {
    state.get("AutoDeploy") == Some("true")
}

/// Whether two states speak of the same.
fn overlap(one: &State, other: &State) -> bool {
    match (one, other) {
        (State::Settings(one), State::Settings(other)) => one.keys().any(|key| other.contains_key(key)),
        (State::Names(one), State::Names(other)) => one.iter().any(|name| other.contains(name)),
        (State::Rules(one), State::Rules(other)) => one.iter().any(|rule| other.contains(rule)),
        _ => true,
    }
}
