//! Whether what one rule asks a login for can be had by way of another.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use super::glob::{instances, literal, open_pattern};
use super::reach::{FILLERS, can_meet, reaches};
use super::{Caller, Step, Truth};

/// How many requests are tried before the rest is left open.
const MOST: usize = 64;
/// A path and a method for rules that ask for none.
const ANY: (&str, &str) = ("/zz-apiaudit", "GET");

/// The rules of a listener, with what was found so far of which requests get to which of them: every pair of rules asks the same.
#[derive(Debug)]
pub(crate) struct Gates<'a> {
    steps: Vec<Step<'a>>,
    told: RefCell<HashMap<(String, String), Vec<Truth>>>,
}

impl<'a> Gates<'a> {
    /// Nothing is found yet.
    pub(crate) fn new(steps: Vec<Step<'a>>) -> Self {
        Self { steps, told: RefCell::default() }
    }

    /// The rules in the order they are tried, the default action last.
    pub(crate) fn steps(&self) -> &[Step<'a>] {
        &self.steps
    }

    /// Whether a request with a path and a method gets to the rule at a place.
    fn let_in(&self, place: usize, path: &str, method: &str) -> Truth {
        let key = (path.to_owned(), method.to_owned());
        self.told.borrow_mut().entry(key).or_insert_with(|| self.walk(path, method)).get(place).copied().unwrap_or(Truth::No)
    }

    /// To which rules requests with a path and a method get. Rules that want others neither take one nor hide another.
    fn walk(&self, path: &str, method: &str) -> Vec<Truth> {
        let caller = Caller { path: Some(literal(path)), method: Some(method.to_owned()), ..Caller::default() };
        let open: Vec<usize> = (0..self.steps.len()).filter(|place| can_meet(self.steps[*place].conditions(), &caller)).collect();
        let steps: Vec<Step<'_>> = open.iter().map(|place| self.steps[*place]).collect();
        let mut told = vec![Truth::No; self.steps.len()];
        for (place, reach) in open.into_iter().zip(reaches(&steps, &caller, false)) {
            told[place] = match (reach.sources.surely.is_empty(), reach.sources.perhaps.is_empty()) {
                (false, _) => Truth::Yes,
                (true, false) => Truth::Perhaps,
                (true, true) => Truth::No,
            };
        }
        told
    }
}

/// Whether there is a path and a method with which a request gets to one rule and, with another host, header, query, port or
/// address, to the other. Each is given by its place among the rules of its listener; with `unread` rules nothing is certain.
pub(crate) fn meet(one: (&Gates<'_>, usize), other: (&Gates<'_>, usize), unread: bool) -> Truth {
    let pair = [one.0.steps[one.1], other.0.steps[other.1]];
    let (paths, methods) = (asked(pair, "path-pattern", ANY.0), asked(pair, "http-request-method", ANY.1));
    let most = if unread { Truth::Perhaps } else { Truth::Yes };
    let mut told = Truth::No;
    for (tried, (path, method)) in paths.iter().flat_map(|path| methods.iter().map(move |method| (path, method))).enumerate() {
        if tried == MOST {
            return told.or(Truth::Perhaps);
        }
        let here = one.0.let_in(one.1, path, method);
        if here != Truth::No {
            told = told.or(here.and(other.0.let_in(other.1, path, method)).and(most));
        }
        if told == most {
            break;
        }
    }
    told
}

/// What either rule asks for in a place, made concrete; something that no rule means where neither asks.
fn asked(steps: [Step<'_>; 2], field: &str, free: &str) -> BTreeSet<String> {
    let conditions = steps.into_iter().flat_map(|step| step.conditions().iter()).filter(|condition| condition.field == field);
    let values = conditions.flat_map(|condition| &condition.values);
    let mut found: BTreeSet<String> = match field {
        "path-pattern" => values.flat_map(|value| instances(&open_pattern(value), &FILLERS)).collect(),
        _ => values.cloned().collect(),
    };
    if found.is_empty() {
        found.insert(free.to_owned());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Listener;
    use crate::topology::listener::steps;

    fn listener(rules: &[&str]) -> Listener {
        let rules = rules.iter().enumerate().map(|(number, conditions)| {
            format!(r#"{{"arn": "r", "priority": {number}, "conditions": [{conditions}], "actions": [{{"type": "forward"}}]}}"#)
        });
        let rules = rules.collect::<Vec<_>>().join(",");
        serde_json::from_str(&format!(r#"{{"arn": "l", "rules": [{rules}], "default_actions": [{{"type": "forward"}}]}}"#)).unwrap()
    }

    fn within(rules: &[&str], one: usize, other: usize) -> Truth {
        let listener = listener(rules);
        let gates = Gates::new(steps(&listener));
        meet((&gates, one), (&gates, other), false)
    }

    const PUBLIC: &str = r#"{"field": "path-pattern", "values": ["/public/*"]}"#;
    const HOST: &str = r#"{"field": "host-header", "values": ["open.example.com"]}"#;
    const GET: &str = r#"{"field": "http-request-method", "values": ["GET"]}"#;

    #[test]
    fn another_path_or_method_is_another_request_and_another_host_is_not() {
        assert_eq!(within(&[PUBLIC], 1, 0), Truth::No);
        assert_eq!(within(&[GET], 1, 0), Truth::No);
        assert_eq!(within(&[HOST], 1, 0), Truth::Yes);
        assert_eq!(within(&[&format!("{HOST}, {PUBLIC}")], 1, 0), Truth::Yes);
        assert_eq!(within(&[r#"{"field": "path-pattern", "regex_values": [".*"]}"#], 1, 0), Truth::Perhaps);
    }

    #[test]
    fn another_listener_takes_the_same_paths() {
        let (open, closed) = (listener(&[]), listener(&[PUBLIC]));
        let (open, closed) = (Gates::new(steps(&open)), Gates::new(steps(&closed)));
        assert_eq!(meet((&closed, 1), (&open, 0), false), Truth::Yes);
        assert_eq!(meet((&closed, 0), (&open, 0), false), Truth::Yes);
        assert_eq!(meet((&closed, 0), (&open, 0), true), Truth::Perhaps);
    }

    /// As many rules as a load balancer has by default. Walking them anew for every pair takes minutes.
    #[test]
    fn every_pair_of_a_hundred_rules_is_told() {
        let path = |number: usize| format!(r#"{{"field": "path-pattern", "values": ["/a{number}", "/a{number}/*", "/v1/a{number}/*"]}}"#);
        let rules: Vec<String> = (0..100).map(|number| format!("{}, {GET}", path(number / 2))).collect();
        let hosts: Vec<String> =
            (0..100).map(|number| format!(r#"{{"field": "host-header", "values": ["h{number}.example.com"]}}"#)).collect();
        for (rules, met) in [(rules, 0), (hosts, 4950)] {
            let listener = listener(&rules.iter().map(String::as_str).collect::<Vec<_>>());
            let gates = Gates::new(steps(&listener));
            let pairs = (0..100).flat_map(|one| (0..one).map(move |other| (one, other)));
            assert_eq!(pairs.filter(|(one, other)| meet((&gates, *one), (&gates, *other), false) == Truth::Yes).count(), met);
        }
    }
}
