//! A finding: a row of the table, and its proof and remedy behind a fold.

use std::fmt::Write as _;

use super::mark;
use super::text::{block, code, prose};
use crate::assessment::{Assessment, Outcome, Proof, Standing};

/// How many ways in, and how many pieces of evidence, one finding shows.
const SHOWN: usize = 4;

/// The head of the table.
pub(super) const HEADER: &str = "| severity | rule | resource | region |\n|---|---|---|---|\n";

/// The row of a finding.
pub(super) fn row(assessment: &Assessment, outcome: &Outcome) -> String {
    let (rule, subject) = (&outcome.rule, &outcome.subject);
    let new = mark(assessment.standing(outcome));
    format!("| {} | {new}{} | {} | {} |\n", rule.severity, code(&rule.id), code(&subject.name), prose(&subject.region))
}

/// The proof and the remedy of a finding.
pub(super) fn detail(assessment: &Assessment, outcome: &Outcome) -> String {
    let (rule, subject) = (&outcome.rule, &outcome.subject);
    let mut text = format!("<details><summary>{} {}: {}</summary>\n\n", rule.severity, code(&rule.id), code(&subject.name));
    let message = outcome.proof.as_deref().map(|proof| proof.message.as_str()).filter(|message| !message.is_empty());
    let _ = writeln!(text, "Finding: {}\n", prose(message.unwrap_or(&rule.title)));
    if let Some(Standing::New(novelty)) = assessment.standing(outcome) {
        let _ = writeln!(text, "New: {}.\n", novelty.in_words());
    }
    if subject.draft {
        text.push_str("Judged on the working copy; what is deployed could not be read.\n\n");
    }
    let _ = writeln!(text, "- Resource: {}", code(&subject.id));
    if let Some(found) = assessment.located(outcome) {
        let place = format!("{}:{}", found.place.file, found.place.start_line);
        let _ = writeln!(text, "- Code: {} ({})", code(&place), code(&found.origin.address));
    }
    if let Some(proof) = outcome.proof.as_deref() {
        self::proof(proof, &mut text);
    }
    text.push_str("\n</details>\n\n");
    text
}

fn proof(proof: &Proof, text: &mut String) {
    for path in proof.paths.iter().take(SHOWN) {
        let hops: Vec<String> = path.steps.iter().map(|step| prose(&step.text)).collect();
        let _ = writeln!(text, "- Way in: {}", hops.join(" → "));
    }
    if proof.paths.len() > SHOWN {
        let _ = writeln!(text, "- and {} more ways in", proof.paths.len() - SHOWN);
    }
    for evidence in proof.evidence.iter().take(SHOWN * 2) {
        let _ = writeln!(text, "- {}: {}", prose(&evidence.label), prose(&evidence.value));
    }
    if proof.evidence.len() > SHOWN * 2 {
        let _ = writeln!(text, "- and {} more pieces of evidence", proof.evidence.len() - SHOWN * 2);
    }
    if !proof.remediation.steps.is_empty() {
        text.push_str("\nTo close it:\n\n");
        for (number, step) in (1..).zip(proof.remediation.steps.iter()) {
            let _ = writeln!(text, "{number}. {}", prose(step));
        }
    }
    if let Some(commands) = &proof.remediation.cli {
        let _ = write!(text, "\n{}", block("sh", commands));
    }
}
