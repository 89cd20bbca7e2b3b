//! How the run stands to its baseline.

use std::fmt::Write as _;

use super::text::{code, prose};
use crate::assessment::{Assessment, Said};

/// How many findings of before are listed.
const LISTED: usize = 20;

/// The sum of the comparison; empty without a baseline.
pub(super) fn sum(assessment: &Assessment) -> String {
    let (Some(sum), Some(baseline)) = (assessment.against(), &assessment.baseline) else { return String::new() };
    let replaced = if sum.replaced > 0 { format!(" ({} in place of another of before)", sum.replaced) } else { String::new() };
    let mut text = format!(
        "Against the baseline {} of {}: {} new{replaced}, {} unchanged, {} fixed, {} that cannot be told any more.\n\n",
        code(&baseline.name),
        prose(&baseline.taken_at),
        sum.new,
        sum.unchanged,
        sum.fixed,
        sum.untold
    );
    for note in &baseline.notes {
        let _ = writeln!(text, "> {}\n", prose(note));
    }
    text
}

/// What became of the findings of before that are none of now.
pub(super) fn lists(assessment: &Assessment) -> String {
    let Some(baseline) = &assessment.baseline else { return String::new() };
    let fixed: Vec<(&Said, &str)> = baseline.fixed.iter().map(|(said, how)| (said, how.in_words())).collect();
    let untold: Vec<(&Said, &str)> = baseline.untold.iter().map(|(said, why)| (said, why.in_words())).collect();
    list("Fixed since the baseline", &fixed) + &list("Cannot be told any more", &untold)
}

fn list(title: &str, said: &[(&Said, &str)]) -> String {
    if said.is_empty() {
        return String::new();
    }
    let mut text = format!("<details><summary>{title}: {}</summary>\n\n", said.len());
    for (said, why) in said.iter().take(LISTED) {
        let _ = writeln!(text, "- {} {}: {}", code(&said.rule), code(&said.name), prose(why));
    }
    if said.len() > LISTED {
        let _ = writeln!(text, "- and {} more", said.len() - LISTED);
    }
    text.push_str("\n</details>\n\n");
    text
}
