//! What the steps of a plan say about something that another one makes.

use std::collections::BTreeMap;

use crate::migrate::plan::{Action, Plan};
use crate::migrate::thing::{Create, Property, State};

/// Whether traffic from PrivateLink passes the groups of a load balancer.
pub(super) fn lets_private_link_in(plan: &Plan, step: &str) -> bool {
    let made = made(step);
    plan.steps
        .iter()
        .any(|step| matches!(&step.action, Action::Set { property: Property::LoadBalancerGroups { balancer }, .. } if *balancer == made))
}

/// The attributes that a target group is given.
pub(super) fn attributes_of_targets(plan: &Plan, step: &str) -> BTreeMap<String, String> {
    let made = made(step);
    let each = plan.steps.iter().filter_map(|step| match &step.action {
        Action::Set { property: Property::TargetGroupAttributes { target_group }, after: State::Settings(after), .. }
            if *target_group == made =>
        {
            Some(after.clone())
        }
        _ => None,
    });
    each.flatten().collect()
}

/// The load balancers that are targets of a target group, each with its port.
pub(super) fn balancers_of_targets<'p>(plan: &'p Plan, step: &str) -> Vec<(&'p str, u16)> {
    let made = made(step);
    let each = plan.steps.iter().filter_map(|step| match &step.action {
        Action::Create(Create::AlbTarget { target_group, balancer, port }) if *target_group == made => Some((balancer.as_str(), *port)),
        _ => None,
    });
    each.collect()
}

fn made(step: &str) -> String {
    format!("${{{step}}}")
}
