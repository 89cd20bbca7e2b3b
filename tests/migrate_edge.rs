//! The edge of the migration against the emulator: each thing made, found, watched and deleted, each property set and set back.
#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test stops where something is wrong")]

mod common;

use std::time::{Duration, Instant};

use apiaudit::collect::Options;
use apiaudit::inventory::{HealthCheck, Peer, SecurityGroupRule};
use apiaudit::migrate::aws::Aws;
use apiaudit::migrate::cloud::{CallError, Cloud, LOCK_TAG, Made, Mark, Request, Status};
use apiaudit::migrate::thing::{Create, Property, Remove, ServiceTarget, State};
use common::emulator::Emulator;
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

const REGION: &str = "eu-west-1";
/// How long the emulator may take for what takes AWS minutes.
const PATIENCE: Duration = Duration::from_mins(1);

/// Runs a test in a process of its own, with credentials that are no secret and nothing of the developer's environment.
fn apart(name: &str, test: impl FnOnce()) {
    if std::env::var_os("APIAUDIT_APART").is_some() {
        return test();
    }
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    let keep: Vec<_> = ["PATH", "LLVM_PROFILE_FILE"].into_iter().filter_map(|name| Some((name, std::env::var_os(name)?))).collect();
    command.env_clear().envs(keep).env("APIAUDIT_APART", "1").env("HOME", std::env::temp_dir());
    command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test").env("AWS_EC2_METADATA_DISABLED", "true");
    let run = command.args([name, "--exact", "--nocapture"]).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success() && out.contains("1 passed"), "{out}\n{err}");
}

struct World {
    aws: Aws,
    ids: Value,
    // Dropped after what needs them.
    _runtime: Runtime,
    _emulator: Emulator,
}

impl World {
    fn new(scenario: &str) -> Self {
        let emulator = Emulator::start();
        let ids = emulator.seed(scenario, REGION);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let options = Options { endpoint_url: Some(emulator.endpoint.clone()), api_budget: 1.0, ..Options::default() };
        let aws = Aws::new(&options, REGION, CancellationToken::new(), &runtime).unwrap();
        Self { aws, ids, _runtime: runtime, _emulator: emulator }
    }

