//! Facts about the rules of a listener: which are never reached, and which ask a login that another rule does not.

use std::cell::OnceCell;

use super::{Context, unknown};
use crate::inventory::{Action, Gap, Listener, LoadBalancer, Observed, Region, TargetGroup};
use crate::rules::value::Value;
use crate::topology::{
    ForwardOf, Gates, Guard, Standing, Step, Topology, Truth, groups_of_step, guards_of_step, left_out, listener_name, may_ask_more, meet,
    standings,
};

const RULES: &str = "elasticloadbalancing:DescribeRules";
/// How many ways past a login a finding names.
const MOST_WAYS: usize = 5;

/// The rules that no request gets to, each with those that take everything before it.
pub(super) fn shadowed(balancer: &LoadBalancer, listener: &Listener, all: &[Standing<'_>]) -> Value {
    let (mut found, mut gaps) = (Vec::new(), Vec::new());
    for standing in all.iter().filter(|standing| standing.step.rule.is_some()) {
        match standing.reached {
            Some(true) => {}
            None => gaps.extend(standing.gaps.iter().cloned()),
            Some(false) => found.push(Value::from(shadow_in_words(standing, all))),
        }
    }
    if balancer.kind == "application" {
        gaps.extend(listener.rules.gaps.iter().map(|gap| gap.clone().or_action(RULES)));
    }
    Value::partial_list(found, unknown(&gaps))
}

fn shadow_in_words(standing: &Standing<'_>, all: &[Standing<'_>]) -> String {
    let before: Vec<String> = standing.behind.iter().map(|at| all[*at].step.name()).collect();
    let name = standing.step.name();
    if before.is_empty() { format!("{name}, which admits no address") } else { format!("{name} behind {}", before.join(" and ")) }
}

/// The listeners of a load balancer with their rules: read once for all forwards that ask about them, and only when one does.
#[derive(Debug, Default)]
pub(super) struct Neighbours<'a>(OnceCell<Vec<Neighbour<'a>>>);

#[derive(Debug)]
struct Neighbour<'a> {
    listener: &'a Listener,
    standings: Vec<Standing<'a>>,
    gates: Gates<'a>,
}

impl<'a> Neighbours<'a> {
    fn of(&self, balancer: &'a LoadBalancer) -> &[Neighbour<'a>] {
        self.0.get_or_init(|| balancer.listeners.iter().map(|listener| Neighbour::new(balancer, listener)).collect())
    }
}

impl<'a> Neighbour<'a> {
    fn new(balancer: &'a LoadBalancer, listener: &'a Listener) -> Self {
        let standings = standings(balancer, listener);
        let gates = Gates::new(standings.iter().map(|standing| standing.step).collect());
        Self { listener, standings, gates }
    }
}

/// The other rules of a load balancer that forward the same requests to the same targets, and ask for no proof.
pub(super) fn bypass<'a>(
    topology: &Topology<'a>,
    context: &Context<'a>,
    region: &'a Region,
    (balancer, listener, neighbours): (&'a LoadBalancer, &'a Listener, &Neighbours<'a>),
    forward: &ForwardOf<'a>,
    group: &'a TargetGroup,
) -> Bypass {
    if !forward.guards.iter().any(|guard| matches!(guard, Guard::Token | Guard::Login(_) | Guard::ClientCertificate)) {
        return Bypass::default();
    }
    let mut search = Search { topology, context, region, balancer, group, found: Vec::new(), gaps: Vec::new() };
    search.gaps.extend(balancer.listeners.gaps.iter().map(|gap| gap.clone().or_action("elasticloadbalancing:DescribeListeners")));
    let all = neighbours.of(balancer);
    let Some(own) = all.iter().find(|one| one.listener.arn == listener.arn) else { return Bypass::default() };
    let Some(place) = own.gates.steps().iter().position(|step| step.name() == forward.rule) else { return Bypass::default() };
    for other in all {
        search.listener((own, place), other);
    }
    Bypass { by: search.found, gaps: search.gaps }
}

/// The rules by way of which a login can be left out, and why there may be more.
#[derive(Debug, Default)]
pub(super) struct Bypass {
    by: Vec<String>,
    gaps: Vec<Gap>,
}

impl Bypass {
    /// The forward and the ways past it, in words; nothing without any.
    pub(super) fn in_words(&self, rule: &str, group: &str) -> String {
        // It takes two to be worth counting.
        let more = self.by.len().checked_sub(MOST_WAYS).filter(|more| *more > 1);
        let named = self.by.iter().take(if more.is_some() { MOST_WAYS } else { self.by.len() }).cloned();
        let ways: Vec<String> = named.chain(more.map(|more| format!("{more} more"))).collect();
        if ways.is_empty() { String::new() } else { format!("{rule} to {group} by way of {}", ways.join(" and of ")) }
    }
}

impl From<Bypass> for Value {
    fn from(bypass: Bypass) -> Self {
        Self::partial_list(bypass.by.into_iter().map(Self::from).collect(), unknown(&bypass.gaps))
    }
}

struct Search<'s, 'a> {
    topology: &'s Topology<'a>,
    context: &'s Context<'a>,
    region: &'a Region,
    balancer: &'a LoadBalancer,
    group: &'a TargetGroup,
    found: Vec<String>,
    gaps: Vec<Gap>,
}

