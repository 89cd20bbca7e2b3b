//! `primaryLocationLineHash` as `CodeQL` computes it: what makes an alert the same one after lines above it came or went.
//!
//! The algorithm is that of `src/fingerprints.ts` of github/codeql-action, which fills the hash in where a log has none and
//! complains about each that differs. A log that carries the same hash stays quiet, and keeps its alerts when it is uploaded
//! by other means than that action.

use std::collections::HashMap;

/// How many units of the text a hash covers.
const BLOCK: usize = 100;
/// The base of the polynomial.
const MOD: u64 = 37;
/// Stands for the end of the file.
const EOF: u16 = u16::MAX;
const TAB: u16 = b'\t' as u16;
const LF: u16 = b'\n' as u16;
const CR: u16 = b'\r' as u16;
const SPACE: u16 = b' ' as u16;

/// The hash of every line, the first at index 0: over the first 100 UTF-16 units from its start that are no blanks,
/// whatever the line ends are, with the number of equal hashes so far behind a colon.
///
/// A text that ends with a line end has one more line, as editors count.
pub fn line_hashes(text: &str) -> Vec<String> {
    let mut roller = Roller::new();
    let mut after_cr = false;
    for unit in text.encode_utf16() {
        // Blanks do not count, nor does the second half of a CRLF.
        let skipped = matches!(unit, SPACE | TAB) || (after_cr && unit == LF);
        after_cr = unit == CR;
        if !skipped {
            roller.read(if after_cr { LF } else { unit });
        }
    }
    roller.read(EOF);
    for _ in 0..BLOCK {
        roller.roll(0);
    }
    roller.hashes
}

/// The last units read, and the hash over them.
struct Roller {
    window: [u16; BLOCK],
    /// Where in the window a line begins.
    begins: [bool; BLOCK],
    at: usize,
    hash: u64,
    /// What the oldest unit of the window weighs once another one is in.
    oldest: u64,
    line_begins: bool,
    seen: HashMap<u64, u32>,
    hashes: Vec<String>,
}

impl Roller {
    fn new() -> Self {
        let oldest = (0..BLOCK).fold(1, |weight: u64, _| weight.wrapping_mul(MOD));
        let (window, begins) = ([0; BLOCK], [false; BLOCK]);
        Self { window, begins, at: 0, hash: 0, oldest, line_begins: true, seen: HashMap::new(), hashes: Vec::new() }
    }

    fn read(&mut self, unit: u16) {
        let begins = std::mem::replace(&mut self.line_begins, unit == LF);
        let at = self.at;
        self.roll(unit);
        self.begins[at] = begins;
    }

    /// Takes a unit in and the oldest out: when that began a line, the window held what its hash covers.
    fn roll(&mut self, unit: u16) {
        if std::mem::take(&mut self.begins[self.at]) {
            self.tell();
        }
        let oldest = std::mem::replace(&mut self.window[self.at], unit);
        let gone = self.oldest.wrapping_mul(oldest.into());
        self.hash = self.hash.wrapping_mul(MOD).wrapping_add(unit.into()).wrapping_sub(gone);
        self.at = (self.at + 1) % BLOCK;
    }

