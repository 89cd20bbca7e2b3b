//! EC2: VPCs and what decides who reaches what in them.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt as _, join};

use super::ask::{Asker, paged};
use super::client::Clients;
use super::gap::Failure;
use super::{Needs, calls, from_ec2 as from, from_security_groups};
use crate::inventory::{
    Address, FlowLog, InternetGateway, Listed, NetworkAcl, NetworkInterface, Observed, Peer, PrefixList, Region, RouteTable, SecurityGroup,
    Subnet, Vpc,
};

/// How many prefix lists are read at a time.
const AT_A_TIME: usize = 4;

/// What there is of the network.
#[expect(clippy::struct_field_names, reason = "the fields are named as in the region they go into")]
pub(super) struct Network {
    vpcs: Listed<Vpc>,
    subnets: Listed<Subnet>,
    route_tables: Listed<RouteTable>,
    internet_gateways: Listed<InternetGateway>,
    network_acls: Listed<NetworkAcl>,
    security_groups: Listed<SecurityGroup>,
    prefix_lists: Listed<PrefixList>,
    network_interfaces: Listed<NetworkInterface>,
    addresses: Listed<Address>,
    flow_logs: Listed<FlowLog>,
    notes: Vec<String>,
}

impl Network {
    /// Puts it into its region, and hands back the notes.
    pub(super) fn fill(self, region: &mut Region) -> Vec<String> {
        region.vpcs = self.vpcs;
        region.subnets = self.subnets;
        region.route_tables = self.route_tables;
        region.internet_gateways = self.internet_gateways;
        region.network_acls = self.network_acls;
        region.security_groups = self.security_groups;
        region.prefix_lists = self.prefix_lists;
        region.network_interfaces = self.network_interfaces;
        region.addresses = self.addresses;
        region.flow_logs = self.flow_logs;
        self.notes
    }
}

/// Everything of the network.
pub(super) async fn read(asker: &Asker<'_>, clients: &Clients, needs: Needs) -> Network {
    let reader = Reader { asker, clients };
    let (vpcs, subnets, route_tables, internet_gateways, network_acls, groups, network_interfaces, addresses, flow_logs) = join!(
        reader.vpcs(),
        reader.subnets(),
        reader.route_tables(),
        reader.internet_gateways(),
        reader.network_acls(),
        reader.security_groups(needs),
        reader.network_interfaces(),
        reader.addresses(),
        reader.flow_logs(needs),
    );
    let (security_groups, notes) = groups;
    let prefix_lists = reader.prefix_lists(&referred(&security_groups, &route_tables)).await;
    Network {
        vpcs,
        subnets,
        route_tables,
        internet_gateways,
        network_acls,
        security_groups,
        prefix_lists,
        network_interfaces,
        addresses,
        flow_logs,
        notes,
    }
}

/// The prefix lists that a security group or a route refers to.
fn referred(groups: &Listed<SecurityGroup>, tables: &Listed<RouteTable>) -> BTreeSet<String> {
    let peers = groups.iter().flat_map(|group| &group.rules).filter_map(|rule| match &rule.peer {
        Peer::PrefixList(id) => Some(id),
        _ => None,
    });
    let destinations = tables.iter().flat_map(|table| &table.routes).map(|route| &route.destination);
    peers.chain(destinations.filter(|destination| destination.starts_with("pl-"))).cloned().collect()
}

struct Reader<'a> {
    asker: &'a Asker<'a>,
    clients: &'a Clients,
}

