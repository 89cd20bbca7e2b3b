//! Load balancers and target groups.

use super::listeners::LISTENER;
use super::{
    BEHIND, BOOL, EXPOSED, EXPOSURE, INT, LISTENERS, LOAD_BALANCERS, PASSED_ON, SERVICES, STR, STRS, TARGET_GROUPS, TARGET_HEALTH, WAY,
    WAYS, WAYS_IN, optional, required,
};
use crate::rules::schema::{RecordType, Type};

const ATTRIBUTES: &str = "elasticloadbalancing:DescribeLoadBalancerAttributes";

/// A subnet of a load balancer.
pub(crate) static BALANCER_SUBNET: RecordType = RecordType {
    name: "balancer_subnet",
    doc: "A subnet that a load balancer stands in.",
    fields: &[
        required("id", STR, "Its id.", LOAD_BALANCERS),
        required("public", BOOL, "Whether its routes lead to an internet gateway.", "ec2:DescribeSubnets ec2:DescribeRouteTables"),
    ],
};

/// A load balancer that something else refers to.
pub(crate) static LOAD_BALANCER_REF: RecordType = RecordType {
    name: "load_balancer_ref",
    doc: "A load balancer that something else refers to.",
    fields: &[
        required("arn", STR, "Its ARN.", LOAD_BALANCERS),
        required("name", STR, "Its name.", LOAD_BALANCERS),
        required("region", STR, "Its region.", LOAD_BALANCERS),
        required("type", STR, "`application`, `network` or `gateway`.", LOAD_BALANCERS),
        optional("scheme", STR, "`internet-facing` or `internal`.", LOAD_BALANCERS),
        required("dns_name", STR, "Its DNS name.", LOAD_BALANCERS),
        required("security_groups", STRS, "Its security groups.", LOAD_BALANCERS),
    ],
};

/// A load balancer.
pub(crate) static LOAD_BALANCER: RecordType = RecordType {
    name: "load_balancer",
    doc: "An application, network or gateway load balancer.",
    fields: &[
        required("arn", STR, "Its ARN.", LOAD_BALANCERS),
        required("name", STR, "Its name.", LOAD_BALANCERS),
        required("region", STR, "Its region.", LOAD_BALANCERS),
        required("type", STR, "`application`, `network` or `gateway`.", LOAD_BALANCERS),
        optional("scheme", STR, "`internet-facing` or `internal`.", LOAD_BALANCERS),
        required("dns_name", STR, "Its DNS name.", LOAD_BALANCERS),
        optional("state", STR, "`active`, `provisioning`, `active_impaired` or `failed`.", LOAD_BALANCERS),
        optional("ip_address_type", STR, "`ipv4`, `dualstack` or `dualstack-without-public-ipv4`.", LOAD_BALANCERS),
        optional("vpc", STR, "Its VPC.", LOAD_BALANCERS),
        required("security_groups", STRS, "Its security groups.", LOAD_BALANCERS),
        optional("enforce_private_link", STR, "Whether its groups judge PrivateLink traffic: `on` or `off`.", LOAD_BALANCERS),
        optional("web_acl", STR, "The web ACL in front of it.", "wafv2:GetWebACLForResource"),
        required("attributes", Type::Map(&Type::Str), "Its attributes, by AWS's keys.", ATTRIBUTES),
        optional("access_logs", BOOL, "Whether it writes access logs to S3; absent for types without them.", ATTRIBUTES),
        optional("deletion_protection", BOOL, "Whether it has to be unlocked before it can be deleted.", ATTRIBUTES),
        optional(
            "cross_zone",
            BOOL,
            "Whether the traffic of each zone goes to the targets of all, unless a target group says otherwise.",
            ATTRIBUTES,
        ),
        optional(
            "drops_invalid_headers",
            BOOL,
            "Whether it drops header fields with names that HTTP does not allow; of application load balancers.",
            ATTRIBUTES,
        ),
        optional(
            "desync_mode",
            STR,
            "How it treats requests that servers may take differently: `monitor`, `defensive` or `strictest`; of application load balancers.",
            ATTRIBUTES,
        ),
        required("zones", STRS, "The availability zones it stands in.", "elasticloadbalancing:DescribeLoadBalancers ec2:DescribeSubnets"),
        required(
            "groups_kept_in_zone",
            STRS,
            "Of a network load balancer: the target groups whose targets answer only what arrives in their own zone.",
            "elasticloadbalancing:DescribeListeners elasticloadbalancing:DescribeTargetGroups elasticloadbalancing:DescribeLoadBalancerAttributes elasticloadbalancing:DescribeTargetGroupAttributes",
        ),
        required("listeners", Type::List(&Type::Record(&LISTENER)), "Its listeners.", LISTENERS),
        required("exposure", Type::Record(&EXPOSURE), "Who can open a connection to one of its listeners.", EXPOSED),
        required("subnets", Type::List(&Type::Record(&BALANCER_SUBNET)), "The subnets it stands in.", LOAD_BALANCERS),
        required("behind_api", BOOL, "Whether a route of an API leads to it, also by way of a network load balancer.", BEHIND),
        required("apis", STRS, "The APIs whose routes lead to it.", BEHIND),
        required(
            "ways",
            Type::List(&Type::Record(&WAY)),
            "The ways from the internet through it, past every API, to whatever it forwards to.",
            WAYS_IN,
        ),
        required(
            "ways_around",
            Type::List(&Type::Record(&WAY)),
            "The ways from the internet through it to targets that also answer an API, each of which lacks a control of the API's way.",
            WAYS_IN,
        ),
        required("same_targets_as", STRS, "The other load balancers through which an API leads to the same targets.", WAYS_IN),
    ],
};

