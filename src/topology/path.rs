//! Paths in words: what a reviewer reads, hop by hop.

use crate::assessment::{Path, PathStep};
use crate::inventory::{Api, Cause, Listener, LoadBalancer, NetworkInterface, Observed, Region, Stage, TargetGroup};

use super::listener::{Guard, guards};
use super::{Backend, BalancerHop, Entry, Hop, Key, ServedRoute, ServiceRef, Topology, Variant, Way};

/// How many target groups and services a path lists side by side before it says how many more there are.
const SIDE_BY_SIDE: usize = 3;

impl<'a> Topology<'a> {
    /// The way a request takes through a route.
    pub fn path_of_route(&self, served: &ServedRoute<'a>) -> Path {
        let mut steps =
            vec![step("internet", "", entry_of(served)), self.stage_step(served.region, served.api, served.stage), self.route_step(served)];
        if let Some((version, link)) = served.backend.link() {
            let text = format!("VPC link {} {} ({}, {})", version.as_str(), link.id, link.name, link.status);
            steps.push(step("vpc-link", &self.ids.vpc_link(served.region, &link.id), text));
        }
        match &served.backend {
            Backend::Balancer(hop) => self.add_hop(&mut steps, hop),
            Backend::CloudMap { service, .. } => {
                steps.push(step("cloud-map-service", &service.arn, format!("Cloud Map service {}", service.name)));
            }
            Backend::Interface(interface) => {
                steps.push(step("network-interface", &interface.id, format!("network interface {}", interface.id)));
            }
            Backend::AwsService(service) => steps.push(step("aws-service", "", format!("AWS service {service}"))),
            Backend::Mock => steps.push(step("mock", "", "answered by API Gateway itself (MOCK)".to_owned())),
            Backend::Nothing => steps.push(step("nothing", "", "no integration".to_owned())),
            Backend::Unresolved(end) => steps.push(step("unresolved", "", format!("{} {}", end.name, end.reason.in_words()))),
            Backend::Unknown(gap) => steps.push(step("unknown", "", format!("unknown: {gap}"))),
        }
        Path { steps }
    }

    /// The way from `start` to what stands behind a listener, past every API.
    pub fn path_of_listener(&self, start: PathStep, balancer: &'a LoadBalancer, listener: &'a Listener) -> Path {
        let mut steps = vec![start, balancer_step(balancer)];
        self.add_listener(&mut steps, listener);
        Path { steps }
    }

    /// A way in words: where it begins, and which rule takes it on.
    pub fn way_name(&self, way: &Way<'a>) -> String {
        match way.entry {
            Entry::Api { api, stage, variant, domain, .. } => {
                let name = if api.name.is_empty() { &api.id } else { &api.name };
                let at = domain.map_or_else(String::new, |(domain, mapping)| {
                    let path = if mapping.path.is_empty() { String::new() } else { format!("/{}", mapping.path) };
                    format!(" at {}{path}", domain.name)
                });
                let read = match variant {
                    Variant::Deployed => "",
                    Variant::Canary => ", canary",
                    Variant::Draft => ", working copy",
                };
                let route = way.routes.first().map_or_else(String::new, |first| format!(", {}", self.routes[*first].key()));
                let more = if way.routes.len() > 1 { format!(" and {} more", way.routes.len() - 1) } else { String::new() };
                format!("{} API {name}{at} (stage {}{read}{route}{more})", api.protocol.as_str(), stage.name)
            }
            Entry::Balancer { balancer, listener, .. } => {
                let rule = way.hops.iter().rev().find_map(|hop| match hop {
                    Hop::Listener { step, .. } => Some(step.name()),
                    Hop::Link(..) => None,
                });
                format!("{} {} ({}, {})", kind_of(balancer), balancer.name, listener_name(listener), rule.unwrap_or_default())
            }
            Entry::Interface { interface, port, task, .. } => {
                let addresses = public_addresses(interface).join(", ");
                let whose = task.map_or_else(
                    || format!("instance {}", interface.instance_id.as_deref().unwrap_or(&interface.id)),
                    |task| format!("task {}", task.task.arn.rsplit('/').next().unwrap_or(&task.task.arn)),
                );
                format!("{whose} at {addresses}, port {port}")
            }
        }
    }

