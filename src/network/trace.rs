//! The evidence: which entry of which resource let connections through, or stopped them.

use super::acls::deciding;
use super::addressing::Families;
use super::exposure::Told;
use super::groups::covers;
use super::region::asked;
use super::routes::Routes;
use super::words::{acl_entry_in_words, entry_in_words, group_in_words, route_in_words};
use super::{Bounds, Network, PortSet, Transport};
use crate::inventory::{Gap, Listener, LoadBalancer, NetworkInterface, NetworkRoute, Observed, RouteTable, SecurityGroupRule, Subnet};

/// How many entries of one resource are told before the rest is only counted.
const ENTRIES: usize = 50;

/// A part of the way in, and what it does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leg {
    /// Which part.
    pub kind: LegKind,
    /// The resource that decides.
    pub resource: String,
    /// What it does.
    pub effect: Effect,
    /// The entry that does it, in words, such as `acl-1 in: rule 100 allows tcp 80 from 0.0.0.0/0`.
    pub text: String,
}

/// A part of the way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LegKind {
    /// Scheme and addresses.
    Address,
    /// The routes of a subnet.
    Route,
    /// VPC Block Public Access.
    BlockPublicAccess,
    /// A network ACL, inbound.
    AclIn,
    /// A network ACL, outbound: the answers.
    AclOut,
    /// A security group.
    SecurityGroup,
}

/// What a part of the way does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// It lets connections through.
    LetsThrough,
    /// It stops them.
    Stops,
    /// Nobody can tell.
    Unknown,
}

impl Effect {
    fn of(told: &Told) -> Self {
        match told.bounds.tell(|set| !set.is_empty()) {
            Some(true) => Self::LetsThrough,
            Some(false) => Self::Stops,
            None => Self::Unknown,
        }
    }
}

#[derive(Debug, Default)]
struct Trace {
    legs: Vec<Leg>,
}

impl Trace {
    fn add(&mut self, kind: LegKind, resource: &str, effect: Effect, text: impl Into<String>) {
        self.legs.push(Leg { kind, resource: resource.to_owned(), effect, text: text.into() });
    }

    fn unknown(&mut self, kind: LegKind, resource: &str, gap: &Gap) {
        let detail = gap.detail.as_ref().map_or(String::new(), |detail| format!(": {detail}"));
        self.add(kind, resource, Effect::Unknown, format!("{gap}{detail}"));
    }

    /// Many entries of one resource: the first are told, the rest is counted. Without any, what that means.
    fn entries(&mut self, kind: LegKind, resource: &str, entries: Vec<(Effect, String)>, none: &str) {
        if entries.is_empty() {
            self.add(kind, resource, Effect::Stops, none);
        }
        let more = entries.len().saturating_sub(ENTRIES);
        let rest = entries.get(ENTRIES).map(|entry| entry.0);
        for (effect, text) in entries.into_iter().take(ENTRIES) {
            self.add(kind, resource, effect, text);
        }
        if let Some(effect) = rest {
            self.add(kind, resource, effect, format!("{resource}: and {more} more entries"));
        }
    }
}

