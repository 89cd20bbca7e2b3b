//! APIs, their stages and routes.

use super::{
    APIGATEWAY, BEHIND, BOOL, CLIENT_CERTIFICATES, DOMAINS, INT, LISTENERS, LOAD_BALANCER_REF, LOAD_BALANCERS, RULES, STR, STRS, optional,
    required,
};
use crate::rules::schema::{RecordType, Type};

/// A custom domain that leads to a stage.
pub(crate) static DOMAIN: RecordType = RecordType {
    name: "domain",
    doc: "A custom domain name that leads to a stage.",
    fields: &[
        required("name", STR, "The name.", DOMAINS),
        required("path", STR, "The path below it; empty for all.", DOMAINS),
        required("mutual_tls", BOOL, "Whether clients need a certificate.", DOMAINS),
    ],
};

/// An API.
pub(crate) static API: RecordType = RecordType {
    name: "api",
    doc: "An API of API Gateway.",
    fields: &[
        required("id", STR, "Its id.", APIGATEWAY),
        required("arn", STR, "Its ARN.", APIGATEWAY),
        required("name", STR, "Its name.", APIGATEWAY),
        required("region", STR, "Its region.", APIGATEWAY),
        required("protocol", STR, "`REST`, `HTTP` or `WEBSOCKET`.", APIGATEWAY),
        required("endpoint_types", STRS, "`REGIONAL`, `EDGE` or `PRIVATE`.", APIGATEWAY),
        required("private", BOOL, "Whether only callers in a VPC reach it.", APIGATEWAY),
        required("default_endpoint", BOOL, "Whether its `execute-api` name answers.", APIGATEWAY),
        required("policy_admits_anyone", BOOL, "Whether its resource policy, if any, lets every caller in.", APIGATEWAY),
    ],
};

/// A stage.
pub(crate) static STAGE: RecordType = RecordType {
    name: "stage",
    doc: "A stage: a name under which a deployment of an API is served.",
    fields: &[
        required("arn", STR, "Its ARN.", APIGATEWAY),
        required("name", STR, "Its name.", APIGATEWAY),
        required("api", Type::Record(&API), "Its API.", APIGATEWAY),
        required("deployed", BOOL, "Whether anything is deployed to it.", APIGATEWAY),
        required("auto_deploy", BOOL, "Whether changes are deployed at once.", APIGATEWAY),
        optional("access_log", STR, "Where its access logs go.", APIGATEWAY),
        optional("web_acl", STR, "The web ACL in front of it.", APIGATEWAY),
        optional("client_certificate", STR, "The certificate it shows to back ends.", APIGATEWAY),
        required("tracing", BOOL, "Whether X-Ray traces are taken.", APIGATEWAY),
        required("cache", BOOL, "Whether its cache cluster runs.", APIGATEWAY),
        required("canary", BOOL, "Whether a canary release is under way.", APIGATEWAY),
        required("domains", Type::List(&Type::Record(&DOMAIN)), "The custom domain names that lead to it.", DOMAINS),
        required(
            "unlogged_routes",
            STRS,
            "The routes, by key, that write no execution logs, by their own settings or those for all; of an HTTP API, which has none, none.",
            APIGATEWAY,
        ),
        required("traced_routes", STRS, "The routes, by key, of which full requests and answers are logged.", APIGATEWAY),
        required("plain_cached_routes", STRS, "The routes, by key, whose answers are cached and not encrypted.", APIGATEWAY),
        required("unthrottled_routes", STRS, "The routes, by key, for which no limit holds but the account's own.", APIGATEWAY),
        required("http_routes", STRS, "The routes, by key, that an HTTP back end answers.", APIGATEWAY),
        required("variables", STRS, "The names of the stage variables, those of a canary included.", APIGATEWAY),
        required("secret_variables", STRS, "The names of those whose values look like credentials.", APIGATEWAY),
        optional("client_certificate_ends", STR, "When the certificate that it shows to back ends ends.", CLIENT_CERTIFICATES),
        optional(
            "client_certificate_days_left",
            INT,
            "Whole days from the scan to that end, below 0 when it has passed.",
            CLIENT_CERTIFICATES,
        ),
    ],
};

