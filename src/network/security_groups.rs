//! What security groups let through.

use std::collections::HashMap;

use ipnet::IpNet;

use super::AddressSet;
use crate::inventory::{Cause, Gap, Listed, Observed, Peer, PrefixList, Region, SecurityGroup, SecurityGroupRule};

/// The security groups and prefix lists of a region, by id.
#[derive(Debug)]
pub struct SecurityGroups<'a> {
    groups: HashMap<&'a str, &'a SecurityGroup>,
    groups_gap: Option<Gap>,
    lists: HashMap<&'a str, &'a PrefixList>,
    lists_gap: Option<Gap>,
}

/// Who may open a connection, as far as security groups have a say.
#[derive(Debug, Clone, Default)]
pub struct Admission<'a> {
    /// The addresses let in by what was read.
    pub addresses: AddressSet,
    /// The entries that let them in.
    pub entries: Vec<Entry<'a>>,
    /// What could not be read, so that more may be let in.
    pub gaps: Vec<Gap>,
}

/// An entry that lets something in.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The group it stands in.
    pub group: &'a SecurityGroup,
    /// The entry.
    pub rule: &'a SecurityGroupRule,
}

impl<'a> SecurityGroups<'a> {
    /// Takes the groups and lists of a region.
    pub fn new(region: &'a Region) -> Self {
        Self {
            groups: region.security_groups.iter().map(|group| (group.id.as_str(), group)).collect(),
            groups_gap: first_gap(&region.security_groups, "ec2:DescribeSecurityGroups"),
            lists: region.prefix_lists.iter().map(|list| (list.id.as_str(), list)).collect(),
            lists_gap: first_gap(&region.prefix_lists, "ec2:DescribeManagedPrefixLists"),
        }
    }

    /// Whom the union of `groups` lets in over `protocol` (`tcp` or `udp`) on `port`.
    pub fn admitted(&self, groups: &[String], protocol: &str, port: u16) -> Admission<'a> {
        let mut admission = Admission::default();
        let mut blocks = Vec::new();
        for id in groups {
            match self.groups.get(id.as_str()) {
                Some(group) => self.add(&mut admission, &mut blocks, group, protocol, port),
                None => admission.gaps.push(self.missing_group(id)),
            }
        }
        admission.addresses = blocks.into_iter().collect();
        admission.gaps.sort();
        admission.gaps.dedup();
        admission
    }

    fn add(&self, admission: &mut Admission<'a>, blocks: &mut Vec<IpNet>, group: &'a SecurityGroup, protocol: &str, port: u16) {
        for rule in group.rules.iter().filter(|rule| !rule.egress && covers(rule, protocol, port)) {
            match &rule.peer {
                Peer::CidrIpv4(block) | Peer::CidrIpv6(block) => match AddressSet::block(block) {
                    Some(block) => blocks.push(block),
                    None => admission.gaps.push(unreadable(block)),
                },
                Peer::PrefixList(id) => self.add_list(admission, blocks, id),
                // Whatever carries the other group has an address in a VPC: it adds nothing of the internet.
                Peer::SecurityGroup(_) => {}
            }
            admission.entries.push(Entry { group, rule });
        }
    }

    fn add_list(&self, admission: &mut Admission<'a>, blocks: &mut Vec<IpNet>, id: &str) {
        let entries = match self.lists.get(id) {
            Some(list) => list.entries.as_ref(),
            None => Observed::Unknown(self.lists_gap.clone().unwrap_or_else(|| not_listed(id, "ec2:DescribeManagedPrefixLists"))),
        };
        match entries {
            Observed::Known(listed) => {
                for block in listed {
                    match AddressSet::block(block) {
                        Some(block) => blocks.push(block),
                        None => admission.gaps.push(unreadable(block)),
                    }
                }
            }
            Observed::Absent => {}
            Observed::Unknown(gap) => admission.gaps.push(gap.or_action("ec2:GetManagedPrefixListEntries")),
        }
    }

    fn missing_group(&self, id: &str) -> Gap {
        self.groups_gap.clone().unwrap_or_else(|| not_listed(id, "ec2:DescribeSecurityGroups"))
    }
}

fn first_gap<T>(list: &Listed<T>, action: &str) -> Option<Gap> {
    list.gaps.first().cloned().map(|gap| gap.or_action(action))
}

/// A resource that exists, since something refers to it, and yet is not in a complete list: it belongs to another account.
fn not_listed(id: &str, action: &str) -> Gap {
    let mut gap = Gap::new(action, Cause::Failed).because(format!("{id} is not among this account's, and cannot be read from here"));
    gap.resource = Some(id.to_owned());
    gap
}

