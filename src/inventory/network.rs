//! EC2: VPCs and what decides who reaches what in them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Observed;

/// A VPC.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Vpc {
    /// Its id.
    pub id: String,
    /// Its IPv4 blocks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cidr_blocks: Vec<String>,
    /// Its IPv6 blocks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ipv6_cidr_blocks: Vec<String>,
    /// Whether it is the region's default VPC.
    #[serde(default)]
    pub is_default: bool,
    /// Tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

/// A subnet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Subnet {
    /// Its id.
    pub id: String,
    /// Its VPC.
    pub vpc_id: String,
    /// The zone's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// The zone's id, which means the same in every account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone_id: Option<String>,
    /// Its IPv4 block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr_block: Option<String>,
    /// Its IPv6 blocks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ipv6_cidr_blocks: Vec<String>,
    /// Whether what starts in it gets a public address by itself.
    #[serde(default)]
    pub map_public_ip_on_launch: bool,
    /// Whether what starts in it gets an IPv6 address by itself.
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub assign_ipv6_address_on_creation: Observed<bool>,
    /// How many addresses are left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available_ip_count: Option<i32>,
    /// What Block Public Access does to this subnet in effect: `off`, `block-bidirectional` or `block-ingress`.
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub internet_gateway_block_mode: Observed<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

/// A flow log: what is written down of a network's connections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowLog {
    /// Its id.
    pub id: String,
    /// The VPC, subnet, network interface or transit gateway it watches.
    pub resource_id: String,
    /// `ACTIVE` when it works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// `ACCEPT`, `REJECT` or `ALL`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traffic_type: Option<String>,
    /// `SUCCESS` or `FAILED`: whether what it writes arrives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deliver_status: Option<String>,
}

/// A route table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RouteTable {
    /// Its id.
    pub id: String,
    /// Its VPC.
    pub vpc_id: String,
    /// Whether it serves the subnets of its VPC that name no other.
    #[serde(default)]
    pub main: bool,
    /// The subnets that name it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subnet_ids: Vec<String>,
    /// Its routes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<NetworkRoute>,
}

/// A route of a route table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NetworkRoute {
    /// An IPv4 or IPv6 block, or a prefix list's id.
    pub destination: String,
    /// What it leads to: `igw-…`, `nat-…`, `eigw-…`, `local`, `tgw-…`, `pcx-…`, `eni-…`, `vpce-…`.
    pub target: String,
    /// `active` or `blackhole`.
    pub state: String,
    /// How it came to be: `CreateRouteTable`, `CreateRoute`, `EnableVgwRoutePropagation` or `Advertisement`. Of two routes to the same block, one that people made comes before one that was propagated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
}

/// An internet gateway.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InternetGateway {
    /// Its id.
    pub id: String,
    /// The VPCs it is attached to (one at most).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vpc_ids: Vec<String>,
}

/// A network ACL.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NetworkAcl {
    /// Its id.
    pub id: String,
    /// Its VPC.
    pub vpc_id: String,
    /// Whether it serves the subnets of its VPC that name no other.
    #[serde(default)]
    pub is_default: bool,
    /// The subnets it guards.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subnet_ids: Vec<String>,
    /// Its entries, in the order they are tried.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<NetworkAclEntry>,
}

/// An entry of a network ACL.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NetworkAclEntry {
    /// Whether it judges traffic that leaves.
    pub egress: bool,
    /// Its place: lower numbers are tried first.
    pub rule_number: i32,
    /// `allow` or `deny`.
    pub action: String,
    /// A protocol number, or `-1` for all.
    pub protocol: String,
    /// An IPv4 or IPv6 block.
    pub cidr_block: String,
    /// The first port; none means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_port: Option<i32>,
    /// The last port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_port: Option<i32>,
}

/// A security group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecurityGroup {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// Its VPC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<String>,
    /// The account that owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<String>,
    /// Its rules, one an entry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<SecurityGroupRule>,
    /// Tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

/// A rule of a security group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct SecurityGroupRule {
    /// Whether it judges traffic that leaves.
    #[serde(default)]
    pub egress: bool,
    /// `tcp`, `udp`, `icmp`, a protocol number, or `-1` for all.
    pub protocol: String,
    /// The first port; none means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_port: Option<i32>,
    /// The last port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_port: Option<i32>,
    /// Who is let in, or where traffic may go.
    #[serde(flatten)]
    pub peer: Peer,
    /// The rule's own id (`sgr-…`), where it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What people wrote beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// The other side of a security group's rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Peer {
    /// An IPv4 block.
    CidrIpv4(String),
    /// An IPv6 block.
    CidrIpv6(String),
    /// A managed prefix list, by id.
    PrefixList(String),
    /// Whatever carries this security group.
    SecurityGroup(String),
}

/// A managed prefix list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PrefixList {
    /// Its id.
    pub id: String,
    /// Its name, such as `com.amazonaws.global.cloudfront.origin-facing`.
    #[serde(default)]
    pub name: String,
    /// `AWS`, or the account that owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<String>,
    /// `IPv4` or `IPv6`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address_family: Option<String>,
    /// Its blocks. Asked only where a security group or a route refers to the list.
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub entries: Observed<Vec<String>>,
}

/// A network interface of a load balancer, a task, a VPC link or an instance behind a load balancer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NetworkInterface {
    /// Its id.
    pub id: String,
    /// AWS's words for it, such as `ELB app/web/0123456789abcdef`.
    #[serde(default)]
    pub description: String,
    /// `interface`, `network_load_balancer`, `api_gateway_managed` and so on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interface_type: Option<String>,
    /// The service that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requester_id: Option<String>,
    /// Its subnet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subnet_id: Option<String>,
    /// Its VPC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<String>,
    /// Its security groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub security_groups: Vec<String>,
    /// Its private IPv4 addresses, each with the public one that leads to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<InterfaceAddress>,
    /// Its IPv6 addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ipv6_addresses: Vec<String>,
    /// The instance it is attached to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_id: Option<String>,
}

/// An IPv4 address of a network interface.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InterfaceAddress {
    /// The address in the VPC.
    pub private_ip: String,
    /// The public address that leads to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_ip: Option<String>,
}

/// An elastic address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// The public address.
    pub public_ip: String,
    /// Its allocation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allocation_id: Option<String>,
    /// The interface it leads to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network_interface_id: Option<String>,
    /// The private address it leads to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_ip: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_names_its_peer_by_kind() {
        let text = r#"{"protocol": "tcp", "from_port": 80, "to_port": 80, "cidr_ipv4": "0.0.0.0/0"}"#;
        let rule: SecurityGroupRule = serde_json::from_str(text).unwrap();
        assert_eq!(rule.peer, Peer::CidrIpv4("0.0.0.0/0".into()));
        let again: SecurityGroupRule = serde_json::from_str(&serde_json::to_string(&rule).unwrap()).unwrap();
        assert_eq!(again, rule);
    }
}
