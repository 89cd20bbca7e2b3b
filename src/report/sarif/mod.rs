//! SARIF 2.1.0. In the profile GitHub code scanning takes, one bad result would have it refuse the whole file, so every
//! result stands on a file and a line, no ARN poses as a file, and every limit is kept and owned up to.

mod anchor;
pub mod check;
mod fingerprint;
mod flow;
mod gather;
mod invocation;
pub mod linehash;
mod message;
mod place;
mod result;
mod rules;
mod size;

use std::collections::BTreeMap;
use std::io;

use serde::{Serialize, Serializer};
use serde_json::json;
use serde_sarif::sarif::{PropertyBag, Run, RunAutomationDetails, ToolComponent};

use self::anchor::Anchor;
use self::gather::{Gathered, gather};
use self::invocation::Cut;
use self::place::Places;
use super::{Context, Profile, text};
use crate::assessment::{Assessment, Outcome};

/// Results GitHub takes in one run.
const RESULTS: usize = 25_000;
/// Bytes GitHub takes in one file, compressed.
const BYTES: usize = 10_000_000;
/// Results up to which a log is laid out for the eye.
const READABLE: usize = 1_000;
/// Where the shape is written down.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Writes the report.
pub fn write(assessment: &Assessment, context: &Context, out: &mut dyn io::Write) -> io::Result<()> {
    write_within(RESULTS, BYTES, assessment, context, out)
}

/// Writes what fits of the worst findings; the rest is counted in a notification.
fn write_within(results: usize, bytes: usize, assessment: &Assessment, context: &Context, out: &mut dyn io::Write) -> io::Result<()> {
    let suppressed = assessment.suppressed().filter(|_| context.profile == Profile::Generic);
    let mut found: Vec<&Outcome> = assessment.fails().chain(suppressed).collect();
    found.sort_by_key(|outcome| std::cmp::Reverse(outcome.rule.severity));
    let mut found = gather(assessment, &found);
    let all = found.len();
    found.truncate(results);
    loop {
        let log = log(assessment, context, &found, Cut { kept: found.len(), of: all });
        // Nobody reads so many by eye, and blanks would be most of the file.
        let pretty = found.len() <= READABLE;
        if found.is_empty() || size::compressed(|sink| text::write_json(&log, pretty, sink))? <= bytes {
            return text::write_json(&log, pretty, out);
        }
        let fewer = found.len() * 3 / 4;
        found.truncate(fewer);
    }
}

/// A log whose results are made while they are written: there may be more of them than fit into memory.
#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Streamed<'a>; 1],
}

#[derive(Serialize)]
struct Streamed<'a> {
    #[serde(flatten)]
    run: Run,
    results: Results<'a>,
}

struct Results<'a> {
    assessment: &'a Assessment,
    found: &'a [Gathered<'a>],
    rules: BTreeMap<&'a str, i64>,
    account: &'a str,
    profile: Profile,
    places: Places<'a>,
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut hashes = fingerprint::Hashes::default();
        let writer = result::Writer { assessment: self.assessment, account: self.account, profile: self.profile, places: &self.places };
        let results = self.found.iter().map(|found| {
            let rule = self.rules.get(found.first().rule.id.as_str()).copied();
            writer.result(found, rule, &mut hashes)
        });
        let fixed = self.assessment.baseline.iter().flat_map(|baseline| &baseline.fixed).filter(|_| self.profile == Profile::Generic);
        let absent = fixed.map(|(said, _)| result::Writer::absent(said, self.rules.get(said.rule.as_str()).copied()));
        serializer.collect_seq(results.chain(absent))
    }
}

fn log<'a>(assessment: &'a Assessment, context: &'a Context, found: &'a [Gathered<'a>], cut: Cut) -> Log<'a> {
    let rules = rules::of(assessment);
    let account = assessment.account.as_ref().map_or("", |account| account.id.as_str());
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
        .automation_details(RunAutomationDetails::builder().id(category(assessment, context)).build())
        .column_kind(json!("utf16CodeUnits"))
        .invocations(vec![invocation::of(assessment, cut, context.category.is_some())])
        .build();
    let results = Results {
        assessment,
        found,
        rules: (0..).zip(rules).map(|(index, rule)| (rule.id.as_str(), index)).collect(),
        account,
        profile: context.profile,
        places: Places::new(Anchor::new(&context.anchors, account), &assessment.sources),
    };
    Log { schema: SCHEMA, version: "2.1.0", runs: [Streamed { run, results }] }
}

/// GitHub reads up to the last slash as the category, which keeps uploads of one repository apart.
fn category(assessment: &Assessment, context: &Context) -> String {
    let kind = if assessment.code.is_some() { "plan" } else { "live" };
    let name: String = context
        .category
        .iter()
        .flat_map(|category| category.chars())
        .map(|character| if character.is_ascii_alphanumeric() || "-_.".contains(character) { character } else { '-' })
        .collect();
    if name.is_empty() { format!("apiaudit/{kind}/") } else { format!("apiaudit/{kind}/{name}/") }
}

/// Free-form properties.
fn properties<const N: usize>(pairs: [(&str, serde_json::Value); N]) -> PropertyBag {
    let pairs = pairs.into_iter().filter(|(_, value)| !value.is_null());
    PropertyBag::builder().additional_properties(pairs.map(|(key, value)| (key.to_owned(), value)).collect::<BTreeMap<_, _>>()).build()
}

#[cfg(test)]
mod tests;
