//! Live findings on the lines that made them: stacks, tags and states, against the emulator.
#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test stops where something is wrong")]

mod common;

use std::path::Path;

use common::emulator::Emulator;
use common::program::{Apiaudit, Ran};
use common::{repository, text_of, write};
use serde_json::{Value, json};

const REGION: &str = "us-east-1";

fn deployed() -> (Emulator, Value) {
    let emulator = Emulator::start();
    let stack = json!({"stack": "orders", "files": ["fixtures/cloudformation/article-before.yaml"]});
    let made = emulator.control("/_emulator/deploy", Some(&stack));
    (emulator, made["resources"].clone())
}

fn scan(emulator: &Emulator, folder: &Path) -> Apiaudit {
    emulator.scan(REGION).args(["--iac", &folder.to_string_lossy(), "--format", "json", "--fail-on", "none"])
}

/// Where a finding of a rule stands, in code.
fn source(ran: &Ran, rule: &str) -> Value {
    let report = ran.json();
    let findings = report["findings"].as_array().unwrap();
    findings.iter().find(|finding| finding["rule"] == rule).unwrap_or_else(|| panic!("no {rule}"))["source"].clone()
}

fn line(folder: &Path, source: &Value) -> String {
    let text = text_of(&folder.join(source["file"].as_str().unwrap()));
    let number = usize::try_from(source["start_line"].as_u64().unwrap()).unwrap();
    text.lines().nth(number - 1).unwrap().trim().to_owned()
}

#[test]
fn a_stack_leads_to_its_template() {
    let (emulator, _) = deployed();
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("infra/orders.yaml"), &text_of(&repository("fixtures/cloudformation/article-before.yaml")));
    write(&folder.path().join("infra/other.yaml"), &text_of(&repository("fixtures/cloudformation/sam-httpapi-function.yaml")));
    let ran = scan(&emulator, folder.path()).run().ends(0);
    let open = source(&ran, "public-alb-behind-api");
    assert_eq!((&open["via"], &open["confidence"]), (&json!("stack-resources"), &json!("exact")), "{}", ran.stderr);
    assert_eq!(open["file"], "infra/orders.yaml");
    assert_eq!(line(folder.path(), &open), "Scheme: internet-facing");
    let route = source(&ran, "integration-not-private");
    assert_eq!(route["file"], "infra/orders.yaml", "routes follow from their API");
    let listener = source(&ran, "http-listener-forwards");
    assert_eq!(line(folder.path(), &listener), "Protocol: HTTP");
    assert_eq!(emulator.calls()["cloudformation:ListStackResources"], 1, "one call a stack");

    // Without that permission the tags still lead there, which is less sure.
    emulator.shape(&json!({"deny": ["cloudformation.ListStackResources"]}));
    let ran = scan(&emulator, folder.path()).run().ends(0);
    let open = source(&ran, "public-alb-behind-api");
    assert_eq!((&open["via"], &open["confidence"]), (&json!("stack-tags"), &json!("strong")), "{}", ran.stderr);
    assert!(ran.stderr.contains("cloudformation:ListStackResources denied"), "{}", ran.stderr);
    assert_eq!(ran.json()["complete"], true, "no verdict hangs on lines");
}

#[test]
fn a_scan_without_code_asks_for_no_stacks() {
    let (emulator, _) = deployed();
    emulator.scan(REGION).args(["--fail-on", "none"]).run().ends(0);
    assert!(!emulator.calls().contains_key("cloudformation:ListStackResources"));
}

/// A state as Terraform would have it, had it made what the stack did.
fn state(made: &Value) -> String {
    let id = |kind: &str| {
        let made = made.as_object().unwrap().values().find(|made| made["type"] == kind).unwrap_or_else(|| panic!("no {kind}"));
        made["id"].as_str().unwrap().to_owned()
    };
    let (balancer, listener) = (id("AWS::ElasticLoadBalancingV2::LoadBalancer"), id("AWS::ElasticLoadBalancingV2::Listener"));
    let api = id("AWS::ApiGateway::RestApi");
    let one = |kind: &str, name: &str, attributes: Value| {
        json!({"mode": "managed", "type": kind, "name": name, "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
            "instances": [{"schema_version": 0, "attributes": attributes}]})
    };
    json!({"version": 4, "terraform_version": "1.15.5", "serial": 1, "lineage": "l", "outputs": {"secret": {"value": "hunter2", "type": "string"}},
        "resources": [
            one("aws_lb", "before_the_move", json!({"arn": balancer, "id": balancer})),
            one("aws_lb_listener", "http", json!({"arn": listener, "id": listener})),
            one("aws_api_gateway_rest_api", "orders", json!({"id": api, "arn": format!("arn:aws:apigateway:{REGION}::/restapis/{api}")})),
        ]})
    .to_string()
}

#[test]
fn a_state_leads_to_its_blocks_also_past_a_move() {
    let (emulator, made) = deployed();
    let folder = tempfile::tempdir().unwrap();
    for file in ["api.tf", "balancer.tf", "main.tf", "network.tf", "service.tf"] {
        let path = repository(&format!("fixtures/terraform/article-before/{file}"));
        if path.exists() {
            write(&folder.path().join("infra").join(file), &text_of(&path));
        }
    }
    write(&folder.path().join("infra/moved.tf"), "moved {\n  from = aws_lb.before_the_move\n  to   = aws_lb.orders\n}\n");
    write(&folder.path().join("infra/terraform.tfstate"), &state(&made));
    let file = folder.path().join("infra/terraform.tfstate");
    let ran = scan(&emulator, folder.path()).args(["--tfstate", &file.to_string_lossy()]).run().ends(0);
    let open = source(&ran, "public-alb-behind-api");
    assert_eq!((&open["via"], &open["confidence"]), (&json!("terraform-state"), &json!("exact")), "{}", ran.stderr);
    assert_eq!(open["address"], "aws_lb.orders");
    assert!(line(folder.path(), &open).starts_with("internal"), "{open}");
    let route = source(&ran, "integration-not-private");
    assert_eq!(route["via"], "terraform-state");
    assert!(line(folder.path(), &route).starts_with("uri"), "{route}");
    assert!(!ran.stdout.contains("hunter2") && !ran.stderr.contains("hunter2"), "a state's secrets stay in it");
}

#[test]
fn what_cannot_be_traced_is_said_and_keeps_its_fallback() {
    let (emulator, made) = deployed();
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("terraform.tfstate"), &state(&made));
    let file = folder.path().join("terraform.tfstate");
    let ran = scan(&emulator, folder.path()).args(["--tfstate", &file.to_string_lossy()]).run().ends(0);
    assert_eq!(source(&ran, "public-alb-behind-api"), Value::Null);
    assert!(ran.stderr.contains("no root module"), "{}", ran.stderr);
    let log = emulator
        .scan(REGION)
        .args(["--iac", &folder.path().to_string_lossy(), "--format", "sarif", "--fail-on", "none"])
        .run()
        .ends(0)
        .json();
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["properties"]["mapping"], json!({"via": "none", "confidence": "none"}));
    assert_eq!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "apiaudit.toml");
}
