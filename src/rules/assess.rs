//! Every rule over every subject.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::assessment::{Assessment, Coverage, Evidence, Outcome, Proof, Remediation, RuleInfo, Scope, Sources, Subject, Verdict};
use crate::inventory::Inventory;
use crate::network::SharedRanges;
use crate::rules::facts::Context;
use crate::rules::items::{Item, Source, items};
use crate::rules::value::Value;
use crate::rules::{Rule, evaluate, explain};
use crate::topology::Topology;

/// What the judgement of a run is held to.
#[derive(Debug, Clone, Copy)]
pub struct Settings<'s> {
    /// The ranges that strangers share.
    pub shared: &'s SharedRanges,
    /// Whose hygiene is judged.
    pub scope: Scope,
}

impl Default for Settings<'_> {
    fn default() -> Self {
        Self { shared: SharedRanges::embedded(), scope: Scope::default() }
    }
}

/// Judges an account. The rules may be any selection of a pack's.
pub fn assess(inventory: &Inventory, rules: &[&Rule], tool_version: &str) -> Assessment {
    assess_with(inventory, rules, tool_version, Settings::default())
}

/// Judges an account with other settings than the usual ones.
pub fn assess_with(inventory: &Inventory, rules: &[&Rule], tool_version: &str, settings: Settings<'_>) -> Assessment {
    let topology = Topology::new(inventory);
    let context = Context::new(&topology, settings);
    let infos: Vec<Arc<RuleInfo>> = rules.iter().map(|rule| Arc::new(info(rule))).collect();
    let mut about: BTreeMap<&str, Vec<Applied<'_>>> = BTreeMap::new();
    for (rule, info) in rules.iter().zip(&infos) {
        about.entry(rule.subject).or_default().push(Applied { rule, info, remedy: remedy(rule) });
    }
    let judge = Judge { topology: &topology, context: &context, about: &about };
    let mut outcomes: Vec<Outcome> = items(&topology).into_par_iter().flat_map_iter(|item| judge.item(item)).collect();
    outcomes.par_sort_by(|a, b| (&a.rule.id, &a.subject).cmp(&(&b.rule.id, &b.subject)));
    let mut infos = infos;
    infos.sort_by(|a, b| a.id.cmp(&b.id));
    Assessment {
        tool_version: tool_version.to_owned(),
        taken_at: inventory.taken_at.clone(),
        account: inventory.account.known().cloned(),
        regions: inventory.regions.iter().map(|region| region.name.clone()).collect(),
        skipped_regions: inventory.skipped_regions.clone(),
        rules: infos,
        outcomes,
        gaps: inventory.gaps(),
        coverage: coverage(inventory, &topology),
        sources: Sources::default(),
        code: inventory.code.clone(),
        suppressions: Vec::new(),
        scope: settings.scope,
        narrowed: None,
        baseline: None,
    }
}

struct Judge<'t, 'a> {
    topology: &'t Topology<'a>,
    context: &'t Context<'a>,
    about: &'t BTreeMap<&'t str, Vec<Applied<'t>>>,
}

/// A rule of this run, with what all its findings share.
struct Applied<'t> {
    rule: &'t Rule,
    info: &'t Arc<RuleInfo>,
    remedy: Remediation,
}

fn remedy(rule: &Rule) -> Remediation {
    let remedy = &rule.remediation;
    Remediation {
        steps: Arc::new(remedy.steps.clone()),
        cli: None,
        terraform: remedy.terraform.as_deref().map(Arc::from),
        cloudformation: remedy.cloudformation.as_deref().map(Arc::from),
    }
}

