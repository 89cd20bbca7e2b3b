//! `apiaudit sarif-check`, from the command line: our own reports, other tools' mistakes, and files at GitHub's limits.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test stops where something is wrong")]

mod common;

use std::io::Write as _;
use std::process::{Command, Stdio};

use common::program::{Apiaudit, Ran};
use common::{repository, text_of, write};
use serde_json::{Value, json};

/// A check of a file with this text.
fn check(text: &str, args: &[&str]) -> Ran {
    let run = Apiaudit::new().arg("sarif-check").args(args).arg("a.sarif");
    write(&run.home().join("a.sarif"), text);
    run.run()
}

/// What was found in a file: severity and kind.
fn found(log: &Value) -> Vec<(String, String)> {
    let document = check(&log.to_string(), &["--json"]).json();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    document["files"][0]["findings"].as_array().unwrap().iter().map(|one| (word(&one["severity"]), word(&one["kind"]))).collect()
}

fn result(number: usize) -> Value {
    json!({
        "ruleId": "a",
        "message": {"text": "A message."},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": "main.tf"},
            "region": {"startLine": 1, "startColumn": 1, "endColumn": 2},
        }}],
        "partialFingerprints": {"primaryLocationLineHash": format!("{number:x}:1")},
    })
}

fn rule(id: &str) -> Value {
    let text = json!({"text": "Words."});
    json!({"id": id, "shortDescription": text, "fullDescription": text, "help": text})
}

fn run(id: &str, rules: &[Value], results: &[Value]) -> Value {
    json!({"tool": {"driver": {"name": "t", "rules": rules}}, "automationDetails": {"id": id}, "results": results})
}

fn log(runs: &[Value]) -> Value {
    json!({"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": runs})
}

/// A log of one run with one rule and one result.
fn small() -> Value {
    log(&[run("c/", &[rule("a")], &[result(0)])])
}

#[test]
fn our_own_reports_are_taken() {
    let inventories = repository("fixtures/inventories").read_dir().unwrap().map(|entry| entry.unwrap().path());
    let mut checked = 0;
    for inventory in inventories.filter(|path| path.extension().is_some_and(|extension| extension == "json")) {
        let scan = Apiaudit::new().args(["scan", "--format", "sarif", "--fail-on", "none", "--inventory"]).arg(&inventory).run().ends(0);
        let complete = scan.json()["runs"][0]["invocations"][0]["executionSuccessful"] == true;
        let ran = check(&scan.stdout, &["--json"]).ends(0);
        let document = ran.json();
        let findings = document["files"][0]["findings"].as_array().unwrap();
        // A scan that could not read everything owns up to it, so that GitHub closes no alert; and that is to be told.
        let kinds: Vec<&str> = findings.iter().map(|finding| finding["kind"].as_str().unwrap()).collect();
        let expected = if complete { &[][..] } else { &["execution-unsuccessful"] };
        assert_eq!(kinds, expected, "{}: {document:#}", inventory.display());
        check(&scan.stdout, &["--strict"]).ends(i32::from(!complete));
        checked += 1;
    }
    assert!(checked >= 5, "only {checked} inventories");
    let demo = Apiaudit::new().args(["demo", "--format", "sarif"]).run().ends(0);
    check(&demo.stdout, &["--strict"]).ends(0);
}

#[test]
fn a_page_says_what_is_wrong_and_what_to_do() {
    let mut log = small();
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] =
        json!("arn:aws:ecs:eu-west-1:1:service/a");
    log["runs"][0]["results"][0]["suppressions"] = json!([{"kind": "inSource"}]);
    log["runs"][0]["results"].as_array_mut().unwrap().extend((1..30).map(|number| {
        let mut result = result(number);
        result["partialFingerprints"] = json!({});
        result
    }));
    let ran = check(&log.to_string(), &[]).ends(1);
    assert_eq!(ran.stderr, "");
    let page: Vec<&str> = ran.stdout.lines().filter(|line| !line.contains("compressed")).collect();
    insta::assert_snapshot!(page.join("\n"));
}

