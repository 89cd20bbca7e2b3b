//! What scans of whole accounts find, through the real binary and over HTTP.
#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test stops where something is wrong")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::emulator::{AFTER, BEFORE, EMPTY, EVERYTHING, Shared};
use common::text_of;
use common::verdicts::{findings, unknowns, verdicts};
use serde_json::{Value, json};

const REPORT: [&str; 3] = ["--format", "json", "--all-verdicts"];

fn pairs(list: &[(&str, &str)]) -> BTreeSet<(String, String)> {
    list.iter().map(|(rule, name)| ((*rule).to_owned(), (*name).to_owned())).collect()
}

/// The same without the ids that the emulator draws.
fn without_ids(found: &BTreeSet<(String, String)>) -> BTreeSet<(String, String)> {
    let network = regex::Regex::new(r"\b(sg|acl|vpc)-[0-9a-f]{8,}").unwrap();
    let link = regex::Regex::new(r"\([a-z0-9]{10}\)$").unwrap();
    let plain = |name: &str| link.replace(&network.replace(name, "$1-…"), "(…)").into_owned();
    found.iter().map(|(rule, name)| (rule.clone(), plain(name))).collect()
}

#[test]
fn the_article_before() {
    let report = Shared::get().scan(BEFORE).args(REPORT).run().ends(1).json();
    let (every, orders) = ("ANY /{proxy+} of orders-api (stage prod)", "GET /orders of orders-api (stage prod)");
    let expected = [
        ("api-without-access-logs", "stage prod of orders-api"),
        ("api-without-waf", "stage prod of orders-api"),
        ("backend-bypasses-api", "target group orders"),
        ("cluster-without-container-insights", "ECS cluster shop"),
        ("container-runs-as-root", "task definition orders:1"),
        ("container-with-writable-root", "task definition orders:1"),
        ("container-without-logs", "task definition orders:1"),
        ("default-security-group-with-rules", "security group sg-… (default)"),
        ("http-listener-forwards", "listener HTTP:80 of orders-alb"),
        ("integration-not-private", every),
        ("integration-not-private", orders),
        ("invalid-headers-forwarded", "load balancer orders-alb"),
        ("load-balancer-open-to-internet", "load balancer orders-alb"),
        ("load-balancer-without-access-logs", "load balancer orders-alb"),
        ("load-balancer-without-deletion-protection", "load balancer orders-alb"),
        ("load-balancer-without-waf", "load balancer orders-alb"),
        ("network-acl-open-to-world", "network ACL acl-…"),
        ("plaintext-backend", every),
        ("plaintext-backend", orders),
        ("public-alb-behind-api", "load balancer orders-alb"),
        ("security-group-egress-open", "security group sg-… (orders-alb)"),
        ("security-group-egress-open", "security group sg-… (orders-tasks)"),
        ("stage-without-client-certificate", "stage prod of orders-api"),
        ("stage-without-execution-logs", "stage prod of orders-api"),
        ("stage-without-throttling", "stage prod of orders-api"),
        ("stage-without-tracing", "stage prod of orders-api"),
        ("unauthenticated-route", every),
        ("unauthenticated-route", orders),
        ("unencrypted-health-check", "target group orders"),
        ("unencrypted-target-group", "target group orders"),
        ("vpc-without-flow-logs", "VPC vpc-…"),
        ("weak-default-endpoint-tls", "REST API orders-api"),
    ];
    assert_eq!(without_ids(&findings(&report)), pairs(&expected));
    assert_eq!(unknowns(&report), pairs(&[]));
    assert_eq!(report["complete"], true);
    assert_eq!(report["worst"], "critical");
    assert_eq!(report["account"]["id"], "123456789012");

    let all = report["findings"].as_array().unwrap();
    let open = all.iter().find(|finding| finding["rule"] == "public-alb-behind-api").unwrap();
    let message = open["message"].as_str().unwrap();
    for word in ["orders-alb", "orders-api", "HTTP:80", "tcp 80 from 0.0.0.0/0"] {
        assert!(message.contains(word), "{message} does not name {word}");
    }
    let ways: Vec<Vec<&str>> = open["paths"].as_array().unwrap().iter().map(kinds).collect();
    let around = ["internet", "network", "load-balancer", "listener", "target-group", "service"];
    let through = ["internet", "stage", "route", "load-balancer", "listener", "target-group", "service"];
    assert_eq!(ways, [around.to_vec(), through.to_vec()]);
}

