//! What there is to judge: one item a subject, and one for every list that could not be read to its end.

use crate::assessment::{Path, Subject};
use crate::inventory::{
    Api, Cause, Certificate, Cluster, DomainName, Gap, Listed, Listener, LoadBalancer, NetworkAcl, Region, SecurityGroup, Stage, Subnet,
    TargetGroup, TaskDefinition, Vpc, VpcLink,
};
use crate::rules::facts::{self, Context};
use crate::rules::value::Value;
use crate::topology::{Entry, Key, LinkVersion, ServiceRef, Topology, Variant, listener_name};

/// How many ways a finding shows.
const PATHS: usize = 4;

/// Something to judge.
#[derive(Debug)]
pub(crate) struct Item<'a> {
    /// What it is called.
    pub(crate) subject: Subject,
    /// Where its facts come from.
    pub(crate) source: Source<'a>,
}

/// Where an item's facts come from.
#[derive(Debug)]
pub(crate) enum Source<'a> {
    Route(usize),
    Stage(&'a Region, &'a Api, &'a Stage),
    Link(&'a Region, LinkVersion, &'a VpcLink),
    /// The flag counts routes of working copies as routes.
    Balancer(&'a Region, &'a LoadBalancer, bool),
    Listener(&'a Region, &'a LoadBalancer, &'a Listener),
    Group(&'a Region, &'a TargetGroup, bool),
    Service(ServiceRef<'a>),
    Cluster(&'a Region, &'a Cluster),
    Definition(&'a Region, &'a TaskDefinition),
    Certificate(&'a Region, &'a Certificate),
    SecurityGroup(&'a Region, &'a SecurityGroup),
    NetworkAcl(&'a Region, &'a NetworkAcl),
    Subnet(&'a Region, &'a Subnet),
    Vpc(&'a Region, &'a Vpc),
    Api(&'a Region, &'a Api),
    DomainName(&'a Region, &'a DomainName),
    /// Subjects that could not be listed.
    Unread(Vec<Gap>),
}

/// Everything there is to judge in an account, in the order of the inventory.
pub(crate) fn items<'a>(topology: &Topology<'a>) -> Vec<Item<'a>> {
    let mut items = Collector { topology, items: Vec::new() };
    items.routes();
    for region in &topology.inventory.regions {
        items.region(region);
    }
    items.items
}

struct Collector<'t, 'a> {
    topology: &'t Topology<'a>,
    items: Vec<Item<'a>>,
}

