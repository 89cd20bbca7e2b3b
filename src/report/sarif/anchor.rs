//! The file and line that stand for an account.

use serde_sarif::sarif::{ArtifactContent, ArtifactLocation, LogicalLocation, PhysicalLocation, Region};

use crate::report::Anchors;
use crate::report::text::{self, clip};

/// Where everything of one account is anchored.
pub(super) struct Anchor<'a> {
    anchors: &'a Anchors,
    uri: String,
    lines: Vec<&'a str>,
    account: &'a str,
}

impl<'a> Anchor<'a> {
    pub(super) fn new(anchors: &'a Anchors, account: &'a str) -> Self {
        let lines = anchors.text.as_deref().map(|text| text.lines().collect()).unwrap_or_default();
        Self { anchors, uri: relative(&anchors.uri), lines, account }
    }

    /// The line that names the account, else the region, else the first: an account's line is never another account's,
    /// while a region's may be.
    fn line(&self, region: &str) -> u32 {
        let anchors = self.anchors;
        let line = anchors.account_lines.get(self.account).or_else(|| anchors.region_lines.get(region));
        line.copied().unwrap_or(1).max(1)
    }

    /// The place of something in a region.
    pub(super) fn physical(&self, region: &str, with_snippet: bool) -> PhysicalLocation {
        let line = self.line(region);
        let text = usize::try_from(line - 1).ok().and_then(|index| self.lines.get(index).copied());
        let (start, end) = text.map_or((1, 2), columns);
        let (line, start, end): (i64, i64, i64) = (line.into(), start, end);
        let mut span = Region::builder().start_line(line).start_column(start).end_line(line).end_column(end).build();
        if let (true, Some(text)) = (with_snippet, text) {
            span.snippet = Some(ArtifactContent::builder().text(text.trim()).build());
        }
        let file = ArtifactLocation::builder().uri(self.uri.clone()).uri_base_id("%SRCROOT%").build();
        PhysicalLocation::builder().artifact_location(file).region(span).build()
    }
}

/// The columns of a line's text without the blanks around it, from 1, in UTF-16 units, the end exclusive.
fn columns(line: &str) -> (i64, i64) {
    let units = |text: &str| i64::try_from(text.encode_utf16().count()).unwrap_or(i64::MAX - 1);
    let indent = units(&line[..line.len() - line.trim_start().len()]);
    let length = units(line.trim());
    (indent + 1, indent + length.max(1) + 1)
}

/// A resource: its name for people, its ARN for programs.
pub(super) fn logical(name: &str, id: &str) -> LogicalLocation {
    // GitHub takes no empty string.
    let shown = if name.is_empty() { id } else { name };
    let mut place = LogicalLocation::builder().kind("resource").build();
    place.name = (!shown.is_empty()).then(|| clip(&text::escape(shown), 300).into_owned());
    place.fully_qualified_name = (!id.is_empty()).then(|| text::escape(id).into_owned());
    place
}

/// A path as a relative reference: no scheme, no root, no way out of the repository.
pub(super) fn relative(path: &str) -> String {
    let path = path.replace('\\', "/");
    let segments: Vec<String> = path.split('/').filter(|segment| !matches!(*segment, "" | "." | "..")).map(encode).collect();
    if segments.is_empty() { "apiaudit.toml".to_owned() } else { segments.join("/") }
}

fn encode(segment: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::with_capacity(segment.len());
    for byte in segment.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=@".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_poses_as_a_scheme_or_leaves_the_repository() {
        assert_eq!(relative("audit/apiaudit.toml"), "audit/apiaudit.toml");
        assert_eq!(relative("/etc/../../x y.toml"), "etc/x%20y.toml");
        assert_eq!(relative("arn:aws:ecs"), "arn%3Aaws%3Aecs");
        assert_eq!(relative("C:\\a\\ü.toml"), "C%3A/a/%C3%BC.toml");
        assert_eq!(relative(".."), "apiaudit.toml");
    }

    #[test]
    fn columns_are_utf_16_units() {
        assert_eq!(columns("  a = '😀'"), (3, 11));
        assert_eq!(columns(""), (1, 2));
    }

    #[test]
    fn the_account_goes_before_the_region() {
        let mut anchors = Anchors { text: Some("a\n  b = 1\n".to_owned()), ..Anchors::default() };
        anchors.region_lines.insert("eu-central-1".to_owned(), 2);
        assert_eq!(Anchor::new(&anchors, "1").line("eu-central-1"), 2);
        anchors.account_lines.insert("1".to_owned(), 7);
        assert_eq!(Anchor::new(&anchors, "1").line("eu-central-1"), 7);
        assert_eq!(Anchor::new(&anchors, "2").line("us-east-1"), 1);
    }
}
