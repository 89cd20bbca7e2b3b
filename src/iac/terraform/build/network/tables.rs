//! Route tables, their routes and the subnets they serve.
//!
//! A route of which something is not known stands in its table with a destination or target that nobody can read: any
//! address may take it, or may end anywhere.

use super::super::Room;
use super::super::read::{Attributes, id};
use crate::iac::code::Declaration;
use crate::iac::draft::List;
use crate::iac::draft::network::main_table_of;
use crate::iac::value::Why;
use crate::inventory::{NetworkRoute, RouteTable, undeployed_id};

/// The attributes that name a route's target.
const TARGETS: [&str; 14] = [
    "gateway_id",
    "nat_gateway_id",
    "egress_only_gateway_id",
    "transit_gateway_id",
    "vpc_peering_connection_id",
    "network_interface_id",
    "instance_id",
    "local_gateway_id",
    "carrier_gateway_id",
    "core_network_arn",
    "vpc_endpoint_id",
    "odb_network_arn",
    "nat_instance_id",
    "vpn_gateway_id",
];

pub(super) fn fill(room: &mut Room<'_, '_>) {
    for declaration in room.of(&["aws_route_table", "aws_default_route_table"]) {
        room.name(declaration, id(declaration));
        let read = table(room, declaration);
        if let Some(table) = room.kept(List::Tables, &declaration.address, read) {
            room.draft.region.route_tables.items.push(table);
        }
    }
    routes(room);
    associations(room);
}

fn table(room: &mut Room<'_, '_>, declaration: &Declaration) -> Result<RouteTable, Why> {
    let main = declaration.kind == "aws_default_route_table";
    let vpc_id = if main { vpc_of_default(room, declaration)? } else { declaration.required("vpc_id")? };
    if main {
        room.draft.replaced.entry(vpc_id.clone()).or_default().main_table = true;
    }
    let routes = match declaration.blocks("route") {
        Ok(blocks) => blocks.iter().enumerate().map(|(number, block)| inline(declaration, block, number)).collect(),
        Err(_) => vec![unreadable(&format!("{}.route", declaration.address))],
    };
    Ok(RouteTable { id: id(declaration), vpc_id, main, subnet_ids: Vec::new(), routes })
}

/// The VPC whose main table was taken over: its id begins that of the table.
fn vpc_of_default(room: &Room<'_, '_>, declaration: &Declaration) -> Result<String, Why> {
    let table = declaration.required("default_route_table_id")?;
    let mut vpcs = room.draft.region.vpcs.iter();
    let vpc = vpcs.find(|vpc| main_table_of(&vpc.id) == table);
    vpc.map(|vpc| vpc.id.clone()).ok_or_else(|| Why::new(format!("the VPC of {table} is not in this code")))
}

fn inline(declaration: &Declaration, block: &impl Attributes, number: usize) -> NetworkRoute {
    route(block, ["cidr_block", "ipv6_cidr_block", "destination_prefix_list_id"], &format!("{}.route[{number}]", declaration.address))
}

fn route(block: &impl Attributes, destinations: [&str; 3], place: &str) -> NetworkRoute {
    NetworkRoute {
        destination: first(block, &destinations, place, "destination"),
        target: first(block, &TARGETS, place, "target"),
        state: "active".to_owned(),
        origin: Some("CreateRoute".to_owned()),
    }
}

/// The attribute that says something, for only one of them can; an id of its own where none does or it is not known.
fn first(block: &impl Attributes, names: &[&str], place: &str, what: &str) -> String {
    let told = names.iter().find_map(|name| block.text_at(name).ok().flatten());
    told.unwrap_or_else(|| undeployed_id(&format!("{place}.{what}")))
}

/// A route of which nothing is known: any address may take it, and end anywhere.
fn unreadable(place: &str) -> NetworkRoute {
    NetworkRoute {
        destination: undeployed_id(&format!("{place}.destination")),
        target: undeployed_id(&format!("{place}.target")),
        state: "active".to_owned(),
        origin: Some("CreateRoute".to_owned()),
    }
}

