//! What belongs to an API: its stages and routes, what its ways lead to, and what stands beside that: the ways around to the same
//! targets, and the network of all of it.

use std::collections::{BTreeSet, HashSet};

use super::names::{Asked, check};
use super::{NoSuch, Selection};
use crate::assessment::Subject;
use crate::inventory::{Api, Listener, LoadBalancer, NetworkInterface, Observed, Region, TargetGroup};
use crate::topology::{Backend, Entry, Hop, Key, LinkVersion, ServiceRef, Topology, Way, Ways, domains};

/// What belongs to some APIs.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    /// The ARNs of the APIs.
    apis: Vec<String>,
    /// ARNs and ids.
    ids: BTreeSet<String>,
}

impl Reach {
    /// What belongs to the APIs of these names, ids or ARNs.
    pub fn of(topology: &Topology<'_>, ways: &Ways<'_>, apis: &[String]) -> Result<Self, NoSuch> {
        let selection = Selection { apis: apis.to_vec(), ..Selection::default() };
        check(topology, &selection)?;
        let mut walker =
            Walker { topology, ways, asked: Asked { topology, selection: &selection }, reach: Self::default(), seen: HashSet::new() };
        let asked = walker.asked;
        for region in &topology.inventory.regions {
            for api in region.rest_apis.iter().chain(&region.http_apis).filter(|api| asked.takes_api(region, api)) {
                walker.api(region, api);
            }
        }
        walker.routes();
        walker.ways();
        walker.network();
        Ok(walker.reach)
    }

    /// Whether a subject belongs to the APIs; also what stands for subjects that could not be listed, where one of them may.
    pub fn takes(&self, subject: &Subject) -> bool {
        let id = subject.id.as_str();
        if let Some(parent) = subject.unread_of() {
            // The lists of a region and of a cluster are nobody's own.
            let is_shared = !parent.starts_with("arn:") || parent.contains(":ecs:");
            return is_shared || self.is_of_api(parent) || self.ids.contains(parent);
        }
        let resource = id.split_once('#').map_or(id, |(resource, _)| resource);
        let last = resource.rsplit('/').next().unwrap_or(resource);
        self.is_of_api(id) || self.ids.contains(resource) || resource.contains(":ec2:") && self.ids.contains(last)
    }

    fn is_of_api(&self, id: &str) -> bool {
        self.apis.iter().any(|api| id.strip_prefix(api.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '#'])))
    }
}

struct Walker<'t, 'a> {
    topology: &'t Topology<'a>,
    ways: &'t Ways<'a>,
    asked: Asked<'t, 'a>,
    reach: Reach,
    /// The listeners that were followed.
    seen: HashSet<&'a str>,
}

