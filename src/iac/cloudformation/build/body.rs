//! APIs that a template defines by an `OpenAPI` document.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::body_paths::{Decides, decides};
use super::read::own_id;
use crate::iac::code::Declaration;
use crate::iac::text::Span;
use crate::iac::value::{Node, Value, Why};
use crate::inventory::{Authorizer, Cause, Gap, Integration, Observed, Protocol, Route};
use crate::openapi::{self, ExportError};

/// Before the number of a place that is not known. No document holds it.
const MARK: &str = "\u{1}unknown ";

/// What a definition says.
#[derive(Debug, Default)]
pub(super) struct Imported {
    /// The routes, each with the place of its operation.
    pub(super) routes: Vec<(Route, Option<Places>)>,
    /// The authorizers.
    pub(super) authorizers: Vec<Authorizer>,
}

/// What becomes of the base path of a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Base {
    /// It is left out.
    Ignore,
    /// It goes before every path.
    Prepend,
    /// All but its first part goes before every path.
    Split,
}

impl Base {
    /// What the parameter `basepath` means.
    pub(super) fn of(parameters: &Node) -> Result<Self, Why> {
        Ok(match parameters.get("basepath").text()?.as_deref() {
            Some("prepend") => Self::Prepend,
            Some("split") => Self::Split,
            _ => Self::Ignore,
        })
    }

    /// What goes before every path.
    fn before(self, document: &Json) -> String {
        let whole = document.get("basePath").and_then(Json::as_str).map_or_else(|| of_server(document), ToOwned::to_owned);
        let whole = whole.trim_matches('/');
        let kept = match self {
            Self::Ignore => "",
            Self::Prepend => whole,
            Self::Split => whole.split_once('/').map_or("", |(_, rest)| rest),
        };
        if kept.is_empty() { String::new() } else { format!("/{kept}") }
    }
}

/// The path of the first server, its variables by their defaults.
fn of_server(document: &Json) -> String {
    let Some(server) = document.pointer("/servers/0") else { return String::new() };
    let url = server.get("url").and_then(Json::as_str).unwrap_or_default();
    let path = url.split_once("://").map_or(url, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let variable = server.pointer("/variables/basePath/default").and_then(Json::as_str).unwrap_or_default();
    path.replace("{basePath}", variable.trim_matches('/'))
}

/// Reads a definition.
pub(super) fn import(declaration: &Declaration, body: &Node, protocol: Protocol, base: Base) -> Result<Imported, Why> {
    let mut marking = Marking { declaration, base: base != Base::Ignore, holes: Vec::new(), open: BTreeMap::new() };
    let mut document = marking.json(body, &mut Vec::new())?;
    modernise(&mut document);
    let before = base.before(&document);
    let mut source = Gap::new("", Cause::Undeployed);
    "Body".clone_into(&mut source.operation);
    source.resource = Some(declaration.address.clone());
    let read = match openapi::read(document.to_string().as_bytes(), protocol, &source) {
        Err(ExportError::NoMethods) => return Ok(Imported::default()),
        read => read.map_err(|error| Why::new(error.to_string()))?,
    };
    let routes = read.configuration.routes.into_iter().map(|route| {
        let places = places(body, &route);
        (marking.settle(route, &before), places)
    });
    Ok(Imported { routes: routes.collect(), authorizers: read.authorizers })
}

/// Swagger keeps its security schemes elsewhere.
fn modernise(document: &mut Json) {
    let Some(root) = document.as_object_mut() else { return };
    if let Some(schemes) = root.get("securityDefinitions").cloned() {
        let components = root.entry("components").or_insert_with(|| Json::Object(Map::new()));
        if let Some(components) = components.as_object_mut() {
            components.entry("securitySchemes").or_insert(schemes);
        }
    }
}

/// Where an operation stands, and its parts.
pub(super) type Places = (Span, BTreeMap<String, Span>);

/// The parts of an operation, by the names that inventories give them, and where the operation has them.
const PARTS: [(&str, &[&str]); 7] = [
    ("authorization", &["security"]),
    ("integration", &["x-amazon-apigateway-integration"]),
    ("integration.type", &["x-amazon-apigateway-integration", "type"]),
    ("integration.uri", &["x-amazon-apigateway-integration", "uri"]),
    ("integration.connection_type", &["x-amazon-apigateway-integration", "connectionType"]),
    ("integration.connection_id", &["x-amazon-apigateway-integration", "connectionId"]),
    ("integration.tls", &["x-amazon-apigateway-integration", "tlsConfig"]),
];

/// The place of an operation, and those of its parts.
fn places(body: &Node, route: &Route) -> Option<Places> {
    let operation = operation(body, route);
    let parts = PARTS.iter().filter_map(|(part, path)| Some(((*part).to_owned(), operation.at(path).span?)));
    Some((operation.span?, parts.collect()))
}

fn operation<'b>(body: &'b Node, route: &Route) -> &'b Node {
    let path = if route.path == "$default" { "/$default" } else { &route.path };
    let item = body.get("paths").get(path);
    let any = route.method == "ANY" || route.method.is_empty();
    let verb = if any { "x-amazon-apigateway-any-method".to_owned() } else { route.method.to_ascii_lowercase() };
    item.get(&verb)
}