impl<'a> Collector<'_, 'a> {
    fn add(&mut self, kind: &str, id: String, name: String, region: &Region, source: Source<'a>) {
        let subject = Subject { kind: kind.to_owned(), id, name, region: region.name.clone(), draft: false };
        self.items.push(Item { subject, source });
    }

    fn add_draft(&mut self, kind: &str, arn: &str, name: &str, region: &Region, source: Source<'a>) {
        self.add(kind, format!("{arn}#working-copy"), format!("{name}, by the working copy"), region, source);
        if let Some(item) = self.items.last_mut() {
            item.subject.draft = true;
        }
    }

    /// Stands for the subjects of a kind that a list may lack. A region that holds nothing was not asked further: nothing is lacking.
    fn unread<T>(&mut self, kind: &str, region: &Region, of: &str, list: &Listed<T>, action: &str) {
        let empty = leads_nowhere(region);
        let gaps: Vec<Gap> = list.gaps.iter().filter(|gap| !(empty && gap.cause == Cause::NotAsked)).cloned().collect();
        let gaps = gaps.into_iter().map(|gap| gap.or_action(action)).collect();
        self.unread_for(kind, region, of, gaps);
    }

    fn unread_for(&mut self, kind: &str, region: &Region, of: &str, gaps: Vec<Gap>) {
        if !gaps.is_empty() {
            let name = format!("{kind}s of {of} that could not be listed");
            self.add(kind, format!("{of}#unread-{kind}s"), name, region, Source::Unread(gaps));
        }
    }

    fn routes(&mut self) {
        for (number, served) in self.topology.routes.iter().enumerate() {
            let variant = match served.variant {
                Variant::Deployed => "",
                Variant::Canary => ", canary",
                Variant::Draft => ", working copy",
            };
            let name = format!("{} of {} (stage {}{variant})", served.key(), api_name(served.api), served.stage.name);
            self.add("route", self.topology.ids.route(served), name, served.region, Source::Route(number));
            if let (Some(item), Variant::Draft) = (self.items.last_mut(), served.variant) {
                item.subject.draft = true;
            }
        }
        for unread in &self.topology.unread_stages {
            let canary = if unread.variant == Variant::Canary { "/canary" } else { "" };
            let of = format!("{}{canary}", self.topology.ids.stage(unread.region, unread.api, unread.stage));
            self.unread_for("route", unread.region, &of, vec![unread.gap.clone()]);
        }
    }

    fn region(&mut self, region: &'a Region) {
        for apis in [&region.rest_apis, &region.http_apis] {
            let of = format!(
                "{} ({})",
                region.name,
                if std::ptr::eq(apis, &raw const region.rest_apis) { "REST" } else { "HTTP and WebSocket" }
            );
            for kind in ["api", "route", "stage"] {
                self.unread(kind, region, &of, apis, "apigateway:GET");
            }
            for api in apis {
                self.api(region, api);
            }
        }
        for (version, links) in [(LinkVersion::V1, &region.vpc_links_v1), (LinkVersion::V2, &region.vpc_links_v2)] {
            self.unread("vpc-link", region, &format!("{} ({})", region.name, version.as_str()), links, "apigateway:GET");
            for link in links {
                let name = format!("VPC link {} {} ({})", version.as_str(), link.name, link.id);
                self.add("vpc-link", self.topology.ids.vpc_link(region, &link.id), name, region, Source::Link(region, version, link));
            }
        }
        self.balancing(region);
        self.containers(region);
        self.network(region);
        self.unread("domain-name", region, &region.name, &region.domain_names, "apigateway:GetDomainNames");
        for domain in &region.domain_names {
            let name = format!("domain name {}", domain.name);
            self.add("domain-name", domain.name.clone(), name, region, Source::DomainName(region, domain));
        }
        self.unread("certificate", region, &region.name, &region.certificates, "acm:DescribeCertificate");
        for certificate in &region.certificates {
            let name = format!("certificate of {}", certificate.domain_name.as_deref().unwrap_or(&certificate.arn));
            self.add("certificate", certificate.arn.clone(), name, region, Source::Certificate(region, certificate));
        }
    }

    fn api(&mut self, region: &'a Region, api: &'a Api) {
        let arn = self.topology.ids.api(region, api);
        self.add("api", arn.clone(), format!("{} API {}", api.protocol.as_str(), api_name(api)), region, Source::Api(region, api));
        for kind in ["route", "stage"] {
            self.unread(kind, region, &arn, &api.stages, "apigateway:GET");
        }
        for stage in &api.stages {
            let name = format!("stage {} of {}", stage.name, api_name(api));
            self.add("stage", self.topology.ids.stage(region, api, stage), name, region, Source::Stage(region, api, stage));
        }
    }

    fn balancing(&mut self, region: &'a Region) {
        for kind in ["load-balancer", "listener"] {
            self.unread(kind, region, &region.name, &region.load_balancers, "elasticloadbalancing:DescribeLoadBalancers");
        }
        for balancer in &region.load_balancers {
            let name = format!("load balancer {}", balancer.name);
            if self.topology.only_drafts_lead_to(balancer) {
                self.add_draft("load-balancer", &balancer.arn, &name, region, Source::Balancer(region, balancer, true));
            }
            self.add("load-balancer", balancer.arn.clone(), name, region, Source::Balancer(region, balancer, false));
            self.unread("listener", region, &balancer.arn, &balancer.listeners, "elasticloadbalancing:DescribeListeners");
            for listener in &balancer.listeners {
                let name = format!("listener {} of {}", listener_name(listener), balancer.name);
                self.add("listener", listener.arn.clone(), name, region, Source::Listener(region, balancer, listener));
            }
        }
        self.unread("target-group", region, &region.name, &region.target_groups, "elasticloadbalancing:DescribeTargetGroups");
        for group in &region.target_groups {
            let name = format!("target group {}", group.name);
            if self.topology.only_drafts_lead_to_group(group) {
                self.add_draft("target-group", &group.arn, &name, region, Source::Group(region, group, true));
            }
            self.add("target-group", group.arn.clone(), name, region, Source::Group(region, group, false));
        }
    }

    fn containers(&mut self, region: &'a Region) {
        for kind in ["service", "cluster"] {
            self.unread(kind, region, &region.name, &region.clusters, "ecs:ListClusters");
        }
        for cluster in &region.clusters {
            let name = format!("ECS cluster {}", cluster.name);
            self.add("cluster", cluster.arn.clone(), name, region, Source::Cluster(region, cluster));
            self.unread("service", region, &cluster.arn, &cluster.services, "ecs:ListServices");
            for service in &cluster.services {
                let name = format!("ECS service {} in cluster {}", service.name, cluster.name);
                self.add("service", service.arn.clone(), name, region, Source::Service(ServiceRef { region, cluster, service }));
            }
        }
        self.definitions(region);
    }

    /// The task definitions in use. Only those were asked for: where services or tasks are missing, others may be in use.
    fn definitions(&mut self, region: &'a Region) {
        let mut gaps: Vec<Gap> =
            region.task_definitions.gaps.iter().map(|gap| gap.clone().or_action("ecs:DescribeTaskDefinition")).collect();
        gaps.extend(hiding(&region.clusters, "ecs:ListClusters"));
        gaps.dedup();
        self.unread("task-definition", region, &region.name, &Listed::<()> { items: Vec::new(), gaps }, "");
        for cluster in &region.clusters {
            let gaps = hiding(&cluster.services, "ecs:ListServices").chain(hiding(&cluster.tasks, "ecs:ListTasks")).collect();
            self.unread("task-definition", region, &cluster.arn, &Listed::<()> { items: Vec::new(), gaps }, "");
        }
        for definition in &region.task_definitions {
            let name = format!("task definition {}", facts::definition_name(definition));
            self.add("task-definition", definition.arn.clone(), name, region, Source::Definition(region, definition));
        }
    }
}

