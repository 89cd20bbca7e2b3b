//! SARIF 2.1.0, in the profile GitHub code scanning takes: one bad result would have it refuse the whole file, so every
//! result stands on a file and a line, no ARN poses as a file, and every limit is kept and owned up to.

mod anchor;
mod fingerprint;
mod invocation;
mod message;
mod result;
mod rules;

use std::collections::BTreeMap;
use std::io;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use serde_sarif::sarif::{PropertyBag, Result as Finding, Run, RunAutomationDetails, Sarif, ToolComponent};

use self::anchor::Anchor;
use self::invocation::Cut;
use super::{Context, text};
use crate::assessment::{Assessment, Outcome};

/// Results GitHub takes in one run.
const RESULTS: usize = 25_000;
/// Bytes GitHub takes in one file, compressed.
const BYTES: usize = 10_000_000;
/// Where the shape is written down.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Writes the report.
pub fn write(assessment: &Assessment, context: &Context, out: &mut dyn io::Write) -> io::Result<()> {
    write_within(RESULTS, BYTES, assessment, context, out)
}

/// Writes what fits of the worst findings; the rest is counted in a notification.
fn write_within(results: usize, bytes: usize, assessment: &Assessment, context: &Context, out: &mut dyn io::Write) -> io::Result<()> {
    let mut found: Vec<&Outcome> = assessment.fails().collect();
    found.sort_by_key(|outcome| std::cmp::Reverse(outcome.rule.severity));
    let all = found.len();
    found.truncate(results);
    loop {
        let mut text = Vec::new();
        text::write_json(&log(assessment, context, &found, Cut { kept: found.len(), of: all }), &mut text)?;
        if found.is_empty() || fits(&text, bytes)? {
            return out.write_all(&text);
        }
        found.truncate(found.len() * 3 / 4);
    }
}

fn fits(text: &[u8], bytes: usize) -> io::Result<bool> {
    if text.len() <= bytes {
        return Ok(true);
    }
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    io::Write::write_all(&mut gzip, text)?;
    Ok(gzip.finish()?.len() <= bytes)
}

fn log(assessment: &Assessment, context: &Context, found: &[&Outcome], cut: Cut) -> Sarif {
    let rules = rules::of(assessment);
    let index: BTreeMap<&str, i64> = (0..).zip(&rules).map(|(index, rule)| (rule.id.as_str(), index)).collect();
    let account = assessment.account.as_ref().map_or("", |account| account.id.as_str());
    let anchor = Anchor::new(&context.anchors, account);
    let mut hashes = fingerprint::Hashes::default();
    let results: Vec<Finding> = found
        .iter()
        .map(|outcome| result::of(outcome, index.get(outcome.rule.id.as_str()).copied(), account, &anchor, &mut hashes))
        .collect();
    let mut driver = ToolComponent::builder()
        .name("apiaudit")
        .version(assessment.tool_version.clone())
        .semantic_version(assessment.tool_version.clone())
        .rules(rules.iter().map(|rule| rules::descriptor(rule)).collect::<Vec<_>>())
        .notifications(invocation::descriptors())
        .build();
    driver.information_uri.clone_from(&context.information_uri);
    let run = Run::builder()
        .tool(driver)
        .automation_details(RunAutomationDetails::builder().id(category(context)).build())
        .column_kind(json!("utf16CodeUnits"))
        .invocations(vec![invocation::of(assessment, cut)])
        .results(results)
        .build();
    Sarif::builder().schema(SCHEMA).version(json!("2.1.0")).runs(vec![run]).build()
}

/// GitHub reads up to the last slash as the category, which keeps uploads of one repository apart.
fn category(context: &Context) -> String {
    let name: String = context
        .category
        .iter()
        .flat_map(|category| category.chars())
        .map(|character| if character.is_ascii_alphanumeric() || "-_.".contains(character) { character } else { '-' })
        .collect();
    if name.is_empty() { "apiaudit/live/".to_owned() } else { format!("apiaudit/live/{name}/") }
}

/// Free-form properties.
fn properties<const N: usize>(pairs: [(&str, serde_json::Value); N]) -> PropertyBag {
    let pairs = pairs.into_iter().filter(|(_, value)| !value.is_null());
    PropertyBag::builder().additional_properties(pairs.map(|(key, value)| (key.to_owned(), value)).collect::<BTreeMap<_, _>>()).build()
}

#[cfg(test)]
mod tests;
