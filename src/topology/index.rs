//! The indexes behind the joins.

use std::collections::HashMap;

use crate::inventory::{
    Address, Cause, CloudMapService, Cluster, Gap, Inventory, Listed, Listener, LoadBalancer, NetworkInterface, Observed, Region,
    SecurityGroup, Service, Target, TargetGroup, Task, VpcLink,
};

use super::forward::{Forward, Forwards};
use super::ids::{lb_resource_of, split_arn};
use super::left_out;

/// Which of the two kinds of VPC links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkVersion {
    /// The first kind, which leads to one network load balancer.
    V1,
    /// The second kind, which leads into subnets.
    V2,
}

impl LinkVersion {
    /// Its name in facts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "V1",
            Self::V2 => "V2",
        }
    }
}

/// A service with its cluster.
#[derive(Debug, Clone, Copy)]
pub struct ServiceRef<'a> {
    /// The region.
    pub region: &'a Region,
    /// The cluster.
    pub cluster: &'a Cluster,
    /// The service.
    pub service: &'a Service,
}

/// A task with its cluster.
#[derive(Debug, Clone, Copy)]
pub struct TaskRef<'a> {
    /// The region.
    pub region: &'a Region,
    /// The cluster.
    pub cluster: &'a Cluster,
    /// The task.
    pub task: &'a Task,
}

/// Everything that joins look up, by its key.
#[derive(Debug, Default)]
pub struct Index<'a> {
    balancers: HashMap<&'a str, (&'a Region, &'a LoadBalancer)>,
    balancers_by_name: HashMap<String, (&'a Region, &'a LoadBalancer)>,
    balancers_by_resource: HashMap<&'a str, (&'a Region, &'a LoadBalancer)>,
    balancers_by_address: HashMap<&'a str, (&'a Region, &'a LoadBalancer)>,
    listeners: HashMap<&'a str, (&'a Region, &'a LoadBalancer, &'a Listener)>,
    groups: HashMap<&'a str, &'a TargetGroup>,
    links: HashMap<(&'a str, LinkVersion, &'a str), &'a VpcLink>,
    cloud_map: HashMap<&'a str, &'a CloudMapService>,
    interfaces: HashMap<&'a str, &'a NetworkInterface>,
    interfaces_by_public_ip: HashMap<&'a str, &'a NetworkInterface>,
    interfaces_by_private_ip: HashMap<(&'a str, &'a str), &'a NetworkInterface>,
    interfaces_by_instance: HashMap<&'a str, Vec<&'a NetworkInterface>>,
    addresses: HashMap<&'a str, &'a Address>,
    services_by_group: HashMap<&'a str, Vec<ServiceRef<'a>>>,
    services: HashMap<&'a str, ServiceRef<'a>>,
    services_by_registry: HashMap<&'a str, Vec<ServiceRef<'a>>>,
    services_by_name: HashMap<(&'a str, &'a str), ServiceRef<'a>>,
    tasks_by_interface: HashMap<&'a str, TaskRef<'a>>,
    tasks_by_service: HashMap<(&'a str, &'a str), Vec<TaskRef<'a>>>,
    security_groups: HashMap<&'a str, &'a SecurityGroup>,
    regions: HashMap<&'a str, &'a Region>,
    all_regions: &'a [Region],
    account: Observed<&'a str>,
}

impl<'a> Index<'a> {
    /// Indexes an inventory.
    pub fn new(inventory: &'a Inventory) -> Self {
        let account = own_account(inventory);
        let mut index = Self { account, all_regions: &inventory.regions, ..Self::default() };
        for region in &inventory.regions {
            index.regions.insert(&region.name, region);
            index.add_balancing(region);
            index.add_network(region);
            index.add_containers(region);
            for (version, links) in [(LinkVersion::V1, &region.vpc_links_v1), (LinkVersion::V2, &region.vpc_links_v2)] {
                index.links.extend(links.iter().map(|link| ((region.name.as_str(), version, link.id.as_str()), link)));
            }
            index.cloud_map.extend(region.cloud_map_services.iter().map(|service| (service.arn.as_str(), service)));
        }
        index
    }

    fn add_balancing(&mut self, region: &'a Region) {
        for balancer in &region.load_balancers {
            self.balancers.insert(&balancer.arn, (region, balancer));
            self.balancers_by_name.insert(balancer.dns_name.trim_end_matches('.').to_ascii_lowercase(), (region, balancer));
            if let Some(resource) = lb_resource_of(&balancer.arn) {
                self.balancers_by_resource.insert(resource, (region, balancer));
            }
            for address in balancer.zones.iter().flat_map(|zone| zone.public_ips.iter().chain(&zone.ipv6_addresses)) {
                self.balancers_by_address.insert(address, (region, balancer));
            }
            for listener in &balancer.listeners {
                self.listeners.insert(&listener.arn, (region, balancer, listener));
            }
        }
        self.groups.extend(region.target_groups.iter().map(|group| (group.arn.as_str(), group)));
    }

