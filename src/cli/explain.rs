//! `apiaudit explain`.

use super::args::Explain;
use super::{Ended, Failure, config};
use crate::rules::choice::find_rule;
use crate::rules::page;
use crate::shell::Shell;

pub(super) fn run(explain: &Explain, shell: Shell) -> Result<Ended, Failure> {
    let setup = config::load(&explain.configuration, &explain.folders)?;
    let rule = find_rule(&setup.pack, &explain.rule)?;
    shell.print(&page(rule)).map_err(|error| Failure::not_audited(format!("stdout: {error}"), "try again"))?;
    Ok(Ended::Clean)
}
