//! The executor: does a plan's steps in order, each written down before and after; or takes them back, last one first.
//!
//! It looks before it acts: what a step is there for may be there already, because an answer got lost or a run was killed. So
//! neither direction needs more than the plan, and the journal only spares it looking twice.

mod back;
mod calls;
mod checks;
mod lock;
mod steps;
mod trust;

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::cloud::Cloud;
use super::journal::{Journal, Record, Told, line};
use super::plan::{Action, Plan, Step};
use super::resolve::resolved;
use super::thing::{Property, State};
use crate::rules::Rule;

/// How long AWS may show what was before a write: after this, in seconds, a read is believed.
pub const SETTLE_SECONDS: u64 = 30;

/// What a run tells while it goes on.
#[derive(Debug, Clone, PartialEq)]
pub enum Event<'a> {
    /// A step begins.
    Step {
        /// Its place in the plan, from 1.
        number: usize,
        /// The step.
        step: &'a Step,
    },
    /// A step waits.
    Waiting {
        /// For what, in words.
        what: String,
        /// For how long already, in seconds.
        since: u64,
        /// How long such waits usually take, in seconds.
        usual: u64,
        /// When it gives up, in seconds.
        deadline: u64,
    },
    /// A step is done.
    Done(&'a str),
    /// The run goes back, and why.
    GoingBack(&'a str),
    /// A step is being taken back.
    Undoing(&'a str),
    /// Something to know, in words.
    Note(String),
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Everything is done and verified.
    Applied,
    /// Everything was done before.
    NothingToDo,
    /// Everything is as it was before the plan.
    RolledBack {
        /// Why.
        why: String,
    },
    /// It cannot go on in either direction before somebody helps. Whatever requests take now still works.
    Stuck {
        /// The step.
        step: String,
        /// Why.
        why: String,
    },
    /// Somebody wanted it to end; it can be resumed or taken back.
    Stopped,
    /// Nothing was done: the plan had been applied before, and something of it was changed since.
    Drifted,
    /// Nothing was done: another run holds an API, or has left its lock behind.
    Locked {
        /// Whose lock it is, in words.
        by: String,
    },
    /// The journal cannot be written: no call was made after that.
    Unwritten(String),
}

/// Why a step could not be done.
#[derive(Debug)]
pub(super) enum Halt {
    /// It went wrong.
    Failed(String),
    /// The run is to end.
    Stopped,
    /// The journal cannot be written.
    Unwritten(io::Error),
}

impl From<io::Error> for Halt {
    fn from(error: io::Error) -> Self {
        Self::Unwritten(error)
    }
}

/// A run of a plan.
pub struct Run<'a, C: ?Sized, J: ?Sized> {
    /// AWS.
    pub cloud: &'a mut C,
    /// Where it is written down.
    pub journal: &'a mut J,
    /// The rules that a rescan applies.
    pub rules: &'a [&'a Rule],
    /// Who is told.
    pub listen: &'a mut dyn FnMut(Event<'_>),
    /// What is known so far.
    pub told: Told,
    /// Whether an earlier run of this plan may have been here, of which the journal does not tell everything.
    earlier: Option<bool>,
    /// When properties were last written: a read is believed a while later.
    written: BTreeMap<Property, u64>,
    polls: u64,
}

