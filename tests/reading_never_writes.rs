//! The promise that reading never writes, held on the wire.
#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test stops where something is wrong")]

mod common;

use std::collections::BTreeSet;

use apiaudit::collect::calls;
use common::emulator::{EVERYTHING, Emulator, counts};
use common::program::Apiaudit;
use serde_json::{Value, json};

/// What went over the wire: nothing that writes, and nothing that the table of calls does not hold.
#[track_caller]
fn only_reads(emulator: &Emulator) -> BTreeSet<String> {
    let seen = emulator.seen();
    assert_eq!(seen["not_reads"], json!({}));
    let made: BTreeSet<String> = counts(&seen["calls"]).into_keys().collect();
    let strangers: Vec<&String> = made.iter().filter(|name| calls::find(name).is_none()).collect();
    assert!(strangers.is_empty(), "not in the table: {strangers:?}");
    made
}

/// The actions that a policy document allows.
fn allowed(policy: &Value) -> BTreeSet<String> {
    let statements = policy["Statement"].as_array().unwrap().iter();
    let actions =
        statements.filter(|statement| statement["Effect"] == "Allow").flat_map(|statement| statement["Action"].as_array().unwrap());
    actions.map(|action| action.as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_scan_only_reads_and_the_policy_covers_it() {
    let emulator = Emulator::start();
    emulator.seed("everything", EVERYTHING);
    let mut sizes = Vec::new();
    for asked in [&["--only", "failed-vpc-link"][..], &[], &["--save-inventory"]] {
        let file = if asked == ["--save-inventory"] { &["inventory.json"][..] } else { &[] };
        let mut made = BTreeSet::new();
        // Twice: with what is asked instead where an export is refused.
        for denied in [json!([]), json!(["apigateway.GetExport", "apigatewayv2.ExportApi"])] {
            emulator.relax();
            emulator.shape(&json!({"deny": denied}));
            emulator.scan(EVERYTHING).args(asked).args(file).run().ends(1);
            made.append(&mut only_reads(&emulator));
        }
        let policy = Apiaudit::new().arg("policy").args(asked).run().ends(0).json();
        let allowed = allowed(&policy);
        let missing: Vec<&String> = made.iter().filter(|name| !allowed.contains(calls::find(name).unwrap().action)).collect();
        assert!(missing.is_empty(), "the policy lacks what these need: {missing:?}");
        for action in &allowed {
            let verb = action.split_once(':').unwrap().1;
            let reads = ["Describe", "Get", "List", "GET"].iter().any(|read| verb.starts_with(read));
            assert!(reads && !action.contains('*'), "the policy allows {action}");
        }
        sizes.push(made.len());
    }
    // What no rule of the run asks for is not read, unless for an inventory.
    assert!(sizes[0] > 25 && sizes[1] > sizes[0] && sizes[2] >= sizes[1] && sizes[2] > 40, "{sizes:?}");
}
