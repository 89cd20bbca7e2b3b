//! Requests, and the ways they find. Every way that a request may take at a moment must lead to an answer, whichever of several a
//! server would choose: so no chance is needed to find a way that is broken.

use std::collections::BTreeMap;

use apiaudit::inventory::Peer;

use crate::world::{Balancer, Listener, Settings, Snapshot, TargetGroup, World};

/// A request's path, and what it gives the parameters of the route that takes it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) values: BTreeMap<String, String>,
}

/// Who opens a connection.
pub(crate) struct Sender<'a> {
    pub(crate) groups: &'a [String],
    pub(crate) addresses: &'a [String],
}

/// The internet.
const STRANGER: &str = "203.0.113.7";

impl World {
    /// Sends a request to every route of every watched stage, through everything that may serve it now.
    pub(crate) fn send_requests(&mut self) {
        let mut lost = Vec::new();
        for (key, routes) in &self.watched {
            let name = key.split_once('/').unwrap().1;
            for served in self.serving.get(key).into_iter().flatten() {
                for (route, settings) in &served.snapshot.routes {
                    let Some((_, asked, wanted)) = routes.iter().find(|(of, _, _)| of == route) else { continue };
                    match self.walk(&served.snapshot, name, asked, settings) {
                        Ok(got) if got == *wanted => {}
                        Ok(got) => lost.push(format!("[{}] {key} {} {}: {got} instead of {wanted}", self.now, route.method, route.path)),
                        Err(why) => lost.push(format!("[{}] {key} {} {}: {why}", self.now, route.method, route.path)),
                    }
                }
            }
        }
        if self.lost.len() < 20 {
            self.lost.extend(lost);
        }
    }

    pub(crate) fn listeners_of<'w>(&'w self, group: &'w str) -> impl Iterator<Item = &'w Listener> {
        self.listeners.values().filter(move |listener| listener.default == group || listener.rules.iter().any(|(_, to)| to == group))
    }

    fn listener_on(&self, balancer: &str, port: u16) -> Result<&Listener, String> {
        let found = self.listeners.values().find(|listener| listener.balancer == balancer && listener.port == port);
        found.ok_or_else(|| format!("{balancer} has no listener on {port}"))
    }

    /// Where a request comes out: the path that the container is asked for.
    pub(crate) fn walk(&self, snapshot: &Snapshot, stage: &str, asked: &Asked, settings: &Settings) -> Result<String, String> {
        if snapshot.rest { self.walk_rest(asked, settings) } else { self.walk_http(stage, asked, settings) }
    }

    fn walk_rest(&self, asked: &Asked, settings: &Settings) -> Result<String, String> {
        let uri = &settings["/uri"];
        let (encrypted, host, port, template) = parts(uri)?;
        let path = fill(template, asked);
        if settings.get("/connectionType").map(String::as_str) != Some("VPC_LINK") {
            return self.from_internet(host, port, encrypted, &path);
        }
        let link = settings.get("/connectionId").ok_or("no connection id")?;
        let link = self.links.get(link).ok_or_else(|| format!("link {link} is gone"))?;
        self.link_works(&link.id)?;
        let target = settings.get("/integrationTarget");
        match (&link.balancer, target) {
            (Some(balancer), None) => self.into_balancer(balancer, port, encrypted, None, &path),
            (None, Some(target)) => self.into_balancer(target, port, encrypted, Some(&link.groups), &path),
            (Some(_), Some(_)) => Err("a V1 link with an integration target".to_owned()),
            (None, None) => Err("a V2 link without an integration target".to_owned()),
        }
    }

    fn walk_http(&self, stage: &str, asked: &Asked, settings: &Settings) -> Result<String, String> {
        let uri = &settings["IntegrationUri"];
        let overwritten = settings.get("RequestParameters.overwrite:path").map(|template| match template.as_str() {
            "$request.path" => asked.path.clone(),
            template => fill(&template.replace("${request.path.", "{"), asked),
        });
        if settings.get("ConnectionType").map(String::as_str) != Some("VPC_LINK") {
            let (encrypted, host, port, template) = parts(uri)?;
            return self.from_internet(host, port, encrypted, &overwritten.unwrap_or_else(|| fill(template, asked)));
        }
        let link = settings.get("ConnectionId").ok_or("no connection id")?;
        let link = self.links.get(link).ok_or_else(|| format!("link {link} is gone"))?;
        self.link_works(&link.id)?;
        if link.balancer.is_some() {
            return Err("an HTTP API with a V1 link".to_owned());
        }
        let listener = self.listeners.get(uri).ok_or_else(|| format!("listener {uri} is gone"))?;
        let encrypted = settings.contains_key("TlsConfig.ServerNameToVerify");
        let prefix = if stage == "$default" { String::new() } else { format!("/{stage}") };
        let path = overwritten.unwrap_or_else(|| format!("{prefix}{}", asked.path));
        self.into_balancer(&listener.balancer, listener.port, encrypted, Some(&link.groups), &path)
    }