#[test]
fn what_github_takes_ends_with_0_unless_strict() {
    let taken = check(&small().to_string(), &["--strict"]).ends(0);
    assert!(taken.stdout.starts_with("a.sarif: GitHub code scanning would take it\n"), "{}", taken.stdout);
    let mut warned = small();
    warned["runs"][0]["results"][0]["kind"] = json!("pass");
    check(&warned.to_string(), &[]).ends(0);
    check(&warned.to_string(), &["--strict"]).ends(1);
}

#[test]
fn a_file_may_be_compressed_and_come_through_a_pipe() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(small().to_string().as_bytes()).unwrap();
    let packed = gzip.finish().unwrap();
    let run = Apiaudit::new().args(["sarif-check", "a.sarif.gz", "--json"]);
    std::fs::write(run.home().join("a.sarif.gz"), &packed).unwrap();
    assert_eq!(run.run().ends(0).json()["files"][0]["verdict"], "taken");
    for input in [small().to_string().into_bytes(), packed.clone()] {
        let (code, stdout, _) = pipe(&input, &["sarif-check", "-"]);
        assert_eq!(code, Some(0), "{stdout}");
        assert!(stdout.starts_with("stdin: GitHub code scanning would take it"), "{stdout}");
    }
    let (code, _, stderr) = pipe(&packed[..packed.len() / 2], &["sarif-check", "-"]);
    assert_eq!(code, Some(3));
    assert!(stderr.contains("it is compressed, and cut off or damaged"), "{stderr}");
}

fn pipe(input: &[u8], args: &[&str]) -> (Option<i32>, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_apiaudit"));
    let mut child = child.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn what_cannot_be_read_ends_with_3_and_says_where() {
    let whole = format!("{:#}", small());
    check(&whole[..whole.len() / 2], &[]).refuses(3, "a.sarif: line ");
    check("", &[]).refuses(3, "a.sarif: line 1, column 1: the file is empty");
    check(&"[".repeat(100_000), &[]).refuses(3, "nested deeper than 128 levels");
    Apiaudit::new().args(["sarif-check", "gone.sarif"]).run().refuses(3, "gone.sarif: it cannot be read");
    Apiaudit::new().args(["sarif-check", "."]).run().refuses(3, ".: ");
    // A program gets it as JSON, too, and the other files are looked at.
    let run = Apiaudit::new().args(["sarif-check", "--json", "bad", "good", "gone"]);
    write(&run.home().join("bad"), "{");
    write(&run.home().join("good"), &small().to_string());
    let document = run.run().ends(3).json();
    let verdicts: Vec<&str> = document["files"].as_array().unwrap().iter().map(|file| file["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["unreadable", "taken", "unreadable"]);
    assert_eq!(document["files"][0]["error"]["line"], 1);
    assert_eq!(document["files"][2]["error"].get("line"), None);
}

#[test]
fn wrong_usage_ends_with_2() {
    for args in [&["sarif-check"][..], &["sarif-check", "a", "--nonsense"], &["sarif-check", "-", "-"]] {
        let ran = Apiaudit::new().args(args).run();
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?}: {}", ran.stderr);
    }
}

#[test]
fn documents_fit_their_schema() {
    let schema: Value = serde_json::from_str(&text_of(&repository("docs/sarif-check.schema.json"))).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    for text in ["{}", "", "[1", &small().to_string()] {
        let document = check(text, &["--json"]).json();
        let errors: Vec<String> = schema.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}\n{document:#}");
    }
}

#[test]
fn a_reader_may_go_away() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("a.sarif");
    write(&file, "{}");
    let mut child = Command::new(env!("CARGO_BIN_EXE_apiaudit"));
    let mut child = child.arg("sarif-check").arg(&file).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(1), &b""[..]));
}

fn error(kind: &str) -> Vec<(String, String)> {
    vec![("error".to_owned(), kind.to_owned())]
}

fn warning(kind: &str) -> Vec<(String, String)> {
    vec![("warning".to_owned(), kind.to_owned())]
}

