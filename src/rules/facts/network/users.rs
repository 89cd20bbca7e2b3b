//! What uses security groups, subnets and VPCs: indexed once a region, for every group asks.

use std::collections::{HashMap, HashSet};

use super::both;
use super::flow_logs::Watched;
use crate::inventory::{Cause, Gap, LoadBalancer, NetworkAcl, NetworkInterface, Peer, Region, Service, VpcLink, is_undeployed_id};
use crate::rules::facts::{Context, missing};
use crate::rules::value::Unknown;
use crate::topology::{Backend, Key, LinkVersion, ServedRoute, ServiceRef, Topology};

/// Something that stands in a network.
#[derive(Debug)]
pub(super) struct User<'a> {
    /// What it is, in words.
    pub(super) words: String,
    /// Whether an API leads to it, or through it.
    pub(super) on_path: bool,
    /// Why an API may lead to it although none was seen to.
    pub(super) doubt: Option<Unknown>,
    /// Whether it has an address on the internet.
    pub(super) is_public: bool,
    /// The load balancer it is.
    pub(super) balancer: Option<&'a LoadBalancer>,
}

/// What uses what, in a region.
#[derive(Debug)]
pub(in crate::rules::facts) struct Users<'a> {
    all: Vec<User<'a>>,
    of_group: HashMap<&'a str, Vec<usize>>,
    of_subnet: HashMap<&'a str, Vec<usize>>,
    of_vpc: HashMap<&'a str, Vec<usize>>,
    /// The groups that an entry of another one names.
    referred: HashSet<&'a str>,
    /// The subnets that each network ACL guards.
    guarded: HashMap<&'a str, Vec<&'a str>>,
    /// What flow logs watch.
    pub(super) watched: Watched<'a>,
    /// Why there may be more users than were found.
    unseen: Option<Unknown>,
    /// The users of which nobody knows, before deployment, which groups they carry.
    unnamed_groups: Option<Unknown>,
    /// Those of which nobody knows in which subnets or VPC they stand.
    unnamed_places: Option<Unknown>,
    /// Why there may be more network interfaces than were read.
    pub(super) unseen_interfaces: Option<Unknown>,
}

impl<'a> Users<'a> {
    /// Indexes a region.
    pub(in crate::rules::facts) fn new(topology: &Topology<'a>, context: &Context<'a>, region: &'a Region) -> Self {
        let vpcs = region.subnets.iter().map(|subnet| (subnet.id.as_str(), subnet.vpc_id.as_str())).collect();
        let mut finder = Finder { topology, context, region, vpcs, users: Self::empty(region), balancers: HashMap::new() };
        for balancer in &region.load_balancers {
            finder.balancer(balancer);
        }
        for link in &region.vpc_links_v2 {
            finder.link(link);
        }
        for cluster in &region.clusters {
            for service in &cluster.services {
                finder.service(&ServiceRef { region, cluster, service });
            }
        }
        let instances = finder.instances();
        let named = finder.interfaces_of_routes();
        for interface in &region.network_interfaces {
            finder.interface(interface, &instances, &named);
        }
        finder.users.guard(region);
        finder.users
    }

    fn empty(region: &'a Region) -> Self {
        let groups = region.security_groups.iter();
        let referred =
            groups.flat_map(|group| group.rules.iter().map(move |rule| (group, rule))).filter_map(|(group, rule)| match &rule.peer {
                Peer::SecurityGroup(id) if *id != group.id => Some(id.as_str()),
                _ => None,
            });
        let unseen_interfaces = missing(&region.network_interfaces, "ec2:DescribeNetworkInterfaces");
        let services = region.clusters.iter().fold(missing(&region.clusters, "ecs:ListClusters"), |gaps, cluster| {
            both(gaps, missing(&cluster.services, "ecs:DescribeServices"))
        });
        let links = missing(&region.vpc_links_v2, "apigateway:GET");
        let balancers = missing(&region.load_balancers, "elasticloadbalancing:DescribeLoadBalancers");
        let interfaces = if declares_all(region) { None } else { unseen_interfaces.clone() };
        Self {
            all: Vec::new(),
            of_group: HashMap::new(),
            of_subnet: HashMap::new(),
            of_vpc: HashMap::new(),
            referred: referred.collect(),
            guarded: HashMap::new(),
            watched: Watched::new(region),
            unseen: both(both(services, links), both(balancers, interfaces)),
            unnamed_groups: None,
            unnamed_places: None,
            unseen_interfaces,
        }
    }