    fn add_network(&mut self, region: &'a Region) {
        for interface in &region.network_interfaces {
            self.interfaces.insert(&interface.id, interface);
            let public = interface.addresses.iter().filter_map(|address| address.public_ip.as_deref());
            self.interfaces_by_public_ip
                .extend(public.chain(interface.ipv6_addresses.iter().map(String::as_str)).map(|ip| (ip, interface)));
            let vpc = interface.vpc_id.as_deref().unwrap_or_default();
            let private = interface.addresses.iter().map(|address| address.private_ip.as_str());
            self.interfaces_by_private_ip
                .extend(private.chain(interface.ipv6_addresses.iter().map(String::as_str)).map(|ip| ((vpc, ip), interface)));
            if let Some(instance) = interface.instance_id.as_deref() {
                self.interfaces_by_instance.entry(instance).or_default().push(interface);
            }
        }
        self.security_groups.extend(region.security_groups.iter().map(|group| (group.id.as_str(), group)));
        self.addresses.extend(region.addresses.iter().map(|address| (address.public_ip.as_str(), address)));
    }

    fn add_containers(&mut self, region: &'a Region) {
        for cluster in &region.clusters {
            for service in &cluster.services {
                for registry in &service.service_registries {
                    self.services_by_registry.entry(registry).or_default().push(ServiceRef { region, cluster, service });
                }
                self.services.insert(&service.arn, ServiceRef { region, cluster, service });
                self.services_by_name.insert((&cluster.arn, &service.name), ServiceRef { region, cluster, service });
                let entries = service.load_balancers.iter().chain(service.task_sets.iter().flat_map(|set| &set.load_balancers));
                let mut groups: Vec<&str> = entries
                    .flat_map(|entry| [entry.target_group_arn.as_deref(), entry.alternate_target_group_arn.as_deref()])
                    .flatten()
                    .collect();
                groups.sort_unstable();
                groups.dedup();
                for group in groups {
                    self.services_by_group.entry(group).or_default().push(ServiceRef { region, cluster, service });
                }
            }
            for task in &cluster.tasks {
                let found = TaskRef { region, cluster, task };
                if let Some(service) = task.group.as_deref().and_then(|group| group.strip_prefix("service:")) {
                    self.tasks_by_service.entry((&cluster.arn, service)).or_default().push(found);
                }
                for interface in task.interfaces.iter().filter_map(|interface| interface.network_interface_id.as_deref()) {
                    self.tasks_by_interface.insert(interface, found);
                }
            }
        }
    }

