//! What a user can type.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

mod code;

pub(crate) use code::{Code, Lines};

use super::output::Target;
use crate::assessment::Severity;
use crate::migrate::planner;
use crate::report::{Format, Profile, paths};
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
    /// Audit the example account that comes with apiaudit: no AWS account needed.
    Demo(Demo),
    /// List rules, or check and test rules of your own.
    Rules(Rules),
    /// Print what a rule finds, why it matters and how to close it.
    Explain(Explain),
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
    pub(crate) output: Output,
    /// Exit with 1 when there is a finding of this severity or a worse one.
    #[arg(long, value_enum, default_value_t = FailOn::Low, value_name = "SEVERITY", help_heading = "Verdict")]
    pub(crate) fail_on: FailOn,
    /// Exit with 4 when not everything could be read.
    #[arg(long, help_heading = "Verdict")]
    pub(crate) strict: bool,
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

#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "Output")]
pub(crate) struct Output {
    /// A report to write: `table`, `json` or `sarif`, to stdout or, with `=FILE`, to a file; may be given more than once.
    #[arg(long, value_name = "FORMAT[=FILE]")]
    pub(crate) format: Vec<Target<Format>>,
    /// List every verdict in JSON reports, also what passed.
    #[arg(long)]
    pub(crate) all_verdicts: bool,
    /// The file that SARIF results point to: the line that names the account or region, or its first line.
    #[arg(long, value_name = "FILE", default_value = "apiaudit.toml")]
    pub(crate) anchor: PathBuf,
    /// What sets this SARIF upload apart from others of the same repository.
    #[arg(long, value_name = "NAME")]
    pub(crate) category: Option<String>,
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
pub(crate) struct Rules {
    #[command(subcommand)]
    pub(crate) command: RulesCommand,
}

#[derive(Debug, Clone, Subcommand)]
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

#[derive(Debug, Clone, ClapArgs)]
pub(crate) struct Explain {
    /// The rule's id.
    pub(crate) rule: String,
    /// Look for it below this folder, too.
    #[arg(long = "rules", value_name = "DIR")]
    pub(crate) folders: Vec<PathBuf>,
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

#[derive(Debug, Clone, ClapArgs)]
#[command(after_help = FIX_HELP)]
pub(crate) struct Fix {
    #[command(flatten)]
    pub(crate) aws: Aws,
    /// Plan from this saved inventory instead of asking AWS. Such a plan can be saved and printed, and applied later.
    #[arg(long, value_name = "FILE", help_heading = "AWS", conflicts_with = "apply")]
    pub(crate) inventory: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) what: FixWhat,
    #[command(flatten)]
    pub(crate) migration: Migration,
    #[command(flatten)]
    pub(crate) apply: Apply,
}

const FIX_HELP: &str = "Nothing is written to AWS without --apply, --resume or --rollback. \
The procedure, its guarantees and their limits: docs/migration.md";

#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "What to fix")]
pub(crate) struct FixWhat {
    /// Plan the migration of API integrations that go to public load balancers over the internet.
    #[arg(long)]
    pub(crate) migrate: bool,
    /// Only these fixes, by kind; may be given more than once. Without --migrate.
    #[arg(long, value_name = "KIND", value_delimiter = ',', conflicts_with = "migrate")]
    pub(crate) only: Vec<String>,
    /// Only fixes of this resource, by name, id or ARN; may be given more than once.
    #[arg(long, value_name = "NAME|ID|ARN", conflicts_with = "migrate")]
    pub(crate) resource: Vec<String>,
    /// Where stages are to write access logs: a log group's or Firehose stream's ARN.
    #[arg(long, value_name = "ARN", conflicts_with = "migrate")]
    pub(crate) log_group: Option<String>,
    /// Change also what CloudFormation, CDK, SAM or Terraform manages.
    #[arg(long)]
    pub(crate) allow_iac_managed: bool,
}

#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "Migration")]
pub(crate) struct Migration {
    /// Only this API, by id or name; may be given more than once.
    #[arg(long, value_name = "NAME|ID", requires = "migrate")]
    pub(crate) api: Vec<String>,
    /// Only this stage; may be given more than once.
    #[arg(long, value_name = "NAME", requires = "migrate")]
    pub(crate) stage: Vec<String>,
    /// Only this route, such as `GET /orders`; may be given more than once.
    #[arg(long, value_name = "ROUTE", requires = "migrate")]
    pub(crate) route: Vec<String>,
    /// The private way.
    #[arg(long, value_enum, default_value_t, value_name = "WAY")]
    pub(crate) target: Way,
    /// The kind of VPC link.
    #[arg(long, value_enum, default_value_t, value_name = "KIND")]
    pub(crate) link: LinkKind,
    /// A subnet for the new load balancer and link; may be given more than once.
    #[arg(long, value_name = "ID", requires = "migrate")]
    pub(crate) subnet: Vec<String>,
    /// Move this share of the traffic of REST stages first, in percent.
    #[arg(long, value_name = "PERCENT", value_parser = percent, requires = "migrate")]
    pub(crate) canary: Option<f64>,
    /// For how long the new way must bring what the old one brought before it counts: 90s, 30m, 24h.
    #[arg(long, value_name = "TIME", value_parser = seconds, default_value = "0s")]
    pub(crate) soak: u64,
    /// Afterwards close the internet's way to the old load balancer, so that it can be opened again.
    #[arg(long, requires = "migrate")]
    pub(crate) lockdown: bool,
    /// Start a second ECS service behind the new load balancer instead of rolling the live one out anew.
    #[arg(long, requires = "migrate")]
    pub(crate) new_service: bool,
    /// Let the rollout resolve image tags anew, though they may name other code by now.
    #[arg(long, requires = "migrate")]
    pub(crate) accept_image_drift: bool,
    /// A path of the back end that GET may ask for, to prove the new way by; may be given more than once. Without it, the health check's.
    #[arg(long, value_name = "PATH", requires = "migrate")]
    pub(crate) probe_path: Vec<String>,
}

#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "Plan and apply")]
#[expect(clippy::struct_field_names, reason = "the fields are named as their options are")]
pub(crate) struct Apply {
    /// Save the plan.
    #[arg(long, value_name = "FILE")]
    pub(crate) plan_out: Option<PathBuf>,
    /// Print the plan as an AWS CLI script or as code, instead of in words.
    #[arg(long, value_enum, value_name = "FORM")]
    pub(crate) output: Option<PlanForm>,
    /// Apply the plan just made, or the one saved in FILE.
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    #[expect(clippy::option_option, reason = "absent, without a file and with one are three things")]
    pub(crate) apply: Option<Option<PathBuf>>,
    /// Do not ask.
    #[arg(long)]
    pub(crate) yes: bool,
    /// Wait this many times shorter than AWS needs: only for an endpoint on this machine, which is none of AWS's.
    #[arg(long, value_name = "TIMES", value_parser = clap::value_parser!(u32).range(1..=1000), default_value_t = 1, hide = true)]
    pub(crate) hurry: u32,
    /// Where to write the journal. Without it, `apiaudit-PLAN.journal`.
    #[arg(long, value_name = "FILE", requires = "apply")]
    pub(crate) journal: Option<PathBuf>,
    /// Go on with an apply, or a rollback, that was interrupted.
    #[arg(long, value_name = "JOURNAL", conflicts_with_all = ["apply", "rollback", "status", "migrate"])]
    pub(crate) resume: Option<PathBuf>,
    /// Take everything back that a journal tells of.
    #[arg(long, value_name = "JOURNAL", conflicts_with_all = ["apply", "status", "migrate"])]
    pub(crate) rollback: Option<PathBuf>,
    /// Print how far a journal's run is. Asks AWS nothing.
    #[arg(long, value_name = "JOURNAL", conflicts_with_all = ["apply", "migrate"])]
    pub(crate) status: Option<PathBuf>,
    /// Plan the deletion of the old load balancer of a finished migration; with --apply, write a backup of its configuration and delete it for good.
    #[arg(long, value_name = "JOURNAL", conflicts_with_all = ["resume", "rollback", "status", "migrate"])]
    pub(crate) delete_old_alb: Option<PathBuf>,
    /// Where to write that backup.
    #[arg(long, value_name = "FILE", requires = "delete_old_alb")]
    pub(crate) backup: Option<PathBuf>,
}

/// A private way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Way {
    /// `nlb` where the load balancer only passes requests on, else `nlb-alb`.
    #[default]
    Auto,
    /// An internal network load balancer before the same tasks.
    Nlb,
    /// An internal network load balancer before the same application load balancer.
    NlbAlb,
    /// A VPC link V2 straight to the same application load balancer.
    Alb,
}

