//! The oracle: one packet at a time, part by part. Yes, no, or nobody can tell.
//!
//! It shares nothing with the engine but the inventory it reads: it parses blocks, orders entries and looks up routes itself.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use apiaudit::inventory::{
    Listener, LoadBalancer, NetworkAcl, NetworkInterface, Observed, Peer, Region, RouteTable, Subnet, Target, TargetGroup,
};
use apiaudit::network::Transport;

/// Where a packet comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// Through an internet gateway.
    Internet,
    /// From the VPC or a network connected with it.
    Inside,
}

type Answer = Option<bool>;
const YES: Answer = Some(true);
const NO: Answer = Some(false);

fn and(one: Answer, other: Answer) -> Answer {
    match (one, other) {
        (NO, _) | (_, NO) => NO,
        (YES, YES) => YES,
        _ => None,
    }
}

fn or(one: Answer, other: Answer) -> Answer {
    match (one, other) {
        (YES, _) | (_, YES) => YES,
        (NO, NO) => NO,
        _ => None,
    }
}

fn any(answers: impl IntoIterator<Item = Answer>) -> Answer {
    answers.into_iter().fold(NO, or)
}

/// What holds whichever is the case.
fn whichever(answers: impl IntoIterator<Item = Answer>) -> Answer {
    let all: BTreeSet<Answer> = answers.into_iter().collect();
    if all.len() == 1 { all.into_iter().next().unwrap() } else { None }
}

/// A block as its family, its network's bits and its length; the same few are asked for again and again.
fn parsed(text: &str) -> (bool, u128, u8) {
    thread_local! {
        static KNOWN: RefCell<BTreeMap<String, (bool, u128, u8)>> = const { RefCell::new(BTreeMap::new()) };
    }
    KNOWN.with_borrow_mut(|known| match known.get(text) {
        Some(block) => *block,
        None => *known.entry(text.to_owned()).or_insert(parse(text)),
    })
}

fn parse(text: &str) -> (bool, u128, u8) {
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length.parse::<u8>().unwrap())),
        None => (text, None),
    };
    let (six, bits) = number(address.parse().unwrap());
    (six, bits, length.unwrap_or(if six { 128 } else { 32 }))
}

fn number(address: IpAddr) -> (bool, u128) {
    match address {
        IpAddr::V4(address) => (false, u128::from(u32::from(address))),
        IpAddr::V6(address) => (true, u128::from(address)),
    }
}

fn holds(block: &str, address: IpAddr) -> bool {
    let (six, bits, length) = parsed(block);
    let (of_six, at) = number(address);
    let width = if six { 128 } else { 32 };
    six == of_six && (length == 0 || (bits ^ at) >> (width - u32::from(length)) == 0)
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => {
            let [a, b, c, _] = four.octets();
            let special = [0, 10, 127].contains(&a)
                || a >= 224
                || a == 100 && (64..128).contains(&b)
                || a == 169 && b == 254
                || a == 172 && (16..32).contains(&b)
                || a == 192 && (b == 168 || b == 0 && (c == 0 || c == 2) || b == 88 && c == 99)
                || a == 198 && (b == 18 || b == 19 || b == 51 && c == 100)
                || a == 203 && b == 0 && c == 113;
            !special
        }
        IpAddr::V6(six) => {
            let first = six.segments();
            first[0] >> 13 == 1 && !(first[0] == 0x2001 && first[1] == 0xdb8)
        }
    }
}

fn protocol_is(spelled: &str, transport: Transport) -> Answer {
    let (name, number) = if transport == Transport::Tcp { ("tcp", "6") } else { ("udp", "17") };
    match spelled {
        "-1" => YES,
        "odd" => None,
        _ => Some(spelled == name || spelled == number),
    }
}

fn port_is(spelled: &str, from: Option<i32>, to: Option<i32>, port: u16) -> bool {
    let port = i32::from(port);
    spelled == "-1" || from.is_none() || from == Some(-1) || from.unwrap() <= port && port <= to.or(from).unwrap()
}

