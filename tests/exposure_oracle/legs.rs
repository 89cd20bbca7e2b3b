//! Each leg of the way in by itself: what it does to an open network, and what it says about that.

use apiaudit::inventory::Observed;
use apiaudit::network::{AddressSet, Effect, LegKind, Network, SharedRanges, Transport};
use serde_json::{Value, json};

use super::scene::Scene;

fn route(destination: &str, target: &str) -> Value {
    json!({"destination": destination, "target": target, "state": "active"})
}

fn routes(routes: &[Value]) -> Scene {
    Scene::open().with("/route_tables/0/routes", json!(routes))
}

#[test]
fn the_longest_prefix_wins() {
    let halves = [route("0.0.0.0/0", "igw-1"), route("0.0.0.0/1", "nat-1"), route("128.0.0.0/1", "nat-1")];
    assert_eq!(routes(&halves).anyone(), Some(false));
    let partner = [route("0.0.0.0/0", "nat-1"), route("17.1.0.0/16", "igw-1")];
    assert_eq!(routes(&partner).exposure().internet.surely, AddressSet::parse("17.1.0.0/16").unwrap());
    let blackhole = json!({"destination": "17.0.0.0/8", "target": "igw-1", "state": "blackhole"});
    let exposure = routes(&[route("0.0.0.0/0", "igw-1"), blackhole]).exposure();
    assert_eq!(exposure.internet.contains("17.0.0.1".parse().unwrap()), Some(false));
    assert_eq!(exposure.world(), Some(true));
}

#[test]
fn what_may_stand_between_is_said() {
    let firewall = routes(&[route("0.0.0.0/0", "vpce-1")]).exposure();
    assert_eq!((firewall.world(), firewall.anyone()), (None, None));
    let detail = firewall.internet_gaps[0].detail.as_deref().unwrap();
    assert!(detail.contains("rtb-1 sends 0.0.0.0/0 to vpce-1"), "{detail}");
    // A gateway endpoint of S3 is no firewall: S3 opens no connections.
    let s3 = json!({"id": "pl-1", "name": "com.amazonaws.eu-west-1.s3", "owner_id": "AWS", "entries": ["17.0.0.0/8"]});
    let exposure = routes(&[route("0.0.0.0/0", "igw-1"), route("pl-1", "vpce-1")]).and("/prefix_lists", s3).exposure();
    assert!(exposure.internet.is_exact() && exposure.internet_gaps.is_empty());
    assert_eq!(exposure.internet.contains("17.0.0.1".parse().unwrap()), Some(false));
}

#[test]
fn of_two_routes_to_one_block_the_one_set_by_hand_wins() {
    let beside = [route("0.0.0.0/0", "vgw-1"), route("0.0.0.0/0", "igw-1")];
    assert_eq!(routes(&beside).world(), Some(true));
    let list = |block: &str| json!({"id": "pl-1", "name": "own", "entries": [block]});
    let nat = [route("0.0.0.0/0", "igw-1"), route("pl-1", "nat-1")];
    assert_eq!(routes(&nat).and("/prefix_lists", list("0.0.0.0/0")).world(), Some(true), "a block set by hand beats a list");
    assert_eq!(routes(&nat).and("/prefix_lists", list("0.0.0.0/1")).exposure().internet.contains("17.0.0.1".parse().unwrap()), Some(false));
    let in_doubt = [route("0.0.0.0/0", "vgw-1"), route("pl-1", "igw-1")];
    assert_eq!(routes(&in_doubt).and("/prefix_lists", list("0.0.0.0/0")).world(), None);
}

#[test]
fn ipv6_opens_an_internal_load_balancer_that_does_not_deny_it() {
    let six = json!([{"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv6": "::/0"}]);
    let internal = |attributes: Value| {
        let scene = Scene::open().with("/load_balancers/0/scheme", json!("internal"));
        scene
            .with("/load_balancers/0/ip_address_type", json!("dualstack"))
            .with("/load_balancers/0/attributes", attributes)
            .rules(six.clone())
    };
    assert_eq!(internal(json!({})).anyone(), Some(false));
    assert_eq!(internal(json!({"ipv6.deny_all_igw_traffic": "true"})).anyone(), Some(false));
    assert_eq!(internal(json!({"ipv6.deny_all_igw_traffic": "false"})).world(), Some(true));
    assert_eq!(internal(json!({"$unknown": {"action": "", "cause": "denied"}})).world(), None);
}

