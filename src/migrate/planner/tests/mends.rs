//! What was wrong once, or easily could be.

use super::plans::two_ports;
use super::*;
use crate::inventory::{Listed, Peer};
use crate::migrate::plan::Check;
use crate::migrate::planner::relies::stale;
use crate::migrate::planner::{Code, Link, Target};
use crate::migrate::thing::Create;

fn nlb() -> Options {
    Options { target: Target::Nlb, ..Options::default() }
}

fn codes(inventory: &Inventory, options: &Options) -> Vec<Code> {
    let mut codes: Vec<Code> = refused(inventory, options).iter().map(|refusal| refusal.code).collect();
    // What a load balancer is refused for is said of its APIs, too.
    codes.sort();
    codes.dedup();
    codes
}

#[test]
fn no_rule_is_made_twice_for_two_ports_of_the_same_tasks() {
    for link in [Link::V1, Link::V2] {
        let plan = whole(&two_ports(), &Options { link, ..nlb() });
        let mut rules = Vec::new();
        for step in &plan.steps {
            if let Action::Create(Create::GroupRules { group, rules: more }) = &step.action {
                rules.extend(more.iter().map(|rule| (group, rule)));
            }
        }
        let mut once = rules.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), rules.len());
    }
}

#[test]
fn a_probe_ends_before_the_next_one_begins() {
    for (interval, timeout, wanted) in [(30, 5, 10), (30, 20, 30), (5, 2, 5), (300, 120, 300)] {
        let inventory = with(|region| {
            let check = &mut group(region).health_check;
            (check.interval_seconds, check.timeout_seconds) = (Some(interval), Some(timeout));
        });
        let plan = whole(&inventory, &nlb());
        let Action::Create(Create::TargetGroup { health_check, .. }) = &step(&plan, "targets-80").action else { panic!() };
        assert_eq!(health_check.interval_seconds, Some(wanted));
    }
}

/// An HTTP API whose routes share one integration.
fn shared_integration() -> Inventory {
    let mut inventory = http();
    both(&mut inventory.regions[0], |configuration| {
        for route in &mut configuration.routes {
            if let Observed::Known(integration) = &mut route.integration {
                integration.uri = Observed::Known("http://orders-alb-1684573902.eu-west-1.elb.amazonaws.com/orders".to_owned());
                integration.id = integration.id.as_ref().map(|_| "one".to_owned());
            }
        }
        // The first route that is met takes no GET.
        configuration.routes.sort_by(|a, b| b.method.cmp(&a.method));
    });
    inventory
}

#[test]
fn routes_that_share_an_integration_move_together() {
    let plan = whole(&shared_integration(), &Options { lockdown: true, ..nlb() });
    let Action::Check(Check::Rescan { gone, .. }) = &step(&plan, "rescan").action else { panic!() };
    assert_eq!(gone.iter().filter(|key| key.rule == "integration-not-private").count(), 5);
    let one = whole(&shared_integration(), &Options { routes: vec!["GET /status".to_owned()], lockdown: true, ..nlb() });
    assert!(one.warnings.iter().any(|warning| warning.contains("POST /orders moves, too")), "{:#?}", one.warnings);
}

#[test]
fn the_finding_of_a_route_without_a_verb_is_gone_with_the_cut() {
    let mut inventory = http();
    both(&mut inventory.regions[0], |configuration| {
        configuration.routes.truncate(1);
        configuration.routes[0].path = "$default".to_owned();
        configuration.routes[0].method = String::new();
        let Observed::Known(integration) = &mut configuration.routes[0].integration else { return };
        integration.path_override = Some("$request.path".to_owned());
    });
    let plan = whole(&inventory, &nlb());
    let Action::Check(Check::Rescan { gone, .. }) = &step(&plan, "rescan").action else { panic!() };
    assert!(gone.iter().any(|key| key.subject.ends_with("/stages/prod#$default")), "{gone:?}");
}

#[test]
fn one_api_without_a_safe_probe_does_not_stop_another() {
    let inventory = with(|region| {
        let mut other = api(region).clone();
        (other.id, other.name) = ("zzzzzzzzzz".to_owned(), "writes-only".to_owned());
        region.rest_apis.items.insert(0, other);
        both(region, |configuration| configuration.routes.retain(|route| route.method == "POST"));
    });
    let planned = planned(&inventory, &nlb());
    assert!(planned.refusals.iter().any(|refusal| refusal.code == Code::NoSafeProbe && refusal.subject.contains("writes-only")));
    assert_eq!(planned.plan.unwrap().locks.len(), 1);
}

#[test]
fn no_zone_of_the_tasks_is_left_out() {
    let full = with(|region| {
        let private_a = region.subnets.items.iter_mut().find(|subnet| subnet.id.ends_with("b01")).unwrap();
        private_a.available_ip_count = Some(3);
    });
    assert!(codes(&full, &nlb()).contains(&Code::NoSubnets));
    let one_zone = Options { subnets: vec!["subnet-0a1b2c3d4e5f60b01".to_owned()], ..nlb() };
    assert!(codes(&article(), &one_zone).contains(&Code::NoSubnets));
    // The load balancer itself is in both, wherever the way to it begins.
    assert_eq!(codes(&article(), &Options { target: Target::Alb, ..one_zone }), []);
}

