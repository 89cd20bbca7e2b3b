//! Plans of AWS resources, as far as they can be written by hand.

use serde_json::{Value as Json, json};

use super::{find, made_up, why};
use crate::iac::folder::InMemory;
use crate::iac::terraform::read_plan;

fn resource(address: &str, values: &Json) -> Json {
    let (kind, name) = address.split_once('.').unwrap();
    json!({"address": address, "mode": "managed", "type": kind, "name": name, "values": values})
}

fn change(address: &str, unknown: &Json) -> Json {
    json!({"address": address, "mode": "managed", "change": {"actions": ["create"], "after_unknown": unknown}})
}

/// A load balancer in front of nothing: the group's rules in another order than written, references unknown.
fn plan() -> String {
    let rule = |port: u16| json!({"from_port": port, "to_port": port, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"], "description": ""});
    json!({
        "format_version": "1.2",
        "variables": {"region": {"value": "eu-west-1"}},
        "planned_values": {"root_module": {"resources": [
            resource("aws_lb.web", &json!({"name": "web", "name_prefix": null, "internal": false, "subnets": ["subnet-1"], "security_groups": [null]})),
            resource("aws_lb_listener.web", &json!({"port": 80, "default_action": [{"type": "forward"}]})),
            resource("aws_lb_target_group.web", &json!({"name": "web", "vpc_id": null})),
            resource("aws_security_group.web", &json!({"ingress": [rule(443), rule(80)], "arn": "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-1", "id": "sg-1"})),
            resource("aws_apigatewayv2_route.web", &json!({"route_key": "GET /"})),
            resource("aws_apigatewayv2_integration.web", &json!({"integration_type": "HTTP_PROXY"})),
            resource("aws_api_gateway_integration.web", &json!({"type": "HTTP_PROXY"})),
        ]}},
        "resource_changes": [
            change("aws_lb.web", &json!({"arn": true, "dns_name": true, "security_groups": [true], "subnets": [false], "enable_http2": true})),
            change("aws_lb_listener.web", &json!({"arn": true, "load_balancer_arn": true, "default_action": [{"target_group_arn": true}]})),
            change("aws_lb_target_group.web", &json!({"arn": true, "vpc_id": true})),
            change("aws_apigatewayv2_route.web", &json!({"target": true})),
            change("aws_apigatewayv2_integration.web", &json!({"id": true, "integration_uri": true, "connection_id": true})),
            change("aws_api_gateway_integration.web", &json!({"uri": true, "content_handling": true})),
        ],
        "prior_state": {"values": {"root_module": {"resources": [
            {"address": "data.aws_caller_identity.me", "mode": "data", "type": "aws_caller_identity", "name": "me", "values": {"account_id": "123456789012"}}
        ]}}},
        "configuration": {
            "provider_config": {"aws": {"name": "aws", "expressions": {"region": {"references": ["var.region"]}}}},
            "root_module": {"variables": {"region": {}}, "resources": [
                config("aws_lb.web", &json!({"name": {"constant_value": "web"}, "security_groups": {"references": ["aws_security_group.web.id", "aws_security_group.web"]}})),
                config("aws_lb_listener.web", &json!({
                    "load_balancer_arn": {"references": ["aws_lb.web.arn", "aws_lb.web"]},
                    "default_action": [{"target_group_arn": {"references": ["aws_lb_target_group.web.arn", "aws_lb_target_group.web"]}}]
                })),
                config("aws_lb_target_group.web", &json!({"vpc_id": {"references": ["local.vpc"]}})),
                config("aws_security_group.web", &json!({})),
                config("aws_apigatewayv2_route.web", &json!({"target": {"references": ["aws_apigatewayv2_integration.web.id", "aws_apigatewayv2_integration.web"]}})),
                config("aws_apigatewayv2_integration.web", &json!({
                    "integration_uri": {"references": ["aws_lb_listener.web.arn", "aws_lb_listener.web"]},
                    "connection_id": {"references": ["each.key"]}
                })),
                config("aws_api_gateway_integration.web", &json!({"uri": {"references": ["aws_lb.web.dns_name", "aws_lb.web"]}})),
            ]}
        }
    })
    .to_string()
}

fn config(address: &str, expressions: &Json) -> Json {
    let (kind, name) = address.split_once('.').unwrap();
    json!({"address": address, "mode": "managed", "type": kind, "name": name, "provider_config_key": "aws", "expressions": expressions})
}

const MAIN: &str = r#"
variable "region" {}
provider "aws" { region = var.region }
resource "aws_lb" "web" {
  name            = "web"
  security_groups = [aws_security_group.web.id]
  subnets         = ["subnet-1"]
}
resource "aws_lb_listener" "web" {
  load_balancer_arn = aws_lb.web.arn
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}
locals { vpc = aws_vpc.main.id }
resource "aws_lb_target_group" "web" {
  name   = "web"
  vpc_id = local.vpc
}
resource "aws_vpc" "main" {}
resource "aws_security_group" "web" {
  ingress {
    from_port   = 80
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_api_gateway_integration" "web" {
  uri = "http://${aws_lb.web.dns_name}/{proxy}"
  content_handling = aws_lb.web.name_prefix == null ? "A" : "B"
}
"#;

#[test]
fn references_of_the_configuration_close_what_they_can() {
    let code = read_plan(&plan(), "plan.json", None).unwrap();
    assert_eq!(
        (code.account.as_deref(), code.region.as_deref(), code.partition.as_deref()),
        (Some("123456789012"), Some("eu-west-1"), Some("aws"))
    );
    let body = |address: &str| find(&code, address).body.clone();
    let balancer = find(&code, "aws_lb.web");
    assert!(balancer.name("arn").unwrap().starts_with("arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/"));
    assert_eq!(balancer.body.get("security_groups").texts().unwrap(), ["sg-1"]);
    assert!(balancer.body.get("enable_http2").is_null(), "nobody set it");
    let listener = body("aws_lb_listener.web");
    assert_eq!(made_up(listener.get("load_balancer_arn")), balancer.name("arn").unwrap());
    let group = find(&code, "aws_lb_target_group.web");
    assert_eq!(made_up(listener.at(&["default_action", "target_group_arn"])), group.name("arn").unwrap());
    assert!(why(group.body.get("vpc_id")).contains("local.vpc"));
    assert_eq!(find(&code, "aws_security_group.web").name("id"), Some("sg-1"));
    let integration = find(&code, "aws_apigatewayv2_integration.web");
    assert_eq!(made_up(integration.body.get("integration_uri")), find(&code, "aws_lb_listener.web").name("arn").unwrap());
    assert!(why(integration.body.get("connection_id")).contains("each.key"));
    assert_eq!(made_up(body("aws_apigatewayv2_route.web").get("target")), format!("integrations/{}", integration.name("id").unwrap()));
    // It is something around the reference, and nobody can tell what.
    assert!(why(body("aws_api_gateway_integration.web").get("uri")).contains("dns_name"));
}

#[test]
fn places_come_from_the_code_also_for_sets() {
    let folder = InMemory::of([("main.tf", MAIN)]);
    let code = read_plan(&plan(), "plan.json", Some((&folder, ""))).unwrap();
    let line = |span: Option<crate::iac::text::Span>| code.files.place(span.unwrap()).unwrap().start_line;
    let rules = find(&code, "aws_security_group.web").body.get("ingress").items().unwrap().to_vec();
    assert_eq!(rules[0].get("from_port").integer::<u16>(), Ok(Some(443)));
    assert_eq!((line(rules[0].span), line(rules[1].span)), (29, 23));
    assert_eq!(line(rules[0].get("from_port").span), 30);
    let balancer = find(&code, "aws_lb.web");
    assert_eq!(line(balancer.body.get("security_groups").span), 6);
    assert!(balancer.body.get("internal").span.is_none(), "it is not written");
    let group = find(&code, "aws_lb_target_group.web");
    assert_eq!(made_up(group.body.get("vpc_id")), "aws_vpc.main");
    let uri = made_up(find(&code, "aws_api_gateway_integration.web").body.get("uri"));
    assert_eq!(uri, format!("http://{}/{{proxy}}", balancer.name("dns_name").unwrap()));
    let integration = find(&code, "aws_api_gateway_integration.web");
    assert_eq!(integration.body.get("content_handling").text().unwrap().unwrap(), "A");
    // The folder does not have this one: the configuration of the plan stands in.
    let route = find(&code, "aws_apigatewayv2_route.web");
    assert!(route.head.is_none());
    assert!(made_up(route.body.get("target")).starts_with("integrations/"));
}
