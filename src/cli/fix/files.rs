//! The files of a fix: the plan, and what a journal tells.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::cli::Failure;
use crate::migrate::journal::{self, Told};
use crate::migrate::plan::{FORMAT, Plan, VERSION};
use crate::shell;

/// Where a plan's journal is unless the user says otherwise.
pub(super) fn default_journal(plan: &Plan) -> PathBuf {
    PathBuf::from(format!("apiaudit-{}.journal", plan.id))
}

pub(super) const HELP: &str = "name the journal that `apiaudit fix --apply` began; it says its name when it begins and when it ends";

/// What a journal tells, without holding it: a run may be at work on it.
pub(super) fn peek(path: &Path) -> Result<Told, Failure> {
    let fail = |error: &dyn std::fmt::Display| Failure::usage(format!("journal {}: {error}", path.display()), HELP);
    let mut file = open(path).map_err(|error| fail(&error))?;
    let text = read(&mut file).map_err(|error| fail(&error))?;
    journal::read(&text).map_err(|error| fail(&error))
}

fn open(path: &Path) -> io::Result<File> {
    std::fs::OpenOptions::new().read(true).open(path)
}

pub(super) fn read(file: &mut File) -> io::Result<String> {
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no ordinary file"));
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    // A line torn within a letter is cut away with the line.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Saves a plan.
pub(super) fn save_plan(plan: &Plan, path: &Path) -> Result<(), Failure> {
    let text = document(plan);
    shell::write_file(path, |out| out.write_all(text.as_bytes())).map_err(|error| {
        Failure::not_audited(format!("the plan cannot be saved to {}: {error}", path.display()), "name a place that can be written to")
    })
}

/// Reads a plan.
pub(super) fn read_plan(path: &Path) -> Result<Plan, Failure> {
    let help = "give a file that `apiaudit fix --plan-out FILE` wrote, or plan anew";
    let fail = |what: String| Failure::usage(format!("{}: {what}", path.display()), help);
    let text = shell::read_file(path).map_err(|error| fail(error.to_string()))?;
    let head: Head = serde_json::from_str(&text).map_err(|error| fail(format!("it is no plan: {error}")))?;
    if head.format != FORMAT {
        return Err(fail(format!("it is no plan: its format is {:?}, not {FORMAT:?}", head.format)));
    }
    if head.version != VERSION {
        return Err(fail(format!("its version is {}, and this apiaudit reads {VERSION}", head.version)));
    }
    let mut value: Value = serde_json::from_str(&text).map_err(|error| fail(format!("it is damaged: {error}")))?;
    let told = value.as_object_mut().and_then(|fields| fields.shift_remove(DIGEST));
    if told.as_ref().and_then(Value::as_str) != Some(digest(&value).as_str()) {
        return Err(fail("it was changed after apiaudit wrote it: its digest is another one".to_owned()));
    }
    serde_json::from_value(value).map_err(|error| fail(format!("it is damaged: {error}")))
}

const DIGEST: &str = "digest";

/// A plan as a file: with the digest of all the rest, so that what is applied is what was shown when it was made.
pub(super) fn document(plan: &Plan) -> String {
    let mut value = serde_json::to_value(plan).unwrap_or_default();
    let digest = digest(&value);
    if let Some(fields) = value.as_object_mut() {
        fields.insert(DIGEST.to_owned(), Value::String(digest));
    }
    format!("{value:#}\n")
}

fn digest(value: &Value) -> String {
    Sha256::digest(value.to_string()).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

#[derive(serde::Deserialize)]
struct Head {
    format: String,
    version: u32,
}
