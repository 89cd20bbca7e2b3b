//! What comes with a VPC by itself: a route table, a network ACL and a security group.

use super::{Assumptions, Draft};
use crate::inventory::{
    Cause, Gap, NetworkAcl, NetworkAclEntry, NetworkRoute, Observed, Peer, RouteTable, SecurityGroup, SecurityGroupRule, Vpc,
    is_undeployed_id, undeployed_id,
};

/// The rule number of the entry that every network ACL ends with.
const LAST: i32 = 32767;

/// The id that stands for a VPC's default security group.
pub fn default_group_of(vpc: &str) -> String {
    format!("{vpc}.default-security-group")
}

/// The id that stands for a VPC's default network ACL.
pub fn default_acl_of(vpc: &str) -> String {
    format!("{vpc}.default-network-acl")
}

/// The id that stands for a VPC's main route table.
pub fn main_table_of(vpc: &str) -> String {
    format!("{vpc}.main-route-table")
}

impl Draft {
    /// Adds what AWS adds.
    pub(super) fn add_what_comes_with_vpcs(&mut self) {
        for vpc in self.region.vpcs.items.clone() {
            let replaced = self.replaced.get(&vpc.id).cloned().unwrap_or_default();
            if !replaced.main_table && !self.region.route_tables.iter().any(|table| table.vpc_id == vpc.id && table.main) {
                let id = main_table_of(&vpc.id);
                self.region.route_tables.items.push(RouteTable {
                    id,
                    vpc_id: vpc.id.clone(),
                    main: true,
                    subnet_ids: vec![],
                    routes: vec![],
                });
            }
            if !replaced.default_acl {
                self.region.network_acls.items.push(default_acl(&vpc));
            }
            if !replaced.default_group {
                self.region.security_groups.items.push(default_group(&vpc));
            }
        }
        self.add_local_routes();
        self.move_subnets();
    }

    /// Every table begins with the way to the VPC's own addresses.
    fn add_local_routes(&mut self) {
        for table in &mut self.region.route_tables.items {
            let Some(vpc) = self.region.vpcs.items.iter().find(|vpc| vpc.id == table.vpc_id) else { continue };
            // A block that is not known takes none of the addresses that strangers have.
            for block in vpc.cidr_blocks.iter().chain(&vpc.ipv6_cidr_blocks).filter(|block| !is_undeployed_id(block)) {
                if !table.routes.iter().any(|route| &route.destination == block && route.target == "local") {
                    table.routes.push(NetworkRoute {
                        destination: block.clone(),
                        target: "local".to_owned(),
                        state: "active".to_owned(),
                        origin: Some("CreateRouteTable".to_owned()),
                    });
                }
            }
        }
    }

    /// An association of its own takes a subnet away from every other network ACL.
    fn move_subnets(&mut self) {
        let associations = std::mem::take(&mut self.acl_of_subnet);
        for acl in &mut self.region.network_acls.items {
            acl.subnet_ids.retain(|subnet| associations.get(subnet).is_none_or(|named| *named == acl.id));
            for (subnet, named) in &associations {
                if *named == acl.id && !acl.subnet_ids.contains(subnet) {
                    acl.subnet_ids.push(subnet.clone());
                }
            }
            close(acl);
        }
    }

    /// Gives a load balancer without groups its VPC's default group, and every load balancer the VPC of its subnets.
    pub(super) fn place_balancers(&mut self) {
        let region = &mut self.region;
        for balancer in &mut region.load_balancers.items {
            for zone in &mut balancer.zones {
                let Some(subnet) = region.subnets.items.iter().find(|subnet| Some(&subnet.id) == zone.subnet_id.as_ref()) else { continue };
                if balancer.vpc_id.is_none() {
                    balancer.vpc_id = Some(subnet.vpc_id.clone());
                }
                if zone.zone.is_empty() {
                    zone.zone = subnet.zone.clone().unwrap_or_default();
                }
            }
            if self.ungrouped.contains(&balancer.arn) && balancer.kind == "application" {
                let unknown = || undeployed_id(&format!("{}.security_groups", balancer.arn));
                balancer.security_groups = vec![balancer.vpc_id.as_deref().map_or_else(unknown, default_group_of)];
            }
        }
    }

