//! The parts of a region's network, by what they are looked up by.

use std::collections::HashMap;

use crate::inventory::{
    Cause, Gap, Listed, NetworkAcl, NetworkInterface, PrefixList, Region, RouteTable, SecurityGroup, Subnet, UNDEPLOYED, Vpc,
};

const TABLES: &str = "ec2:DescribeRouteTables";
const ACLS: &str = "ec2:DescribeNetworkAcls";

/// The parts of a region's network.
#[derive(Debug)]
pub(super) struct Index<'a> {
    pub(super) region: &'a Region,
    vpcs: HashMap<&'a str, &'a Vpc>,
    subnets: HashMap<&'a str, &'a Subnet>,
    tables: Guards<'a, RouteTable>,
    acls: Guards<'a, NetworkAcl>,
    groups: HashMap<&'a str, &'a SecurityGroup>,
    lists: HashMap<&'a str, &'a PrefixList>,
    carriers: HashMap<&'a str, Vec<&'a NetworkInterface>>,
    by_address: HashMap<&'a str, Vec<&'a NetworkInterface>>,
    by_instance: HashMap<&'a str, Vec<&'a NetworkInterface>>,
    by_description: HashMap<&'a str, Vec<&'a NetworkInterface>>,
}

/// What serves subnets: by the subnet that names it, and by the VPC whose other subnets it serves.
#[derive(Debug)]
struct Guards<'a, T> {
    named: HashMap<&'a str, &'a T>,
    fallback: HashMap<&'a str, &'a T>,
    gap: Option<Gap>,
}

impl<'a, T> Guards<'a, T> {
    fn new(list: &'a Listed<T>, action: &str, parts: impl Fn(&'a T) -> (&'a [String], &'a str, bool)) -> Self {
        let mut guards = Self { named: HashMap::new(), fallback: HashMap::new(), gap: first_gap(list, action) };
        for item in list {
            let (subnets, vpc, serves_the_rest) = parts(item);
            guards.named.extend(subnets.iter().map(|subnet| (subnet.as_str(), item)));
            if serves_the_rest {
                guards.fallback.insert(vpc, item);
            }
        }
        guards
    }

    /// What serves a subnet. Only a list without gaps can say that nothing names the subnet.
    fn of(&self, subnet: &str, vpc: Option<&str>, action: &str, what: &str) -> Result<&'a T, Gap> {
        if let Some(named) = self.named.get(subnet) {
            return Ok(named);
        }
        if let Some(gap) = &self.gap {
            return Err(gap.clone());
        }
        let missing = || about(Gap::new(action, Cause::Failed).because(format!("no {what} is listed that serves {subnet}")), subnet);
        vpc.and_then(|vpc| self.fallback.get(vpc)).copied().ok_or_else(missing)
    }
}

impl<'a> Index<'a> {
    pub(super) fn new(region: &'a Region) -> Self {
        let mut index = Self {
            region,
            vpcs: region.vpcs.iter().map(|vpc| (vpc.id.as_str(), vpc)).collect(),
            subnets: region.subnets.iter().map(|subnet| (subnet.id.as_str(), subnet)).collect(),
            tables: Guards::new(&region.route_tables, TABLES, |table| (&table.subnet_ids, &table.vpc_id, table.main)),
            acls: Guards::new(&region.network_acls, ACLS, |acl| (&acl.subnet_ids, &acl.vpc_id, acl.is_default)),
            groups: region.security_groups.iter().map(|group| (group.id.as_str(), group)).collect(),
            lists: region.prefix_lists.iter().map(|list| (list.id.as_str(), list)).collect(),
            carriers: HashMap::new(),
            by_address: HashMap::new(),
            by_instance: HashMap::new(),
            by_description: HashMap::new(),
        };
        for interface in &region.network_interfaces {
            index.add(interface);
        }
        index
    }

    fn add(&mut self, interface: &'a NetworkInterface) {
        for group in &interface.security_groups {
            self.carriers.entry(group).or_default().push(interface);
        }
        for address in interface.addresses.iter().map(|address| &address.private_ip).chain(&interface.ipv6_addresses) {
            self.by_address.entry(address).or_default().push(interface);
        }
        if let Some(instance) = &interface.instance_id {
            self.by_instance.entry(instance).or_default().push(interface);
        }
        if !interface.description.is_empty() {
            self.by_description.entry(&interface.description).or_default().push(interface);
        }
    }

