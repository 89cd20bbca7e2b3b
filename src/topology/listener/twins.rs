//! Whether what one rule asks a login for can be had by way of another.

use std::collections::BTreeSet;

use super::glob::{instances, literal, open_pattern};
use super::reach::{FILLERS, reaches};
use super::{Caller, Step, Truth};

/// How many requests are tried before the rest is left open.
const MOST: usize = 64;
/// A path and a method for rules that ask for none.
const ANY: (&str, &str) = ("/zz-apiaudit", "GET");

/// Whether there is a path and a method with which a request gets to one rule and, with another host, header, query, port or
/// address, to the other. Each is given by its place among the rules of its listener; with `unread` rules nothing is certain.
pub(crate) fn meet(one: (&[Step<'_>], usize), other: (&[Step<'_>], usize), unread: bool) -> Truth {
    let pair = [one.0[one.1], other.0[other.1]];
    let (paths, methods) = (asked(pair, "path-pattern", ANY.0), asked(pair, "http-request-method", ANY.1));
    let mut told = Truth::No;
    for (tried, (path, method)) in paths.iter().flat_map(|path| methods.iter().map(move |method| (path, method))).enumerate() {
        if tried == MOST {
            return told.or(Truth::Perhaps);
        }
        let caller = Caller { path: Some(literal(path)), method: Some(method.clone()), ..Caller::default() };
        told = told.or(gets_to(one, &caller, unread).and(gets_to(other, &caller, unread)));
        if told == Truth::Yes {
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

fn gets_to((steps, place): (&[Step<'_>], usize), caller: &Caller, unread: bool) -> Truth {
    let reach = reaches(steps, caller, unread).into_iter().nth(place);
    match reach.map(|reach| (reach.sources.surely.is_empty(), reach.sources.perhaps.is_empty())) {
        Some((false, _)) => Truth::Yes,
        Some((true, false)) => Truth::Perhaps,
        _ => Truth::No,
    }
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
        let steps = steps(&listener);
        meet((&steps, one), (&steps, other), false)
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
        let (open, closed) = (steps(&open), steps(&closed));
        assert_eq!(meet((&closed, 1), (&open, 0), false), Truth::Yes);
        assert_eq!(meet((&closed, 0), (&open, 0), false), Truth::Yes);
        assert_eq!(meet((&closed, 0), (&open, 0), true), Truth::Perhaps);
    }
}
