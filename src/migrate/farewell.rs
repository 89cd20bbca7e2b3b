//! The last step of all: the old load balancer goes for good, once nothing leads to it any more.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::plan::{Action, Check, FORMAT, FindingKey, Phase, Plan, Step, VERSION};
use super::planner::{Code, Options, Planned, Refusal, Scope, Stamp, plan_id, relies, service_targets, world_rules};
use super::thing::{Create, Property, Remove, State};
use crate::assessment::Assessment;
use crate::inventory::{Inventory, LoadBalancer, Observed, Region, Service, TargetGroup};
use crate::topology::{ServiceRef, Topology};

/// Plans the deletion of the load balancers that a finished migration replaced.
pub fn plan(inventory: &Inventory, region: &str, done: &Plan, said: &Assessment, stamp: Stamp<'_>) -> Planned {
    let topology = Topology::new(inventory);
    let mut planned = Planned::default();
    let Some(region) = inventory.regions.iter().find(|found| found.name == region) else { return planned };
    let options = Options::default();
    let scope = Scope { topology: &topology, region, options: &options };
    let mut steps = Steps::default();
    for arn in old(done) {
        let Observed::Known((_, balancer)) = topology.index.balancer(arn) else { continue };
        planned.candidates += 1;
        let refusals = refusals(&scope, balancer, done);
        if refusals.is_empty() {
            match farewell(&scope, balancer, &mut steps) {
                Ok(()) => {}
                Err(refusal) => planned.refusals.push(refusal),
            }
        }
        planned.refusals.extend(refusals);
    }
    if planned.refusals.is_empty() && !steps.steps.is_empty() {
        planned.plan = Some(assemble(inventory, region, steps, said, stamp));
    }
    planned
}

/// The load balancers that a migration began at.
fn old(done: &Plan) -> impl Iterator<Item = &str> {
    done.relies_on.keys().filter_map(|name| name.strip_prefix("load balancer "))
}

fn name(balancer: &LoadBalancer) -> String {
    format!("ALB {}", balancer.name)
}

/// What speaks against it.
fn refusals(scope: &Scope<'_, '_>, balancer: &LoadBalancer, done: &Plan) -> Vec<Refusal> {
    let mut found = Vec::new();
    let mut refuse = |code, because: String| found.push(Refusal::new(code, name(balancer), because));
    let text = |action: &Action| serde_json::to_string(action).unwrap_or_default();
    let keeps = |step: &&Step| match &step.action {
        Action::Create(Create::AlbTarget { balancer: target, .. }) => *target == balancer.arn,
        Action::Set {
            property: Property::RestIntegration { .. } | Property::HttpIntegration { .. },
            after: State::Settings(after),
            ..
        } => after.values().any(|value| *value == balancer.arn || balancer.listeners.iter().any(|listener| listener.arn == *value)),
        _ => false,
    };
    if let Some(step) = done.steps.iter().find(keeps) {
        refuse(Code::NotReplaced, format!("{} ({})", step.title, text(&step.action)));
    }
    for served in scope.topology.routes_of_balancer(&balancer.arn) {
        refuse(Code::StillInUse, format!("{} of {} (stage {})", served.key(), served.api.name, served.stage.name));
    }
    for gap in &scope.topology.unseen_routes {
        refuse(Code::Unread, format!("whether a route leads to it: {gap}"));
    }
    let targets = |group: &TargetGroup| group.targets.known().is_some_and(|targets| targets.iter().any(|target| target.id == balancer.arn));
    for group in scope.region.target_groups.iter().filter(|group| targets(group)) {
        refuse(Code::StillInUse, format!("target group {} leads to it", group.name));
    }
    match world_rules(scope, balancer) {
        Ok(open) => {
            for (group, rules) in open {
                let because = format!("{} still lets the internet in, by {} rules", group.id, rules.len());
                refuse(Code::StillInUse, because);
            }
        }
        Err(refusal) => refuse(refusal.code, refusal.because),
    }
    if let Some(gap) = balancer.attributes.gap() {
        refuse(Code::Unread, gap.to_string());
    }
    found
}

/// The target groups that nobody else uses.
fn own_groups<'a>(region: &'a Region, balancer: &LoadBalancer) -> Vec<&'a TargetGroup> {
    region.target_groups.iter().filter(|group| group.load_balancer_arns == [balancer.arn.as_str()]).collect()
}

#[derive(Default)]
struct Steps {
    steps: Vec<Step>,
    relies: BTreeSet<String>,
    names: Vec<String>,
}

impl Steps {
    fn add(&mut self, phase: Phase, title: String, action: Action) {
        let (usual_seconds, deadline_seconds) = match &action {
            Action::Set { property: Property::ServiceTargets { .. }, .. } => (300, 1_800),
            Action::Check(_) => (60, 900),
            _ => (10, 600),
        };
        let id = format!("farewell-{}", self.steps.len() + 1);
        self.steps.push(Step { id, title, phase, action, usual_seconds, deadline_seconds, settle_seconds: 0 });
    }
}

