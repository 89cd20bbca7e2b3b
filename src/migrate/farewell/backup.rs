//! What is deleted, as it was: for a person who has to build it again.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::inventory::{Inventory, LoadBalancer, Region, Service};
use crate::migrate::plan::{Action, Plan};
use crate::migrate::thing::{Property, Remove};

/// What no inventory holds.
const NOT_HELD: [&str; 4] = [
    "the values of http-header conditions of rules, for one may be a shared secret: only their number is held",
    "the bodies and content types of fixed responses, and the settings of logins",
    "attributes of listeners",
    "names in DNS",
];

/// Everything that a plan deletes or takes apart, as an inventory holds it, and what it does not hold.
pub fn backup(inventory: &Inventory, region: &str, plan: &Plan) -> Value {
    let Some(region) = inventory.regions.iter().find(|found| found.name == region) else { return Value::Null };
    let balancers: Vec<&LoadBalancer> = region.load_balancers.iter().filter(|balancer| is_removed(plan, &balancer.arn)).collect();
    let carried: BTreeSet<&String> = balancers.iter().flat_map(|balancer| &balancer.security_groups).collect();
    let certificates: BTreeSet<&str> =
        balancers.iter().flat_map(|balancer| &balancer.listeners).flat_map(crate::inventory::Listener::certificates).collect();
    json!({
        "format": "apiaudit-backup",
        "version": 1,
        "plan": plan.id,
        "taken_at": inventory.taken_at,
        "account": plan.account,
        "region": plan.region,
        "load_balancers": balancers,
        "target_groups": region.target_groups.iter().filter(|group| is_removed(plan, &group.arn)).collect::<Vec<_>>(),
        "security_groups": region.security_groups.iter().filter(|group| carried.contains(&group.id)).collect::<Vec<_>>(),
        "certificates": region.certificates.iter().filter(|known| certificates.contains(known.arn.as_str())).collect::<Vec<_>>(),
        "services": services(region, plan),
        "not_held": NOT_HELD,
    })
}

fn is_removed(plan: &Plan, arn: &str) -> bool {
    plan.steps.iter().any(|step| match &step.action {
        Action::Remove(Remove::LoadBalancer { balancer }) => balancer == arn,
        Action::Remove(Remove::TargetGroup { target_group }) => target_group == arn,
        _ => false,
    })
}

/// The services that leave a target group, with all that they were registered in.
fn services<'a>(region: &'a Region, plan: &Plan) -> Vec<&'a Service> {
    let leaves = |service: &&Service| {
        plan.steps.iter().any(
            |step| matches!(&step.action, Action::Set { property: Property::ServiceTargets { service: of, .. }, .. } if *of == service.arn),
        )
    };
    region.clusters.iter().flat_map(|cluster| &cluster.services).filter(leaves).collect()
}
