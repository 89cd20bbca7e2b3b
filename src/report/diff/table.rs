//! What changed, for people.

use std::collections::BTreeMap;
use std::io;

use super::words;
use crate::compare::{Cause, Diff};
use crate::report::Style;
use crate::report::page::{Page, Tone};
use crate::report::text::count;

/// Writes what changed.
pub(super) fn write(diff: &Diff, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = Page::new(style, out);
    let ((before, then), (after, now)) = (&diff.before, &diff.after);
    page.hanging("", "  ", Tone::Faint, &format!("from {before} (taken {then}) to {after} (taken {now})"))?;
    verdicts(diff, &mut page)?;
    exposures(diff, &mut page)?;
    ways(diff, &mut page)?;
    resources(diff, &mut page)?;
    page.blank()?;
    for note in diff.notes.iter().cloned().chain(words::trials(diff)) {
        page.hanging("Note: ", "  ", Tone::Plain, &format!("{note}."))?;
    }
    let tone = if diff.is_worse() { Tone::Strong } else { Tone::Good };
    let worse = if diff.is_worse() { "Worse" } else { "No worse" };
    page.hanging("", "  ", tone, &format!("{worse}: {}.", words::headline(diff)))
}

fn heading(title: &str, page: &mut Page<'_>) -> io::Result<()> {
    page.blank()?;
    page.text(0, Tone::Strong, title)
}

fn cause(diff: &Diff, cause: &Cause, page: &mut Page<'_>) -> io::Result<()> {
    told(diff, &words::causes(diff, cause), page)
}

fn told(diff: &Diff, causes: &[String], page: &mut Page<'_>) -> io::Result<()> {
    if diff.is_whole && causes.is_empty() {
        return page.text(4, Tone::Faint, "no change was found to cause it alone, and none without which it would not be");
    }
    causes.iter().try_for_each(|words| page.hanging("    ", "      ", Tone::Plain, words))
}

fn verdicts(diff: &Diff, page: &mut Page<'_>) -> io::Result<()> {
    let (told, quiet): (Vec<_>, Vec<_>) = diff.verdicts.iter().partition(|one| one.matters());
    if diff.verdicts.is_empty() {
        return Ok(());
    }
    heading("VERDICTS", page)?;
    for one in told {
        let tone = if one.is_worse() { Tone::Severity(one.said.severity) } else { Tone::Good };
        page.hanging("  ", "    ", tone, &format!("{} {}: {}", words::verdict(one), one.said.rule, one.said.name))?;
        if one.is_worse() && !one.said.message.is_empty() {
            page.text(4, Tone::Plain, &one.said.message)?;
        }
        // Evidence that changed names no cause of its own.
        if !one.other_evidence {
            cause(diff, &one.cause, page)?;
        }
    }
    if !quiet.is_empty() {
        let more = count(quiet.len(), "verdict", "verdicts");
        page.hanging("  ", "    ", Tone::Faint, &format!("and {more} with neither finding nor question on either side (--format json)"))?;
    }
    Ok(())
}

fn exposures(diff: &Diff, page: &mut Page<'_>) -> io::Result<()> {
    if diff.exposures.is_empty() {
        return Ok(());
    }
    heading("WHO REACHES WHAT", page)?;
    for one in &diff.exposures {
        page.hanging("  ", "    ", Tone::Strong, &format!("{} in {}", one.name, one.region))?;
        page.hanging("    ", "      ", Tone::Plain, &words::exposure(one))?;
        for moved in words::moved(one) {
            page.hanging("    ", "      ", Tone::Plain, &moved)?;
        }
        told(diff, &words::causes_of_exposure(diff, one), page)?;
    }
    Ok(())
}

fn ways(diff: &Diff, page: &mut Page<'_>) -> io::Result<()> {
    if diff.ways.is_empty() {
        return Ok(());
    }
    heading("WAYS IN", page)?;
    let mut target = "";
    for one in &diff.ways {
        if one.target != target {
            target = &one.target;
            page.hanging("  to ", "    ", Tone::Strong, target)?;
        }
        page.hanging("    ", "      ", Tone::Plain, &format!("{}: {}", one.name, words::way(one)))?;
        cause(diff, &one.cause, page)?;
    }
    Ok(())
}

fn resources(diff: &Diff, page: &mut Page<'_>) -> io::Result<()> {
    let mut others: BTreeMap<&str, usize> = BTreeMap::new();
    for change in diff.without_effect() {
        *others.entry(&change.kind).or_default() += 1;
    }
    if others.is_empty() {
        return Ok(());
    }
    heading("CHANGED WITHOUT EFFECT ON THESE", page)?;
    let kinds: Vec<String> = others.iter().map(|(kind, changes)| format!("{kind} ({changes})")).collect();
    page.hanging("  ", "    ", Tone::Plain, &kinds.join(", "))?;
    let list: Vec<_> = diff.without_effect().take(LISTED).collect();
    for change in &list {
        page.hanging("    ", "      ", Tone::Faint, &format!("{}: {}", change.resource, change.what))?;
    }
    let more = others.values().sum::<usize>() - list.len();
    if more > 0 { page.text(4, Tone::Faint, &format!("… and {more} more (--format json lists all)")) } else { Ok(()) }
}

/// How many changes without effect are listed.
const LISTED: usize = 20;
