//! Ways as trees, for a terminal: target by target, hop by hop, with what each way meets and what it lacks.

use std::collections::BTreeMap;
use std::io;

use super::{Drawn, drawn, words};
use crate::assessment::{Course, Severity, WayIn, WaysIn};
use crate::inventory::Cause;
use crate::report::page::{Page, Tone};
use crate::report::text::count;
use crate::report::{Style, gaps, path};

/// How many entries, gaps and names are listed in a line before the rest is only counted, unless all ways are asked for.
const SIDE_BY_SIDE: usize = 5;

/// Draws the trees.
pub(super) fn write(ways: &WaysIn, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = Page::new(style, out);
    page.head(&ways.tool_version, ways.account.as_ref(), &ways.taken_at)?;
    let most = style.limit.map_or(usize::MAX, |_| SIDE_BY_SIDE);
    for found in &ways.targets {
        target(&drawn(found, style.limit), ways.around_only, most, &mut page)?;
    }
    foot(ways, &mut page)
}

fn target(drawn: &Drawn<'_>, around_only: bool, most: usize, page: &mut Page<'_>) -> io::Result<()> {
    page.blank()?;
    let target = drawn.target;
    let place = if target.region.is_empty() { String::new() } else { format!(" in {}", target.region) };
    page.hanging("", "  ", Tone::Strong, &format!("{}{place}", target.name))?;
    if !target.compared_with.is_empty() {
        page.hanging("  ", "    ", Tone::Plain, &format!("compared with {}", listed(&target.compared_with, most)))?;
    }
    if target.ways.is_empty() && target.left_out == 0 {
        let none = if around_only { "no way around an API was found" } else { "no way in was found" };
        page.text(2, Tone::Plain, none)?;
    }
    for way in &drawn.ways {
        self::way(way, most, page)?;
    }
    if let Some(cut) = words::cut(drawn) {
        page.blank()?;
        let help = if drawn.more > target.left_out { " (--all draws them)" } else { "" };
        page.hanging("  ", "    ", Tone::Strong, &format!("{cut}{help}"))?;
    }
    Ok(())
}

fn way(way: &WayIn, most: usize, page: &mut Page<'_>) -> io::Result<()> {
    page.blank()?;
    page.hanging("  ", "      ", tone(way), &format!("{}: {}", words::mark(way).to_uppercase(), way.name))?;
    path::write(&way.path, 4, page)?;
    let met = if way.met.is_empty() { "no control".to_owned() } else { way.met.join(", ") };
    fact("met", &met, Tone::Plain, page)?;
    if !way.lacks.is_empty() {
        fact("lacks", &words::lacks(way), tone(way), page)?;
    }
    for may in &way.may_lack {
        fact("may lack", &format!("{} ({})", may.control, listed(&reasons(&may.gaps), most)), Tone::Plain, page)?;
    }
    fact("open to", if way.sources.is_empty() { "nobody knows whom" } else { &way.sources }, Tone::Plain, page)?;
    if !way.let_in_by.is_empty() {
        fact("let in by", &listed(&way.let_in_by, most), Tone::Plain, page)?;
    }
    if let Some(request) = &way.request {
        fact("such as", request, Tone::Plain, page)?;
    }
    for unread in &way.unread {
        fact("unknown", &format!("whether {} is met: {}", unread.control, words::why(&unread.gap)), Tone::Faint, page)?;
    }
    if !way.gaps.is_empty() {
        let what = if way.certain { "who else can take it" } else { "whether it is there" };
        fact("unknown", &format!("{what}: {}", listed(&reasons(&way.gaps), most)), Tone::Faint, page)?;
    }
    Ok(())
}

fn fact(label: &str, value: &str, tone: Tone, page: &mut Page<'_>) -> io::Result<()> {
    page.hanging("    ", "      ", tone, &format!("{label}: {value}"))
}

/// A way around is painted as a finding would be.
fn tone(way: &WayIn) -> Tone {
    match way.course() {
        Course::Around if !words::is_perhaps(way) && way.barred != Some(true) => Tone::Severity(Severity::High),
        Course::Around | Course::PerhapsAround => Tone::Severity(Severity::Medium),
        Course::Through if !words::is_perhaps(way) => Tone::Good,
        Course::Through | Course::Direct => Tone::Strong,
    }
}

fn reasons(gaps: &[crate::inventory::Gap]) -> Vec<String> {
    gaps.iter().map(words::why).collect()
}

fn listed(items: &[String], most: usize) -> String {
    let shown = items.len().min(most);
    let more = if shown < items.len() { format!("; and {} more", items.len() - shown) } else { String::new() };
    format!("{}{more}", items[..shown].join("; "))
}

fn foot(ways: &WaysIn, page: &mut Page<'_>) -> io::Result<()> {
    unanswered(ways, page)?;
    page.blank()?;
    if ways.without > 0 {
        let none = if ways.around_only { "no way around an API" } else { "no way in" };
        let targets = count(ways.without, "target", "targets");
        page.hanging("", "  ", Tone::Plain, &format!("Not listed: {targets} to which {none} was found."))?;
    }
    if let Some(undrawn) = words::undrawn(&ways.undrawn) {
        page.hanging("", "  ", Tone::Plain, &undrawn)?;
    }
    let mut not_read: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for region in &ways.skipped_regions {
        not_read.entry(&region.reason).or_default().push(&region.name);
    }
    for (reason, regions) in not_read {
        page.hanging("", "  ", Tone::Plain, &format!("Not read: {} ({reason}).", regions.join(", ")))?;
    }
    let more = words::incomplete(ways).map_or_else(String::new, |more| format!(" {more}."));
    page.hanging("", "  ", conclusion(ways), &format!("{}{more}", words::sum(ways)))
}

fn conclusion(ways: &WaysIn) -> Tone {
    let around = ways.ways().any(|way| way.course() == Course::Around && way.certain && way.barred != Some(true));
    match (around, ways.is_complete()) {
        (true, _) => Tone::Severity(Severity::High),
        (false, true) if ways.ways().all(|way| way.course() == Course::Through && way.certain) => Tone::Good,
        (false, _) => Tone::Strong,
    }
}

/// The calls that brought no answer, and what to do about each.
fn unanswered(ways: &WaysIn, page: &mut Page<'_>) -> io::Result<()> {
    if ways.gaps.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.hanging("", "  ", Tone::Strong, "NOT TOLD: there may be more ways than these, and these may lack more than is said")?;
    for group in gaps::by_call(&ways.gaps) {
        page.hanging("  ", "    ", Tone::Plain, &format!("{}. {}.", group.headline(), group.advice()))?;
        let details = group.details.iter().filter(|_| group.cause != Cause::Undeployed);
        for detail in details {
            page.hanging("    ", "      ", Tone::Faint, &format!("detail: {detail}"))?;
        }
    }
    Ok(())
}
