//! A Terraform plan of 5,000 resources and 20 MB: read, joined and judged.
//!
//! `cargo bench --no-default-features --bench plan`. The bound is 3 s on two cores.
#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark")]

use std::fmt::Write as _;
use std::hint::black_box;

use apiaudit::iac::audit::{self, Input, Run};
use apiaudit::iac::draft::Assumptions;
use apiaudit::iac::terraform;
use apiaudit::rules::{Rule, RulePack, Settings, assess_with, embedded, facts};
use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::{Value, json};

/// Resources in the plan.
const RESOURCES: usize = 5_000;
/// Its size.
const BYTES: usize = 20_000_000;

/// A service behind a load balancer behind an API: what each has of its own.
fn service(number: usize) -> Vec<(&'static str, String, Value, Value, Value)> {
    let name = format!("s{number}");
    let reference = |target: &str| json!({"references": [target, target.rsplit_once('.').unwrap().0]});
    let one = |kind: &'static str, values: Value, unknown: Value, expressions: Value| (kind, name.clone(), values, unknown, expressions);
    vec![
        one(
            "aws_security_group",
            json!({"name": name, "vpc_id": "vpc-1", "ingress": [{"cidr_blocks": ["0.0.0.0/0"], "ipv6_cidr_blocks": [],
            "prefix_list_ids": [], "security_groups": [], "self": false, "protocol": "tcp", "from_port": 80, "to_port": 80, "description": ""}],
            "egress": []}),
            json!({"id": true, "arn": true}),
            json!({}),
        ),
        one(
            "aws_lb",
            json!({"name": name, "internal": number.is_multiple_of(2), "load_balancer_type": "application", "subnets": ["subnet-1", "subnet-2"]}),
            json!({"id": true, "arn": true, "dns_name": true, "security_groups": true}),
            json!({"security_groups": reference(&format!("aws_security_group.{name}.id"))}),
        ),
        one(
            "aws_lb_target_group",
            json!({"name": name, "port": 80, "protocol": "HTTP", "target_type": "ip", "vpc_id": "vpc-1"}),
            json!({"id": true, "arn": true}),
            json!({}),
        ),
        one(
            "aws_lb_listener",
            json!({"port": 80, "protocol": "HTTP", "default_action": [{"type": "forward"}]}),
            json!({"id": true, "arn": true, "load_balancer_arn": true, "default_action": [{"target_group_arn": true}]}),
            json!({"load_balancer_arn": reference(&format!("aws_lb.{name}.arn")),
                "default_action": [{"target_group_arn": reference(&format!("aws_lb_target_group.{name}.arn"))}]}),
        ),
        one("aws_api_gateway_rest_api", json!({"name": name}), json!({"id": true, "root_resource_id": true, "arn": true}), json!({})),
        one(
            "aws_api_gateway_method",
            json!({"http_method": "GET", "authorization": "NONE"}),
            json!({"rest_api_id": true, "resource_id": true, "id": true}),
            json!({"rest_api_id": reference(&format!("aws_api_gateway_rest_api.{name}.id")),
                "resource_id": reference(&format!("aws_api_gateway_rest_api.{name}.root_resource_id"))}),
        ),
        one(
            "aws_api_gateway_integration",
            json!({"http_method": "GET", "type": "HTTP_PROXY", "integration_http_method": "GET", "uri": "http://example.com/"}),
            json!({"rest_api_id": true, "resource_id": true, "id": true}),
            json!({"rest_api_id": reference(&format!("aws_api_gateway_rest_api.{name}.id")),
                "resource_id": reference(&format!("aws_api_gateway_rest_api.{name}.root_resource_id"))}),
        ),
        one(
            "aws_api_gateway_deployment",
            json!({}),
            json!({"rest_api_id": true, "id": true}),
            json!({"rest_api_id": reference(&format!("aws_api_gateway_rest_api.{name}.id"))}),
        ),
        one(
            "aws_api_gateway_stage",
            json!({"stage_name": "prod"}),
            json!({"rest_api_id": true, "deployment_id": true, "id": true, "arn": true}),
            json!({"rest_api_id": reference(&format!("aws_api_gateway_rest_api.{name}.id")),
                "deployment_id": reference(&format!("aws_api_gateway_deployment.{name}.id"))}),
        ),
        one("aws_iam_role", json!({"name": name, "assume_role_policy": "x".repeat(200)}), json!({"id": true, "arn": true}), json!({})),
    ]
}

fn plan() -> String {
    let parts: Vec<_> = (0..RESOURCES / 10).flat_map(service).collect();
    let named = |(kind, name, ..): &(&str, String, Value, Value, Value)| {
        json!({"address": format!("{kind}.{name}"), "mode": "managed", "type": kind, "name": name,
        "provider_name": "registry.terraform.io/hashicorp/aws", "schema_version": 0})
    };
    let with = |mut base: Value, more: Value| {
        base.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        base
    };
    let planned: Vec<Value> = parts.iter().map(|part| with(named(part), json!({"values": part.2, "sensitive_values": {}}))).collect();
    let changes: Vec<Value> = parts.iter().map(|part| {
        with(named(part), json!({"change": {"actions": ["create"], "before": null, "after": part.2, "after_unknown": part.3, "before_sensitive": false, "after_sensitive": {}}}))
    }).collect();
    let configured: Vec<Value> =
        parts.iter().map(|part| with(named(part), json!({"provider_config_key": "aws", "expressions": part.4}))).collect();
    let mut whole = json!({"format_version": "1.2", "terraform_version": "1.15.5", "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": changes, "configuration": {"provider_config": {"aws": {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws",
        "expressions": {"region": {"constant_value": "eu-west-1"}}}}, "root_module": {"resources": configured}}});
    // What other providers bring makes most of a large plan.
    let size = serde_json::to_string(&whole).unwrap().len();
    let mut filler = String::new();
    while size + filler.len() < BYTES {
        let _ = writeln!(filler, "{:040}", filler.len());
    }
    whole["planned_values"]["outputs"] = json!({"filler": {"sensitive": false, "value": filler}});
    serde_json::to_string(&whole).unwrap()
}

fn bench(criterion: &mut Criterion) {
    let text = plan();
    assert!(text.len() > BYTES);
    let pack = RulePack::load(embedded().into_iter(), &facts::registry()).unwrap();
    let rules: Vec<&Rule> = pack.rules().iter().collect();
    let run = Run {
        input: Input::TerraformPlan,
        files: vec!["plan.json".into()],
        assumptions: Assumptions::default(),
        version: "0".into(),
        taken_at: String::new(),
    };
    let mut group = criterion.benchmark_group("plan");
    group.sample_size(10);
    group.bench_function("read", |bencher| bencher.iter(|| terraform::read_plan(black_box(&text), "plan.json", None).unwrap()));
    group.bench_function("audit", |bencher| {
        bencher.iter(|| {
            let code = terraform::read_plan(black_box(&text), "plan.json", None).unwrap();
            let (inventory, sources) = audit::read(&code, &run);
            let assessment = assess_with(&inventory, &rules, "0", Settings::default()).with_sources(sources);
            assert!(assessment.outcomes.len() > RESOURCES);
            assessment.outcomes.len()
        });
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