fn unreadable(block: &str) -> Gap {
    Gap::new("ec2:DescribeSecurityGroups", Cause::Failed).because(format!("{block:?} is no block of addresses"))
}

/// Whether an entry speaks of a protocol and port.
fn covers(rule: &SecurityGroupRule, protocol: &str, port: u16) -> bool {
    let number = if protocol == "udp" { "17" } else { "6" };
    match rule.protocol.as_str() {
        // All protocols means all ports: AWS ignores a range beside it.
        "-1" => true,
        spelled if spelled.eq_ignore_ascii_case(protocol) || spelled == number => {
            let port = i32::from(port);
            match (rule.from_port, rule.to_port) {
                (None | Some(-1), _) => true,
                (Some(from), to) => from <= port && port <= to.unwrap_or(from),
            }
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(rules: &str) -> Region {
        let text = format!(
            r#"{{"name": "eu-west-1",
                "security_groups": [{{"id": "sg-1", "rules": {rules}}}],
                "prefix_lists": [{{"id": "pl-1", "entries": ["0.0.0.0/1", "128.0.0.0/1"]}},
                                 {{"id": "pl-2", "entries": {{"$unknown": {{"action": "ec2:GetManagedPrefixListEntries", "cause": "denied"}}}}}}]}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    fn admitted(rules: &str, port: u16) -> (bool, Vec<String>) {
        let region = group(rules);
        let admission = SecurityGroups::new(&region).admitted(&["sg-1".into()], "tcp", port);
        (admission.addresses.is_world(), admission.gaps.iter().map(|gap| gap.action.clone()).collect())
    }

    /// F1: a peer passes every one of these, and only an exact `-1` or 0-65535 from 0.0.0.0/0 fails there.
    #[test]
    fn the_world_is_seen_in_every_spelling() {
        for rules in [
            r#"[{"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv4": "0.0.0.0/0"}]"#,
            r#"[{"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv6": "::/0"}]"#,
            r#"[{"protocol": "6", "from_port": 1, "to_port": 65535, "cidr_ipv4": "0.0.0.0/0"}]"#,
            r#"[{"protocol": "-1", "cidr_ipv4": "0.0.0.0/1"}, {"protocol": "-1", "cidr_ipv4": "128.0.0.0/1"}]"#,
            r#"[{"protocol": "tcp", "from_port": 80, "to_port": 65535, "cidr_ipv4": "0.0.0.0/0"}]"#,
            r#"[{"protocol": "tcp", "from_port": 443, "to_port": 443, "prefix_list": "pl-1"}]"#,
            r#"[{"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv4": "10.0.0.0/8"},
                {"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv4": "0.0.0.0/0"}]"#,
        ] {
            assert_eq!(admitted(rules, 443), (true, vec![]), "{rules}");
        }
    }

    #[test]
    fn what_does_not_reach_the_port_is_not_counted() {
        for rules in [
            r#"[{"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_ipv4": "0.0.0.0/0"}]"#,
            r#"[{"protocol": "udp", "from_port": 443, "to_port": 443, "cidr_ipv4": "0.0.0.0/0"}]"#,
            r#"[{"egress": true, "protocol": "-1", "cidr_ipv4": "0.0.0.0/0"}]"#,
            r#"[{"protocol": "tcp", "from_port": 443, "to_port": 443, "security_group": "sg-2"}]"#,
            r#"[{"protocol": "icmp", "from_port": -1, "to_port": -1, "cidr_ipv4": "0.0.0.0/0"}]"#,
        ] {
            assert_eq!(admitted(rules, 443), (false, vec![]), "{rules}");
        }
    }

    #[test]
    fn an_unreadable_list_leaves_a_gap_and_hides_no_hole() {
        let list = r#"{"protocol": "tcp", "from_port": 443, "to_port": 443, "prefix_list": "pl-2"}"#;
        let gap = vec!["ec2:GetManagedPrefixListEntries".to_owned()];
        assert_eq!(admitted(&format!("[{list}]"), 443), (false, gap.clone()));
        let open = r#"{"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv4": "0.0.0.0/0"}"#;
        assert_eq!(admitted(&format!("[{list}, {open}]"), 443), (true, gap));
    }

    #[test]
    fn an_unread_group_is_a_gap() {
        let region = Region { name: "eu-west-1".into(), ..Region::default() };
        let admission = SecurityGroups::new(&region).admitted(&["sg-9".into()], "tcp", 443);
        assert_eq!(admission.gaps[0].action, "ec2:DescribeSecurityGroups");
    }
}
