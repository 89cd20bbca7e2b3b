//! VPCs, subnets, internet gateways and prefix lists.

use super::Builder;
use super::parents::Kinship;
use super::read::{flag, id, name, needed, own_id, reference, tags};
use crate::iac::code::Declaration;
use crate::iac::draft::List;
use crate::iac::made_up::digits;
use crate::iac::value::Why;
use crate::inventory::{FlowLog, InternetGateway, Observed, PrefixList, Subnet, Vpc};

impl Builder<'_, '_> {
    pub(super) fn network(&mut self) {
        self.each("EC2::VPC", &List::Vpcs, |builder, declaration| {
            let vpc = vpc(declaration)?;
            builder.draft.region.vpcs.items.push(vpc);
            Ok(())
        });
        for declaration in self.of("EC2::VPCCidrBlock") {
            self.add_block(declaration);
        }
        self.each("EC2::Subnet", &List::Subnets, |builder, declaration| {
            let subnet = subnet(declaration)?;
            builder.draft.region.subnets.items.push(subnet);
            Ok(())
        });
        for declaration in self.of("EC2::SubnetCidrBlock") {
            let (of, block) = (declaration.body.get("SubnetId").text(), id(declaration, "Ipv6CidrBlock"));
            let block = block.unwrap_or_else(|| own_id(declaration, "Ipv6CidrBlock"));
            self.add_subnet_block(of.ok().flatten().as_deref(), &block);
        }
        for declaration in self.of("EC2::InternetGateway") {
            let gateway = InternetGateway { id: reference(declaration), vpc_ids: Vec::new() };
            self.draft.region.internet_gateways.items.push(gateway);
        }
        for declaration in self.of("EC2::VPCGatewayAttachment") {
            self.attach(declaration);
        }
        for declaration in self.of("EC2::PrefixList") {
            let list = prefix_list(declaration, &self.draft.to.account);
            self.draft.region.prefix_lists.items.push(list);
        }
        self.each("EC2::FlowLog", &List::FlowLogs, |builder, declaration| {
            let log = flow_log(declaration)?;
            builder.draft.region.flow_logs.items.push(log);
            Ok(())
        });
        self.tables();
        self.acls();
    }

    /// A further block of a VPC. Where it is not known, neither is the VPC.
    fn add_block(&mut self, declaration: &Declaration) {
        let kinship = Kinship {
            property: "VpcId",
            has: |draft, id| draft.region.vpcs.iter().any(|vpc| vpc.id == id),
            parents: List::Vpcs,
            children: |_| List::Vpcs,
        };
        let (of, block) = (self.parent(declaration, &kinship), further_block(declaration));
        if of.is_none() && declaration.body.get("VpcId").text().is_ok() {
            return;
        }
        let mut unknown = Vec::new();
        for vpc in self.draft.region.vpcs.items.iter_mut().filter(|vpc| of.as_ref().is_none_or(|of| vpc.id == *of)) {
            match &block {
                Ok(Block::V4(block)) if of.is_some() => vpc.cidr_blocks.push(block.clone()),
                Ok(Block::V6(block)) if of.is_some() => vpc.ipv6_cidr_blocks.push(block.clone()),
                _ => unknown.push(vpc.id.clone()),
            }
        }
        self.draft.region.vpcs.items.retain(|vpc| !unknown.contains(&vpc.id));
        if let Err(why) = &block {
            self.draft.lose(List::Vpcs, &declaration.address, why);
        }
        self.lost.extend(unknown);
    }

    /// Adds a block of IPv6 to a subnet; to every one where nobody knows whose it is, with a name that is no block.
    pub(super) fn add_subnet_block(&mut self, of: Option<&str>, block: &str) {
        for subnet in self.draft.region.subnets.items.iter_mut().filter(|subnet| of.is_none_or(|of| of == subnet.id)) {
            let block = if of.is_some() { block.to_owned() } else { format!("{block} (perhaps)") };
            subnet.ipv6_cidr_blocks.push(block);
        }
    }

