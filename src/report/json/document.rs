//! The shape of the JSON report. Its own types, so that the core may change without the report.

use schemars::JsonSchema;
use serde::Serialize;

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
    /// How many verdicts there are.
    pub(super) summary: Tally,
    /// What was looked at.
    pub(super) coverage: Coverage,
    /// The rules that were applied.
    pub(super) rules: Vec<Rule<'a>>,
    /// What is wrong.
    pub(super) findings: Vec<Finding<'a>>,
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
    pub(super) fail: usize,
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
