//! What an account holds, as far as it was read: typed nouns under AWS's own names.
//!
//! Everything a scan judges comes through an [`Inventory`], whether it was read from AWS, from a snapshot or from code.

mod api;
mod balancing;
mod containers;
pub(crate) mod credentials;
mod gaps;
mod network;
mod observed;
pub(crate) mod secrets;
pub mod snapshot;
mod tags;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use api::*;
pub use balancing::*;
pub use containers::*;
pub use network::*;
pub use observed::{Cause, Gap, Listed, Observed};
pub use tags::{STACK_NAME, TagIndex, stack_names};

/// The word for a state that begins only with deployment: of a VPC link, of a target.
pub const UNDEPLOYED: &str = "undeployed";

/// An id for something that nobody knows the id of: unlike every other, and perhaps the same as any.
pub fn undeployed_id(place: &str) -> String {
    format!("{UNDEPLOYED}:{place}")
}

/// What an id stands for that nobody knows: the place in the code; none for an id of something.
pub fn undeployed_place(id: &str) -> Option<&str> {
    id.strip_prefix(UNDEPLOYED)?.strip_prefix(':')
}

/// Whether an id stands for one that nobody knows.
pub fn is_undeployed_id(id: &str) -> bool {
    undeployed_place(id).is_some()
}

/// What an account holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Inventory {
    /// Always `apiaudit-inventory`.
    pub format: String,
    /// The version of the format.
    pub version: u32,
    /// The version of apiaudit that wrote it.
    #[serde(default)]
    pub tool_version: String,
    /// When it was read, as RFC 3339.
    #[serde(default)]
    pub taken_at: String,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Observed::is_not_asked")]
    pub account: Observed<Account>,
    /// What was found in each region that was read.
    pub regions: Vec<Region>,
    /// The regions that were not read, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped_regions: Vec<SkippedRegion>,
    /// The code it was read from; none for an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
}

/// The code that an inventory was read from, instead of an account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// `terraform-plan`, `terraform-code` or `cloudformation`.
    pub kind: String,
    /// The files that were named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// Resources that were read.
    #[serde(default)]
    pub resources: usize,
    /// Resources of types that no rule looks at, by type.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ignored: BTreeMap<String, usize>,
    /// What was taken for given because code cannot say it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assumptions: Vec<String>,
    /// What there is to say about the reading.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// Whose inventory it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// The account's twelve digits.
    pub id: String,
    /// `aws`, `aws-us-gov`, `aws-cn` and so on.
    #[serde(default = "default_partition")]
    pub partition: String,
    /// Who asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller_arn: Option<String>,
}

fn default_partition() -> String {
    "aws".to_owned()
}

/// A region that was not read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SkippedRegion {
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// What was found in one region.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// Its name.
    pub name: String,
    /// REST APIs.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub rest_apis: Listed<Api>,
    /// HTTP and WebSocket APIs.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub http_apis: Listed<Api>,
    /// VPC links V1, which REST and WebSocket APIs use.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub vpc_links_v1: Listed<VpcLink>,
    /// VPC links V2, which HTTP and REST APIs use.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub vpc_links_v2: Listed<VpcLink>,
    /// Custom domain names.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub domain_names: Listed<DomainName>,
    /// Client certificates of API Gateway. Asked only where a stage shows one.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub client_certificates: Listed<ClientCertificate>,
    /// Cloud Map services that an integration names, by ARN.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub cloud_map_services: Listed<CloudMapService>,
    /// Load balancers.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub load_balancers: Listed<LoadBalancer>,
    /// Target groups.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub target_groups: Listed<TargetGroup>,
    /// TLS policies.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub ssl_policies: Listed<SslPolicy>,
    /// Certificates in use.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub certificates: Listed<Certificate>,
    /// VPCs.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub vpcs: Listed<Vpc>,
    /// Subnets.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub subnets: Listed<Subnet>,
    /// Route tables.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub route_tables: Listed<RouteTable>,
    /// Internet gateways.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub internet_gateways: Listed<InternetGateway>,
    /// Network ACLs.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub network_acls: Listed<NetworkAcl>,
    /// Security groups.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub security_groups: Listed<SecurityGroup>,
    /// Managed prefix lists.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub prefix_lists: Listed<PrefixList>,
    /// Network interfaces.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub network_interfaces: Listed<NetworkInterface>,
    /// Elastic addresses.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub addresses: Listed<Address>,
    /// Flow logs. Asked only where a rule needs them.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub flow_logs: Listed<FlowLog>,
    /// ECS clusters.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub clusters: Listed<Cluster>,
    /// Task definitions in use.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub task_definitions: Listed<TaskDefinition>,
    /// The `CloudFormation` stacks that tags name. Asked only where resources are traced to code; no verdict hangs on them.
    #[serde(default, skip_serializing_if = "Listed::is_not_asked")]
    pub stacks: Listed<Stack>,
}

/// A `CloudFormation` stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stack {
    /// Its name.
    pub name: String,
    /// What it made: ids by logical id.
    #[serde(default)]
    pub resources: BTreeMap<String, String>,
}

/// A Cloud Map service that an integration names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CloudMapService {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
}

/// A certificate in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// Its ARN.
    pub arn: String,
    /// The name it was issued for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain_name: Option<String>,
    /// The other names it bears.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subject_alternative_names: Vec<String>,
    /// `ISSUED`, `EXPIRED`, `REVOKED` and so on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// `AMAZON_ISSUED`, `IMPORTED` or `PRIVATE`.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// When it ends, as RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_after: Option<String>,
    /// `ELIGIBLE` when ACM renews it by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewal_eligibility: Option<String>,
}
