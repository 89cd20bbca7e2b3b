//! The last step of a migration to a network load balancer: the old application load balancer goes for good.
//!
//! It is a plan of its own, made long after the migration: what a migration does can be taken back, and what this one does from its
//! first deletion on cannot. So everything that can fail comes before, and [`backup`] holds what is deleted.

mod backup;
mod old;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::cloud::Request;
use super::fixes::Planned;
use super::plan::{Action, Check, FindingKey, Phase, Plan, Step};
use super::planner::build::{Builder, Built};
use super::planner::names::slug;
use super::planner::scope::Scope;
use super::planner::{Code, Options, Refusal, Stamp, assemble, plan_id, relies, service};
use super::thing::{Property, Remove, State};
use crate::assessment::Assessment;
use crate::inventory::Inventory;
use crate::topology::Topology;

pub use backup::backup;
use old::Old;

/// The rules that may find something about what is about to be deleted, and why that is no surprise.
const EXPECTED: [(&str, &str); 3] = [
    (
        "task-security-group-wider-than-load-balancer",
        "the tasks still let in the group of the old load balancer, which nothing carries any more",
    ),
    ("no-healthy-target", "nothing is registered in the old target group any more, which is deleted next"),
    ("unhealthy-targets", "the old target group's targets are leaving"),
];

/// Plans the deletion of the load balancers that a finished migration has left without a purpose. `done` is its plan, `assessment`
/// what the rules say of the same inventory.
pub fn plan(
    inventory: &Inventory,
    region: &str,
    done: &Plan,
    assessment: &Assessment,
    allow_iac_managed: bool,
    stamp: Stamp<'_>,
) -> Planned {
    let topology = Topology::new(inventory);
    let Some(region) = inventory.regions.iter().find(|found| found.name == region) else { return Planned::default() };
    let options = Options { allow_iac_managed, ..Options::default() };
    let scope = Scope { topology: &topology, region, options: &options };
    let (olds, refusals) = old::find(&scope, done);
    if olds.is_empty() || !refusals.is_empty() {
        return Planned { plan: None, refusals };
    }
    let relies_on = relies::of_names(region, relied_on(&olds, done));
    let id = plan_id(inventory, region, &relies_on, &("farewell", &done.id), stamp);
    let names: Vec<String> = olds.iter().map(Old::name).collect();
    let mut builder = Builder::default();
    let first = steps(&mut builder, &olds, done, assessment);
    let built = Built {
        steps: builder.steps,
        warnings: warnings(&olds, &first),
        locks: done.locks.clone(),
        summary: format!("Delete {}, which nothing leads to any more", names.join(", ")),
        ..Built::default()
    };
    Planned { plan: Some(Plan { relies_on, ..assemble(inventory, region, built, id, stamp) }), refusals }
}

