//! Random networks: few blocks that overlap much, so that every part has a say.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::LazyLock;

use apiaudit::inventory::{Cause, Gap, Listed, NetworkInterface, Observed, Region};
use apiaudit::network::Transport;
use ipnet::IpNet;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// Blocks that meet, within the internet, within the VPCs and beyond both.
pub(crate) const BLOCKS: [&str; 24] = [
    "0.0.0.0/0",
    "0.0.0.0/1",
    "128.0.0.0/1",
    "16.0.0.0/7",
    "17.0.0.0/8",
    "17.1.0.0/16",
    "17.1.2.0/24",
    "17.1.2.128/25",
    "17.1.2.3/32",
    "10.0.0.0/8",
    "10.0.0.0/16",
    "10.0.1.0/24",
    "10.0.1.128/25",
    "10.1.0.0/16",
    "203.0.113.0/24",
    "::/0",
    "2000::/3",
    "2600::/16",
    "2600:1::/32",
    "2600:1:2::/48",
    "2600:1:2::1/128",
    "2600:f::/56",
    "2600:f:0:1::/64",
    "fd00::/8",
];
const PORTS: [(Option<i32>, Option<i32>); 9] = [
    (None, None),
    (Some(-1), Some(-1)),
    (Some(80), Some(80)),
    (Some(80), Some(443)),
    (Some(443), Some(65535)),
    (Some(0), Some(65535)),
    (Some(1024), Some(65535)),
    (Some(2000), Some(3000)),
    (Some(65535), None),
];
const SUBNETS: [&str; 5] = ["subnet-a", "subnet-b", "subnet-c", "subnet-d", "subnet-elsewhere"];
const GROUPS: [&str; 5] = ["sg-1", "sg-2", "sg-3", "sg-4", "sg-foreign"];
const LISTS: [&str; 4] = ["pl-1", "pl-2", "pl-3", "pl-hidden"];
const VPCS: [&str; 2] = ["vpc-1", "vpc-2"];
/// The subnets of each VPC; one belongs to another account.
const OF_VPC: [&[&str]; 2] = [&["subnet-a", "subnet-b", "subnet-c", "subnet-elsewhere"], &["subnet-d"]];
const TARGETS: [&str; 12] = ["igw-1", "igw-1", "igw-1", "igw-1", "nat-1", "eigw-1", "pcx-1", "tgw-1", "vgw-1", "eni-1", "vpce-1", "cagw-1"];

/// A network with what is asked about it.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) region: Region,
    /// The interfaces there were before anything was hidden.
    pub(crate) interfaces: Vec<NetworkInterface>,
    pub(crate) asked: (Transport, u16),
}

impl std::fmt::Debug for World {
    /// As an inventory's region, ready to be looked at.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{:?} {}", self.asked, serde_json::to_string(&self.region).unwrap())
    }
}

/// The edges of every block, from both sides.
pub(crate) fn samples() -> &'static [IpAddr] {
    static SAMPLES: LazyLock<Vec<IpAddr>> = LazyLock::new(|| {
        let mut samples = Vec::new();
        let subnets = ["10.0.0.0/24", "10.0.2.0/24", "10.0.0.10/32", "10.0.1.11/32", "2600:f::10/128"];
        for block in BLOCKS.iter().chain(&subnets) {
            match block.parse::<IpNet>().unwrap() {
                IpNet::V4(net) => {
                    let (first, last) = (u32::from(net.network()), u32::from(net.broadcast()));
                    let edges = [first.checked_sub(1), Some(first), Some(last), last.checked_add(1)];
                    samples.extend(edges.into_iter().flatten().map(|edge| IpAddr::V4(edge.into())));
                }
                IpNet::V6(net) => {
                    let (first, last) = (u128::from(net.network()), u128::from(net.broadcast()));
                    let edges = [first.checked_sub(1), Some(first), Some(last), last.checked_add(1)];
                    samples.extend(edges.into_iter().flatten().map(|edge| IpAddr::V6(edge.into())));
                }
            }
        }
        samples.sort();
        samples.dedup();
        samples
    });
    &SAMPLES
}

