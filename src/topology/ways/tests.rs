//! The ways in and around of small accounts, each the article's with something changed.

use serde_json::{Value, json};

use super::*;
use crate::inventory::{Inventory, snapshot};

const BEFORE: &str = include_str!("../../../fixtures/inventories/article-before.json");

/// The article's account with something changed.
fn account(change: impl FnOnce(&mut Value)) -> Inventory {
    let mut account: Value = serde_json::from_str(BEFORE).unwrap();
    change(&mut account["regions"][0]);
    snapshot::read(&account.to_string()).unwrap()
}

/// What is found of the ways to the article's service: for each, its name, its controls and what it lacks.
fn found(inventory: &Inventory) -> Vec<String> {
    let topology = Topology::new(inventory);
    let ways = Ways::new(&topology, SharedRanges::embedded());
    let service = &inventory.regions[0].clusters.items[0].services.items[0];
    let told = |way: &Way<'_>| {
        let words = |controls: Vec<Control>| controls.into_iter().map(Control::in_words).collect::<Vec<_>>().join(", ");
        let met = words(way.controls.iter().map(|(control, _)| control).collect());
        let lacks = words(ways.lacks(way, false).surely.into_keys().collect());
        let sure = if way.is_certain() { "" } else { "perhaps " };
        let name = topology.way_name(way);
        let name = name.split_once(", ").filter(|_| way.is_through_api()).map_or(name.clone(), |(name, _)| format!("{name})"));
        format!("{sure}{name}: meets [{met}] lacks [{lacks}]")
    };
    ways.to(&[Key::Service(&service.arn)]).into_iter().map(told).collect()
}

fn stage(region: &mut Value) -> &mut Value {
    &mut region["rest_apis"][0]["stages"][0]
}

fn routes(region: &mut Value) -> &mut Vec<Value> {
    stage(region)["deployed"]["routes"].as_array_mut().unwrap()
}

/// Every route asks for IAM authorization.
fn authorize(region: &mut Value) {
    for route in routes(region) {
        route["authorization"] = json!("AWS_IAM");
    }
}

fn listener(region: &mut Value) -> &mut Value {
    &mut region["load_balancers"][0]["listeners"][0]
}

fn forward(region: &mut Value) -> Value {
    listener(region)["default_actions"].clone()
}

const RESPOND: &str = r#"[{"type": "fixed-response", "fixed_response": "403"}]"#;

fn rule(priority: u32, conditions: &Value, actions: &Value) -> Value {
    json!({"arn": format!("rule-{priority}"), "priority": priority, "conditions": conditions, "actions": actions})
}

#[test]
fn the_load_balancer_is_a_way_around_its_api() {
    assert_eq!(
        found(&account(authorize)),
        [
            "REST API orders-api (stage prod): meets [authorization, web ACL, throttling] lacks []",
            "ALB orders-alb (HTTP:80, default action): meets [] lacks [authorization, web ACL, throttling]",
        ]
    );
}

#[test]
fn another_stage_without_the_authorizer_is_a_way_around() {
    let two_stages = account(|region| {
        authorize(region);
        let mut other = stage(region).clone();
        other["name"] = json!("test");
        other["deployed"]["routes"].as_array_mut().unwrap().iter_mut().for_each(|route| route["authorization"] = json!("NONE"));
        region["rest_apis"][0]["stages"].as_array_mut().unwrap().push(other);
    });
    assert_eq!(
        found(&two_stages),
        [
            "REST API orders-api (stage prod): meets [authorization, web ACL, throttling] lacks []",
            "REST API orders-api (stage test): meets [web ACL, throttling] lacks [authorization]",
            "ALB orders-alb (HTTP:80, default action): meets [] lacks [authorization, web ACL, throttling]",
        ]
    );
}

