//! What an API routes: methods of REST resources, and routes of HTTP and WebSocket APIs.

use std::collections::BTreeMap;

use super::super::Room;
use super::super::read::{Attributes as _, id, observed};
use super::integrations::{of_http as http_integration, of_rest as rest_integration};
use super::{Routes, route_id};
use crate::iac::code::Declaration;
use crate::iac::value::Why;
use crate::inventory::{Integration, Observed, Route};

/// Adds the methods and integrations of a REST API.
pub(super) fn of_rest(room: &mut Room<'_, '_>, api: &Declaration, arn: &str, all: &mut Routes) {
    let paths = paths(room, api, all);
    let (methods, unsure) = room.parts_of(&id(api), "aws_api_gateway_method", "rest_api_id");
    note(all, unsure);
    for declaration in methods {
        match method(room, declaration, &paths) {
            Ok(route) => {
                room.name(declaration, route_id(arn, &route.method, &route.path));
                all.set(route);
            }
            Err(why) => all.unknown(&why, &declaration.address),
        }
    }
    let (integrations, unsure) = room.parts_of(&id(api), "aws_api_gateway_integration", "rest_api_id");
    note(all, unsure);
    for declaration in integrations {
        match place(declaration, &paths) {
            Ok((path, method)) => {
                room.name(declaration, route_id(arn, &method, &path));
                integrate(all, &path, &method, rest_integration(declaration));
            }
            Err(why) => all.unknown(&why, &declaration.address),
        }
    }
}

fn note(all: &mut Routes, unsure: Vec<(String, Why)>) {
    for (address, why) in unsure {
        all.unknown(&why, &address);
    }
}

fn integrate(all: &mut Routes, path: &str, method: &str, integration: Observed<Integration>) {
    if let Some(route) = all.routes.iter_mut().find(|route| route.path == path && route.method == method) {
        route.integration = integration;
    }
}

/// The path of each resource of an API, by the resource's id.
fn paths(room: &Room<'_, '_>, api: &Declaration, all: &mut Routes) -> BTreeMap<String, String> {
    let top = api.name("root_resource_id").map_or_else(|| format!("{}/", id(api)), ToOwned::to_owned);
    let mut paths = BTreeMap::from([(top, "/".to_owned())]);
    let (mut open, unsure) = room.parts_of(&id(api), "aws_api_gateway_resource", "rest_api_id");
    note(all, unsure);
    // Each round places those whose parent has its place; whatever is left hangs on nothing that is known.
    loop {
        let before = open.len();
        open.retain(|declaration| match path(declaration, &paths) {
            Some(path) => {
                paths.insert(id(declaration), path);
                false
            }
            None => true,
        });
        if open.len() == before {
            break;
        }
    }
    paths
}

fn path(declaration: &Declaration, paths: &BTreeMap<String, String>) -> Option<String> {
    let parent = paths.get(&declaration.text_at("parent_id").ok()??)?;
    let part = declaration.text_at("path_part").ok()??;
    Some(format!("{}/{part}", parent.trim_end_matches('/')))
}

/// The path and verb of a method, an integration or the like.
fn place(declaration: &Declaration, paths: &BTreeMap<String, String>) -> Result<(String, String), Why> {
    let resource = declaration.required("resource_id")?;
    let method = declaration.required("http_method")?;
    let path = paths.get(&resource).cloned();
    Ok((path.ok_or_else(|| Why::new(format!("the path of {resource} is not known")))?, method.to_ascii_uppercase()))
}

fn method(room: &Room<'_, '_>, declaration: &Declaration, paths: &BTreeMap<String, String>) -> Result<Route, Why> {
    let (path, method) = place(declaration, paths)?;
    let address = &declaration.address;
    let authorizer = declaration.text_at("authorizer_id");
    let validator = declaration.text_at("request_validator_id");
    Ok(Route {
        path,
        method,
        resource_id: None,
        authorization: observed(address, declaration.text_or("authorization", "NONE").map(Some)),
        authorizer: room.name_of("aws_api_gateway_authorizer", authorizer, &format!("{address}.authorizer_id")),
        authorization_scopes: declaration.attr("authorization_scopes").texts().unwrap_or_default(),
        api_key_required: declaration.flag("api_key_required")?,
        request_validator: room.name_of("aws_api_gateway_request_validator", validator, &format!("{address}.request_validator_id")),
        integration: Observed::Absent,
    })
}

/// Adds the routes of an HTTP or WebSocket API.
pub(super) fn of_http(room: &mut Room<'_, '_>, api: &Declaration, arn: &str, all: &mut Routes) {
    let (integrations, unsure) = room.parts_of(&id(api), "aws_apigatewayv2_integration", "api_id");
    let (routes, unsure_routes) = room.parts_of(&id(api), "aws_apigatewayv2_route", "api_id");
    note(all, unsure_routes);
    for declaration in routes {
        match route(room, declaration, &integrations, unsure.first()) {
            Ok((route, by)) => {
                let key = route_id(arn, &route.method, &route.path);
                if let Some(integration) = by {
                    room.name(integration, &key);
                }
                room.name(declaration, key);
                all.set(route);
            }
            Err(why) => all.unknown(&why, &declaration.address),
        }
    }
}

/// A route, and the integration that answers it.
fn route<'c>(
    room: &Room<'c, '_>,
    declaration: &Declaration,
    integrations: &[&'c Declaration],
    unsure: Option<&(String, Why)>,
) -> Result<(Route, Option<&'c Declaration>), Why> {
    let address = &declaration.address;
    let (method, path) = split(&declaration.required("route_key")?);
    let target = declaration.text_at("target");
    let named = target.as_ref().ok().and_then(Option::as_deref).and_then(|target| target.strip_prefix("integrations/"));
    let by = named.and_then(|named| integrations.iter().copied().find(|one| id(one) == named));
    let integration = match (&target, by) {
        (Err(why), _) => Observed::Unknown(why.gap(address)),
        (Ok(None), _) => Observed::Absent,
        (Ok(Some(_)), Some(by)) => http_integration(by),
        (Ok(Some(target)), None) => {
            let missing = || Why::new(format!("{target} is not in this code")).gap(address);
            Observed::Unknown(unsure.map_or_else(missing, |(address, why)| why.gap(address)))
        }
    };
    let authorizer = declaration.text_at("authorizer_id");
    let route = Route {
        path,
        method,
        resource_id: None,
        authorization: observed(address, declaration.text_or("authorization_type", "NONE").map(Some)),
        authorizer: room.name_of("aws_apigatewayv2_authorizer", authorizer, &format!("{address}.authorizer_id")),
        authorization_scopes: declaration.attr("authorization_scopes").texts().unwrap_or_default(),
        api_key_required: declaration.flag("api_key_required")?,
        request_validator: None,
        integration,
    };
    Ok((route, by))
}

/// The verb and the path of a route key; the whole key where it has no verb.
pub(super) fn split(key: &str) -> (String, String) {
    key.split_once(' ').map_or_else(|| (String::new(), key.to_owned()), |(method, path)| (method.to_owned(), path.to_owned()))
}
