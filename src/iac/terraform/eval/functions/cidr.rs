//! Arithmetic of networks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use super::{Arguments, Result, Stop};
use crate::iac::value::{Node, Value};

pub(super) fn call(arguments: &Arguments<'_>) -> Option<Result<Value>> {
    Some(match arguments.name {
        "cidrsubnet" => subnet(arguments),
        "cidrsubnets" => subnets(arguments),
        "cidrhost" => host(arguments),
        "cidrnetmask" => netmask(arguments),
        _ => return None,
    })
}

fn network(arguments: &Arguments<'_>) -> Result<IpNet> {
    arguments.text(0)?.parse::<IpNet>().map(|network| network.trunc()).map_err(|_| Stop::error("a network is no CIDR block"))
}

/// The address as a number, and the bits of the family.
fn bits(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()), 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    }
}

fn address(number: u128, family: u32) -> Option<IpAddr> {
    if family == 32 { u32::try_from(number).ok().map(|number| Ipv4Addr::from(number).into()) } else { Some(Ipv6Addr::from(number).into()) }
}

fn past<T>() -> Result<T> {
    Err(Stop::error("a network has no room for that"))
}

/// A network of a longer prefix within another one, by its number.
fn within(network: IpNet, longer: u32, number: u128) -> Result<IpNet> {
    let (start, family) = bits(network.network());
    let length = u32::from(network.prefix_len()) + longer;
    if length > family || (longer < 128 && number >> longer != 0) {
        return past();
    }
    let offset = if length == family { number } else { number.checked_shl(family - length).unwrap_or(0) };
    let length = u8::try_from(length).unwrap_or(u8::MAX);
    let net = address(start | offset, family).and_then(|address| IpNet::new(address, length).ok());
    net.map_or_else(past, Ok)
}

fn subnet(arguments: &Arguments<'_>) -> Result<Value> {
    let (longer, number) = (u32::try_from(arguments.whole(1)?), u128::try_from(arguments.whole(2)?));
    let (Ok(longer), Ok(number)) = (longer, number) else { return past() };
    Ok(Value::from(within(network(arguments)?, longer, number)?.to_string()))
}

/// Networks one after another, each at the first place that suits its size.
fn subnets(arguments: &Arguments<'_>) -> Result<Value> {
    let network = network(arguments)?;
    let (start, family) = bits(network.network());
    let room = family - u32::from(network.prefix_len());
    let mut next = 0_u128;
    let mut nets: Vec<Node> = Vec::new();
    for at in 1..arguments.len() {
        let Ok(longer) = u32::try_from(arguments.whole(at)?) else { return past() };
        let Some(size) = room.checked_sub(longer).filter(|_| longer < 128) else { return past() };
        let size = 1_u128.checked_shl(size).unwrap_or(u128::MAX);
        next = next.div_ceil(size).saturating_mul(size);
        let found = within(network, longer, next / size)?;
        debug_assert!(bits(found.network()).0 >= start);
        nets.push(Value::from(found.to_string()).into());
        next = next.saturating_add(size);
    }
    Ok(Value::List(nets))
}

fn host(arguments: &Arguments<'_>) -> Result<Value> {
    let network = network(arguments)?;
    let (start, family) = bits(network.network());
    let room = family - u32::from(network.prefix_len());
    let number = arguments.whole(1)?;
    let size = 1_u128.checked_shl(room).unwrap_or(u128::MAX);
    let offset = if number < 0 { size.checked_sub(u128::from(number.unsigned_abs())) } else { u128::try_from(number).ok() };
    let found = offset.filter(|offset| *offset < size).and_then(|offset| address(start | offset, family));
    found.map_or_else(past, |address| Ok(Value::from(address.to_string())))
}

fn netmask(arguments: &Arguments<'_>) -> Result<Value> {
    match network(arguments)? {
        IpNet::V4(network) => Ok(Value::from(network.netmask().to_string())),
        IpNet::V6(_) => Err(Stop::error("cidrnetmask takes a network of IPv4")),
    }
}
