//! Rule and facts to verdict, and the reasons for it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::assessment::Verdict;
use crate::inventory::{Cause, Gap};
use crate::rules::expr::{Trace, Truth};
use crate::rules::rule::{Evidence, Rule};
use crate::rules::value::{Unknown, Value};

/// Why a verdict is what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// One sentence for the report. Empty for Pass and `NotApplicable`.
    pub message: String,
    /// What the rule shows as proof, in its order.
    pub evidence: Vec<EvidenceItem>,
    /// The commands of the remediation, with the subject's own names.
    pub cli: Option<String>,
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct EvidenceItem {
    /// What it is called.
    pub label: String,
    /// Its value, as text.
    pub value: String,
    /// Whether it is part of the fingerprint.
    pub key: bool,
}

/// Judges one subject, a record of the type that the rule's subject kind is registered with.
pub fn evaluate(rule: &Rule, subject: &Value) -> Verdict {
    let applies = rule.applies.as_ref().map_or(Truth::True, |applies| applies.truth(subject));
    let unsure = match applies {
        Truth::False => return Verdict::NotApplicable,
        Truth::True => None,
        Truth::Unknown(unknown) => Some(unknown),
    };
    match (rule.condition.truth(subject), unsure) {
        (Truth::True, None) => Verdict::Fail,
        (Truth::False, None) => Verdict::Pass,
        (Truth::Unknown(more), Some(unknown)) => unknown_verdict(&unknown.union(&more)),
        // Whatever the condition says, the rule may turn out not to apply.
        (_, Some(unknown)) | (Truth::Unknown(unknown), None) => unknown_verdict(&unknown),
    }
}

fn unknown_verdict(unknown: &Unknown) -> Verdict {
    Verdict::Unknown(unknown.gaps().to_vec())
}

/// Evaluates again to say why. Costs many times what [`evaluate`] does: call it for what will be reported.
pub fn explain(rule: &Rule, subject: &Value, verdict: &Verdict) -> Explanation {
    let message = match verdict {
        Verdict::Fail => rule.message.fill(subject).trim().to_owned(),
        Verdict::Unknown(gaps) => cannot_tell(rule, gaps),
        Verdict::Pass | Verdict::NotApplicable => String::new(),
    };
    let evidence = rule.evidence.iter().map(|evidence| prove(evidence, subject));
    Explanation { message, evidence: evidence.collect(), cli: rule.remediation.cli.as_ref().map(|cli| cli.fill(subject)) }
}

/// Every fact the verdict rests on. Costs more still.
pub fn trace(rule: &Rule, subject: &Value) -> Trace {
    let mut trace = Trace::default();
    for program in rule.applies.iter().chain([&rule.condition]) {
        trace.extend(program.trace(subject));
    }
    trace
}

fn prove(evidence: &Evidence, subject: &Value) -> EvidenceItem {
    EvidenceItem { label: evidence.label.clone(), value: evidence.value.value(subject).render(), key: evidence.key }
}

/// The message of an unknown verdict: what is missing, and why.
fn cannot_tell(rule: &Rule, gaps: &[Gap]) -> String {
    // Gaps that differ by resource alone are told in the same words, and need not be neighbours.
    let mut told = BTreeSet::new();
    let reasons: Vec<String> = gaps.iter().map(reason).filter(|words| told.insert(words.clone())).collect();
    format!("cannot tell whether: {}; {}", rule.title, reasons.join(", "))
}

fn reason(gap: &Gap) -> String {
    let why = match gap.cause {
        Cause::Denied => "was denied",
        Cause::Throttled => "was throttled",
        Cause::Failed => "failed",
        Cause::NotSupported => "is not supported",
        Cause::NotAsked => "was not called",
        Cause::Undeployed => "is not deployed yet",
    };
    let place = if gap.region.is_empty() { String::new() } else { format!(" in {}", gap.region) };
    match (&gap.detail, gap.action.as_str()) {
        (Some(detail), "") => detail.clone(),
        // The call was answered, with something that this version cannot make sense of: the call is not what failed.
        (Some(detail), _) if matches!(gap.cause, Cause::NotSupported | Cause::Undeployed) => detail.clone(),
        (_, action) => format!("{action} {why}{place}"),
    }
}
