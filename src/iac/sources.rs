//! The lines behind what code declares.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::built::Built;
use super::code::{Code, Declaration};
use super::parts::parts;
use super::text::{File, Files, Span};
use crate::assessment::{Confidence, Origin, Place, Quiet, Sources, Via};

/// What a comment begins with that keeps a rule quiet: `apiaudit:ignore RULE because of …`.
const IGNORE: &str = "apiaudit:ignore";

/// A nested thing: the declaration it is a part of, its place, and the places of its own parts.
pub(super) struct Entry<'b> {
    address: &'b str,
    span: Span,
    parts: Option<&'b BTreeMap<String, Span>>,
}

/// The nested things that were built, by id.
pub(super) fn entries_of(built: &Built) -> BTreeMap<String, Entry<'_>> {
    let entries = built.entries.iter();
    entries.map(|(id, (address, span))| (id.clone(), Entry { address, span: *span, parts: built.parts.get(id) })).collect()
}

/// How the ids of a tracing were come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct How {
    /// The way.
    pub via: Via,
    /// How sure it is.
    pub confidence: Confidence,
}

/// The lines of everything that was built, by the ids under which findings speak of it.
pub fn sources(code: &Code, built: &Built, how: How) -> Sources {
    let mut sources = Sources::default();
    add(&mut sources, code, &built.ids, &entries_of(built), how);
    sources
}

/// Adds the lines of declarations, by address, under some ids; and those of nested things, by their own.
pub(super) fn add(
    sources: &mut Sources,
    code: &Code,
    ids: &BTreeMap<String, Vec<String>>,
    entries: &BTreeMap<String, Entry<'_>>,
    how: How,
) {
    let declared: BTreeMap<&str, &Declaration> =
        code.declarations.iter().map(|declaration| (declaration.address.as_str(), declaration)).collect();
    // An entry is narrower than the block that it stands in, and goes before it.
    for (id, entry) in entries {
        let of = declared.get(entry.address).and_then(|declaration| origin(&code.files, declaration, how));
        if let (Some(block), Some(of)) = (code.files.place(entry.span), of) {
            let parts = entry.parts.into_iter().flatten();
            let parts = parts.filter_map(|(part, span)| Some((part.clone(), code.files.place(*span)?))).collect();
            sources.add(id.clone(), Arc::new(Origin { block, parts, quiet: quiet(&code.files, entry.span), ..of }));
        }
    }
    // A route is spoken of by its method and by its integration: the method is the block that stands for it.
    let (second, first): (Vec<&Declaration>, Vec<&Declaration>) =
        code.declarations.iter().partition(|declaration| declaration.kind.to_ascii_lowercase().ends_with("integration"));
    for declaration in first.into_iter().chain(second) {
        let Some(ids) = ids.get(&declaration.address) else { continue };
        let Some(origin) = origin(&code.files, declaration, how) else { continue };
        let origin = Arc::new(origin);
        for id in ids {
            sources.add(id.clone(), Arc::clone(&origin));
        }
    }
    for file in code.files.iter() {
        sources.add_text(Arc::clone(&file.path), Arc::clone(&file.text));
    }
}

/// The origin of a declaration; none where no file says it. What a module outside the repository declares stands at its call.
fn origin(files: &Files, declaration: &Declaration, how: How) -> Option<Origin> {
    let calls: Vec<Place> = declaration.calls.iter().filter_map(|span| files.place(*span)).collect();
    let block = declaration.head.and_then(|span| files.place(span)).or_else(|| calls.last().cloned())?;
    let mut found = BTreeMap::new();
    for (part, path) in parts(declaration.language, &declaration.kind) {
        let mut node = &declaration.body;
        for name in *path {
            node = node.first().get(name);
        }
        if let Some(place) = node.span.and_then(|span| files.place(span)) {
            found.entry((*part).to_owned()).or_insert(place);
        }
    }
    let quiet = declaration.block.or(declaration.head).map(|span| quiet(files, span)).unwrap_or_default();
    Some(Origin { address: declaration.address.clone(), via: how.via, confidence: how.confidence, block, parts: found, calls, quiet })
}

/// The comments in a block, and directly above it, that keep rules quiet.
fn quiet(files: &Files, block: Span) -> Vec<Quiet> {
    let Some(file) = files.get(block.file) else { return Vec::new() };
    let (first, _) = file.position(block.start);
    let (last, _) = file.position(block.end);
    let above = (1..first).rev().take_while(|line| file.line(*line).is_some_and(is_comment));
    let lines: Vec<u32> = above.chain(first..=last).collect();
    lines.into_iter().filter_map(|line| quiet_on(file, line)).collect()
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with('#') || line.starts_with("//")
}

/// What the comment of a line keeps quiet. Without a reason it keeps nothing quiet.
fn quiet_on(file: &File, number: u32) -> Option<Quiet> {
    let line = file.line(number)?;
    let at = line.find(IGNORE)?;
    // A text that holds such words is no comment.
    let is_inside = |quote: char| line[..at].matches(quote).count() % 2 == 1;
    if !line[..at].trim_end().ends_with(['#', '/']) || is_inside('"') || is_inside('\'') {
        return None;
    }
    let (rule, reason) = line[at + IGNORE.len()..].trim().split_once(char::is_whitespace)?;
    let (rule, reason) = (rule.trim_end_matches(':'), reason.trim());
    if rule.is_empty() || reason.is_empty() {
        return None;
    }
    let columns = |text: &str| u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX - 1) + 1;
    let (start_column, end_column) = (columns(&line[..at]), columns(line));
    let place = Place { file: Arc::clone(&file.path), start_line: number, start_column, end_line: number, end_column };
    Some(Quiet { rule: rule.to_owned(), reason: reason.to_owned(), place })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_keeps_a_rule_quiet_only_with_a_reason() {
        let text = "x = 1\n# apiaudit:ignore public-alb-behind-api the ALB is the second entry\n# about\nresource \"aws_lb\" \"a\" {\n  \
                    internal = false # apiaudit:ignore no-reason\n  y = \"# apiaudit:ignore rule in a text\"\n}\n";
        let mut files = Files::default();
        let file = files.add("main.tf", text);
        let start = u32::try_from(text.find("resource").unwrap()).unwrap();
        let found = quiet(&files, Span { file, start, end: u32::try_from(text.len() - 1).unwrap() });
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].rule, "public-alb-behind-api");
        assert_eq!(found[0].reason, "the ALB is the second entry");
        assert_eq!((found[0].place.start_line, found[0].place.start_column), (2, 3));
    }
}