    fn tell(&mut self) {
        let number = self.seen.entry(self.hash).or_default();
        *number += 1;
        self.hashes.push(format!("{:x}:{number}", self.hash));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What github/codeql-action publishes in `src/fingerprints.test.ts` (f3f1edb, 2026-06-13): a text, and the hashes of its lines.
    fn vectors() -> Vec<(String, Vec<&'static str>)> {
        let greetings = vec![
            "e9496ae3ebfced30:1",
            "fb7c023a8b9ccb3f:1",
            "ce8ba1a563dcdaca:1",
            "e20e36e16fcb0cc8:1",
            "b3edc88f2938467e:1",
            "c8e28b0b4002a3a0:1",
            "c129715d7a2bc9a3:1",
        ];
        let lines = [" hello; \t", "world!!!", "", "", "  \t\tGreetings", " End"];
        let ended = |ends: [&str; 6]| lines.iter().zip(ends).flat_map(|(line, end)| [line, end]).collect::<String>();
        let unended = " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End";
        let program = "x = 2\nx = 1\nprint(x)\nx = 3\nprint(x)\nx = 4\nprint(x)\n";
        vec![
            (String::new(), vec!["c129715d7a2bc9a3:1"]),
            (" a\nb\n  \t\tc\n d".into(), vec!["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]),
            (
                unended.into(),
                vec![
                    "8b7cf3e952e7aeb2:1",
                    "b1ae1287ec4718d9:1",
                    "bff680108adb0fcc:1",
                    "c6805c5e1288b612:1",
                    "b86d3392aea1be30:1",
                    "e6ceba753e1a442:1",
                ],
            ),
            (ended(["\n"; 6]), greetings.clone()),
            (ended(["\n", "\n", "\r", "\r", "\r", "\r"]), greetings.clone()),
            (ended(["\r\n"; 6]), greetings.clone()),
            (ended(["\n", "\r\n", "\n", "\r", "\r", "\r\n"]), greetings),
            (
                "Lorem ipsum dolor sit amet.\n".repeat(10),
                vec![
                    "a7f2ff13bc495cf2:1",
                    "a7f2ff13bc495cf2:2",
                    "a7f2ff13bc495cf2:3",
                    "a7f2ff13bc495cf2:4",
                    "a7f2ff13bc495cf2:5",
                    "a7f2ff13bc495cf2:6",
                    "a7f2ff1481e87703:1",
                    "a9cf91f7bbf1862b:1",
                    "55ec222b86bcae53:1",
                    "cc97dc7b1d7d8f7b:1",
                    "c129715d7a2bc9a3:1",
                ],
            ),
            (
                program.into(),
                vec![
                    "e54938cc54b302f1:1",
                    "bb609acbe9138d60:1",
                    "1131fd5871777f34:1",
                    "5c482a0f8b35ea28:1",
                    "54517377da7028d2:1",
                    "2c644846cb18d53e:1",
                    "f1b89f20de0d133:1",
                    "c129715d7a2bc9a3:1",
                ],
            ),
        ]
    }

    #[test]
    fn codeqls_own_vectors() {
        for (text, hashes) in vectors() {
            assert_eq!(line_hashes(&text), hashes, "{text:?}");
        }
    }

    #[test]
    fn a_blank_between_a_carriage_return_and_a_line_feed_makes_two_lines() {
        assert_eq!(line_hashes("a\r\nb").len(), 2);
        assert_eq!(line_hashes("a\r \nb").len(), 3);
    }

    #[test]
    fn characters_beyond_the_basic_plane_count_twice() {
        // Fifty of them fill the block: what follows on the line does not change its hash.
        let line = "😀".repeat(50);
        assert_eq!(line_hashes(&line)[0], line_hashes(&format!("{line}x"))[0]);
        assert_ne!(line_hashes(&line[4..])[0], line_hashes(&format!("{}x", &line[4..]))[0]);
    }

    #[test]
    fn large_files_take_no_time() {
        let text = "resource \"aws_lb\" \"orders\" { internal = false }\n".repeat(40_000);
        assert_eq!(line_hashes(&text).len(), 40_001);
    }

    proptest! {
        #[test]
        fn there_is_one_hash_a_line_and_none_twice(text in "[ab \t\r\n😀]{0,300}") {
            let hashes = line_hashes(&text);
            let lines = text.replace("\r\n", "\n").replace('\r', "\n").matches('\n').count() + 1;
            prop_assert_eq!(hashes.len(), lines);
            let different: std::collections::BTreeSet<_> = hashes.iter().collect();
            prop_assert_eq!(different.len(), hashes.len());
        }

        #[test]
        fn blanks_and_line_ends_do_not_matter(lines in prop::collection::vec("[a-z]{0,9}", 0..40)) {
            let spread: Vec<String> = lines.iter().map(|line| line.chars().flat_map(|c| [' ', c, '\t']).collect()).collect();
            prop_assert_eq!(line_hashes(&lines.join("\n")), line_hashes(&spread.join("\r\n")));
        }
    }
}
