//! Which clients get through a network load balancer to what stands behind it.

use std::net::IpAddr;
use std::sync::Arc;

use super::exposure::Told;
use super::groups::{Admission, addresses_of};
use super::index::{about, unheard, unsaid};
use super::region::LOAD_BALANCERS;
use super::transport::spoken;
use super::{AddressSet, Bounds, Exposure, Network, Transport};
use crate::inventory::{Cause, Gap, LoadBalancer, NetworkInterface, Observed, Target, TargetGroup};

const TARGET_GROUPS: &str = "elasticloadbalancing:DescribeTargetGroups";
const ATTRIBUTES: &str = "elasticloadbalancing:DescribeTargetGroupAttributes";
const INTERFACES: &str = "ec2:DescribeNetworkInterfaces";

/// What judges packets on their way from a load balancer to a target.
#[derive(Debug)]
struct Door {
    groups: Arc<Admission>,
    /// What the network ACL of the target's subnet lets in.
    acl: Told,
    /// The same with what lies in that subnet, which never meets the ACL.
    acl_beside: Told,
}

/// The way from a network load balancer to a target.
struct Passage<'p> {
    front: &'p LoadBalancer,
    /// The addresses that the load balancer speaks from.
    nodes: AddressSet,
    /// Why there may be more of them.
    nodes_gap: Option<Gap>,
    /// Whether the target is known to be reached by the load balancer.
    proven: bool,
    doors: Vec<Door>,
}