fn transports(protocol: Option<&str>) -> Option<Vec<Transport>> {
    match protocol? {
        "TCP" | "TLS" | "HTTP" | "HTTPS" => Some(vec![Transport::Tcp]),
        "UDP" => Some(vec![Transport::Udp]),
        "TCP_UDP" => Some(vec![Transport::Tcp, Transport::Udp]),
        _ => None,
    }
}

/// Where an answer may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Gateway,
    Connected,
    Nowhere,
}

/// What is asked of a port.
#[derive(Debug, Clone, Copy)]
struct Packet {
    from: IpAddr,
    transport: Transport,
    port: u16,
}

pub(crate) struct Oracle<'a> {
    region: &'a Region,
}

impl<'a> Oracle<'a> {
    pub(crate) fn new(region: &'a Region) -> Self {
        Self { region }
    }

    pub(crate) fn listener(&self, balancer: &LoadBalancer, listener: &Listener, from: IpAddr, place: Place) -> Answer {
        let nothing_known = if place == Place::Internet && !is_public(from) { NO } else { None };
        match (balancer.state.as_deref(), balancer.kind.as_str()) {
            (Some("failed"), _) => return NO,
            (_, "gateway") => return if place == Place::Internet { NO } else { None },
            (_, "application" | "network") => {}
            _ => return nothing_known,
        }
        let (Some(port), Some(transports)) = (listener.port, transports(listener.protocol.as_deref())) else { return nothing_known };
        if balancer.zones.is_empty() {
            return nothing_known;
        }
        any(transports.into_iter().map(|transport| {
            let packet = Packet { from, transport, port };
            let zones = any(balancer
                .zones
                .iter()
                .map(|zone| self.way(zone.subnet_id.as_deref(), balancer.vpc_id.as_deref().unwrap(), packet, place)));
            and(and(balancer_address(balancer, from, place), zones), self.balancer_groups(balancer, packet, place))
        }))
    }

    fn balancer_groups(&self, balancer: &LoadBalancer, packet: Packet, place: Place) -> Answer {
        match (balancer.security_groups.is_empty(), balancer.kind.as_str()) {
            (true, "network") => YES,
            (true, _) => None,
            (false, _) => self.groups(&balancer.security_groups, packet, place),
        }
    }

    pub(crate) fn interface(&self, interface: &NetworkInterface, transport: Transport, port: u16, from: IpAddr, place: Place) -> Answer {
        if interface.subnet_id.is_none() {
            return if place == Place::Internet && !is_public(from) { NO } else { None };
        }
        let has = match (from.is_ipv6(), place) {
            (true, _) => !interface.ipv6_addresses.is_empty(),
            (false, Place::Internet) => interface.addresses.iter().any(|address| address.public_ip.is_some()),
            (false, Place::Inside) => !interface.addresses.is_empty(),
        };
        let packet = Packet { from, transport, port };
        let way = self.way(interface.subnet_id.as_deref(), interface.vpc_id.as_deref().unwrap(), packet, place);
        and(Some(has), and(way, self.interface_groups(interface, packet, place)))
    }

    fn interface_groups(&self, interface: &NetworkInterface, packet: Packet, place: Place) -> Answer {
        if interface.security_groups.is_empty() { None } else { self.groups(&interface.security_groups, packet, place) }
    }

    /// Through a subnet's edges.
    fn way(&self, subnet: Option<&str>, vpc: &str, packet: Packet, place: Place) -> Answer {
        if place == Place::Internet && !is_public(packet.from) {
            return NO;
        }
        let Some(id) = subnet else { return None };
        let subnet = self.region.subnets.iter().find(|subnet| subnet.id == id);
        let vpc = subnet.map_or(vpc, |subnet| subnet.vpc_id.as_str());
        let acl = self.acl(id, vpc, packet);
        let ends = self.ends(id, vpc, packet.from);
        if place == Place::Internet {
            return and(and(acl, unblocked(subnet)), leads(ends.as_ref(), End::Gateway));
        }
        let connected = if leads(ends.as_ref(), End::Connected) == NO { NO } else { None };
        let of_vpc = match self.region.vpcs.iter().find(|listed| listed.id == vpc) {
            Some(vpc) => Some(vpc.cidr_blocks.iter().chain(&vpc.ipv6_cidr_blocks).any(|block| holds(block, packet.from))),
            None => None,
        };
        and(or(of_vpc, connected), or(acl, own(subnet, packet.from)))
    }

