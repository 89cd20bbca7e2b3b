//! VPCs, subnets and internet gateways.

use super::super::Room;
use super::super::read::{Attributes as _, id, tags};
use crate::iac::code::Declaration;
use crate::iac::draft::{List, Replaced};
use crate::iac::value::Why;
use crate::inventory::{InternetGateway, Observed, Subnet, Vpc};

pub(super) fn fill(room: &mut Room<'_, '_>) {
    vpcs(room);
    default_vpcs(room);
    subnets(room);
    gateways(room);
}

fn vpcs(room: &mut Room<'_, '_>) {
    for declaration in room.of(&["aws_vpc"]) {
        room.name(declaration, id(declaration));
        let read = vpc(declaration);
        if let Some(vpc) = room.kept(List::Vpcs, &declaration.address, read) {
            room.draft.region.vpcs.items.push(vpc);
        }
    }
    blocks(room, "aws_vpc_ipv4_cidr_block_association", "cidr_block", |vpc| &mut vpc.cidr_blocks);
    blocks(room, "aws_vpc_ipv6_cidr_block_association", "ipv6_cidr_block", |vpc| &mut vpc.ipv6_cidr_blocks);
}

fn vpc(declaration: &Declaration) -> Result<Vpc, Why> {
    let mut six: Vec<String> = declaration.text_at("ipv6_cidr_block")?.into_iter().collect();
    if six.is_empty() && given_by_aws(declaration)? {
        return Err(Why::new("the IPv6 block that AWS gives is known only after deployment"));
    }
    six.dedup();
    let four = declaration.text_at("cidr_block")?;
    let four = four.ok_or_else(|| Why::new("the block that an address pool gives is known only after deployment"))?;
    Ok(Vpc { id: id(declaration), cidr_blocks: vec![four], ipv6_cidr_blocks: six, is_default: false, tags: tags(declaration) })
}

/// Whether AWS or an address pool chooses an IPv6 block.
fn given_by_aws(declaration: &Declaration) -> Result<bool, Why> {
    let pool = declaration.text_at("ipv6_ipam_pool_id")?.is_some() || declaration.text_at("ipv6_pool")?.is_some();
    Ok(pool || declaration.flag("assign_generated_ipv6_cidr_block")?)
}

/// Further blocks of VPCs. One that is not known makes its VPC unknown, and every VPC where it does not say of which.
fn blocks(room: &mut Room<'_, '_>, kind: &str, attribute: &str, of: impl Fn(&mut Vpc) -> &mut Vec<String>) {
    for declaration in room.of(&[kind]) {
        let read = declaration.required("vpc_id").map(|vpc| (vpc, declaration.required(attribute)));
        match read {
            Ok((vpc, Ok(block))) => {
                let found = room.draft.region.vpcs.items.iter_mut().find(|known| known.id == vpc);
                if let Some(vpc) = found {
                    of(vpc).push(block);
                }
            }
            Ok((vpc, Err(why))) => lose_vpcs(room, |known| known.id == vpc, &declaration.address, &why),
            Err(why) => lose_vpcs(room, |_| true, &declaration.address, &why),
        }
    }
    for block in room.uncounted_of(&[kind]) {
        lose_vpcs(room, |_| true, &block.address, &block.why);
    }
}

fn lose_vpcs(room: &mut Room<'_, '_>, which: impl Fn(&Vpc) -> bool, address: &str, why: &Why) {
    room.draft.region.vpcs.items.retain(|vpc| !which(vpc));
    room.lose(List::Vpcs, address, why);
}

/// A default VPC was there before the code: what it is like, and what is in it, the code does not say.
fn default_vpcs(room: &mut Room<'_, '_>) {
    let why = Why::new("what the default VPC is like is not in the code");
    for declaration in room.of(&["aws_default_vpc"]) {
        let id = id(declaration);
        room.name(declaration, &id);
        for list in [List::Vpcs, List::Subnets, List::Tables, List::Gateways, List::Acls, List::SecurityGroups] {
            room.lose(list, &id, &why);
        }
        room.draft.replaced.insert(id, Replaced { main_table: true, default_acl: true, default_group: true });
    }
    let why = Why::new("what a default subnet is like is not in the code");
    for declaration in room.of(&["aws_default_subnet"]) {
        let id = id(declaration);
        room.name(declaration, &id);
        room.lose(List::Subnets, &id, &why);
    }
}

fn subnets(room: &mut Room<'_, '_>) {
    for declaration in room.of(&["aws_subnet"]) {
        room.name(declaration, id(declaration));
        let read = subnet(declaration);
        if let Some(subnet) = room.kept(List::Subnets, &declaration.address, read) {
            room.draft.region.subnets.items.push(subnet);
        }
    }
}

fn subnet(declaration: &Declaration) -> Result<Subnet, Why> {
    let four = declaration.text_at("cidr_block")?;
    let six = declaration.text_at("ipv6_cidr_block")?;
    if four.is_none() && !declaration.flag("ipv6_native")? {
        return Err(Why::new("the subnet's block is known only after deployment"));
    }
    if six.is_none() && declaration.text_at("ipv6_ipam_pool_id")?.is_some() {
        return Err(Why::new("the IPv6 block that an address pool gives is known only after deployment"));
    }
    Ok(Subnet {
        id: id(declaration),
        vpc_id: declaration.required("vpc_id")?,
        // In which zone it lies decides nothing.
        zone: declaration.text_at("availability_zone").unwrap_or_default(),
        zone_id: declaration.text_at("availability_zone_id").unwrap_or_default(),
        cidr_block: four,
        ipv6_cidr_blocks: six.into_iter().collect(),
        map_public_ip_on_launch: declaration.flag("map_public_ip_on_launch")?,
        available_ip_count: None,
        internet_gateway_block_mode: Observed::default(),
        tags: tags(declaration),
    })
}

fn gateways(room: &mut Room<'_, '_>) {
    for declaration in room.of(&["aws_internet_gateway"]) {
        room.name(declaration, id(declaration));
        let read = declaration.text_at("vpc_id");
        if let Some(vpc) = room.kept(List::Gateways, &id(declaration), read) {
            let gateway = InternetGateway { id: id(declaration), vpc_ids: vpc.into_iter().collect() };
            room.draft.region.internet_gateways.items.push(gateway);
        }
    }
    for declaration in room.of(&["aws_internet_gateway_attachment"]) {
        let ids = declaration.required("internet_gateway_id").and_then(|gateway| Ok((gateway, declaration.required("vpc_id")?)));
        match ids {
            Ok((gateway, vpc)) => {
                if let Some(known) = room.draft.region.internet_gateways.items.iter_mut().find(|known| known.id == gateway) {
                    known.vpc_ids.push(vpc);
                }
            }
            Err(why) => lose_gateways(room, &declaration.address, &why),
        }
    }
    for block in room.uncounted_of(&["aws_internet_gateway_attachment"]) {
        lose_gateways(room, &block.address, &block.why);
    }
}

/// Whichever gateway is meant, nobody knows to what it is attached.
fn lose_gateways(room: &mut Room<'_, '_>, address: &str, why: &Why) {
    room.draft.region.internet_gateways.items.clear();
    room.lose(List::Gateways, address, why);
}
