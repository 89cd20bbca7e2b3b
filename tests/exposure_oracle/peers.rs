//! The false answers of other tools about networks, each as a case that apiaudit answers right. The numbers are those of
//! the survey in which they were found.

use serde_json::json;

use super::scene::Scene;

/// F1: only all ports from exactly `0.0.0.0/0` or `::/0` is seen elsewhere.
#[test]
fn f1_one_open_port_is_seen_in_every_spelling_of_the_world() {
    let rule = |peer: &str, block: &str| json!([{"protocol": "tcp", "from_port": 443, "to_port": 443, peer: block}]);
    assert_eq!(Scene::open().world(), Some(true));
    let dualstack = || Scene::open().with("/load_balancers/0/ip_address_type", json!("dualstack"));
    assert_eq!(dualstack().rules(rule("cidr_ipv6", "::/0")).world(), Some(true));
    for rules in [
        json!([{"protocol": "tcp", "from_port": 1, "to_port": 65535, "cidr_ipv4": "0.0.0.0/0"}]),
        json!([{"protocol": "-1", "cidr_ipv4": "0.0.0.0/1"}, {"protocol": "-1", "cidr_ipv4": "128.0.0.0/1"}]),
        json!([{"protocol": "6", "from_port": 443, "to_port": 443, "cidr_ipv4": "0.0.0.0/0"}]),
    ] {
        assert_eq!(Scene::open().rules(rules.clone()).world(), Some(true), "{rules}");
    }
}

/// F1: a network load balancer without groups takes whatever comes.
#[test]
fn f1_a_network_load_balancer_without_groups_is_open() {
    let scene = Scene::open().with("/load_balancers/0/type", json!("network")).with("/load_balancers/0/listeners/0/protocol", json!("TCP"));
    assert_eq!(scene.with("/load_balancers/0/security_groups", json!([])).world(), Some(true));
    // An application load balancer always has groups: where none are told, nobody knows.
    assert_eq!(Scene::open().with("/load_balancers/0/security_groups", json!([])).world(), None);
}

/// F5: prefix lists, references to groups, and sums of blocks are not looked at elsewhere.
#[test]
fn f5_prefix_lists_references_and_sums_count() {
    let by_list = json!([{"protocol": "tcp", "from_port": 443, "to_port": 443, "prefix_list": "pl-1"}]);
    let list = |entries| json!({"id": "pl-1", "name": "own", "entries": entries});
    let scene = |entries| Scene::open().rules(by_list.clone()).and("/prefix_lists", list(entries));
    assert_eq!(scene(json!(["0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/1"])).world(), Some(true));
    assert_eq!(scene(json!(["17.0.0.0/24"])).world(), Some(false));
    assert_eq!(scene(json!(["17.0.0.0/24"])).anyone(), Some(true));
    assert_eq!(scene(json!({"$unknown": {"action": "a:B", "cause": "denied"}})).world(), None);

    let by_group = json!([{"protocol": "tcp", "from_port": 443, "to_port": 443, "security_group": "sg-1"}]);
    let carrier = json!({"id": "eni-1", "vpc_id": "vpc-1", "security_groups": ["sg-1"], "addresses": [{"private_ip": "10.0.0.7"}]});
    let exposure = Scene::open().rules(by_group).and("/network_interfaces", carrier).exposure();
    assert_eq!(exposure.anyone(), Some(false));
    assert_eq!(exposure.inside.contains("10.0.0.7".parse().unwrap()), Some(true));
    assert_eq!(exposure.inside.contains("10.0.0.8".parse().unwrap()), Some(false));
}

/// F6: the main table of another VPC is taken elsewhere, and `eigw-` is rightly none of the internet's ways in.
#[test]
fn f6_the_main_table_is_that_of_the_vpc() {
    let open = json!([{"destination": "0.0.0.0/0", "target": "igw-2", "state": "active"}]);
    let local = json!([{"destination": "10.0.0.0/16", "target": "local", "state": "active"}]);
    let tables = |own: &serde_json::Value, other: &serde_json::Value| json!([{"id": "rtb-2", "vpc_id": "vpc-2", "main": true, "routes": other}, {"id": "rtb-1", "vpc_id": "vpc-1", "main": true, "routes": own}]);
    assert_eq!(Scene::open().with("/route_tables", tables(&local, &open)).anyone(), Some(false));
    assert_eq!(Scene::open().with("/route_tables", tables(&open, &local)).world(), Some(true));
    let partial = json!({"items": tables(&open, &local), "gaps": [{"action": "ec2:DescribeRouteTables", "cause": "throttled"}]});
    assert_eq!(Scene::open().with("/route_tables", partial).world(), None);
    let outward = json!([{"destination": "::/0", "target": "eigw-1", "state": "active"}]);
    let dualstack = Scene::open().with("/load_balancers/0/ip_address_type", json!("dualstack"));
    assert_eq!(dualstack.with("/route_tables", tables(&outward, &local)).anyone(), Some(false));
}

