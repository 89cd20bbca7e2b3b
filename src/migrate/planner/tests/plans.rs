//! The plans themselves: each protocol by each way.

use super::*;
use crate::inventory::Peer;
use crate::migrate::plan::{Check, Phase};
use crate::migrate::planner::{Link, Target};
use crate::migrate::thing::{Create, Property, State};

fn options(target: Target, link: Link) -> Options {
    Options { target, link, lockdown: true, ..Options::default() }
}

fn place(plan: &Plan, id: &str) -> usize {
    ids(plan).iter().position(|known| *known == id).unwrap_or_else(|| panic!("no step {id} among {:#?}", ids(plan)))
}

fn in_order(plan: &Plan, wanted: &[&str]) {
    for pair in wanted.windows(2) {
        assert!(place(plan, pair[0]) < place(plan, pair[1]), "{} comes before {}", pair[0], pair[1]);
    }
}

fn states<'p>(plan: &'p Plan, id: &str) -> (&'p State, &'p State) {
    let Action::Set { before, after, .. } = &step(plan, id).action else { panic!("{id} sets nothing") };
    (before, after)
}

#[test]
fn every_protocol_by_every_way_is_sound() {
    for target in [Target::Nlb, Target::NlbAlb, Target::Alb] {
        for link in [Link::V1, Link::V2] {
            for (inventory, rest) in [(article(), true), (https(), true), (http(), false)] {
                if link == Link::V1 && (target == Target::Alb || !rest) {
                    continue;
                }
                let plan = whole(&inventory, &options(target, link));
                sound(&plan);
                let cut = plan.steps.iter().position(|step| step.phase == Phase::Cut).unwrap();
                let prepared = plan.steps.iter().rposition(|step| matches!(step.phase, Phase::Prepare | Phase::Prove)).unwrap();
                let closed = plan.steps.iter().position(|step| step.phase == Phase::Lockdown).unwrap();
                assert!(prepared < cut && cut < closed, "{:#?}", ids(&plan));
                assert!(plan.relies_on.keys().any(|name| name.starts_with("API ")) && plan.locks.len() == 1);
            }
        }
    }
}

#[test]
fn a_rest_api_to_a_network_load_balancer() {
    let plan = whole(&article(), &options(Target::Nlb, Link::V2));
    in_order(
        &plan,
        &["nlb-group", "nlb", "targets-80", "listener-80", "task-rules-80", "service-80", "healthy-80", "link", "scratch-1-api"],
    );
    in_order(&plan, &["k3v8q1x7m2-tested-before", "k3v8q1x7m2-get-orders", "k3v8q1x7m2-tested-after", "k3v8q1x7m2-deployment"]);
    in_order(&plan, &["k3v8q1x7m2-cut-prod", "k3v8q1x7m2-asked-after", "rescan", "close-sg-0a1b2c3d4e5f60c01", "rescan-closed"]);
    let (before, after) = states(&plan, "k3v8q1x7m2-get-orders");
    assert_eq!(before.get("/connectionType"), Some("INTERNET"));
    assert_eq!(before.get("/uri"), after.get("/uri"));
    assert_eq!(after.get("/integrationTarget"), Some("${nlb}"));
    assert_eq!(states(&plan, "k3v8q1x7m2-cut-prod").0.get("/deploymentId"), Some("p5t8h2"));
    let (State::Targets(before), State::Targets(after)) = states(&plan, "service-80") else { panic!() };
    assert!(before.len() == 1 && after.len() == 2 && after[..1] == before[..]);
}

#[test]
fn a_link_v1_needs_enforcement_off_and_addresses() {
    let plan = whole(&article(), &options(Target::Nlb, Link::V1));
    assert!(plan.step("link-group").is_none() && plan.step("nlb-rules").is_none());
    let (before, after) = states(&plan, "nlb-enforcement");
    let key = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic";
    assert_eq!((before.get(key), after.get(key)), (Some("on"), Some("off")));
    let Action::Create(Create::GroupRules { rules, .. }) = &step(&plan, "task-rules-80").action else { panic!() };
    assert!(rules.iter().any(|rule| rule.peer == Peer::CidrIpv4("${nlb.addresses}/32".to_owned())));
    assert_eq!(states(&plan, "k3v8q1x7m2-get-orders").1.get("/integrationTarget"), None);
}

