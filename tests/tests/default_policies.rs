//! Policies of a whole lane or bus, for handlers that say nothing of the kind themselves.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use events::handler::{Breaker, Policy, Retry};
use events::lane::{LaneConfig, Reason};
use events::prelude::*;
use events::testing::{self, Clock};

const LONG: Duration = Duration::from_secs(60);
const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

fn retry(retries: u32, after: Duration) -> Retry {
    Retry::new(retries).backoff(after, after).jitter(events::handler::Jitter::None)
}

/// Counts its runs, and always fails.
#[event]
struct Fails(Arc<AtomicU32>, Arc<AtomicU32>);

#[handler]
fn says_nothing(event: &Fails) -> Result<(), &'static str> {
    event.0.fetch_add(1, Ordering::Relaxed);
    Err("always")
}

#[handler(retry(max = 1, backoff = "1h..1h", jitter = false))]
fn has_its_own(event: &Fails) -> Result<(), &'static str> {
    event.1.fetch_add(1, Ordering::Relaxed);
    Err("always")
}

fn fails() -> (Fails, Arc<AtomicU32>, Arc<AtomicU32>) {
    let (first, second) = (Arc::<AtomicU32>::default(), Arc::<AtomicU32>::default());
    (Fails(first.clone(), second.clone()), first, second)
}

fn settle(bus: &Bus) {
    assert!(testing::settle(bus, LONG), "not settled in time: {}", bus.account());
}

/// How often both handlers ran after each second, and after an hour.
fn runs(bus: &Bus, clock: &Clock, to: &str) -> [(u32, u32); 4] {
    let (event, first, second) = fails();
    bus.to(to).send(event).unwrap();
    [Duration::ZERO, SECOND, SECOND, HOUR].map(|time| {
        clock.advance(time);
        settle(bus);
        (first.load(Ordering::Relaxed), second.load(Ordering::Relaxed))
    })
}

#[test]
fn a_handler_s_own_comes_before_the_lane_s_and_that_before_the_bus_s() {
    let clock = Clock::new();
    let builder = || {
        testing::builder().only(["says_nothing", "has_its_own"]).clock(&clock).lane(LaneConfig::new("bare"))
    };
    let bus = builder().build().unwrap();
    assert_eq!(runs(&bus, &clock, "bare"), [(1, 1), (1, 1), (1, 1), (1, 2)]);
    let bus = builder()
        .default_policy(Policy::NONE.retry(retry(9, SECOND)))
        .lane(LaneConfig::new("own").default_retry(retry(1, SECOND)))
        .build()
        .unwrap();
    assert_eq!(runs(&bus, &clock, "bare"), [(1, 1), (2, 1), (3, 1), (4, 2)]);
    assert_eq!(runs(&bus, &clock, "own"), [(1, 1), (2, 1), (2, 1), (2, 2)]);
    // A lane that has some of them gets the others from the bus.
    let lane = LaneConfig::new("own").default_timeout(HOUR);
    let bus = builder().default_policy(Policy::NONE.retry(retry(1, SECOND))).lane(lane).build().unwrap();
    assert_eq!(runs(&bus, &clock, "own"), [(1, 1), (2, 1), (2, 1), (2, 2)]);
}

/// A service whose handlers are one fused row.
struct Service {
    first: AtomicU32,
    second: AtomicU32,
}

#[event]
struct Ping;

