//! Documents that a template takes in: `AWS::Include`, and those that packaging would put into S3.

use std::borrow::Cow;

use super::{Here, World};
use crate::iac::cloudformation::document::{Entry, Item, Raw};
use crate::iac::folder::normal;
use crate::iac::value::{Value, Why};

/// The properties that name a document.
const NAMES: [&str; 3] = ["DefinitionUri", "BodyS3Location", "Location"];

impl World {
    /// The paths of the local documents that a stack names.
    pub(in crate::iac::cloudformation) fn wanted(&self, stack: usize) -> Vec<String> {
        let mut paths = Vec::new();
        if let Some(resources) = self.stacks[stack].root.get("Resources") {
            self.look_for(stack, resources, &mut paths);
        }
        paths
    }

    fn look_for(&self, stack: usize, item: &Item, paths: &mut Vec<String>) {
        for entry in item.entries() {
            if NAMES.contains(&&*entry.key) {
                paths.extend(entry.item.str().and_then(|name| self.beside(stack, name)));
            }
            self.look_for(stack, &entry.item, paths);
        }
        if let Raw::List(items) = &item.value {
            items.iter().for_each(|item| self.look_for(stack, item, paths));
        }
    }

    /// The path of a file that a template names.
    fn beside(&self, stack: usize, name: &str) -> Option<String> {
        if name.contains("://") || name.starts_with('/') || name.contains('\n') {
            return None;
        }
        let folder = self.stacks[stack].path.rsplit_once('/').map_or("", |(folder, _)| folder);
        normal(&format!("{folder}/{name}"))
    }

    /// A document that a stack names, where it is at hand.
    pub(in crate::iac::cloudformation) fn document(&self, stack: usize, name: &Value) -> Option<&Item> {
        let Value::Text(text) = name else { return None };
        self.documents.get(&self.beside(stack, &text.text)?)
    }

    /// The entries of a map, with those of an included document in the place of the macro.
    pub(super) fn included<'e>(&self, here: Here, entries: &'e [Entry]) -> Result<Cow<'e, [Entry]>, Why> {
        let Some(place) = entries.iter().position(|entry| &*entry.key == "Fn::Transform") else { return Ok(Cow::Borrowed(entries)) };
        let transform = &entries[place].item;
        let name = transform.get("Name").and_then(Item::str).unwrap_or_default();
        let location = transform.get("Parameters").and_then(|parameters| parameters.get("Location"));
        let document = location.and_then(Item::str).and_then(|name| self.document(here.stack, &Value::from(name)));
        match document {
            Some(document) if name == "AWS::Include" && document.entry("Fn::Transform").is_none() => {
                let others = entries.iter().enumerate().filter(|(index, _)| *index != place).map(|(_, entry)| entry.clone());
                let kept: Vec<Entry> = others.collect();
                let new = document.entries().iter().filter(|entry| !kept.iter().any(|other| other.key == entry.key)).cloned();
                Ok(Cow::Owned(kept.iter().cloned().chain(new).collect()))
            }
            _ => Err(Why::new(format!("Fn::Transform {name} puts in what is not at hand"))),
        }
    }
}