#[test]
fn another_path_of_another_stage_is_no_way_around() {
    let two_stages = account(|region| {
        authorize(region);
        routes(region).retain(|route| route["path"] == "/orders" && route["method"] == "GET");
        let mut other = stage(region).clone();
        other["name"] = json!("test");
        let route = &mut other["deployed"]["routes"][0];
        route["authorization"] = json!("NONE");
        route["path"] = json!("/health");
        let uri = route["integration"]["uri"].as_str().unwrap().replace("com/orders", "com/health");
        route["integration"]["uri"] = json!(uri);
        region["rest_apis"][0]["stages"].as_array_mut().unwrap().push(other);
    });
    assert_eq!(
        found(&two_stages),
        [
            "REST API orders-api (stage prod): meets [authorization, web ACL, throttling] lacks []",
            "REST API orders-api (stage test): meets [web ACL, throttling] lacks []",
            "ALB orders-alb (HTTP:80, default action): meets [] lacks [authorization, web ACL, throttling]",
        ]
    );
}

#[test]
fn the_default_endpoint_beside_a_domain_with_mutual_tls_is_a_way_around() {
    let api_id = |region: &Value| region["rest_apis"][0]["id"].clone();
    let with_domain = account(|region| {
        authorize(region);
        let id = api_id(region);
        region["domain_names"] = json!([{
            "name": "orders.example.com", "endpoint_types": ["REGIONAL"], "mutual_tls_truststore": "s3://trust/ca.pem",
            "mappings": [{"path": "", "api_id": id, "stage": "prod"}]
        }]);
    });
    assert_eq!(
        found(&with_domain),
        [
            "REST API orders-api (stage prod): meets [authorization, web ACL, throttling] lacks [mutual TLS]",
            "REST API orders-api at orders.example.com (stage prod): meets [authorization, web ACL, mutual TLS, throttling] lacks []",
            "ALB orders-alb (HTTP:80, default action): meets [] lacks [authorization, web ACL, mutual TLS, throttling]",
        ]
    );
}

#[test]
fn a_guard_on_every_forward_is_met_and_one_open_forward_is_a_way() {
    let secret = json!([{"field": "http-header", "header": "X-Origin-Verify", "withheld_values": 1}]);
    let guarded = account(|region| {
        authorize(region);
        let actions = forward(region);
        listener(region)["rules"] = json!([rule(10, &secret, &actions)]);
        listener(region)["default_actions"] = serde_json::from_str(RESPOND).unwrap();
        for route in routes(region) {
            route["integration"]["static_headers"] = json!(["X-Origin-Verify"]);
        }
    });
    assert_eq!(
        found(&guarded),
        [
            "REST API orders-api (stage prod): meets [authorization, web ACL, throttling] lacks []",
            "ALB orders-alb (HTTP:80, rule 10): meets [] lacks [authorization, web ACL, throttling]",
        ]
    );
    let half_open = account(|region| {
        authorize(region);
        let actions = forward(region);
        listener(region)["rules"] = json!([rule(10, &secret, &actions)]);
        for route in routes(region) {
            route["integration"]["static_headers"] = json!(["X-Origin-Verify"]);
        }
    });
    assert_eq!(
        found(&half_open),
        [
            "REST API orders-api (stage prod): meets [authorization, web ACL, throttling] lacks []",
            "ALB orders-alb (HTTP:80, rule 10): meets [] lacks [authorization, web ACL, throttling]",
            "ALB orders-alb (HTTP:80, default action): meets [] lacks [authorization, web ACL, throttling]",
        ]
    );
}

#[test]
fn a_rule_that_takes_everything_hides_the_default_action() {
    let hidden = account(|region| {
        let everything = json!([{"field": "path-pattern", "values": ["*"]}]);
        listener(region)["rules"] = json!([rule(1, &everything, &serde_json::from_str(RESPOND).unwrap())]);
    });
    assert_eq!(found(&hidden), Vec::<String>::new());
}

#[test]
fn unread_rules_leave_the_way_open() {
    let unread = account(|region| {
        listener(region)["rules"] = json!({"items": [], "gaps": [{"action": "elasticloadbalancing:DescribeRules", "cause": "denied"}]});
    });
    let topology = Topology::new(&unread);
    let ways = Ways::new(&topology, SharedRanges::embedded());
    assert!(!ways.all.is_empty() && ways.all.iter().all(|way| !way.is_certain()));
    assert!(ways.all.iter().all(|way| way.sources.gaps.iter().any(|gap| gap.action == "elasticloadbalancing:DescribeRules")));
}

