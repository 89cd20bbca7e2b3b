//! Two runs at once: their calls come in the order of their clocks, and never may both be past the lock.

use std::sync::{Condvar, Mutex};

use apiaudit::inventory::{Inventory, Target};
use apiaudit::migrate::cloud::{Answer, CallError, Cloud, Made, Mark, Request, Status};
use apiaudit::migrate::plan::{Action, Check, Phase, Plan, Step};
use apiaudit::migrate::run::{Event, Outcome, Run};
use apiaudit::migrate::thing::{Create, Property, Remove, State};

use crate::cloud::SimCloud;
use crate::faults::Faults;
use crate::game::Disk;
use crate::rng::Rng;
use crate::scene::{Shape, Strategy};

/// One world, and when each run does something next; none once it is over.
struct Shared {
    cloud: Mutex<(SimCloud, [Option<u64>; 2])>,
    turn: Condvar,
}

/// The world as one of the runs has it.
struct Seat<'s> {
    shared: &'s Shared,
    number: usize,
}

impl Seat<'_> {
    /// Does something once every other run is later.
    fn at_its_time<T>(&self, act: impl FnOnce(&mut SimCloud) -> T) -> T {
        let mut held = self.shared.cloud.lock().unwrap();
        loop {
            let (mine, other) = (held.1[self.number].unwrap(), held.1[1 - self.number]);
            if other.is_none_or(|other| (mine, self.number) < (other, 1 - self.number)) {
                break;
            }
            held = self.shared.turn.wait(held).unwrap();
        }
        let due = held.1[self.number].unwrap();
        let late = due.saturating_sub(held.0.world.now);
        held.0.world.pass(late);
        let result = act(&mut held.0);
        held.1[self.number] = Some(held.0.world.now);
        self.shared.turn.notify_all();
        result
    }

    fn leave(&self) {
        self.shared.cloud.lock().unwrap().1[self.number] = None;
        self.shared.turn.notify_all();
    }
}

impl Cloud for Seat<'_> {
    fn create(&mut self, thing: &Create, mark: &Mark) -> Result<Made, CallError> {
        self.at_its_time(|cloud| cloud.create(thing, mark))
    }
    fn find(&mut self, thing: &Create, mark: &Mark) -> Result<Vec<Made>, CallError> {
        self.at_its_time(|cloud| cloud.find(thing, mark))
    }
    fn status(&mut self, thing: &Create, made: &Made) -> Result<Status, CallError> {
        self.at_its_time(|cloud| cloud.status(thing, made))
    }
    fn delete(&mut self, thing: &Create, made: &Made) -> Result<(), CallError> {
        self.at_its_time(|cloud| cloud.delete(thing, made))
    }
    fn read(&mut self, property: &Property) -> Result<State, CallError> {
        self.at_its_time(|cloud| cloud.read(property))
    }
    fn write(&mut self, property: &Property, from: &State, to: &State) -> Result<(), CallError> {
        self.at_its_time(|cloud| cloud.write(property, from, to))
    }
    fn remove(&mut self, thing: &Remove) -> Result<(), CallError> {
        self.at_its_time(|cloud| cloud.remove(thing))
    }
    fn exists(&mut self, thing: &Remove) -> Result<bool, CallError> {
        self.at_its_time(|cloud| cloud.exists(thing))
    }
    fn rollout(&mut self, cluster: &str, service: &str) -> Result<Status, CallError> {
        self.at_its_time(|cloud| cloud.rollout(cluster, service))
    }
    fn targets(&mut self, target_group: &str) -> Result<Vec<Target>, CallError> {
        self.at_its_time(|cloud| cloud.targets(target_group))
    }
    fn request(&mut self, request: &Request) -> Result<Answer, CallError> {
        self.at_its_time(|cloud| cloud.request(request))
    }
    fn inventory(&mut self) -> Result<Inventory, CallError> {
        self.at_its_time(Cloud::inventory)
    }
    fn now(&mut self) -> u64 {
        self.shared.cloud.lock().unwrap().1[self.number].unwrap()
    }
    fn pause(&mut self, seconds: u64) -> Result<(), CallError> {
        let mut held = self.shared.cloud.lock().unwrap();
        held.1[self.number] = held.1[self.number].map(|due| due + seconds);
        self.shared.turn.notify_all();
        Ok(())
    }
    fn stopped(&self) -> bool {
        false
    }
}