    /// The ARN or id of where a way begins.
    pub fn way_id(&self, way: &Way<'a>) -> String {
        match way.entry {
            Entry::Api { region, api, stage, .. } => self.ids.stage(region, api, stage),
            Entry::Balancer { listener, .. } => listener.arn.clone(),
            Entry::Interface { interface, .. } => interface.id.clone(),
        }
    }

    /// A way, hop by hop. Security groups' entries let its first packet in, and routes and network ACLs' entries led it there.
    pub fn path_of_way(&self, way: &Way<'a>, sources: &str, let_in_by: &[String], led_by: &[String]) -> Path {
        let by = if let_in_by.is_empty() { String::new() } else { format!(", let in by {}", let_in_by.join("; ")) };
        let mut steps = vec![step("internet", "", format!("internet ({sources}){by}"))];
        if !led_by.is_empty() {
            steps.push(step("network", "", led_by.join("; ")));
        }
        match way.entry {
            Entry::Api { region, api, stage, domain, .. } => {
                if let Some((domain, _)) = domain {
                    steps.push(step("domain-name", &domain.name, format!("custom domain name {}", domain.name)));
                }
                steps.push(self.stage_step(region, api, stage));
                steps.extend(self.routes_step(way));
            }
            Entry::Balancer { .. } => {}
            Entry::Interface { interface, port, task, .. } => {
                let addresses = public_addresses(interface).join(", ");
                steps.push(step(
                    "network-interface",
                    &interface.id,
                    format!("network interface {} ({addresses}), port {port}", interface.id),
                ));
                if let Some(task) = task {
                    steps.push(step("task", &task.task.arn, format!("task {}", task.task.arn.rsplit('/').next().unwrap_or_default())));
                }
            }
        }
        for hop in &way.hops {
            add_way_hop(&mut steps, hop);
        }
        if let Some(group) = way.group {
            steps.push(step("target-group", &group.arn, group_text(group)));
        }
        let services = way.keys.iter().filter_map(|key| match key {
            Key::Service(arn) => self.index.service(arn),
            _ => None,
        });
        steps.extend(services.take(SIDE_BY_SIDE).map(|found| self.service_step(&found)));
        Path { steps }
    }

    fn routes_step(&self, way: &Way<'a>) -> Option<PathStep> {
        let first = &self.routes[*way.routes.first()?];
        let mut hop = self.route_step(first);
        if way.routes.len() > 1 {
            hop.text = format!("{}, and {} more routes", hop.text, way.routes.len() - 1);
        }
        Some(hop)
    }

    /// A service as a hop.
    pub fn service_step(&self, found: &ServiceRef<'_>) -> PathStep {
        step("service", &found.service.arn, service_text(found))
    }

    /// A stage as a hop.
    pub fn stage_step(&self, region: &Region, api: &Api, stage: &Stage) -> PathStep {
        let text = format!("{} API {} ({}), stage {}", api.protocol.as_str(), api.name, api.id, stage.name);
        step("stage", &self.ids.stage(region, api, stage), text)
    }

    fn route_step(&self, served: &ServedRoute<'a>) -> PathStep {
        let read = if served.is_draft() { " (read from the working copy)" } else { "" };
        let integration = served.route.integration.known();
        let kind = integration.map_or("", |integration| integration.kind.as_str());
        let uri = served.uri.as_ref().map_or(String::new(), |uri| format!(" {uri}"));
        let text = format!("route {}{read} \u{2192} {kind}{uri}", served.key());
        step("route", &self.ids.route(served), text.trim_end_matches([' ', '\u{2192}']).to_owned())
    }