/// A target.
pub(crate) static TARGET: RecordType = RecordType {
    name: "target",
    doc: "A target of a target group.",
    fields: &[
        required("id", STR, "An address, an instance id, or an ARN.", TARGET_HEALTH),
        optional("port", INT, "Its port.", TARGET_HEALTH),
        required(
            "state",
            STR,
            "`initial`, `healthy`, `unhealthy`, `unhealthy.draining`, `unused` or `draining`; unknown when AWS says `unavailable`.",
            TARGET_HEALTH,
        ),
        optional("reason", STR, "AWS's reason, such as `Target.Timeout`.", TARGET_HEALTH),
        required("in_words", STR, "Target, state and reason.", TARGET_HEALTH),
    ],
};

/// A target group.
pub(crate) static TARGET_GROUP: RecordType = RecordType {
    name: "target_group",
    doc: "What a load balancer forwards to.",
    fields: &[
        required("arn", STR, "Its ARN.", TARGET_GROUPS),
        required("name", STR, "Its name.", TARGET_GROUPS),
        required("region", STR, "Its region.", TARGET_GROUPS),
        required("type", STR, "`instance`, `ip`, `lambda` or `alb`.", TARGET_GROUPS),
        optional("protocol", STR, "Its protocol.", TARGET_GROUPS),
        optional("port", INT, "Its port.", TARGET_GROUPS),
        required("load_balancers", STRS, "The load balancers that use it.", TARGET_GROUPS),
        required(
            "plaintext_evidence",
            STRS,
            "What shows that requests reach its targets without TLS: its own protocol, a listener that ends TLS before it, a target that answers HTTP on that port. Of TCP, AWS does not say what it carries, so that without a sign of either it is unknown.",
            PASSED_ON,
        ),
        optional(
            "health_check_protocol",
            STR,
            "The protocol of its health check: `HTTP`, `HTTPS` or `TCP`; absent without one.",
            TARGET_GROUPS,
        ),
        required("health_check_path", STR, "The path its health check asks for; empty without one.", TARGET_GROUPS),
        required("targets", Type::List(&Type::Record(&TARGET)), "Its targets.", TARGET_HEALTH),
        required("services", STRS, "The ECS services whose tasks are its targets.", SERVICES),
        required("takes_traffic", BOOL, "Whether a listener or rule forwards to it with a weight above 0.", WAYS),
        required("behind_api", BOOL, "Whether a route of an API leads to it.", BEHIND),
        required("apis", STRS, "The APIs whose routes lead to it.", BEHIND),
        required(
            "ways",
            Type::List(&Type::Record(&WAY)),
            "The ways from the internet to its targets: those through an API, and those around it.",
            WAYS_IN,
        ),
    ],
};
