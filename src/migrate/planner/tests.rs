//! Plans for a whole account, and a refusal for everything that is in the way.

use crate::inventory::{Inventory, Observed, snapshot};
use crate::migrate::plan::{Action, Plan};
use crate::migrate::planner::{Options, Planned, Stamp, plan};
use crate::rules::{Rule, RulePack, assess, embedded, facts};

pub(super) const REGION: &str = "eu-west-1";

/// The account of the article, with its working copy read.
pub(super) fn article() -> Inventory {
    let text = include_str!("../../../fixtures/inventories/article-before.json");
    let mut inventory = snapshot::read(text).unwrap();
    for api in &mut inventory.regions[0].rest_apis.items {
        let mut copy = api.stages.items[0].deployed.known().unwrap().clone();
        for (number, route) in copy.routes.iter_mut().enumerate() {
            route.resource_id = Some(format!("res{number}"));
        }
        api.working_copy = Observed::Known(copy);
    }
    inventory
}

pub(super) fn pack() -> RulePack {
    RulePack::load(embedded().into_iter(), &facts::registry()).unwrap()
}

pub(super) fn planned(inventory: &Inventory, options: &Options) -> Planned {
    let pack = pack();
    let rules: Vec<&Rule> = pack.rules().iter().collect();
    let said = assess(inventory, &rules, "test");
    plan(inventory, REGION, &said, options, Stamp { tool_version: "test", made_at: "2026-11-24T10:00:00Z" })
}

fn outline(plan: &Plan) -> Vec<String> {
    let kind = |action: &Action| match action {
        Action::Create(_) => "create",
        Action::Set { .. } => "set",
        Action::Check(_) => "check",
        Action::Discard { .. } => "discard",
        Action::Remove(_) => "remove",
    };
    plan.steps.iter().map(|step| format!("{:?} {} {}: {}", step.phase, kind(&step.action), step.id, step.title)).collect()
}

#[test]
fn the_article() {
    let planned = planned(&article(), &Options { lockdown: true, ..Options::default() });
    println!("{:#?}", planned.refusals);
    println!("{:#?}", planned.choices.iter().map(|choice| (choice.target, choice.taken, &choice.why)).collect::<Vec<_>>());
    println!("{:#?}", outline(&planned.plan.unwrap()));
}