impl From<Way> for planner::Target {
    fn from(way: Way) -> Self {
        match way {
            Way::Auto => Self::Auto,
            Way::Nlb => Self::Nlb,
            Way::NlbAlb => Self::NlbAlb,
            Way::Alb => Self::Alb,
        }
    }
}

/// A kind of VPC link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum LinkKind {
    /// V2 where its zones allow, else V1.
    #[default]
    Auto,
    /// Through `PrivateLink` to a network load balancer; REST APIs only.
    V1,
    /// Through interfaces in subnets.
    V2,
}

impl From<LinkKind> for planner::Link {
    fn from(kind: LinkKind) -> Self {
        match kind {
            LinkKind::Auto => Self::Auto,
            LinkKind::V1 => Self::V1,
            LinkKind::V2 => Self::V2,
        }
    }
}

/// What a plan is printed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlanForm {
    /// A bash script of AWS CLI commands.
    Script,
    /// Terraform.
    Terraform,
    /// A CloudFormation template.
    Cloudformation,
    /// The plan file itself.
    Json,
}

fn percent(text: &str) -> Result<f64, String> {
    match text.trim_end_matches('%').parse::<f64>() {
        Ok(percent) if percent > 0.0 && percent < 100.0 => Ok(percent),
        _ => Err("give a number above 0 and below 100".to_owned()),
    }
}

fn seconds(text: &str) -> Result<u64, String> {
    let (number, unit) = text.split_at(text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len()));
    let factor = match unit {
        "" | "s" => 1,
        "m" | "min" => 60,
        "h" => 3_600,
        _ => 0,
    };
    let seconds = number.parse::<u64>().ok().and_then(|number| number.checked_mul(factor)).filter(|seconds| *seconds <= 7 * 86_400);
    seconds.filter(|_| factor > 0).ok_or_else(|| "give a time of at most a week, such as 90s, 30m or 24h".to_owned())
}
