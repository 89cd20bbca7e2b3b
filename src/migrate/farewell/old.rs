//! What a migration has left behind, and whether anything still needs it.

use std::collections::BTreeSet;

use super::refusal;
use crate::inventory::{Gap, LoadBalancer, Observed, TargetGroup};
use crate::migrate::cloud::{PLAN_TAG, STEP_TAG};
use crate::migrate::fixes::attributes::value;
use crate::migrate::fixes::desk::Why;
use crate::migrate::plan::{Action, Plan};
use crate::migrate::planner::lockdown::{listed, routes, unseen, world_rules};
use crate::migrate::planner::scope::Scope;
use crate::migrate::planner::{Code, Refusal, manager, service};
use crate::migrate::thing::{Create, Property, ServiceTarget, State};
use crate::topology::ServiceRef;

/// A load balancer without a purpose.
pub(super) struct Old<'a> {
    pub(super) balancer: &'a LoadBalancer,
    /// Its target groups.
    pub(super) groups: Vec<&'a TargetGroup>,
    /// The services that are registered there, with where they stay registered.
    pub(super) services: Vec<(ServiceRef<'a>, Vec<ServiceTarget>)>,
    /// Whether AWS refuses to delete it before that is switched off.
    pub(super) protected: bool,
}

impl Old<'_> {
    pub(super) fn name(&self) -> String {
        format!("ALB {}", self.balancer.name)
    }
}

/// What of a migration's load balancers can go, and why the others cannot. What is gone already is neither.
pub(super) fn find<'a>(scope: &Scope<'_, 'a>, done: &Plan) -> (Vec<Old<'a>>, Vec<Refusal>) {
    let (mut olds, mut refusals) = (Vec::new(), Vec::new());
    if let Some(gap) = scope.region.load_balancers.gaps.first() {
        refusals.push(refusal(&done.summary, Code::Unread, unread(gap, "elasticloadbalancing:DescribeLoadBalancers")));
    }
    let named: BTreeSet<&str> = done.relies_on.keys().filter_map(|name| name.strip_prefix("load balancer ")).collect();
    for balancer in scope.region.load_balancers.items.iter().filter(|balancer| named.contains(balancer.arn.as_str())) {
        let subject = format!("ALB {}", balancer.name);
        match old(scope, balancer, done) {
            Ok(old) => olds.push(old),
            Err((code, because)) => refusals.push(refusal(&subject, code, because)),
        }
    }
    (olds, refusals)
}

fn unread(gap: &Gap, action: &str) -> String {
    gap.clone().or_action(action).to_string()
}

fn old<'a>(scope: &Scope<'_, 'a>, balancer: &'a LoadBalancer, done: &Plan) -> Result<Old<'a>, Why> {
    stays(balancer, done)?;
    nothing_leads_there(scope, balancer)?;
    closed(scope, balancer)?;
    unmanaged(scope, "it", &balancer.tags)?;
    let groups = groups(scope, balancer)?;
    let mut services = Vec::new();
    for group in &groups {
        unmanaged(scope, &format!("target group {}", group.name), &group.tags)?;
        services.extend(users(scope, group, done)?);
    }
    let protected = value(balancer, "deletion_protection.enabled")? == "true";
    Ok(Old { balancer, groups, services, protected })
}

/// Where the private way leads through the load balancer, it stays.
fn stays(balancer: &LoadBalancer, done: &Plan) -> Result<(), Why> {
    let behind = |step: &crate::migrate::plan::Step| matches!(&step.action, Action::Create(Create::AlbTarget { balancer: of, .. }) if *of == balancer.arn);
    if done.steps.iter().any(behind) {
        return Err((Code::BalancerInUse, "the private way leads through it (nlb-alb)".to_owned()));
    }
    if !done.steps.iter().any(|step| matches!(&step.action, Action::Create(Create::LoadBalancer { .. }))) {
        return Err((Code::BalancerInUse, "the private way leads to it (alb)".to_owned()));
    }
    Ok(())
}

