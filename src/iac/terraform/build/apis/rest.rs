//! REST APIs.

use super::super::Room;
use super::super::read::{Attributes as _, id, label, tags};
use super::body::{self, Body};
use super::{Routes, routes};
use crate::iac::code::Declaration;
use crate::iac::draft::{List, usual_security_policy};
use crate::iac::value::Why;
use crate::inventory::{Api, Listed, Observed, Protocol, UNDEPLOYED};

pub(super) fn fill(room: &mut Room<'_, '_>) {
    for declaration in room.of(&["aws_api_gateway_rest_api"]) {
        let arn = room.draft.to.api("restapis", &id(declaration));
        room.name(declaration, &arn);
        let body = body::read(declaration, Protocol::Rest);
        let read = api(room, declaration, &body);
        if let Some(mut api) = room.kept(List::RestApis, &declaration.address, read) {
            let mut all = Routes::default();
            body::routes(room, declaration, &arn, &body, &mut all);
            routes::of_rest(room, declaration, &arn, &mut all);
            api.working_copy = all.finish();
            room.draft.region.rest_apis.items.push(api);
        }
    }
    orphans(room);
}

fn api(room: &Room<'_, '_>, declaration: &Declaration, body: &Body) -> Result<Api, Why> {
    let off = declaration.attr("disable_execute_api_endpoint").bool()?;
    let off = off.map_or_else(|| body.switches_default_endpoint_off(), Ok)?;
    let endpoints = declaration.block("endpoint_configuration");
    let types = declaration.blocks("endpoint_configuration").and_then(|_| endpoints.attr("types").texts());
    let types = match types {
        Ok(types) if types.is_empty() => vec!["EDGE".to_owned()],
        Ok(types) => types,
        Err(_) => vec![UNDEPLOYED.to_owned()],
    };
    let security_policy = security_policy(declaration, &types, body);
    Ok(Api {
        // What answers browsers of other origins are routes of its own.
        cors: Observed::Absent,
        id: id(declaration),
        name: label(declaration, "name"),
        protocol: Protocol::Rest,
        endpoint_types: types,
        vpc_endpoint_ids: endpoints.attr("vpc_endpoint_ids").texts().unwrap_or_default(),
        policy: policy(room, declaration, body),
        disable_execute_api_endpoint: off,
        security_policy,
        endpoint_access_mode: None,
        api_key_source: Some(declaration.text_at("api_key_source")?.unwrap_or_else(|| "HEADER".to_owned())),
        status: Some("AVAILABLE".to_owned()),
        tags: tags(declaration),
        working_copy: Observed::default(),
        authorizers: Vec::new().into(),
        stages: Listed::from(Vec::new()),
    })
}

/// The resource policy: the resource of its own before the attribute, and that before what the body says. One that is not
/// known is a text that is no policy, which nobody can judge.
fn policy(room: &Room<'_, '_>, declaration: &Declaration, body: &Body) -> Option<String> {
    let (own, unsure) = room.parts_of(&id(declaration), "aws_api_gateway_rest_api_policy", "rest_api_id");
    if !unsure.is_empty() {
        return Some(UNDEPLOYED.to_owned());
    }
    let told = own.first().map_or_else(|| declaration.text_at("policy"), |policy| policy.text_at("policy"));
    match told {
        Ok(Some(policy)) => Some(policy),
        Ok(None) => body.policy(),
        Err(_) => Some(UNDEPLOYED.to_owned()),
    }
}

/// The TLS policy of the default endpoint; none where it is not known. Where nobody sets it, AWS gives each kind of endpoint its own.
fn security_policy(declaration: &Declaration, types: &[String], body: &Body) -> Option<String> {
    match (declaration.text_at("security_policy"), body.says("x-amazon-apigateway-security-policy")) {
        (Ok(Some(policy)), Ok(None)) => Some(policy),
        (Ok(None), Ok(Some(policy))) => policy.as_str().map(str::to_owned),
        (Ok(None), Ok(None)) => usual_security_policy(types),
        _ => None,
    }
}

/// Parts of APIs that are not in the code.
fn orphans(room: &mut Room<'_, '_>) {
    let kinds = ["aws_api_gateway_method", "aws_api_gateway_integration", "aws_api_gateway_stage", "aws_api_gateway_rest_api_policy"];
    for declaration in room.of(&kinds) {
        if let Ok(Some(api)) = declaration.text_at("rest_api_id")
            && room.draft.region.rest_apis.iter().all(|known| known.id != api)
        {
            room.lose(List::RestApis, &api, &Why::new(format!("{api} is not in this code")));
        }
    }
}
