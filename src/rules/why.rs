//! Why a verdict is what it is: the parts of the rule's conditions, the facts they read and the calls behind them.

use rayon::prelude::*;

use crate::assessment::{Evidence, Path, Subject, Verdict};
use crate::inventory::{Gap, Inventory};
use crate::rules::assess::{Settings, fingerprint};
use crate::rules::expr::{Part, Scope as Names};
use crate::rules::facts::Context;
use crate::rules::items::{Item, Source, items};
use crate::rules::subjects::SubjectRegistry;
use crate::rules::{Rule, evaluate, explain};
use crate::topology::Topology;

/// A verdict, taken apart.
#[derive(Debug, Clone)]
pub struct Why {
    /// The rule's id.
    pub rule: String,
    /// What was judged.
    pub subject: Subject,
    /// The verdict.
    pub verdict: Verdict,
    /// The finding's name, the same in every run; that of a pass is the name it would have as a finding.
    pub fingerprint: String,
    /// What the rule says of it; nothing for what is fine.
    pub message: String,
    /// Whether the rule speaks of such a subject; nothing where it speaks of all.
    pub applies: Option<Part>,
    /// What must hold for the subject to fail; nothing where its facts could not be read.
    pub condition: Option<Part>,
    /// What the rule shows as proof.
    pub evidence: Vec<Evidence>,
    /// The ways through the subject.
    pub paths: Vec<Path>,
    /// The commands that close it, with the subject's own names.
    pub cli: Option<String>,
}

/// Which verdicts to take apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted<'w> {
    /// Those whose fingerprint begins so.
    Fingerprint(&'w str),
    /// Those of a rule on a resource: its id, its name, or the end or a part of either.
    Resource(&'w str),
}

/// Takes verdicts of the rules apart. A resource that is named whole is preferred to those that its name is a part of.
pub fn why(inventory: &Inventory, rules: &[&Rule], registry: &SubjectRegistry, settings: Settings<'_>, wanted: Wanted<'_>) -> Vec<Why> {
    let topology = Topology::new(inventory);
    let context = Context::new(&topology, settings);
    let all: Vec<Item<'_>> =
        items(&topology).into_iter().filter(|item| rules.iter().any(|rule| rule.subject == item.subject.kind)).collect();
    let chosen: Vec<&Item<'_>> = match wanted {
        Wanted::Fingerprint(_) => all.iter().collect(),
        Wanted::Resource(name) => {
            let ranks: Vec<Option<u8>> = all.iter().map(|item| rank(&item.subject, name)).collect();
            let best = ranks.iter().flatten().min().copied();
            all.iter().zip(&ranks).filter(|(_, rank)| rank.is_some() && **rank == best).map(|(item, _)| item).collect()
        }
    };
    let judged = chosen.into_par_iter().flat_map_iter(|item| {
        let facts = item.source.facts(&topology, &context);
        let about = rules.iter().filter(|rule| rule.subject == item.subject.kind);
        let one = |rule: &&Rule| {
            let (verdict, explanation) = match (&facts, &item.source) {
                (Some(facts), _) => {
                    let verdict = evaluate(rule, facts);
                    let explanation = explain(rule, facts, &verdict);
                    (verdict, Some(explanation))
                }
                (None, Source::Unread(gaps)) => (Verdict::Unknown(gaps.clone()), None),
                (None, _) => (Verdict::NotApplicable, None),
            };
            let evidence = explanation.as_ref().map(|found| found.evidence.as_slice()).unwrap_or_default();
            let keys: Vec<&str> = evidence.iter().filter(|item| item.key).map(|item| item.value.as_str()).collect();
            let fingerprint = fingerprint(topology.ids.account, rule, &item.subject, &keys);
            if let Wanted::Fingerprint(prefix) = wanted
                && !fingerprint.starts_with(prefix)
            {
                return None;
            }
            let names = registry.get(rule.subject).map(|subject| Names {
                variable: subject.variable,
                record: subject.record,
                functions: registry.functions(),
                thresholds: &rule.thresholds,
            });
            let part = |program: &crate::rules::expr::Program| Some(program.parts(names?, facts.as_ref()?));
            Some(Why {
                rule: rule.id.clone(),
                subject: item.subject.clone(),
                message: message(&verdict, item, explanation.as_ref().map(|found| found.message.as_str())),
                applies: rule.applies.as_ref().and_then(part),
                condition: part(&rule.condition),
                evidence: evidence.iter().map(|item| Evidence { label: item.label.clone(), value: item.value.clone() }).collect(),
                paths: item.source.paths(&topology, &context),
                cli: explanation.and_then(|found| found.cli).filter(|_| verdict == Verdict::Fail),
                verdict,
                fingerprint,
            })
        };
        about.filter_map(one).collect::<Vec<_>>()
    });
    judged.collect()
}

fn message(verdict: &Verdict, item: &Item<'_>, told: Option<&str>) -> String {
    match (told, verdict) {
        (Some(told), _) => told.to_owned(),
        (None, Verdict::Unknown(gaps)) => {
            let gaps: Vec<String> = gaps.iter().map(Gap::to_string).collect();
            format!("cannot tell for {}: {}", item.subject.name, gaps.join(", "))
        }
        (None, _) => String::new(),
    }
}

/// How well a name fits a subject: the smaller the better.
fn rank(subject: &Subject, name: &str) -> Option<u8> {
    let (id, called, name) = (subject.id.to_lowercase(), subject.name.to_lowercase(), name.to_lowercase());
    if id == name || called == name {
        Some(0)
    } else if [':', '/', '#', ' '].iter().any(|mark| id.ends_with(&format!("{mark}{name}")) || called.ends_with(&format!("{mark}{name}"))) {
        Some(1)
    } else {
        (id.contains(&name) || called.contains(&name)).then_some(2)
    }
}
