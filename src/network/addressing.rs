//! Which families of addresses lead to a load balancer or an interface.

use super::exposure::Told;
use super::index::{about, unheard, unsaid};
use super::{AddressSet, Bounds};
use crate::inventory::{Gap, LoadBalancer, NetworkInterface, Observed};

const ACTION: &str = "elasticloadbalancing:DescribeLoadBalancers";
const ATTRIBUTES: &str = "elasticloadbalancing:DescribeLoadBalancerAttributes";
const DENY: &str = "ipv6.deny_all_igw_traffic";

/// The families over which something can be reached, as whole families of addresses: clients speak the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Families {
    /// From the internet.
    pub(super) internet: Told,
    /// From the VPC.
    pub(super) inside: Told,
}

impl Families {
    /// Those of a load balancer, by its scheme and its type of addresses.
    pub(super) fn of_balancer(balancer: &LoadBalancer) -> Self {
        let (v4, v6) = (Told::from(Bounds::exactly(AddressSet::all_ipv4())), Told::from(Bounds::exactly(AddressSet::all_ipv6())));
        let kind = balancer.ip_address_type.as_deref();
        let inside = match kind {
            Some("ipv4") => v4.clone(),
            Some("dualstack" | "dualstack-without-public-ipv4") => v4.or(&v6),
            _ => v4.or(&Told::at_most(AddressSet::all_ipv6(), unknown_type(balancer))),
        };
        // Every type has private IPv4 addresses; public ones go with the scheme.
        let public_v4 = match kind {
            Some("ipv4" | "dualstack") => v4.clone(),
            Some("dualstack-without-public-ipv4") => Told::default(),
            _ => Told::at_most(AddressSet::all_ipv4(), unknown_type(balancer)),
        };
        let open_v6 = |default: &str| v6_gate(balancer, default).and(&inside).and(&v6);
        let internet = match balancer.scheme.as_deref() {
            Some("internet-facing") => public_v4.or(&open_v6("false")),
            Some("internal") => open_v6("true"),
            scheme => {
                let gap = scheme.map_or_else(|| unsaid(ACTION, "whether it faces the internet"), |word| unheard(ACTION, "scheme", word));
                public_v4.or(&inside.and(&v6)).only_perhaps(about(gap, &balancer.arn))
            }
        };
        Self { internet, inside }
    }

    /// Those of a network interface.
    pub(super) fn of_interface(interface: &NetworkInterface) -> Self {
        let v6 = if interface.ipv6_addresses.is_empty() { AddressSet::new() } else { AddressSet::all_ipv6() };
        let v4 = |has: bool| if has { AddressSet::all_ipv4() } else { AddressSet::new() };
        let public = interface.addresses.iter().any(|address| address.public_ip.is_some());
        Self {
            internet: Bounds::exactly(v4(public).union(&v6)).into(),
            inside: Bounds::exactly(v4(!interface.addresses.is_empty()).union(&v6)).into(),
        }
    }
}

fn unknown_type(balancer: &LoadBalancer) -> Gap {
    let gap = balancer
        .ip_address_type
        .as_deref()
        .map_or_else(|| unsaid(ACTION, "whether it has IPv4 or IPv6 addresses"), |word| unheard(ACTION, "type of addresses", word));
    about(gap, &balancer.arn)
}

/// Everything, unless the load balancer turns away what comes over IPv6 from an internet gateway.
fn v6_gate(balancer: &LoadBalancer, default: &str) -> Told {
    let everything = AddressSet::all().clone();
    let denies = match &balancer.attributes {
        Observed::Known(attributes) => attributes.get(DENY).map_or(default, String::as_str),
        Observed::Absent => default,
        Observed::Unknown(gap) => return Told::at_most(everything, about(gap.clone().or_action(ATTRIBUTES), &balancer.arn)),
    };
    match denies {
        "false" => Bounds::exactly(everything).into(),
        "true" => Told::default(),
        word => Told::at_most(everything, about(unheard(ATTRIBUTES, "value of ipv6.deny_all_igw_traffic:", word), &balancer.arn)),
    }
}
