//! The tags of everything that was read.

use std::collections::{BTreeMap, BTreeSet};

use super::Region;

/// The tag in which `CloudFormation` names the stack.
pub const STACK_NAME: &str = "aws:cloudformation:stack-name";

type Tags = BTreeMap<String, String>;

impl Region {
    /// Every resource whose tags were read: its ARN or id, and the tags.
    pub fn tagged(&self) -> Vec<(&str, &Tags)> {
        let mut found: Vec<(&str, &Tags)> = Vec::new();
        found.extend(self.rest_apis.iter().chain(&self.http_apis).map(|api| (api.id.as_str(), &api.tags)));
        found.extend(self.vpc_links_v1.iter().chain(&self.vpc_links_v2).map(|link| (link.id.as_str(), &link.tags)));
        found.extend(self.load_balancers.iter().filter_map(|balancer| Some((balancer.arn.as_str(), balancer.tags.known()?))));
        found.extend(self.target_groups.iter().filter_map(|group| Some((group.arn.as_str(), group.tags.known()?))));
        found.extend(self.vpcs.iter().map(|vpc| (vpc.id.as_str(), &vpc.tags)));
        found.extend(self.subnets.iter().map(|subnet| (subnet.id.as_str(), &subnet.tags)));
        found.extend(self.security_groups.iter().map(|group| (group.id.as_str(), &group.tags)));
        let services = self.clusters.iter().flat_map(|cluster| &cluster.services);
        found.extend(services.map(|service| (service.arn.as_str(), &service.tags)));
        found
    }
}

/// The stacks that tags name.
pub fn stack_names(region: &Region) -> BTreeSet<String> {
    region.tagged().into_iter().filter_map(|(_, tags)| tags.get(STACK_NAME)).cloned().collect()
}
