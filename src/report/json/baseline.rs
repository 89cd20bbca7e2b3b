//! The comparison with a baseline, as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use super::document::Severity;
use crate::assessment::{self, Assessment, Outcome, Said};

/// What the run was held against, and what came of it.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Baseline<'a> {
    /// The file.
    name: &'a str,
    /// When the earlier inventory was taken, as RFC 3339.
    taken_at: &'a str,
    /// How many findings stand how.
    summary: Sum,
    /// What failed before and provably does not any more.
    fixed: Vec<Past<'a>>,
    /// What failed before and fails now with other evidence: the finding of now is a new one.
    replaced: Vec<Past<'a>>,
    /// What failed before and of which nothing can be told any more: neither fixed nor unchanged.
    cannot_tell: Vec<Past<'a>>,
    /// What to know about the comparison.
    notes: &'a [String],
}

#[derive(Debug, Serialize, JsonSchema)]
struct Sum {
    new: usize,
    unchanged: usize,
    fixed: usize,
    replaced: usize,
    cannot_tell: usize,
}

/// A finding of before.
#[derive(Debug, Serialize, JsonSchema)]
struct Past<'a> {
    rule: &'a str,
    severity: Severity,
    kind: &'a str,
    /// The subject's ARN, or what stands for one.
    subject: &'a str,
    name: &'a str,
    region: &'a str,
    /// What was said of it then.
    message: &'a str,
    fingerprint: &'a str,
    /// Why it counts as that: `passes`, `not-applicable`, `gone` or `not-listed` where it is fixed; `unknown`, `rule-not-applied`,
    /// `region-not-read`, `out-of-scope`, `not-listed` or `account-unknown` where nothing can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<&'a str>,
}

/// How a finding stands to the baseline.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Standing<'a> {
    /// `new` or `unchanged`.
    standing: &'a str,
    /// In which way it is new: `appeared`, `other-evidence`, `was-unknown`, `was-suppressed`, `new-rule`, `new-region` or `new-scope`.
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<&'a str>,
}

impl<'a> Baseline<'a> {
    pub(super) fn of(assessment: &'a Assessment) -> Option<Self> {
        let (baseline, sum) = (assessment.baseline.as_deref()?, assessment.against()?);
        Some(Self {
            name: &baseline.name,
            taken_at: &baseline.taken_at,
            summary: Sum { new: sum.new, unchanged: sum.unchanged, fixed: sum.fixed, replaced: sum.replaced, cannot_tell: sum.untold },
            fixed: baseline.fixed.iter().map(|(said, how)| past(said, Some(how.as_str()))).collect(),
            replaced: baseline.replaced.iter().map(|said| past(said, None)).collect(),
            cannot_tell: baseline.untold.iter().map(|(said, why)| past(said, Some(why.as_str()))).collect(),
            notes: &baseline.notes,
        })
    }
}

impl Standing<'_> {
    pub(super) fn of(assessment: &Assessment, outcome: &Outcome) -> Option<Self> {
        let standing = assessment.standing(outcome)?;
        let because = match standing {
            assessment::Standing::New(novelty) => Some(novelty.as_str()),
            assessment::Standing::Unchanged => None,
        };
        Some(Self { standing: standing.as_str(), because })
    }
}

fn past<'a>(said: &'a Said, because: Option<&'a str>) -> Past<'a> {
    Past {
        rule: &said.rule,
        severity: said.severity.into(),
        kind: &said.kind,
        subject: &said.id,
        name: &said.name,
        region: &said.region,
        message: &said.message,
        fingerprint: &said.fingerprint,
        because,
    }
}
