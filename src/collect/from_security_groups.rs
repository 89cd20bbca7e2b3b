//! Security groups: EC2 tells rules by protocol and ports with many peers each; here every peer is a rule of its own, as
//! it is for AWS's own rule ids.

use std::collections::BTreeMap;

use aws_sdk_ec2::types as sdk;

use super::from_ec2::tags;
use crate::inventory::{Peer, SecurityGroup, SecurityGroupRule};

/// A security group.
pub(crate) fn security_group(group: sdk::SecurityGroup) -> Option<SecurityGroup> {
    let ingress = group.ip_permissions.unwrap_or_default().into_iter().flat_map(|permission| rules(false, permission));
    let egress = group.ip_permissions_egress.unwrap_or_default().into_iter().flat_map(|permission| rules(true, permission));
    Some(SecurityGroup {
        id: group.group_id?,
        name: group.group_name.unwrap_or_default(),
        vpc_id: group.vpc_id,
        owner_id: group.owner_id,
        rules: ingress.chain(egress).collect(),
        tags: tags(group.tags),
    })
}

fn rules(egress: bool, permission: sdk::IpPermission) -> Vec<SecurityGroupRule> {
    let protocol = permission.ip_protocol.unwrap_or_else(|| "-1".to_owned());
    let (from_port, to_port) = ports(&protocol, permission.from_port, permission.to_port);
    let four = permission.ip_ranges.unwrap_or_default().into_iter().map(|range| (range.cidr_ip.map(Peer::CidrIpv4), range.description));
    let six = permission.ipv6_ranges.unwrap_or_default().into_iter().map(|range| (range.cidr_ipv6.map(Peer::CidrIpv6), range.description));
    let lists = permission
        .prefix_list_ids
        .unwrap_or_default()
        .into_iter()
        .map(|list| (list.prefix_list_id.map(Peer::PrefixList), list.description));
    let groups = permission
        .user_id_group_pairs
        .unwrap_or_default()
        .into_iter()
        .map(|pair| (pair.group_id.map(Peer::SecurityGroup), pair.description));
    four.chain(six)
        .chain(lists)
        .chain(groups)
        .filter_map(|(peer, description)| {
            Some(SecurityGroupRule { egress, protocol: protocol.clone(), from_port, to_port, peer: peer?, id: None, description })
        })
        .collect()
}

/// Ports, which AWS writes as none or as -1 where a rule is about all of them. ICMP keeps its types and codes.
fn ports(protocol: &str, from: Option<i32>, to: Option<i32>) -> (Option<i32>, Option<i32>) {
    if protocol == "-1" { (None, None) } else { (from, to) }
}

/// What tells a rule from the others of its group.
type Key = (String, bool, String, Option<i32>, Option<i32>, Peer);

/// The ids of rules.
#[derive(Default)]
pub(crate) struct Ids(BTreeMap<Key, String>);

impl Ids {
    /// What `DescribeSecurityGroupRules` tells.
    pub(crate) fn of(rules: Vec<sdk::SecurityGroupRule>) -> Self {
        Self(rules.into_iter().filter_map(named).collect())
    }

    /// Gives a group's rules their ids.
    pub(crate) fn name(&self, group: &mut SecurityGroup) {
        for rule in &mut group.rules {
            let key = (group.id.clone(), rule.egress, rule.protocol.clone(), rule.from_port, rule.to_port, rule.peer.clone());
            rule.id = self.0.get(&key).cloned();
        }
    }
}

fn named(rule: sdk::SecurityGroupRule) -> Option<(Key, String)> {
    let group = rule.referenced_group_info.and_then(|group| group.group_id).map(Peer::SecurityGroup);
    let peer = rule
        .cidr_ipv4
        .map(Peer::CidrIpv4)
        .or(rule.cidr_ipv6.map(Peer::CidrIpv6))
        .or(rule.prefix_list_id.map(Peer::PrefixList))
        .or(group)?;
    let protocol = rule.ip_protocol.unwrap_or_else(|| "-1".to_owned());
    let (from, to) = ports(&protocol, rule.from_port, rule.to_port);
    Some(((rule.group_id?, rule.is_egress.unwrap_or_default(), protocol, from, to, peer), rule.security_group_rule_id?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_peer_is_a_rule_and_gets_its_id() {
        let permission = sdk::IpPermission::builder()
            .ip_protocol("tcp")
            .from_port(443)
            .to_port(443)
            .ip_ranges(sdk::IpRange::builder().cidr_ip("0.0.0.0/0").description("the world").build())
            .ipv6_ranges(sdk::Ipv6Range::builder().cidr_ipv6("::/0").build())
            .user_id_group_pairs(sdk::UserIdGroupPair::builder().group_id("sg-2").user_id("222222222222").build())
            .build();
        let all = sdk::IpPermission::builder().ip_protocol("-1").ip_ranges(sdk::IpRange::builder().cidr_ip("0.0.0.0/0").build()).build();
        let told = sdk::SecurityGroup::builder().group_id("sg-1").ip_permissions(permission).ip_permissions_egress(all).build();
        let mut group = security_group(told).unwrap();
        assert_eq!(group.rules.len(), 4);
        let ids = Ids::of(vec![
            sdk::SecurityGroupRule::builder()
                .security_group_rule_id("sgr-1")
                .group_id("sg-1")
                .is_egress(false)
                .ip_protocol("tcp")
                .from_port(443)
                .to_port(443)
                .cidr_ipv6("::/0")
                .build(),
            sdk::SecurityGroupRule::builder()
                .security_group_rule_id("sgr-2")
                .group_id("sg-1")
                .is_egress(true)
                .ip_protocol("-1")
                .from_port(-1)
                .to_port(-1)
                .cidr_ipv4("0.0.0.0/0")
                .build(),
        ]);
        ids.name(&mut group);
        let found: Vec<_> = group.rules.iter().map(|rule| rule.id.as_deref()).collect();
        assert_eq!(found, [None, Some("sgr-1"), None, Some("sgr-2")]);
        assert_eq!(group.rules[0].description.as_deref(), Some("the world"));
    }
}