#[test]
fn a_word_that_nobody_knows_leaves_the_ways_through_its_listener_open() {
    let with = |mode: &str, before: &str| {
        account(|region| {
            authorize(region);
            let mut actions = forward(region);
            actions.as_array_mut().unwrap().insert(0, json!({"type": before}));
            listener(region)["default_actions"] = actions;
            listener(region)["mutual_authentication"] = json!({"mode": mode});
        })
    };
    for (mode, before, named) in [
        ("off", "authenticate-oidc", None),
        ("passthrough", "jwt-validation", None),
        ("verify", "authenticate-cognito", None),
        ("attest", "authenticate-oidc", Some("attest")),
        ("off", "authenticate-passkey", Some("authenticate-passkey")),
    ] {
        let inventory = with(mode, before);
        let topology = Topology::new(&inventory);
        let ways = Ways::new(&topology, SharedRanges::embedded());
        let through: Vec<&Way<'_>> = ways.all.iter().filter(|way| way.balancers().next().is_some()).collect();
        // The API's way and the load balancer's own.
        assert_eq!(through.len(), 2, "{mode} {before}");
        for way in through {
            assert_eq!(way.is_certain(), named.is_none(), "{mode} {before}");
            let told = |word: &str| way.sources.gaps.iter().any(|gap| gap.detail.as_ref().is_some_and(|why| why.contains(word)));
            assert!(named.is_none_or(told), "{mode} {before}: {:?}", way.sources.gaps);
        }
    }
}

#[test]
fn a_share_of_weight_zero_is_no_way() {
    let idle = account(|region| {
        let arn = forward(region)[0]["target_groups"][0]["arn"].clone();
        let other = json!("arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/other/0123456789abcdef");
        listener(region)["default_actions"] =
            json!([{"type": "forward", "target_groups": [{"arn": arn, "weight": 0}, {"arn": other, "weight": 1}]}]);
    });
    assert_eq!(found(&idle), Vec::<String>::new());
}

/// F9: a peer never reads which load balancers a service stands behind, nor its groups.
#[test]
fn f9_a_second_load_balancer_is_found_by_the_service_alone() {
    let second = account(|region| {
        authorize(region);
        let group = json!("arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/second/0123456789abcdef");
        let mut balancer = region["load_balancers"][0].clone();
        balancer["arn"] = json!("arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/second/0123456789abcdef");
        (balancer["name"], balancer["dns_name"]) = (json!("second"), json!("second-1.eu-west-1.elb.amazonaws.com"));
        balancer["listeners"][0]["arn"] =
            json!("arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/second/0123456789abcdef/1");
        balancer["listeners"][0]["default_actions"][0]["target_groups"][0]["arn"] = group.clone();
        let mut targets = region["target_groups"][0].clone();
        (targets["arn"], targets["name"], targets["targets"]) = (group.clone(), json!("second"), json!([]));
        targets["load_balancer_arns"] = json!([balancer["arn"]]);
        region["load_balancers"].as_array_mut().unwrap().push(balancer);
        region["target_groups"].as_array_mut().unwrap().push(targets);
        let mut entry = region["clusters"][0]["services"][0]["load_balancers"][0].clone();
        entry["target_group_arn"] = group;
        region["clusters"][0]["services"][0]["load_balancers"].as_array_mut().unwrap().push(entry);
    });
    assert_eq!(
        found(&second).last().map(String::as_str),
        Some("ALB second (HTTP:80, default action): meets [] lacks [authorization, web ACL, throttling]")
    );
}

#[test]
fn an_api_reaches_tasks_by_cloud_map_without_a_load_balancer() {
    let mapped = account(|region| {
        let service = "arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-1";
        region["cloud_map_services"] = json!([{"arn": service, "name": "orders"}]);
        region["vpc_links_v2"] = json!([{"id": "link1", "name": "orders", "status": "AVAILABLE"}]);
        region["clusters"][0]["services"][0]["service_registries"] = json!([service]);
        region["http_apis"] = json!([{
            "id": "http1", "name": "mapped", "protocol": "HTTP", "stages": [{
                "name": "$default", "deployment_id": "d", "auto_deploy": true,
                "deployed": {"routes": [{"path": "/orders", "method": "GET", "authorization": "JWT", "integration": {
                    "type": "HTTP_PROXY", "connection_type": "VPC_LINK", "connection_id": "link1", "target": null, "uri": service}}]}
            }]
        }]);
    });
    let ways = found(&mapped);
    assert!(ways.contains(&"HTTP API mapped (stage $default): meets [authorization, throttling] lacks [web ACL]".to_owned()), "{ways:?}");
}