/// The kinds of the hops of a path.
fn kinds(path: &Value) -> Vec<&str> {
    path.as_array().unwrap().iter().map(|hop| hop["kind"].as_str().unwrap()).collect()
}

/// The scenario makes the path private. It adds no authorizer, no web ACL, no logs and no TLS, and the report says so.
#[test]
fn the_article_after() {
    let aws = Shared::get();
    let report = aws.scan(AFTER).args(REPORT).run().ends(1).json();
    let (every, orders) = ("ANY /{proxy+} of orders-api (stage prod)", "GET /orders of orders-api (stage prod)");
    let expected = [
        ("api-without-access-logs", "stage prod of orders-api"),
        ("api-without-waf", "stage prod of orders-api"),
        ("cluster-without-container-insights", "ECS cluster shop"),
        ("container-runs-as-root", "task definition orders:1"),
        ("container-with-writable-root", "task definition orders:1"),
        ("container-without-logs", "task definition orders:1"),
        ("default-security-group-with-rules", "security group sg-… (default)"),
        ("load-balancer-without-deletion-protection", "load balancer orders-nlb"),
        ("legacy-vpc-link", "VPC link V1 orders (…)"),
        ("network-acl-open-to-world", "network ACL acl-…"),
        ("nlb-listener-without-tls", "listener TCP:80 of orders-nlb"),
        ("plaintext-backend", every),
        ("plaintext-backend", orders),
        ("security-group-egress-open", "security group sg-… (orders-nlb)"),
        ("security-group-egress-open", "security group sg-… (orders-tasks)"),
        ("stage-without-client-certificate", "stage prod of orders-api"),
        ("stage-without-execution-logs", "stage prod of orders-api"),
        ("stage-without-throttling", "stage prod of orders-api"),
        ("stage-without-tracing", "stage prod of orders-api"),
        ("unauthenticated-route", every),
        ("unauthenticated-route", orders),
        ("unencrypted-health-check", "target group orders"),
        ("unencrypted-target-group", "target group orders"),
        ("vpc-without-flow-logs", "VPC vpc-…"),
        ("weak-default-endpoint-tls", "REST API orders-api"),
    ];
    assert_eq!(without_ids(&findings(&report)), pairs(&expected));
    assert_eq!(unknowns(&report), pairs(&[]));
    assert_eq!(report["worst"], "medium");
    aws.scan(AFTER).args(["--fail-on", "high"]).run().ends(0);
}

