//! One run: a target under a load model.

use std::sync::Arc;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Acquire, Ordering::Relaxed, Ordering::Release};
use std::thread;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use serde::Serialize;

use super::account::Account;
use super::due::Payload;
use super::model::Model;
use super::pace::Paced;
use super::probe::{Probe, Seen};
use super::target::{Settings, Tally, Target, Unsupported, counted};
use crate::measure::allocations;

/// What to run.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// The load model.
    pub model: Model,
    /// Events per second, of all producers together. A ramp reaches it at its end.
    pub rate: f64,
    /// How long events are sent.
    pub duration: Duration,
    /// The number of threads that send.
    pub producers: usize,
    /// How the target is set up.
    pub settings: Settings,
    /// How long a handler takes.
    pub work: Duration,
    /// How many events are sent before the measurement, as fast as the target accepts them. They fill its pools.
    pub warm_up: u64,
    /// How much longer than `duration` senders may take, and then again the handlers.
    pub grace: Duration,
    /// The time between two points of the charts.
    pub window: Duration,
}

impl Plan {
    /// A plan with the usual settings.
    pub fn new(model: Model, rate: f64, duration: Duration) -> Self {
        let settings = Settings::default();
        Self {
            model,
            rate,
            duration,
            producers: 1,
            settings,
            work: Duration::ZERO,
            warm_up: 2 * settings.capacity as u64,
            grace: Duration::from_secs(5),
            window: Duration::from_millis(250),
        }
    }
}

/// The results of one run.
#[derive(Debug)]
pub struct Run {
    /// The name of the target.
    pub target: &'static str,
    /// The bytes of an event.
    pub payload: usize,
    /// From when an event was due to the start of its handler, in nanoseconds.
    pub start: Histogram<u64>,
    /// To its end.
    pub end: Histogram<u64>,
    /// The results over time.
    pub windows: Vec<Window>,
    /// The counts without the warm-up.
    pub account: Account,
    /// How many events were due and not sent before the time was up.
    pub unsent: u64,
    /// The time from the start to the end of the last handler.
    pub took: Duration,
    /// Allocations of all threads but the one that watches, per event.
    pub allocations: f64,
}

impl Run {
    /// Events handled per second.
    pub fn rate(&self, duration: Duration) -> f64 {
        self.account.handled as f64 / self.took.max(duration).as_secs_f64()
    }
}

/// The results of one interval.
#[derive(Clone, Debug, Serialize)]
pub struct Window {
    /// When it ended, in seconds from the start.
    pub at: f64,
    /// Events handled per second.
    pub rate: f64,
    /// Microseconds to the start of the handler, of the events handled in it.
    pub p50: f64,
    /// The same for one event in a hundred.
    pub p99: f64,
    /// Events queued at its end, where the target reports it.
    pub depth: Option<usize>,
    /// The counts from the start of the run.
    pub account: Account,
}

/// What producers and the watching thread share.
struct Shared<'a> {
    plan: &'a Plan,
    probe: &'a Probe,
    /// Producers and the watcher wait here for each other before and after the warm-up.
    gate: Barrier,
    /// When the first event is due, in nanoseconds from the probe's epoch.
    begin: AtomicU64,
    running: AtomicUsize,
    unsent: AtomicU64,
}

/// Runs a plan on a target, and shows `live` each window as it ends.
///
/// # Errors
/// [`Unsupported`] if the target does not support the plan's settings.
pub fn run<P: Payload, T: Target<P>>(plan: &Plan, live: &mut dyn FnMut(&Window)) -> Result<Run, Unsupported> {
    let probe = Arc::new(Probe::timing(plan.work));
    let target = T::start(&plan.settings, probe.clone())?;
    let tallies: Vec<Tally> = (0..plan.producers).map(|_| Tally::default()).collect();
    let shared = Shared {
        plan,
        probe: &probe,
        gate: Barrier::new(plan.producers + 1),
        begin: AtomicU64::new(0),
        running: AtomicUsize::new(plan.producers),
        unsent: AtomicU64::new(0),
    };
    let account = || target.account().unwrap_or_else(|| counted(&tallies, &probe));
    let run = thread::scope(|scope| {
        for (producer, tally) in tallies.iter().enumerate() {
            let (shared, target) = (&shared, &target);
            scope.spawn(move || shared.produce::<P, T>(target, producer, tally));
        }
        shared.gate.wait();
        drain(&account, plan.grace);
        let mut watch = Watch::new(&shared, &account, || target.depth());
        watch.go(live);
        watch.into_run::<P>(T::NAME)
    });
    target.finish();
    Ok(run)
}

