//! What stands below the findings: what became of those of before, what could not be told, and what was not read.

use std::fmt::Write as _;

use super::compared;
use super::text::{code, prose};
use crate::assessment::Assessment;
use crate::report::gaps;
use crate::report::text::count;

/// How much of each list is shown, so that findings have room.
const SHOWN: usize = 12;

/// Everything below the findings.
pub(super) fn tail(assessment: &Assessment) -> String {
    compared::lists(assessment) + &unknowns(assessment) + &not_read(assessment)
}

fn unknowns(assessment: &Assessment) -> String {
    let (groups, unexplained) = (gaps::groups(assessment), gaps::unexplained(assessment));
    if groups.is_empty() && unexplained.is_empty() {
        return String::new();
    }
    let unknown = count(assessment.unknowns().count(), "verdict is unknown", "verdicts are unknown");
    let mut text = format!("#### Not told: {unknown}\n\n");
    for group in groups.iter().take(SHOWN) {
        let _ = writeln!(text, "- {}. {}. {}.", prose(&group.headline()), prose(&group.consequence()), prose(&group.advice()));
    }
    if groups.len() > SHOWN {
        let _ = writeln!(text, "- and {} without an answer", count(groups.len() - SHOWN, "more call", "more calls"));
    }
    if !unexplained.is_empty() {
        let _ = writeln!(text, "- No call is to blame for {}: {}.", unexplained.len(), prose(&gaps::rules(&unexplained)));
    }
    let permissions = gaps::permissions(assessment);
    if !permissions.is_empty() {
        let shown: Vec<String> = permissions.iter().take(SHOWN * 2).map(|permission| code(permission)).collect();
        let more = permissions.len().saturating_sub(SHOWN * 2);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let _ = writeln!(text, "\nPermissions to add: {}{more}.", shown.join(", "));
    }
    text.push('\n');
    text
}

fn not_read(assessment: &Assessment) -> String {
    let mut text = String::new();
    for region in assessment.skipped_regions.iter().take(SHOWN) {
        let _ = writeln!(text, "- {}: {}", prose(&region.name), prose(&region.reason));
    }
    if text.is_empty() {
        return text;
    }
    let more = assessment.skipped_regions.len().saturating_sub(SHOWN);
    if more > 0 {
        let _ = writeln!(text, "- and {more} more");
    }
    format!("#### Not read\n\n{text}\n")
}
