//! API Gateway: APIs of all three protocols, their stages and what each stage serves, VPC links and domain names.
//!
//! REST APIs and HTTP or WebSocket APIs come from two services of AWS, and are one noun here: what a route is, who may
//! call it and what answers it is the same question for all of them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Gap, Listed, Observed};

/// An API of API Gateway.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Api {
    /// Its id, such as `a1b2c3d4e5`.
    pub id: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// REST, HTTP or WebSocket.
    pub protocol: Protocol,
    /// `REGIONAL`, `EDGE` or `PRIVATE`; HTTP and WebSocket APIs are always regional.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub endpoint_types: Vec<String>,
    /// The interface endpoints of a private API.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vpc_endpoint_ids: Vec<String>,
    /// The resource policy, as JSON (REST only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// Whether `https://{id}.execute-api.{region}.amazonaws.com` is switched off.
    #[serde(default)]
    pub disable_execute_api_endpoint: bool,
    /// The TLS policy of the default endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_policy: Option<String>,
    /// `BASIC` or `STRICT` (REST only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint_access_mode: Option<String>,
    /// Where API keys come from: `HEADER` or `AUTHORIZER` (REST only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_key_source: Option<String>,
    /// Which pages of other origins a browser lets call it, as API Gateway answers them itself (HTTP only).
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub cors: Observed<Cors>,
    /// `AVAILABLE`, `UPDATING`, `PENDING` or `FAILED` (REST only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// The working copy: what the next deployment would ship. Read where a stage's own configuration was not, and for a plan.
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub working_copy: Observed<Configuration>,
    /// Its authorizers.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub authorizers: Listed<Authorizer>,
    /// Its stages.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub stages: Listed<Stage>,
}

/// What an HTTP API answers browsers that ask on behalf of pages of other origins.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cors {
    /// The origins let in, such as `https://example.com`; `*` for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow_origins: Vec<String>,
    /// The verbs let through.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow_methods: Vec<String>,
    /// The request headers let through.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow_headers: Vec<String>,
    /// Whether cookies and authorization headers may come along.
    #[serde(default)]
    pub allow_credentials: bool,
}

/// What an API speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Protocol {
    /// A REST API (service `apigateway`).
    #[serde(rename = "REST")]
    Rest,
    /// An HTTP API (service `apigatewayv2`).
    #[serde(rename = "HTTP")]
    Http,
    /// A WebSocket API (service `apigatewayv2`).
    #[serde(rename = "WEBSOCKET")]
    WebSocket,
}

impl Protocol {
    /// AWS's name for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rest => "REST",
            Self::Http => "HTTP",
            Self::WebSocket => "WEBSOCKET",
        }
    }
}

/// A stage: a name under which a deployment of an API is served.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Its name; `$default` for the unnamed stage of an HTTP API.
    pub name: String,
    /// The deployment it serves; none when nothing was deployed to it yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment_id: Option<String>,
    /// Whether a change to the API is deployed at once (HTTP and WebSocket only).
    #[serde(default)]
    pub auto_deploy: bool,
    /// Stage variables. A value that no integration refers to is `null`: it may be a secret, and nothing needs it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, Option<String>>,
    /// The stage variables whose values look like credentials, those of the canary included. The values are not kept.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub secret_variables: Listed<String>,
    /// The canary release, where one is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canary: Option<Canary>,
    /// Settings by method (`{resource}/{verb}`, `*/*` for all) or, for HTTP and WebSocket APIs, by route key (`*` for the default).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub method_settings: BTreeMap<String, MethodSettings>,
    /// Why there may be other settings than those: code does not always tell which method, or whether there are any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread_settings: Vec<Gap>,
    /// Where access logs go; none when they are off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_log: Option<AccessLog>,
    /// The client certificate shown to HTTP back ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_certificate_id: Option<String>,
    /// The web ACL in front of the stage (REST only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub web_acl_arn: Option<String>,
    /// Whether X-Ray traces are taken.
    #[serde(default)]
    pub tracing_enabled: bool,
    /// Whether the cache cluster runs.
    #[serde(default)]
    pub cache_cluster_enabled: bool,
    /// Tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// What the stage serves, read from its export.
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub deployed: Observed<Configuration>,
    /// What the canary serves; absent without a canary, and unknown when its deployment differs from the stage's: AWS exports only the latter.
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub canary_deployed: Observed<Configuration>,
}

/// A canary release of a REST stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Canary {
    /// The deployment the canary serves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment_id: Option<String>,
    /// The share of the traffic it gets, in percent.
    #[serde(default)]
    pub percent_traffic: f64,
    /// The stage variables it overrides, with the same rule for values as the stage's own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, Option<String>>,
}

/// Settings of a method or route in a stage. What they do not set is absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MethodSettings {
    /// `OFF`, `ERROR` or `INFO`.
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub logging_level: Observed<String>,
    /// Whether full requests and responses are logged.
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub data_trace_enabled: Observed<bool>,
    /// Whether detailed metrics are kept.
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub metrics_enabled: Observed<bool>,
    /// Requests a second; none means the account's own limit.
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub throttling_rate_limit: Observed<f64>,
    /// The burst allowed above it.
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub throttling_burst_limit: Observed<i32>,
    /// Whether answers are cached.
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub caching_enabled: Observed<bool>,
    /// Whether cached answers are encrypted.
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub cache_data_encrypted: Observed<bool>,
}

