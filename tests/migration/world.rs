//! What there is: the parts of AWS that a migration touches, and a clock that only calls and pauses move.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use apiaudit::inventory::{HealthCheck, SecurityGroupRule};
use apiaudit::migrate::cloud::Mark;
use apiaudit::migrate::thing::ServiceTarget;

use crate::rng::Rng;
use crate::store::{LONGEST_LAG, Store};
use crate::traffic::Asked;

pub(crate) const REGION: &str = "eu-west-1";
pub(crate) const ACCOUNT: &str = "123456789012";
pub(crate) const VPC: &str = "vpc-0a1b2c3d4e5f60001";
pub(crate) const CLUSTER: &str = "arn:aws:ecs:eu-west-1:123456789012:cluster/orders";

pub(crate) type Settings = BTreeMap<String, String>;

#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) rules: Vec<(SecurityGroupRule, Option<Mark>)>,
    pub(crate) mark: Option<Mark>,
}

#[derive(Debug, Clone)]
pub(crate) struct Balancer {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) dns: String,
    pub(crate) network: bool,
    pub(crate) subnets: Vec<String>,
    pub(crate) groups: Vec<String>,
    pub(crate) enforce: bool,
    pub(crate) attributes: Settings,
    pub(crate) active_at: u64,
    pub(crate) mark: Option<Mark>,
    /// Zone, subnet and address.
    pub(crate) nodes: Vec<(String, String, String)>,
}

#[derive(Debug, Clone)]
pub(crate) struct TargetGroup {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) protocol: String,
    pub(crate) port: u16,
    pub(crate) kind: String,
    pub(crate) health_check: HealthCheck,
    pub(crate) attributes: Settings,
    pub(crate) healthy_after: u64,
    pub(crate) never_healthy: bool,
    pub(crate) mark: Option<Mark>,
}

#[derive(Debug, Clone)]
pub(crate) struct Listener {
    pub(crate) arn: String,
    pub(crate) balancer: String,
    pub(crate) port: u16,
    pub(crate) protocol: String,
    pub(crate) default: String,
    /// The beginnings of paths, and where they go.
    pub(crate) rules: Vec<(String, String)>,
    pub(crate) ssl_policy: Option<String>,
    pub(crate) certificate: Option<String>,
    pub(crate) more_certificates: Vec<String>,
    pub(crate) made_at: u64,
    pub(crate) mark: Option<Mark>,
}

#[derive(Debug, Clone)]
pub(crate) struct Service {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) desired: usize,
    pub(crate) targets: Vec<ServiceTarget>,
    pub(crate) task_definition: String,
    pub(crate) groups: Vec<String>,
    pub(crate) deleting: bool,
    pub(crate) mark: Option<Mark>,
}

#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) id: String,
    pub(crate) name: String,
    /// The load balancer of a V1 link.
    pub(crate) balancer: Option<String>,
    pub(crate) subnets: Vec<String>,
    pub(crate) groups: Vec<String>,
    pub(crate) ready_at: u64,
    pub(crate) fails: bool,
    pub(crate) gone_at: Option<u64>,
    pub(crate) mark: Option<Mark>,
}

/// A method of a REST API, or a route of an HTTP API.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RouteConfig {
    pub(crate) path: String,
    pub(crate) method: String,
    pub(crate) resource: String,
    pub(crate) integration: String,
}

#[derive(Debug, Clone)]
pub(crate) struct Api {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) rest: bool,
    pub(crate) routes: Vec<RouteConfig>,
    pub(crate) resources: BTreeMap<String, String>,
    pub(crate) methods: BTreeSet<String>,
    pub(crate) integrations: BTreeMap<String, Settings>,
    pub(crate) mark: Option<Mark>,
}

/// What a deployment holds.
#[derive(Debug, PartialEq)]
pub(crate) struct Snapshot {
    pub(crate) rest: bool,
    pub(crate) routes: Vec<(RouteConfig, Settings)>,
}

#[derive(Debug, Clone)]
pub(crate) struct Deployment {
    pub(crate) api: String,
    pub(crate) id: String,
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) automatic: bool,
    pub(crate) mark: Option<Mark>,
}

#[derive(Debug, Clone)]
pub(crate) struct Stage {
    pub(crate) api: String,
    pub(crate) name: String,
    pub(crate) deployment: Option<String>,
    pub(crate) auto_deploy: bool,
    pub(crate) canary: Option<(String, String)>,
    pub(crate) answers_at: u64,
}

/// What a stage's servers hold, and until when.
#[derive(Debug, Clone)]
pub(crate) struct Served {
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) until: Option<u64>,
}

