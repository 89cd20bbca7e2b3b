//! What stacks declare.

use super::nested::location;
use super::region;
use crate::iac::cloudformation::eval::stack::{Resource, Stack};
use crate::iac::cloudformation::eval::{Here, World};
use crate::iac::cloudformation::sam;
use crate::iac::code::{Code, Declaration, Language, Uncounted};
use crate::iac::text::Files;
use crate::iac::value::{Node, Value, Why};

/// Macros that are followed, or that make nothing that matters.
const FOLLOWED: [&str; 3] = ["AWS::Serverless-2016-10-31", "AWS::LanguageExtensions", "AWS::SecretsManager-2020-07-23"];

/// Everything that stacks declare.
pub(in crate::iac::cloudformation) fn code(world: &World, files: Files) -> Code {
    let mut code = Code { files, ..Code::default() };
    for (number, stack) in world.stacks.iter().enumerate() {
        macros(world, stack, &mut code);
        code.uncounted.extend(stack.uncounted.iter().cloned());
        for (id, resource) in &stack.resources {
            declare(world, number, id, resource, &mut code);
        }
        if stack.sam {
            sam::expand(world, number, &mut code);
        }
    }
    code.declarations.sort_by(|one, other| one.address.cmp(&other.address));
    code.uncounted.sort_by(|one, other| one.address.cmp(&other.address));
    let first = |part: fn(&Stack) -> Option<String>| {
        let found = world.stacks.first().and_then(part);
        found.filter(|found| world.stacks.iter().all(|stack| part(stack).as_ref() == Some(found)))
    };
    code.region = first(|stack| region(&stack.to));
    code.account = first(|stack| Some(stack.to.account.clone()).filter(|account| !account.is_empty()));
    code.partition = first(|stack| region(&stack.to).map(|_| stack.to.partition.clone()));
    code.notes.extend(world.notes());
    code
}

/// Macros of which nobody knows what they do.
fn macros(world: &World, stack: &Stack, code: &mut Code) {
    for name in stack.transforms().iter().filter(|name| !FOLLOWED.contains(&name.as_str())) {
        world.note(format!("{}: the macro {name} may change everything in it, and is not followed", stack.path));
        let why = Why::new(format!("macro {name} may add resources"));
        code.uncounted.push(Uncounted { address: stack.address("Transform"), kind: "AWS::CloudFormation::Macro".to_owned(), why });
    }
}

fn declare(world: &World, number: usize, id: &str, resource: &Resource, code: &mut Code) {
    let stack = &world.stacks[number];
    let address = stack.address(id);
    let mut uncounted = |why: Why| {
        code.uncounted.push(Uncounted { address: address.clone(), kind: resource.kind.clone(), why });
    };
    match world.is_made(number, resource) {
        Ok(true) => {}
        Ok(false) => return,
        Err(why) => return uncounted(why),
    }
    if resource.kind.ends_with("::MODULE") {
        return uncounted(Why::new(format!("module {} puts in resources only at deployment", resource.kind)));
    }
    if location(&resource.kind).is_some()
        && let Some(Err(why)) = stack.nested.get(id)
    {
        world.note(format!("{address} is not read: {}", why.0));
        return uncounted(why.clone());
    }
    if !(stack.sam && sam::expands(&resource.kind)) {
        code.declarations.push(declaration(world, number, id, resource));
    }
}

/// A resource as it stands.
pub(in crate::iac::cloudformation) fn declaration(world: &World, number: usize, id: &str, resource: &Resource) -> Declaration {
    let stack = &world.stacks[number];
    let body = resource.properties.as_ref().and_then(|item| world.node(Here::of(number), item));
    let body = body.map(|body| with_document(world, number, body));
    Declaration {
        address: stack.address(id),
        kind: resource.kind.clone(),
        language: Language::CloudFormation,
        region: region(&stack.to),
        body: body.unwrap_or_else(Node::empty),
        head: Some(resource.head),
        block: Some(resource.block),
        calls: Vec::new(),
        names: world.names(number, id, resource),
    }
}

/// The properties with the document of a local file in them, which packaging would have put into S3.
fn with_document(world: &World, number: usize, mut body: Node) -> Node {
    let location = body.get("BodyS3Location").clone();
    if let (Some(item), Value::Map(map)) = (world.document(number, &location.value), &mut body.value) {
        map.remove("BodyS3Location");
        map.insert("Body".to_owned(), Node { value: item.to_node().value, span: location.span });
    }
    body
}
