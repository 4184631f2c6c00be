//! What the tests of lanes share: buses, events that run what a test gives them, and gates that handlers wait at.
//!
//! Events carry all that their handlers need, so no bus of this program has to be given state.

use std::sync::Arc;
use std::time::Duration;

use events::BusBuilder;
use events::lane::{ForeignCode, KeyOrder, LaneConfig, LaneHandle};
use events::prelude::*;
use events::testing::{self, Clock};

#[path = "../support/mod.rs"]
mod shared;

pub(crate) use shared::{Gate, Log, until};

/// Far longer than anything here takes, in a longer run as well: whoever waits so long has found a fault.
pub(crate) const LONG: Duration = Duration::from_secs(60);

/// The lane of all events that name none, to be changed.
pub(crate) fn lane() -> LaneConfig {
    LaneConfig::new(LaneConfig::DEFAULT)
}

/// A builder with this lane, and the one that some events of this program name.
pub(crate) fn builder(lane: LaneConfig) -> BusBuilder {
    Bus::builder().lane(lane).lane(LaneConfig::new("other").capacity(4))
}

pub(crate) fn bus(lane: LaneConfig) -> Bus {
    builder(lane).build().unwrap()
}

/// A bus whose clock the test moves: where what is due comes before a retry, however slow the machine.
pub(crate) fn bus_with(clock: &Clock, lane: LaneConfig) -> Bus {
    testing::builder().lane(lane).lane(LaneConfig::new("other").capacity(4)).clock(clock).build().unwrap()
}

/// Drains by moving the clock, each time when all that is due has been handled.
pub(crate) fn drain_by(clock: &Clock, bus: &Bus) {
    while bus.account().left > 0 {
        assert!(testing::settle(bus, LONG), "not settled in time: {}", bus.account());
        clock.advance(Duration::from_secs(1));
    }
}

pub(crate) fn default_lane(bus: &Bus) -> LaneHandle {
    bus.lane(LaneConfig::DEFAULT).unwrap()
}

/// Drains, or fails.
pub(crate) fn drain(bus: &Bus) {
    assert!(bus.drain(LONG), "not quiet in time: {:?} {}", default_lane(bus), bus.account());
}

/// The account as handled, dead-lettered, rejected, left; sure to balance.
pub(crate) fn account(bus: &Bus) -> (u64, u64, u64, u64) {
    let account = bus.account();
    assert!(account.balances(), "{account}");
    (account.handled, account.dead_lettered, account.rejected, account.left)
}

/// What a job does.
pub(crate) type Run = Box<dyn Fn(&Context) -> Result<(), String> + Send + Sync>;

/// An event that runs what a test gives it.
#[event]
pub(crate) struct Job(pub(crate) Run);

#[handler]
fn run_job(job: &Job, cx: &Context) -> Result<(), String> {
    (job.0)(cx)
}

impl Job {
    pub(crate) fn new(run: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Box::new(move |_| {
            run();
            Ok(())
        }))
    }

    pub(crate) fn waits_at(gate: &Arc<Gate>) -> Self {
        let gate = gate.clone();
        Self::new(move || gate.pass())
    }
}

/// The same, with a key and retries.
#[event(key = key)]
pub(crate) struct Keyed {
    pub(crate) key: u64,
    pub(crate) run: Run,
}

#[handler(retry(max = 3, backoff = "1ms..2ms"))]
fn run_keyed(job: &Keyed, cx: &Context) -> Result<(), String> {
    (job.run)(cx)
}

impl Keyed {
    pub(crate) fn new(key: u64, run: impl Fn() + Send + Sync + 'static) -> Self {
        Self::with(key, move |_| {
            run();
            Ok(())
        })
    }

    pub(crate) fn with(
        key: u64,
        run: impl Fn(&Context) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        Self { key, run: Box::new(run) }
    }
}

/// Both orders of keys.
pub(crate) const ORDERS: [KeyOrder; 2] = [KeyOrder::Strict, KeyOrder::Relaxed];

/// The output of a future that waits for nothing.
///
/// The package's library has the same, with handlers of its own that would have to be given state here.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    match std::pin::pin!(future).poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
        std::task::Poll::Ready(output) => output,
        std::task::Poll::Pending => panic!("the future waits"),
    }
}

/// So many, or a multiple of it where the environment asks for a longer run: `LANES_SCALE=10`, say. See `ci/stress`.
pub(crate) fn scaled(count: u64) -> u64 {
    ((count as f64 * shared::process::scale()) as u64).max(1)
}

/// How often code of this kind panicked on the default lane, outside of handlers.
pub(crate) fn panics_of(bus: &Bus, code: ForeignCode) -> u64 {
    let panics = default_lane(bus).isolated_panics();
    panics.iter().find(|panics| panics.code == code).map_or(0, |panics| panics.count)
}
