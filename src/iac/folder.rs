//! The files that a reader may look at: the caller holds the disk.

use std::collections::BTreeMap;
use std::sync::Arc;

/// A folder of files. Paths are relative to its root, with `/` between folders; none leads out of it.
pub trait Folder {
    /// The text of a file; none when there is no such file, and an error in words when it cannot be read.
    fn read(&self, path: &str) -> Result<Option<Arc<str>>, String>;
    /// The names of the files directly in a folder (`""` for the root), sorted.
    fn files(&self, folder: &str) -> Vec<String>;
    /// The names of the folders directly in a folder, sorted.
    fn folders(&self, folder: &str) -> Vec<String>;
}

/// A folder in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InMemory(pub BTreeMap<String, Arc<str>>);

impl InMemory {
    /// A folder of some files.
    pub fn of<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        Self(files.into_iter().map(|(path, text)| (path.to_owned(), text.into())).collect())
    }

    fn below<'s>(&'s self, folder: &str) -> impl Iterator<Item = &'s str> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{}/", folder.trim_end_matches('/')) };
        self.0.keys().filter_map(move |path| path.strip_prefix(&prefix))
    }
}

impl Folder for InMemory {
    fn read(&self, path: &str) -> Result<Option<Arc<str>>, String> {
        Ok(self.0.get(path).cloned())
    }

    fn files(&self, folder: &str) -> Vec<String> {
        self.below(folder).filter(|rest| !rest.contains('/')).map(ToOwned::to_owned).collect()
    }

    fn folders(&self, folder: &str) -> Vec<String> {
        let mut folders: Vec<String> = self.below(folder).filter_map(|rest| Some(rest.split_once('/')?.0.to_owned())).collect();
        folders.dedup();
        folders
    }
}

/// A path without `.` and `..`, relative to the root; none when it would lead out.
pub fn normal(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_lists_what_is_directly_in_it() {
        let folder = InMemory::of([("a.tf", ""), ("m/b.tf", ""), ("m/n/c.tf", "")]);
        assert_eq!(folder.files(""), ["a.tf"]);
        assert_eq!(folder.folders(""), ["m"]);
        assert_eq!(folder.files("m"), ["b.tf"]);
        assert_eq!(normal("./m/../x/./y.tf").as_deref(), Some("x/y.tf"));
        assert_eq!(normal("m/../../x"), None);
    }
}
