//! What can be said of a rule, a finding or another catalogue's check.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::{Aws, Code, Configuration, Hygiene, Inventory, Lines};

#[derive(Debug, Clone, ClapArgs)]
pub(crate) struct Explain {
    /// A rule's id; a finding, by its fingerprint (six digits of it or more) or as RULE@RESOURCE; or a check of another catalogue, such as ELB.4.
    #[arg(value_name = "RULE|FINDING|CHECK")]
    pub(crate) what: String,
    /// Look for the rule below this folder, too; may be given more than once.
    #[arg(long = "rules", value_name = "DIR")]
    pub(crate) folders: Vec<PathBuf>,
    /// Tell what this JSON report holds of the finding: its message, evidence and remedy, but not the facts.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["inventory", "region", "all_regions", "profile", "role_arn", "endpoint_url"])]
    pub(crate) report: Option<PathBuf>,
    /// How to tell of a finding.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: Form,
    #[command(flatten)]
    pub(crate) configuration: Configuration,
    /// Whose hygiene is judged, as in the scan that told of the finding.
    #[arg(long, value_enum, value_name = "SCOPE")]
    pub(crate) scope: Option<Hygiene>,
    #[command(flatten)]
    pub(crate) aws: Aws,
    #[command(flatten)]
    pub(crate) inventory: Inventory,
    #[command(flatten)]
    pub(crate) code: Code,
    #[command(flatten)]
    pub(crate) lines: Lines,
}

/// How a finding is told of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}
