//! One emit with each contender, for 1, 4, 16 and 64 handlers.
//!
//! There is a group for each number of handlers and kind of work. The floors are first in each: direct calls are the
//! cost of the handlers themselves, and `harness` is the cost of the loop around each emit.

#![allow(missing_docs)]

use std::time::Instant;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use events_benches::contenders::{cases, harness};

fn dispatch(criterion: &mut Criterion) {
    let harness = harness();
    criterion.bench_function("harness", |bencher| {
        bencher.iter_custom(|emits| {
            let begin = Instant::now();
            harness.run(emits);
            begin.elapsed()
        });
    });
    let backend = events::registry().backend();
    for contenders in cases() {
        let (handlers, work) = (contenders[0].handlers, contenders[0].work);
        let mut group = criterion.benchmark_group(format!("dispatch/{}/{handlers}", work.name()));
        for contender in &contenders {
            // The name includes the backend, because Criterion compares with the previous run, which may have had the
            // other one.
            let way = if contender.way.name() == "static" { backend } else { contender.way.name() };
            group.bench_function(BenchmarkId::new(contender.name, way), |bencher| {
                bencher.iter_custom(|emits| {
                    let begin = Instant::now();
                    contender.run(emits);
                    begin.elapsed()
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, dispatch);
criterion_main!(benches);
