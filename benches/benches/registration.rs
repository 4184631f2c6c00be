//! The cost of registering handlers.
//!
//! Linked tables need no registration. A bus binds all tables of the program at once, so its figure is divided by the
//! number of handlers. The others register the handlers of one event, one by one.

#![allow(missing_docs)]

use std::hint::black_box;
use std::time::Instant;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use events::{DynamicBus, SnapshotBus, TopicBus};
use events_benches::contenders::{boxed, bus, dynamic};
use events_benches::workload::{Plain, Trivial1, Trivial4, Trivial16, Trivial64};

fn linked(criterion: &mut Criterion) {
    let mut handlers = 0;
    events::registry().for_each_handler(|_| handlers += 1);
    let mut group = criterion.benchmark_group("registration/linked");
    group.bench_function(BenchmarkId::new("Bus, all handlers of this program", handlers), |bencher| {
        bencher.iter(|| black_box(bus::bus()));
    });
    group.bench_function(BenchmarkId::new("Bus, for one of them", handlers), |bencher| {
        bencher.iter_custom(|handled| {
            let buses = handled.div_ceil(handlers);
            let begin = Instant::now();
            for _ in 0..buses {
                black_box(bus::bus());
            }
            begin.elapsed().mul_f64(handled as f64 / (buses * handlers) as f64)
        });
    });
    group.finish();
}

fn one_by_one<W: Plain>(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group(format!("registration/one by one/{}", W::HANDLERS));
    group.bench_function("Vec<Box<dyn Fn>>", |bencher| {
        bencher.iter_with_large_drop(boxed::registered::<W>);
    });
    group.bench_function("DynamicBus", |bencher| {
        bencher.iter_with_large_drop(dynamic::registered::<W, DynamicBus>);
    });
    group.bench_function("SnapshotBus", |bencher| {
        bencher.iter_with_large_drop(dynamic::registered::<W, SnapshotBus>);
    });
    group.bench_function("TopicBus", |bencher| {
        bencher.iter_with_large_drop(dynamic::registered::<W, TopicBus>);
    });
    group.finish();
}

criterion_group!(
    benches,
    linked,
    one_by_one::<Trivial1>,
    one_by_one::<Trivial4>,
    one_by_one::<Trivial16>,
    one_by_one::<Trivial64>
);
criterion_main!(benches);