/// One of several words, the first of which are the simplest.
fn word(words: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    select(words)
}

fn block() -> impl Strategy<Value = &'static str> {
    select(&BLOCKS[..])
}

/// Mostly the first.
fn mostly<T: Clone + std::fmt::Debug + 'static>(first: T, others: Vec<T>) -> impl Strategy<Value = T> {
    let others = others.into_iter().map(|other| (1, Just(other).boxed()));
    proptest::strategy::Union::new_weighted(std::iter::once((20, Just(first).boxed())).chain(others).collect())
}

/// A part of a list of names.
fn some_of(names: &'static [&'static str], least: usize, most: usize) -> impl Strategy<Value = Vec<&'static str>> {
    vec(word(names), least..=most).prop_map(|mut names| {
        names.sort_unstable();
        names.dedup();
        names
    })
}

fn unknown() -> Value {
    json!({"$unknown": {"action": "a:B", "cause": "denied"}})
}

fn routes() -> impl Strategy<Value = Vec<Value>> {
    let destination = prop_oneof![6 => block(), 1 => word(&LISTS)];
    let state = mostly("active", vec!["blackhole", "filtered"]);
    let route = (destination, word(&TARGETS), state)
        .prop_map(|(destination, target, state)| json!({"destination": destination, "target": target, "state": state}));
    let default = |block: &'static str| {
        let route = json!({"destination": block, "target": "igw-1", "state": "active"});
        proptest::option::weighted(0.7, Just(route))
    };
    (vec(route, 0..4), default("0.0.0.0/0"), default("::/0")).prop_map(|(mut routes, four, six)| {
        routes.extend([four, six].into_iter().flatten());
        routes
    })
}

fn acl_entries() -> impl Strategy<Value = Vec<Value>> {
    let entry = (
        prop_oneof![2 => Just("0.0.0.0/0"), 1 => Just("::/0"), 3 => block()],
        any::<bool>(),
        mostly("allow", vec!["deny", "deny", "deny", "deny", "wobble"]),
        mostly("-1", vec!["6", "6", "17", "1", "odd"]),
        select(&PORTS[..]),
        1_i32..400,
    );
    let entry = entry.prop_map(|(block, egress, action, protocol, (from, to), number)| {
        json!({"egress": egress, "rule_number": number, "action": action, "protocol": protocol, "cidr_block": block,
               "from_port": from, "to_port": to})
    });
    (vec(entry, 0..8), proptest::bool::weighted(0.8)).prop_map(|(mut entries, open)| {
        if open {
            let rest = [(false, "0.0.0.0/0"), (true, "0.0.0.0/0"), (false, "::/0"), (true, "::/0")].into_iter().enumerate();
            entries.extend(rest.map(|(place, (egress, block))| {
                json!({"egress": egress, "rule_number": 1000 + place, "action": "allow", "protocol": "-1", "cidr_block": block})
            }));
        }
        // Numbers are unique in each direction.
        entries.sort_by_key(|entry| (entry["egress"].as_bool(), entry["rule_number"].as_i64()));
        entries.dedup_by_key(|entry| (entry["egress"].as_bool(), entry["rule_number"].as_i64()));
        entries
    })
}