/// Routes that are resources of their own.
fn routes(room: &mut Room<'_, '_>) {
    let destinations = ["destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id"];
    for declaration in room.of(&["aws_route"]) {
        match declaration.required("route_table_id") {
            Ok(table) => {
                let known = room.draft.region.route_tables.items.iter_mut().find(|known| known.id == table);
                match known {
                    Some(known) => known.routes.push(route(declaration, destinations, &declaration.address)),
                    None => add_to_main(room, &table, route(declaration, destinations, &declaration.address)),
                }
            }
            Err(_) => add_to_all(room, &declaration.address),
        }
    }
    for block in room.uncounted_of(&["aws_route"]) {
        add_to_all(room, &block.address);
    }
}

/// Adds a route to a VPC's main table, which code may refer to without taking it over. Any other table is not in the code.
fn add_to_main(room: &mut Room<'_, '_>, table: &str, route: NetworkRoute) {
    let mut vpcs = room.draft.region.vpcs.iter();
    let Some(vpc) = vpcs.find(|vpc| main_table_of(&vpc.id) == table).map(|vpc| vpc.id.clone()) else { return };
    room.draft.replaced.entry(vpc.clone()).or_default().main_table = true;
    let table = RouteTable { id: table.to_owned(), vpc_id: vpc, main: true, subnet_ids: Vec::new(), routes: vec![route] };
    room.draft.region.route_tables.items.push(table);
}

/// A route of a table that is not known may be one of any table's, also of the tables that come with VPCs.
fn add_to_all(room: &mut Room<'_, '_>, place: &str) {
    for vpc in room.draft.region.vpcs.items.clone() {
        let main = main_table_of(&vpc.id);
        if !room.draft.region.route_tables.iter().any(|table| table.main && table.vpc_id == vpc.id) {
            add_to_main(room, &main, unreadable(place));
        }
    }
    for table in &mut room.draft.region.route_tables.items {
        let route = unreadable(place);
        if !table.routes.contains(&route) {
            table.routes.push(route);
        }
    }
}

/// Which subnets a table serves, and which table serves the rest.
fn associations(room: &mut Room<'_, '_>) {
    for declaration in room.of(&["aws_route_table_association"]) {
        let read = declaration.required("route_table_id").and_then(|table| Ok((table, declaration.text_at("subnet_id")?)));
        let Some((table, subnet)) = room.kept(List::Tables, &declaration.address, read) else { continue };
        // One of a gateway says what it does to packets on their way in, and no rule looks at that.
        let Some(subnet) = subnet else { continue };
        serve(room, declaration, &table, |known| known.subnet_ids.push(subnet));
    }
    for declaration in room.of(&["aws_main_route_table_association"]) {
        let read = declaration.required("route_table_id").and_then(|table| Ok((table, declaration.required("vpc_id")?)));
        let Some((table, vpc)) = room.kept(List::Tables, &declaration.address, read) else { continue };
        for known in room.draft.region.route_tables.items.iter_mut().filter(|known| known.vpc_id == vpc) {
            known.main = false;
        }
        room.draft.replaced.entry(vpc).or_default().main_table = true;
        serve(room, declaration, &table, |known| known.main = true);
    }
}

fn serve(room: &mut Room<'_, '_>, declaration: &Declaration, table: &str, change: impl FnOnce(&mut RouteTable)) {
    if !room.draft.region.route_tables.iter().any(|known| known.id == table) {
        let vpcs = &room.draft.region.vpcs;
        let main = vpcs.iter().find(|vpc| main_table_of(&vpc.id) == table).map(|vpc| vpc.id.clone());
        if let Some(vpc) = main {
            room.draft.replaced.entry(vpc.clone()).or_default().main_table = true;
            let own = RouteTable { id: table.to_owned(), vpc_id: vpc, main: true, subnet_ids: Vec::new(), routes: Vec::new() };
            room.draft.region.route_tables.items.push(own);
        }
    }
    match room.draft.region.route_tables.items.iter_mut().find(|known| known.id == table) {
        Some(known) => change(known),
        None => room.lose(List::Tables, &declaration.address, &Why::new(format!("{table} is not in this code"))),
    }
}
