//! Applying a plan, going on with it, and taking it back.

use std::path::{Path, PathBuf};

use super::make::{self, Basis};
use super::{files, show};
use crate::assessment::Assessment;
use crate::cli::args::Fix;
use crate::cli::{Ended, Failure};
use crate::migrate::farewell;
use crate::migrate::plan::{Action, Plan};
use crate::migrate::planner::{Planned, Stamp};
use crate::shell::{self, Shell};

/// Applies a plan that was just made and shown.
pub(super) fn fresh(fix: &Fix, basis: &Basis, plan: Plan, shell: Shell) -> Result<Ended, Failure> {
    agree(fix, &plan)?;
    let journal = fix.apply.journal.clone().unwrap_or_else(|| files::default_journal(&plan));
    begin(fix, basis, plan, &journal, shell)
}

/// Applies a saved plan, unless what it relies on has changed since.
pub(super) fn saved(fix: &Fix, file: &Path, shell: Shell) -> Result<Ended, Failure> {
    let plan = files::read_plan(file)?;
    let journal = fix.apply.journal.clone().unwrap_or_else(|| files::default_journal(&plan));
    if journal.exists()
        && let Ok(told) = files::peek(&journal)
        && told.plan.id == plan.id
    {
        return already_begun(&told, &journal, shell);
    }
    let basis = make::obtain(&of_plan(fix, &plan), shell)?;
    check_place(&basis, &plan)?;
    let planned = Planned { plan: Some(plan.clone()), ..Planned::default() };
    show::planned(&planned, None, "", shell)?;
    let stale = make::still_good(&basis, &plan);
    if !stale.is_empty() {
        return is_stale(fix, &basis, &plan, &stale, shell);
    }
    agree(fix, &plan)?;
    begin(fix, &basis, plan, &journal, shell)
}

/// The same arguments, for the region of a plan.
fn of_plan(fix: &Fix, plan: &Plan) -> Fix {
    let mut fix = fix.clone();
    fix.aws.region = vec![plan.region.clone()];
    fix.aws.all_regions = false;
    fix
}

fn already_begun(told: &crate::migrate::journal::Told, journal: &Path, shell: Shell) -> Result<Ended, Failure> {
    let name = journal.display();
    match told.ended {
        Some(true) => {
            shell.say(format_args!("nothing to do: the plan was applied before, as {name} tells"));
            Ok(Ended::Clean)
        }
        Some(false) => Err(Failure::usage(format!("the plan was taken back, as {name} tells"), "plan anew")),
        None => {
            let help = format!("go on with `apiaudit fix --resume {name}`, or take it back with `apiaudit fix --rollback {name}`");
            Err(Failure::usage(format!("the plan was begun before and did not end, as {name} tells"), help))
        }
    }
}

fn check_place(basis: &Basis, plan: &Plan) -> Result<(), Failure> {
    let account = basis.inventory.account.known().map(|account| account.id.as_str());
    if account.is_some_and(|account| account != plan.account) {
        let message = format!("the plan is for account {}, and these credentials are for {}", plan.account, account.unwrap_or_default());
        return Err(Failure::usage(message, "use the credentials of the plan's account"));
    }
    Ok(())
}

/// Asks before anything is written to AWS.
fn agree(fix: &Fix, plan: &Plan) -> Result<(), Failure> {
    if fix.apply.yes {
        return Ok(());
    }
    let lasting = plan.steps.iter().filter(|step| matches!(step.action, Action::Remove(_))).count();
    let (question, wanted) = if lasting > 0 {
        (format!("{lasting} steps delete something for good. To apply the plan, type `delete`:"), "delete")
    } else {
        ("Apply this plan? To go on, type `yes`:".to_owned(), "yes")
    };
    match shell::ask(&question) {
        None => Err(Failure::usage("nobody is there to confirm the plan", "give --yes to apply it unasked")),
        Some(answer) if answer == wanted => Ok(()),
        Some(_) => Err(Failure::usage("not applied: nothing was changed", "plan and apply it when you are ready")),
    }
}

/// Deletes the old load balancer of a finished migration.
pub(super) fn farewell(
    fix: &Fix,
    journal: &Path,
    basis: &Basis,
    assessment: &Assessment,
    stamp: Stamp<'_>,
    shell: Shell,
) -> Result<Ended, Failure> {
    let told = files::peek(journal)?;
    if told.ended != Some(true) {
        let help = format!("`apiaudit fix --status {}` shows how far it is", journal.display());
        return Err(Failure::usage(format!("the migration of {} has not ended well", journal.display()), help));
    }
    check_place(basis, &told.plan)?;
    let allowed = fix.what.allow_iac_managed;
    let planned: Planned = farewell::plan(&basis.inventory, &basis.region, &told.plan, assessment, allowed, stamp).into();
    show::planned(&planned, fix.apply.output, "nothing of the old load balancer is left", shell)?;
    let Some(plan) = planned.plan else {
        return Ok(if planned.refusals.is_empty() { Ended::Clean } else { Ended::Findings });
    };
    if fix.apply.apply.is_none() {
        if fix.apply.output.is_none() {
            shell.say("nothing was changed; --apply writes the backup and applies it");
        }
        return Ok(Ended::Clean);
    }
    let backup = fix.apply.backup.clone().unwrap_or_else(|| PathBuf::from(format!("apiaudit-{}-backup.json", plan.id)));
    let document = farewell::backup(&basis.inventory, &basis.region, &plan);
    shell::write_file(&backup, |out| writeln!(out, "{document:#}"))
        .map_err(|error| Failure::not_audited(format!("the backup cannot be written to {}: {error}", backup.display()), "name a place"))?;
    shell.say(format_args!("how it is now is kept in {}", backup.display()));
    fresh(fix, basis, plan, shell)
}

#[cfg(not(feature = "aws"))]
mod world {
    use super::{Basis, Ended, Failure, Fix, Path, Plan, Shell};

    fn without_aws() -> Failure {
        Failure::usage("this apiaudit was built without AWS", "build apiaudit with its default features")
    }

    pub(in crate::cli::fix) fn begin(_: &Fix, _: &Basis, _: Plan, _: &Path, _: Shell) -> Result<Ended, Failure> {
        Err(without_aws())
    }

    pub(in crate::cli::fix) fn resume(_: &Fix, _: &Path, _: Shell) -> Result<Ended, Failure> {
        Err(without_aws())
    }

    pub(in crate::cli::fix) fn roll_back(_: &Fix, _: &Path, _: Shell) -> Result<Ended, Failure> {
        Err(without_aws())
    }

    pub(in crate::cli::fix) fn is_stale(_: &Fix, _: &Basis, _: &Plan, _: &[String], _: Shell) -> Result<Ended, Failure> {
        Err(without_aws())
    }
}

#[cfg(feature = "aws")]
use super::world;
use world::{begin, is_stale};
pub(super) use world::{resume, roll_back};
