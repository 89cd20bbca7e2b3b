//! SAM: what it makes of its own types of resources, as `aws-sam-translator` does.
//!
//! APIs become the plain kinds, with the `OpenAPI` document that SAM writes from the events of functions. Whatever an event
//! gives keeps the place of the event. SAM works before functions are evaluated and this works after, which gives the same
//! document: an event of a function whose condition is unknown is an unknown operation.

mod api;
mod auth;
mod body;
mod domain;
mod events;
mod ids;
mod merge;
mod policy;
mod rest;
#[cfg(test)]
mod tests;

pub(super) use self::ids::{attribute, own};

use self::api::Api;
use super::eval::World;
use crate::iac::code::{Code, Uncounted};
use crate::iac::value::Why;

/// Whether SAM makes something else of a type.
pub(super) fn expands(kind: &str) -> bool {
    matches!(kind, "AWS::Serverless::Api" | "AWS::Serverless::HttpApi" | "AWS::Serverless::WebSocketApi")
}

/// Adds what SAM makes of a stack.
pub(super) fn expand(world: &World, number: usize, code: &mut Code) {
    let stack = &world.stacks[number];
    let events = events::of(world, number);
    for (api, why) in api::uncertain(&events) {
        let address = stack.address(&api);
        code.uncounted.push(Uncounted { address, kind: "AWS::ApiGateway::RestApi".to_owned(), why });
    }
    for api in api::of(world, number, &events) {
        if api.kind == api::Kind::WebSocket {
            let why = Why::new(format!("{} is a WebSocket API of SAM, which is not followed", api.address));
            code.uncounted.push(Uncounted { address: api.address, kind: "AWS::ApiGatewayV2::Api".to_owned(), why });
            continue;
        }
        let made = match api.kind {
            api::Kind::Rest => rest::rest(world, number, &api, &events),
            _ => rest::http(world, number, &api, &events),
        };
        for declaration in made {
            // Two APIs may share a domain name.
            if !code.declarations.iter().any(|other| other.address == declaration.address) {
                code.declarations.push(declaration);
            }
        }
    }
}

impl Api {
    /// The events that are routes of this API.
    fn events<'e>(&'e self, events: &'e [events::Event]) -> impl Iterator<Item = &'e events::Event> {
        events.iter().filter(|event| event.kind == self.kind && event.api.as_ref().is_ok_and(|api| *api == self.id))
    }
}
