//! Which rules of a listener a caller's requests can get to.

use std::collections::BTreeSet;

use super::condition::{Expressions, Request, covers, holds, secret_header, sources};
use super::glob::{self, Text, instances, literal, open_pattern};
use super::{Caller, Step, Truth};
use crate::network::{AddressSet, Bounds};

/// What stands in for the open parts of a text: nothing, a word that nobody uses, and two of them.
pub(super) const FILLERS: [&str; 3] = ["", "zz-apiaudit", "zz/apiaudit"];
/// How many requests are tried before the rest is left open.
const MOST_REQUESTS: usize = 512;
/// How many of them each rule has before any has more.
const FEW_REQUESTS: usize = 4;

/// How a caller's requests get to a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reach {
    /// The addresses from which a request can get to it; addresses without a say about anything else.
    pub(crate) sources: Bounds,
    /// A request that does, in words.
    pub(crate) request: Option<String>,
}

/// How a caller's requests get to each rule. With `unread` rules, one of them may take a request before any that was read.
pub(crate) fn reaches(steps: &[Step<'_>], caller: &Caller, unread: bool) -> Vec<Reach> {
    let admitted: Vec<AddressSet> = steps.iter().map(|step| admitted(*step)).collect();
    let caller = &settled(steps, &admitted, caller, unread);
    let mut surely: Vec<AddressSet> = vec![AddressSet::new(); steps.len()];
    let mut shown: Vec<Option<String>> = vec![None; steps.len()];
    let expressions = Expressions::of(steps.iter().flat_map(|step| step.conditions()));
    for request in requests(steps, caller) {
        // The addresses whose request has not been taken yet, and those of which that is certain.
        let mut left = everywhere();
        for (place, step) in steps.iter().enumerate() {
            let judged = step.conditions().iter().map(|condition| holds(condition, place, &request, caller, &expressions));
            let taken = judged.fold(Truth::Yes, Truth::and);
            if taken == Truth::Yes {
                let here = left.intersection(&admitted[place]);
                if !here.is_empty() && shown[place].is_none() {
                    shown[place] = Some(in_words(&request, *step));
                }
                surely[place].extend(&here);
            }
            if taken != Truth::No {
                left = left.difference(&admitted[place]);
            }
            if left.is_empty() {
                break;
            }
        }
    }
    let perhaps = (0..steps.len()).map(|place| not_covered(steps, place, &admitted, caller));
    let reaches = surely.into_iter().zip(perhaps).zip(shown).map(|((surely, perhaps), request)| {
        let surely = if unread { AddressSet::new() } else { surely };
        Reach { sources: Bounds { perhaps: perhaps.union(&surely), surely }, request }
    });
    reaches.collect()
}

/// The caller, where rules want different values of one header: of the value that it sends only one of them can be fond.
///
/// Values are not kept. But a rule that an earlier one would hide, if both wanted the same value, is there for another. One that was not read may be such a rule.
fn settled(steps: &[Step<'_>], admitted: &[AddressSet], caller: &Caller, unread: bool) -> Caller {
    let differ = |name: &String| {
        let asks = |step: &Step<'_>| {
            step.conditions().iter().any(|condition| condition.header.as_deref().is_some_and(|header| header.eq_ignore_ascii_case(name)))
        };
        let sends = Caller { headers: BTreeSet::from([name.clone()]), ..Caller::default() };
        let asking: Vec<(usize, &Step<'_>)> = steps.iter().enumerate().filter(|(_, step)| asks(step)).collect();
        asking.iter().enumerate().any(|(number, (place, step))| {
            asking[..number].iter().any(|(earlier, before)| {
                before.actions != step.actions
                    && before.conditions().iter().all(|condition| covers(condition, step.conditions(), &sends))
                    && admitted[*place].is_subset(&admitted[*earlier])
            })
        })
    };
    let (unsettled, headers) = caller.headers.iter().cloned().partition(|name| unread || differ(name));
    Caller { headers, unsettled, ..caller.clone() }
}

fn everywhere() -> AddressSet {
    AddressSet::all_ipv4().union(&AddressSet::all_ipv6())
}

/// The addresses that a rule's conditions let through.
fn admitted(step: Step<'_>) -> AddressSet {
    step.conditions().iter().filter_map(sources).fold(everywhere(), |all, some| all.intersection(&some))
}

/// The addresses from which a rule can be reached unless one rule before it takes every request that it would.
fn not_covered(steps: &[Step<'_>], place: usize, admitted: &[AddressSet], caller: &Caller) -> AddressSet {
    if !can_meet(steps[place].conditions(), caller) {
        return AddressSet::new();
    }
    covering(steps, place, caller).fold(admitted[place].clone(), |left, at| left.difference(&admitted[at]))
}

/// The places of the rules before one that each take every request it would, addresses apart.
pub(crate) fn covering<'s>(steps: &'s [Step<'_>], place: usize, caller: &'s Caller) -> impl Iterator<Item = usize> + 's {
    let own = steps[place].conditions();
    let before = steps[..place].iter().enumerate();
    before.filter(move |(_, step)| step.conditions().iter().all(|condition| covers(condition, own, caller))).map(|(at, _)| at)
}

/// Whether a request of the caller can meet a rule's conditions at all.
pub(super) fn can_meet(conditions: &[crate::inventory::Condition], caller: &Caller) -> bool {
    let fits = |condition: &crate::inventory::Condition, settled: Option<&Text>, lower: bool| {
        let value = |value: &String| if lower { value.to_ascii_lowercase() } else { value.clone() };
        let open = !condition.regex_values.is_empty();
        settled.is_none_or(|text| open || condition.values.iter().any(|wanted| glob::matches(&value(wanted), text) != Truth::No))
    };
    conditions.iter().all(|condition| match condition.field.as_str() {
        "host-header" => fits(condition, caller.host.as_ref().map(|host| literal(&host.to_ascii_lowercase())).as_ref(), true),
        "path-pattern" => fits(condition, caller.path.as_ref(), false),
        "http-request-method" => caller.method.as_ref().is_none_or(|method| condition.values.contains(method)),
        _ => true,
    })
}

/// Requests of the caller that between them may get to every rule: one that meets nothing in particular, and for each rule some that
/// meet its conditions. Each rule has a few before any has more.
fn requests(steps: &[Step<'_>], caller: &Caller) -> BTreeSet<Request> {
    let mut found = BTreeSet::new();
    for share in [(MOST_REQUESTS / steps.len().max(1)).clamp(1, FEW_REQUESTS), MOST_REQUESTS] {
        for (place, step) in steps.iter().enumerate() {
            add_requests(place, *step, caller, share, &mut found);
        }
    }
    found
}

/// Adds requests for one rule, no more than its share.
fn add_requests(place: usize, step: Step<'_>, caller: &Caller, share: usize, found: &mut BTreeSet<Request>) {
    let own = step.conditions();
    let asks_headers = own.iter().any(|condition| condition.field == "http-header");
    let hosts = choices(own, "host-header", caller.host.as_ref().map(|host| literal(host)), "zz-apiaudit.example");
    let paths = choices(own, "path-pattern", caller.path.clone(), "/zz-apiaudit");
    let mut left = share;
    for method in methods(own, caller) {
        for host in &hosts {
            for path in &paths {
                if left == 0 || found.len() >= MOST_REQUESTS {
                    return;
                }
                left -= 1;
                let holds_headers_of = asks_headers.then_some(place);
                let (method, host, path) = (method.clone(), host.clone(), path.clone());
                found.insert(Request { method, host, path, query: query(own), holds_headers_of });
            }
        }
    }
}

/// What a request can have in a place: what the rule asks for, as far as the caller can send it, or else what the caller sends.
fn choices(conditions: &[crate::inventory::Condition], field: &str, settled: Option<Text>, free: &str) -> Vec<String> {
    let asked = conditions.iter().filter(|condition| condition.field == field).flat_map(|condition| &condition.values);
    let mut found: Vec<String> = asked.flat_map(|value| instances(&open_pattern(value), &FILLERS)).collect();
    match settled {
        Some(text) => {
            // Of what the rule asks for, only what the caller's own text can become.
            let fits = |choice: &String| glob::may_meet(&text, &literal(choice));
            found.retain(fits);
            found.extend(instances(&text, &FILLERS));
        }
        None if found.is_empty() => found.push(free.to_owned()),
        None => {}
    }
    found.sort();
    found.dedup();
    found
}

fn methods(conditions: &[crate::inventory::Condition], caller: &Caller) -> Vec<String> {
    if let Some(method) = &caller.method {
        return vec![method.clone()];
    }
    let asked = conditions.iter().find(|condition| condition.field == "http-request-method");
    asked.map_or_else(|| vec!["GET".to_owned(), "ZZ-APIAUDIT".to_owned()], |condition| condition.values.clone())
}

/// The query that meets the first pair of each condition.
fn query(conditions: &[crate::inventory::Condition]) -> String {
    let asked = conditions.iter().filter(|condition| condition.field == "query-string").filter_map(|condition| condition.values.first());
    let pairs = asked.map(|pair| {
        let pair = pair.replace(['*', '?'], "x");
        if pair.contains('=') { pair } else { format!("x={pair}") }
    });
    pairs.collect::<Vec<_>>().join("&")
}

fn in_words(request: &Request, step: Step<'_>) -> String {
    let query = if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
    let headers: Vec<String> = step.conditions().iter().filter_map(secret_header).collect();
    let headers = if headers.is_empty() { String::new() } else { format!(" with the right {}", headers.join(" and ")) };
    format!("{} {} to host {}{headers}", request.method, request.path.clone() + &query, request.host)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::steps;
    use super::*;
    use crate::inventory::Listener;

    fn listener(rules: &str, default: &str) -> Listener {
        let text =
            format!(r#"{{"arn": "l", "port": 443, "protocol": "HTTPS", "rules": {rules}, "default_actions": [{{"type": "{default}"}}]}}"#);
        serde_json::from_str(&text).unwrap()
    }

    fn rule(priority: u32, conditions: &str) -> String {
        format!(r#"{{"arn": "r{priority}", "priority": {priority}, "conditions": [{conditions}], "actions": [{{"type": "forward"}}]}}"#)
    }

    fn path(pattern: &str) -> String {
        format!(r#"{{"field": "path-pattern", "values": ["{pattern}"]}}"#)
    }

    fn source(block: &str) -> String {
        format!(r#"{{"field": "source-ip", "values": ["{block}"]}}"#)
    }

    const SECRET: &str = r#"{"field": "http-header", "header": "X-Origin-Verify", "withheld_values": 1}"#;

    /// For each rule, whether it is reached: by everyone or some (yes), by nobody (no), or left open (?).
    fn reached(rules: &[String], caller: &Caller) -> Vec<&'static str> {
        let listener = listener(&format!("[{}]", rules.join(",")), "forward");
        let found = reaches(&steps(&listener), caller, false);
        let told = |reach: &Reach| match (reach.sources.surely.is_empty(), reach.sources.perhaps.is_empty()) {
            (false, _) => "yes",
            (true, true) => "no",
            (true, false) => "?",
        };
        found.iter().map(told).collect()
    }

    #[test]
    fn a_rule_that_takes_everything_hides_those_after_it() {
        let stranger = Caller::default();
        assert_eq!(reached(&[rule(1, &path("/a/*")), rule(2, &path("*")), rule(3, &path("/b"))], &stranger), ["yes", "yes", "no", "no"]);
        assert_eq!(reached(&[rule(1, &path("/*"))], &stranger), ["yes", "no"]);
        assert_eq!(reached(&[rule(1, &path("/a*")), rule(2, &path("/a/b/*"))], &stranger), ["yes", "no", "yes"]);
        assert_eq!(reached(&[rule(2, &path("/a*")), rule(1, &path("/a/b/*"))], &stranger), ["yes", "yes", "yes"]);
    }

    #[test]
    fn a_rule_with_a_secret_hides_nothing() {
        let stranger = Caller::default();
        assert_eq!(reached(&[rule(1, SECRET), rule(2, &path("*"))], &stranger), ["yes", "yes", "no"]);
        assert_eq!(reached(&[rule(1, &format!("{SECRET}, {}", path("*")))], &stranger), ["yes", "yes"]);
        // Whoever always sends the header never gets past the rule that asks for it.
        let api = Caller { headers: BTreeSet::from(["x-origin-verify".to_owned()]), ..Caller::default() };
        assert_eq!(reached(&[rule(1, SECRET)], &api), ["yes", "no"]);
    }

    #[test]
    fn of_rules_that_want_different_values_of_a_header_nobody_knows_which_takes_an_api() {
        let to = |priority: u32, conditions: &str, group: &str| {
            let forward = format!(r#"{{"type": "forward", "target_groups": [{{"arn": "{group}", "weight": 1}}]}}"#);
            format!(r#"{{"arn": "r{priority}", "priority": {priority}, "conditions": [{conditions}], "actions": [{forward}]}}"#)
        };
        let api = Caller { headers: BTreeSet::from(["x-origin-verify".to_owned()]), ..Caller::default() };
        assert_eq!(reached(&[to(1, SECRET, "a"), to(2, SECRET, "b")], &api), ["?", "?", "?"]);
        // One secret before different paths, and an old and a new value before one group, are taken for what they are.
        let by_path = |path_: &str| format!("{SECRET}, {}", path(path_));
        assert_eq!(reached(&[to(1, &by_path("/a/*"), "a"), to(2, &by_path("/b/*"), "b")], &api), ["yes", "yes", "yes"]);
        assert_eq!(reached(&[to(1, SECRET, "a"), to(2, SECRET, "a")], &api), ["yes", "no", "no"]);
        let from = |block: &str| format!("{SECRET}, {}", source(block));
        assert_eq!(reached(&[to(1, &from("10.0.0.0/8"), "a"), to(2, &from("11.0.0.0/8"), "b")], &api), ["yes", "yes", "yes"]);
    }

    #[test]
    fn addresses_are_told_apart() {
        let listener = listener(&format!("[{}, {}]", rule(1, &source("198.51.100.0/24")), rule(2, &source("198.51.0.0/16"))), "forward");
        let found = reaches(&steps(&listener), &Caller::default(), false);
        let block = |text: &str| AddressSet::parse(text).unwrap();
        assert_eq!(found[0].sources.surely, block("198.51.100.0/24"));
        assert_eq!(found[1].sources.surely, block("198.51.0.0/16").difference(&block("198.51.100.0/24")));
        assert_eq!(found[2].sources.surely, everywhere().difference(&block("198.51.0.0/16")));
        assert!(found.iter().all(|reach| reach.sources.surely == reach.sources.perhaps));
    }

    #[test]
    fn what_the_caller_settles_decides() {
        let rules = [rule(1, &path("/orders/*")), rule(2, &path("/users/*")), rule(3, &path("/orders/7/*"))];
        let api = |path: &str| Caller { path: Some(glob::open_path(path)), ..Caller::default() };
        assert_eq!(reached(&rules, &api("/orders/{id}")), ["yes", "no", "no", "no"]);
        assert_eq!(reached(&rules, &api("/{proxy+}")), ["yes", "yes", "no", "yes"]);
        assert_eq!(reached(&rules, &api("/health")), ["no", "no", "no", "yes"]);
        let host = |name: &str| format!(r#"{{"field": "host-header", "values": ["{name}"]}}"#);
        let caller = Caller { host: Some("Orders.example.com".into()), ..Caller::default() };
        assert_eq!(reached(&[rule(1, &host("*.example.com")), rule(2, &host("shop.example.org"))], &caller), ["yes", "no", "no"]);
    }

    #[test]
    fn two_rules_that_between_them_take_everything_leave_it_open() {
        let get = r#"{"field": "http-request-method", "values": ["GET"]}"#;
        assert_eq!(reached(&[rule(1, get)], &Caller::default()), ["yes", "yes"]);
        let expression = r#"{"field": "path-pattern", "regex_values": [".*"]}"#;
        assert_eq!(reached(&[rule(1, expression)], &Caller::default()), ["yes", "?"]);
        assert_eq!(reached(&[rule(1, r#"{"field": "new-field", "values": ["x"]}"#)], &Caller::default()), ["?", "?"]);
    }

    #[test]
    fn the_last_of_many_rules_and_the_default_action_are_reached_too() {
        let rules: Vec<String> = (1..=100).map(|number| rule(number, &path(&format!("/service-{number}/*")))).collect();
        assert!(reached(&rules, &Caller::default()).iter().all(|told| *told == "yes"));
    }

    #[test]
    fn unread_rules_leave_every_rule_open() {
        let listener = listener("[]", "forward");
        let found = reaches(&steps(&listener), &Caller::default(), true);
        assert!(found[0].sources.surely.is_empty() && !found[0].sources.perhaps.is_empty());
        // One of them may want another value of the header than the rule that was read.
        let one_read = self::listener(&format!("[{}]", rule(1, SECRET)), "forward");
        let api = Caller { headers: BTreeSet::from(["x-origin-verify".to_owned()]), ..Caller::default() };
        assert!(!reaches(&steps(&one_read), &api, true)[1].sources.perhaps.is_empty());
    }

    fn condition() -> impl Strategy<Value = String> {
        let pattern = prop::sample::select(vec!["/a", "/a/*", "/*", "/b", "/b/?", "*"]);
        prop_oneof![
            pattern.prop_map(path),
            prop::sample::select(vec!["10.0.0.0/8", "10.1.0.0/16", "0.0.0.0/0"]).prop_map(source),
            prop::sample::select(vec!["a.example", "*.example", "*"])
                .prop_map(|name| format!(r#"{{"field": "host-header", "values": ["{name}"]}}"#)),
            Just(SECRET.to_owned()),
        ]
    }

    proptest! {
        /// A stranger's request, walked through the rules by hand, only gets where it may, and every way that is claimed is there.
        #[test]
        fn a_request_gets_only_where_it_may(
            conditions in prop::collection::vec(prop::collection::vec(condition(), 1..3), 0..5),
            host in prop::sample::select(vec!["a.example", "b.example", "c.test"]),
            sent in prop::sample::select(vec!["/a", "/a/x", "/b", "/b/y", "/c"]),
            from in prop::sample::select(vec!["10.1.2.3", "10.9.9.9", "198.51.100.1"]),
        ) {
            let rules: Vec<String> = (1..).zip(&conditions).map(|(number, conditions)| rule(number, &conditions.join(","))).collect();
            let listener = listener(&format!("[{}]", rules.join(",")), "forward");
            let found = reaches(&steps(&listener), &Caller::default(), false);
            let address = from.parse().unwrap();
            let meets = |condition: &crate::inventory::Condition| match condition.field.as_str() {
                "path-pattern" => condition.values.iter().any(|value| glob::matches(value, &literal(sent)) == Truth::Yes),
                "host-header" => condition.values.iter().any(|value| glob::matches(value, &literal(host)) == Truth::Yes),
                "source-ip" => condition.values.iter().any(|block| AddressSet::parse(block).unwrap().contains(address)),
                _ => false,
            };
            let hit = listener.rules.iter().position(|rule| rule.conditions.iter().all(meets)).unwrap_or(listener.rules.items.len());
            prop_assert!(found[hit].sources.perhaps.contains(address));
            for reach in &found {
                prop_assert!(reach.sources.surely.difference(&reach.sources.perhaps).is_empty());
            }
        }
    }
}
