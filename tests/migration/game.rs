//! A plan, the world it is for and its journal: runs that are started, killed and resumed, and what must hold when they are over.

use std::collections::BTreeMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::LazyLock;

use apiaudit::assessment::Verdict;
use apiaudit::migrate::journal::{self, Journal, JournalError, Told};
use apiaudit::migrate::plan::{Action, Check, Plan};
use apiaudit::migrate::planner::{Stamp, plan};
use apiaudit::migrate::resolve::named;
use apiaudit::migrate::run::{Outcome, Run};
use apiaudit::migrate::thing::Create;
use apiaudit::rules::{Rule, RulePack, assess, embedded, facts};
use serde_json::Value;

use crate::cloud::{Killed, SimCloud, kill};
use crate::faults::{Faults, Tear};
use crate::picture::difference;
use crate::scene::Shape;
use crate::store::View;
use crate::world::{REGION, World};

static PACK: LazyLock<RulePack> = LazyLock::new(|| RulePack::load(embedded().into_iter(), &facts::registry()).unwrap());

/// The longest that one run may take, in seconds of its world.
const LONGEST_RUN: u64 = 8 * 3_600;

/// The rules that a migration has to do with; all of them in the long run.
pub(crate) fn rules() -> Vec<&'static Rule> {
    const SOME: [&str; 8] = [
        "integration-not-private",
        "public-alb-behind-api",
        "backend-bypasses-api",
        "second-load-balancer-to-same-targets",
        "failed-vpc-link",
        "privatelink-enforcement-blocks-vpc-link",
        "vpc-link-security-group-mismatch",
        "no-healthy-target",
    ];
    PACK.rules().iter().filter(|rule| crate::is_long() || SOME.contains(&rule.id.as_str())).collect()
}

/// A file that a run appends to.
#[derive(Clone)]
pub(crate) struct Disk {
    pub(crate) text: String,
    pub(crate) faults: Faults,
    /// The line at which the process is killed, and how much of it gets to the disk.
    pub(crate) torn: Option<(usize, usize)>,
    pub(crate) lines: usize,
}

impl Disk {
    pub(crate) fn new(faults: Faults) -> Self {
        Self { text: String::new(), faults, torn: None, lines: 0 }
    }
}

