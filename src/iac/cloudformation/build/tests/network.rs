//! VPCs, their tables and ACLs, and security groups.

use serde_json::json;

use super::{built, region};
use crate::iac::code::Code;
use crate::iac::text::Span;
use crate::iac::value::Value;
use crate::inventory::{Observed, Peer, Region, SecurityGroup};

fn group<'r>(region: &'r Region, id: &str) -> &'r SecurityGroup {
    region.security_groups.iter().find(|group| group.id == id).unwrap_or_else(|| panic!("no {id}"))
}

#[test]
fn a_flow_log_watches_what_it_names() {
    let of = |watched: serde_json::Value| {
        region(&json!({
            "Vpc": ["AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16"}],
            "Log": ["AWS::EC2::FlowLog", {"ResourceType": "VPC", "ResourceId": watched, "TrafficType": "ALL"}],
        }))
        .flow_logs
    };
    let logs = of(json!({"Ref": "Vpc"}));
    let told = &logs.items[0];
    assert_eq!((told.resource_id.as_str(), told.status.as_deref(), told.traffic_type.as_deref()), ("Vpc", Some("ACTIVE"), Some("ALL")));
    assert!(logs.is_complete());
    assert!(!of(json!({"Unknown": "the VPC"})).is_complete());
}

#[test]
fn a_vpc_comes_with_what_aws_adds() {
    let region = region(&json!({
        "Vpc": ["AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16"}],
        "Six": ["AWS::EC2::VPCCidrBlock", {"VpcId": {"Ref": "Vpc"}, "AmazonProvidedIpv6CidrBlock": true}],
        "Gateway": ["AWS::EC2::InternetGateway", {}],
        "Attachment": ["AWS::EC2::VPCGatewayAttachment", {"VpcId": {"Ref": "Vpc"}, "InternetGatewayId": {"Ref": "Gateway"}}],
        "Private": ["AWS::EC2::Subnet", {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24", "Ipv6CidrBlock": {"Unknown": "the block"}}],
        "Deny": ["AWS::EC2::NetworkAclEntry", {"NetworkAclId": {"GetAtt": "Vpc.DefaultNetworkAcl"}, "RuleNumber": 50, "Protocol": 6,
            "RuleAction": "deny", "CidrBlock": "0.0.0.0/0", "PortRange": {"From": 22, "To": 22}}],
        "Ssh": ["AWS::EC2::SecurityGroupIngress", {"GroupId": {"GetAtt": "Vpc.DefaultSecurityGroup"}, "IpProtocol": "6", "FromPort": 22,
            "ToPort": 22, "CidrIp": "10.0.0.0/8"}],
    }));
    assert_eq!(region.internet_gateways.items[0].vpc_ids, ["Vpc"]);
    assert!(region.vpcs.items[0].ipv6_cidr_blocks[0].starts_with("2001:db8:"));
    assert_eq!(region.route_tables.items.len(), 1);
    let acl = &region.network_acls.items[0];
    assert!(acl.is_default && acl.entries.iter().any(|entry| entry.rule_number == 50 && entry.from_port == Some(22)));
    let default = group(&region, "Vpc.default-security-group");
    assert!(default.rules.iter().any(|rule| rule.protocol == "tcp" && rule.id.as_deref() == Some("Ssh")));
    assert_eq!(default.rules.len(), 3);
    assert_eq!(region.subnets.items[0].ipv6_cidr_blocks, ["undeployed:Private.Ipv6CidrBlock"]);
    assert!(region.security_groups.is_complete() && region.network_acls.is_complete());
}

#[test]
fn a_table_with_a_route_that_is_not_known_is_lost() {
    let table = |of: serde_json::Value| {
        region(&json!({
            "Public": ["AWS::EC2::RouteTable", {"VpcId": "vpc-1"}],
            "Other": ["AWS::EC2::RouteTable", {"VpcId": "vpc-1"}],
            "Route": ["AWS::EC2::Route", {"RouteTableId": of, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": {"Unknown": "Gateway has no value"}}],
        }))
    };
    let known = table(json!({"Ref": "Public"}));
    assert_eq!(known.route_tables.items.iter().map(|table| table.id.as_str()).collect::<Vec<_>>(), ["Other"]);
    assert!(!known.route_tables.is_complete());
    assert!(table(json!({"Unknown": "Table has no value"})).route_tables.items.is_empty());
}

#[test]
fn an_acl_with_an_entry_that_is_not_known_is_lost_and_so_is_who_has_it() {
    let region = region(&json!({
        "Vpc": ["AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16"}],
        "Acl": ["AWS::EC2::NetworkAcl", {"VpcId": {"Ref": "Vpc"}}],
        "Entry": ["AWS::EC2::NetworkAclEntry", {"NetworkAclId": {"Ref": "Acl"}, "RuleNumber": 1, "Protocol": -1,
            "RuleAction": {"Unknown": "Action has no value"}, "CidrBlock": "0.0.0.0/0"}],
        "Association": ["AWS::EC2::SubnetNetworkAclAssociation", {"SubnetId": "subnet-1", "NetworkAclId": {"Ref": "Acl"}}],
    }));
    assert_eq!(region.network_acls.items.len(), 1, "the default one stays");
    assert!(!region.network_acls.is_complete());
}

#[test]
fn an_unknown_block_is_a_list_of_its_own_and_an_unknown_port_loses_the_group() {
    let region = region(&json!({
        "A": ["AWS::EC2::SecurityGroup", {"VpcId": "vpc-1", "SecurityGroupIngress": [
            {"IpProtocol": "tcp", "FromPort": "443", "ToPort": 443, "CidrIp": {"Unknown": "Cidr has no value"}},
            {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "SourcePrefixListId": "pl-1", "Description": "edge"}]}],
        "B": ["AWS::EC2::SecurityGroup", {"VpcId": "vpc-1", "SecurityGroupIngress": [
            {"IpProtocol": "tcp", "FromPort": {"Unknown": "Port has no value"}, "ToPort": 80, "CidrIp": "0.0.0.0/0"}]}],
    }));
    let rules = &group(&region, "A").rules;
    let place = "A.SecurityGroupIngress[0]".to_owned();
    assert!(rules.iter().any(|rule| rule.peer == Peer::PrefixList(place.clone()) && rule.from_port == Some(443)));
    let list = region.prefix_lists.iter().find(|list| list.id == place).unwrap();
    assert!(matches!(&list.entries, Observed::Unknown(gap) if gap.to_string() == "Cidr has no value"));
    assert!(rules.iter().any(|rule| rule.egress && rule.protocol == "-1"), "AWS lets everything out");
    assert!(region.security_groups.iter().all(|group| group.id != "B") && !region.security_groups.is_complete());
}

#[test]
fn an_entry_of_nobody_knows_whom_may_be_everybodys() {
    let region = region(&json!({
        "A": ["AWS::EC2::SecurityGroup", {"VpcId": "vpc-1"}],
        "Entry": ["AWS::EC2::SecurityGroupIngress", {"GroupId": {"Unknown": "Group has no value"}, "IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}],
    }));
    assert!(group(&region, "A").rules.iter().any(|rule| !rule.egress && rule.peer == Peer::PrefixList("Entry".into())));
}

#[test]
fn whether_the_default_egress_stays_beside_an_entry_of_its_own_is_left_open() {
    let region = region(&json!({
        "A": ["AWS::EC2::SecurityGroup", {"VpcId": "vpc-1"}],
        "Out": ["AWS::EC2::SecurityGroupEgress", {"GroupId": {"Ref": "A"}, "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443,
            "CidrIp": "10.0.0.0/8"}],
    }));
    let out: Vec<&Peer> = group(&region, "A").rules.iter().filter(|rule| rule.egress).map(|rule| &rule.peer).collect();
    assert_eq!(out.len(), 2);
    assert!(!out.contains(&&Peer::CidrIpv4("0.0.0.0/0".into())));
}

#[test]
fn entries_know_their_places() {
    let mut declarations = super::program(&json!({"A": ["AWS::EC2::SecurityGroup", {"VpcId": "vpc-1", "SecurityGroupIngress": [
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "0.0.0.0/0"}]}]}));
    let span = Span { file: 0, start: 10, end: 20 };
    let Value::Map(body) = &mut declarations[0].body.value else { panic!() };
    let Value::List(items) = &mut body.get_mut("SecurityGroupIngress").unwrap().value else { panic!() };
    items[0].span = Some(span);
    let built = super::build(&Code { declarations, ..Code::default() });
    assert_eq!(built.entries["A.SecurityGroupIngress[0]"], ("A".to_owned(), span));
}

#[test]
fn a_prefix_list_keeps_its_blocks_or_says_that_it_cannot() {
    let region = region(&json!({
        "Known": ["AWS::EC2::PrefixList", {"PrefixListName": "office", "AddressFamily": "IPv4", "Entries": [{"Cidr": "10.0.0.0/8"}]}],
        "Open": ["AWS::EC2::PrefixList", {"PrefixListName": "open", "AddressFamily": "IPv4", "Entries": {"Unknown": "Entries has no value"}}],
    }));
    assert_eq!(region.prefix_lists.items[0].entries.known().unwrap(), &["10.0.0.0/8"]);
    assert!(region.prefix_lists.items[1].entries.gap().is_some());
    assert_eq!(built(&json!({"Known": ["AWS::EC2::PrefixList", {}]})).ids["Known"], ["pl-Known"]);
}