#[test]
fn a_load_balancer_that_failed_lets_nobody_in_and_one_open_zone_is_enough() {
    let failed = Scene::open().with("/load_balancers/0/state", json!("failed")).exposure();
    assert_eq!(failed.describe(SharedRanges::embedded(), Some("vpc-1")), "nobody");
    let closed = json!({"id": "subnet-2", "vpc_id": "vpc-1", "internet_gateway_block_mode": "block-bidirectional"});
    let zone = json!({"zone": "b", "subnet_id": "subnet-2"});
    let table = json!({"id": "rtb-2", "vpc_id": "vpc-1", "main": true, "routes": []});
    let scene = Scene::open().and("/subnets", closed).and("/load_balancers/0/zones", zone).and("/route_tables", table);
    assert_eq!(scene.world(), Some(true));
}

#[test]
fn inside_are_the_vpc_and_perhaps_what_is_connected() {
    let exposure = Scene::open().exposure();
    assert!(exposure.inside.is_exact());
    assert_eq!(exposure.inside.surely, AddressSet::parse("10.0.0.0/16").unwrap());
    let peered = routes(&[route("10.0.0.0/16", "local"), route("10.1.0.0/16", "pcx-1")]).exposure();
    assert_eq!(peered.inside.contains("10.1.0.1".parse().unwrap()), None);
    assert_eq!(peered.inside.contains("10.2.0.1".parse().unwrap()), Some(false));
    assert_eq!(peered.anyone(), Some(false));
    assert!(peered.gaps[0].detail.as_deref().unwrap().contains("pcx-1"));
    assert!(peered.internet_gaps.is_empty(), "what is connected says nothing about the internet");
}

#[test]
fn a_source_ip_condition_narrows() {
    let partner = AddressSet::parse("17.0.0.0/24").unwrap();
    let narrowed = Scene::open().exposure().within(&partner);
    assert_eq!((narrowed.world(), narrowed.anyone()), (Some(false), Some(true)));
    assert_eq!(narrowed.describe(SharedRanges::embedded(), None), "256 public addresses (17.0.0.0/24)");
}

#[test]
fn an_interface_is_reached_by_what_public_addresses_it_has() {
    let interface = |public: Value, six: Value| {
        json!({"id": "eni-1", "subnet_id": "subnet-1", "vpc_id": "vpc-1", "security_groups": ["sg-1"],
               "addresses": [{"private_ip": "10.0.0.7", "public_ip": public}], "ipv6_addresses": six})
    };
    let told = |interface: Value, port| {
        let region = Scene::open().and("/network_interfaces", interface).region();
        let exposure = Network::new(&region).interface(&region.network_interfaces.items[0], Transport::Tcp, port);
        (exposure.world(), exposure.inside.surely.is_empty())
    };
    assert_eq!(told(interface(json!("17.0.0.1"), json!([])), 443), (Some(true), false));
    assert_eq!(told(interface(json!("17.0.0.1"), json!([])), 80), (Some(false), true));
    assert_eq!(told(interface(Value::Null, json!([])), 443), (Some(false), false));
    assert_eq!(told(interface(Value::Null, json!(["2600::1"])), 443), (Some(false), false), "the group names no IPv6");
}

#[test]
fn whether_a_subnet_leads_to_the_internet_is_asked_by_family() {
    let region = routes(&[route("0.0.0.0/0", "igw-1")]).region();
    let network = Network::new(&region);
    assert_eq!(network.routes_to_internet(Some("vpc-1"), "subnet-1", false), Observed::Known(true));
    assert_eq!(network.routes_to_internet(Some("vpc-1"), "subnet-1", true), Observed::Known(false));
    let unseen = network.routes_to_internet(Some("vpc-1"), "subnet-9", false);
    assert_eq!(unseen.gap().unwrap().action, "ec2:DescribeRouteTables");
}

