//! The reports: an [`Assessment`] on paper, in one file a format, and drawings of ways in [`paths`]. Nothing here judges.

pub mod csv;
pub mod diff;
mod gaps;
pub mod json;
pub mod junit;
pub mod markdown;
pub(crate) mod page;
mod path;
pub mod paths;
#[cfg(test)]
mod sample;
pub mod sarif;
pub mod table;
pub mod text;

use std::collections::BTreeMap;
use std::io;

use crate::assessment::Assessment;

/// What a report can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Table,
    /// For programs: everything that was concluded, in a versioned shape.
    Json,
    /// For GitHub code scanning and other readers of SARIF 2.1.0.
    Sarif,
    /// For a pull request's comment and a job's summary.
    Markdown,
    /// For spreadsheets.
    Csv,
    /// For what shows the results of tests.
    Junit,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Table, Self::Json, Self::Sarif, Self::Markdown, Self::Csv, Self::Junit];

    /// Its name in flags.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Markdown => "markdown",
            Self::Csv => "csv",
            Self::Junit => "junit",
        }
    }
}

/// What a report needs to know besides the assessment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// How the table looks.
    pub style: Style,
    /// Where SARIF anchors what has no source line.
    pub anchors: Anchors,
    /// Sets one upload apart from another of the same repository, such as `prod`; none for the only one.
    pub category: Option<String>,
    /// Where apiaudit is at home, for SARIF; none leaves it out.
    pub information_uri: Option<String>,
    /// For whom SARIF is written.
    pub profile: Profile,
    /// Whether JSON, CSV and JUnit list every verdict.
    pub all_verdicts: bool,
    /// Where Markdown is shown.
    pub room: markdown::Room,
}

/// For whom SARIF is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Profile {
    /// GitHub code scanning: every result stands on a file and a line, and what is suppressed is left out, for it would come back as an open alert.
    #[default]
    Github,
    /// Other readers: what is suppressed is kept and says so, and what has no line in code has a logical location only.
    Generic,
}

/// How the table looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// How many columns there are.
    pub width: u16,
    /// Whether the reader shows colour.
    pub color: bool,
    /// Whether the reader shows more than ASCII.
    pub unicode: bool,
    /// How many findings of one rule, and how many paths of one finding, are printed before the rest is only counted; none for all.
    pub limit: Option<usize>,
}

impl Default for Style {
    fn default() -> Self {
        Self { width: 80, color: false, unicode: true, limit: None }
    }
}

/// Lines of a file in the repository that stand for an account or a region, because code scanning wants a file and a
/// line for every result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchors {
    /// The file, relative to the root of the repository.
    pub uri: String,
    /// The line, from 1, that names an account.
    pub account_lines: BTreeMap<String, u32>,
    /// The line, from 1, that names a region; used where no line names the account.
    pub region_lines: BTreeMap<String, u32>,
    /// The text of the file, to tell columns; none when it is not at hand.
    pub text: Option<String>,
}

impl Default for Anchors {
    fn default() -> Self {
        Self { uri: "apiaudit.toml".to_owned(), account_lines: BTreeMap::new(), region_lines: BTreeMap::new(), text: None }
    }
}

/// Writes a report, and flushes it.
pub fn write(format: Format, assessment: &Assessment, context: &Context, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    match format {
        Format::Table => table::write(assessment, &context.style, &mut out)?,
        Format::Json => json::write(assessment, context.all_verdicts, &mut out)?,
        Format::Sarif => sarif::write(assessment, context, &mut out)?,
        Format::Markdown => markdown::write(assessment, context.room, &mut out)?,
        Format::Csv => csv::write(assessment, context.all_verdicts, &mut out)?,
        Format::Junit => junit::write(assessment, context.all_verdicts, &mut out)?,
    }
    io::Write::flush(&mut out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_written_whole() {
        for format in Format::ALL {
            let mut out = Vec::new();
            write(format, &sample::before(), &Context::default(), &mut out).unwrap();
            assert_eq!(out.last(), Some(&b'\n'), "{}", format.as_str());
        }
    }

    #[test]
    fn a_closed_pipe_is_an_error_and_no_panic() {
        for format in Format::ALL {
            let mut full: &mut [u8] = &mut [0; 16];
            assert!(write(format, &sample::before(), &Context::default(), &mut full).is_err());
        }
    }
}
