//! REST APIs.

use super::Builder;
use super::body::{Base, import};
use super::parents::Kinship;
use super::read::{flag, ids, name, needed, reference, tags};
use super::served;
use crate::iac::code::Declaration;
use crate::iac::draft::{List, usual_security_policy};
use crate::iac::value::{Node, Value, Why};
use crate::inventory::{Api, Authorizer, Observed, Protocol, UNDEPLOYED};

/// How what belongs to a REST API finds it.
pub(super) fn of_api(children: fn(Option<String>) -> List) -> Kinship {
    Kinship {
        property: "RestApiId",
        has: |draft, id| draft.region.rest_apis.iter().any(|api| api.id == id),
        parents: List::RestApis,
        children,
    }
}

impl Builder<'_, '_> {
    pub(super) fn rest(&mut self) {
        self.each("ApiGateway::RestApi", &List::RestApis, Self::rest_api);
        for declaration in self.of("ApiGateway::Authorizer") {
            let Some(of) = self.parent(declaration, &of_api(List::Authorizers)) else { continue };
            match authorizer(declaration) {
                Ok(authorizer) => self.authorize(&of, authorizer),
                Err(why) => self.lose(List::Authorizers(Some(of)), declaration, &why),
            }
        }
        self.methods();
        self.rest_stages();
    }

    /// Adds an authorizer to an API.
    pub(super) fn authorize(&mut self, api: &str, authorizer: Authorizer) {
        if let Some(api) = self.draft.api(api) {
            api.authorizers.items.push(authorizer);
        }
    }

    fn rest_api(&mut self, declaration: &Declaration) -> Result<(), Why> {
        let body = &declaration.body;
        let definition = body.get("Body");
        let id = reference(declaration);
        let within = definition.get("x-amazon-apigateway-endpoint-configuration");
        let switched_off = match body.get("DisableExecuteApiEndpoint").bool()? {
            Some(switched_off) => switched_off,
            // A definition that is elsewhere leaves the routes and the policy open, and the API stays.
            None if matches!(definition.value, Value::Unknown(_)) => false,
            None => flag(within, "disableExecuteApiEndpoint")?,
        };
        let types = endpoint_types(body);
        let api = Api {
            cors: Observed::Absent,
            security_policy: security_policy(body, &types),
            endpoint_types: types,
            vpc_endpoint_ids: ids(
                declaration,
                body.get("EndpointConfiguration").get("VpcEndpointIds"),
                "EndpointConfiguration.VpcEndpointIds",
            ),
            policy: policy(body.get("Policy")).or_else(|| defined_policy(body)),
            disable_execute_api_endpoint: switched_off,
            endpoint_access_mode: body.get("EndpointAccessMode").text()?,
            api_key_source: Some(body.get("ApiKeySourceType").text()?.unwrap_or_else(|| "HEADER".to_owned())),
            tags: tags(body.get("Tags")),
            ..served::api(id.clone(), api_name(declaration), Protocol::Rest)
        };
        self.built.name(&declaration.address, self.api_arn("restapis", &id));
        self.draft.region.rest_apis.items.push(api);
        self.served.entry(id.clone()).or_default();
        self.define(declaration, &id, Protocol::Rest, Base::of(body.get("Parameters")));
        Ok(())
    }

    /// Adds what a definition says, whichever kind of API it defines.
    pub(super) fn define(&mut self, declaration: &Declaration, id: &str, protocol: Protocol, base: Result<Base, Why>) {
        let body = &declaration.body;
        for elsewhere in ["BodyS3Location", "CloneFrom"] {
            if !body.get(elsewhere).is_null() {
                let why = Why::new(format!("what {elsewhere} of {} leads to is not in this code", declaration.address));
                self.spoil(id, &declaration.address, &why);
            }
        }
        let definition = body.get("Body");
        if definition.is_null() {
            return;
        }
        let kind = if protocol == Protocol::Rest { "restapis" } else { "apis" };
        let arn = self.api_arn(kind, id);
        match base.and_then(|base| import(declaration, definition, protocol, base)) {
            Ok(imported) => {
                for (route, places) in imported.routes {
                    let named = self.name_route(declaration, &arn, &route.key());
                    if let Some((span, parts)) = places {
                        self.built.parts.insert(named.clone(), parts);
                        self.built.entries.insert(named, (declaration.address.clone(), span));
                    }
                    self.serve(id, route);
                }
                for authorizer in imported.authorizers {
                    self.authorize(id, authorizer);
                }
            }
            Err(why) => {
                self.spoil(id, &declaration.address, &why);
                self.draft.lose(List::Authorizers(Some(id.to_owned())), &declaration.address, &why);
            }
        }
    }
}

