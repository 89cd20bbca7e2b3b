//! Earlier runs, read from files: JSON reports, and inventories that are judged again.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::args::Baseline as Asked;
use super::{Ended, Failure, source};
use crate::assessment::{Assessment, Record};
use crate::compare::{self, Mismatch};
use crate::inventory::Inventory;
use crate::report::json;
use crate::rules::Rule;
use crate::shell;

/// An earlier run.
pub(super) enum Earlier {
    /// A report: what was concluded then.
    Report(Record),
    /// An inventory: what was there then.
    Inventory(Box<Inventory>),
}

/// What a file says it is; whatever else is in it is skipped.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    format: Option<serde_json::Value>,
}

/// Reads a report or an inventory, told apart by what it says it is.
pub(super) fn read(file: &Path) -> Result<Earlier, Failure> {
    let name = file.display();
    let help = "give a JSON report (`--format json=FILE`) or an inventory (`--save-inventory FILE`) that apiaudit wrote";
    let text = shell::read_file(file).map_err(|error| Failure::usage(format!("{name} cannot be read: {error}"), help))?;
    let head = serde_json::from_str::<Head>(&text).ok().and_then(|head| head.format);
    match head.as_ref().and_then(|format| format.as_str()) {
        Some(json::FORMAT) => {
            let record = json::read(&text).map_err(|error| Failure::usage(format!("{name}: {error}"), help))?;
            Ok(Earlier::Report(record))
        }
        Some(crate::inventory::snapshot::FORMAT) => Ok(Earlier::Inventory(Box::new(source::read(file)?))),
        Some(other) => Err(Failure::usage(format!("{name} is neither a report nor an inventory: `format` is \"{other}\""), help)),
        // What is cut off or no JSON at all is told with its place.
        None if names_itself_a_report(&text) => match json::read(&text) {
            Ok(record) => Ok(Earlier::Report(record)),
            Err(error) => Err(Failure::usage(format!("{name}: {error}"), help)),
        },
        None => source::read(file).map(|inventory| Earlier::Inventory(Box::new(inventory))),
    }
}

/// Whether it begins as reports do; the rest may be damaged.
fn names_itself_a_report(text: &str) -> bool {
    text.lines().take(2).any(|line| line.contains(json::FORMAT))
}

/// The names that rules had before, each with the one it has now.
pub(super) fn aliases(rules: &[Rule]) -> BTreeMap<String, String> {
    rules.iter().flat_map(|rule| rule.aliases.iter().map(|alias| (alias.clone(), rule.id.clone()))).collect()
}

impl Earlier {
    /// What was concluded; an inventory is judged for it.
    pub(super) fn record(&self, rules: &[Rule], judge: impl FnOnce(&Inventory) -> Assessment) -> Record {
        match self {
            Self::Report(record) => record.clone().renamed(&aliases(rules)),
            Self::Inventory(inventory) => Record::from(&judge(inventory)),
        }
    }
}

impl Asked {
    /// The earlier run, where one was named.
    pub(super) fn read(&self) -> Result<Option<Earlier>, Failure> {
        self.baseline.as_deref().map(read).transpose()
    }

    /// The conclusion, held against the earlier run.
    pub(super) fn hold(&self, mut assessment: Assessment, earlier: Option<&Record>) -> Result<Assessment, Failure> {
        let (Some(before), Some(file)) = (earlier, &self.baseline) else { return Ok(assessment) };
        let name = file.display().to_string();
        let found = compare::against(before, &Record::from(&assessment), &name).map_err(|mismatch| mismatched(&name, &mismatch))?;
        assessment.baseline = Some(Box::new(found));
        Ok(assessment)
    }
}

/// Two runs that cannot be compared.
pub(super) fn mismatched(name: &str, mismatch: &Mismatch) -> Failure {
    let help = vec!["compare runs of one account, with a region in common, and code with code".to_owned()];
    Failure::Told { ended: Ended::Usage, message: format!("{name} cannot be compared: {mismatch}"), help }
}
