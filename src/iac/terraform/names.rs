//! What stands for the attributes of Terraform resources that only deployment decides.

use std::collections::BTreeMap;

use crate::iac::code::in_arn;
use crate::iac::draft::network::{default_acl_of, default_group_of, main_table_of};
use crate::iac::made_up::Destination;
use crate::iac::value::Node;

/// The made-up attributes of a resource, by name. What its body says itself goes before them.
pub fn names(kind: &str, address: &str, body: &Node, to: &Destination) -> BTreeMap<String, String> {
    let id = in_arn(address);
    let text = |name: &str| body.get(name).text().ok().flatten().unwrap_or_default();
    match kind {
        "aws_lb" | "aws_alb" => load_balancer(address, body, to),
        "aws_lb_listener" | "aws_alb_listener" => both(to.listener(address)),
        "aws_lb_listener_rule" | "aws_alb_listener_rule" => both(to.listener_rule(address)),
        "aws_lb_target_group" | "aws_alb_target_group" => both(to.target_group(&text("name"), address)),
        "aws_vpc" | "aws_default_vpc" => named(&[
            ("id", address.to_owned()),
            ("arn", to.arn("ec2", &format!("vpc/{id}"))),
            ("default_security_group_id", default_group_of(address)),
            ("default_network_acl_id", default_acl_of(address)),
            ("default_route_table_id", main_table_of(address)),
            ("main_route_table_id", main_table_of(address)),
        ]),
        "aws_api_gateway_rest_api" => named(&[
            ("id", id.clone()),
            ("root_resource_id", format!("{id}/")),
            ("execution_arn", to.execution(&id)),
            ("arn", to.api("restapis", &id)),
        ]),
        "aws_api_gateway_stage" => {
            let (api, stage) = (text("rest_api_id"), text("stage_name"));
            let arn = format!("{}/stages/{stage}", to.api("restapis", &api));
            named(&[("id", id), ("arn", arn), ("execution_arn", to.execution(&format!("{api}/{stage}")))])
        }
        "aws_apigatewayv2_api" => {
            let endpoint = format!("https://{}.execute-api.{}.amazonaws.com", crate::iac::made_up::digits(address), to.region);
            named(&[("id", id.clone()), ("execution_arn", to.execution(&id)), ("arn", to.api("apis", &id)), ("api_endpoint", endpoint)])
        }
        "aws_apigatewayv2_stage" => {
            let (api, stage) = (text("api_id"), text("name"));
            named(&[("id", stage.clone()), ("arn", format!("{}/stages/{stage}", to.api("apis", &api)))])
        }
        "aws_ecs_cluster" => both(to.arn("ecs", &format!("cluster/{id}"))),
        "aws_ecs_service" => both(to.arn("ecs", &format!("service/{id}"))),
        // Its id in Terraform is the family, which every revision shares.
        "aws_ecs_task_definition" => {
            let family = Some(text("family")).filter(|family| !family.is_empty());
            named(&[("id", family.unwrap_or_else(|| address.to_owned())), ("arn", to.arn("ecs", &format!("task-definition/{id}:1")))])
        }
        "aws_service_discovery_service" => {
            named(&[("id", address.to_owned()), ("arn", to.arn("servicediscovery", &format!("service/{id}")))])
        }
        "aws_acm_certificate" => both(to.arn("acm", &format!("certificate/{id}"))),
        "aws_wafv2_web_acl" => {
            named(&[("id", address.to_owned()), ("arn", to.arn("wafv2", &format!("regional/webacl/{}/{id}", text("name"))))])
        }
        "aws_lambda_function" => {
            let arn = to.arn("lambda", &format!("function:{id}"));
            let service = format!("arn:{}:apigateway:{}:lambda:path/2015-03-31/functions/{arn}/invocations", to.partition, to.region);
            named(&[("id", address.to_owned()), ("arn", arn), ("invoke_arn", service)])
        }
        _ => {
            let id = format!("{}{address}", prefix(kind));
            named(&[("arn", to.arn(service_of(kind), &in_arn(address))), ("id", id)])
        }
    }
}

fn named(pairs: &[(&str, String)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

/// Terraform's id of many resources is their ARN.
fn both(arn: String) -> BTreeMap<String, String> {
    named(&[("id", arn.clone()), ("arn", arn)])
}

fn load_balancer(address: &str, body: &Node, to: &Destination) -> BTreeMap<String, String> {
    let text = |name: &str| body.get(name).text().ok().flatten();
    let kind = text("load_balancer_type").unwrap_or_else(|| "application".to_owned());
    let scheme = if body.get("internal").bool().ok().flatten() == Some(true) { "internal" } else { "internet-facing" };
    let name = text("name").unwrap_or_default();
    let mut names = both(to.load_balancer(&kind, &name, address));
    names.insert("dns_name".to_owned(), to.load_balancer_dns(&kind, &name, scheme, address));
    names
}

/// The beginning of an id that tells what a route leads to, or what a prefix list is.
fn prefix(kind: &str) -> &'static str {
    match kind {
        "aws_internet_gateway" => "igw-",
        "aws_egress_only_internet_gateway" => "eigw-",
        "aws_nat_gateway" => "nat-",
        "aws_vpc_endpoint" => "vpce-",
        "aws_ec2_transit_gateway" => "tgw-",
        "aws_vpc_peering_connection" => "pcx-",
        "aws_network_interface" => "eni-",
        "aws_vpn_gateway" => "vgw-",
        "aws_ec2_carrier_gateway" => "cagw-",
        "aws_ec2_managed_prefix_list" => "pl-",
        _ => "",
    }
}

fn service_of(kind: &str) -> &str {
    kind.split('_').nth(1).unwrap_or("aws")
}
