//! A rule, checked and ready to run.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::assessment::Severity;
use crate::rules::expr::Program;
use crate::rules::template::Template;

/// How often a failure is a real one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// A hint.
    Low,
    /// More often than not.
    Medium,
    /// Nearly always.
    High,
    /// The facts prove it.
    VeryHigh,
}

/// The names of the severities, the worst first.
pub(crate) const SEVERITIES: [&str; 5] = ["critical", "high", "medium", "low", "info"];
/// The names of the precisions, the best first.
pub(crate) const PRECISIONS: [&str; 4] = ["very-high", "high", "medium", "low"];

impl Precision {
    /// The precision of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "very-high" => Self::VeryHigh,
            "high" => Self::High,
            "medium" => Self::Medium,
            "low" => Self::Low,
            _ => return None,
        })
    }

    /// Its name in rule files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::VeryHigh => "very-high",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// One rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its name for ever, such as `public-alb-behind-api`.
    pub id: String,
    /// What is wrong when it fails, as a headline.
    pub title: String,
    /// How bad a failure is.
    pub severity: Severity,
    /// Why it is as bad as that.
    pub severity_reason: String,
    /// How often a failure is a real one.
    pub precision: Precision,
    /// The folder the rule lives in.
    pub family: String,
    /// The kind of subject it judges, such as `load-balancer`.
    pub subject: &'static str,
    /// Names it had before.
    pub aliases: Vec<String>,
    /// The version of apiaudit that had it first.
    pub since: String,
    /// Which subjects it is about; all when there is none.
    pub applies: Option<Program>,
    /// What is wrong: a subject for which it holds fails.
    pub condition: Program,
    /// What to say about a subject that fails.
    pub message: Template,
    /// What to show as proof.
    pub evidence: Vec<Evidence>,
    /// The parts of the subject's code whose change closes a finding, best first, as inventories name them.
    pub parts: Vec<String>,
    /// The numbers that its expressions ask.
    pub thresholds: Vec<Threshold>,
    /// What a person should know.
    pub docs: Docs,
    /// What a person should do.
    pub remediation: Remediation,
    /// Other catalogues and what they call it, such as `security-hub` and `ELB.4`; none are empty.
    pub mappings: BTreeMap<&'static str, Vec<String>>,
    /// The file it came from.
    pub file: String,
}

/// A number that a rule's expressions ask, and that users can set otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Threshold {
    /// Its name.
    pub name: String,
    /// What it is in this run.
    pub value: i64,
    /// What the rule file says.
    pub default: i64,
}

/// Something to show as proof.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// What it is called; the expression itself when the rule gives no other name.
    pub label: String,
    /// What to show.
    pub value: Program,
    /// Whether it tells two findings about one subject apart: then it is part of the fingerprint.
    pub key: bool,
}

/// The documentation of a rule, under fixed headings. Markdown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Docs {
    /// What the rule finds.
    pub what: String,
    /// Why that is bad.
    pub why: String,
    /// What an attacker does with it.
    pub attack: String,
    /// When it is fine.
    pub fine: String,
    /// Where to read on.
    pub references: Vec<String>,
}

/// How to close it.
#[derive(Debug, Clone)]
pub struct Remediation {
    /// What to do, in order.
    pub steps: Vec<String>,
    /// Where to do it in the AWS console. Markdown.
    pub console: Option<String>,
    /// Commands, with the subject's own names.
    pub cli: Option<Template>,
    /// An example.
    pub terraform: Option<String>,
    /// An example.
    pub cloudformation: Option<String>,
}

impl Rule {
    /// Every expression of the rule.
    fn programs(&self) -> impl Iterator<Item = &Program> {
        let evidence = self.evidence.iter().map(|evidence| &evidence.value);
        let cli = self.remediation.cli.iter().flat_map(Template::programs);
        std::iter::once(&self.condition).chain(&self.applies).chain(self.message.programs()).chain(evidence).chain(cli)
    }

    /// Whether the name is the rule's, or was.
    pub fn is_called(&self, name: &str) -> bool {
        self.id == name || self.aliases.iter().any(|alias| alias == name)
    }
}

/// The IAM actions behind every field that the rule's expressions can read.
pub fn actions_read(rule: &Rule) -> BTreeSet<&'static str> {
    let actions = rule.programs().flat_map(Program::actions);
    actions.copied().collect()
}
