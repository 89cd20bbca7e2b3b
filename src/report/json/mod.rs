//! The report for programs: everything that was concluded, in a shape with a version.

mod baseline;
mod convert;
mod document;
mod read;

use std::io;

use schemars::Schema;
use schemars::generate::SchemaSettings;

pub use self::document::Report;
pub(super) use self::document::{Account, Gap, Hop, SkippedRegion};
pub use self::read::{ReadError, read};
use super::text;
use crate::assessment::Assessment;

/// What a report says it is.
pub const FORMAT: &str = "apiaudit-report";
/// The version of its shape. Keys may be added within a version; none changes its meaning or goes.
pub const VERSION: u32 = 1;

/// Writes the report.
pub fn write(assessment: &Assessment, all_verdicts: bool, out: &mut dyn io::Write) -> io::Result<()> {
    let mut report = Report::from(assessment);
    if all_verdicts {
        report = report.with_verdicts(assessment);
    }
    text::write_json(&report, true, out)
}

/// The JSON Schema of a report.
pub fn schema() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Report<'static>>()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::report::sample;

    fn report(assessment: &Assessment, all_verdicts: bool) -> String {
        let mut out = Vec::new();
        write(assessment, all_verdicts, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn whole() {
        insta::assert_snapshot!(report(&sample::before(), true));
    }

    #[test]
    fn shape() {
        insta::assert_json_snapshot!(schema());
    }

    #[test]
    fn every_report_fits_the_schema() {
        let schema = jsonschema::validator_for(&schema().to_value()).unwrap();
        for assessment in [sample::before(), sample::clean(), sample::incomplete(), sample::many(3), sample::hostile()] {
            for all_verdicts in [false, true] {
                let report: Value = serde_json::from_str(&report(&assessment, all_verdicts)).unwrap();
                let errors: Vec<String> = schema.iter_errors(&report).map(|error| error.to_string()).collect();
                assert!(errors.is_empty(), "{errors:?}");
            }
        }
    }

    #[test]
    fn verdicts_are_counted_or_listed() {
        let assessment = sample::before();
        assert!(!report(&assessment, false).contains("\"verdicts\": ["));
        let listed: Value = serde_json::from_str(&report(&assessment, true)).unwrap();
        assert_eq!(listed["verdicts"].as_array().map(Vec::len), Some(assessment.outcomes.len()));
    }

    #[test]
    fn names_survive_as_they_are() {
        let written = report(&sample::hostile(), false);
        assert!(!written.chars().any(|c| c != '\n' && text::is_hidden(c)));
        let report: Value = serde_json::from_str(&written).unwrap();
        let names: Vec<&str> = report["findings"].as_array().unwrap().iter().filter_map(|f| f["subject"]["name"].as_str()).collect();
        assert!(names.contains(&"two\nlines\r\nof ::error::injected"));
    }
}

#[cfg(test)]
mod scope_tests {
    use serde_json::json;

    use crate::assessment::{Scope, Told};
    use crate::compare::{Side, Was, diff};
    use crate::network::SharedRanges;

    /// The verdict on a security group in two runs without inventories, each with its scope.
    fn group_between(before: (Told, Option<Scope>), after: (Told, Option<Scope>)) -> Vec<(Was, Was)> {
        let record = |(verdict, scope): (Told, Option<Scope>)| {
            let text = json!({"rule": "a", "severity": "high", "subject": {"kind": "security-group", "id": "sg-1", "name": "sg-1", "region": "r"}});
            let list = |told| if verdict == told { json!([text]) } else { json!([]) };
            let mut report = json!({
                "format": "apiaudit-report", "version": 1, "account": {"id": "1"}, "regions": ["r"], "rules": [{"id": "a", "severity": "high"}],
                "findings": list(Told::Fail), "unknowns": list(Told::Unknown),
            });
            if let Some(scope) = scope {
                report["scope"] = json!(scope.as_str());
            }
            super::read(&report.to_string()).unwrap()
        };
        let records = [record(before), record(after)];
        let side = |number: usize| Side { name: "x", record: &records[number], inventory: None };
        let found = diff(&side(0), &side(1), SharedRanges::embedded(), &|_| unreachable!("there is nothing to judge")).unwrap();
        found.verdicts.iter().map(|one| (one.before, one.after)).collect()
    }

    #[test]
    fn a_narrower_scope_makes_nothing_better() {
        let (all, paths) = (Some(Scope::Account), Some(Scope::ApiPaths));
        let (fail, pass) = (Told::Fail, Told::Pass);
        assert_eq!(group_between((fail, all), (pass, paths)), [(Was::Told(fail), Was::NotSeen)]);
        assert_eq!(group_between((fail, None), (pass, None)), [(Was::Told(fail), Was::NotSeen)]);
        assert_eq!(group_between((fail, all), (pass, all)), [(Was::Told(fail), Was::NotListed)]);
        assert_eq!(group_between((fail, paths), (pass, paths)), [(Was::Told(fail), Was::NotListed)]);
        assert_eq!(group_between((pass, paths), (fail, all)), [(Was::NotSeen, Was::Told(fail))]);
        assert!(group_between((pass, all), (pass, paths)).is_empty());
    }
}
