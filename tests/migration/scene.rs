//! Where a migration starts: APIs that go to a public load balancer over the internet, with tasks behind it.

use std::collections::{BTreeMap, BTreeSet};

use apiaudit::inventory::{HealthCheck, Peer, SecurityGroupRule};
use apiaudit::migrate::planner::{Link, Options, Target};
use apiaudit::migrate::thing::ServiceTarget;

use crate::gateway::stage_key;
use crate::rng::Rng;
use crate::traffic::asking;
use crate::world::{ACCOUNT, Api, Balancer, CLUSTER, Group, Listener, REGION, RouteConfig, Service, Settings, Stage, TargetGroup, World};

pub(crate) const ALB: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/orders-alb/3f1c9d27b8a4e650";
pub(crate) const ALB_DNS: &str = "orders-alb-1684573902.eu-west-1.elb.amazonaws.com";
pub(crate) const ALB_GROUP: &str = "sg-0a1b2c3d4e5f60c01";
pub(crate) const TASK_GROUP: &str = "sg-0a1b2c3d4e5f60c02";
pub(crate) const SERVICE: &str = "arn:aws:ecs:eu-west-1:123456789012:service/orders/orders";
pub(crate) const CERTIFICATE: &str = "arn:aws:acm:eu-west-1:123456789012:certificate/0b1c2d3e-0000-4000-8000-000000000001";

/// The ways there are, and the protocols that can take them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Strategy {
    RestNlbV1,
    RestNlbV2,
    HttpNlbV2,
    RestAlb,
    HttpAlb,
    RestNlbAlbV1,
    RestNlbAlbV2,
    HttpNlbAlbV2,
    BothNlbV2,
    BothAlb,
}

impl Strategy {
    pub(crate) const ALL: [Self; 10] = [
        Self::RestNlbV1,
        Self::RestNlbV2,
        Self::HttpNlbV2,
        Self::RestAlb,
        Self::HttpAlb,
        Self::RestNlbAlbV1,
        Self::RestNlbAlbV2,
        Self::HttpNlbAlbV2,
        Self::BothNlbV2,
        Self::BothAlb,
    ];

    fn target(self) -> Target {
        match self {
            Self::RestNlbV1 | Self::RestNlbV2 | Self::HttpNlbV2 | Self::BothNlbV2 => Target::Nlb,
            Self::RestAlb | Self::HttpAlb | Self::BothAlb => Target::Alb,
            Self::RestNlbAlbV1 | Self::RestNlbAlbV2 | Self::HttpNlbAlbV2 => Target::NlbAlb,
        }
    }

    fn link(self) -> Link {
        if matches!(self, Self::RestNlbV1 | Self::RestNlbAlbV1) { Link::V1 } else { Link::V2 }
    }

    fn protocols(self, apis: usize) -> Vec<bool> {
        match self {
            Self::RestNlbV1 | Self::RestNlbV2 | Self::RestAlb | Self::RestNlbAlbV1 | Self::RestNlbAlbV2 => vec![true; apis],
            Self::HttpNlbV2 | Self::HttpAlb | Self::HttpNlbAlbV2 => vec![false; apis],
            Self::BothNlbV2 | Self::BothAlb => vec![true, false],
        }
    }
}

/// What a scene is made of.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    pub(crate) strategy: Strategy,
    pub(crate) apis: usize,
    pub(crate) stages: usize,
    pub(crate) routes: usize,
    pub(crate) zones: usize,
    pub(crate) desired: usize,
    pub(crate) encrypted: bool,
    pub(crate) auto_deploy: bool,
    pub(crate) rules: bool,
    pub(crate) canary: bool,
    pub(crate) lockdown: bool,
    pub(crate) new_service: bool,
}

impl Shape {
    /// The smallest scene of a strategy.
    pub(crate) fn of(strategy: Strategy) -> Self {
        Self {
            strategy,
            apis: 1,
            stages: 1,
            routes: 2,
            zones: 2,
            desired: 2,
            encrypted: false,
            auto_deploy: false,
            rules: false,
            canary: false,
            lockdown: true,
            new_service: false,
        }
    }

    pub(crate) fn random(rng: &mut Rng) -> Self {
        let strategy = *rng.pick(&Strategy::ALL);
        let layer_4 = strategy.target() == Target::Nlb;
        Self {
            strategy,
            apis: rng.below(2) + 1,
            stages: rng.below(3) + 1,
            routes: rng.below(4) + 1,
            zones: rng.below(3) + 1,
            desired: rng.below(4) + 1,
            encrypted: rng.chance(400),
            auto_deploy: rng.chance(400),
            rules: !layer_4 && rng.chance(400),
            canary: rng.chance(350),
            lockdown: rng.chance(600),
            new_service: layer_4 && rng.chance(150),
        }
    }

