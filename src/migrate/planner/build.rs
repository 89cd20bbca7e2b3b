//! The steps, in the order in which requests have a way at every moment.

use std::collections::{BTreeMap, BTreeSet};

use super::balancer::{Taken, group_of, lost, taken};
use super::names::Names;
use super::scope::{Part, Scope, key};
use super::scratch::When;
use super::{Refusal, Target, finish, lockdown, probe, scratch, service, way};
use crate::assessment::Assessment;
use crate::inventory::{HealthCheck, Peer, SecurityGroupRule, Subnet};
use crate::migrate::plan::{Action, Check, Phase, Step};
use crate::migrate::thing::{Create, Property, State};
use crate::topology::LinkVersion;

/// What was built.
#[derive(Default)]
pub(in crate::migrate) struct Built {
    pub(in crate::migrate) steps: Vec<Step>,
    pub(in crate::migrate) refusals: Vec<Refusal>,
    pub(in crate::migrate) warnings: Vec<String>,
    pub(in crate::migrate) locks: Vec<String>,
    pub(in crate::migrate) summary: String,
}

/// Where requests for one port of a load balancer go once they have moved.
#[derive(Debug, Clone)]
pub(super) struct Destination {
    /// The link.
    pub(super) link: String,
    pub(super) version: LinkVersion,
    /// The load balancer that a REST integration names behind a link V2.
    pub(super) balancer: String,
    /// The listener that an HTTP API names.
    pub(super) listener: String,
}

/// Destinations by the old load balancer's ARN and port.
pub(super) type Destinations = BTreeMap<(String, u16), Destination>;

/// Steps as they are added.
#[derive(Default)]
pub(in crate::migrate) struct Builder {
    pub(in crate::migrate) steps: Vec<Step>,
}

impl Builder {
    /// Adds a step. Its id, which a number makes unique.
    pub(in crate::migrate) fn add(&mut self, phase: Phase, id: &str, title: impl Into<String>, action: Action) -> String {
        let taken: BTreeSet<&str> = self.steps.iter().map(|step| step.id.as_str()).collect();
        let unique = (1..).map(|number| if number == 1 { id.to_owned() } else { format!("{id}-{number}") });
        let id = unique.into_iter().find(|id| !taken.contains(id.as_str())).unwrap_or_default();
        let (usual_seconds, deadline_seconds, settle_seconds) = times(&action);
        self.steps.push(Step { id: id.clone(), title: title.into(), phase, action, usual_seconds, deadline_seconds, settle_seconds });
        id
    }

    /// Adds the making of something.
    pub(in crate::migrate) fn make(&mut self, id: &str, title: impl Into<String>, thing: Create) -> String {
        self.add(Phase::Prepare, id, title, Action::Create(thing))
    }

    /// Adds the setting of something.
    pub(in crate::migrate) fn set(
        &mut self,
        phase: Phase,
        id: &str,
        title: impl Into<String>,
        property: Property,
        before: State,
        after: State,
    ) {
        self.add(phase, id, title, Action::Set { property, before, after, undone_by_earlier: false });
    }
}

/// How long a step usually takes, when waiting for it has failed, and how long nothing may move after it; all in seconds.
///
/// From what AWS's own waiters and documentation say, and what is seen in the field (`docs/migration.md`).
fn times(action: &Action) -> (u64, u64, u64) {
    match action {
        Action::Create(Create::LoadBalancer { .. }) => (180, 900, 0),
        Action::Create(Create::VpcLinkV1 { .. }) => (180, 1_200, 0),
        Action::Create(Create::VpcLinkV2 { .. }) | Action::Check(Check::Healthy { .. }) => (60, 900, 0),
        Action::Create(Create::Service { .. }) | Action::Set { property: Property::ServiceTargets { .. }, .. } => (300, 1_800, 0),
        Action::Create(Create::RestDeployment { stage: Some(_), canary_percent: None, .. } | Create::HttpStage { .. }) => (5, 120, 30),
        Action::Create(Create::RestDeployment { canary_percent: Some(_), .. }) => (5, 120, 120),
        Action::Set { property: Property::RestStage { .. } | Property::HttpStage { .. }, .. } => (10, 120, 120),
        _ => (5, 120, 0),
    }
}