    pub(super) fn vpc(&self, id: Option<&str>) -> Result<&'a Vpc, Gap> {
        let id = id.ok_or_else(|| unsaid("ec2:DescribeVpcs", "which VPC it is in"))?;
        found(&self.vpcs, id, &self.region.vpcs, "ec2:DescribeVpcs")
    }

    pub(super) fn subnet(&self, id: &str) -> Result<&'a Subnet, Gap> {
        found(&self.subnets, id, &self.region.subnets, "ec2:DescribeSubnets")
    }

    pub(super) fn table(&self, subnet: &str, vpc: Option<&str>) -> Result<&'a RouteTable, Gap> {
        self.tables.of(subnet, vpc, TABLES, "route table")
    }

    pub(super) fn acl(&self, subnet: &str, vpc: Option<&str>) -> Result<&'a NetworkAcl, Gap> {
        self.acls.of(subnet, vpc, ACLS, "network ACL")
    }

    pub(super) fn group(&self, id: &str) -> Result<&'a SecurityGroup, Gap> {
        found(&self.groups, id, &self.region.security_groups, "ec2:DescribeSecurityGroups")
    }

    pub(super) fn list(&self, id: &str) -> Result<&'a PrefixList, Gap> {
        found(&self.lists, id, &self.region.prefix_lists, "ec2:DescribeManagedPrefixLists")
    }

    /// The interfaces that carry a security group, as far as they were read.
    pub(super) fn carriers(&self, group: &str) -> &[&'a NetworkInterface] {
        self.carriers.get(group).map_or(&[], Vec::as_slice)
    }

    /// The interfaces that bear an address.
    pub(super) fn bearers(&self, address: &str) -> &[&'a NetworkInterface] {
        self.by_address.get(address).map_or(&[], Vec::as_slice)
    }

    /// The interfaces of an instance.
    pub(super) fn of_instance(&self, instance: &str) -> &[&'a NetworkInterface] {
        self.by_instance.get(instance).map_or(&[], Vec::as_slice)
    }

    /// The interfaces of a load balancer, by the resource part of its ARN.
    pub(super) fn of_balancer(&self, resource: &str) -> &[&'a NetworkInterface] {
        self.by_description.get(format!("ELB {resource}").as_str()).map_or(&[], Vec::as_slice)
    }

    /// Why there may be more interfaces than were read.
    pub(super) fn interfaces_gap(&self) -> Option<Gap> {
        first_gap(&self.region.network_interfaces, "ec2:DescribeNetworkInterfaces")
    }
}

fn found<'a, T>(map: &HashMap<&str, &'a T>, id: &str, list: &Listed<T>, action: &str) -> Result<&'a T, Gap> {
    map.get(id).copied().ok_or_else(|| first_gap(list, action).unwrap_or_else(|| not_listed(id, action)))
}

fn first_gap<T>(list: &Listed<T>, action: &str) -> Option<Gap> {
    list.gaps.first().cloned().map(|gap| gap.or_action(action))
}

/// A resource that exists, since something refers to it, and yet is not in a complete list: it belongs to another account.
fn not_listed(id: &str, action: &str) -> Gap {
    about(Gap::new(action, Cause::Failed).because(format!("{id} is not among this account's, and cannot be read from here")), id)
}

/// A gap about one resource.
pub(super) fn about(mut gap: Gap, resource: &str) -> Gap {
    gap.resource = Some(resource.to_owned());
    gap
}

/// A part that AWS always names, and this inventory does not.
pub(super) fn unsaid(action: &str, what: &str) -> Gap {
    Gap::new(action, Cause::NotSupported).because(format!("the inventory does not say {what}"))
}

/// A word of AWS's that is new.
pub(super) fn unheard(action: &str, what: &str, word: &str) -> Gap {
    if word == UNDEPLOYED {
        return Gap::new("", Cause::Undeployed).because(format!("{} is not known before deployment", what.trim_end_matches(':')));
    }
    Gap::new(action, Cause::NotSupported).because(format!("this apiaudit does not know {what} {word:?}"))
}
