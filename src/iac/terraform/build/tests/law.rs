//! The law: knowing less of the code may turn any verdict into unknown, and never one into another.

use std::collections::BTreeMap;

use super::{inventory, programs, with_uncounted, without};
use crate::assessment::Outcome;
use crate::iac::code::Code;
use crate::iac::value::{Node, Value};
use crate::rules::{Rule, RulePack, assess, embedded, facts};

type Verdicts = BTreeMap<(String, String), &'static str>;

fn verdicts(code: &Code, rules: &[&Rule]) -> Verdicts {
    let inventory = inventory(code);
    let key = |outcome: &Outcome| (outcome.rule.id.clone(), outcome.subject.id.clone());
    assess(&inventory, rules, "test").outcomes.iter().map(|outcome| (key(outcome), outcome.verdict.as_str())).collect()
}

/// The paths of everything within a body.
fn paths(node: &Node, at: &[String], found: &mut Vec<Vec<String>>) {
    let mut add = |step: String, item: &Node| {
        let path = [at, &[step]].concat();
        found.push(path.clone());
        paths(item, &path, found);
    };
    match &node.value {
        Value::Map(map) => map.iter().for_each(|(key, item)| add(key.clone(), item)),
        Value::List(items) => items.iter().enumerate().for_each(|(number, item)| add(number.to_string(), item)),
        _ => {}
    }
}

/// What is not in a body and may be set all the same.
const UNSET: [(&str, &str); 35] = [
    ("aws_lb", "ip_address_type"),
    ("aws_lb", "subnet_mapping"),
    ("aws_lb", "enforce_security_group_inbound_rules_on_private_link_traffic"),
    ("aws_lb_listener", "ssl_policy"),
    ("aws_lb_listener", "mutual_authentication"),
    ("aws_security_group", "ingress"),
    ("aws_security_group", "egress"),
    ("aws_subnet", "map_public_ip_on_launch"),
    ("aws_subnet", "assign_ipv6_address_on_creation"),
    ("aws_flow_log", "subnet_id"),
    ("aws_ecs_service", "capacity_provider_strategy"),
    ("aws_ecs_service", "service_registries"),
    ("aws_ecs_service", "platform_version"),
    ("aws_ecs_service", "enable_execute_command"),
    ("aws_ecs_cluster", "setting"),
    ("aws_ecs_cluster", "configuration"),
    ("aws_ecs_task_definition", "pid_mode"),
    ("aws_ecs_task_definition", "runtime_platform"),
    ("aws_ecs_task_definition", "volume"),
    ("aws_ecs_task_definition", "task_role_arn"),
    ("aws_api_gateway_rest_api", "policy"),
    ("aws_api_gateway_rest_api", "body"),
    ("aws_api_gateway_rest_api", "disable_execute_api_endpoint"),
    ("aws_api_gateway_rest_api", "security_policy"),
    ("aws_api_gateway_integration", "connection_type"),
    ("aws_api_gateway_integration", "tls_config"),
    ("aws_api_gateway_stage", "canary_settings"),
    ("aws_api_gateway_stage", "client_certificate_id"),
    ("aws_api_gateway_domain_name", "mutual_tls_authentication"),
    ("aws_api_gateway_domain_name", "security_policy"),
    ("aws_apigatewayv2_api", "cors_configuration"),
    ("aws_apigatewayv2_api", "target"),
    ("aws_apigatewayv2_api", "body"),
    ("aws_apigatewayv2_route", "authorization_type"),
    ("aws_apigatewayv2_integration", "tls_config"),
];

