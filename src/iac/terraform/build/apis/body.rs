//! The body of an API: an OpenAPI document within the code.

use std::sync::Arc;

use serde_json::Value as Json;

use super::super::Room;
use super::super::read::Attributes as _;
use super::{Routes, route_id};
use crate::iac::cloudformation::document;
use crate::iac::code::Declaration;
use crate::iac::text::Files;
use crate::iac::value::{Value, Why};
use crate::inventory::{Cause, Gap, Observed, Protocol, Route, UNDEPLOYED};
use crate::openapi;

/// What the body of an API says.
pub(super) enum Body {
    /// There is none.
    None,
    /// A document, and the protocol it is for.
    Document(Json, Protocol),
    /// One that is not known, or that nobody here can read.
    Unknown(Why),
}

/// Reads the body of an API.
pub(super) fn read(declaration: &Declaration, protocol: Protocol) -> Body {
    let node = declaration.attr("body");
    let json = match &node.value {
        Value::Null => return Body::None,
        Value::Text(text) if text.text.trim().is_empty() => return Body::None,
        Value::Text(text) => parse(&text.text),
        other => other.to_json(),
    };
    match json {
        Ok(json) => Body::Document(modern(json), protocol),
        Err(why) => Body::Unknown(why),
    }
}

/// JSON, or YAML as templates are written in it.
fn parse(text: &Arc<str>) -> Result<Json, Why> {
    if let Ok(json) = serde_json::from_str(text) {
        return Ok(json);
    }
    let document = document::parse(text, "body.yaml", &mut Files::default());
    let document = document.map_err(|_| Why::new("the body of the API is neither JSON nor YAML"))?;
    document.to_node().value.to_json()
}

/// Version 2 of the language keeps its security schemes elsewhere.
fn modern(mut document: Json) -> Json {
    if let Some(schemes) = document.get("securityDefinitions").cloned()
        && let Some(fields) = document.as_object_mut()
    {
        fields.entry("components").or_insert_with(|| serde_json::json!({ "securitySchemes": schemes }));
    }
    document
}

impl Body {
    /// Whether the body switches the API's own name off.
    pub(super) fn switches_default_endpoint_off(&self) -> Result<bool, Why> {
        match self {
            Self::None => Ok(false),
            Self::Unknown(why) => Err(why.clone()),
            Self::Document(document, _) => Ok(said_off(document)),
        }
    }

    /// What the body says under a key; none where it says nothing.
    pub(super) fn says(&self, key: &str) -> Result<Option<&Json>, Why> {
        match self {
            Self::None => Ok(None),
            Self::Unknown(why) => Err(why.clone()),
            Self::Document(document, _) => Ok(document.get(key)),
        }
    }

    /// The resource policy in the body; of a body that is not known, a text that nobody can judge.
    pub(super) fn policy(&self) -> Option<String> {
        match self {
            Self::None => None,
            Self::Unknown(_) => Some(UNDEPLOYED.to_owned()),
            Self::Document(document, _) => document.get("x-amazon-apigateway-policy").map(Json::to_string),
        }
    }
}

fn said_off(document: &Json) -> bool {
    let key = "x-amazon-apigateway-endpoint-configuration";
    let servers = document.get("servers").and_then(Json::as_array).into_iter().flatten();
    let configurations = servers.chain([document]).filter_map(|place| place.get(key));
    let off = |configuration: &Json| configuration.get("disableExecuteApiEndpoint") == Some(&Json::Bool(true));
    let mut configurations = configurations;
    configurations.any(off)
}

/// Adds the routes of the body.
pub(super) fn routes(room: &mut Room<'_, '_>, declaration: &Declaration, arn: &str, body: &Body, all: &mut Routes) {
    let address = &declaration.address;
    match body {
        Body::None => {}
        Body::Unknown(why) => all.unknown(why, address),
        Body::Document(document, protocol) => {
            let mut source = Gap::new("", Cause::Undeployed);
            "the body".clone_into(&mut source.operation);
            source.resource = Some(address.clone());
            match openapi::read(document.to_string().as_bytes(), *protocol, &source) {
                Ok(exported) => {
                    for mut route in exported.configuration.routes {
                        room.name(declaration, route_id(arn, &route.method, &route.path));
                        undeploy(&mut route);
                        all.set(route);
                    }
                }
                Err(error) => all.unknown(&Why::new(error.to_string()), address),
            }
        }
    }
}

/// What the body leaves open is no matter of permissions.
fn undeploy(route: &mut Route) {
    let mend = |gap: &mut Gap| {
        gap.cause = Cause::Undeployed;
        gap.operation.clear();
    };
    if let Observed::Unknown(gap) = &mut route.authorization {
        mend(gap);
    }
    match &mut route.integration {
        Observed::Unknown(gap) => mend(gap),
        Observed::Known(integration) => {
            for slot in [&mut integration.connection_id, &mut integration.target, &mut integration.uri] {
                if let Observed::Unknown(gap) = slot {
                    mend(gap);
                }
            }
        }
        Observed::Absent => {}
    }
}
