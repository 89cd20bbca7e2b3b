//! The manifest of a cloud assembly.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::frames::trace;
use crate::diagnostics::Diagnostic;
use crate::iac::folder::{Folder, normal};
use crate::iac::made_up::Destination;

/// How many assemblies may be in one another.
const DEPTH: usize = 16;

/// What a cloud assembly holds.
#[derive(Debug, Default)]
pub(super) struct Assembly {
    pub(super) stacks: Vec<Stack>,
    /// The creation stacks of constructs, by their path.
    pub(super) traces: BTreeMap<String, Vec<String>>,
    pub(super) notes: Vec<String>,
}

/// A stack of a cloud assembly.
#[derive(Debug)]
pub(super) struct Stack {
    pub(super) name: String,
    pub(super) template: String,
    pub(super) to: Destination,
    pub(super) parameters: BTreeMap<String, String>,
    /// The creation stacks of resources, by logical id.
    pub(super) traces: BTreeMap<String, Vec<String>>,
}

impl Assembly {
    /// Reads an assembly and those in it.
    pub(super) fn read(out: &str, folder: &dyn Folder, to: &Destination) -> Result<Self, Diagnostic> {
        let mut assembly = Self::default();
        assembly.add(out, folder, to, 0)?;
        if assembly.stacks.is_empty() {
            return Err(Diagnostic::error(format!("the cloud assembly in {out} has no stacks")));
        }
        Ok(assembly)
    }

    fn add(&mut self, out: &str, folder: &dyn Folder, to: &Destination, depth: usize) -> Result<(), Diagnostic> {
        let manifest = json(&format!("{out}/manifest.json"), folder)?;
        let artifacts = manifest.get("artifacts").and_then(Value::as_object);
        for (id, artifact) in artifacts.into_iter().flatten() {
            let property = |name: &str| artifact.get("properties").and_then(|properties| properties.get(name));
            match artifact.get("type").and_then(Value::as_str) {
                Some("aws:cloudformation:stack") => {
                    let Some(file) = property("templateFile").and_then(Value::as_str) else { continue };
                    let metadata = self.metadata(out, artifact, folder)?;
                    let parameters = property("parameters").and_then(Value::as_object).into_iter().flatten();
                    self.stacks.push(Stack {
                        name: id.clone(),
                        template: path(&format!("{out}/{file}"))?,
                        to: destination(artifact.get("environment").and_then(Value::as_str), to),
                        parameters: parameters.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect(),
                        traces: by_id(&metadata),
                    });
                    self.traces.extend(by_path(&metadata));
                }
                Some("cdk:cloud-assembly") => {
                    let Some(inner) = property("directoryName").and_then(Value::as_str) else { continue };
                    if depth >= DEPTH {
                        return Err(Diagnostic::error(format!("the cloud assembly in {out} is nested too deep")));
                    }
                    self.add(&path(&format!("{out}/{inner}"))?, folder, to, depth + 1)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The metadata of a stack, by the path of constructs: in the manifest, or in a file of its own.
    fn metadata(&mut self, out: &str, artifact: &Value, folder: &dyn Folder) -> Result<serde_json::Map<String, Value>, Diagnostic> {
        let mut found = artifact.get("metadata").and_then(Value::as_object).cloned().unwrap_or_default();
        if let Some(file) = artifact.get("additionalMetadataFile").and_then(Value::as_str) {
            match json(&path(&format!("{out}/{file}"))?, folder) {
                Ok(Value::Object(more)) => found.extend(more),
                Ok(_) => self.notes.push(format!("{out}/{file} holds no metadata")),
                // Without it resources are placed in the template.
                Err(error) => self.notes.push(error.message),
            }
        }
        Ok(found)
    }
}

type Metadata = serde_json::Map<String, Value>;

fn by_path(metadata: &Metadata) -> BTreeMap<String, Vec<String>> {
    metadata.iter().filter_map(|(path, entries)| Some((path.clone(), trace(entries)?))).collect()
}

fn by_id(metadata: &Metadata) -> BTreeMap<String, Vec<String>> {
    let id = |entries: &Value| {
        let entry = entries.as_array()?.iter().find(|entry| entry.get("type").and_then(Value::as_str) == Some("aws:cdk:logicalId"))?;
        entry.get("data")?.as_str().map(ToOwned::to_owned)
    };
    metadata.values().filter_map(|entries| Some((id(entries)?, trace(entries)?))).collect()
}

/// Where a stack goes: `aws://123456789012/eu-west-1`.
fn destination(environment: Option<&str>, to: &Destination) -> Destination {
    let mut found = to.clone();
    let (account, region) =
        environment.and_then(|text| text.strip_prefix("aws://")).and_then(|text| text.split_once('/')).unwrap_or_default();
    if !account.is_empty() && account != "unknown-account" {
        account.clone_into(&mut found.account);
    }
    if !region.is_empty() && region != "unknown-region" {
        region.clone_into(&mut found.region);
        let partition = if region.starts_with("cn-") {
            "aws-cn"
        } else if region.starts_with("us-gov-") {
            "aws-us-gov"
        } else {
            "aws"
        };
        partition.clone_into(&mut found.partition);
    }
    found
}

fn path(path: &str) -> Result<String, Diagnostic> {
    normal(path).ok_or_else(|| Diagnostic::error(format!("the cloud assembly names {path}, which is outside of the folder")))
}

fn json(path: &str, folder: &dyn Folder) -> Result<Value, Diagnostic> {
    let text: Arc<str> = match folder.read(path) {
        Ok(Some(text)) => text,
        Ok(None) => return Err(Diagnostic::error(format!("there is no {path}"))),
        Err(words) => return Err(Diagnostic::error(format!("{path} cannot be read: {words}"))),
    };
    serde_json::from_str(&text).map_err(|error| {
        let before: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
        let at = before + error.column().saturating_sub(1);
        Diagnostic::error(format!("{path} is no JSON: {error}")).in_file(path, Arc::clone(&text)).label(at..at + 1, "")
    })
}
