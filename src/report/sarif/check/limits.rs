//! How much code scanning takes, and how much of that it shows.
//!
//! From GitHub's "SARIF support for code scanning" and its table of limits, as of 2026-11. GitHub changes them: they stand
//! here and nowhere else.

use super::findings::{Findings, Kind, Severity};
use super::place::Place;

/// A documented limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// The name of findings about it.
    pub id: &'static str,
    /// What is counted.
    pub counted: &'static str,
    /// Above this the whole file is refused; none where GitHub only cuts.
    pub taken: Option<usize>,
    /// Above this the rest is not shown; none where everything taken is shown.
    pub shown: Option<usize>,
    /// What to do about it.
    pub remedy: &'static str,
}

/// A row of the table.
const fn limit(id: &'static str, counted: &'static str, taken: Option<usize>, shown: Option<usize>, remedy: &'static str) -> Limit {
    Limit { id, counted, taken, shown, remedy }
}

/// Bytes of the file, compressed as the upload compresses it.
pub(super) static BYTES: Limit = limit(
    "file-too-large",
    "bytes of the file, compressed",
    Some(10_000_000),
    None,
    "Leave out rules that nobody acts on, snippets and code flows, or split the upload by category.",
);
/// Runs.
pub(super) static RUNS: Limit = limit(
    "runs-per-file",
    "runs in the file",
    Some(20),
    None,
    "Merge the runs of one tool into one, or upload several files, each with a category of its own.",
);
/// Results.
pub(super) static RESULTS: Limit = limit(
    "results-per-run",
    "results in the run",
    Some(25_000),
    Some(5_000),
    "Report less: leave out rules that nobody acts on, or split the run by category.",
);
/// Rules.
pub(super) static RULES: Limit =
    limit("rules-per-run", "rules in the run", Some(25_000), None, "List only rules that were applied; a rule is no finding.");
/// Extensions of the tool.
pub(super) static EXTENSIONS: Limit =
    limit("extensions-per-run", "extensions of the tool", Some(100), None, "List only extensions whose rules have results.");
/// Steps of code flows.
pub(super) static STEPS: Limit = limit(
    "steps-per-result",
    "thread flow locations of the result",
    Some(10_000),
    Some(1_000),
    "Give the shortest code flows only; a handful explains a result.",
);
/// Locations.
pub(super) static LOCATIONS: Limit = limit(
    "locations-per-result",
    "locations of the result",
    Some(1_000),
    Some(100),
    "Give one location, and a result of its own for each further one.",
);
/// Tags.
pub(super) static TAGS: Limit = limit("tags-per-rule", "tags of the rule", Some(20), Some(10), "Keep the ten tags that people filter by.");
/// Characters of a name.
pub(super) static NAME: Limit = limit("name-too-long", "characters of the name", None, Some(255), "Give the rule a shorter name.");
/// Characters of a description.
pub(super) static DESCRIPTION: Limit =
    limit("description-too-long", "characters of the description", None, Some(1_024), "Move the details into `help`.");

/// All of them.
pub static ALL: [&Limit; 10] = [&BYTES, &RUNS, &RESULTS, &RULES, &EXTENSIONS, &STEPS, &LOCATIONS, &TAGS, &NAME, &DESCRIPTION];

impl Limit {
    /// Whether so many are more than GitHub takes.
    pub(super) fn is_over(&self, count: usize) -> bool {
        self.taken.is_some_and(|taken| count > taken)
    }

    /// Adds a finding when there are too many.
    pub(super) fn check(&self, count: usize, place: &Place<'_>, findings: &mut Findings) {
        let kind = |severity, effect| Kind { severity, id: self.id, effect, remedy: self.remedy };
        if let Some(taken) = self.taken.filter(|taken| count > *taken) {
            let kind = kind(Severity::Error, "GitHub rejects the whole file.");
            findings.add(&kind, place, || format!("there are {count} {}, and GitHub takes {taken}", self.counted));
        } else if let Some(shown) = self.shown.filter(|shown| count > *shown) {
            let kind = kind(Severity::Warning, "GitHub shows only the first ones, or those it takes for the most important.");
            findings.add(&kind, place, || format!("there are {count} {}, and GitHub shows {shown}", self.counted));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_taken() {
        for limit in ALL {
            assert!(limit.taken.is_some() || limit.shown.is_some(), "{} is no limit", limit.id);
            assert!(limit.taken.zip(limit.shown).is_none_or(|(taken, shown)| shown < taken), "{}", limit.id);
        }
    }

    #[test]
    fn at_the_limit_is_no_finding() {
        for limit in ALL {
            for (number, severity) in [(limit.shown, Severity::Warning), (limit.taken, Severity::Error)] {
                let Some(number) = number else { continue };
                let found = |count| {
                    let mut findings = Findings::default();
                    limit.check(count, &Place::Log, &mut findings);
                    findings.into_groups().first().map(|group| group.kind.severity)
                };
                assert_ne!(found(number), Some(severity), "{}", limit.id);
                assert_eq!(found(number + 1), Some(severity), "{}", limit.id);
            }
        }
    }
}
