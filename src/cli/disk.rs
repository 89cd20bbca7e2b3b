//! The disk, as far as readers of code may look at it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Failure;
use crate::iac::Folder;
use crate::iac::folder::normal;
use crate::shell;

/// The most bytes of one file that are read: more is no code that people write, nor a plan that Terraform does.
const MOST: u64 = 512 * 1024 * 1024;
/// Folders that hold no code of the repository's own.
const SKIPPED: [&str; 4] = [".git", "node_modules", "target", ".venv"];

/// A folder on the disk, which nothing leads out of.
#[derive(Debug, Clone)]
pub(crate) struct Disk {
    root: PathBuf,
}

impl Disk {
    /// The folder that holds everything named: the repository's, so that paths are those code scanning shows. Paths are told
    /// relative to it.
    pub(crate) fn around(paths: &[&Path], repo_root: Option<&Path>) -> Result<(Self, Vec<String>), Failure> {
        let real: Vec<PathBuf> = paths.iter().map(|path| canonical(path)).collect::<Result<_, _>>()?;
        let root = match repo_root {
            Some(root) => canonical(root)?,
            None => root_of(&real),
        };
        let relative = real.iter().zip(paths).map(|(real, named)| {
            real.strip_prefix(&root).map(|path| path.to_string_lossy().replace('\\', "/")).map_err(|_| {
                let message = format!("{} is not below {}", named.display(), root.display());
                Failure::usage(message, "name the folder that holds both with --repo-root DIR: reports name files relative to it")
            })
        });
        let relative = relative.collect::<Result<_, _>>()?;
        Ok((Self { root }, relative))
    }

    /// A path of the disk relative to the folder; none where it is not in it.
    pub(crate) fn relative(&self, path: &Path) -> Option<String> {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        let real = std::fs::canonicalize(path).ok()?;
        real.strip_prefix(&self.root).ok().map(|path| path.to_string_lossy().replace('\\', "/"))
    }

    /// The place of a path; none when it leads out of the folder, also by a link.
    fn place(&self, path: &str) -> Option<PathBuf> {
        let place = self.root.join(normal(path)?);
        let real = std::fs::canonicalize(&place).ok()?;
        real.starts_with(&self.root).then_some(real)
    }

    fn names(&self, folder: &str, is_wanted: impl Fn(&Path, &str) -> bool) -> Vec<String> {
        let Some(entries) = self.place(folder).and_then(|place| std::fs::read_dir(place).ok()) else { return Vec::new() };
        let entries = entries.filter_map(Result::ok).filter_map(|entry| Some((entry.path(), entry.file_name().into_string().ok()?)));
        let mut names: Vec<String> = entries.filter(|(path, name)| is_wanted(path, name)).map(|(_, name)| name).collect();
        names.sort();
        names
    }
}

impl Folder for Disk {
    fn read(&self, path: &str) -> Result<Option<Arc<str>>, String> {
        let Some(place) = self.place(path).filter(|place| place.is_file()) else { return Ok(None) };
        let size = std::fs::metadata(&place).map_err(|error| error.to_string())?.len();
        if size > MOST {
            return Err(format!("it has {size} bytes, and no more than {MOST} are read"));
        }
        shell::read_file(&place).map(|text| Some(text.into())).map_err(|error| error.to_string())
    }

    fn files(&self, folder: &str) -> Vec<String> {
        self.names(folder, |path, _| path.is_file())
    }

    fn folders(&self, folder: &str) -> Vec<String> {
        self.names(folder, |path, name| path.is_dir() && !path.is_symlink() && !SKIPPED.contains(&name))
    }
}

fn canonical(path: &Path) -> Result<PathBuf, Failure> {
    std::fs::canonicalize(path)
        .map_err(|error| Failure::usage(format!("{} cannot be read: {error}", path.display()), "name a file or folder that is there"))
}

/// The repository around some paths, or else the working folder, or else the folder that holds them all.
fn root_of(paths: &[PathBuf]) -> PathBuf {
    let folder = |path: &PathBuf| if path.is_dir() { path.clone() } else { path.parent().map(Path::to_path_buf).unwrap_or_default() };
    let Some(first) = paths.first().map(folder) else { return PathBuf::new() };
    let holds_all = |root: &Path| paths.iter().all(|path| path.starts_with(root));
    let repository = first.ancestors().find(|ancestor| ancestor.join(".git").exists());
    let here = std::env::current_dir().and_then(std::fs::canonicalize).ok();
    let candidates = repository.map(Path::to_path_buf).into_iter().chain(here);
    let known = candidates.into_iter().find(|root| holds_all(root));
    known.or_else(|| first.ancestors().find(|ancestor| holds_all(ancestor)).map(Path::to_path_buf)).unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test lays out a folder")]
    fn paths_are_told_from_the_repository_and_nothing_leads_out() {
        let folder = tempfile::tempdir().unwrap();
        let base = folder.path();
        std::fs::create_dir_all(base.join("repo/.git")).unwrap();
        std::fs::create_dir_all(base.join("repo/infra/.terraform")).unwrap();
        std::fs::write(base.join("repo/infra/main.tf"), "x").unwrap();
        std::fs::write(base.join("secret"), "y").unwrap();
        let (disk, relative) = Disk::around(&[&base.join("repo/infra")], None).ok().unwrap();
        assert_eq!(relative, ["infra"]);
        assert_eq!(disk.read("infra/main.tf").unwrap().as_deref(), Some("x"));
        assert_eq!(disk.read("../secret").unwrap(), None);
        assert_eq!(disk.files("infra"), ["main.tf"]);
        assert_eq!(disk.folders(""), ["infra"]);
        assert_eq!(disk.folders("infra"), [".terraform"]);
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(base.join("secret"), base.join("repo/infra/link.tf")).unwrap();
            assert_eq!(disk.read("infra/link.tf").unwrap(), None);
        }
        assert!(Disk::around(&[&base.join("secret")], Some(&base.join("repo"))).is_err());
    }
}
