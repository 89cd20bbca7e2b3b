//! `apiaudit policy`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::args::Policy;
use super::{Ended, Failure, config};
use crate::collect::Needs;
use crate::collect::calls::Call;
use crate::migrate::actions;
use crate::migrate::cloud::PLAN_TAG;
use crate::migrate::plan::Plan;
use crate::rules::actions_read;
use crate::shell::Shell;

pub(super) fn run(policy: &Policy, shell: Shell) -> Result<Ended, Failure> {
    if let Some(plan) = &policy.migrate {
        let document = of_plan(&super::fix::read_plan(plan)?);
        return print(&document, shell);
    }
    let setup = config::load(&policy.selection.configuration, &policy.selection.folders)?;
    let actions = setup.choose(&policy.selection)?.into_iter().flat_map(actions_read).collect();
    let needs = if policy.save_inventory { Needs::SCAN } else { Needs::of_rules(&actions) };
    let needs = Needs { tags: needs.tags || policy.iac || setup.asks_tags(), stacks: policy.iac, ..needs };
    print(&document(needs.calls(), &policy.partition), shell)
}

fn print(document: &serde_json::Value, shell: Shell) -> Result<Ended, Failure> {
    let text = format!("{document:#}\n");
    shell.print(&text).map_err(|error| Failure::not_audited(format!("stdout: {error}"), "try again"))?;
    Ok(Ended::Clean)
}

/// What applying one plan takes: the scans before and after it, its calls, and what takes them back. What it made is deleted by its tag only.
fn of_plan(plan: &Plan) -> serde_json::Value {
    let mut statements = document(Needs::PLAN.calls(), &plan.partition)["Statement"].take();
    let grants = actions::of_plan(plan);
    let (own, other): (Vec<_>, Vec<_>) = grants.into_iter().partition(|grant| grant.only_tagged);
    for (id, grants) in [("ApiauditPlan", other), ("ApiauditOwn", own)] {
        // One statement for each set of resources: an action is allowed where the plan needs it, and nowhere else.
        let mut by_resources: BTreeMap<BTreeSet<String>, BTreeSet<&str>> = BTreeMap::new();
        let mut by_action: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for grant in grants {
            by_action.entry(grant.action).or_default().insert(grant.resource);
        }
        for (action, resources) in by_action {
            by_resources.entry(resources).or_default().insert(action);
        }
        for (number, (resources, actions)) in by_resources.into_iter().enumerate() {
            let mut statement =
                json!({ "Sid": format!("{id}{}", number + 1), "Effect": "Allow", "Action": actions, "Resource": resources });
            if id == "ApiauditOwn" {
                let tag = format!("aws:ResourceTag/{PLAN_TAG}");
                statement["Condition"] = json!({ "StringEquals": { tag: plan.id } });
            }
            if let Some(list) = statements.as_array_mut() {
                list.push(statement);
            }
        }
    }
    json!({ "Version": "2012-10-17", "Statement": statements })
}

/// One statement for each service whose resources can be narrowed, and one for what cannot.
fn document(calls: impl Iterator<Item = &'static Call>, partition: &str) -> serde_json::Value {
    let mut statements: BTreeMap<String, (BTreeSet<&str>, BTreeSet<String>)> = BTreeMap::new();
    for call in calls {
        let (actions, resources) = statements.entry(statement_id(call)).or_default();
        actions.insert(call.action);
        actions.extend(call.also);
        resources.extend(call.resources.iter().map(|resource| resource.replace("{partition}", partition).replace("{region}", "*")));
    }
    let statements: Vec<_> = statements
        .into_iter()
        .map(|(id, (actions, resources))| json!({ "Sid": id, "Effect": "Allow", "Action": actions, "Resource": resources }))
        .collect();
    json!({ "Version": "2012-10-17", "Statement": statements })
}

fn statement_id(call: &Call) -> String {
    if call.resources == ["*"] {
        return "ApiauditAnywhere".to_owned();
    }
    let service = call.action.split(':').next().unwrap_or_default();
    let mut letters = service.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    "Apiaudit".chars().chain(first).chain(letters).collect()
}
