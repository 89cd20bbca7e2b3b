//! Code without a plan: a folder of Terraform, evaluated as far as it goes.

use std::collections::{BTreeMap, BTreeSet};

use super::eval::Evaluator;
use super::load::{self, Config, Module, variables};
use super::world::{World, partition};
use crate::diagnostics::Diagnostic;
use crate::iac::code::Code;
use crate::iac::folder::Folder;
use crate::iac::made_up::Destination;

/// Reads a root module and all that it calls. What cannot be read of it is told in the notes, and unknown; only when
/// nothing can be read it is an error.
pub fn read_folder(folder: &dyn Folder, root: &str) -> Result<Code, Vec<Diagnostic>> {
    let mut config = load::load(folder, root);
    if config.whole == 0 {
        let nothing = || vec![Diagnostic::error(format!("no Terraform code is in {}", if root.is_empty() { "." } else { root }))];
        return Err(if config.errors.is_empty() { nothing() } else { config.errors });
    }
    let given = variables::read(folder, &mut config);
    let files = std::mem::take(&mut config.files);
    let notes = std::mem::take(&mut config.notes);
    let mut world = World::new(&config, given);
    world.folder = Some(folder);
    let (region, account) = {
        let evaluator = Evaluator::new(&world);
        (world.region_of_provider(&evaluator, 0, "aws"), world.allowed_account(&evaluator))
    };
    if let Some(region) = &region {
        world.to = Destination { partition: partition(region).to_owned(), region: region.clone(), account: String::new() };
    }
    world.to.account = account.clone().unwrap_or_default();
    let partition = region.as_deref().map(|region| partition(region).to_owned());
    let mut code = Code { files, region, account, partition, notes, ..Code::default() };
    let evaluator = Evaluator::new(&world);
    world.declare(&evaluator, 0, &mut code);
    skipped(&evaluator, &mut code.notes);
    code.declarations.sort_by(|one, two| one.address.cmp(&two.address));
    code.uncounted.sort_by(|one, two| one.address.cmp(&two.address));
    Ok(code)
}

/// Notes which functions were asked for and not evaluated.
pub(super) fn skipped(evaluator: &Evaluator<'_>, notes: &mut Vec<String>) {
    for (name, times) in &*evaluator.skipped.borrow() {
        let times = if *times == 1 { "once".to_owned() } else { format!("{times} times") };
        notes.push(format!("function {name} is not evaluated ({times})"));
    }
}

/// The folders that hold code which no other code calls: each is a root module of its own.
pub fn roots(folder: &dyn Folder) -> Vec<String> {
    let mut folders = Vec::new();
    collect(folder, "", 0, &mut folders);
    let mut called: BTreeSet<String> = BTreeSet::new();
    for path in &folders {
        // The calls of a folder alone: what its modules call is among their own.
        called.extend(load::calls(folder, path));
    }
    folders.retain(|path| !called.contains(path));
    folders
}

/// How deep folders are looked into.
const DEPTH: usize = 16;

fn collect(folder: &dyn Folder, path: &str, depth: usize, into: &mut Vec<String>) {
    if folder.files(path).iter().any(|name| load::is_code(name)) {
        into.push(path.to_owned());
    }
    for name in folder.folders(path) {
        let hidden = name.starts_with('.') || name == "node_modules";
        if !hidden && depth < DEPTH {
            collect(folder, &load::join(path, &name), depth + 1, into);
        }
    }
}

/// Addresses that resources had before, and what they are now, by `moved` blocks: states written before a move have the old
/// ones. Both stand as they do in a state, below their module, without keys that the blocks leave out.
pub fn moved(folder: &dyn Folder, root: &str) -> BTreeMap<String, String> {
    let config = load::load(folder, root);
    let mut moved = BTreeMap::new();
    if let Some(module) = config.modules.first() {
        moves(&config, module, "", 0, &mut moved);
    }
    moved
}

fn moves(config: &Config, module: &Module, address: &str, depth: usize, into: &mut BTreeMap<String, String>) {
    let below = |name: &str| if address.is_empty() { name.to_owned() } else { format!("{address}.{name}") };
    into.extend(module.moved.iter().map(|(from, to)| (below(from), below(to))));
    for (name, child) in &module.children {
        if let Ok(number) = child
            && depth < DEPTH
        {
            moves(config, &config.modules[*number], &below(&format!("module.{name}")), depth + 1, into);
        }
    }
}
