//! A check for people: the verdict, then each kind of mistake with its places and its remedy.

use std::io;

use super::findings::{Group, Severity};
use super::{Report, TOLD};
use crate::assessment;
use crate::report::Style;
use crate::report::page::{Page, Tone};
use crate::report::text::count;

/// Writes what is to be said of a file.
pub fn write(file: &str, report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = Page::new(style, out);
    let (tone, verdict) = verdict(report);
    page.text(0, tone, &format!("{file}: {verdict}"))?;
    let sizes = [
        count(report.runs, "run", "runs"),
        count(report.results, "result", "results"),
        count(report.rules, "rule", "rules"),
        format!("{} compressed", size(report.compressed_bytes)),
    ];
    page.text(2, Tone::Faint, &sizes.join(", "))?;
    for group in &report.findings {
        page.blank()?;
        kind(group, &mut page)?;
    }
    Ok(())
}

fn verdict(report: &Report) -> (Tone, String) {
    let warnings = count(report.warnings, "warning", "warnings");
    if report.errors > 0 {
        let errors = count(report.errors, "error", "errors");
        return (tone(Severity::Error), format!("GitHub code scanning would not take it ({errors}, {warnings})"));
    }
    if report.warnings > 0 {
        return (tone(Severity::Warning), format!("GitHub code scanning would take it, with {warnings}"));
    }
    (Tone::Good, "GitHub code scanning would take it".to_owned())
}

fn tone(severity: Severity) -> Tone {
    Tone::Severity(match severity {
        Severity::Error => assessment::Severity::High,
        Severity::Warning => assessment::Severity::Medium,
    })
}

fn kind(group: &Group, page: &mut Page<'_>) -> io::Result<()> {
    let kind = &group.kind;
    page.text(0, tone(kind.severity), &format!("{} {}", kind.severity.as_str(), kind.id))?;
    page.text(2, Tone::Plain, kind.effect)?;
    page.hanging("  fix: ", "       ", Tone::Plain, kind.remedy)?;
    for instance in &group.instances {
        let place = if instance.place.is_empty() { "the log" } else { &instance.place };
        page.hanging("  - ", "      ", Tone::Plain, &format!("{place}: {}", instance.message))?;
    }
    if group.count > TOLD {
        page.text(2, Tone::Faint, &format!("- and {} more", group.count - group.instances.len()))?;
    }
    Ok(())
}

/// Bytes for people.
fn size(bytes: usize) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{}.{} kB", bytes / 1_000, bytes % 1_000 / 100),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}
