//! What changed and why, on inventories with changes that the test makes itself.

use serde_json::{Value, json};

use super::diff::{Diff, Side, Was, diff};
use super::resources::{as_json, changes, put};
use crate::assessment::{Record, Told};
use crate::inventory::{Inventory, snapshot};
use crate::network::SharedRanges;
use crate::rules::{Rule, RulePack, assess, embedded, facts};

const BEFORE: &str = include_str!("../../fixtures/inventories/article-before.json");
const AFTER: &str = include_str!("../../fixtures/inventories/article-after.json");
const EVERYTHING: &str = include_str!("../../fixtures/inventories/everything.json");
const GAPS: &str = include_str!("../../fixtures/inventories/gaps.json");

fn compared(before: &Inventory, after: &Inventory) -> Diff {
    let pack = RulePack::load(embedded().into_iter(), &facts::registry()).unwrap();
    let rules: Vec<&Rule> = pack.rules().iter().collect();
    let judge = |inventory: &Inventory| assess(inventory, &rules, "test");
    let records = [before, after].map(|inventory| Record::from(&judge(inventory)));
    let side = |name, number: usize, inventory| Side { name, record: &records[number], inventory: Some(inventory) };
    diff(&side("a", 0, before), &side("b", 1, after), SharedRanges::embedded(), &judge).unwrap()
}

