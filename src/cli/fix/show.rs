//! What a user is shown: plans, fixes, and how far a run is.

use std::io::{self, Write};
use std::path::Path;

use super::files;
use crate::cli::args::PlanForm;
use crate::cli::{Ended, Failure};
use crate::migrate::fixes::Fix;
use crate::migrate::planner::Planned;
use crate::migrate::render;
use crate::shell::{self, Shell};

fn out(result: io::Result<()>) -> Result<(), Failure> {
    shell::forgive_broken_pipe(result).map_err(|error| Failure::not_audited(format!("stdout: {error}"), "try again"))
}

/// Shows what came of planning.
pub(super) fn planned(planned: &Planned, form: Option<PlanForm>, nothing: &str, shell: Shell) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    let Some(form) = form else {
        return out(render::text(planned, nothing, shell.style(false), &mut stdout));
    };
    // A script is piped on: what is refused must be seen beside it.
    for refusal in &planned.refusals {
        shell.say(format_args!("refused ({}): {}: {}", refusal.code.as_str(), refusal.subject, refusal.because));
    }
    let Some(plan) = &planned.plan else {
        shell.say(if planned.refusals.is_empty() { nothing } else { "no plan: what is refused comes first" });
        return Ok(());
    };
    out(match form {
        PlanForm::Script => render::script(plan, &mut stdout),
        PlanForm::Terraform => render::terraform(plan, &mut stdout),
        PlanForm::Cloudformation => render::cloudformation(plan, &mut stdout),
        PlanForm::Json => stdout.write_all(files::document(plan).as_bytes()),
    })
}

/// Lists what can be fixed in place.
pub(super) fn fixes(fixes: &[&Fix], shell: Shell) -> Result<(), Failure> {
    out(render::fixes(fixes, shell.style(false), &mut io::stdout().lock()))
}

/// Shows how far a journal's run is.
pub(super) fn status(journal: &Path, shell: Shell) -> Result<Ended, Failure> {
    let told = files::peek(journal)?;
    out(render::status(&told, &journal.display().to_string(), shell.style(false), &mut io::stdout().lock()))?;
    Ok(Ended::Clean)
}
