//! From a listener on to the target groups that take its requests.

use super::controls::Controls;
use super::keys::of_group;
use super::{Entry, Hop, Way};
use crate::inventory::{Gap, Listener, LoadBalancer, Observed, Region, TargetGroup};
use crate::network::{AddressSet, Bounds, Exposure, Network};
use crate::topology::listener::{Caller, Guard, Reach, Step, Text, groups, guards, may_ask_more, reaches, steps};
use crate::topology::{Topology, left_out};

/// How many load balancers stand one behind the other before nobody follows further: AWS lets two.
const DEEPEST: usize = 3;

/// Where a request ends up behind a listener.
#[derive(Debug, Clone)]
pub(super) struct End<'a> {
    pub(super) hops: Vec<Hop<'a>>,
    pub(super) group: &'a TargetGroup,
    pub(super) guards: Vec<Guard>,
    /// The addresses from which requests get here past the listeners' rules.
    pub(super) reach: Bounds,
    pub(super) gaps: Vec<Gap>,
    pub(super) request: Option<String>,
    /// Whether a rule rewrites the path.
    pub(super) rewritten: bool,
}

/// Every end behind a listener, for a caller of whom each of these may be true.
pub(super) fn ends<'a>(topology: &Topology<'a>, balancer: &'a LoadBalancer, listener: &'a Listener, callers: &[Caller]) -> Vec<End<'a>> {
    let mut found = Vec::new();
    walk(topology, balancer, listener, callers, None, &mut found, 0);
    found
}

fn walk<'a>(
    topology: &Topology<'a>,
    balancer: &'a LoadBalancer,
    listener: &'a Listener,
    callers: &[Caller],
    so_far: Option<&End<'a>>,
    found: &mut Vec<End<'a>>,
    depth: usize,
) {
    let steps = steps(listener);
    let unread = balancer.kind == "application" && !listener.rules.is_complete();
    let gaps: Vec<Gap> = listener.rules.gaps.iter().map(|gap| gap.clone().or_action("elasticloadbalancing:DescribeRules")).collect();
    for (step, reach) in steps.iter().zip(agreed(&steps, callers, unread)) {
        if reach.sources.perhaps.is_empty() {
            continue;
        }
        for (group, live) in groups(&topology.index, step.actions) {
            let Observed::Known(group) = group else { continue };
            let mut end = extend(so_far, Hop::Listener { balancer, listener, step: *step }, group);
            end.guards.extend(guards(listener, *step));
            end.reach = end.reach.and(&if live { reach.sources.clone() } else { Bounds::nothing() });
            end.gaps.extend(gaps.iter().filter(|_| unread).cloned());
            if let Some(gap) = may_ask_more(listener, *step) {
                end.reach = end.reach.at_best();
                end.gaps.push(gap);
            }
            end.request = end.request.or_else(|| reach.request.clone());
            end.rewritten |= step.rewrites_path();
            if group.target_type == "alb" {
                for (behind, target) in balancers_in(topology, group) {
                    if depth < DEEPEST {
                        walk(topology, behind, target, callers, Some(&end), found, depth + 1);
                    }
                }
            } else if live {
                found.push(end);
            }
        }
    }
}

/// What all callers agree on: a rule is reached for certain when each of them reaches it, and perhaps when one of them may.
fn agreed(steps: &[Step<'_>], callers: &[Caller], unread: bool) -> Vec<Reach> {
    let mut all = callers.iter().map(|caller| reaches(steps, caller, unread));
    let Some(first) = all.next() else { return Vec::new() };
    all.fold(first, |one, other| {
        let both = one.into_iter().zip(other).map(|(one, other)| Reach {
            sources: Bounds {
                surely: one.sources.surely.intersection(&other.sources.surely),
                perhaps: one.sources.perhaps.union(&other.sources.perhaps),
            },
            request: one.request.or(other.request),
        });
        both.collect()
    })
}

fn extend<'a>(so_far: Option<&End<'a>>, hop: Hop<'a>, group: &'a TargetGroup) -> End<'a> {
    let fresh = || End {
        hops: Vec::new(),
        group,
        guards: Vec::new(),
        reach: Bounds::exactly(AddressSet::all().clone()),
        gaps: Vec::new(),
        request: None,
        rewritten: false,
    };
    let mut end = so_far.cloned().unwrap_or_else(fresh);
    end.hops.push(hop);
    end.group = group;
    end
}

/// The load balancers in a target group, each with the listener that takes its requests.
pub(super) fn balancers_in<'a>(topology: &Topology<'a>, group: &'a TargetGroup) -> Vec<(&'a LoadBalancer, &'a Listener)> {
    let listeners = topology.index.listeners_in(group);
    let known = listeners.into_iter().filter_map(|listener| listener.known().copied());
    known
        .filter_map(|listener| topology.index.listener(&listener.arn).known().map(|(_, balancer, listener)| (*balancer, *listener)))
        .collect()
}

