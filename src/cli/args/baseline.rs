//! What a run is held against.

use std::path::PathBuf;

use clap::Args as ClapArgs;

#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "Baseline")]
pub(crate) struct Baseline {
    /// An earlier JSON report or saved inventory of the same account: findings are new, unchanged or fixed.
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Only findings that the baseline did not have fail the run, from --fail-on on.
    #[arg(long, requires = "baseline")]
    pub(crate) fail_on_new: bool,
}
