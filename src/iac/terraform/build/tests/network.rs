//! VPCs and what is in them.

use serde_json::json;

use super::super::build;
use super::{code, programs, region, with_uncounted, without};
use crate::iac::text::Span;
use crate::inventory::{NetworkRoute, Observed, Peer, Region, SecurityGroup};

fn group<'r>(region: &'r Region, id: &str) -> &'r SecurityGroup {
    region.security_groups.iter().find(|group| group.id == id).unwrap()
}

#[test]
fn a_network_stands_as_aws_would_tell_it() {
    let region = region(&code(&programs::network()));
    assert!(region.vpcs.is_complete() && region.subnets.is_complete() && region.route_tables.is_complete());
    let table = region.route_tables.iter().find(|table| table.id == "aws_route_table.public").unwrap();
    assert_eq!(table.subnet_ids, ["aws_subnet.a", "aws_subnet.b"]);
    let route = |destination: &str, target: &str, origin: &str| NetworkRoute {
        destination: destination.into(),
        target: target.into(),
        state: "active".into(),
        origin: Some(origin.into()),
    };
    let ways = [route("0.0.0.0/0", "igw-aws_internet_gateway.main", "CreateRoute"), route("10.0.0.0/16", "local", "CreateRouteTable")];
    assert_eq!(table.routes, ways);
    // AWS makes these with the VPC.
    assert!(region.route_tables.iter().any(|table| table.main && table.subnet_ids.is_empty()));
    assert_eq!(region.network_acls.items.len(), 1);
    assert_eq!(group(&region, "aws_vpc.main.default-security-group").rules.len(), 2);
    assert_eq!(region.internet_gateways.items[0].vpc_ids, ["aws_vpc.main"]);
}

#[test]
fn a_flow_log_watches_what_it_names() {
    let of = |more: serde_json::Value| {
        let code = code(&[("aws_vpc.main", json!({"cidr_block": "10.0.0.0/16"})), ("aws_flow_log.main", more)]);
        region(&code).flow_logs
    };
    let logs = of(json!({"vpc_id": "=aws_vpc.main.id", "traffic_type": "REJECT"}));
    let told = &logs.items[0];
    assert_eq!(
        (told.resource_id.as_str(), told.status.as_deref(), told.traffic_type.as_deref()),
        ("aws_vpc.main", Some("ACTIVE"), Some("REJECT"))
    );
    assert!(logs.is_complete() && told.deliver_status.is_none());
    // Without what it watches it may be any VPC's.
    assert!(!of(json!({"traffic_type": "ALL"})).is_complete());
    assert!(region(&code(&[("aws_vpc.main", json!({"cidr_block": "10.0.0.0/16"}))])).flow_logs.is_complete());
}

