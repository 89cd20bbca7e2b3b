//! A large plan: `cargo test --release five_thousand -- --include-ignored` says how long it takes.

use serde_json::json;

use crate::iac::terraform::read_plan;

#[test]
#[ignore = "a measurement"]
fn five_thousand_resources() {
    let padding = "x".repeat(1_500);
    let names: Vec<String> = (0..5_000).map(|at| format!("r{at}")).collect();
    let values = |name: &str| json!({"name": name, "tags": {"a": "b", "c": padding}, "rules": [{"port": 80, "cidrs": ["10.0.0.0/8"]}]});
    let resources: Vec<_> = names
        .iter()
        .map(|name| json!({"address": format!("aws_lb.{name}"), "mode": "managed", "type": "aws_lb", "name": name, "values": values(name)}))
        .collect();
    let changes: Vec<_> = names
        .iter()
        .map(|name| {
            let unknown = json!({"arn": true, "id": true, "dns_name": true, "load_balancer_arn": true});
            let change = json!({"actions": ["create"], "before": null, "after": values(name), "after_unknown": unknown});
            json!({"address": format!("aws_lb.{name}"), "mode": "managed", "type": "aws_lb", "name": name, "change": change})
        })
        .collect();
    let configuration: Vec<_> = names
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let other = format!("aws_lb.r{}", (at + 1) % 5_000);
            let expressions =
                json!({"name": {"constant_value": name}, "load_balancer_arn": {"references": [format!("{other}.arn"), other]}});
            json!({"address": format!("aws_lb.{name}"), "mode": "managed", "type": "aws_lb", "name": name, "expressions": expressions})
        })
        .collect();
    let plan = json!({
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": resources}},
        "resource_changes": changes,
        "configuration": {"root_module": {"resources": configuration}}
    })
    .to_string();
    let code = read_plan(&plan, "plan.json", None).unwrap();
    assert_eq!((plan.len() >> 20, code.declarations.len()), (17, 5_000));
    assert!(code.declarations.iter().all(|balancer| balancer.body.get("load_balancer_arn").value.is_made_up()));
}
