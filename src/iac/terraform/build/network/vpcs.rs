//! VPCs, subnets and internet gateways.

use super::super::Room;
use super::super::read::{Attributes as _, id, observed, tags, unread};
use crate::iac::code::Declaration;
use crate::iac::draft::network::{default_acl_of, default_group_of};
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
        // What comes with a VPC stands nowhere else in the code.
        for own in [default_group_of, default_acl_of] {
            room.name(declaration, own(&id(declaration)));
        }
        let six = ipv6_block(declaration, &["assign_generated_ipv6_cidr_block"], &["ipv6_ipam_pool_id", "ipv6_pool"]);
        let vpc = Vpc {
            id: id(declaration),
            cidr_blocks: vec![ipv4_block(declaration)],
            ipv6_cidr_blocks: six.into_iter().collect(),
            is_default: false,
            tags: tags(declaration),
        };
        room.draft.region.vpcs.items.push(vpc);
    }
    blocks(room, "aws_vpc_ipv4_cidr_block_association", "cidr_block", |vpc| &mut vpc.cidr_blocks);
    blocks(room, "aws_vpc_ipv6_cidr_block_association", "ipv6_cidr_block", |vpc| &mut vpc.ipv6_cidr_blocks);
}

/// The IPv4 block; a text that is none where it is not known, or AWS chooses it.
fn ipv4_block(declaration: &Declaration) -> String {
    let chosen = || Why::new("an address pool gives it at deployment");
    let told = declaration.text_at("cidr_block").and_then(|block| block.ok_or_else(chosen));
    told.unwrap_or_else(|why| unread(&format!("{}.cidr_block", declaration.address), &why))
}

/// The IPv6 block, likewise; none where there is none.
fn ipv6_block(declaration: &Declaration, flags: &[&str], pools: &[&str]) -> Option<String> {
    let asks = || -> Result<bool, Why> {
        let mut asks = false;
        for flag in flags {
            asks |= declaration.flag(flag)?;
        }
        for pool in pools {
            asks |= declaration.text_at(pool)?.is_some();
        }
        Ok(asks)
    };
    let told = declaration.text_at("ipv6_cidr_block").and_then(|block| match block {
        Some(block) => Ok(Some(block)),
        None if asks()? => Err(Why::new("AWS gives it at deployment")),
        None => Ok(None),
    });
    told.unwrap_or_else(|why| Some(unread(&format!("{}.ipv6_cidr_block", declaration.address), &why)))
}

/// Further blocks of VPCs: of every VPC where one does not say of which.
fn blocks(room: &mut Room<'_, '_>, kind: &str, attribute: &str, of: impl Fn(&mut Vpc) -> &mut Vec<String>) {
    for declaration in room.of(&[kind]) {
        let block = declaration.required(attribute).unwrap_or_else(|why| unread(&format!("{}.{attribute}", declaration.address), &why));
        let vpc = declaration.required("vpc_id");
        let unsure = vpc.as_ref().err().map(|why| unread(&declaration.address, why));
        for known in &mut room.draft.region.vpcs.items {
            if vpc.as_ref().is_ok_and(|vpc| *vpc == known.id) {
                of(known).push(block.clone());
            }
            of(known).extend(unsure.clone());
        }
    }
    for block in room.uncounted_of(&[kind]) {
        for known in &mut room.draft.region.vpcs.items {
            of(known).push(unread(&block.address, &block.why));
        }
    }
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
    let four = if declaration.flag("ipv6_native")? { None } else { Some(ipv4_block(declaration)) };
    let six = ipv6_block(declaration, &[], &["ipv6_ipam_pool_id"]);
    Ok(Subnet {
        id: id(declaration),
        vpc_id: declaration.required("vpc_id")?,
        // In which zone it lies decides nothing.
        zone: declaration.text_at("availability_zone").unwrap_or_default(),
        zone_id: declaration.text_at("availability_zone_id").unwrap_or_default(),
        cidr_block: four,
        ipv6_cidr_blocks: six.into_iter().collect(),
        map_public_ip_on_launch: declaration.flag("map_public_ip_on_launch")?,
        assign_ipv6_address_on_creation: observed(&declaration.address, declaration.flag("assign_ipv6_address_on_creation").map(Some)),
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