impl Reader<'_> {
    async fn vpcs(&self) -> Listed<Vpc> {
        let request = || self.clients.ec2.describe_vpcs().max_results(1000);
        paged!(self.asker, &calls::DESCRIBE_VPCS, None, request(), set_next_token, vpcs, next_token).listed(from::vpc)
    }

    async fn subnets(&self) -> Listed<Subnet> {
        let request = || self.clients.ec2.describe_subnets().max_results(1000);
        let source = self.asker.gap(&calls::DESCRIBE_SUBNETS, None, crate::inventory::Cause::NotSupported);
        let pages = paged!(self.asker, &calls::DESCRIBE_SUBNETS, None, request(), set_next_token, subnets, next_token);
        let silent = from::silent_subnets(&pages.items);
        let mut listed = pages.listed(|subnet| from::subnet(subnet, &source));
        if !silent.is_empty() {
            self.block_modes(&mut listed.items, &silent).await;
        }
        listed
    }

    /// What Block Public Access does to subnets whose own answer does not say. Switched off for the account, it is off for
    /// every subnet that the account owns; any other mode has exclusions, and leaves them unknown.
    async fn block_modes(&self, subnets: &mut [Subnet], silent: &BTreeMap<String, Option<String>>) {
        let request = self.clients.ec2.describe_vpc_block_public_access_options();
        let told = self.asker.ask(&calls::DESCRIBE_VPC_BLOCK_PUBLIC_ACCESS_OPTIONS, None, request.send()).await;
        let told = told.map(|answer| answer.vpc_block_public_access_options.and_then(from::account_without_block));
        for subnet in subnets {
            let Some(owner) = silent.get(&subnet.id) else { continue };
            match &told {
                Ok(account) if account.is_some() && account == owner => {
                    subnet.internet_gateway_block_mode = Observed::Known("off".to_owned());
                }
                Ok(_) => {}
                Err(failure) => subnet.internet_gateway_block_mode = Observed::Unknown(failure.gap.clone()),
            }
        }
    }

    async fn route_tables(&self) -> Listed<RouteTable> {
        let request = || self.clients.ec2.describe_route_tables().max_results(100);
        paged!(self.asker, &calls::DESCRIBE_ROUTE_TABLES, None, request(), set_next_token, route_tables, next_token)
            .listed(from::route_table)
    }

    async fn internet_gateways(&self) -> Listed<InternetGateway> {
        let request = || self.clients.ec2.describe_internet_gateways().max_results(1000);
        paged!(self.asker, &calls::DESCRIBE_INTERNET_GATEWAYS, None, request(), set_next_token, internet_gateways, next_token)
            .listed(from::internet_gateway)
    }

    async fn network_acls(&self) -> Listed<NetworkAcl> {
        let request = || self.clients.ec2.describe_network_acls().max_results(1000);
        paged!(self.asker, &calls::DESCRIBE_NETWORK_ACLS, None, request(), set_next_token, network_acls, next_token)
            .listed(from::network_acl)
    }

    /// The groups with their rules. The rules' ids come from a call of their own, and losing them loses no rule.
    async fn security_groups(&self, needs: Needs) -> (Listed<SecurityGroup>, Vec<String>) {
        let groups = async {
            let request = || self.clients.ec2.describe_security_groups().max_results(1000);
            paged!(self.asker, &calls::DESCRIBE_SECURITY_GROUPS, None, request(), set_next_token, security_groups, next_token)
        };
        let ids = async {
            if !needs.rule_ids {
                return (from_security_groups::Ids::default(), None);
            }
            let request = || self.clients.ec2.describe_security_group_rules().max_results(1000);
            let pages = paged!(
                self.asker,
                &calls::DESCRIBE_SECURITY_GROUP_RULES,
                None,
                request(),
                set_next_token,
                security_group_rules,
                next_token
            );
            (from_security_groups::Ids::of(pages.items), pages.failure)
        };
        let (groups, (ids, failure)) = join!(groups, ids);
        let mut listed = groups.listed(from_security_groups::security_group);
        for group in &mut listed.items {
            ids.name(group);
        }
        let note = |failure: Failure| format!("{}: security group rules are told without their ids ({})", failure.gap, failure.detail());
        (listed, failure.map(note).into_iter().collect())
    }

    async fn prefix_lists(&self, referred: &BTreeSet<String>) -> Listed<PrefixList> {
        if referred.is_empty() {
            return Listed::default();
        }
        let request = || self.clients.ec2.describe_managed_prefix_lists().max_results(100);
        let pages = paged!(self.asker, &calls::DESCRIBE_MANAGED_PREFIX_LISTS, None, request(), set_next_token, prefix_lists, next_token);
        let listed = pages.listed(from::prefix_list);
        let each = listed.items.into_iter().filter(|list| referred.contains(&list.id)).map(|list| self.with_entries(list));
        Listed { items: futures::stream::iter(each).buffered(AT_A_TIME).collect().await, gaps: listed.gaps }
    }

    async fn with_entries(&self, mut list: PrefixList) -> PrefixList {
        let request = || self.clients.ec2.get_managed_prefix_list_entries().prefix_list_id(&list.id).max_results(100);
        let pages =
            paged!(self.asker, &calls::GET_MANAGED_PREFIX_LIST_ENTRIES, Some(&list.id), request(), set_next_token, entries, next_token);
        list.entries = match pages.failure {
            Some(failure) => Observed::Unknown(failure.gap),
            None => Observed::Known(pages.items.into_iter().filter_map(|entry| entry.cidr).collect()),
        };
        list
    }

    async fn network_interfaces(&self) -> Listed<NetworkInterface> {
        let request = || self.clients.ec2.describe_network_interfaces().max_results(1000);
        paged!(self.asker, &calls::DESCRIBE_NETWORK_INTERFACES, None, request(), set_next_token, network_interfaces, next_token)
            .listed(from::network_interface)
    }

    async fn flow_logs(&self, needs: Needs) -> Listed<FlowLog> {
        if !needs.flow_logs {
            return Listed::default();
        }
        let request = || self.clients.ec2.describe_flow_logs().max_results(1000);
        paged!(self.asker, &calls::DESCRIBE_FLOW_LOGS, None, request(), set_next_token, flow_logs, next_token).listed(from::flow_log)
    }

    async fn addresses(&self) -> Listed<Address> {
        match self.asker.ask(&calls::DESCRIBE_ADDRESSES, None, self.clients.ec2.describe_addresses().send()).await {
            Ok(answer) => answer.addresses.unwrap_or_default().into_iter().filter_map(from::address).collect::<Vec<_>>().into(),
            Err(failure) => Listed::unknown(failure.gap),
        }
    }
}