impl Shared<'_> {
    fn produce<P: Payload, T: Target<P>>(&self, target: &T, producer: usize, tally: &Tally) {
        let plan = self.plan;
        // These events are due when they are made, so that the recording code is warm as well.
        let warm_up = (0..plan.warm_up / plan.producers as u64).map(|id| P::new(self.probe.now(), id));
        target.produce(warm_up, tally);
        self.gate.wait();
        self.gate.wait();
        let schedule = plan.model.schedule(plan.rate, plan.duration, producer, plan.producers);
        let begin = self.begin.load(Acquire);
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let yields = plan.producers + plan.settings.workers > cores;
        let until = plan.duration + plan.grace;
        let mut paced = Paced::<P>::new(schedule, begin, self.probe.epoch(), until, yields);
        target.produce(&mut paced, tally);
        self.unsent.fetch_add(paced.unsent(), Relaxed);
        self.running.fetch_sub(1, Release);
    }
}

/// Waits up to `grace` until nothing is left.
fn drain(account: &dyn Fn() -> Account, grace: Duration) {
    let end = Instant::now() + grace;
    while account().left > 0 && Instant::now() < end {
        thread::sleep(Duration::from_millis(1));
    }
}

/// Samples a run at intervals.
struct Watch<'a, D> {
    shared: &'a Shared<'a>,
    account: &'a dyn Fn() -> Account,
    depth: D,
    /// Before the first event.
    first: (Seen, Account),
    /// At the last sample.
    seen: Seen,
    sampled_at: Duration,
    windows: Vec<Window>,
    /// The allocations of all threads but this one before the first event.
    allocations: u64,
}

fn allocations_of_others() -> u64 {
    allocations::of_all_threads() - allocations::of_this_thread()
}

impl<'a, D: Fn() -> Option<usize>> Watch<'a, D> {
    fn new(shared: &'a Shared<'a>, account: &'a dyn Fn() -> Account, depth: D) -> Self {
        let first = (shared.probe.seen(), account());
        let seen = first.0.clone();
        let allocations = allocations_of_others();
        Self {
            shared,
            account,
            depth,
            first,
            seen,
            sampled_at: Duration::ZERO,
            windows: Vec::new(),
            allocations,
        }
    }

    fn begin(&self) -> Duration {
        Duration::from_nanos(self.shared.begin.load(Relaxed))
    }

    fn elapsed(&self) -> Duration {
        self.shared.probe.epoch().elapsed().saturating_sub(self.begin())
    }

    fn go(&mut self, live: &mut dyn FnMut(&Window)) {
        let Plan { window, duration, grace, .. } = *self.shared.plan;
        // Producers need some time to pass the barrier.
        let begin = self.shared.probe.now() + 1_000_000;
        self.shared.begin.store(begin, Release);
        self.shared.gate.wait();
        let end = duration + grace + grace;
        loop {
            // Senders always return, but handling what they have sent may take too long.
            let all_sent = self.shared.running.load(Acquire) == 0;
            let elapsed = self.elapsed();
            let over = all_sent && ((self.account)().left == 0 || elapsed >= end);
            if over || elapsed >= self.sampled_at + window {
                self.sample(elapsed, live);
            }
            if over {
                return;
            }
            // Short sleeps, so that the end is noticed soon without disturbing other threads.
            thread::sleep((self.sampled_at + window).saturating_sub(elapsed).min(Duration::from_millis(20)));
        }
    }

    fn sample(&mut self, elapsed: Duration, live: &mut dyn FnMut(&Window)) {
        let seen = self.shared.probe.seen();
        let start = seen.start.since(&self.seen.start);
        let seconds = (elapsed - self.sampled_at).as_secs_f64();
        let micros = |quantile| start.value_at_quantile(quantile) as f64 / 1_000.0;
        let window = Window {
            at: elapsed.as_secs_f64(),
            rate: if seconds > 0.0 { (seen.handled - self.seen.handled) as f64 / seconds } else { 0.0 },
            p50: micros(0.5),
            p99: micros(0.99),
            depth: (self.depth)(),
            account: (self.account)().since(&self.first.1),
        };
        live(&window);
        self.windows.push(window);
        self.seen = seen;
        self.sampled_at = elapsed;
    }