#[test]
fn the_load_balancer_stays_behind_a_network_load_balancer() {
    let plan = whole(&article(), &options(Target::NlbAlb, Link::V1));
    in_order(&plan, &["nlb", "targets-80", "listener-80", "alb-rules", "alb-target-80", "healthy-80", "link"]);
    assert!(plan.steps.iter().all(|step| !matches!(&step.action, Action::Set { property: Property::ServiceTargets { .. }, .. })));
}

#[test]
fn the_load_balancer_itself_behind_a_link() {
    let plan = whole(&article(), &options(Target::Alb, Link::V2));
    in_order(&plan, &["link-group", "alb-rules", "link", "scratch-1-api", "k3v8q1x7m2-get-orders"]);
    assert!(plan.step("nlb").is_none());
    let arn = &article().regions[0].load_balancers.items[0].arn;
    assert_eq!(states(&plan, "k3v8q1x7m2-get-orders").1.get("/integrationTarget"), Some(arn.as_str()));
}

#[test]
fn an_http_api_names_a_listener_and_a_path() {
    let plan = whole(&http(), &options(Target::Nlb, Link::V2));
    let (before, after) = states(&plan, "k3v8q1x7m2-get-orders-id");
    assert_eq!(before.get("ConnectionType"), Some("INTERNET"));
    assert_eq!(after.get("IntegrationUri"), Some("${listener-80}"));
    assert_eq!(after.get("RequestParameters.overwrite:path"), Some("/orders/${request.path.id}"));
    assert_eq!(after.get("TlsConfig.ServerNameToVerify"), None);
    let alb = whole(&http(), &options(Target::Alb, Link::V2));
    let arn = &article().regions[0].load_balancers.items[0].listeners.items[0].arn;
    assert_eq!(states(&alb, "k3v8q1x7m2-get-orders-id").1.get("IntegrationUri"), Some(arn.as_str()));
}

#[test]
fn automatic_deployments_are_held_until_all_is_proven() {
    let mut inventory = http();
    stage(&mut inventory.regions[0]).auto_deploy = true;
    let plan = whole(&inventory, &options(Target::NlbAlb, Link::V2));
    in_order(&plan, &["k3v8q1x7m2-hold-prod", "k3v8q1x7m2-get-orders", "k3v8q1x7m2-cut-prod", "rescan-closed", "k3v8q1x7m2-release-prod"]);
    let (before, after) = states(&plan, "k3v8q1x7m2-hold-prod");
    assert_eq!((before.get("AutoDeploy"), after.get("AutoDeploy")), (Some("true"), Some("false")));
}

#[test]
fn a_canary_first_and_for_as_long_as_asked_for() {
    let canary = Options { canary_percent: Some(5.0), soak_seconds: 600, ..options(Target::Nlb, Link::V2) };
    let plan = whole(&article(), &canary);
    sound(&plan);
    in_order(&plan, &["k3v8q1x7m2-canary-prod", "k3v8q1x7m2-soak-prod", "k3v8q1x7m2-cut-prod", "k3v8q1x7m2-end-canary-prod"]);
    let Action::Check(Check::SameAs { for_seconds, .. }) = &step(&plan, "k3v8q1x7m2-soak-prod").action else { panic!() };
    assert_eq!(*for_seconds, 600);
    assert_eq!(states(&plan, "k3v8q1x7m2-cut-prod").1.get("/deploymentId"), Some("${k3v8q1x7m2-canary-prod}"));
}

#[test]
fn without_lockdown_nothing_is_closed() {
    let plan = whole(&article(), &Options::default());
    assert!(plan.steps.iter().all(|step| step.phase != Phase::Lockdown) && plan.step("rescan-closed").is_none());
}