/// What each route of `everything` must be told. A subject is API, stage and route; the ids come from the scenario.
const ROUTES: [(&str, &str, &str, &str, &str); 38] = [
    // Each way to write the same public load balancer is an internet integration that resolves.
    ("unresolved-backend", "forms_api", "prod", "GET /plain", "pass"),
    ("unresolved-backend", "forms_api", "prod", "GET /dualstack", "pass"),
    ("unresolved-backend", "forms_api", "prod", "GET /upper", "pass"),
    ("unresolved-backend", "forms_api", "prod", "GET /dot", "pass"),
    ("unresolved-backend", "forms_api", "prod", "GET /port", "pass"),
    ("unresolved-backend", "forms_api", "prod", "GET /items/{id}", "pass"),
    ("unresolved-backend", "forms_api", "prod", "GET /third-party", "fail"),
    ("unresolved-backend", "forms_api", "prod", "GET /unset", "fail"),
    ("unresolved-backend", "http_api", "$default", "GET /map", "pass"),
    ("integration-not-private", "forms_api", "prod", "GET /dot", "fail"),
    ("integration-not-private", "forms_api", "prod", "GET /mock", "not-applicable"),
    ("integration-not-private", "forms_api", "prod", "POST /lambda", "not-applicable"),
    ("integration-not-private", "links_api", "prod", "GET /v1", "pass"),
    ("integration-not-private", "links_api", "prod", "GET /v2", "pass"),
    // What is deployed counts, not what was drafted since.
    ("integration-not-private", "draft_api", "prod", "GET /orders", "fail"),
    ("integration-not-private", "http_manual_api", "v1", "ANY /{proxy+}", "fail"),
    ("integration-not-private", "http_api", "$default", "ANY /{proxy+}", "pass"),
    ("integration-not-private", "http_api", "$default", "GET /public", "fail"),
    ("plaintext-backend", "forms_api", "prod", "GET /plain", "fail"),
    ("plaintext-backend", "forms_api", "prod", "GET /port", "pass"),
    ("plaintext-backend", "http_api", "$default", "ANY /{proxy+}", "pass"),
    ("plaintext-backend", "http_api", "$default", "GET /plain", "fail"),
    ("plaintext-backend", "links_api", "prod", "GET /v2", "pass"),
    ("unverified-backend-tls", "forms_api", "prod", "GET /insecure", "fail"),
    ("unverified-backend-tls", "forms_api", "prod", "GET /host", "pass"),
    // The stages of one configuration lead to different places.
    ("dangling-vpc-link", "stages_api", "dev", "GET /linked", "fail"),
    ("dangling-vpc-link", "stages_api", "prod", "GET /linked", "pass"),
    ("dangling-vpc-link", "links_api", "prod", "GET /dangling", "fail"),
    ("dangling-vpc-link", "links_api", "prod", "GET /failed", "pass"),
    ("unauthenticated-route", "guarded_api", "prod", "GET /cognito", "pass"),
    ("unauthenticated-route", "guarded_api", "prod", "GET /custom", "pass"),
    ("unauthenticated-route", "guarded_api", "prod", "GET /iam", "pass"),
    // Its default endpoint is off, and its one name asks for a client certificate, whatever the route asks.
    ("unauthenticated-route", "guarded_api", "prod", "GET /key", "pass"),
    ("unauthenticated-route", "guarded_api", "prod", "POST /validated", "pass"),
    ("unauthenticated-route", "forms_api", "prod", "GET /plain", "fail"),
    ("unauthenticated-route", "private_api", "prod", "GET /", "not-applicable"),
    ("unauthenticated-route", "http_api", "$default", "ANY /{proxy+}", "pass"),
    ("unauthenticated-route", "http_api", "$default", "GET /plain", "pass"),
];

/// What else must pass, or is not spoken of: a rule, where the ids of `everything` hold the ARN, and the verdict.
const RESOURCES: [(&str, &str, &str); 17] = [
    ("public-alb-behind-api", "/web/arn", "fail"),
    ("public-alb-behind-api", "/by_group/office/arn", "pass"),
    ("public-alb-behind-api", "/inner/arn", "pass"),
    ("public-alb-behind-api", "/edge/arn", "not-applicable"),
    ("http-listener-forwards", "/web/listeners/redirect", "pass"),
    ("http-listener-forwards", "/web/listeners/secure", "not-applicable"),
    ("http-listener-forwards", "/inner/listeners/plain", "not-applicable"),
    ("http-listener-forwards", "/by_group/halves/listener", "pass"),
    ("weak-listener-tls", "/inner/listeners/secure", "pass"),
    ("weak-listener-tls", "/inner/listeners/plain", "not-applicable"),
    ("no-healthy-target", "/web/target_groups/web", "pass"),
    ("no-healthy-target", "/web/target_groups/web-next", "pass"),
    ("no-healthy-target", "/inner/target_group", "pass"),
    ("no-healthy-target", "/chain/target_group", "pass"),
    ("unhealthy-targets", "/web/target_groups/empty", "pass"),
    ("task-with-public-ip", "/exposed/service", "fail"),
    ("unhealthy-targets", "/web/target_groups/sick", "fail"),
];

