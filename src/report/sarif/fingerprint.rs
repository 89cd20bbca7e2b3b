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

/// The fingerprint of a block of code that makes several resources of which the same is true.
pub(super) fn of_block(rule: &str, file: &str, address: &str) -> String {
    digest(&["block", rule, file, &without_keys(address)])
}

/// An address without the keys that tell the instances of a block or a module apart.
fn without_keys(address: &str) -> String {
    let (mut plain, mut depth, mut quoted) = (String::new(), 0_usize, false);
    for character in address.chars() {
        match character {
            '"' if depth > 0 => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => depth = depth.saturating_sub(1),
            character if depth == 0 => plain.push(character),
            _ => {}
        }
    }
    plain
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_instances_of_a_block_are_one_block() {
        assert_eq!(without_keys(r#"module.web["a]b"].aws_lb.x[0]"#), "module.web.aws_lb.x");
        assert_eq!(without_keys("Alb"), "Alb");
    }
}
