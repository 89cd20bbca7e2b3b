//! What code refers to and does not make: it exists, and nobody can tell here what it is like.

use std::collections::BTreeSet;

use super::{Draft, List};
use crate::iac::code::in_arn;
use crate::iac::value::Why;
use crate::inventory::{Gap, Integration, Observed, Peer, undeployed_place};

impl Draft {
    /// Leaves a gap in each list that lacks something the code refers to.
    pub(super) fn note_what_is_outside(&mut self) {
        for (list, id) in self.referred() {
            // What is here and could not be filled in has left its own gap, which says why.
            let is_lost = |gap: &Gap| gap.resource.as_deref().is_some_and(|address| id == address || id.ends_with(&in_arn(address)));
            if self.lost.iter().any(|(lost, gap)| *lost == list && is_lost(gap)) {
                continue;
            }
            let why = Why::new(match undeployed_place(&id) {
                Some(place) => format!("{place}: known only after deployment"),
                None => format!("{id} is not in this code"),
            });
            self.lose(list, &id, &why);
        }
    }

    fn referred(&self) -> BTreeSet<(List, String)> {
        let mut found = Found { draft: self, outside: BTreeSet::new() };
        found.network();
        found.balancing();
        found.apis();
        found.containers();
        found.outside
    }
}

struct Found<'d> {
    draft: &'d Draft,
    outside: BTreeSet<(List, String)>,
}

impl Found<'_> {
    fn need(&mut self, list: List, id: &str, is_here: bool) {
        if !is_here && !id.is_empty() {
            self.outside.insert((list, id.to_owned()));
        }
    }

    fn vpc(&mut self, id: &str) {
        self.need(List::Vpcs, id, self.draft.region.vpcs.iter().any(|vpc| vpc.id == id));
    }

    /// A VPC of which nothing is known has tables, ACLs and groups that are not known either.
    fn subnet(&mut self, id: &str) {
        let here = self.draft.region.subnets.iter().any(|subnet| subnet.id == id);
        for list in [List::Subnets, List::Tables, List::Acls] {
            self.need(list, id, here);
        }
    }

    fn security_group(&mut self, id: &str) {
        self.need(List::SecurityGroups, id, self.draft.region.security_groups.iter().any(|group| group.id == id));
    }

    fn group(&mut self, arn: &str) {
        self.need(List::Groups, arn, self.draft.region.target_groups.iter().any(|group| group.arn == arn));
    }

    fn balancer(&mut self, arn: &str) {
        self.need(List::Balancers, arn, self.draft.region.load_balancers.iter().any(|balancer| balancer.arn == arn));
    }

    fn network(&mut self) {
        let region = &self.draft.region;
        for subnet in &region.subnets {
            self.vpc(&subnet.vpc_id);
            if !region.vpcs.iter().any(|vpc| vpc.id == subnet.vpc_id) {
                // Its main table and default ACL are out there.
                for list in [List::Tables, List::Acls] {
                    self.need(list, &subnet.vpc_id, false);
                }
            }
        }
        for group in &region.security_groups {
            for rule in &group.rules {
                match &rule.peer {
                    Peer::SecurityGroup(id) => self.security_group(id),
                    Peer::PrefixList(id) => {
                        self.need(List::PrefixLists, id, region.prefix_lists.iter().any(|list| list.id == *id));
                    }
                    Peer::CidrIpv4(_) | Peer::CidrIpv6(_) => {}
                }
            }
        }
        for route in region.route_tables.iter().flat_map(|table| &table.routes) {
            if route.destination.starts_with("pl-") {
                self.need(List::PrefixLists, &route.destination, region.prefix_lists.iter().any(|list| list.id == route.destination));
            }
            if route.target.starts_with("igw-") {
                self.need(List::Gateways, &route.target, region.internet_gateways.iter().any(|gateway| gateway.id == route.target));
            }
        }
    }

    fn balancing(&mut self) {
        let region = &self.draft.region;
        for balancer in &region.load_balancers {
            for zone in &balancer.zones {
                zone.subnet_id.iter().for_each(|id| self.subnet(id));
            }
            balancer.security_groups.iter().for_each(|id| self.security_group(id));
            for listener in &balancer.listeners {
                let rules = listener.rules.iter().flat_map(|rule| &rule.actions);
                for target in listener.default_actions.iter().chain(rules).flat_map(|action| &action.target_groups) {
                    self.group(&target.arn);
                }
            }
        }
        for group in &region.target_groups {
            group.vpc_id.iter().for_each(|id| self.vpc(id));
            for target in group.targets.known().into_iter().flatten().filter(|_| group.target_type == "alb") {
                self.balancer(&target.id);
            }
        }
    }

    fn apis(&mut self) {
        let region = &self.draft.region;
        for link in region.vpc_links_v1.iter().chain(&region.vpc_links_v2) {
            link.target_arns.iter().for_each(|arn| self.balancer(arn));
            link.subnet_ids.iter().for_each(|id| self.subnet(id));
            link.security_group_ids.iter().for_each(|id| self.security_group(id));
        }
        for api in region.rest_apis.iter().chain(&region.http_apis) {
            let served = api.stages.iter().map(|stage| &stage.deployed);
            let routes = served.chain([&api.working_copy]).filter_map(Observed::known).flat_map(|configuration| &configuration.routes);
            for integration in routes.filter_map(|route| route.integration.known()) {
                self.integration(integration);
            }
        }
    }

    fn integration(&mut self, integration: &Integration) {
        let region = &self.draft.region;
        for target in [integration.target.known(), integration.uri.known()].into_iter().flatten() {
            if target.contains(":listener/") {
                let here = region.load_balancers.iter().flat_map(|balancer| &balancer.listeners).any(|listener| listener.arn == *target);
                self.need(List::Balancers, target, here);
            } else if target.contains(":loadbalancer/") {
                self.balancer(target);
            } else if target.contains(":servicediscovery:") {
                let arn = target.split('?').next().unwrap_or(target);
                self.need(List::CloudMap, arn, region.cloud_map_services.iter().any(|service| service.arn == arn));
            } else if let Some(host) = host_of(target).filter(|host| host.contains(".elb.")) {
                let here = region.load_balancers.iter().any(|balancer| balancer.dns_name.eq_ignore_ascii_case(host));
                self.need(List::Balancers, host, here);
            }
        }
        if let Some(id) = integration.connection_id.known().filter(|id| !id.contains("${")) {
            let here = region.vpc_links_v1.iter().chain(&region.vpc_links_v2).any(|link| link.id == *id);
            self.need(List::LinksV1, id, here);
            self.need(List::LinksV2, id, here);
        }
    }

    fn containers(&mut self) {
        let region = &self.draft.region;
        for service in region.clusters.iter().flat_map(|cluster| &cluster.services) {
            for arn in service.load_balancers.iter().filter_map(|entry| entry.target_group_arn.as_deref()) {
                self.group(arn);
            }
            if let Some(network) = &service.network {
                network.subnets.iter().for_each(|id| self.subnet(id));
                network.security_groups.iter().for_each(|id| self.security_group(id));
            }
            if let Some(arn) = &service.task_definition {
                self.need(List::TaskDefinitions, arn, region.task_definitions.iter().any(|definition| definition.arn == *arn));
            }
        }
    }
}

/// The host of a URL.
fn host_of(url: &str) -> Option<&str> {
    url.split_once("://")?.1.split(['/', ':', '?']).next()
}
