//! Security groups and the rules that are resources of their own.

use super::super::Room;
use super::super::read::{Attributes, id, label, tags};
use super::entries::{self, Entry, Place};
use crate::iac::code::Declaration;
use crate::iac::draft::List;
use crate::iac::draft::network::default_group_of;
use crate::iac::value::Why;
use crate::inventory::{SecurityGroup, undeployed_id};

pub(super) fn fill(room: &mut Room<'_, '_>) {
    for declaration in room.of(&["aws_security_group", "aws_default_security_group"]) {
        group(room, declaration);
    }
    for block in room.uncounted_of(&["aws_default_security_group"]) {
        lose_defaults(room, &block.why);
    }
    for declaration in room.of(&["aws_security_group_rule"]) {
        rule(room, declaration, &sides(declaration), entries::of_rule);
    }
    for (kind, egress) in [("aws_vpc_security_group_ingress_rule", false), ("aws_vpc_security_group_egress_rule", true)] {
        for declaration in room.of(&[kind]) {
            rule(room, declaration, &[egress], entries::one);
        }
        for block in room.uncounted_of(&[kind]) {
            add_to_all(room, &block.address, egress, &block.why);
        }
    }
    for block in room.uncounted_of(&["aws_security_group_rule"]) {
        add_to_all(room, &block.address, false, &block.why);
        add_to_all(room, &block.address, true, &block.why);
    }
}

fn group(room: &mut Room<'_, '_>, declaration: &Declaration) {
    let group = id(declaration);
    room.name(declaration, &group);
    let vpc_id = room.id_at(&declaration.address, declaration.attr("vpc_id"), "vpc_id", List::Vpcs);
    let default = declaration.kind == "aws_default_security_group";
    if default {
        take_over(room, declaration, vpc_id.as_deref());
    }
    let name = if default { "default".to_owned() } else { label(declaration, "name") };
    let (rules, tags) = (Vec::new(), tags(declaration));
    room.draft.region.security_groups.items.push(SecurityGroup { id: group.clone(), name, vpc_id, owner_id: None, rules, tags });
    for (name, egress) in [("ingress", false), ("egress", true)] {
        let entries = inline(declaration, &group, name, egress);
        add(room, declaration, &group, entries);
    }
}

/// The default group of a VPC is this one; perhaps that of any VPC where it does not say of which.
fn take_over(room: &mut Room<'_, '_>, declaration: &Declaration, vpc: Option<&str>) {
    match declaration.text_at("vpc_id") {
        Ok(_) => {
            if let Some(vpc) = vpc {
                take_over_default(room, &default_group_of(vpc));
            }
        }
        Err(why) => lose_defaults(room, &why),
    }
}

/// The default group of any VPC may be what nobody knows.
fn lose_defaults(room: &mut Room<'_, '_>, why: &Why) {
    for vpc in room.draft.region.vpcs.items.clone() {
        take_over_default(room, &default_group_of(&vpc.id));
        room.lose(List::SecurityGroups, &default_group_of(&vpc.id), why);
    }
}

/// The entries within a group. Terraform takes away what AWS lets out by itself: without a block nothing goes out.
fn inline(declaration: &Declaration, group: &str, name: &str, egress: bool) -> Vec<Entry> {
    let whole = format!("{}.{name}", declaration.address);
    match declaration.blocks(name) {
        Ok(blocks) => {
            let each = blocks.iter().enumerate().flat_map(|(number, block)| {
                let id = format!("{whole}[{number}]");
                entries::inline(block, &Place { id: &id, group, egress, span: block.span })
            });
            each.collect()
        }
        Err(why) => vec![entries::anything(&Place { id: &whole, group, egress, span: declaration.attr(name).span }, &why)],
    }
}

/// Which way an `aws_security_group_rule` looks; perhaps either.
fn sides(declaration: &Declaration) -> Vec<bool> {
    match declaration.text_at("type") {
        Ok(Some(side)) => vec![side == "egress"],
        Ok(None) | Err(_) => vec![false, true],
    }
}

fn rule(room: &mut Room<'_, '_>, declaration: &Declaration, sides: &[bool], read: impl Fn(&Declaration, &Place<'_>) -> Vec<Entry>) {
    let address = &declaration.address;
    room.name(declaration, address);
    for egress in sides.iter().copied() {
        match declaration.required("security_group_id") {
            Err(why) => add_to_all(room, address, egress, &why),
            Ok(group) => {
                let place = Place { id: address, group: &group, egress, span: declaration.block };
                let unsure = Why::new("whether it lets in or out is not known");
                let entries = if sides.len() > 1 { vec![entries::anything(&place, &unsure)] } else { read(declaration, &place) };
                add(room, declaration, &group, entries);
            }
        }
    }
}

/// Adds entries to a group. One that is not in the code is not known anyway.
fn add(room: &mut Room<'_, '_>, declaration: &Declaration, group: &str, entries: Vec<Entry>) {
    let groups = &mut room.draft.region.security_groups.items;
    let Some(known) = groups.iter_mut().find(|known| known.id == group) else {
        // A group that comes with a VPC of the code would otherwise stand there without them.
        room.lose(List::SecurityGroups, group, &Why::new(format!("{group} is not in this code")));
        take_over_default(room, group);
        return;
    };
    for entry in entries {
        if let (Some(id), Some(span)) = (&entry.rule.id, entry.span) {
            room.built.entries.insert(id.clone(), (declaration.address.clone(), span));
        }
        let lists = &mut room.draft.region.prefix_lists.items;
        lists.extend(entry.list().filter(|list| lists.iter().all(|known| known.id != list.id)));
        known.rules.push(entry.rule);
    }
}

fn take_over_default(room: &mut Room<'_, '_>, group: &str) {
    let mut vpcs = room.draft.region.vpcs.iter();
    let vpc = vpcs.find(|vpc| default_group_of(&vpc.id) == group).map(|vpc| vpc.id.clone());
    if let Some(vpc) = vpc {
        room.draft.replaced.entry(vpc).or_default().default_group = true;
    }
}

/// An entry of a group that is not known may be one of any group's.
fn add_to_all(room: &mut Room<'_, '_>, address: &str, egress: bool, why: &Why) {
    let id = undeployed_id(address);
    for vpc in room.draft.region.vpcs.items.clone() {
        let group = default_group_of(&vpc.id);
        if room.draft.region.security_groups.iter().all(|known| known.id != group) {
            room.lose(List::SecurityGroups, &group, why);
            take_over_default(room, &group);
        }
    }
    let entry = entries::anything(&Place { id: &id, group: "", egress, span: None }, why);
    let region = &mut room.draft.region;
    region.prefix_lists.items.extend(entry.list().filter(|list| region.prefix_lists.items.iter().all(|known| known.id != list.id)));
    for group in &mut region.security_groups.items {
        group.rules.push(entry.rule.clone());
    }
}
