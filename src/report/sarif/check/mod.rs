//! Whether GitHub code scanning would take a SARIF log, any tool's, and what it would not show of it.
//!
//! GitHub refuses a whole file for one bad result, and says so only after the upload. What it asks for is written down in its
//! documentation, in its upload action and in the issues of those who met the rest; `limits`, `kinds` and `shapes` hold it as data.
//! The log is anybody's: it is read as a stream, within bounds of size, depth and memory.

mod checker;
mod document;
mod findings;
pub mod kinds;
pub mod limits;
mod location;
mod page;
mod place;
mod result;
mod rule;
mod run;
mod shape;
mod shapes;
mod stream;
mod tables;
#[cfg(test)]
mod tests;
mod uri;
mod weigh;

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeSeed as _;
use serde_json::Value;

pub use self::document::{Document, FORMAT, VERSION, schema};
pub use self::findings::{Group, Instance, Kind, Severity, TOLD};
pub use self::page::write;
pub use self::tables::{kind_table, limit_table};

use self::checker::Checker;
use self::place::Place;
use self::stream::{Reader, Spot};
use self::weigh::Weigher;

/// Bytes of a log, uncompressed: far more than compresses to what GitHub takes.
const MOST_BYTES: u64 = 512_000_000;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What is to be said of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// How many runs there are.
    pub runs: usize,
    /// How many results, in all runs.
    pub results: usize,
    /// How many rules of the tools themselves, in all runs.
    pub rules: usize,
    /// Bytes as they are.
    pub bytes: u64,
    /// Bytes as the upload compresses them.
    pub compressed_bytes: usize,
    /// How many errors.
    pub errors: usize,
    /// How many warnings.
    pub warnings: usize,
    /// Them, by kind, errors first.
    pub findings: Vec<Group>,
}

/// Why a log could not be read to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Unreadable {
    /// Where, from 1; none when there is nothing to read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// Where, from 1, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// What is wrong there.
    pub reason: String,
}

impl Unreadable {
    fn at(line: usize, column: usize, reason: impl fmt::Display) -> Self {
        Self { line: Some(line.max(1)), column: Some(column.max(1)), reason: reason.to_string() }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(out, "line {line}, column {column}: ")?;
        }
        out.write_str(&self.reason)
    }
}

/// Reads a log, and tells what GitHub would say.
pub fn check(log: impl Read) -> Result<Report, Unreadable> {
    check_within(MOST_BYTES, log)
}

fn check_within(most: u64, log: impl Read) -> Result<Report, Unreadable> {
    let mut log = BufReader::with_capacity(1 << 16, Weigher::new(log, most));
    let mut checker = Checker::default();
    begin(&mut log, &mut checker).map_err(|error| Unreadable::at(1, 1, error))?;
    let parsed = parse(&mut log, &mut checker);
    let weigher = log.into_inner();
    let rest = parsed.map_err(|error| unreadable(&error, &weigher))?;
    let bytes = weigher.bytes;
    let compressed = weigher.compressed().map_err(|error| Unreadable::at(1, 1, error))?;
    Ok(checker.end(&rest, bytes, compressed))
}

fn parse(log: &mut impl BufRead, checker: &mut Checker) -> serde_json::Result<Value> {
    let mut json = serde_json::Deserializer::from_reader(log);
    let rest = Reader { checker, spot: Spot::Log }.deserialize(&mut json)?;
    json.end()?;
    Ok(rest)
}

/// Steps over a byte order mark, which the upload does not.
fn begin(log: &mut impl BufRead, checker: &mut Checker) -> io::Result<()> {
    let head = log.fill_buf()?;
    if head.starts_with(BYTE_ORDER_MARK) {
        log.consume(BYTE_ORDER_MARK.len());
        checker.findings.add(&kinds::BYTE_ORDER_MARK, &Place::Log, || "the file begins with a byte order mark".to_owned());
    } else if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "this is UTF-16, and JSON is UTF-8"));
    }
    Ok(())
}

fn unreadable<R: Read>(error: &serde_json::Error, weigher: &Weigher<R>) -> Unreadable {
    let text = error.to_string();
    let words = text.rsplit_once(" at line ").map_or(text.as_str(), |(words, _)| words);
    if error.is_io() {
        return Unreadable::at(weigher.lines + 1, weigher.column + 1, words);
    }
    let reason = match words {
        _ if weigher.bytes == 0 => "the file is empty".to_owned(),
        _ if error.is_eof() => format!("the file is cut off here ({words})"),
        "recursion limit exceeded" => "this is nested deeper than 128 levels".to_owned(),
        words => words.to_owned(),
    };
    Unreadable::at(error.line(), error.column(), reason)
}