impl Journal for Disk {
    fn append(&mut self, line: &str) -> io::Result<()> {
        self.lines += 1;
        if let Some((_, keep)) = self.torn.filter(|(at, _)| *at == self.lines) {
            self.text.push_str(&line[..keep.min(line.len())]);
            kill();
        }
        match self.faults.tear(line.len()) {
            None => self.text.push_str(line),
            Some((tear, keep)) => {
                let keep = (0..=keep).rev().find(|keep| line.is_char_boundary(*keep)).unwrap();
                self.text.push_str(&line[..keep]);
                match tear {
                    Tear::Killed => kill(),
                    Tear::Full => return Err(io::Error::from(io::ErrorKind::StorageFull)),
                }
            }
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Forward,
    Back,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ended {
    Killed,
    With(Outcome),
}

/// A plan, the world it is for, and the journal of its runs.
pub(crate) struct Game {
    pub(crate) shape: Shape,
    pub(crate) plan: Plan,
    pub(crate) before: BTreeMap<String, Value>,
    pub(crate) cloud: SimCloud,
    pub(crate) disk: Disk,
    pub(crate) owner: String,
}

impl Game {
    pub(crate) fn new(shape: Shape, world: World, faults: Faults, disk: Faults, traced: bool) -> Self {
        let plan = planned(&shape, &world);
        Self::of(shape, plan, world, faults, disk, traced)
    }

    pub(crate) fn of(shape: Shape, plan: Plan, world: World, faults: Faults, disk: Faults, traced: bool) -> Self {
        let before = world.picture();
        Self { shape, plan, before, cloud: SimCloud::new(world, faults, traced), disk: Disk::new(disk), owner: "somebody".to_owned() }
    }

    /// Starts or goes on with a run, as a new process would.
    pub(crate) fn run(&mut self, way: Way) -> Result<Ended, String> {
        let told = match journal::read(&self.disk.text) {
            Ok(told) => {
                self.disk.text.truncate(told.whole);
                Some(told)
            }
            Err(JournalError::Empty) => {
                self.disk.text.clear();
                None
            }
            Err(error) => return Err(format!("the journal cannot be read: {error}")),
        };
        self.cloud.stopping = false;
        let start = self.cloud.world.now;
        self.cloud.note(|| format!("=== {way:?} {}", if told.is_some() { "resumed" } else { "begun" }));
        let ended = self.process(told, way);
        self.cloud.note(|| format!("=== {ended:?}"));
        let lasted = self.cloud.world.now - start;
        if lasted > LONGEST_RUN {
            return Err(format!("a run took {lasted} s"));
        }
        self.no_request_was_lost()?;
        Ok(ended)
    }

    fn process(&mut self, told: Option<Told>, way: Way) -> Ended {
        let rules = rules();
        let (plan, owner) = (self.plan.clone(), self.owner.clone());
        let (cloud, disk) = (&mut self.cloud, &mut self.disk);
        let ended = catch_unwind(AssertUnwindSafe(|| {
            let mut listen = |_: apiaudit::migrate::run::Event<'_>| {};
            let run = match told {
                Some(told) => Run::resume(cloud, disk, &rules, &mut listen, told),
                None => match Run::begin(cloud, disk, &rules, &mut listen, plan, owner) {
                    Ok(run) => run,
                    Err(outcome) => return outcome,
                },
            };
            match way {
                Way::Forward => run.go(),
                Way::Back => run.go_back("asked for"),
            }
        }));
        match ended {
            Ok(outcome) => Ended::With(outcome),
            Err(payload) if payload.is::<Killed>() => Ended::Killed,
            Err(payload) => resume_unwind(payload),
        }
    }

    /// Everything that can go wrong no longer does.
    pub(crate) fn calm(&mut self) {
        self.cloud.faults = Faults::none();
        self.disk.faults = Faults::none();
        self.disk.torn = None;
        let nature = &mut self.cloud.world.nature;
        (nature.links_fail, nature.never_healthy, nature.sick_tasks, nature.other_answers) = (false, false, false, false);
    }

    fn no_request_was_lost(&self) -> Result<(), String> {
        let lost = &self.cloud.world.lost;
        if lost.is_empty() { Ok(()) } else { Err(format!("requests were lost:\n{}", lost.join("\n"))) }
    }

    fn nothing_foreign_was_deleted(&self) -> Result<(), String> {
        let deleted = &self.cloud.world.deleted;
        if deleted.is_empty() { Ok(()) } else { Err(format!("deleted what the plan had not made: {deleted:?}")) }
    }

    pub(crate) fn is_restored(&mut self) -> Result<(), String> {
        self.no_request_was_lost()?;
        self.nothing_foreign_was_deleted()?;
        let marked = self.cloud.world.marked(&self.plan.id);
        if !marked.is_empty() {
            return Err(format!("left behind: {marked:?}"));
        }
        let now = self.cloud.world.picture();
        if now == self.before { Ok(()) } else { Err(format!("not as it was before:\n{}", difference(&self.before, &now))) }
    }

    pub(crate) fn is_applied(&mut self) -> Result<(), String> {
        self.no_request_was_lost()?;
        self.nothing_foreign_was_deleted()?;
        self.each_made_once()?;
        self.every_stage_moved()?;
        self.cloud.world.pass(60);
        self.findings_are_gone()?;
        if self.cloud.world.locks.iter().next().is_some() {
            return Err("a lock was left behind".to_owned());
        }
        Ok(())
    }

    fn each_made_once(&self) -> Result<(), String> {
        let marked = self.cloud.world.marked(&self.plan.id);
        for step in &self.plan.steps {
            let Action::Create(thing) = &step.action else { continue };
            let found = marked.get(&step.id).copied().unwrap_or_default();
            let wanted = match thing {
                _ if self.is_scratch(&step.id, thing) => 0..=0,
                Create::AlbTarget { .. } => 0..=0,
                Create::GroupRules { rules, .. } => rules.len()..=rules.len() + 3,
                _ => 1..=1,
            };
            if !wanted.contains(&found) {
                return Err(format!("step {} made {found}", step.id));
            }
        }
        let known = |key: &&String| self.before.contains_key(*key);
        let now = self.cloud.world.picture();
        let missing: Vec<&String> = self.before.keys().filter(|key| !now.contains_key(*key)).collect();
        let more = now.keys().filter(|key| !known(key)).count();
        let marked_things = marked
            .iter()
            .filter(|(step, _)| !matches!(self.plan.step(step).map(|step| &step.action), Some(Action::Create(Create::GroupRules { .. }))));
        let made: usize = marked_things.map(|(_, count)| count).sum();
        if more == made && missing.is_empty() { Ok(()) } else { Err(format!("{more} more things, {made} were made; missing: {missing:?}")) }
    }

    /// Whether a step's thing is discarded before the plan ends.
    fn is_scratch(&self, id: &str, thing: &Create) -> bool {
        let discarded: Vec<&str> = self
            .plan
            .steps
            .iter()
            .filter_map(|step| if let Action::Discard { step } = &step.action { Some(step.as_str()) } else { None })
            .collect();
        discarded.contains(&id) || named(thing).iter().any(|name| discarded.contains(&name.as_str()))
    }

    fn every_stage_moved(&self) -> Result<(), String> {
        let world = &self.cloud.world;
        for (key, routes) in &world.watched {
            let serving = world.serving[key].iter().filter(|served| served.until.is_none());
            let mut count = 0;
            for served in serving {
                count += 1;
                let moved =
                    served.snapshot.routes.iter().filter(|(_, settings)| settings.values().any(|value| value == "VPC_LINK")).count();
                if moved != routes.len() {
                    return Err(format!("stage {key} serves {moved} of {} routes the new way", routes.len()));
                }
            }
            if count != 1 {
                return Err(format!("stage {key} serves {count} deployments"));
            }
        }
        Ok(())
    }

    fn findings_are_gone(&self) -> Result<(), String> {
        let world = &self.cloud.world;
        let inventory = world.inventory(View { now: world.now, flapping: false, salt: 0 });
        let assessment = assess(&inventory, &rules(), "test");
        let gone = self
            .plan
            .steps
            .iter()
            .filter_map(|step| if let Action::Check(Check::Rescan { gone, .. }) = &step.action { Some(gone) } else { None });
        for key in gone.flatten() {
            let still = assessment.outcomes.iter().find(|outcome| outcome.rule.id == key.rule && outcome.subject.id == key.subject);
            if still.is_some_and(|outcome| matches!(outcome.verdict, Verdict::Fail | Verdict::Unknown(_))) {
                return Err(format!("{} still stands on {}", key.rule, key.subject));
            }
        }
        Ok(())
    }
}

pub(crate) fn planned(shape: &Shape, world: &World) -> Plan {
    let inventory = world.inventory(View { now: world.now, flapping: false, salt: 0 });
    let said = assess(&inventory, &rules(), "test");
    let planned = plan(&inventory, REGION, &said, &shape.options(), Stamp { tool_version: "test", made_at: "2026-11-24T10:00:00Z" });
    assert!(planned.refusals.is_empty(), "{shape:?}: {:#?}", planned.refusals);
    planned.plan.unwrap_or_else(|| panic!("{shape:?}: nothing to move"))
}
