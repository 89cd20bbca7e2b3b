//! Custom domain names and what they lead to.

use aws_sdk_apigateway::types as sdk;
use futures::StreamExt as _;

use super::ask::{Asker, paged};
use super::client::Clients;
use super::{Needs, calls, from_apigateway, from_apigatewayv2};
use crate::inventory::{DomainName, Listed, Mapping};

/// How many domain names are read at a time.
const AT_A_TIME: usize = 4;

/// The domain names. One that is gone by now is left out.
pub(super) async fn read(asker: &Asker<'_>, clients: &Clients, needs: Needs) -> Listed<DomainName> {
    if !needs.domain_names {
        return Listed::default();
    }
    let request = || clients.apigateway.get_domain_names().limit(500);
    let pages = paged!(asker, &calls::GET_DOMAIN_NAMES, None, request(), set_position, items, position);
    let gaps = pages.failure.map(|failure| failure.gap).into_iter().collect();
    let each = pages.items.iter().map(|domain| one(asker, clients, domain));
    let items: Vec<Option<DomainName>> = futures::stream::iter(each).buffered(AT_A_TIME).collect().await;
    Listed { items: items.into_iter().flatten().collect(), gaps }
}

async fn one(asker: &Asker<'_>, clients: &Clients, told: &sdk::DomainName) -> Option<DomainName> {
    let mut domain = from_apigateway::domain_name(told)?;
    let mode = domain.routing_mode.as_deref().unwrap_or("BASE_PATH_MAPPING_ONLY");
    let regional = domain.endpoint_types.is_empty() || domain.endpoint_types.iter().any(|kind| kind == "REGIONAL");
    let mut mappings = match mode {
        "ROUTING_RULE_ONLY" => Listed::from(Vec::new()),
        _ if regional => api_mappings(asker, clients, &domain.name).await?,
        _ => base_path_mappings(asker, clients, told, &domain.name).await?,
    };
    if mode != "BASE_PATH_MAPPING_ONLY" {
        let rules = routing_rules(asker, clients, told, &domain.name).await;
        mappings.items.extend(rules.items);
        mappings.gaps.extend(rules.gaps);
    }
    domain.mappings = mappings;
    Some(domain)
}

/// The mappings of a regional domain name, to REST and HTTP APIs alike, with paths of any depth.
async fn api_mappings(asker: &Asker<'_>, clients: &Clients, name: &str) -> Option<Listed<Mapping>> {
    let request = || clients.apigatewayv2.get_api_mappings().domain_name(name);
    let pages = paged!(asker, &calls::GET_API_MAPPINGS, Some(name), request(), set_next_token, items, next_token);
    (!pages.gone()).then(|| pages.listed(from_apigatewayv2::mapping))
}

/// The mappings of an edge-optimised or private domain name.
async fn base_path_mappings(asker: &Asker<'_>, clients: &Clients, told: &sdk::DomainName, name: &str) -> Option<Listed<Mapping>> {
    let id = told.domain_name_id.clone();
    let request = || clients.apigateway.get_base_path_mappings().domain_name(name).set_domain_name_id(id.clone()).limit(500);
    let pages = paged!(asker, &calls::GET_BASE_PATH_MAPPINGS, Some(name), request(), set_position, items, position);
    (!pages.gone()).then(|| pages.listed(from_apigateway::mapping))
}

async fn routing_rules(asker: &Asker<'_>, clients: &Clients, told: &sdk::DomainName, name: &str) -> Listed<Mapping> {
    let id = told.domain_name_id.clone();
    let request = || clients.apigatewayv2.list_routing_rules().domain_name(name).set_domain_name_id(id.clone());
    let pages = paged!(asker, &calls::LIST_ROUTING_RULES, Some(name), request(), set_next_token, routing_rules, next_token);
    let rules = pages.listed(|rule| Some(from_apigatewayv2::routing_rule(&rule)));
    Listed { items: rules.items.into_iter().flatten().collect(), gaps: rules.gaps }
}
