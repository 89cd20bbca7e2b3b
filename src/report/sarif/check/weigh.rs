//! How large a log is for GitHub, counted while it is read: the upload action writes it anew without blanks and compresses it.

use std::io::{self, Read, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::report::sarif::size::Counter;

/// Hands on what it reads, and counts it.
pub(super) struct Weigher<R> {
    inner: R,
    most: u64,
    blanks: Blanks,
    gzip: GzEncoder<Counter>,
    /// Bytes so far.
    pub(super) bytes: u64,
    /// Line ends so far.
    pub(super) lines: usize,
    /// Bytes since the last line end.
    pub(super) column: usize,
}

impl<R: Read> Weigher<R> {
    /// Reads no more than so many bytes.
    pub(super) fn new(inner: R, most: u64) -> Self {
        let gzip = GzEncoder::new(Counter(0), Compression::default());
        Self { inner, most, blanks: Blanks::default(), gzip, bytes: 0, lines: 0, column: 0 }
    }

    /// The size that GitHub gets.
    pub(super) fn compressed(self) -> io::Result<usize> {
        Ok(self.gzip.finish()?.0)
    }
}

impl<R: Read> Read for Weigher<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        let bytes = &buffer[..length];
        self.bytes += length as u64;
        if self.bytes > self.most {
            let most = self.most / 1_000_000;
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("there is more than {most} MB of it, which no upload takes")));
        }
        for byte in bytes {
            self.column += 1;
            if *byte == b'\n' {
                (self.lines, self.column) = (self.lines + 1, 0);
            }
        }
        let dense: Vec<u8> = bytes.iter().copied().filter(|byte| self.blanks.keep(*byte)).collect();
        self.gzip.write_all(&dense)?;
        Ok(length)
    }
}

/// Tells blanks between JSON's tokens from those in its strings.
#[derive(Default)]
struct Blanks {
    in_string: bool,
    escaped: bool,
}

impl Blanks {
    fn keep(&mut self, byte: u8) -> bool {
        if self.escaped {
            self.escaped = false;
        } else if self.in_string {
            self.escaped = byte == b'\\';
            self.in_string = byte != b'"';
        } else {
            self.in_string = byte == b'"';
            return !byte.is_ascii_whitespace();
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn dense(text: &str) -> String {
        let mut blanks = Blanks::default();
        text.bytes().filter(|byte| blanks.keep(*byte)).map(char::from).collect()
    }

    #[test]
    fn only_blanks_between_tokens_go() {
        let value = json!({"a b": [1, " \t\\\" \n", {"c": "\\"}], "d": " "});
        assert_eq!(dense(&format!("{value:#}")), value.to_string());
    }

    #[test]
    fn too_much_is_not_read() {
        let mut weigher = Weigher::new(io::repeat(b' '), 1_000_000);
        let error = io::copy(&mut weigher, &mut io::sink()).unwrap_err();
        assert_eq!(error.to_string(), "there is more than 1 MB of it, which no upload takes");
    }

    proptest! {
        #[test]
        fn whatever_the_layout_the_size_is_the_same(text in "[ \\\\\"a\n]{0,40}", number in any::<i32>()) {
            let value = json!({"text": [text, number], "more": {"text": text}});
            let size = |text: String| {
                let mut weigher = Weigher::new(text.as_bytes(), u64::MAX);
                io::copy(&mut weigher, &mut io::sink()).unwrap();
                weigher.compressed().unwrap()
            };
            prop_assert_eq!(size(value.to_string()), size(serde_json::to_string_pretty::<Value>(&value).unwrap()));
        }
    }
}
