//! `apiaudit explain`.

use super::args::{Explain, Selection};
use super::{Ended, Failure, pack};
use crate::rules::page;
use crate::shell::Shell;

pub(super) fn run(explain: &Explain, shell: Shell) -> Result<Ended, Failure> {
    let rules = pack::load(&explain.folders)?;
    let only = Selection { folders: Vec::new(), only: vec![explain.rule.clone()], skip: Vec::new() };
    for rule in only.choose(&rules)? {
        shell.print(&page(rule)).map_err(|error| Failure::not_audited(format!("stdout: {error}"), "try again"))?;
    }
    Ok(Ended::Clean)
}