impl Network<'_> {
    /// What lets connections through to a listener, and what stops them, part by part and subnet by subnet.
    pub fn trace_listener(&self, balancer: &LoadBalancer, listener: &Listener) -> Vec<Leg> {
        let mut trace = Trace::default();
        let families = Families::of_balancer(balancer);
        let scheme = balancer.scheme.as_deref().unwrap_or("scheme not told");
        let kind = balancer.ip_address_type.as_deref().unwrap_or("type of addresses not told");
        let state = balancer.state.as_deref().filter(|state| *state == "failed");
        let effect = if state.is_some() { Effect::Stops } else { Effect::of(&families.internet) };
        let failed = state.map_or(String::new(), |state| format!(", {state}"));
        trace.add(LegKind::Address, &balancer.arn, effect, format!("{}: {scheme}, {kind}{failed}", balancer.name));
        let (transports, port) = match asked(balancer, listener) {
            Ok(asked) => asked,
            Err(gap) => {
                trace.unknown(LegKind::Address, &listener.arn, &gap);
                return trace.legs;
            }
        };
        for zone in &balancer.zones {
            match &zone.subnet_id {
                Some(subnet) => self.trace_subnet(&mut trace, subnet, balancer.vpc_id.as_deref(), transports, port),
                None => trace.add(LegKind::Route, &zone.zone, Effect::Unknown, format!("{}: its subnet is not told", zone.zone)),
            }
        }
        if balancer.security_groups.is_empty() {
            let (effect, text) = match balancer.kind.as_str() {
                "network" => (Effect::LetsThrough, "no security groups: it takes whatever comes"),
                _ => (Effect::Unknown, "its security groups are not told"),
            };
            trace.add(LegKind::SecurityGroup, &balancer.arn, effect, format!("{}: {text}", balancer.name));
        }
        self.trace_groups(&mut trace, &balancer.security_groups, transports, port);
        trace.legs
    }

    /// What lets connections through to a port of a network interface, and what stops them.
    pub fn trace_interface(&self, interface: &NetworkInterface, transport: Transport, port: u16) -> Vec<Leg> {
        let mut trace = Trace::default();
        let addresses: Vec<&str> = interface
            .addresses
            .iter()
            .filter_map(|address| address.public_ip.as_deref())
            .chain(interface.ipv6_addresses.iter().map(String::as_str))
            .collect();
        let text = if addresses.is_empty() { "no public address".to_owned() } else { addresses.join(", ") };
        let effect = Effect::of(&Families::of_interface(interface).internet);
        trace.add(LegKind::Address, &interface.id, effect, format!("{}: {text}", interface.id));
        match &interface.subnet_id {
            Some(subnet) => self.trace_subnet(&mut trace, subnet, interface.vpc_id.as_deref(), &[transport], port),
            None => trace.add(LegKind::Route, &interface.id, Effect::Unknown, format!("{}: its subnet is not told", interface.id)),
        }
        if interface.security_groups.is_empty() {
            trace.add(
                LegKind::SecurityGroup,
                &interface.id,
                Effect::Unknown,
                format!("{}: its security groups are not told", interface.id),
            );
        }
        self.trace_groups(&mut trace, &interface.security_groups, &[transport], port);
        trace.legs
    }

    fn trace_subnet(&self, trace: &mut Trace, id: &str, vpc: Option<&str>, transports: &[Transport], port: u16) {
        let subnet = self.index.subnet(id);
        let vpc = subnet.as_ref().map_or(vpc, |subnet| Some(subnet.vpc_id.as_str()));
        self.trace_routes(trace, id, vpc);
        match &subnet {
            Ok(subnet) => trace_block(trace, subnet),
            Err(gap) => trace.unknown(LegKind::BlockPublicAccess, id, gap),
        }
        let acl = match self.index.acl(id, vpc) {
            Ok(acl) => acl,
            Err(gap) => return trace.unknown(LegKind::AclIn, id, &gap),
        };
        for transport in transports {
            let protocol = transport.as_str();
            for (kind, egress, ports, none) in [
                (LegKind::AclIn, false, PortSet::range(port, port), format!("{} in: no rule allows {protocol} {port}", acl.id)),
                (LegKind::AclOut, true, PortSet::ephemeral(), format!("{} out: no rule allows {protocol} 1024-65535", acl.id)),
            ] {
                let entries = deciding(acl, egress, *transport, &ports).into_iter().map(|entry| {
                    let effect = match entry.action.as_str() {
                        "allow" => Effect::LetsThrough,
                        "deny" => Effect::Stops,
                        _ => Effect::Unknown,
                    };
                    (effect, acl_entry_in_words(acl, entry))
                });
                trace.entries(kind, &acl.id, entries.collect(), &none);
            }
        }
    }

    fn trace_routes(&self, trace: &mut Trace, subnet: &str, vpc: Option<&str>) {
        let table = match self.index.table(subnet, vpc) {
            Ok(table) => table,
            Err(gap) => return trace.unknown(LegKind::Route, subnet, &gap),
        };
        let whole = self.ways.routes(&self.index, &self.groups, subnet, vpc);
        // What a route leads to the internet by itself, as far as no other route takes it away.
        let effect_of = |route: &NetworkRoute| {
            let alone = RouteTable { routes: vec![route.clone()], ..table.clone() };
            let left = Bounds::exactly(whole.internet.bounds.perhaps.clone()).into();
            Effect::of(&Routes::of(&alone, &self.groups, &self.index).internet.and(&left))
        };
        let routes = table.routes.iter().map(|route| (effect_of(route), route_in_words(table, route)));
        // Routes that lead elsewhere are no evidence, unless they take the internet's addresses away.
        let told = routes.filter(|(effect, _)| *effect != Effect::Stops).collect();
        trace.entries(LegKind::Route, &table.id, told, &format!("{}: no active route to an internet gateway", table.id));
        let blackholes = table.routes.iter().filter(|route| route.state == "blackhole");
        for route in blackholes.take(ENTRIES) {
            trace.add(LegKind::Route, &table.id, Effect::Stops, route_in_words(table, route));
        }
    }

    fn trace_groups(&self, trace: &mut Trace, groups: &[String], transports: &[Transport], port: u16) {
        for id in groups {
            let group = match self.index.group(id) {
                Ok(group) => group,
                Err(gap) => {
                    trace.unknown(LegKind::SecurityGroup, id, &gap);
                    continue;
                }
            };
            let speaks = |rule: &&SecurityGroupRule| !rule.egress && transports.iter().any(|transport| covers(rule, *transport, port));
            let entries = group.rules.iter().filter(speaks).map(|rule| (Effect::LetsThrough, entry_in_words(group, rule)));
            trace.entries(LegKind::SecurityGroup, id, entries.collect(), &format!("{}: no entry for port {port}", group_in_words(group)));
        }
    }
}

fn trace_block(trace: &mut Trace, subnet: &Subnet) {
    let (effect, text) = match &subnet.internet_gateway_block_mode {
        Observed::Absent => (Effect::LetsThrough, "off"),
        Observed::Known(mode) => match mode.as_str() {
            "off" => (Effect::LetsThrough, "off"),
            mode @ ("block-ingress" | "block-bidirectional") => (Effect::Stops, mode),
            mode => (Effect::Unknown, mode),
        },
        Observed::Unknown(gap) => return trace.unknown(LegKind::BlockPublicAccess, &subnet.id, gap),
    };
    trace.add(LegKind::BlockPublicAccess, &subnet.id, effect, format!("{}: Block Public Access {text}", subnet.id));
}
