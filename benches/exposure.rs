//! What exposure costs: who can open a connection to each of 10,000 load balancers, from an inventory as it was read.
#![expect(clippy::expect_used, reason = "a bench may stop")]

use std::hint::black_box;

use apiaudit::inventory::{
    Listed, Listener, LoadBalancer, NetworkAcl, NetworkAclEntry, NetworkRoute, Observed, Peer, PrefixList, Region, RouteTable,
    SecurityGroup, SecurityGroupRule, Subnet, Vpc, Zone,
};
use apiaudit::network::Network;
use criterion::{Criterion, criterion_group, criterion_main};

const BALANCERS: usize = 10_000;
/// Groups of each load balancer, which it shares with no other.
const GROUPS: usize = 5;
/// Rules of each group: AWS's own limit.
const RULES: usize = 60;
const LISTS: usize = 20;
/// Entries of each prefix list.
const ENTRIES: usize = 1_000;
const SUBNETS: usize = 200;
/// Entries of each network ACL in each direction: AWS's own limit.
const ACL_ENTRIES: usize = 20;

/// A number that looks random and is the same in every run.
fn mixed(seed: usize) -> u32 {
    let mut number = u32::try_from(seed % (1 << 31)).unwrap_or_default().wrapping_mul(0x9E37_79B1);
    number ^= number >> 15;
    number.wrapping_mul(0x85EB_CA6B) ^ (number >> 13)
}

fn block(seed: usize, length: u8) -> String {
    let address = std::net::Ipv4Addr::from(mixed(seed));
    ipnet::Ipv4Net::new(address, length).map_or_else(|_| "10.0.0.0/8".to_owned(), |net| net.trunc().to_string())
}

fn rule(group: usize, place: usize) -> SecurityGroupRule {
    let seed = group * RULES + place;
    let peer = match place {
        // A list of this size uses up what AWS lets one interface have, and more: one of the groups names it.
        0 if group % GROUPS == 0 => Peer::PrefixList(format!("pl-{}", group / GROUPS % LISTS)),
        place if place % 10 == 9 => Peer::CidrIpv6(format!("2600:{:x}::/32", mixed(seed) % 0xffff)),
        _ => Peer::CidrIpv4(block(seed, 24 + u8::try_from(place % 9).unwrap_or_default())),
    };
    let (protocol, port) = ("tcp".to_owned(), Some(443));
    SecurityGroupRule { egress: false, protocol, from_port: port, to_port: port, peer, id: None, description: None }
}

fn group(number: usize) -> SecurityGroup {
    let rules = (0..RULES).map(|place| rule(number, place)).collect();
    SecurityGroup { id: format!("sg-{number}"), name: String::new(), vpc_id: None, owner_id: None, rules, tags: Default::default() }
}

fn acl(number: usize) -> NetworkAcl {
    let entry = |place: usize, egress: bool| {
        let last = place + 1 == ACL_ENTRIES;
        NetworkAclEntry {
            egress,
            rule_number: i32::try_from(100 + place).unwrap_or_default(),
            action: if last { "allow" } else { "deny" }.to_owned(),
            protocol: if last { "-1" } else { "6" }.to_owned(),
            cidr_block: if last { "0.0.0.0/0".to_owned() } else { block(number * 100 + place, 16) },
            from_port: (!last).then_some(0),
            to_port: (!last).then_some(65535),
        }
    };
    let entries = (0..ACL_ENTRIES).flat_map(|place| [entry(place, false), entry(place, true)]).collect();
    let subnet_ids = vec![format!("subnet-{number}")];
    NetworkAcl { id: format!("acl-{number}"), vpc_id: "vpc-1".into(), is_default: false, subnet_ids, entries }
}

fn balancer(number: usize) -> LoadBalancer {
    let text = format!(
        r#"{{"arn": "arn:{number}", "name": "lb", "dns_name": "lb", "type": "application", "scheme": "internet-facing",
            "ip_address_type": "dualstack", "vpc_id": "vpc-1", "attributes": {{}}}}"#
    );
    let listener = format!(r#"{{"arn": "listener:{number}", "port": 443, "protocol": "HTTPS"}}"#);
    let mut balancer: LoadBalancer = serde_json::from_str(&text).expect("it is one");
    balancer.listeners = Listed::from(vec![serde_json::from_str::<Listener>(&listener).expect("it is one")]);
    balancer.security_groups = (0..GROUPS).map(|place| format!("sg-{}", number * GROUPS + place)).collect();
    let subnet = |place: usize| Some(format!("subnet-{}", (number + place) % SUBNETS));
    balancer.zones = (0..2).map(|place| Zone { zone: place.to_string(), subnet_id: subnet(place), ..Zone::default() }).collect();
    balancer
}

fn region() -> Region {
    let route = |destination: &str, target: &str| NetworkRoute {
        destination: destination.into(),
        target: target.into(),
        state: "active".into(),
        origin: None,
    };
    let table = |number: usize| RouteTable {
        id: format!("rtb-{number}"),
        vpc_id: "vpc-1".into(),
        main: number == 0,
        subnet_ids: vec![format!("subnet-{number}")],
        routes: vec![route("10.0.0.0/8", "local"), route("0.0.0.0/0", "igw-1"), route("::/0", "igw-1"), route("pl-0", "nat-1")],
    };
    let subnet = |number: usize| -> Subnet {
        let text = format!(r#"{{"id": "subnet-{number}", "vpc_id": "vpc-1", "internet_gateway_block_mode": "off"}}"#);
        serde_json::from_str(&text).expect("it is one")
    };
    let list = |number: usize| PrefixList {
        id: format!("pl-{number}"),
        name: String::new(),
        owner_id: None,
        address_family: Some("IPv4".into()),
        entries: Observed::Known((0..ENTRIES).map(|place| block(number * ENTRIES + place, 28)).collect()),
    };
    let vpc: Vpc = serde_json::from_str(r#"{"id": "vpc-1", "cidr_blocks": ["10.0.0.0/8"]}"#).expect("it is one");
    Region {
        name: "eu-west-1".into(),
        load_balancers: (0..BALANCERS).map(balancer).collect::<Vec<_>>().into(),
        security_groups: (0..BALANCERS * GROUPS).map(group).collect::<Vec<_>>().into(),
        prefix_lists: (0..LISTS).map(list).collect::<Vec<_>>().into(),
        network_acls: (0..SUBNETS).map(acl).collect::<Vec<_>>().into(),
        route_tables: (0..SUBNETS).map(table).collect::<Vec<_>>().into(),
        subnets: (0..SUBNETS).map(subnet).collect::<Vec<_>>().into(),
        vpcs: vec![vpc].into(),
        network_interfaces: Vec::new().into(),
        ..Region::default()
    }
}

fn exposures(c: &mut Criterion) {
    let region = region();
    let mut group = c.benchmark_group("exposure");
    group.sample_size(10);
    group.bench_function("10,000 load balancers of 5 groups of 60 rules, indexing and all", |b| {
        b.iter_with_large_drop(|| {
            let network = Network::new(black_box(&region));
            for balancer in &region.load_balancers {
                for listener in &balancer.listeners {
                    black_box(network.listener(balancer, listener).world());
                }
            }
            network
        });
    });
    group.finish();
}

criterion_group!(benches, exposures);
criterion_main!(benches);
