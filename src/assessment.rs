//! What a scan concluded: one verdict for each rule and subject, with its proof. Every report is printed from this.

mod glob;
mod narrow;
mod record;
mod scope;
mod source;
mod standing;
mod suppress;
#[cfg(test)]
mod tests;
mod ways_in;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::inventory::{Account, Cause, Code, Gap, SkippedRegion};

pub use glob::Glob;
pub use narrow::Narrowed;
pub use record::{Key, Record, Said, Told};
pub use scope::Scope;
pub use source::{Confidence, Located, Origin, Place, Quiet, Sources, Via};
pub use standing::{Baseline, Fixed, Novelty, Standing, Sum, Untold};
pub use suppress::{AppliedSuppression, SuppressionRule, SuppressionRun, SuppressionState, Tag};
pub use ways_in::{Course, Lack, MayLack, TargetWays, Undrawn, Unread, WayIn, WaysIn};

/// The conclusion of a scan.
#[derive(Debug, Clone)]
pub struct Assessment {
    /// The version of apiaudit that judged.
    pub tool_version: String,
    /// When the inventory was taken, as RFC 3339.
    pub taken_at: String,
    /// Whose account it is; none when even that could not be read.
    pub account: Option<Account>,
    /// The regions that were read.
    pub regions: Vec<String>,
    /// The regions that were not, and why.
    pub skipped_regions: Vec<SkippedRegion>,
    /// The rules that were applied, sorted by id.
    pub rules: Vec<Arc<RuleInfo>>,
    /// Every verdict, sorted by rule and subject. Fails and unknowns carry their proof.
    pub outcomes: Vec<Outcome>,
    /// Every question that brought no answer, sorted, each once.
    pub gaps: Vec<Gap>,
    /// What was looked at.
    pub coverage: Coverage,
    /// The code behind the resources, where it was asked for.
    pub sources: Sources,
    /// The code that was judged instead of an account.
    pub code: Option<Code>,
    /// The suppressions of a file, and what became of them.
    pub suppressions: Vec<AppliedSuppression>,
    /// Whose hygiene was judged.
    pub scope: Scope,
    /// What it was narrowed to; none where every subject is in it.
    pub narrowed: Option<Narrowed>,
    /// What it was held against, where that was asked for.
    pub baseline: Option<Box<Baseline>>,
}

/// How much was looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// APIs of all protocols.
    pub apis: usize,
    /// Stages.
    pub stages: usize,
    /// Routes, counted once for each stage and canary that serves them.
    pub routes: usize,
    /// Of these, the routes read from the working copy because what is deployed could not be read.
    pub draft_routes: usize,
    /// Load balancers.
    pub load_balancers: usize,
    /// Target groups.
    pub target_groups: usize,
    /// ECS services.
    pub services: usize,
    /// Running tasks.
    pub tasks: usize,
}

/// What a report tells about a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleInfo {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How bad a finding is.
    pub severity: Severity,
    /// How often a finding is right: `very-high`, `high`, `medium` or `low`.
    pub precision: String,
    /// The folder it stands in.
    pub family: String,
    /// What it finds, as Markdown.
    pub what: String,
    /// Why that matters, as Markdown.
    pub why: String,
    /// How to close it, as Markdown: the general remedy; a finding carries its own.
    pub fix: String,
    /// Where to read on.
    pub references: Vec<String>,
    /// The ids other catalogues know it by, such as `("cwe", "CWE-306")`.
    pub mappings: Vec<(String, String)>,
    /// The parts of the subject's code whose change closes a finding, best first, as inventories name them.
    pub parts: Vec<String>,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Hardening.
    Low,
    /// To be planned.
    Medium,
    /// To be done soon.
    High,
    /// To be done now.
    Critical,
}

impl Severity {
    /// All of them, worst first.
    pub const ALL: [Self; 5] = [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Info];

    /// The severity of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.as_str() == name)
    }

    /// Its name in rule files, flags and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

