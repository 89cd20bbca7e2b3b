//! The world behind the executor's seam: each call takes a second, may go wrong, and is followed by everything that follows from it.

use apiaudit::inventory::{Inventory, Target};
use apiaudit::migrate::cloud::{Answer, CallError, Cloud, Made, Mark, Request, Status};
use apiaudit::migrate::thing::{Create, Property, Remove, State};

use crate::faults::{Fault, Faults};
use crate::names::{of_create, of_property, of_remove};
use crate::store::View;
use crate::world::{Rolling, World};

/// What a killed process unwinds with.
pub(crate) struct Killed;

pub(crate) fn kill() -> ! {
    std::panic::resume_unwind(Box::new(Killed))
}

/// Something that happens to the world at a call, by somebody else's hand.
pub(crate) type Meddling = fn(&mut World);

pub(crate) struct SimCloud {
    pub(crate) world: World,
    pub(crate) faults: Faults,
    pub(crate) calls: usize,
    /// How often something was asked to be made.
    pub(crate) creates: usize,
    pub(crate) stopping: bool,
    pub(crate) trace: Option<Vec<String>>,
    pub(crate) meddling: Option<(usize, Meddling)>,
}

impl SimCloud {
    pub(crate) fn new(world: World, faults: Faults, traced: bool) -> Self {
        Self { world, faults, calls: 0, creates: 0, stopping: false, trace: traced.then(Vec::new), meddling: None }
    }

    pub(crate) fn note(&mut self, what: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push(format!("[{}] {}", self.world.now - 1_790_000_000, what()));
        }
    }

    fn call<T: std::fmt::Debug>(
        &mut self,
        operation: &str,
        write: bool,
        detail: &dyn std::fmt::Debug,
        act: impl FnOnce(&mut World, View) -> Result<T, CallError>,
    ) -> Result<T, CallError> {
        self.calls += 1;
        self.world.pass(1);
        if let Some((_, meddle)) = self.meddling.take_if(|(at, _)| self.calls >= *at) {
            meddle(&mut self.world);
            self.world.happen();
        }
        let fault = self.faults.draw(self.calls, operation, write);
        let number = self.calls;
        if write || fault.is_some() || self.trace.as_ref().is_some_and(|_| number < 3_000) {
            self.note(|| format!("#{number} {operation} {detail:?}{}", fault.map(|fault| format!("  <== {fault:?}")).unwrap_or_default()));
        }
        let result = self.with_fault(fault, operation, act);
        self.note(|| {
            let mut text = format!("    -> {result:?}");
            text.truncate(text.char_indices().nth(300).map_or(text.len(), |(place, _)| place));
            text
        });
        result
    }

    fn with_fault<T>(
        &mut self,
        fault: Option<Fault>,
        operation: &str,
        act: impl FnOnce(&mut World, View) -> Result<T, CallError>,
    ) -> Result<T, CallError> {
        let view = View { now: self.world.now, flapping: self.world.nature.flapping, salt: self.calls as u64 };
        let effect = |cloud: &mut Self| {
            let result = act(&mut cloud.world, view);
            cloud.world.happen();
            result
        };
        match fault {
            None => effect(self),
            Some(Fault::Stop) => {
                self.stopping = true;
                effect(self)
            }
            Some(Fault::Throttled) => Err(CallError::Throttled),
            Some(Fault::Busy) => Err(CallError::Busy("ConflictException".to_owned())),
            Some(Fault::Denied) => Err(CallError::Denied(format!("not authorized to perform {operation}"))),
            Some(Fault::Rejected) => Err(CallError::Rejected("BadRequestException".to_owned())),
            Some(Fault::LostBefore) => {
                self.time_out();
                Err(CallError::Lost("timeout".to_owned()))
            }
            Some(Fault::LostAfter) => {
                let _ = effect(self);
                self.time_out();
                Err(CallError::Lost("timeout".to_owned()))
            }
            Some(Fault::KilledBefore) => kill(),
            Some(Fault::KilledAfter) => {
                let _ = effect(self);
                kill()
            }
        }
    }

    fn time_out(&mut self) {
        let seconds = if self.world.nature.slowest { 1 } else { self.faults.rng().range(1, 30) };
        self.world.pass(seconds);
    }
}

