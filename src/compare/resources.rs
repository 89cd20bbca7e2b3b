//! What changed in an inventory, field by field: each change is small enough to be made, or taken back, alone.
//!
//! Inventories are compared as the JSON that snapshots are: whatever a snapshot holds is compared, also nouns that come later.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::words;
use crate::inventory::Inventory;

/// Keys that change from scan to scan, and on which no verdict hangs. A number of free addresses is nobody's change.
const FLEETING: [&str; 1] = ["available_ip_count"];
/// Lists whose order decides, compared as a whole.
const ORDERED: [&str; 4] = ["default_actions", "actions", "containers", "certificate_arns"];
/// Lists that a call of its own fills: left out, they were not asked for; otherwise a list that is left out is empty.
const LISTED: [&str; 29] = [
    "rest_apis",
    "http_apis",
    "vpc_links_v1",
    "vpc_links_v2",
    "domain_names",
    "cloud_map_services",
    "load_balancers",
    "target_groups",
    "ssl_policies",
    "certificates",
    "vpcs",
    "subnets",
    "route_tables",
    "internet_gateways",
    "network_acls",
    "security_groups",
    "prefix_lists",
    "network_interfaces",
    "addresses",
    "clusters",
    "task_definitions",
    "stacks",
    "authorizers",
    "stages",
    "mappings",
    "listeners",
    "extra_certificates",
    "services",
    "tasks",
];

/// Where something stands: keys of objects, and names of what lists hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// A key of an object.
    Key(String),
    /// What a list holds under this name.
    Item(String),
}

/// A change.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The region.
    pub region: String,
    /// The kind of resource, in words, such as `security group`.
    pub kind: String,
    /// The resource's ARN or id.
    pub id: String,
    /// The resource in words, such as `security group orders-alb (sg-1)`.
    pub resource: String,
    /// What changed of it, in words, such as `entry tcp 443 from 0.0.0.0/0 added`.
    pub what: String,
    /// The ids of the resource and of those it belongs to.
    pub(super) ids: Vec<String>,
    /// Where it stands.
    pub(super) place: Vec<Step>,
    /// What stood there; none where there was nothing.
    pub(super) before: Option<Value>,
    /// What stands there.
    pub(super) after: Option<Value>,
}

/// Every change between two inventories.
pub(super) fn changes(before: &Value, after: &Value) -> Vec<Change> {
    let mut found = Finder { changes: Vec::new(), owners: Vec::new() };
    let (one, other) = (&before["account"], &after["account"]);
    // Who asked is nothing that the account holds.
    let of = |account: &Value| (account["id"].clone(), account["$unknown"].clone());
    if of(one) != of(other) {
        found.owners.push(Owner { kind: "account".to_owned(), id: String::new(), words: "the account".to_owned() });
        found.leaf(&[Step::Key("account".to_owned())], before.get("account"), after.get("account"));
        found.owners.clear();
    }
    found.list(&[Step::Key("regions".to_owned())], "regions", &items(before.get("regions")), &items(after.get("regions")));
    // Last, because it is no change of the account: a rule may still ask for the time, as that about certificates does.
    found.owners.push(Owner { kind: TIME.to_owned(), id: String::new(), words: "the time between the two scans".to_owned() });
    found.value(&[Step::Key("taken_at".to_owned())], "taken_at", before.get("taken_at"), after.get("taken_at"));
    found.changes
}

/// What stands for the time among the kinds of resources.
const TIME: &str = "time";

impl Change {
    /// Whether it is the time that went by, and no change of the account.
    pub fn is_time(&self) -> bool {
        self.kind == TIME
    }
}

/// An inventory as the JSON of its snapshot.
pub(super) fn as_json(inventory: &Inventory) -> Value {
    let mut sorted = inventory.clone();
    crate::inventory::snapshot::sort(&mut sorted);
    serde_json::to_value(&sorted).unwrap_or_default()
}

struct Owner {
    kind: String,
    id: String,
    words: String,
}

struct Finder {
    changes: Vec<Change>,
    /// The resources around the place that is looked at, outermost first.
    owners: Vec<Owner>,
}

