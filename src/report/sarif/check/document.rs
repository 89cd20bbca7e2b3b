//! Checks for programs, in a shape with a version.

use std::io;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Serialize;

use super::{Report, Unreadable};
use crate::report::text;

/// What a document says it is.
pub const FORMAT: &str = "apiaudit-sarif-check";
/// The version of its shape. Keys may be added within a version; none changes its meaning or goes.
pub const VERSION: u32 = 1;

/// What was found, file by file.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "apiaudit sarif-check")]
pub struct Document<'a> {
    /// Always `apiaudit-sarif-check`.
    format: &'static str,
    /// The version of this shape.
    version: u32,
    /// In the order they were given.
    files: Vec<File<'a>>,
}

/// A file.
#[derive(Debug, Serialize, JsonSchema)]
struct File<'a> {
    /// Its name, as it was given.
    #[serde(rename = "file")]
    name: &'a str,
    /// What GitHub would do with it.
    verdict: Verdict,
    /// Why it could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a Unreadable>,
    /// What is in it.
    #[serde(flatten)]
    report: Option<&'a Report>,
}

/// What GitHub would do with a file.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    /// It would take it, whatever it does not show of it.
    Taken,
    /// It would reject it.
    Rejected,
    /// It could not be read.
    Unreadable,
}

impl<'a> Document<'a> {
    /// Of these files.
    pub fn new(checks: &'a [(String, Result<Report, Unreadable>)]) -> Self {
        Self { format: FORMAT, version: VERSION, files: checks.iter().map(|(file, check)| File::new(file, check)).collect() }
    }

    /// Writes it.
    pub fn write(&self, out: &mut dyn io::Write) -> io::Result<()> {
        text::write_json(self, true, out)
    }
}

impl<'a> File<'a> {
    fn new(name: &'a str, check: &'a Result<Report, Unreadable>) -> Self {
        let verdict = match check {
            Ok(report) if report.errors == 0 => Verdict::Taken,
            Ok(_) => Verdict::Rejected,
            Err(_) => Verdict::Unreadable,
        };
        Self { name, verdict, error: check.as_ref().err(), report: check.as_ref().ok() }
    }
}

/// The JSON Schema of a document.
pub fn schema() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Document<'static>>()
}
