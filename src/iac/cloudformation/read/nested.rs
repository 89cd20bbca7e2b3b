//! Stacks and the stacks in them.

use std::sync::Arc;

use super::Root;
use crate::diagnostics::Diagnostic;
use crate::iac::cloudformation::document::{self, Entry, Item, Raw};
use crate::iac::cloudformation::eval::stack::{Given, Resource, Stack};
use crate::iac::cloudformation::eval::{Here, World};
use crate::iac::code::Uncounted;
use crate::iac::folder::{Folder, normal};
use crate::iac::text::{Files, Span};
use crate::iac::value::{Value, Why};

/// How many stacks are read.
const STACKS: usize = 200;

/// Stacks in the making.
pub(in crate::iac::cloudformation) struct Load<'f> {
    pub(in crate::iac::cloudformation) world: World,
    pub(in crate::iac::cloudformation) files: Files,
    folder: &'f dyn Folder,
}

impl<'f> Load<'f> {
    pub(super) fn new(folder: &'f dyn Folder) -> Self {
        Self { world: World::default(), files: Files::default(), folder }
    }

    /// The text of a file.
    pub(super) fn text(&self, path: &str) -> Result<Option<Arc<str>>, String> {
        normal(path).map_or(Ok(None), |path| self.folder.read(&path))
    }

    /// Adds the stack of a template.
    pub(super) fn add(&mut self, text: &Arc<str>, root: &Root, given: Given) -> Result<usize, Vec<Diagnostic>> {
        let item = document::parse(text, &root.path, &mut self.files)?;
        if !item.get("Resources").is_some_and(|resources| matches!(resources.value, Raw::Map(_))) {
            return Err(vec![self.wrong(
                "the template has no resources",
                item.entries().first().map_or(item.span, |entry| entry.head),
                "",
            )]);
        }
        let number = self.world.stacks.len();
        let mut stack = Stack {
            prefix: root.prefix.clone(),
            name: root.name.clone(),
            path: root.path.clone(),
            to: root.to.clone(),
            given,
            root: item,
            resources: std::collections::BTreeMap::new(),
            nested: std::collections::BTreeMap::new(),
            uncounted: Vec::new(),
            sam: false,
        };
        stack.sam = stack.transforms().iter().any(|name| name == "AWS::Serverless-2016-10-31");
        self.world.stacks.push(stack);
        self.resources(number)?;
        Ok(number)
    }

