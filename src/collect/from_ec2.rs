//! EC2's words in ours.

use std::collections::BTreeMap;

use aws_sdk_ec2::types as sdk;

use crate::inventory::{
    Address, FlowLog, Gap, InterfaceAddress, InternetGateway, NetworkAcl, NetworkAclEntry, NetworkInterface, NetworkRoute, Observed,
    PrefixList, RouteTable, Subnet, Vpc,
};
use crate::openapi::left_out;

/// Tags, sorted.
pub(super) fn tags(tags: Option<Vec<sdk::Tag>>) -> BTreeMap<String, String> {
    tags.unwrap_or_default().into_iter().filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect()
}

/// A VPC. Blocks on their way in or out do not count.
pub(super) fn vpc(vpc: sdk::Vpc) -> Option<Vpc> {
    let associated = |state: Option<&sdk::VpcCidrBlockState>| {
        state.and_then(|state| state.state.as_ref()).is_none_or(|state| *state == sdk::VpcCidrBlockStateCode::Associated)
    };
    let four = vpc.cidr_block_association_set.unwrap_or_default().into_iter();
    let mut cidr_blocks: Vec<String> =
        four.filter(|block| associated(block.cidr_block_state())).filter_map(|block| block.cidr_block).collect();
    if cidr_blocks.is_empty() {
        cidr_blocks.extend(vpc.cidr_block);
    }
    let six = vpc.ipv6_cidr_block_association_set.unwrap_or_default().into_iter();
    Some(Vpc {
        id: vpc.vpc_id?,
        cidr_blocks,
        ipv6_cidr_blocks: six.filter(|block| associated(block.ipv6_cidr_block_state())).filter_map(|block| block.ipv6_cidr_block).collect(),
        is_default: vpc.is_default.unwrap_or_default(),
        tags: tags(vpc.tags),
    })
}

/// A subnet. What Block Public Access does to it is a gap where the answer does not say: that is not "off".
pub(super) fn subnet(subnet: sdk::Subnet, source: &Gap) -> Option<Subnet> {
    let six = subnet.ipv6_cidr_block_association_set.unwrap_or_default().into_iter();
    let associated = |block: &sdk::SubnetIpv6CidrBlockAssociation| {
        let state = block.ipv6_cidr_block_state().and_then(|state| state.state.as_ref());
        state.is_none_or(|state| *state == sdk::SubnetCidrBlockStateCode::Associated)
    };
    let mode = subnet.block_public_access_states.and_then(|states| states.internet_gateway_block_mode);
    let id = subnet.subnet_id?;
    let unsaid = || Gap { resource: Some(id.clone()), ..left_out(source, "BlockPublicAccessStates") };
    Some(Subnet {
        vpc_id: subnet.vpc_id.unwrap_or_default(),
        zone: subnet.availability_zone,
        zone_id: subnet.availability_zone_id,
        cidr_block: subnet.cidr_block,
        ipv6_cidr_blocks: six.filter(associated).filter_map(|block| block.ipv6_cidr_block).collect(),
        map_public_ip_on_launch: subnet.map_public_ip_on_launch.unwrap_or_default(),
        assign_ipv6_address_on_creation: subnet.assign_ipv6_address_on_creation.into(),
        available_ip_count: subnet.available_ip_address_count,
        internet_gateway_block_mode: mode.map_or_else(|| Observed::Unknown(unsaid()), |mode| Observed::Known(mode.as_str().to_owned())),
        tags: tags(subnet.tags),
        id,
    })
}

/// The subnets that do not say what Block Public Access does to them, with the account that owns each.
pub(super) fn silent_subnets(subnets: &[sdk::Subnet]) -> BTreeMap<String, Option<String>> {
    let says =
        |subnet: &&sdk::Subnet| subnet.block_public_access_states().is_some_and(|states| states.internet_gateway_block_mode.is_some());
    let silent = subnets.iter().filter(|subnet| !says(subnet));
    silent.filter_map(|subnet| Some((subnet.subnet_id.clone()?, subnet.owner_id.clone()))).collect()
}

/// The account, where Block Public Access is off in it and not about to change.
pub(super) fn account_without_block(options: sdk::VpcBlockPublicAccessOptions) -> Option<String> {
    let off = options.internet_gateway_block_mode == Some(sdk::InternetGatewayBlockMode::Off);
    let settled =
        matches!(options.state, Some(sdk::VpcBlockPublicAccessState::DefaultState | sdk::VpcBlockPublicAccessState::UpdateComplete));
    options.aws_account_id.filter(|_| off && settled)
}