fn group_rules() -> impl Strategy<Value = Vec<Value>> {
    let peer = prop_oneof![
        6 => block().prop_map(|block| json!({if block.contains(':') { "cidr_ipv6" } else { "cidr_ipv4" }: block})),
        2 => word(&LISTS).prop_map(|list| json!({"prefix_list": list})),
        2 => word(&GROUPS).prop_map(|group| json!({"security_group": group})),
    ];
    let rule = (peer, mostly(false, vec![true]), mostly("tcp", vec!["-1", "-1", "6", "udp", "17", "icmp"]), select(&PORTS[..]));
    let rule = rule.prop_map(|(mut rule, egress, protocol, (from, to))| {
        rule["egress"] = json!(egress);
        rule["protocol"] = json!(protocol);
        rule["from_port"] = json!(from);
        rule["to_port"] = json!(to);
        rule
    });
    let open = proptest::option::weighted(0.4, select(vec!["0.0.0.0/0", "::/0", "17.0.0.0/8"]));
    (vec(rule, 0..5), open).prop_map(|(mut rules, open)| {
        let key = |block: &str| if block.contains(':') { "cidr_ipv6" } else { "cidr_ipv4" };
        rules.extend(open.map(|block| json!({"protocol": "-1", key(block): block})));
        rules
    })
}

fn lists() -> impl Strategy<Value = Vec<Value>> {
    let list = (vec(block(), 0..4), mostly(false, vec![true]), mostly(None, vec![Some("IPv4"), Some("IPv6")]), mostly(false, vec![true]));
    vec(list, 3..=3).prop_map(|lists| {
        let made = lists.into_iter().zip(LISTS).map(|((entries, hidden, family, endpoint), id)| {
            let (owner, name) = if endpoint { ("AWS", "com.amazonaws.eu-west-1.s3") } else { ("123456789012", "own") };
            let entries = if hidden { unknown() } else { json!(entries) };
            json!({"id": id, "name": name, "owner_id": owner, "address_family": family, "entries": entries})
        });
        made.collect()
    })
}

/// Tables or ACLs: what they hold, which subnets name which, and which serves the rest of each VPC.
fn serving(held: &'static str, rest: &'static str, entries: impl Strategy<Value = Vec<Value>>) -> impl Strategy<Value = Vec<Value>> {
    let named = vec(proptest::option::weighted(0.6, 0_usize..4), 4..=4);
    let fallback = vec(mostly(Some(0_usize), vec![Some(1), Some(3), None]), 2..=2);
    (vec(entries, 4..=4), named, fallback).prop_map(move |(entries, named, fallback)| {
        let items = entries.into_iter().enumerate().map(|(place, entries)| {
            let subnets: Vec<&str> = (0..4).filter(|subnet| named[*subnet] == Some(place)).map(|subnet| SUBNETS[subnet]).collect();
            let vpc = (0..2).find(|vpc| fallback[*vpc] == Some(place));
            let serves_the_rest = vpc.is_some();
            json!({"id": format!("x-{place}"), "vpc_id": VPCS[vpc.unwrap_or_default()], rest: serves_the_rest,
                   "subnet_ids": subnets, held: entries})
        });
        items.collect()
    })
}

fn subnets() -> impl Strategy<Value = Vec<Value>> {
    let mode = || mostly(json!("off"), vec![json!("block-ingress"), json!("block-bidirectional"), Value::Null, json!("odd"), unknown()]);
    vec(mode(), 4..=4).prop_map(|modes| {
        let places = [("10.0.0.0/24", "2600:f::/64"), ("10.0.1.0/24", "2600:f:0:1::/64"), ("10.0.2.0/24", ""), ("10.1.0.0/24", "")];
        let made = modes.into_iter().enumerate().map(|(place, mode)| {
            let six: Vec<&str> = Some(places[place].1).filter(|block| !block.is_empty()).into_iter().collect();
            json!({"id": SUBNETS[place], "vpc_id": VPCS[usize::from(place == 3)], "cidr_block": places[place].0,
                   "ipv6_cidr_blocks": six, "internet_gateway_block_mode": mode})
        });
        made.collect()
    })
}

