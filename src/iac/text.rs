//! Source files and places in them.

use std::sync::Arc;

use crate::assessment::Place;

/// A place in a source file, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file, by its number in [`Files`].
    pub file: u32,
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

/// A source file.
#[derive(Debug, Clone)]
pub struct File {
    /// Its path relative to the root of the repository, with `/` between folders.
    pub path: Arc<str>,
    /// Its text.
    pub text: Arc<str>,
    /// Where each line begins, in bytes.
    lines: Vec<u32>,
}

/// The source files of a run.
#[derive(Debug, Clone, Default)]
pub struct Files {
    files: Vec<File>,
}

impl Files {
    /// Adds a file. Its number.
    pub fn add(&mut self, path: &str, text: impl Into<Arc<str>>) -> u32 {
        let text: Arc<str> = text.into();
        let path: Arc<str> = path.replace('\\', "/").into();
        let mut lines = vec![0];
        lines.extend((1_u32..).zip(text.bytes()).filter(|(_, byte)| *byte == b'\n').map(|(after, _)| after));
        self.files.push(File { path, text, lines });
        u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX)
    }

    /// A file by number.
    pub fn get(&self, number: u32) -> Option<&File> {
        self.files.get(usize::try_from(number).ok()?)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &File> {
        self.files.iter()
    }

    /// A span in lines and columns.
    pub fn place(&self, span: Span) -> Option<Place> {
        let file = self.get(span.file)?;
        let (start_line, start_column) = file.position(span.start);
        let (end_line, end_column) = file.position(span.end.max(span.start));
        Some(Place { file: Arc::clone(&file.path), start_line, start_column, end_line, end_column })
    }
}

impl File {
    /// The line and column of a byte, from 1, the column in UTF-16 units. A place inside a character is the place before it.
    pub fn position(&self, byte: u32) -> (u32, u32) {
        let line = self.lines.partition_point(|start| *start <= byte).max(1) - 1;
        let start = usize::try_from(self.lines[line]).unwrap_or_default();
        let mut end = usize::try_from(byte).unwrap_or(usize::MAX).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let column = self.text[start..end].encode_utf16().count() + 1;
        (u32::try_from(line + 1).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
    }

    /// The byte of a line and a column, both from 1, the column in characters; none past the file's end.
    pub fn byte_at(&self, line: u32, column: u32) -> Option<u32> {
        let start = *self.lines.get(usize::try_from(line.checked_sub(1)?).ok()?)?;
        let rest = self.text.get(usize::try_from(start).ok()?..)?;
        let ahead: usize = rest.chars().take(usize::try_from(column.saturating_sub(1)).ok()?).map(char::len_utf8).sum();
        u32::try_from(ahead).ok().map(|ahead| start + ahead)
    }

    /// The text of a line, from 1, without its end.
    pub fn line(&self, line: u32) -> Option<&str> {
        let index = usize::try_from(line.checked_sub(1)?).ok()?;
        let start = usize::try_from(*self.lines.get(index)?).ok()?;
        let end = self.lines.get(index + 1).map_or(self.text.len(), |end| usize::try_from(*end).unwrap_or(self.text.len()));
        Some(self.text.get(start..end)?.trim_end_matches(['\n', '\r']))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_utf_16_units_and_lines_end_as_they_like() {
        let mut files = Files::default();
        let file = files.add("a\\b.tf", "a = \"😀\"\r\n\tb = 'é' x\n");
        let text = files.get(file).unwrap();
        assert_eq!(&*text.path, "a/b.tf");
        let find = |what: &str| u32::try_from(text.text.find(what).unwrap()).unwrap();
        assert_eq!(text.position(find("b =")), (2, 2));
        assert_eq!(text.position(find("x")), (2, 10));
        assert_eq!(text.position(find("\"\r")), (1, 8), "the face takes two units");
        assert_eq!(text.position(99), (3, 1));
        assert_eq!(text.byte_at(2, 2), Some(find("b =")));
        assert_eq!(text.byte_at(2, 10), Some(find("x")));
        assert_eq!(text.line(1), Some("a = \"😀\""));
        let place = files.place(Span { file, start: find("b ="), end: find(" x") }).unwrap();
        assert_eq!((place.start_line, place.start_column, place.end_line, place.end_column), (2, 2, 2, 9));
    }
}
