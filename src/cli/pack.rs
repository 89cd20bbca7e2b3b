//! The rules of a run: those in the binary, and a team's own.

use std::path::{Path, PathBuf};

use super::Failure;
use crate::diagnostics::Diagnostic;
use crate::rules::{RulePack, Thresholds, embedded, facts};
use crate::shell;

/// Loads the rules in the binary and those of some files.
pub(crate) fn load(own: Vec<(String, String)>, thresholds: &Thresholds) -> Result<RulePack, Vec<Diagnostic>> {
    let files = embedded().into_iter().chain(own);
    RulePack::load_with(files, &facts::registry(), thresholds)
}

/// The rules in the binary.
pub(crate) fn ours() -> Result<RulePack, Failure> {
    load(Vec::new(), &Thresholds::new()).map_err(Failure::Shown)
}

/// The rule files below some folders.
pub(crate) fn of_folders(folders: &[PathBuf]) -> Result<Vec<(String, String)>, Failure> {
    folders.iter().try_fold(Vec::new(), |mut files, folder| {
        files.extend(read(folder)?);
        Ok(files)
    })
}

/// The rule files below a folder.
pub(crate) fn read(folder: &Path) -> Result<Vec<(String, String)>, Failure> {
    let files = shell::toml_files(folder).map_err(|error| {
        Failure::usage(format!("the rules in {} cannot be read: {error}", folder.display()), "name a folder of rule files")
    })?;
    if files.is_empty() {
        let help = "rule files are TOML: FAMILY/RULE-ID.toml below the folder";
        return Err(Failure::usage(format!("there are no rule files below {}", folder.display()), help));
    }
    Ok(files)
}
