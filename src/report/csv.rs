//! CSV, RFC 4180: one row a finding and a row for each verdict that could not be told. No cell is a formula.

use std::borrow::Cow;
use std::io;

use super::text;
use crate::assessment::{Assessment, Outcome, Said, Standing, Told, Verdict};

/// The columns. More may follow in later versions; none goes, and none moves.
pub const COLUMNS: [&str; 20] = [
    "verdict",
    "severity",
    "rule",
    "title",
    "family",
    "account",
    "region",
    "kind",
    "name",
    "id",
    "draft",
    "message",
    "evidence",
    "missing",
    "source",
    "suppressed",
    "standing",
    "standing_reason",
    "remediation",
    "fingerprint",
];

/// Writes the report.
pub fn write(assessment: &Assessment, all_verdicts: bool, out: &mut dyn io::Write) -> io::Result<()> {
    row(&COLUMNS, out)?;
    for outcome in &assessment.outcomes {
        if all_verdicts || matches!(outcome.verdict, Verdict::Fail | Verdict::Unknown(_)) {
            row(&cells(assessment, outcome), out)?;
        }
    }
    let Some(baseline) = &assessment.baseline else { return Ok(()) };
    for (said, how) in &baseline.fixed {
        row(&past(assessment, said, "fixed", how.as_str()), out)?;
    }
    for said in &baseline.replaced {
        row(&past(assessment, said, "replaced", "other-evidence"), out)?;
    }
    for (said, why) in &baseline.untold {
        row(&past(assessment, said, "cannot-tell", why.as_str()), out)?;
    }
    Ok(())
}

fn cells(assessment: &Assessment, outcome: &Outcome) -> [String; COLUMNS.len()] {
    let (rule, subject, proof) = (&outcome.rule, &outcome.subject, outcome.proof.as_deref());
    let standing = assessment.standing(outcome);
    let evidence = proof.iter().flat_map(|proof| &proof.evidence).map(|one| format!("{}: {}", one.label, one.value));
    let missing = match &outcome.verdict {
        Verdict::Unknown(gaps) => gaps.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    };
    let source = assessment.located(outcome).map(|found| format!("{}:{}", found.place.file, found.place.start_line));
    [
        Told::from(outcome).as_str().to_owned(),
        rule.severity.as_str().to_owned(),
        rule.id.clone(),
        rule.title.clone(),
        rule.family.clone(),
        account(assessment),
        subject.region.clone(),
        subject.kind.clone(),
        subject.name.clone(),
        subject.id.clone(),
        subject.draft.to_string(),
        proof.map(|proof| proof.message.clone()).unwrap_or_default(),
        joined(evidence),
        joined(missing),
        source.unwrap_or_default(),
        outcome.suppressed.as_ref().map(|found| found.reason.clone()).unwrap_or_default(),
        standing.map(|standing| standing.as_str().to_owned()).unwrap_or_default(),
        match standing {
            Some(Standing::New(novelty)) => novelty.as_str().to_owned(),
            _ => String::new(),
        },
        joined(proof.iter().flat_map(|proof| proof.remediation.steps.iter().cloned())),
        proof.map(|proof| proof.fingerprint.clone()).unwrap_or_default(),
    ]
}

/// A finding of the baseline that is none of this run's: what is said of it is of then, and it has no verdict of now.
fn past(assessment: &Assessment, said: &Said, standing: &str, reason: &str) -> [String; COLUMNS.len()] {
    let rule = assessment.rules.iter().find(|rule| rule.id == said.rule);
    let known = |column: &str| match column {
        "severity" => said.severity.as_str(),
        "rule" => &said.rule,
        "title" => rule.map_or("", |rule| rule.title.as_str()),
        "family" => rule.map_or("", |rule| rule.family.as_str()),
        "region" => &said.region,
        "kind" => &said.kind,
        "name" => &said.name,
        "id" => &said.id,
        "message" => &said.message,
        "standing" => standing,
        "standing_reason" => reason,
        "fingerprint" => &said.fingerprint,
        _ => "",
    };
    COLUMNS.map(|column| if column == "account" { account(assessment) } else { known(column).to_owned() })
}

