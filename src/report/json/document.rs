//! The shape of the JSON report. Its own types, so that the core may change without the report.

use schemars::JsonSchema;
use serde::Serialize;

use super::baseline::{Baseline, Standing};
use crate::inventory;

/// A report.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report<'a> {
    /// Always `apiaudit-report`.
    pub(super) format: &'static str,
    /// The version of this shape.
    pub(super) version: u32,
    /// The version of apiaudit that judged.
    pub(super) tool_version: &'a str,
    /// When the inventory was taken, as RFC 3339.
    pub(super) taken_at: &'a str,
    /// Whose account it is; null when that could not be read.
    pub(super) account: Option<Account<'a>>,
    /// The regions that were read.
    pub(super) regions: &'a [String],
    /// The regions that were not, and why.
    pub(super) skipped_regions: Vec<SkippedRegion<'a>>,
    /// Whether every question was answered. Without that, no finding does not mean nothing wrong.
    pub(super) complete: bool,
    /// The severity of the worst finding; null without findings.
    pub(super) worst: Option<Severity>,
    /// The code that was judged instead of an account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<&'a inventory::Code>,
    /// How many verdicts there are.
    pub(super) summary: Tally,
    /// What the run was held against (`--baseline`), and what came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) baseline: Option<Baseline<'a>>,
    /// What was looked at.
    pub(super) coverage: Coverage,
    /// Whose hygiene was judged of security groups, network ACLs, subnets and VPCs: `api-paths`, what is used on the path of an API, or
    /// `account`, all there is.
    pub(super) scope: &'a str,
    /// What was judged of it, where that is not everything: no finding then says nothing about the rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) narrowed: Option<Narrowed<'a>>,
    /// The rules that were applied.
    pub(super) rules: Vec<Rule<'a>>,
    /// What is wrong.
    pub(super) findings: Vec<Finding<'a>>,
    /// What is wrong and somebody put up with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) suppressed: Vec<Finding<'a>>,
    /// The suppressions of the configuration.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) suppressions: Vec<Suppression<'a>>,
    /// What could not be told.
    pub(super) unknowns: Vec<Unknown<'a>>,
    /// Every verdict; only when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) verdicts: Option<Vec<Judged<'a>>>,
    /// Every question that brought no answer.
    pub(super) gaps: Vec<Gap<'a>>,
    /// The permissions that would have answered what was refused.
    pub(super) missing_permissions: Vec<&'a str>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::report) struct Account<'a> {
    /// The account's twelve digits.
    pub(super) id: &'a str,
    /// `aws`, `aws-us-gov`, `aws-cn` and so on.
    pub(super) partition: &'a str,
    /// Who asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) caller_arn: Option<&'a str>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::report) struct SkippedRegion<'a> {
    pub(super) name: &'a str,
    pub(super) reason: &'a str,
}

#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Severity {
    Info,
    Low,
    Medium,
    High,
    Critical,
}

