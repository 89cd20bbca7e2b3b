//! What is told of a run once all of it is read: which rule each result speaks of, and what stands beside the results.

use std::collections::{BTreeSet, HashSet};
use std::hash::{BuildHasher as _, RandomState};

use serde_json::Value;

use super::findings::Findings;
use super::kinds::{
    CATEGORY_EMPTY, DUPLICATE_ITEM, EXTERNAL, NO_RULE, ONE_ALERT, RESULTS_MISSING, RULE_INDEX, RULE_TWICE, RULE_UNKNOWN, RULES_MISSING,
    TOOL_NAME, UNSUCCESSFUL, URI_BASE,
};
use super::place::{Place, quoted};
use super::result::{items, line_hash};
use super::shape::{self, integer};
use super::{limits, result, rule, shapes};

/// What is kept of a run while its rules and results pass by.
#[derive(Default)]
pub(super) struct Run {
    hasher: RandomState,
    /// The ids of its driver's rules, in their places.
    rules: Vec<String>,
    rules_seen: HashSet<u64>,
    mentions: Vec<Mention>,
    alerts_seen: HashSet<u64>,
    bases: BTreeSet<String>,
}

/// The rule that a result names.
struct Mention {
    result: usize,
    id: Option<String>,
    index: Option<i64>,
}

impl Run {
    /// Takes a rule of the driver.
    pub(super) fn rule(&mut self, index: usize, value: &Value, place: &Place<'_>, findings: &mut Findings) {
        // A log with more of them is refused, and what else is wrong with it is not worth the time.
        if limits::RULES.is_over(index + 1) {
            return;
        }
        rule::check(value, place, findings);
        if !self.rules_seen.insert(self.hasher.hash_one(value)) {
            findings.add(&DUPLICATE_ITEM, place, || "the list holds the same item before".to_owned());
        }
        self.rules.push(value["id"].as_str().unwrap_or_default().to_owned());
    }

    /// Takes a result.
    pub(super) fn result(&mut self, index: usize, value: &Value, place: &Place<'_>, findings: &mut Findings) {
        if limits::RESULTS.is_over(index + 1) {
            return;
        }
        result::check(value, place, findings);
        let reference = &value["rule"];
        // A rule of an extension stands in another list.
        let is_elsewhere = !reference["toolComponent"].is_null();
        let number = integer(&value["ruleIndex"]).or_else(|| integer(&reference["index"])).filter(|index| *index >= 0 && !is_elsewhere);
        let id = value["ruleId"].as_str().or_else(|| reference["id"].as_str()).filter(|id| !id.is_empty()).map(str::to_owned);
        let artifact = &value["locations"][0]["physicalLocation"]["artifactLocation"];
        self.bases.extend(artifact["uriBaseId"].as_str().map(str::to_owned));
        if let Some(hash) = line_hash(value) {
            let alert = self.hasher.hash_one((&id, number, artifact["uri"].as_str(), hash));
            if !self.alerts_seen.insert(alert) {
                findings.add(&ONE_ALERT, place, || format!("the fingerprint {} was there before", quoted(hash)));
            }
        }
        if !(is_elsewhere && id.is_none()) {
            self.mentions.push(Mention { result: index, id, index: number });
        }
    }

    /// Ends the run: the rest of it is at hand, without what passed by.
    pub(super) fn end(self, run: &Value, counts: Counts, place: &Place<'_>, findings: &mut Findings) {
        shape::check(&shapes::RUN, run, place, findings);
        limits::RESULTS.check(counts.results, &place.member("results"), findings);
        if run.get("results").is_none() {
            findings.add(&RESULTS_MISSING, place, || "there is no `results`".to_owned());
        }
        tool(&run["tool"], counts, &place.member("tool"), findings);
        self.rule_names(run, place, findings);
        self.base_names(&run["originalUriBaseIds"], &place.member("originalUriBaseIds"), findings);
        beside(run, place, findings);
    }

    fn rule_names(&self, run: &Value, place: &Place<'_>, findings: &mut Findings) {
        let mut known: HashSet<&str> = HashSet::new();
        for (index, id) in self.rules.iter().enumerate() {
            if !known.insert(id) {
                let (tool, driver) = (place.member("tool"), "driver");
                findings.add(&RULE_TWICE, &tool.member(driver).member("rules").item(index), || {
                    format!("the rule {} was there before", quoted(id))
                });
            }
        }
        let extensions = items(&run["tool"]["extensions"]).iter().flat_map(|extension| items(&extension["rules"]));
        known.extend(extensions.filter_map(|rule| rule["id"].as_str()));
        let place = place.member("results");
        for mention in &self.mentions {
            self.mention(mention, &known, &place.item(mention.result), findings);
        }
    }

