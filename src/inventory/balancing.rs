//! Elastic Load Balancing v2: load balancers, listeners, rules, target groups and the health of their targets.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Listed, Observed};

/// A load balancer of any type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LoadBalancer {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Its DNS name as AWS spells it.
    pub dns_name: String,
    /// `application`, `network` or `gateway`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `internet-facing` or `internal`; none for gateway load balancers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<String>,
    /// `ipv4`, `dualstack` or `dualstack-without-public-ipv4`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_address_type: Option<String>,
    /// Its VPC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<String>,
    /// `active`, `provisioning`, `active_impaired` or `failed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Its zones, with the subnet and the addresses in each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<Zone>,
    /// Its security groups; a network load balancer may have none, for good.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub security_groups: Vec<String>,
    /// Whether the groups of a network load balancer judge `PrivateLink` traffic: `on` or `off`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enforce_private_link: Option<String>,
    /// Its attributes, by AWS's keys.
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub attributes: Observed<BTreeMap<String, String>>,
    /// Its listeners.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub listeners: Listed<Listener>,
    /// The web ACL in front of it (application load balancers only).
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub web_acl_arn: Observed<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub tags: Observed<BTreeMap<String, String>>,
}

/// A load balancer's share in one availability zone.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// The zone's name.
    pub zone: String,
    /// The subnet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subnet_id: Option<String>,
    /// Static public addresses (network load balancers).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub public_ips: Vec<String>,
    /// Static private addresses (network load balancers).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub private_ips: Vec<String>,
    /// IPv6 addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ipv6_addresses: Vec<String>,
}

/// A listener.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Listener {
    /// Its ARN.
    pub arn: String,
    /// Its port; none for gateway load balancers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// `HTTP`, `HTTPS`, `TCP`, `TLS`, `UDP`, `TCP_UDP`, `QUIC`, `TCP_QUIC` or, for gateway load balancers, none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// The TLS policy of an HTTPS or TLS listener.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ssl_policy: Option<String>,
    /// The default certificate.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub certificate_arns: Vec<String>,
    /// The certificates beside the default one, chosen by the name that a client asks for. Asked only where certificates are needed.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub extra_certificates: Listed<String>,
    /// Mutual TLS: `off`, `passthrough` or `verify`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mutual_authentication: Option<MutualAuthentication>,
    /// What happens to a request that no rule takes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub default_actions: Vec<Action>,
    /// Its rules without the default one (application load balancers; absent elsewhere).
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub rules: Listed<Rule>,
}

impl Listener {
    /// The certificates it shows.
    pub fn certificates(&self) -> impl Iterator<Item = &str> {
        self.certificate_arns.iter().chain(&self.extra_certificates.items).map(String::as_str)
    }
}

/// How a listener treats client certificates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MutualAuthentication {
    /// `off`, `passthrough` or `verify`.
    pub mode: String,
    /// The trust store that verifies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trust_store_arn: Option<String>,
    /// `active` or `removed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trust_store_status: Option<String>,
    /// Whether expired client certificates are let in.
    #[serde(default)]
    pub ignore_client_certificate_expiry: bool,
}

/// A rule of an application load balancer's listener.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its ARN.
    pub arn: String,
    /// Its place: lower numbers are tried first.
    pub priority: u32,
    /// What a request must meet, all of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    /// What then happens.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<Action>,
    /// `host-header-rewrite` or `url-rewrite`, with their patterns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transforms: Vec<Transform>,
}

/// A condition of a rule.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// `host-header`, `path-pattern`, `http-header`, `http-request-method`, `query-string` or `source-ip`.
    pub field: String,
    /// The header looked at by an `http-header` condition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// The patterns, one of which must match. Those of an `http-header` condition are not kept, for one may be a shared secret: only their number is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// How many patterns of an `http-header` condition were left out.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub withheld_values: usize,
    /// Regular expressions, one of which must match.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regex_values: Vec<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out a reference")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// A rewrite that a rule makes before it acts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Transform {
    /// `host-header-rewrite` or `url-rewrite`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Pairs of a regular expression and what replaces it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rewrites: Vec<(String, String)>,
}

/// What a listener or rule does with a request.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// `forward`, `redirect`, `fixed-response`, `authenticate-oidc`, `authenticate-cognito` or `jwt-validation`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where a `forward` leads, with weights.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub target_groups: Vec<WeightedTargetGroup>,
    /// Where a `redirect` leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect: Option<Redirect>,
    /// The status code of a `fixed-response`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed_response: Option<String>,
    /// `deny`, `allow` or `authenticate`, for the `authenticate-…` actions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_unauthenticated_request: Option<String>,
}

/// A share of a forward.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WeightedTargetGroup {
    /// The target group.
    pub arn: String,
    /// Its weight, 0 to 999; a lone group gets everything.
    #[serde(default = "one")]
    pub weight: i32,
}

fn one() -> i32 {
    1
}

/// Where a redirect leads: each part may repeat the request's own (`#{protocol}` and so on).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Redirect {
    /// `HTTP`, `HTTPS` or `#{protocol}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// The port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
    /// The host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// `HTTP_301` or `HTTP_302`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_code: Option<String>,
}

/// A target group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetGroup {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// `HTTP`, `HTTPS`, `TCP`, `TLS`, `UDP`, `TCP_UDP`, `GENEVE`, `QUIC` or `TCP_QUIC`; none for lambda targets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// `HTTP1`, `HTTP2` or `GRPC`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol_version: Option<String>,
    /// The port of targets that name none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// `instance`, `ip`, `lambda` or `alb`.
    pub target_type: String,
    /// `ipv4` or `ipv6`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_address_type: Option<String>,
    /// Its VPC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<String>,
    /// The load balancers that use it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub load_balancer_arns: Vec<String>,
    /// How its targets are probed.
    #[serde(default)]
    pub health_check: HealthCheck,
    /// Its attributes, by AWS's keys.
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub attributes: Observed<BTreeMap<String, String>>,
    /// Its targets and how they are. Asked only where a path can use them.
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub targets: Observed<Vec<Target>>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub tags: Observed<BTreeMap<String, String>>,
}

/// How targets are probed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HealthCheck {
    /// Whether they are.
    #[serde(default)]
    pub enabled: bool,
    /// The probe's protocol.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// The probe's port, or `traffic-port`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
    /// The path asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The status codes that count as healthy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matcher: Option<String>,
    /// Seconds between probes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_seconds: Option<i32>,
    /// Seconds until a probe has failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<i32>,
    /// Good probes in a row that make a target healthy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub healthy_threshold: Option<i32>,
    /// Bad probes in a row that make it unhealthy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unhealthy_threshold: Option<i32>,
}

/// A target of a target group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// An address, an instance id, a function's or a load balancer's ARN.
    pub id: String,
    /// The port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// The zone, or `all`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// `initial`, `healthy`, `unhealthy`, `unhealthy.draining`, `unused`, `draining` or `unavailable`.
    pub state: String,
    /// AWS's reason code, such as `Target.Timeout`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// AWS's words for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A TLS policy as the account's region offers it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SslPolicy {
    /// Its name.
    pub name: String,
    /// The protocols it accepts, such as `TLSv1.2`.
    pub protocols: Vec<String>,
    /// The ciphers it accepts.
    pub ciphers: Vec<String>,
}
