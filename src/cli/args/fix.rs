//! What `apiaudit fix` takes.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::Aws;
use crate::migrate::planner;

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