fn interfaces() -> impl Strategy<Value = Vec<Value>> {
    let one = (proptest::option::weighted(0.9, word(&SUBNETS)), some_of(&GROUPS, 0, 2), any::<bool>(), any::<bool>(), 0_u8..3);
    vec(one, 2..5).prop_map(|interfaces| {
        let made = interfaces.into_iter().enumerate().map(|(place, (subnet, groups, public, six, role))| {
            let private = format!("10.0.{}.{}", place % 2, 10 + place);
            let public = public.then(|| format!("17.1.2.{place}"));
            let six: Vec<String> = six.then(|| format!("2600:f::{}", 10 + place)).into_iter().collect();
            let description = if role == 0 { "ELB net/front/1" } else { "task" };
            let instance = (role == 1).then(|| format!("i-{}", place % 2));
            let vpc = if subnet == Some("subnet-d") { "vpc-2" } else { "vpc-1" };
            json!({"id": format!("eni-{place}"), "subnet_id": subnet, "vpc_id": vpc, "security_groups": groups, "description": description,
                   "addresses": [{"private_ip": private, "public_ip": public}], "ipv6_addresses": six, "instance_id": instance})
        });
        made.collect()
    })
}

fn balancer(name: &'static str, kind: &'static str) -> impl Strategy<Value = Value> {
    let listener = (mostly("TCP", vec!["UDP", "TCP_UDP", "HTTPS", "ODD"]), mostly(Some(80_u16), vec![Some(443), Some(2500), None]));
    let deny =
        mostly(json!({}), vec![json!({"ipv6.deny_all_igw_traffic": "false"}), json!({"ipv6.deny_all_igw_traffic": "true"}), unknown()]);
    let odd = mostly(kind, vec!["gateway", "odd"]);

    let zones =
        mostly(0_usize, vec![1, 1]).prop_flat_map(|vpc| (Just(VPCS[vpc]), vec(proptest::option::weighted(0.97, word(OF_VPC[vpc])), 1..4)));
    let words = (
        mostly(Some("internet-facing"), vec![Some("internal"), Some("internal"), None, Some("odd")]),
        mostly(Some("dualstack"), vec![Some("ipv4"), Some("ipv4"), Some("dualstack-without-public-ipv4"), None, Some("odd")]),
        mostly(None, vec![Some("active"), Some("failed")]),
    );
    (odd, words, deny, zones, some_of(&GROUPS, 0, 3), vec(listener, 1..=2)).prop_map(
        move |(kind, (scheme, family, state), deny, (vpc, zones), groups, listeners)| {
            let listeners: Vec<Value> = listeners
                .into_iter()
                .enumerate()
                .map(|(place, (protocol, port))| json!({"arn": format!("{name}/listener-{place}"), "protocol": protocol, "port": port}))
                .collect();
            let zones: Vec<Value> = zones.into_iter().map(|subnet| json!({"zone": "z", "subnet_id": subnet})).collect();
            json!({"arn": format!("arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/net/{name}/1"), "name": name, "dns_name": name,
                   "type": kind, "scheme": scheme, "ip_address_type": family, "vpc_id": vpc, "state": state, "zones": zones,
                   "security_groups": groups, "attributes": deny, "listeners": listeners})
        },
    )
}

fn target_groups() -> impl Strategy<Value = Vec<Value>> {
    let attributes = mostly(
        json!({}),
        vec![json!({"preserve_client_ip.enabled": "true"}), json!({"preserve_client_ip.enabled": "false"}), unknown(), Value::Null],
    );
    let group = (
        mostly("ip", vec!["ip", "instance", "instance", "alb", "odd"]),
        mostly("TCP", vec!["TLS", "UDP", "TCP_UDP", "ODD"]),
        mostly(Some("ipv4"), vec![Some("ipv6"), Some("ipv6"), None]),
        attributes,
        mostly("traffic-port", vec!["80", "8080"]),
        word(&["healthy", "unhealthy", "unused"]),
        0_usize..5,
        mostly(Some(80_u16), vec![Some(443), None]),
    );
    vec(group, 1..3).prop_map(|groups| {
        let made = groups.into_iter().enumerate().map(|(place, (kind, protocol, family, attributes, probed, state, target, port))| {
            let id = match kind {
                "instance" => format!("i-{}", target % 2),
                "alb" if target < 4 => "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/net/behind/1".to_owned(),
                "alb" => "arn:elsewhere".to_owned(),
                _ if family == Some("ipv6") => format!("2600:f::{}", 10 + target),
                _ => format!("10.0.{}.{}", target % 2, 10 + target),
            };
            json!({"arn": format!("tg-{place}"), "name": "tg", "target_type": kind, "protocol": protocol, "ip_address_type": family,
                   "vpc_id": "vpc-1", "attributes": attributes, "port": port, "health_check": {"enabled": true, "port": probed},
                   "targets": [{"id": id, "state": state}]})
        });
        made.collect()
    })
}

