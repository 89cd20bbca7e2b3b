//! `apiaudit policy`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::args::Policy;
use super::{Ended, Failure, pack};
use crate::collect::Needs;
use crate::collect::calls::Call;
use crate::rules::actions_read;
use crate::shell::Shell;

pub(super) fn run(policy: &Policy, shell: Shell) -> Result<Ended, Failure> {
    let rules = pack::load(&policy.selection.folders)?;
    let actions = policy.selection.choose(&rules)?.into_iter().flat_map(actions_read).collect();
    let needs = if policy.save_inventory { Needs::SCAN } else { Needs::of_rules(&actions) };
    let document = document(needs.calls(), &policy.partition);
    let text = format!("{document:#}\n");
    shell.print(&text).map_err(|error| Failure::not_audited(format!("stdout: {error}"), "try again"))?;
    Ok(Ended::Clean)
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