    pub(crate) fn options(&self) -> Options {
        Options {
            target: self.strategy.target(),
            link: self.strategy.link(),
            canary_percent: self.has_canary().then_some(10.0),
            soak_seconds: if self.canary { 120 } else { 0 },
            lockdown: self.lockdown,
            new_service: self.new_service,
            ..Options::default()
        }
    }

    /// HTTP APIs know no canaries.
    fn has_canary(&self) -> bool {
        self.canary && self.strategy.protocols(1).iter().all(|rest| *rest)
    }

    /// The world before anything moves.
    pub(crate) fn world(&self, seed: u64) -> World {
        let mut world = World::new(seed);
        world.zones = self.zones;
        self.network(&mut world);
        self.balancing(&mut world);
        let service = Service {
            arn: SERVICE.to_owned(),
            name: "orders".to_owned(),
            desired: self.desired,
            targets: self.old_targets(),
            task_definition: "arn:aws:ecs:eu-west-1:123456789012:task-definition/orders:17".to_owned(),
            groups: vec![TASK_GROUP.to_owned()],
            deleting: false,
            mark: None,
        };
        world.services.place(SERVICE, service.clone());
        world.start_rollout(&service, true);
        world.pass(300);
        for (number, rest) in self.strategy.protocols(self.apis).into_iter().enumerate() {
            self.api(&mut world, number, rest);
        }
        world.pass(300);
        world.watch();
        world
    }

    fn old_targets(&self) -> Vec<ServiceTarget> {
        let groups = if self.rules { vec!["orders", "special"] } else { vec!["orders"] };
        let target = |name| ServiceTarget { target_group: group_arn(name), container: "orders".to_owned(), port: 8080 };
        groups.into_iter().map(target).collect()
    }

    fn port(&self) -> u16 {
        if self.encrypted { 443 } else { 80 }
    }

    fn network(&self, world: &mut World) {
        let port = Some(i32::from(self.port()));
        let rule = |from, to, peer| SecurityGroupRule {
            egress: false,
            protocol: "tcp".into(),
            from_port: from,
            to_port: to,
            peer,
            id: None,
            description: None,
        };
        let out = SecurityGroupRule { egress: true, protocol: "-1".into(), ..rule(None, None, Peer::CidrIpv4("0.0.0.0/0".into())) };
        let world_in = rule(port, port, Peer::CidrIpv4("0.0.0.0/0".into()));
        let alb_in = rule(Some(8080), Some(8080), Peer::SecurityGroup(ALB_GROUP.into()));
        for (id, name, first) in [(ALB_GROUP, "orders-alb", world_in), (TASK_GROUP, "orders-tasks", alb_in)] {
            let rules = vec![(first, None), (out.clone(), None)];
            world.groups.place(id, Group { id: id.to_owned(), name: name.to_owned(), rules, mark: None });
        }
    }

    fn balancing(&self, world: &mut World) {
        let nodes = (0..self.zones).map(|zone| (zone_name(zone), public_subnet(zone), format!("10.20.{zone}.50"))).collect();
        let balancer = Balancer {
            arn: ALB.to_owned(),
            name: "orders-alb".to_owned(),
            dns: ALB_DNS.to_owned(),
            network: false,
            subnets: (0..self.zones).map(public_subnet).collect(),
            groups: vec![ALB_GROUP.to_owned()],
            enforce: false,
            attributes: Settings::from([("deletion_protection.enabled".to_owned(), "false".to_owned())]),
            active_at: 0,
            mark: None,
            nodes,
        };
        world.balancers.place(ALB, balancer);
        for name in ["orders", "special"].into_iter().take(if self.rules { 2 } else { 1 }) {
            let group = TargetGroup {
                arn: group_arn(name),
                name: name.to_owned(),
                protocol: "HTTP".to_owned(),
                port: 8080,
                kind: "ip".to_owned(),
                health_check: health_check(),
                attributes: Settings::from([("deregistration_delay.timeout_seconds".to_owned(), "60".to_owned())]),
                healthy_after: 15,
                never_healthy: false,
                mark: None,
            };
            world.target_groups.place(&group.arn.clone(), group);
        }
        let listener = Listener {
            arn: ALB.replace(":loadbalancer/", ":listener/") + "/9d5e2c7b14f8a036",
            balancer: ALB.to_owned(),
            port: self.port(),
            protocol: if self.encrypted { "HTTPS" } else { "HTTP" }.to_owned(),
            default: group_arn("orders"),
            rules: if self.rules { vec![("/special".to_owned(), group_arn("special"))] } else { Vec::new() },
            ssl_policy: self.encrypted.then(|| "ELBSecurityPolicy-TLS13-1-2-Res-2021-06".to_owned()),
            certificate: self.encrypted.then(|| CERTIFICATE.to_owned()),
            more_certificates: Vec::new(),
            made_at: 0,
            mark: None,
        };
        world.listeners.place(&listener.arn.clone(), listener);
    }

