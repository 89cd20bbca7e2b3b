//! VPC links of both kinds.

use super::super::Room;
use super::super::read::{Attributes as _, id, label, tags};
use crate::iac::code::Declaration;
use crate::iac::draft::List;
use crate::inventory::{UNDEPLOYED, VpcLink};

pub(super) fn fill(room: &mut Room<'_, '_>) {
    for declaration in room.of(&["aws_api_gateway_vpc_link"]) {
        let mut link = link(room, declaration);
        let kind = || ("loadbalancer/net", List::Balancers);
        let targets = declaration.attr("target_arns");
        let targets = if targets.items().is_ok() { targets.items().unwrap_or_default() } else { std::slice::from_ref(targets) };
        for target in targets {
            link.target_arns.extend(room.arn_at(&declaration.address, target, "target_arns", kind()));
        }
        room.draft.region.vpc_links_v1.items.push(link);
    }
    for declaration in room.of(&["aws_apigatewayv2_vpc_link"]) {
        let mut link = link(room, declaration);
        let address = &declaration.address;
        link.subnet_ids = room.ids_at(address, declaration.attr("subnet_ids"), "subnet_ids", &List::Subnets);
        link.security_group_ids = room.ids_at(address, declaration.attr("security_group_ids"), "security_group_ids", &List::SecurityGroups);
        room.draft.region.vpc_links_v2.items.push(link);
    }
}

fn link(room: &mut Room<'_, '_>, declaration: &Declaration) -> VpcLink {
    let (id, to) = (id(declaration), &room.draft.to);
    let arn = format!("arn:{}:apigateway:{}::/vpclinks/{id}", to.partition, to.region);
    room.name(declaration, arn);
    room.name(declaration, &id);
    VpcLink {
        id,
        name: label(declaration, "name"),
        status: UNDEPLOYED.to_owned(),
        status_message: None,
        target_arns: Vec::new(),
        subnet_ids: Vec::new(),
        security_group_ids: Vec::new(),
        tags: tags(declaration),
    }
}
