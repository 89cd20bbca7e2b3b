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
    emulator.scan(EVERYTHING).run().ends(1);
    let mut made = only_reads(&emulator);
    // What a scan asks instead where an export is refused.
    emulator.shape(&json!({"deny": ["apigateway.GetExport", "apigatewayv2.ExportApi"]}));
    emulator.scan(EVERYTHING).run().ends(1);
    made.append(&mut only_reads(&emulator));
    assert!(made.len() > 40, "{made:?}");

    let policy = Apiaudit::new().arg("policy").run().ends(0).json();
    let allowed = allowed(&policy);
    let missing: Vec<&String> = made.iter().filter(|name| !allowed.contains(calls::find(name).unwrap().action)).collect();
    assert!(missing.is_empty(), "the policy lacks what these need: {missing:?}");
    for action in &allowed {
        let verb = action.split_once(':').unwrap().1;
        let reads = ["Describe", "Get", "List", "GET"].iter().any(|read| verb.starts_with(read));
        assert!(reads && !action.contains('*'), "the policy allows {action}");
    }
}
