//! A run against AWS.

use std::path::Path;

use tokio::runtime::Runtime;

use super::hold::{self, JournalFile};
use super::make::Basis;
use super::tell::Teller;
use crate::cli::args::Fix;
use crate::cli::{Ended, Failure, pack, progress, source};
use crate::collect::Needs;
use crate::migrate::applied::is_applied;
use crate::migrate::aws::Aws;
use crate::migrate::journal::Told;
use crate::migrate::plan::{Action, Plan};
use crate::migrate::run::{Outcome, Run};
use crate::rules::Rule;
use crate::shell::{self, Shell};

/// AWS, with the threads that ask it.
struct World {
    aws: Aws,
    // Dropped last: what is on its way needs it.
    runtime: Runtime,
}

fn connect(fix: &Fix, plan: &Plan, shell: Shell) -> Result<World, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::not_audited(format!("no threads can be started: {error}"), "free some memory"))?;
    let words = "\ninterrupted: the call in flight is finished and written down; then the run ends";
    let stop = progress::stop_gently(&runtime, shell, words);
    let options = source::options(&fix.aws, Needs::PLAN);
    let aws = Aws::new(&options, &plan.region, stop, &runtime);
    let aws = aws.map_err(|error| Failure::not_audited(error.to_string(), error.help()))?;
    let help = "leave it out: AWS needs the time that it takes";
    let aws = aws.hurrying(fix.apply.hurry).map_err(|_| Failure::usage("--hurry is for an emulator on this machine only", help))?;
    Ok(World { aws, runtime })
}

/// Which way a run goes, and from where.
enum Start {
    Anew(Box<Plan>),
    OnFrom(Box<Told>),
    BackFrom(Box<Told>),
}

impl Start {
    fn plan(&self) -> &Plan {
        match self {
            Self::Anew(plan) => plan,
            Self::OnFrom(told) | Self::BackFrom(told) => &told.plan,
        }
    }
}

/// Begins a plan.
pub(super) fn begin(fix: &Fix, basis: &Basis, plan: Plan, journal: &Path, shell: Shell) -> Result<Ended, Failure> {
    let opened = hold::open(journal, true)?;
    if let Some(told) = opened.told {
        let message = format!("journal {} is that of plan {}", journal.display(), told.plan.id);
        return Err(Failure::usage(message, "name another file with --journal"));
    }
    let world = connect(fix, &plan, shell)?;
    Ok(carry_out(world, opened.journal, journal, &basis.rules(), Start::Anew(Box::new(plan)), shell))
}

/// Goes on with what was interrupted.
pub(super) fn resume(fix: &Fix, journal: &Path, shell: Shell) -> Result<Ended, Failure> {
    go_on(fix, journal, Start::OnFrom, shell)
}

/// Takes back what a journal tells of.
pub(super) fn roll_back(fix: &Fix, journal: &Path, shell: Shell) -> Result<Ended, Failure> {
    go_on(fix, journal, Start::BackFrom, shell)
}

fn go_on(fix: &Fix, journal: &Path, start: fn(Box<Told>) -> Start, shell: Shell) -> Result<Ended, Failure> {
    let opened = hold::open(journal, false)?;
    let Some(told) = opened.told else {
        let message = format!("journal {} holds no whole line: the run that began it had made no call", journal.display());
        return Err(Failure::usage(message, "apply the plan again"));
    };
    let pack = pack::ours()?;
    let rules: Vec<&Rule> = pack.rules().iter().collect();
    let world = connect(fix, &told.plan, shell)?;
    Ok(carry_out(world, opened.journal, journal, &rules, start(Box::new(told)), shell))
}

