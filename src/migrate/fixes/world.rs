//! The world's way to a load balancer that every API reaches by a private one.

use std::collections::BTreeSet;

use super::Fix;
use super::desk::{Desk, Draft, Why, unread};
use crate::inventory::{LoadBalancer, SecurityGroup, SecurityGroupRule};
use crate::migrate::plan::{Phase, Step};
use crate::migrate::planner::build::Builder;
use crate::migrate::planner::lockdown::{GONE_WITH_THE_LOCKDOWN, in_front, listed, routes, shared, unseen, world_rules};
use crate::migrate::planner::names::slug;
use crate::migrate::planner::{Code, Refusal};
use crate::migrate::thing::{Property, State};

/// The fixes of all public application load balancers that answer an API.
pub(super) fn fixes(desk: &Desk<'_, '_>) -> Vec<Fix> {
    let public = |balancer: &&LoadBalancer| balancer.kind == "application" && balancer.scheme.as_deref() == Some("internet-facing");
    desk.scope.region.load_balancers.iter().filter(public).filter_map(|balancer| fix(desk, balancer)).collect()
}

fn fix(desk: &Desk<'_, '_>, balancer: &LoadBalancer) -> Option<Fix> {
    let rules = world_rules(&desk.scope, balancer);
    if rules.as_ref().is_ok_and(Vec::is_empty) {
        return None;
    }
    let groups: BTreeSet<&str> = balancer
        .listeners
        .iter()
        .flat_map(|listener| listener.default_actions.iter().chain(listener.rules.iter().flat_map(|rule| &rule.actions)))
        .flat_map(|action| &action.target_groups)
        .map(|share| share.arn.as_str())
        .collect();
    // Once an API has moved away from it, no route leads here any more, and a finding says that the world still gets to the tasks.
    let found = desk.findings(&GONE_WITH_THE_LOCKDOWN, |id| id == balancer.arn || groups.contains(id));
    if routes(&desk.scope, balancer).next().is_none() && found.is_empty() {
        return None;
    }
    let mut draft = Draft::of_balancer("close-world-rule", balancer, &balancer.arn).saying(
        "take away the rules by which the internet at large reaches it",
        "Whoever calls the load balancer directly, not through an API, is shut out; look at its RequestCount first.",
    );
    draft.relies.extend(balancer.security_groups.iter().map(|id| format!("security group {id}")));
    draft.relies.extend(routes(&desk.scope, balancer).map(|served| format!("API {}", served.api.id)));
    draft.touches.extend(groups.iter().map(|arn| (*arn).to_owned()));
    draft.answers = found;
    let steps = rules.map_err(why).and_then(|rules| {
        free(desk, balancer)?;
        rules.iter().try_for_each(|(group, _)| closable(desk, balancer, group))?;
        Ok(steps(&draft, rules))
    });
    Some(draft.finish(steps))
}

fn why(refusal: Refusal) -> Why {
    (refusal.code, refusal.because)
}

/// Whether nobody who is known needs the world's way.
fn free(desk: &Desk<'_, '_>, balancer: &LoadBalancer) -> Result<(), Why> {
    if let Some(list) = listed(routes(&desk.scope, balancer).filter(|served| served.backend.link().is_none())) {
        return Err((Code::NotPrivateYet, list));
    }
    if let Some(why) = unseen(&desk.scope) {
        return Err((Code::Unread, why));
    }
    if let Some(gap) = balancer.listeners.gaps.first() {
        return Err(unread(gap, "elasticloadbalancing:DescribeListeners", "its listeners"));
    }
    in_front(&desk.scope, balancer).map_or(Ok(()), Err)
}

fn closable(desk: &Desk<'_, '_>, balancer: &LoadBalancer, group: &SecurityGroup) -> Result<(), Why> {
    desk.managed(&format!("security group {}", group.id), &group.tags)?;
    shared(&desk.scope, balancer, &group.id).map_or(Ok(()), |refusal| Err(why(refusal)))
}

fn steps(draft: &Draft, rules: Vec<(&SecurityGroup, Vec<SecurityGroupRule>)>) -> Vec<Step> {
    let mut builder = Builder::default();
    for (group, rules) in rules {
        let title = format!("{}: close it to the internet, {} rules of {}", draft.subject, rules.len(), group.id);
        let property = Property::GroupIngress { group: group.id.clone() };
        let id = format!("{}-{}", draft.step(), slug(&group.id));
        builder.set(Phase::Fix, &id, title, property, State::Rules(rules), State::Rules(Vec::new()));
    }
    builder.steps
}