    fn api(&self, world: &mut World, number: usize, rest: bool) {
        let id = format!("{}{number}k3v8q1x", if rest { 'r' } else { 'h' });
        let scheme = if self.encrypted { "https" } else { "http" };
        let mut api = Api {
            id: id.clone(),
            name: format!("orders-{number}"),
            rest,
            routes: Vec::new(),
            resources: BTreeMap::new(),
            methods: BTreeSet::new(),
            integrations: BTreeMap::new(),
            mark: None,
        };
        let all = [("/orders", "GET"), ("/{proxy+}", "ANY"), ("/orders/{id}", "GET"), ("/special/{id}", "POST")];
        for (place, (path, method)) in all.into_iter().take(self.routes).enumerate() {
            let uri = format!("{scheme}://{ALB_DNS}{}", path.replace("+}", "}"));
            let (key, settings) = if rest {
                (format!("res{place}/{method}"), [("/connectionType", "INTERNET".to_owned()), ("/uri", uri)])
            } else {
                (format!("i{number}{place}"), [("ConnectionType", "INTERNET".to_owned()), ("IntegrationUri", uri)])
            };
            let resource = format!("res{place}");
            api.resources.insert(resource.clone(), path.to_owned());
            api.routes.push(RouteConfig { path: path.to_owned(), method: method.to_owned(), resource, integration: key.clone() });
            api.integrations.insert(key, settings.into_iter().map(|(key, value)| (key.to_owned(), value)).collect());
        }
        world.apis.place(&id, api);
        let names: [&str; 3] = if rest { ["prod", "beta", "dev"] } else { ["$default", "prod", "beta"] };
        for (place, name) in names.into_iter().take(self.stages).enumerate() {
            let deployment = world.deploy(&id, None, false).unwrap();
            let auto_deploy = !rest && self.auto_deploy && place != 1;
            let stage =
                Stage { api: id.clone(), name: name.to_owned(), deployment: Some(deployment), auto_deploy, canary: None, answers_at: 0 };
            world.set_stage(stage);
        }
    }
}

impl World {
    /// From here on every stage must answer as it does now.
    fn watch(&mut self) {
        let stages: Vec<Stage> = self.stages.values().cloned().collect();
        for stage in stages {
            let key = stage_key(&stage.api, &stage.name);
            let snapshot = self.serving[&key][0].snapshot.clone();
            let mut wanted = Vec::new();
            for (route, settings) in &snapshot.routes {
                let asked = asking(&route.path);
                let got = self.walk(&snapshot, &stage.name, &asked, settings).unwrap();
                wanted.push((route.clone(), asked, got));
            }
            self.watched.insert(key, wanted);
        }
    }
}

pub(crate) fn health_check() -> HealthCheck {
    HealthCheck {
        enabled: true,
        protocol: Some("HTTP".to_owned()),
        port: Some("traffic-port".to_owned()),
        path: Some("/status".to_owned()),
        matcher: Some("200".to_owned()),
        interval_seconds: Some(30),
        timeout_seconds: Some(5),
        healthy_threshold: Some(3),
        unhealthy_threshold: Some(3),
    }
}

pub(crate) fn group_arn(name: &str) -> String {
    format!("arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:targetgroup/{name}/6d0ecf831eec9f09")
}

pub(crate) fn zone_name(zone: usize) -> String {
    format!("{REGION}{}", ["a", "b", "c"][zone])
}

pub(crate) fn public_subnet(zone: usize) -> String {
    format!("subnet-0a1b2c3d4e5f60a0{}", zone + 1)
}

pub(crate) fn private_subnet(zone: usize) -> String {
    format!("subnet-0a1b2c3d4e5f60b0{}", zone + 1)
}

pub(crate) fn zone_of(subnet: &str) -> usize {
    usize::from(subnet.as_bytes()[subnet.len() - 1] - b'1')
}

pub(crate) const fn cluster() -> &'static str {
    CLUSTER
}
