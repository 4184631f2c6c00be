//! Tokio's paused time: a lane on that runtime goes by the runtime's clock.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use events::lane::{LaneConfig, Reason};
use events::prelude::*;
use events::testing;
use tokio::time::Instant;

use crate::tasks::Endless;
use crate::{Flaky, HOUR, Note, account};

fn bus() -> Bus {
    let lane = LaneConfig::new(LaneConfig::DEFAULT).tokio(tokio::runtime::Handle::current());
    testing::builder().lane(lane).build().unwrap()
}

/// Paused time goes on by itself when all tasks wait, up to what they wait for.
#[tokio::test(start_paused = true)]
async fn retries_and_delays_pass_at_once() {
    let (bus, start) = (bus(), Instant::now());
    let (event, runs) = Flaky::new(2);
    let seen = Arc::<Mutex<Vec<u32>>>::default();
    bus.send(event).unwrap();
    bus.send_after(Note(1, seen.clone()), HOUR * 20).unwrap();
    assert!(bus.drain_async(HOUR * 100).await);
    assert_eq!((runs.load(Ordering::Relaxed), account(&bus)), (3, (2, 0, 0)));
    assert_eq!(start.elapsed().as_secs(), HOUR.as_secs() * 20);
    assert!(bus.shutdown_async(HOUR).await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_test_may_move_it_by_hand() {
    let bus = bus();
    let (event, runs) = Flaky::new(1);
    bus.send(event).unwrap();
    // The first run is before the move, so that the retry counts from here.
    while runs.load(Ordering::Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    tokio::time::advance(HOUR / 2).await;
    assert_eq!(runs.load(Ordering::Relaxed), 1);
    tokio::time::advance(HOUR / 2 + Duration::from_millis(1)).await;
    assert!(bus.drain_async(Duration::from_secs(1)).await);
    assert_eq!((runs.load(Ordering::Relaxed), account(&bus)), (2, (1, 0, 0)));
    assert!(bus.shutdown_async(HOUR).await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn timeouts_pass_at_once() {
    let (bus, start) = (bus(), Instant::now());
    let (event, dropped, _) = Endless::new();
    bus.send(event).unwrap();
    assert!(bus.drain_async(HOUR * 100).await);
    assert_eq!((dropped.load(Ordering::Relaxed), account(&bus)), (2, (0, 1, 0)));
    assert_eq!(bus.dead_letters().list()[0].reason, Reason::TimedOut);
    assert_eq!(start.elapsed().as_secs(), HOUR.as_secs() * 2 + 60);
    assert!(bus.shutdown_async(HOUR).await.is_clean());
}

#[event(async)]
struct Order(bool);

#[handler(breaker(failures = 1, cool_down = "1h"))]
async fn charge(order: &Order) -> Result<(), &'static str> {
    if order.0 { Ok(()) } else { Err("the bank is down") }
}

#[tokio::test(start_paused = true)]
async fn breakers_cool_down_by_it() {
    let bus = bus();
    for succeeds in [false, true] {
        bus.send(Order(succeeds)).unwrap();
    }
    assert!(bus.drain_async(HOUR).await);
    assert_eq!(account(&bus), (0, 2, 0));
    tokio::time::advance(HOUR + Duration::from_millis(1)).await;
    bus.send(Order(true)).unwrap();
    assert!(bus.drain_async(HOUR).await);
    assert_eq!(account(&bus), (1, 2, 0));
    assert!(bus.shutdown_async(HOUR).await.is_clean());
}

/// A retry that is due before the end is run; one after it is named as left, at once.
#[tokio::test(start_paused = true)]
async fn a_shutdown_has_as_much_of_it_as_it_was_given() {
    tokio::time::advance(HOUR * 24).await;
    let start = Instant::now();
    let first = bus();
    first.send(Flaky::new(1).0).unwrap();
    let report = first.shutdown_async(HOUR * 2).await;
    assert_eq!((report.account.handled, report.is_final), (1, true), "{report}");
    assert_eq!(start.elapsed().as_secs(), HOUR.as_secs());

    let second = bus();
    second.send(Flaky::new(1).0).unwrap();
    let report = second.shutdown_async(HOUR / 2).await;
    assert_eq!((report.account.left, report.is_final), (1, true), "{report}");
    assert_eq!(start.elapsed().as_secs(), HOUR.as_secs());
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_ends_when_its_time_is_up() {
    let bus = bus();
    let (event, _, begun) = Endless::new();
    bus.send(event).unwrap();
    begun.acquire().await.unwrap().forget();
    let start = Instant::now();
    let report = bus.shutdown_async(Duration::from_secs(60)).await;
    assert!(report.is_final && report.running.len() == 1, "{report}");
    assert!(start.elapsed() < HOUR);
}