fn account(assessment: &Assessment) -> String {
    assessment.account.as_ref().map(|account| account.id.clone()).unwrap_or_default()
}

fn joined(parts: impl IntoIterator<Item = String>) -> String {
    parts.into_iter().collect::<Vec<_>>().join(" | ")
}

fn row(cells: &[impl AsRef<str>], out: &mut dyn io::Write) -> io::Result<()> {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(&defused(&text::escape(cell.as_ref())))).collect();
    write!(out, "{}\r\n", cells.join(","))
}

/// The cell without a place where a spreadsheet begins a formula: at its start, and after a quote or separator at which a careless
/// reader begins a cell of its own. An apostrophe goes in front, as OWASP advises, and blanks count as nothing.
pub fn defused(cell: &str) -> Cow<'_, str> {
    let mut safe = String::new();
    let (mut is_start, mut copied) = (true, 0);
    for (place, character) in cell.char_indices() {
        if is_start && matches!(character, '=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠') {
            safe.push_str(&cell[copied..place]);
            safe.push('\'');
            copied = place;
        }
        is_start = matches!(character, ',' | ';' | '"' | '\t' | '\n' | '\r') || (is_start && character.is_whitespace());
    }
    if copied == 0 && safe.is_empty() {
        return Cow::Borrowed(cell);
    }
    safe.push_str(&cell[copied..]);
    Cow::Owned(safe)
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r', ';', '\'']) || cell.starts_with(' ') || cell.ends_with(' ') {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::sample;

    fn written(assessment: &Assessment, all_verdicts: bool) -> String {
        let mut out = Vec::new();
        write(assessment, all_verdicts, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn rows(text: &str) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        reader.records().map(|row| row.unwrap().iter().map(ToOwned::to_owned).collect()).collect()
    }

    #[test]
    fn whole() {
        insta::assert_snapshot!(written(&sample::before(), true).replace("\r\n", "\n"));
    }

    #[test]
    fn held_against_a_baseline() {
        insta::assert_snapshot!(written(&sample::compared(), false).replace("\r\n", "\n"));
    }

    #[test]
    fn a_row_for_each_finding_and_each_unknown() {
        let assessment = sample::before();
        assert_eq!(rows(&written(&assessment, false)).len(), 1 + assessment.fails().count() + assessment.unknowns().count());
        assert_eq!(rows(&written(&assessment, true)).len(), 1 + assessment.outcomes.len());
    }

    #[test]
    fn no_cell_begins_a_formula() {
        for (cell, safe) in [
            ("=1+1", "'=1+1"),
            ("  @SUM(A1)", "  '@SUM(A1)"),
            ("-2", "'-2"),
            ("a-b=c", "a-b=c"),
            ("a\",=cmd|' /C calc'!A0", "a\",'=cmd|' /C calc'!A0"),
            ("x; +1", "x; '+1"),
            ("＝1", "'＝1"),
            ("==1", "'==1"),
        ] {
            assert_eq!(defused(cell), safe);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(name in any::<String>()) {
            let text = written(&sample::named(&[&name]), true);
            let expected = defused(&text::escape(&name)).into_owned();
            let rows = rows(&text);
            prop_assert!(rows.iter().all(|row| row.len() == COLUMNS.len()));
            prop_assert!(rows.iter().any(|row| row[8] == expected), "{expected:?}");
            prop_assert!(rows.iter().flatten().all(|cell| !cell.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r'])));
        }

        #[test]
        fn what_is_defused_stays_so(cell in "[=+@,;\"'\\- a\t]{0,12}") {
            let safe = defused(&cell).into_owned();
            prop_assert_eq!(defused(&safe), safe.as_str());
            prop_assert_eq!(safe.replace('\'', ""), cell.replace('\'', ""));
        }
    }
}
