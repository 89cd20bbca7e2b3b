//! APIs as a whole, and custom domain names.

use super::{APIGATEWAY, BOOL, DOMAINS, STR, STRS, optional, required};
use crate::rules::schema::{RecordType, Type};

/// What an HTTP API answers browsers.
pub(crate) static CORS: RecordType = RecordType {
    name: "cors",
    doc: "What an HTTP API answers browsers that ask on behalf of pages of other origins.",
    fields: &[
        required("origins", STRS, "The origins let in.", APIGATEWAY),
        required(
            "open_origins",
            STRS,
            "Those among them that let in pages of anybody: `*`, `https://*`, `http://*`, and origins without TLS other than this computer's own.",
            APIGATEWAY,
        ),
        required("methods", STRS, "The verbs let through.", APIGATEWAY),
        required("credentials", BOOL, "Whether cookies and other credentials of the browser may come along.", APIGATEWAY),
    ],
};

/// An authorizer that checks tokens.
pub(crate) static JWT_AUTHORIZER: RecordType = RecordType {
    name: "jwt_authorizer",
    doc: "An authorizer of an HTTP API that checks JSON web tokens.",
    fields: &[
        required("id", STR, "Its id.", APIGATEWAY),
        required("name", STR, "Its name.", APIGATEWAY),
        optional("issuer", STR, "Whose tokens it takes.", APIGATEWAY),
        required("audience", STRS, "For whom the tokens must be meant.", APIGATEWAY),
        required("weaknesses", STRS, "What it fails to make sure of, in words.", APIGATEWAY),
        optional("in_words", STR, "Its name and its weaknesses, as a sentence; none without any.", APIGATEWAY),
        required("routes", STRS, "The routes of stages that it guards.", APIGATEWAY),
    ],
};

/// An API as a whole.
pub(crate) static WHOLE_API: RecordType = RecordType {
    name: "whole_api",
    doc: "An API of API Gateway, with what its stages serve.",
    fields: &[
        required("id", STR, "Its id.", APIGATEWAY),
        required("arn", STR, "Its ARN.", APIGATEWAY),
        required("name", STR, "Its name, or its id where it has none.", APIGATEWAY),
        required("region", STR, "Its region.", APIGATEWAY),
        required("protocol", STR, "`REST`, `HTTP` or `WEBSOCKET`.", APIGATEWAY),
        required("endpoint_types", STRS, "`REGIONAL`, `EDGE` or `PRIVATE`.", APIGATEWAY),
        required("private", BOOL, "Whether only callers in a VPC reach it.", APIGATEWAY),
        required("default_endpoint", BOOL, "Whether its `execute-api` name answers.", APIGATEWAY),
        required("deployed", BOOL, "Whether a stage serves anything of it.", APIGATEWAY),
        required("has_policy", BOOL, "Whether it has a resource policy.", APIGATEWAY),
        required("asks_iam", BOOL, "Whether a route of a stage asks for IAM authorization.", APIGATEWAY),
        required(
            "outsiders",
            STRS,
            "The accounts other than its own whose principals its resource policy lets call a route with IAM authorization, by name; `every account` where it lets in whoever signs, and nobody who does not.",
            APIGATEWAY,
        ),
        required(
            "open_to_any_endpoint",
            STRS,
            "The routes of stages to which its resource policy lets in calls through a VPC endpoint that it does not name, of whatever account; none of an API that is not private, or has no policy.",
            APIGATEWAY,
        ),
        required("policy_statements", STRS, "The statements of its resource policy that allow anything to a route of a stage.", APIGATEWAY),
        optional("security_policy", STR, "The TLS policy of its default endpoint.", APIGATEWAY),
        required("minimum_tls", STR, "The oldest TLS version that its default endpoint takes: `1.0`, `1.2` or `1.3`.", APIGATEWAY),
        optional("cors", Type::Record(&CORS), "What it answers browsers that ask for pages of other origins.", APIGATEWAY),
        required("jwt_authorizers", Type::List(&Type::Record(&JWT_AUTHORIZER)), "Its authorizers that check tokens.", APIGATEWAY),
        required(
            "unfiltered_routes",
            STRS,
            "The routes of its stages whose requests meet no web ACL, neither at the stage nor at an application load balancer that answers them.",
            "apigateway:GET elasticloadbalancing:DescribeLoadBalancers elasticloadbalancing:DescribeListeners elasticloadbalancing:DescribeRules elasticloadbalancing:DescribeTargetGroups elasticloadbalancing:DescribeTargetHealth wafv2:GetWebACLForResource",
        ),
        required("routes", STRS, "The routes that its stages serve.", APIGATEWAY),
    ],
};

/// A custom domain name.
pub(crate) static DOMAIN_NAME: RecordType = RecordType {
    name: "domain_name",
    doc: "A custom domain name of API Gateway.",
    fields: &[
        required("name", STR, "The name.", DOMAINS),
        required("region", STR, "Its region.", DOMAINS),
        required("endpoint_types", STRS, "`REGIONAL`, `EDGE` or `PRIVATE`.", DOMAINS),
        optional("security_policy", STR, "Its TLS policy.", DOMAINS),
        required("minimum_tls", STR, "The oldest TLS version that it takes: `1.0`, `1.2` or `1.3`.", DOMAINS),
        required("mutual_tls", BOOL, "Whether clients need a certificate.", DOMAINS),
        optional("truststore", STR, "Where the certificates stand by which clients are trusted.", DOMAINS),
        required("truststore_warnings", STRS, "What AWS has to say against the certificates in there.", DOMAINS),
        required("apis", STRS, "What it leads to: APIs with their stages and paths, in words.", DOMAINS),
    ],
};
