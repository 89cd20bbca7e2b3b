//! Network ACLs. An entry of which something is not known comes with words that nobody can read: it may let through, or
//! stop, whatever it likes.

use super::super::Room;
use super::super::read::{Attributes, id, unread};
use crate::iac::code::Declaration;
use crate::iac::draft::List;
use crate::iac::draft::network::default_acl_of;
use crate::iac::value::{Node, Why};
use crate::inventory::{NetworkAcl, NetworkAclEntry, UNDEPLOYED};

pub(super) fn fill(room: &mut Room<'_, '_>) {
    for declaration in room.of(&["aws_network_acl", "aws_default_network_acl"]) {
        room.name(declaration, id(declaration));
        let read = acl(room, declaration);
        if let Some(acl) = room.kept(List::Acls, &declaration.address, read) {
            room.draft.region.network_acls.items.push(acl);
        }
    }
    for block in room.uncounted_of(&["aws_default_network_acl"]) {
        lose_defaults(room, &block.why);
    }
    rules(room);
    associations(room);
    if takes_any_subnet(room) {
        room.draft.region.network_acls.items.clear();
    }
}

/// Subnets that are not known may be any, also those that other ACLs name.
fn takes_any_subnet(room: &Room<'_, '_>) -> bool {
    let acls = room.of(&["aws_network_acl", "aws_default_network_acl"]);
    let associations = room.of(&["aws_network_acl_association"]);
    acls.iter().any(|acl| acl.attr("subnet_ids").texts().is_err())
        || associations.iter().any(|association| association.required("subnet_id").is_err())
        || !room.uncounted_of(&["aws_network_acl", "aws_network_acl_association"]).is_empty()
}

fn acl(room: &mut Room<'_, '_>, declaration: &Declaration) -> Result<NetworkAcl, Why> {
    let is_default = declaration.kind == "aws_default_network_acl";
    let vpc_id = if is_default { vpc_of_default(room, declaration)? } else { declaration.required("vpc_id")? };
    if is_default {
        room.draft.replaced.entry(vpc_id.clone()).or_default().default_acl = true;
    }
    let mut entries = inline(declaration, "ingress", false);
    entries.extend(inline(declaration, "egress", true));
    let subnet_ids = declaration.attr("subnet_ids").texts()?;
    Ok(NetworkAcl { id: id(declaration), vpc_id, is_default, subnet_ids, entries })
}

fn vpc_of_default(room: &Room<'_, '_>, declaration: &Declaration) -> Result<String, Why> {
    let acl = declaration.required("default_network_acl_id")?;
    let vpc = room.draft.region.vpcs.iter().find(|vpc| default_acl_of(&vpc.id) == acl);
    vpc.map(|vpc| vpc.id.clone()).ok_or_else(|| Why::new(format!("the VPC of {acl} is not in this code")))
}

fn inline(declaration: &Declaration, name: &str, egress: bool) -> Vec<NetworkAclEntry> {
    match declaration.blocks(name) {
        Ok(blocks) => {
            let read = |(number, block): (usize, &Node)| {
                let place = format!("{}.{name}[{number}]", declaration.address);
                entry(block, egress, ["rule_no", "action"]).unwrap_or_else(|why| unreadable(egress, &place, &why))
            };
            blocks.iter().enumerate().map(read).collect()
        }
        Err(why) => vec![unreadable(egress, &format!("{}.{name}", declaration.address), &why)],
    }
}

/// Comes before every other entry, and may say anything.
fn unreadable(egress: bool, place: &str, why: &Why) -> NetworkAclEntry {
    NetworkAclEntry {
        egress,
        rule_number: 0,
        action: UNDEPLOYED.to_owned(),
        protocol: UNDEPLOYED.to_owned(),
        cidr_block: unread(place, why),
        from_port: None,
        to_port: None,
    }
}