#[handlers]
impl Service {
    #[handler]
    fn a_fails_once(&self, _: &Ping) -> Result<(), &'static str> {
        if self.first.fetch_add(1, Ordering::Relaxed) == 0 { Err("once") } else { Ok(()) }
    }

    #[handler]
    fn b_succeeds(&self, _: &Ping) {
        self.second.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn each_member_of_a_group_is_retried_by_itself_and_has_no_other_default() {
    let clock = Clock::new();
    let policy = Policy::NONE.retry(retry(1, SECOND)).timeout(SECOND).breaker(Breaker::new(1));
    let service = Arc::new(Service { first: AtomicU32::new(0), second: AtomicU32::new(0) });
    let bus = testing::builder()
        .only(["a_fails_once", "b_succeeds"])
        .shared_state(service.clone())
        .clock(&clock)
        .default_policy(policy)
        .build()
        .unwrap();
    bus.send(Ping).unwrap();
    settle(&bus);
    assert!(bus.lane(LaneConfig::DEFAULT).unwrap().open_breakers().is_empty());
    clock.advance(SECOND);
    settle(&bus);
    assert_eq!((service.first.load(Ordering::Relaxed), service.second.load(Ordering::Relaxed)), (2, 1));
    assert_eq!(bus.account().handled, 1);
}

/// Takes as long as it says, by the test's clock.
#[event]
struct Lengthy(Clock, Duration);

#[handler]
fn take_long(event: &Lengthy) -> Result<(), &'static str> {
    event.0.advance(event.1);
    Err("always")
}

#[test]
fn timeouts_and_breakers_of_a_lane() {
    let clock = Clock::new();
    let lane = LaneConfig::new(LaneConfig::DEFAULT)
        .default_timeout(SECOND)
        .default_breaker(Breaker::new(2).cool_down(HOUR));
    let bus = testing::builder().clock(&clock).lane(lane).only(["take_long"]).build().unwrap();
    for _ in 0..3 {
        bus.send(Lengthy(clock.clone(), SECOND * 2)).unwrap();
    }
    settle(&bus);
    let handle = bus.lane(LaneConfig::DEFAULT).unwrap();
    assert_eq!((handle.slow().len(), handle.slow()[0].runs, handle.open_breakers().len()), (1, 2, 1));
    let reasons: Vec<_> = bus.dead_letters().list().iter().map(|letter| letter.reason).collect();
    assert_eq!(reasons, [Reason::Failed, Reason::Failed, Reason::BreakerOpen]);
}

#[event(async)]
struct Endless;

#[handler]
async fn never_end(_: &Endless) {
    std::future::pending::<()>().await;
}

#[tokio::test(start_paused = true)]
async fn an_async_handler_is_cancelled_after_the_default_timeout() {
    let lane =
        LaneConfig::new(LaneConfig::DEFAULT).tokio(tokio::runtime::Handle::current()).default_timeout(SECOND);
    let bus = testing::builder().lane(lane).only(["never_end"]).build().unwrap();
    bus.send(Endless).unwrap();
    assert!(bus.drain_async(HOUR).await);
    assert_eq!(bus.dead_letters().list()[0].reason, Reason::TimedOut);
    assert_eq!(bus.shutdown_async(HOUR).await.account.dead_lettered, 1);
}

#[event]
struct Row;

#[handler(batch(size = "3..3", linger = "1ms..1ms"))]
fn store(_: &[Row], cx: &Context) -> Result<(), &'static str> {
    if cx.attempt() < 3 { Err("twice") } else { Ok(()) }
}

#[test]
fn a_batch_is_retried_by_default() {
    let clock = Clock::new();
    let policy = Policy::NONE.retry(retry(2, SECOND));
    let bus = testing::builder().clock(&clock).only(["store"]).default_policy(policy).build().unwrap();
    bus.send_batch([Row, Row, Row]).unwrap();
    for handled in [0, 0, 3] {
        settle(&bus);
        assert_eq!(bus.account().handled, handled);
        clock.advance(SECOND);
    }
    settle(&bus);
    assert_eq!(bus.account().handled, 3);
}

#[test]
fn metadata_is_what_is_written_at_the_handler() {
    let handlers = events::registry().handlers();
    let policy =
        handlers.into_iter().find(|handler| handler.path.ends_with("::says_nothing")).unwrap().policy;
    assert_eq!(policy, Policy::NONE);
}
