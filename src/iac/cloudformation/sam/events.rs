//! The events of functions and state machines that are routes.

use super::api::{Kind, globals};
use super::merge::{at, map, merged};
use crate::iac::cloudformation::eval::stack::Resource;
use crate::iac::cloudformation::eval::{Here, World};
use crate::iac::text::Span;
use crate::iac::value::{Node, Text, Value, Why};

/// The name that `OpenAPI` documents of API Gateway give to any method.
pub(super) const ANY: &str = "x-amazon-apigateway-any-method";

/// A route that a function answers.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) kind: Kind,
    /// The logical id of its API, or why that is not known.
    pub(super) api: Result<String, Why>,
    /// Its path and method, or why they are not known.
    pub(super) route: Result<(String, String), Why>,
    /// Why nobody knows whether it is made.
    pub(super) unknown: Option<Why>,
    /// What calls its function.
    pub(super) integration: Node,
    /// Its own settings of who may call it.
    pub(super) auth: Node,
    /// Its own settings of the route.
    pub(super) settings: Node,
    pub(super) span: Option<Span>,
}

/// The events of a stack.
pub(super) fn of(world: &World, number: usize) -> Vec<Event> {
    let mut found = Vec::new();
    let shared = globals(world, number, "Function");
    for (id, resource) in &world.stacks[number].resources {
        let function = resource.kind == "AWS::Serverless::Function";
        if !function && resource.kind != "AWS::Serverless::StateMachine" {
            continue;
        }
        let unknown = match world.is_made(number, resource) {
            Ok(true) => None,
            Ok(false) => continue,
            Err(why) => Some(why),
        };
        let own = resource.property("Events").and_then(|item| world.node(Here::of(number), item)).unwrap_or_else(Node::empty);
        let events = if function { merged(shared.get("Events"), &own) } else { own };
        match &events.value {
            Value::Map(map) => {
                let made = map.values().flat_map(|event| read(world, number, id, resource, event));
                found.extend(made.map(|event| Event { unknown: unknown.clone(), ..event }));
            }
            Value::Unknown(why) => found.extend([Kind::Rest, Kind::Http].map(|kind| hidden(kind, why, events.span))),
            _ => {}
        }
    }
    found
}

/// An event of which nothing is known.
fn hidden(kind: Kind, why: &Why, span: Option<Span>) -> Event {
    Event {
        kind,
        api: Err(why.clone()),
        route: Err(why.clone()),
        unknown: Some(why.clone()),
        integration: Node::empty(),
        auth: Node::empty(),
        settings: Node::empty(),
        span,
    }
}

fn read(world: &World, number: usize, id: &str, resource: &Resource, event: &Node) -> Vec<Event> {
    let kind = match event.get("Type").text() {
        Ok(Some(kind)) if kind == "Api" => Kind::Rest,
        Ok(Some(kind)) if kind == "HttpApi" => Kind::Http,
        Ok(_) => return Vec::new(),
        Err(why) => return [Kind::Rest, Kind::Http].map(|kind| hidden(kind, &why, event.span)).into(),
    };
    let properties = event.get("Properties");
    if let Value::Unknown(why) = &properties.value {
        return vec![hidden(kind, why, event.span)];
    }
    vec![Event {
        kind,
        api: api(world, number, kind, properties.get(if kind == Kind::Rest { "RestApiId" } else { "ApiId" })),
        route: route(kind, properties),
        unknown: None,
        integration: integration(world, number, id, resource, kind, properties, event.span),
        auth: properties.get("Auth").clone(),
        settings: properties.get("RouteSettings").clone(),
        span: event.span,
    }]
}

/// The logical id of the API that an event names.
fn api(world: &World, number: usize, kind: Kind, named: &Node) -> Result<String, Why> {
    let Some(name) = named.text()? else { return Ok(kind.implicit().to_owned()) };
    let stack = &world.stacks[number];
    let is_it = |id: &str| {
        let reference = world.attribute(number, id, "Ref");
        id == name || matches!(&reference, Value::Text(text) if *text.text == *name)
    };
    let written = stack.resources.iter().filter(|(_, resource)| Kind::of(&resource.kind) == Some(kind)).map(|(id, _)| id.as_str());
    let found = written.chain([kind.implicit()]).find(|id| is_it(id)).map(ToOwned::to_owned);
    found.ok_or_else(|| Why::new(format!("{name} is no API of SAM in {}", stack.path)))
}

/// The path and the method of an event, as `OpenAPI` writes them.
fn route(kind: Kind, properties: &Node) -> Result<(String, String), Why> {
    let (path, method) = (properties.get("Path").text()?, properties.get("Method").text()?);
    if kind == Kind::Http && path.is_none() && method.is_none() {
        return Ok(("$default".to_owned(), ANY.to_owned()));
    }
    let method = method.unwrap_or_else(|| "any".to_owned()).to_ascii_lowercase();
    Ok((path.unwrap_or_else(|| "/".to_owned()), if method == "any" { ANY.to_owned() } else { method }))
}

fn integration(world: &World, number: usize, id: &str, resource: &Resource, kind: Kind, properties: &Node, span: Option<Span>) -> Node {
    let machine = resource.kind == "AWS::Serverless::StateMachine";
    let to = &world.stacks[number].to;
    let uri = |target: &str| format!("arn:{}:apigateway:{}:{target}", to.partition, to.region);
    let uri = if machine {
        Value::from(uri("states:action/StartExecution"))
    } else {
        invocation(world, number, &world.attribute(number, id, "Arn"))
    };
    let timeout = properties.get("TimeoutInMillis").clone();
    let format = match properties.get("PayloadFormatVersion") {
        given if !given.is_null() => given.clone(),
        _ if kind == Kind::Http => at("2.0", span),
        _ => Node::from(Value::Null),
    };
    map(
        [
            ("type", at(if machine { "aws" } else { "aws_proxy" }, span)),
            ("httpMethod", at("POST", span)),
            ("uri", at(uri, span)),
            ("timeoutInMillis", timeout),
            ("payloadFormatVersion", format),
        ],
        span,
    )
}

/// The URI under which API Gateway calls a function.
pub(super) fn invocation(world: &World, number: usize, function: &Value) -> Value {
    let to = &world.stacks[number].to;
    match function {
        Value::Text(Text { text, made_up }) => {
            let uri = format!("arn:{}:apigateway:{}:lambda:path/2015-03-31/functions/{text}/invocations", to.partition, to.region);
            if *made_up { Value::made_up(uri) } else { Value::from(uri) }
        }
        Value::Unknown(why) => Value::Unknown(why.clone()),
        _ => Value::unknown("a function has no ARN here"),
    }
}