    /// Which ACL guards which subnet: those that name it, or the VPC's default one.
    fn guard(&mut self, region: &'a Region) {
        let mut own: HashMap<&str, &NetworkAcl> = HashMap::new();
        for acl in &region.network_acls {
            own.extend(acl.subnet_ids.iter().map(|subnet| (subnet.as_str(), acl)));
            self.guarded.entry(&acl.id).or_default().extend(acl.subnet_ids.iter().map(String::as_str));
        }
        let defaults = region.network_acls.iter().filter(|acl| acl.is_default);
        let defaults: HashMap<&str, &NetworkAcl> = defaults.map(|acl| (acl.vpc_id.as_str(), acl)).collect();
        // What a list with gaps does not name may be named by an ACL that was not read.
        if !region.network_acls.is_complete() {
            return;
        }
        for subnet in region.subnets.iter().filter(|subnet| !own.contains_key(subnet.id.as_str())) {
            if is_undeployed_id(&subnet.vpc_id) {
                let why = format!("in which VPC {} is, is known only after deployment", subnet.id);
                Unknown::merge(&mut self.unnamed_places, &Gap::new("", Cause::Undeployed).because(why).into());
            }
            if let Some(acl) = defaults.get(subnet.vpc_id.as_str()) {
                self.guarded.entry(&acl.id).or_default().push(&subnet.id);
            }
        }
    }

    /// Why more may carry a security group than was found.
    pub(super) fn unseen_carriers(&self) -> Option<Unknown> {
        both(self.unseen.clone(), self.unnamed_groups.clone())
    }

    /// Why more may stand in a subnet or VPC than was found.
    pub(super) fn unseen_dwellers(&self) -> Option<Unknown> {
        both(self.unseen.clone(), self.unnamed_places.clone())
    }

    fn pick<'u>(&'u self, numbers: Option<&'u Vec<usize>>) -> impl Iterator<Item = &'u User<'a>> + use<'u, 'a> {
        numbers.map_or(&[][..], Vec::as_slice).iter().map(|number| &self.all[*number])
    }

    /// What carries a security group.
    pub(super) fn of_group(&self, id: &str) -> impl Iterator<Item = &User<'a>> {
        self.pick(self.of_group.get(id))
    }

    /// What stands in a subnet.
    pub(super) fn of_subnet(&self, id: &str) -> impl Iterator<Item = &User<'a>> {
        self.pick(self.of_subnet.get(id))
    }

    /// What stands in a VPC.
    pub(super) fn of_vpc(&self, id: &str) -> impl Iterator<Item = &User<'a>> {
        self.pick(self.of_vpc.get(id))
    }

    /// The subnets that a network ACL is known to guard.
    pub(super) fn guarded_by(&self, acl: &str) -> &[&'a str] {
        self.guarded.get(acl).map_or(&[], Vec::as_slice)
    }

    /// Whether an entry of another group names a group.
    pub(super) fn is_referred_to(&self, group: &str) -> bool {
        self.referred.contains(group)
    }
}

/// Whether everything on the path of an API says itself which groups and subnets it uses, so that no interface is needed to tell.
/// So it is in code whose target groups are all filled by services: the interfaces come with deployment.
fn declares_all(region: &Region) -> bool {
    let undeployed = region.network_interfaces.gaps.iter().all(|gap| gap.cause == Cause::Undeployed);
    let services = || region.clusters.iter().flat_map(|cluster| &cluster.services);
    let filled: HashSet<&str> = services()
        .flat_map(|service| service.load_balancers.iter().chain(service.task_sets.iter().flat_map(|set| &set.load_balancers)))
        .filter_map(|entry| entry.target_group_arn.as_deref())
        .collect();
    let mut groups = region.target_groups.iter().filter(|group| ["ip", "instance"].contains(&group.target_type.as_str()));
    let own_interfaces = services().all(|service| service.network.is_some());
    undeployed && own_interfaces && region.target_groups.is_complete() && groups.all(|group| filled.contains(group.arn.as_str()))
}

