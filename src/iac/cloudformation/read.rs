//! Templates read into code: their stacks, those nested in them, and what each of them declares.

mod declare;
mod nested;
#[cfg(test)]
pub(super) mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(super) use self::declare::code;
use self::nested::Load;
use super::eval::World;
use super::eval::stack::{Given, Stack};
use crate::diagnostics::Diagnostic;
use crate::iac::code::Code;
use crate::iac::folder::Folder;
use crate::iac::made_up::{Destination, NO_REGION};

/// A template that somebody deploys.
#[derive(Debug, Clone)]
pub(super) struct Root {
    /// The path of the template.
    pub(super) path: String,
    /// What stands before its logical ids.
    pub(super) prefix: String,
    /// What stands for its stack's name.
    pub(super) name: String,
    /// Where it goes to.
    pub(super) to: Destination,
    /// The parameters that only it is given.
    pub(super) parameters: BTreeMap<String, String>,
}

/// Reads templates, and the nested ones in the folder. With one template an address is a logical id; with several, the name
/// of the template's file stands before it.
pub fn read(
    templates: &[String],
    folder: &dyn Folder,
    parameters: &BTreeMap<String, String>,
    to: &Destination,
) -> Result<Code, Vec<Diagnostic>> {
    let names = names(templates);
    let root = |(path, name): (&String, String)| {
        let prefix = if templates.len() > 1 { format!("{name}.") } else { String::new() };
        Root { path: path.clone(), prefix, name, to: to.clone(), parameters: BTreeMap::new() }
    };
    let roots: Vec<Root> = templates.iter().zip(names).map(root).collect();
    let mut load = stacks(&roots, folder, parameters)?;
    let code = code(&load.world, std::mem::take(&mut load.files));
    Ok(code)
}

/// The stacks of templates and everything nested in them.
pub(super) fn stacks<'f>(
    roots: &[Root],
    folder: &'f dyn Folder,
    parameters: &BTreeMap<String, String>,
) -> Result<Load<'f>, Vec<Diagnostic>> {
    let mut load = Load::new(folder);
    let mut wrong = Vec::new();
    for root in roots {
        match load.text(&root.path) {
            Ok(Some(text)) => {
                let own = root.parameters.iter().filter(|(name, _)| !parameters.contains_key(*name));
                let given = own.chain(parameters).map(|(name, value)| (name.clone(), value.clone())).collect();
                if let Err(errors) = load.add(&text, root, Given::Outside(Arc::new(given))) {
                    wrong.extend(errors);
                }
            }
            Ok(None) => wrong.push(Diagnostic::error(format!("there is no template {}", root.path))),
            Err(words) => wrong.push(Diagnostic::error(format!("{} cannot be read: {words}", root.path))),
        }
    }
    if wrong.is_empty() {
        wrong.extend(load.nest().err().unwrap_or_default());
    }
    for stack in 0..load.world.stacks.len() {
        wrong.extend(load.world.check_parameters(stack, &load.files));
    }
    for name in undeclared(&load.world, parameters) {
        load.world.note(format!("parameter {name} is declared by none of the templates"));
    }
    if wrong.is_empty() { Ok(load) } else { Err(wrong) }
}

fn undeclared<'p>(world: &World, parameters: &'p BTreeMap<String, String>) -> Vec<&'p String> {
    let declares = |stack: &Stack, name: &str| stack.entry("Parameters", name).is_some();
    parameters.keys().filter(|name| !world.stacks.iter().any(|stack| declares(stack, name))).collect()
}

/// A name for each template that no other one has: its file's without the ending, or else its path's.
fn names(templates: &[String]) -> Vec<String> {
    let without = |path: &str| {
        let (folder, file) = path.rsplit_once('/').map_or(("", path), |(folder, file)| (folder, file));
        let stem = file.split_once('.').filter(|(stem, _)| !stem.is_empty()).map_or(file, |(stem, _)| stem).to_owned();
        (folder.to_owned(), stem)
    };
    let parts: Vec<(String, String)> = templates.iter().map(|path| without(path)).collect();
    let mut seen = BTreeSet::new();
    let twice: BTreeSet<&String> = parts.iter().map(|(_, stem)| stem).filter(|stem| !seen.insert(*stem)).collect();
    let name = |(index, (folder, stem)): (usize, &(String, String))| {
        if !twice.contains(stem) {
            return stem.clone();
        }
        let long = if folder.is_empty() { stem.clone() } else { format!("{folder}/{stem}") };
        let again = parts[..index].iter().any(|part| part == &(folder.clone(), stem.clone()));
        if again { format!("{long}-{index}") } else { long }
    };
    parts.iter().enumerate().map(name).collect()
}

/// A region, where one is named.
pub(super) fn region(to: &Destination) -> Option<String> {
    (to.region != NO_REGION && !to.region.is_empty()).then(|| to.region.clone())
}