impl Network<'_> {
    /// Which of the clients of a load balancer get through to a target.
    ///
    /// An application load balancer speaks to its targets itself: whoever got in gets through.
    pub fn through(&self, balancer: &LoadBalancer, group: &TargetGroup, target: &Target, clients: &Exposure) -> Exposure {
        match balancer.kind.as_str() {
            "application" => return clients.clone(),
            "network" => {}
            kind => return perhaps(clients, about(unheard(LOAD_BALANCERS, "type of load balancer", kind), &balancer.arn)),
        }
        let Some(port) = target.port.or(group.port) else {
            return perhaps(clients, about(unsaid(TARGET_GROUPS, "on which port the target listens"), &group.arn));
        };
        let transports = match carried(group) {
            Ok(transports) => transports,
            Err(gap) => return perhaps(clients, gap),
        };
        match group.target_type.as_str() {
            "ip" | "instance" => {}
            "alb" => {
                let found = self.region().load_balancers.iter().find(|balancer| balancer.arn == target.id);
                let unseen = || about(unsaid(LOAD_BALANCERS, "what the load balancer behind it is"), &target.id);
                return found
                    .map_or_else(|| perhaps(clients, unseen()), |alb| self.through_to_balancer(balancer, group, alb, port, clients));
            }
            kind => return perhaps(clients, about(unheard(TARGET_GROUPS, "target type", kind), &group.arn)),
        }
        let doors = match self.interfaces_of(balancer, group, target) {
            Ok(interfaces) => interfaces
                .iter()
                .flat_map(|interface| transports.iter().map(|transport| self.door_of(interface, *transport, port)))
                .collect(),
            Err(gap) => vec![Door::unknown(&gap)],
        };
        let probed = group.health_check.port.as_deref().is_some_and(|probed| probed == "traffic-port" || probed == port.to_string());
        let proven = target.state == "healthy" && probed && transports == [Transport::Tcp];
        let passage = self.passage(balancer, doors, proven);
        passage.clients(clients, &preserves_client_ip(group), family(group, target))
    }

    /// Which of the clients of a network load balancer get through to an application load balancer behind it.
    ///
    /// AWS keeps the clients' addresses on this way, and the way is IPv4: the groups of the load balancer behind judge the
    /// clients themselves, and those of IPv6 by an address of the load balancer in front.
    pub fn through_to_balancer(
        &self,
        front: &LoadBalancer,
        group: &TargetGroup,
        alb: &LoadBalancer,
        port: u16,
        clients: &Exposure,
    ) -> Exposure {
        if alb.state.as_deref() == Some("failed") {
            return Exposure::nobody();
        }
        let transports = match carried(group) {
            Ok(transports) => transports,
            Err(gap) => return perhaps(clients, gap),
        };
        if front.kind != "network" || alb.kind != "application" || alb.zones.is_empty() {
            return perhaps(clients, about(unsaid(LOAD_BALANCERS, "how the load balancers stand to each other"), &alb.arn));
        }
        let doors = transports.iter().map(|transport| self.door_of_balancer(alb, *transport, port)).collect();
        self.passage(front, doors, false).clients(clients, &Ok(true), Some(false))
    }

    fn passage<'p>(&self, front: &'p LoadBalancer, doors: Vec<Door>, proven: bool) -> Passage<'p> {
        let resource = front.arn.split_once(":loadbalancer/").map_or(front.arn.as_str(), |(_, resource)| resource);
        let interfaces = self.index.of_balancer(resource);
        let told = front.zones.iter().flat_map(|zone| zone.private_ips.iter().chain(&zone.ipv6_addresses));
        let nodes = addresses_of(interfaces).union(&told.filter_map(|address| AddressSet::block(address)).collect());
        let unseen = || about(unsaid(INTERFACES, "from which addresses the load balancer speaks"), &front.arn);
        let nodes_gap = self.index.interfaces_gap().or_else(|| interfaces.is_empty().then(unseen));
        Passage { front, nodes, nodes_gap, proven, doors }
    }

    fn door_of(&self, interface: &NetworkInterface, transport: Transport, port: u16) -> Door {
        let groups = self.of_interface(interface, transport, port);
        let Some(subnet) = &interface.subnet_id else {
            let gap = about(unsaid(INTERFACES, "in which subnet it is"), &interface.id);
            return Door { groups, ..Door::unknown(&gap) };
        };
        self.door(groups, [subnet].into_iter(), interface.vpc_id.as_deref(), (transport, port))
    }

    fn door_of_balancer(&self, balancer: &LoadBalancer, transport: Transport, port: u16) -> Door {
        let groups = self.of_balancer(balancer, transport, port);
        let subnets = balancer.zones.iter().filter_map(|zone| zone.subnet_id.as_ref());
        let mut door = self.door(groups, subnets, balancer.vpc_id.as_deref(), (transport, port));
        if balancer.zones.iter().any(|zone| zone.subnet_id.is_none()) {
            let gap = about(unsaid(LOAD_BALANCERS, "in which subnet a zone is"), &balancer.arn);
            let anything = Told::at_most(AddressSet::all().clone(), gap);
            door.acl = door.acl.or(&anything);
            door.acl_beside = door.acl_beside.or(&anything);
        }
        door
    }

    fn door<'s>(&self, groups: Arc<Admission>, subnets: impl Iterator<Item = &'s String>, vpc: Option<&str>, at: (Transport, u16)) -> Door {
        let mut door = Door { groups, acl: Told::default(), acl_beside: Told::default() };
        for subnet in subnets {
            let (acl, beside) = self.ways.acls(&self.index, subnet, vpc, at);
            door.acl = door.acl.or(&acl);
            door.acl_beside = door.acl_beside.or(&beside);
        }
        door
    }

    /// The interfaces that a target may stand for.
    fn interfaces_of(&self, balancer: &LoadBalancer, group: &TargetGroup, target: &Target) -> Result<Vec<&NetworkInterface>, Gap> {
        let vpc = group.vpc_id.as_deref().or(balancer.vpc_id.as_deref());
        let fits = |interface: &&&NetworkInterface| vpc.is_none_or(|vpc| interface.vpc_id.as_deref().is_none_or(|own| own == vpc));
        let found = if group.target_type == "instance" { self.index.of_instance(&target.id) } else { self.index.bearers(&target.id) };
        let found: Vec<&NetworkInterface> = found.iter().filter(fits).copied().collect();
        let gap = self.index.interfaces_gap();
        // An instance has further interfaces in the part that was not read, perhaps; an address has only one.
        match gap {
            Some(gap) if found.is_empty() || group.target_type == "instance" => Err(gap),
            _ if found.is_empty() => {
                let why = format!("no network interface of this account is {}", target.id);
                Err(about(Gap::new(INTERFACES, Cause::Failed).because(why), &group.arn))
            }
            _ => Ok(found),
        }
    }
}

impl Door {
    fn unknown(gap: &Gap) -> Self {
        let anything = Told::at_most(AddressSet::all().clone(), gap.clone());
        Self { groups: Arc::new(Admission::unknown(gap)), acl: anything.clone(), acl_beside: anything }
    }

    /// Whether the groups name one that the load balancer carries: then they let in all that comes through it.
    fn names(&self, front: &LoadBalancer) -> bool {
        self.groups.refers.iter().any(|group| front.security_groups.contains(group))
    }

    /// The clients that the door lets in under their own addresses.
    fn clients(&self, front: &LoadBalancer) -> Told {
        let groups = if self.names(front) {
            Bounds::exactly(AddressSet::all().clone()).into()
        } else {
            // Whether a reference to the clients' own groups counts on this way, AWS does not say.
            let why = "whether references to the clients' groups count behind a network load balancer is not documented";
            let gap = Gap::new("ec2:DescribeSecurityGroups", Cause::NotSupported).because(why);
            self.groups.by_address.or(&self.groups.by_reference.clone().only_perhaps(gap))
        };
        let why = "whether the network ACL judges clients of its own subnet behind a network load balancer is not documented";
        let gap = Gap::new("ec2:DescribeNetworkAcls", Cause::NotSupported).because(why);
        groups.and(&self.acl.either(&self.acl_beside, &gap))
    }

