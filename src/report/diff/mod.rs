//! What changed between two runs, on paper.

pub mod json;
mod markdown;
mod table;
#[cfg(test)]
mod tests;
mod words;

use std::io;

use super::Style;
use crate::compare::Diff;

/// What a difference can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Table,
    /// For programs.
    Json,
    /// For a pull request's comment and a job's summary.
    Markdown,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Table, Self::Json, Self::Markdown];

    /// Its name in flags.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Markdown => "markdown",
        }
    }
}

/// Writes what changed, and flushes it.
pub fn write(format: Format, diff: &Diff, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    match format {
        Format::Table => table::write(diff, style, &mut out)?,
        Format::Json => json::write(diff, &mut out)?,
        Format::Markdown => markdown::write(diff, &mut out)?,
    }
    io::Write::flush(&mut out)
}