/// Why a list of those who use something may lack some. What code will use is in the code: that nothing is deployed yet hides nobody.
fn hiding<'l, T>(list: &'l Listed<T>, action: &'static str) -> impl Iterator<Item = Gap> + use<'l, T> {
    list.gaps.iter().filter(|gap| gap.cause != Cause::Undeployed).map(move |gap| gap.clone().or_action(action))
}

impl<'a> Collector<'_, 'a> {
    fn network(&mut self, region: &'a Region) {
        self.unread("security-group", region, &region.name, &region.security_groups, "ec2:DescribeSecurityGroups");
        for group in &region.security_groups {
            let name = if group.name.is_empty() { String::new() } else { format!(" ({})", group.name) };
            let name = format!("security group {}{name}", group.id);
            self.add("security-group", group.id.clone(), name, region, Source::SecurityGroup(region, group));
        }
        self.unread("network-acl", region, &region.name, &region.network_acls, "ec2:DescribeNetworkAcls");
        for acl in &region.network_acls {
            self.add("network-acl", acl.id.clone(), format!("network ACL {}", acl.id), region, Source::NetworkAcl(region, acl));
        }
        self.unread("subnet", region, &region.name, &region.subnets, "ec2:DescribeSubnets");
        for subnet in &region.subnets {
            self.add("subnet", subnet.id.clone(), format!("subnet {}", subnet.id), region, Source::Subnet(region, subnet));
        }
        self.unread("vpc", region, &region.name, &region.vpcs, "ec2:DescribeVpcs");
        for vpc in &region.vpcs {
            self.add("vpc", vpc.id.clone(), format!("VPC {}", vpc.id), region, Source::Vpc(region, vpc));
        }
    }
}

/// Whether a region was read and holds neither an API nor a load balancer.
fn leads_nowhere(region: &Region) -> bool {
    let apis = region.rest_apis.is_complete() && region.http_apis.is_complete() && region.load_balancers.is_complete();
    apis && region.rest_apis.items.is_empty() && region.http_apis.items.is_empty() && region.load_balancers.items.is_empty()
}

fn api_name(api: &Api) -> &str {
    if api.name.is_empty() { &api.id } else { &api.name }
}

