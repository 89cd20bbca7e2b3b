//! Which rules are applied, and to what.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use crate::assessment::Severity;

/// Where the configuration is read.
#[derive(Debug, Clone, Default, ClapArgs)]
#[command(next_help_heading = "Configuration")]
pub(crate) struct Configuration {
    /// The configuration. Without it, apiaudit.toml in the working folder, if it is there.
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(crate) config: Option<PathBuf>,
    /// Read no configuration.
    #[arg(long)]
    pub(crate) no_config: bool,
}

/// Which rules are applied.
#[derive(Debug, Clone, Default, ClapArgs)]
#[command(next_help_heading = "Rules")]
pub(crate) struct Selection {
    /// Add the rules below this folder; may be given more than once.
    #[arg(long = "rules", value_name = "DIR")]
    pub(crate) folders: Vec<PathBuf>,
    /// Apply only this rule; may be given more than once. Sets aside the filters of apiaudit.toml.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// Leave this rule out; may be given more than once.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) skip: Vec<String>,
    /// Apply only rules of this family, such as `api` or `path`; may be given more than once.
    #[arg(long, value_name = "FAMILY", value_delimiter = ',')]
    pub(crate) family: Vec<String>,
    /// Apply only rules of this severity or a worse one.
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(crate) severity: Option<Least>,
    /// Apply only rules that this catalogue knows, such as `security-hub`, or some of its ids: `cis=4.*`; may be given more than once.
    #[arg(long, value_name = "NAME[=ID]")]
    pub(crate) framework: Vec<String>,
    #[command(flatten)]
    pub(crate) configuration: Configuration,
}

/// A severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Least {
    Critical,
    High,
    Medium,
    Low,
    Info,
}

impl From<Least> for Severity {
    fn from(least: Least) -> Self {
        match least {
            Least::Critical => Self::Critical,
            Least::High => Self::High,
            Least::Medium => Self::Medium,
            Least::Low => Self::Low,
            Least::Info => Self::Info,
        }
    }
}

/// To what rules are applied.
#[derive(Debug, Clone, Default, ClapArgs)]
#[command(next_help_heading = "Subjects")]
pub(crate) struct Subjects {
    /// Judge only what is called so: a glob over ARNs, ids and names; may be given more than once.
    #[arg(long, value_name = "GLOB")]
    pub(crate) resource: Vec<String>,
    /// Judge only what has this tag; may be given more than once.
    #[arg(long, value_name = "KEY[=VALUE]")]
    pub(crate) tag: Vec<String>,
    /// Judge only this API and what its ways lead to; may be given more than once.
    #[arg(long, value_name = "NAME|ID")]
    pub(crate) api: Vec<String>,
    /// Whose hygiene is judged of security groups, network ACLs, subnets and VPCs. Without it, what is used on the path of an API.
    #[arg(long, value_enum, value_name = "SCOPE")]
    pub(crate) scope: Option<Hygiene>,
}

/// Whose hygiene is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Hygiene {
    /// What is used on the path of an API.
    ApiPaths,
    /// All there is.
    Account,
}
