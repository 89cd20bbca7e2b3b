//! The `OpenAPI` document of an API.

use super::api::{Api, Kind};
use super::auth;
use super::events::{ANY, Event};
use super::merge::{at, list, map, put};
use crate::iac::cloudformation::eval::World;
use crate::iac::value::{Node, Value, Why};

const INTEGRATION: &str = "x-amazon-apigateway-integration";

/// The document; unknown where a route may be missing from it.
pub(super) fn of(world: &World, number: usize, api: &Api, events: &[Event]) -> Node {
    made(world, number, api, events).unwrap_or_else(|why| at(Value::Unknown(why), api.block))
}

fn made(world: &World, number: usize, api: &Api, events: &[Event]) -> Result<Node, Why> {
    let written = api.properties.get("DefinitionBody");
    let mut body = if written.is_null() { skeleton(api) } else { written.clone() };
    if let Value::Unknown(why) = &body.value {
        return Err(why.clone());
    }
    // Someone else's event may be a route of any API.
    if let Some(why) = events.iter().filter(|event| event.kind == api.kind).find_map(|event| event.api.as_ref().err()) {
        return Err(why.clone());
    }
    let manages = written.is_null() || api.kind == Kind::Http || api.properties.get("MergeDefinitions").bool()? == Some(true);
    let mut own = Vec::new();
    for event in api.events(events).filter(|_| manages) {
        let (path, method) = event.route.clone()?;
        if body.at(&["paths", &path, &method]).get(INTEGRATION).is_null() {
            own.push((path, method, event));
        }
    }
    for (path, method, event) in &own {
        let mut operation = body.at(&["paths", path, method]).clone();
        put(&mut operation, &[INTEGRATION], event.integration.clone());
        put(&mut operation, &["responses"], map([], event.span));
        operation.span = event.span;
        put(&mut body, &["paths", path, method], operation);
    }
    preflight(api, &mut body)?;
    secure(api, &mut body, &own)?;
    for (path, method, event) in &own {
        if let Some(why) = &event.unknown {
            put(&mut body, &["paths", path, method], at(Value::Unknown(why.clone()), event.span));
        }
    }
    let schemes = if body.get("swagger").is_null() { vec!["components", "securitySchemes"] } else { vec!["securityDefinitions"] };
    for (name, scheme) in auth::schemes(world, number, api)? {
        let path: Vec<&str> = schemes.iter().copied().chain([name.as_str()]).collect();
        if body.at(&path).is_null() || !api.properties.get("Auth").at(&["Authorizers", &name]).is_null() {
            put(&mut body, &path, scheme);
        }
    }
    Ok(body)
}

fn skeleton(api: &Api) -> Node {
    let title = match api.properties.get("Name") {
        name if name.is_null() => at(api.id.as_str(), api.block),
        name => name.clone(),
    };
    let info = map([("title", title), ("version", at("1.0", api.block))], api.block);
    map([("openapi", at("3.0.1", api.block)), ("info", info), ("paths", map([], api.block))], api.block)
}

/// The methods of a document: path, method and operation.
fn operations(body: &Node) -> Result<Vec<(String, String, Node)>, Why> {
    let mut found = Vec::new();
    for (path, item) in body.get("paths").pairs()? {
        let methods = item.pairs()?.into_iter().filter(|(method, _)| is_method(method));
        found.extend(methods.map(|(method, operation)| (path.to_owned(), method.to_owned(), operation.clone())));
    }
    Ok(found)
}

fn is_method(name: &str) -> bool {
    matches!(name, "get" | "put" | "post" | "delete" | "options" | "head" | "patch" | "trace" | ANY)
}

/// What each operation asks for.
fn secure(api: &Api, body: &mut Node, own: &[(String, String, &Event)]) -> Result<(), Why> {
    for (path, method, operation) in operations(body)? {
        if !matches!(operation.value, Value::Map(_)) || (api.kind == Kind::Http && operation.get(INTEGRATION).is_null()) {
            continue;
        }
        let event = own.iter().find(|(other, verb, _)| *other == path && *verb == method).map(|(_, _, event)| *event);
        let security = auth::security(api, event, &method, operation.get("security"));
        if !security.is_null() {
            put(body, &["paths", &path, &method, "security"], security);
        }
    }
    Ok(())
}

/// The preflight methods that `Cors` adds to a REST API, which anyone may call unless an authorizer guards them.
fn preflight(api: &Api, body: &mut Node) -> Result<(), Why> {
    let cors = api.properties.get("Cors");
    if api.kind != Kind::Rest || cors.is_null() {
        return Ok(());
    }
    let paths: Vec<String> = body.get("paths").pairs()?.into_iter().map(|(path, _)| path.to_owned()).collect();
    for path in paths {
        if !body.at(&["paths", &path, "options"]).is_null() {
            continue;
        }
        let integration = map([("type", at("mock", cors.span))], cors.span);
        let operation = map([(INTEGRATION, integration), ("consumes", list([], None)), ("responses", map([], cors.span))], cors.span);
        put(body, &["paths", &path, "options"], operation);
    }
    Ok(())
}