fn farewell(scope: &Scope<'_, '_>, balancer: &LoadBalancer, steps: &mut Steps) -> Result<(), Refusal> {
    let groups = own_groups(scope.region, balancer);
    let mut services: BTreeMap<&str, ServiceRef<'_>> = BTreeMap::new();
    for group in &groups {
        for service in scope.topology.index.services_of_group(&group.arn) {
            services.insert(&service.service.arn, *service);
        }
    }
    for service in services.into_values() {
        leave(balancer, &groups, service, steps)?;
    }
    if balancer.attributes.known().and_then(|attributes| attributes.get("deletion_protection.enabled")).is_some_and(|value| value == "true")
    {
        let of = |value: &str| State::settings([("deletion_protection.enabled", value)]);
        let property = Property::LoadBalancerAttributes { balancer: balancer.arn.clone() };
        let action = Action::Set { property, before: of("true"), after: of("false"), undone_by_earlier: false };
        steps.add(Phase::Lockdown, format!("switch the deletion protection of {} off", name(balancer)), action);
    }
    for listener in &balancer.listeners {
        let title = format!(
            "delete listener {}:{} of {}",
            listener.protocol.as_deref().unwrap_or("?"),
            listener.port.unwrap_or_default(),
            name(balancer)
        );
        steps.add(Phase::Remove, title, Action::Remove(Remove::Listener { listener: listener.arn.clone() }));
    }
    let title = format!("delete {} and its name {}", name(balancer), balancer.dns_name);
    steps.add(Phase::Remove, title, Action::Remove(Remove::LoadBalancer { balancer: balancer.arn.clone() }));
    for group in groups {
        let title = format!("delete target group {}", group.name);
        steps.add(Phase::Remove, title, Action::Remove(Remove::TargetGroup { target_group: group.arn.clone() }));
        steps.relies.insert(format!("target group {}", group.arn));
    }
    steps.relies.insert(format!("load balancer {}", balancer.arn));
    steps.relies.extend(balancer.security_groups.iter().map(|id| format!("security group {id}")));
    steps.names.push(name(balancer));
    Ok(())
}

/// A service leaves the old target groups; it must have another one to go on in.
fn leave(balancer: &LoadBalancer, groups: &[&TargetGroup], service: ServiceRef<'_>, steps: &mut Steps) -> Result<(), Refusal> {
    let Service { arn, name: called, .. } = service.service;
    let before = service_targets(service.service);
    let after: Vec<_> = before.iter().filter(|target| !groups.iter().any(|group| group.arn == target.target_group)).cloned().collect();
    let Some(stays) = after.first().map(|target| target.target_group.clone()) else {
        return Err(Refusal::new(Code::StillInUse, name(balancer), format!("service {called} is registered nowhere else")));
    };
    let property = Property::ServiceTargets { cluster: service.cluster.arn.clone(), service: arn.clone() };
    let action = Action::Set { property, before: State::Targets(before), after: State::Targets(after), undone_by_earlier: false };
    steps.add(Phase::Lockdown, format!("take service {called} out of the old target groups, which rolls it out anew"), action);
    let at_least = usize::try_from(service.service.desired_count).unwrap_or(1).max(1);
    let check = Check::Healthy { target_group: stays, zones: Vec::new(), at_least };
    steps.add(Phase::Lockdown, format!("wait until service {called} is healthy behind the NLB alone"), Action::Check(check));
    steps.relies.insert(format!("service {arn}"));
    Ok(())
}

fn assemble(inventory: &Inventory, region: &Region, mut steps: Steps, said: &Assessment, stamp: Stamp<'_>) -> Plan {
    let relies_on: BTreeMap<String, String> = steps.relies.iter().map(|name| (name.clone(), relies::digest(region, name))).collect();
    let known = said.fails().map(|fail| FindingKey { rule: fail.rule.id.clone(), subject: fail.subject.id.clone() }).collect();
    let first = steps.steps.iter().position(|step| step.phase == Phase::Remove).unwrap_or_default() + 1;
    let touched = steps.relies.iter().filter_map(|name| name.rsplit(' ').next()).map(str::to_owned).collect();
    let check = Check::Rescan { gone: Vec::new(), known, touched, expected: BTreeMap::new() };
    steps.add(Phase::Verify, "scan again: nothing new must be found".to_owned(), Action::Check(check));
    let account = inventory.account.known();
    let names = steps.names.join(", ");
    Plan {
        format: FORMAT.to_owned(),
        version: VERSION,
        id: plan_id(inventory, region, &relies_on, &"farewell", stamp),
        tool_version: stamp.tool_version.to_owned(),
        made_at: stamp.made_at.to_owned(),
        account: account.map(|account| account.id.clone()).unwrap_or_default(),
        partition: account.map_or_else(|| "aws".to_owned(), |account| account.partition.clone()),
        region: region.name.clone(),
        summary: format!("Delete {names} for good"),
        relies_on,
        locks: Vec::new(),
        warnings: vec![format!(
            "from step {first} on there is no way back: the DNS name is lost, and a load balancer made from the backup has another one"
        )],
        steps: steps.steps,
    }
}

/// How everything is that a plan deletes, whole, for a person to build it again.
pub fn backup(inventory: &Inventory, region: &str, plan: &Plan) -> Value {
    let Some(region) = inventory.regions.iter().find(|found| found.name == region) else { return Value::Null };
    let named = |kind: &str, id: &str| plan.relies_on.contains_key(&format!("{kind} {id}"));
    json!({
        "format": "apiaudit-backup",
        "version": 1,
        "plan": plan.id,
        "taken_at": inventory.taken_at,
        "account": plan.account,
        "region": region.name,
        "load_balancers": region.load_balancers.iter().filter(|one| named("load balancer", &one.arn)).collect::<Vec<_>>(),
        "target_groups": region.target_groups.iter().filter(|one| named("target group", &one.arn)).collect::<Vec<_>>(),
        "security_groups": region.security_groups.iter().filter(|one| named("security group", &one.id)).collect::<Vec<_>>(),
        "services": region.clusters.iter().flat_map(|cluster| &cluster.services).filter(|one| named("service", &one.arn)).collect::<Vec<_>>(),
    })
}
