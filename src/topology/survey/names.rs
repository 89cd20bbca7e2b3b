//! What was asked for by name.

use std::collections::BTreeSet;

use super::targets::{Target, What};
use super::{NoSuch, Selection};
use crate::inventory::{Api, Gap, LoadBalancer, NetworkInterface, Region, TargetGroup};
use crate::topology::{Entry, Hop, Key, ServiceRef, Topology, Way, fold};

/// Which targets and ways have the names that were asked for.
#[derive(Clone, Copy)]
pub(super) struct Asked<'t, 'a> {
    pub(super) topology: &'t Topology<'a>,
    pub(super) selection: &'t Selection,
}

impl<'a> Asked<'_, 'a> {
    /// Whether a target is one of the services asked for.
    pub(super) fn takes(&self, target: &Target<'a>) -> bool {
        let wanted = &self.selection.services;
        wanted.is_empty() || matches!(target.what, What::Service(found) if wanted.iter().any(|name| is_service(&found, name)))
    }

    /// Whether a target itself was asked for, so that it is listed without ways, too.
    pub(super) fn by_name(&self, target: &Target<'a>) -> bool {
        let asked = !self.selection.services.is_empty() || !self.selection.to.is_empty();
        asked && self.takes(target) && self.leads_to(target)
    }

    /// Whether all ways to a target lead to what was asked for.
    pub(super) fn leads_to(&self, target: &Target<'a>) -> bool {
        let wanted = &self.selection.to;
        wanted.is_empty()
            || wanted.iter().any(|name| match target.what {
                What::Service(found) => is_service(&found, name),
                What::Group(group) => is_group(group, name),
            })
    }

    /// Whether a way leads to something that was asked for, or passes it.
    pub(super) fn passes(&self, way: &Way<'a>) -> bool {
        self.selection.to.iter().any(|name| {
            let named = |key: &Key<'a>| self.is_key(*key, name);
            way.keys.iter().any(named) || way.hops.iter().any(|hop| is_hop(hop, name)) || is_entry(way, name)
        })
    }

    /// Whether a way leads through an API that was asked for.
    pub(super) fn through(&self, way: &Way<'a>) -> bool {
        matches!(way.entry, Entry::Api { region, api, .. } if self.takes_api(region, api))
    }

    /// Whether an API was asked for.
    pub(super) fn takes_api(&self, region: &Region, api: &Api) -> bool {
        let wanted = &self.selection.apis;
        wanted.is_empty() || wanted.iter().any(|name| is_api(self.topology, region, api, name))
    }

    fn is_key(&self, key: Key<'a>, name: &str) -> bool {
        match key {
            Key::Service(arn) => self.topology.index.service(arn).is_some_and(|found| is_service(&found, name)),
            Key::Address(_, address) => address == name,
            Key::Instance(id, _) => id == name,
            Key::Function(arn) => arn == name || arn.rsplit(':').next() == Some(name),
            Key::Group(arn) => self.topology.index.group(arn).known().is_some_and(|group| is_group(group, name)),
        }
    }
}

fn is_api(topology: &Topology<'_>, region: &Region, api: &Api, name: &str) -> bool {
    api.id == name || api.name == name || topology.ids.api(region, api) == name
}

fn is_service(found: &ServiceRef<'_>, name: &str) -> bool {
    let ServiceRef { cluster, service, .. } = found;
    service.name == name || service.arn == name || name.split_once('/') == Some((cluster.name.as_str(), service.name.as_str()))
}

fn is_group(group: &TargetGroup, name: &str) -> bool {
    group.name == name || group.arn == name
}

fn is_balancer(balancer: &LoadBalancer, name: &str) -> bool {
    let addresses = || balancer.zones.iter().flat_map(|zone| zone.public_ips.iter().chain(&zone.ipv6_addresses));
    balancer.name == name
        || balancer.arn == name
        || balancer.dns_name.eq_ignore_ascii_case(name.trim_end_matches('.'))
        || balancer.listeners.iter().any(|listener| listener.arn == name)
        || addresses().any(|address| address == name)
}

fn is_interface(interface: &NetworkInterface, name: &str) -> bool {
    let ids = interface.id == name || interface.instance_id.as_deref() == Some(name);
    let addresses = |address: &crate::inventory::InterfaceAddress| address.public_ip.as_deref() == Some(name) || address.private_ip == name;
    ids || interface.addresses.iter().any(addresses) || interface.ipv6_addresses.iter().any(|address| address == name)
}

