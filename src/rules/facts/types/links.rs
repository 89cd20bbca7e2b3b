//! VPC links.

use super::{APIGATEWAY, BACKEND, BEHIND, BOOL, GROUPS, LOAD_BALANCERS, STR, STRS, optional, required};
use crate::rules::schema::{RecordType, Type};

/// What a VPC link V1 points to.
pub(crate) static LINK_TARGET: RecordType = RecordType {
    name: "link_target",
    doc: "What a VPC link V1 points to.",
    fields: &[
        required("arn", STR, "Its ARN.", APIGATEWAY),
        required("exists", BOOL, "Whether there is such a load balancer.", LOAD_BALANCERS),
        optional("type", STR, "`application`, `network` or `gateway`.", LOAD_BALANCERS),
        optional("name", STR, "The load balancer's name.", LOAD_BALANCERS),
        required(
            "drops_private_link",
            BOOL,
            "Whether its security groups judge PrivateLink traffic and do not let every address in: API Gateway's then never arrives.",
            GROUPS,
        ),
    ],
};

/// What a route through a VPC link leads to.
pub(crate) static LINK_USE: RecordType = RecordType {
    name: "link_use",
    doc: "A route that goes through a VPC link, and what it leads to.",
    fields: &[
        required("route", STR, "The route in words.", APIGATEWAY),
        required("protocol", STR, "What its API speaks: `REST`, `HTTP` or `WEBSOCKET`.", APIGATEWAY),
        required("backend", Type::Record(&BACKEND), "What answers.", BEHIND),
        required(
            "refused",
            BOOL,
            "Whether security groups keep the link's requests from the load balancer: the link's own on the way out, or the load balancer's on the way in. Never so for a V1 link, which has no groups.",
            GROUPS,
        ),
        optional("refusal", STR, "Which group keeps them, in words.", GROUPS),
    ],
};

/// A VPC link.
pub(crate) static VPC_LINK: RecordType = RecordType {
    name: "vpc_link",
    doc: "The private way from API Gateway into a VPC.",
    fields: &[
        required("id", STR, "Its id.", APIGATEWAY),
        required("name", STR, "Its name.", APIGATEWAY),
        required("region", STR, "Its region.", APIGATEWAY),
        required("version", STR, "`V1` or `V2`.", APIGATEWAY),
        required("status", STR, "`AVAILABLE`, `PENDING`, `DELETING`, `FAILED` or `INACTIVE`.", APIGATEWAY),
        optional("status_message", STR, "AWS's reason for a failure.", APIGATEWAY),
        required("targets", Type::List(&Type::Record(&LINK_TARGET)), "What a V1 link points to.", APIGATEWAY),
        required(
            "zones",
            STRS,
            "The availability zones that it leads into: those of a V2 link's subnets, or of a V1 link's load balancer.",
            "apigateway:GET elasticloadbalancing:DescribeLoadBalancers ec2:DescribeSubnets",
        ),
        required("uses", Type::List(&Type::Record(&LINK_USE)), "The routes that go through it.", BEHIND),
    ],
};