impl<'a, C: Cloud + ?Sized, J: Journal + ?Sized> Run<'a, C, J> {
    /// A run that begins: the plan is written down before anything else.
    pub fn begin(
        cloud: &'a mut C,
        journal: &'a mut J,
        rules: &'a [&'a Rule],
        listen: &'a mut dyn FnMut(Event<'_>),
        plan: Plan,
        owner: String,
    ) -> Result<Self, Outcome> {
        let told = Told::of(plan.clone(), owner.clone());
        let mut run = Self { cloud, journal, rules, listen, told, earlier: None, written: BTreeMap::new(), polls: 0 };
        match run.write(Record::Begun { plan: Box::new(plan), owner }) {
            Ok(()) => Ok(run),
            Err(error) => Err(Outcome::Unwritten(error.to_string())),
        }
    }

    /// A run that goes on with what a journal tells.
    pub fn resume(cloud: &'a mut C, journal: &'a mut J, rules: &'a [&'a Rule], listen: &'a mut dyn FnMut(Event<'_>), told: Told) -> Self {
        Self { cloud, journal, rules, listen, told, earlier: Some(true), written: BTreeMap::new(), polls: 0 }
    }

    /// Applies the plan, or goes on applying it or taking it back, whichever the journal says.
    pub fn go(mut self) -> Outcome {
        let ended = self.go_on();
        Self::outcome(ended)
    }

    fn go_on(&mut self) -> Result<Outcome, Halt> {
        if self.told.ended == Some(false) {
            self.unlock()?;
            return Ok(Outcome::RolledBack { why: self.told.going_back.clone().unwrap_or_default() });
        }
        if self.told.ended == Some(true) {
            if self.all_is_as_told()? {
                self.unlock()?;
                return Ok(Outcome::NothingToDo);
            }
            // What came after a run that had ended well is somebody else's: it is neither done again nor taken back unasked.
            return Ok(Outcome::Drifted);
        }
        if let Some(by) = self.enter()? {
            return Ok(Outcome::Locked { by });
        }
        match self.told.going_back.clone() {
            Some(why) => self.turn_back(&why),
            None => self.forward(),
        }
    }

    /// Takes the plan back, whether or not it was applied.
    pub fn go_back(mut self, why: &str) -> Outcome {
        let ended = self.go_all_the_way_back(why);
        Self::outcome(ended)
    }

    fn go_all_the_way_back(&mut self, why: &str) -> Result<Outcome, Halt> {
        if self.told.ended == Some(false) {
            self.unlock()?;
            return Ok(Outcome::NothingToDo);
        }
        if let Some(by) = self.enter()? {
            return Ok(Outcome::Locked { by });
        }
        let why = self.told.going_back.clone().unwrap_or_else(|| why.to_owned());
        self.turn_back(&why)
    }

    /// What comes before the first step: the lock, and time for AWS to show what a killed run did, and to serve it everywhere.
    fn enter(&mut self) -> Result<Option<String>, Halt> {
        let resumed = self.earlier == Some(true);
        if resumed {
            self.write(Record::Resumed)?;
            self.let_it_settle()?;
        }
        let locked = self.lock()?;
        if locked.is_none() && !resumed && self.earlier == Some(true) {
            self.let_it_settle()?;
        }
        Ok(locked)
    }

    fn let_it_settle(&mut self) -> Result<(), Halt> {
        let longest = self.told.plan.steps.iter().map(|step| step.settle_seconds).max();
        self.pause(longest.unwrap_or_default().max(SETTLE_SECONDS))
    }

    fn outcome(ended: Result<Outcome, Halt>) -> Outcome {
        match ended {
            Ok(outcome) => outcome,
            Err(Halt::Stopped) => Outcome::Stopped,
            Err(Halt::Unwritten(error)) => Outcome::Unwritten(error.to_string()),
            Err(Halt::Failed(why)) => Outcome::Stuck { step: String::new(), why },
        }
    }

    fn forward(&mut self) -> Result<Outcome, Halt> {
        let plan = Arc::clone(&self.told.plan);
        for (place, step) in plan.steps.iter().enumerate() {
            if self.cloud.stopped() {
                return Err(Halt::Stopped);
            }
            match self.perform_or_trust(place + 1, step) {
                Ok(()) => {}
                Err(Halt::Failed(why)) => return self.fail(step, why),
                Err(halt) => return Err(halt),
            }
        }
        self.unlock()?;
        self.write(Record::Ended { applied: true })?;
        Ok(Outcome::Applied)
    }

    fn perform_or_trust(&mut self, number: usize, step: &Step) -> Result<(), Halt> {
        if self.told.done.contains(&step.id) && self.is_as_told(step)? {
            return Ok(());
        }
        (self.listen)(Event::Step { number, step });
        self.perform(step)?;
        (self.listen)(Event::Done(&step.id));
        Ok(())
    }

    /// Whether something was deleted for good: then there is no way back, and the run goes on once it can.
    fn has_removed(&mut self) -> Result<bool, Halt> {
        let plan = Arc::clone(&self.told.plan);
        for step in &plan.steps {
            let Action::Remove(thing) = &step.action else { continue };
            if !self.told.intended.contains_key(&step.id) {
                continue;
            }
            if self.told.done.contains(&step.id) {
                return Ok(true);
            }
            self.pause(SETTLE_SECONDS)?;
            let thing = self.filled(thing)?;
            if self.ask(&step.id, |cloud| cloud.exists(&thing))? != Some(true) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Writes down what somebody has to help with.
    pub(super) fn stuck(&mut self, step: &Step, why: String) -> Result<Outcome, Halt> {
        self.write(Record::Stuck { step: step.id.clone(), why: why.clone() })?;
        Ok(Outcome::Stuck { step: step.id.clone(), why })
    }

    /// What comes of a step that went wrong.
    fn fail(&mut self, step: &Step, why: String) -> Result<Outcome, Halt> {
        match self.has_removed() {
            Ok(false) => self.give_up(&format!("{}: {why}", step.title)),
            Ok(true) | Err(Halt::Failed(_)) => self.stuck(step, why),
            Err(halt) => Err(halt),
        }
    }

    /// Goes back once reads can be believed: what failed may have been done all the same.
    fn give_up(&mut self, why: &str) -> Result<Outcome, Halt> {
        self.write(Record::GoingBack { why: why.to_owned() })?;
        self.pause(SETTLE_SECONDS)?;
        self.turn_back(why)
    }

    fn turn_back(&mut self, why: &str) -> Result<Outcome, Halt> {
        if self.told.going_back.is_none() {
            self.write(Record::GoingBack { why: why.to_owned() })?;
        }
        (self.listen)(Event::GoingBack(why));
        self.back(why)
    }

    /// Writes a record down and takes it in.
    pub(super) fn write(&mut self, record: Record) -> Result<(), io::Error> {
        let now = self.cloud.now();
        self.journal.append(&line(&record, now)?)?;
        self.told.hear(record);
        Ok(())
    }

    /// A part of a step with what earlier steps made filled in.
    pub(super) fn filled<T: Serialize + DeserializeOwned>(&self, value: &T) -> Result<T, Halt> {
        resolved(value, &self.told.made).map_err(|missing| Halt::Failed(format!("nothing is known of what step {missing} made")))
    }
    /// A state with what earlier steps made filled in, in order.
    pub(super) fn filled_state(&self, state: &State) -> Result<State, Halt> {
        self.filled(state).map(steps::in_order)
    }
}