#[test]
fn more_ways_than_are_compared_are_told_and_never_dropped() {
    let crowded = account(|region| {
        let stage = stage(region).clone();
        let stages = (0..=MOST_WAYS).map(|number| {
            let mut stage = stage.clone();
            stage["name"] = json!(format!("stage{number}"));
            stage
        });
        region["rest_apis"][0]["stages"] = json!(stages.collect::<Vec<_>>());
    });
    let topology = Topology::new(&crowded);
    let ways = Ways::new(&topology, SharedRanges::embedded());
    let service = &crowded.regions[0].clusters.items[0].services.items[0];
    let (most, gap) = ways.most_to(&[Key::Service(&service.arn)]);
    assert!(ways.to(&[Key::Service(&service.arn)]).len() > most.len());
    assert!(gap.is_some_and(|gap| gap.detail.is_some_and(|why| why.contains("more than 200 ways"))));
    // The way around is among those that are told, however many ways lead through APIs.
    assert!(most.iter().any(|way| !way.is_through_api()));
    let through = most.iter().find(|way| way.is_through_api()).unwrap();
    assert!(ways.lacks(through, false).perhaps.contains_key(&Control::MutualTls));
}

#[test]
fn which_host_a_private_integration_names_is_only_known_where_it_says_so() {
    let by_host = |host: Value| {
        account(|region| {
            let actions = forward(region);
            let asks = json!([{"field": "host-header", "values": ["orders.example.com"]}]);
            listener(region)["rules"] = json!([rule(1, &asks, &actions)]);
            listener(region)["default_actions"] = serde_json::from_str(RESPOND).unwrap();
            region["vpc_links_v2"] = json!([{"id": "l", "name": "l", "status": "AVAILABLE"}]);
            let mut integration = json!({"type": "HTTP_PROXY", "connection_type": "VPC_LINK", "connection_id": "l", "http_method": "ANY"});
            integration["uri"] = listener(region)["arn"].clone();
            integration["host_override"] = host;
            let route = json!({"path": "/orders", "method": "GET", "authorization": "AWS_IAM", "api_key_required": false, "integration": integration});
            region["rest_apis"] = json!([]);
            let stage = json!({"name": "$default", "deployed": {"routes": [route]}, "canary_deployed": null});
            region["http_apis"] = json!([{"id": "h", "name": "h", "protocol": "HTTP", "stages": [stage]}]);
        })
    };
    let balancer = |lacks: &str| format!("ALB orders-alb (HTTP:80, rule 1): meets [] lacks [{lacks}]");
    let api = |sure: &str| format!("{sure}HTTP API h (stage $default): meets [authorization, throttling] lacks []");
    assert_eq!(found(&by_host(json!("orders.example.com"))), [api(""), balancer("authorization, throttling")]);
    assert_eq!(found(&by_host(Value::Null)), [api("perhaps "), balancer("")]);
    assert_eq!(found(&by_host(json!("$request.header.tenant"))), [api("perhaps "), balancer("")]);
    assert_eq!(found(&by_host(json!("other.example.com"))), [balancer("")]);
}

#[test]
fn a_canary_without_a_share_of_the_traffic_is_no_way() {
    let with_canary = |share: f64| {
        account(|region| {
            authorize(region);
            let mut canary = stage(region)["deployed"].clone();
            canary["routes"].as_array_mut().unwrap().iter_mut().for_each(|route| route["authorization"] = json!("NONE"));
            stage(region)["canary"] = json!({"deployment_id": "d", "percent_traffic": share});
            stage(region)["canary_deployed"] = canary;
        })
    };
    assert_eq!(found(&with_canary(0.0)), found(&account(authorize)));
    assert_eq!(found(&with_canary(5.0)).len(), found(&account(authorize)).len() + 1);
}