    /// Where answers to an address may go; none where the table is not known.
    fn ends(&self, subnet: &str, vpc: &str, to: IpAddr) -> Option<BTreeSet<End>> {
        let tables = &self.region.route_tables;
        let named = tables.iter().find(|table| table.subnet_ids.iter().any(|id| id == subnet));
        let main = || tables.iter().find(|table| table.main && table.vpc_id == vpc).filter(|_| tables.is_complete());
        named.or_else(main).map(|table| self.lookup(table, to))
    }

    fn lookup(&self, table: &RouteTable, to: IpAddr) -> BTreeSet<End> {
        if table.routes.iter().any(|route| route.target == "local" && holds(&route.destination, to)) {
            return BTreeSet::from([End::Nowhere]);
        }
        // Length, whether set by hand for certain, and the ends.
        let mut matches: Vec<(u8, bool, Vec<End>)> = Vec::new();
        let mut found = BTreeSet::new();
        for route in table.routes.iter().filter(|route| route.target != "local") {
            let list = self.region.prefix_lists.iter().find(|list| list.id == route.destination);
            let to_s3 = list.is_some_and(|list| list.owner_id.as_deref() == Some("AWS") && list.name.ends_with(".s3"));
            let ends = match (route.state.as_str(), route.target.split('-').next().unwrap()) {
                ("blackhole", _) | ("active", "nat" | "eigw") => vec![End::Nowhere],
                ("active", "igw") => vec![End::Gateway],
                ("active", "pcx" | "tgw" | "vgw") => vec![End::Connected],
                ("active", "vpce") if to_s3 => vec![End::Nowhere],
                _ => vec![End::Gateway, End::Connected, End::Nowhere],
            };
            if !route.destination.starts_with("pl-") {
                if holds(&route.destination, to) {
                    let by_hand = !["vgw-1", "eni-1"].contains(&route.target.as_str());
                    matches.push((parsed(&route.destination).2, by_hand, ends));
                }
                continue;
            }
            match list.map(|list| &list.entries) {
                Some(Observed::Known(entries)) => {
                    let fitting = entries.iter().filter(|entry| holds(entry, to));
                    matches.extend(fitting.map(|entry| (parsed(entry).2, false, ends.clone())));
                }
                Some(Observed::Absent) => {}
                // It may hold the address, and may not.
                _ => found.extend(ends),
            }
        }
        let longest = matches.iter().map(|one| one.0).max();
        let rivals: Vec<_> = matches.iter().filter(|one| Some(one.0) == longest).collect();
        let by_hand = rivals.iter().any(|one| one.1);
        found.extend(rivals.iter().filter(|one| one.1 || !by_hand).flat_map(|one| one.2.iter().copied()));
        if rivals.is_empty() {
            found.insert(End::Nowhere);
        }
        found
    }

    fn acl(&self, subnet: &str, vpc: &str, packet: Packet) -> Answer {
        let acls = &self.region.network_acls;
        let named = acls.iter().find(|acl| acl.subnet_ids.iter().any(|id| id == subnet));
        let default = || acls.iter().find(|acl| acl.is_default && acl.vpc_id == vpc).filter(|_| acls.is_complete());
        let Some(acl) = named.or_else(default) else { return None };
        let edges = acl.entries.iter().filter(|entry| entry.egress).flat_map(|entry| [entry.from_port, entry.to_port]);
        let near = edges.flatten().flat_map(|edge| [edge - 1, edge, edge + 1]).chain([1024, 65535]);
        let ephemeral = near.filter(|port| (1024..=65535).contains(port)).map(|port| u16::try_from(port).unwrap());
        let answered = any(ephemeral.map(|port| first_match(acl, true, Packet { port, ..packet })));
        and(first_match(acl, false, packet), answered)
    }