    /// The addresses of the load balancer that the door lets in.
    fn nodes(&self, front: &LoadBalancer) -> Told {
        let groups = if self.names(front) { Bounds::exactly(AddressSet::all().clone()).into() } else { self.groups.all() };
        groups.and(&self.acl_beside)
    }
}

impl Passage<'_> {
    fn clients(&self, clients: &Exposure, preserved: &Result<bool, Gap>, ipv6: Option<bool>) -> Exposure {
        let by_family = |ipv6: bool| match preserved {
            Ok(preserved) => clients.through(&self.filter(*preserved, ipv6)),
            Err(gap) => clients.through(&self.filter(true, ipv6)).either(&clients.through(&self.filter(false, ipv6)), gap),
        };
        match ipv6 {
            Some(ipv6) => by_family(ipv6),
            None => by_family(false).either(&by_family(true), &unsaid(TARGET_GROUPS, "whether its targets are reached over IPv4 or IPv6")),
        }
    }

    /// The clients that get through to targets of a family.
    fn filter(&self, preserved: bool, ipv6: bool) -> Told {
        let by_node = self.doors_agree(|door| self.all_or_nothing(&door.nodes(self.front), ipv6));
        let by_node = if self.proven { Bounds::exactly(AddressSet::all().clone()).into() } else { by_node };
        if !preserved {
            return by_node;
        }
        // Clients of the other family arrive with an address of the load balancer.
        let same = Bounds::exactly(AddressSet::all().only(ipv6)).into();
        let other = Bounds::exactly(AddressSet::all().only(!ipv6)).into();
        self.doors_agree(|door| door.clients(self.front)).and(&same).or(&by_node.and(&other))
    }

    /// Everybody where all addresses of the load balancer are let in, nobody where none is.
    fn all_or_nothing(&self, door: &Told, ipv6: bool) -> Told {
        let everybody = AddressSet::all().clone();
        let nodes = self.nodes.only(ipv6);
        let none = door.bounds.perhaps.intersection(&nodes).is_empty();
        let all = !nodes.is_empty() && nodes.is_subset(&door.bounds.surely);
        match &self.nodes_gap {
            Some(gap) => Told::at_most(everybody, gap.clone()),
            None if all => Bounds::exactly(everybody).into(),
            None if none => Told::default(),
            None => {
                let why = format!("only some addresses of {} are surely let in behind it", self.front.name);
                let mut told = Told::at_most(everybody, Gap::new(INTERFACES, Cause::NotSupported).because(why));
                told.gaps.extend(door.gaps.iter().cloned());
                told
            }
        }
    }

    /// What all doors let in is sure, and what any lets in possible: nobody can tell which of them a connection meets.
    fn doors_agree(&self, ask: impl Fn(&Door) -> Told) -> Told {
        let gap = unsaid(INTERFACES, "which of several interfaces or transports a connection through the load balancer meets");
        let told = self.doors.iter().map(ask);
        told.reduce(|all, more| all.either(&more, &gap)).unwrap_or_default()
    }
}

fn perhaps(clients: &Exposure, gap: Gap) -> Exposure {
    clients.through(&Told::at_most(AddressSet::all().clone(), gap))
}

fn carried(group: &TargetGroup) -> Result<&'static [Transport], Gap> {
    let protocol = group.protocol.as_deref().ok_or_else(|| about(unsaid(TARGET_GROUPS, "which protocol it speaks"), &group.arn))?;
    spoken(protocol).ok_or_else(|| about(unheard(TARGET_GROUPS, "protocol", protocol), &group.arn))
}

/// Whether targets see the addresses of clients.
pub fn preserves_client_ip(group: &TargetGroup) -> Result<bool, Gap> {
    // For all but these AWS lets nobody turn it off.
    if !matches!(group.protocol.as_deref(), Some("TCP" | "TLS")) {
        return Ok(true);
    }
    let default = group.target_type == "instance";
    match &group.attributes {
        Observed::Absent => Ok(default),
        Observed::Known(attributes) => match attributes.get("preserve_client_ip.enabled").map(String::as_str) {
            None => Ok(default),
            Some("true") => Ok(true),
            Some("false") => Ok(false),
            Some(word) => Err(about(unheard(ATTRIBUTES, "value of preserve_client_ip.enabled:", word), &group.arn)),
        },
        Observed::Unknown(gap) => Err(about(gap.clone().or_action(ATTRIBUTES), &group.arn)),
    }
}

/// Whether a target is reached over IPv6.
fn family(group: &TargetGroup, target: &Target) -> Option<bool> {
    match group.ip_address_type.as_deref() {
        Some("ipv4") => Some(false),
        Some("ipv6") => Some(true),
        _ => target.id.parse::<IpAddr>().ok().map(|address| address.is_ipv6()),
    }
}