/// A route table.
pub(super) fn route_table(table: sdk::RouteTable) -> Option<RouteTable> {
    let associations = table.associations.unwrap_or_default();
    let live = |association: &&sdk::RouteTableAssociation| {
        let state = association.association_state().and_then(|state| state.state.as_ref());
        state.is_none_or(|state| {
            !matches!(state, sdk::RouteTableAssociationStateCode::Disassociated | sdk::RouteTableAssociationStateCode::Failed)
        })
    };
    Some(RouteTable {
        id: table.route_table_id?,
        vpc_id: table.vpc_id.unwrap_or_default(),
        main: associations.iter().filter(live).any(|association| association.main == Some(true)),
        subnet_ids: associations.iter().filter(live).filter_map(|association| association.subnet_id.clone()).collect(),
        routes: table.routes.unwrap_or_default().into_iter().filter_map(route).collect(),
    })
}

fn route(route: sdk::Route) -> Option<NetworkRoute> {
    let destination = route.destination_cidr_block.or(route.destination_ipv6_cidr_block).or(route.destination_prefix_list_id)?;
    let targets = [
        route.gateway_id,
        route.nat_gateway_id,
        route.egress_only_internet_gateway_id,
        route.transit_gateway_id,
        route.vpc_peering_connection_id,
        route.network_interface_id,
        route.instance_id,
        route.local_gateway_id,
        route.carrier_gateway_id,
        route.core_network_arn,
        route.odb_network_arn,
    ];
    Some(NetworkRoute {
        destination,
        target: targets.into_iter().flatten().next().unwrap_or_default(),
        state: route.state.map(|state| state.as_str().to_owned()).unwrap_or_default(),
        origin: route.origin.map(|origin| origin.as_str().to_owned()),
    })
}

/// An internet gateway.
pub(super) fn internet_gateway(gateway: sdk::InternetGateway) -> Option<InternetGateway> {
    let attachments = gateway.attachments.unwrap_or_default().into_iter();
    // AWS says `available` here where its own list of states says `attached`.
    let attached =
        attachments.filter(|attachment| attachment.state.as_ref().is_none_or(|state| !matches!(state.as_str(), "detached" | "detaching")));
    Some(InternetGateway { id: gateway.internet_gateway_id?, vpc_ids: attached.filter_map(|attachment| attachment.vpc_id).collect() })
}

/// A network ACL, its entries in the order they are tried.
pub(super) fn network_acl(acl: sdk::NetworkAcl) -> Option<NetworkAcl> {
    let mut entries: Vec<NetworkAclEntry> = acl.entries.unwrap_or_default().into_iter().filter_map(entry).collect();
    entries.sort();
    Some(NetworkAcl {
        id: acl.network_acl_id?,
        vpc_id: acl.vpc_id.unwrap_or_default(),
        is_default: acl.is_default.unwrap_or_default(),
        subnet_ids: acl.associations.unwrap_or_default().into_iter().filter_map(|association| association.subnet_id).collect(),
        entries,
    })
}

fn entry(entry: sdk::NetworkAclEntry) -> Option<NetworkAclEntry> {
    Some(NetworkAclEntry {
        egress: entry.egress?,
        rule_number: entry.rule_number?,
        action: entry.rule_action?.as_str().to_owned(),
        protocol: entry.protocol.unwrap_or_else(|| "-1".to_owned()),
        cidr_block: entry.cidr_block.or(entry.ipv6_cidr_block)?,
        from_port: entry.port_range.as_ref().and_then(|range| range.from),
        to_port: entry.port_range.as_ref().and_then(|range| range.to),
    })
}

/// A managed prefix list, without its entries.
pub(super) fn prefix_list(list: sdk::ManagedPrefixList) -> Option<PrefixList> {
    Some(PrefixList {
        id: list.prefix_list_id?,
        name: list.prefix_list_name.unwrap_or_default(),
        owner_id: list.owner_id,
        address_family: list.address_family,
        entries: Observed::default(),
    })
}

/// A network interface.
pub(super) fn network_interface(interface: sdk::NetworkInterface) -> Option<NetworkInterface> {
    let own = interface
        .private_ip_address
        .map(|private_ip| InterfaceAddress { private_ip, public_ip: interface.association.and_then(|association| association.public_ip) });
    let each = interface.private_ip_addresses.unwrap_or_default().into_iter();
    let mut addresses: Vec<InterfaceAddress> = each
        .filter_map(|address| {
            let public_ip = address.association.and_then(|association| association.public_ip);
            Some(InterfaceAddress { private_ip: address.private_ip_address?, public_ip })
        })
        .collect();
    if let Some(own) = own {
        match addresses.iter_mut().find(|address| address.private_ip == own.private_ip) {
            Some(address) => address.public_ip = address.public_ip.take().or(own.public_ip),
            None => addresses.insert(0, own),
        }
    }
    let mut ipv6_addresses: Vec<String> =
        interface.ipv6_addresses.unwrap_or_default().into_iter().filter_map(|address| address.ipv6_address).collect();
    ipv6_addresses.sort();
    Some(NetworkInterface {
        id: interface.network_interface_id?,
        description: interface.description.unwrap_or_default(),
        interface_type: interface.interface_type.map(|kind| kind.as_str().to_owned()),
        requester_id: interface.requester_id,
        subnet_id: interface.subnet_id,
        vpc_id: interface.vpc_id,
        security_groups: interface.groups.unwrap_or_default().into_iter().filter_map(|group| group.group_id).collect(),
        addresses,
        ipv6_addresses,
        instance_id: interface.attachment.and_then(|attachment| attachment.instance_id),
    })
}

