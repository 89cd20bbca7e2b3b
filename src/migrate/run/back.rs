//! Backward: every step taken back, the last one first, so that requests have a way at every moment.

use std::sync::Arc;

use super::calls::Wrote;
use super::steps::words;
use super::trust::{deploys_by_itself_after, goes_with_an_api};
use super::{Halt, Outcome, Run};
use crate::migrate::cloud::{Cloud, Made, Status};
use crate::migrate::journal::{Journal, Record};
use crate::migrate::plan::{Action, Phase, Plan, Step};
use crate::migrate::resolve::{named, resolved};
use crate::migrate::thing::{Create, Property, Remove, State};

/// How long something may be held by what is just being deleted, in seconds: network interfaces linger.
const HELD_SECONDS: u64 = 900;
/// How long the old way may be without a healthy target before requests go back to it, in seconds.
const OLD_WAY_SECONDS: u64 = 120;
/// How often a property is set back whose answer gets lost.
const TRIES: u32 = 8;

impl<C: Cloud + ?Sized, J: Journal + ?Sized> Run<'_, C, J> {
    /// Takes every step back. It stops at the first that cannot be: what comes before it may carry requests.
    pub(super) fn back(&mut self, why: &str) -> Result<Outcome, Halt> {
        self.recall()?;
        let plan = Arc::clone(&self.told.plan);
        let steps = self.to_take_back(&plan);
        if let Some((step, why)) = self.taken_over(&steps)? {
            return self.stuck(step, why);
        }
        for step in steps {
            if self.cloud.stopped() {
                return Err(Halt::Stopped);
            }
            match self.undo(step) {
                Ok(()) => self.write(Record::Undone { step: step.id.clone() })?,
                Err(Halt::Failed(why)) => return self.stuck(step, why),
                Err(halt) => return Err(halt),
            }
        }
        self.unlock()?;
        self.write(Record::Ended { applied: false })?;
        Ok(Outcome::RolledBack { why: why.to_owned() })
    }

    /// The stage that somebody else has deployed to since: it cannot be moved back, and nothing is opened again for nothing.
    fn taken_over<'p>(&mut self, steps: &[&'p Step]) -> Result<Option<(&'p Step, String)>, Halt> {
        for step in steps.iter().filter(|step| step.phase == Phase::Cut) {
            let Action::Set { property: property @ Property::RestStage { .. }, before, after, undone_by_earlier: false } = &step.action
            else {
                continue;
            };
            let (Ok(before), Ok(after)) = (resolved(before, &self.told.made), resolved(after, &self.told.made)) else { continue };
            let state = self.settled(&step.id, property, &before, &after)?;
            if state != before && state != after {
                let why = format!("somebody else changed it meanwhile: it is {}, the plan had set {}", words(&state), words(&after));
                return Ok(Some((step, why)));
            }
        }
        Ok(None)
    }

    /// The steps that may have happened and were not taken back yet, the last one first. What was taken back last had everything
    /// after it taken back before; and nothing has happened after what is not there.
    fn to_take_back<'p>(&self, plan: &'p Plan) -> Vec<&'p Step> {
        let known = |step: &Step| self.told.intended.contains_key(&step.id) || self.told.done.contains(&step.id);
        let (undone, missing) = (self.first_undone(plan), self.first_missing(plan));
        let may_have_happened = |place: usize, step: &Step| known(step) || (self.earlier != Some(false) && place < missing);
        let steps = plan.steps.iter().enumerate().take(undone).rev();
        steps.filter(|(place, step)| may_have_happened(*place, step)).map(|(_, step)| step).collect()
    }

    /// The place of the first step that was taken back.
    fn first_undone(&self, plan: &Plan) -> usize {
        plan.steps.iter().position(|step| self.told.undone.contains(&step.id)).unwrap_or(plan.steps.len())
    }

    /// The place of the first step whose thing is not there.
    fn first_missing(&self, plan: &Plan) -> usize {
        let discarded = |id: &str| plan.steps.iter().any(|step| matches!(&step.action, Action::Discard { step } if step == id));
        let missing = |step: &Step| match &step.action {
            Action::Create(thing) => !self.told.made.contains_key(&step.id) && !discarded(&step.id) && !goes_with_an_api(plan, thing),
            _ => false,
        };
        plan.steps.iter().position(missing).unwrap_or(plan.steps.len())
    }

    /// Finds again what a journal does not tell: what steps made, in the order in which they name each other.
    fn recall(&mut self) -> Result<(), Halt> {
        if self.earlier == Some(false) {
            return Ok(());
        }
        let plan = Arc::clone(&self.told.plan);
        for step in &plan.steps {
            let Action::Create(thing) = &step.action else { continue };
            if goes_with_an_api(&plan, thing) {
                continue;
            }
            let Ok(thing) = resolved(thing, &self.told.made) else { continue };
            if let Some(made) = self.recalled(step, &thing)? {
                self.told.made.insert(step.id.clone(), made);
            }
        }
        Ok(())
    }

    /// What a step made, as far as it is not known: a step that is not done may have more parts by now, and one that lost its line
    /// may have made something else.
    fn recalled(&mut self, step: &Step, thing: &Create) -> Result<Option<Made>, Halt> {
        let found = self.look_for(&step.id, thing)?;
        let known = self.told.made.get(&step.id);
        let made = match known {
            Some(made) if found.is_empty() || found.iter().any(|found| found.id == made.id) => {
                if self.told.done.contains(&step.id) {
                    return Ok(None);
                }
                made.clone()
            }
            _ => match found.into_iter().next() {
                Some(made) => made,
                None => return Ok(None),
            },
        };
        let ready = self.ask(&step.id, |cloud| cloud.status(thing, &made))?;
        Ok(Some(match ready {
            Some(Status::Ready(ready)) => Made { id: made.id, parts: made.parts.into_iter().chain(ready.parts).collect() },
            _ => made,
        }))
    }

    fn undo(&mut self, step: &Step) -> Result<(), Halt> {
        match &step.action {
            Action::Create(thing) => {
                if goes_with_an_api(&self.told.plan, thing) {
                    return Ok(());
                }
                // What it was made of is not there, so it is not either.
                let Ok(thing) = resolved(thing, &self.told.made) else { return Ok(()) };
                if matches!(thing, Create::RestDeployment { canary_percent: Some(_), .. }) {
                    self.old_way_works(step)?;
                }
                if self.unmake(&step.id, &thing)? {
                    self.pause(step.settle_seconds)?;
                }
                Ok(())
            }
            Action::Set { undone_by_earlier: true, .. } | Action::Discard { .. } | Action::Check(_) => Ok(()),
            Action::Set { property, before, after, .. } => {
                let ours = !named(property).is_empty();
                let filled = (self.filled(property), self.filled_state(before), self.filled_state(after));
                let (Ok(property), Ok(before), Ok(after)) = filled else { return Ok(()) };
                match self.set_back(step, &property, &before, &after) {
                    // What the plan itself made, and is to delete anyway.
                    Err(Halt::Failed(_)) if ours => Ok(()),
                    other => other,
                }
            }
            Action::Remove(thing) => self.not_removed(step, thing),
        }
    }

    /// What was deleted for good is in the way of everything before it.
    fn not_removed(&mut self, step: &Step, thing: &Remove) -> Result<(), Halt> {
        let thing = self.filled(thing)?;
        if self.ask(&step.id, |cloud| cloud.exists(&thing))? == Some(true) {
            return Ok(());
        }
        Err(Halt::Failed("what was deleted for good cannot be brought back; its backup holds how it was".to_owned()))
    }

    /// Makes sure that requests which go back to their old way find somebody there: the old load balancer may have gone meanwhile, or
    /// the service may have left it.
    fn old_way_works(&mut self, step: &Step) -> Result<(), Halt> {
        if step.phase != Phase::Cut {
            return Ok(());
        }
        let plan = Arc::clone(&self.told.plan);
        for group in plan.relies_on.keys().filter_map(|name| name.strip_prefix("target group ")) {
            self.wait(0, OLD_WAY_SECONDS, |run, _| {
                let targets = run.ask("the old target group", |cloud| cloud.targets(group))?.unwrap_or_default();
                let works = targets.iter().any(|target| target.state == "healthy");
                Ok(if works { Ok(()) } else { Err(format!("the old way is gone: {group} has no healthy target")) })
            })?;
        }
        Ok(())
    }

    /// Deletes what a step made. Whether there was anything.
    pub(super) fn unmake(&mut self, step: &str, thing: &Create) -> Result<bool, Halt> {
        let mut found = self.look_for(step, thing)?;
        if let Some(made) = self.told.made.get(step).cloned() {
            let there = |status: Option<Status>| !matches!(status, None | Some(Status::Gone));
            if !found.iter().any(|found| found.id == made.id) && there(self.ask(step, |cloud| cloud.status(thing, &made))?) {
                found.push(made);
            }
        }
        let any = !found.is_empty();
        for made in &found {
            self.delete(step, thing, made)?;
        }
        Ok(any)
    }

    /// Deletes something, and waits until it is gone.
    pub(super) fn delete(&mut self, step: &str, thing: &Create, made: &Made) -> Result<(), Halt> {
        self.intend(step, true)?;
        self.wait(60, HELD_SECONDS, |run, _| {
            match run.send(|cloud| cloud.delete(thing, made))? {
                Wrote::Answered(()) => {}
                Wrote::Perhaps(error) => return Ok(Err(error)),
            }
            let status = run.ask(step, |cloud| cloud.status(thing, made))?;
            Ok(match status {
                None | Some(Status::Gone) => Ok(()),
                Some(_) => Err(format!("{} is still there", made.id)),
            })
        })
    }

    fn set_back(&mut self, step: &Step, property: &Property, before: &State, after: &State) -> Result<(), Halt> {
        let mut wanted = None;
        for _ in 0..TRIES {
            let state = self.settled(&step.id, property, before, after)?;
            let ours = deploys_by_itself_after(&self.told.plan, step);
            let Some((from, to)) = reversed(&state, before, after, ours)? else { break };
            self.old_way_works(step)?;
            self.intend(&step.id, true)?;
            self.written.insert(property.clone(), self.cloud.now());
            let sent = self.send(|cloud| cloud.write(property, &from, &to))?;
            self.written.insert(property.clone(), self.cloud.now());
            wanted = Some((from, to));
            if let Wrote::Answered(()) = sent {
                break;
            }
        }
        match wanted {
            Some((from, to)) => {
                self.shown(step, property, &from, &to)?;
                self.pause(step.settle_seconds)
            }
            // A killed run may have set it back only just.
            None => self.rolled_out(step, property),
        }
    }
}

/// What to write to get from what is to what was, if anything; and whose change is in the way.
///
/// What the plan let AWS choose is the plan's doing, whatever it is.
fn reversed(state: &State, before: &State, after: &State, ours: bool) -> Result<Option<(State, State)>, Halt> {
    match (state, before, after) {
        _ if state == before => Ok(None),
        _ if ours => Ok(Some((state.clone(), before.clone()))),
        _ if state == after => Ok(Some((after.clone(), before.clone()))),
        // Somebody registered the service elsewhere meanwhile: only what is ours goes.
        (State::Targets(now), State::Targets(old), State::Targets(set)) => {
            let ours = |target: &&_| set.contains(target) && !old.contains(target);
            let rest = now.iter().filter(|target| !ours(target)).cloned().collect();
            Ok(now.iter().any(|target| ours(&target)).then(|| (state.clone(), State::Targets(rest))))
        }
        _ => Err(Halt::Failed(format!("somebody else changed it meanwhile: it is {}, the plan had set {}", words(state), words(after)))),
    }
}