impl<'a> Source<'a> {
    /// The facts; none for subjects that could not be listed.
    pub(crate) fn facts(&self, topology: &Topology<'a>, context: &Context<'a>) -> Option<Value> {
        Some(match self {
            Self::Route(number) => facts::route(topology, context, topology.routes.get(*number)?),
            Self::Stage(region, api, stage) => facts::stage(topology, context, region, api, stage),
            Self::Link(region, version, link) => facts::vpc_link(topology, context, region, *version, link),
            Self::Balancer(region, balancer, drafts) => facts::load_balancer(topology, context, region, balancer, *drafts),
            Self::Listener(region, balancer, listener) => facts::listener(topology, context, region, balancer, listener, false),
            Self::Group(region, group, drafts) => facts::target_group(topology, context, region, group, *drafts),
            Self::Service(found) => facts::service(topology, context, found),
            Self::Cluster(region, cluster) => facts::cluster(context, region, cluster),
            Self::Definition(region, definition) => facts::task_definition(topology, context, region, definition),
            Self::Certificate(region, certificate) => facts::certificate(topology, region, certificate),
            Self::SecurityGroup(region, group) => facts::security_group(topology, context, region, group),
            Self::NetworkAcl(region, acl) => facts::network_acl(topology, context, region, acl),
            Self::Subnet(region, subnet) => facts::subnet(topology, context, region, subnet),
            Self::Vpc(region, vpc) => facts::vpc(topology, context, region, vpc),
            Self::Api(region, api) => facts::whole_api(topology, context, region, api),
            Self::DomainName(region, domain) => facts::domain_name(region, domain),
            Self::Unread(_) => return None,
        })
    }

    /// The ways that show what a finding means.
    pub(crate) fn paths(&self, topology: &Topology<'a>, context: &Context<'a>) -> Vec<Path> {
        match self {
            Self::Route(number) => topology.routes.get(*number).map(|served| topology.path_of_route(served)).into_iter().collect(),
            Self::Link(region, version, link) => {
                topology.routes_of_link(&region.name, *version, &link.id).take(PATHS).map(|served| topology.path_of_route(served)).collect()
            }
            Self::Balancer(_, balancer, _) => {
                let own = context.ways.from_balancer(&balancer.arn).map(|way| context.ways.path(topology, way));
                let through = topology.routes_of_balancer(&balancer.arn).take(1).map(|served| topology.path_of_route(served));
                own.take(PATHS - 1).chain(through).collect()
            }
            Self::Listener(_, balancer, listener) => {
                let own = context.ways.from_balancer(&balancer.arn);
                let here = own.filter(|way| matches!(way.entry, Entry::Balancer { listener: at, .. } if at.arn == listener.arn));
                here.take(PATHS).map(|way| context.ways.path(topology, way)).collect()
            }
            Self::Group(_, group, _) => {
                let (ways, _) = context.ways.most_to(&context.ways.keys_of_group(topology, group));
                let (through, around): (Vec<_>, Vec<_>) = ways.into_iter().partition(|way| way.is_through_api());
                let around = around.into_iter().take(PATHS / 2);
                around.chain(through).take(PATHS).map(|way| context.ways.path(topology, way)).collect()
            }
            Self::Service(found) => {
                let (ways, _) = context.ways.most_to(&[Key::Service(&found.service.arn)]);
                let own = ways.into_iter().filter(|way| matches!(way.entry, Entry::Interface { .. }));
                let own: Vec<Path> = own.take(PATHS).map(|way| context.ways.path(topology, way)).collect();
                if own.is_empty() { vec![Path { steps: vec![topology.service_step(found)] }] } else { own }
            }
            Self::Stage(region, api, stage) => vec![Path { steps: vec![topology.stage_step(region, api, stage)] }],
            Self::Api(region, api) => {
                let stages = api.stages.iter().filter(|stage| stage.deployment_id.is_some() || stage.auto_deploy).take(PATHS);
                stages.map(|stage| Path { steps: vec![topology.stage_step(region, api, stage)] }).collect()
            }
            Self::SecurityGroup(region, group) => {
                let balancers = facts::balancers_of_group(topology, context, region, group);
                let routes = balancers.into_iter().flat_map(|balancer| topology.routes_of_balancer(&balancer.arn).take(1));
                routes.take(PATHS).map(|served| topology.path_of_route(served)).collect()
            }
            Self::Definition(region, definition) => {
                let keys = context.keys_of_definition(topology, &region.name, &definition.arn);
                let (ways, _) = context.ways.most_to(&keys);
                ways.into_iter().take(PATHS).map(|way| context.ways.path(topology, way)).collect()
            }
            Self::Cluster(..)
            | Self::DomainName(..)
            | Self::Certificate(..)
            | Self::NetworkAcl(..)
            | Self::Subnet(..)
            | Self::Vpc(..)
            | Self::Unread(_) => Vec::new(),
        }
    }
}
