//! Where a listener sends what it takes.

use super::listener::{Guard, Standing, guards, may_ask_more};
use super::{Topology, listener};
use crate::inventory::{Gap, Listener, LoadBalancer, Observed, Rule, TargetGroup};
use crate::network::Bounds;

/// The target groups a listener forwards to.
#[derive(Debug)]
pub struct Forwards<'a> {
    /// One entry a rule and target group, in the order the rules are tried, the default action last.
    pub items: Vec<Forward<'a>>,
    /// Why there may be more: the rules could not be read.
    pub gaps: &'a [Gap],
}

/// A share of what a rule forwards.
#[derive(Debug)]
pub struct Forward<'a> {
    /// The rule; none for the default action.
    pub rule: Option<&'a Rule>,
    /// The share's weight.
    pub weight: i32,
    /// The target group's ARN.
    pub arn: &'a str,
    /// The target group.
    pub group: Observed<&'a TargetGroup>,
}

/// What a rule forwards to one target group, and what a stranger's request meets before.
#[derive(Debug)]
pub struct ForwardOf<'a> {
    /// The rule in words: `rule 10`, or `default action`.
    pub rule: String,
    /// The target group.
    pub group: Observed<&'a TargetGroup>,
    /// What is asked of a request.
    pub guards: Vec<Guard>,
    /// The addresses from which a request that has what is asked gets to it.
    pub reach: Bounds,
    /// Why that is not known.
    pub gaps: Vec<Gap>,
    /// Such a request, in words.
    pub request: Option<String>,
}

impl<'a> Topology<'a> {
    /// What the rules of a listener forward, the default action last. A share of weight 0 forwards nothing.
    pub(crate) fn forwards_of(&self, balancer: &LoadBalancer, listener: &'a Listener, standings: &[Standing<'a>]) -> Vec<ForwardOf<'a>> {
        let unread = balancer.kind == "application" && !listener.rules.is_complete();
        let gaps: Vec<Gap> = listener.rules.gaps.iter().map(|gap| gap.clone().or_action("elasticloadbalancing:DescribeRules")).collect();
        let mut found = Vec::new();
        for Standing { step, reach, .. } in standings {
            let more = may_ask_more(listener, *step);
            let reach_of = |sources: &Bounds| if more.is_some() { sources.clone().at_best() } else { sources.clone() };
            for (group, _) in listener::groups(&self.index, step.actions).into_iter().filter(|(_, live)| *live) {
                found.push(ForwardOf {
                    rule: step.name(),
                    group,
                    guards: guards(listener, *step),
                    reach: reach_of(&reach.sources),
                    gaps: gaps.iter().filter(|_| unread).chain(&more).cloned().collect(),
                    request: reach.request.clone(),
                });
            }
        }
        found
    }
}
