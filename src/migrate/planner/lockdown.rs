//! The last step that can be taken back: the world's way to the old load balancer is closed.

use std::collections::BTreeSet;

use super::balancer::{Taken, taken};
use super::build::Builder;
use super::finish::rescan;
use super::names::slug;
use super::scope::{Part, Scope};
use super::{Code, Refusal};
use crate::assessment::Assessment;
use crate::inventory::{LoadBalancer, Observed, Peer, SecurityGroup, SecurityGroupRule};
use crate::migrate::plan::{Action, Check, FindingKey, Phase};
use crate::migrate::thing::{Property, State};
use crate::network::{AddressSet, Transport, covers};
use crate::report::text::count;
use crate::topology::{ServedRoute, lb_resource_of};

/// The rules whose findings are gone once nobody reaches the load balancer from the internet.
pub(in crate::migrate) const GONE_WITH_THE_LOCKDOWN: [&str; 5] = [
    "public-alb-behind-api",
    "backend-bypasses-api",
    "backend-bypasses-authorizer-or-waf",
    "backend-open-to-shared-ranges",
    "second-load-balancer-to-same-targets",
];

/// Adds the lockdown of every load balancer of the plan, or says why not.
pub(super) fn close(
    builder: &mut Builder,
    scope: &Scope<'_, '_>,
    parts: &[Part<'_>],
    said: &Assessment,
    rehearse: &mut dyn FnMut(&mut Builder),
) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let taken = taken(parts);
    for taken in &taken {
        refusals.extend(other_callers(scope, taken, parts));
        match world_rules(scope, taken.balancer) {
            Err(refusal) => refusals.push(refusal),
            Ok(found) => {
                for (group, rules) in found {
                    refusals.extend(shared(scope, taken.balancer, &group.id));
                    add(builder, taken, group, rules);
                }
            }
        }
    }
    if refusals.is_empty() {
        ask_again(builder, parts);
        rehearse(builder);
        let gone = |key: &FindingKey| {
            let about = |taken: &Taken<'_>| {
                let behind = taken.listeners.values().flat_map(|listener| &listener.default_actions);
                let mut groups = behind.flat_map(|action| &action.target_groups);
                key.subject == taken.balancer.arn || groups.any(|share| share.arn == key.subject)
            };
            GONE_WITH_THE_LOCKDOWN.contains(&key.rule.as_str()) && taken.iter().any(about)
        };
        rescan(builder, scope, parts, said, "rescan-closed", &gone, &[]);
    }
    refusals
}

fn add(builder: &mut Builder, taken: &Taken<'_>, group: &SecurityGroup, rules: Vec<SecurityGroupRule>) {
    let title = format!("close {} to the internet: {} of {}", taken.name(), count(rules.len(), "rule", "rules"), group.id);
    let property = Property::GroupIngress { group: group.id.clone() };
    let id = format!("close-{}", slug(&group.id));
    builder.set(Phase::Lockdown, &id, title, property, State::Rules(rules), State::Rules(Vec::new()));
}

/// The stages must still bring the same.
fn ask_again(builder: &mut Builder, parts: &[Part<'_>]) {
    let mut again = Vec::new();
    for step in &builder.steps {
        if let Action::Check(Check::SameAs { baseline, requests, .. }) = &step.action
            && parts.iter().any(|part| {
                let api = slug(&part.api.id);
                let asked = *baseline == format!("{api}-asked-before") && step.phase == Phase::Verify;
                asked || *baseline == format!("{api}-tested-before")
            })
        {
            again.push(Check::SameAs { baseline: baseline.clone(), requests: requests.clone(), for_seconds: 60 });
        }
    }
    for check in again {
        builder.add(Phase::Verify, "asked-closed", "ask again, with the old way closed", Action::Check(check));
    }
}

/// Other routes that use the load balancer over the internet, or why there may be some.
fn other_callers(scope: &Scope<'_, '_>, taken: &Taken<'_>, parts: &[Part<'_>]) -> Option<Refusal> {
    let moves = |served: &ServedRoute<'_>| {
        parts.iter().any(|part| {
            part.api.id == served.api.id
                && part.stages.iter().any(|stage| stage.name == served.stage.name)
                && part.edges.iter().any(|edge| edge.answers(&served.route.path, &served.route.method))
        })
    };
    let stays = routes(scope, taken.balancer).filter(|served| served.backend.link().is_none() && !moves(served));
    if let Some(list) = listed(stays) {
        return Some(Refusal::new(Code::OtherCallers, taken.name(), list));
    }
    if let Some((code, because)) = in_front(scope, taken.balancer) {
        return Some(Refusal::new(code, taken.name(), because));
    }
    unseen(scope).map(|why| Refusal::new(Code::Unread, taken.name(), why))
}

/// The routes that a load balancer answers, directly or as the target of another one.
pub(in crate::migrate) fn routes<'t, 'a>(scope: &Scope<'t, 'a>, balancer: &'t LoadBalancer) -> impl Iterator<Item = &'t ServedRoute<'a>> {
    let topology = scope.topology;
    let behind = balancer.listeners.iter().flat_map(|listener| topology.routes_of_listener(&listener.arn));
    topology.routes_of_balancer(&balancer.arn).chain(behind)
}

