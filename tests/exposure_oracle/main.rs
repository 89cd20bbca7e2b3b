//! Exposure against an oracle that was written apart from the engine: it walks one packet after another through a random
//! network, and shares no code with what it checks.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

mod hiding;
mod oracle;
mod world;

use std::cell::Cell;
use std::net::IpAddr;

use apiaudit::inventory::NetworkInterface;
use apiaudit::network::{AddressSet, Bounds, Exposure, Network, Transport};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseResult, TestRunner};

use oracle::{Oracle, Place};
use world::{World, samples, worlds};

/// How many random networks every test run looks at: each is asked about two or three listeners, three interfaces and some targets.
const EVERY_TIME: u32 = 1_000;
/// How many the long run looks at.
const LONG: u32 = 120_000;

fn run(cases: u32, check: impl Fn(World) -> TestCaseResult) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new(config).run(&worlds(), check).unwrap_or_else(|failure| panic!("{failure}"));
}

thread_local! {
    /// How many questions the engine and the oracle were asked.
    static ASKED: Cell<u64> = const { Cell::new(0) };
    /// Where in the list of addresses the next question starts: the short run looks at every fourth.
    static START: Cell<usize> = const { Cell::new(0) };
    static STEP: Cell<usize> = const { Cell::new(4) };
}

fn same(what: &str, place: Place, bounds: &Bounds, tell: impl Fn(IpAddr) -> Option<bool>) -> TestCaseResult {
    ASKED.set(ASKED.get() + 1);
    START.set((START.get() + 1) % STEP.get());
    for address in samples().iter().skip(START.get()).step_by(STEP.get()) {
        let (ours, theirs) = (bounds.contains(*address), tell(*address));
        prop_assert_eq!(ours, theirs, "{} from {} {:?}: the engine says the first, the oracle the second", what, address, place);
    }
    Ok(())
}

fn consistent(exposure: &Exposure) -> TestCaseResult {
    for bounds in [&exposure.internet, &exposure.inside] {
        prop_assert!(bounds.surely.is_subset(&bounds.perhaps));
    }
    prop_assert!(exposure.internet.perhaps.is_subset(AddressSet::public()));
    let exact = exposure.internet.is_exact() && exposure.inside.is_exact();
    prop_assert_eq!(exact, exposure.gaps.is_empty(), "{:?}", exposure);
    prop_assert_eq!(exposure.internet.is_exact(), exposure.internet_gaps.is_empty());
    prop_assert!(exposure.gaps.is_sorted() && exposure.internet_gaps.iter().all(|gap| exposure.gaps.contains(gap)));
    Ok(())
}

fn listeners_agree(world: &World) -> TestCaseResult {
    let (network, oracle) = (Network::new(&world.region), Oracle::new(&world.region));
    for balancer in &world.region.load_balancers {
        for listener in &balancer.listeners {
            let exposure = network.listener(balancer, listener);
            consistent(&exposure)?;
            for (place, bounds) in [(Place::Internet, &exposure.internet), (Place::Inside, &exposure.inside)] {
                same(&listener.arn, place, bounds, |address| oracle.listener(balancer, listener, address, place))?;
            }
        }
    }
    Ok(())
}

fn interfaces_agree(world: &World) -> TestCaseResult {
    let (network, oracle) = (Network::new(&world.region), Oracle::new(&world.region));
    for interface in &world.region.network_interfaces {
        let (transport, port) = world.asked;
        let exposure = network.interface(interface, transport, port);
        consistent(&exposure)?;
        for (place, bounds) in [(Place::Internet, &exposure.internet), (Place::Inside, &exposure.inside)] {
            same(&interface.id, place, bounds, |address| oracle.interface(interface, transport, port, address, place))?;
        }
    }
    Ok(())
}

fn targets_agree(world: &World) -> TestCaseResult {
    let (network, oracle) = (Network::new(&world.region), Oracle::new(&world.region));
    let everybody = Exposure {
        internet: Bounds::exactly(AddressSet::public().clone()),
        inside: Bounds::exactly(AddressSet::all().clone()),
        ..Exposure::nobody()
    };
    for balancer in &world.region.load_balancers {
        for group in &world.region.target_groups {
            for target in group.targets.known().into_iter().flatten() {
                let exposure = network.through(balancer, group, target, &everybody);
                consistent(&exposure)?;
                same(&target.id, Place::Inside, &exposure.inside, |address| oracle.through(balancer, group, target, address))?;
            }
        }
    }
    Ok(())
}

fn all_agree(world: &World) -> TestCaseResult {
    listeners_agree(world)?;
    interfaces_agree(world)?;
    targets_agree(world)
}

#[test]
fn the_oracle_agrees() {
    run(EVERY_TIME, |world| all_agree(&world));
    assert!(ASKED.get() > 10_000, "only {} questions were asked", ASKED.get());
}

#[test]
#[ignore = "takes minutes: cargo test --release --test exposure_oracle -- --ignored"]
fn the_oracle_agrees_in_the_long_run() {
    STEP.set(1);
    run(LONG, |world| all_agree(&world));
    eprintln!("{LONG} networks, {} questions of {} addresses each: no disagreement", ASKED.get(), samples().len());
}

/// What the random networks are made of must not be all alike: each answer comes up often, in each place.
#[test]
fn the_random_networks_are_worth_asking() {
    use std::cell::RefCell;
    let seen = RefCell::new(std::collections::BTreeMap::<(Place, Option<bool>), u32>::new());
    run(300, |world| {
        let network = Network::new(&world.region);
        for balancer in &world.region.load_balancers {
            for listener in &balancer.listeners {
                let exposure = network.listener(balancer, listener);
                for (place, bounds) in [(Place::Internet, &exposure.internet), (Place::Inside, &exposure.inside)] {
                    for address in samples() {
                        *seen.borrow_mut().entry((place, bounds.contains(*address))).or_default() += 1;
                    }
                }
            }
        }
        Ok(())
    });
    for place in [Place::Internet, Place::Inside] {
        for answer in [Some(true), Some(false), None] {
            let count = seen.borrow().get(&(place, answer)).copied().unwrap_or_default();
            assert!(count > 1_000, "{place:?} {answer:?} came up only {count} times");
        }
    }
}

/// The interface of a world that the other properties ask about, too.
fn exposures(world: &World) -> Vec<Exposure> {
    let network = Network::new(&world.region);
    let (transport, port): (Transport, u16) = world.asked;
    let mut all = Vec::new();
    for balancer in &world.region.load_balancers {
        for listener in &balancer.listeners {
            let clients = network.listener(balancer, listener);
            for group in &world.region.target_groups {
                all.extend(group.targets.known().into_iter().flatten().map(|target| network.through(balancer, group, target, &clients)));
            }
            all.push((*clients).clone());
        }
    }
    all.extend(world.interfaces.iter().map(|interface: &NetworkInterface| network.interface(interface, transport, port)));
    all
}
