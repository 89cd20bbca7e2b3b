//! What can be set right in place, by the same engine as a migration: each fix says what it would break.

mod balancer;
mod stage;
#[cfg(test)]
mod tests;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use super::plan::{Action, Check, FORMAT, FindingKey, Phase, Plan, Step, VERSION};
use super::planner::{Planned, Refusal, Stamp, plan_id, relies};
use super::thing::{Create, Property, State};
use crate::assessment::Assessment;
use crate::inventory::{Inventory, Observed, Region};
use crate::report::text::count;
use crate::topology::Topology;

/// The kinds of fixes.
pub const KINDS: [&str; 10] = [
    "drop-invalid-headers",
    "desync-mode",
    "deletion-protection",
    "redirect-to-https",
    "listener-tls-policy",
    "stage-access-logs",
    "stage-execution-logging",
    "stage-tracing",
    "default-endpoint",
    "close-world-rule",
];

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Where access logs go.
    pub log_group: Option<String>,
    /// Whether to change what code manages.
    pub allow_iac_managed: bool,
}

/// Something that can be set right where it is.
#[derive(Debug, Clone)]
pub struct Fix {
    /// Its kind, one of [`KINDS`].
    pub kind: &'static str,
    /// The resource, in words.
    pub name: String,
    /// The resource's ARN, or what stands for one.
    pub id: String,
    /// The rules whose findings it answers.
    pub answers: Vec<String>,
    /// What it does.
    pub what: String,
    /// What it would break, or who would notice.
    pub breaks: &'static str,
    /// Why it is refused.
    pub refusal: Option<Refusal>,
    /// What it does, step by step.
    pub(super) actions: Vec<(String, Action)>,
    /// What it relies on, by the names of [`relies`].
    pub(super) relies: Vec<String>,
    /// The APIs that no other run may touch meanwhile.
    pub(super) locks: Vec<String>,
    /// The findings it answers.
    pub(super) findings: Vec<FindingKey>,
}

impl Fix {
    /// Whether it is about a resource, by name, id or ARN.
    pub fn is_about(&self, wanted: &str) -> bool {
        let short = self.id.rsplit(['/', ':']).next().unwrap_or_default();
        self.id == wanted
            || short == wanted
            || self.name.split(|letter: char| letter == ' ' || "()".contains(letter)).any(|word| word == wanted)
    }
}

/// What fixes look at.
pub(super) struct Looking<'s, 'a> {
    topology: &'s Topology<'a>,
    region: &'a Region,
    said: &'s Assessment,
    options: &'s Options,
    partition: &'s str,
}

impl Looking<'_, '_> {
    /// The findings of some rules about some subjects.
    fn findings(&self, rules: &[&str], about: &dyn Fn(&str) -> bool) -> Vec<FindingKey> {
        let fails = self.said.fails().filter(|fail| rules.contains(&fail.rule.id.as_str()) && about(&fail.subject.id));
        fails.map(|fail| FindingKey { rule: fail.rule.id.clone(), subject: fail.subject.id.clone() }).collect()
    }
}

/// What can be set right in a region.
pub fn fixes(inventory: &Inventory, region: &str, said: &Assessment, options: &Options) -> Vec<Fix> {
    let topology = Topology::new(inventory);
    let Some(region) = inventory.regions.iter().find(|found| found.name == region) else { return Vec::new() };
    let partition = inventory.account.known().map_or("aws", |account| account.partition.as_str());
    let looking = Looking { topology: &topology, region, said, options, partition };
    let mut found = Vec::new();
    for load_balancer in &region.load_balancers {
        found.extend(balancer::fixes(&looking, load_balancer));
        found.extend(world::fix(&looking, load_balancer));
    }
    for api in region.rest_apis.iter().chain(&region.http_apis) {
        found.extend(stage::fixes(&looking, api));
    }
    found.sort_by(|a, b| {
        let place = |fix: &Fix| KINDS.iter().position(|kind| *kind == fix.kind);
        (place(a), &a.id).cmp(&(place(b), &b.id))
    });
    found
}

/// A fix that sets one property.
pub(super) fn setting(kind: &'static str, name: &str, id: &str, property: Property, before: State, after: State) -> Fix {
    let title = format!("{kind}: {name}");
    let action = Action::Set { property, before, after, undone_by_earlier: false };
    Fix {
        kind,
        name: name.to_owned(),
        id: id.to_owned(),
        answers: Vec::new(),
        what: String::new(),
        breaks: "",
        refusal: None,
        actions: vec![(title, action)],
        relies: Vec::new(),
        locks: Vec::new(),
        findings: Vec::new(),
    }
}

/// Settings of one key.
pub(super) fn one(key: &str, value: &str) -> State {
    State::settings([(key, value)])
}

impl Fix {
    /// The same with what it does, and what it would break.
    pub(super) fn saying(mut self, what: impl Into<String>, breaks: &'static str) -> Self {
        (self.what, self.breaks) = (what.into(), breaks);
        self
    }

    /// The same with the findings it answers.
    pub(super) fn answering(mut self, findings: Vec<FindingKey>) -> Self {
        let rules: BTreeSet<String> = findings.iter().map(|key| key.rule.clone()).collect();
        self.answers = rules.into_iter().collect();
        self.findings = findings;
        self
    }

    /// The same, refused where there is a reason.
    pub(super) fn unless(mut self, refusal: Option<Refusal>) -> Self {
        self.refusal = self.refusal.or(refusal);
        self
    }