    /// Writes the resources of a stack out.
    fn resources(&mut self, number: usize) -> Result<(), Vec<Diagnostic>> {
        let entries = self.world.stacks[number].root.get("Resources").map(Item::entries).unwrap_or_default().to_vec();
        let mut wrong = Vec::new();
        for entry in entries {
            let key = &*entry.key;
            let found = if key.starts_with("Fn::ForEach::") {
                self.world.rounds(Here::of(number), &entry)
            } else if key == "Fn::Transform" {
                Err(Why::new("Fn::Transform puts in resources only at deployment"))
            } else {
                Ok(vec![entry.clone()])
            };
            match found {
                Ok(entries) => wrong.extend(entries.iter().filter_map(|entry| self.resource(number, entry))),
                Err(why) => {
                    let stack = &mut self.world.stacks[number];
                    let kind = entry.item.items().get(2).and_then(inner_kind).unwrap_or("AWS::CloudFormation::Macro").to_owned();
                    stack.uncounted.push(Uncounted { address: stack.address(key), kind, why });
                }
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn resource(&mut self, number: usize, entry: &Entry) -> Option<Diagnostic> {
        let Some(resource) = Resource::of(entry) else {
            return Some(self.wrong(&format!("resource {} has no Type", entry.key), entry.head, ""));
        };
        let before = self.world.stacks[number].resources.insert(entry.key.to_string(), resource);
        before.map(|_| self.wrong(&format!("a loop makes {} more than once", entry.key), entry.head, ""))
    }

    fn wrong(&self, message: &str, span: Span, label: &str) -> Diagnostic {
        let at = |byte: u32| usize::try_from(byte).unwrap_or(usize::MAX);
        let error = Diagnostic::error(message);
        match self.files.get(span.file) {
            Some(file) => error.in_file(&*file.path, Arc::clone(&file.text)).label(at(span.start)..at(span.end), label),
            None => error,
        }
    }

    /// Follows nested stacks until there are no more.
    pub(super) fn nest(&mut self) -> Result<(), Vec<Diagnostic>> {
        let mut next = 0;
        while next < self.world.stacks.len() {
            let nested: Vec<(String, Resource)> = self.world.stacks[next]
                .resources
                .iter()
                .filter(|(_, resource)| location(&resource.kind).is_some())
                .map(|(id, resource)| (id.clone(), resource.clone()))
                .collect();
            for (id, resource) in nested {
                let found = self.follow(next, &id, &resource)?;
                self.world.stacks[next].nested.insert(id, found);
                // What was asked for on the way was asked for too early.
                self.world.forget();
            }
            self.documents(next);
            next += 1;
        }
        Ok(())
    }

    /// Reads the documents that a stack takes in, as far as they are at hand.
    fn documents(&mut self, number: usize) {
        for path in self.world.wanted(number) {
            if self.world.documents.contains_key(&path) {
                continue;
            }
            let Ok(Some(text)) = self.text(&path) else { continue };
            match document::parse(&text, &path, &mut self.files) {
                Ok(item) => {
                    self.world.documents.insert(path, item);
                }
                Err(errors) => {
                    let words = errors.first().map(|error| error.message.clone()).unwrap_or_default();
                    self.world.note(format!("{path} is not taken in: {words}"));
                }
            }
        }
    }

    fn follow(&mut self, stack: usize, id: &str, resource: &Resource) -> Result<Result<usize, Why>, Vec<Diagnostic>> {
        match self.world.is_made(stack, resource) {
            Ok(true) => {}
            Ok(false) => return Ok(Err(Why::new(format!("{id} is not made, for its condition does not hold")))),
            Err(why) => return Ok(Err(why)),
        }
        let path = match self.template(stack, id, resource) {
            Ok(path) => path,
            Err(why) => return Ok(Err(why)),
        };
        let text = match self.text(&path) {
            Ok(Some(text)) => text,
            Ok(None) => return Ok(Err(Why::new(format!("{id} has its template in {path}, which is not at hand")))),
            Err(words) => return Ok(Err(Why::new(format!("{id} has its template in {path}, which cannot be read: {words}")))),
        };
        if self.is_around(stack, &path) {
            let span = resource.properties.as_ref().map_or(resource.head, |item| item.span);
            return Err(vec![self.wrong(&format!("{path} is nested in itself"), span, "here it comes again")]);
        }
        if self.world.stacks.len() >= STACKS {
            return Ok(Err(Why::new(format!("{id} is one more nested stack than the {STACKS} that apiaudit reads"))));
        }
        let around = &self.world.stacks[stack];
        let address = around.address(id);
        let root = Root {
            path,
            prefix: format!("{address}."),
            name: address,
            to: around.to.clone(),
            parameters: std::collections::BTreeMap::new(),
        };
        let given = Given::Parent { stack, parameters: resource.property("Parameters").cloned() };
        self.add(&text, &root, given).map(Ok)
    }

    /// The path of the template of a nested stack.
    fn template(&self, stack: usize, id: &str, resource: &Resource) -> Result<String, Why> {
        let around = &self.world.stacks[stack];
        let url = asset(around, id).map_or_else(|| self.template_url(stack, id, resource), |path| Ok(path.to_owned()))?;
        if url.contains("://") || url.starts_with('/') || url.contains('\n') {
            return Err(Why::new(format!("{id} has a template that is not at hand: {}", url.lines().next().unwrap_or_default())));
        }
        let folder = around.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        normal(&format!("{folder}/{url}")).ok_or_else(|| Why::new(format!("{id} has its template outside of the repository")))
    }

    /// What a nested stack says itself about where its template is.
    fn template_url(&self, stack: usize, id: &str, resource: &Resource) -> Result<String, Why> {
        let name = location(&resource.kind).unwrap_or_default();
        match self.world.property(stack, id, name).or_else(|| self.world.property(stack, id, "TemplateBody")) {
            Some(Value::Text(text)) if !text.made_up => Ok(text.text.to_string()),
            Some(Value::Unknown(why)) => Err(why),
            _ => Err(Why::new(format!("{id} has a template that is not at hand"))),
        }
    }

    /// Whether a template is one of those around a stack, or its own.
    fn is_around(&self, stack: usize, path: &str) -> bool {
        let mut at = Some(stack);
        while let Some(number) = at {
            let stack = &self.world.stacks[number];
            if normal(&stack.path).as_deref() == Some(path) {
                return true;
            }
            at = match &stack.given {
                Given::Parent { stack, .. } => Some(*stack),
                Given::Outside(_) => None,
            };
        }
        false
    }
}

/// The property of a nested stack that says where its template is.
pub(super) fn location(kind: &str) -> Option<&'static str> {
    match kind {
        "AWS::CloudFormation::Stack" => Some("TemplateURL"),
        "AWS::Serverless::Application" => Some("Location"),
        _ => None,
    }
}

/// The file that the CDK wrote the template of a nested stack to.
fn asset<'s>(stack: &'s Stack, id: &str) -> Option<&'s str> {
    let metadata = stack.entry("Resources", id)?.item.get("Metadata")?;
    let property = metadata.get("aws:asset:property")?.str()?;
    if property == "TemplateURL" { metadata.get("aws:asset:path")?.str() } else { None }
}

/// The type of the resources of a loop, where it writes one.
fn inner_kind(body: &Item) -> Option<&str> {
    body.entries().first()?.item.get("Type")?.str()
}
