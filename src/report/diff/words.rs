//! Differences in words, the same for every format.

use crate::assessment::Course;
use crate::compare::{Cause, Diff, ExposureChange, MOST_TRIALS, Moved, VerdictChange, Was, WayChange};
use crate::report::text::count;

/// The sentence that sums it up.
pub(super) fn headline(diff: &Diff) -> String {
    if diff.is_empty() {
        return "nothing changed".to_owned();
    }
    let worse = diff.verdicts.iter().filter(|one| one.is_worse()).count();
    let better = diff.verdicts.iter().filter(|one| is_better(one)).count();
    let mut parts = vec![format!("{} worse", count(worse, "verdict", "verdicts")), format!("{better} better")];
    if diff.is_whole {
        parts.push(format!("{} in who reaches what", count(diff.exposures.len(), "change", "changes")));
        parts.push(format!("{} of ways in", count(diff.ways.len(), "change", "changes")));
        parts.push(format!("{} of resources", count(diff.changes.len(), "change", "changes")));
    }
    parts.join(", ")
}

/// Whether a finding is gone for certain, or an open question answered well.
pub(super) fn is_better(one: &VerdictChange) -> bool {
    let was = matches!(one.before, Was::Told(crate::assessment::Told::Fail | crate::assessment::Told::Unknown) | Was::NotSeen);
    was && !one.is_worse() && matches!(one.after, Was::Told(told) if told != crate::assessment::Told::Unknown)
        || (was && matches!(one.after, Was::Absent | Was::NotListed))
}

/// A verdict in words.
pub(super) fn was(was: Was) -> &'static str {
    match was {
        Was::Told(told) => told.as_str(),
        Was::Absent => "not there",
        Was::NotListed => "no finding",
        Was::NotSeen => "cannot be told",
    }
}

/// How a verdict changed.
pub(super) fn verdict(one: &VerdictChange) -> String {
    let other = if one.other_evidence { " (other evidence)" } else { "" };
    format!("{} → {}{other}", was(one.before), was(one.after))
}

/// Who reached it, and who does.
pub(super) fn exposure(one: &ExposureChange) -> String {
    let side = |words: &Option<String>| match words {
        Some(words) => words.clone(),
        None if one.is_unseen => "not seen, and not everything was read".to_owned(),
        None => "not there".to_owned(),
    };
    format!("{} → {}", side(&one.before), side(&one.after))
}

/// Which addresses were added and taken away.
pub(super) fn moved(one: &ExposureChange) -> Vec<String> {
    let mut told = Vec::new();
    for (moved, place) in [(&one.internet, "from the internet"), (&one.inside, "from inside")] {
        let Moved { added, lost, unsure } = moved;
        for (set, what) in [(added, "added"), (lost, "taken away"), (unsure, "perhaps, since not everything is known")] {
            if !set.is_empty() {
                let words = set.describe();
                let words = words.strip_prefix("only private addresses").map_or(words.clone(), |rest| format!("private addresses{rest}"));
                told.push(format!("{place}, {what}: {words}"));
            }
        }
    }
    told
}

/// How a way stands.
pub(super) fn way(one: &WayChange) -> String {
    let side = |way: Option<(Course, bool)>| match way {
        Some((course, true)) => course.as_str().to_owned(),
        Some((course, false)) => format!("{} (perhaps there)", course.as_str()),
        None if one.is_unseen => "not seen, and not everything was read".to_owned(),
        None => "not there".to_owned(),
    };
    let stands = if one.before == one.after { side(one.after) } else { format!("{} → {}", side(one.before), side(one.after)) };
    match (&one.who.0, &one.who.1) {
        (Some(then), Some(now)) if then != now => format!("{stands}; who can take it: {then} → {now}"),
        (_, Some(who)) | (Some(who), None) => format!("{stands}; {who}"),
        (None, None) => stands,
    }
}

/// What caused it; each a sentence.
pub(super) fn causes(diff: &Diff, cause: &Cause) -> Vec<String> {
    if !diff.is_whole {
        return Vec::new();
    }
    let named =
        |number: &usize| diff.changes.get(*number).map(|change| format!("{}: {}", change.resource, change.what)).unwrap_or_default();
    let list = |numbers: &[usize]| -> Vec<String> { numbers.iter().map(named).collect() };
    let mut told: Vec<String> = Vec::new();
    if cause.alone.len() > 1 {
        told.push(format!("caused by each of these alone: {}", list(&cause.alone).join("; ")));
    } else if let [one] = cause.alone.as_slice() {
        told.push(format!("caused by {}", named(one)));
    } else if cause.is_enough && cause.beside.is_empty() {
        let what = if cause.together.len() == 1 { "caused by" } else { "caused together by" };
        told.push(format!("{what} {}", list(&cause.together).join("; ")));
    } else if cause.is_enough {
        let all: Vec<usize> = cause.together.iter().chain(&cause.beside).copied().collect();
        let needed = match cause.together.len() {
            0 => "one way of several".to_owned(),
            1 => "without the first it is as before; the rest is one way to complete it".to_owned(),
            many => format!("without any of the first {many} it is as before; the rest is one way to complete it"),
        };
        told.push(format!("caused together by {} ({needed})", list(&all).join("; ")));
    } else if !cause.together.is_empty() {
        told.push(format!("needs, beside others, {}", list(&cause.together).join("; ")));
    }
    if cause.alone.is_empty() && !cause.in_part.is_empty() {
        told.push(format!("each of these does a part of it: {}", list(&cause.in_part).join("; ")));
    }
    told
}

/// What caused a change of who reaches something: the public addresses, and the others.
pub(super) fn causes_of_exposure(diff: &Diff, one: &ExposureChange) -> Vec<String> {
    if one.cause.is_empty() || one.cause == one.inside_cause {
        return causes(diff, &one.inside_cause);
    }
    let mut told = causes(diff, &one.cause);
    told.extend(causes(diff, &one.inside_cause).into_iter().map(|words| format!("from inside: {words}")));
    told
}

/// What to know about the search for causes.
pub(super) fn trials(diff: &Diff) -> Option<String> {
    if diff.untried == 0 {
        return None;
    }
    let left = count(diff.untried, "trial was", "trials were");
    Some(format!("{left} left out after {}, of at most {}: causes may be missing", count(diff.trials, "trial", "trials"), MOST_TRIALS * 2))
}