/// Turns a definition into JSON, and remembers what was not known of it.
struct Marking<'d> {
    declaration: &'d Declaration,
    base: bool,
    /// The parts of integrations that are not known, by their numbers.
    holes: Vec<Gap>,
    /// The integrations that are not known, by path and verb.
    open: BTreeMap<(String, String), Gap>,
}

impl Marking<'_> {
    fn json(&mut self, node: &Node, path: &mut Vec<String>) -> Result<Json, Why> {
        Ok(match &node.value {
            Value::Unknown(why) => self.unknown(why, path)?,
            Value::Map(map) => {
                let mut object = Map::new();
                for (key, item) in map {
                    path.push(key.clone());
                    object.insert(key.clone(), self.json(item, path)?);
                    path.pop();
                }
                Json::Object(object)
            }
            Value::List(items) => {
                let mut list = Vec::new();
                for (number, item) in items.iter().enumerate() {
                    path.push(number.to_string());
                    list.push(self.json(item, path)?);
                    path.pop();
                }
                Json::Array(list)
            }
            known => known.to_json()?,
        })
    }

    fn unknown(&mut self, why: &Why, path: &[String]) -> Result<Json, Why> {
        let gap = why.gap(&self.declaration.address);
        Ok(match decides(path, self.base) {
            Decides::Nothing => Json::Null,
            Decides::Identity => own_id(self.declaration, &format!("Body.{}", path.join("."))).into(),
            Decides::Slot => {
                self.holes.push(gap);
                format!("{MARK}{}", self.holes.len() - 1).into()
            }
            Decides::Integration => {
                self.open.insert((path[1].clone(), path[2].clone()), gap);
                Json::Null
            }
            Decides::Everything => return Err(why.clone()),
        })
    }

    /// The route with its base path, and with gaps where something of its integration is not known.
    fn settle(&self, mut route: Route, before: &str) -> Route {
        let verb = if route.method == "ANY" || route.method.is_empty() {
            "x-amazon-apigateway-any-method".to_owned()
        } else {
            route.method.to_ascii_lowercase()
        };
        let path = if route.path == "$default" { "/$default".to_owned() } else { route.path.clone() };
        if let Some(gap) = self.open.get(&(path, verb)) {
            route.integration = Observed::Unknown(gap.clone());
        }
        if let Observed::Known(integration) = &mut route.integration {
            self.reopen(integration);
        }
        if route.path != "$default" {
            let path = if before.is_empty() { route.path } else { format!("{before}{}", route.path.trim_end_matches('/')) };
            route.path = path;
        }
        route
    }

    fn reopen(&self, integration: &mut Integration) {
        for slot in [&mut integration.uri, &mut integration.connection_id, &mut integration.target] {
            let number = slot.known().and_then(|text| text.strip_prefix(MARK)).and_then(|number| number.parse::<usize>().ok());
            if let Some(gap) = number.and_then(|number| self.holes.get(number)) {
                *slot = Observed::Unknown(gap.clone());
            }
        }
    }
}
