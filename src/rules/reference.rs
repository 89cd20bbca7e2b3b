//! The reference of the facts that rules can use, in Markdown.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::rules::expr::functions::{BUILT_IN, MACROS};
use crate::rules::schema::{Field, RecordType, Type};
use crate::rules::subjects::SubjectRegistry;

/// Every subject, every record they lead to and every function.
pub fn field_reference(subjects: &SubjectRegistry) -> String {
    let mut text = String::from("# Facts\n\n## Subjects\n\n| subject | variable | what it is |\n|---|---|---|\n");
    for subject in subjects.subjects() {
        let row = [subject.kind, subject.variable, subject.doc].map(cell);
        line(&mut text, format_args!("| `{}` | [`{}`](#{}) | {} |", row[0], row[1], anchor(subject.record), row[2]));
    }
    for record in records(subjects) {
        line(&mut text, format_args!("\n## {}\n\n{}\n", record.name, record.doc));
        text.push_str("| fact | type | what it says | read by |\n|---|---|---|---|\n");
        for field in record.fields {
            row(&mut text, field);
        }
    }
    functions(&mut text, subjects);
    text
}

/// The records that the subjects lead to, the subjects' own first.
fn records(subjects: &SubjectRegistry) -> Vec<&'static RecordType> {
    let mut seen = BTreeSet::new();
    let mut rest: Vec<&'static RecordType> = subjects.subjects().iter().map(|subject| subject.record).collect();
    let mut found = Vec::new();
    while !rest.is_empty() {
        let record = rest.remove(0);
        if seen.insert(record.name) {
            found.push(record);
            rest.extend(record.fields.iter().filter_map(|field| record_in(&field.ty)));
        }
    }
    found
}

fn record_in(ty: &Type) -> Option<&'static RecordType> {
    match ty {
        Type::Record(record) => Some(record),
        Type::List(inner) | Type::Map(inner) => record_in(inner),
        Type::Bool | Type::Int | Type::Str => None,
    }
}

fn row(text: &mut String, field: &Field) {
    let ty = match record_in(&field.ty) {
        Some(record) => format!("[{}](#{})", field.ty, anchor(record)),
        None => field.ty.to_string(),
    };
    let optional = if field.optional { ", may be absent" } else { "" };
    let actions: Vec<String> = field.actions().map(|action| format!("`{action}`")).collect();
    let doc = cell(field.doc);
    line(text, format_args!("| `{}` | {ty}{optional} | {doc} | {} |", field.name, actions.join(", ")));
}

fn functions(text: &mut String, subjects: &SubjectRegistry) {
    text.push_str("\n## Functions\n\n");
    for (_, usage) in BUILT_IN.iter().chain(&MACROS) {
        line(text, format_args!("- `{usage}`"));
    }
    for function in subjects.functions().iter() {
        line(text, format_args!("- `{}`: {}", function.signature(), function.doc));
    }
}

fn anchor(record: &RecordType) -> String {
    record.name.to_lowercase()
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn line(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{arguments}");
}
