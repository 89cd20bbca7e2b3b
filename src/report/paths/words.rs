//! The words that all drawings share.

use super::Drawn;
use crate::assessment::{Course, Undrawn, WayIn, WaysIn};
use crate::inventory::{Cause, Gap};
use crate::report::text::count;

/// How a way stands to the others, such as `perhaps around, barred`.
pub(super) fn mark(way: &WayIn) -> String {
    let course = match way.course() {
        Course::Through => "through",
        Course::Direct => "direct",
        Course::Around | Course::PerhapsAround => "around",
    };
    let perhaps = if is_perhaps(way) { "perhaps " } else { "" };
    // Whoever comes through the API has met its controls: they are told as met.
    let barred = match way.barred {
        _ if way.course() == Course::Through => "",
        Some(true) => ", barred",
        Some(false) => "",
        None => ", perhaps barred",
    };
    let draft = if way.draft { ", working copy" } else { "" };
    format!("{perhaps}{course}{barred}{draft}")
}

/// Whether it is not known that the way is there and is what its course says.
pub(super) fn is_perhaps(way: &WayIn) -> bool {
    !way.certain || way.course() == Course::PerhapsAround
}

/// What a way lacks for certain.
pub(super) fn lacks(way: &WayIn) -> String {
    let lacks: Vec<&str> = way.lacks.iter().map(|lack| lack.has.as_str()).collect();
    lacks.join(", ")
}

/// A gap with the permission that would fill it.
pub(super) fn why(gap: &Gap) -> String {
    if gap.cause == Cause::Denied && !gap.operation.is_empty() && !gap.action.is_empty() {
        format!("{gap} (permission {})", gap.action)
    } else {
        gap.to_string()
    }
}

/// What of a target is not drawn; none when everything is.
pub(super) fn cut(drawn: &Drawn<'_>) -> Option<String> {
    if drawn.more == 0 {
        return None;
    }
    let ways = count(drawn.more, "more way", "more ways");
    let around = if drawn.more_around == 0 { String::new() } else { format!(", {} of them around an API", drawn.more_around) };
    let left_out = match drawn.target.left_out {
        0 => String::new(),
        left_out if left_out == drawn.more => " that were not looked at".to_owned(),
        left_out => format!(", {left_out} of them not looked at"),
    };
    Some(format!("… and {ways}{around}{left_out}"))
}

/// The routes that are no ways; none when there are no such.
pub(super) fn undrawn(undrawn: &[Undrawn]) -> Option<String> {
    let routes: Vec<String> = undrawn.iter().map(|one| format!("{} to {}", count(one.routes, "route", "routes"), one.to)).collect();
    (!routes.is_empty()).then(|| format!("Not drawn, because no load balancer stands at their end: {}.", routes.join("; ")))
}

/// How many ways of which kind there are, in a sentence.
pub(super) fn sum(ways: &WaysIn) -> String {
    let (mut through, mut direct, mut around, mut barred, mut perhaps, mut left_out) = (0, 0, 0, 0, 0, 0);
    for target in &ways.targets {
        left_out += target.left_out;
        for way in &target.ways {
            match way.course() {
                _ if is_perhaps(way) => perhaps += 1,
                Course::Through => through += 1,
                Course::Direct => direct += 1,
                Course::Around | Course::PerhapsAround => {
                    around += 1;
                    barred += usize::from(way.barred == Some(true));
                }
            }
        }
    }
    let of_around = if barred == 0 { String::new() } else { format!(" ({barred} of them barred)") };
    let parts = [
        (through, format!("{through} through an API")),
        (direct, format!("{direct} to what no API was seen to lead to")),
        (around, format!("{around} around an API{of_around}")),
        (perhaps, format!("{perhaps} only perhaps")),
        (left_out, format!("{left_out} not looked at")),
    ];
    let total = through + direct + around + perhaps + left_out;
    if total == 0 {
        return if ways.around_only { "No way around an API was found.".to_owned() } else { "No way in was found.".to_owned() };
    }
    let parts: Vec<String> = parts.into_iter().filter(|(number, _)| *number > 0).map(|(_, words)| words).collect();
    let targets = count(ways.targets.len(), "target", "targets");
    format!("{} to {targets}: {}.", count(total, "way", "ways"), parts.join(", "))
}

/// What keeps the drawing from being everything; none when everything was read.
pub(super) fn incomplete(ways: &WaysIn) -> Option<String> {
    let mut parts = Vec::new();
    if !ways.gaps.is_empty() {
        parts.push(count(ways.gaps.len(), "question without an answer", "questions without an answer"));
    }
    if !ways.skipped_regions.is_empty() {
        parts.push(count(ways.skipped_regions.len(), "region not read", "regions not read"));
    }
    (!parts.is_empty()).then(|| format!("There may be more ways, and these may lack more: {}", parts.join(", ")))
}
