//! An inventory in the making: what both languages fill in, and what AWS adds by itself.

mod finish;
pub mod network;
mod outside;
mod platform;

use std::collections::BTreeMap;

use super::code::Code;
use super::made_up::Destination;
use super::value::Why;
use crate::inventory::{
    Account, Api, Cause, Cluster, Code as CodeOf, Gap, Inventory, Listed, Listener, LoadBalancer, Observed, Region, SecurityGroup,
    TargetGroup, snapshot,
};

pub use platform::platform_family;

/// What code cannot say, and a run takes for given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumptions {
    /// What VPC Block Public Access does in the account: `off`, `block-bidirectional`, `block-ingress`; none for unknown.
    pub block_public_access: Option<String>,
}

/// The TLS policy that AWS gives the default endpoint of a REST API where nobody sets one; none where its kind is not known.
pub(super) fn usual_security_policy(endpoint_types: &[String]) -> Option<String> {
    let all = |kinds: &[&str]| !endpoint_types.is_empty() && endpoint_types.iter().all(|kind| kinds.contains(&kind.as_str()));
    match (all(&["REGIONAL", "EDGE"]), all(&["PRIVATE"])) {
        (true, _) => Some("TLS_1_0".to_owned()),
        (_, true) => Some("TLS_1_2".to_owned()),
        _ => None,
    }
}

impl Default for Assumptions {
    fn default() -> Self {
        Self { block_public_access: Some("off".to_owned()) }
    }
}

impl Assumptions {
    /// Each as a sentence without its end.
    pub fn in_words(&self) -> Vec<String> {
        let mode = self.block_public_access.as_ref();
        mode.map(|mode| format!("VPC Block Public Access is {mode} in the account (--block-public-access)")).into_iter().collect()
    }
}

/// A list of an inventory that code may leave incomplete.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum List {
    /// REST APIs.
    RestApis,
    /// HTTP and WebSocket APIs.
    HttpApis,
    /// Stages of an API, by its id; of every API where the code does not say of which.
    Stages(Option<String>),
    /// Authorizers of an API, by its id.
    Authorizers(Option<String>),
    /// VPC links V1.
    LinksV1,
    /// VPC links V2.
    LinksV2,
    /// Custom domain names.
    Domains,
    /// What a custom domain leads to, by its name.
    Mappings(Option<String>),
    /// Cloud Map services.
    CloudMap,
    /// Load balancers.
    Balancers,
    /// Listeners of a load balancer, by its ARN.
    Listeners(Option<String>),
    /// Rules of a listener, by its ARN.
    Rules(Option<String>),
    /// Target groups.
    Groups,
    /// VPCs.
    Vpcs,
    /// Subnets.
    Subnets,
    /// Route tables.
    Tables,
    /// Internet gateways.
    Gateways,
    /// Network ACLs.
    Acls,
    /// Security groups.
    SecurityGroups,
    /// Prefix lists.
    PrefixLists,
    /// Flow logs.
    FlowLogs,
    /// Clusters.
    Clusters,
    /// Services of a cluster, by its ARN.
    Services(Option<String>),
    /// Task definitions.
    TaskDefinitions,
}

impl List {
    /// All of them, of whatever parent: what may make anything leaves each of them open.
    pub const EVERY: [Self; 24] = [
        Self::RestApis,
        Self::HttpApis,
        Self::Stages(None),
        Self::Authorizers(None),
        Self::LinksV1,
        Self::LinksV2,
        Self::Domains,
        Self::Mappings(None),
        Self::CloudMap,
        Self::Balancers,
        Self::Listeners(None),
        Self::Rules(None),
        Self::Groups,
        Self::Vpcs,
        Self::Subnets,
        Self::Tables,
        Self::Gateways,
        Self::Acls,
        Self::SecurityGroups,
        Self::PrefixLists,
        Self::FlowLogs,
        Self::Clusters,
        Self::Services(None),
        Self::TaskDefinitions,
    ];
}

/// An inventory in the making: of one region.
#[derive(Debug)]
pub struct Draft {
    /// What was filled in so far.
    pub region: Region,
    /// Where it goes.
    pub to: Destination,
    /// VPCs' DNS and default resources, by the VPC's id: those that code replaced are not added.
    pub replaced: BTreeMap<String, Replaced>,
    /// Network ACLs by the subnet that an association of its own names.
    pub acl_of_subnet: BTreeMap<String, String>,
    /// Load balancers that name no security group: AWS gives them the VPC's default group.
    pub ungrouped: Vec<String>,
    /// What could not be filled in.
    lost: Vec<(List, Gap)>,
}