#[test]
fn entries_of_groups_have_an_id_a_place_and_one_peer_each() {
    let mut code = code(&[
        ("aws_vpc.main", json!({"cidr_block": "10.0.0.0/16"})),
        (
            "aws_security_group.a",
            json!({"name": "a", "vpc_id": "=aws_vpc.main.id", "ingress": [
                {"protocol": "6", "from_port": 443, "to_port": 443, "cidr_blocks": ["10.0.0.0/8", "0.0.0.0/0"], "ipv6_cidr_blocks": ["::/0"], "self": true},
                {"protocol": "all", "from_port": 0, "to_port": 0, "prefix_list_ids": ["pl-1"], "description": "the edge"}]}),
        ),
        (
            "aws_vpc_security_group_egress_rule.out",
            json!({"security_group_id": "=aws_security_group.a.id", "ip_protocol": "-1", "cidr_ipv4": "0.0.0.0/0"}),
        ),
    ]);
    let span = Span { file: 0, start: 3, end: 9 };
    code.declarations.iter_mut().find(|one| one.address.contains("egress")).unwrap().block = Some(span);
    let built = build(&code);
    assert_eq!(built.entries["aws_vpc_security_group_egress_rule.out"].1, span);
    let group = &built.drafts[0].region.security_groups.items[0];
    let rules: Vec<_> =
        group.rules.iter().map(|rule| (rule.id.as_deref().unwrap(), rule.protocol.as_str(), rule.from_port, &rule.peer)).collect();
    let of = |block: &str| Peer::CidrIpv4(block.into());
    assert_eq!(
        rules,
        [
            ("aws_security_group.a.ingress[0]#0", "tcp", Some(443), &of("10.0.0.0/8")),
            ("aws_security_group.a.ingress[0]#1", "tcp", Some(443), &of("0.0.0.0/0")),
            ("aws_security_group.a.ingress[0]#2", "tcp", Some(443), &Peer::CidrIpv6("::/0".into())),
            ("aws_security_group.a.ingress[0]#3", "tcp", Some(443), &Peer::SecurityGroup("aws_security_group.a".into())),
            ("aws_security_group.a.ingress[1]", "-1", None, &Peer::PrefixList("pl-1".into())),
            ("aws_vpc_security_group_egress_rule.out", "-1", None, &of("0.0.0.0/0")),
        ]
    );
    assert!(!built.drafts[0].region.security_groups.items[0].rules[0].egress);
}

#[test]
fn a_group_without_egress_lets_nothing_out() {
    let region = region(&code(&[("aws_security_group.a", json!({"name": "a", "vpc_id": "vpc-1"}))]));
    assert_eq!(group(&region, "aws_security_group.a").rules, []);
}

#[test]
fn only_the_entry_with_an_unknown_block_is_unknown() {
    let code = code(&programs::balancer(false));
    let region = region(&without(code, "aws_security_group.lb", &["ingress", "0", "cidr_blocks", "0"]));
    assert!(region.security_groups.is_complete());
    let rule = group(&region, "aws_security_group.lb").rules.iter().find(|rule| !rule.egress).unwrap();
    assert_eq!((rule.from_port, &rule.peer), (Some(80), &Peer::PrefixList("aws_security_group.lb.ingress[0]".into())));
    let list = &region.prefix_lists.items[0];
    assert_eq!(list.entries.gap().unwrap().detail.as_deref(), Some("var.hidden has no value here"));
}

#[test]
fn an_entry_of_no_known_group_may_be_one_of_any() {
    let code = code(&programs::balancer(false));
    let unsure = without(code.clone(), "aws_vpc_security_group_ingress_rule.tasks", &["security_group_id"]);
    for code in [unsure, with_uncounted(code, "aws_vpc_security_group_ingress_rule.more")] {
        let region = region(&code);
        for id in ["aws_security_group.lb", "aws_security_group.tasks"] {
            let perhaps = |rule: &crate::inventory::SecurityGroupRule| matches!(&rule.peer, Peer::PrefixList(_)) && rule.protocol == "-1";
            assert!(group(&region, id).rules.iter().any(perhaps), "{id}");
        }
        assert!(!region.security_groups.is_complete(), "the VPC's default group may have it as well");
    }
}

