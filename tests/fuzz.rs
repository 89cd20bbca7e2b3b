//! Every parser of code and reports on mutated files: none panics, hangs or eats memory, and what it refuses it places.
//!
//! For a short while in every run of the tests; for longer with `APIAUDIT_FUZZ_SECONDS=600 cargo test --release --test fuzz`.
//! A file that broke one stands whole in the failure, with the seed: `APIAUDIT_FUZZ_SEED=…` plays from there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test stops where something is wrong"
)]

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use apiaudit::diagnostics::Diagnostic;
use apiaudit::iac::folder::InMemory;
use apiaudit::iac::made_up::Destination;
use apiaudit::iac::{audit, cloudformation, terraform};

/// How long one file may take: without optimisation, and beside other tests.
const PATIENCE: Duration = Duration::from_secs(20);
/// The largest file that is made of others.
const MOST: usize = 200_000;

/// A small generator (xorshift): the same seed, the same files.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        if limit == 0 { 0 } else { usize::try_from(self.roll() % limit as u64).unwrap() }
    }
}

/// What grammars trip over.
const TOKENS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "\"",
    "'",
    "${",
    "%{",
    "}}",
    "<<EOT\n",
    "<<-EOT\n",
    "\nEOT\n",
    "\n",
    "\r\n",
    "\t",
    "\0",
    "\u{feff}",
    "😀",
    "&a ",
    "*a",
    "<<: *a\n",
    "!Ref ",
    "!Sub ",
    "!GetAtt ",
    "!If ",
    "!!binary ",
    "- ",
    ": ",
    "? ",
    "| ",
    "> ",
    "--- ",
    "...",
    "#",
    "//",
    "/*",
    "*/",
    "null",
    "true",
    "~",
    "-1",
    "1e999",
    "99999999999999999999",
    "0x",
    "\\u0000",
    "\\ud800",
    "${a[*].b}",
    "for x in y : x",
    "...",
    "=>",
    "count = 1e9\n",
    "for_each = toset([])\n",
    "dynamic \"x\" {}\n",
    "{{resolve:ssm:x}}",
    "Fn::ForEach::x",
    "AWS::NoValue",
    ",",
    "=",
    "==",
];

fn mutate(text: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = text.to_vec();
    for _ in 0..=dice.below(6) {
        let (at, length) = (dice.below(bytes.len() + 1), dice.below(40));
        let end = (at + length).min(bytes.len());
        match dice.below(8) {
            0 => drop(bytes.drain(at..end)),
            1 => drop(bytes.splice(at..at, TOKENS[dice.below(TOKENS.len())].bytes())),
            2 => drop(bytes.splice(at..end, TOKENS[dice.below(TOKENS.len())].bytes())),
            3 => {
                let piece = bytes[at..end].to_vec();
                drop(bytes.splice(at..at, piece.repeat(dice.below(30))));
            }
            4 => bytes.truncate(at),
            5 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = u8::try_from(dice.below(256)).unwrap();
                }
            }
            6 => {
                let (from, many) = (dice.below(other.len() + 1), dice.below(300));
                let piece = other[from..(from + many).min(other.len())].to_vec();
                drop(bytes.splice(at..at, piece));
            }
            _ => {
                let token = TOKENS[dice.below(TOKENS.len())];
                drop(bytes.splice(at..at, token.repeat(dice.below(2_000)).bytes()));
            }
        }
        bytes.truncate(MOST);
    }
    bytes
}

fn below(folder: &Path, extensions: &[&str], found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            below(&path, extensions, found);
        } else if path.extension().is_some_and(|extension| extensions.iter().any(|wanted| extension == *wanted)) {
            found.push(path);
        }
    }
}

fn corpus(folder: &str, extensions: &[&str]) -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    below(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), extensions, &mut files);
    files.sort();
    let texts: Vec<Vec<u8>> = files.iter().map(|file| std::fs::read(file).unwrap()).filter(|text| text.len() < MOST).collect();
    assert!(!texts.is_empty(), "no files in {folder}");
    texts
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Diagnostics say what is wrong, and can be shown.
fn placed(result: Result<apiaudit::iac::Code, Vec<Diagnostic>>) {
    match result {
        Ok(code) => drop(audit::build(&code)),
        Err(diagnostics) => {
            assert!(!diagnostics.is_empty());
            for diagnostic in diagnostics.iter().take(3) {
                assert!(!diagnostic.message.is_empty());
                assert!(!diagnostic.render(false, 80).is_empty());
            }
        }
    }
}

fn fuzz(name: &str, corpus: &[Vec<u8>], parse: impl Fn(&str)) {
    let seconds = number("APIAUDIT_FUZZ_SECONDS").unwrap_or(6);
    let mut seed = number("APIAUDIT_FUZZ_SEED").unwrap_or(0x9e37_79b9_7f4a_7c15);
    let begun = Instant::now();
    let mut played = 0_u64;
    while begun.elapsed() < Duration::from_secs(seconds) {
        let mut dice = Dice(seed | 1);
        let bytes = mutate(&corpus[dice.below(corpus.len())], &corpus[dice.below(corpus.len())], &mut dice);
        let text = String::from_utf8_lossy(&bytes);
        let one = Instant::now();
        let result = catch_unwind(AssertUnwindSafe(|| parse(&text)));
        let took = one.elapsed();
        assert!(result.is_ok(), "{name}: seed {seed} panics on:\n{text}");
        assert!(took < PATIENCE, "{name}: seed {seed} takes {took:?} on {} bytes:\n{text}", text.len());
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        played += 1;
    }
    println!("{name}: {played} files");
    assert!(played > 0);
}

#[test]
fn terraform_code() {
    fuzz("terraform code", &corpus("fixtures/terraform", &["tf"]), |text| {
        placed(terraform::read_folder(&InMemory::of([("main.tf", text)]), ""));
    });
}

#[test]
fn terraform_code_as_json() {
    let seeds = [
        r#"{"resource": {"aws_lb": {"a": {"name": "a", "count": 2, "subnets": ["${var.x}"], "tags": {"a": "b"}}}}, "variable": {"x": {}}}"#,
    ];
    let corpus: Vec<Vec<u8>> = seeds.iter().map(|text| text.as_bytes().to_vec()).collect();
    fuzz("terraform code as JSON", &corpus, |text| {
        placed(terraform::read_folder(&InMemory::of([("main.tf.json", text)]), ""));
    });
}

#[test]
fn terraform_plans() {
    fuzz("terraform plans", &corpus("fixtures/terraform", &["json"]), |text| placed(terraform::read_plan(text, "plan.json", None)));
}

#[test]
fn terraform_states() {
    fuzz("terraform states", &corpus("fixtures/terraform", &["tfstate"]), |text| {
        if let Err(diagnostics) = terraform::read_state(text, "terraform.tfstate") {
            assert!(!diagnostics.is_empty());
        }
    });
}

#[test]
fn templates() {
    fuzz("templates", &corpus("fixtures/cloudformation", &["yaml", "json"]), |text| {
        for name in ["t.yaml", "t.json"] {
            let folder = InMemory::of([(name, text)]);
            placed(cloudformation::read(&[name.to_owned()], &folder, &BTreeMap::new(), &Destination::default()));
        }
    });
}

#[test]
fn parameters() {
    fuzz("parameters", &corpus("fixtures/cloudformation", &["json"]), |text| {
        let _ = cloudformation::parse_parameters(text);
    });
}