#[derive(Debug, Clone)]
pub(crate) struct Task {
    pub(crate) address: String,
    pub(crate) zone: usize,
    pub(crate) service: String,
    pub(crate) ready_at: u64,
    pub(crate) registered: bool,
    pub(crate) gone_at: Option<u64>,
    pub(crate) sick: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rolling {
    InProgress,
    Completed,
    Failed,
}

#[derive(Debug, Clone)]
pub(crate) struct Rollout {
    pub(crate) targets: Vec<ServiceTarget>,
    pub(crate) tasks: Vec<String>,
    pub(crate) state: Rolling,
    pub(crate) deadline: u64,
}

#[derive(Debug, Clone)]
pub(crate) struct Registered {
    pub(crate) port: u16,
    pub(crate) zone: Option<usize>,
    pub(crate) since: u64,
    pub(crate) draining: bool,
}

/// What AWS leaves open, and what goes wrong in the world rather than on the wire.
#[derive(Debug, Clone, Default)]
pub(crate) struct Nature {
    /// See `store::View`.
    pub(crate) flapping: bool,
    /// Whether reads always lag as long as they may.
    pub(crate) slowest: bool,
    /// Whether deployments that no stage serves keep a link from being deleted.
    pub(crate) orphans_pin: bool,
    /// Whether switching automatic deployments on deploys at once.
    pub(crate) release_deploys: bool,
    /// Whether the next VPC links fail.
    pub(crate) links_fail: bool,
    /// Whether the next target groups never find their targets healthy.
    pub(crate) never_healthy: bool,
    /// Whether tasks of the next rollouts never become healthy.
    pub(crate) sick_tasks: bool,
    /// Whether the private way brings other answers.
    pub(crate) other_answers: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) now: u64,
    pub(crate) rng: Rng,
    pub(crate) nature: Nature,
    pub(crate) zones: usize,
    pub(crate) groups: Store<Group>,
    pub(crate) balancers: Store<Balancer>,
    pub(crate) target_groups: Store<TargetGroup>,
    pub(crate) listeners: Store<Listener>,
    pub(crate) services: Store<Service>,
    pub(crate) links: Store<Link>,
    pub(crate) apis: Store<Api>,
    pub(crate) locks: Store<String>,
    pub(crate) deployments: Store<Deployment>,
    pub(crate) stages: Store<Stage>,
    pub(crate) serving: BTreeMap<String, Vec<Served>>,
    pub(crate) tasks: BTreeMap<String, Task>,
    pub(crate) rollouts: BTreeMap<String, Vec<Rollout>>,
    /// By target group and target.
    pub(crate) registered: BTreeMap<(String, String), Registered>,
    /// Network interfaces that outlive what they belonged to: until when, and their groups.
    pub(crate) lingering: Vec<(u64, Vec<String>)>,
    /// The stages that must answer at every moment, with what each route must bring.
    pub(crate) watched: BTreeMap<String, Vec<(RouteConfig, Asked, String)>>,
    pub(crate) lost: Vec<String>,
    pub(crate) deleted: Vec<String>,
    pub(crate) dirty: bool,
    alarms: BTreeSet<u64>,
    serial: u64,
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            now: 1_790_000_000,
            rng: Rng::new(seed),
            nature: Nature::default(),
            zones: 1,
            groups: Store::default(),
            balancers: Store::default(),
            target_groups: Store::default(),
            listeners: Store::default(),
            services: Store::default(),
            links: Store::default(),
            apis: Store::default(),
            locks: Store::default(),
            deployments: Store::default(),
            stages: Store::default(),
            serving: BTreeMap::new(),
            tasks: BTreeMap::new(),
            rollouts: BTreeMap::new(),
            registered: BTreeMap::new(),
            lingering: Vec::new(),
            watched: BTreeMap::new(),
            lost: Vec::new(),
            deleted: Vec::new(),
            dirty: false,
            alarms: BTreeSet::new(),
            serial: 0,
        }
    }

    /// An id that nothing had before.
    pub(crate) fn fresh(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// How long reads will lag behind the write that is being made.
    pub(crate) fn lag(&mut self) -> u64 {
        if self.nature.slowest {
            LONGEST_LAG
        } else if self.rng.chance(400) {
            0
        } else {
            self.rng.range(1, LONGEST_LAG)
        }
    }

    /// Something will happen by itself so many seconds from now.
    pub(crate) fn wake_in(&mut self, seconds: u64) -> u64 {
        self.alarms.insert(self.now + seconds);
        self.now + seconds
    }

    /// Lets time pass: from one moment at which something happens to the next. In between nothing can change, so the requests of
    /// every second are looked at.
    pub(crate) fn pass(&mut self, seconds: u64) {
        let end = self.now + seconds;
        while let Some(next) = self.alarms.first().copied().filter(|next| *next <= end) {
            self.alarms.pop_first();
            self.now = next;
            self.happen();
        }
        self.now = end;
    }

    /// What follows from the moment or from a write; and then every request that may be sent now is.
    pub(crate) fn happen(&mut self) {
        self.expire();
        self.roll_out();
        if std::mem::take(&mut self.dirty) {
            self.send_requests();
        }
    }

    fn expire(&mut self) {
        let now = self.now;
        for served in self.serving.values_mut() {
            served.retain(|served| served.until.is_none_or(|until| until > now));
        }
        self.lingering.retain(|(until, _)| *until > now);
        let gone: Vec<String> =
            self.links.values().filter(|link| link.gone_at.is_some_and(|gone| gone <= now)).map(|link| link.id.clone()).collect();
        for id in gone {
            let groups = self.links.get(&id).map(|link| link.groups.clone()).unwrap_or_default();
            let linger = self.rng.range(1, 60);
            let until = self.wake_in(linger);
            self.lingering.push((until, groups));
            self.links.put(&id, None, now, 0);
        }
    }
}