/// The kinds of endpoints. A kind that is not known is a word that means so.
fn endpoint_types(body: &Node) -> Vec<String> {
    let told = body.get("EndpointConfiguration").get("Types").texts();
    let elsewhere = || Ok(body.get("Parameters").get("endpointConfigurationTypes").text()?.into_iter().collect::<Vec<_>>());
    let told = told.and_then(|types| if types.is_empty() { elsewhere() } else { Ok(types) });
    match told {
        Ok(types) if types.is_empty() => vec!["EDGE".to_owned()],
        Ok(types) => types,
        Err(_) => vec![UNDEPLOYED.to_owned()],
    }
}

/// A resource policy as text. One that is not known is no JSON: whom it admits is then not known either.
fn policy(node: &Node) -> Option<String> {
    if let Ok(Some(text)) = node.text() {
        return Some(text);
    }
    match node.value.to_json() {
        Ok(serde_json::Value::Null) => None,
        Ok(json) => Some(json.to_string()),
        Err(why) => Some(format!("not known: {}", why.0)),
    }
}

/// The TLS policy of the default endpoint; none where it is not known. Where nobody sets it, AWS gives each kind of endpoint its own.
fn security_policy(body: &Node, types: &[String]) -> Option<String> {
    // A definition that is not known may say this, or switch the endpoint off.
    let definition = body.get("Body");
    let elsewhere = ["BodyS3Location", "CloneFrom"].into_iter().any(|elsewhere| !body.get(elsewhere).is_null());
    if elsewhere || matches!(definition.value, Value::Unknown(_)) {
        return None;
    }
    match (body.get("SecurityPolicy").text(), definition.get("x-amazon-apigateway-security-policy").text()) {
        (Ok(Some(policy)), Ok(None)) | (Ok(None), Ok(Some(policy))) => Some(policy),
        (Ok(None), Ok(None)) => usual_security_policy(types),
        _ => None,
    }
}

/// The policy that a definition holds.
fn defined_policy(body: &Node) -> Option<String> {
    let elsewhere = ["BodyS3Location", "CloneFrom"].into_iter().find(|elsewhere| !body.get(elsewhere).is_null());
    let elsewhere = elsewhere.map(|elsewhere| format!("not known: what {elsewhere} leads to is not in this code"));
    elsewhere.or_else(|| policy(body.get("Body").get("x-amazon-apigateway-policy")))
}

/// The name of an API: a definition's title, where the template gives none.
pub(super) fn api_name(declaration: &Declaration) -> String {
    let title = || declaration.body.get("Body").get("info").get("title").text().ok().flatten();
    let given = declaration.body.get("Name").text().ok().flatten();
    given.or_else(title).unwrap_or_else(|| name(declaration, "Name"))
}

/// An authorizer of a REST API, under its name as exports have it.
fn authorizer(declaration: &Declaration) -> Result<Authorizer, Why> {
    let name = name(declaration, "Name");
    let mut provider_arns = ids(declaration, declaration.body.get("ProviderARNs"), "ProviderARNs");
    provider_arns.extend(super::read::id(declaration, "AuthorizerUri"));
    Ok(Authorizer {
        id: name.clone(),
        name,
        kind: needed(&declaration.body, "Type")?,
        jwt_issuer: None,
        jwt_audience: Vec::new(),
        provider_arns,
    })
}
