//! Whatever is not known, no verdict turns: it is unknown, or stays as it was.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{code, judged, pack, program, programs};
use crate::assessment::{Assessment, Verdict};
use crate::iac::code::{Code, Declaration, Uncounted};
use crate::iac::value::{Node, Value, Why};
use crate::rules::RulePack;

type Key = (String, String);

fn verdicts(assessment: &Assessment) -> BTreeMap<Key, Verdict> {
    let key = |outcome: &crate::assessment::Outcome| (outcome.rule.id.clone(), outcome.subject.id.clone());
    assessment.outcomes.iter().map(|outcome| (key(outcome), outcome.verdict.clone())).collect()
}

/// What turned.
fn turned(before: &BTreeMap<Key, Verdict>, after: &BTreeMap<Key, Verdict>) -> Vec<String> {
    let stands_in = |rule: &str| after.iter().any(|((of, _), verdict)| of == rule && matches!(verdict, Verdict::Unknown(_)));
    let mut found = Vec::new();
    for ((rule, subject), was) in before.iter().filter(|(_, was)| matches!(was, Verdict::Fail | Verdict::Pass)) {
        match after.get(&(rule.clone(), subject.clone())) {
            Some(is) if is == was || matches!(is, Verdict::Unknown(_)) => {}
            None if stands_in(rule) => {}
            is => found.push(format!("  {rule} on {subject}: {} became {:?}", was.as_str(), is.map(Verdict::as_str))),
        }
    }
    found
}

/// The places of a value, from the outside in.
fn places(node: &Node, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    if !path.is_empty() {
        found.push(path.clone());
    }
    let items: Vec<(String, &Node)> = match &node.value {
        Value::Map(map) => map.iter().map(|(key, item)| (key.clone(), item)).collect(),
        Value::List(items) => items.iter().enumerate().map(|(number, item)| (number.to_string(), item)).collect(),
        _ => return,
    };
    for (key, item) in items {
        path.push(key);
        places(item, path, found);
        path.pop();
    }
}

fn hide(node: &mut Node, path: &[String]) {
    let Some((first, rest)) = path.split_first() else {
        node.value = Value::unknown("hidden by the test");
        return;
    };
    match &mut node.value {
        Value::Map(map) => hide(map.get_mut(first).unwrap(), rest),
        Value::List(items) => hide(&mut items[first.parse::<usize>().unwrap()], rest),
        _ => unreachable!("a place leads through maps and lists"),
    }
}

fn check(resources: &Json, pack: &RulePack) -> Vec<String> {
    let whole = program(resources);
    let before = verdicts(&judged(&code(whole.clone()), pack));
    let mut wrong = Vec::new();
    for (number, declaration) in whole.iter().enumerate() {
        let mut found = Vec::new();
        places(&declaration.body, &mut Vec::new(), &mut found);
        for place in found {
            let mut hidden: Vec<Declaration> = whole.clone();
            hide(&mut hidden[number].body, &place);
            let after = turned(&before, &verdicts(&judged(&code(hidden), pack)));
            if !after.is_empty() {
                wrong.push(format!("{}.{}", declaration.address, place.join(".")));
                wrong.extend(after);
            }
        }
        wrong.extend(uncounted(&whole, number, &before, pack));
    }
    wrong
}

/// The same where nobody can tell whether a resource is made.
fn uncounted(whole: &[Declaration], number: usize, before: &BTreeMap<Key, Verdict>, pack: &RulePack) -> Vec<String> {
    let mut rest = whole.to_vec();
    let gone = rest.remove(number);
    let uncounted = Uncounted { address: gone.address.clone(), kind: gone.kind, why: Why::new("hidden by the test") };
    let code = Code { uncounted: vec![uncounted], ..code(rest) };
    let after = turned(before, &verdicts(&judged(&code, pack)));
    if after.is_empty() { after } else { [vec![format!("{} uncounted", gone.address)], after].concat() }
}

#[test]
fn nothing_unknown_turns_a_verdict_of_the_public_program() {
    let wrong = check(&programs::public(), &pack());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_unknown_turns_a_verdict_of_the_private_program() {
    let wrong = check(&programs::private(), &pack());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_unknown_turns_a_verdict_of_the_odd_program() {
    let wrong = check(&programs::odd(), &pack());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
