//! What is written, for whom, and when a run fails.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use crate::assessment::Severity;
use crate::cli::output::Target;
use crate::report::markdown::Room;
use crate::report::{Format, Profile};

#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "Output")]
pub(crate) struct Output {
    /// A report to write: `table`, `json`, `sarif`, `markdown`, `csv` or `junit`, to stdout or, with `=FILE`, to a file; may be given more than once.
    #[arg(long, value_name = "FORMAT[=FILE]")]
    pub(crate) format: Vec<Target<Format>>,
    /// List every verdict in JSON, CSV and JUnit reports, also what passed.
    #[arg(long)]
    pub(crate) all_verdicts: bool,
    /// The file that SARIF results point to: the line that names the account or region, or its first line.
    /// Without it, the configuration.
    #[arg(long, value_name = "FILE")]
    pub(crate) anchor: Option<PathBuf>,
    /// What sets this SARIF upload apart from others of the same repository.
    #[arg(long, value_name = "NAME")]
    pub(crate) category: Option<String>,
    /// Where Markdown is shown, which decides how much of it is written: GitHub takes 65,536 characters of a comment, a mebibyte of a
    /// job's summary.
    #[arg(long, value_enum, default_value_t, value_name = "ROOM")]
    pub(crate) markdown_for: MarkdownFor,
    /// For whom SARIF is written: `generic` keeps suppressed findings and gives no line to what has none in code.
    #[arg(long, value_enum, default_value_t, value_name = "PROFILE")]
    pub(crate) sarif_profile: SarifProfile,
}

/// For whom SARIF is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum SarifProfile {
    #[default]
    Github,
    Generic,
}

impl From<SarifProfile> for Profile {
    fn from(profile: SarifProfile) -> Self {
        match profile {
            SarifProfile::Github => Self::Github,
            SarifProfile::Generic => Self::Generic,
        }
    }
}

/// Where Markdown is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum MarkdownFor {
    #[default]
    Comment,
    Summary,
}

impl From<MarkdownFor> for Room {
    fn from(room: MarkdownFor) -> Self {
        match room {
            MarkdownFor::Comment => Self::Comment,
            MarkdownFor::Summary => Self::Summary,
        }
    }
}

/// From which severity on a run fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    Critical,
    High,
    Medium,
    Low,
    Info,
    /// Findings never fail a run.
    None,
}

impl From<Option<Severity>> for FailOn {
    fn from(severity: Option<Severity>) -> Self {
        match severity {
            Some(Severity::Critical) => Self::Critical,
            Some(Severity::High) => Self::High,
            Some(Severity::Medium) => Self::Medium,
            Some(Severity::Low) => Self::Low,
            Some(Severity::Info) => Self::Info,
            None => Self::None,
        }
    }
}

impl FailOn {
    /// The severity; none when findings never fail a run.
    pub(crate) fn severity(self) -> Option<Severity> {
        match self {
            Self::Critical => Some(Severity::Critical),
            Self::High => Some(Severity::High),
            Self::Medium => Some(Severity::Medium),
            Self::Low => Some(Severity::Low),
            Self::Info => Some(Severity::Info),
            Self::None => None,
        }
    }
}
