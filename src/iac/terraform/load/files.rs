//! The files of a module.

use super::{Loader, Module, join};
use crate::iac::folder::Folder;
use crate::iac::terraform::syntax;

/// How much code is read in all.
const ALL: usize = 64 << 20;

/// Whether a file holds code.
pub(crate) fn is_code(name: &str) -> bool {
    // Editors leave files with such names behind.
    !name.starts_with(['.', '#']) && !name.ends_with('~') && stem(name).is_some()
}

/// The name of a file of code without its ending.
fn stem(name: &str) -> Option<&str> {
    [".tf", ".tofu", ".tf.json", ".tofu.json"].iter().find_map(|ending| name.strip_suffix(ending))
}

/// Whether a folder holds code.
pub(super) fn has_code(folder: &dyn Folder, path: &str) -> bool {
    folder.files(path).iter().any(|name| is_code(name))
}

/// The files of a module in the order in which they count: those that override others last.
fn ordered(names: Vec<String>) -> Vec<String> {
    let tofu: Vec<String> =
        names.iter().filter(|name| name.contains(".tofu")).filter_map(|name| stem(name).map(ToOwned::to_owned)).collect();
    let shadowed = |name: &String| name.contains(".tf") && stem(name).is_some_and(|stem| tofu.iter().any(|known| known == stem));
    let mut names: Vec<String> = names.into_iter().filter(|name| is_code(name) && !shadowed(name)).collect();
    names.sort_by_key(|name| (overrides(name), name.clone()));
    names
}

fn overrides(name: &str) -> bool {
    stem(name).is_some_and(|stem| stem == "override" || stem.ends_with("_override"))
}

impl Loader<'_> {
    /// Reads the files of a folder.
    pub(super) fn read(&mut self, folder: &str, remote: bool) -> Module {
        let mut module = Module { folder: folder.to_owned(), ..Module::default() };
        for name in ordered(self.folder.files(folder)) {
            let path = join(folder, &name);
            let text = match self.folder.read(&path) {
                Ok(Some(text)) => text,
                Ok(None) => continue,
                Err(reason) => {
                    self.note(format!("{path} was left out: {reason}"));
                    continue;
                }
            };
            self.bytes = self.bytes.saturating_add(text.len());
            if self.bytes > ALL {
                self.note(format!("{path} was left out: more than {} MB of code", ALL >> 20));
                continue;
            }
            let number = (!remote).then(|| self.config.files.add(&path, text.clone()));
            let parsed = syntax::file(&path, &text, number);
            match parsed.error {
                Some(error) => {
                    self.note(format!("{}; what could be read of the file was read", error.message));
                    self.config.errors.push(error);
                }
                None => self.config.whole += 1,
            }
            module.add(parsed.body, overrides(&name));
        }
        module
    }
}
