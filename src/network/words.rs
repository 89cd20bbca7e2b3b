//! Entries of a network in words.

use crate::inventory::{NetworkAcl, NetworkAclEntry, NetworkRoute, Peer, RouteTable, SecurityGroup, SecurityGroupRule};

/// An entry of a security group in words, such as `sg-1 (web): tcp 443 from 0.0.0.0/0 (sgr-2)`.
pub fn entry_in_words(group: &SecurityGroup, rule: &SecurityGroupRule) -> String {
    format!("{}: {}", group_in_words(group), rule_in_words(rule))
}

/// The same where the group is named already, such as `tcp 443 from 0.0.0.0/0 (sgr-2)`.
pub fn rule_in_words(rule: &SecurityGroupRule) -> String {
    let protocol = if rule.protocol == "-1" { "all protocols" } else { &rule.protocol };
    let ports = ports_in_words(rule.from_port, rule.to_port);
    let peer = match &rule.peer {
        Peer::CidrIpv4(block) | Peer::CidrIpv6(block) => block.clone(),
        Peer::PrefixList(list) => format!("prefix list {list}"),
        Peer::SecurityGroup(group) => format!("security group {group}"),
    };
    let direction = if rule.egress { "to" } else { "from" };
    let id = rule.id.as_ref().map_or(String::new(), |id| format!(" ({id})"));
    format!("{protocol}{ports} {direction} {peer}{id}")
}

/// A security group by its id, with its name where it has one.
pub(super) fn group_in_words(group: &SecurityGroup) -> String {
    if group.name.is_empty() { group.id.clone() } else { format!("{} ({})", group.id, group.name) }
}

/// An entry of a network ACL in words, such as `acl-1 in: rule 100 allows tcp 80 from 0.0.0.0/0`.
pub(super) fn acl_entry_in_words(acl: &NetworkAcl, entry: &NetworkAclEntry) -> String {
    let place = if entry.egress { "out" } else { "in" };
    format!("{} {place}: {}", acl.id, acl_rule_in_words(entry))
}

/// The same where the ACL is named already, such as `rule 100 allows tcp 80 from 0.0.0.0/0`.
pub fn acl_rule_in_words(entry: &NetworkAclEntry) -> String {
    let action = match entry.action.as_str() {
        "allow" => "allows".to_owned(),
        "deny" => "denies".to_owned(),
        other => format!("says {other:?} to"),
    };
    let protocol = match entry.protocol.as_str() {
        "-1" => "all protocols",
        "6" => "tcp",
        "17" => "udp",
        other => other,
    };
    let direction = if entry.egress { "to" } else { "from" };
    let ports = ports_in_words(entry.from_port, entry.to_port);
    format!("rule {} {action} {protocol}{ports} {direction} {}", entry.rule_number, entry.cidr_block)
}

/// A route in words, such as `rtb-1: 0.0.0.0/0 → igw-1 (active)`.
pub(super) fn route_in_words(table: &RouteTable, route: &NetworkRoute) -> String {
    format!("{}: {} → {} ({})", table.id, route.destination, route.target, route.state)
}

fn ports_in_words(first: Option<i32>, last: Option<i32>) -> String {
    match (first, last) {
        (Some(-1) | None, _) => String::new(),
        (Some(first), Some(last)) if first != last => format!(" {first}-{last}"),
        (Some(first), _) => format!(" {first}"),
    }
}