#[test]
fn the_lockdown_takes_only_what_lets_the_world_in() {
    let inventory = with(|region| {
        let rules = &mut security_group(region, false).rules;
        let somebody = crate::inventory::SecurityGroupRule { peer: Peer::CidrIpv4("198.51.100.0/24".to_owned()), ..rules[0].clone() };
        rules.push(somebody);
    });
    let plan = whole(&inventory, &options(Target::Nlb, Link::V2));
    let (State::Rules(before), State::Rules(after)) = states(&plan, "close-sg-0a1b2c3d4e5f60c01") else { panic!() };
    assert!(after.is_empty() && before.len() == 1 && before[0].peer == Peer::CidrIpv4("0.0.0.0/0".to_owned()));
    assert_eq!((before[0].id.as_deref(), before[0].description.as_deref()), (None, Some("API Gateway")));
}

#[test]
fn a_second_service_instead_of_a_rollout() {
    let plan = whole(&article(), &Options { new_service: true, ..options(Target::Nlb, Link::V2) });
    let Action::Create(Create::Service { desired_count, target, .. }) = &step(&plan, "service-80").action else { panic!() };
    assert_eq!((*desired_count, target.target_group.as_str()), (2, "${targets-80}"));
}

#[test]
fn tls_keeps_every_certificate_and_no_weak_policy() {
    let plan = whole(&https(), &options(Target::Nlb, Link::V2));
    let Action::Create(Create::Listener { protocol, ssl_policy, certificate, .. }) = &step(&plan, "listener-443").action else { panic!() };
    assert_eq!((protocol.as_str(), ssl_policy.as_deref()), ("TLS", Some("ELBSecurityPolicy-TLS13-1-2-Res-2021-06")));
    assert!(certificate.as_deref().is_some_and(|arn| arn.ends_with("/one")));
    let (_, State::Names(names)) = states(&plan, "certificates-443") else { panic!() };
    assert!(names.len() == 1 && names[0].ends_with("/two"));
}

/// The article with a second listener, which leads to the same tasks.
pub(super) fn two_ports() -> Inventory {
    with(|region| {
        let mut second = listener(region).clone();
        (second.arn, second.port) = (format!("{}2", second.arn), Some(8080));
        balancer(region).listeners.items.push(second);
        both(region, |configuration| {
            let Observed::Known(integration) = &mut configuration.routes.last_mut().unwrap().integration else { return };
            integration.uri = Observed::Known("http://orders-alb-1684573902.eu-west-1.elb.amazonaws.com:8080/status".to_owned());
        });
    })
}

#[test]
fn each_port_has_its_listener_and_its_registration() {
    let plan = whole(&two_ports(), &options(Target::Nlb, Link::V2));
    sound(&plan);
    let (State::Targets(first), State::Targets(second)) = (states(&plan, "service-80").1, states(&plan, "service-8080").1) else {
        panic!()
    };
    assert_eq!((first.len(), second.len()), (2, 3));
    assert_eq!(states(&plan, "service-8080").0, &State::Targets(first.clone()));
    assert!(plan.step("scratch-2-api").is_some());
}

#[test]
fn the_new_load_balancer_is_in_every_zone_of_the_tasks() {
    let plan = whole(&article(), &options(Target::Nlb, Link::V2));
    let Action::Create(Create::LoadBalancer { subnets, .. }) = &step(&plan, "nlb").action else { panic!() };
    assert_eq!(subnets, &["subnet-0a1b2c3d4e5f60b01", "subnet-0a1b2c3d4e5f60b02"]);
    let Action::Check(Check::Healthy { zones, at_least, .. }) = &step(&plan, "healthy-80").action else { panic!() };
    assert_eq!((zones.as_slice(), *at_least), (&["eu-west-1a".to_owned(), "eu-west-1b".to_owned()][..], 2));
}

#[test]
fn the_same_plan_has_the_same_id() {
    let once = whole(&article(), &Options::default());
    assert_eq!(once, whole(&article(), &Options::default()));
    assert_ne!(once.id, whole(&article(), &Options { soak_seconds: 1, ..Options::default() }).id);
}