/// What code took over of the things that come with a VPC.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replaced {
    /// The main route table.
    pub main_table: bool,
    /// The default network ACL.
    pub default_acl: bool,
    /// The default security group.
    pub default_group: bool,
}

impl Draft {
    /// An empty region: nothing is in it, and nothing is missing.
    pub fn new(to: Destination) -> Self {
        let region = Region {
            client_certificates: Listed::unknown(undeployed("when the client certificates that AWS makes end")),
            flow_logs: Vec::new().into(),
            name: to.region.clone(),
            rest_apis: Vec::new().into(),
            http_apis: Vec::new().into(),
            vpc_links_v1: Vec::new().into(),
            vpc_links_v2: Vec::new().into(),
            domain_names: Vec::new().into(),
            cloud_map_services: Vec::new().into(),
            load_balancers: Vec::new().into(),
            target_groups: Vec::new().into(),
            vpcs: Vec::new().into(),
            subnets: Vec::new().into(),
            route_tables: Vec::new().into(),
            internet_gateways: Vec::new().into(),
            network_acls: Vec::new().into(),
            security_groups: Vec::new().into(),
            prefix_lists: Vec::new().into(),
            clusters: Vec::new().into(),
            task_definitions: Vec::new().into(),
            network_interfaces: Listed::unknown(undeployed("the network interfaces that AWS and ECS make")),
            addresses: Listed::unknown(undeployed("the elastic addresses that AWS gives")),
            ssl_policies: Listed::unknown(undeployed("the TLS policies that the region offers")),
            stacks: Listed::default(),
            certificates: Listed::unknown(undeployed("the state of certificates")),
        };
        Self { region, to, replaced: BTreeMap::new(), acl_of_subnet: BTreeMap::new(), ungrouped: Vec::new(), lost: Vec::new() }
    }

    /// Notes that a list lacks a resource, because something about it is not known.
    pub fn lose(&mut self, list: List, address: &str, why: &Why) {
        let mut gap = why.gap(address);
        gap.region.clone_from(&self.to.region);
        self.lost.push((list, gap));
    }

    /// An API by id.
    pub fn api(&mut self, id: &str) -> Option<&mut Api> {
        self.region.rest_apis.items.iter_mut().chain(&mut self.region.http_apis.items).find(|api| api.id == id)
    }

    /// A load balancer by ARN.
    pub fn balancer(&mut self, arn: &str) -> Option<&mut LoadBalancer> {
        self.region.load_balancers.items.iter_mut().find(|balancer| balancer.arn == arn)
    }

    /// A listener by ARN.
    pub fn listener(&mut self, arn: &str) -> Option<&mut Listener> {
        let balancers = self.region.load_balancers.items.iter_mut();
        balancers.flat_map(|balancer| &mut balancer.listeners.items).find(|listener| listener.arn == arn)
    }

    /// A target group by ARN.
    pub fn group(&mut self, arn: &str) -> Option<&mut TargetGroup> {
        self.region.target_groups.items.iter_mut().find(|group| group.arn == arn)
    }

    /// A security group by id.
    pub fn security_group(&mut self, id: &str) -> Option<&mut SecurityGroup> {
        self.region.security_groups.items.iter_mut().find(|group| group.id == id)
    }

    /// A cluster by ARN or name.
    pub fn cluster(&mut self, name: &str) -> Option<&mut Cluster> {
        self.region.clusters.items.iter_mut().find(|cluster| cluster.arn == name || cluster.name == name)
    }
}

/// The gap left by what only deployment decides.
pub fn undeployed(what: &str) -> Gap {
    Gap::new("", Cause::Undeployed).because(format!("{what}: known only after deployment"))
}

/// Puts the regions together.
pub fn inventory(
    drafts: Vec<Draft>,
    code: &Code,
    made_from: CodeOf,
    assumptions: &Assumptions,
    version: &str,
    taken_at: &str,
) -> Inventory {
    let account = match &code.account {
        Some(id) => Observed::Known(Account {
            id: id.clone(),
            partition: code.partition.clone().unwrap_or_else(|| "aws".to_owned()),
            caller_arn: None,
        }),
        None => Observed::Unknown(Gap::new("", Cause::Undeployed).because("the account: known only after deployment")),
    };
    let mut inventory = Inventory {
        format: snapshot::FORMAT.to_owned(),
        version: snapshot::VERSION,
        tool_version: version.to_owned(),
        taken_at: taken_at.to_owned(),
        account,
        regions: drafts.into_iter().map(|draft| draft.finish(assumptions)).collect(),
        skipped_regions: Vec::new(),
        code: Some(made_from),
    };
    snapshot::sort(&mut inventory);
    inventory
}
