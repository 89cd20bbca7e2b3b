//! Lists come in pages, and their size changes nothing.
#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test stops where something is wrong")]

mod common;

use common::emulator::{EVERYTHING, Emulator};
use common::text_of;
use common::verdicts::timeless;
use serde_json::{Value, json};

/// The report, the inventory and the number of calls of a scan.
fn scan(emulator: &Emulator) -> (Value, Value, u64) {
    let ran = emulator.scan(EVERYTHING).args(["--format", "json", "--all-verdicts", "--save-inventory", "inventory.json"]).run().ends(1);
    let calls = emulator.seen()["total"].as_u64().unwrap();
    (timeless(&ran.stdout), timeless(&text_of(&ran.file("inventory.json"))), calls)
}

#[test]
fn the_size_of_a_page_changes_nothing() {
    let emulator = Emulator::start();
    emulator.seed("everything", EVERYTHING);
    let (report, inventory, calls) = scan(&emulator);
    for size in [1, 2] {
        emulator.relax();
        emulator.shape(&json!({"page": {"*": size}}));
        let (paged_report, paged_inventory, paged_calls) = scan(&emulator);
        assert!(paged_calls > calls + 30, "{paged_calls} calls are too few for pages of {size}: {calls} without");
        assert_eq!(paged_inventory, inventory, "pages of {size}");
        assert_eq!(paged_report, report, "pages of {size}");
    }
}
