//! Load balancers that the internet reaches, though every API reaches what is behind them privately.

use super::{Fix, Looking};
use crate::inventory::LoadBalancer;
use crate::migrate::plan::Action;
use crate::migrate::planner::{Code, Refusal, Scope, manager, shared_group, world_rules};
use crate::migrate::thing::{Property, State};
use crate::report::text::count;
use crate::topology::Backend;

/// The findings that a way in for the world makes.
const OPEN: [&str; 5] = [
    "public-alb-behind-api",
    "backend-bypasses-api",
    "backend-bypasses-authorizer-or-waf",
    "backend-open-to-shared-ranges",
    "second-load-balancer-to-same-targets",
];

/// Closing a load balancer to the internet.
pub(super) fn fix(looking: &Looking<'_, '_>, balancer: &LoadBalancer) -> Option<Fix> {
    let shares = balancer
        .listeners
        .iter()
        .flat_map(|listener| listener.default_actions.iter().chain(listener.rules.iter().flat_map(|rule| &rule.actions)));
    let groups: Vec<&str> = shares.flat_map(|action| &action.target_groups).map(|share| share.arn.as_str()).collect();
    let found = looking.findings(&OPEN, &|subject| subject == balancer.arn || groups.contains(&subject));
    if found.is_empty() || balancer.scheme.as_deref() != Some("internet-facing") {
        return None;
    }
    let name = format!("{} {}", if balancer.kind == "network" { "NLB" } else { "ALB" }, balancer.name);
    let options = crate::migrate::planner::Options::default();
    let scope = Scope { topology: looking.topology, region: looking.region, options: &options };
    let over_internet: Vec<String> = looking
        .topology
        .routes_of_balancer(&balancer.arn)
        .filter(|served| matches!(&served.backend, Backend::Balancer(hop) if hop.link.is_none()))
        .map(|served| format!("{} of {} (stage {})", served.key(), served.api.name, served.stage.name))
        .collect();
    let mut refusal = (!over_internet.is_empty()).then(|| Refusal::new(Code::NotPrivateYet, name.clone(), over_internet.join(", ")));
    let mut actions = Vec::new();
    let mut relies = vec![format!("load balancer {}", balancer.arn)];
    match world_rules(&scope, balancer) {
        Err(unread) => refusal = refusal.or(Some(unread)),
        Ok(open) => {
            for (group, rules) in open {
                refusal = refusal.or_else(|| shared_group(&scope, balancer, &group.id));
                refusal = refusal.or_else(|| by_code(looking, &group.tags, &name));
                relies.push(format!("security group {}", group.id));
                let title = format!("close {name} to the internet: {} of {}", count(rules.len(), "rule", "rules"), group.id);
                let property = Property::GroupIngress { group: group.id.clone() };
                let action =
                    Action::Set { property, before: State::Rules(rules), after: State::Rules(Vec::new()), undone_by_earlier: false };
                actions.push((title, action));
            }
        }
    }
    if actions.is_empty() && refusal.is_none() {
        return None;
    }
    let fix = Fix {
        kind: "close-world-rule",
        name,
        id: balancer.arn.clone(),
        answers: Vec::new(),
        what: "Revoke the rules by which the internet reaches the load balancer".to_owned(),
        breaks: "whoever calls the load balancer directly, not through an API, is shut out: look at its RequestCount first",
        refusal,
        actions,
        relies,
        locks: Vec::new(),
        findings: Vec::new(),
    };
    Some(fix.answering(found))
}

fn by_code(looking: &Looking<'_, '_>, tags: &std::collections::BTreeMap<String, String>, name: &str) -> Option<Refusal> {
    let by = manager(tags).filter(|_| !looking.options.allow_iac_managed)?;
    Some(Refusal::new(Code::ManagedByCode, name, format!("its security group is managed by {by}")))
}