impl<'a> Judge<'_, 'a> {
    fn item(&self, item: Item<'a>) -> Vec<Outcome> {
        let Some(rules) = self.about.get(item.subject.kind.as_str()) else { return Vec::new() };
        let subject = Arc::new(item.subject);
        let facts = item.source.facts(self.topology, self.context);
        rules.iter().map(|applied| self.outcome(applied, &subject, &item.source, facts.as_ref())).collect()
    }

    fn outcome(&self, applied: &Applied<'_>, subject: &Arc<Subject>, source: &Source<'a>, facts: Option<&Value>) -> Outcome {
        let rule = applied.rule;
        let (verdict, proof) = match (facts, source) {
            (Some(facts), _) => {
                let verdict = evaluate(rule, facts);
                let shown = matches!(verdict, Verdict::Fail | Verdict::Unknown(_));
                let proof = shown.then(|| Box::new(self.proof(applied, subject, source, facts, &verdict)));
                (verdict, proof)
            }
            (None, Source::Unread(gaps)) => {
                let verdict = Verdict::Unknown(gaps.clone());
                let message = format!("cannot tell for {}: {}", subject.name, join(gaps.iter().map(ToString::to_string)));
                let fingerprint = self.fingerprint(rule, subject, &[]);
                (verdict, Some(Box::new(Proof { message, fingerprint, ..Proof::default() })))
            }
            (None, _) => (Verdict::NotApplicable, None),
        };
        Outcome { rule: Arc::clone(applied.info), subject: Arc::clone(subject), verdict, proof, suppressed: None }
    }

    fn proof(&self, applied: &Applied<'_>, subject: &Subject, source: &Source<'a>, facts: &Value, verdict: &Verdict) -> Proof {
        let rule = applied.rule;
        let explanation = explain(rule, facts, verdict);
        let keys: Vec<&str> = explanation.evidence.iter().filter(|item| item.key).map(|item| item.value.as_str()).collect();
        let fingerprint = self.fingerprint(rule, subject, &keys);
        let remediation = match verdict {
            Verdict::Fail => Remediation { cli: explanation.cli, ..applied.remedy.clone() },
            _ => Remediation::default(),
        };
        let evidence = explanation.evidence.into_iter().map(|item| Evidence { label: item.label, value: item.value });
        Proof {
            message: explanation.message,
            evidence: evidence.collect(),
            paths: if *verdict == Verdict::Fail { source.paths(self.topology, self.context) } else { Vec::new() },
            remediation,
            fingerprint,
        }
    }

    fn fingerprint(&self, rule: &Rule, subject: &Subject, keys: &[&str]) -> String {
        fingerprint(self.topology.ids.account, rule, subject, keys)
    }
}

/// The same for the same finding in every run: neither the order of answers nor a line number goes into it.
pub(super) fn fingerprint(account: &str, rule: &Rule, subject: &Subject, keys: &[&str]) -> String {
    let mut hash = Sha256::new();
    let parts = [rule.id.as_str(), account, &subject.region, &subject.id];
    for part in parts.iter().chain(keys) {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().take(16).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

/// What a report tells about a rule.
pub fn info(rule: &Rule) -> RuleInfo {
    RuleInfo {
        id: rule.id.clone(),
        title: rule.title.clone(),
        severity: rule.severity,
        precision: rule.precision.name().to_owned(),
        family: rule.family.clone(),
        what: rule.docs.what.clone(),
        why: rule.docs.why.clone(),
        fix: rule.remediation.steps.iter().enumerate().fold(String::new(), |mut text, (number, step)| {
            let _ = writeln!(text, "{}. {step}", number + 1);
            text
        }),
        references: rule.docs.references.clone(),
        mappings: rule.mappings.iter().flat_map(|(catalogue, ids)| ids.iter().map(|id| ((*catalogue).to_owned(), id.clone()))).collect(),
        parts: rule.parts.clone(),
    }
}

fn coverage(inventory: &Inventory, topology: &Topology<'_>) -> Coverage {
    let mut coverage = Coverage {
        routes: topology.routes.len(),
        draft_routes: topology.routes.iter().filter(|served| served.is_draft()).count(),
        ..Coverage::default()
    };
    for region in &inventory.regions {
        let apis = || region.rest_apis.iter().chain(&region.http_apis);
        coverage.apis += apis().count();
        coverage.stages += apis().map(|api| api.stages.items.len()).sum::<usize>();
        coverage.load_balancers += region.load_balancers.items.len();
        coverage.target_groups += region.target_groups.items.len();
        coverage.services += region.clusters.iter().map(|cluster| cluster.services.items.len()).sum::<usize>();
        coverage.tasks += region.clusters.iter().map(|cluster| cluster.tasks.items.len()).sum::<usize>();
    }
    coverage
}