/// Which lists were read only in part.
const KINDS: [&str; 7] = ["vpcs", "subnets", "route_tables", "network_acls", "security_groups", "prefix_lists", "network_interfaces"];

pub(crate) fn worlds() -> impl Strategy<Value = World> {
    let tables = serving("routes", "main", routes()).prop_map(|mut tables| {
        for table in &mut tables {
            let local = json!({"destination": "10.0.0.0/16", "target": "local", "state": "active"});
            table["routes"].as_array_mut().unwrap().push(local);
        }
        tables
    });
    let network = (tables, serving("entries", "is_default", acl_entries()), vec(group_rules(), 4..=4), lists(), subnets());
    let asked = (select(vec![Transport::Tcp, Transport::Udp]), select(vec![80_u16, 443, 2500]));
    let partial = mostly(Vec::new(), KINDS.iter().map(|kind| vec![*kind]).collect());
    let both = (balancer("front", "network"), balancer("behind", "application"));
    (network, interfaces(), both, target_groups(), asked, partial).prop_map(
        |((tables, acls, rules, lists, subnets), interfaces, (front, behind), target_groups, asked, partial)| {
            let groups: Vec<Value> = rules.into_iter().zip(GROUPS).map(|(rules, id)| json!({"id": id, "rules": rules})).collect();
            let vpcs = json!([{"id": "vpc-1", "cidr_blocks": ["10.0.0.0/16"], "ipv6_cidr_blocks": ["2600:f::/56"]},
                              {"id": "vpc-2", "cidr_blocks": ["10.1.0.0/16"]}]);
            let mut lists = BTreeMap::from([
                ("vpcs", vpcs),
                ("subnets", json!(subnets)),
                ("route_tables", json!(tables)),
                ("network_acls", json!(acls)),
                ("security_groups", json!(groups)),
                ("prefix_lists", json!(lists)),
                ("network_interfaces", json!(interfaces)),
                ("load_balancers", json!([front, behind])),
                ("target_groups", json!(target_groups)),
            ]);
            for kind in partial {
                let items = lists[kind].clone();
                lists.insert(kind, json!({"items": items, "gaps": [{"action": format!("ec2:{kind}"), "cause": "denied"}]}));
            }
            let mut region = json!({"name": "eu-west-1"});
            for (kind, list) in lists {
                region[kind] = list;
            }
            let region: Region = serde_json::from_value(region).unwrap();
            World { interfaces: region.network_interfaces.items.clone(), region, asked }
        },
    )
}

/// A list without some of its items, which were not read.
pub(crate) fn partly<T: Clone>(list: &mut Listed<T>, keep: u8) {
    let kept = list.items.iter().enumerate().filter(|(place, _)| keep >> (place % 8) & 1 == 1).map(|(_, item)| item.clone());
    list.items = kept.collect();
    list.gaps.push(Gap::new("ec2:Hidden", Cause::Throttled));
}

/// A value that was not read.
pub(crate) fn unread<T>() -> Observed<T> {
    Observed::Unknown(Gap::new("ec2:Hidden", Cause::Throttled))
}