/// The ways that begin at a load balancer of a region with an address on the internet.
pub(super) fn from_balancers<'a>(topology: &Topology<'a>, network: &Network<'a>, region: &'a Region) -> Vec<Way<'a>> {
    let mut ways = Vec::new();
    for balancer in region.load_balancers.iter().filter(|balancer| balancer.kind != "gateway") {
        for listener in &balancer.listeners {
            let exposure = network.listener(balancer, listener);
            if exposure.internet.perhaps.is_empty() {
                continue;
            }
            for end in ends(topology, balancer, listener, &[Caller::default()]) {
                ways.extend(way(topology, network, region, &exposure, end));
            }
        }
    }
    ways
}

fn way<'a>(topology: &Topology<'a>, network: &Network<'a>, region: &'a Region, exposure: &Exposure, end: End<'a>) -> Option<Way<'a>> {
    let sources = through_balancers(topology, network, past_rules(exposure, &end).only_internet(), &end);
    if sources.internet.perhaps.is_empty() {
        return None;
    }
    let Some(Hop::Listener { balancer, listener, .. }) = end.hops.first().copied() else { return None };
    let mut controls = Controls::default();
    add_controls(&mut controls, &end);
    Some(Way {
        entry: Entry::Balancer { region, balancer, listener },
        keys: of_group(topology, end.group),
        group: Some(end.group),
        controls,
        guards: end.guards,
        sources,
        request: end.request,
        routes: Vec::new(),
        paths: None,
        number: 0,
        hops: end.hops,
    })
}

/// Adds what each load balancer and rule on the way asks.
pub(super) fn add_controls(controls: &mut Controls, end: &End<'_>) {
    for hop in &end.hops {
        if let Hop::Listener { balancer, .. } = hop {
            controls.add_listener(balancer, &end.guards);
        }
    }
}

/// Whose requests get past the listeners' rules.
fn past_rules(exposure: &Exposure, end: &End<'_>) -> Exposure {
    exposure.internet_within(&end.reach, &end.open())
}

impl End<'_> {
    /// Whether a listener on the way tells requests apart by host.
    pub(super) fn asks_host(&self) -> bool {
        let mut listeners = self.hops.iter().filter_map(|hop| match hop {
            Hop::Listener { listener, .. } => Some(*listener),
            Hop::Link(..) => None,
        });
        let by_host = |listener: &Listener| listener.rules.iter().flat_map(|rule| &rule.conditions).any(|one| one.field == "host-header");
        listeners.any(by_host)
    }

    /// Why it is not known which requests get here.
    pub(super) fn open(&self) -> Vec<Gap> {
        if self.reach.is_exact() {
            Vec::new()
        } else if self.gaps.is_empty() {
            vec![left_out("elasticloadbalancing:DescribeRules", &undecided(self))]
        } else {
            self.gaps.clone()
        }
    }
}

fn undecided(end: &End<'_>) -> String {
    let at = end.hops.iter().rev().find_map(|hop| match hop {
        Hop::Listener { balancer, step, .. } => Some(format!("{} of load balancer {}", step.name(), balancer.name)),
        Hop::Link(..) => None,
    });
    format!("whether the rules before it leave any request to the {} is not decided", at.unwrap_or_default())
}

/// Whose packets get through network load balancers to what they forward to.
fn through_balancers<'a>(topology: &Topology<'a>, network: &Network<'a>, sources: Exposure, end: &End<'a>) -> Exposure {
    let listeners: Vec<(&LoadBalancer, &Listener)> = end
        .hops
        .iter()
        .filter_map(|hop| match hop {
            Hop::Listener { balancer, listener, .. } => Some((*balancer, *listener)),
            Hop::Link(..) => None,
        })
        .collect();
    let mut sources = sources;
    for pair in listeners.windows(2) {
        let ((front, listener), (behind, arrival)) = (pair[0], pair[1]);
        let group = topology.index.forwards(listener).items.into_iter().filter_map(|forward| forward.group.known().copied());
        let group = group
            .filter(|group| group.target_type == "alb")
            .find(|group| balancers_in(topology, group).iter().any(|(balancer, _)| balancer.arn == behind.arn));
        if let (Some(group), Some(port)) = (group, arrival.port) {
            sources = network.through_to_balancer(front, group, behind, port, &sources);
        }
    }
    match listeners.last() {
        Some((balancer, _)) if balancer.kind == "network" => to_targets(network, balancer, end.group, &sources),
        _ => sources,
    }
}

/// Who gets through a network load balancer to at least one of a group's targets.
fn to_targets(network: &Network<'_>, balancer: &LoadBalancer, group: &TargetGroup, clients: &Exposure) -> Exposure {
    match &group.targets {
        Observed::Known(targets) => {
            let each = targets.iter().map(|target| network.through(balancer, group, target, clients));
            each.fold(Exposure::nobody(), |all, one| all.or(&one))
        }
        Observed::Absent => Exposure::nobody(),
        Observed::Unknown(gap) => clients.perhaps(&[gap.clone().or_action("elasticloadbalancing:DescribeTargetHealth")]),
    }
}

/// The paths of a request, unless a rule rewrites them.
pub(super) fn arriving(end: &End<'_>, paths: Vec<Text>) -> Option<Vec<Text>> {
    (!end.rewritten).then_some(paths)
}
