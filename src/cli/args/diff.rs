//! Which two runs are compared.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::{Hygiene, Selection};
use crate::cli::output::Target;
use crate::report::diff;

#[derive(Debug, Clone, ClapArgs)]
#[command(after_help = DIFF_HELP)]
pub(crate) struct Diff {
    /// The earlier run: a saved inventory or a JSON report.
    #[arg(value_name = "A")]
    pub(crate) before: PathBuf,
    /// The later run: a saved inventory or a JSON report.
    #[arg(value_name = "B")]
    pub(crate) after: PathBuf,
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// Whose hygiene is judged of saved inventories.
    #[arg(long, value_enum, value_name = "SCOPE")]
    pub(crate) scope: Option<Hygiene>,
    /// AWS's own ip-ranges.json, newer than the excerpt in apiaudit: which addresses CloudFront and API Gateway share.
    #[arg(long, value_name = "FILE")]
    pub(crate) ip_ranges: Option<PathBuf>,
    /// What to write: `table`, `json` or `markdown`, to stdout or, with `=FILE`, to a file; may be given more than once.
    #[arg(long, value_name = "FORMAT[=FILE]", help_heading = "Output")]
    pub(crate) format: Vec<Target<diff::Format>>,
    /// Exit with 0 also when something got worse.
    #[arg(long)]
    pub(crate) exit_zero: bool,
}

const DIFF_HELP: &str = "Exit codes: 0 nothing got worse · 1 a finding, address or way around is new, or what passed cannot be told any more · \
2 wrong usage, or two runs that cannot be compared";
