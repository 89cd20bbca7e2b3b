//! What could not be told, by the call that would have told it.

use std::io;

use crate::assessment::Assessment;
use crate::inventory::Cause;
use crate::report::gaps;
use crate::report::page::{Page, Tone};
use crate::report::text::{self, count};

/// Writes one paragraph for each call that brought no answer.
pub(super) fn write(assessment: &Assessment, page: &mut Page<'_>) -> io::Result<()> {
    let groups = gaps::groups(assessment);
    let unexplained = gaps::unexplained(assessment);
    if groups.is_empty() && unexplained.is_empty() {
        return Ok(());
    }
    let unknown = assessment.unknowns().count();
    page.blank()?;
    page.hanging("", "  ", Tone::Strong, &format!("NOT TOLD: {}", count(unknown, "verdict is unknown", "verdicts are unknown")))?;
    for group in &groups {
        page.blank()?;
        page.hanging("  ", "    ", Tone::Strong, &group.headline())?;
        page.hanging("    ", "      ", Tone::Plain, &format!("{}.", group.consequence()))?;
        // What deployment decides is all said in the headline.
        let details = group.details.iter().filter(|_| group.cause != Cause::Undeployed);
        for detail in details {
            page.hanging("    ", "      ", Tone::Faint, &format!("detail: {detail}"))?;
        }
        if let (Some(first), asked) = (group.resources.first(), group.resources.len()) {
            let others = if asked > 1 { format!(" and {}", count(asked - 1, "other", "others")) } else { String::new() };
            page.text(4, Tone::Faint, "asked about:")?;
            page.verbatim(6, Tone::Faint, &format!("{}{others}", text::escape(first)))?;
        }
        page.hanging("    ", "      ", Tone::Plain, &format!("{}.", group.advice()))?;
    }
    if !unexplained.is_empty() {
        page.blank()?;
        page.hanging("  ", "    ", Tone::Strong, "no call is to blame")?;
        let unknown = count(unexplained.len(), "verdict is unknown", "verdicts are unknown");
        page.hanging("    ", "      ", Tone::Plain, &format!("{unknown}: {}.", gaps::rules(&unexplained)))?;
    }
    if unknown > 0 && groups.iter().map(|group| group.outcomes.len()).sum::<usize>() + unexplained.len() > unknown {
        page.blank()?;
        page.text(2, Tone::Faint, "A verdict that hangs on several calls stands under each of them.")?;
    }
    Ok(())
}
