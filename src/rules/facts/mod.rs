//! The facts about each subject, taken from the topology.

mod api;
mod apis;
mod attributes;
mod balancing;
mod certificates;
mod containers;
mod context;
mod definitions;
mod domain_names;
mod endpoint_tls;
mod execute_command;
mod exposure;
mod fargate;
mod links;
mod listener_rules;
mod network;
mod plaintext;
mod settings;
mod stages;
mod task_groups;
mod tls;
mod tokens;
mod types;
mod users;
mod ways;
mod web_acls;

use crate::inventory::{Cause, Gap, Listed, Observed, UNDEPLOYED};
use crate::rules::subjects::{Subject, SubjectRegistry};
use crate::rules::value::{Unknown, Value};

pub(crate) use api::{route, stage, vpc_link};
pub(crate) use apis::whole_api;
pub(crate) use balancing::{listener, load_balancer, target_group};
pub(crate) use certificates::certificate;
pub(crate) use containers::{cluster, service};
pub(crate) use context::Context;
pub(crate) use definitions::{name as definition_name, task_definition};
pub(crate) use domain_names::domain_name;
pub(crate) use network::{balancers_of_group, network_acl, security_group, subnet, vpc};

/// What rules can be written about.
pub fn registry() -> SubjectRegistry {
    let subject = |kind, variable, record, doc| Subject { kind, variable, record, doc };
    SubjectRegistry::new()
        .with(subject("api", "api", &types::WHOLE_API, "An API as a whole."))
        .with(subject("stage", "stage", &types::STAGE, "A stage of an API."))
        .with(subject("route", "route", &types::ROUTE, "A route as a stage serves it."))
        .with(subject("vpc-link", "vpc_link", &types::VPC_LINK, "A VPC link of either version."))
        .with(subject("load-balancer", "load_balancer", &types::LOAD_BALANCER, "A load balancer."))
        .with(subject("listener", "listener", &types::LISTENER, "A listener of a load balancer."))
        .with(subject("target-group", "target_group", &types::TARGET_GROUP, "A target group."))
        .with(subject("service", "service", &types::SERVICE, "An ECS service."))
        .with(subject("task-definition", "task_definition", &types::TASK_DEFINITION, "A task definition in use."))
        .with(subject("cluster", "cluster", &types::CLUSTER, "An ECS cluster."))
        .with(subject("domain-name", "domain_name", &types::DOMAIN_NAME, "A custom domain name."))
        .with(subject("certificate", "certificate", &types::CERTIFICATE, "A certificate that a listener or a custom domain name shows."))
        .with(subject("security-group", "security_group", &types::SECURITY_GROUP, "A security group."))
        .with(subject("network-acl", "network_acl", &types::NETWORK_ACL, "A network ACL."))
        .with(subject("subnet", "subnet", &types::SUBNET, "A subnet."))
        .with(subject("vpc", "vpc", &types::VPC, "A VPC."))
}

/// A fact that comes from a call of its own.
fn observed<T>(value: &Observed<T>, action: &str, known: impl FnOnce(&T) -> Value) -> Value {
    match value {
        Observed::Known(value) => known(value),
        Observed::Absent => Value::Absent,
        Observed::Unknown(gap) => gap.clone().or_action(action).into(),
    }
}

/// Why a list may hold more than was read.
fn missing<T>(list: &Listed<T>, action: &str) -> Option<Unknown> {
    Unknown::of(list.gaps.iter().map(|gap| gap.clone().or_action(action)))
}

fn unknown(gaps: &[Gap]) -> Option<Unknown> {
    Unknown::of(gaps.iter().cloned())
}

/// A claim that something is there: true once it is seen, and false only when nothing was left unread.
fn seen(found: bool, unseen: Option<Unknown>) -> Value {
    if found { true.into() } else { unseen.map_or_else(|| false.into(), Value::from) }
}

/// A word of AWS's. One that is not among those it documents is unknown: nobody can say yet what it means.
fn word(word: &str, documented: &[&str], action: &str, what: &str) -> Value {
    if documented.contains(&word) {
        word.into()
    } else if word == UNDEPLOYED {
        Gap::new("", Cause::Undeployed).because(format!("{what} is known only after deployment")).into()
    } else {
        Gap::new(action, Cause::NotSupported).because(format!("this apiaudit does not know {what} {word:?}")).into()
    }
}

/// A part that AWS always names, and this inventory does not.
fn lacking(action: &str, what: &str) -> Value {
    Gap::new(action, Cause::NotSupported).because(format!("the inventory does not say {what}")).into()
}

fn strings<S: AsRef<str>>(texts: impl IntoIterator<Item = S>) -> Value {
    Value::list(texts.into_iter().map(|text| text.as_ref().into()).collect())
}