impl MethodSettings {
    /// Settings that set nothing.
    pub const NONE: Self = Self {
        logging_level: Observed::Absent,
        data_trace_enabled: Observed::Absent,
        metrics_enabled: Observed::Absent,
        throttling_rate_limit: Observed::Absent,
        throttling_burst_limit: Observed::Absent,
        caching_enabled: Observed::Absent,
        cache_data_encrypted: Observed::Absent,
    };
}

/// Where a stage's access logs go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessLog {
    /// A CloudWatch log group or a Firehose stream.
    pub destination_arn: String,
    /// The line's format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
}

/// The routes of an API at one moment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Configuration {
    /// Its routes, sorted by path and method.
    pub routes: Vec<Route>,
}

/// A method of a REST resource, or a route of an HTTP or WebSocket API.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// The path, such as `/orders/{id}`; the route key of a WebSocket API, or `$default`.
    pub path: String,
    /// The verb, or `ANY`; empty for route keys that have none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub method: String,
    /// The REST resource's id, where it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// `NONE`, `AWS_IAM`, `CUSTOM`, `COGNITO_USER_POOLS` or `JWT`.
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub authorization: Observed<String>,
    /// The authorizer, by id or, in an export, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorizer: Option<String>,
    /// The scopes a token needs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authorization_scopes: Vec<String>,
    /// Whether an API key is required.
    #[serde(default)]
    pub api_key_required: bool,
    /// The request validator, by id or name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_validator: Option<String>,
    /// What answers; absent for a route without an integration.
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub integration: Observed<Integration>,
}

impl Route {
    /// The key as people write it: `GET /orders`; only the path where it has no verb.
    pub fn key(&self) -> String {
        if self.method.is_empty() { self.path.clone() } else { format!("{} {}", self.method, self.path) }
    }
}

/// What answers a route.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Integration {
    /// Its id (HTTP and WebSocket only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `HTTP`, `HTTP_PROXY`, `AWS`, `AWS_PROXY` or `MOCK`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `INTERNET` or `VPC_LINK`; none means `INTERNET`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_type: Option<String>,
    /// The VPC link's id, perhaps as a stage variable.
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub connection_id: Observed<String>,
    /// The load balancer behind a VPC link V2 (REST only, `integrationTarget`).
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub target: Observed<String>,
    /// A URL, a listener's or Cloud Map service's ARN, or an ARN of API Gateway's own for AWS integrations.
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub uri: Observed<String>,
    /// The verb used towards the back end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http_method: Option<String>,
    /// Whether the back end's certificate chain goes unchecked (REST `tlsConfig.insecureSkipVerification`).
    #[serde(default)]
    pub insecure_skip_verification: bool,
    /// The name the back end's certificate must bear; without it a private HTTP API integration speaks plain HTTP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_name_to_verify: Option<String>,
    /// The time-out in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<i32>,
    /// What the Host header is set to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_override: Option<String>,
    /// What the path towards the back end is set to (HTTP only, the request parameter `overwrite:path`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_override: Option<String>,
    /// The names of the headers set to a fixed value; the values are not kept, for one may be a shared secret.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub static_headers: Vec<String>,
    /// The role assumed for AWS integrations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials: Option<String>,
    /// `BUFFERED` or `STREAM` (REST only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_transfer_mode: Option<String>,
    /// `1.0` or `2.0` (HTTP only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload_format_version: Option<String>,
}

/// An authorizer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Authorizer {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// `TOKEN`, `REQUEST`, `COGNITO_USER_POOLS` or `JWT`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The issuer a JWT must come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwt_issuer: Option<String>,
    /// The audiences a JWT must name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub jwt_audience: Vec<String>,
    /// The user pools or the function asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub provider_arns: Vec<String>,
}

/// A VPC link.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VpcLink {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// `AVAILABLE`, `PENDING`, `DELETING`, `FAILED` or, for V2, `INACTIVE`.
    pub status: String,
    /// AWS's reason for a failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_message: Option<String>,
    /// The load balancer a V1 link leads to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub target_arns: Vec<String>,
    /// The subnets a V2 link has its interfaces in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subnet_ids: Vec<String>,
    /// The security groups of a V2 link's interfaces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub security_group_ids: Vec<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

/// A custom domain name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DomainName {
    /// The name.
    pub name: String,
    /// `REGIONAL`, `EDGE` or `PRIVATE`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub endpoint_types: Vec<String>,
    /// The TLS policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_policy: Option<String>,
    /// The certificates shown to clients.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub certificate_arns: Vec<String>,
    /// The trust store of mutual TLS; none when clients need no certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mutual_tls_truststore: Option<String>,
    /// What AWS has to say against the certificates in that trust store.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub mutual_tls_warnings: Listed<String>,
    /// `BASE_PATH_MAPPING_ONLY`, `ROUTING_RULE_ONLY` or `ROUTING_RULE_THEN_BASE_PATH_MAPPING`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routing_mode: Option<String>,
    /// What it leads to.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub mappings: Listed<Mapping>,
}

/// What a path of a custom domain leads to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The path below the domain, without slashes at its ends; empty for all.
    #[serde(default)]
    pub path: String,
    /// The API.
    pub api_id: String,
    /// The stage; none when the request names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
}

/// A certificate that stages show to their back ends, made by API Gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientCertificate {
    /// Its id.
    pub id: String,
    /// When it ends, as RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
}
