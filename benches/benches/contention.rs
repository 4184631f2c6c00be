//! Several threads emit on one bus at once, with handlers that count in cells of their thread.
//!
//! The time is that of one emit on one thread. With as many cores as threads, a contender without contention takes as
//! long as with one thread.

#![allow(missing_docs)]

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use events_benches::contenders::{Contender, shared_cases};

const THREADS: [usize; 3] = [1, 2, 4];

/// All threads start together. The time ends with the last one.
fn together(contender: &Contender, threads: usize, emits: u64) -> Duration {
    let start = Barrier::new(threads + 1);
    thread::scope(|scope| {
        let run = || {
            start.wait();
            contender.run(emits);
        };
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        start.wait();
        let begin = Instant::now();
        for thread in running {
            if let Err(panic) = thread.join() {
                std::panic::resume_unwind(panic);
            }
        }
        begin.elapsed()
    })
}

fn contention(criterion: &mut Criterion) {
    for contenders in shared_cases() {
        let (handlers, work) = (contenders[0].handlers, contenders[0].work);
        let mut group = criterion.benchmark_group(format!("contention/{}/{handlers}", work.name()));
        for contender in &contenders {
            for threads in THREADS {
                group.bench_function(BenchmarkId::new(contender.name, threads), |bencher| {
                    bencher.iter_custom(|emits| together(contender, threads, emits));
                });
            }
        }
        group.finish();
    }
}

criterion_group!(benches, contention);
criterion_main!(benches);
