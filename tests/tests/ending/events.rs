//! The events of these tests: they run what a test gives them. And the buses.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use events::BusBuilder;
use events::lane::{Account, LaneConfig};
use events::outcome::BoxError;
use events::prelude::*;
use tokio::runtime::{Builder, Runtime};

use crate::support::{Gate, LONG, Log};

type Done = Result<(), BoxError>;

/// An event that runs what a test gives it, with the bus that its handler asks for.
#[event]
pub(crate) struct Job(Box<dyn Fn(Bus) -> Done + Send + Sync>);

#[handler]
fn run_job(job: &Job, bus: Bus) -> Done {
    (job.0)(bus)
}

impl Job {
    pub(crate) fn new(run: impl Fn(Bus) + Send + Sync + 'static) -> Self {
        Self(Box::new(move |bus| {
            run(bus);
            Ok(())
        }))
    }

    pub(crate) fn trying(run: impl Fn(Bus) -> Done + Send + Sync + 'static) -> Self {
        Self(Box::new(run))
    }

    pub(crate) fn failing() -> Self {
        Self::trying(|_| Err("declined".into()))
    }
}

/// Its handler waits at a gate, and has no bus.
#[event]
pub(crate) struct Waits(pub(crate) Arc<Gate>);

#[handler]
fn wait_at_gate(event: &Waits) {
    event.0.pass();
}

/// A job on another lane.
#[event(lane = "other")]
pub(crate) struct OtherJob(Box<dyn Fn(Bus) + Send + Sync>);

#[handler]
fn run_other_job(job: &OtherJob, bus: Bus) {
    (job.0)(bus);
}

impl OtherJob {
    pub(crate) fn new(run: impl Fn(Bus) + Send + Sync + 'static) -> Self {
        Self(Box::new(run))
    }
}

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The same with a future.
#[event(async)]
pub(crate) struct AsyncJob(Box<dyn Fn(Bus) -> Task + Send + Sync>);

#[handler]
async fn run_async_job(job: &AsyncJob, bus: Bus) {
    (job.0)(bus).await;
}

impl AsyncJob {
    pub(crate) fn new<F: Future<Output = ()> + Send + 'static>(
        run: impl Fn(Bus) -> F + Send + Sync + 'static,
    ) -> Self {
        Self(Box::new(move |bus| Box::pin(run(bus))))
    }
}

/// Its handler has no bus, and notes the number.
#[event]
pub(crate) struct Noted(pub(crate) u64, pub(crate) Arc<Log<u64>>);

#[handler]
fn note(event: &Noted) {
    event.1.push(event.0);
}

/// Fails at its first attempt, and is tried again after this time.
macro_rules! retried {
    ($event:ident, $handler:ident, $backoff:literal) => {
        #[event]
        pub(crate) struct $event(pub(crate) Arc<Log<u32>>);

        #[handler(retry(max = 2, backoff = $backoff))]
        fn $handler(event: &$event, cx: &Context) -> Result<(), &'static str> {
            event.0.push(cx.attempt());
            if cx.attempt() == 1 { Err("not yet") } else { Ok(()) }
        }
    };
}

retried!(RetriedSoon, retry_soon, "50ms..50ms");
retried!(RetriedLate, retry_late, "1h..1h");

/// Rows that are written together.
#[event]
pub(crate) struct Row(pub(crate) Arc<Log<u64>>);

#[handler(batch(size = "4", linger = "1h"))]
fn write_rows(rows: &[Row], bus: Bus) {
    for row in rows {
        let log = row.0.clone();
        bus.send(Noted(1, log)).unwrap();
    }
}

/// The default lane, to be changed.
pub(crate) fn lane() -> LaneConfig {
    LaneConfig::new(LaneConfig::DEFAULT)
}

/// A builder with this lane, and the one that some events of this program name.
pub(crate) fn builder(lane: LaneConfig) -> BusBuilder {
    Bus::builder().lane(lane).lane(LaneConfig::new("other"))
}

pub(crate) fn bus(lane: LaneConfig) -> Bus {
    builder(lane).build().unwrap()
}

/// A bus whose drop waits far longer for what is left than it takes not to wait, also on a busy machine.
pub(crate) fn patient_bus(lane: LaneConfig) -> Bus {
    builder(lane).drain_on_drop(LONG).build().unwrap()
}

pub(crate) fn pause(bus: &Bus) {
    bus.lane(LaneConfig::DEFAULT).unwrap().pause();
}

pub(crate) fn resume(bus: &Bus) {
    bus.lane(LaneConfig::DEFAULT).unwrap().resume();
}

/// The account as sent, handled, dead-lettered, rejected, left; sure to balance.
pub(crate) fn figures(account: Account) -> (u64, u64, u64, u64, u64) {
    assert!(account.balances(), "{account}");
    (account.sent, account.handled, account.dead_lettered, account.rejected, account.left)
}

pub(crate) fn runtime(threads: usize) -> Runtime {
    Builder::new_multi_thread().worker_threads(threads).enable_time().build().unwrap()
}

pub(crate) fn runtime_of_one_thread() -> Runtime {
    Builder::new_current_thread().enable_time().build().unwrap()
}