/// What a rule says of a subject.
///
/// Replacing a known fact by an unknown one may turn any verdict into Unknown, and never one into another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The bad pattern is there.
    Fail,
    /// It is not.
    Pass,
    /// It cannot be told without these answers.
    Unknown(Vec<Gap>),
    /// The rule does not speak of such a subject.
    NotApplicable,
}

impl Verdict {
    /// Its name in reports.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Pass => "pass",
            Self::Unknown(_) => "unknown",
            Self::NotApplicable => "not-applicable",
        }
    }
}

/// A verdict of one rule on one subject.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The rule.
    pub rule: Arc<RuleInfo>,
    /// What was judged.
    pub subject: Arc<Subject>,
    /// What was concluded.
    pub verdict: Verdict,
    /// The proof; for fails and unknowns only.
    pub proof: Option<Box<Proof>>,
    /// Who said that the finding is no cause for action; for fails only.
    pub suppressed: Option<Suppression>,
}

impl Outcome {
    /// The id of the first hop of a kind on the ways of the proof; the API of a stage or route is in the subject's own id.
    fn hop(&self, kind: &str) -> Option<&str> {
        if kind == "api" {
            return self.subject.id.split_once("/stages/").map(|(api, _)| api);
        }
        let steps = self.proof.iter().flat_map(|proof| &proof.paths).flat_map(|path| &path.steps);
        steps.filter(|step| step.kind == kind && !step.id.is_empty()).map(|step| step.id.as_str()).next()
    }
}

/// A finding that somebody put up with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// Their reason.
    pub reason: String,
    /// Where they said so.
    pub place: Place,
    /// The last day on which that holds; none for a comment in code, which holds as long as it stands there.
    pub expires: Option<Date>,
}

/// What was judged.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// Its kind, such as `load-balancer` or `route`.
    pub kind: String,
    /// Its ARN, or what stands for one where AWS gives none (`arn…:/restapis/a1/stages/prod#GET /orders`). Never changes between runs.
    pub id: String,
    /// What people call it, such as `GET /orders of orders-api (stage prod)`.
    pub name: String,
    /// Its region.
    pub region: String,
    /// Whether it was read from a working copy because what is deployed could not be: a pass is a pass of the draft only.
    pub draft: bool,
}

/// Why a verdict is what it is, and what to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proof {
    /// One sentence that names the resource and what is wrong; for an unknown, what could not be read and which permission it takes.
    pub message: String,
    /// The facts the verdict rests on.
    pub evidence: Vec<Evidence>,
    /// The ways through resources that show it, shortest first.
    pub paths: Vec<Path>,
    /// How to close it, with the finding's own ids filled in.
    pub remediation: Remediation,
    /// Made of rule, account, region, subject and key evidence: the same in every run.
    pub fingerprint: String,
}

/// A fact a verdict rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// What it is, such as `load_balancer.scheme`.
    pub label: String,
    /// Its value, in words.
    pub value: String,
}

/// A way through resources.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Path {
    /// Its hops, from the entry on.
    pub steps: Vec<PathStep>,
}

/// A hop of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathStep {
    /// The kind of the resource, such as `listener`; `internet` for where it starts.
    pub kind: String,
    /// Its ARN or id; empty for what is no resource.
    pub id: String,
    /// The hop in words, such as `listener HTTP:80`.
    pub text: String,
}

/// How to close a finding.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remediation {
    /// What to do, step by step. Shared by all findings of a rule.
    pub steps: Arc<Vec<String>>,
    /// AWS CLI commands, ready to paste.
    pub cli: Option<String>,
    /// Terraform.
    pub terraform: Option<Arc<str>>,
    /// CloudFormation.
    pub cloudformation: Option<Arc<str>>,
}

/// How many verdicts of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Fails, without those that somebody put up with.
    pub fail: usize,
    /// Fails that somebody put up with.
    pub suppressed: usize,
    /// Passes.
    pub pass: usize,
    /// Passes that speak of a draft only.
    pub pass_of_draft: usize,
    /// Unknowns.
    pub unknown: usize,
    /// Not applicable.
    pub not_applicable: usize,
}

