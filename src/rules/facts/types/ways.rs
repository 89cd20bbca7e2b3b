//! Ways in, and who can take them.

use super::{BOOL, EXPOSED, STR, STRS, WAYS_IN, required};
use crate::rules::schema::RecordType;

/// Who can open a connection.
pub(crate) static EXPOSURE: RecordType = RecordType {
    name: "exposure",
    doc: "Who can open a connection: a set of addresses, computed from addresses, routes, Block Public Access, network ACLs and security groups.",
    fields: &[
        required("world", BOOL, "Whether the whole internet can: more public addresses than any one organisation holds.", EXPOSED),
        required("anyone", BOOL, "Whether any public address can.", EXPOSED),
        required(
            "shared",
            STRS,
            "The published ranges that strangers share and from which a connection can be opened, such as `CloudFront's origin-facing list`.",
            EXPOSED,
        ),
        required("sources", STR, "The set in words, such as `any IPv4 address` or `4,096 public addresses in 3 blocks`.", EXPOSED),
        required("let_in_by", STRS, "The security group entries that let public addresses in.", EXPOSED),
        required(
            "stopped_by",
            STRS,
            "What keeps public addresses out, where something does: a missing route, an ACL's entry, Block Public Access.",
            EXPOSED,
        ),
    ],
};

/// A way in.
pub(crate) static WAY: RecordType = RecordType {
    name: "way",
    doc: "A way from the internet to a target: through an API, or around it.",
    fields: &[
        required("entry", STR, "Where it begins: `api`, `load-balancer` or `task`.", WAYS_IN),
        required("id", STR, "The ARN or id of where it begins.", WAYS_IN),
        required("name", STR, "The way in words, such as `ALB orders-alb (HTTP:80, default action)`.", WAYS_IN),
        required("sources", STR, "Who can take it, in words.", WAYS_IN),
        required("world", BOOL, "Whether the whole internet can take it.", WAYS_IN),
        required("anyone", BOOL, "Whether any public address can take it.", WAYS_IN),
        required("controls", STRS, "The controls met on it, in words.", WAYS_IN),
        required("web_acl", BOOL, "Whether a web ACL stands on it.", WAYS_IN),
        required(
            "barred",
            BOOL,
            "Whether it asks for proof that a stranger lacks: a secret header, a client certificate, a login or a token; of an API also that its resource policy names who may call.",
            WAYS_IN,
        ),
        required("around", BOOL, "Whether it lacks a control that a way through an API to the same targets has.", WAYS_IN),
        required("lacks", STRS, "The controls it lacks, in words.", WAYS_IN),
        required(
            "in_words",
            STR,
            "The way, who can take it and what it lacks, in words: `ALB orders-alb (HTTP:80, default action) from any IPv4 address, without IAM authorization and throttling`.",
            WAYS_IN,
        ),
        required("lacks_guard", BOOL, "Whether it lacks the authorization or the web ACL that a way through an API has.", WAYS_IN),
        required(
            "skips",
            STRS,
            "The controls of an application load balancer before the same targets that it lacks: web ACL, login, token, client certificate, secret header.",
            WAYS_IN,
        ),
        required("skips_in_words", STR, "The same as one text, such as `web ACL front of ALB orders-alb`; empty without any.", WAYS_IN),
    ],
};
