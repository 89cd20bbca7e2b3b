//! The reports: an [`Assessment`] on paper, in one file a format. Nothing here judges.

mod gaps;
pub mod json;
#[cfg(test)]
mod sample;
pub mod table;
pub mod text;

use std::io;

use crate::assessment::Assessment;

/// What a report can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Table,
    /// For programs: everything that was concluded, in a versioned shape.
    Json,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Table, Self::Json];

    /// Its name in flags.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
        }
    }
}

/// What a report needs to know besides the assessment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// How the table looks.
    pub style: Style,
    /// Whether JSON lists every verdict instead of counting what passed.
    pub all_verdicts: bool,
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

/// Writes a report.
pub fn write(format: Format, assessment: &Assessment, context: &Context, out: &mut dyn io::Write) -> io::Result<()> {
    match format {
        Format::Table => table::write(assessment, &context.style, out),
        Format::Json => json::write(assessment, context.all_verdicts, out),
    }
}