    fn groups(&self, groups: &[String], packet: Packet, place: Place) -> Answer {
        any(groups.iter().map(|id| {
            let Some(group) = self.region.security_groups.iter().find(|group| group.id == *id) else { return None };
            let fitting = group.rules.iter().filter(|rule| {
                let fits = protocol_is(&rule.protocol, packet.transport) == YES;
                !rule.egress && fits && port_is(&rule.protocol, rule.from_port, rule.to_port, packet.port)
            });
            any(fitting.map(|rule| self.peer(&rule.peer, packet.from, place)))
        }))
    }

    fn peer(&self, peer: &Peer, from: IpAddr, place: Place) -> Answer {
        match peer {
            Peer::CidrIpv4(block) | Peer::CidrIpv6(block) => Some(holds(block, from)),
            Peer::PrefixList(id) => {
                let Some(list) = self.region.prefix_lists.iter().find(|list| list.id == *id) else { return None };
                match &list.entries {
                    Observed::Known(entries) => Some(entries.iter().any(|entry| holds(entry, from))),
                    Observed::Absent => NO,
                    Observed::Unknown(_) => {
                        let other = if from.is_ipv6() { "IPv4" } else { "IPv6" };
                        if list.address_family.as_deref() == Some(other) { NO } else { None }
                    }
                }
            }
            Peer::SecurityGroup(_) if place == Place::Internet => NO,
            Peer::SecurityGroup(id) => {
                let carriers = self.region.network_interfaces.iter().filter(|interface| interface.security_groups.contains(id));
                let known = carriers.flat_map(bears).any(|address| address == from);
                let own = self.region.security_groups.iter().any(|group| group.id == *id);
                if known {
                    YES
                } else if own && self.region.network_interfaces.is_complete() {
                    NO
                } else {
                    None
                }
            }
        }
    }

    /// Whether a client of a load balancer gets through to a target.
    pub(crate) fn through(&self, balancer: &LoadBalancer, group: &TargetGroup, target: &Target, from: IpAddr) -> Answer {
        match balancer.kind.as_str() {
            "application" => return YES,
            "network" => {}
            _ => return None,
        }
        let (port, transports) = (target.port.or(group.port)?, transports(group.protocol.as_deref())?);
        if group.target_type == "alb" {
            let behind = self.region.load_balancers.iter().find(|balancer| balancer.arn == target.id)?;
            return self.through_to_balancer(balancer, behind, &transports, port, from);
        }
        let interfaces = &self.region.network_interfaces;
        let stands_for = |interface: &&NetworkInterface| {
            interface.vpc_id == group.vpc_id
                && match group.target_type.as_str() {
                    "ip" => bears(interface).contains(&target.id.parse().unwrap()),
                    _ => interface.instance_id.as_deref() == Some(&target.id),
                }
        };
        if !["ip", "instance"].contains(&group.target_type.as_str()) {
            return None;
        }
        let mut meant: Vec<Option<&NetworkInterface>> = interfaces.iter().filter(stands_for).map(Some).collect();
        if meant.is_empty() || group.target_type == "instance" && !interfaces.is_complete() {
            meant = vec![None];
        }
        let probed = group.health_check.port.as_deref().unwrap();
        let probed = probed == "traffic-port" || probed == port.to_string();
        let proven = target.state == "healthy" && probed && transports == [Transport::Tcp];
        let door = |from: IpAddr, transport, interface: Option<&NetworkInterface>, own_address: bool| {
            let interface = interface?;
            let packet = Packet { from, transport, port };
            let groups = self.behind(
                &interface.security_groups,
                self.interface_groups(interface, packet, Place::Inside),
                packet,
                balancer,
                own_address,
            );
            let Some(subnet) = interface.subnet_id.as_deref() else { return and(groups, None) };
            and(groups, self.acl_behind(&[Some(subnet)], interface.vpc_id.as_deref().unwrap(), packet, own_address))
        };
        let doors: Vec<_> = meant.iter().flat_map(|interface| transports.iter().map(|transport| (*interface, *transport))).collect();
        let by_client = || whichever(doors.iter().map(|(interface, transport)| door(from, *transport, *interface, true)));
        let by_node = |six: bool| {
            if proven {
                return YES;
            }
            whichever(
                doors.iter().map(|(interface, transport)| self.nodes(balancer, six, |node| door(node, *transport, *interface, false))),
            )
        };
        let keeps = match (&group.attributes, group.protocol.as_deref()) {
            (_, Some("UDP" | "TCP_UDP")) => vec![true],
            (Observed::Known(told), _) if told.contains_key("preserve_client_ip.enabled") => {
                vec![told["preserve_client_ip.enabled"] == "true"]
            }
            (Observed::Unknown(_), _) => vec![true, false],
            _ => vec![group.target_type == "instance"],
        };
        let families = match group.ip_address_type.as_deref() {
            Some("ipv4") => vec![false],
            Some("ipv6") => vec![true],
            _ => target.id.parse::<IpAddr>().map_or_else(|_| vec![false, true], |address| vec![address.is_ipv6()]),
        };
        whichever(
            families
                .into_iter()
                .map(|six| whichever(keeps.iter().map(|keeps| if *keeps && from.is_ipv6() == six { by_client() } else { by_node(six) }))),
        )
    }

