//! HTTP and WebSocket APIs.

use super::Builder;
use super::body::Base;
use super::integrations::quick;
use super::parents::Kinship;
use super::read::{flag, id, ids, name, needed, observed, reference, tags, text_or};
use super::rest::api_name;
use super::served;
use crate::iac::code::Declaration;
use crate::iac::draft::List;
use crate::iac::value::{Node, Value, Why};
use crate::inventory::{Api, Authorizer, Cors, Observed, Protocol, Route, Stage};

/// How what belongs to an HTTP or WebSocket API finds it.
pub(super) fn of_api(children: fn(Option<String>) -> List) -> Kinship {
    Kinship { property: "ApiId", has: |draft, id| draft.region.http_apis.iter().any(|api| api.id == id), parents: List::HttpApis, children }
}

impl Builder<'_, '_> {
    pub(super) fn http(&mut self) {
        self.each("ApiGatewayV2::Api", &List::HttpApis, Self::http_api);
        for declaration in self.of("ApiGatewayV2::Authorizer") {
            let Some(of) = self.parent(declaration, &of_api(List::Authorizers)) else { continue };
            match authorizer(declaration) {
                Ok(authorizer) => self.authorize(&of, authorizer),
                Err(why) => self.lose(List::Authorizers(Some(of)), declaration, &why),
            }
        }
        self.http_routes();
        self.http_stages();
    }

    fn http_api(&mut self, declaration: &Declaration) -> Result<(), Why> {
        let body = &declaration.body;
        let id = reference(declaration);
        let protocol = match text_or(body, "ProtocolType", "HTTP")?.as_str() {
            "WEBSOCKET" => Protocol::WebSocket,
            _ => Protocol::Http,
        };
        let api = Api {
            cors: if protocol == Protocol::Http { cors(declaration) } else { Observed::Absent },
            endpoint_types: vec!["REGIONAL".to_owned()],
            disable_execute_api_endpoint: flag(body, "DisableExecuteApiEndpoint")?,
            tags: tags(body.get("Tags")),
            ..served::api(id.clone(), api_name(declaration), protocol)
        };
        self.built.name(&declaration.address, self.api_arn("apis", &id));
        self.draft.region.http_apis.items.push(api);
        self.served.entry(id.clone()).or_default();
        self.define(declaration, &id, protocol, Ok(Base::Ignore));
        if !body.get("Target").is_null() {
            self.quick_create(declaration, &id);
        }
        Ok(())
    }

    /// An API that is made with what answers it has a route to that, and a stage that deploys by itself.
    fn quick_create(&mut self, declaration: &Declaration, api: &str) {
        let route = text_or(&declaration.body, "RouteKey", "$default").map(|told| {
            let (method, path) = split(&told);
            Route {
                path,
                method,
                resource_id: None,
                authorization: Observed::Known("NONE".to_owned()),
                authorizer: None,
                authorization_scopes: Vec::new(),
                api_key_required: false,
                request_validator: None,
                integration: observed(declaration, Ok(quick(declaration))),
            }
        });
        match route {
            Ok(route) => {
                let arn = self.api_arn("apis", api);
                self.name_route(declaration, &arn, &route.key());
                self.serve(api, route);
            }
            Err(why) => self.spoil(api, &declaration.address, &why),
        }
        self.name_stage(declaration, "apis", api, "$default");
        self.add_stage(api, Stage { auto_deploy: true, ..served::stage("$default".to_owned()) }, true);
    }
}

/// What browsers of other origins are answered, as the property or the definition says.
fn cors(declaration: &Declaration) -> Observed<Cors> {
    let body = &declaration.body;
    let property = body.get("CorsConfiguration");
    let definition = body.get("Body");
    let elsewhere = ["BodyS3Location", "CloneFrom"].into_iter().find(|elsewhere| !body.get(elsewhere).is_null());
    let told = match elsewhere {
        _ if !property.is_null() => said(property, ["AllowOrigins", "AllowMethods", "AllowHeaders", "AllowCredentials"]).map(Some),
        Some(elsewhere) => Err(Why::new(format!("what {elsewhere} leads to is not in this code"))),
        None => match &definition.value {
            Value::Unknown(why) => Err(why.clone()),
            _ => match definition.get("x-amazon-apigateway-cors") {
                none if none.is_null() => Ok(None),
                written => said(written, ["allowOrigins", "allowMethods", "allowHeaders", "allowCredentials"]).map(Some),
            },
        },
    };
    told.map_or_else(|why| Observed::Unknown(why.gap(&declaration.address)), Observed::from)
}

fn said(node: &Node, [origins, methods, headers, credentials]: [&str; 4]) -> Result<Cors, Why> {
    // SAM takes `true` for: whoever asks.
    if let Ok(Some(all)) = node.bool() {
        return Ok(Cors { allow_origins: all.then(|| "*".to_owned()).into_iter().collect(), ..Cors::default() });
    }
    if let Value::Unknown(why) = &node.value {
        return Err(why.clone());
    }
    Ok(Cors {
        allow_origins: node.get(origins).texts()?,
        allow_methods: node.get(methods).texts()?,
        allow_headers: node.get(headers).texts()?,
        allow_credentials: flag(node, credentials)?,
    })
}

/// The verb and the path of a route key; a key without a verb is its own path.
pub(super) fn split(key: &str) -> (String, String) {
    match key.split_once(' ') {
        Some((method, path)) => (method.to_owned(), path.to_owned()),
        None => (String::new(), key.to_owned()),
    }
}

/// An authorizer, under its name as exports have it.
fn authorizer(declaration: &Declaration) -> Result<Authorizer, Why> {
    let name = name(declaration, "Name");
    let jwt = declaration.body.get("JwtConfiguration");
    Ok(Authorizer {
        id: name.clone(),
        name,
        kind: needed(&declaration.body, "AuthorizerType")?,
        jwt_issuer: jwt.get("Issuer").text().unwrap_or_else(|_| Some(super::read::own_id(declaration, "JwtConfiguration.Issuer"))),
        jwt_audience: ids(declaration, jwt.get("Audience"), "JwtConfiguration.Audience"),
        provider_arns: id(declaration, "AuthorizerUri").into_iter().collect(),
    })
}
