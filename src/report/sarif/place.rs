//! Places of code as SARIF has them.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde_sarif::sarif::{ArtifactContent, ArtifactLocation, PhysicalLocation, Region};

use super::anchor::{Anchor, relative};
use super::linehash::line_hashes;
use crate::assessment::{Place, Sources};

/// Finds places in code, and else the line that stands for the account.
pub(super) struct Places<'a> {
    pub(super) anchor: Anchor<'a>,
    pub(super) sources: &'a Sources,
    /// The hashes of the lines of each file, once they were asked for.
    hashes: RefCell<BTreeMap<&'a str, Vec<String>>>,
}

impl<'a> Places<'a> {
    pub(super) fn new(anchor: Anchor<'a>, sources: &'a Sources) -> Self {
        Self { anchor, sources, hashes: RefCell::default() }
    }

    /// `CodeQL`'s hash of the line a place begins on; none where the file is not at hand.
    pub(super) fn line_hash(&self, place: &Place) -> Option<String> {
        let (file, text) = self.sources.file(&place.file)?;
        let mut hashes = self.hashes.borrow_mut();
        let hashes = hashes.entry(file).or_insert_with(|| line_hashes(text));
        hashes.get(usize::try_from(place.start_line).ok()?.checked_sub(1)?).cloned()
    }

    /// A place of code.
    pub(super) fn physical(&self, place: &Place, with_snippet: bool) -> PhysicalLocation {
        let mut region = Region::builder()
            .start_line(i64::from(place.start_line))
            .start_column(i64::from(place.start_column))
            .end_line(i64::from(place.end_line))
            .end_column(i64::from(place.end_column))
            .build();
        let text = self.sources.file(&place.file).map(|(_, text)| text);
        if let (true, Some(text)) = (with_snippet && place.start_line == place.end_line, text) {
            let index = usize::try_from(place.start_line).unwrap_or_default().saturating_sub(1);
            let line = text.lines().nth(index).unwrap_or_default().trim();
            if !line.is_empty() {
                region.snippet = Some(ArtifactContent::builder().text(line).build());
            }
        }
        let file = ArtifactLocation::builder().uri(relative(&place.file)).uri_base_id("%SRCROOT%").build();
        PhysicalLocation::builder().artifact_location(file).region(region).build()
    }
}
