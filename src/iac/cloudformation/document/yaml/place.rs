//! Places of events, in bytes. The parser counts characters.

use saphyr_parser::Span as Mark;

use crate::iac::cloudformation::document::byte;
use crate::iac::text::Span;

/// How many characters lie between two places that are kept.
const STEP: usize = 64;

/// The bytes of a text by its characters.
pub(super) struct Places<'t> {
    text: &'t str,
    pub(super) file: u32,
    /// The byte of every so many characters; empty where all of them take one byte.
    kept: Vec<usize>,
}

impl<'t> Places<'t> {
    pub(super) fn new(text: &'t str, file: u32) -> Self {
        let kept = if text.is_ascii() { Vec::new() } else { text.char_indices().step_by(STEP).map(|(at, _)| at).collect() };
        Self { text, file, kept }
    }

    /// The byte of a character.
    pub(super) fn byte(&self, index: usize) -> usize {
        if self.kept.is_empty() {
            return index.min(self.text.len());
        }
        let Some(start) = self.kept.get(index / STEP) else { return self.text.len() };
        let rest = &self.text[*start..];
        rest.char_indices().nth(index % STEP).map_or(self.text.len(), |(at, _)| start + at)
    }

    /// The sign at a byte.
    pub(super) fn at(&self, at: u32) -> Option<u8> {
        self.text.as_bytes().get(usize::try_from(at).ok()?).copied()
    }

    pub(super) fn span(&self, mark: Mark) -> Span {
        let (start, end) = (self.byte(mark.start.index()), self.byte(mark.end.index()));
        Span { file: self.file, start: byte(start), end: byte(end.max(start)) }
    }

    /// The span of a scalar, without the line ends and blanks that the parser reads past it.
    pub(super) fn scalar(&self, mark: Mark) -> Span {
        let (start, end) = (self.byte(mark.start.index()), self.byte(mark.end.index()));
        let read = self.text.get(start..end).unwrap_or_default();
        Span { file: self.file, start: byte(start), end: byte(start + read.trim_end().len()) }
    }

    /// Where the tag and the anchor before a value begin.
    pub(super) fn with_tag(&self, start: u32) -> u32 {
        let mut start = usize::try_from(start).unwrap_or(usize::MAX).min(self.text.len());
        loop {
            let before = self.text[..start].trim_end();
            let word = before.rfind(|sign: char| sign.is_whitespace() || "[{,".contains(sign)).map_or(0, |at| at + 1);
            if !before.get(word..).is_some_and(|word| word.starts_with(['!', '&'])) {
                return byte(start);
            }
            start = word;
        }
    }
}
