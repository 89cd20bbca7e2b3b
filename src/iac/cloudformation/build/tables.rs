//! Route tables, their routes and their subnets.

use super::Builder;
use super::read::{id, needed, own_id, reference};
use crate::iac::code::Declaration;
use crate::iac::draft::List;
use crate::iac::value::{Node, Why};
use crate::inventory::{NetworkRoute, RouteTable};

/// The properties that name where a route leads, in the order of EC2's answers.
const TARGETS: [&str; 11] = [
    "GatewayId",
    "NatGatewayId",
    "EgressOnlyInternetGatewayId",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "NetworkInterfaceId",
    "InstanceId",
    "LocalGatewayId",
    "CarrierGatewayId",
    "VpcEndpointId",
    "CoreNetworkArn",
];

impl Builder<'_, '_> {
    pub(super) fn tables(&mut self) {
        for declaration in self.of("EC2::RouteTable") {
            let table = RouteTable {
                id: reference(declaration),
                vpc_id: id(declaration, "VpcId").unwrap_or_else(|| own_id(declaration, "VpcId")),
                main: false,
                subnet_ids: Vec::new(),
                routes: Vec::new(),
            };
            self.draft.region.route_tables.items.push(table);
        }
        for declaration in self.of("EC2::SubnetRouteTableAssociation") {
            if let Err(why) = self.associate(declaration) {
                // The subnet may have this table or another: with a gap in the list, nobody can tell.
                self.draft.lose(List::Tables, &declaration.address, &why);
            }
        }
        for declaration in self.of("EC2::Route") {
            self.route(declaration);
        }
    }

    fn associate(&mut self, declaration: &Declaration) -> Result<(), Why> {
        let (table, subnet) = (needed(&declaration.body, "RouteTableId")?, needed(&declaration.body, "SubnetId")?);
        match self.draft.region.route_tables.items.iter_mut().find(|known| known.id == table) {
            Some(known) => known.subnet_ids.push(subnet),
            None => self.outside(&List::Tables, &table),
        }
        Ok(())
    }

    /// Adds a route. A table of which a route is not known is lost, and all of them where the route does not say whose it is.
    fn route(&mut self, declaration: &Declaration) {
        let table = needed(&declaration.body, "RouteTableId");
        let is_of = |known: &RouteTable| table.as_ref().map_or(true, |id| *id == known.id);
        let why = match (&table, route(&declaration.body)) {
            (Ok(id), Ok(route)) => {
                match self.draft.region.route_tables.items.iter_mut().find(|known| is_of(known)) {
                    Some(known) => known.routes.push(route),
                    None => self.outside(&List::Tables, id),
                }
                return;
            }
            (Err(why), _) => why.clone(),
            (Ok(_), Err(why)) => why,
        };
        self.draft.lose(List::Tables, &declaration.address, &why);
        let tables = &mut self.draft.region.route_tables.items;
        self.lost.extend(tables.iter().filter(|known| is_of(known)).map(|known| known.id.clone()));
        tables.retain(|known| !is_of(known));
    }
}

fn route(body: &Node) -> Result<NetworkRoute, Why> {
    let first = |names: &[&str]| names.iter().find_map(|name| body.get(name).text().transpose()).transpose();
    let destination = first(&["DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId"])?;
    let target = first(&TARGETS)?;
    Ok(NetworkRoute {
        destination: destination.ok_or_else(|| Why::new("the route names no destination"))?,
        target: target.ok_or_else(|| Why::new("the route names no target"))?,
        state: "active".to_owned(),
        origin: Some("CreateRoute".to_owned()),
    })
}
