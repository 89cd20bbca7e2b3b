//! Questions without an answer, gathered by the call that would have brought it: one refused permission is one paragraph.

use std::collections::{BTreeMap, BTreeSet};

use super::text::count;
use crate::assessment::{Assessment, Outcome, Verdict};
use crate::inventory::{Cause, Gap};

/// How many details of one group are told.
const DETAILS: usize = 8;

/// Every gap of one call and cause, and the verdicts that hang on it.
pub(super) struct Group<'a> {
    pub(super) cause: Cause,
    pub(super) action: &'a str,
    pub(super) operation: &'a str,
    pub(super) regions: BTreeSet<&'a str>,
    pub(super) resources: BTreeSet<&'a str>,
    pub(super) details: BTreeSet<&'a str>,
    pub(super) outcomes: Vec<&'a Outcome>,
}

/// The gaps of an assessment, refused calls first. A verdict stands in every group it hangs on.
pub(super) fn groups(assessment: &Assessment) -> Vec<Group<'_>> {
    let mut groups = BTreeMap::new();
    for gap in &assessment.gaps {
        add(&mut groups, gap);
    }
    for outcome in assessment.unknowns() {
        let Verdict::Unknown(gaps) = &outcome.verdict else { continue };
        for gap in gaps {
            let group = add(&mut groups, gap);
            // A verdict may hang on the same call for several resources.
            if group.outcomes.last().is_none_or(|last| !std::ptr::eq(*last, outcome)) {
                group.outcomes.push(outcome);
            }
        }
    }
    groups.into_values().collect()
}

/// Gaps by call and cause, refused calls first.
pub(super) fn by_call<'a>(gaps: impl IntoIterator<Item = &'a Gap>) -> Vec<Group<'a>> {
    let mut groups = BTreeMap::new();
    for gap in gaps {
        add(&mut groups, gap);
    }
    groups.into_values().collect()
}

/// The permissions to add; a refused call whose permission nobody knows adds none.
pub(super) fn permissions(assessment: &Assessment) -> Vec<&str> {
    assessment.missing_permissions().into_iter().filter(|permission| !permission.is_empty()).collect()
}

/// The unknown verdicts that name no gap.
pub(super) fn unexplained(assessment: &Assessment) -> Vec<&Outcome> {
    assessment.unknowns().filter(|outcome| matches!(&outcome.verdict, Verdict::Unknown(gaps) if gaps.is_empty())).collect()
}

type Key<'a> = (Cause, &'a str, &'a str);

fn add<'a, 'm>(groups: &'m mut BTreeMap<Key<'a>, Group<'a>>, gap: &'a Gap) -> &'m mut Group<'a> {
    let (cause, action, operation) = (gap.cause, gap.action.as_str(), gap.operation.as_str());
    let group = groups.entry((cause, action, operation)).or_insert_with(|| Group {
        cause,
        action,
        operation,
        regions: BTreeSet::new(),
        resources: BTreeSet::new(),
        details: BTreeSet::new(),
        outcomes: Vec::new(),
    });
    if !gap.region.is_empty() {
        group.regions.insert(&gap.region);
    }
    group.resources.extend(gap.resource.as_deref());
    group.details.extend(gap.detail.as_deref());
    group
}

impl<'a> Group<'a> {
    /// What happened, such as `elasticloadbalancing:DescribeTags was denied in eu-central-1`.
    pub(super) fn headline(&self) -> String {
        if self.cause == Cause::Undeployed {
            let short = |words: &&'a str| words.strip_suffix(": known only after deployment").unwrap_or(words);
            let shown: Vec<&str> = self.details.iter().take(DETAILS).map(short).collect();
            let more = self.details.len().saturating_sub(DETAILS);
            let more = if more > 0 { format!("; and {more} more") } else { String::new() };
            return format!("known only after deployment: {}{more}", shown.join("; "));
        }
        let call = match (self.action, self.operation) {
            ("", "") => "a value".to_owned(),
            ("", operation) => operation.to_owned(),
            (action, "") => action.to_owned(),
            (action, operation) => format!("{action} ({operation})"),
        };
        let cause = match self.cause {
            Cause::NotSupported => "is not supported".to_owned(),
            Cause::NotAsked => "was not asked for".to_owned(),
            Cause::Failed => "failed".to_owned(),
            Cause::Undeployed => "is not deployed yet".to_owned(),
            Cause::Denied | Cause::Throttled => format!("was {}", self.cause),
        };
        let regions: Vec<&str> = self.regions.iter().copied().collect();
        if regions.is_empty() { format!("{call} {cause}") } else { format!("{call} {cause} in {}", regions.join(", ")) }
    }

    /// What hangs on it, such as `5 verdicts are unknown for it: a-rule (3), b-rule (2)`.
    pub(super) fn consequence(&self) -> String {
        if self.outcomes.is_empty() {
            return "No verdict hangs on it".to_owned();
        }
        let unknown = count(self.outcomes.len(), "verdict is unknown", "verdicts are unknown");
        format!("{unknown} for it: {}", rules(&self.outcomes))
    }

    /// What to do.
    pub(super) fn advice(&self) -> String {
        match self.cause {
            Cause::Denied if self.action.is_empty() => "Allow the call to the role that scans".to_owned(),
            Cause::Denied => format!("Add permission {} to the role that scans", self.action),
            Cause::Throttled => "Scan again when the account's API quota is less in demand".to_owned(),
            Cause::Failed => "Scan again; if it fails again, look up the error AWS gave".to_owned(),
            Cause::NotSupported => "Look it up by hand; this endpoint cannot be asked".to_owned(),
            Cause::Undeployed => {
                "Give what decides it (--parameters, a plan, the other template), or scan the account after deployment".to_owned()
            }
            Cause::NotAsked => "Take the inventory again with this version of apiaudit".to_owned(),
        }
    }
}

/// The rules of some outcomes with how many of them each has.
pub(super) fn rules(outcomes: &[&Outcome]) -> String {
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    for outcome in outcomes {
        *rules.entry(outcome.rule.id.as_str()).or_default() += 1;
    }
    let rules: Vec<String> = rules.iter().map(|(rule, verdicts)| format!("{rule} ({verdicts})")).collect();
    rules.join(", ")
}
