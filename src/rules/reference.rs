//! The reference of the facts that rules can use, in Markdown.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::rules::expr::functions::{BUILT_IN, EXPLAINED, MACROS, OPERATORS};
use crate::rules::schema::{Field, RecordType, Type};
use crate::rules::subjects::SubjectRegistry;

/// Every subject, every record they lead to and every function.
pub fn field_reference(subjects: &SubjectRegistry) -> String {
    let mut text = String::from(HEAD);
    text.push_str("\n## Subjects\n\n| subject | variable | what it is |\n|---|---|---|\n");
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

const HEAD: &str = "# Facts

What the conditions, messages and commands of rules can ask. How they are written: [writing-rules.md](writing-rules.md).

- A fact that *may be absent* is one that AWS can answer with \"there is none\". `has(x.f)` asks; nothing else about it holds.
- Every fact may be unknown, because its call was denied, failed or was never made. Nothing has to be done about that: what it decides is unknown.
- *Read by* names the IAM actions whose answers fill a fact. A rule is only as well informed as they are, and `apiaudit policy --only RULE` prints
  what one rule needs.
";

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
    text.push_str("\n## Operators\n\n| written | does |\n|---|---|\n");
    for (written, does) in OPERATORS {
        line(text, format_args!("| `{}` | {} |", cell(written), cell(does)));
    }
    text.push_str("\n## Functions\n\n| called | answers | for example |\n|---|---|---|\n");
    for (name, usage) in BUILT_IN.iter().chain(&MACROS) {
        let (_, doc, example) = EXPLAINED.iter().find(|(known, _, _)| known == name).copied().unwrap_or((name, "", ""));
        line(text, format_args!("| `{}` | {} | `{}` |", cell(usage), cell(doc), cell(example)));
    }
    for function in subjects.functions().iter() {
        line(text, format_args!("| `{}` | {} | |", cell(&function.signature()), cell(function.doc)));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::expr::{Program, Scope, Want};
    use crate::rules::facts;

    #[test]
    fn every_function_is_explained_by_an_example_that_compiles() {
        let registry = facts::registry();
        let subject = registry.get("load-balancer").unwrap();
        let scope = Scope { variable: subject.variable, record: subject.record, functions: registry.functions(), thresholds: &[] };
        for (name, _) in BUILT_IN.iter().chain(&MACROS) {
            let (_, doc, example) =
                EXPLAINED.iter().find(|(known, _, _)| known == name).unwrap_or_else(|| panic!("{name} is not explained"));
            assert!(doc.ends_with(['.', ')']) && example.contains(name), "{name}");
            let wanted = if example.contains("filter") || example.contains("map(") { Want::Bool } else { Want::Shown };
            Program::compile(example, scope, wanted).unwrap_or_else(|errors| panic!("{example}: {errors:?}"));
        }
        let reference = field_reference(&registry);
        assert!(reference.contains("| `list.exists(item, condition)` | Whether the condition holds for some item"), "{reference}");
    }
}