fn carry_out(mut world: World, mut file: JournalFile, journal: &Path, rules: &[&Rule], start: Start, shell: Shell) -> Ended {
    shell.say(format_args!("journal: {}", journal.display()));
    let mut teller = Teller::new(shell, start.plan().steps.len());
    let mut listen = |event: crate::migrate::run::Event<'_>| teller.tell(event);
    let lasting = start.plan().steps.iter().any(|step| matches!(step.action, Action::Remove(_)));
    let outcome = match start {
        Start::Anew(plan) => match Run::begin(&mut world.aws, &mut file, rules, &mut listen, *plan, shell::owner()) {
            Ok(run) => run.go(),
            Err(outcome) => outcome,
        },
        Start::OnFrom(told) => Run::resume(&mut world.aws, &mut file, rules, &mut listen, *told).go(),
        Start::BackFrom(told) => {
            Run::resume(&mut world.aws, &mut file, rules, &mut listen, *told).go_back("it was asked for with --rollback")
        }
    };
    teller.finish();
    drop(world.aws);
    world.runtime.shutdown_background();
    if lasting && outcome == Outcome::Applied {
        shell.say("applied and verified; what was deleted cannot be brought back, its backup holds how it was");
        return Ended::Clean;
    }
    conclude(&outcome, journal, shell)
}

/// Says how a run ended, and what to do next.
fn conclude(outcome: &Outcome, journal: &Path, shell: Shell) -> Ended {
    let name = journal.display();
    let (ended, message, help) = match outcome {
        Outcome::Applied => {
            shell.say(format_args!("applied and verified; `apiaudit fix --rollback {name}` takes it back"));
            return Ended::Clean;
        }
        Outcome::NothingToDo => {
            shell.say("nothing to do: it was done before");
            return Ended::Clean;
        }
        Outcome::RolledBack { why } if why.contains("--rollback") => {
            shell.say("taken back: everything is as it was before the plan");
            return Ended::Clean;
        }
        Outcome::RolledBack { why } => (
            Ended::RolledBack,
            format!("the plan failed, and was taken back: {why}"),
            "everything is as it was; mend the cause and plan anew".to_owned(),
        ),
        Outcome::Stuck { step, why } => (
            Ended::Stuck,
            format!("the plan could not be taken back any further than step {step}: {why}"),
            format!("mend the cause, then `apiaudit fix --rollback {name}`; until then requests go the way they go now"),
        ),
        Outcome::Stopped => (
            Ended::Interrupted,
            "stopped before the end".to_owned(),
            format!("`apiaudit fix --resume {name}` goes on, `apiaudit fix --rollback {name}` takes it back"),
        ),
        Outcome::Locked { by } => (
            Ended::NotAudited,
            format!("nothing was done: {by}"),
            "wait for that run, or resume it by its journal; if it is gone for good, remove the tag apiaudit:lock from the API".to_owned(),
        ),
        Outcome::Drifted => (
            Ended::Usage,
            "nothing was done: the plan had been applied before, and something of it was changed since".to_owned(),
            format!("plan anew for what is left to do; `apiaudit fix --rollback {name}` takes back what can be"),
        ),
        Outcome::Unwritten(error) => (
            Ended::Stuck,
            format!("the journal cannot be written any more, so no further call was made: {error}"),
            format!("make room for it, then `apiaudit fix --resume {name}` or `--rollback {name}`"),
        ),
    };
    shell.error(&message, &[help]);
    ended
}

/// What a saved plan relies on has changed: because it was applied already, or because of somebody else.
pub(super) fn is_stale(fix: &Fix, _: &Basis, plan: &Plan, stale: &[String], shell: Shell) -> Result<Ended, Failure> {
    let mut world = connect(fix, plan, shell)?;
    let applied = is_applied(&mut world.aws, plan);
    drop(world.aws);
    world.runtime.shutdown_background();
    if applied == Ok(true) {
        shell.say("nothing to do: everything is as the plan sets it");
        return Ok(Ended::Clean);
    }
    let message = format!("the plan is stale: since it was made, this has changed: {}", stale.join(", "));
    Err(Failure::usage(message, "plan anew, and look at what changed"))
}
