//! A cloud assembly: the templates that the CDK wrote, and the lines of the program that they come from.
//!
//! Templates in `cdk.out` are generated and in no repository, so a resource is placed where the program made it: the first
//! frame of its creation stack that is in the repository and not in a library.

mod frames;
mod manifest;
mod sources;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use self::manifest::Assembly;
use self::sources::Sources;
use super::document::Item;
use super::eval::World;
use super::read::{Root, code, stacks};
use crate::diagnostics::Diagnostic;
use crate::iac::code::Code;
use crate::iac::folder::Folder;
use crate::iac::made_up::Destination;
use crate::iac::text::Span;
use crate::iac::value::{Node, Value};

/// Reads the cloud assembly in a folder, `cdk.out`. `to` says where stacks go that name no account or region themselves.
pub fn read_cdk(out: &str, folder: &dyn Folder, parameters: &BTreeMap<String, String>, to: &Destination) -> Result<Code, Vec<Diagnostic>> {
    let assembly = Assembly::read(out, folder, to).map_err(|error| vec![error])?;
    let several = assembly.stacks.len() > 1;
    let root = |stack: &manifest::Stack| Root {
        path: stack.template.clone(),
        prefix: if several { format!("{}.", stack.name) } else { String::new() },
        name: stack.name.clone(),
        to: stack.to.clone(),
        parameters: stack.parameters.clone(),
    };
    let roots: Vec<Root> = assembly.stacks.iter().map(root).collect();
    let mut load = stacks(&roots, folder, parameters)?;
    let mut code = code(&load.world, std::mem::take(&mut load.files));
    let mut sources = Sources::of(folder, out);
    let places = places(&load.world, &assembly, &mut sources, &mut code);
    for declaration in &mut code.declarations {
        let Some(span) = places.get(&declaration.address) else { continue };
        declaration.head = Some(*span);
        declaration.block = Some(*span);
        forget(&mut declaration.body);
    }
    code.notes.extend(assembly.notes);
    Ok(code)
}

/// The lines of resources, by address.
fn places(world: &World, assembly: &Assembly, sources: &mut Sources<'_>, code: &mut Code) -> BTreeMap<String, Span> {
    let mut places = BTreeMap::new();
    for (number, stack) in world.stacks.iter().enumerate() {
        let nested = number >= assembly.stacks.len();
        for id in stack.resources.keys() {
            let metadata = stack.entry("Resources", id).and_then(|entry| entry.item.get("Metadata"));
            let path = metadata.and_then(|metadata| metadata.get("aws:cdk:path")).and_then(Item::str);
            let by_path = path.and_then(|path| assembly.traces.get(&format!("/{path}")));
            // Logical ids tell resources apart in one stack alone.
            let by_id = || assembly.stacks.get(number).filter(|_| !nested).and_then(|stack| stack.traces.get(id));
            let Some(trace) = by_path.or_else(by_id) else { continue };
            if let Some(span) = trace.iter().find_map(|frame| sources.place(frame, &mut code.files)) {
                places.insert(stack.address(id), span);
            }
        }
    }
    places
}

/// Drops the places in a template that is in no repository.
fn forget(node: &mut Node) {
    node.span = None;
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(forget),
        Value::Map(map) => map.values_mut().for_each(forget),
        _ => {}
    }
}