impl Finder {
    fn object(&mut self, place: &[Step], before: &Map<String, Value>, after: &Map<String, Value>) {
        let more = after.keys().filter(|key| !before.contains_key(*key));
        for key in before.keys().chain(more) {
            if !FLEETING.contains(&key.as_str()) {
                let mut place = place.to_vec();
                place.push(Step::Key(key.clone()));
                self.value(&place, key, before.get(key), after.get(key));
            }
        }
    }

    fn value(&mut self, place: &[Step], key: &str, before: Option<&Value>, after: Option<&Value>) {
        if before == after {
            return;
        }
        match (before, after) {
            (Some(Value::Object(one)), Some(Value::Object(other)))
                if !is_list(before) && !is_list(after) && is_known(one) && is_known(other) =>
            {
                self.object(place, one, other);
            }
            _ if ORDERED.contains(&key) => self.leaf(place, before, after),
            _ if (is_list(before) || is_list(after)) && (before.is_none_or(is_some_list) && after.is_none_or(is_some_list)) => {
                if (before.is_none() || after.is_none()) && (LISTED.contains(&key) || key == "rules" && self.is_listener()) {
                    return self.leaf(place, before, after);
                }
                if gaps(before) != gaps(after) {
                    let mut place = place.to_vec();
                    place.push(Step::Key(GAPS.to_owned()));
                    self.leaf(&place, gaps(before).map(Value::from).as_ref(), gaps(after).map(Value::from).as_ref());
                }
                self.list(place, key, &items(before), &items(after));
            }
            _ => self.leaf(place, before, after),
        }
    }

    fn is_listener(&self) -> bool {
        self.owners.last().is_some_and(|owner| owner.kind == "listener")
    }

    /// Lists are compared by the names of what they hold; what has none is compared as a whole.
    fn list(&mut self, place: &[Step], key: &str, before: &[Value], after: &[Value]) {
        let (Some(one), Some(other)) = (named(before), named(after)) else {
            return self.leaf(place, Some(&Value::from(before.to_vec())), Some(&Value::from(after.to_vec())));
        };
        let more = other.keys().filter(|name| !one.contains_key(*name));
        for name in one.keys().chain(more) {
            let mut place = place.to_vec();
            place.push(Step::Item(name.clone()));
            let (before, after) = (one.get(name).copied(), other.get(name).copied());
            let sample = after.or(before);
            let is_resource = sample.is_some_and(|value| own_name(value).is_some());
            if is_resource {
                self.owners.push(words::owner(key, name, sample).into());
            }
            match (before, after) {
                (Some(Value::Object(one)), Some(Value::Object(other))) if is_resource => self.object(&place, one, other),
                // An entry that is named by all it says: its own id and what people wrote beside it are no change.
                (Some(_), Some(_)) => {}
                _ => self.leaf(&place, before, after),
            }
            if is_resource {
                self.owners.pop();
            }
        }
    }

    fn leaf(&mut self, place: &[Step], before: Option<&Value>, after: Option<&Value>) {
        let region = match place.get(1) {
            Some(Step::Item(region)) => region.clone(),
            _ => String::new(),
        };
        let Some(owner) = self.owners.last() else { return };
        // What has no ARN or id of its own is named with what it belongs to; the region is said apart.
        let is_own = owner.id.starts_with("arn:") || self.owners.len() < 3;
        let around = if is_own { 1 } else { self.owners.len() - 1 };
        let resource: Vec<&str> = self.owners.iter().rev().take(around).map(|owner| owner.words.as_str()).collect();
        self.changes.push(Change {
            region,
            kind: owner.kind.clone(),
            id: owner.id.clone(),
            resource: resource.join(" of "),
            ids: self.owners.iter().skip(1).map(|owner| owner.id.clone()).collect(),
            what: words::change(place, before, after),
            place: place.to_vec(),
            before: before.cloned(),
            after: after.cloned(),
        });
    }
}

impl From<(String, String, String)> for Owner {
    fn from((kind, id, words): (String, String, String)) -> Self {
        Self { kind, id, words }
    }
}

/// The key under which a list keeps what of it was not read.
pub(super) const GAPS: &str = "gaps";

fn is_some_list(value: &Value) -> bool {
    is_list(Some(value))
}

