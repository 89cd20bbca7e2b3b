//! Findings as results: those of one rule on one line are one result that lists them, or else code scanning, which tells results
//! apart by rule and line, would make one alert of the first and lose the rest.

use std::collections::BTreeMap;

use crate::assessment::{Assessment, Located, Outcome};

/// What becomes one result.
pub(super) struct Gathered<'a> {
    /// The findings, at least one, of one rule.
    pub(super) outcomes: Vec<&'a Outcome>,
    /// Where they stand in code.
    pub(super) located: Option<Located<'a>>,
}

impl<'a> Gathered<'a> {
    /// The finding that speaks for all.
    pub(super) fn first(&self) -> &'a Outcome {
        self.outcomes[0]
    }
}

/// Gathers findings in their order. Suppressed ones keep to themselves, for their result says so.
pub(super) fn gather<'a>(assessment: &'a Assessment, found: &[&'a Outcome]) -> Vec<Gathered<'a>> {
    let mut at: BTreeMap<(&str, &str, u32, bool), usize> = BTreeMap::new();
    let mut gathered: Vec<Gathered<'a>> = Vec::new();
    for outcome in found {
        let located = assessment.located(outcome);
        if let Some(place) = located.as_ref().map(|located| located.place) {
            let key = (outcome.rule.id.as_str(), place.file.as_ref(), place.start_line, outcome.suppressed.is_some());
            if let Some(number) = at.get(&key) {
                gathered[*number].outcomes.push(outcome);
                continue;
            }
            at.insert(key, gathered.len());
        }
        gathered.push(Gathered { outcomes: vec![outcome], located });
    }
    gathered
}
