//! A clock that the test moves, on lanes whose workers are tasks.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use events::lane::{LaneConfig, Reason};
use events::prelude::*;
use events::testing::{self, Clock};

use crate::{Flaky, HOUR, LONG, account, settle};

/// Never ends, and says when it has begun.
#[event(async)]
pub(crate) struct Endless(pub(crate) Arc<AtomicU32>, pub(crate) Arc<tokio::sync::Semaphore>);

#[handler(timeout = "1h", retry(max = 1, backoff = "1m..1m", jitter = false))]
async fn never_end(event: &Endless) {
    struct Dropped<'a>(&'a AtomicU32);
    impl Drop for Dropped<'_> {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    let _dropped = Dropped(&event.0);
    event.1.add_permits(1);
    std::future::pending::<()>().await;
}

impl Endless {
    pub(crate) fn new() -> (Self, Arc<AtomicU32>, Arc<tokio::sync::Semaphore>) {
        let (dropped, begun) = (Arc::<AtomicU32>::default(), Arc::new(tokio::sync::Semaphore::new(0)));
        (Self(dropped.clone(), begun.clone()), dropped, begun)
    }
}

fn bus(clock: &Clock) -> Bus {
    let lane = LaneConfig::new(LaneConfig::DEFAULT).tokio(tokio::runtime::Handle::current()).workers(2);
    testing::builder().lane(lane).clock(clock).build().unwrap()
}

async fn settle_async(bus: &Bus) {
    assert!(testing::settle_async(bus, LONG).await, "not settled in time: {}", bus.account());
}

#[tokio::test]
async fn a_handler_is_cancelled_when_the_clock_passes_its_timeout() {
    let clock = Clock::new();
    let bus = bus(&clock);
    let (event, dropped, begun) = Endless::new();
    bus.send(event).unwrap();
    begun.acquire().await.unwrap().forget();
    clock.advance(HOUR - Duration::from_secs(1));
    tokio::task::yield_now().await;
    assert_eq!(dropped.load(Ordering::Relaxed), 0);
    clock.advance(Duration::from_secs(1));
    settle_async(&bus).await;
    assert_eq!((dropped.load(Ordering::Relaxed), account(&bus)), (1, (0, 0, 1)));
    clock.advance(Duration::from_secs(60));
    begun.acquire().await.unwrap().forget();
    clock.advance(HOUR * 2);
    settle_async(&bus).await;
    assert_eq!((dropped.load(Ordering::Relaxed), account(&bus)), (2, (0, 1, 0)));
    let letter = &bus.dead_letters().list()[0];
    assert_eq!((letter.reason, letter.attempts[0].took), (Reason::TimedOut, Some(HOUR)));
    assert_eq!(letter.attempts[1].took, Some(HOUR * 2));
    let _ = bus.shutdown_async(LONG).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn retries_of_tasks_go_by_the_clock() {
    let clock = Clock::new();
    let bus = bus(&clock);
    let (event, runs) = Flaky::new(2);
    bus.send(event).unwrap();
    for run in 1..=3 {
        settle_async(&bus).await;
        assert_eq!(runs.load(Ordering::Relaxed), run);
        clock.advance(HOUR);
    }
    settle_async(&bus).await;
    assert_eq!(account(&bus), (1, 0, 0));
    let waits = bus.clone();
    tokio::task::spawn_blocking(move || settle(&waits)).await.unwrap();
    let _ = bus.shutdown_async(LONG).await;
}