    fn link_works(&self, id: &str) -> Result<(), String> {
        let link = self.links.get(id).ok_or_else(|| format!("link {id} is gone"))?;
        if link.ready_at > self.now || link.fails || link.gone_at.is_some() { Err(format!("link {id} does not work")) } else { Ok(()) }
    }

    fn from_internet(&self, host: &str, port: u16, encrypted: bool, path: &str) -> Result<String, String> {
        let balancer = self.balancers.values().find(|balancer| balancer.dns == host).ok_or_else(|| format!("{host} is gone"))?;
        if balancer.network {
            return Err(format!("{host} is internal"));
        }
        let stranger = Sender { groups: &[], addresses: &[STRANGER.to_owned()] };
        if !self.admits(&balancer.groups, port, &stranger) {
            return Err(format!("{} keeps the internet out on {port}", balancer.name));
        }
        self.through_alb(balancer, port, encrypted, path)
    }

    /// Through a link: `from` are the groups of a V2 link; a V1 link comes through PrivateLink.
    fn into_balancer(&self, arn: &str, port: u16, encrypted: bool, from: Option<&[String]>, path: &str) -> Result<String, String> {
        let balancer = self.balancers.get(arn).ok_or_else(|| format!("{arn} is gone"))?;
        if balancer.active_at > self.now {
            return Err(format!("{} is not active", balancer.name));
        }
        match from {
            None if balancer.enforce && !balancer.groups.is_empty() => return Err(format!("{} enforces its groups", balancer.name)),
            Some(groups) if !self.admits(&balancer.groups, port, &Sender { groups, addresses: &[] }) => {
                return Err(format!("{} keeps the link out on {port}", balancer.name));
            }
            _ => {}
        }
        if balancer.network {
            self.through_nlb(balancer, port, encrypted, from.is_none(), path)
        } else {
            self.through_alb(balancer, port, encrypted, path)
        }
    }

    fn through_nlb(&self, balancer: &Balancer, port: u16, encrypted: bool, private_link: bool, path: &str) -> Result<String, String> {
        let listener = self.listener_on(&balancer.arn, port)?;
        let group = self.target_groups.get(&listener.default).ok_or("the target group is gone")?;
        if group.kind != "alb" && encrypted != (listener.protocol == "TLS") {
            return Err(format!("port {port} of {} speaks {}", balancer.name, listener.protocol));
        }
        let everywhere = balancer.attributes.get("load_balancing.cross_zone.enabled").is_some_and(|value| value == "true");
        let mut answer = None;
        for (place, (_, _, address)) in balancer.nodes.iter().enumerate() {
            // What comes through PrivateLink with enforcement off is let in by the addresses, as AWS documents it.
            let groups = if private_link { &[][..] } else { &balancer.groups[..] };
            let sender = Sender { groups, addresses: std::slice::from_ref(address) };
            let zone = (!everywhere).then_some(place);
            for (target, target_port) in self.chosen(group, zone)? {
                let got = if group.kind == "alb" {
                    let alb = self.balancers.get(&target).ok_or("the ALB is gone")?;
                    if !self.admits(&alb.groups, target_port, &sender) {
                        return Err(format!("{} keeps {address} out on {target_port}", alb.name));
                    }
                    self.through_alb(alb, target_port, encrypted, path)?
                } else {
                    self.to_task(&target, target_port, &sender)?;
                    path.to_owned()
                };
                answer = Some(got);
            }
        }
        answer.ok_or_else(|| format!("{} has no nodes", balancer.name))
    }

    fn through_alb(&self, balancer: &Balancer, port: u16, encrypted: bool, path: &str) -> Result<String, String> {
        let listener = self.listener_on(&balancer.arn, port)?;
        if encrypted != (listener.protocol == "HTTPS") {
            return Err(format!("port {port} of {} speaks {}", balancer.name, listener.protocol));
        }
        let by_rule = listener.rules.iter().find(|(start, _)| path.starts_with(start.as_str())).map(|(_, group)| group);
        let group = by_rule.unwrap_or(&listener.default);
        let group = self.target_groups.get(group).ok_or("the target group is gone")?;
        let sender = Sender { groups: &balancer.groups, addresses: &[] };
        for (target, port) in self.chosen(group, None)? {
            self.to_task(&target, port, &sender)?;
        }
        Ok(path.to_owned())
    }

