//! What a plan does to resources that are there, where the planned values alone mislead.

use std::collections::BTreeSet;

use super::file::Change;
use crate::iac::code::{Code, Declaration, Uncounted};
use crate::iac::value::{Value, Why};

/// Resources that add to a list of another one, which shows them as they were when the plan was made: the kind of the one that
/// adds, that of the other, and the lists.
const LISTED: [(&[&str], &[&str], &[&str]); 4] = [
    (
        &["aws_security_group_rule", "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"],
        &["aws_security_group", "aws_default_security_group"],
        &["ingress", "egress"],
    ),
    (&["aws_route"], &["aws_route_table", "aws_default_route_table"], &["route"]),
    (&["aws_network_acl_rule"], &["aws_network_acl", "aws_default_network_acl"], &["ingress", "egress"]),
    (&["aws_ec2_managed_prefix_list_entry"], &["aws_ec2_managed_prefix_list"], &["entry"]),
];
/// What a deployment of a REST API holds.
const DEPLOYED: [&str; 6] = [
    "aws_api_gateway_rest_api",
    "aws_api_gateway_resource",
    "aws_api_gateway_method",
    "aws_api_gateway_integration",
    "aws_api_gateway_authorizer",
    "aws_api_gateway_rest_api_policy",
];

/// What a plan changes of what is there.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// The kinds of which something goes or is changed.
    changed: BTreeSet<String>,
    /// Whether a part of a REST API comes, goes or is changed.
    api: bool,
    /// The deployments that stay as they are.
    kept: BTreeSet<String>,
    /// What is forgotten, and stays in the account.
    forgotten: Vec<(String, String)>,
}

impl Changes {
    pub(super) fn add(&mut self, change: &Change<'_>) {
        let does = |action: &str| change.what.actions.iter().any(|one| one == action);
        if does("update") || does("delete") || does("forget") {
            self.changed.insert(change.kind.to_string());
        }
        if DEPLOYED.contains(&&*change.kind) && (does("create") || does("update") || does("delete") || does("forget")) {
            self.api = true;
        }
        if &*change.kind == "aws_api_gateway_deployment" && (does("no-op") || does("update")) && !does("create") {
            self.kept.insert(change.address.to_string());
        }
        if does("forget") {
            self.forgotten.push((change.address.to_string(), change.kind.to_string()));
        }
    }

    /// Takes back what the planned values claim and nobody knows.
    pub(super) fn apply(self, code: &mut Code) {
        for (adds, others, lists) in LISTED {
            if adds.iter().any(|kind| self.changed.contains(*kind)) {
                let others = code.declarations.iter_mut().filter(|other| others.contains(&other.kind.as_str()));
                others.for_each(|other| forget(other, lists));
            }
        }
        if self.api && !self.kept.is_empty() {
            let stages = code.declarations.iter_mut().filter(|one| one.kind == "aws_api_gateway_stage");
            for stage in stages {
                set(stage, "deployment_id", "what is served is that of a deployment made before: the plan changes the API and keeps it");
            }
        }
        for (address, kind) in self.forgotten {
            let why = Why::new(format!("{address} is forgotten by the plan, and stays in the account"));
            code.uncounted.push(Uncounted { address, kind, why });
        }
    }
}

/// A list that the plan shows as it was read may hold what the plan takes away.
fn forget(other: &mut Declaration, lists: &[&str]) {
    for list in lists {
        let is_there = !other.body.get(list).is_null();
        if is_there {
            let why =
                format!("{list} of {} is known only after apply: the plan changes entries that are resources of their own", other.address);
            set(other, list, &why);
        }
    }
}

fn set(declaration: &mut Declaration, attribute: &str, why: &str) {
    if let Value::Map(body) = &mut declaration.body.value {
        let span = body.get(attribute).and_then(|node| node.span);
        body.insert(attribute.to_owned(), crate::iac::value::Node { value: Value::unknown(why), span });
    }
}
