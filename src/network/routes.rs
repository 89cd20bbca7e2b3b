//! Where a subnet's routes lead, address by address.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use ipnet::IpNet;

use super::exposure::Told;
use super::groups::{Groups, no_block};
use super::index::{Index, about, unheard};
use super::{AddressSet, Bounds};
use crate::inventory::{Cause, Gap, NetworkRoute, Observed, RouteTable, undeployed_place};

const ACTION: &str = "ec2:DescribeRouteTables";

/// Where answers to an address may go. Several bits: nobody can tell which.
type Ends = u8;
/// To the internet gateway.
const INTERNET: Ends = 1;
/// To a network that is connected with the VPC.
const CONNECTED: Ends = 2;
/// Nowhere that a connection could have come from.
const NOWHERE: Ends = 4;
const ANYWHERE: Ends = INTERNET | CONNECTED | NOWHERE;

/// Where a table's routes lead.
#[derive(Debug, Clone)]
pub(super) struct Routes {
    /// The public addresses that the internet gateway leads to.
    pub(super) internet: Told,
    /// The addresses that may lie in networks connected with the VPC.
    pub(super) connected: Told,
}

/// How a route stands to another with the same destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    /// Set by hand: it beats what is propagated and what a prefix list brings.
    Set,
    /// Set by hand or propagated.
    SetOrPropagated,
    /// Brought by a prefix list, which beats what is propagated.
    Listed,
}

/// One block that a route leads somewhere.
#[derive(Debug)]
struct Block {
    net: IpNet,
    ends: Ends,
    standing: Standing,
}

impl Routes {
    /// Nothing is known of the table.
    pub(super) fn unknown(gap: Gap) -> Self {
        let internet = Told::at_most(AddressSet::public().clone(), gap.clone());
        Self { internet, connected: Told::at_most(AddressSet::all().clone(), gap) }
    }

    /// Reads a table.
    pub(super) fn of(table: &RouteTable, groups: &Groups, index: &Index<'_>) -> Self {
        let mut reading = Reading::default();
        for route in &table.routes {
            reading.add(table, route, groups, index);
        }
        reading.routes(table)
    }
}

#[derive(Debug, Default)]
struct Reading {
    /// What the VPC keeps for itself.
    local: Vec<IpNet>,
    blocks: Vec<Block>,
    /// Where routes lead whose destinations could not be read: any address may be among them.
    hidden: Ends,
    internet_gaps: Vec<Gap>,
    connected_gaps: Vec<Gap>,
}

impl Reading {
    fn add(&mut self, table: &RouteTable, route: &NetworkRoute, groups: &Groups, index: &Index<'_>) {
        if route.target == "local" {
            match AddressSet::block(&route.destination) {
                Some(block) => self.local.push(block),
                None => self.hide(NOWHERE, &no_block(ACTION, &route.destination)),
            }
            return;
        }
        let ends = ends(route, index);
        self.explain(table, route, ends);
        if route.destination.starts_with("pl-") {
            self.add_list(route, ends, groups, index);
        } else if let Some(net) = AddressSet::block(&route.destination) {
            let propagated = match route.origin.as_deref() {
                Some("CreateRoute" | "CreateRouteTable") => false,
                Some(_) => true,
                None => ["vgw-", "eni-"].iter().any(|kind| route.target.starts_with(kind)),
            };
            let standing = if propagated { Standing::SetOrPropagated } else { Standing::Set };
            self.blocks.push(Block { net: net.trunc(), ends, standing });
        } else {
            self.hide(ends, &no_block(ACTION, &route.destination));
        }
    }

    fn add_list(&mut self, route: &NetworkRoute, ends: Ends, groups: &Groups, index: &Index<'_>) {
        let told = groups.list(index, &route.destination);
        let known = index.list(&route.destination).ok().and_then(|list| list.entries.known());
        let nets = known.into_iter().flatten().filter_map(|text| AddressSet::block(text));
        self.blocks.extend(nets.map(|net| Block { net: net.trunc(), ends, standing: Standing::Listed }));
        for gap in &told.gaps {
            self.hide(ends, gap);
        }
    }

    /// Any address may take this way.
    fn hide(&mut self, ends: Ends, gap: &Gap) {
        self.hidden |= ends;
        // Whichever way it leads, it may take addresses from the other ways.
        self.gap(ANYWHERE, gap);
    }

    fn gap(&mut self, ends: Ends, gap: &Gap) {
        if ends & INTERNET != 0 {
            self.internet_gaps.push(gap.clone());
        }
        if ends & CONNECTED != 0 {
            self.connected_gaps.push(gap.clone());
        }
    }

