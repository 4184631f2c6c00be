//! One emit of an `#[event(async)]` whose handlers never wait, so that only dispatch is measured.

#![allow(missing_docs)]

use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use criterion::{Criterion, criterion_group, criterion_main};
use events_benches::contenders::{AMOUNT, bus};
use events_benches::workload::{
    Async, AsyncBusy1, AsyncBusy4, AsyncBusy16, AsyncBusy64, AsyncTrivial1, AsyncTrivial4, AsyncTrivial16,
    AsyncTrivial64, checked,
};

/// Polls a future once, because a runtime would add its own cost to each contender.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("no handler waits"),
    }
}

async fn pointers<W: Async>(event: &W::Event) -> u32 {
    let mut ran = 0;
    for handler in black_box(W::POINTERS) {
        ran += checked(handler(event).await);
    }
    ran
}

fn emit_async<W: Async>(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group(format!("emit_async/{}/{}", W::WORK.name(), W::HANDLERS));
    let (event, fused, bus) = (W::event(AMOUNT), W::fused(AMOUNT), bus::bus());
    group.bench_function("direct calls, results checked", |bencher| {
        bencher.iter(|| ready(W::direct(black_box(&event))));
    });
    group.bench_function("slice of function pointers, boxed futures", |bencher| {
        bencher.iter(|| ready(pointers::<W>(black_box(&event))));
    });
    group.bench_function("dispatch_async", |bencher| {
        bencher.iter(|| ready(events::dispatch_async(black_box(&event))));
    });
    group.bench_function("Bus::emit_async", |bencher| {
        bencher.iter(|| ready(bus.emit_async(black_box(&event))));
    });
    group.bench_function("dispatch_async, fused", |bencher| {
        bencher.iter(|| ready(events::dispatch_async(black_box(&fused))));
    });
    group.bench_function("Bus::emit_async, fused", |bencher| {
        bencher.iter(|| ready(bus.emit_async(black_box(&fused))));
    });
    #[cfg(feature = "rivals")]
    group.bench_function("jaeb, async handlers", {
        use events_benches::contenders::rivals::jaeb_async;
        let contender = jaeb_async::<W>();
        move |bencher| {
            bencher.iter_custom(|emits| {
                let begin = std::time::Instant::now();
                contender.run(emits);
                begin.elapsed()
            });
        }
    });
    group.finish();
}

criterion_group!(
    benches,
    emit_async::<AsyncTrivial1>,
    emit_async::<AsyncTrivial4>,
    emit_async::<AsyncTrivial16>,
    emit_async::<AsyncTrivial64>,
    emit_async::<AsyncBusy1>,
    emit_async::<AsyncBusy4>,
    emit_async::<AsyncBusy16>,
    emit_async::<AsyncBusy64>
);
criterion_main!(benches);