/// A plan that does nothing for a while.
fn idle(plan: &Plan, id: &str) -> Plan {
    let check = Check::SameAs { baseline: "none".to_owned(), requests: Vec::new(), for_seconds: 300 };
    let step = Step {
        id: "wait".to_owned(),
        title: "wait".to_owned(),
        phase: Phase::Verify,
        action: Action::Check(check),
        usual_seconds: 0,
        deadline_seconds: 0,
        settle_seconds: 0,
    };
    Plan { id: id.to_owned(), steps: vec![step], ..plan.clone() }
}

/// Runs both. When each was past the lock, and how each ended.
fn race(seed: u64, plan: &Plan) -> [(Option<(u64, u64)>, Outcome); 2] {
    let mut rng = Rng::new(seed);
    let shape = Shape { apis: 2, ..Shape::of(Strategy::RestAlb) };
    let mut world = shape.world(seed);
    (world.nature.flapping, world.nature.slowest) = (rng.chance(300), rng.chance(500));
    let mut faults = Faults::random(&mut rng);
    faults.rejected.clear();
    (faults.rates.killed, faults.rates.stop, faults.lives) = (0, 0, 0);
    let start = world.now;
    let dues = [Some(start), Some(start + rng.range(0, 50))];
    let shared = Shared { cloud: Mutex::new((SimCloud::new(world, faults, false), dues)), turn: Condvar::new() };
    let same = rng.chance(300);
    let run = |number: usize| {
        let plan = idle(plan, if same || number == 0 { "aaaaaaaaaaaaaaaa" } else { "bbbbbbbbbbbbbbbb" });
        let (mut disk, mut inside) = (Disk::new(Faults::none()), None);
        let mut seat = Seat { shared: &shared, number };
        let clock = Seat { shared: &shared, number };
        let mut listen = |event: Event<'_>| {
            let now = || clock.shared.cloud.lock().unwrap().1[number].unwrap();
            match event {
                Event::Step { .. } => inside = Some((now(), u64::MAX)),
                Event::Done(_) => inside = inside.map(|(from, _)| (from, now())),
                _ => {}
            }
        };
        let outcome = match Run::begin(&mut seat, &mut disk, &[], &mut listen, plan, format!("owner {number}")) {
            Ok(run) => run.go(),
            Err(outcome) => outcome,
        };
        clock.leave();
        (inside, outcome)
    };
    let results = std::thread::scope(|scope| {
        let second = scope.spawn(|| run(1));
        [run(0), second.join().unwrap()]
    });
    let left = shared.cloud.into_inner().unwrap().0.world.locks.iter().count();
    assert_eq!(left, 0, "seed {seed}: locks were left behind: {results:?}");
    results
}

#[test]
fn two_runs_are_never_past_the_lock_together() {
    let shape = Shape { apis: 2, ..Shape::of(Strategy::RestAlb) };
    let plan = crate::game::planned(&shape, &shape.world(1));
    let (mut won, mut both_gave_way) = (0, 0);
    for seed in 0..if crate::is_long() { 20_000 } else { 300 } {
        let [(one, first), (other, second)] = race(seed, &plan);
        if let (Some(one), Some(other)) = (one, other) {
            assert!(one.1 < other.0 || other.1 < one.0, "seed {seed}: {one:?} and {other:?}");
        }
        let ended = [&first, &second].map(|outcome| matches!(outcome, Outcome::Applied));
        assert!(
            [&first, &second].iter().all(|outcome| matches!(outcome, Outcome::Applied | Outcome::Locked { .. })),
            "{first:?} {second:?}"
        );
        won += usize::from(ended[0] || ended[1]);
        both_gave_way += usize::from(!ended[0] && !ended[1]);
    }
    eprintln!("{won} races were won, {both_gave_way} by nobody");
    assert!(won > 100);
}