    /// Says why nobody can tell where a route leads in the end.
    fn explain(&mut self, table: &RouteTable, route: &NetworkRoute, ends: Ends) {
        let NetworkRoute { destination, target, state, .. } = route;
        let id = table.id.as_str();
        if !["active", "blackhole"].contains(&state.as_str()) {
            self.gap(ANYWHERE, &about(unheard(ACTION, "the state of a route:", state), id));
        } else if let Some(place) = undeployed_place(target) {
            self.gap(ANYWHERE, &about(Gap::new("", Cause::Undeployed).because(format!("{place} is not known")), id));
        } else if ends == ANYWHERE {
            let why =
                format!("{id} sends {destination} to {target}, which may pass on what comes from an internet gateway, and is not followed");
            self.gap(ANYWHERE, &about(Gap::new(ACTION, Cause::NotSupported).because(why), id));
        } else if ends == CONNECTED {
            let why = format!("{id} sends {destination} to {target}, and the networks behind it are not followed");
            self.connected_gaps.push(about(Gap::new(ACTION, Cause::NotSupported).because(why), id));
        }
    }

    fn routes(mut self, table: &RouteTable) -> Routes {
        let (internet, connected) = self.winners(table);
        let public = Bounds::exactly(AddressSet::public().clone());
        Routes {
            internet: Told { bounds: internet.and(&public), gaps: self.internet_gaps },
            connected: Told { bounds: Bounds::at_most(connected), gaps: self.connected_gaps },
        }
    }

    /// Lets the longest prefix win, length by length: the addresses that lead to the internet gateway, and those that may lead to other networks.
    fn winners(&mut self, table: &RouteTable) -> (Bounds, AddressSet) {
        let mut decided: AddressSet = self.local.iter().copied().collect();
        let mut by_ends: BTreeMap<Ends, AddressSet> = BTreeMap::new();
        let mut blocks = std::mem::take(&mut self.blocks);
        blocks.sort_by_key(|block| (Reverse(block.net.prefix_len()), block.net, block.standing));
        for length in blocks.chunk_by(|one, next| one.net.prefix_len() == next.net.prefix_len()) {
            let mut found: BTreeMap<Ends, Vec<IpNet>> = BTreeMap::new();
            for rivals in length.chunk_by(|one, next| one.net == next.net) {
                let ends = winner(rivals);
                found.entry(ends).or_default().push(rivals[0].net);
                if rivals.len() > 1 && ends.count_ones() > 1 {
                    let why = format!("which of {}'s routes to {} wins cannot be told from here", table.id, rivals[0].net);
                    self.gap(ANYWHERE, &about(Gap::new(ACTION, Cause::NotSupported).because(why), &table.id));
                }
            }
            let before = decided.clone();
            for (ends, nets) in found {
                let set: AddressSet = nets.into_iter().collect();
                decided.extend(&set);
                by_ends.entry(ends | self.hidden).or_default().extend(&set.difference(&before));
            }
        }
        by_ends.entry(NOWHERE | self.hidden).or_default().extend(&AddressSet::all().difference(&decided));
        let with = |wanted: &dyn Fn(Ends) -> bool| {
            let sets = by_ends.iter().filter(|(ends, _)| wanted(**ends)).map(|(_, set)| set);
            sets.fold(AddressSet::new(), |all, set| all.union(set))
        };
        let internet = Bounds { surely: with(&|ends| ends == INTERNET), perhaps: with(&|ends| ends & INTERNET != 0) };
        (internet, with(&|ends| ends & CONNECTED != 0))
    }
}

/// Where the winner leads among routes with one destination, the strongest first.
fn winner(rivals: &[Block]) -> Ends {
    // Two routes to one block cannot both be set by hand: beside one that is, the others are propagated or listed, and lose.
    let beaten = |block: &Block| rivals[0].standing == Standing::Set && block.standing != Standing::Set;
    rivals.iter().filter(|block| !beaten(block)).fold(0, |ends, block| ends | block.ends)
}

/// Where a route leads.
fn ends(route: &NetworkRoute, index: &Index<'_>) -> Ends {
    match route.state.as_str() {
        "active" => {}
        "blackhole" => return NOWHERE,
        _ => return ANYWHERE,
    }
    let target = route.target.as_str();
    let is = |kinds: &[&str]| kinds.iter().any(|kind| target.starts_with(kind));
    if is(&["igw-"]) {
        INTERNET
    } else if is(&["nat-", "eigw-"]) || is(&["vpce-"]) && is_gateway_endpoint(route, index) {
        NOWHERE
    } else if is(&["pcx-", "tgw-", "vgw-", "lgw-"]) || target.contains(":core-network/") {
        CONNECTED
    } else {
        // A firewall, a proxy, or something new.
        ANYWHERE
    }
}

/// Whether a route is that of a gateway endpoint: S3 and DynamoDB open no connections.
fn is_gateway_endpoint(route: &NetworkRoute, index: &Index<'_>) -> bool {
    let Ok(list) = index.list(&route.destination) else { return false };
    let service = [".s3", ".dynamodb", ".s3express"].iter().any(|service| list.name.ends_with(service));
    service && list.owner_id.as_deref() == Some("AWS")
}

/// Whether a subnet's routes lead to the internet for any public address of a family.
pub(super) fn reaches_internet(routes: &Routes, ipv6: bool) -> Observed<bool> {
    match routes.internet.bounds.tell(|set| !set.only(ipv6).is_empty()) {
        Some(answer) => Observed::Known(answer),
        None => Observed::Unknown(routes.internet.gaps.first().cloned().unwrap_or_else(Gap::not_asked)),
    }
}
