//! `apiaudit.toml`: text to a checked configuration, every mistake with its place.
//!
//! [`read`] takes the file apart; [`Draft::finish`] checks what it names against the rules, because its own folders add some.

mod keys;
mod read;
mod reference;
mod schema;
mod template;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::assessment::{Severity, SuppressionRule};
use crate::rules::{Choice, Scope};

pub use read::{Draft, read};
pub use reference::reference;
pub use schema::schema;
pub use template::template;

/// What the file is called where nobody says otherwise.
pub const FILE: &str = "apiaudit.toml";
/// What its JSON Schema is called beside it.
pub const SCHEMA_FILE: &str = "apiaudit.schema.json";

/// A configuration. Without a file, nothing is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// The file, as the user named it.
    pub file: String,
    /// Its text.
    pub text: Arc<str>,
    /// The accounts that may be scanned; all when there is none.
    pub accounts: Vec<Account>,
    /// The regions to read.
    pub regions: Vec<String>,
    /// Whether to read all of them.
    pub all_regions: bool,
    /// Whose hygiene is judged.
    pub scope: Option<Scope>,
    /// From which severity on a run fails; the inner none is `none`.
    pub fail_on: Option<Option<Severity>>,
    /// Whether a run that could not read everything fails.
    pub strict: Option<bool>,
    /// Which rules are applied.
    pub filters: Choice,
    /// Severities that take the place of a rule's, by id.
    pub severities: Vec<(String, Severity)>,
    /// Findings that are put up with.
    pub suppressions: Vec<SuppressionRule>,
}

/// An account that may be scanned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its twelve digits.
    pub id: String,
    /// What people call it.
    pub name: Option<String>,
}

impl Account {
    /// Its digits, and its name where it has one.
    pub fn in_words(&self) -> String {
        match &self.name {
            Some(name) => format!("{} ({name})", self.id),
            None => self.id.clone(),
        }
    }
}

impl Config {
    /// Whether an account may be scanned.
    pub fn allows(&self, account: &str) -> bool {
        self.accounts.is_empty() || self.accounts.iter().any(|known| known.id == account)
    }
}