    #[track_caller]
    fn id(&self, name: &str) -> String {
        self.ids[name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.ids)).to_owned()
    }

    fn list(&self, name: &str) -> Vec<String> {
        self.ids[name].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
    }

    /// Makes something, finds it, and waits until it is ready.
    #[track_caller]
    fn make(&mut self, step: &str, thing: &Create) -> Made {
        let mark = mark(step);
        assert_eq!(self.aws.find(thing, &mark).unwrap_or_default(), [], "{thing:?} is there before it is made");
        let made = self.aws.create(thing, &mark).unwrap_or_else(|error| panic!("{thing:?}: {error}"));
        let found = self.aws.find(thing, &mark).unwrap();
        assert_eq!(found.iter().map(|made| &made.id).collect::<Vec<_>>(), [&made.id], "{thing:?}");
        let other = self.aws.find(thing, &Mark { plan: "another".to_owned(), ..mark }).unwrap();
        let marked = !matches!(
            thing,
            Create::AlbTarget { .. }
                | Create::RestResource { .. }
                | Create::RestMethod { .. }
                | Create::RestIntegration { .. }
                | Create::HttpRoute { .. }
        );
        assert!(!marked || other.is_empty(), "{thing:?} is known by its name alone: {other:?}");
        let ready = self.ready(thing, &made);
        Made { id: made.id, parts: made.parts.into_iter().chain(ready.parts).collect() }
    }

    #[track_caller]
    fn ready(&mut self, thing: &Create, made: &Made) -> Made {
        let start = Instant::now();
        loop {
            match self.aws.status(thing, made).unwrap() {
                Status::Ready(ready) => return ready,
                Status::Failed(why) => panic!("{thing:?}: {why}"),
                status => assert!(start.elapsed() < PATIENCE, "{thing:?} is not ready: {status:?}"),
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Deletes something, waits until it is gone, and deletes it again.
    #[track_caller]
    fn unmake(&mut self, step: &str, thing: &Create, made: &Made) {
        let start = Instant::now();
        loop {
            match self.aws.delete(thing, made) {
                Ok(()) if self.aws.status(thing, made).unwrap() == Status::Gone => break,
                Ok(()) | Err(CallError::Busy(_)) => assert!(start.elapsed() < PATIENCE, "{thing:?} is still there"),
                Err(error) => panic!("{thing:?}: {error}"),
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        // The emulator stumbles over what is gone from an API that is there.
        if !matches!(thing, Create::RestResource { .. } | Create::RestMethod { .. } | Create::RestIntegration { .. }) {
            assert_eq!(self.aws.delete(thing, made), Ok(()), "{thing:?}");
        }
        assert_eq!(self.aws.find(thing, &mark(step)).unwrap_or_default(), [], "{thing:?}");
    }

    /// Lets the tasks be reached from everywhere in the VPC.
    fn open_tasks(&mut self) {
        let rules = vec![rule(8080, Peer::CidrIpv4("10.0.0.0/8".into()), false)];
        let rules = Create::GroupRules { group: self.id("task_group"), rules };
        self.make("tasks", &rules);
    }

    #[track_caller]
    fn round(&mut self, step: &str, thing: &Create) {
        let made = self.make(step, thing);
        self.unmake(step, thing, &made);
    }

    #[track_caller]
    fn read(&mut self, property: &Property, one: &State, other: &State) -> State {
        self.aws.read(property).unwrap_or_else(|error| panic!("{property:?}: {error}")).narrowed(one, other)
    }

    /// Sets a property, looks at it, sets it back, and looks again.
    #[track_caller]
    fn there_and_back(&mut self, property: &Property, before: &State, after: &State) {
        assert_eq!(self.read(property, before, after), *before, "{property:?}");
        for (from, to) in [(before, after), (after, before)] {
            self.aws.write(property, from, to).unwrap_or_else(|error| panic!("{property:?} to {to:?}: {error}"));
            assert_eq!(self.read(property, before, after), *to, "{property:?}");
        }
    }

    /// What a property is, as far as some keys go.
    #[track_caller]
    fn now(&mut self, property: &Property, keys: &[&str]) -> State {
        let State::Settings(settings) = self.aws.read(property).unwrap() else { panic!("{property:?} has no settings") };
        State::settings(settings.into_iter().filter(|(key, _)| keys.contains(&key.as_str())))
    }
}

fn mark(step: &str) -> Mark {
    Mark { plan: "0123456789abcdef".to_owned(), step: step.to_owned() }
}

fn rule(port: i32, peer: Peer, egress: bool) -> SecurityGroupRule {
    let description = Some("made by a test".to_owned());
    SecurityGroupRule { egress, protocol: "tcp".to_owned(), from_port: Some(port), to_port: Some(port), peer, id: None, description }
}

fn none() -> State {
    State::settings::<&str, &str>([])
}

#[test]
fn groups_and_rules() {
    apart("groups_and_rules", || {
        let mut world = World::new("migrate-rest");
        let thing = Create::SecurityGroup { name: "apiaudit-link".into(), description: "for the link".into(), vpc: world.id("vpc") };
        let group = world.make("group", &thing);
        let task_group = world.id("task_group");
        for egress in [false, true] {
            let peers = [Peer::SecurityGroup(group.id.clone()), Peer::CidrIpv4("10.0.0.4/32".into())];
            let rules = peers.into_iter().map(|peer| rule(9090, peer, egress)).collect();
            let rules = Create::GroupRules { group: task_group.clone(), rules };
            let made = world.make("rules", &rules);
            assert_eq!(made.parts["rules"].len(), 2);
            world.unmake("rules", &rules, &made);
        }
        world.unmake("group", &thing, &group);

        let open = world.ids["load_balancer_groups"][0].as_str().unwrap().to_owned();
        let property = Property::GroupIngress { group: open };
        let State::Rules(rules) = world.aws.read(&property).unwrap() else { panic!("no rules") };
        assert_eq!(rules.len(), 1, "{rules:?}");
        world.there_and_back(&property, &State::Rules(rules), &State::Rules(Vec::new()));
    });
}

fn health_check(protocol: &str) -> HealthCheck {
    HealthCheck {
        enabled: true,
        protocol: Some(protocol.to_owned()),
        port: Some("traffic-port".to_owned()),
        path: Some("/health".to_owned()),
        matcher: Some("200-399".to_owned()),
        interval_seconds: Some(10),
        timeout_seconds: Some(6),
        healthy_threshold: Some(2),
        unhealthy_threshold: Some(2),
    }
}

fn target_group(world: &World, name: &str, port: u16, target_type: &str) -> Create {
    Create::TargetGroup {
        name: name.into(),
        vpc: world.id("vpc"),
        protocol: "TCP".into(),
        port,
        target_type: target_type.into(),
        health_check: health_check("HTTP"),
    }
}

#[test]
fn load_balancing() {
    apart("load_balancing", || {
        let mut world = World::new("migrate-rest");
        let group = Create::SecurityGroup { name: "apiaudit-nlb".into(), description: "for the NLB".into(), vpc: world.id("vpc") };
        let made_group = world.make("group", &group);
        let subnets = world.list("private_subnets");
        let balancer = Create::LoadBalancer { name: "apiaudit-nlb".into(), subnets: subnets.clone(), groups: vec![made_group.id.clone()] };
        let nlb = world.make("nlb", &balancer);
        assert_eq!((nlb.parts["addresses"].len(), nlb.parts["dns"].len()), (subnets.len(), 1), "{nlb:?}");

        let enforce = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic";
        let groups = Property::LoadBalancerGroups { balancer: nlb.id.clone() };
        let state = |flag| State::settings([("SecurityGroups", made_group.id.as_str()), (enforce, flag)]);
        world.there_and_back(&groups, &state("on"), &state("off"));
        let zonal = |value| State::settings([("load_balancing.cross_zone.enabled", value)]);
        world.there_and_back(&Property::LoadBalancerAttributes { balancer: nlb.id.clone() }, &zonal("false"), &zonal("true"));

        let targets = target_group(&world, "apiaudit-tasks", 8080, "ip");
        let made_targets = world.make("targets", &targets);
        let delay = |value| State::settings([("deregistration_delay.timeout_seconds", value)]);
        let attributes = Property::TargetGroupAttributes { target_group: made_targets.id.clone() };
        world.there_and_back(&attributes, &delay("300"), &delay("120"));
        let listener = Create::Listener {
            balancer: nlb.id.clone(),
            protocol: "TCP".into(),
            port: 8080,
            target_group: made_targets.id.clone(),
            ssl_policy: None,
            certificate: None,
        };
        let made_listener = world.make("listener", &listener);

        let link = Create::VpcLinkV1 { name: "apiaudit-link".into(), balancer: nlb.id.clone() };
        world.round("link", &link);

        world.open_tasks();
        let (cluster, service) = (world.id("cluster"), world.id("service"));
        let old = ServiceTarget { target_group: world.id("target_group"), container: "app".into(), port: 8080 };
        let property = Property::ServiceTargets { cluster: cluster.clone(), service: service.clone() };
        let State::Targets(before) = world.aws.read(&property).unwrap() else { panic!("no targets") };
        assert_eq!((before.len(), &before[0].target_group), (1, &old.target_group));
        let new = ServiceTarget { target_group: made_targets.id.clone(), ..before[0].clone() };
        let mut after = vec![before[0].clone(), new];
        after.sort();
        let (before, after) = (State::Targets(before), State::Targets(after));
        for (from, to) in [(&before, &after), (&after, &before)] {
            world.aws.write(&property, from, to).unwrap();
            assert_eq!(world.aws.read(&property).unwrap(), *to);
            let start = Instant::now();
            while !matches!(world.aws.rollout(&cluster, &service).unwrap(), Status::Ready(_)) {
                assert!(start.elapsed() < PATIENCE, "{:?}", world.aws.rollout(&cluster, &service));
                std::thread::sleep(Duration::from_millis(50));
            }
            if *to == after {
                assert_eq!(world.aws.targets(&made_targets.id).unwrap().len(), 2);
            }
        }

        world.unmake("listener", &listener, &made_listener);
        world.unmake("targets", &targets, &made_targets);
        world.unmake("nlb", &balancer, &nlb);
        world.unmake("group", &group, &made_group);
    });
}

#[test]
fn an_alb_behind_an_nlb() {
    apart("an_alb_behind_an_nlb", || {
        let mut world = World::new("migrate-rest");
        let subnets = world.list("private_subnets");
        let nlb = world.make("nlb", &Create::LoadBalancer { name: "apiaudit-nlb".into(), subnets, groups: Vec::new() });
        let targets = target_group(&world, "apiaudit-alb", 80, "alb");
        let made = world.make("targets", &targets);
        let listener = Create::Listener {
            balancer: nlb.id,
            protocol: "TCP".into(),
            port: 80,
            target_group: made.id.clone(),
            ssl_policy: None,
            certificate: None,
        };
        world.make("listener", &listener);
        let target = Create::AlbTarget { target_group: made.id.clone(), balancer: world.id("load_balancer"), port: 80 };
        world.round("target", &target);
    });
}

#[test]
fn listeners() {
    apart("listeners", || {
        let mut world = World::new("migrate-rest");
        let (listener, group) = (world.id("listener"), world.id("target_group"));
        let property = Property::Listener { listener: listener.clone() };
        let (before, after) = (State::settings([("forward", group.as_str())]), State::settings([("redirect", "HTTPS:443:HTTP_301")]));
        world.there_and_back(&property, &before, &after);
        for thing in [
            Remove::Listener { listener },
            Remove::TargetGroup { target_group: group },
            Remove::LoadBalancer { balancer: world.id("load_balancer") },
        ] {
            assert_eq!(world.aws.exists(&thing), Ok(true));
            let start = Instant::now();
            while world.aws.exists(&thing) == Ok(true) {
                match world.aws.remove(&thing) {
                    Ok(()) | Err(CallError::Busy(_)) => assert!(start.elapsed() < PATIENCE, "{thing:?} stays"),
                    Err(error) => panic!("{thing:?}: {error}"),
                }
            }
            assert_eq!(world.aws.remove(&thing), Ok(()), "{thing:?}");
        }
    });
}

#[test]
fn a_second_service() {
    apart("a_second_service", || {
        let mut world = World::new("migrate-rest");
        let subnets = world.list("private_subnets");
        let nlb = world.make("nlb", &Create::LoadBalancer { name: "apiaudit-nlb".into(), subnets, groups: Vec::new() });
        let group = world.make("targets", &target_group(&world, "apiaudit-tasks", 8080, "ip"));
        let listener = Create::Listener {
            balancer: nlb.id,
            protocol: "TCP".into(),
            port: 8080,
            target_group: group.id.clone(),
            ssl_policy: None,
            certificate: None,
        };
        world.make("listener", &listener);
        world.open_tasks();
        let (cluster, like) = (world.id("cluster"), world.id("service"));
        let State::Targets(old) = world.aws.read(&Property::ServiceTargets { cluster: cluster.clone(), service: like.clone() }).unwrap()
        else {
            panic!("no targets")
        };
        let inventory = world.aws.inventory().unwrap();
        let clusters = &inventory.regions[0].clusters;
        let mut services = clusters.iter().flat_map(|cluster| cluster.services.iter());
        let task_definition = services.find_map(|service| service.task_definition.clone()).unwrap();
        let target = ServiceTarget { target_group: group.id, ..old[0].clone() };
        let service = Create::Service { cluster, name: "orders-apiaudit".into(), like, task_definition, desired_count: 2, target };
        world.round("service", &service);
    });
}

#[test]
fn a_rest_api() {
    apart("a_rest_api", || {
        let mut world = World::new("migrate-rest");
        let groups = world.list("load_balancer_groups");
        let link = Create::VpcLinkV2 { name: "apiaudit-link".into(), subnets: world.list("private_subnets"), groups };
        let made = world.make("link", &link);
        let (api, stage, resource) = (world.id("rest_api"), world.id("stage"), world.id("resource"));

        let test = Request::TestInvoke { api: api.clone(), resource: resource.clone(), method: "ANY".into(), path: "/orders/1?x=1".into() };
        let tested = world.aws.request(&test).unwrap();
        assert_eq!(tested.status, 200, "{tested:?}");
        assert!(tested.sent.as_ref().is_some_and(|sent| sent.contains("/orders/1")), "{tested:?}");
        let asked = |signed| Request::Invoke { api: api.clone(), stage: stage.clone(), path: "/orders/1".into(), signed };
        let (signed, plain) = (world.aws.request(&asked(true)).unwrap(), world.aws.request(&asked(false)).unwrap());
        assert_eq!((signed.status, &signed), (200, &plain));

        let property = Property::RestIntegration { api: api.clone(), resource, method: "ANY".into() };
        let before = world.aws.read(&property).unwrap();
        let uri = before.get("/uri").unwrap().to_owned();
        assert_eq!(before, State::settings([("/connectionType", "INTERNET"), ("/uri", &uri)]));
        let balancer = world.id("load_balancer");
        let private = [("/connectionType", "VPC_LINK"), ("/connectionId", &made.id), ("/integrationTarget", &balancer), ("/uri", &uri)];
        world.there_and_back(&property, &before, &State::settings(private));

        let deployment = Create::RestDeployment { api: api.clone(), stage: None, canary_percent: None };
        let whole = world.make("whole", &deployment);
        let served = Property::RestStage { api: api.clone(), stage: stage.clone() };
        let old = world.id("deployment");
        let of = |id: &str| State::settings([("/deploymentId", id)]);
        world.there_and_back(&served, &of(&old), &of(&whole.id));
        world.unmake("whole", &deployment, &whole);

        let canary = Create::RestDeployment { api: api.clone(), stage: Some(stage.clone()), canary_percent: Some(5.0) };
        let made_canary = world.make("canary", &canary);
        let keys = ["/deploymentId", "/canarySettings/deploymentId", "/canarySettings/percentTraffic"];
        let beside = State::settings([(keys[0], old.as_str()), (keys[1], made_canary.id.as_str()), (keys[2], "5")]);
        assert_eq!(world.now(&served, &keys), beside);
        world.aws.write(&served, &of(&old), &of(&made_canary.id)).unwrap();
        let promoted = State::settings([(keys[0], made_canary.id.as_str()), (keys[1], made_canary.id.as_str()), (keys[2], "5")]);
        assert_eq!(world.now(&served, &keys), promoted);
        world.aws.write(&served, &State::settings([(keys[1], made_canary.id.as_str())]), &none()).unwrap();
        assert_eq!(world.now(&served, &keys), of(&made_canary.id));
        world.aws.write(&served, &of(&made_canary.id), &of(&old)).unwrap();
        world.unmake("canary", &canary, &made_canary);
        let again = world.make("canary", &canary);
        world.unmake("canary", &canary, &again);
        assert_eq!(world.now(&served, &keys), of(&old));

        let log = State::settings([
            ("/accessLogSettings/destinationArn", "arn:aws:logs:eu-west-1:123456789012:log-group:orders"),
            ("/accessLogSettings/format", "$context.requestId"),
            ("/tracingEnabled", "true"),
        ]);
        let off = State::settings([("/tracingEnabled", "false")]);
        world.there_and_back(&served, &off, &log);
        let disabled = |value| State::settings([("/disableExecuteApiEndpoint", value)]);
        world.there_and_back(&Property::RestApi { api: api.clone() }, &disabled("false"), &disabled("true"));
        let lock = Property::Lock { api: format!("arn:aws:apigateway:{REGION}::/restapis/{api}") };
        world.there_and_back(&lock, &none(), &State::settings([(LOCK_TAG, "plan=a owner=b since=1")]));
        world.unmake("link", &link, &made);
    });
}

#[test]
fn a_scratch_rest_api() {
    apart("a_scratch_rest_api", || {
        let mut world = World::new("migrate-rest");
        let uri = format!("http://{}/{{proxy}}", world.id("dns"));
        let scratch = Create::RestApi { name: "apiaudit-scratch".into() };
        let made = world.make("api", &scratch);
        let api = made.id.clone();
        let resource = Create::RestResource { api: api.clone(), parent: made.parts["root"][0].clone() };
        let below = world.make("resource", &resource);
        let method = Create::RestMethod { api: api.clone(), resource: below.id.clone() };
        let any = world.make("method", &method);
        let integration = Create::RestIntegration { api: api.clone(), resource: below.id.clone(), uri };
        let leads = world.make("integration", &integration);
        let deployment = Create::RestDeployment { api: api.clone(), stage: Some("prod".into()), canary_percent: None };
        let first = world.make("first", &deployment);
        let asked = Request::Invoke { api: api.clone(), stage: "prod".into(), path: "/orders/1".into(), signed: true };
        assert_eq!(world.aws.request(&asked).unwrap().status, 200);
        let second = world.make("second", &deployment);
        world.unmake("second", &deployment, &second);
        world.unmake("first", &deployment, &first);
        world.unmake("integration", &integration, &leads);
        world.unmake("method", &method, &any);
        world.unmake("resource", &resource, &below);
        world.unmake("api", &scratch, &made);
        for (step, thing, made) in [("method", &method, &any), ("integration", &integration, &leads), ("first", &deployment, &first)] {
            assert_eq!(world.aws.status(thing, made), Ok(Status::Gone), "{thing:?}");
            world.unmake(step, thing, made);
        }
    });
}

#[test]
fn the_stage_of_somebody_elses_api_is_never_deleted() {
    apart("the_stage_of_somebody_elses_api_is_never_deleted", || {
        let mut world = World::new("migrate-rest");
        let (api, stage) = (world.id("rest_api"), world.id("stage"));
        let deployment = Create::RestDeployment { api: api.clone(), stage: Some(stage.clone()), canary_percent: None };
        let made = world.make("mistake", &deployment);
        assert!(matches!(world.aws.delete(&deployment, &made), Err(CallError::Rejected(_))));
        assert!(world.aws.read(&Property::RestStage { api, stage }).is_ok());
    });
}

#[test]
fn an_http_api() {
    apart("an_http_api", || {
        let mut world = World::new("migrate-http");
        let groups = world.list("load_balancer_groups");
        let link = Create::VpcLinkV2 { name: "apiaudit-link".into(), subnets: world.list("private_subnets"), groups };
        let made = world.make("link", &link);
        let (api, stage, integration) = (world.id("http_api"), world.id("stage"), world.id("integration"));
        let property = Property::HttpIntegration { api: api.clone(), integration };
        let before = world.aws.read(&property).unwrap();
        let uri = before.get("IntegrationUri").unwrap().to_owned();
        assert_eq!(before, State::settings([("ConnectionType", "INTERNET"), ("IntegrationUri", &uri)]));
        let listener = world.id("listener");
        let private = [
            ("ConnectionType", "VPC_LINK"),
            ("ConnectionId", &made.id),
            ("IntegrationUri", &listener),
            ("TlsConfig.ServerNameToVerify", "shop.example.com"),
            ("RequestParameters.overwrite:path", "/${request.path.proxy}"),
        ];
        world.there_and_back(&property, &before, &State::settings(private));

        let deployment = Create::HttpDeployment { api: api.clone() };
        let new = world.make("deployment", &deployment);
        let served = Property::HttpStage { api: api.clone(), stage: stage.clone() };
        let old = world.id("http_deployment");
        let of = |id: &str| State::settings([("DeploymentId", id)]);
        world.there_and_back(&served, &of(&old), &of(&new.id));
        let asked = Request::Invoke { api: api.clone(), stage, path: "/orders/1".into(), signed: false };
        assert_eq!(world.aws.request(&asked).unwrap().status, 200);
        let log = State::settings([
            ("AccessLogSettings.DestinationArn", "arn:aws:logs:eu-west-1:123456789012:log-group:orders"),
            ("AccessLogSettings.Format", "$context.requestId"),
        ]);
        world.there_and_back(&served, &none(), &log);
        world.unmake("deployment", &deployment, &new);
        let auto = |value| State::settings([("AutoDeploy", value)]);
        world.there_and_back(&served, &auto("false"), &auto("true"));
        let disabled = |value| State::settings([("DisableExecuteApiEndpoint", value)]);
        world.there_and_back(&Property::HttpApi { api: api.clone() }, &disabled("false"), &disabled("true"));
        let lock = Property::Lock { api: format!("arn:aws:apigateway:{REGION}::/apis/{api}") };
        world.there_and_back(&lock, &none(), &State::settings([(LOCK_TAG, "plan=a owner=b since=1")]));
        world.unmake("link", &link, &made);
    });
}

#[test]
fn a_scratch_http_api() {
    apart("a_scratch_http_api", || {
        let mut world = World::new("migrate-http");
        let uri = format!("http://{}/{{proxy}}", world.id("dns"));
        let scratch = Create::HttpApi { name: "apiaudit-scratch".into() };
        let made = world.make("api", &scratch);
        let api = made.id.clone();
        let integration = Create::HttpIntegration { api: api.clone(), uri };
        let leads = world.make("integration", &integration);
        let route = Create::HttpRoute { api: api.clone(), integration: leads.id.clone() };
        let any = world.make("route", &route);
        let stage = Create::HttpStage { api: api.clone(), stage: "prod".into() };
        let served = world.make("stage", &stage);
        let asked = Request::Invoke { api, stage: "prod".into(), path: "/orders/1".into(), signed: true };
        assert_eq!(world.aws.request(&asked).unwrap().status, 200);
        world.unmake("stage", &stage, &served);
        world.unmake("route", &route, &any);
        world.unmake("integration", &integration, &leads);
        world.unmake("api", &scratch, &made);
        world.unmake("stage", &stage, &served);
    });
}

#[test]
fn an_inventory_holds_the_working_copies() {
    apart("an_inventory_holds_the_working_copies", || {
        let mut world = World::new("migrate-two-apis");
        let inventory = world.aws.inventory().unwrap();
        let region = &inventory.regions[0];
        let rest = region.rest_apis.items[0].working_copy.known().expect("the draft of the REST API");
        assert!(rest.routes.iter().all(|route| route.resource_id.is_some()));
        let http = region.http_apis.items[0].working_copy.known().expect("the draft of the HTTP API");
        assert!(http.routes.iter().all(|route| route.integration.known().is_some_and(|integration| integration.id.is_some())));
    });
}