/// A flow log.
pub(super) fn flow_log(log: sdk::FlowLog) -> Option<FlowLog> {
    Some(FlowLog {
        id: log.flow_log_id?,
        resource_id: log.resource_id?,
        status: log.flow_log_status,
        traffic_type: log.traffic_type.map(|kind| kind.as_str().to_owned()),
        deliver_status: log.deliver_logs_status,
    })
}

/// An elastic address.
pub(super) fn address(address: sdk::Address) -> Option<Address> {
    Some(Address {
        public_ip: address.public_ip?,
        allocation_id: address.allocation_id,
        network_interface_id: address.network_interface_id,
        private_ip: address.private_ip_address,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Cause;

    #[test]
    fn a_subnet_that_says_nothing_of_public_access_is_a_gap() {
        let source = Gap { operation: "ec2:DescribeSubnets".into(), ..Gap::new("ec2:DescribeSubnets", Cause::Failed) };
        let silent = subnet(sdk::Subnet::builder().subnet_id("subnet-1").build(), &source).unwrap();
        assert_eq!(silent.internet_gateway_block_mode.gap().unwrap().cause, Cause::NotSupported);
        assert_eq!(silent.internet_gateway_block_mode.gap().unwrap().resource.as_deref(), Some("subnet-1"));
        let states = sdk::BlockPublicAccessStates::builder().internet_gateway_block_mode(sdk::BlockPublicAccessMode::BlockIngress).build();
        let told = subnet(sdk::Subnet::builder().subnet_id("subnet-1").block_public_access_states(states).build(), &source).unwrap();
        assert_eq!(told.internet_gateway_block_mode, Observed::Known("block-ingress".into()));
    }

    #[test]
    fn block_public_access_is_off_only_where_that_is_settled() {
        let told = |mode, state| {
            let options = sdk::VpcBlockPublicAccessOptions::builder().aws_account_id("111122223333");
            account_without_block(options.internet_gateway_block_mode(mode).state(state).build())
        };
        let (off, ingress) = (sdk::InternetGatewayBlockMode::Off, sdk::InternetGatewayBlockMode::BlockIngress);
        let account = Some("111122223333".to_owned());
        assert_eq!(told(off.clone(), sdk::VpcBlockPublicAccessState::DefaultState), account);
        assert_eq!(told(off.clone(), sdk::VpcBlockPublicAccessState::UpdateComplete), account);
        assert_eq!(told(off, sdk::VpcBlockPublicAccessState::UpdateInProgress), None);
        assert_eq!(told(ingress, sdk::VpcBlockPublicAccessState::UpdateComplete), None);
    }

    #[test]
    fn a_route_leads_to_the_one_target_it_has() {
        let told = sdk::Route::builder()
            .destination_ipv6_cidr_block("::/0")
            .gateway_id("igw-1")
            .state(sdk::RouteState::Active)
            .origin(sdk::RouteOrigin::CreateRoute)
            .build();
        let expected =
            NetworkRoute { destination: "::/0".into(), target: "igw-1".into(), state: "active".into(), origin: Some("CreateRoute".into()) };
        assert_eq!(route(told).unwrap(), expected);
        assert!(route(sdk::Route::builder().gateway_id("igw-1").build()).is_none());
    }

    #[test]
    fn acl_entries_come_in_the_order_they_are_tried() {
        let one = |number, egress| {
            sdk::NetworkAclEntry::builder()
                .rule_number(number)
                .egress(egress)
                .rule_action(sdk::RuleAction::Allow)
                .protocol("6")
                .cidr_block("0.0.0.0/0")
                .build()
        };
        let acl = sdk::NetworkAcl::builder()
            .network_acl_id("acl-1")
            .entries(one(200, false))
            .entries(one(100, true))
            .entries(one(100, false))
            .build();
        let order: Vec<_> = network_acl(acl).unwrap().entries.iter().map(|entry| (entry.egress, entry.rule_number)).collect();
        assert_eq!(order, [(false, 100), (false, 200), (true, 100)]);
    }
}