#[derive(Debug, Clone, Copy, Default, Serialize, JsonSchema)]
pub(super) struct Tally {
    /// Fails, without those that somebody put up with.
    pub(super) fail: usize,
    /// Fails that somebody put up with.
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) suppressed: usize,
    /// Passes, without those of a draft.
    pub(super) pass: usize,
    /// Passes that speak of a working copy only, because what is deployed could not be read.
    pub(super) pass_of_draft: usize,
    pub(super) unknown: usize,
    pub(super) not_applicable: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Coverage {
    pub(super) apis: usize,
    pub(super) stages: usize,
    pub(super) routes: usize,
    /// Of these, the routes read from the working copy because what is deployed could not be read.
    pub(super) draft_routes: usize,
    pub(super) load_balancers: usize,
    pub(super) target_groups: usize,
    pub(super) services: usize,
    pub(super) tasks: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Rule<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    pub(super) severity: Severity,
    /// How often a finding is right: `very-high`, `high`, `medium` or `low`.
    pub(super) precision: &'a str,
    pub(super) family: &'a str,
    /// What it finds, as Markdown.
    pub(super) what: &'a str,
    /// Why that matters, as Markdown.
    pub(super) why: &'a str,
    /// How to close it, as Markdown.
    pub(super) fix: &'a str,
    pub(super) references: &'a [String],
    /// The ids other catalogues know it by.
    pub(super) mappings: Vec<Mapping<'a>>,
    /// How many verdicts it gave.
    pub(super) verdicts: Tally,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Mapping<'a> {
    /// The catalogue, such as `cwe`.
    pub(super) catalogue: &'a str,
    pub(super) id: &'a str,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Subject<'a> {
    pub(super) kind: &'a str,
    /// Its ARN, or what stands for one.
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    pub(super) region: &'a str,
    /// Whether it was read from a working copy because what is deployed could not be.
    pub(super) draft: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Finding<'a> {
    pub(super) rule: &'a str,
    pub(super) severity: Severity,
    pub(super) subject: Subject<'a>,
    pub(super) message: &'a str,
    pub(super) evidence: Vec<Evidence<'a>>,
    /// The ways through resources that show it, shortest first.
    pub(super) paths: Vec<Vec<Hop<'a>>>,
    pub(super) remediation: Remediation<'a>,
    /// The same in every run.
    pub(super) fingerprint: &'a str,
    /// The code whose change closes it, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source: Option<Source<'a>>,
    /// How it stands to the baseline.
    #[serde(flatten)]
    pub(super) standing: Option<Standing<'a>>,
    /// Who put up with it, why, and until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) suppressed: Option<Suppressed<'a>>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Source<'a> {
    /// What the code calls the resource.
    pub(super) address: &'a str,
    /// How it was found: `terraform-state`, `stack-resources` and so on.
    pub(super) via: &'a str,
    /// How sure that is: `exact` or `strong`.
    pub(super) confidence: &'a str,
    #[serde(flatten)]
    pub(super) place: Place<'a>,
    /// The module calls that led there, outermost first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) calls: Vec<Place<'a>>,
}

/// A place in a file. Lines and columns count from 1, columns in UTF-16 units; the end is exclusive.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Place<'a> {
    pub(super) file: &'a str,
    pub(super) start_line: u32,
    pub(super) start_column: u32,
    pub(super) end_line: u32,
    pub(super) end_column: u32,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Suppressed<'a> {
    pub(super) reason: &'a str,
    /// The last day on which that holds; left out for a comment in code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) expires: Option<String>,
    #[serde(flatten)]
    pub(super) place: Place<'a>,
}

/// A suppression of the configuration, and what became of it.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Suppression<'a> {
    /// `used`; `expired`: it keeps nothing quiet any more; `unused`: it fits nothing; `unread`: the tags that decide could not be
    /// read; `not-met`: it fits nothing, and this run could not tell whether it would.
    pub(super) state: &'a str,
    /// How many findings it fits.
    pub(super) findings: usize,
    pub(super) reason: &'a str,
    /// The last day on which it is valid.
    pub(super) expires: String,
    #[serde(flatten)]
    pub(super) place: Place<'a>,
}

/// What the report was narrowed to.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Narrowed<'a> {
    /// What was asked for, as it was typed.
    pub(super) by: &'a [String],
    /// How many verdicts on anything else were left out.
    pub(super) left_out: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out a reference")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Unknown<'a> {
    pub(super) rule: &'a str,
    pub(super) severity: Severity,
    pub(super) subject: Subject<'a>,
    pub(super) message: &'a str,
    /// The questions it hangs on.
    pub(super) gaps: Vec<Gap<'a>>,
    pub(super) evidence: Vec<Evidence<'a>>,
    pub(super) paths: Vec<Vec<Hop<'a>>>,
    pub(super) fingerprint: &'a str,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Judged<'a> {
    pub(super) rule: &'a str,
    /// The id of the subject.
    pub(super) subject: &'a str,
    /// Its kind.
    pub(super) kind: &'a str,
    /// Its name.
    pub(super) name: &'a str,
    /// Its region.
    pub(super) region: &'a str,
    /// Whether it was read from a working copy.
    pub(super) draft: bool,
    pub(super) verdict: Judgement,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Judgement {
    Fail,
    Pass,
    Unknown,
    NotApplicable,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Evidence<'a> {
    pub(super) label: &'a str,
    pub(super) value: &'a str,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::report) struct Hop<'a> {
    /// The kind of the resource; `internet` for where it starts.
    pub(super) kind: &'a str,
    /// Its ARN or id; empty for what is no resource.
    pub(super) id: &'a str,
    pub(super) text: &'a str,
}

#[derive(Debug, Default, Serialize, JsonSchema)]
pub(super) struct Remediation<'a> {
    pub(super) steps: &'a [String],
    /// AWS CLI commands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cli: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) terraform: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cloudformation: Option<&'a str>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::report) struct Gap<'a> {
    /// The IAM action; empty when no call is to blame.
    pub(super) action: &'a str,
    /// The AWS operation, where the action does not name it; else empty.
    pub(super) operation: &'a str,
    pub(super) region: &'a str,
    /// The resource asked about; null when the call lists a whole kind.
    pub(super) resource: Option<&'a str>,
    pub(super) cause: Cause,
    pub(super) detail: Option<&'a str>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Cause {
    Denied,
    Throttled,
    Failed,
    NotSupported,
    NotAsked,
    Undeployed,
}