    fn through_to_balancer(
        &self,
        front: &LoadBalancer,
        behind: &LoadBalancer,
        transports: &[Transport],
        port: u16,
        from: IpAddr,
    ) -> Answer {
        if behind.state.as_deref() == Some("failed") {
            return NO;
        }
        if behind.kind != "application" || behind.zones.is_empty() {
            return None;
        }
        let door = |from: IpAddr, transport, own_address| {
            let packet = Packet { from, transport, port };
            let zones: Vec<Option<&str>> = behind.zones.iter().map(|zone| zone.subnet_id.as_deref()).collect();
            let groups = self.balancer_groups(behind, packet, Place::Inside);
            and(
                self.behind(&behind.security_groups, groups, packet, front, own_address),
                self.acl_behind(&zones, behind.vpc_id.as_deref().unwrap(), packet, own_address),
            )
        };
        whichever(transports.iter().map(|transport| {
            if from.is_ipv6() { self.nodes(front, false, |node| door(node, *transport, false)) } else { door(from, *transport, true) }
        }))
    }

    /// What groups behind a load balancer say: naming one of the load balancer's lets in whatever comes through it.
    fn behind(&self, groups: &[String], said: Answer, packet: Packet, front: &LoadBalancer, own_address: bool) -> Answer {
        let read = groups.iter().filter_map(|id| self.region.security_groups.iter().find(|group| group.id == *id));
        let names = read.flat_map(|group| &group.rules).any(|rule| {
            let fits =
                protocol_is(&rule.protocol, packet.transport) == YES && port_is(&rule.protocol, rule.from_port, rule.to_port, packet.port);
            !rule.egress && fits && matches!(&rule.peer, Peer::SecurityGroup(id) if front.security_groups.contains(id))
        });
        if names {
            return YES;
        }
        if !own_address || said == NO {
            return said;
        }
        // A client that only a reference lets in is let in perhaps.
        let by_address = if groups.is_empty() { None } else { self.groups(groups, packet, Place::Internet) };
        if by_address == YES { YES } else { None }
    }

    /// What the ACLs of subnets behind a load balancer say. Whether they judge clients of their own subnet nobody can tell.
    fn acl_behind(&self, subnets: &[Option<&str>], vpc: &str, packet: Packet, own_address: bool) -> Answer {
        let judged = |spared: bool| {
            any(subnets.iter().map(|id| {
                let Some(id) = id else { return None };
                let subnet = self.region.subnets.iter().find(|subnet| subnet.id == *id);
                let acl = self.acl(id, subnet.map_or(vpc, |subnet| subnet.vpc_id.as_str()), packet);
                if spared { or(acl, own(subnet, packet.from)) } else { acl }
            }))
        };
        if own_address { whichever([judged(false), judged(true)]) } else { judged(true) }
    }

