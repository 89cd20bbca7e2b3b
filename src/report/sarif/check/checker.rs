//! Goes along with the reader of a log, and gathers what is wrong.

use std::collections::HashSet;

use serde_json::Value;

use super::findings::{Findings, Severity};
use super::place::{Place, quoted};
use super::run::{Counts, Run};
use super::stream::Spot;
use super::{Report, kinds, limits, shape, shapes};

/// What is known of a log so far.
#[derive(Default)]
pub(super) struct Checker {
    pub(super) findings: Findings,
    run_index: usize,
    run: Run,
    counts: Counts,
    /// Tools and categories.
    uploads: HashSet<(String, String)>,
    runs: usize,
    all: Counts,
    /// Bytes of memory that the part of the log at hand takes.
    pub(super) held: usize,
}

impl Checker {
    pub(super) fn begin_run(&mut self, index: usize) {
        (self.run_index, self.run, self.counts) = (index, Run::default(), Counts::default());
    }

    /// Takes a run, a rule or a result.
    pub(super) fn take(&mut self, spot: Spot, index: usize, value: &Value) {
        // A log with more runs is refused, and what else is wrong with it is not worth the time.
        if limits::RUNS.is_over(self.run_index + 1) {
            return;
        }
        let runs = Place::Log.member("runs");
        let run = runs.item(self.run_index);
        let (tool, findings) = (run.member("tool"), &mut self.findings);
        match spot {
            Spot::Results => self.run.result(index, value, &run.member("results").item(index), findings),
            Spot::Rules => self.run.rule(index, value, &tool.member("driver").member("rules").item(index), findings),
            _ => {
                std::mem::take(&mut self.run).end(value, self.counts, &run, findings);
                self.category(value, &run);
            }
        }
    }

    /// Ends a list of pieces.
    pub(super) fn count(&mut self, spot: Spot, length: usize) {
        let (one, all) = match spot {
            Spot::Runs => return self.runs = length,
            Spot::Rules => (&mut self.counts.rules, &mut self.all.rules),
            Spot::Results => (&mut self.counts.results, &mut self.all.results),
            _ => return,
        };
        *one = length;
        *all += length;
    }

    pub(super) fn twice(&mut self, spot: Spot, name: &str) {
        let runs = Place::Log.member("runs");
        let place = if spot == Spot::Runs { Place::Log } else { runs.item(self.run_index) };
        self.findings.add(&kinds::TWICE, &place, || format!("`{name}` stands here twice"));
    }

    /// GitHub tells analyses apart by tool and category, and takes one of each.
    fn category(&mut self, run: &Value, place: &Place<'_>) {
        let tool = run["tool"]["driver"]["name"].as_str().unwrap_or_default();
        let id = run["automationDetails"]["id"].as_str().unwrap_or_default();
        let category = id.rsplit_once('/').map_or("", |(category, _)| category);
        if !self.uploads.insert((tool.to_owned(), category.to_owned())) {
            let words = || format!("a run before it has the tool {} and the category {}, too", quoted(tool), quoted(category));
            self.findings.add(&kinds::SAME_CATEGORY, place, words);
        }
    }

    pub(super) fn end(mut self, log: &Value, bytes: u64, compressed_bytes: usize) -> Report {
        let findings = &mut self.findings;
        shape::check(&shapes::LOG, log, &Place::Log, findings);
        if log.is_object() {
            head(log, findings);
        }
        limits::RUNS.check(self.runs, &Place::Log.member("runs"), findings);
        limits::BYTES.check(compressed_bytes, &Place::Log, findings);
        let findings = self.findings.into_groups();
        let count = |severity| findings.iter().filter(|group| group.kind.severity == severity).map(|group| group.count).sum();
        Report {
            runs: self.runs,
            results: self.all.results,
            rules: self.all.rules,
            bytes,
            compressed_bytes,
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            findings,
        }
    }
}

/// The members of the log itself.
fn head(log: &Value, findings: &mut Findings) {
    let place = Place::Log;
    if log["version"] != "2.1.0" {
        findings.add(&kinds::VERSION, &place, || format!("`version` is {}", shape::shown(&log["version"])));
    }
    match log["$schema"].as_str() {
        None | Some("") => {
            findings.add(&kinds::SCHEMA_MISSING, &place, || "there is no `$schema`, or it is empty".to_owned());
        }
        Some(schema) if !schema.contains("2.1.0") => {
            findings.add(&kinds::SCHEMA_OTHER, &place, || format!("`$schema` is {}", quoted(schema)));
        }
        _ => {}
    }
    if !log["inlineExternalProperties"].is_null() {
        findings.add(&kinds::EXTERNAL, &place, || "there are `inlineExternalProperties`".to_owned());
    }
}
