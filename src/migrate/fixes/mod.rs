//! Point fixes: one setting of one resource, changed in place so that it can be changed back.
//!
//! [`fixes`] says what could be done, what each would break, and what speaks against it; [`plan`] makes a plan of those that were
//! chosen. A value that could not be read is never guessed: such a fix is refused and names what would have to be read.

pub(super) mod attributes;
pub(super) mod desk;
mod endpoint;
mod listeners;
mod stages;
#[cfg(test)]
mod tests;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::plan::{Action, Check, FindingKey, Phase, Plan, Step};
use super::planner::build::{Builder, Built};
use super::planner::{Options as PlannerOptions, Refusal, Stamp, assemble, plan_id, relies};
use crate::assessment::Assessment;
use crate::inventory::Inventory;
use crate::topology::Topology;
use desk::Desk;

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
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Options {
    /// Where access logs are to go: the ARN of a log group or a Firehose stream.
    pub log_group: Option<String>,
    /// Whether to change what code manages.
    pub allow_iac_managed: bool,
}

/// Something that can be done to one resource.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fix {
    /// Its kind, such as `desync-mode`.
    pub id: &'static str,
    /// The resource in words.
    pub subject: String,
    /// The resource's ARN; a stage's is its API's ARN and the stage.
    pub resource: String,
    /// The current findings that it answers; none where it only hardens.
    pub answers: Vec<FindingKey>,
    /// What it does.
    pub what: String,
    /// What it would break, or who would notice.
    pub breaks: String,
    /// How.
    pub steps: Vec<Step>,
    /// What speaks against it.
    pub refusal: Option<Refusal>,
    /// The names of what it relies on.
    pub relies: Vec<String>,
    /// The ARNs of the APIs that it changes.
    pub locks: Vec<String>,
    /// The beginnings of the ids of what it touches.
    pub touches: Vec<String>,
}

/// What came of planning.
#[derive(Debug, Clone, Default)]
pub struct Planned {
    /// The plan; none when nothing is left to do.
    pub plan: Option<Plan>,
    /// What is refused, and why. What is not refused is in the plan.
    pub refusals: Vec<Refusal>,
}

impl From<Planned> for super::planner::Planned {
    fn from(planned: Planned) -> Self {
        Self { plan: planned.plan, refusals: planned.refusals, ..Self::default() }
    }
}

impl Fix {
    /// Whether it is about a resource, by name, id or ARN.
    pub fn is_about(&self, wanted: &str) -> bool {
        let named = |text: &str| text.split(|letter: char| letter.is_whitespace() || "()/:".contains(letter)).any(|word| word == wanted);
        self.resource == wanted || named(&self.subject) || named(&self.resource)
    }
}

/// Every fix that a region's resources allow for, or would if nothing spoke against it. `assessment` is what the rules say of the
/// same inventory.
pub fn fixes(inventory: &Inventory, region: &str, assessment: &Assessment, options: &Options) -> Vec<Fix> {
    let topology = Topology::new(inventory);
    let Some(region) = inventory.regions.iter().find(|found| found.name == region) else { return Vec::new() };
    let asked = PlannerOptions { allow_iac_managed: options.allow_iac_managed, ..PlannerOptions::default() };
    let desk = Desk::new(&topology, region, &asked, options, assessment);
    let mut found = attributes::fixes(&desk);
    found.extend(listeners::fixes(&desk));
    found.extend(stages::fixes(&desk));
    found.extend(endpoint::fixes(&desk));
    found.extend(world::fixes(&desk));
    found
}

/// Plans the fixes that were chosen, in their order.
pub fn plan(inventory: &Inventory, region: &str, fixes: &[&Fix], assessment: &Assessment, stamp: Stamp<'_>) -> Planned {
    let Some(region) = inventory.regions.iter().find(|found| found.name == region) else { return Planned::default() };
    let mut seen = BTreeSet::new();
    let fixes: Vec<&Fix> = fixes.iter().copied().filter(|fix| seen.insert((fix.id, &fix.resource))).collect();
    let refusals: Vec<Refusal> = fixes.iter().filter_map(|fix| fix.refusal.clone()).collect();
    let fixes: Vec<&Fix> = fixes.into_iter().filter(|fix| fix.refusal.is_none()).collect();
    if fixes.is_empty() {
        return Planned { plan: None, refusals };
    }
    let relies_on = relies::of_names(region, fixes.iter().flat_map(|fix| fix.relies.iter().cloned()).collect());
    let asked: Vec<(&str, &String)> = fixes.iter().map(|fix| (fix.id, &fix.resource)).collect();
    let id = plan_id(inventory, region, &relies_on, &asked, stamp);
    let mut builder = Builder { steps: fixes.iter().flat_map(|fix| fix.steps.clone()).collect() };
    rescan(&mut builder, &fixes, assessment);
    let what: Vec<String> = fixes.iter().map(|fix| format!("{} of {}", fix.id, fix.subject)).collect();
    let built = Built {
        steps: builder.steps,
        warnings: fixes.iter().map(|fix| format!("{} of {}: {}", fix.id, fix.subject, fix.breaks)).collect(),
        locks: sorted(fixes.iter().flat_map(|fix| fix.locks.clone())),
        summary: format!("Fix {}", what.join(", ")),
        ..Built::default()
    };
    Planned { plan: Some(Plan { relies_on, ..assemble(inventory, region, built, id, stamp) }), refusals }
}

/// The findings that were answered must be gone, and none new.
fn rescan(builder: &mut Builder, fixes: &[&Fix], assessment: &Assessment) {
    let gone: BTreeSet<FindingKey> = fixes.iter().flat_map(|fix| fix.answers.clone()).collect();
    let all = assessment.fails().map(|fail| FindingKey { rule: fail.rule.id.clone(), subject: fail.subject.id.clone() });
    let check = Check::Rescan {
        known: all.filter(|key| !gone.contains(key)).collect(),
        touched: sorted(fixes.iter().flat_map(|fix| fix.touches.clone())),
        expected: BTreeMap::new(),
        gone: gone.into_iter().collect(),
    };
    builder.add(Phase::Verify, "rescan", "scan again: what was answered must be gone, and nothing new found", Action::Check(check));
}

fn sorted(found: impl Iterator<Item = String>) -> Vec<String> {
    found.collect::<BTreeSet<_>>().into_iter().collect()
}