#[test]
fn the_group_that_gets_rules_must_be_known_and_free() {
    let managed =
        |of_tasks: bool| with(|region| _ = security_group(region, of_tasks).tags.insert("terraform".to_owned(), "true".to_owned()));
    assert_eq!(codes(&managed(true), &nlb()), [Code::ManagedByCode]);
    assert_eq!(codes(&managed(true), &Options { target: Target::Alb, ..Options::default() }), []);
    assert_eq!(codes(&managed(false), &Options { target: Target::Alb, ..Options::default() }), [Code::ManagedByCode]);
    assert_eq!(codes(&managed(false), &nlb()), []);
    assert_eq!(codes(&managed(false), &Options { lockdown: true, ..nlb() }), [Code::ManagedByCode]);
    let unread = with(|region| region.security_groups = Listed::unknown(denied()));
    assert!(codes(&unread, &Options { target: Target::Alb, ..Options::default() }).contains(&Code::Unread));
}

#[test]
fn certificates_of_clients_are_not_lost() {
    let mut inventory = https();
    mutual(&mut inventory.regions[0], "passthrough");
    assert_eq!(codes(&inventory, &nlb()), [Code::MutualTls]);
    assert_eq!(codes(&inventory, &Options { target: Target::NlbAlb, ..Options::default() }), []);
}

#[test]
fn certificates_that_were_not_read_are_not_left_out() {
    let mut inventory = https();
    listener(&mut inventory.regions[0]).extra_certificates = Listed::unknown(denied());
    assert_eq!(codes(&inventory, &nlb()), [Code::Unread]);
}

#[test]
fn targets_by_ipv6_are_no_case_for_a_new_group_of_ipv4() {
    assert_eq!(codes(&with(|region| group(region).ip_address_type = Some("ipv6".to_owned())), &nlb()), [Code::TargetType]);
}

#[test]
fn new_tasks_of_a_second_service_drift_no_less() {
    let latest = with(|region| region.task_definitions.items[0].containers[0].image = Some("orders:latest".to_owned()));
    assert_eq!(codes(&latest, &Options { new_service: true, ..nlb() }), [Code::ImageDrift]);
    assert_eq!(codes(&latest, &Options { accept_image_drift: true, ..nlb() }), []);
    assert_eq!(codes(&with(|region| region.task_definitions = Listed::unknown(denied())), &nlb()), [Code::Unread]);
}

#[test]
fn a_service_whose_tasks_are_not_healthy_is_not_rolled_out() {
    let ill = with(|region| {
        let Observed::Known(targets) = &mut group(region).targets else { return };
        targets[0].state = "unhealthy".to_owned();
    });
    assert_eq!(codes(&ill, &nlb()), [Code::ServiceNotSteady]);
}

#[test]
fn nothing_is_closed_while_somebody_unseen_may_use_it() {
    let closing = Options { lockdown: true, ..nlb() };
    let interfaces = with(|region| region.network_interfaces = Listed::unknown(denied()));
    assert!(codes(&interfaces, &closing).contains(&Code::Unread));
    assert_eq!(codes(&interfaces, &nlb()), []);
    let routes = with(|region| region.http_apis = Listed::unknown(denied()));
    assert!(codes(&routes, &closing).contains(&Code::Unread));
    assert_eq!(codes(&routes, &nlb()), []);
}

#[test]
fn a_draft_that_leads_a_private_integration_elsewhere_is_a_difference() {
    let inventory = with(|region| {
        let private = |configuration: &mut Configuration, target: &str| {
            let Observed::Known(integration) = &mut configuration.routes[2].integration else { return };
            integration.connection_type = Some("VPC_LINK".to_owned());
            integration.connection_id = Observed::Known("link".to_owned());
            integration.target = Observed::Known(target.to_owned());
        };
        let api = api(region);
        let (Observed::Known(copy), Observed::Known(served)) = (&mut api.working_copy, &mut api.stages.items[0].deployed) else { return };
        private(copy, "arn:new");
        private(served, "arn:old");
    });
    assert!(codes(&inventory, &nlb()).contains(&Code::DraftDiffers));
}

#[test]
fn a_stage_that_was_not_listed_may_deploy_by_itself() {
    let mut inventory = http();
    api(&mut inventory.regions[0]).stages.gaps.push(denied());
    assert!(codes(&inventory, &nlb()).contains(&Code::DeployedUnread));
}

#[test]
fn what_the_plan_makes_is_scanned_with_the_rest() {
    let plan = whole(&article(), &nlb());
    let Action::Check(Check::Rescan { touched, .. }) = &step(&plan, "rescan").action else { panic!() };
    for wanted in ["${nlb}", "${targets-80}", "${listener-80}", "arn:aws:apigateway:eu-west-1::/vpclinks/${link}"] {
        assert!(touched.iter().any(|id| id == wanted), "{wanted}: {touched:#?}");
    }
}

#[test]
fn a_plan_is_stale_once_the_tasks_group_has_changed() {
    let mut inventory = article();
    let plan = whole(&inventory, &nlb());
    assert_eq!(stale(&inventory.regions[0], &plan.relies_on), Vec::<String>::new());
    security_group(&mut inventory.regions[0], true).rules[0].peer = Peer::CidrIpv4("10.0.0.0/8".to_owned());
    assert_eq!(stale(&inventory.regions[0], &plan.relies_on), ["security group sg-0a1b2c3d4e5f60c02"]);
}

#[test]
fn what_no_network_load_balancer_does_is_told() {
    let inventory = with(|region| {
        let Observed::Known(attributes) = &mut balancer(region).attributes else { return };
        attributes.insert("routing.http.desync_mitigation_mode".to_owned(), "strictest".to_owned());
    });
    assert!(whole(&inventory, &nlb()).warnings.iter().any(|warning| warning.contains("strictest")));
}