impl<'a> Walker<'_, 'a> {
    fn add<'i>(&mut self, ids: impl IntoIterator<Item = &'i String>) {
        self.reach.ids.extend(ids.into_iter().cloned());
    }

    fn api(&mut self, region: &'a Region, api: &'a Api) {
        self.reach.apis.push(self.topology.ids.api(region, api));
        for stage in &api.stages {
            self.add(stage.client_certificate_id.iter().chain(&stage.web_acl_arn));
            for (domain, _) in domains(region, api, stage) {
                self.add(domain.certificate_arns.iter().chain([&domain.name]));
            }
        }
    }

    /// What the routes lead to, also where it is known only that much: a load balancer without the listener.
    fn routes(&mut self) {
        let (topology, asked) = (self.topology, self.asked);
        for served in topology.routes.iter().filter(|served| asked.takes_api(served.region, served.api)) {
            if let Some((_, link)) = served.backend.link() {
                self.link(served.region, &link.id);
            }
            match &served.backend {
                Backend::Balancer(hop) => {
                    self.balancer(hop.balancer);
                    if let Observed::Known(listener) = hop.listener {
                        self.listener(listener);
                    }
                }
                Backend::CloudMap { service, .. } => {
                    topology.index.services_of_registry(&service.arn).iter().for_each(|found| self.service(found));
                }
                Backend::Interface(interface) => self.interface(interface),
                _ => {}
            }
        }
    }

    /// What the ways lead to, and the ways around to the same.
    fn ways(&mut self) {
        let ways = self.ways;
        let own: Vec<&Way<'a>> = ways.all.iter().filter(|way| way.is_through_api() && self.asked.through(way)).collect();
        let keys: BTreeSet<Key<'a>> = own.iter().flat_map(|way| way.keys.iter().copied()).collect();
        let keys: Vec<Key<'a>> = keys.into_iter().collect();
        let around = ways.to(&keys).into_iter().filter(|way| !way.is_through_api());
        for way in own.iter().copied().chain(around) {
            self.way(way);
        }
    }

    fn way(&mut self, way: &Way<'a>) {
        match way.entry {
            Entry::Api { .. } => {}
            Entry::Balancer { balancer, listener, .. } => {
                self.balancer(balancer);
                self.add([&listener.arn]);
            }
            Entry::Interface { interface, task, .. } => {
                self.interface(interface);
                if let Some(found) = task.and_then(|task| self.topology.index.service_of_task(&task)) {
                    self.service(&found);
                }
            }
        }
        for hop in &way.hops {
            match hop {
                // Its region is that of the API, which the route told.
                Hop::Link(..) => {}
                Hop::Listener { balancer, listener, .. } => {
                    self.balancer(balancer);
                    self.add([&listener.arn]);
                }
            }
        }
        if let Some(group) = way.group {
            self.group(group);
        }
        for key in &way.keys {
            match key {
                Key::Service(arn) => {
                    if let Some(found) = self.topology.index.service(arn) {
                        self.service(&found);
                    }
                }
                Key::Group(arn) => {
                    if let Observed::Known(group) = self.topology.index.group(arn) {
                        self.group(group);
                    }
                }
                Key::Address(..) | Key::Instance(..) | Key::Function(_) => {}
            }
        }
    }

    fn link(&mut self, region: &'a Region, id: &'a String) {
        self.reach.ids.insert(self.topology.ids.vpc_link(region, id));
        self.add([id]);
        for version in [LinkVersion::V1, LinkVersion::V2] {
            if let Some(link) = self.topology.index.link(region, version, id) {
                self.add(link.security_group_ids.iter().chain(&link.subnet_ids));
            }
        }
    }

    fn balancer(&mut self, balancer: &'a LoadBalancer) {
        self.add(balancer.security_groups.iter().chain(&balancer.vpc_id).chain([&balancer.arn]));
        self.add(balancer.zones.iter().filter_map(|zone| zone.subnet_id.as_ref()));
    }

    /// A listener, and everything behind it.
    fn listener(&mut self, listener: &'a Listener) {
        if !self.seen.insert(&listener.arn) {
            return;
        }
        self.add([&listener.arn]);
        self.reach.ids.extend(listener.certificates().map(str::to_owned));
        for group in self.topology.groups_behind(listener) {
            self.group(group);
            for next in self.topology.index.listeners_in(group) {
                if let Observed::Known(next) = next {
                    if let Observed::Known((_, balancer, _)) = self.topology.index.listener(&next.arn) {
                        self.balancer(balancer);
                    }
                    self.listener(next);
                }
            }
        }
    }

    fn group(&mut self, group: &'a TargetGroup) {
        self.add([&group.arn].into_iter().chain(&group.vpc_id));
        self.topology.index.services_of_group(&group.arn).iter().for_each(|found| self.service(found));
    }

    fn service(&mut self, found: &ServiceRef<'a>) {
        let service = found.service;
        self.add([&service.arn, &found.cluster.arn].into_iter().chain(&service.task_definition));
        if let Some(network) = &service.network {
            self.add(network.security_groups.iter().chain(&network.subnets));
        }
    }

    fn interface(&mut self, interface: &'a NetworkInterface) {
        self.add([&interface.id].into_iter().chain(&interface.instance_id).chain(&interface.subnet_id).chain(&interface.vpc_id));
        self.add(&interface.security_groups);
    }

    /// The certificates of listeners, and the network ACLs and VPCs of subnets, that belong to what was found.
    fn network(&mut self) {
        for region in &self.topology.inventory.regions {
            for listener in region.load_balancers.iter().flat_map(|balancer| &balancer.listeners) {
                if self.reach.ids.contains(&listener.arn) {
                    self.reach.ids.extend(listener.certificates().map(str::to_owned));
                }
            }
            for subnet in &region.subnets {
                if self.reach.ids.contains(&subnet.id) {
                    self.add([&subnet.vpc_id]);
                }
            }
            for acl in &region.network_acls {
                // The default ACL serves the subnets that no other names.
                let serves_rest = acl.is_default && self.reach.ids.contains(&acl.vpc_id);
                if serves_rest || acl.subnet_ids.iter().any(|subnet| self.reach.ids.contains(subnet)) {
                    self.add([&acl.id]);
                }
            }
        }
    }
}
