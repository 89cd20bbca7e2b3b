//! Objects that have a key twice. Terraform lets the later one win; `hcl-edit` refuses the file. So such a key is written
//! over by another one of the same length before it is read, and has its name again after it: every place stays as it is.

use std::collections::BTreeMap;

use hcl_edit::parser::{Error, parse_body};
use hcl_edit::structure::Body;

/// The keys that were written over, by where they begin.
pub(crate) type Keys = BTreeMap<usize, String>;

/// How many keys of a file are written over, and how many bytes are read again for them.
const KEYS: usize = 200;
const BYTES: usize = 32 << 20;

/// Reads a text.
pub(super) fn read(text: &str) -> Result<(Body, Keys), Error> {
    let mut written: Option<String> = None;
    let mut keys = Keys::new();
    let mut round = 0;
    loop {
        let error = match parse_body(written.as_deref().unwrap_or(text)) {
            Ok(body) => return Ok((body, keys)),
            Err(error) => error,
        };
        let may = error.message().contains("redefined object key") && round < KEYS && round * text.len() < BYTES;
        let Some((at, key)) = may.then(|| key_at(text, error.location().offset())).flatten() else { return Err(error) };
        // What it is called meanwhile may be the name of another key: then that one is written over as well.
        written.get_or_insert_with(|| text.to_owned()).replace_range(at..at + key.len(), &filler(round, key.len()));
        keys.insert(at, key.to_owned());
        round += 1;
    }
}

/// A key, and where it begins: a name, or a text without escapes and templates.
fn key_at(text: &str, at: usize) -> Option<(usize, &str)> {
    let rest = text.get(at..)?;
    let at = at + (rest.len() - rest.trim_start().len());
    let rest = rest.trim_start();
    if let Some(inside) = rest.strip_prefix('"') {
        let key = &inside[..inside.find(['"', '\\', '$', '%', '\n'])?];
        return inside[key.len()..].starts_with('"').then_some((at + 1, key));
    }
    let length = rest.find(|sign: char| !(sign.is_alphanumeric() || sign == '_' || sign == '-'))?;
    Some((at, &rest[..length]))
}

/// A name of some length, in letters that no word of the language has.
fn filler(number: usize, length: usize) -> String {
    let mut number = number;
    let letter = |_| {
        let letter = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[number % 26];
        number /= 26;
        char::from(letter)
    };
    (0..length).map(letter).collect()
}
