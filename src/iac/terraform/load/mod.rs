//! The modules of a configuration: files to blocks, blocks to modules, modules to the tree of their calls.

mod files;
mod module;
pub(super) mod variables;

use std::collections::BTreeMap;

use super::syntax::{Block, Expr, json, pairs};
use crate::diagnostics::Diagnostic;
use crate::iac::folder::{Folder, normal};
use crate::iac::text::Files;
use crate::iac::value::Why;

pub(super) use files::is_code;
pub(super) use module::{Module, group};

/// How deep modules may call one another.
const DEPTH: usize = 32;

/// Everything that was read of a root module.
#[derive(Default)]
pub(super) struct Config {
    /// The files of the repository.
    pub files: Files,
    /// The modules; the root is the first.
    pub modules: Vec<Module>,
    /// What there is to say.
    pub notes: Vec<String>,
    /// What is wrong with files.
    pub errors: Vec<Diagnostic>,
    /// How many files were read whole.
    pub whole: usize,
    /// The folder of the root module.
    pub root: String,
}

/// Reads a root module and all that it calls.
pub(super) fn load(folder: &dyn Folder, root: &str) -> Config {
    let root = normal(root).unwrap_or_default();
    let mut loader = Loader {
        folder,
        config: Config { root: root.clone(), ..Config::default() },
        known: BTreeMap::new(),
        bytes: 0,
        fetched: BTreeMap::new(),
    };
    loader.fetched = fetched(folder, &root);
    loader.module(&root, "", false, &mut Vec::new());
    loader.config
}

/// Where Terraform put the modules that calls name, by the names of the calls that lead there.
fn fetched(folder: &dyn Folder, root: &str) -> BTreeMap<String, String> {
    let Ok(Some(text)) = folder.read(&join(root, ".terraform/modules/modules.json")) else { return BTreeMap::new() };
    let Ok(tree) = json::read(&text) else { return BTreeMap::new() };
    let entries = pairs(&tree).into_iter().filter(|(key, ..)| key == "Modules").flat_map(|(.., list)| match &list.kind {
        json::JsonKind::List(items) => items.as_slice(),
        _ => &[],
    });
    let read = entries.filter_map(|entry| {
        let text = |name: &str| {
            pairs(entry).into_iter().find_map(|(key, _, value)| match &value.kind {
                json::JsonKind::Text(text) if key == name => Some(text.clone()),
                _ => None,
            })
        };
        Some((text("Key")?, normal(&join(root, &text("Dir")?))?))
    });
    read.collect()
}

/// The folders of the modules beside it that a folder's code calls.
pub(super) fn calls(folder: &dyn Folder, path: &str) -> Vec<String> {
    let mut loader = Loader { folder, config: Config::default(), known: BTreeMap::new(), bytes: 0, fetched: BTreeMap::new() };
    let module = loader.read(path, true);
    let sources = module.calls.values().filter_map(source);
    sources.filter(|source| source.starts_with('.')).filter_map(|source| normal(&join(path, &source))).collect()
}

/// A path below a folder.
pub(super) fn join(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

/// Whether a folder is outside the repository, where Terraform puts what it fetches.
pub(super) fn is_remote(folder: &str) -> bool {
    folder.starts_with(".terraform/") || folder.contains("/.terraform/")
}

struct Loader<'f> {
    folder: &'f dyn Folder,
    config: Config,
    /// The modules that were read, by folder.
    known: BTreeMap<String, usize>,
    /// How much was read.
    bytes: usize,
    fetched: BTreeMap<String, String>,
}

impl Loader<'_> {
    fn module(&mut self, folder: &str, key: &str, remote: bool, above: &mut Vec<String>) -> usize {
        if let Some(known) = self.known.get(folder) {
            return *known;
        }
        let number = self.config.modules.len();
        self.known.insert(folder.to_owned(), number);
        self.config.modules.push(Module::default());
        let mut module = self.read(folder, remote);
        above.push(folder.to_owned());
        let calls: Vec<(String, Option<String>)> = module.calls.iter().map(|(name, call)| (name.clone(), source(call))).collect();
        for (name, source) in calls {
            let child = self.child(folder, key, &name, source.as_deref(), above);
            module.children.insert(name, child);
        }
        above.pop();
        self.config.modules[number] = module;
        number
    }

    fn child(&mut self, folder: &str, key: &str, name: &str, source: Option<&str>, above: &mut Vec<String>) -> Result<usize, Why> {
        let key = if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") };
        let Some(source) = source else { return Err(Why::new(format!("module.{key} does not say where its code is"))) };
        let local = source.starts_with("./") || source.starts_with("../") || source == "." || source == "..";
        let beside = local.then(|| normal(&join(folder, source))).flatten();
        let place = beside.or_else(|| self.fetched.get(&key).cloned());
        let place = place.filter(|place| files::has_code(self.folder, place));
        let Some(place) = place else {
            let why = format!("module.{key} is not at hand (its source is {source})");
            self.note(if local { why.clone() } else { format!("{why}: `terraform init` fetches it") });
            return Err(Why::new(why));
        };
        if above.contains(&place) || above.len() >= DEPTH {
            return Err(Why::new(format!("module.{key} calls itself")));
        }
        let remote = is_remote(&place);
        Ok(self.module(&place, &key, remote, above))
    }

    fn note(&mut self, note: String) {
        if !self.config.notes.contains(&note) {
            self.config.notes.push(note);
        }
    }
}

/// Where a call says its module is.
fn source(call: &Block) -> Option<String> {
    call.body.value("source").and_then(Expr::as_text).map(ToOwned::to_owned)
}
