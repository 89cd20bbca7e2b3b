//! Which rules any request gets to, and which stand behind one that takes all.

use super::reach::{covering, reaches};
use super::{Caller, Step, steps};
use crate::inventory::{Gap, Listener, LoadBalancer};
use crate::topology::left_out;

/// A rule among the others of its listener.
#[derive(Debug, Clone)]
pub(crate) struct Standing<'a> {
    /// The rule, or the default action.
    pub(crate) step: Step<'a>,
    /// Whether any request gets to it; none where that is not decided.
    pub(crate) reached: Option<bool>,
    /// The places of the rules before it that each take every request it would, addresses apart.
    pub(crate) behind: Vec<usize>,
    /// Why it is not decided.
    pub(crate) gaps: Vec<Gap>,
}

/// The rules of a listener in the order they are tried, the default action last, each with whether any request gets to it.
pub(crate) fn standings<'a>(balancer: &LoadBalancer, listener: &'a Listener) -> Vec<Standing<'a>> {
    let (steps, anyone) = (steps(listener), Caller::default());
    let unread = unread(balancer, listener);
    let each = reaches(&steps, &anyone, !unread.is_empty()).into_iter().enumerate().map(|(place, reach)| {
        let reached = reach.sources.tell(|sources| !sources.is_empty());
        let gaps = match reached {
            Some(_) => Vec::new(),
            None if unread.is_empty() => vec![undecided(balancer, steps[place])],
            None => unread.clone(),
        };
        Standing { step: steps[place], reached, behind: covering(&steps, place, &anyone).collect(), gaps }
    });
    each.collect()
}

/// Why a listener may have rules that were not read. Only those of application load balancers are asked for.
pub(super) fn unread(balancer: &LoadBalancer, listener: &Listener) -> Vec<Gap> {
    if balancer.kind != "application" {
        return Vec::new();
    }
    listener.rules.gaps.iter().map(|gap| gap.clone().or_action("elasticloadbalancing:DescribeRules")).collect()
}

fn undecided(balancer: &LoadBalancer, step: Step<'_>) -> Gap {
    let what = format!("whether the rules before it leave any request to the {} of {} is not decided", step.name(), balancer.name);
    left_out("elasticloadbalancing:DescribeRules", &what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(rules: &str) -> Vec<(Option<bool>, Vec<usize>)> {
        let listener = serde_json::from_str(&format!(
            r#"{{"arn": "l", "port": 443, "protocol": "HTTPS", "rules": {rules}, "default_actions": [{{"type": "forward"}}]}}"#
        ));
        let balancer = serde_json::from_str(r#"{"arn": "b", "name": "b", "dns_name": "b", "type": "application"}"#);
        let (balancer, listener) = (balancer.unwrap(), listener.unwrap());
        standings(&balancer, &listener).into_iter().map(|one| (one.reached, one.behind)).collect()
    }

    fn rule(priority: u32, field: &str, value: &str) -> String {
        format!(
            r#"{{"arn": "r", "priority": {priority}, "conditions": [{{"field": "{field}", "values": ["{value}"]}}], "actions": [{{"type": "forward"}}]}}"#
        )
    }

    #[test]
    fn a_rule_behind_one_that_takes_all_of_it_is_never_reached() {
        let rules = [rule(1, "path-pattern", "/a*"), rule(2, "path-pattern", "/a/b"), rule(3, "path-pattern", "/b")];
        assert_eq!(
            told(&format!("[{}]", rules.join(","))),
            [(Some(true), vec![]), (Some(false), vec![0]), (Some(true), vec![]), (Some(true), vec![])]
        );
    }

    #[test]
    fn rules_that_hide_another_only_together_are_told_apart_by_address() {
        let rules = [rule(1, "source-ip", "0.0.0.0/1"), rule(2, "source-ip", "128.0.0.0/1"), rule(3, "source-ip", "198.51.100.0/24")];
        assert_eq!(told(&format!("[{}]", rules.join(",")))[2], (Some(false), vec![0, 1]));
        let open = rule(1, "query-string", "a=*");
        assert_eq!(told(&format!("[{open}]"))[1].0, Some(true));
    }
}
