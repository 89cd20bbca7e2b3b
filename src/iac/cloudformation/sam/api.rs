//! The APIs of a stack, also those that only events ask for.

use super::events::Event;
use super::merge::merged;
use crate::iac::cloudformation::eval::{Here, World};
use crate::iac::text::Span;
use crate::iac::value::{Node, Why};

/// The kind of an API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Rest,
    Http,
    WebSocket,
}

/// An API.
#[derive(Debug, Clone)]
pub(super) struct Api {
    /// Its logical id.
    pub(super) id: String,
    pub(super) address: String,
    pub(super) kind: Kind,
    /// Its properties, with the global ones.
    pub(super) properties: Node,
    pub(super) head: Option<Span>,
    pub(super) block: Option<Span>,
}

impl Kind {
    /// The kind of a type of resources.
    pub(super) fn of(kind: &str) -> Option<Self> {
        Some(match kind {
            "AWS::Serverless::Api" => Self::Rest,
            "AWS::Serverless::HttpApi" => Self::Http,
            "AWS::Serverless::WebSocketApi" => Self::WebSocket,
            _ => return None,
        })
    }

    /// The API that events belong to that name none.
    pub(super) fn implicit(self) -> &'static str {
        if self == Self::Rest { "ServerlessRestApi" } else { "ServerlessHttpApi" }
    }

    /// Its section among the globals.
    pub(super) fn section(self) -> &'static str {
        match self {
            Self::Rest => "Api",
            Self::Http => "HttpApi",
            Self::WebSocket => "WebSocketApi",
        }
    }
}

/// The global properties of a kind of resource.
pub(super) fn globals(world: &World, number: usize, section: &str) -> Node {
    let item = world.stacks[number].root.get("Globals").and_then(|globals| globals.get(section));
    item.and_then(|item| world.node(Here::of(number), item)).unwrap_or_else(Node::empty)
}

/// The APIs of a stack that are made.
pub(super) fn of(world: &World, number: usize, events: &[Event]) -> Vec<Api> {
    let stack = &world.stacks[number];
    let written = stack.resources.iter().filter_map(|(id, resource)| {
        let kind = Kind::of(&resource.kind)?;
        world.is_made(number, resource).ok().filter(|made| *made)?;
        let own = resource.properties.as_ref().and_then(|item| world.node(Here::of(number), item)).unwrap_or_else(Node::empty);
        let properties = merged(&globals(world, number, kind.section()), &own);
        let address = stack.address(id);
        Some(Api { id: id.clone(), address, kind, properties, head: Some(resource.head), block: Some(resource.block) })
    });
    let mut apis: Vec<Api> = written.collect();
    for kind in [Kind::Rest, Kind::Http] {
        let certain = events.iter().find(|event| is_implicit(event, kind) && event.unknown.is_none());
        let Some(event) = certain.filter(|_| !stack.resources.contains_key(kind.implicit())) else { continue };
        let id = kind.implicit().to_owned();
        let address = stack.address(&id);
        let properties = globals(world, number, kind.section());
        // Nobody wrote it: its first event stands for it.
        apis.push(Api { id, address, kind, properties, head: event.span, block: event.span });
    }
    apis
}

/// APIs that nobody wrote, and of which nobody knows whether an event asks for them.
pub(super) fn uncertain(events: &[Event]) -> Vec<(String, Why)> {
    let kinds = [Kind::Rest, Kind::Http].into_iter().filter_map(|kind| {
        let mut implicit = events.iter().filter(|event| is_implicit(event, kind));
        let first = implicit.next()?;
        let why = first.unknown.clone()?;
        implicit.all(|event| event.unknown.is_some()).then(|| (kind.implicit().to_owned(), why))
    });
    kinds.collect()
}

fn is_implicit(event: &Event, kind: Kind) -> bool {
    event.kind == kind && event.api.as_ref().is_ok_and(|api| api == kind.implicit())
}