    pub(super) fn assume(&mut self, assumptions: &Assumptions) {
        for subnet in &mut self.region.subnets.items {
            subnet.internet_gateway_block_mode = match &assumptions.block_public_access {
                Some(mode) => Observed::Known(mode.clone()),
                None => Observed::Unknown(
                    Gap::new("", Cause::Undeployed).because("what VPC Block Public Access does in the account is not in the code"),
                ),
            };
        }
    }
}

impl Draft {
    /// A VPC's default security group by its id, put in its place before others speak of it; none where the id is another's.
    pub fn default_group(&mut self, id: &str) -> Option<&mut SecurityGroup> {
        let vpc = self.region.vpcs.iter().find(|vpc| default_group_of(&vpc.id) == id)?;
        let replaced = self.replaced.entry(vpc.id.clone()).or_default();
        if !std::mem::replace(&mut replaced.default_group, true) {
            self.region.security_groups.items.push(default_group(vpc));
        }
        self.security_group(id)
    }

    /// A VPC's default network ACL by its id, put in its place before others speak of it; none where the id is another's.
    pub fn default_acl(&mut self, id: &str) -> Option<&mut NetworkAcl> {
        let vpc = self.region.vpcs.iter().find(|vpc| default_acl_of(&vpc.id) == id)?;
        let replaced = self.replaced.entry(vpc.id.clone()).or_default();
        if !std::mem::replace(&mut replaced.default_acl, true) {
            self.region.network_acls.items.push(default_acl(vpc));
        }
        self.region.network_acls.items.iter_mut().find(|acl| acl.id == id)
    }
}

/// The entry that refuses what no other took; AWS shows one for each family that the VPC has.
fn close(acl: &mut NetworkAcl) {
    for egress in [false, true] {
        for block in ["0.0.0.0/0", "::/0"] {
            let own = |entry: &NetworkAclEntry| entry.egress == egress && entry.rule_number == LAST && entry.cidr_block == block;
            if !acl.entries.iter().any(own) {
                acl.entries.push(entry(egress, LAST, "deny", block));
            }
        }
    }
}

fn entry(egress: bool, rule_number: i32, action: &str, block: &str) -> NetworkAclEntry {
    NetworkAclEntry {
        egress,
        rule_number,
        action: action.to_owned(),
        protocol: "-1".to_owned(),
        cidr_block: block.to_owned(),
        from_port: None,
        to_port: None,
    }
}

fn default_acl(vpc: &Vpc) -> NetworkAcl {
    let entries =
        [false, true].into_iter().flat_map(|egress| [entry(egress, 100, "allow", "0.0.0.0/0"), entry(egress, 101, "allow", "::/0")]);
    NetworkAcl { id: default_acl_of(&vpc.id), vpc_id: vpc.id.clone(), is_default: true, subnet_ids: Vec::new(), entries: entries.collect() }
}

/// A new VPC's group lets in whatever carries it, and lets everything out.
fn default_group(vpc: &Vpc) -> SecurityGroup {
    let id = default_group_of(&vpc.id);
    let rules = vec![everything(false, Peer::SecurityGroup(id.clone())), everything(true, Peer::CidrIpv4("0.0.0.0/0".to_owned()))];
    SecurityGroup { id, name: "default".to_owned(), vpc_id: Some(vpc.id.clone()), owner_id: None, rules, tags: vpc.tags.clone() }
}

/// A rule for all protocols and ports.
pub fn everything(egress: bool, peer: Peer) -> SecurityGroupRule {
    SecurityGroupRule { egress, protocol: "-1".to_owned(), from_port: None, to_port: None, peer, id: None, description: None }
}
