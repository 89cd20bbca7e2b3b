//! Changes of an inventory in words.

use serde_json::Value;

use super::resources::{GAPS, Step, own_name};
use crate::inventory::{Gap, SecurityGroup, SecurityGroupRule};
use crate::network::entry_in_words;

/// The most characters of one value.
const LONGEST: usize = 160;

/// What a list of a snapshot holds, one of them, in words.
fn singular(list: &str) -> String {
    let known = match list {
        "rest_apis" => "REST API",
        "http_apis" => "HTTP or WebSocket API",
        "vpc_links_v1" => "VPC link V1",
        "vpc_links_v2" => "VPC link V2",
        "ssl_policies" => "TLS policy",
        "vpcs" => "VPC",
        "network_acls" => "network ACL",
        "addresses" => "elastic address",
        "rules" => "listener rule",
        "services" => "ECS service",
        "tasks" => "ECS task",
        "clusters" => "ECS cluster",
        _ => "",
    };
    if known.is_empty() { list.strip_suffix('s').unwrap_or(list).replace('_', " ") } else { known.to_owned() }
}

/// The kind, the id and the words of a resource: `security group orders-alb (sg-1)`.
pub(super) fn owner(list: &str, id: &str, value: Option<&Value>) -> (String, String, String) {
    let kind = singular(list);
    let name = value.and_then(|value| value.get("name")).and_then(Value::as_str).filter(|name| !name.is_empty() && *name != id);
    let words = match name {
        Some(name) => format!("{kind} {name} ({})", short(id)),
        None => format!("{kind} {}", short(id)),
    };
    (kind, id.to_owned(), words)
}

/// An ARN without what all of a kind have in common.
fn short(id: &str) -> &str {
    crate::topology::split_arn(id).map_or(id, |(_, _, resource)| resource)
}

/// What changed at a place, such as `scheme: internal → internet-facing` or `entry tcp 443 from 0.0.0.0/0 added`.
pub(super) fn change(place: &[Step], before: Option<&Value>, after: Option<&Value>) -> String {
    match place.last() {
        Some(Step::Item(_)) => held(place, before, after),
        Some(Step::Key(key)) if key == GAPS => gaps(place, before, after),
        Some(Step::Key(key)) => {
            let key = field(place, key);
            match (before, after) {
                (Some(one), Some(other)) => format!("{key}: {} → {}", shown(one), shown(other)),
                (Some(one), None) => format!("{key}: {} → nothing", shown(one)),
                (None, Some(other)) => format!("{key}: nothing → {}", shown(other)),
                (None, None) => key,
            }
        }
        None => String::new(),
    }
}

/// The name of a field within its resource, such as `attributes.idle_timeout`.
fn field(place: &[Step], key: &str) -> String {
    let within = place.iter().rev().skip(1).take_while(|step| matches!(step, Step::Key(_)));
    let mut names: Vec<&str> = within.filter_map(|step| if let Step::Key(key) = step { Some(key.as_str()) } else { None }).collect();
    names.reverse();
    names.push(key);
    // The list that holds the resource is no field of it.
    let names = if names.len() == 1 { names } else { names.into_iter().filter(|name| *name != "regions").collect() };
    names.join(".").replace('_', " ")
}

/// Something that a list holds came or went.
fn held(place: &[Step], before: Option<&Value>, after: Option<&Value>) -> String {
    let verb = if before.is_none() { "added" } else { "removed" };
    let list = place.iter().rev().find_map(|step| if let Step::Key(key) = step { Some(key.as_str()) } else { None }).unwrap_or_default();
    let Some(value) = after.or(before) else { return verb.to_owned() };
    if let Some(words) = entry(list, value) {
        return format!("{words} {verb}");
    }
    match value {
        Value::String(text) => format!("{} {text} {verb}", singular(list)),
        // A resource: what it is stands before.
        Value::Object(_) if own_name(value).is_some() => verb.to_owned(),
        other => format!("{} {} {verb}", singular(list), shown(other)),
    }
}

/// An entry of a security group, a network ACL or a route table in words.
fn entry(list: &str, value: &Value) -> Option<String> {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    match list {
        "rules" if value.get("arn").is_none() => {
            let rule: SecurityGroupRule = serde_json::from_value(value.clone()).ok()?;
            let nameless = SecurityGroup {
                id: String::new(),
                name: String::new(),
                vpc_id: None,
                owner_id: None,
                rules: Vec::new(),
                tags: std::collections::BTreeMap::new(),
            };
            let words = entry_in_words(&nameless, &rule);
            Some(format!("{}entry {}", if rule.egress { "outbound " } else { "" }, words.trim_start_matches(": ")))
        }
        "entries" => {
            let way = if value.get("egress")?.as_bool()? { "outbound" } else { "inbound" };
            let ports = match (value.get("from_port").and_then(Value::as_i64), value.get("to_port").and_then(Value::as_i64)) {
                (Some(from), Some(to)) if from == to => format!(" port {from}"),
                (Some(from), Some(to)) => format!(" ports {from}-{to}"),
                _ => String::new(),
            };
            let number = value.get("rule_number")?;
            Some(format!("{way} entry {number}: {} protocol {}{ports} {}", text("action")?, text("protocol")?, text("cidr_block")?))
        }
        "routes" => Some(format!("route {} to {} ({})", text("destination")?, text("target")?, text("state")?)),
        "targets" => Some(format!("target {}", shown(value))),
        "zones" => Some(format!("zone {} ({})", text("zone")?, text("subnet_id").unwrap_or("no subnet"))),
        _ => None,
    }
}

fn gaps(place: &[Step], before: Option<&Value>, after: Option<&Value>) -> String {
    let list = place.iter().rev().skip(1).find_map(|step| if let Step::Key(key) = step { Some(key.replace('_', " ")) } else { None });
    let list = list.unwrap_or_default();
    let first = |gaps: &Value| gaps.get(0).cloned().and_then(|gap| serde_json::from_value::<Gap>(gap).ok()).map(|gap| gap.to_string());
    match (before, after) {
        (_, Some(now)) => format!("{list}: not read to their end ({})", first(now).unwrap_or_default()),
        (Some(then), None) => format!("{list}: read to their end (before: {})", first(then).unwrap_or_default()),
        (None, None) => list,
    }
}

/// A value, on one line and not too long.
fn shown(value: &Value) -> String {
    if let Some(gap) = value.get("$unknown").cloned().and_then(|gap| serde_json::from_value::<Gap>(gap).ok()) {
        return format!("not known ({gap})");
    }
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Null => "nothing".to_owned(),
        other => other.to_string(),
    };
    if text.chars().count() <= LONGEST {
        return text;
    }
    let start: String = text.chars().take(LONGEST).collect();
    format!("{start}…")
}