struct Finder<'t, 'a> {
    topology: &'t Topology<'a>,
    context: &'t Context<'a>,
    region: &'a Region,
    vpcs: HashMap<&'a str, &'a str>,
    users: Users<'a>,
    balancers: HashMap<&'a str, usize>,
}

/// Where a user stands.
struct Place<'a> {
    groups: Vec<&'a str>,
    subnets: Vec<&'a str>,
    vpc: Option<&'a str>,
}

impl<'a> Finder<'_, 'a> {
    fn add(&mut self, user: User<'a>, place: &Place<'a>) -> usize {
        let number = self.users.all.len();
        self.users.all.push(user);
        self.place(number, place);
        number
    }

    /// Notes where a user stands; users come in the order of their numbers, and one is noted once a place.
    fn place(&mut self, number: usize, place: &Place<'a>) {
        let note = |map: &mut HashMap<&'a str, Vec<usize>>, key: &'a str| {
            let numbers = map.entry(key).or_default();
            if numbers.last() != Some(&number) {
                numbers.push(number);
            }
        };
        place.groups.iter().for_each(|group| note(&mut self.users.of_group, group));
        self.note_unnamed(number, place);
        for subnet in &place.subnets {
            note(&mut self.users.of_subnet, subnet);
            if let Some(vpc) = self.vpcs.get(subnet) {
                note(&mut self.users.of_vpc, vpc);
            }
        }
        if let Some(vpc) = place.vpc {
            note(&mut self.users.of_vpc, vpc);
        }
    }

    /// An id that only deployment gives may be any.
    fn note_unnamed(&mut self, number: usize, place: &Place<'a>) {
        let words = &self.users.all[number].words;
        let gap = |what: &str| Gap::new("", Cause::Undeployed).because(format!("{what} {words} has is known only after deployment"));
        if place.groups.iter().any(|id| is_undeployed_id(id)) {
            Unknown::merge(&mut self.users.unnamed_groups, &gap("which security groups").into());
        }
        let vpcs = place.subnets.iter().filter_map(|subnet| self.vpcs.get(subnet)).chain(&place.vpc);
        if place.subnets.iter().chain(vpcs).any(|id| is_undeployed_id(id)) {
            Unknown::merge(&mut self.users.unnamed_places, &gap("which subnets").into());
        }
    }

    fn balancer(&mut self, balancer: &'a LoadBalancer) {
        let behind = balancer.listeners.iter().flat_map(|listener| self.topology.routes_of_listener(&listener.arn));
        let on_path = deployed(self.topology.routes_of_balancer(&balancer.arn).chain(behind));
        let user = User {
            words: format!("load balancer {}", balancer.name),
            on_path,
            doubt: self.context.unseen_ways(&self.region.name),
            is_public: balancer.scheme.as_deref() == Some("internet-facing"),
            balancer: Some(balancer),
        };
        let place = Place {
            groups: balancer.security_groups.iter().map(String::as_str).collect(),
            subnets: balancer.zones.iter().filter_map(|zone| zone.subnet_id.as_deref()).collect(),
            vpc: balancer.vpc_id.as_deref(),
        };
        let number = self.add(user, &place);
        self.balancers.insert(&balancer.arn, number);
    }

    fn link(&mut self, link: &'a VpcLink) {
        let user = User {
            words: format!("VPC link {} ({})", link.name, link.id),
            on_path: deployed(self.topology.routes_of_link(&self.region.name, LinkVersion::V2, &link.id)),
            doubt: self.context.unseen_routes.clone(),
            is_public: false,
            balancer: None,
        };
        let groups = link.security_group_ids.iter().map(String::as_str).collect();
        let place = Place { groups, subnets: link.subnet_ids.iter().map(String::as_str).collect(), vpc: None };
        self.add(user, &place);
    }

    fn service(&mut self, found: &ServiceRef<'a>) {
        let service: &'a Service = found.service;
        let (on_path, doubt) = self.led_to(&[Key::Service(&service.arn)]);
        let networks = || service.network.iter().chain(service.task_sets.iter().filter_map(|set| set.network.as_ref()));
        let user = User {
            words: format!("ECS service {}", service.name),
            on_path,
            doubt,
            is_public: networks().any(|network| network.assign_public_ip.as_deref() == Some("ENABLED")),
            balancer: None,
        };
        let groups = networks().flat_map(|network| &network.security_groups).map(String::as_str).collect();
        let place = Place { groups, subnets: networks().flat_map(|network| &network.subnets).map(String::as_str).collect(), vpc: None };
        self.add(user, &place);
    }

    /// Whether an API leads to a target, and why it may where none was seen to.
    fn led_to(&self, keys: &[Key<'a>]) -> (bool, Option<Unknown>) {
        let api = self.context.ways.api_leads_to(keys, false);
        (api.surely, both(Unknown::of(api.gaps), self.context.unseen(&self.region.name)))
    }

    /// The instances that an API leads to, by way of a target group.
    fn instances(&self) -> HashMap<&'a str, (bool, Option<Unknown>)> {
        let mut found: HashMap<&str, (bool, Option<Unknown>)> = HashMap::new();
        for group in self.region.target_groups.iter().filter(|group| group.target_type == "instance") {
            let (on_path, doubt) = self.led_to(&[Key::Group(&group.arn)]);
            for target in group.targets.known().into_iter().flatten() {
                let entry = found.entry(&target.id).or_default();
                entry.0 |= on_path;
                entry.1 = both(entry.1.take(), doubt.clone());
            }
        }
        found
    }

    /// The interfaces that a route leads to by a public address of theirs.
    fn interfaces_of_routes(&self) -> HashSet<&'a str> {
        let routes = self.topology.routes.iter().filter(|served| !served.is_draft());
        let named = routes.filter_map(|served| match &served.backend {
            Backend::Interface(interface) => Some(interface.id.as_str()),
            _ => None,
        });
        named.collect()
    }

    fn interface(
        &mut self,
        interface: &'a NetworkInterface,
        instances: &HashMap<&'a str, (bool, Option<Unknown>)>,
        named: &HashSet<&'a str>,
    ) {
        let index = &self.topology.index;
        let place = Place {
            groups: interface.security_groups.iter().map(String::as_str).collect(),
            subnets: interface.subnet_id.as_deref().into_iter().collect(),
            vpc: interface.vpc_id.as_deref(),
        };
        let balancer = index.balancer_of_interface(interface).and_then(|(_, balancer)| self.balancers.get(balancer.arn.as_str()));
        if let Some(number) = balancer.copied() {
            return self.place(number, &place);
        }
        let vpc = interface.vpc_id.as_deref().unwrap_or_default();
        let mut keys: Vec<Key<'a>> = interface.addresses.iter().map(|address| Key::Address(vpc, &address.private_ip)).collect();
        keys.extend(interface.ipv6_addresses.iter().map(|address| Key::Address(vpc, address)));
        let service = index.task_of_interface(&interface.id).and_then(|task| index.service_of_task(&task));
        keys.extend(service.map(|found| Key::Service(found.service.arn.as_str())));
        let (mut on_path, mut doubt) = self.led_to(&keys);
        if let Some((led, open)) = interface.instance_id.as_deref().and_then(|id| instances.get(id)) {
            on_path |= led;
            doubt = both(doubt, open.clone());
        }
        on_path |= named.contains(interface.id.as_str());
        let is_public = !interface.ipv6_addresses.is_empty() || interface.addresses.iter().any(|address| address.public_ip.is_some());
        let words = in_words(interface, service.map(|found| found.service.name.as_str()));
        self.add(User { words, on_path, doubt, is_public, balancer: None }, &place);
    }
}

fn in_words(interface: &NetworkInterface, service: Option<&str>) -> String {
    let of = match (service, interface.instance_id.as_deref()) {
        (Some(service), _) => format!("a task of {service}"),
        (None, Some(instance)) => instance.to_owned(),
        (None, None) => interface.description.clone(),
    };
    if of.is_empty() { format!("network interface {}", interface.id) } else { format!("network interface {} ({of})", interface.id) }
}

/// Whether one of the routes is deployed.
fn deployed<'r, 'a: 'r>(mut routes: impl Iterator<Item = &'r ServedRoute<'a>>) -> bool {
    routes.any(|served| !served.is_draft())
}
