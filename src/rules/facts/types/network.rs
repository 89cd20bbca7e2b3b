//! Security groups, network ACLs, subnets and VPCs.

use super::{BOOL, OPENED, STANDING, STR, STRS, optional, required};
use crate::rules::schema::{RecordType, Type};

const GROUPS: &str = "ec2:DescribeSecurityGroups";
const ACLS: &str = "ec2:DescribeNetworkAcls";
const SUBNETS: &str = "ec2:DescribeSubnets";
const VPCS: &str = "ec2:DescribeVpcs";
const TABLES: &str = "ec2:DescribeRouteTables";
const FLOW_LOGS: &str = "ec2:DescribeFlowLogs ec2:DescribeSubnets ec2:DescribeNetworkInterfaces";

const IN_SCOPE: &str =
    "Whether it is judged: something on the path of an API uses it, or the run judges the whole account (`--scope account`).";

/// Ports that are open, and what opens them.
pub(crate) static OPENING: RecordType = RecordType {
    name: "opening",
    doc: "Ports that are open to a set of addresses, and the entries that open them. All entries are judged together.",
    fields: &[
        required("ports", STRS, "The ports, such as `tcp 22` and `udp 8000-8100`.", OPENED),
        required("entries", STRS, "The entries that open them, in words.", OPENED),
        required("rule_ids", STRS, "The ids of these entries (`sgr-…`), or the numbers of a network ACL's.", OPENED),
    ],
};

const OPENING_OF: Type = Type::Record(&OPENING);

/// A security group.
pub(crate) static SECURITY_GROUP: RecordType = RecordType {
    name: "security_group",
    doc: "A security group.",
    fields: &[
        required("id", STR, "Its id.", GROUPS),
        required("name", STR, "Its name.", GROUPS),
        required("region", STR, "Its region.", GROUPS),
        optional("vpc", STR, "Its VPC.", GROUPS),
        required("is_default", BOOL, "Whether it came with its VPC.", GROUPS),
        required("whole_account", BOOL, "Whether the run judges the whole account (`--scope account`).", ""),
        required("in_scope", BOOL, IN_SCOPE, STANDING),
        required("vpc_in_scope", BOOL, "Whether its VPC is judged.", STANDING),
        required("used", BOOL, "Whether anything carries it, or another group refers to it.", STANDING),
        required("attached_to", STRS, "What carries it, in words.", STANDING),
        required("public_users", STRS, "What carries it and has an address on the internet.", STANDING),
        required("entries", STRS, "Its entries, in and out, in words.", GROUPS),
        required("rule_ids", STRS, "The ids of its entries (`sgr-…`).", GROUPS),
        required("world_all_ports", BOOL, "Whether every port of TCP, or of UDP, is open to the world.", OPENED),
        required("world_all_tcp_ports", BOOL, "Whether every port of TCP is open to the world.", OPENED),
        required("world", OPENING_OF, "The ports open to the world.", OPENED),
        required("administration", OPENING_OF, "The ports of SSH and RDP that are open to the world.", OPENED),
        required(
            "high_risk",
            OPENING_OF,
            "The ports open to the world on which services listen that have no business there, apart from `administration`.",
            OPENED,
        ),
        required(
            "unauthorized",
            OPENING_OF,
            "The runs of ports open to the world, TCP 80 and 443 left out, that hold a port of neither `administration` nor `high_risk`.",
            OPENED,
        ),
        required(
            "wide",
            OPENING_OF,
            "The ports open to 512 public IPv4 addresses or more, or to as many public IPv6 addresses as a /32 holds, and not to the world. Ranges that AWS's services share among their customers do not count.",
            OPENED,
        ),
        required("private", OPENING_OF, "The ports open to the whole of a private range, and not to the world.", OPENED),
        required("egress_all_ports", BOOL, "Whether every port of TCP, or of UDP, of the world can be reached from it.", OPENED),
        required("egress", OPENING_OF, "The ports of the world that can be reached from it.", OPENED),
    ],
};

/// A network ACL.
pub(crate) static NETWORK_ACL: RecordType = RecordType {
    name: "network_acl",
    doc: "A network ACL.",
    fields: &[
        required("id", STR, "Its id.", ACLS),
        required("region", STR, "Its region.", ACLS),
        required("vpc", STR, "Its VPC.", ACLS),
        required("is_default", BOOL, "Whether it came with its VPC.", ACLS),
        required("whole_account", BOOL, "Whether the run judges the whole account (`--scope account`).", ""),
        required("in_scope", BOOL, IN_SCOPE, STANDING),
        required("used", BOOL, "Whether it guards a subnet.", "ec2:DescribeNetworkAcls ec2:DescribeSubnets"),
        required("subnets", STRS, "The subnets it guards.", "ec2:DescribeNetworkAcls ec2:DescribeSubnets"),
        required(
            "world_all_ports",
            BOOL,
            "Whether it lets the world open a connection to every port of TCP, or of UDP: in, in the order of its entries, and the answer out.",
            ACLS,
        ),
        required("world_all_tcp_ports", BOOL, "The same of every port of TCP.", ACLS),
        required("world", OPENING_OF, "The ports to which it lets the world open a connection.", ACLS),
        required("administration", OPENING_OF, "TCP 22 and 3389, where it lets the world open a connection to them.", ACLS),
    ],
};

/// A subnet.
pub(crate) static SUBNET: RecordType = RecordType {
    name: "subnet",
    doc: "A subnet.",
    fields: &[
        required("id", STR, "Its id.", SUBNETS),
        required("region", STR, "Its region.", SUBNETS),
        required("vpc", STR, "Its VPC.", SUBNETS),
        optional("zone", STR, "Its zone.", SUBNETS),
        required("in_scope", BOOL, IN_SCOPE, STANDING),
        required("assigns_public_ipv4", BOOL, "Whether what starts in it gets a public IPv4 address by itself.", SUBNETS),
        required("assigns_ipv6", BOOL, "Whether what starts in it gets an IPv6 address by itself.", SUBNETS),
        required("routes_ipv4_to_internet", BOOL, "Whether its routes lead any public IPv4 address to an internet gateway.", TABLES),
        required("routes_ipv6_to_internet", BOOL, "Whether its routes lead any public IPv6 address to an internet gateway.", TABLES),
        required("users", STRS, "What stands in it, in words.", STANDING),
    ],
};

/// A VPC.
pub(crate) static VPC: RecordType = RecordType {
    name: "vpc",
    doc: "A VPC.",
    fields: &[
        required("id", STR, "Its id.", VPCS),
        required("region", STR, "Its region.", VPCS),
        required("is_default", BOOL, "Whether it is the region's default VPC.", VPCS),
        required("in_scope", BOOL, IN_SCOPE, STANDING),
        required("used", BOOL, "Whether anything stands in it.", STANDING),
        required("users", STRS, "What stands in it, in words.", STANDING),
        required(
            "logged",
            BOOL,
            "Whether flow logs that work and deliver write down what is refused: in the VPC, or on all its subnets or interfaces.",
            FLOW_LOGS,
        ),
        required("flow_logs", STRS, "The flow logs of the VPC, of its subnets and of its interfaces.", FLOW_LOGS),
    ],
};