/// Whether it is a list, whole or in part.
fn is_list(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Array(_)) => true,
        Some(Value::Object(object)) => object.len() == 2 && object.contains_key("items") && object.contains_key(GAPS),
        _ => false,
    }
}

/// Whether it is a value, and not what stands for one that was not read.
fn is_known(object: &Map<String, Value>) -> bool {
    !object.contains_key("$unknown")
}

fn items(value: Option<&Value>) -> Vec<Value> {
    match value {
        Some(Value::Array(items)) => items.clone(),
        Some(Value::Object(object)) => object.get("items").and_then(Value::as_array).cloned().unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn gaps(value: Option<&Value>) -> Option<Vec<Value>> {
    let gaps = value?.get(GAPS)?.as_array()?;
    (!gaps.is_empty()).then(|| gaps.clone())
}

/// What a list holds, by name; none where two bear one name.
fn named(list: &[Value]) -> Option<BTreeMap<String, &Value>> {
    let found: BTreeMap<String, &Value> = list.iter().map(|item| (name(item), item)).collect();
    (found.len() == list.len()).then_some(found)
}

/// The name of what stands in a list: its own, or all that it says.
fn name(item: &Value) -> String {
    own_name(item).unwrap_or_else(|| match item {
        Value::String(text) => text.clone(),
        // An entry is what it lets through: its own id and description may change beside it.
        Value::Object(object) => {
            let said: BTreeMap<&String, &Value> = object.iter().filter(|(key, _)| !["id", "description"].contains(&key.as_str())).collect();
            serde_json::to_string(&said).unwrap_or_default()
        }
        other => other.to_string(),
    })
}

/// The name that AWS gives something: an ARN, an id, a name; of a route its path and method.
pub(super) fn own_name(item: &Value) -> Option<String> {
    let text = |key: &str| item.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    // An entry of a security group has an id of its own, which another of the same words has not.
    if item.get("protocol").is_some() && (item.get("egress").is_some() || item.get("from_port").is_some()) && text("arn").is_none() {
        return None;
    }
    if let (Some(path), Some(method)) = (item.get("path").and_then(Value::as_str), item.get("method").and_then(Value::as_str)) {
        return Some(if method.is_empty() { path.to_owned() } else { format!("{method} {path}") });
    }
    let peer = ["cidr_ipv4", "cidr_ipv6", "prefix_list", "security_group"].into_iter().any(|peer| item.get(peer).is_some());
    if peer {
        return None;
    }
    ["arn", "id", "name", "public_ip"].into_iter().find_map(text).map(ToOwned::to_owned)
}

/// Makes a change in the JSON of a snapshot, or takes it back.
pub(super) fn put(inventory: &mut Value, change: &Change, forward: bool) {
    let value = if forward { &change.after } else { &change.before };
    set(inventory, &change.place, value.as_ref());
}

fn set(at: &mut Value, place: &[Step], value: Option<&Value>) {
    let Some((first, rest)) = place.split_first() else { return };
    match first {
        Step::Key(key) if key == GAPS && rest.is_empty() => {
            let items = items(Some(at));
            *at = match value {
                Some(gaps) => serde_json::json!({"items": items, GAPS: gaps}),
                None => Value::Array(items),
            };
        }
        Step::Key(key) => {
            let Some(object) = at.as_object_mut() else { return };
            if !rest.is_empty() {
                // A list that was left out is empty, where something is put into it.
                set(object.entry(key.clone()).or_insert_with(|| Value::Array(Vec::new())), rest, value);
            } else if let Some(value) = value {
                object.insert(key.clone(), value.clone());
            } else {
                object.shift_remove(key);
            }
        }
        Step::Item(wanted) => {
            let list = if at.is_array() { Some(at) } else { at.get_mut("items") };
            let Some(list) = list.and_then(Value::as_array_mut) else { return };
            let found = list.iter().position(|item| name(item) == *wanted);
            match (found, rest.is_empty(), value) {
                (Some(found), false, _) => set(&mut list[found], rest, value),
                (Some(found), true, Some(value)) => list[found] = value.clone(),
                (Some(found), true, None) => drop(list.remove(found)),
                (None, true, Some(value)) => list.push(value.clone()),
                (None, ..) => {}
            }
        }
    }
}
