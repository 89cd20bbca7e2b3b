//! What is wrong, by severity and rule.

use std::io;
use std::sync::Arc;

use crate::assessment::{Assessment, Confidence, Outcome, Proof, Remediation, RuleInfo, Severity};
use crate::report::page::{Page, Tone};
use crate::report::path;
use crate::report::text::{self, count};

/// Writes every rule that found something, worst first.
pub(super) fn write(assessment: &Assessment, page: &mut Page<'_>) -> io::Result<()> {
    for severity in Severity::ALL {
        let mut found: Vec<&Outcome> = assessment.fails().filter(|outcome| outcome.rule.severity == severity).collect();
        found.sort_by(|a, b| (&a.rule.id, &a.subject).cmp(&(&b.rule.id, &b.subject)));
        for group in found.chunk_by(|a, b| a.rule.id == b.rule.id) {
            rule(assessment, &group[0].rule, group, page)?;
        }
    }
    Ok(())
}

fn rule(assessment: &Assessment, rule: &Arc<RuleInfo>, outcomes: &[&Outcome], page: &mut Page<'_>) -> io::Result<()> {
    page.blank()?;
    let severity = rule.severity.as_str().to_uppercase();
    let heading = format!("{severity} {}: {}", rule.id, rule.title);
    page.hanging("", "  ", Tone::Severity(rule.severity), &heading)?;
    // What to do is the same for all findings of a rule: it is said once.
    let remedy = outcomes.iter().find_map(|outcome| outcome.proof.as_ref()).map(|proof| &proof.remediation);
    if let Some(remedy) = remedy {
        steps(remedy, page)?;
    }
    let shown = page.shown(outcomes.len());
    for outcome in &outcomes[..shown] {
        finding(assessment, outcome, page)?;
    }
    if shown < outcomes.len() {
        page.blank()?;
        let more = count(outcomes.len() - shown, "more finding", "more findings");
        page.text(2, Tone::Strong, &format!("… and {more} of this rule (--format json lists all)"))?;
    }
    Ok(())
}

fn finding(assessment: &Assessment, outcome: &Outcome, page: &mut Page<'_>) -> io::Result<()> {
    page.blank()?;
    let subject = &outcome.subject;
    let place = if subject.region.is_empty() { String::new() } else { format!(" in {}", subject.region) };
    page.hanging("  ", "    ", Tone::Strong, &format!("{}{place}", subject.name))?;
    super::baseline::mark(assessment, outcome, page)?;
    if let Some(proof) = &outcome.proof {
        self::proof(proof, page)?;
    }
    if subject.draft {
        page.hanging("    ", "      ", Tone::Faint, "note: judged on the working copy; what is deployed could not be read")?;
    }
    if let Some(found) = assessment.located(outcome) {
        let place = found.place;
        let how = if found.origin.confidence == Confidence::Exact { "" } else { " (by tags)" };
        let words = format!("{}:{}:{} {}{how}", place.file, place.start_line, place.start_column, found.origin.address);
        page.verbatim(4, Tone::Plain, &text::escape(&words))?;
    }
    page.verbatim(4, Tone::Faint, &text::escape(&subject.id))
}

fn proof(proof: &Proof, page: &mut Page<'_>) -> io::Result<()> {
    page.text(4, Tone::Plain, &proof.message)?;
    let shown = page.shown(proof.paths.len());
    for (number, way) in proof.paths[..shown].iter().enumerate() {
        let title = if proof.paths.len() == 1 { "way in:".to_owned() } else { format!("way in {} of {}:", number + 1, proof.paths.len()) };
        page.text(4, Tone::Faint, &title)?;
        path::write(way, 6, page)?;
    }
    if shown < proof.paths.len() {
        let more = count(proof.paths.len() - shown, "more way in", "more ways in");
        page.text(4, Tone::Strong, &format!("… and {more} (--format json lists all)"))?;
    }
    if !proof.evidence.is_empty() {
        page.text(4, Tone::Faint, "evidence:")?;
        for evidence in &proof.evidence {
            page.hanging("      ", "        ", Tone::Plain, &format!("{}: {}", evidence.label, evidence.value))?;
        }
    }
    if let Some(commands) = &proof.remediation.cli {
        page.text(4, Tone::Faint, "with the AWS CLI:")?;
        page.verbatim(6, Tone::Plain, commands)?;
    }
    Ok(())
}

fn steps(remedy: &Remediation, page: &mut Page<'_>) -> io::Result<()> {
    if !remedy.steps.is_empty() {
        page.text(2, Tone::Faint, "to close it:")?;
    }
    for (number, step) in (1..).zip(remedy.steps.iter()) {
        let mut lines = step.lines();
        page.hanging(&format!("    {number}. "), "       ", Tone::Plain, lines.next().unwrap_or_default())?;
        for line in lines {
            page.text(7, Tone::Plain, line)?;
        }
    }
    let code = match (&remedy.terraform, &remedy.cloudformation) {
        (Some(_), Some(_)) => "Terraform and CloudFormation",
        (Some(_), None) => "Terraform",
        (None, Some(_)) => "CloudFormation",
        (None, None) => return Ok(()),
    };
    page.text(2, Tone::Faint, &format!("as {code}: see --format json"))
}