fn entry(block: &impl Attributes, egress: bool, [number, action]: [&str; 2]) -> Result<NetworkAclEntry, Why> {
    let protocol = protocol(&block.required("protocol")?);
    let ports = protocol != "-1" && ["6", "17", "tcp", "udp"].contains(&protocol.as_str());
    let port = |name: &str| -> Result<Option<i32>, Why> { if ports { block.attr(name).integer() } else { Ok(None) } };
    let cidr_block = block.text_at("cidr_block")?.or(block.text_at("ipv6_cidr_block")?);
    Ok(NetworkAclEntry {
        egress,
        rule_number: block.attr(number).integer()?.ok_or_else(|| Why::new(format!("{number} is not set")))?,
        action: block.required(action)?.to_ascii_lowercase(),
        protocol,
        cidr_block: cidr_block.ok_or_else(|| Why::new("the entry names no block"))?,
        from_port: port("from_port")?,
        to_port: port("to_port")?,
    })
}

/// A protocol as AWS tells it of network ACLs: by number.
fn protocol(word: &str) -> String {
    match super::protocol(word).as_str() {
        "tcp" => "6",
        "udp" => "17",
        "icmp" => "1",
        "icmpv6" => "58",
        "-1" => "-1",
        _ => word,
    }
    .to_owned()
}

/// Entries that are resources of their own.
fn rules(room: &mut Room<'_, '_>) {
    for declaration in room.of(&["aws_network_acl_rule"]) {
        let sides = match declaration.flag("egress") {
            Ok(egress) => vec![egress],
            Err(_) => vec![false, true],
        };
        for egress in sides {
            let entry = entry(declaration, egress, ["rule_number", "rule_action"])
                .unwrap_or_else(|why| unreadable(egress, &declaration.address, &why));
            match declaration.required("network_acl_id") {
                Ok(acl) => add(room, &acl, entry),
                Err(why) => add_to_all(room, egress, &declaration.address, &why),
            }
        }
    }
    for block in room.uncounted_of(&["aws_network_acl_rule"]) {
        add_to_all(room, false, &block.address, &block.why);
        add_to_all(room, true, &block.address, &block.why);
    }
}

fn add(room: &mut Room<'_, '_>, acl: &str, entry: NetworkAclEntry) {
    match room.draft.region.network_acls.items.iter_mut().find(|known| known.id == acl) {
        Some(known) => known.entries.push(entry),
        None => lose_default(room, acl),
    }
}

/// An entry added to an ACL that came with its VPC: what else that holds, the code does not say for sure.
fn lose_default(room: &mut Room<'_, '_>, acl: &str) {
    let vpc = room.draft.region.vpcs.iter().find(|vpc| default_acl_of(&vpc.id) == acl).map(|vpc| vpc.id.clone());
    if let Some(vpc) = vpc {
        room.draft.replaced.entry(vpc).or_default().default_acl = true;
    }
    room.lose(List::Acls, acl, &Why::new(format!("{acl} is not in this code")));
}

/// The ACL that came with any VPC may be what nobody knows.
fn lose_defaults(room: &mut Room<'_, '_>, why: &Why) {
    for vpc in room.draft.region.vpcs.items.clone() {
        let replaced = room.draft.replaced.entry(vpc.id.clone()).or_default();
        if !replaced.default_acl {
            replaced.default_acl = true;
            room.lose(List::Acls, &default_acl_of(&vpc.id), why);
        }
    }
}

/// An entry of an ACL that is not known may be one of any.
fn add_to_all(room: &mut Room<'_, '_>, egress: bool, place: &str, why: &Why) {
    lose_defaults(room, why);
    for acl in &mut room.draft.region.network_acls.items {
        acl.entries.push(unreadable(egress, place, why));
    }
}

fn associations(room: &mut Room<'_, '_>) {
    for declaration in room.of(&["aws_network_acl_association"]) {
        let subnet = declaration.required("subnet_id");
        let Some(subnet) = room.kept(List::Acls, &declaration.address, subnet) else { continue };
        let acl = room.id_at(&declaration.address, declaration.attr("network_acl_id"), "network_acl_id", List::Acls).unwrap_or_default();
        let region = &room.draft.region;
        let here = region.network_acls.iter().any(|known| known.id == acl) || region.vpcs.iter().any(|vpc| default_acl_of(&vpc.id) == acl);
        if !here {
            room.lose(List::Acls, &declaration.address, &Why::new(format!("{acl} is not in this code")));
        }
        room.draft.acl_of_subnet.insert(subnet, acl);
    }
    for block in room.uncounted_of(&["aws_network_acl_association"]) {
        room.lose(List::Acls, &block.address, &block.why);
    }
}