impl Cloud for SimCloud {
    fn create(&mut self, thing: &Create, mark: &Mark) -> Result<Made, CallError> {
        let operation = format!("create {}", of_create(thing));
        self.creates += 1;
        self.call(&operation, true, &(&mark.step, thing), |world, _| world.create(thing, mark))
    }

    fn find(&mut self, thing: &Create, mark: &Mark) -> Result<Vec<Made>, CallError> {
        let operation = format!("find {}", of_create(thing));
        self.call(&operation, false, &mark.step, |world, view| world.find(thing, mark, view))
    }

    fn status(&mut self, thing: &Create, made: &Made) -> Result<Status, CallError> {
        let operation = format!("status {}", of_create(thing));
        self.call(&operation, false, &made.id, |world, view| Ok(world.status(thing, made, view)))
    }

    fn delete(&mut self, thing: &Create, made: &Made) -> Result<(), CallError> {
        let operation = format!("delete {}", of_create(thing));
        self.call(&operation, true, &made.id, |world, _| world.delete(thing, made))
    }

    fn read(&mut self, property: &Property) -> Result<State, CallError> {
        let operation = format!("read {}", of_property(property));
        self.call(&operation, false, property, |world, view| world.read(property, view))
    }

    fn write(&mut self, property: &Property, from: &State, to: &State) -> Result<(), CallError> {
        let operation = format!("write {}", of_property(property));
        self.call(&operation, true, &(property, from, to), |world, _| world.write(property, from, to))
    }

    fn remove(&mut self, thing: &Remove) -> Result<(), CallError> {
        let operation = format!("remove {}", of_remove(thing));
        self.call(&operation, true, thing, |world, _| world.remove(thing))
    }

    fn exists(&mut self, thing: &Remove) -> Result<bool, CallError> {
        let operation = format!("exists {}", of_remove(thing));
        self.call(&operation, false, thing, |world, view| Ok(world.exists(thing, view)))
    }

    fn rollout(&mut self, _cluster: &str, service: &str) -> Result<Status, CallError> {
        self.call("rollout", false, &service, |world, view| Ok(world.rollout_status(service, view)))
    }

    fn targets(&mut self, target_group: &str) -> Result<Vec<Target>, CallError> {
        self.call("targets", false, &target_group, |world, view| {
            let group =
                world.target_groups.seen(target_group, view).ok_or_else(|| CallError::Gone(format!("{target_group} is not there")))?;
            Ok(world.target_list(&group.clone()))
        })
    }

    fn request(&mut self, request: &Request) -> Result<Answer, CallError> {
        self.call("request", false, request, |world, _| world.answer(request))
    }

    fn inventory(&mut self) -> Result<Inventory, CallError> {
        self.call("inventory", false, &"", |world, view| Ok(world.inventory(view)))
    }

    fn now(&mut self) -> u64 {
        self.world.now
    }

    fn pause(&mut self, seconds: u64) -> Result<(), CallError> {
        if self.stopping {
            return Err(CallError::Stopped);
        }
        self.note(|| format!("pause {seconds}"));
        self.world.pass(seconds);
        Ok(())
    }

    fn stopped(&self) -> bool {
        self.stopping
    }
}

impl World {
    /// Whether a service runs what it was last told to run, as a read shows it.
    fn rollout_status(&self, service: &str, view: View) -> Status {
        let Some(seen) = self.services.seen(service, view) else { return Status::Gone };
        let Some(rollouts) = self.rollouts.get(service) else { return Status::Gone };
        let primary = rollouts.last().unwrap();
        // A read that lags shows the rollout before: one that was done, or the one whose circuit breaker has just tripped.
        if self.services.get(service).is_none_or(|now| now.targets != seen.targets) {
            let tripped = primary.deadline == u64::MAX;
            return if tripped { Status::Waiting("rolling out".to_owned()) } else { Status::Ready(Made::id(service)) };
        }
        match primary.state {
            Rolling::Completed => Status::Ready(Made::id(service)),
            Rolling::InProgress => Status::Waiting(format!("{} deployments", rollouts.len())),
            Rolling::Failed => Status::Failed("the deployment circuit breaker tripped".to_owned()),
        }
    }
}