/// No route, seen or unseen, and no other load balancer.
fn nothing_leads_there(scope: &Scope<'_, '_>, balancer: &LoadBalancer) -> Result<(), Why> {
    if let Some(list) = listed(routes(scope, balancer)) {
        return Err((Code::BalancerInUse, list));
    }
    if let Some(why) = unseen(scope) {
        return Err((Code::Unread, why));
    }
    let mut gaps = balancer.listeners.gaps.iter().chain(balancer.listeners.iter().flat_map(|listener| &listener.rules.gaps));
    if let Some(gap) = gaps.next() {
        return Err((Code::Unread, unread(gap, "elasticloadbalancing:DescribeListeners")));
    }
    for group in scope.region.target_groups.iter().filter(|group| group.target_type == "alb") {
        match &group.targets {
            Observed::Unknown(gap) => {
                let gap = unread(gap, "elasticloadbalancing:DescribeTargetHealth");
                return Err((Code::Unread, format!("the targets of {}: {gap}", group.name)));
            }
            Observed::Known(targets) if targets.iter().any(|target| target.id == balancer.arn) => {
                return Err((Code::BalancerInUse, format!("it is a target of {}", group.name)));
            }
            _ => {}
        }
    }
    Ok(())
}

fn closed(scope: &Scope<'_, '_>, balancer: &LoadBalancer) -> Result<(), Why> {
    if balancer.scheme.as_deref() == Some("internal") {
        return Ok(());
    }
    let open = world_rules(scope, balancer).map_err(|refusal| (refusal.code, refusal.because))?;
    let Some((group, rules)) = open.first() else { return Ok(()) };
    Err((Code::StillOpen, format!("{} rules of {}", rules.len(), group.id)))
}

fn unmanaged(scope: &Scope<'_, '_>, what: &str, tags: &Observed<std::collections::BTreeMap<String, String>>) -> Result<(), Why> {
    if scope.options.allow_iac_managed {
        return Ok(());
    }
    match tags {
        Observed::Known(tags) => match manager(tags) {
            Some(by) => Err((Code::ManagedByCode, format!("{what} is managed by {by}"))),
            None => Ok(()),
        },
        Observed::Absent => Ok(()),
        Observed::Unknown(gap) => {
            Err((Code::Unread, format!("whether code manages {what}: {}", unread(gap, "elasticloadbalancing:DescribeTags"))))
        }
    }
}

/// The load balancer's target groups: none of them can have another load balancer, but a complete list is needed to know them.
fn groups<'a>(scope: &Scope<'_, 'a>, balancer: &LoadBalancer) -> Result<Vec<&'a TargetGroup>, Why> {
    if let Some(gap) = scope.region.target_groups.gaps.first() {
        return Err((Code::Unread, unread(gap, "elasticloadbalancing:DescribeTargetGroups")));
    }
    let of_actions = balancer
        .listeners
        .iter()
        .flat_map(|listener| listener.default_actions.iter().chain(listener.rules.iter().flat_map(|rule| &rule.actions)))
        .flat_map(|action| &action.target_groups);
    let named: BTreeSet<&str> = of_actions.map(|share| share.arn.as_str()).collect();
    let of_balancer = |group: &&TargetGroup| group.load_balancer_arns.contains(&balancer.arn) || named.contains(group.arn.as_str());
    let groups: Vec<&TargetGroup> = scope.region.target_groups.items.iter().filter(of_balancer).collect();
    let shared = groups.iter().find(|group| group.load_balancer_arns.iter().any(|arn| *arn != balancer.arn));
    match shared {
        Some(group) => Err((Code::BalancerInUse, format!("target group {} has another load balancer, too", group.name))),
        None => Ok(groups),
    }
}

/// The services of a target group, each of which has to stand behind what the migration made.
fn users<'a>(scope: &Scope<'_, 'a>, group: &TargetGroup, done: &Plan) -> Result<Vec<(ServiceRef<'a>, Vec<ServiceTarget>)>, Why> {
    let gaps = scope.region.clusters.gaps.iter().chain(scope.region.clusters.iter().flat_map(|cluster| &cluster.services.gaps));
    if let Some(gap) = gaps.into_iter().next() {
        return Err((Code::Unread, format!("the services of {}: {}", group.name, unread(gap, "ecs:DescribeServices"))));
    }
    let services = scope.topology.index.services_of_group(&group.arn);
    if services.is_empty() {
        return match &group.targets {
            Observed::Known(targets) if targets.iter().any(|target| target.state != "draining") => {
                Err((Code::BalancerInUse, format!("target group {} holds targets that no service of this region registered", group.name)))
            }
            Observed::Unknown(gap) => {
                Err((Code::Unread, format!("the targets of {}: {}", group.name, unread(gap, "elasticloadbalancing:DescribeTargetHealth"))))
            }
            _ => Ok(Vec::new()),
        };
    }
    let moved = |service: &ServiceRef<'_>| done.steps.iter().any(|step| sets_targets(&step.action, &service.service.arn));
    services
        .iter()
        .map(|service| {
            if !moved(service) {
                return Err((
                    Code::BalancerInUse,
                    format!("service {} is registered in target group {}", service.service.name, group.name),
                ));
            }
            Ok((*service, keeps(scope, service, done)?))
        })
        .collect()
}