#[test]
fn what_was_taken_over_has_one_id() {
    let region = region(&code(&[
        ("aws_vpc.main", json!({"cidr_block": "10.0.0.0/16"})),
        ("aws_internet_gateway.main", json!({})),
        (
            "aws_internet_gateway_attachment.main",
            json!({"vpc_id": "=aws_vpc.main.id", "internet_gateway_id": "=aws_internet_gateway.main.id"}),
        ),
        (
            "aws_default_route_table.main",
            json!({"default_route_table_id": "=aws_vpc.main.default_route_table_id",
                "route": [{"cidr_block": "0.0.0.0/0", "gateway_id": "=aws_internet_gateway.main.id"}]}),
        ),
        (
            "aws_route.six",
            json!({"route_table_id": "=aws_default_route_table.main.id", "destination_ipv6_cidr_block": "::/0",
            "gateway_id": "=aws_internet_gateway.main.id"}),
        ),
        ("aws_default_security_group.main", json!({"vpc_id": "=aws_vpc.main.id"})),
        (
            "aws_security_group.b",
            json!({"vpc_id": "=aws_vpc.main.id", "ingress": [
            {"protocol": "tcp", "from_port": 1, "to_port": 2, "security_groups": ["=aws_default_security_group.main.id"]}]}),
        ),
        (
            "aws_default_network_acl.main",
            json!({"default_network_acl_id": "=aws_vpc.main.default_network_acl_id", "ingress": [
            {"rule_no": 100, "action": "allow", "protocol": "tcp", "cidr_block": "0.0.0.0/0", "from_port": 80, "to_port": 80}]}),
        ),
    ]));
    assert_eq!(region.route_tables.items.len(), 1);
    assert!(region.route_tables.items[0].main);
    assert_eq!(region.route_tables.items[0].routes.len(), 3);
    assert_eq!(region.security_groups.items.len(), 2);
    assert_eq!(group(&region, "aws_vpc.main.default-security-group").rules, []);
    let peer = Peer::SecurityGroup("aws_vpc.main.default-security-group".into());
    assert_eq!(group(&region, "aws_security_group.b").rules[0].peer, peer);
    assert_eq!(region.network_acls.items.len(), 1);
    let entries = &region.network_acls.items[0].entries;
    assert!(entries.iter().any(|entry| entry.protocol == "6" && entry.from_port == Some(80) && entry.rule_number == 100));
    assert!(region.security_groups.is_complete() && region.route_tables.is_complete() && region.network_acls.is_complete());
}

#[test]
fn a_default_vpc_is_not_known_by_its_declaration() {
    let region =
        region(&code(&[("aws_default_vpc.main", json!({})), ("aws_default_subnet.a", json!({"availability_zone": "eu-west-1a"}))]));
    assert!(region.vpcs.items.is_empty() && !region.vpcs.is_complete());
    assert!(!region.subnets.is_complete() && !region.route_tables.is_complete() && !region.internet_gateways.is_complete());
}

#[test]
fn prefix_lists_gather_their_entries() {
    let region = region(&code(&[
        ("aws_ec2_managed_prefix_list.a", json!({"name": "a", "address_family": "IPv4", "entry": [{"cidr": "10.0.0.0/8"}]})),
        ("aws_ec2_managed_prefix_list_entry.b", json!({"prefix_list_id": "=aws_ec2_managed_prefix_list.a.id", "cidr": "192.0.2.0/24"})),
    ]));
    assert_eq!(region.prefix_lists.items[0].entries, Observed::Known(vec!["10.0.0.0/8".into(), "192.0.2.0/24".into()]));
}

#[test]
fn blocks_that_aws_gives_are_not_known_and_hide_nothing_else() {
    let region = region(&code(&[
        ("aws_vpc.main", json!({"cidr_block": "10.0.0.0/16", "assign_generated_ipv6_cidr_block": true})),
        ("aws_subnet.a", json!({"vpc_id": "=aws_vpc.main.id", "cidr_block": "10.0.1.0/24"})),
        ("aws_vpc_ipv4_cidr_block_association.more", json!({"vpc_id": "=aws_vpc.main.id", "cidr_block": "10.1.0.0/16"})),
    ]));
    let vpc = &region.vpcs.items[0];
    assert_eq!(vpc.cidr_blocks, ["10.0.0.0/16", "10.1.0.0/16"]);
    assert!(crate::inventory::is_undeployed_id(&vpc.ipv6_cidr_blocks[0]), "{:?}", vpc.ipv6_cidr_blocks);
    assert_eq!(region.route_tables.items[0].routes.len(), 2, "a way to a block that nobody knows would hide all others");
    assert!(region.vpcs.is_complete() && region.subnets.is_complete());
}
