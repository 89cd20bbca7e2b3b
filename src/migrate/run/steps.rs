//! Forward: one step, looked for first, written down, done, and waited for.

use std::sync::Arc;

use super::calls::Wrote;
use super::{Event, Halt, Run, SETTLE_SECONDS};
use crate::migrate::cloud::{Cloud, Made, Status};
use crate::migrate::journal::{Journal, Record};
use crate::migrate::plan::{Action, Step};
use crate::migrate::thing::{Create, Property, Remove, State};

/// How often something is made anew when its answer gets lost and it cannot be found.
const REMADE: u32 = 8;

impl<C: Cloud + ?Sized, J: Journal + ?Sized> Run<'_, C, J> {
    /// Does a step.
    pub(super) fn perform(&mut self, step: &Step) -> Result<(), Halt> {
        match &step.action {
            Action::Create(thing) => {
                let thing = self.filled(thing)?;
                let made = self.make(step, &thing)?;
                self.pause(step.settle_seconds)?;
                self.done(step, Some(made))
            }
            Action::Discard { step: of } => {
                self.discard(of)?;
                self.done(step, None)
            }
            Action::Set { property, before, after, .. } => {
                let (property, before, after) = (self.filled(property)?, self.filled_state(before)?, self.filled_state(after)?);
                if self.set(step, &property, &before, &after)? {
                    self.pause(step.settle_seconds)?;
                }
                self.done(step, None)
            }
            Action::Check(check) => {
                let check = self.filled(check)?;
                let answers = self.check(step, &check)?;
                self.write(Record::Done { step: step.id.clone(), made: None, answers })?;
                Ok(())
            }
            Action::Remove(thing) => {
                let thing = self.filled(thing)?;
                self.remove(step, &thing)?;
                self.done(step, None)
            }
        }
    }

    fn done(&mut self, step: &Step, made: Option<Made>) -> Result<(), Halt> {
        self.write(Record::Done { step: step.id.clone(), made, answers: Vec::new() })?;
        Ok(())
    }

    /// Writes down that a call is about to be made.
    pub(super) fn intend(&mut self, step: &str, undo: bool) -> Result<(), Halt> {
        self.write(Record::Intent { step: step.to_owned(), undo })?;
        let plan = Arc::clone(&self.told.plan);
        // What was never done is not taken back, and a discard is told as the step it is.
        if let Some(step) = plan.step(step).filter(|_| undo && self.told.going_back.is_some()) {
            (self.listen)(Event::Undoing(&step.title));
        }
        Ok(())
    }

    /// What bears a step's mark.
    pub(super) fn look_for(&mut self, step: &str, thing: &Create) -> Result<Vec<Made>, Halt> {
        let mark = crate::migrate::cloud::Mark { plan: self.told.plan.id.clone(), step: step.to_owned() };
        Ok(self.ask(step, |cloud| cloud.find(thing, &mark))?.unwrap_or_default())
    }

    fn make(&mut self, step: &Step, thing: &Create) -> Result<Made, Halt> {
        let mut found = self.look_for(&step.id, thing)?;
        self.looked(&step.id, !found.is_empty());
        let mark = self.told.plan.mark(step);
        let mut tries = 0;
        let mut why = String::new();
        while found.is_empty() {
            if tries == REMADE {
                return Err(Halt::Failed(why));
            }
            tries += 1;
            self.intend(&step.id, false)?;
            match self.send(|cloud| cloud.create(thing, &mark)) {
                Ok(Wrote::Answered(made)) => {
                    self.write(Record::Called { step: step.id.clone(), made: Some(made.clone()), error: None })?;
                    found = vec![made];
                }
                Ok(Wrote::Perhaps(error)) => {
                    self.write(Record::Called { step: step.id.clone(), made: None, error: Some(error.clone()) })?;
                    why = error;
                    found = self.look_for(&step.id, thing)?;
                }
                Err(Halt::Failed(error)) => {
                    self.write(Record::Called { step: step.id.clone(), made: None, error: Some(error.clone()) })?;
                    return Err(Halt::Failed(error));
                }
                Err(halt) => return Err(halt),
            }
        }
        // An answer that got lost and a look that came too early leave two of the same: one is enough.
        let made = found.remove(0);
        for extra in found {
            self.delete(&step.id, thing, &extra)?;
        }
        let made = self.ready(step, thing, made)?;
        if tries > 1 {
            self.drop_extras(&step.id, thing, &made)?;
        }
        Ok(made)
    }

    fn drop_extras(&mut self, step: &str, thing: &Create, made: &Made) -> Result<(), Halt> {
        for extra in self.look_for(step, thing)?.into_iter().filter(|found| found.id != made.id) {
            self.delete(step, thing, &extra)?;
        }
        Ok(())
    }

    fn ready(&mut self, step: &Step, thing: &Create, made: Made) -> Result<Made, Halt> {
        let mut parts = made.parts.clone();
        let deadline = step.deadline_seconds.max(SETTLE_SECONDS);
        let ready = self.wait(step.usual_seconds, deadline, |run, _| {
            Ok(match run.ask(&step.id, |cloud| cloud.status(thing, &made))? {
                Some(Status::Ready(ready)) => Ok(ready),
                Some(Status::Waiting(what)) => Err(what),
                Some(Status::Failed(why)) => return Err(Halt::Failed(why)),
                // AWS shows what was just made a little later.
                Some(Status::Gone) | None => Err(format!("{} is not shown yet", made.id)),
            })
        })?;
        parts.extend(ready.parts);
        Ok(Made { id: made.id, parts })
    }

    fn discard(&mut self, of: &str) -> Result<(), Halt> {
        let plan = Arc::clone(&self.told.plan);
        let Some(Action::Create(thing)) = plan.step(of).map(|step| &step.action) else {
            return Err(Halt::Failed(format!("step {of} makes nothing")));
        };
        let thing = self.filled(thing)?;
        self.unmake(of, &thing)?;
        Ok(())
    }

    /// Sets a property. Whether it was not so already.
    fn set(&mut self, step: &Step, property: &Property, before: &State, after: &State) -> Result<bool, Halt> {
        let mut wrote = false;
        let mut tries = 0;
        loop {
            let state = self.settled(&step.id, property, before, after)?;
            if !wrote {
                self.looked(&step.id, state != *before);
            }
            if state == *after {
                break;
            }
            if state != *before {
                return Err(Halt::Failed(format!("it is neither as the plan found it nor as the plan sets it: {}", words(&state))));
            }
            if tries == REMADE {
                return Err(Halt::Failed("AWS took the change and does not show it".to_owned()));
            }
            tries += 1;
            self.intend(&step.id, false)?;
            wrote = true;
            let sent = self.send(|cloud| cloud.write(property, before, after));
            self.written.insert(property.clone(), self.cloud.now());
            match sent {
                Ok(Wrote::Answered(())) => {
                    self.write(Record::Called { step: step.id.clone(), made: None, error: None })?;
                    break;
                }
                Ok(Wrote::Perhaps(error)) => {
                    self.write(Record::Called { step: step.id.clone(), made: None, error: Some(error) })?;
                }
                Err(Halt::Failed(error)) => {
                    self.write(Record::Called { step: step.id.clone(), made: None, error: Some(error.clone()) })?;
                    return Err(Halt::Failed(error));
                }
                Err(halt) => return Err(halt),
            }
        }
        self.shown(step, property, before, after)?;
        Ok(wrote || self.earlier == Some(true))
    }

    /// What a property is, once it is one of two; or what it still is after AWS had its time to show.
    pub(super) fn settled(&mut self, step: &str, property: &Property, before: &State, after: &State) -> Result<State, Halt> {
        if let Some(written) = self.written.get(property).copied() {
            let since = self.cloud.now().saturating_sub(written);
            self.pause(SETTLE_SECONDS.saturating_sub(since))?;
        }
        let mut since = 0;
        loop {
            let state = self.ask(step, |cloud| cloud.read(property))?.map(|state| state.narrowed(before, after));
            match state {
                Some(state) if state == *before || state == *after || since >= SETTLE_SECONDS => return Ok(state),
                None if since >= SETTLE_SECONDS => return Err(Halt::Failed("it is not there".to_owned())),
                _ => {}
            }
            self.pause(5)?;
            since += 5;
        }
    }

    /// Waits until a read shows the property as it was set, and a service has rolled out.
    pub(super) fn shown(&mut self, step: &Step, property: &Property, before: &State, after: &State) -> Result<(), Halt> {
        let deadline = step.deadline_seconds.max(2 * SETTLE_SECONDS);
        self.wait(step.usual_seconds, deadline, |run, since| {
            let state = run.ask(&step.id, |cloud| cloud.read(property))?.map(|state| state.narrowed(before, after));
            let as_set = state.as_ref() == Some(after);
            match property {
                Property::ServiceTargets { cluster, service } => run.rollout(&step.id, cluster, service, as_set, since),
                _ => Ok(if as_set { Ok(()) } else { Err("AWS does not show it yet".to_owned()) }),
            }
        })
    }

    /// Waits until a service runs what it was last told to run.
    pub(super) fn rolled_out(&mut self, step: &Step, property: &Property) -> Result<(), Halt> {
        let Property::ServiceTargets { cluster, service } = property else { return Ok(()) };
        self.wait(step.usual_seconds, step.deadline_seconds.max(2 * SETTLE_SECONDS), |run, since| {
            run.rollout(&step.id, cluster, service, true, since)
        })
    }

    /// How far a rollout is. Until reads can be believed they may tell of the one before.
    fn rollout(&mut self, step: &str, cluster: &str, service: &str, as_set: bool, since: u64) -> Result<Result<(), String>, Halt> {
        let status = self.ask(step, |cloud| cloud.rollout(cluster, service))?;
        Ok(match status {
            Some(Status::Waiting(what)) => Err(what),
            _ if since < SETTLE_SECONDS => Err("the service does not show it yet".to_owned()),
            Some(Status::Ready(_)) if as_set => Ok(()),
            Some(Status::Ready(_)) => {
                return Err(Halt::Failed("the service went back to where its tasks were registered: its rollout failed".to_owned()));
            }
            Some(Status::Failed(why)) => return Err(Halt::Failed(why)),
            Some(Status::Gone) | None => Err("the service does not show it yet".to_owned()),
        })
    }

    fn remove(&mut self, step: &Step, thing: &Remove) -> Result<(), Halt> {
        if self.ask(&step.id, |cloud| cloud.exists(thing))? != Some(true) {
            return Ok(());
        }
        self.intend(&step.id, false)?;
        self.wait(step.usual_seconds, step.deadline_seconds.max(2 * SETTLE_SECONDS), |run, _| {
            if let Wrote::Perhaps(error) = run.send(|cloud| cloud.remove(thing))? {
                return Ok(Err(error));
            }
            let there = run.ask(&step.id, |cloud| cloud.exists(thing))?;
            Ok(if there == Some(true) { Err("it is still there".to_owned()) } else { Ok(()) })
        })
    }
}

/// A state in words, for a message.
pub(super) fn words(state: &State) -> String {
    serde_json::to_string(state).unwrap_or_default()
}

/// Brings a state into the order in which reads show it: where a name stands in it is known only once it is filled in.
pub(super) fn in_order(state: State) -> State {
    match state {
        State::Settings(settings) => State::Settings(settings),
        State::Names(mut names) => {
            names.sort();
            State::Names(names)
        }
        State::Targets(mut targets) => {
            targets.sort();
            State::Targets(targets)
        }
        State::Rules(mut rules) => {
            rules.sort();
            State::Rules(rules)
        }
    }
}
