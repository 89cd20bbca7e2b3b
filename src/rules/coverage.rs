//! How the rules cover other catalogues' checks: what `docs/coverage.md` says, and what is wrong with it.
//!
//! Which rule answers which check stands in the rules themselves, under `mappings`. A data file (`docs/coverage.toml`) holds the
//! rest: the titles of the checks, and those that no rule maps, because another rule says it better or because it was left out.

mod data;
mod page;

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostics::Diagnostic;
use crate::rules::{Rule, RulePack};

pub use data::{Catalogue, Coverage, Difference};
pub use page::{check_lines, coverage_page};

/// What becomes of a check of another catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer<'c> {
    /// These rules judge it.
    Judged(Vec<&'c str>),
    /// Other rules say the same better.
    Folded {
        /// The rules.
        into: Vec<&'c str>,
        /// Why they do.
        because: &'c str,
    },
    /// It is not judged.
    LeftOut(&'c str),
}

/// A check of another catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<'c> {
    /// Its id there.
    pub id: &'c str,
    /// What the catalogue calls it.
    pub title: &'c str,
    /// What becomes of it.
    pub answer: Answer<'c>,
}

impl Coverage {
    /// The checks of a catalogue, as people would sort them. One that neither a rule nor the file answers is lacking here, and a problem.
    pub fn rows<'c>(&'c self, catalogue: &'c Catalogue, rules: &'c RulePack) -> Vec<Row<'c>> {
        let mut judged: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for rule in rules.rules() {
            for id in mapped(rule, &catalogue.key) {
                judged.entry(id).or_default().push(&rule.id);
            }
        }
        let mut rows: Vec<Row<'_>> = Vec::new();
        for check in self.checks(&catalogue.key) {
            let answer = match (judged.get(check.id), &check.answer) {
                (Some(rules), _) => Answer::Judged(rules.clone()),
                (None, Some(answer)) => answer.clone(),
                (None, None) => continue,
            };
            rows.push(Row { id: check.id, title: check.title, answer });
        }
        rows.sort_by_cached_key(|row| natural(row.id));
        rows
    }

    /// Everything that is wrong: checks without an answer, ids of rules that no catalogue has, checks with two answers, names of no rule.
    pub fn problems(&self, rules: &RulePack) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for catalogue in &self.catalogues {
            let mut judged: BTreeMap<&str, &str> = BTreeMap::new();
            for rule in rules.rules() {
                judged.extend(mapped(rule, &catalogue.key).map(|id| (id, rule.id.as_str())));
            }
            let mut known = BTreeSet::new();
            for check in self.checks(&catalogue.key) {
                let name = format!("{} {}", catalogue.key, check.id);
                if !known.insert(check.id) {
                    found.push(self.at(&check.place, format!("{name} stands here twice")));
                }
                match (&check.answer, judged.get(check.id)) {
                    (None, None) => found.push(self.at(&check.place, format!("no rule judges {name}, and nothing says why"))),
                    (Some(_), Some(rule)) => {
                        found.push(self.at(&check.place, format!("{name} is explained here, and mapped by the rule {rule}")));
                    }
                    (None, Some(_)) | (Some(_), None) => {}
                }
            }
            for (id, rule) in judged.iter().filter(|(id, _)| !known.contains(**id)) {
                found.push(Diagnostic::error(format!("the rule {rule} maps {} {id}, which {} does not know", catalogue.key, self.name)));
            }
        }
        let named = rules.rules().iter().flat_map(|rule| rule.mappings.keys().map(move |key| (*key, &rule.id)));
        for (key, rule) in named.filter(|(key, _)| !self.catalogues.iter().any(|catalogue| catalogue.key == *key)) {
            found.push(Diagnostic::error(format!("the rule {rule} maps ids of {key}, which {} does not know", self.name)));
        }
        for (rule, place) in self.rules_named() {
            if rules.get(rule).is_none_or(|found| found.id != rule) {
                found.push(self.at(&place, format!("there is no rule `{rule}`")));
            }
        }
        found
    }
}

fn mapped<'r>(rule: &'r Rule, catalogue: &str) -> impl Iterator<Item = &'r str> + use<'r> {
    rule.mappings.get(catalogue).into_iter().flatten().map(String::as_str)
}

/// A key that sorts `ELB.4` before `ELB.12`.
fn natural(id: &str) -> Vec<(String, u64)> {
    let mut parts = Vec::new();
    let (mut text, mut number) = (String::new(), String::new());
    for c in id.chars() {
        if c.is_ascii_digit() {
            number.push(c);
            continue;
        }
        if !number.is_empty() {
            parts.push((std::mem::take(&mut text), std::mem::take(&mut number).parse().unwrap_or(u64::MAX)));
        }
        text.push(c);
    }
    parts.push((text, number.parse().unwrap_or_default()));
    parts
}
