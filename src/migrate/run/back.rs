//! Backward: every step taken back, the last one first, so that requests have a way at every moment.

use super::calls::Wrote;
use super::steps::words;
use super::{Event, Halt, Outcome, Run, SETTLE_SECONDS};
use crate::migrate::cloud::{Cloud, Made, Status};
use crate::migrate::journal::{Journal, Record};
use crate::migrate::plan::{Action, Step};
use crate::migrate::resolve::resolved;
use crate::migrate::thing::{Create, Property, State};

/// How long something may be held by what is just being deleted, in seconds: network interfaces linger.
const HELD_SECONDS: u64 = 900;

impl<C: Cloud + ?Sized, J: Journal + ?Sized> Run<'_, C, J> {
    /// Takes every step back. It stops at the first that cannot be: what comes before it may carry requests.
    pub(super) fn back(&mut self, why: &str) -> Result<Outcome, Halt> {
        self.recall()?;
        let plan = self.told.plan.clone();
        for step in plan.steps.iter().rev() {
            if self.told.undone.contains(&step.id) || !self.may_have_happened(step) {
                continue;
            }
            if self.cloud.stopped() {
                return Err(Halt::Stopped);
            }
            (self.listen)(Event::Undoing(&step.title));
            match self.undo(step) {
                Ok(()) => self.write(Record::Undone { step: step.id.clone() })?,
                Err(Halt::Failed(why)) => {
                    self.write(Record::Stuck { step: step.id.clone(), why: why.clone() })?;
                    return Ok(Outcome::Stuck { step: step.id.clone(), why });
                }
                Err(halt) => return Err(halt),
            }
        }
        self.unlock();
        self.write(Record::Ended { applied: false })?;
        Ok(Outcome::RolledBack { why: why.to_owned() })
    }

    fn may_have_happened(&self, step: &Step) -> bool {
        !self.from_the_start || self.told.intended.contains_key(&step.id) || self.told.done.contains(&step.id)
    }

    /// Finds again what a journal does not tell: what steps made, in the order in which they name each other.
    fn recall(&mut self) -> Result<(), Halt> {
        if self.from_the_start {
            return Ok(());
        }
        let plan = self.told.plan.clone();
        for step in &plan.steps {
            let Action::Create(thing) = &step.action else { continue };
            if self.told.made.contains_key(&step.id) {
                continue;
            }
            let Ok(thing) = resolved(thing, &self.told.made) else { continue };
            if let Some(made) = self.look_for(&step.id, &thing)?.into_iter().next() {
                let ready = self.ask(&step.id, |cloud| cloud.status(&thing, &made))?;
                let made = match ready {
                    Some(Status::Ready(ready)) => Made { id: made.id, parts: made.parts.into_iter().chain(ready.parts).collect() },
                    _ => made,
                };
                self.told.made.insert(step.id.clone(), made);
            }
        }
        Ok(())
    }

    fn undo(&mut self, step: &Step) -> Result<(), Halt> {
        match &step.action {
            Action::Create(thing) => {
                // What it was made of is not there, so it is not either.
                let Ok(thing) = resolved(thing, &self.told.made) else { return Ok(()) };
                if self.unmake(&step.id, &thing)? {
                    self.pause(step.settle_seconds)?;
                }
                Ok(())
            }
            Action::Set { property, before, after, undone_by_earlier } => {
                let made = &self.told.made;
                let (Ok(property), Ok(before), Ok(after)) = (resolved(property, made), resolved(before, made), resolved(after, made))
                else {
                    return Ok(());
                };
                if *undone_by_earlier { Ok(()) } else { self.set_back(step, &property, &before, &after) }
            }
            Action::Discard { .. } | Action::Check(_) => Ok(()),
            Action::Remove(_) => match self.told.intended.contains_key(&step.id) {
                true => Err(Halt::Failed("what was deleted for good cannot be brought back; its backup holds how it was".to_owned())),
                false => Ok(()),
            },
        }
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
        for _ in 0..3 {
            let state = match self.settled(&step.id, property, before, after) {
                // What the plan itself made and is to delete anyway.
                Err(Halt::Failed(_)) if self.is_ours(property) => return Ok(()),
                other => other?,
            };
            let (from, to) = match (&state, after) {
                _ if state == *before => return Ok(()),
                _ if state == *after => (after.clone(), before.clone()),
                // Somebody registered the service elsewhere meanwhile: only what is ours goes.
                (State::Targets(now), State::Targets(set)) => {
                    let State::Targets(old) = before else { return Ok(()) };
                    let ours = |target: &_| set.contains(target) && !old.contains(target);
                    if !now.iter().any(ours) {
                        return Ok(());
                    }
                    (state.clone(), State::Targets(now.iter().filter(|target| !ours(target)).cloned().collect()))
                }
                _ => {
                    return Err(Halt::Failed(format!(
                        "somebody else changed it meanwhile: it is {}, the plan had set {}",
                        words(&state),
                        words(after)
                    )));
                }
            };
            self.intend(&step.id, true)?;
            match self.send(|cloud| cloud.write(property, &from, &to))? {
                Wrote::Answered(()) => {
                    self.shown(step, property, &from, &to)?;
                    return self.pause(step.settle_seconds);
                }
                Wrote::Perhaps(_) => {}
            }
        }
        self.wait(0, SETTLE_SECONDS, |run, _| {
            let state = run.ask(&step.id, |cloud| cloud.read(property))?.map(|state| state.narrowed(before, after));
            Ok(if state.as_ref() == Some(before) { Ok(()) } else { Err("AWS does not show it yet".to_owned()) })
        })?;
        self.pause(step.settle_seconds)
    }

    /// Whether a property is one of something that this plan made.
    fn is_ours(&self, property: &Property) -> bool {
        let text = serde_json::to_string(property).unwrap_or_default();
        self.told.made.values().any(|made| text.contains(&made.id))
    }
}