    /// The same with what it relies on.
    pub(super) fn relying(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.relies.extend(names);
        self
    }
}

/// Plans some fixes.
pub fn plan(inventory: &Inventory, region: &str, fixes: &[&Fix], said: &Assessment, stamp: Stamp<'_>) -> Planned {
    let mut planned = Planned { refusals: fixes.iter().filter_map(|fix| fix.refusal.clone()).collect(), ..Planned::default() };
    let good: Vec<&&Fix> = fixes.iter().filter(|fix| fix.refusal.is_none()).collect();
    planned.candidates = fixes.len();
    let Some(region) = inventory.regions.iter().find(|found| found.name == region).filter(|_| !good.is_empty()) else { return planned };
    let names: BTreeSet<&String> = good.iter().flat_map(|fix| &fix.relies).collect();
    let relies_on: BTreeMap<String, String> = names.into_iter().map(|name| (name.clone(), relies::digest(region, name))).collect();
    let kinds: Vec<(&str, &str)> = good.iter().map(|fix| (fix.kind, fix.id.as_str())).collect();
    let id = plan_id(inventory, region, &relies_on, &kinds, stamp);
    let locks: BTreeSet<String> = good.iter().flat_map(|fix| fix.locks.clone()).collect();
    let account = inventory.account.known();
    planned.plan = Some(Plan {
        format: FORMAT.to_owned(),
        version: VERSION,
        id,
        tool_version: stamp.tool_version.to_owned(),
        made_at: stamp.made_at.to_owned(),
        account: account.map(|account| account.id.clone()).unwrap_or_default(),
        partition: account.map_or_else(|| "aws".to_owned(), |account| account.partition.clone()),
        region: region.name.clone(),
        summary: format!(
            "Fix in place: {}",
            good.iter().map(|fix| fix.kind).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
        ),
        relies_on,
        locks: locks.into_iter().collect(),
        steps: steps(&good, said),
        warnings: good.iter().map(|fix| format!("{} ({}): {}", fix.kind, fix.name, fix.breaks)).collect(),
    });
    planned
}

fn steps(good: &[&&Fix], said: &Assessment) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (number, fix) in good.iter().enumerate() {
        for (place, (title, action)) in fix.actions.iter().enumerate() {
            // A deployment is served by name: what one step of a fix makes, the next ones of the same fix take.
            let id = step_id(number, place);
            steps.push(step(&id, title.clone(), Phase::Fix, renamed(action, number)));
        }
    }
    let gone: Vec<FindingKey> = good.iter().flat_map(|fix| fix.findings.clone()).collect();
    let all = said.fails().map(|fail| FindingKey { rule: fail.rule.id.clone(), subject: fail.subject.id.clone() });
    let known = all.filter(|key| !gone.contains(key)).collect();
    let touched = good.iter().map(|fix| fix.id.clone()).collect();
    let title = format!("scan again: {} must be gone, and none new", count(gone.len(), "finding", "findings"));
    let check = Check::Rescan { gone, known, touched, expected: BTreeMap::new() };
    steps.push(step("rescan", title, Phase::Verify, Action::Check(check)));
    steps
}

fn step_id(fix: usize, place: usize) -> String {
    format!("fix-{}-{}", fix + 1, place + 1)
}

/// What a fix's own steps are called by within it: `${1}` is what its first step makes.
fn renamed(action: &Action, fix: usize) -> Action {
    let Action::Set { property, before, after, undone_by_earlier } = action else { return action.clone() };
    let fill = |state: &State| match state {
        State::Settings(settings) => State::settings(settings.iter().map(|(key, value)| {
            let value = (1..=9)
                .fold(value.clone(), |value, place| value.replace(&format!("${{{place}}}"), &format!("${{{}}}", step_id(fix, place - 1))));
            (key.clone(), value)
        })),
        other => other.clone(),
    };
    Action::Set { property: property.clone(), before: fill(before), after: fill(after), undone_by_earlier: *undone_by_earlier }
}

fn step(id: &str, title: String, phase: Phase, action: Action) -> Step {
    let settle_seconds = match &action {
        Action::Set { property: Property::RestStage { .. }, after, .. } if after.get("/deploymentId").is_some() => 60,
        _ => 0,
    };
    Step { id: id.to_owned(), title, phase, action, usual_seconds: 5, deadline_seconds: 120, settle_seconds }
}

/// A value that could not be read, as the reason for a refusal.
pub(super) fn unread<T>(value: &Observed<T>, subject: &str) -> Option<Refusal> {
    value.gap().map(|gap| Refusal::new(super::planner::Code::Unread, subject, gap.to_string()))
}

/// Makes a deployment of a REST API and lets its stages serve it: what some settings need to take effect.
pub(super) fn deployed(api: &crate::inventory::Api, made_by: usize) -> Vec<(String, Action)> {
    let name = format!("{} ({})", api.name, api.id);
    let thing = Create::RestDeployment { api: api.id.clone(), stage: None, canary_percent: None };
    let mut actions = vec![(format!("deploy API {name}"), Action::Create(thing))];
    for stage in &api.stages {
        let Some(old) = &stage.deployment_id else { continue };
        let property = Property::RestStage { api: api.id.clone(), stage: stage.name.clone() };
        let after = one("/deploymentId", &format!("${{{made_by}}}"));
        let action = Action::Set { property, before: one("/deploymentId", old), after, undone_by_earlier: false };
        actions.push((format!("let stage {} of {name} serve it", stage.name), action));
    }
    actions
}