fn relied_on(olds: &[Old<'_>], done: &Plan) -> BTreeSet<String> {
    // The migration's APIs, too: a route that leads back would be a change of theirs.
    let mut names: BTreeSet<String> = done.relies_on.keys().filter(|name| name.starts_with("API ")).cloned().collect();
    for old in olds {
        names.insert(format!("load balancer {}", old.balancer.arn));
        names.extend(old.balancer.security_groups.iter().map(|id| format!("security group {id}")));
        names.extend(old.groups.iter().map(|group| format!("target group {}", group.arn)));
        names.extend(old.services.iter().map(|(service, _)| format!("service {}", service.service.arn)));
    }
    names
}

/// Adds the steps. The id of the first that cannot be taken back.
fn steps(builder: &mut Builder, olds: &[Old<'_>], done: &Plan, said: &Assessment) -> String {
    let requests = asked(done);
    if !requests.is_empty() {
        let check = Check::Baseline { requests: requests.clone(), untouched: Vec::new() };
        builder.add(Phase::Fix, "asked-before", "ask the stages", Action::Check(check));
    }
    for old in olds {
        deregister(builder, old);
    }
    if !requests.is_empty() {
        let check = Check::SameAs { baseline: "asked-before".to_owned(), requests, for_seconds: 60 };
        builder.add(Phase::Fix, "asked-after", "ask the stages again: the same must come back", Action::Check(check));
    }
    rescan(builder, olds, done, said);
    for old in olds.iter().filter(|old| old.protected) {
        unprotect(builder, old);
    }
    let before = builder.steps.len();
    for old in olds {
        delete(builder, old);
    }
    builder.steps.get(before).map(|step| step.id.clone()).unwrap_or_default()
}

/// What the migration asked its stages to prove itself.
fn asked(done: &Plan) -> Vec<Request> {
    let of_step = |step: &Step| match &step.action {
        Action::Check(Check::SameAs { requests, .. }) if step.phase == Phase::Verify => requests.clone(),
        _ => Vec::new(),
    };
    // A scratch API is gone by now.
    let lasts = |request: &Request| !matches!(request, Request::Invoke { signed: true, .. });
    done.steps.iter().flat_map(of_step).filter(lasts).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The service leaves the old target groups, while it is behind the new ones.
fn deregister(builder: &mut Builder, old: &Old<'_>) {
    for (found, keeps) in &old.services {
        let service = found.service;
        let known = |step: &Step| matches!(&step.action, Action::Set { property: Property::ServiceTargets { service: of, .. }, .. } if *of == service.arn);
        if builder.steps.iter().any(known) {
            continue;
        }
        let property = Property::ServiceTargets { cluster: found.cluster.arn.clone(), service: service.arn.clone() };
        let (before, after) = (State::Targets(service::targets(service)), State::Targets(keeps.clone()));
        let title = format!("take service {} out of the old target groups, which rolls it out anew", service.name);
        let id = slug(&service.name);
        builder.set(Phase::Fix, &format!("deregister-{id}"), title, property, before, after);
        for target in keeps {
            let at_least = usize::try_from(service.desired_count).unwrap_or(1).max(1);
            let check = Check::Healthy { target_group: target.target_group.clone(), zones: Vec::new(), at_least };
            let title = format!("wait until the tasks of {} are healthy behind the NLB", service.name);
            builder.add(Phase::Fix, &format!("healthy-{id}"), title, Action::Check(check));
        }
    }
}

/// Nothing new may be found while there is still a way back.
fn rescan(builder: &mut Builder, olds: &[Old<'_>], done: &Plan, said: &Assessment) {
    let known = said.fails().map(|fail| FindingKey { rule: fail.rule.id.clone(), subject: fail.subject.id.clone() }).collect();
    let mut touched: Vec<String> = done.locks.clone();
    for old in olds {
        touched.push(old.balancer.arn.clone());
        touched.extend(old.groups.iter().map(|group| group.arn.clone()));
        touched.extend(old.services.iter().flat_map(|(service, keeps)| {
            std::iter::once(service.service.arn.clone()).chain(keeps.iter().map(|target| target.target_group.clone()))
        }));
    }
    touched.sort();
    touched.dedup();
    let expected: BTreeMap<String, String> = EXPECTED.iter().map(|(rule, why)| ((*rule).to_owned(), (*why).to_owned())).collect();
    let check = Check::Rescan { gone: Vec::new(), known, touched, expected };
    builder.add(Phase::Verify, "rescan", "scan again, while there is a way back: nothing new must be found", Action::Check(check));
}

fn unprotect(builder: &mut Builder, old: &Old<'_>) {
    const KEY: &str = "deletion_protection.enabled";
    let property = Property::LoadBalancerAttributes { balancer: old.balancer.arn.clone() };
    let of = |value: &str| State::settings([(KEY, value)]);
    let title = format!("switch the deletion protection of {} off", old.name());
    builder.set(Phase::Fix, &format!("unprotect-{}", slug(&old.balancer.name)), title, property, of("true"), of("false"));
}

fn delete(builder: &mut Builder, old: &Old<'_>) {
    let name = slug(&old.balancer.name);
    for listener in &old.balancer.listeners {
        let port = listener.port.unwrap_or_default();
        let action = Action::Remove(Remove::Listener { listener: listener.arn.clone() });
        builder.add(Phase::Remove, &format!("delete-listener-{name}-{port}"), format!("delete port {port} of {}", old.name()), action);
    }
    let action = Action::Remove(Remove::LoadBalancer { balancer: old.balancer.arn.clone() });
    builder.add(Phase::Remove, &format!("delete-{name}"), format!("delete {}", old.name()), action);
    for group in &old.groups {
        let action = Action::Remove(Remove::TargetGroup { target_group: group.arn.clone() });
        builder.add(Phase::Remove, &format!("delete-targets-{}", slug(&group.name)), format!("delete target group {}", group.name), action);
    }
}

fn warnings(olds: &[Old<'_>], first: &str) -> Vec<String> {
    let mut found = vec![format!(
        "until step {first} everything can be taken back; from it on nothing can, and the backup only tells a person what there was"
    )];
    for old in olds {
        found.push(format!(
            "the name {} is lost for good: DNS records, CloudFront origins and clients that know it are not read, and will find nothing",
            old.balancer.dns_name
        ));
        if !old.balancer.security_groups.is_empty() {
            found.push(format!("the security groups stay: {}", old.balancer.security_groups.join(", ")));
        }
    }
    if olds.iter().any(|old| !old.services.is_empty()) {
        found.push("the service rolls out once: its tasks are replaced, and image tags are resolved anew".to_owned());
    }
    found
}

/// A refusal of one load balancer's deletion.
fn refusal(name: &str, code: Code, because: impl Into<String>) -> Refusal {
    Refusal::new(code, name, because)
}