fn sets_targets(action: &Action, service: &str) -> bool {
    matches!(action, Action::Set { property: Property::ServiceTargets { service: of, .. }, after: State::Targets(_), .. } if of == service)
}

/// Where a service stays registered: in what the migration made, and it has to be well there.
fn keeps(scope: &Scope<'_, '_>, found: &ServiceRef<'_>, done: &Plan) -> Result<Vec<ServiceTarget>, Why> {
    let service = found.service;
    let name = &service.name;
    if !scope.options.allow_iac_managed
        && let Some(by) = manager(&service.tags)
    {
        return Err((Code::ManagedByCode, format!("service {name} is managed by {by}")));
    }
    if let Some(why) = service::unsteady(service) {
        return Err((Code::ServiceNotSteady, format!("service {name}: {why}")));
    }
    let made = made(scope, done)?;
    let (keeps, leaves): (Vec<ServiceTarget>, Vec<ServiceTarget>) =
        service::targets(service).into_iter().partition(|target| made.iter().any(|group| group.arn == target.target_group));
    if keeps.is_empty() {
        return Err((Code::NotMigrated, format!("service {name} is registered in no target group of plan {}", done.id)));
    }
    let named: BTreeSet<&str> = done.relies_on.keys().filter_map(|name| name.strip_prefix("target group ")).collect();
    // A target group of something else, which the plan never spoke of, is kept.
    let others =
        leaves.into_iter().filter(|target| !named.contains(target.target_group.as_str()) && !of_named_balancer(scope, target, done));
    let wanted = usize::try_from(service.desired_count).unwrap_or_default();
    for group in made.iter().filter(|group| keeps.iter().any(|target| target.target_group == group.arn)) {
        let healthy = match &group.targets {
            Observed::Known(targets) => targets.iter().filter(|target| target.state == "healthy").count(),
            Observed::Absent => 0,
            Observed::Unknown(gap) => return Err((Code::Unread, unread(gap, "elasticloadbalancing:DescribeTargetHealth"))),
        };
        if healthy < wanted {
            return Err((Code::ServiceNotSteady, format!("{healthy} of {wanted} targets are healthy in target group {}", group.name)));
        }
    }
    let mut all: Vec<ServiceTarget> = keeps.iter().cloned().chain(others).collect();
    all.sort();
    Ok(all)
}

/// Whether a target belongs to a load balancer that is about to go.
fn of_named_balancer(scope: &Scope<'_, '_>, target: &ServiceTarget, done: &Plan) -> bool {
    let group = scope.region.target_groups.iter().find(|group| group.arn == target.target_group);
    group.is_some_and(|group| group.load_balancer_arns.iter().any(|arn| done.relies_on.contains_key(&format!("load balancer {arn}"))))
}

/// The target groups that the migration made: they bear its mark.
fn made<'a>(scope: &Scope<'_, 'a>, done: &Plan) -> Result<Vec<&'a TargetGroup>, Why> {
    let mut found = Vec::new();
    for group in &scope.region.target_groups.items {
        match &group.tags {
            Observed::Known(tags) => {
                let ours = tags.get(PLAN_TAG) == Some(&done.id) && tags.get(STEP_TAG).is_some_and(|step| done.step(step).is_some());
                if ours {
                    found.push(group);
                }
            }
            Observed::Absent => {}
            Observed::Unknown(gap) => {
                let gap = unread(gap, "elasticloadbalancing:DescribeTags");
                return Err((Code::Unread, format!("which target groups the migration made: {gap}")));
            }
        }
    }
    Ok(found)
}
