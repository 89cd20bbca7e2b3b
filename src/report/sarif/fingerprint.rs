//! What makes a result the same result in the next run.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::assessment::Outcome;

/// The fingerprint of a finding; made up from what never changes where its proof brings none.
pub(super) fn of(outcome: &Outcome, account: &str) -> String {
    match outcome.proof.as_deref().map(|proof| proof.fingerprint.as_str()) {
        Some(fingerprint) if !fingerprint.is_empty() => fingerprint.to_owned(),
        _ => digest(&[&outcome.rule.id, account, &outcome.subject.region, &outcome.subject.id]),
    }
}

/// The line hashes given so far.
#[derive(Default)]
pub(super) struct Hashes(BTreeMap<String, u32>);

impl Hashes {
    /// Ours, not `CodeQL`'s: its hash of the line would make one alert of all findings that share a line of configuration.
    pub(super) fn line_hash(&mut self, fingerprint: &str) -> String {
        let mut hash = digest(&["primaryLocationLineHash", fingerprint]);
        hash.truncate(16);
        let number = self.0.entry(hash.clone()).or_default();
        *number += 1;
        format!("{hash}:{number}")
    }
}

fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
