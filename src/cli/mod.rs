//! The commands: what a user can type, and one file for what each does.

mod args;
mod baseline;
mod code;
mod config;
mod demo;
mod diff;
mod disk;
mod explain;
mod fix;
mod init;
mod lines;
mod output;
mod pack;
mod paths;
mod policy;
#[cfg(feature = "aws")]
mod progress;
mod rules;
mod sarif_check;
mod scan;
mod source;
mod stats;
mod subjects;

use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;

use crate::diagnostics::Diagnostic;
use crate::shell::Shell;

use args::{Args, Command};

/// The version that reports and snapshots name.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Nothing at or above the severity asked for.
    Clean,
    /// Findings.
    Findings,
    /// Wrong usage, configuration or rule.
    Usage,
    /// The audit could not be made.
    NotAudited,
    /// Not everything could be read, and `--strict` asks for that.
    Incomplete,
    /// What was applied failed, and everything is as it was before.
    RolledBack,
    /// What was applied failed, and could not be taken back whole.
    Stuck,
    /// Interrupted.
    Interrupted,
}

impl From<Ended> for ExitCode {
    fn from(ended: Ended) -> Self {
        Self::from(match ended {
            Ended::Clean => 0,
            Ended::Findings => 1,
            Ended::Usage => 2,
            Ended::NotAudited => 3,
            Ended::Incomplete => 4,
            Ended::RolledBack => 5,
            Ended::Stuck => 6,
            Ended::Interrupted => 130,
        })
    }
}

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Words and what to do about it.
    Told {
        /// How the run ends.
        ended: Ended,
        /// What is wrong.
        message: String,
        /// What to do.
        help: Vec<String>,
    },
    /// Mistakes in files, each with its place.
    Shown(Vec<Diagnostic>),
}

impl Failure {
    /// Something the user typed or wrote is wrong.
    pub(crate) fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Told { ended: Ended::Usage, message: message.into(), help: vec![help.into()] }
    }

    /// The audit could not be made.
    pub(crate) fn not_audited(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Told { ended: Ended::NotAudited, message: message.into(), help: vec![help.into()] }
    }
}

/// Runs the program.
pub fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Help and version go to stdout and are no error; clap's own code for wrong usage is ours.
            let _ = error.print();
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return if asked { ExitCode::SUCCESS } else { Ended::Usage.into() };
        }
    };
    let shell = Shell::new(args.color, args.quiet);
    let result = match &args.command {
        Command::Scan(scan) => scan::run(scan, shell),
        Command::Paths(paths) => paths::run(paths, shell),
        Command::Fix(fix) => fix::run(fix, shell),
        Command::Diff(diff) => diff::run(diff, shell),
        Command::Demo(demo) => demo::run(demo, shell),
        Command::Rules(rules) => rules::run(rules, shell),
        Command::Explain(explain) => explain::run(explain, shell),
        Command::Init(init) => init::run(init, shell),
        Command::Policy(policy) => policy::run(policy, shell),
        Command::SarifCheck(check) => sarif_check::run(check, shell),
    };
    match result {
        Ok(ended) => ended.into(),
        Err(Failure::Told { ended, message, help }) => {
            shell.error(&message, &help);
            ended.into()
        }
        Err(Failure::Shown(diagnostics)) => {
            for diagnostic in &diagnostics {
                shell.show(diagnostic);
            }
            Ended::Usage.into()
        }
    }
}