/// Routes in words, each once; none when there are none.
pub(in crate::migrate) fn listed<'t, 'a: 't>(routes: impl Iterator<Item = &'t ServedRoute<'a>>) -> Option<String> {
    let found: BTreeSet<String> =
        routes.map(|served| format!("{} of {} (stage {})", served.key(), served.api.name, served.stage.name)).collect();
    (!found.is_empty()).then(|| found.into_iter().collect::<Vec<_>>().join(", "))
}

/// Why there may be routes that nobody has seen.
pub(in crate::migrate) fn unseen(scope: &Scope<'_, '_>) -> Option<String> {
    scope.topology.unseen_routes.first().map(|gap| format!("there may be routes that were not read: {gap}"))
}

/// A public network load balancer before an application load balancer: its clients arrive by their own addresses.
pub(in crate::migrate) fn in_front(scope: &Scope<'_, '_>, balancer: &LoadBalancer) -> Option<(Code, String)> {
    for group in scope.region.target_groups.iter().filter(|group| group.target_type == "alb") {
        if let Some(gap) = group.targets.gap() {
            let gap = gap.clone().or_action("elasticloadbalancing:DescribeTargetHealth");
            return Some((Code::Unread, format!("the targets of {}: {gap}", group.name)));
        }
        if group.targets.known().is_none_or(|targets| targets.iter().all(|target| target.id != balancer.arn)) {
            continue;
        }
        let public =
            |front: &&LoadBalancer| group.load_balancer_arns.contains(&front.arn) && front.scheme.as_deref() == Some("internet-facing");
        if let Some(front) = scope.region.load_balancers.iter().find(public) {
            return Some((Code::OtherCallers, format!("clients of public NLB {}", front.name)));
        }
    }
    None
}

/// What else carries the load balancer's security group.
pub(in crate::migrate) fn shared(scope: &Scope<'_, '_>, balancer: &LoadBalancer, group: &str) -> Option<Refusal> {
    if let Some(gap) = scope.region.network_interfaces.gaps.first() {
        let gap = gap.clone().or_action("ec2:DescribeNetworkInterfaces");
        return Some(Refusal::new(Code::Unread, format!("ALB {}", balancer.name), format!("what else carries {group}: {gap}")));
    }
    let own = lb_resource_of(&balancer.arn).map(|resource| format!("ELB {resource}")).unwrap_or_default();
    let others = scope.region.network_interfaces.iter().filter(|interface| interface.security_groups.iter().any(|id| id == group));
    let others: Vec<String> = others
        .filter(|interface| interface.description != own)
        .map(|interface| if interface.description.is_empty() { interface.id.clone() } else { interface.description.clone() })
        .collect();
    let because = || format!("{group} is also carried by {}", others.join(", "));
    (!others.is_empty()).then(|| Refusal::new(Code::SharedGroup, format!("ALB {}", balancer.name), because()))
}

/// The rules by which the internet at large gets to a load balancer's listeners, by group.
///
/// A rule that names no more than a /16 (IPv6: a /48) names somebody, and stays.
pub(in crate::migrate) fn world_rules<'a>(
    scope: &Scope<'_, 'a>,
    balancer: &LoadBalancer,
) -> Result<Vec<(&'a SecurityGroup, Vec<SecurityGroupRule>)>, Refusal> {
    let refuse = |because: String| Refusal::new(Code::Unread, format!("ALB {}", balancer.name), because);
    let ports: Vec<u16> = balancer.listeners.iter().filter_map(|listener| listener.port).collect();
    let mut found = Vec::new();
    for id in &balancer.security_groups {
        let group = match scope.topology.index.security_group(scope.region, id) {
            Observed::Known(group) => group,
            Observed::Absent => return Err(refuse(format!("security group {id} is not there"))),
            Observed::Unknown(gap) => return Err(refuse(gap.to_string())),
        };
        let mut rules = Vec::new();
        for rule in group.rules.iter().filter(|rule| !rule.egress && ports.iter().any(|port| covers(rule, Transport::Tcp, *port))) {
            if is_wide(scope, &rule.peer).map_err(refuse)? {
                rules.push(SecurityGroupRule { id: None, ..rule.clone() });
            }
        }
        rules.sort();
        if !rules.is_empty() {
            found.push((group, rules));
        }
    }
    Ok(found)
}

fn is_wide(scope: &Scope<'_, '_>, peer: &Peer) -> Result<bool, String> {
    match peer {
        Peer::SecurityGroup(_) => Ok(false),
        Peer::CidrIpv4(block) => Ok(names_nobody(block, 16)),
        Peer::CidrIpv6(block) => Ok(names_nobody(block, 48)),
        Peer::PrefixList(id) => match scope.region.prefix_lists.iter().find(|list| list.id == *id).map(|list| &list.entries) {
            Some(Observed::Known(entries)) => {
                Ok(entries.iter().any(|block| names_nobody(block, if block.contains(':') { 48 } else { 16 })))
            }
            Some(Observed::Absent) => Ok(false),
            Some(Observed::Unknown(gap)) => Err(gap.to_string()),
            None => Err(format!("prefix list {id} was not read")),
        },
    }
}

/// Whether a block holds public addresses and is wider than somebody's own.
fn names_nobody(block: &str, narrow: u8) -> bool {
    let Some(net) = AddressSet::block(block) else { return true };
    let public = AddressSet::parse(block).is_none_or(|set| !set.intersection(AddressSet::public()).is_empty());
    public && net.prefix_len() < narrow
}