    fn mention(&self, mention: &Mention, known: &HashSet<&str>, place: &Place<'_>, findings: &mut Findings) {
        let named = mention.index.map(|index| usize::try_from(index).ok().and_then(|index| self.rules.get(index)));
        match (&mention.id, mention.index, named) {
            (_, Some(index), Some(None)) if !self.rules.is_empty() || mention.id.is_none() => {
                findings.add(&RULE_INDEX, place, || format!("there is no rule at index {index}"));
            }
            (Some(id), Some(index), Some(Some(rule))) if !rule.is_empty() && !is_called(id, rule) => {
                findings
                    .add(&RULE_INDEX, place, || format!("it is of the rule {}, and at index {index} stands {}", quoted(id), quoted(rule)));
            }
            (None, None, _) => findings.add(&NO_RULE, place, || "there is neither `ruleId` nor `ruleIndex`".to_owned()),
            // Where there is no rule at all, that was told.
            (Some(id), None, _) if !known.is_empty() && !known.contains(&**id) && !known.contains(family(id)) => {
                findings.add(&RULE_UNKNOWN, place, || format!("there is no rule {}", quoted(id)));
            }
            _ => {}
        }
    }

    /// A base that is not the root of the repository would have to be looked up.
    fn base_names(&self, bases: &Value, place: &Place<'_>, findings: &mut Findings) {
        for name in &self.bases {
            let base = &bases[name.as_str()];
            if let Some(uri) = base["uri"].as_str().filter(|uri| !uri.is_empty() && !uri.contains(':')) {
                findings.add(&URI_BASE, &place.member(name), || format!("locations stand below {}", quoted(uri)));
            }
        }
    }
}

/// How much passed by.
#[derive(Default, Clone, Copy)]
pub(super) struct Counts {
    pub(super) rules: usize,
    pub(super) results: usize,
}

/// Whether an id names a rule; the standard lets results add a part behind a slash.
fn is_called(id: &str, rule: &str) -> bool {
    id == rule || id.strip_prefix(rule).is_some_and(|rest| rest.starts_with('/'))
}

fn family(id: &str) -> &str {
    id.rsplit_once('/').map_or(id, |(family, _)| family)
}

fn tool(tool: &Value, counts: Counts, place: &Place<'_>, findings: &mut Findings) {
    let (driver, driver_place) = (&tool["driver"], place.member("driver"));
    if driver["name"] == "" {
        findings.add(&TOOL_NAME, &driver_place, || "`name` is empty".to_owned());
    }
    let extensions = items(&tool["extensions"]);
    limits::EXTENSIONS.check(extensions.len(), &place.member("extensions"), findings);
    let extended: usize = extensions.iter().map(|extension| items(&extension["rules"]).len()).sum();
    for (index, extension) in extensions.iter().enumerate() {
        let list = place.member("extensions");
        let extension_place = list.item(index);
        for (index, rule) in items(&extension["rules"]).iter().enumerate() {
            rule::details(rule, &extension_place.member("rules").item(index), findings);
        }
    }
    limits::RULES.check(counts.rules + extended, &driver_place.member("rules"), findings);
    if driver.is_object() && driver.get("rules").is_none() && extended == 0 {
        findings.add(&RULES_MISSING, &driver_place, || "there is no `rules`".to_owned());
    }
}

/// What stands beside tool and results.
fn beside(run: &Value, place: &Place<'_>, findings: &mut Findings) {
    let invocations = place.member("invocations");
    for (index, invocation) in items(&run["invocations"]).iter().enumerate() {
        if invocation["executionSuccessful"] == false {
            findings.add(&UNSUCCESSFUL, &invocations.item(index), || "`executionSuccessful` is false".to_owned());
        }
    }
    if let Some(id) = run["automationDetails"]["id"].as_str().filter(|id| !id.is_empty() && !id.contains('/')) {
        findings.add(&CATEGORY_EMPTY, &place.member("automationDetails"), || format!("{} has no slash", quoted(id)));
    }
    if !run["externalPropertyFileReferences"].is_null() {
        findings.add(&EXTERNAL, place, || "there are `externalPropertyFileReferences`".to_owned());
    }
}
