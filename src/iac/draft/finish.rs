//! The last strokes: what AWS derives, and the gaps where code says too little.

use std::collections::BTreeMap;

use super::{Assumptions, Draft, List, undeployed};
use crate::iac::value::Why;
use crate::inventory::{Gap, Listed, Observed, Region, secrets};

impl Draft {
    /// The region.
    pub(super) fn finish(mut self, assumptions: &Assumptions) -> Region {
        self.add_what_comes_with_vpcs();
        self.place_balancers();
        self.assume(assumptions);
        self.tell_groups_their_balancers();
        for cluster in &mut self.region.clusters.items {
            cluster.tasks = Listed::unknown(undeployed("the tasks that ECS runs"));
        }
        self.lose_what_comes_with_lost_vpcs();
        self.tell_services_their_platform();
        self.note_what_is_outside();
        let region = &mut self.region;
        // What refers to values was looked at: from here on only those that something needs are kept.
        region.rest_apis.items.iter_mut().chain(&mut region.http_apis.items).for_each(secrets::withhold);
        let lost = std::mem::take(&mut self.lost);
        for (list, gap) in lost {
            leave(&mut self.region, &list, &gap);
        }
        self.region
    }

    /// The default group and ACL of a VPC that could not be filled in are lost with it.
    fn lose_what_comes_with_lost_vpcs(&mut self) {
        let vpcs: Vec<Gap> = self.lost.iter().filter(|(list, _)| *list == List::Vpcs).map(|(_, gap)| gap.clone()).collect();
        for list in [List::SecurityGroups, List::Acls] {
            self.lost.extend(vpcs.iter().map(|gap| (list.clone(), gap.clone())));
        }
    }

    /// AWS names the load balancers of a target group by the listeners that forward to it.
    fn tell_groups_their_balancers(&mut self) {
        let hidden = self.hidden_balancer();
        let mut users: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for balancer in &self.region.load_balancers.items {
            for listener in &balancer.listeners {
                let rules = listener.rules.iter().flat_map(|rule| &rule.actions);
                for target in listener.default_actions.iter().chain(rules).flat_map(|action| &action.target_groups) {
                    let known = users.entry(&target.arn).or_default();
                    if !known.contains(&balancer.arn) {
                        known.push(balancer.arn.clone());
                    }
                }
            }
        }
        for group in &mut self.region.target_groups.items {
            group.load_balancer_arns = users.remove(group.arn.as_str()).unwrap_or_default();
            group.load_balancer_arns.extend(hidden.clone());
            if matches!(group.targets, Observed::Unknown(_)) {
                group.targets = Observed::Unknown(undeployed("the targets and their health"));
            }
        }
    }
}

impl Draft {
    /// What stands for a load balancer that may forward to any group, where something that forwards was lost: no list has it.
    fn hidden_balancer(&mut self) -> Option<String> {
        let hides = |list: &List| matches!(list, List::Balancers | List::Listeners(_) | List::Rules(_));
        let gap = self.lost.iter().find(|(list, _)| hides(list)).map(|(_, gap)| gap.clone())?;
        let why = Why::new(gap.detail.unwrap_or_default());
        self.lose(List::Balancers, &gap.resource.unwrap_or_default(), &why);
        Some(self.to.arn("elasticloadbalancing", "loadbalancer/app/unknown/unknown"))
    }
}

/// Leaves a gap in a list; in every one of its kind where the code does not say which.
fn leave(region: &mut Region, list: &List, gap: &Gap) {
    let push = |gaps: &mut Vec<Gap>| {
        if !gaps.contains(gap) {
            gaps.push(gap.clone());
        }
    };
    match list {
        List::RestApis => push(&mut region.rest_apis.gaps),
        List::HttpApis => push(&mut region.http_apis.gaps),
        List::Stages(id) | List::Authorizers(id) => {
            for api in region.rest_apis.items.iter_mut().chain(&mut region.http_apis.items) {
                if id.as_ref().is_none_or(|id| *id == api.id) {
                    push(if matches!(list, List::Stages(_)) { &mut api.stages.gaps } else { &mut api.authorizers.gaps });
                }
            }
        }
        List::LinksV1 => push(&mut region.vpc_links_v1.gaps),
        List::LinksV2 => push(&mut region.vpc_links_v2.gaps),
        List::Domains => push(&mut region.domain_names.gaps),
        List::Mappings(name) => {
            for domain in region.domain_names.items.iter_mut().filter(|domain| name.as_ref().is_none_or(|name| *name == domain.name)) {
                push(&mut domain.mappings.gaps);
            }
        }
        List::CloudMap => push(&mut region.cloud_map_services.gaps),
        List::Balancers => push(&mut region.load_balancers.gaps),
        List::Listeners(arn) => {
            for balancer in region.load_balancers.items.iter_mut().filter(|balancer| arn.as_ref().is_none_or(|arn| *arn == balancer.arn)) {
                push(&mut balancer.listeners.gaps);
            }
        }
        List::Rules(arn) => {
            for listener in region.load_balancers.items.iter_mut().flat_map(|balancer| &mut balancer.listeners.items) {
                if arn.as_ref().is_none_or(|arn| *arn == listener.arn) {
                    push(&mut listener.rules.gaps);
                }
            }
        }
        List::Groups => push(&mut region.target_groups.gaps),
        List::Vpcs => push(&mut region.vpcs.gaps),
        List::Subnets => push(&mut region.subnets.gaps),
        List::Tables => push(&mut region.route_tables.gaps),
        List::Gateways => push(&mut region.internet_gateways.gaps),
        List::Acls => push(&mut region.network_acls.gaps),
        List::SecurityGroups => push(&mut region.security_groups.gaps),
        List::PrefixLists => push(&mut region.prefix_lists.gaps),
        List::FlowLogs => push(&mut region.flow_logs.gaps),
        List::Clusters => push(&mut region.clusters.gaps),
        List::Services(arn) => {
            for cluster in region.clusters.items.iter_mut().filter(|cluster| arn.as_ref().is_none_or(|arn| *arn == cluster.arn)) {
                push(&mut cluster.services.gaps);
            }
        }
        List::TaskDefinitions => push(&mut region.task_definitions.gaps),
    }
}
