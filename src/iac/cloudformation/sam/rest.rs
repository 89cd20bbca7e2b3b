//! APIs as plain resources.

use super::api::{Api, Kind};
use super::events::Event;
use super::merge::{at, list, map, picked, put};
use super::{body, domain, ids, policy};
use crate::iac::cloudformation::eval::World;
use crate::iac::cloudformation::names;
use crate::iac::cloudformation::read::region;
use crate::iac::code::{Declaration, Language};
use crate::iac::value::{Node, Value};

/// A REST API, its deployment, its stage and its domain.
pub(super) fn rest(world: &World, number: usize, api: &Api, events: &[Event]) -> Vec<Declaration> {
    let made = Made { world, number, api };
    let properties = &api.properties;
    let stage = stage(properties, Kind::Rest);
    let mut own = picked(
        properties,
        &[
            "Name",
            "Description",
            "Policy",
            "ApiKeySourceType",
            "DisableExecuteApiEndpoint",
            "Mode",
            "FailOnWarnings",
            "SecurityPolicy",
            "EndpointAccessMode",
        ],
    );
    own.push(("EndpointConfiguration", endpoints(properties.get("EndpointConfiguration"))));
    own.extend(made.body(events, |body| {
        let policy = policy::of(properties.get("Auth"), body, &stage);
        if policy.is_null() { None } else { Some(("Policy", policy)) }
    }));
    let reference = made.reference();
    let mut found = vec![made.declaration(&api.id, "AWS::ApiGateway::RestApi", map(own, properties.span))];
    // Every deployment of SAM's leaves a stage of that name behind, unless the document's version is set.
    let extra = if properties.get("OpenApiVersion").is_null() { at("Stage", api.block) } else { Node::from(Value::Null) };
    let deployment = made.declaration(
        &format!("{}Deployment", api.id),
        "AWS::ApiGateway::Deployment",
        map([("RestApiId", reference.clone()), ("StageName", extra)], api.block),
    );
    let id = deployment.name("Ref").map_or(Value::Null, Value::made_up);
    found.push(deployment);
    let settings =
        ["Variables", "MethodSettings", "AccessLogSetting", "CanarySetting", "TracingEnabled", "CacheClusterEnabled", "CacheClusterSize"];
    let pairs = [("RestApiId", reference.clone()), ("DeploymentId", id.into()), ("StageName", stage.clone())];
    let pairs = pairs.into_iter().chain(picked(properties, &settings));
    found.push(made.declaration(&ids::stage_id(&api.id, Kind::Rest, &stage), "AWS::ApiGateway::Stage", map(pairs, api.block)));
    found.extend(domain::of(api, &reference, &stage).into_iter().map(|(id, kind, properties)| made.declaration(&id, kind, properties)));
    found
}

/// An HTTP API, its stage and its domain.
pub(super) fn http(world: &World, number: usize, api: &Api, events: &[Event]) -> Vec<Declaration> {
    let made = Made { world, number, api };
    let properties = &api.properties;
    let stage = stage(properties, Kind::Http);
    let mut own = picked(properties, &["Name", "Description", "DisableExecuteApiEndpoint", "FailOnWarnings", "CorsConfiguration"]);
    own.extend(made.body(events, |_| None));
    let reference = made.reference();
    let mut found = vec![made.declaration(&api.id, "AWS::ApiGatewayV2::Api", map(own, properties.span))];
    let mut settings = properties.get("RouteSettings").clone();
    for event in api.events(events).filter(|event| !event.settings.is_null()) {
        if let Ok((path, method)) = &event.route {
            let key = if *method == super::events::ANY { path.clone() } else { format!("{} {path}", method.to_uppercase()) };
            put(&mut settings, &[&key], event.settings.clone());
        }
    }
    let pairs =
        [("ApiId", reference.clone()), ("StageName", stage.clone()), ("AutoDeploy", at(true, api.block)), ("RouteSettings", settings)];
    let pairs = pairs.into_iter().chain(picked(properties, &["StageVariables", "AccessLogSettings", "DefaultRouteSettings"]));
    found.push(made.declaration(&ids::stage_id(&api.id, Kind::Http, &stage), "AWS::ApiGatewayV2::Stage", map(pairs, api.block)));
    found.extend(domain::of(api, &reference, &stage).into_iter().map(|(id, kind, properties)| made.declaration(&id, kind, properties)));
    found
}

fn stage(properties: &Node, kind: Kind) -> Node {
    match properties.get("StageName") {
        name if name.is_null() => at(ids::default_stage(kind), properties.span),
        name => name.clone(),
    }
}

/// The endpoints, as the plain resource has them.
fn endpoints(written: &Node) -> Node {
    let kind = match &written.value {
        Value::Map(_) => written.get("Type"),
        Value::Null => return Node::from(Value::Null),
        _ => written,
    };
    let links = [written.get("VPCEndpointIds"), written.get("VpcEndpointIds")].into_iter().find(|ids| !ids.is_null());
    let links = links.filter(|_| matches!(written.value, Value::Map(_))).cloned().unwrap_or_else(|| Node::from(Value::Null));
    map([("Types", list([kind.clone()], kind.span)), ("VpcEndpointIds", links)], written.span)
}

struct Made<'w> {
    world: &'w World,
    number: usize,
    api: &'w Api,
}

impl Made<'_> {
    /// The document of the API, or where it is, and what follows from it.
    fn body(&self, events: &[Event], more: impl FnOnce(&Node) -> Option<(&'static str, Node)>) -> Vec<(&'static str, Node)> {
        let uri = self.api.properties.get("DefinitionUri");
        if !uri.is_null() {
            return match self.world.document(self.number, &uri.value) {
                Some(item) => {
                    let body = Node { value: item.to_node().value, span: uri.span };
                    vec![("Body", body)]
                }
                None => vec![("BodyS3Location", uri.clone())],
            };
        }
        let body = body::of(self.world, self.number, self.api, events);
        let more = more(&body);
        [("Body", body)].into_iter().chain(more).collect()
    }

    /// What references to the API give.
    fn reference(&self) -> Node {
        let kind = if self.api.kind == Kind::Rest { "AWS::ApiGateway::RestApi" } else { "AWS::ApiGatewayV2::Api" };
        let names = names::names(kind, &self.api.address, &Node::empty(), &self.world.stacks[self.number].to);
        Node { value: names.get("Ref").map_or(Value::Null, |name| Value::made_up(name.as_str())), span: self.api.head }
    }

    fn declaration(&self, id: &str, kind: &str, body: Node) -> Declaration {
        let stack = &self.world.stacks[self.number];
        let address = stack.address(id);
        Declaration {
            names: names::names(kind, &address, &body, &stack.to),
            address,
            kind: kind.to_owned(),
            language: Language::CloudFormation,
            region: region(&stack.to),
            body,
            head: self.api.head,
            block: self.api.block,
            calls: Vec::new(),
        }
    }
}