fn broken(name: &str, whole: &Verdicts, part: &Verdicts) -> Vec<String> {
    let mut broken = Vec::new();
    for ((rule, subject), verdict) in whole {
        match part.get(&(rule.clone(), subject.clone())) {
            Some(now) if now == verdict || *now == "unknown" => {}
            Some(now) => broken.push(format!("{name}: {rule} of {subject} went from {verdict} to {now}")),
            None => {
                let told = part.iter().any(|((other, _), now)| other == rule && *now == "unknown");
                // A domain name is its own id: one that is not known goes by the address of its code.
                let renamed = |(id, now): (&(String, String), &&str)| id.0 == *rule && now == verdict && !whole.contains_key(id);
                if !told && !part.iter().any(renamed) {
                    broken.push(format!("{name}: {rule} of {subject} was {verdict}, and now nothing is said"));
                }
            }
        }
    }
    broken
}

fn pack() -> RulePack {
    RulePack::load(embedded().into_iter(), &facts::registry()).unwrap()
}

#[test]
fn hiding_any_attribute_never_turns_one_verdict_into_another() {
    let pack = pack();
    let rules: Vec<&Rule> = pack.rules().iter().collect();
    let (mut ways, mut wrong) = (0, Vec::new());
    for (name, code) in programs::all() {
        let whole = verdicts(&code, &rules);
        for declaration in &code.declarations {
            let mut all = Vec::new();
            paths(&declaration.body, &[], &mut all);
            let unset = UNSET.iter().filter(|(kind, _)| *kind == declaration.kind);
            all.extend(unset.map(|(_, attribute)| vec![(*attribute).to_owned()]).collect::<Vec<_>>());
            for path in all {
                let steps: Vec<&str> = path.iter().map(String::as_str).collect();
                let less = without(code.clone(), &declaration.address, &steps);
                let name = format!("{name} without {} of {}", path.join("."), declaration.address);
                wrong.extend(broken(&name, &whole, &verdicts(&less, &rules)));
                ways += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
    assert!(ways > 300, "only {ways} ways to know less");
}

#[test]
fn resources_that_nobody_can_count_never_turn_one_verdict_into_another() {
    let pack = pack();
    let rules: Vec<&Rule> = pack.rules().iter().collect();
    let mut wrong = Vec::new();
    for (name, code) in programs::all() {
        let whole = verdicts(&code, &rules);
        for number in 0..code.declarations.len() {
            let mut less = code.clone();
            let taken = less.declarations.remove(number);
            let name = format!("{name} with {} perhaps", taken.address);
            for perhaps in [taken.address.as_str(), "module.more"] {
                let part = verdicts(&with_uncounted(less.clone(), perhaps), &rules);
                wrong.extend(broken(&format!("{name}, by {perhaps}"), &whole, &part));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
}

/// The programs are worth hiding things of: they get each verdict that code can get.
#[test]
fn the_programs_fail_and_pass() {
    let pack = pack();
    let rules: Vec<&Rule> = pack.rules().iter().collect();
    let mut seen: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for (name, code) in programs::all() {
        for verdict in verdicts(&code, &rules).into_values() {
            *seen.entry(name).or_default().entry(verdict).or_default() += 1;
        }
    }
    for (name, verdicts) in &seen {
        assert!(verdicts.contains_key("fail") && verdicts.contains_key("pass"), "{name}: {verdicts:?}");
    }
    let failing = |name: &str| -> Vec<String> {
        let code = programs::all().into_iter().find(|(known, _)| *known == name).unwrap().1;
        verdicts(&code, &rules).into_iter().filter(|(_, verdict)| *verdict == "fail").map(|((rule, _), _)| rule).collect()
    };
    assert!(failing("public").contains(&"public-alb-behind-api".to_owned()), "{:?}", failing("public"));
    let code = programs::all().into_iter().find(|(known, _)| *known == "public").unwrap().1;
    let dual = without(code, "aws_vpc.main", &["ipv6_cidr_block"]);
    let unsure = verdicts(&dual, &rules).into_iter().filter(|((rule, _), verdict)| rule == "public-alb-behind-api" && *verdict == "fail");
    assert_eq!(unsure.count(), 1, "a block that is not known keeps nobody out");
    assert!(!failing("private").contains(&"public-alb-behind-api".to_owned()));
}
