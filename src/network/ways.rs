//! The way into a subnet, before anybody looks at security groups: routes, Block Public Access and the network ACL.

use std::sync::Arc;

use super::acls::Acls;
use super::exposure::Told;
use super::groups::{Groups, no_block};
use super::index::{Index, about, unheard, unsaid};
use super::memo::Memo;
use super::routes::Routes;
use super::{AddressSet, Bounds, Transport};
use crate::inventory::{Gap, Observed, Subnet};

/// Whose packets get as far as the security groups.
#[derive(Debug, Clone, Default)]
pub(super) struct Way {
    /// Of those that come through an internet gateway.
    pub(super) internet: Told,
    /// Of those in the VPC and in networks connected with it.
    pub(super) inside: Told,
}

impl Way {
    /// Nothing is known of it.
    pub(super) fn unknown(gap: &Gap) -> Self {
        let at_most = |set: &AddressSet| Told::at_most(set.clone(), gap.clone());
        Self { internet: at_most(AddressSet::public()), inside: at_most(AddressSet::all()) }
    }

    /// Either of two ways in is enough.
    pub(super) fn or(&self, other: &Self) -> Self {
        Self { internet: self.internet.or(&other.internet), inside: self.inside.or(&other.inside) }
    }
}

/// The ways that were asked for so far.
#[derive(Debug, Default)]
pub(super) struct Ways {
    found: Memo<Question, Way>,
    routes: Memo<String, Routes>,
    acls: Acls,
}

/// A question about subnets: their ids, their VPC, the transport and the port.
type Question = (Vec<Option<String>>, Option<String>, Transport, u16);

impl Ways {
    /// The ways into any of several subnets of a VPC.
    pub(super) fn to(
        &self,
        index: &Index<'_>,
        groups: &Groups,
        subnets: Vec<Option<String>>,
        vpc: Option<&str>,
        at: (Transport, u16),
    ) -> Arc<Way> {
        let question = (subnets, vpc.map(str::to_owned), at.0, at.1);
        self.found.get(&question, || {
            let ways = question.0.iter().map(|subnet| match subnet {
                Some(subnet) => self.way(index, groups, subnet, vpc, at),
                None => Way::unknown(&unsaid("elasticloadbalancing:DescribeLoadBalancers", "in which subnet a zone is")),
            });
            ways.reduce(|all, more| all.or(&more)).unwrap_or_default()
        })
    }

    fn way(&self, index: &Index<'_>, groups: &Groups, id: &str, vpc: Option<&str>, at: (Transport, u16)) -> Way {
        let subnet = index.subnet(id);
        let vpc = subnet.as_ref().map_or(vpc, |subnet| Some(subnet.vpc_id.as_str()));
        let routes = self.routes(index, groups, id, vpc);
        let acl = self.acl(index, id, vpc, at);
        let inside = of_vpc(index, vpc).or(&routes.connected).and(&beside(&acl, subnet.as_ref()));
        Way { internet: routes.internet.and(&acl).and(&unblocked(subnet)), inside }
    }

    /// Where a subnet's routes lead.
    pub(super) fn routes(&self, index: &Index<'_>, groups: &Groups, subnet: &str, vpc: Option<&str>) -> Arc<Routes> {
        match index.table(subnet, vpc) {
            Ok(table) => self.routes.get(table.id.as_str(), || Routes::of(table, groups, index)),
            Err(gap) => Arc::new(Routes::unknown(gap)),
        }
    }

    /// What a subnet's network ACL lets in to a port, and the same with what lies in the subnet itself.
    pub(super) fn acls(&self, index: &Index<'_>, id: &str, vpc: Option<&str>, at: (Transport, u16)) -> (Told, Told) {
        let subnet = index.subnet(id);
        let vpc = subnet.as_ref().map_or(vpc, |subnet| Some(subnet.vpc_id.as_str()));
        let acl = self.acl(index, id, vpc, at);
        let beside = beside(&acl, subnet.as_ref());
        (acl, beside)
    }

    /// What a subnet's network ACL lets in to a port, with the answers let out.
    fn acl(&self, index: &Index<'_>, subnet: &str, vpc: Option<&str>, at: (Transport, u16)) -> Told {
        match index.acl(subnet, vpc) {
            Ok(acl) => self.acls.admitted(acl, at.0, at.1),
            Err(gap) => Told::at_most(AddressSet::all().clone(), gap),
        }
    }
}

/// The addresses of a VPC.
fn of_vpc(index: &Index<'_>, vpc: Option<&str>) -> Told {
    let vpc = match index.vpc(vpc) {
        Ok(vpc) => vpc,
        Err(gap) => return Told::at_most(AddressSet::all().clone(), gap),
    };
    blocks_of(vpc.cidr_blocks.iter().chain(&vpc.ipv6_cidr_blocks), "ec2:DescribeVpcs")
}

fn blocks_of<'t>(texts: impl Iterator<Item = &'t String> + Clone, action: &str) -> Told {
    let unreadable = texts.clone().find(|text| AddressSet::block(text).is_none());
    let set: AddressSet = texts.filter_map(|text| AddressSet::block(text)).collect();
    match unreadable {
        None => Bounds::exactly(set).into(),
        Some(text) => Told { bounds: Bounds { surely: set, perhaps: AddressSet::all().clone() }, gaps: vec![no_block(action, text)] },
    }
}

/// What a network ACL lets in, and what lies in the same subnet and never meets it.
fn beside(acl: &Told, subnet: Result<&&Subnet, &Gap>) -> Told {
    let own = match subnet {
        Ok(subnet) => blocks_of(subnet.cidr_block.iter().chain(&subnet.ipv6_cidr_blocks), "ec2:DescribeSubnets"),
        Err(gap) => Told::at_most(AddressSet::all().clone(), gap.clone()),
    };
    acl.or(&own)
}

/// Everything, unless Block Public Access keeps the internet out of the subnet.
fn unblocked(subnet: Result<&Subnet, Gap>) -> Told {
    let everything = AddressSet::all().clone();
    let subnet = match subnet {
        Ok(subnet) => subnet,
        Err(gap) => return Told::at_most(everything, gap),
    };
    match &subnet.internet_gateway_block_mode {
        Observed::Absent => Bounds::exactly(everything).into(),
        Observed::Known(mode) => match mode.as_str() {
            "off" => Bounds::exactly(everything).into(),
            "block-ingress" | "block-bidirectional" => Told::default(),
            _ => Told::at_most(everything, about(unheard("ec2:DescribeSubnets", "mode of Block Public Access", mode), &subnet.id)),
        },
        Observed::Unknown(gap) => Told::at_most(everything, gap.clone().or_action("ec2:DescribeSubnets")),
    }
}