fn acl_entry(number: i32, egress: bool, action: &str, block: &str, ports: Option<(i32, i32)>) -> serde_json::Value {
    let protocol = if ports.is_some() { "6" } else { "-1" };
    json!({"egress": egress, "rule_number": number, "action": action, "protocol": protocol, "cidr_block": block,
           "from_port": ports.map(|ports| ports.0), "to_port": ports.map(|ports| ports.1)})
}

/// F7: only entries for exactly /0 are looked at elsewhere.
#[test]
fn f7_network_acls_are_judged_in_order_and_by_what_they_add_up_to() {
    let out = acl_entry(100, true, "allow", "0.0.0.0/0", None);
    let scene = |entries: serde_json::Value| {
        let entries = entries.as_array().unwrap().iter().cloned().chain([out.clone()]).collect::<Vec<_>>();
        Scene::open().with("/network_acls/0/entries", json!(entries))
    };
    let halves = [acl_entry(10, false, "deny", "0.0.0.0/1", None), acl_entry(20, false, "deny", "128.0.0.0/1", None)];
    let allow = |number| acl_entry(number, false, "allow", "0.0.0.0/0", None);
    assert_eq!(scene(json!([halves[0], halves[1], allow(30)])).anyone(), Some(false));
    assert_eq!(scene(json!([halves[0], halves[1], allow(5)])).world(), Some(true));
    // The order of the list does not count, the numbers do.
    assert_eq!(scene(json!([allow(30), halves[1], halves[0]])).anyone(), Some(false));
    assert_eq!(scene(json!([acl_entry(10, false, "deny", "0.0.0.0/0", Some((80, 80))), allow(30)])).world(), Some(true));
    assert_eq!(scene(json!([acl_entry(10, false, "deny", "0.0.0.0/0", Some((1, 1000))), allow(30)])).anyone(), Some(false));
    // Stateless: without a way out for the answers nobody gets in.
    let out_only_low = [allow(100), acl_entry(100, true, "allow", "0.0.0.0/0", Some((0, 1023)))];
    assert_eq!(Scene::open().with("/network_acls/0/entries", json!(out_only_low)).anyone(), Some(false));
    let out_one = [allow(100), acl_entry(100, true, "allow", "0.0.0.0/0", Some((0, 1024)))];
    assert_eq!(Scene::open().with("/network_acls/0/entries", json!(out_one)).world(), Some(true));
}

/// F11: the port of a rule is ignored elsewhere.
#[test]
fn f11_an_open_port_that_nothing_listens_on_is_not_exposed() {
    let ssh = json!([{"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_ipv4": "0.0.0.0/0"}]);
    assert_eq!(Scene::open().rules(ssh).anyone(), Some(false));
}

/// F14: a range that starts at an allowed port passes elsewhere, and IPv6 is missed.
#[test]
fn f14_a_range_from_80_reaches_443_and_ipv6_counts() {
    let range = json!([{"protocol": "tcp", "from_port": 80, "to_port": 65535, "cidr_ipv4": "0.0.0.0/0"}]);
    assert_eq!(Scene::open().rules(range).world(), Some(true));
    let six = json!([{"protocol": "tcp", "from_port": 80, "to_port": 65535, "cidr_ipv6": "::/0"}]);
    let without_v4 = Scene::open().with("/load_balancers/0/ip_address_type", json!("dualstack-without-public-ipv4"));
    assert_eq!(without_v4.rules(six).world(), Some(true));
}

/// F16: groups of network load balancers are ignored elsewhere, and so are IPv6, routes and ACLs.
#[test]
fn f16_groups_of_network_load_balancers_routes_and_families_count() {
    let network =
        || Scene::open().with("/load_balancers/0/type", json!("network")).with("/load_balancers/0/listeners/0/protocol", json!("TCP"));
    let partner = json!([{"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv4": "17.0.0.0/24"}]);
    assert_eq!(network().rules(partner).world(), Some(false));
    let six = json!([{"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv6": "::/0"}]);
    assert_eq!(network().rules(six.clone()).anyone(), Some(false), "it has IPv4 addresses only");
    assert_eq!(network().rules(six).with("/load_balancers/0/ip_address_type", json!("dualstack")).world(), Some(true));
    assert_eq!(Scene::open().with("/route_tables/0/routes", json!([])).anyone(), Some(false), "no route to an internet gateway");
    let blocked = Scene::open().with("/subnets/0/internet_gateway_block_mode", json!("block-ingress"));
    assert_eq!(blocked.anyone(), Some(false), "Block Public Access");
}

/// F17: rules for all protocols name no port.
#[test]
fn f17_rules_for_all_protocols_cover_every_port() {
    for rule in [
        json!([{"protocol": "-1", "cidr_ipv4": "0.0.0.0/0"}]),
        json!([{"protocol": "-1", "from_port": -1, "to_port": -1, "cidr_ipv4": "0.0.0.0/0"}]),
        json!([{"protocol": "-1", "from_port": 22, "to_port": 22, "cidr_ipv4": "0.0.0.0/0"}]),
    ] {
        assert_eq!(Scene::open().rules(rule.clone()).world(), Some(true), "{rule}");
    }
}