    fn into_run<P: Payload>(self, target: &'static str) -> Run {
        let account = (self.account)().since(&self.first.1);
        let allocated = allocations_of_others() - self.allocations;
        let (start, end) =
            (self.seen.start.since(&self.first.0.start), self.seen.end.since(&self.first.0.end));
        let last = Duration::from_nanos(self.shared.probe.last());
        Run {
            target,
            payload: size_of::<P>(),
            start,
            end,
            windows: self.windows,
            account,
            unsent: self.shared.unsent.load(Relaxed),
            took: last.saturating_sub(Duration::from_nanos(self.shared.begin.load(Relaxed))),
            allocations: if account.sent == 0 { 0.0 } else { allocated as f64 / account.sent as f64 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::payload::{Bytes24, Bytes1024};
    use crate::load::target::{ArrayQueue, Crossbeam, Direct, Overflow, SyncChannel, TokioMpsc};

    fn check<P: Payload, T: Target<P>>(producers: usize) {
        let mut plan = Plan::new(Model::Steady, 20_000.0, Duration::from_millis(100));
        (plan.producers, plan.window) = (producers, Duration::from_millis(20));
        let mut shown = 0;
        let run = run::<P, T>(&plan, &mut |_| shown += 1).unwrap();
        let account = Account { sent: 2_000, handled: 2_000, ..Account::default() };
        assert_eq!((run.account, run.unsent), (account, 0), "{}", T::NAME);
        assert_eq!((run.start.len(), run.end.len()), (2_000, 2_000), "without the warm-up");
        assert!(run.took >= Duration::from_millis(99), "nothing is sent before it is due: {:?}", run.took);
        assert_eq!(run.windows.len(), shown);
    }

    #[test]
    fn every_target_handles_each_event_once() {
        check::<Bytes24, SyncChannel<_>>(2);
        check::<Bytes1024, Crossbeam<_>>(3);
        check::<Bytes24, ArrayQueue<_>>(2);
        check::<Bytes24, TokioMpsc<_>>(1);
        check::<Bytes24, Direct>(2);
    }

    /// The queue holds two events, so no event waits in it for longer than two others take. Events are late because the
    /// sender is blocked, and this must count.
    #[test]
    fn a_queue_that_blocks_its_sender_does_not_hide_the_delay() {
        let mut plan = Plan::new(Model::Steady, 10_000.0, Duration::from_millis(20));
        plan.settings.capacity = 2;
        plan.work = Duration::from_millis(1);
        plan.warm_up = 0;
        let run = run::<Bytes24, SyncChannel<_>>(&plan, &mut |_| {}).unwrap();
        assert_eq!(run.account.handled, 200);
        // The last of 200 events was due after 20 ms and could not be handled before 200 ms.
        assert!(run.end.max() >= 175_000_000, "{}", run.end.max());
        assert!(run.end.value_at_quantile(0.5) >= 80_000_000, "{}", run.end.value_at_quantile(0.5));
    }

    #[test]
    fn rejected_events_are_in_the_account() {
        let mut plan = Plan::new(Model::Steady, 10_000.0, Duration::from_millis(20));
        plan.settings.capacity = 2;
        plan.settings.overflow = Overflow::Reject;
        plan.work = Duration::from_millis(1);
        plan.warm_up = 0;
        let crossbeam = run::<Bytes24, Crossbeam<_>>(&plan, &mut |_| {}).unwrap();
        let array = run::<Bytes24, ArrayQueue<_>>(&plan, &mut |_| {}).unwrap();
        for Run { account, .. } in [crossbeam, array] {
            assert!(account.rejected > 0 && account.handled > 0, "{account:?}");
            assert_eq!((account.sent, account.left, account.balances()), (200, 0, true));
        }
    }

    #[test]
    fn a_sender_that_cannot_keep_up_gives_up_and_reports_it() {
        let mut plan = Plan::new(Model::Steady, 100_000.0, Duration::from_millis(20));
        plan.settings.capacity = 2;
        plan.work = Duration::from_millis(1);
        plan.warm_up = 0;
        plan.grace = Duration::from_millis(20);
        let run = run::<Bytes24, SyncChannel<_>>(&plan, &mut |_| {}).unwrap();
        assert!(run.unsent > 0);
        assert_eq!(run.account.sent + run.unsent, 2_000);
    }
}
