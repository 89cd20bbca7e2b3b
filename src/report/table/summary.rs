//! The sum of it: verdicts by severity, what was looked at, what was not, and one sentence.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};

use crate::assessment::{Assessment, Coverage, Narrowed, Severity, Tally, Verdict};
use crate::inventory::{Cause, Code};
use crate::report::gaps;
use crate::report::page::{Page, Tone};
use crate::report::text::{self, count};

/// Writes the summary.
pub(super) fn write(assessment: &Assessment, page: &mut Page<'_>) -> io::Result<()> {
    page.blank()?;
    page.text(0, Tone::Strong, "SUMMARY")?;
    page.blank()?;
    page.verbatim(0, Tone::Plain, &verdicts(assessment, page.unicode()))?;
    page.blank()?;
    page.hanging("", "  ", Tone::Plain, &looked_at(&assessment.coverage, &assessment.regions))?;
    if let Some(narrowed) = &assessment.narrowed {
        page.hanging("", "  ", Tone::Strong, &judged_only(narrowed, assessment.outcomes.len()))?;
    }
    for (reason, regions) in not_read(assessment) {
        page.hanging("", "  ", Tone::Plain, &format!("Not read: {} ({reason}).", regions.join(", ")))?;
    }
    if let Some(gaps) = unanswered(assessment) {
        page.hanging("", "  ", Tone::Plain, &gaps)?;
    }
    let permissions = gaps::permissions(assessment);
    if !permissions.is_empty() {
        page.text(0, Tone::Plain, "Permissions to add:")?;
        for permission in permissions {
            page.verbatim(2, Tone::Plain, &text::escape(permission))?;
        }
    }
    if let Some(code) = &assessment.code {
        page.hanging("", "  ", Tone::Plain, &read_from_code(code))?;
        for assumption in &code.assumptions {
            page.hanging("", "  ", Tone::Plain, &format!("Assumed: {assumption}."))?;
        }
    }
    let tally = assessment.tally();
    if tally.suppressed > 0 {
        let quiet = count(tally.suppressed, "finding is", "findings are");
        let by = quiet_by(assessment);
        page.hanging("", "  ", Tone::Plain, &format!("{quiet} kept quiet by {by} (--format json lists them)."))?;
    }
    for applied in assessment.stale_suppressions() {
        let place = &applied.rule.place;
        let (words, help) = applied.in_words();
        page.hanging("", "  ", Tone::Plain, &format!("{}:{}: {words} ({}); {help}.", place.file, place.start_line, applied.rule.reason))?;
    }
    if tally.pass_of_draft > 0 {
        let passes = count(tally.pass_of_draft, "pass speaks", "passes speak");
        page.hanging("", "  ", Tone::Plain, &format!("{passes} of a working copy only: what is deployed could not be read."))?;
    }
    super::baseline::sum(assessment, page)?;
    page.blank()?;
    let (tone, sentence) = conclusion(assessment, tally);
    page.hanging("", "  ", tone, &sentence)
}

fn verdicts(assessment: &Assessment, unicode: bool) -> String {
    let mut rows: BTreeMap<Severity, [usize; 4]> = BTreeMap::new();
    for outcome in &assessment.outcomes {
        let column = match outcome.verdict {
            Verdict::Fail => 0,
            Verdict::Unknown(_) => 1,
            Verdict::Pass => 2,
            Verdict::NotApplicable => 3,
        };
        rows.entry(outcome.rule.severity).or_default()[column] += 1;
    }
    let mut table = Table::new();
    let rule = if unicode { '─' } else { '-' };
    table.load_style(TableStyle::new().header_separator(LineStyle::none().fill(rule).junction(rule)));
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["severity", "fail", "unknown", "pass", "n/a"]);
    for severity in Severity::ALL {
        let cells = rows.get(&severity).copied().unwrap_or_default();
        table.add_row(std::iter::once(severity.as_str().to_owned()).chain(cells.map(|cell| cell.to_string())));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string()
}

fn looked_at(coverage: &Coverage, regions: &[String]) -> String {
    let drafts = if coverage.draft_routes == 0 { String::new() } else { format!(" ({} of a working copy)", coverage.draft_routes) };
    let things = [
        count(coverage.apis, "API", "APIs"),
        count(coverage.stages, "stage", "stages"),
        count(coverage.routes, "route", "routes") + &drafts,
        count(coverage.load_balancers, "load balancer", "load balancers"),
        count(coverage.target_groups, "target group", "target groups"),
        count(coverage.services, "service", "services"),
        count(coverage.tasks, "task", "tasks"),
    ];
    let place = if regions.is_empty() { "no region".to_owned() } else { regions.join(", ") };
    format!("Looked at {} in {place}.", things.join(", "))
}