/// An integration.
pub(crate) static INTEGRATION: RecordType = RecordType {
    name: "integration",
    doc: "What answers a route, as the API says.",
    fields: &[
        required("type", STR, "`HTTP`, `HTTP_PROXY`, `AWS`, `AWS_PROXY` or `MOCK`.", APIGATEWAY),
        required("http", BOOL, "Whether it is an HTTP integration: `HTTP` or `HTTP_PROXY`.", APIGATEWAY),
        required("connection_type", STR, "`INTERNET` or `VPC_LINK`.", APIGATEWAY),
        required("private", BOOL, "Whether it goes through a VPC link.", APIGATEWAY),
        optional("uri", STR, "Its URI, with the stage's variables put in.", APIGATEWAY),
        optional("encrypted", BOOL, "Whether the request is sent over TLS; none where that is AWS's own business.", APIGATEWAY),
        required("insecure_skip_verification", BOOL, "Whether the back end's certificate chain goes unchecked.", APIGATEWAY),
        optional("server_name_to_verify", STR, "The name the back end's certificate must bear.", APIGATEWAY),
        optional("link", STR, "The VPC link's id, with the stage's variables put in.", APIGATEWAY),
        optional("timeout_ms", INT, "The time-out in milliseconds.", APIGATEWAY),
        required("static_headers", STRS, "The names, in lower case, of headers that it sets to a fixed value.", APIGATEWAY),
    ],
};

/// What an integration leads to.
pub(crate) static BACKEND: RecordType = RecordType {
    name: "backend",
    doc: "What answers a route, as the account tells.",
    fields: &[
        required("kind", STR, "`load-balancer`, `cloud-map`, `network-interface`, `aws-service`, `mock`, `none` or `unresolved`.", BEHIND),
        required("name", STR, "What it is called.", BEHIND),
        required(
            "exists",
            BOOL,
            "Whether this account holds what the integration names; unknown for what is outside it or in a region that was not scanned.",
            BEHIND,
        ),
        optional(
            "reason",
            STR,
            "Why it is unresolved: `unset-stage-variable`, `no-such-vpc-link`, `no-target`, `no-such-load-balancer`, `no-such-listener`, `no-such-cloud-map-service`, `other-account`, `other-region`, `third-party`, `private-address` or `not-a-url`.",
            BEHIND,
        ),
        optional("in_words", STR, "What is wrong with it, as the end of a sentence about it.", BEHIND),
        optional("load_balancer", Type::Record(&LOAD_BALANCER_REF), "The load balancer.", LOAD_BALANCERS),
        optional("port", INT, "The port asked for.", APIGATEWAY),
        optional("listener", STR, "The listener on that port; none when there is none.", LISTENERS),
        required(
            "secret_headers",
            STRS,
            "The names, in lower case, of headers that the listener's rules ask for before they forward.",
            RULES,
        ),
    ],
};

/// A route.
pub(crate) static ROUTE: RecordType = RecordType {
    name: "route",
    doc: "A method of a REST resource, or a route of an HTTP or WebSocket API, as a stage serves it.",
    fields: &[
        required("id", STR, "Its id: the stage's ARN and its key.", APIGATEWAY),
        required("key", STR, "The verb and path, such as `GET /orders`.", APIGATEWAY),
        required("method", STR, "The verb, or `ANY`; empty for route keys without one.", APIGATEWAY),
        required("path", STR, "The path or route key.", APIGATEWAY),
        required("read_as", STR, "`deployed`, `canary` or, where what is deployed could not be read, `draft`.", APIGATEWAY),
        required("api", Type::Record(&API), "Its API.", APIGATEWAY),
        required("stage", Type::Record(&STAGE), "Its stage.", APIGATEWAY),
        required(
            "entry",
            BOOL,
            "Whether callers meet this route's authorization first: of a WebSocket API, only its $connect route is asked, and any other where there is none.",
            APIGATEWAY,
        ),
        required("authorization", STR, "`NONE`, `AWS_IAM`, `CUSTOM`, `COGNITO_USER_POOLS` or `JWT`.", APIGATEWAY),
        required(
            "policy_admits_anyone",
            BOOL,
            "Whether the API's resource policy, if any, lets in every request to it that bears no signature; of a private API, through any VPC endpoint.",
            APIGATEWAY,
        ),
        required(
            "policy_admits_every_account",
            BOOL,
            "Whether the API's resource policy lets in signed requests of accounts that it does not name. Without a policy none are.",
            APIGATEWAY,
        ),
        required("policy_statements", STRS, "The statements of the API's resource policy that allow anything to it.", APIGATEWAY),
        optional("authorizer", STR, "The authorizer.", APIGATEWAY),
        required("api_key_required", BOOL, "Whether an API key is required.", APIGATEWAY),
        optional("request_validator", STR, "The validator of its requests, by name or id (REST only).", APIGATEWAY),
        optional("integration", Type::Record(&INTEGRATION), "What answers, as the API says.", APIGATEWAY),
        required("backend", Type::Record(&BACKEND), "What answers, as the account tells.", BEHIND),
    ],
};