#[test]
fn everything_is_told_apart() {
    let aws = Shared::get();
    let report = aws.scan(EVERYTHING).args(REPORT).run().ends(1).json();
    let ids = aws.ids();
    let text = |pointer: &str| ids.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no {pointer} in {ids}"));
    let told = verdicts(&report);
    let mut wrong = Vec::new();
    let mut check = |rule: &str, subject: String, expected: &str| match told.get(&(rule.to_owned(), subject.clone())) {
        Some((verdict, false)) if verdict == expected => {}
        other => wrong.push(format!("{rule} on {subject}: {other:?}, not {expected}")),
    };
    for (rule, api, stage, route, expected) in ROUTES {
        let kind = if api.starts_with("http") { "apis" } else { "restapis" };
        let id = text(&format!("/{api}/id"));
        check(rule, format!("arn:aws:apigateway:us-east-1::/{kind}/{id}/stages/{stage}#{route}"), expected);
    }
    for (rule, pointer, expected) in RESOURCES {
        check(rule, text(pointer).to_owned(), expected);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // A route that was drafted and never deployed, and an API that never was, serve nobody.
    let never = format!("/restapis/{}/stages", text("/undeployed_api/id"));
    assert!(!told.keys().any(|(_, subject)| subject.ends_with("#GET /new") || subject.contains(&never)));
}

/// The rules that speak of few subjects: exactly these fail.
#[test]
fn everything_fails_where_it_should_and_nowhere_else() {
    let aws = Shared::get();
    let report = aws.scan(EVERYTHING).args(REPORT).run().ends(1).json();
    let links = &aws.ids()["links"];
    let link = |name: &str, id: &str| format!("VPC link {name} ({})", links[id].as_str().unwrap());
    let (failed, idle) = (link("V1 failed", "failed"), link("V2 idle", "inactive"));
    let expected = [
        ("api-without-waf", "stage dev of stages-api"),
        ("api-without-waf", "stage prod of draft-api"),
        ("api-without-waf", "stage prod of forms-api"),
        ("api-without-waf", "stage prod of links-api"),
        ("api-without-waf", "stage prod of stages-api"),
        ("certificate-expiring", "certificate of old.example.com"),
        ("dangling-vpc-link", "GET /dangling of links-api (stage prod)"),
        ("dangling-vpc-link", "GET /linked of stages-api (stage dev)"),
        ("failed-vpc-link", &failed),
        ("failed-vpc-link", &idle),
        ("http-listener-forwards", "listener HTTP:80 of office-alb"),
        ("nlb-without-security-group", "load balancer chain-nlb"),
        ("no-healthy-target", "target group empty"),
        ("no-healthy-target", "target group sick"),
        ("public-alb-behind-api", "load balancer web-alb"),
        ("task-with-public-ip", "ECS service exposed in cluster main"),
        ("unhealthy-targets", "target group sick"),
        ("unverified-backend-tls", "GET /insecure of forms-api (stage prod)"),
        ("weak-listener-tls", "listener HTTPS:443 of web-alb"),
        ("weak-listener-tls", "listener TLS:443 of edge-nlb"),
    ];
    let expected = pairs(&expected);
    let rules: BTreeSet<&String> = expected.iter().map(|(rule, _)| rule).collect();
    let found: BTreeSet<_> = findings(&report).into_iter().filter(|(rule, _)| rules.contains(rule)).collect();
    assert_eq!(found, expected);
    // AWS exports neither a canary's deployment nor a WebSocket API: what only these could lead to stays open.
    let causes: BTreeSet<&str> = report["gaps"].as_array().unwrap().iter().map(|gap| gap["cause"].as_str().unwrap()).collect();
    assert_eq!(causes, BTreeSet::from(["not-supported"]));
    // The rules about ways around are held to their verdicts in `ways.rs`, where everything can be read.
    let listed = |(rule, subject): &(String, String)| rules.contains(rule) && !subject.ends_with("that could not be listed");
    let open: BTreeSet<_> = unknowns(&report).into_iter().filter(listed).collect();
    let expected = [
        ("nlb-without-security-group", "load balancer edge-nlb"),
        ("no-healthy-target", "target group edge"),
        ("no-healthy-target", "target group edge-tls"),
        ("public-alb-behind-api", "load balancer halves-alb"),
        ("public-alb-behind-api", "load balancer ipv6-alb"),
        ("public-alb-behind-api", "load balancer private-alb"),
        ("unhealthy-targets", "target group edge"),
        ("unhealthy-targets", "target group edge-tls"),
    ];
    assert_eq!(open, pairs(&expected));
}

/// Attributes that decide who gets in are read where they can matter, whatever the rules; certificates only when needed.
#[test]
fn what_no_rule_of_a_run_needs_is_not_asked() {
    let aws = Shared::get();
    let narrow = |only: &str| {
        aws.relax();
        aws.scan(EVERYTHING).args(["--only", only, "--format", "json"]).run();
        aws.calls()
    };
    let calls = narrow("failed-vpc-link");
    let count = |name: &str| calls.get(name).copied().unwrap_or_default();
    // Two load balancers have IPv6 addresses, and two target groups are a network load balancer's own.
    assert_eq!((count("elbv2:DescribeLoadBalancerAttributes"), count("elbv2:DescribeTargetGroupAttributes")), (2, 2));
    for unneeded in ["elbv2:DescribeListenerCertificates", "acm:DescribeCertificate", "ec2:DescribeVpcBlockPublicAccessOptions"] {
        assert_eq!(count(unneeded), 0, "{unneeded}");
    }
}

/// The certificates of listeners that several names share, and of domain names of both services.
#[test]
fn every_certificate_in_use_is_read() {
    let aws = Shared::get();
    let ran = aws.scan(EVERYTHING).args(["--format", "json", "--save-inventory", "inventory.json"]).run().ends(1);
    let inventory: Value = serde_json::from_str(&text_of(&ran.file("inventory.json"))).unwrap();
    let region = &inventory["regions"][0];
    let certificates = region["certificates"].as_array().unwrap();
    let names: BTreeSet<&str> = certificates.iter().map(|certificate| certificate["domain_name"].as_str().unwrap()).collect();
    assert_eq!(names, BTreeSet::from(["edge.example.com", "http.example.com", "old.example.com", "shop.example.com"]));
    let listeners = region["load_balancers"].as_array().unwrap().iter().flat_map(|balancer| balancer["listeners"].as_array().unwrap());
    let extra: BTreeMap<&str, &Value> =
        listeners.map(|listener| (listener["arn"].as_str().unwrap(), &listener["extra_certificates"])).collect();
    let id = |pointer: &str| aws.ids().pointer(pointer).unwrap();
    let secure = id("/web/listeners/secure").as_str().unwrap();
    assert_eq!(extra[secure], &json!([id("/certificates/aging")]));
    assert!(extra.iter().all(|(arn, list)| *arn == secure || **list == json!([])), "{extra:?}");
    // TLS listeners are asked, the others are not.
    assert_eq!(aws.calls()["elbv2:DescribeListenerCertificates"], 3);
}

#[test]
fn an_empty_region_costs_six_calls() {
    let aws = Shared::get();
    let report = aws.scan(EMPTY).args(REPORT).run().ends(0).json();
    let asked = [
        "apigateway:GetRestApis",
        "apigateway:GetVpcLinks",
        "apigatewayv2:GetApis",
        "apigatewayv2:GetVpcLinks",
        "elbv2:DescribeLoadBalancers",
        "sts:GetCallerIdentity",
    ];
    let expected: BTreeMap<String, u64> = asked.iter().map(|name| ((*name).to_owned(), 1)).collect();
    assert_eq!(aws.calls(), expected);
    assert_eq!((&report["complete"], &report["verdicts"], &report["gaps"]), (&json!(true), &json!([]), &json!([])));
    aws.scan(EMPTY).arg("--strict").run().ends(0);
}
