//! What becomes of every declaration: read, lost or ignored.

use super::Room;
use crate::iac::built::Built;
use crate::iac::code::Declaration;
use crate::iac::draft::List;

/// The lists in which a resource of a kind stands, or which it adds to; none for kinds that no rule looks at.
///
/// Kinds that add entries to resources of others name no list here: their own file sees to it that every resource they may
/// belong to says so.
fn lists(kind: &str) -> Option<Vec<List>> {
    Some(match kind {
        super::MODULE => List::EVERY.to_vec(),
        "aws_lb" | "aws_alb" => vec![List::Balancers],
        "aws_lb_listener" | "aws_alb_listener" => vec![List::Listeners(None)],
        "aws_lb_listener_rule" | "aws_alb_listener_rule" => vec![List::Rules(None)],
        "aws_lb_target_group" | "aws_alb_target_group" => vec![List::Groups],
        "aws_vpc" => vec![List::Vpcs],
        // What is in a default VPC is not in the code, and nothing tells how much of it there is.
        "aws_default_vpc" => vec![List::Vpcs, List::Subnets, List::Tables, List::Gateways, List::Acls, List::SecurityGroups],
        "aws_subnet" | "aws_default_subnet" => vec![List::Subnets],
        "aws_internet_gateway" => vec![List::Gateways],
        "aws_route_table" | "aws_default_route_table" | "aws_route_table_association" | "aws_main_route_table_association" => {
            vec![List::Tables]
        }
        "aws_network_acl" | "aws_default_network_acl" => vec![List::Acls],
        "aws_security_group" | "aws_default_security_group" => vec![List::SecurityGroups],
        "aws_ec2_managed_prefix_list" => vec![List::PrefixLists],
        "aws_flow_log" => vec![List::FlowLogs],
        "aws_ecs_cluster" => vec![List::Clusters],
        "aws_ecs_service" => vec![List::Services(None), List::Clusters],
        "aws_ecs_task_definition" => vec![List::TaskDefinitions],
        "aws_service_discovery_service" => vec![List::CloudMap],
        "aws_api_gateway_rest_api" => vec![List::RestApis],
        "aws_api_gateway_stage" | "aws_apigatewayv2_stage" => vec![List::Stages(None)],
        "aws_api_gateway_authorizer" | "aws_apigatewayv2_authorizer" => vec![List::Authorizers(None)],
        "aws_api_gateway_vpc_link" => vec![List::LinksV1],
        "aws_apigatewayv2_vpc_link" => vec![List::LinksV2],
        "aws_api_gateway_domain_name" | "aws_apigatewayv2_domain_name" => vec![List::Domains],
        "aws_api_gateway_base_path_mapping" | "aws_apigatewayv2_api_mapping" => vec![List::Mappings(None)],
        "aws_apigatewayv2_api" => vec![List::HttpApis],
        kind if ENTRIES.contains(&kind) => Vec::new(),
        _ => return None,
    })
}

/// The kinds that add to resources of other kinds.
const ENTRIES: [&str; 27] = [
    "aws_lb_listener_certificate",
    "aws_alb_listener_certificate",
    "aws_lb_target_group_attachment",
    "aws_alb_target_group_attachment",
    "aws_api_gateway_rest_api_policy",
    "aws_api_gateway_resource",
    "aws_api_gateway_method",
    "aws_api_gateway_integration",
    "aws_api_gateway_request_validator",
    "aws_api_gateway_deployment",
    "aws_api_gateway_method_settings",
    "aws_api_gateway_client_certificate",
    "aws_apigatewayv2_route",
    "aws_apigatewayv2_integration",
    "aws_apigatewayv2_deployment",
    "aws_wafv2_web_acl_association",
    "aws_vpc_ipv4_cidr_block_association",
    "aws_vpc_ipv6_cidr_block_association",
    "aws_internet_gateway_attachment",
    "aws_route",
    "aws_network_acl_rule",
    "aws_network_acl_association",
    "aws_security_group_rule",
    "aws_vpc_security_group_ingress_rule",
    "aws_vpc_security_group_egress_rule",
    "aws_ec2_managed_prefix_list_entry",
    "aws_acm_certificate",
];

/// Whether resources of a kind are looked at.
pub(super) fn is_modelled(kind: &str) -> bool {
    lists(kind).is_some()
}

/// Counts what no rule looks at.
pub(super) fn count(all: &[Declaration], built: &mut Built) {
    for kind in all.iter().map(|one| one.kind.as_str()).filter(|kind| !is_modelled(kind)) {
        *built.ignored.entry(kind.to_owned()).or_default() += 1;
    }
}

/// Leaves gaps for the resources of which nobody knows how many there are. Which region they go to is not known either.
pub(super) fn lose_uncounted(room: &mut Room<'_, '_>) {
    for block in room.uncounted {
        for list in lists(&block.kind).unwrap_or_default() {
            room.lose(list, &block.address, &block.why);
        }
    }
}