impl Assessment {
    /// Counts the verdicts.
    pub fn tally(&self) -> Tally {
        self.outcomes.iter().fold(Tally::default(), Tally::and)
    }

    /// The outcomes that say something is wrong, without those that somebody put up with.
    pub fn fails(&self) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(|outcome| outcome.verdict == Verdict::Fail && outcome.suppressed.is_none())
    }

    /// The outcomes that say something is wrong and that somebody put up with.
    pub fn suppressed(&self) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(|outcome| outcome.verdict == Verdict::Fail && outcome.suppressed.is_some())
    }

    /// The same conclusion with the code behind it: findings that a comment there keeps quiet are marked.
    #[must_use]
    pub fn with_sources(mut self, sources: Sources) -> Self {
        for outcome in self.outcomes.iter_mut().filter(|outcome| outcome.verdict == Verdict::Fail) {
            let quiet = sources.locate(&outcome.subject.id).and_then(|found| {
                let quiet = found.origin.quiet.iter().find(|quiet| quiet.rule == outcome.rule.id)?;
                Some(Suppression { reason: quiet.reason.clone(), place: quiet.place.clone(), expires: None })
            });
            outcome.suppressed = quiet;
        }
        self.sources = sources;
        self
    }

    /// Where a finding stands in code: the narrowest part whose change closes it.
    ///
    /// A part of another resource (`load-balancer/scheme`) is looked for at the first hop of that kind on the ways of the proof.
    pub fn located(&self, outcome: &Outcome) -> Option<Located<'_>> {
        if self.sources.is_empty() {
            return None;
        }
        let narrow = outcome.rule.parts.iter().find_map(|part| {
            let (id, part) = match part.split_once('/') {
                Some((kind, part)) => (outcome.hop(kind)?, part),
                None => (outcome.subject.id.as_str(), part.as_str()),
            };
            self.sources.part(id, part)
        });
        narrow.or_else(|| self.sources.locate(&outcome.subject.id))
    }

    /// The outcomes that could not be told.
    pub fn unknowns(&self) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(|outcome| matches!(outcome.verdict, Verdict::Unknown(_)))
    }

    /// The worst severity among the fails.
    pub fn worst(&self) -> Option<Severity> {
        self.fails().map(|outcome| outcome.rule.severity).max()
    }

    /// Whether every question was answered.
    pub fn is_complete(&self) -> bool {
        self.gaps.is_empty() && self.unknowns().next().is_none()
    }

    /// Whether everything was read that can be: what only deployment tells is no fault of the run.
    pub fn is_read(&self) -> bool {
        let only_undeployed = |gaps: &[Gap]| !gaps.is_empty() && gaps.iter().all(|gap| gap.cause == Cause::Undeployed);
        let told = |outcome: &Outcome| matches!(&outcome.verdict, Verdict::Unknown(gaps) if only_undeployed(gaps));
        self.gaps.iter().all(|gap| gap.cause == Cause::Undeployed) && self.unknowns().all(told)
    }

    /// The permissions that would have answered what was refused.
    pub fn missing_permissions(&self) -> BTreeSet<&str> {
        let denied = self.gaps.iter().filter(|gap| gap.cause == Cause::Denied);
        denied.map(|gap| gap.action.as_str()).collect()
    }
}

impl Tally {
    fn and(mut self, outcome: &Outcome) -> Self {
        match outcome.verdict {
            Verdict::Fail if outcome.suppressed.is_some() => self.suppressed += 1,
            Verdict::Fail => self.fail += 1,
            Verdict::Pass if outcome.subject.draft => self.pass_of_draft += 1,
            Verdict::Pass => self.pass += 1,
            Verdict::Unknown(_) => self.unknown += 1,
            Verdict::NotApplicable => self.not_applicable += 1,
        }
        self
    }
}
