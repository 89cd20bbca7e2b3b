//! What the end-to-end tests share: the program, the emulator it talks to, and how reports are compared.
#![allow(dead_code, reason = "each test binary uses a part of it")]

pub(crate) mod emulator;
pub(crate) mod program;
pub(crate) mod verdicts;

use std::path::{Path, PathBuf};

/// A path in this repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The text of a file that a test wrote, or had written.
#[track_caller]
pub(crate) fn text_of(path: &Path) -> String {
    String::from_utf8(bytes_of(path)).expect("a text")
}

/// A file's bytes.
#[track_caller]
pub(crate) fn bytes_of(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Writes a file, and the folders it stands in.
#[track_caller]
pub(crate) fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
    std::fs::write(path, text).expect("a file can be written");
}
