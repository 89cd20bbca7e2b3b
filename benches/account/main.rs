//! What an account costs to load and to judge, by its size: the cost must grow with the size, not with its square.
//!
//! An account of N holds N load balancers (each with a listener, a security group, a target group and a route that leads
//! to it) and N/10 APIs: about 4 N subjects.
#![expect(clippy::expect_used, reason = "a bench may stop")]

mod generate;

use std::hint::black_box;
use std::time::Duration;

use apiaudit::inventory::snapshot;
use apiaudit::rules::{Rule, RulePack, assess, embedded, facts};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

fn costs(criterion: &mut Criterion) {
    let pack = RulePack::load(embedded().into_iter(), &facts::registry()).expect("the rules are ours");
    let rules: Vec<&Rule> = pack.rules().iter().collect();
    let mut group = criterion.benchmark_group("account");
    group.sample_size(10).measurement_time(Duration::from_secs(10));
    for size in [1_000, 10_000, 100_000] {
        let text = snapshot::write(&generate::account(size));
        let inventory = snapshot::read(&text).expect("the snapshot is ours");
        group.throughput(Throughput::Elements(size as u64));
        group.bench_with_input(BenchmarkId::new("load", size), &text, |bencher, text| {
            bencher.iter(|| snapshot::read(black_box(text)).expect("the snapshot is ours"));
        });
        group.bench_with_input(BenchmarkId::new("assess", size), &inventory, |bencher, inventory| {
            bencher.iter(|| assess(black_box(inventory), &rules, "0.1.0"));
        });
    }
    group.finish();
}

criterion_group!(benches, costs);
criterion_main!(benches);