    /// The targets that a load balancer may choose.
    fn chosen(&self, group: &TargetGroup, zone: Option<usize>) -> Result<Vec<(String, u16)>, String> {
        let targets = self.registered.range((group.arn.clone(), String::new())..).take_while(|((of, _), _)| *of == group.arn);
        let here = targets.filter(|(_, registered)| zone.is_none() || registered.zone.is_none() || registered.zone == zone);
        let healthy = here.filter(|((_, target), _)| self.health(group, target).0 == "healthy");
        let chosen: Vec<(String, u16)> = healthy.map(|((_, target), registered)| (target.clone(), registered.port)).collect();
        if chosen.is_empty() { Err(format!("{} has no healthy target", group.name)) } else { Ok(chosen) }
    }

    fn to_task(&self, address: &str, port: u16, sender: &Sender<'_>) -> Result<(), String> {
        let groups = self.task_groups(address).ok_or_else(|| format!("task {address} does not run"))?;
        if self.admits(&groups, port, sender) { Ok(()) } else { Err(format!("task {address} keeps {:?} out on {port}", sender.addresses)) }
    }

    /// Whether security groups let somebody in.
    pub(crate) fn admits(&self, groups: &[String], port: u16, sender: &Sender<'_>) -> bool {
        let port = i32::from(port);
        groups.iter().filter_map(|id| self.groups.get(id)).flat_map(|group| &group.rules).any(|(rule, _)| {
            let ports = rule.protocol == "-1" || (rule.from_port.unwrap_or(0) <= port && port <= rule.to_port.unwrap_or(65_535));
            let peer = match &rule.peer {
                Peer::SecurityGroup(id) => sender.groups.contains(id),
                Peer::CidrIpv4(block) => sender.addresses.iter().any(|address| block_holds(block, address)),
                _ => false,
            };
            !rule.egress && ports && peer
        })
    }
}

fn block_holds(block: &str, address: &str) -> bool {
    block.parse::<ipnet::Ipv4Net>().unwrap().contains(&address.parse::<std::net::Ipv4Addr>().unwrap())
}

/// Whether a URI is encrypted, its host, port and path.
fn parts(uri: &str) -> Result<(bool, &str, u16, &str), String> {
    let (scheme, rest) = uri.split_once("://").ok_or_else(|| format!("{uri} is no URL"))?;
    let (host, path) = rest.find('/').map_or((rest, "/"), |slash| rest.split_at(slash));
    let encrypted = scheme == "https";
    let usual = if encrypted { 443 } else { 80 };
    let (host, port) = host.split_once(':').map_or((host, usual), |(host, port)| (host, port.parse().unwrap()));
    Ok((encrypted, host, port, path))
}

/// A template with the values of a request.
fn fill(template: &str, asked: &Asked) -> String {
    asked.values.iter().fold(template.to_owned(), |filled, (name, value)| filled.replace(&format!("{{{name}}}"), value))
}

/// A request that a route takes.
pub(crate) fn asking(route: &str) -> Asked {
    let names = route.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    let values: BTreeMap<String, String> =
        names.map(|name| name.trim_end_matches('+')).map(|name| (name.to_owned(), format!("some-{name}"))).collect();
    let path = values.iter().fold(route.replace("+}", "}"), |path, (name, value)| path.replace(&format!("{{{name}}}"), value));
    Asked { path, values }
}

/// The request with a path, if a route takes it.
pub(crate) fn taken(route: &str, path: &str) -> Option<Asked> {
    let mut values = BTreeMap::new();
    let mut rest = path.strip_prefix('/')?;
    let segments: Vec<&str> = route.strip_prefix('/')?.split('/').collect();
    for (place, segment) in segments.iter().enumerate() {
        let greedy = segment.ends_with("+}");
        let (head, tail) = if greedy { (rest, "") } else { rest.split_once('/').unwrap_or((rest, "")) };
        match segment.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) if !head.is_empty() => {
                values.insert(name.trim_end_matches('+').to_owned(), head.to_owned());
            }
            None if *segment == head => {}
            _ => return None,
        }
        if place + 1 < segments.len() && tail.is_empty() || place + 1 == segments.len() && !tail.is_empty() {
            return None;
        }
        rest = tail;
    }
    Some(Asked { path: path.to_owned(), values })
}