/// What the assessment was narrowed to: it must not look as if all that was read had been judged.
fn judged_only(narrowed: &Narrowed, kept: usize) -> String {
    let by = narrowed.by.join(" ");
    let left_out = count(narrowed.left_out, "verdict on anything else is", "verdicts on anything else are");
    format!("Judged only what {by} chose: {}; {left_out} left out.", count(kept, "verdict", "verdicts"))
}

/// Who keeps findings quiet.
fn quiet_by(assessment: &Assessment) -> String {
    let marks = || assessment.suppressed().filter_map(|outcome| outcome.suppressed.as_ref());
    let files: BTreeSet<&str> = marks().filter(|mark| mark.expires.is_some()).map(|mark| mark.place.file.as_ref()).collect();
    let comments = marks().any(|mark| mark.expires.is_none()).then_some("a comment in the code");
    comments.into_iter().chain(files).collect::<Vec<_>>().join(" or ")
}

fn read_from_code(code: &Code) -> String {
    let ignored: usize = code.ignored.values().sum();
    let left_out =
        if ignored == 0 { String::new() } else { format!("; {} of types that no rule looks at", count(ignored, "more is", "more are")) };
    format!("Read from code ({}): {}{left_out}.", code.kind, count(code.resources, "resource", "resources"))
}

fn not_read(assessment: &Assessment) -> BTreeMap<&str, Vec<&str>> {
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for region in &assessment.skipped_regions {
        reasons.entry(&region.reason).or_default().push(&region.name);
    }
    reasons
}

fn unanswered(assessment: &Assessment) -> Option<String> {
    let mut causes: BTreeMap<Cause, usize> = BTreeMap::new();
    for gap in &assessment.gaps {
        *causes.entry(gap.cause).or_default() += 1;
    }
    let causes: Vec<String> = causes.iter().map(|(cause, gaps)| format!("{gaps} {cause}")).collect();
    let gaps = count(assessment.gaps.len(), "question", "questions");
    (!causes.is_empty()).then(|| format!("{gaps} without an answer: {}.", causes.join(", ")))
}

fn conclusion(assessment: &Assessment, tally: Tally) -> (Tone, String) {
    let unknown = format!("{} unknown", tally.unknown);
    if let Some(worst) = assessment.worst() {
        let severities = Severity::ALL.into_iter().filter_map(|severity| {
            let found = assessment.fails().filter(|outcome| outcome.rule.severity == severity).count();
            (found > 0).then(|| format!("{found} {}", severity.as_str()))
        });
        let severities: Vec<String> = severities.collect();
        let findings = count(tally.fail, "finding", "findings");
        let more = match (assessment.is_complete(), assessment.code.is_some() && assessment.is_read()) {
            (true, _) => "",
            (false, true) => " Deployment may show more.",
            (false, false) => " There may be more: the scan is not complete.",
        };
        return (Tone::Severity(worst), format!("{findings} ({}), {unknown}.{more}", severities.join(", ")));
    }
    if assessment.code.is_some() && assessment.is_read() && tally.unknown > 0 {
        return (Tone::Strong, format!("No findings in what is known before deployment: {unknown}."));
    }
    if !assessment.is_complete() {
        let gaps = count(assessment.gaps.len(), "question", "questions");
        return (Tone::Strong, format!("No findings, but the scan is not complete: {unknown}, {gaps} without an answer."));
    }
    if assessment.outcomes.is_empty() {
        return (Tone::Strong, "Nothing was judged: no rule met anything it speaks of.".to_owned());
    }
    if tally.pass_of_draft > 0 {
        return (Tone::Strong, "No findings, but not everything that is deployed could be judged.".to_owned());
    }
    if !assessment.skipped_regions.is_empty() {
        let skipped = count(assessment.skipped_regions.len(), "region was", "regions were");
        return (Tone::Strong, format!("No findings in the regions that were read; {skipped} not."));
    }
    if assessment.narrowed.is_some() {
        return (Tone::Good, format!("No findings in what was chosen: {}.", count(tally.pass, "pass", "passes")));
    }
    (Tone::Good, format!("Clean: no findings in {}, and no question without an answer.", count(tally.pass, "verdict", "verdicts")))
}