    /// All or nothing: whether all addresses of a load balancer are let in.
    fn nodes(&self, balancer: &LoadBalancer, six: bool, ask: impl Fn(IpAddr) -> Answer) -> Answer {
        let interfaces = &self.region.network_interfaces;
        let name = balancer.arn.split(":loadbalancer/").last().unwrap();
        let own: Vec<_> = interfaces.iter().filter(|interface| interface.description == format!("ELB {name}")).collect();
        if own.is_empty() || !interfaces.is_complete() {
            return None;
        }
        let nodes: Vec<IpAddr> = own.into_iter().flat_map(bears).filter(|address| address.is_ipv6() == six).collect();
        if nodes.is_empty() { NO } else { whichever(nodes.into_iter().map(ask)) }
    }
}

fn bears(interface: &NetworkInterface) -> Vec<IpAddr> {
    let four = interface.addresses.iter().map(|address| &address.private_ip);
    four.chain(&interface.ipv6_addresses).map(|text| text.parse().unwrap()).collect()
}

fn own(subnet: Option<&Subnet>, from: IpAddr) -> Answer {
    let subnet = subnet?;
    Some(subnet.cidr_block.iter().chain(&subnet.ipv6_cidr_blocks).any(|block| holds(block, from)))
}

fn unblocked(subnet: Option<&Subnet>) -> Answer {
    match &subnet?.internet_gateway_block_mode {
        Observed::Absent => YES,
        Observed::Unknown(_) => None,
        Observed::Known(mode) => match mode.as_str() {
            "off" => YES,
            "block-ingress" | "block-bidirectional" => NO,
            _ => None,
        },
    }
}

fn leads(ends: Option<&BTreeSet<End>>, end: End) -> Answer {
    let ends = ends?;
    match (ends.contains(&end), ends.len()) {
        (false, _) => NO,
        (true, 1) => YES,
        (true, _) => None,
    }
}

fn first_match(acl: &NetworkAcl, egress: bool, packet: Packet) -> Answer {
    let mut entries: Vec<_> = acl.entries.iter().filter(|entry| entry.egress == egress).collect();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.rule_number));
    // From the last to the first: what follows if an entry does not match is known by then.
    entries.into_iter().fold(NO, |rest, entry| {
        let says = match entry.action.as_str() {
            "allow" => YES,
            "deny" => NO,
            _ => None,
        };
        let fits = holds(&entry.cidr_block, packet.from) && port_is(&entry.protocol, entry.from_port, entry.to_port, packet.port);
        match protocol_is(&entry.protocol, packet.transport) {
            YES if fits => says,
            None if port_is(&entry.protocol, entry.from_port, entry.to_port, packet.port) => whichever([says, rest]),
            _ => rest,
        }
    })
}

fn balancer_address(balancer: &LoadBalancer, from: IpAddr, place: Place) -> Answer {
    let (four, six) = match balancer.ip_address_type.as_deref() {
        Some("ipv4") => (YES, NO),
        Some("dualstack") => (YES, YES),
        Some("dualstack-without-public-ipv4") => (NO, YES),
        _ => (None, None),
    };
    if place == Place::Inside {
        return if from.is_ipv6() { six } else { YES };
    }
    let gate = |default: &str| match &balancer.attributes {
        Observed::Unknown(_) => None,
        Observed::Absent => Some(default == "false"),
        Observed::Known(told) => Some(told.get("ipv6.deny_all_igw_traffic").map_or(default, String::as_str) == "false"),
    };
    match (balancer.scheme.as_deref(), from.is_ipv6()) {
        (Some("internet-facing"), false) => four,
        (Some("internet-facing"), true) => and(six, gate("false")),
        (Some("internal"), false) => NO,
        (Some("internal"), true) => and(six, gate("true")),
        (_, false) => and(four, None),
        (_, true) => and(six, None),
    }
}