fn inventory(value: &Value) -> Inventory {
    snapshot::read(&value.to_string()).unwrap()
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// The account after its migration, with an HTTP load balancer of its own in front that lets nobody in.
fn guarded() -> Value {
    let mut account = value(BEFORE);
    let region = &mut account["regions"][0];
    let group = region["load_balancers"][0]["security_groups"][0].as_str().unwrap().to_owned();
    for one in region["security_groups"].as_array_mut().unwrap() {
        if one["id"] == json!(group) {
            one["rules"].as_array_mut().unwrap().retain(|rule| rule["egress"] == json!(true));
        }
    }
    account
}

/// Lets the world in to port 80 of the load balancer.
fn open(account: &mut Value) {
    let region = &mut account["regions"][0];
    let group = region["load_balancers"][0]["security_groups"][0].clone();
    let groups = region["security_groups"].as_array_mut().unwrap();
    let group = groups.iter_mut().find(|one| one["id"] == group).unwrap();
    group["rules"]
        .as_array_mut()
        .unwrap()
        .push(json!({"egress": false, "protocol": "tcp", "from_port": 80, "to_port": 80, "cidr_ipv4": "0.0.0.0/0"}));
}

#[test]
fn an_inventory_equals_itself() {
    for text in [BEFORE, AFTER, EVERYTHING, GAPS] {
        let one = snapshot::read(text).unwrap();
        let mut shuffled = value(text);
        shuffled["taken_at"] = json!("2026-11-22T23:00:00Z");
        shuffled["tool_version"] = json!("9.9.9");
        for region in shuffled["regions"].as_array_mut().unwrap() {
            for (_, list) in region.as_object_mut().unwrap() {
                if let Some(list) = list.as_array_mut() {
                    list.reverse();
                }
            }
        }
        let found = compared(&one, &inventory(&shuffled));
        assert!(found.is_empty() && !found.is_worse(), "{found:?}");
        assert_eq!(found.trials, 0);
    }
}

#[test]
fn the_time_is_a_cause_where_a_rule_asks_for_it() {
    let mut later = value(AFTER);
    later["taken_at"] = json!("2030-01-01T00:00:00Z");
    let found = compared(&snapshot::read(AFTER).unwrap(), &inventory(&later));
    let expired = found.verdicts.iter().find(|one| one.said.rule == "certificate-expiring").expect("the certificate");
    assert!(expired.is_worse() && found.changes[expired.cause.alone[0]].is_time());
    assert_eq!(found.without_effect().count(), 0);
}

#[test]
fn each_change_leads_from_one_inventory_to_the_other() {
    for (one, other) in [(BEFORE, AFTER), (AFTER, BEFORE), (BEFORE, EVERYTHING), (GAPS, EVERYTHING), (EVERYTHING, GAPS)] {
        let [before, after] = [one, other].map(|text| as_json(&snapshot::read(text).unwrap()));
        let found = changes(&before, &after);
        let lead = |from: &Value, forward: bool| {
            let mut made = from.clone();
            let order: Vec<_> = if forward { found.iter().collect() } else { found.iter().rev().collect() };
            for change in order {
                put(&mut made, change, forward);
            }
            let mut made: Inventory = serde_json::from_value(made).unwrap();
            snapshot::sort(&mut made);
            made
        };
        assert_eq!(changes(&as_json(&lead(&before, true)), &after), [], "forward");
        assert_eq!(changes(&as_json(&lead(&after, false)), &before), [], "backward");
    }
}

#[test]
fn an_entry_that_opens_a_load_balancer_is_the_cause() {
    let (closed, mut opened) = (guarded(), guarded());
    open(&mut opened);
    let found = compared(&inventory(&closed), &inventory(&opened));
    assert!(found.is_worse());
    let entry = found.changes.iter().position(|change| change.what == "entry tcp 80 from 0.0.0.0/0 added").expect("the entry");
    let public = found.verdicts.iter().find(|one| one.said.rule == "public-alb-behind-api").expect("the verdict");
    assert_eq!((public.before, public.after), (Was::Told(Told::Pass), Was::Told(Told::Fail)));
    assert_eq!(public.cause.alone, [entry]);
    let listener = found.exposures.iter().find(|one| one.kind == "listener").expect("the listener");
    assert!(listener.internet.added.is_world() && listener.internet.lost.is_empty());
    assert_eq!(listener.cause.alone, [entry]);
    let way = found.ways.iter().find(|one| one.is_worse()).expect("the way around");
    assert_eq!(way.cause.alone, [entry]);
    // The other way it is better, and the same entry is the cause.
    let back = compared(&inventory(&opened), &inventory(&closed));
    assert!(!back.is_worse());
    assert_eq!(back.changes[0].what, "entry tcp 80 from 0.0.0.0/0 removed");
    let listener = back.exposures.iter().find(|one| one.kind == "listener").unwrap();
    assert!(listener.internet.lost.is_world() && listener.internet.added.is_empty());
}

#[test]
fn two_changes_that_only_do_it_together_are_said_to() {
    let mut closed = guarded();
    closed["regions"][0]["load_balancers"][0]["scheme"] = json!("internal");
    let mut opened = closed.clone();
    open(&mut opened);
    opened["regions"][0]["load_balancers"][0]["scheme"] = json!("internet-facing");
    // Something beside them that has no say.
    opened["regions"][0]["vpcs"][0]["tags"] = json!({"team": "a"});
    let found = compared(&inventory(&closed), &inventory(&opened));
    let listener = found.exposures.iter().find(|one| one.kind == "listener").expect("the listener");
    assert!(listener.cause.alone.is_empty() && listener.cause.is_enough, "{:?}", listener.cause);
    let mut causes: Vec<&str> = listener.cause.together.iter().map(|number| found.changes[*number].what.as_str()).collect();
    causes.sort_unstable();
    assert_eq!(causes, ["entry tcp 80 from 0.0.0.0/0 added", "scheme: internal → internet-facing"]);
    let mut idle = found.without_effect().map(|change| change.kind.as_str());
    assert!(idle.next() == Some("VPC") && idle.all(|kind| kind == "VPC"));
}

#[test]
fn either_of_two_changes_is_a_cause_of_its_own() {
    let closed = guarded();
    let mut opened = closed.clone();
    open(&mut opened);
    open(&mut opened);
    let region = &mut opened["regions"][0];
    let group = region["load_balancers"][0]["security_groups"][0].clone();
    let group = region["security_groups"].as_array_mut().unwrap().iter_mut().find(|one| one["id"] == group).unwrap();
    // The second lets the same in, and more ports.
    let rules = group["rules"].as_array_mut().unwrap();
    rules.last_mut().unwrap()["to_port"] = json!(90);
    let found = compared(&inventory(&closed), &inventory(&opened));
    let listener = found.exposures.iter().find(|one| one.kind == "listener").expect("the listener");
    assert_eq!(listener.cause.alone.len(), 2, "{:?}", found.changes);
}

#[test]
fn less_knowledge_takes_nothing_away() {
    let before = value(BEFORE);
    let mut after = before.clone();
    after["regions"][0]["load_balancers"] =
        json!({"items": [], "gaps": [{"action": "elasticloadbalancing:DescribeLoadBalancers", "cause": "denied"}]});
    let found = compared(&inventory(&before), &inventory(&after));
    let listener = found.exposures.iter().find(|one| one.kind == "listener").expect("the listener");
    assert!(listener.is_unseen && listener.internet.lost.is_empty() && !listener.internet.unsure.is_empty());
    assert!(found.ways.iter().filter(|one| one.after.is_none()).all(|one| one.is_unseen));
    assert!(found.verdicts.iter().all(|one| one.after != Was::Absent || one.said.kind != "load-balancer"), "{:?}", found.verdicts);
    let public = found.verdicts.iter().find(|one| one.said.rule == "public-alb-behind-api" && one.before == Was::Told(Told::Fail)).unwrap();
    assert_eq!(public.after, Was::NotSeen);
    let gap = found.changes.iter().find(|change| change.what.contains("not read to their end")).expect("the gap");
    assert!(gap.what.contains("DescribeLoadBalancers denied"), "{}", gap.what);
}

#[test]
fn reports_tell_verdicts_only() {
    let pack = RulePack::load(embedded().into_iter(), &facts::registry()).unwrap();
    // What the article is about got better from one to the other, and nothing else need have.
    let about = ["public-alb-behind-api", "backend-bypasses-api", "integration-not-private"];
    let rules: Vec<&Rule> = about.iter().map(|rule| pack.get(rule).unwrap()).collect();
    let judge = |inventory: &Inventory| assess(inventory, &rules, "test");
    let [one, other] = [BEFORE, AFTER].map(|text| {
        let mut record = Record::from(&judge(&snapshot::read(text).unwrap()));
        record.said.retain(|_, said| matches!(said.verdict, Told::Fail | Told::Unknown));
        record.is_whole = false;
        record
    });
    let side = |record| Side { name: "r", record, inventory: None };
    let found = diff(&side(&one), &side(&other), SharedRanges::embedded(), &judge).unwrap();
    assert!(!found.is_whole && found.changes.is_empty() && found.exposures.is_empty());
    assert!(found.verdicts.iter().any(|change| change.before == Was::Told(Told::Fail) && change.after == Was::NotListed));
    assert!(!found.is_worse());
    assert!(diff(&side(&other), &side(&one), SharedRanges::embedded(), &judge).unwrap().is_worse());
}
