//! The private ways to a load balancer, side by side, and the one that is taken.

use std::collections::BTreeMap;

use serde::Serialize;

use super::balancer::{self, Taken, beyond_layer_4, taken};
use super::code::manager;
use super::scope::{Found, Part, Scope};
use super::{Code, Refusal, Target, service, way};
use crate::inventory::Observed;

/// The most network load balancers that an application load balancer can be a target of.
const MOST_NLBS: usize = 2;

/// A private way to a load balancer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Choice {
    /// The load balancer.
    pub balancer: String,
    /// The way.
    pub target: Target,
    /// Whether it is the one taken.
    pub taken: bool,
    /// Why it is recommended, or is not.
    pub why: String,
    /// What it costs: the resources it adds.
    pub adds: &'static str,
    /// What of the present setup it keeps.
    pub keeps: &'static str,
    /// What it loses.
    pub loses: &'static str,
    /// How long it usually takes.
    pub takes: &'static str,
    /// What speaks against it.
    pub refusals: Vec<Refusal>,
}

/// What was chosen.
pub(super) struct Chosen {
    /// The way for each load balancer that has one.
    pub(super) targets: BTreeMap<String, Target>,
    pub(super) choices: Vec<Choice>,
    /// Why others have none.
    pub(super) refusals: Vec<Refusal>,
}

/// Chooses a way for each load balancer.
pub(super) fn choose<'a>(scope: &Scope<'_, 'a>, found: &Found<'a>) -> Chosen {
    let mut chosen = Chosen { targets: BTreeMap::new(), choices: Vec::new(), refusals: Vec::new() };
    for taken in taken(&found.parts) {
        let each = [Target::Nlb, Target::NlbAlb, Target::Alb].map(|target| (target, against(scope, &taken, &found.parts, target)));
        let wanted = match scope.options.target {
            Target::Auto => each.iter().find(|(_, refusals)| refusals.is_empty()).map_or(Target::NlbAlb, |(target, _)| *target),
            target => target,
        };
        let pass_through = each[0].1.is_empty();
        for (target, refusals) in each {
            if target == wanted {
                if refusals.is_empty() {
                    chosen.targets.insert(taken.balancer.arn.clone(), target);
                } else {
                    chosen.refusals.extend(refusals.clone());
                }
            }
            let why = why(target, target == wanted, pass_through);
            chosen.choices.push(choice(&taken, target, target == wanted && refusals.is_empty(), why, refusals));
        }
    }
    chosen
}

fn choice(taken: &Taken<'_>, target: Target, is_taken: bool, why: String, refusals: Vec<Refusal>) -> Choice {
    let (adds, keeps, loses, lasts) = match target {
        Target::Nlb | Target::Auto => (
            "an internal NLB, a target group a port, a VPC link; the service rolls out once",
            "the tasks, their health check, the certificates",
            "everything of layer 7 at the load balancer: rules, web ACL, login, X-Forwarded headers, access logs of plain TCP",
            "10 to 20 minutes",
        ),
        Target::NlbAlb => (
            "an internal NLB before the ALB, a target group a port, a VPC link",
            "the ALB with its rules, web ACL and logins; no service rolls out",
            "nothing; the ALB stays and costs what it cost",
            "5 to 10 minutes",
        ),
        Target::Alb => (
            "a VPC link V2",
            "the ALB with its rules, web ACL and logins; no service rolls out",
            "nothing; whether AWS takes an internet-facing ALB here is proven on a scratch API before anything moves",
            "2 to 5 minutes",
        ),
    };
    Choice { balancer: taken.balancer.name.clone(), target, taken: is_taken, why, adds, keeps, loses, takes: lasts, refusals }
}

fn why(target: Target, wanted: bool, pass_through: bool) -> String {
    let text = match (target, wanted, pass_through) {
        (Target::Nlb, true, _) => "the load balancer only passes requests on, so nothing is lost without it",
        (Target::Nlb, false, true) => "possible: the load balancer only passes requests on",
        (Target::Nlb, false, false) => "the load balancer does what layer 4 cannot",
        (Target::NlbAlb, true, false) => "the load balancer does what layer 4 cannot, and AWS documents this way for public ALBs, too",
        (Target::NlbAlb, true, true) => "asked for",
        (Target::NlbAlb, false, _) => "keeps the ALB at the cost of one more hop",
        (Target::Alb, true, _) => "no load balancer is added",
        (Target::Alb, false, _) => "the cheapest way; that a public ALB can be its target is not documented",
        (Target::Auto, ..) => "",
    };
    text.to_owned()
}

/// What speaks against one way to a load balancer.
fn against<'a>(scope: &Scope<'_, 'a>, taken: &Taken<'a>, parts: &[Part<'a>], target: Target) -> Vec<Refusal> {
    let mut found = balancer::refusals(scope, taken);
    match target {
        Target::Nlb | Target::Auto => {
            found.extend(beyond_layer_4(scope, taken));
            found.extend(of_services(scope, taken));
        }
        Target::NlbAlb => found.extend(twice_a_target(scope, taken)),
        Target::Alb => {}
    }
    if target != Target::Nlb {
        found.extend(managed_groups(scope, taken));
    }
    match way::link(scope, taken, parts, target) {
        Ok(version) => found.extend(way::quotas(scope, taken, target, version)),
        Err(refusal) => found.push(refusal),
    }
    found.extend(way::no_room(scope, taken, target));
    found.sort();
    found.dedup();
    found
}

fn of_services<'a>(scope: &Scope<'_, 'a>, taken: &Taken<'a>) -> Vec<Refusal> {
    let mut found = Vec::new();
    for port in taken.listeners.keys() {
        match service::behind(scope, taken, *port) {
            Ok(backing) => found.extend(service::refusals(scope, &backing, taken.listeners.len())),
            // What the listener itself is in the way of is told there.
            Err(refusal) if matches!(refusal.code, Code::NotAForward | Code::SeveralTargetGroups | Code::NoListener) => {}
            Err(refusal) => found.push(refusal),
        }
    }
    found
}

fn twice_a_target(scope: &Scope<'_, '_>, taken: &Taken<'_>) -> Option<Refusal> {
    let leads_here = |group: &&crate::inventory::TargetGroup| {
        let targets = group.targets.known().map_or(&[][..], Vec::as_slice);
        group.target_type == "alb" && targets.iter().any(|target| target.id == taken.balancer.arn)
    };
    let mut nlbs: Vec<&String> = scope.region.target_groups.iter().filter(leads_here).flat_map(|group| &group.load_balancer_arns).collect();
    nlbs.sort();
    nlbs.dedup();
    let because = || nlbs.iter().map(|arn| arn.as_str()).collect::<Vec<_>>().join(", ");
    (nlbs.len() >= MOST_NLBS).then(|| Refusal::new(Code::AlbInTwoNlbs, taken.name(), because()))
}

/// The security groups of the load balancer that code manages: the new way adds a rule to one.
fn managed_groups(scope: &Scope<'_, '_>, taken: &Taken<'_>) -> Vec<Refusal> {
    if scope.options.allow_iac_managed {
        return Vec::new();
    }
    let by_group = taken.balancer.security_groups.iter().filter_map(|id| {
        let Observed::Known(group) = scope.topology.index.security_group(scope.region, id) else { return None };
        manager(&group.tags)
            .map(|by| Refusal::new(Code::ManagedByCode, taken.name(), format!("its security group {id} is managed by {by}")))
    });
    by_group.collect()
}