/// Builds the steps for all parts.
pub(super) fn build(scope: &Scope<'_, '_>, parts: &[Part<'_>], targets: &BTreeMap<String, Target>, said: &Assessment, id: &str) -> Built {
    let mut built = Built { summary: summary(parts, targets), ..Built::default() };
    let mut builder = Builder { steps: Vec::new() };
    let mut destinations = Destinations::new();
    for (number, taken) in taken(parts).iter().enumerate() {
        let names = Names::new(id, number);
        match new_way(scope, &mut builder, taken, parts, targets[&taken.balancer.arn], &names) {
            Ok(found) => destinations.extend(found),
            Err(refusal) => built.refusals.push(refusal),
        }
    }
    let proofs = probe::proofs(scope, parts);
    built.warnings.extend(proofs.warnings);
    if built.refusals.is_empty() {
        scratch::prove(&mut builder, scope, parts, &destinations, id, When::Before);
        for part in parts {
            finish::prove_and_cut(&mut builder, scope, part, &destinations, &proofs.by_api[&part.api.id]);
        }
        finish::verify(&mut builder, scope, parts, said);
        if scope.options.lockdown {
            let mut rehearse = |builder: &mut Builder| scratch::prove(builder, scope, parts, &destinations, id, When::Closed);
            built.refusals.extend(lockdown::close(&mut builder, scope, parts, said, &mut rehearse));
        }
        finish::thaw(&mut builder, parts);
    }
    built.warnings.extend(warnings(scope, parts, targets));
    built.locks = parts.iter().map(|part| scope.topology.ids.api(scope.region, part.api)).collect();
    built.steps = if built.refusals.is_empty() { builder.steps } else { Vec::new() };
    built
}

fn summary(parts: &[Part<'_>], targets: &BTreeMap<String, Target>) -> String {
    let apis: Vec<String> = parts.iter().map(Part::name).collect();
    let ways: BTreeSet<&str> = targets.values().map(|target| target.as_str()).collect();
    format!("Move {} from the internet to a private path ({})", apis.join(", "), ways.into_iter().collect::<Vec<_>>().join(", "))
}

fn warnings(scope: &Scope<'_, '_>, parts: &[Part<'_>], targets: &BTreeMap<String, Target>) -> Vec<String> {
    let mut found = Vec::new();
    for part in parts {
        if part.api.endpoint_types.iter().any(|kind| kind == "EDGE") {
            found.push(format!("{} is edge-optimised: AWS documents no restriction for private integrations of such APIs", part.name()));
        }
    }
    if targets.values().any(|target| *target == Target::Nlb) && !scope.options.new_service {
        found.push("the service rolls out once for each port: its tasks are replaced, and image tags are resolved anew".to_owned());
    }
    if targets.values().any(|target| *target == Target::Nlb) {
        found.push(
            "autoscaling by ALBRequestCountPerTarget sees no requests any more once they take the new way: replace such a policy"
                .to_owned(),
        );
        found.push(
            "tasks get no X-Forwarded-For, X-Forwarded-Proto and X-Amzn-Trace-Id of a load balancer any more; those of API Gateway stay"
                .to_owned(),
        );
    }
    for taken in taken(parts).iter().filter(|taken| targets.get(&taken.balancer.arn) == Some(&Target::Nlb)) {
        found.extend(lost(scope, taken));
    }
    for part in parts {
        for stage in part.stages.iter().filter(|stage| stage.cache_cluster_enabled) {
            found.push(format!(
                "stage {} of {} has a cache: the same answer may come from it instead of the new way",
                stage.name,
                part.name()
            ));
        }
        let stays = part.api.stages.iter().filter(|stage| !part.stages.iter().any(|moves| moves.name == stage.name));
        for stage in stays {
            found.push(format!(
                "stage {} of {} stays, and takes the new way with its next deployment: stages share one working copy",
                stage.name,
                part.name()
            ));
        }
    }
    found.extend(parts.iter().flat_map(|part| along(scope, part)));
    if scope.options.lockdown {
        found.push("whoever calls the load balancer directly, not through an API, is shut out: look at its RequestCount first".to_owned());
    }
    found
}

/// The routes that nobody asked for and that move all the same, for they share an integration.
fn along(scope: &Scope<'_, '_>, part: &Part<'_>) -> Vec<String> {
    let asked = |name: &String| scope.options.routes.is_empty() || scope.options.routes.contains(name);
    let names = part.edges.iter().flat_map(|edge| &edge.routes).map(|route| key(route));
    names.filter(|name| !asked(name)).map(|name| format!("{}: {name} moves, too, for it shares its integration", part.name())).collect()
}

/// The rule that lets a peer in on one port.
pub(super) fn admit(port: u16, peer: Peer) -> SecurityGroupRule {
    SecurityGroupRule {
        egress: false,
        protocol: "tcp".to_owned(),
        from_port: Some(i32::from(port)),
        to_port: Some(i32::from(port)),
        peer,
        id: None,
        description: Some("the private path of an API, by apiaudit".to_owned()),
    }
}

fn new_way<'a>(
    scope: &Scope<'_, 'a>,
    builder: &mut Builder,
    taken: &Taken<'a>,
    parts: &[Part<'a>],
    target: Target,
    names: &Names,
) -> Result<Destinations, Refusal> {
    let version = way::link(scope, taken, parts, target)?;
    let subnets = way::subnets(scope, taken)?;
    let ids: Vec<String> = subnets.iter().map(|subnet| subnet.id.clone()).collect();
    let vpc = taken.balancer.vpc_id.clone().unwrap_or_default();
    let group = |id: &str, what: &str| Create::SecurityGroup { name: names.resource(id), description: what.to_owned(), vpc: vpc.clone() };
    if version == LinkVersion::V2 {
        builder.make(&names.step("link-group"), "create the link's security group", group("link", "VPC link of API Gateway"));
    }
    let (balancer, listeners) = if target == Target::Alb {
        (taken.balancer.arn.clone(), BTreeMap::new())
    } else {
        builder.make(&names.step("nlb-group"), "create the NLB's security group", group("nlb", "internal NLB behind API Gateway"));
        let listeners = network_balancer(scope, builder, taken, target, names, version, &subnets)?;
        (names.made("nlb"), listeners)
    };
    if target != Target::Nlb {
        let source = if target == Target::Alb { "link-group" } else { "nlb-group" };
        admit_to_alb(builder, taken, names, source, target == Target::NlbAlb && version == LinkVersion::V1);
    }
    if target == Target::NlbAlb {
        behind_nlb(builder, taken, names, &subnets);
    }
    let link = match version {
        LinkVersion::V1 => Create::VpcLinkV1 { name: names.resource("link"), balancer: names.made("nlb") },
        LinkVersion::V2 => Create::VpcLinkV2 { name: names.resource("link"), subnets: ids, groups: vec![names.made("link-group")] },
    };
    builder.make(&names.step("link"), "create the VPC link", link);
    let destination = |(port, old): (&u16, &&crate::inventory::Listener)| {
        let listener = listeners.get(port).cloned().unwrap_or_else(|| old.arn.clone());
        let to = Destination { link: names.made("link"), version, balancer: balancer.clone(), listener };
        ((taken.balancer.arn.clone(), *port), to)
    };
    Ok(taken.listeners.iter().map(destination).collect())
}

/// The network load balancer with a listener for each port. The listeners by port.
fn network_balancer<'a>(
    scope: &Scope<'_, 'a>,
    builder: &mut Builder,
    taken: &Taken<'a>,
    target: Target,
    names: &Names,
    version: LinkVersion,
    subnets: &[&Subnet],
) -> Result<BTreeMap<u16, String>, Refusal> {
    let ports: Vec<u16> = taken.listeners.keys().copied().collect();
    if version == LinkVersion::V2 {
        let rules = ports.iter().map(|port| admit(*port, Peer::SecurityGroup(names.made("link-group")))).collect();
        let thing = Create::GroupRules { group: names.made("nlb-group"), rules };
        builder.make(&names.step("nlb-rules"), "let the link in to the NLB", thing);
    }
    let ids = subnets.iter().map(|subnet| subnet.id.clone()).collect();
    let thing = Create::LoadBalancer { name: names.resource("nlb"), subnets: ids, groups: vec![names.made("nlb-group")] };
    builder.make(&names.step("nlb"), "create the internal NLB", thing);
    if version == LinkVersion::V1 {
        // API Gateway's own addresses behind PrivateLink are not known: no rule could name them.
        let groups = |enforce: &str| {
            State::settings([
                ("SecurityGroups", names.made("nlb-group").as_str()),
                ("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic", enforce),
            ])
        };
        let property = Property::LoadBalancerGroups { balancer: names.made("nlb") };
        let title = "let PrivateLink traffic past the NLB's group";
        builder.set(Phase::Prepare, &names.step("nlb-enforcement"), title, property, groups("on"), groups("off"));
    }
    let cross = |value: &str| State::settings([("load_balancing.cross_zone.enabled", value)]);
    let property = Property::LoadBalancerAttributes { balancer: names.made("nlb") };
    builder.set(Phase::Prepare, &names.step("nlb-cross-zone"), "switch cross-zone balancing on", property, cross("false"), cross("true"));
    let mut listeners = BTreeMap::new();
    for (port, listener) in &taken.listeners {
        let id = if target == Target::Nlb {
            layer_4(scope, builder, taken, *port, names, version, subnets)?
        } else {
            in_front(builder, taken, *port, listener, names)
        };
        listeners.insert(*port, format!("${{{id}}}"));
    }
    Ok(listeners)
}

/// Before the tasks: a target group, its listener, the tasks' security group, and the service registered in it.
fn layer_4<'a>(
    scope: &Scope<'_, 'a>,
    builder: &mut Builder,
    taken: &Taken<'a>,
    port: u16,
    names: &Names,
    version: LinkVersion,
    subnets: &[&Subnet],
) -> Result<String, Refusal> {
    let old = taken.listeners[&port];
    let group = group_of(scope, old).map_err(|(code, because)| Refusal::new(code, taken.name(), because))?;
    let backing = service::behind(scope, taken, port)?;
    let encrypted = old.protocol.as_deref() == Some("HTTPS");
    let protocol = if encrypted && group.protocol.as_deref() == Some("HTTPS") { "TLS" } else { "TCP" };
    let thing = Create::TargetGroup {
        name: names.resource(&format!("t{port}")),
        vpc: taken.balancer.vpc_id.clone().unwrap_or_default(),
        protocol: protocol.to_owned(),
        port: backing.port,
        target_type: "ip".to_owned(),
        health_check: copied(&group.health_check),
    };
    let targets = builder.make(&names.step(&format!("targets-{port}")), format!("create the target group for port {port}"), thing);
    keep_draining(builder, names, port, &targets, group);
    let policy = encrypted.then(|| tls_policy(scope, old.ssl_policy.as_deref()));
    let thing = Create::Listener {
        balancer: names.made("nlb"),
        protocol: if encrypted { "TLS" } else { "TCP" }.to_owned(),
        port,
        target_group: format!("${{{targets}}}"),
        ssl_policy: policy,
        certificate: old.certificate_arns.first().cloned().filter(|_| encrypted),
    };
    let listener = builder.make(&names.step(&format!("listener-{port}")), format!("create the listener on port {port}"), thing);
    more_certificates(builder, names, port, &listener, old);
    admit_to_tasks(builder, &backing, group, names, port, version);
    register(scope, builder, &backing, names, port, &targets);
    let service = backing.service.service;
    let at_least = usize::try_from(service.desired_count).unwrap_or(1).max(1);
    let zones = covered(subnets, group, at_least);
    let check = Check::Healthy { target_group: format!("${{{targets}}}"), zones, at_least };
    builder.add(
        Phase::Prepare,
        &names.step(&format!("healthy-{port}")),
        "wait until the tasks are healthy behind the NLB",
        Action::Check(check),
    );
    Ok(listener)
}

/// The zones of the new way in which there is a healthy target now, where there are enough tasks for all of them.
fn covered(subnets: &[&Subnet], group: &crate::inventory::TargetGroup, tasks: usize) -> Vec<String> {
    let targets = group.targets.known().map_or(&[][..], Vec::as_slice);
    let zones: Vec<String> = subnets.iter().filter_map(|subnet| subnet.zone.clone()).collect();
    if tasks < zones.len() {
        return Vec::new();
    }
    zones.into_iter().filter(|zone| targets.iter().any(|target| target.zone.as_ref() == Some(zone) && target.state == "healthy")).collect()
}

/// The health check of the old target group, as a network load balancer takes it.
fn copied(old: &HealthCheck) -> HealthCheck {
    // Probed more often, so that the way is known to work sooner; but AWS wants a probe to end before the next one begins.
    let interval = old.interval_seconds.unwrap_or(30);
    let quick = if old.timeout_seconds.is_none_or(|timeout| timeout < 10) { interval.min(10) } else { interval };
    HealthCheck { enabled: true, interval_seconds: Some(quick), ..old.clone() }
}

/// Targets that leave get as long as they did.
fn keep_draining(builder: &mut Builder, names: &Names, port: u16, targets: &str, old: &crate::inventory::TargetGroup) {
    const KEY: &str = "deregistration_delay.timeout_seconds";
    const DEFAULT: u64 = 300;
    let before = old.attributes.known().and_then(|attributes| attributes.get(KEY)).and_then(|value| value.parse().ok());
    let delay: u64 = before.unwrap_or(DEFAULT).max(120);
    if delay != DEFAULT {
        let value = |value: u64| State::settings([(KEY, value.to_string())]);
        let property = Property::TargetGroupAttributes { target_group: format!("${{{targets}}}") };
        let title = "give leaving targets as long as before";
        builder.set(Phase::Prepare, &names.step(&format!("draining-{port}")), title, property, value(DEFAULT), value(delay));
    }
}

/// The old listener's policy where it is not weak, else the one AWS's console chooses: never the API's own default.
fn tls_policy(scope: &Scope<'_, '_>, old: Option<&str>) -> String {
    const STRONG: &str = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06";
    let policy = old.and_then(|name| scope.region.ssl_policies.iter().find(|policy| policy.name == name));
    let weak = policy.is_none_or(|policy| policy.protocols.iter().any(|protocol| protocol == "TLSv1" || protocol == "TLSv1.1"));
    if weak { STRONG.to_owned() } else { old.unwrap_or(STRONG).to_owned() }
}

fn more_certificates(builder: &mut Builder, names: &Names, port: u16, listener: &str, old: &crate::inventory::Listener) {
    let mut more: Vec<String> = old.certificates().map(str::to_owned).collect();
    more.sort();
    more.dedup();
    more.retain(|arn| Some(arn) != old.certificate_arns.first());
    if !more.is_empty() {
        let property = Property::ListenerCertificates { listener: format!("${{{listener}}}") };
        let id = names.step(&format!("certificates-{port}"));
        builder.set(Phase::Prepare, &id, "add the other certificates", property, State::Names(Vec::new()), State::Names(more));
    }
}

/// The tasks let the NLB in: by its group and, for PrivateLink traffic, by its addresses, as AWS documents it.
fn admit_to_tasks(
    builder: &mut Builder,
    backing: &service::Backing<'_>,
    old: &crate::inventory::TargetGroup,
    names: &Names,
    port: u16,
    version: LinkVersion,
) {
    let groups = backing.service.service.network.as_ref().map(|network| network.security_groups.clone()).unwrap_or_default();
    let Some(group) = groups.into_iter().next() else { return };
    let health = old.health_check.port.as_deref().and_then(|port| port.parse::<u16>().ok()).filter(|health| *health != backing.port);
    let mut rules = Vec::new();
    for port in std::iter::once(backing.port).chain(health) {
        rules.push(admit(port, Peer::SecurityGroup(names.made("nlb-group"))));
    }
    if version == LinkVersion::V1 {
        rules.push(admit(backing.port, Peer::CidrIpv4(format!("{}/32", names.part("nlb", "addresses")))));
    }
    // Two listeners may lead to the same port of the same tasks, and AWS takes no rule twice.
    let known = builder.steps.iter().filter_map(|step| match &step.action {
        Action::Create(Create::GroupRules { group: of, rules }) if *of == group => Some(rules),
        _ => None,
    });
    let known: Vec<SecurityGroupRule> = known.flatten().cloned().collect();
    rules.retain(|rule| !known.contains(rule));
    if rules.is_empty() {
        return;
    }
    let id = names.step(&format!("task-rules-{port}"));
    builder.make(&id, "let the NLB in to the tasks", Create::GroupRules { group, rules });
}

fn register(scope: &Scope<'_, '_>, builder: &mut Builder, backing: &service::Backing<'_>, names: &Names, port: u16, targets: &str) {
    let service = backing.service.service;
    let ours = crate::migrate::thing::ServiceTarget {
        target_group: format!("${{{targets}}}"),
        container: backing.container.to_owned(),
        port: backing.port,
    };
    if scope.options.new_service {
        let thing = Create::Service {
            cluster: backing.service.cluster.arn.clone(),
            name: names.resource(&format!("s{port}")),
            like: service.arn.clone(),
            task_definition: service.task_definition.clone().unwrap_or_default(),
            desired_count: service.desired_count,
            target: ours,
        };
        builder.make(&names.step(&format!("service-{port}")), format!("start a second service like {}", service.name), thing);
        return;
    }
    // The same service may be behind several ports: each step adds one group to what the one before left.
    let property = Property::ServiceTargets { cluster: backing.service.cluster.arn.clone(), service: service.arn.clone() };
    let last = builder.steps.iter().rev().find_map(|step| match &step.action {
        Action::Set { property: set, after: State::Targets(after), .. } if *set == property => Some(after.clone()),
        _ => None,
    });
    let before = last.unwrap_or_else(|| service::targets(service));
    let mut after = before.clone();
    after.push(ours);
    let title = format!("register service {} behind the NLB, which rolls it out anew", service.name);
    builder.set(Phase::Prepare, &names.step(&format!("service-{port}")), title, property, State::Targets(before), State::Targets(after));
}

/// Before the load balancer: a target group of type `alb` and its listener.
fn in_front(builder: &mut Builder, taken: &Taken<'_>, port: u16, old: &crate::inventory::Listener, names: &Names) -> String {
    let encrypted = old.protocol.as_deref() == Some("HTTPS");
    let thing = Create::TargetGroup {
        name: names.resource(&format!("t{port}")),
        vpc: taken.balancer.vpc_id.clone().unwrap_or_default(),
        protocol: "TCP".to_owned(),
        port,
        target_type: "alb".to_owned(),
        // The probe has the NLB's address as its host and meets the default rule: any answer that is not the balancer's own failure will do.
        health_check: HealthCheck {
            enabled: true,
            protocol: Some(if encrypted { "HTTPS" } else { "HTTP" }.to_owned()),
            port: None,
            path: Some("/".to_owned()),
            matcher: Some("200-499".to_owned()),
            interval_seconds: Some(10),
            timeout_seconds: None,
            healthy_threshold: Some(3),
            unhealthy_threshold: Some(3),
        },
    };
    let targets = builder.make(&names.step(&format!("targets-{port}")), format!("create the target group for port {port}"), thing);
    let thing = Create::Listener {
        balancer: names.made("nlb"),
        protocol: "TCP".to_owned(),
        port,
        target_group: format!("${{{targets}}}"),
        ssl_policy: None,
        certificate: None,
    };
    builder.make(&names.step(&format!("listener-{port}")), format!("create the listener on port {port}"), thing)
}

/// The load balancer lets the new way in.
fn admit_to_alb(builder: &mut Builder, taken: &Taken<'_>, names: &Names, source: &str, by_address: bool) {
    let Some(group) = taken.balancer.security_groups.first().cloned() else { return };
    let mut rules: Vec<SecurityGroupRule> = Vec::new();
    for port in taken.listeners.keys() {
        rules.push(admit(*port, Peer::SecurityGroup(names.made(source))));
        if by_address {
            rules.push(admit(*port, Peer::CidrIpv4(format!("{}/32", names.part("nlb", "addresses")))));
        }
    }
    let title = format!("let the new way in to {}", taken.name());
    builder.make(&names.step("alb-rules"), title, Create::GroupRules { group, rules });
}

fn behind_nlb(builder: &mut Builder, taken: &Taken<'_>, names: &Names, subnets: &[&Subnet]) {
    for port in taken.listeners.keys() {
        let target_group = names.made(&format!("targets-{port}"));
        let thing = Create::AlbTarget { target_group: target_group.clone(), balancer: taken.balancer.arn.clone(), port: *port };
        builder.make(&names.step(&format!("alb-target-{port}")), format!("put {} behind the NLB", taken.name()), thing);
        let check = Check::Healthy { target_group, zones: Vec::new(), at_least: subnets.len().min(1) };
        let id = names.step(&format!("healthy-{port}"));
        builder.add(Phase::Prepare, &id, format!("wait until {} is healthy behind the NLB", taken.name()), Action::Check(check));
    }
}
