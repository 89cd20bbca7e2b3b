//! The private ways to a load balancer, side by side, and the one that is taken.

use std::collections::BTreeMap;

use serde::Serialize;

use super::balancer::{self, Taken, beyond_layer_4, taken};
use super::code::manager;
use super::scope::{Found, Part, Scope};
use super::{Code, Refusal, Target, service, way};
use crate::inventory::{Observed, SecurityGroup};

/// The most inbound rules of a security group, by AWS's default quota.
const MOST_RULES: usize = 60;
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
    // Where the service is refused, there is no group of its tasks to speak of.
    if target != Target::Nlb || found.is_empty() {
        found.extend(groups(scope, taken, target));
    }
    match way::link(scope, taken, parts, target) {
        Ok(version) => found.extend(way::quotas(scope, taken, target, version)),
        Err(refusal) => found.push(refusal),
    }
    found.sort();
    found.dedup();
    found
}

fn of_services<'a>(scope: &Scope<'_, 'a>, taken: &Taken<'a>) -> Vec<Refusal> {
    let mut found = Vec::new();
    for port in taken.listeners.keys() {
        match service::behind(scope, taken, *port) {
            Ok(backing) => {
                found.extend(service::refusals(scope, &backing, taken.listeners.len()));
                found.extend(way::uncovered(scope, taken, &backing));
            }
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

/// The security groups that the plan would add rules to, or take some from: each has to be known, unmanaged, and have room.
fn groups<'a>(scope: &Scope<'_, 'a>, taken: &Taken<'a>, target: Target) -> Vec<Refusal> {
    let mut found = Vec::new();
    let zones = way::subnets(scope, taken).map_or(0, |subnets| subnets.len());
    // The most rules that a new way adds to one group: one by group a port, and one by address a zone.
    let more = taken.listeners.len() * (2 + zones);
    let entry = if target == Target::Nlb { task_group(scope, taken) } else { taken.balancer.security_groups.first() };
    if entry.is_none() {
        found.push(Refusal::new(Code::Unread, taken.name(), "the security group that the new way has to pass is not known"));
    }
    let closed = taken.balancer.security_groups.iter().filter(|_| scope.options.lockdown);
    for (id, more) in entry.into_iter().map(|id| (id, more)).chain(closed.map(|id| (id, 0))) {
        match scope.topology.index.security_group(scope.region, id) {
            Observed::Known(group) => found.extend(group_refusals(scope, taken, group, more)),
            Observed::Absent => found.push(Refusal::new(Code::Unread, taken.name(), format!("security group {id} is not there"))),
            Observed::Unknown(gap) => found.push(Refusal::new(Code::Unread, taken.name(), gap.to_string())),
        }
    }
    found
}

/// The security group of the tasks that gets the rules of the new way.
fn task_group<'a>(scope: &Scope<'_, 'a>, taken: &Taken<'a>) -> Option<&'a String> {
    let backing = taken.listeners.keys().find_map(|port| service::behind(scope, taken, *port).ok())?;
    backing.service.service.network.as_ref()?.security_groups.first()
}

fn group_refusals(scope: &Scope<'_, '_>, taken: &Taken<'_>, group: &SecurityGroup, more: usize) -> Vec<Refusal> {
    let mut found = Vec::new();
    let id = &group.id;
    if let Some(by) = manager(&group.tags).filter(|_| !scope.options.allow_iac_managed) {
        found.push(Refusal::new(Code::ManagedByCode, taken.name(), format!("security group {id} is managed by {by}")));
    }
    let rules = group.rules.iter().filter(|rule| !rule.egress).count();
    if more > 0 && rules + more > MOST_RULES {
        let because =
            format!("security group {id} has {rules} inbound rules, the new way needs up to {more}, and the default quota is {MOST_RULES}");
        found.push(Refusal::new(Code::RuleQuota, taken.name(), because));
    }
    found
}
