//! HTTP and WebSocket APIs.

use super::super::Room;
use super::super::read::{Attributes as _, id, label, observed, tags};
use super::body::{self, Body};
use super::routes::{self, split};
use super::{Routes, route_id};
use crate::iac::code::Declaration;
use crate::iac::draft::List;
use crate::iac::value::{Node, Value, Why};
use crate::inventory::{Api, Cors, Integration, Listed, Observed, Protocol, Route, Stage};

pub(super) fn fill(room: &mut Room<'_, '_>) {
    for declaration in room.of(&["aws_apigatewayv2_api"]) {
        let arn = room.draft.to.api("apis", &id(declaration));
        room.name(declaration, &arn);
        let read = api(declaration);
        if let Some((mut api, body)) = room.kept(List::HttpApis, &declaration.address, read) {
            let mut all = Routes::default();
            body::routes(room, declaration, &arn, &body, &mut all);
            quick_create(room, declaration, &mut api, &arn, &mut all);
            routes::of_http(room, declaration, &arn, &mut all);
            api.working_copy = all.finish();
            room.draft.region.http_apis.items.push(api);
        }
    }
    orphans(room);
}

fn api(declaration: &Declaration) -> Result<(Api, Body), Why> {
    let socket = declaration.required("protocol_type")?.eq_ignore_ascii_case("WEBSOCKET");
    let protocol = if socket { Protocol::WebSocket } else { Protocol::Http };
    let body = body::read(declaration, protocol);
    let off = declaration.attr("disable_execute_api_endpoint").bool()?;
    let api = Api {
        cors: cors(declaration, protocol, &body),
        id: id(declaration),
        name: label(declaration, "name"),
        protocol,
        endpoint_types: vec!["REGIONAL".to_owned()],
        vpc_endpoint_ids: Vec::new(),
        policy: None,
        disable_execute_api_endpoint: off.map_or_else(|| body.switches_default_endpoint_off(), Ok)?,
        security_policy: None,
        endpoint_access_mode: None,
        api_key_source: None,
        status: None,
        tags: tags(declaration),
        working_copy: Observed::default(),
        authorizers: Vec::new().into(),
        stages: Vec::new().into(),
    };
    Ok((api, body))
}

/// What browsers of other origins are answered, as the attribute or the body says. Where both do, nobody can tell which comes last.
fn cors(declaration: &Declaration, protocol: Protocol, body: &Body) -> Observed<Cors> {
    if protocol != Protocol::Http {
        return Observed::Absent;
    }
    let block = declaration.block("cors_configuration");
    let set = declaration.attr("cors_configuration").items().map(|blocks| !blocks.is_empty());
    let told = match (set, body.says("x-amazon-apigateway-cors")) {
        (Err(why), _) | (_, Err(why)) => Err(why),
        (Ok(true), Ok(Some(_))) => Err(Why::new("the attribute and the body both say who may ask")),
        (Ok(true), Ok(None)) => cors_of(block).map(Some),
        (Ok(false), Ok(Some(document))) => cors_of_body(document).map(Some),
        (Ok(false), Ok(None)) => Ok(None),
    };
    observed(&declaration.address, told)
}

fn cors_of(block: &Node) -> Result<Cors, Why> {
    Ok(Cors {
        allow_origins: block.attr("allow_origins").texts()?,
        allow_methods: block.attr("allow_methods").texts()?,
        allow_headers: block.attr("allow_headers").texts()?,
        allow_credentials: block.flag("allow_credentials")?,
    })
}

fn cors_of_body(document: &serde_json::Value) -> Result<Cors, Why> {
    let node = Node::from(Value::from_json(document));
    Ok(Cors {
        allow_origins: node.get("allowOrigins").texts()?,
        allow_methods: node.get("allowMethods").texts()?,
        allow_headers: node.get("allowHeaders").texts()?,
        allow_credentials: node.flag("allowCredentials")?,
    })
}

/// An API that names a target gets a route, an integration and a stage that deploys every change.
fn quick_create(room: &mut Room<'_, '_>, declaration: &Declaration, api: &mut Api, arn: &str, all: &mut Routes) {
    let target = declaration.text_at("target");
    if target == Ok(None) {
        return;
    }
    api.stages.items.push(default_stage());
    room.name(declaration, format!("{arn}/stages/$default"));
    let key = match declaration.text_or("route_key", "$default") {
        Ok(key) => key,
        Err(why) => return all.unknown(&why, &declaration.address),
    };
    let (method, path) = split(&key);
    room.name(declaration, route_id(arn, &method, &path));
    let integration = match target {
        // Whether the target that is not known is set at all decides whether there is a route.
        Err(why) => return all.unknown(&why, &declaration.address),
        Ok(target) => Observed::Known(quick_integration(declaration, target.unwrap_or_default())),
    };
    all.set(Route {
        path,
        method,
        resource_id: None,
        authorization: Observed::Known("NONE".to_owned()),
        authorizer: None,
        authorization_scopes: Vec::new(),
        api_key_required: false,
        request_validator: None,
        integration,
    });
}

fn quick_integration(declaration: &Declaration, target: String) -> Integration {
    let function = target.contains(":lambda:");
    Integration {
        kind: if function { "AWS_PROXY" } else { "HTTP_PROXY" }.to_owned(),
        connection_type: Some("INTERNET".to_owned()),
        connection_id: Observed::Absent,
        target: Observed::Absent,
        uri: observed(&declaration.address, Ok(Some(target))),
        http_method: (!function).then(|| "ANY".to_owned()),
        credentials: declaration.text_at("credentials_arn").unwrap_or_default(),
        payload_format_version: Some(if function { "2.0" } else { "1.0" }.to_owned()),
        ..Integration::default()
    }
}

fn default_stage() -> Stage {
    Stage {
        secret_variables: Listed::default(),
        name: "$default".to_owned(),
        deployment_id: None,
        auto_deploy: true,
        variables: std::collections::BTreeMap::new(),
        canary: None,
        method_settings: std::collections::BTreeMap::new(),
        unread_settings: Vec::new(),
        access_log: None,
        client_certificate_id: None,
        web_acl_arn: None,
        tracing_enabled: false,
        cache_cluster_enabled: false,
        tags: std::collections::BTreeMap::new(),
        deployed: Observed::Absent,
        canary_deployed: Observed::Absent,
    }
}

/// Parts of APIs that are not in the code.
fn orphans(room: &mut Room<'_, '_>) {
    let kinds = ["aws_apigatewayv2_route", "aws_apigatewayv2_integration", "aws_apigatewayv2_stage"];
    for declaration in room.of(&kinds) {
        if let Ok(Some(api)) = declaration.text_at("api_id")
            && room.draft.region.http_apis.iter().all(|known| known.id != api)
        {
            room.lose(List::HttpApis, &api, &Why::new(format!("{api} is not in this code")));
        }
    }
}
