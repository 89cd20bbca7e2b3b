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
    let document = document(Needs::of_rules(&actions).calls(), &policy.partition);
    let text = format!("{document:#}\n");
    shell.print(&text).map_err(|error| Failure::not_audited(format!("stdout: {error}"), "try again"))?;
    Ok(Ended::Clean)
}

/// One statement for each set of resources.
fn document(calls: impl Iterator<Item = &'static Call>, partition: &str) -> serde_json::Value {
    let mut by_resources: BTreeMap<bool, (BTreeSet<&str>, BTreeSet<String>)> = BTreeMap::new();
    for call in calls {
        let anywhere = call.resources == ["*"];
        let (actions, resources) = by_resources.entry(anywhere).or_default();
        actions.insert(call.action);
        actions.extend(call.also);
        resources.extend(call.resources.iter().map(|resource| resource.replace("{partition}", partition).replace("{region}", "*")));
    }
    let statements: Vec<_> = by_resources
        .into_iter()
        .map(|(anywhere, (actions, resources))| {
            let sid = if anywhere { "ApiauditDescribe" } else { "ApiauditApiGateway" };
            json!({ "Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources })
        })
        .collect();
    json!({ "Version": "2012-10-17", "Statement": statements })
}
