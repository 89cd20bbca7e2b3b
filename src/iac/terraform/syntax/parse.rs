//! A file, read.

use std::sync::Arc;

use super::{Body, Native, json, json_body, limits, recover};
use crate::diagnostics::Diagnostic;

/// What came of a file.
pub(crate) struct Parsed {
    /// What could be read of it; what could not be stands in it as unreadable.
    pub body: Body,
    /// What is wrong with it.
    pub error: Option<Diagnostic>,
}

/// Reads a file of either syntax. `number` is the file's among those of the repository.
pub(crate) fn file(path: &str, text: &Arc<str>, number: Option<u32>) -> Parsed {
    if text.len() > limits::FILE {
        let error = Diagnostic::error(format!("{path} is larger than {} MB", limits::FILE >> 20));
        return Parsed { body: Body::default(), error: Some(error.help("apiaudit does not read files of that size as code")) };
    }
    let result = if path_is_json(path) {
        json::read(text).map(|tree| json_body::file(&tree, &json_body::Json { file: number, text }))
    } else {
        native(text, number)
    };
    match result {
        Ok(body) => Parsed { body, error: None },
        Err((at, reason)) => {
            let error = error(path, text, at, &reason);
            let body = if path_is_json(path) { Body::default() } else { recover::body(text, number, &error.message) };
            Parsed { body, error: Some(error) }
        }
    }
}

/// Whether a file is written in JSON.
pub(super) fn path_is_json(path: &str) -> bool {
    path.rsplit('.').next().is_some_and(|ending| ending.eq_ignore_ascii_case("json"))
}

fn native(text: &str, number: Option<u32>) -> Result<Body, (usize, String)> {
    limits::check(text)?;
    // Terraform takes a byte order mark before anything else for nothing.
    let (base, inside) = text.strip_prefix('\u{feff}').map_or((0, text), |rest| (text.len() - rest.len(), rest));
    let read = super::twice::read(inside);
    let (body, keys) = read.map_err(|error| (base + error.location().offset(), error.message().to_owned()))?;
    Ok(Native { keys, ..Native::of(number, base, inside) }.body(&body))
}

/// What is wrong, with the place in the words too: a note keeps only them.
fn error(path: &str, text: &Arc<str>, at: usize, reason: &str) -> Diagnostic {
    let at = text.floor_char_boundary(at.min(text.len()));
    let before = &text[..at];
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before[before.rfind('\n').map_or(0, |end| end + 1)..].encode_utf16().count() + 1;
    let end = text[at..].chars().next().map_or(at, |sign| at + sign.len_utf8());
    Diagnostic::error(format!("{path}:{line}:{column} does not parse: {reason}"))
        .in_file(path, Arc::clone(text))
        .label(at..end, reason.to_owned())
}
