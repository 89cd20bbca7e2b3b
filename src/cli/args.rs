//! What a user can type.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand};

mod baseline;
mod code;
mod diff;
mod explain;
mod fix;
mod init;
mod output;
mod rules;
mod selection;

pub(crate) use baseline::Baseline;
pub(crate) use code::{Code, Lines};
pub(crate) use diff::Diff;
pub(crate) use explain::{Explain, Form};
pub(crate) use fix::{Fix, PlanForm};
pub(crate) use init::Init;
pub(crate) use output::{FailOn, Output};
pub(crate) use rules::{New, Rules, RulesCommand, TestForm};
pub(crate) use selection::{Configuration, Hygiene, Selection, Subjects};

use super::output::Target;
use crate::config::Account;
use crate::report::paths;
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
3 could not audit · 4 incomplete coverage under --strict · 5 apply failed and was rolled back · \
6 apply failed and rollback is incomplete · 130 interrupted";

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Command {
    /// Audit an AWS account, or an inventory that was saved before.
    Scan(Box<Scan>),
    /// Draw every way in to your containers, through an API and around it.
    Paths(Box<Paths>),
    /// List what can be fixed, plan a migration to a private path, apply it, take it back.
    Fix(Box<Fix>),
    /// Say what changed between two inventories or reports, and which change of a resource caused it.
    Diff(Box<Diff>),
    /// Audit the example account that comes with apiaudit: no AWS account needed.
    Demo(Demo),
    /// List rules, or write, check and test rules of your own.
    Rules(Rules),
    /// Print what a rule finds and how to close it, or everything that a finding rests on.
    Explain(Box<Explain>),
    /// Write a commented apiaudit.toml.
    Init(Init),
    /// Print the least-privilege IAM policy for a scan.
    Policy(Policy),
    /// Check whether GitHub code scanning would take SARIF files, of any tool.
    SarifCheck(SarifCheck),
}

#[derive(Debug, Clone, ClapArgs)]
pub(crate) struct Scan {
    #[command(flatten)]
    pub(crate) aws: Aws,
    #[command(flatten)]
    pub(crate) inventory: Inventory,
    #[command(flatten)]
    pub(crate) code: Code,
    #[command(flatten)]
    pub(crate) lines: Lines,
    #[command(flatten)]
    pub(crate) selection: Selection,
    #[command(flatten)]
    pub(crate) subjects: Subjects,
    #[command(flatten)]
    pub(crate) baseline: Baseline,
    #[command(flatten)]
    pub(crate) output: Output,
    /// Exit with 1 when there is a finding of this severity or a worse one; `low` where nothing says otherwise.
    #[arg(long, value_enum, value_name = "SEVERITY", help_heading = "Verdict")]
    pub(crate) fail_on: Option<FailOn>,
    /// Exit with 4 when not everything could be read; `--strict=false` where apiaudit.toml is strict.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", help_heading = "Verdict")]
    pub(crate) strict: Option<bool>,
}

#[derive(Debug, Clone, ClapArgs)]
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
    /// What a configuration says of it.
    #[arg(skip)]
    pub(crate) configured: Configured,
}

/// What a configuration says of whom to ask.
#[derive(Debug, Clone, Default)]
pub(crate) struct Configured {
    /// The regions, where no flag names any.
    pub(crate) regions: Vec<String>,
    /// Whether that is all of them.
    pub(crate) all_regions: bool,
    /// The accounts that may be asked; all when there is none.
    pub(crate) accounts: Vec<Account>,
}

impl Aws {
    /// The regions to read; none means the one AWS is configured for.
    pub(crate) fn regions(&self) -> &[String] {
        if self.region.is_empty() && !self.all_regions { &self.configured.regions } else { &self.region }
    }

    /// Whether every region is to be read.
    pub(crate) fn every_region(&self) -> bool {
        self.all_regions || self.region.is_empty() && self.configured.all_regions
    }
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

#[derive(Debug, Clone, ClapArgs)]
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

#[derive(Debug, Clone, ClapArgs)]
pub(crate) struct Paths {
    #[command(flatten)]
    pub(crate) aws: Aws,
    #[command(flatten)]
    pub(crate) inventory: Inventory,
    #[command(flatten)]
    pub(crate) code: Code,
    #[command(flatten)]
    pub(crate) lines: Lines,
    #[command(flatten)]
    pub(crate) ways: Ways,
    #[command(flatten)]
    pub(crate) configuration: Configuration,
    /// A drawing to write: `tree`, `mermaid`, `dot` or `json`, to stdout or, with `=FILE`, to a file; may be given more than once.
    #[arg(long, value_name = "FORMAT[=FILE]", help_heading = "Output")]
    pub(crate) format: Vec<Target<paths::Format>>,
    /// Draw all ways, also where many lead to one target.
    #[arg(long, help_heading = "Output")]
    pub(crate) all: bool,
}

#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "Ways")]
pub(crate) struct Ways {
    /// Only the ways through this API, and those around it to what it leads to; may be given more than once.
    #[arg(long, value_name = "NAME|ID")]
    pub(crate) api: Vec<String>,
    /// Only the ways to this ECS service; may be given more than once.
    #[arg(long, value_name = "NAME|ARN")]
    pub(crate) service: Vec<String>,
    /// Only the ways that lead to or pass this service, target group, load balancer, instance or address.
    #[arg(long, value_name = "NAME|ID|ARN")]
    pub(crate) to: Vec<String>,
    /// Only the ways around: those that lack a control which an API's way to the same target has.
    #[arg(long)]
    pub(crate) around_only: bool,
}

#[derive(Debug, Clone, ClapArgs)]
pub(crate) struct Demo {
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Clone, ClapArgs)]
pub(crate) struct Policy {
    /// Allow everything that `scan --save-inventory` reads, also what no rule asks for.
    #[arg(long)]
    pub(crate) save_inventory: bool,
    /// Allow also what `scan --iac` reads to trace resources to code.
    #[arg(long)]
    pub(crate) iac: bool,
    /// Allow what this saved plan does, and nothing else.
    #[arg(long, value_name = "PLAN", conflicts_with_all = ["save_inventory", "iac"])]
    pub(crate) migrate: Option<PathBuf>,
    /// The partition of the ARNs: `aws`, `aws-us-gov` or `aws-cn`.
    #[arg(long, default_value = "aws", value_name = "PARTITION")]
    pub(crate) partition: String,
    #[command(flatten)]
    pub(crate) selection: Selection,
}

#[derive(Debug, Clone, ClapArgs)]
#[command(after_help = SARIF_CHECK_HELP)]
pub(crate) struct SarifCheck {
    /// SARIF files, plain or compressed with gzip; `-` is stdin.
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// Exit with 1 for warnings, too: what GitHub takes but does not show as it is meant.
    #[arg(long)]
    pub(crate) strict: bool,
}

const SARIF_CHECK_HELP: &str =
    "Exit codes: 0 GitHub would take every file · 1 it would not take one · 2 wrong usage · 3 a file could not be read";
