//! A JSON report, read back: as much of it as another run can be held against.

use std::collections::BTreeMap;

use serde::Deserialize;
use thiserror::Error;

use super::{FORMAT, VERSION};
use crate::assessment::{Record, Said, Scope, Severity, Told};
use crate::topology::split_arn;

/// Why a report could not be read.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ReadError {
    /// It is no report, or not of the right shape.
    #[error("line {line}, column {column}: {reason}")]
    Malformed {
        /// Where, from 1.
        line: usize,
        /// Where, from 1.
        column: usize,
        /// What is wrong there.
        reason: String,
    },
    /// It is something else.
    #[error("this is no apiaudit report: `format` is not \"{FORMAT}\"")]
    Foreign,
    /// A later apiaudit wrote it.
    #[error("the report has format version {found}, and this apiaudit reads up to {VERSION}")]
    Newer {
        /// The version it has.
        found: u32,
    },
}

#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

#[derive(Deserialize)]
struct Report {
    #[serde(default)]
    taken_at: String,
    account: Option<Account>,
    regions: Vec<String>,
    code: Option<Code>,
    scope: Option<String>,
    narrowed: Option<serde::de::IgnoredAny>,
    rules: Vec<Rule>,
    findings: Vec<Listed>,
    #[serde(default)]
    suppressed: Vec<Listed>,
    unknowns: Vec<Listed>,
    verdicts: Option<Vec<Judged>>,
}

#[derive(Deserialize)]
struct Account {
    id: String,
}

#[derive(Deserialize)]
struct Code {
    kind: String,
}

#[derive(Deserialize)]
struct Rule {
    id: String,
    severity: Severity,
}

#[derive(Deserialize)]
struct Listed {
    rule: String,
    severity: Severity,
    subject: Subject,
    #[serde(default)]
    message: String,
    #[serde(default)]
    fingerprint: String,
}

#[derive(Deserialize)]
struct Subject {
    kind: String,
    id: String,
    name: String,
    region: String,
}

#[derive(Deserialize)]
struct Judged {
    rule: String,
    subject: String,
    kind: String,
    name: String,
    verdict: String,
    region: Option<String>,
}

/// Reads a report that this apiaudit or an earlier one wrote.
pub fn read(text: &str) -> Result<Record, ReadError> {
    let head: Head = serde_json::from_str(text).map_err(|error| malformed(&error))?;
    if head.format != FORMAT {
        return Err(ReadError::Foreign);
    }
    if head.version > VERSION {
        return Err(ReadError::Newer { found: head.version });
    }
    let report: Report = serde_json::from_str(text).map_err(|error| malformed(&error))?;
    Ok(report.record())
}

fn malformed(error: &serde_json::Error) -> ReadError {
    let text = error.to_string();
    let reason = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason).to_owned();
    ReadError::Malformed { line: error.line(), column: error.column(), reason }
}

impl Report {
    fn record(self) -> Record {
        let severities: BTreeMap<String, Severity> = self.rules.into_iter().map(|rule| (rule.id, rule.severity)).collect();
        let mut record = Record {
            taken_at: self.taken_at,
            account: self.account.map(|account| account.id),
            code: self.code.map(|code| code.kind),
            regions: self.regions.into_iter().collect(),
            scope: self.scope.as_deref().and_then(Scope::from_name),
            is_narrowed: self.narrowed.is_some(),
            is_whole: self.verdicts.is_some(),
            ..Record::default()
        };
        for judged in self.verdicts.into_iter().flatten() {
            // Fails and unknowns are listed with their proof as well; a word that is new tells nothing.
            let Some(verdict) = passing(&judged.verdict) else { continue };
            let severity = severities.get(&judged.rule).copied().unwrap_or(Severity::Info);
            let of_arn = || split_arn(&judged.subject).map(|(region, ..)| region.to_owned());
            let region = judged.region.clone().or_else(of_arn).unwrap_or_default();
            let said = Said {
                verdict,
                rule: judged.rule,
                severity,
                kind: judged.kind,
                id: judged.subject,
                name: judged.name,
                region,
                message: String::new(),
                fingerprint: String::new(),
            };
            record.said.insert(said.key(), said);
        }
        for (list, verdict) in [(self.unknowns, Told::Unknown), (self.suppressed, Told::Suppressed), (self.findings, Told::Fail)] {
            for listed in list {
                let said = listed.said(verdict);
                record.said.insert(said.key(), said);
            }
        }
        record.rules = severities.into_keys().collect();
        record
    }
}

fn passing(verdict: &str) -> Option<Told> {
    match verdict {
        "pass" => Some(Told::Pass),
        "not-applicable" => Some(Told::NotApplicable),
        _ => None,
    }
}

impl Listed {
    fn said(self, verdict: Told) -> Said {
        let Subject { kind, id, name, region } = self.subject;
        Said {
            verdict,
            rule: self.rule,
            severity: self.severity,
            kind,
            id,
            name,
            region,
            message: self.message,
            fingerprint: self.fingerprint,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assessment::Assessment;
    use crate::report::{json, sample};

    fn written(assessment: &Assessment, all_verdicts: bool) -> String {
        let mut out = Vec::new();
        json::write(assessment, all_verdicts, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_is_written_is_read_again() {
        for assessment in [sample::before(), sample::clean(), sample::incomplete(), sample::hostile()] {
            let mut whole = Record::from(&assessment);
            let read_back = read(&written(&assessment, true)).unwrap();
            for (key, said) in &mut whole.said {
                // The list of all verdicts names no region but in the id.
                said.region.clone_from(&read_back.said[key].region);
            }
            assert_eq!(read_back, whole);
            let short = read(&written(&assessment, false)).unwrap();
            assert!(!short.is_whole);
            whole.said.retain(|_, said| matches!(said.verdict, Told::Fail | Told::Unknown | Told::Suppressed));
            assert_eq!(short.said, whole.said);
        }
    }

    #[test]
    fn each_bad_file_is_named_for_what_it_is() {
        let text = written(&sample::before(), false);
        assert!(matches!(read(&text[..text.len() / 2]), Err(ReadError::Malformed { .. })));
        assert_eq!(read(&text.replacen(FORMAT, "apiaudit-paths", 1)), Err(ReadError::Foreign));
        assert_eq!(read(&text.replacen("\"version\": 1", "\"version\": 9", 1)), Err(ReadError::Newer { found: 9 }));
        let Err(ReadError::Malformed { reason, .. }) = read(&text.replacen("\"findings\"", "\"finds\"", 1)) else { panic!("it was read") };
        assert!(reason.contains("findings"), "{reason}");
    }
}