    /// The account that was read.
    pub fn account(&self) -> &Observed<&'a str> {
        &self.account
    }

    /// The regions that were read, in the order of the inventory.
    pub fn regions(&self) -> impl Iterator<Item = &'a Region> {
        self.all_regions.iter()
    }

    /// A region of the inventory.
    pub fn region(&self, name: &str) -> Option<&'a Region> {
        self.regions.get(name).copied()
    }

    /// A load balancer by ARN: absent when its region was read in full and does not have it.
    pub fn balancer(&self, arn: &str) -> Observed<(&'a Region, &'a LoadBalancer)> {
        match self.balancers.get(arn) {
            Some(found) => Observed::Known(*found),
            None => {
                self.missing(split_arn(arn).map(|arn| arn.0), |region| &region.load_balancers, "elasticloadbalancing:DescribeLoadBalancers")
            }
        }
    }

    /// A load balancer by host name, in any of the forms that AWS answers to.
    pub fn balancer_by_name(&self, host: &str) -> Option<(&'a Region, &'a LoadBalancer)> {
        let plain = host.strip_prefix("dualstack.").unwrap_or(host);
        let zonal =
            || plain.split_once('.').and_then(|(_, name)| self.balancers_by_name.get(name)).filter(|found| found.1.kind == "network");
        self.balancers_by_name.get(plain).or_else(zonal).copied()
    }

    /// A load balancer by one of its public addresses.
    pub fn balancer_by_address(&self, ip: &str) -> Option<(&'a Region, &'a LoadBalancer)> {
        let interface = || self.interface_by_address(ip).and_then(|interface| self.balancer_of_interface(interface));
        self.balancers_by_address.get(ip).copied().or_else(interface)
    }

    /// The load balancer that an interface belongs to.
    pub fn balancer_of_interface(&self, interface: &NetworkInterface) -> Option<(&'a Region, &'a LoadBalancer)> {
        let resource = interface.description.strip_prefix("ELB ")?;
        self.balancers_by_resource.get(resource).copied()
    }

    /// A network interface by one of its public addresses.
    pub fn interface_by_address(&self, ip: &str) -> Option<&'a NetworkInterface> {
        let elastic = || self.addresses.get(ip).and_then(|address| address.network_interface_id.as_deref());
        self.interfaces_by_public_ip.get(ip).copied().or_else(|| self.interface(elastic()?))
    }

    /// A network interface by id.
    pub fn interface(&self, id: &str) -> Option<&'a NetworkInterface> {
        self.interfaces.get(id).copied()
    }

    /// A network interface by one of its addresses in a VPC.
    pub fn interface_by_private_ip(&self, vpc: &str, ip: &str) -> Option<&'a NetworkInterface> {
        self.interfaces_by_private_ip.get(&(vpc, ip)).copied()
    }

    /// The network interfaces of an instance.
    pub fn interfaces_of_instance(&self, id: &str) -> &[&'a NetworkInterface] {
        self.interfaces_by_instance.get(id).map_or(&[], Vec::as_slice)
    }

    /// A security group that something in a region carries: one that a complete list lacks belongs to another account.
    pub fn security_group(&self, region: &Region, id: &str) -> Observed<&'a SecurityGroup> {
        match (self.security_groups.get(id), region.security_groups.gaps.first()) {
            (Some(group), _) => Observed::Known(group),
            (None, Some(gap)) => Observed::Unknown(gap.clone().or_action("ec2:DescribeSecurityGroups")),
            (None, None) => {
                let why = format!("{id} is not among this account's security groups, and cannot be read from here");
                Observed::Unknown(Gap::new("ec2:DescribeSecurityGroups", Cause::Failed).because(why))
            }
        }
    }

    /// Whether an elastic address of this account.
    pub fn is_own_address(&self, ip: &str) -> bool {
        self.addresses.contains_key(ip)
    }

    /// A listener by ARN.
    pub fn listener(&self, arn: &str) -> Observed<(&'a Region, &'a LoadBalancer, &'a Listener)> {
        if let Some(found) = self.listeners.get(arn) {
            return Observed::Known(*found);
        }
        let Some(balancer) = balancer_arn_of(arn) else {
            // One that code declares does not tell its load balancer, which any that is not known may be.
            return self.missing(
                split_arn(arn).map(|arn| arn.0),
                |region| &region.load_balancers,
                "elasticloadbalancing:DescribeLoadBalancers",
            );
        };
        match self.balancer(&balancer) {
            Observed::Known((_, balancer)) => no_listener(balancer),
            Observed::Absent => Observed::Absent,
            Observed::Unknown(gap) => Observed::Unknown(gap),
        }
    }

    /// The listener of a load balancer on a port.
    pub fn listener_on(&self, balancer: &'a LoadBalancer, port: u16) -> Observed<&'a Listener> {
        let found = balancer.listeners.iter().find(|listener| listener.port == Some(port));
        let portless = || balancer.listeners.iter().find(|listener| listener.port.is_none());
        match (found, portless()) {
            (Some(found), _) => Observed::Known(found),
            (None, Some(listener)) => {
                let why = format!("the inventory does not say on which port {} listens", listener.arn);
                Observed::Unknown(left_out("elasticloadbalancing:DescribeListeners", &why))
            }
            (None, None) => no_listener(balancer),
        }
    }

    /// A target group by ARN.
    pub fn group(&self, arn: &str) -> Observed<&'a TargetGroup> {
        match self.groups.get(arn) {
            Some(group) => Observed::Known(group),
            None => {
                self.missing(split_arn(arn).map(|arn| arn.0), |region| &region.target_groups, "elasticloadbalancing:DescribeTargetGroups")
            }
        }
    }

    /// A VPC link of a region.
    pub fn link(&self, region: &Region, version: LinkVersion, id: &str) -> Option<&'a VpcLink> {
        self.links.get(&(region.name.as_str(), version, id)).copied()
    }

    /// A Cloud Map service by ARN.
    pub fn cloud_map(&self, arn: &str) -> Observed<&'a CloudMapService> {
        match self.cloud_map.get(arn) {
            Some(service) => Observed::Known(service),
            None => self.missing(split_arn(arn).map(|arn| arn.0), |region| &region.cloud_map_services, "servicediscovery:GetService"),
        }
    }

    /// The services that register their tasks in a target group.
    pub fn services_of_group(&self, arn: &str) -> &[ServiceRef<'a>] {
        self.services_by_group.get(arn).map_or(&[], Vec::as_slice)
    }

    /// The running tasks of a service.
    pub fn tasks_of_service(&self, cluster: &'a str, service: &'a str) -> &[TaskRef<'a>] {
        self.tasks_by_service.get(&(cluster, service)).map_or(&[], Vec::as_slice)
    }

    /// The task that an interface belongs to.
    pub fn task_of_interface(&self, id: &str) -> Option<TaskRef<'a>> {
        self.tasks_by_interface.get(id).copied()
    }

    /// The services that register their tasks with a Cloud Map service.
    pub fn services_of_registry(&self, arn: &str) -> &[ServiceRef<'a>] {
        self.services_by_registry.get(arn).map_or(&[], Vec::as_slice)
    }

    /// A service by ARN.
    pub fn service(&self, arn: &str) -> Option<ServiceRef<'a>> {
        self.services.get(arn).copied()
    }

    /// The service that a task belongs to; none for a task that was started by itself.
    pub fn service_of_task(&self, task: &TaskRef<'a>) -> Option<ServiceRef<'a>> {
        let name = task.task.group.as_deref()?.strip_prefix("service:")?;
        self.services_by_name.get(&(task.cluster.arn.as_str(), name)).copied()
    }

    /// The listeners of the load balancers that are targets of a group of type `alb`: each takes the traffic on the target's port.
    pub fn listeners_in(&self, group: &'a TargetGroup) -> Vec<Observed<&'a Listener>> {
        if group.target_type != "alb" {
            return Vec::new();
        }
        let targets = group.targets.known().map_or(&[][..], Vec::as_slice);
        targets.iter().map(|target| self.listener_of_target(group, target)).collect()
    }

    fn listener_of_target(&self, group: &TargetGroup, target: &Target) -> Observed<&'a Listener> {
        match (self.balancer(&target.id), target.port.or(group.port)) {
            (Observed::Known((_, balancer)), Some(port)) => self.listener_on(balancer, port),
            (Observed::Unknown(gap), _) => Observed::Unknown(gap),
            _ => Observed::Absent,
        }
    }

    /// Where a listener forwards to, its default action last.
    pub fn forwards(&self, listener: &'a Listener) -> Forwards<'a> {
        let by_rule = listener.rules.iter().map(|rule| (Some(rule), rule.actions.as_slice()));
        let all = by_rule.chain(std::iter::once((None, listener.default_actions.as_slice())));
        let items = all
            .flat_map(|(rule, actions)| actions.iter().flat_map(|action| &action.target_groups).map(move |share| (rule, share)))
            .map(|(rule, share)| Forward { rule, weight: share.weight, arn: &share.arn, group: self.group(&share.arn) })
            .collect();
        Forwards { items, gaps: &listener.rules.gaps }
    }

    /// What a key that no index holds means: the list it should stand in tells.
    fn missing<T, U>(&self, region: Option<&str>, list: impl Fn(&'a Region) -> &'a Listed<U>, action: &str) -> Observed<T>
    where
        U: 'a,
    {
        let Some(name) = region else { return Observed::Absent };
        match self.regions.get(name) {
            // Nobody looked there.
            None => Observed::Unknown(Gap::new(action, Cause::NotAsked).because(format!("the region {name:?} was not read"))),
            Some(region) => match list(region).gaps.first() {
                None => Observed::Absent,
                Some(gap) => Observed::Unknown(gap.clone().or_action(action)),
            },
        }
    }
}

fn no_listener<T>(balancer: &LoadBalancer) -> Observed<T> {
    match balancer.listeners.gaps.first() {
        None => Observed::Absent,
        Some(gap) => {
            let mut gap = gap.clone().or_action("elasticloadbalancing:DescribeListeners");
            gap.resource.get_or_insert_with(|| balancer.arn.clone());
            Observed::Unknown(gap)
        }
    }
}

/// The load balancer's ARN within a listener's: `…:listener/app/web/1234/5678` belongs to `…:loadbalancer/app/web/1234`.
fn balancer_arn_of(listener: &str) -> Option<String> {
    let (head, resource) = listener.split_once(":listener/")?;
    let (balancer, _) = resource.rsplit_once('/')?;
    Some(format!("{head}:loadbalancer/{balancer}"))
}

/// The account that was read: where it does not say so itself, every load balancer it lists does.
fn own_account(inventory: &Inventory) -> Observed<&str> {
    match inventory.account.as_ref() {
        Observed::Known(account) => Observed::Known(account.id.as_str()),
        unread => {
            let mut balancers = inventory.regions.iter().flat_map(|region| &region.load_balancers.items);
            let listed = balancers.find_map(|balancer| Some(split_arn(&balancer.arn)?.1));
            listed.map_or_else(|| unread.map(|account| account.id.as_str()), Observed::Known)
        }
    }
}
