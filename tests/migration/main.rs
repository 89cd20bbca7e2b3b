//! A simulation of AWS and of the traffic through it, and every fault that a migration may meet there.
//!
//! `APIAUDIT_SEED=7 cargo test --test migration hundreds -- --nocapture` plays one seed, `APIAUDIT_SEEDS=1000` so many; a seed that
//! fails is played again with every call told. `APIAUDIT_LONG=1` with `--release` tries everything: each fault at each call, each cut
//! of a journal at each byte, and twenty thousand seeds with all rules; that takes hours on a small machine.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

mod cloud;
mod every_call;
mod farewell;
mod faults;
mod found;
mod game;
mod gateway;
mod named;
mod names;
mod picture;
mod play;
mod race;
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
const EVERY_TIME: u64 = 300;
/// How many the long run plays.
const LONG: u64 = 20_000;

/// Plays seeds, and tells of all that fail; of the first with everything that happened.
fn seeds(range: std::ops::Range<u64>) -> Vec<Tale> {
    let mut tales = Vec::new();
    let mut failed: Vec<(u64, String)> = Vec::new();
    for (seed, played) in in_parallel(range, told) {
        match played {
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

/// Whether everything is to be tried, which takes minutes: `APIAUDIT_LONG=1 cargo test --release --test migration`.
fn is_long() -> bool {
    std::env::var_os("APIAUDIT_LONG").is_some()
}

/// Every so many; in the long run, every one.
fn stride(usual: usize) -> usize {
    if is_long() { 1 } else { usual }
}

/// Does something for each number, on all processors, in order.
fn in_parallel<T: Send>(range: std::ops::Range<u64>, work: impl Fn(u64) -> T + Sync) -> Vec<(u64, T)> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let share = |first: u64| range.clone().skip(usize::try_from(first).unwrap()).step_by(usize::try_from(threads).unwrap());
    let mut all: Vec<(u64, T)> = std::thread::scope(|scope| {
        let work = &work;
        let running: Vec<_> = (0..threads)
            .map(|first| {
                let numbers = share(first);
                scope.spawn(move || numbers.map(|number| (number, work(number))).collect::<Vec<_>>())
            })
            .collect();
        running.into_iter().flat_map(|thread| thread.join().unwrap_or_else(|payload| std::panic::resume_unwind(payload))).collect()
    });
    all.sort_by_key(|(number, _)| *number);
    all
}

/// Plays a seed, and names it should the simulation itself stop.
fn told(seed: u64) -> Result<Tale, (String, Vec<String>)> {
    std::panic::catch_unwind(|| play(seed, false)).unwrap_or_else(|_| Err((format!("seed {seed}: the simulation stopped"), Vec::new())))
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
    let tales = seeds(0..from_environment("APIAUDIT_SEEDS").unwrap_or(if is_long() { LONG } else { EVERY_TIME }));
    let count = |is: fn(&Tale) -> bool| tales.iter().filter(|tale| is(tale)).count();
    let sum = |of: fn(&Tale) -> usize| tales.iter().map(of).sum::<usize>();
    eprintln!("{} applied, {} restored, {} stuck", count(|tale| tale.applied), count(|tale| tale.restored), count(|tale| tale.stuck));
    let mut by_strategy: std::collections::BTreeMap<&str, (usize, usize)> = std::collections::BTreeMap::new();
    for tale in &tales {
        let counts = by_strategy.entry(&tale.strategy).or_default();
        counts.0 += usize::from(tale.applied);
        counts.1 += usize::from(tale.restored);
    }
    eprintln!("applied and restored: {by_strategy:?}");
    eprintln!(
        "{} runs, {} calls, {} h",
        sum(|tale| tale.runs),
        sum(|tale| tale.calls),
        tales.iter().map(|tale| tale.seconds).sum::<u64>() / 3_600
    );
}
