//! The network of a region, asked who can open a connection to what.

use std::sync::Arc;

use super::addressing::Families;
use super::groups::{Admission, Admitted, Groups};
use super::index::{Index, about, unheard, unsaid};
use super::memo::Memo;
use super::routes::reaches_internet;
use super::transport::spoken;
use super::ways::{Way, Ways};
use super::{Bounds, Exposure, Transport};
use crate::inventory::{Cause, Gap, Listener, LoadBalancer, NetworkInterface, Observed, Region};

pub(super) const LOAD_BALANCERS: &str = "elasticloadbalancing:DescribeLoadBalancers";
pub(super) const LISTENERS: &str = "elasticloadbalancing:DescribeListeners";
const INTERFACES: &str = "ec2:DescribeNetworkInterfaces";

/// The network of a region. It remembers what it found, and may be asked from many threads.
#[derive(Debug)]
pub struct Network<'a> {
    pub(super) index: Index<'a>,
    pub(super) groups: Groups,
    pub(super) ways: Ways,
    listeners: Memo<(String, String), Exposure>,
}

impl<'a> Network<'a> {
    /// Indexes a region.
    pub fn new(region: &'a Region) -> Self {
        Self { index: Index::new(region), groups: Groups::default(), ways: Ways::default(), listeners: Memo::default() }
    }

    /// The region.
    pub fn region(&self) -> &'a Region {
        self.index.region
    }

    /// Who can open a connection to a listener.
    pub fn listener(&self, balancer: &LoadBalancer, listener: &Listener) -> Arc<Exposure> {
        self.listeners.get(&(balancer.arn.clone(), listener.arn.clone()), || self.find_listener(balancer, listener))
    }

    fn find_listener(&self, balancer: &LoadBalancer, listener: &Listener) -> Exposure {
        if balancer.state.as_deref() == Some("failed") {
            return Exposure::nobody();
        }
        if balancer.kind == "gateway" {
            // It has no public addresses, and takes what route tables hand to it.
            let why = "which traffic route tables hand to a gateway load balancer is not followed";
            let gap = about(Gap::new(LOAD_BALANCERS, Cause::NotSupported).because(why), &balancer.arn);
            return Exposure { internet: Bounds::nothing(), ..Exposure::unknown(gap) }.or(&Exposure::nobody());
        }
        let (transports, port) = match asked(balancer, listener) {
            Ok(asked) => asked,
            Err(gap) => return Exposure::unknown(gap),
        };
        let families = Families::of_balancer(balancer);
        let subnets: Vec<Option<String>> = balancer.zones.iter().map(|zone| zone.subnet_id.clone()).collect();
        let by_transport = transports.iter().map(|transport| {
            let way = self.ways.to(&self.index, &self.groups, subnets.clone(), balancer.vpc_id.as_deref(), (*transport, port));
            exposure(&families, &way, &self.of_balancer(balancer, *transport, port))
        });
        by_transport.reduce(|all, more| all.or(&more)).unwrap_or_default()
    }

    /// What a load balancer's groups let in. A network load balancer without groups takes whatever comes.
    pub(super) fn of_balancer(&self, balancer: &LoadBalancer, transport: Transport, port: u16) -> Arc<Admission> {
        if !balancer.security_groups.is_empty() {
            self.groups.admission(&self.index, &balancer.security_groups, false, transport, port)
        } else if balancer.kind == "network" {
            Arc::new(Admission::everything())
        } else {
            Arc::new(Admission::unknown(&about(unsaid(LOAD_BALANCERS, "which security groups it has"), &balancer.arn)))
        }
    }

    /// Who can open a connection to a port of a network interface itself.
    pub fn interface(&self, interface: &NetworkInterface, transport: Transport, port: u16) -> Exposure {
        let Some(subnet) = interface.subnet_id.clone() else {
            return Exposure::unknown(about(unsaid(INTERFACES, "in which subnet it is"), &interface.id));
        };
        let way = self.ways.to(&self.index, &self.groups, vec![Some(subnet)], interface.vpc_id.as_deref(), (transport, port));
        exposure(&Families::of_interface(interface), &way, &self.of_interface(interface, transport, port))
    }

    /// What an interface's groups let in.
    pub(super) fn of_interface(&self, interface: &NetworkInterface, transport: Transport, port: u16) -> Arc<Admission> {
        if interface.security_groups.is_empty() {
            return Arc::new(Admission::unknown(&about(unsaid(INTERFACES, "which security groups it has"), &interface.id)));
        }
        self.groups.admission(&self.index, &interface.security_groups, false, transport, port)
    }

    /// Whom the union of security groups lets in to a port. Nothing else is looked at.
    pub fn admitted(&self, groups: &[String], transport: Transport, port: u16) -> Admitted {
        self.groups.admitted(&self.index, groups, false, transport, port)
    }

    /// Where the union of security groups lets traffic go, to a port over there. Nothing else is looked at.
    pub fn egress(&self, groups: &[String], transport: Transport, port: u16) -> Admitted {
        self.groups.admitted(&self.index, groups, true, transport, port)
    }

    /// Whether a subnet's routes lead any public address of a family to an internet gateway.
    pub fn routes_to_internet(&self, vpc_id: Option<&str>, subnet_id: &str, ipv6: bool) -> Observed<bool> {
        let vpc = self.index.subnet(subnet_id).map_or(vpc_id, |subnet| Some(subnet.vpc_id.as_str()));
        reaches_internet(&self.ways.routes(&self.index, &self.groups, subnet_id, vpc), ipv6)
    }
}

/// On what a listener listens.
pub(super) fn asked(balancer: &LoadBalancer, listener: &Listener) -> Result<(&'static [Transport], u16), Gap> {
    let lacks = |what: &str| about(unsaid(LISTENERS, what), &listener.arn);
    match balancer.kind.as_str() {
        "application" | "network" => {}
        kind => return Err(about(unheard(LOAD_BALANCERS, "type of load balancer", kind), &balancer.arn)),
    }
    if balancer.zones.is_empty() {
        return Err(about(unsaid(LOAD_BALANCERS, "in which zones it is"), &balancer.arn));
    }
    let port = listener.port.ok_or_else(|| lacks("on which port it listens"))?;
    let protocol = listener.protocol.as_deref().ok_or_else(|| lacks("which protocol it speaks"))?;
    let transports = spoken(protocol).ok_or_else(|| about(unheard(LISTENERS, "protocol", protocol), &listener.arn))?;
    Ok((transports, port))
}

/// All legs together: whose address fits, whose way is open, and whom the groups let in.
pub(super) fn exposure(families: &Families, way: &Way, groups: &Admission) -> Exposure {
    // The small sets first: those of groups may be long.
    let internet = way.internet.and(&families.internet).and(&groups.by_address);
    let inside = way.inside.and(&families.inside).and(&groups.all());
    Exposure::told(internet, inside)
}
