//! A simulation of AWS and of the traffic through it, and every fault that a migration may meet there.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

mod cloud;
mod faults;
mod gateway;
mod names;
mod picture;
mod play;
mod reading;
mod removals;
mod rng;
mod rollouts;
mod scene;
mod settings;
mod store;
mod things;
mod traffic;
mod world;

use play::{Tale, play};

/// How many seeds every test run plays.
const EVERY_TIME: u64 = 400;

/// Plays seeds, and tells of all that fail; of the first with everything that happened.
fn seeds(range: std::ops::Range<u64>) -> Vec<Tale> {
    let mut tales = Vec::new();
    let mut failed: Vec<(u64, String)> = Vec::new();
    for seed in range {
        match play(seed, false) {
            Ok(tale) => tales.push(tale),
            Err((why, _)) => failed.push((seed, why)),
        }
    }
    if let Some((first, _)) = failed.first() {
        let reasons: Vec<&str> = failed.iter().map(|(_, why)| why.as_str()).collect();
        let trace = play(*first, true).map_or_else(|(_, trace)| trace, |_| vec!["it did not fail again".to_owned()]);
        panic!("{}\n{} seeds failed:\n{}", trace.join("\n"), failed.len(), reasons.join("\n"));
    }
    tales
}

fn from_environment(name: &str) -> Option<u64> {
    std::env::var_os(name)?.to_str()?.parse().ok()
}

#[test]
fn hundreds_of_seeds() {
    if let Some(seed) = from_environment("APIAUDIT_SEED") {
        eprintln!("{:?}", seeds(seed..seed + 1));
        return;
    }
    let tales = seeds(0..from_environment("APIAUDIT_SEEDS").unwrap_or(EVERY_TIME));
    let count = |is: fn(&Tale) -> bool| tales.iter().filter(|tale| is(tale)).count();
    eprintln!("{} applied, {} restored, {} stuck", count(|tale| tale.applied), count(|tale| tale.restored), count(|tale| tale.stuck));
}
