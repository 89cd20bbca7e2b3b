//! Monotone under unknowns: hiding any input only widens the bounds.

use apiaudit::inventory::LoadBalancer;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseResult, TestRunner};

use super::world::{World, partly, unread, worlds};
use super::{EVERY_TIME, LONG, exposures};

/// Hides one input of a world: which, and what is kept of a list.
fn hide(world: &mut World, what: u8, keep: u8) {
    let region = &mut world.region;
    let balancer = |region: &mut apiaudit::inventory::Region, change: &dyn Fn(&mut LoadBalancer)| {
        let at = usize::from(keep) % region.load_balancers.items.len();
        change(&mut region.load_balancers.items[at]);
    };
    match what {
        0 => partly(&mut region.vpcs, keep),
        1 => partly(&mut region.subnets, keep),
        2 => partly(&mut region.route_tables, keep),
        3 => partly(&mut region.network_acls, keep),
        4 => partly(&mut region.security_groups, keep),
        5 => partly(&mut region.prefix_lists, keep),
        6 => partly(&mut region.network_interfaces, keep),
        7 => region.prefix_lists.items.iter_mut().skip(usize::from(keep) % 3).take(1).for_each(|list| list.entries = unread()),
        8 => region
            .subnets
            .items
            .iter_mut()
            .skip(usize::from(keep) % 4)
            .take(1)
            .for_each(|subnet| subnet.internet_gateway_block_mode = unread()),
        9 => balancer(region, &|balancer| balancer.attributes = unread()),
        10 => region.target_groups.items.iter_mut().for_each(|group| group.attributes = unread()),
        11 => balancer(region, &|balancer| balancer.scheme = None),
        12 => balancer(region, &|balancer| balancer.ip_address_type = None),
        13 => balancer(region, &|balancer| balancer.listeners.items.iter_mut().for_each(|listener| listener.port = None)),
        14 => balancer(region, &|balancer| balancer.listeners.items.iter_mut().for_each(|listener| listener.protocol = None)),
        15 => balancer(region, &|balancer| balancer.zones.iter_mut().for_each(|zone| zone.subnet_id = None)),
        16 => region.target_groups.items.iter_mut().for_each(|group| group.ip_address_type = None),
        _ => region.target_groups.items.iter_mut().for_each(|group| group.protocol = None),
    }
}

fn hiding_widens(world: &World, what: u8, keep: u8) -> TestCaseResult {
    let mut less = world.clone();
    hide(&mut less, what, keep);
    for (known, hidden) in exposures(world).iter().zip(exposures(&less)) {
        for (known, hidden) in [(&known.internet, &hidden.internet), (&known.inside, &hidden.inside)] {
            prop_assert!(hidden.surely.is_subset(&known.surely), "hiding {} makes more certain", what);
            prop_assert!(known.perhaps.is_subset(&hidden.perhaps), "hiding {} makes less possible", what);
        }
    }
    Ok(())
}

fn run(cases: u32) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let input = (worlds(), 0_u8..18, any::<u8>());
    TestRunner::new(config)
        .run(&input, |(world, what, keep)| hiding_widens(&world, what, keep))
        .unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn hiding_an_input_only_widens_the_bounds() {
    run(EVERY_TIME);
}

#[test]
#[ignore = "takes minutes: cargo test --release --test exposure_oracle -- --ignored"]
fn hiding_an_input_only_widens_the_bounds_in_the_long_run() {
    run(LONG);
}
