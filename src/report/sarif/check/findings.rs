//! What a check found, by kind: a log with one mistake mostly has it a thousand times.

use schemars::JsonSchema;
use serde::Serialize;

use super::place::Place;

/// How many of one kind are told; the rest is counted.
pub const TOLD: usize = 20;

/// What a finding means for the upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// GitHub refuses the file.
    Error,
    /// GitHub takes the file, and shows something otherwise than its author meant, or not at all.
    Warning,
}

impl Severity {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A kind of mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Kind {
    /// What it means for the upload.
    pub severity: Severity,
    /// Its name, which never changes.
    #[serde(rename = "kind")]
    pub id: &'static str,
    /// What GitHub does.
    pub effect: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

/// One place and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Instance {
    /// Where, as in `runs[0].results[3].locations[0]`; empty for the log itself.
    pub place: String,
    /// What is wrong.
    pub message: String,
}

/// All findings of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Group {
    /// The kind.
    #[serde(flatten)]
    pub kind: Kind,
    /// How many there are.
    pub count: usize,
    /// The first of them.
    pub instances: Vec<Instance>,
}

/// The findings so far.
#[derive(Debug, Default)]
pub(super) struct Findings(Vec<Group>);

impl Findings {
    /// Adds one. The words are made only when they are told.
    pub(super) fn add(&mut self, kind: &Kind, place: &Place<'_>, message: impl FnOnce() -> String) {
        let at = self.0.iter().position(|group| group.kind.id == kind.id && group.kind.severity == kind.severity).unwrap_or_else(|| {
            self.0.push(Group { kind: *kind, count: 0, instances: Vec::new() });
            self.0.len() - 1
        });
        let group = &mut self.0[at];
        group.count += 1;
        if group.instances.len() < TOLD {
            group.instances.push(Instance { place: place.to_string(), message: message() });
        }
    }

    /// The errors, then the warnings, each in the order of the log.
    pub(super) fn into_groups(mut self) -> Vec<Group> {
        self.0.sort_by_key(|group| group.kind.severity);
        self.0
    }
}