/// A log for a number, the largest number that is shown whole, the largest that is taken, and the name of the limit.
type Limited = (fn(usize) -> Value, Option<usize>, usize, &'static str);

const LIMITS: [Limited; 7] = [
    (|runs| log(&(0..runs).map(|number| run(&format!("{number}/"), &[rule("a")], &[])).collect::<Vec<_>>()), None, 20, "runs-per-file"),
    (|results| log(&[run("c/", &[rule("a")], &(0..results).map(result).collect::<Vec<_>>())]), Some(5_000), 25_000, "results-per-run"),
    (
        |rules| log(&[run("c/", &(0..rules).map(|number| rule(&number.to_string())).collect::<Vec<_>>(), &[])]),
        None,
        25_000,
        "rules-per-run",
    ),
    (
        |extensions| {
            let mut log = small();
            log["runs"][0]["tool"]["extensions"] = (0..extensions).map(|number| json!({"name": number.to_string()})).collect();
            log
        },
        None,
        100,
        "extensions-per-run",
    ),
    (
        |steps| {
            // Two flows: the steps of all of them count.
            let mut log = small();
            let step = json!({"location": result(0)["locations"][0]});
            let flow = |steps| json!({"threadFlows": [{"locations": vec![step.clone(); steps]}]});
            log["runs"][0]["results"][0]["codeFlows"] = json!([flow(steps / 2), flow(steps - steps / 2)]);
            log
        },
        Some(1_000),
        10_000,
        "steps-per-result",
    ),
    (
        |tags| {
            let mut log = small();
            log["runs"][0]["tool"]["driver"]["rules"][0]["properties"] =
                json!({"tags": (0..tags).map(|tag| tag.to_string()).collect::<Vec<_>>()});
            log
        },
        Some(10),
        20,
        "tags-per-rule",
    ),
    (
        |locations| {
            let mut log = small();
            log["runs"][0]["results"][0]["locations"] = vec![result(0)["locations"][0].clone(); locations].into();
            log
        },
        Some(100),
        1_000,
        "locations-per-result",
    ),
];

#[test]
fn at_a_limit_is_within_and_one_more_is_not() {
    for (make, shown, taken, kind) in LIMITS {
        let told = |number| {
            let mut found = found(&make(number));
            // More than one location is told in any case.
            found.retain(|(_, kind)| kind != "further-locations");
            found
        };
        if let Some(shown) = shown {
            assert_eq!(told(shown), [], "{kind} at {shown}");
            assert_eq!(told(shown + 1), warning(kind), "{kind} beyond {shown}");
        }
        let at_the_limit = if shown.is_some() { warning(kind) } else { Vec::new() };
        assert_eq!(told(taken), at_the_limit, "{kind} at {taken}");
        assert_eq!(told(taken + 1), error(kind), "{kind} beyond {taken}");
    }
}

#[test]
fn texts_at_their_limit_are_shown_whole() {
    for (member, most, kind) in [("name", 255, "name-too-long"), ("shortDescription", 1_024, "description-too-long")] {
        let told = |length: usize| {
            let mut log = small();
            let text = "ü".repeat(length);
            let value = if member == "name" { json!(text) } else { json!({"text": text}) };
            log["runs"][0]["tool"]["driver"]["rules"][0][member] = value;
            found(&log)
        };
        assert_eq!(told(most), [], "{member}");
        assert_eq!(told(most + 1), warning(kind), "{member}");
    }
}

/// Text that does not compress below what its alphabet carries.
fn noise(length: usize) -> String {
    let mut state = 1_u64;
    let letter = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-"[usize::try_from(state >> 58).unwrap()])
    };
    (0..length).map(letter).collect()
}

#[test]
fn the_size_counts_compressed_and_without_blanks() {
    let size = |text: &str| check(text, &["--json"]).json()["files"][0]["compressedBytes"].as_u64().unwrap();
    let mut log = small();
    assert_eq!(size(&log.to_string()), size(&format!("{log:#}{}", " \n".repeat(10_000))));
    log["runs"][0]["properties"] = json!({"noise": noise(13_000_000)});
    assert_eq!(found(&log), []);
    log["runs"][0]["properties"] = json!({"noise": noise(13_500_000)});
    assert_eq!(found(&log), error("file-too-large"));
}
