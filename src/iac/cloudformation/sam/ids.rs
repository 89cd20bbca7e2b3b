//! The logical ids that SAM makes up, and what they stand for.

use super::api::Kind;
use crate::iac::cloudformation::eval::{Here, World};
use crate::iac::cloudformation::names;
use crate::iac::value::{Node, Value};

/// The logical id of the stage of an API.
pub(super) fn stage_id(api: &str, kind: Kind, stage: &Node) -> String {
    match stage.text() {
        Ok(Some(name)) if kind == Kind::Http && name == "$default" => format!("{api}ApiGatewayDefaultStage"),
        Ok(Some(name)) if name.chars().all(char::is_alphanumeric) => format!("{api}{name}Stage"),
        _ => format!("{api}Stage"),
    }
}

/// The name of the stage of an API that is not written down.
pub(super) fn default_stage(kind: Kind) -> &'static str {
    if kind == Kind::Rest { "Prod" } else { "$default" }
}

/// An attribute of something that SAM makes and the template does not name.
pub(in crate::iac::cloudformation) fn attribute(world: &World, number: usize, id: &str, attribute: &str) -> Option<Value> {
    let stack = &world.stacks[number];
    if !stack.sam {
        return None;
    }
    let made_up = |kind: &str, id: &str, attribute: &str| {
        let names = names::names(kind, &stack.address(id), &Node::empty(), &stack.to);
        Some(
            names
                .get(attribute)
                .map_or_else(|| Value::unknown(format!("{id}.{attribute} is known only after deployment")), |name| world.issue(name)),
        )
    };
    for (kind, plain) in [(Kind::Rest, "AWS::ApiGateway::RestApi"), (Kind::Http, "AWS::ApiGatewayV2::Api")] {
        let implicit = kind.implicit();
        if id == implicit {
            return if attribute == "Stage" { Some(Value::from(default_stage(kind))) } else { made_up(plain, id, attribute) };
        }
        let stage = Node::from(Value::from(default_stage(kind)));
        if id == stage_id(implicit, kind, &stage) && attribute == "Ref" {
            return Some(stage.value);
        }
    }
    if let Some((api, part)) = id.split_once('.') {
        return Some(if attribute == "Ref" {
            world.attribute(number, api, part)
        } else {
            Value::unknown(format!("{id} has no {attribute}"))
        });
    }
    if let Some(function) = id.strip_suffix("Role").and_then(|id| stack.resources.get(id))
        && function.kind.starts_with("AWS::Serverless::")
    {
        return made_up("AWS::IAM::Role", id, attribute);
    }
    let mut apis = stack.resources.iter().filter_map(|(api, resource)| Some((api, Kind::of(&resource.kind)?)));
    apis.find_map(|(api, kind)| {
        let stage = stage_of(world, number, api, kind)?;
        (id == stage_id(api, kind, &stage) && attribute == "Ref").then_some(stage.value)
    })
}

/// The name of the stage of an API.
fn stage_of(world: &World, number: usize, api: &str, kind: Kind) -> Option<Node> {
    let value = world.property(number, api, "StageName").filter(|value| !matches!(value, Value::Null));
    value.or_else(|| (kind == Kind::Http).then(|| Value::from("$default"))).map(Into::into)
}

/// An attribute that SAM gives to its own resources.
pub(in crate::iac::cloudformation) fn own(world: &World, number: usize, id: &str, kind: &str, attribute: &str) -> Option<Value> {
    match (Kind::of(kind), attribute) {
        (Some(kind), "Stage") => stage_of(world, number, id, kind).map(|stage| stage.value),
        (None, "Alias" | "Version") if kind == "AWS::Serverless::Function" => {
            let Value::Text(arn) = world.attribute(Here::of(number).stack, id, "Arn") else { return None };
            Some(world.issue(&format!("{}:{}", arn.text, attribute.to_lowercase())))
        }
        _ => None,
    }
}
