//! Inventories that are saved and scanned again: the same reports, byte for byte, and no secret in any of them.
#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test stops where something is wrong")]

mod common;

use std::path::Path;

use common::emulator::{BEFORE, EVERYTHING, Shared};
use common::program::{Apiaudit, Ran};
use common::verdicts::timeless;
use common::{bytes_of, text_of};
use serde_json::json;

const ALL_FORMATS: [&str; 7] = ["--format", "table", "--format", "json=report.json", "--format", "sarif=report.sarif", "--all-verdicts"];

/// The table, the JSON report and the SARIF log of a run.
fn reports(ran: &Ran) -> [Vec<u8>; 3] {
    [ran.stdout.clone().into_bytes(), bytes_of(&ran.file("report.json")), bytes_of(&ran.file("report.sarif"))]
}

fn again(inventory: &Path) -> Ran {
    Apiaudit::new().args(["scan", "--inventory"]).arg(inventory).args(ALL_FORMATS).run()
}

#[test]
fn a_saved_inventory_gives_the_same_reports_byte_for_byte() {
    let aws = Shared::get();
    // A denial, so that gaps are saved too.
    aws.shape(&json!({"deny": ["ec2.DescribeSubnets", "ecs.DescribeServices"]}));
    for name in ["inventory.json", "inventory.json.gz"] {
        let live = aws.scan(EVERYTHING).args(ALL_FORMATS).args(["--save-inventory", name]).run().ends(1);
        let saved = again(&live.file(name)).ends(1);
        for (place, (live, saved)) in reports(&live).into_iter().zip(reports(&saved)).enumerate() {
            assert!(live == saved, "report {place} of {name} differs:\n{}", String::from_utf8_lossy(&saved));
        }
        // Saved once more, it is the same file.
        let copy = Apiaudit::new().args(["scan", "--inventory"]).arg(live.file(name)).args(["--save-inventory", name]).run().ends(1);
        assert!(bytes_of(&copy.file(name)) == bytes_of(&live.file(name)), "{name} is another when saved again");
    }
}

#[test]
fn a_compressed_inventory_is_the_same_and_smaller() {
    let ran = Shared::get().scan(EVERYTHING).args(["--save-inventory", "inventory.json.gz"]).run().ends(1);
    let packed = bytes_of(&ran.file("inventory.json.gz"));
    assert_eq!(packed[..2], [0x1f, 0x8b]);
    let plain = Apiaudit::new()
        .args(["scan", "--inventory"])
        .arg(ran.file("inventory.json.gz"))
        .args(["--save-inventory", "plain.json", "--fail-on", "none"])
        .run()
        .ends(0);
    assert!(bytes_of(&plain.file("plain.json")).len() > 3 * packed.len());
}

#[test]
fn two_scans_differ_in_nothing_but_the_time() {
    let aws = Shared::get();
    let scan = || aws.scan(EVERYTHING).args(["--format", "json", "--all-verdicts", "--save-inventory", "inventory.json"]).run().ends(1);
    let (one, other) = (scan(), scan());
    assert_eq!(timeless(&one.stdout), timeless(&other.stdout));
    // As text, so that the order of fields counts too.
    let text = |ran: &Ran| {
        let text = text_of(&ran.file("inventory.json"));
        let time = serde_json::from_str::<serde_json::Value>(&text).unwrap()["taken_at"].as_str().unwrap().to_owned();
        text.replace(&time, "")
    };
    assert_eq!(text(&one), text(&other));
}

/// The scenario puts `not-a-secret` wherever a secret may stand: a header that a rule expects or an integration sends, an
/// OIDC client's secret, stage variables that no integration uses, and a container's environment.
#[test]
fn no_secret_is_kept_or_shown() {
    let aws = Shared::get();
    for deny in [json!([]), json!(["apigateway.GetExport", "apigatewayv2.ExportApi"])] {
        aws.relax();
        aws.shape(&json!({"deny": deny}));
        let ran = aws.scan(EVERYTHING).args(ALL_FORMATS).args(["--save-inventory", "inventory.json", "--stats"]).run().ends(1);
        let inventory = text_of(&ran.file("inventory.json"));
        assert!(!inventory.contains("not-a-secret"), "{}", around(&inventory, "not-a-secret"));
        for report in reports(&ran).iter().map(|bytes| String::from_utf8_lossy(bytes)).chain([ran.stderr.as_str().into()]) {
            assert!(!report.contains("not-a-secret"), "{}", around(&report, "not-a-secret"));
        }
        // That the names are there shows that the values were.
        assert!(inventory.contains("X-Origin-Verify"));
        assert!(inventory.contains("\"password\""));
    }
}

/// What stands around the first place of some words.
fn around<'a>(text: &'a str, words: &str) -> &'a str {
    let place = text.find(words).unwrap_or_default();
    &text[text.floor_char_boundary(place.saturating_sub(200))..text.floor_char_boundary(place + 60)]
}

#[test]
fn a_file_that_cannot_be_written_is_refused_before_anything_is_asked() {
    let aws = Shared::get();
    for arguments in [["--save-inventory", "missing/inventory.json"], ["--format", "json=missing/report.json"]] {
        aws.scan(BEFORE).args(arguments).run().refuses(2, "there is no folder missing");
    }
    assert!(aws.calls().is_empty());
}
