//! `apiaudit fix`: plan, apply, resume, roll back.

mod apply;
mod files;
#[cfg(feature = "aws")]
mod hold;
mod make;
mod show;
#[cfg(feature = "aws")]
mod tell;
#[cfg(feature = "aws")]
mod world;

use std::path::Path;

use super::args::Fix;
use super::{Ended, Failure};
use crate::migrate::plan::Plan;
use crate::shell::Shell;

/// Reads a saved plan.
pub(super) fn read_plan(path: &Path) -> Result<Plan, Failure> {
    files::read_plan(path)
}

pub(super) fn run(fix: &Fix, shell: Shell) -> Result<Ended, Failure> {
    let asked = &fix.apply;
    if let Some(journal) = &asked.status {
        return show::status(journal, shell);
    }
    if let Some(journal) = &asked.resume {
        return apply::resume(fix, journal, shell);
    }
    if let Some(journal) = &asked.rollback {
        return apply::roll_back(fix, journal, shell);
    }
    if let Some(Some(plan)) = &asked.apply {
        return apply::saved(fix, plan, shell);
    }
    make::run(fix, shell)
}
