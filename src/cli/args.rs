//! What a user can type.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use super::output::Target;
use crate::assessment::Severity;
use crate::shell::Color;
use crate::topology::Url;

/// Finds every way traffic can reach containers behind API Gateway, through it or around it.
#[derive(Debug, Parser)]
#[command(name = "apiaudit", version, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// When to use colour.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: Color,
    /// Show no progress.
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

const EXIT_CODES: &str = "Exit codes: 0 clean · 1 findings at or above --fail-on · 2 wrong usage, configuration or rule · \
3 could not audit · 4 incomplete coverage under --strict · 130 interrupted";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Audit an AWS account, or an inventory that was saved before.
    Scan(Box<Scan>),
    /// Audit the example account that comes with apiaudit: no AWS account needed.
    Demo(Demo),
    /// List rules, or check and test rules of your own.
    Rules(Rules),
    /// Print what a rule finds, why it matters and how to close it.
    Explain(Explain),
    /// Print the least-privilege IAM policy for a scan.
    Policy(Policy),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Scan {
    #[command(flatten)]
    pub(crate) aws: Aws,
    #[command(flatten)]
    pub(crate) inventory: Inventory,
    #[command(flatten)]
    pub(crate) selection: Selection,
    #[command(flatten)]
    pub(crate) output: Output,
    /// Exit with 1 when there is a finding of this severity or a worse one.
    #[arg(long, value_enum, default_value_t = FailOn::Low, value_name = "SEVERITY", help_heading = "Verdict")]
    pub(crate) fail_on: FailOn,
    /// Exit with 4 when not everything could be read.
    #[arg(long, help_heading = "Verdict")]
    pub(crate) strict: bool,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "AWS")]
pub(crate) struct Aws {
    /// A region to read; may be given more than once. Without it, the region AWS is configured for.
    #[arg(long, value_name = "REGION", conflicts_with = "inventory")]
    pub(crate) region: Vec<String>,
    /// Read every region that is enabled for the account.
    #[arg(long, conflicts_with_all = ["region", "inventory"])]
    pub(crate) all_regions: bool,
    /// The profile of the AWS configuration to use.
    #[arg(long, value_name = "NAME", conflicts_with = "inventory")]
    pub(crate) profile: Option<String>,
    /// A role to assume.
    #[arg(long, value_name = "ARN", conflicts_with = "inventory")]
    pub(crate) role_arn: Option<String>,
    /// The external id that the role's trust policy expects.
    #[arg(long, value_name = "ID", requires = "role_arn")]
    pub(crate) external_id: Option<String>,
    /// Where to send every call, instead of AWS.
    #[arg(long, value_name = "URL", value_parser = endpoint, conflicts_with = "inventory")]
    pub(crate) endpoint_url: Option<String>,
    /// The share of AWS's published API quotas to use at most, from 0.05 to 1.
    #[arg(long, value_name = "SHARE", default_value_t = 0.5, value_parser = share, conflicts_with = "inventory")]
    pub(crate) api_budget: f64,
    /// How often a call is tried before it counts as failed.
    #[arg(long, value_name = "TIMES", default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=20), conflicts_with = "inventory")]
    pub(crate) max_attempts: u32,
    /// Print calls, retries, throttles, bytes and time per service and region on stderr.
    #[arg(long, conflicts_with = "inventory")]
    pub(crate) stats: bool,
}

fn endpoint(text: &str) -> Result<String, String> {
    match Url::parse(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err("give a URL that begins with http:// or https://".to_owned()),
    }
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.05..=1.0).contains(&share) => Ok(share),
        _ => Err("give a number from 0.05 to 1".to_owned()),
    }
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Inventory")]
#[expect(clippy::struct_field_names, reason = "the fields are named as their options are")]
pub(crate) struct Inventory {
    /// Audit this saved inventory instead of asking AWS.
    #[arg(long, value_name = "FILE")]
    pub(crate) inventory: Option<PathBuf>,
    /// Save the inventory; compressed when the name ends in `.gz`.
    #[arg(long, value_name = "FILE")]
    pub(crate) save_inventory: Option<PathBuf>,
    /// AWS's own ip-ranges.json, newer than the excerpt in apiaudit: which addresses CloudFront and API Gateway share.
    #[arg(long, value_name = "FILE")]
    pub(crate) ip_ranges: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Rules")]
pub(crate) struct Selection {
    /// Add the rules below this folder; may be given more than once.
    #[arg(long = "rules", value_name = "DIR")]
    pub(crate) folders: Vec<PathBuf>,
    /// Apply only this rule; may be given more than once.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// Leave this rule out; may be given more than once.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) skip: Vec<String>,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Output")]
pub(crate) struct Output {
    /// A report to write: `table`, `json` or `sarif`, to stdout or, with `=FILE`, to a file; may be given more than once.
    #[arg(long, value_name = "FORMAT[=FILE]")]
    pub(crate) format: Vec<Target>,
    /// List every verdict in JSON reports, also what passed.
    #[arg(long)]
    pub(crate) all_verdicts: bool,
    /// The file that SARIF results point to: the line that names the account or region, or its first line.
    #[arg(long, value_name = "FILE", default_value = "apiaudit.toml")]
    pub(crate) anchor: PathBuf,
    /// What sets this SARIF upload apart from others of the same repository.
    #[arg(long, value_name = "NAME")]
    pub(crate) category: Option<String>,
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

#[derive(Debug, ClapArgs)]
pub(crate) struct Demo {
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Rules {
    #[command(subcommand)]
    pub(crate) command: RulesCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// List the rules.
    List {
        #[command(flatten)]
        selection: Selection,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Check the rules below a folder: every mistake is shown with its place.
    Check {
        /// The folder.
        dir: PathBuf,
    },
    /// Run the cases of the rules below a folder.
    Test {
        /// The folder with the rules.
        dir: PathBuf,
        /// The folder with the cases: `CASES/<rule-id>/{fail,pass,unknown,not-applicable}-*.json`. Without it, `cases` in DIR.
        #[arg(long, value_name = "CASES")]
        cases: Option<PathBuf>,
    },
    /// Print what rules can ask: subjects, facts and functions, as Markdown.
    Facts,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Explain {
    /// The rule's id.
    pub(crate) rule: String,
    /// Look for it below this folder, too.
    #[arg(long = "rules", value_name = "DIR")]
    pub(crate) folders: Vec<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Policy {
    /// Allow everything that `scan --save-inventory` reads, also what no rule asks for.
    #[arg(long)]
    pub(crate) save_inventory: bool,
    /// The partition of the ARNs: `aws`, `aws-us-gov` or `aws-cn`.
    #[arg(long, default_value = "aws", value_name = "PARTITION")]
    pub(crate) partition: String,
    #[command(flatten)]
    pub(crate) selection: Selection,
}