    fn add_hop(&self, steps: &mut Vec<PathStep>, hop: &BalancerHop<'a>) {
        steps.push(balancer_step(hop.balancer));
        match &hop.listener {
            Observed::Known(listener) => self.add_listener(steps, listener),
            Observed::Absent => steps.push(step("unresolved", "", format!("no listener on port {}", hop.port))),
            Observed::Unknown(gap) => steps.push(step("unknown", "", format!("unknown listener: {gap}"))),
        }
    }

    fn add_listener(&self, steps: &mut Vec<PathStep>, listener: &'a Listener) {
        steps.push(step("listener", &listener.arn, format!("listener {}", listener_name(listener))));
        let groups = self.groups_behind(listener);
        for group in groups.iter().take(SIDE_BY_SIDE) {
            steps.push(step("target-group", &group.arn, group_text(group)));
            for found in self.index.services_of_group(&group.arn).iter().take(SIDE_BY_SIDE) {
                steps.push(self.service_step(found));
            }
        }
        if groups.len() > SIDE_BY_SIDE {
            steps.push(step("target-group", "", format!("and {} more target groups", groups.len() - SIDE_BY_SIDE)));
        }
    }
}

fn step(kind: &str, id: &str, text: String) -> PathStep {
    PathStep { kind: kind.to_owned(), id: id.to_owned(), text }
}

fn entry_of(served: &ServedRoute<'_>) -> String {
    let private = served.api.endpoint_types.iter().any(|kind| kind == "PRIVATE");
    if private { "callers in a VPC".to_owned() } else { "internet".to_owned() }
}

fn public_addresses(interface: &NetworkInterface) -> Vec<&str> {
    let public = interface.addresses.iter().filter_map(|address| address.public_ip.as_deref());
    public.chain(interface.ipv6_addresses.iter().map(String::as_str)).collect()
}

fn kind_of(balancer: &LoadBalancer) -> &'static str {
    match balancer.kind.as_str() {
        "application" => "ALB",
        "network" => "NLB",
        _ => "load balancer",
    }
}

fn balancer_step(balancer: &LoadBalancer) -> PathStep {
    let kind = kind_of(balancer);
    let scheme = balancer.scheme.as_deref().unwrap_or("no scheme");
    step("load-balancer", &balancer.arn, format!("{kind} {} ({scheme})", balancer.name))
}

fn add_way_hop(steps: &mut Vec<PathStep>, hop: &Hop<'_>) {
    match hop {
        Hop::Link(version, link) => {
            let text = format!("VPC link {} {} ({}, {})", version.as_str(), link.id, link.name, link.status);
            steps.push(step("vpc-link", &link.id, text));
        }
        Hop::Listener { balancer, listener, step: rule } => {
            steps.push(balancer_step(balancer));
            let guards: Vec<String> = guards(listener, *rule).iter().map(Guard::in_words).collect();
            let asks = if guards.is_empty() { String::new() } else { format!(", asks for {}", guards.join(" and ")) };
            steps.push(step("listener", &listener.arn, format!("listener {}, {}{asks}", listener_name(listener), rule.name())));
        }
    }
}

/// A listener in words, such as `HTTPS:443`.
pub(crate) fn listener_name(listener: &Listener) -> String {
    let port = listener.port.map_or(String::new(), |port| format!(":{port}"));
    format!("{}{port}", listener.protocol.as_deref().unwrap_or("any protocol"))
}

fn group_text(group: &TargetGroup) -> String {
    let health = match &group.targets {
        Observed::Known(targets) => {
            let healthy = targets.iter().filter(|target| target.state == "healthy").count();
            format!(", {healthy} of {} targets healthy", targets.len())
        }
        _ => String::new(),
    };
    format!("target group {} ({}{health})", group.name, group.target_type)
}

fn service_text(found: &ServiceRef<'_>) -> String {
    let service = found.service;
    let undeployed = found.cluster.tasks.gaps.iter().any(|gap| gap.cause == Cause::Undeployed);
    let tasks = if undeployed {
        format!("{} tasks wanted", service.desired_count)
    } else {
        format!("{} of {} tasks running", service.running_count, service.desired_count)
    };
    format!("ECS service {} in cluster {} ({tasks})", service.name, found.cluster.name)
}