fn is_hop(hop: &Hop<'_>, name: &str) -> bool {
    match hop {
        Hop::Link(_, link) => link.id == name || link.name == name,
        Hop::Listener { balancer, .. } => is_balancer(balancer, name),
    }
}

fn is_entry(way: &Way<'_>, name: &str) -> bool {
    match way.entry {
        Entry::Interface { interface, task, .. } => {
            is_interface(interface, name) || task.is_some_and(|found| is_task(&found.task.arn, name))
        }
        Entry::Api { .. } | Entry::Balancer { .. } => false,
    }
}

fn is_task(arn: &str, name: &str) -> bool {
    arn == name || arn.rsplit('/').next() == Some(name)
}

/// Refuses a name that nothing in the inventory has.
pub(super) fn check(topology: &Topology<'_>, selection: &Selection) -> Result<(), NoSuch> {
    let regions = &topology.inventory.regions;
    let apis = || regions.iter().flat_map(|region| region.rest_apis.iter().chain(&region.http_apis).map(move |api| (region, api)));
    for name in &selection.apis {
        if !apis().any(|(region, api)| is_api(topology, region, api, name)) {
            let gaps = regions.iter().flat_map(|region| region.rest_apis.gaps.iter().chain(&region.http_apis.gaps));
            let known = apis().map(|(_, api)| if api.name.is_empty() { &api.id } else { &api.name });
            return Err(no_such("API", name, known, gaps));
        }
    }
    for name in &selection.services {
        if !services(topology).any(|found| is_service(&found, name)) {
            return Err(no_such("service", name, services(topology).map(|found| &found.service.name), service_gaps(topology)));
        }
    }
    for name in &selection.to {
        if !is_anything(topology, name) {
            let groups = regions.iter().flat_map(|region| region.target_groups.iter().map(|group| &group.name));
            let balancers = regions.iter().flat_map(|region| region.load_balancers.iter().map(|balancer| &balancer.name));
            let known = services(topology).map(|found| &found.service.name).chain(groups).chain(balancers);
            let gaps = regions.iter().flat_map(|region| region.target_groups.gaps.iter().chain(&region.load_balancers.gaps));
            return Err(no_such("service, target group or load balancer", name, known, gaps.chain(service_gaps(topology))));
        }
    }
    Ok(())
}

fn no_such<'n>(what: &'static str, name: &str, known: impl Iterator<Item = &'n String>, gaps: impl Iterator<Item = &'n Gap>) -> NoSuch {
    let known: BTreeSet<&String> = known.filter(|name| !name.is_empty()).collect();
    NoSuch { what, name: name.to_owned(), known: known.into_iter().cloned().collect(), gaps: fold(gaps.cloned().collect()) }
}

fn services<'t, 'a>(topology: &'t Topology<'a>) -> impl Iterator<Item = ServiceRef<'a>> + use<'t, 'a> {
    let clusters = topology.inventory.regions.iter().flat_map(|region| region.clusters.iter().map(move |cluster| (region, cluster)));
    clusters.flat_map(|(region, cluster)| cluster.services.iter().map(move |service| ServiceRef { region, cluster, service }))
}

fn service_gaps<'t>(topology: &'t Topology<'_>) -> impl Iterator<Item = &'t Gap> {
    let regions = topology.inventory.regions.iter();
    regions.flat_map(|region| region.clusters.gaps.iter().chain(region.clusters.iter().flat_map(|cluster| &cluster.services.gaps)))
}

/// Whether anything that a way can lead to or pass has this name.
fn is_anything(topology: &Topology<'_>, name: &str) -> bool {
    let of_region = |region: &Region| {
        let targets = || region.target_groups.iter().filter_map(|group| group.targets.known()).flatten();
        let tasks = || region.clusters.iter().flat_map(|cluster| &cluster.tasks.items);
        region.target_groups.iter().any(|group| is_group(group, name))
            || region.load_balancers.iter().any(|balancer| is_balancer(balancer, name))
            || region.network_interfaces.iter().any(|interface| is_interface(interface, name))
            || region.vpc_links_v1.iter().chain(&region.vpc_links_v2).any(|link| link.id == name || link.name == name)
            || targets().any(|target| target.id == name)
            || tasks().any(|task| is_task(&task.arn, name))
    };
    services(topology).any(|found| is_service(&found, name)) || topology.inventory.regions.iter().any(of_region)
}
