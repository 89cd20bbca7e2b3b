//! How the run stands to its baseline: what is fixed, and what cannot be told any more.

use std::io;

use crate::assessment::{Assessment, Outcome, Said, Standing};
use crate::report::page::{Page, Tone};
use crate::report::text::count;

/// Writes what became of the findings of before that are none of now.
pub(super) fn write(assessment: &Assessment, page: &mut Page<'_>) -> io::Result<()> {
    let Some(baseline) = &assessment.baseline else { return Ok(()) };
    let fixed: Vec<(&Said, &str)> = baseline.fixed.iter().map(|(said, how)| (said, how.in_words())).collect();
    let untold: Vec<(&Said, &str)> = baseline.untold.iter().map(|(said, why)| (said, why.in_words())).collect();
    list("FIXED", Tone::Good, &fixed, page)?;
    list("CANNOT BE TOLD ANY MORE", Tone::Strong, &untold, page)
}

fn list(title: &str, tone: Tone, said: &[(&Said, &str)], page: &mut Page<'_>) -> io::Result<()> {
    if said.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.text(0, tone, &format!("{title}: {}", count(said.len(), "finding of the baseline", "findings of the baseline")))?;
    let shown = page.shown(said.len());
    for (said, why) in &said[..shown] {
        page.hanging("  ", "    ", Tone::Plain, &format!("{} {}: {why}", said.rule, said.name))?;
    }
    if shown < said.len() {
        page.text(2, Tone::Strong, &format!("… and {} more (--format json lists all)", said.len() - shown))?;
    }
    Ok(())
}

/// Says of a finding that it is new, and why.
pub(super) fn mark(assessment: &Assessment, outcome: &Outcome, page: &mut Page<'_>) -> io::Result<()> {
    match assessment.standing(outcome) {
        Some(Standing::New(novelty)) => page.hanging("    ", "      ", Tone::Strong, &format!("new: {}", novelty.in_words())),
        Some(Standing::Unchanged) | None => Ok(()),
    }
}

/// Writes how many findings stand how.
pub(super) fn sum(assessment: &Assessment, page: &mut Page<'_>) -> io::Result<()> {
    let (Some(sum), Some(baseline)) = (assessment.against(), &assessment.baseline) else { return Ok(()) };
    let replaced = if sum.replaced > 0 { format!(" ({} in place of another of before)", sum.replaced) } else { String::new() };
    let words = format!(
        "Against {} of {}: {} new{replaced}, {} unchanged, {} fixed, {} that cannot be told any more.",
        baseline.name, baseline.taken_at, sum.new, sum.unchanged, sum.fixed, sum.untold
    );
    page.hanging("", "  ", Tone::Plain, &words)?;
    for note in &baseline.notes {
        page.hanging("  ", "    ", Tone::Plain, &format!("{note}."))?;
    }
    Ok(())
}
