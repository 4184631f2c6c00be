//! The events of these tests: they run what a test gives them. And the buses, each with what it does with a dead letter.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use events::BusBuilder;
use events::lane::{DeadLetter, LaneConfig, LaneHandle};
use events::outcome::BoxError;
use events::prelude::*;
use tokio::runtime::{Builder, Runtime};

use crate::support::{Gate, LONG, Log};

pub(crate) type Done = Result<(), BoxError>;

/// What a bus of these tests does with a dead letter.
pub(crate) struct OnLetter(Hook);

type Hook = Box<dyn Fn(&DeadLetter, &Bus) -> Done + Send + Sync>;

#[handler]
fn on_letter(letter: &DeadLetter, bus: Bus, hook: State<'_, OnLetter>) -> Done {
    (hook.0)(letter, &bus)
}

impl OnLetter {
    pub(crate) fn new(hook: impl Fn(&DeadLetter, &Bus) -> Done + Send + Sync + 'static) -> Self {
        Self(Box::new(hook))
    }
}

/// An event that runs what a test gives it.
#[event]
pub(crate) struct Job(Box<dyn Fn(Bus) -> Done + Send + Sync>);

#[handler]
fn run_job(job: &Job, bus: Bus) -> Done {
    (job.0)(bus)
}

impl Job {
    pub(crate) fn new(run: impl Fn(Bus) + Send + Sync + 'static) -> Self {
        Self::with(move |bus| {
            run(bus);
            Ok(())
        })
    }

    pub(crate) fn with(run: impl Fn(Bus) -> Done + Send + Sync + 'static) -> Self {
        Self(Box::new(run))
    }

    pub(crate) fn failing() -> Self {
        Self::with(|_| Err("declined".into()))
    }
}

/// Its handler waits at a gate, and has no bus.
#[event]
pub(crate) struct Waits(pub(crate) Arc<Gate>);

#[handler]
fn wait_at_gate(event: &Waits) {
    event.0.pass();
}

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The same with a future.
#[event(async)]
pub(crate) struct AsyncJob(Box<dyn Fn() -> Task + Send + Sync>);

#[handler]
async fn run_async_job(job: &AsyncJob) {
    (job.0)().await;
}

impl AsyncJob {
    pub(crate) fn new<F: Future<Output = ()> + Send + 'static>(
        run: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self {
        Self(Box::new(move || Box::pin(run())))
    }
}

/// A job on the lane `alerts`.
#[event(lane = "alerts")]
pub(crate) struct Alert(Arc<dyn Fn() + Send + Sync>);

#[handler]
fn raise(alert: &Alert) {
    (alert.0)();
}

impl Alert {
    pub(crate) fn new(run: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Arc::new(run))
    }
}

/// Nobody handles it.
#[event]
pub(crate) struct Nobody;

/// Its handler notes the number.
#[event]
pub(crate) struct Noted(pub(crate) u64, pub(crate) Arc<Log<u64>>);

#[handler]
fn note(event: &Noted) {
    event.1.push(event.0);
}

/// The same with a key.
#[event(key = key)]
pub(crate) struct Keyed {
    pub(crate) key: u64,
    pub(crate) number: u64,
    pub(crate) log: Arc<Log<u64>>,
}

#[handler]
fn note_keyed(event: &Keyed) {
    event.log.push(event.number);
}

/// The default lane, to be changed.
pub(crate) fn lane() -> LaneConfig {
    LaneConfig::new(LaneConfig::DEFAULT)
}

/// A builder with this lane, and one for alerts.
pub(crate) fn builder(lane: LaneConfig) -> BusBuilder {
    builder_with(lane, |_, _| Ok(()))
}

/// The same, with what is to be done with dead letters.
pub(crate) fn builder_with(
    lane: LaneConfig,
    hook: impl Fn(&DeadLetter, &Bus) -> Done + Send + Sync + 'static,
) -> BusBuilder {
    Bus::builder().lane(lane).lane(LaneConfig::new("alerts")).state(OnLetter::new(hook))
}

pub(crate) fn bus(lane: LaneConfig) -> Bus {
    builder(lane).build().unwrap()
}

pub(crate) fn default_lane(bus: &Bus) -> LaneHandle {
    bus.lane(LaneConfig::DEFAULT).unwrap()
}

/// Drains, or fails.
#[track_caller]
pub(crate) fn drain(bus: &Bus) {
    assert!(bus.drain(LONG), "not quiet in time: {:?} {}", default_lane(bus), bus.account());
}

/// The account as sent, handled, dead-lettered, rejected, left; sure to balance.
#[track_caller]
pub(crate) fn figures(bus: &Bus) -> (u64, u64, u64, u64, u64) {
    let account = bus.account();
    assert!(account.balances(), "{account}");
    (account.sent, account.handled, account.dead_lettered, account.rejected, account.left)
}

/// Fails unless the default lane still handles what is sent, each worker of it, and ends.
#[track_caller]
pub(crate) fn assert_alive(bus: &Bus) {
    let (seen, before) = (Log::new(), bus.account().handled);
    for number in 0..200 {
        bus.send_timeout(Keyed { key: number % 7, number, log: seen.clone() }, LONG).unwrap();
    }
    drain(bus);
    assert_eq!(seen.len(), 200);
    assert_eq!(bus.account().handled - before, 200);
    let report = bus.shutdown(LONG);
    assert!(report.is_clean() && report.account.balances(), "{report}");
}

pub(crate) fn runtime(threads: usize) -> Runtime {
    Builder::new_multi_thread().worker_threads(threads).enable_time().build().unwrap()
}

/// Runs a test on lanes of each kind: with one and with more workers that are threads, and that are tasks.
pub(crate) fn each_kind(test: impl Fn(LaneConfig)) {
    for workers in [1, 2] {
        test(lane().workers(workers));
        let runtime = runtime(workers);
        test(lane().workers(workers).tokio(runtime.handle().clone()));
    }
}