#[test]
fn groups_are_asked_by_themselves_both_ways() {
    let out = json!({"egress": true, "protocol": "tcp", "from_port": 80, "to_port": 80, "cidr_ipv4": "10.0.1.0/24"});
    let region = Scene::open().and("/security_groups/0/rules", out).region();
    let network = Network::new(&region);
    let groups = ["sg-1".to_owned()];
    assert!(network.admitted(&groups, Transport::Tcp, 443).sources.surely.is_ipv4_world());
    assert!(network.admitted(&groups, Transport::Udp, 443).sources.perhaps.is_empty());
    assert_eq!(network.egress(&groups, Transport::Tcp, 80).sources.surely, AddressSet::parse("10.0.1.0/24").unwrap());
    assert!(network.egress(&groups, Transport::Tcp, 443).sources.perhaps.is_empty());
    let unread = network.admitted(&["sg-9".to_owned()], Transport::Tcp, 443);
    assert_eq!((unread.gaps.len(), unread.sources.is_exact()), (1, false));
}

#[test]
fn the_trace_names_every_entry() {
    let texts: Vec<(LegKind, Effect, String)> = Scene::open().trace().into_iter().map(|leg| (leg.kind, leg.effect, leg.text)).collect();
    let through = Effect::LetsThrough;
    let expected = [
        (LegKind::Address, through, "web: internet-facing, ipv4"),
        (LegKind::Route, through, "rtb-1: 0.0.0.0/0 → igw-1 (active)"),
        (LegKind::Route, through, "rtb-1: ::/0 → igw-1 (active)"),
        (LegKind::BlockPublicAccess, through, "subnet-1: Block Public Access off"),
        (LegKind::AclIn, through, "acl-1 in: rule 100 allows all protocols from 0.0.0.0/0"),
        (LegKind::AclIn, through, "acl-1 in: rule 101 allows all protocols from ::/0"),
        (LegKind::AclOut, through, "acl-1 out: rule 100 allows all protocols to 0.0.0.0/0"),
        (LegKind::AclOut, through, "acl-1 out: rule 101 allows all protocols to ::/0"),
        (LegKind::SecurityGroup, through, "sg-1 (web): tcp 443 from 0.0.0.0/0 (sgr-1)"),
    ];
    assert_eq!(texts, expected.map(|(kind, effect, text)| (kind, effect, text.to_owned())));
}

#[test]
fn the_trace_says_what_stops_and_what_nobody_knows() {
    let stopped = |scene: Scene, kind: LegKind| {
        scene
            .trace()
            .into_iter()
            .filter(|leg| leg.kind == kind && leg.effect != Effect::LetsThrough)
            .map(|leg| leg.text)
            .collect::<Vec<_>>()
    };
    let ssh = json!([{"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_ipv4": "0.0.0.0/0"}]);
    assert_eq!(stopped(Scene::open().rules(ssh), LegKind::SecurityGroup), ["sg-1 (web): no entry for port 443"]);
    assert_eq!(stopped(routes(&[]), LegKind::Route), ["rtb-1: no active route to an internet gateway"]);
    let deny = json!({"egress": false, "rule_number": 1, "action": "deny", "protocol": "6", "cidr_block": "0.0.0.0/0", "from_port": 443, "to_port": 443});
    assert_eq!(
        stopped(Scene::open().and("/network_acls/0/entries", deny), LegKind::AclIn),
        ["acl-1 in: rule 1 denies tcp 443 from 0.0.0.0/0"]
    );
    let firewall = routes(&[route("0.0.0.0/0", "vpce-1")]).trace();
    let leg = firewall.iter().find(|leg| leg.kind == LegKind::Route).unwrap();
    assert_eq!((leg.effect, leg.text.as_str()), (Effect::Unknown, "rtb-1: 0.0.0.0/0 → vpce-1 (active)"));
    let denied = json!({"items": [], "gaps": [{"action": "ec2:DescribeSecurityGroups", "cause": "denied"}]});
    assert_eq!(stopped(Scene::open().with("/security_groups", denied), LegKind::SecurityGroup), ["ec2:DescribeSecurityGroups denied"]);
}

#[test]
fn a_long_trace_is_cut_and_says_so() {
    let rule = |place: u32| json!({"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv4": format!("17.0.{place}.0/24")});
    let legs = Scene::open().rules((0..60).map(rule).collect()).trace();
    let groups: Vec<&str> = legs.iter().filter(|leg| leg.kind == LegKind::SecurityGroup).map(|leg| leg.text.as_str()).collect();
    assert_eq!((groups.len(), groups[50]), (51, "sg-1: and 10 more entries"));
}
