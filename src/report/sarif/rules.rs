//! The rules, as GitHub reads them: severity, precision and CWE stand here and not on the results.

use std::sync::Arc;

use serde_json::{Value, json};
use serde_sarif::sarif::{MultiformatMessageString, PropertyBag, ReportingConfiguration, ReportingDescriptor, ResultLevel};

use super::properties;
use crate::assessment::{Assessment, RuleInfo, Severity};
use crate::report::text::clip;

/// Characters of a description GitHub takes.
const DESCRIPTION: usize = 1_024;
/// Tags of a rule GitHub takes.
const TAGS: usize = 20;

/// Every rule that was applied, and should an outcome name another, that one too.
pub(super) fn of(assessment: &Assessment) -> Vec<&Arc<RuleInfo>> {
    let mut rules: Vec<&Arc<RuleInfo>> = assessment.rules.iter().chain(assessment.fails().map(|outcome| &outcome.rule)).collect();
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    rules.dedup_by(|a, b| a.id == b.id);
    rules
}

/// How loud a finding is.
pub(super) fn level(severity: Severity) -> ResultLevel {
    match severity {
        Severity::Critical | Severity::High => ResultLevel::Error,
        Severity::Medium => ResultLevel::Warning,
        Severity::Low | Severity::Info => ResultLevel::Note,
    }
}

/// A number GitHub makes the same severity of again.
fn security_severity(severity: Severity) -> Option<&'static str> {
    match severity {
        Severity::Critical => Some("9.5"),
        Severity::High => Some("8.0"),
        Severity::Medium => Some("5.5"),
        Severity::Low => Some("2.0"),
        Severity::Info => None,
    }
}

/// A rule.
pub(super) fn descriptor(rule: &RuleInfo) -> ReportingDescriptor {
    let mut descriptor = ReportingDescriptor::builder()
        .id(rule.id.clone())
        .name(pascal(&rule.id))
        .short_description(described(&rule.title))
        .full_description(described(if rule.what.trim().is_empty() { &rule.title } else { &rule.what }))
        .help(help(rule))
        .default_configuration(ReportingConfiguration::builder().level(json!(level(rule.severity))).build())
        .properties(bag(rule))
        .build();
    descriptor.help_uri = rule.references.iter().find(|reference| reference.starts_with("https://")).cloned();
    descriptor
}

fn described(text: &str) -> MultiformatMessageString {
    let text = text.trim();
    let full_stop = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    MultiformatMessageString::builder().text(clip(&format!("{text}{full_stop}"), DESCRIPTION)).build()
}

/// What, why, how to close it and where to read on.
fn help(rule: &RuleInfo) -> MultiformatMessageString {
    let links: Vec<String> = rule.references.iter().map(|reference| format!("- <{reference}>")).collect();
    let parts = [("What", &rule.what), ("Why", &rule.why), ("Fix", &rule.fix), ("References", &links.join("\n"))];
    let (mut markdown, mut text) = (vec![format!("# {}", rule.title)], vec![rule.title.clone()]);
    for (heading, part) in parts.into_iter().map(|(heading, part)| (heading, part.trim())).filter(|(_, part)| !part.is_empty()) {
        markdown.push(format!("## {heading}\n\n{part}"));
        text.push(format!("{heading}\n{part}"));
    }
    MultiformatMessageString::builder().text(text.join("\n\n")).markdown(markdown.join("\n\n")).build()
}

fn bag(rule: &RuleInfo) -> PropertyBag {
    let (cwes, others): (Vec<_>, Vec<_>) = rule.mappings.iter().partition(|(catalogue, _)| catalogue == "cwe");
    let others: Vec<Value> = others.into_iter().map(|(catalogue, id)| json!({"catalogue": catalogue, "id": id})).collect();
    let mut tags = vec!["security".to_owned(), "aws".to_owned()];
    tags.extend((!rule.family.is_empty()).then(|| rule.family.clone()));
    tags.extend(cwes.iter().map(|(_, id)| format!("external/cwe/{}", id.to_lowercase())));
    tags.truncate(TAGS);
    let mut bag = properties([
        ("precision", if rule.precision.is_empty() { Value::Null } else { json!(rule.precision) }),
        ("security-severity", json!(security_severity(rule.severity))),
        ("severity", json!(rule.severity.as_str())),
        ("mappings", if others.is_empty() { Value::Null } else { Value::Array(others) }),
    ]);
    bag.tags = Some(tags);
    bag
}

/// `a-rule` as `ARule`, the form the standard asks of names.
pub(super) fn pascal(id: &str) -> String {
    let words = id.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect()
}
