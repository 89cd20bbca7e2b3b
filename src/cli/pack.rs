//! The rules of a run: those in the binary, and a team's own.

use std::path::{Path, PathBuf};

use super::args::Selection;
use super::{Ended, Failure};
use crate::rules::{Rule, RulePack, embedded, facts, hint};
use crate::shell;

/// Loads the rules in the binary and those below the folders.
pub(crate) fn load(folders: &[PathBuf]) -> Result<RulePack, Failure> {
    let mut files = embedded();
    for folder in folders {
        files.extend(read(folder)?);
    }
    RulePack::load(files.into_iter(), &facts::registry()).map_err(Failure::Shown)
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

impl Selection {
    /// The rules that were chosen, sorted by id.
    pub(crate) fn choose<'p>(&self, pack: &'p RulePack) -> Result<Vec<&'p Rule>, Failure> {
        for name in self.only.iter().chain(&self.skip) {
            if pack.get(name).is_none() {
                let known: Vec<&str> = pack.rules().iter().map(|rule| rule.id.as_str()).collect();
                let mut help = hint::hints(name, "the rules are", &known);
                help.push("`apiaudit rules list` lists them".to_owned());
                return Err(Failure::Told { ended: Ended::Usage, message: format!("there is no rule `{name}`"), help });
            }
        }
        let named = |rule: &Rule, names: &[String]| names.iter().any(|name| rule.is_called(name));
        let chosen = pack.rules().iter().filter(|rule| (self.only.is_empty() || named(rule, &self.only)) && !named(rule, &self.skip));
        let chosen: Vec<&Rule> = chosen.collect();
        if chosen.is_empty() {
            return Err(Failure::usage("no rule is left", "--skip takes away every rule that --only chose"));
        }
        Ok(chosen)
    }
}