    /// Attaches an internet gateway; gateways of which nobody knows whether they are attached are lost.
    fn attach(&mut self, declaration: &Declaration) {
        let gateway = declaration.body.get("InternetGatewayId").text();
        if gateway == Ok(None) {
            return;
        }
        let is_of = |known: &InternetGateway| gateway.as_ref().map_or(true, |id| id.as_ref() == Some(&known.id));
        let vpc = needed(&declaration.body, "VpcId");
        match (&gateway, &vpc) {
            (Ok(Some(id)), Ok(vpc)) => match self.draft.region.internet_gateways.items.iter_mut().find(|known| is_of(known)) {
                Some(known) => known.vpc_ids.push(vpc.clone()),
                None => self.outside(&List::Gateways, id),
            },
            (Err(why), _) | (_, Err(why)) => {
                self.draft.lose(List::Gateways, &declaration.address, why);
                self.draft.region.internet_gateways.items.retain(|known| !is_of(known));
            }
            (Ok(None), Ok(_)) => {}
        }
    }
}

fn vpc(declaration: &Declaration) -> Result<Vpc, Why> {
    let block = declaration.body.get("CidrBlock").text()?;
    let block = block.ok_or_else(|| Why::new("a pool of addresses gives the VPC its block"))?;
    Ok(Vpc {
        id: reference(declaration),
        cidr_blocks: vec![block],
        ipv6_cidr_blocks: Vec::new(),
        is_default: false,
        tags: tags(declaration.body.get("Tags")),
    })
}

enum Block {
    V4(String),
    V6(String),
}

fn further_block(declaration: &Declaration) -> Result<Block, Why> {
    let body = &declaration.body;
    if let Some(block) = body.get("CidrBlock").text()? {
        return Ok(Block::V4(block));
    }
    if let Some(block) = body.get("Ipv6CidrBlock").text()? {
        return Ok(Block::V6(block));
    }
    if flag(body, "AmazonProvidedIpv6CidrBlock")? {
        return Ok(Block::V6(made_up_block(&declaration.address)));
    }
    Err(Why::new("a pool of addresses gives the VPC a block"))
}

/// What stands for the block that Amazon gives a VPC: one of those that are kept for examples, and that no route to the internet means.
fn made_up_block(address: &str) -> String {
    let digits = digits(address);
    format!("2001:db8:{}:{}00::/56", &digits[..4], &digits[4..6])
}

fn subnet(declaration: &Declaration) -> Result<Subnet, Why> {
    let body = &declaration.body;
    let cidr_block = body.get("CidrBlock").text()?;
    if cidr_block.is_none() && !flag(body, "Ipv6Native")? {
        return Err(Why::new("a pool of addresses gives the subnet its block"));
    }
    Ok(Subnet {
        id: reference(declaration),
        vpc_id: id(declaration, "VpcId").unwrap_or_else(|| own_id(declaration, "VpcId")),
        zone: id(declaration, "AvailabilityZone"),
        zone_id: id(declaration, "AvailabilityZoneId"),
        cidr_block,
        ipv6_cidr_blocks: id(declaration, "Ipv6CidrBlock").into_iter().collect(),
        map_public_ip_on_launch: flag(body, "MapPublicIpOnLaunch")?,
        assign_ipv6_address_on_creation: super::read::observed(declaration, flag(body, "AssignIpv6AddressOnCreation")),
        available_ip_count: None,
        internet_gateway_block_mode: Observed::default(),
        tags: tags(body.get("Tags")),
    })
}

fn flow_log(declaration: &Declaration) -> Result<FlowLog, Why> {
    let body = &declaration.body;
    Ok(FlowLog {
        id: reference(declaration),
        resource_id: needed(body, "ResourceId")?,
        // It works from its deployment on; whether it then delivers, nobody can tell from here.
        status: Some("ACTIVE".to_owned()),
        traffic_type: body.get("TrafficType").text()?,
        deliver_status: None,
    })
}

fn prefix_list(declaration: &Declaration, account: &str) -> PrefixList {
    let body = &declaration.body;
    let blocks = || body.get("Entries").items()?.iter().map(|entry| needed(entry, "Cidr")).collect::<Result<Vec<_>, Why>>();
    PrefixList {
        id: reference(declaration),
        name: name(declaration, "PrefixListName"),
        owner_id: Some(account.to_owned()).filter(|account| !account.is_empty()),
        // Without its family a list is held to be of either.
        address_family: body.get("AddressFamily").text().ok().flatten(),
        entries: super::read::observed(declaration, blocks()),
    }
}
