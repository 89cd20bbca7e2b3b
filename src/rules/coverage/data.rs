//! The data file: what other catalogues' checks are called, and why some of them have no rule of their own.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use super::Answer;
use crate::diagnostics::Diagnostic;

/// What the data file says.
#[derive(Debug, Clone)]
pub struct Coverage {
    pub(super) name: String,
    source: Arc<str>,
    /// The catalogues, in the order of the file.
    pub catalogues: Vec<Catalogue>,
    groups: Vec<Group>,
    /// The group that explains a check, and where it does: by catalogue and id.
    explained: BTreeMap<(String, String), (usize, Range<usize>)>,
    /// Where apiaudit deliberately says something else than a peer.
    pub differences: Vec<Difference>,
}

/// A catalogue of checks or requirements.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Catalogue {
    /// Its key in the `mappings` of rules; a word of its own where rules map none of its ids.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// Which state of it is meant, and what its rows are.
    pub about: String,
    checks: BTreeMap<Spanned<String>, String>,
}

/// A peer says one thing and apiaudit another, on purpose.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Difference {
    /// The peer.
    pub peer: String,
    /// Its check.
    pub check: String,
    /// What it says.
    pub says: String,
    /// What apiaudit says.
    pub apiaudit: String,
    /// Why, where that needs words.
    #[serde(default)]
    pub because: String,
    /// The cases that show it: `<rule-id>/<case>`, whose name begins with the verdict; or tests, as `<file>::<test>`.
    pub shown: Vec<String>,
}

/// Checks with one answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Group {
    /// The rules that say the same; none for what is left out.
    #[serde(default)]
    into: Vec<Spanned<String>>,
    #[serde(default)]
    because: String,
    /// `<catalogue> <id>` each.
    checks: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Document {
    catalogue: Vec<Catalogue>,
    #[serde(default)]
    judged: Vec<Group>,
    #[serde(default)]
    folded: Vec<Group>,
    #[serde(default)]
    left_out: Vec<Group>,
    #[serde(default)]
    difference: Vec<Difference>,
}

/// A check of a catalogue, and what the file says of it.
pub(super) struct Check<'c> {
    pub(super) id: &'c str,
    pub(super) title: &'c str,
    pub(super) place: Range<usize>,
    pub(super) answer: Option<Answer<'c>>,
}

impl Coverage {
    /// Reads the data file; everything in it that contradicts itself is reported, each with its place.
    pub fn read(name: &str, text: &str) -> Result<Self, Vec<Diagnostic>> {
        let source: Arc<str> = text.into();
        let document: Document = toml::from_str(text).map_err(|error| {
            let told = Diagnostic::error(error.message()).in_file(name, Arc::clone(&source));
            vec![told.label(error.span().unwrap_or(0..0), "")]
        })?;
        let Document { catalogue, judged, folded, left_out, difference } = document;
        let mut coverage = Self {
            name: name.to_owned(),
            source,
            catalogues: catalogue,
            groups: Vec::new(),
            explained: BTreeMap::new(),
            differences: difference,
        };
        let mut wrong = Vec::new();
        for (group, needs) in with(judged, Needs::Rules).chain(with(folded, Needs::Both)).chain(with(left_out, Needs::Reason)) {
            coverage.add(group, needs, &mut wrong);
        }
        if wrong.is_empty() { Ok(coverage) } else { Err(wrong) }
    }

    fn add(&mut self, group: Group, needs: Needs, wrong: &mut Vec<Diagnostic>) {
        let number = self.groups.len();
        for check in &group.checks {
            let known = check.get_ref().split_once(' ').filter(|(key, id)| {
                let catalogue = self.catalogues.iter().find(|catalogue| catalogue.key == *key);
                catalogue.is_some_and(|catalogue| catalogue.checks.keys().any(|known| known.get_ref() == id))
            });
            let Some((key, id)) = known else {
                wrong.push(self.at(&check.span(), format!("no catalogue here has a check `{}`", check.get_ref())));
                continue;
            };
            let name = (key.to_owned(), id.to_owned());
            if self.explained.insert(name, (number, check.span())).is_some() {
                wrong.push(self.at(&check.span(), format!("`{}` is explained twice", check.get_ref())));
            }
        }
        let place = group.checks.first().map_or(0..0, Spanned::span);
        if group.into.is_empty() == matches!(needs, Needs::Rules | Needs::Both) {
            wrong.push(self.at(&place, "what is judged or folded names the rules under `into`, and what is left out names none"));
        }
        if group.because.is_empty() == matches!(needs, Needs::Reason | Needs::Both) {
            wrong.push(self.at(&place, "what is folded or left out says why under `because`, and what is judged does not"));
        }
        self.groups.push(group);
    }

    /// The checks of a catalogue.
    pub(super) fn checks(&self, key: &str) -> Vec<Check<'_>> {
        let catalogue = self.catalogues.iter().filter(|catalogue| catalogue.key == key);
        let checks = catalogue.flat_map(|catalogue| &catalogue.checks);
        let check = checks.map(|(id, title)| {
            let explained = self.explained.get(&(key.to_owned(), id.get_ref().clone()));
            let answer = explained.and_then(|(group, _)| self.groups.get(*group)).map(Group::answer);
            let place = explained.map_or_else(|| id.span(), |(_, place)| place.clone());
            Check { id: id.get_ref(), title, place, answer }
        });
        check.collect()
    }

    /// The rules that the file names, each with its place.
    pub(super) fn rules_named(&self) -> impl Iterator<Item = (&str, Range<usize>)> {
        self.groups.iter().flat_map(|group| &group.into).map(|rule| (rule.get_ref().as_str(), rule.span()))
    }

    /// An error at a place of the file.
    pub(super) fn at(&self, place: &Range<usize>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(message).in_file(self.name.clone(), Arc::clone(&self.source)).label(place.clone(), "")
    }
}

impl Group {
    fn answer(&self) -> Answer<'_> {
        let rules: Vec<&str> = self.into.iter().map(|rule| rule.get_ref().as_str()).collect();
        match (rules.is_empty(), self.because.as_str()) {
            (true, because) => Answer::LeftOut(because),
            (false, "") => Answer::Judged(rules),
            (false, because) => Answer::Folded { into: rules, because },
        }
    }
}

/// What a group must say.
#[derive(Debug, Clone, Copy)]
enum Needs {
    Rules,
    Reason,
    Both,
}

fn with(groups: Vec<Group>, needs: Needs) -> impl Iterator<Item = (Group, Needs)> {
    groups.into_iter().map(move |group| (group, needs))
}