/// Whether something holds, and why that is left open where it is.
type Told = (Truth, Vec<Gap>);

impl<'a> Search<'_, 'a> {
    /// Looks through the rules of one listener.
    fn listener(&mut self, (guarded, place): (&Neighbour<'a>, usize), other: &Neighbour<'a>) {
        let itself = other.listener.arn == guarded.listener.arn;
        let open = self.open_to_anyone(guarded.listener, other.listener);
        if open.0 == Truth::No {
            return;
        }
        let both = [guarded.listener, other.listener].into_iter().filter(|_| self.balancer.kind == "application");
        let unread: Vec<Gap> = both.flat_map(|one| &one.rules.gaps).map(|gap| gap.clone().or_action(RULES)).collect();
        self.gaps.extend(unread.iter().cloned());
        for (at, step) in other.gates.steps().iter().enumerate().filter(|(at, _)| !itself || *at != place) {
            let same = self.leads_to_the_same(step);
            if same.0 == Truth::No || guards_of_step(other.listener, *step).iter().any(Guard::bars) {
                continue;
            }
            // A rule before it that takes all of its requests leaves nothing to the login.
            let hides = itself && hides(&other.standings, place, at);
            let met = if hides { Truth::Yes } else { meet((&guarded.gates, place), (&other.gates, at), !unread.is_empty()) };
            let more = may_ask_more(other.listener, *step).into_iter().collect::<Vec<_>>();
            let asks_nothing = if more.is_empty() { Truth::Yes } else { Truth::Perhaps };
            let name = format!("{}, {}", listener_name(other.listener), step.name());
            self.tell(&name, [open.clone(), same, (met, unread.clone()), (asks_nothing, more)]);
        }
    }

    fn tell(&mut self, name: &str, parts: [Told; 4]) {
        match parts.iter().map(|(told, _)| *told).min() {
            Some(Truth::Yes) => self.found.push(name.to_owned()),
            Some(Truth::No) | None => {}
            Some(Truth::Perhaps) => {
                let open = parts.into_iter().filter(|(told, _)| *told == Truth::Perhaps);
                let mut gaps: Vec<Gap> = open.flat_map(|(_, gaps)| gaps).collect();
                if gaps.is_empty() {
                    gaps.push(left_out(RULES, &format!("whether {name} of {} takes the same requests is not decided", self.balancer.name)));
                }
                self.gaps.extend(gaps);
            }
        }
    }

    /// Whether anybody can open a connection to the other listener; to the same one, whoever can to it.
    fn open_to_anyone(&self, guarded: &Listener, other: &Listener) -> Told {
        let Some(network) = self.context.network(&self.region.name).filter(|_| guarded.arn != other.arn) else {
            return (Truth::Yes, Vec::new());
        };
        let exposure = network.listener(self.balancer, other);
        let sets = [&exposure.internet, &exposure.inside];
        if sets.iter().any(|set| !set.surely.is_empty()) {
            (Truth::Yes, Vec::new())
        } else if sets.iter().all(|set| set.perhaps.is_empty()) {
            (Truth::No, Vec::new())
        } else {
            (Truth::Perhaps, exposure.gaps.clone())
        }
    }

    /// Whether a rule forwards to the targets of the guarded group.
    fn leads_to_the_same(&self, step: &Step<'a>) -> Told {
        let live = |action: &&Action| {
            let lone = action.target_groups.len() == 1;
            action.target_groups.iter().any(|share| share.arn == self.group.arn && (share.weight > 0 || lone))
        };
        if step.actions.iter().any(|action| live(&action)) {
            return (Truth::Yes, Vec::new());
        }
        let keys = self.context.ways.keys_of_group(self.topology, self.group);
        let mut told = (Truth::No, Vec::new());
        for (group, _) in groups_of_step(&self.topology.index, step.actions).into_iter().filter(|(_, live)| *live) {
            let open: Vec<Gap> = match group {
                Observed::Known(group) if self.context.ways.keys_of_group(self.topology, group).iter().any(|key| keys.contains(key)) => {
                    return (Truth::Yes, Vec::new());
                }
                // What could not be read may show that both lead to one service.
                Observed::Known(_) => {
                    let unseen = self.context.unseen_past_apis(&self.region.name);
                    unseen.map_or_else(Vec::new, |unseen| unseen.gaps().to_vec())
                }
                Observed::Absent => Vec::new(),
                Observed::Unknown(gap) => vec![gap],
            };
            if !open.is_empty() {
                told = (Truth::Perhaps, open);
            }
        }
        told
    }
}

/// Whether no request gets to one rule because another takes them all.
fn hides(all: &[Standing<'_>], hidden: usize, by: usize) -> bool {
    all.get(hidden).is_some_and(|standing| standing.reached == Some(false) && standing.behind.contains(&by))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_with_many_ways_past_it_names_a_few() {
        let words = |count: usize| {
            let by = (1..=count).map(|number| format!("rule {number}")).collect();
            Bypass { by, gaps: Vec::new() }.in_words("rule 9", "orders")
        };
        assert_eq!(words(0), "");
        assert_eq!(words(2), "rule 9 to orders by way of rule 1 and of rule 2");
        assert!(words(6).ends_with(" and of rule 6"));
        assert!(words(90).ends_with(" and of rule 5 and of 85 more"));
    }
}
