//! Listeners and what their rules forward.

use super::balancing::LOAD_BALANCER_REF;
use super::{
    BOOL, EXPOSED, EXPOSURE, INT, LISTENERS, LOAD_BALANCERS, PASSED_ON, RULES, STR, STRS, TARGET_GROUPS, WAYS_IN, optional, required,
};
use crate::rules::schema::{RecordType, Type};

const SSL_POLICIES: &str = "elasticloadbalancing:DescribeSSLPolicies";

/// What a rule of a listener forwards.
pub(crate) static FORWARD: RecordType = RecordType {
    name: "forward",
    doc: "A target group that a rule of a listener forwards to, and what it asks of a request first.",
    fields: &[
        required("rule", STR, "`rule 10`, or `default action`.", RULES),
        required("target_group", STR, "The target group's name.", TARGET_GROUPS),
        required("behind_api", BOOL, "Whether the same targets also answer an API.", WAYS_IN),
        required(
            "reached",
            BOOL,
            "Whether a request from the internet can get to it: none of the rules before it takes every request that it would.",
            RULES,
        ),
        required("guards", STRS, "What it asks of a request, in words: `secret header X-Origin-Verify`, `source 203.0.113.0/24`.", RULES),
        required(
            "guard",
            STR,
            "The strongest of them: `none`, `host-header`, `source-ip`, `secret-header`, `token`, `login` or `client-certificate`.",
            RULES,
        ),
        required(
            "defeated",
            BOOL,
            "Whether another way that the internet can take leads to the same targets with a weaker guard.",
            WAYS_IN,
        ),
        required(
            "bypassed_by",
            STRS,
            "Where it asks for a login, a token or a client certificate: the other rules of the load balancer that forward requests of the same paths to the same targets, and ask for no proof, such as `HTTP:80, default action`.",
            WAYS_IN,
        ),
        required(
            "bypassed_in_words",
            STR,
            "The same with the rule, such as `rule 20 to orders by way of HTTP:80, default action`; empty without any.",
            WAYS_IN,
        ),
        optional("request", STR, "A request that gets to it, such as `GET /x to host orders.example.com`.", RULES),
    ],
};

/// A listener.
pub(crate) static LISTENER: RecordType = RecordType {
    name: "listener",
    doc: "A port on which a load balancer answers.",
    fields: &[
        required("arn", STR, "Its ARN.", LISTENERS),
        required("name", STR, "Protocol and port, such as `HTTPS:443`.", LISTENERS),
        optional("port", INT, "Its port.", LISTENERS),
        optional("protocol", STR, "`HTTP`, `HTTPS`, `TCP`, `TLS`, `UDP`, `TCP_UDP`, `QUIC` or `TCP_QUIC`.", LISTENERS),
        required("load_balancer", Type::Record(&LOAD_BALANCER_REF), "Its load balancer.", LOAD_BALANCERS),
        optional("ssl_policy", STR, "Its TLS policy.", LISTENERS),
        optional("tls_protocols", STRS, "The protocols its TLS policy accepts, such as `TLSv1.2`.", SSL_POLICIES),
        optional("tls_ciphers", STRS, "The ciphers its TLS policy accepts, by AWS's names.", SSL_POLICIES),
        optional(
            "tls_without_forward_secrecy",
            STRS,
            "Those of them without forward secrecy: who has the certificate's key later can read what was recorded before.",
            SSL_POLICIES,
        ),
        optional("tls_cbc_ciphers", STRS, "Those of them that chain blocks (CBC), and authenticate apart from that.", SSL_POLICIES),
        optional("tls_post_quantum", BOOL, "Whether its TLS policy also agrees on keys with ML-KEM, as AWS says by its name.", LISTENERS),
        required(
            "certificates_outside_acm",
            STRS,
            "The certificates it shows that IAM keeps and not ACM, by ARN.",
            "elasticloadbalancing:DescribeListeners elasticloadbalancing:DescribeListenerCertificates",
        ),
        required("mutual_tls", STR, "`off`, `passthrough` or `verify`.", LISTENERS),
        required("accepts_expired_client_certificates", BOOL, "Whether it lets in client certificates that have expired.", LISTENERS),
        required(
            "plaintext_ways",
            STRS,
            "The rules, by what they do, that serve a request without sending it to HTTPS: `default action forwards`, `rule 10 redirects to HTTP`.",
            RULES,
        ),
        required(
            "plaintext_evidence",
            STRS,
            "Of a listener that passes TCP on: what shows that the connections carry no TLS, such as a target that answers HTTP on that port. AWS does not say what they carry, so that without a sign of either it is unknown.",
            PASSED_ON,
        ),
        required(
            "shadowed_rules",
            STRS,
            "The rules that no request gets to, each with those before it that take everything: `rule 20 behind rule 10`.",
            RULES,
        ),
        required("exposure", Type::Record(&EXPOSURE), "Who can open a connection to it.", EXPOSED),
        required("forwards", Type::List(&Type::Record(&FORWARD)), "What its rules forward, its default action last.", RULES),
    ],
};
