//! The handler of all targets: it counts events and records latencies.

use std::cell::Cell;
use std::hint::spin_loop;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Acquire, Ordering::Relaxed, Ordering::Release};
use std::time::{Duration, Instant};

use super::counts::{Counts, Snapshot};
use super::due::Payload;

/// How many threads have cells of their own. Further threads share the last ones.
const THREADS: usize = 64;

/// The handler of all targets: counts each event, and records how long after its due time it was handled.
pub struct Probe {
    /// Identifies the probe in the thread-local `PLACE`.
    id: u64,
    epoch: Instant,
    timed: bool,
    work: Duration,
    cells: Box<[Thread]>,
    threads: AtomicUsize,
}

/// The counts of one thread, on cache lines of their own.
#[derive(Default)]
#[repr(align(128))]
struct Thread {
    handled: AtomicU64,
    /// When it last handled an event, in nanoseconds from the epoch.
    last: AtomicU64,
    latencies: OnceLock<Box<Latencies>>,
}

/// Latencies from the time at which an event was due to the start and to the end of its handler.
#[derive(Default)]
struct Latencies {
    start: Counts,
    end: Counts,
}

/// The counts of a probe at one moment.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Events that were handled.
    pub handled: u64,
    /// To the start of the handler.
    pub start: Snapshot,
    /// To its end.
    pub end: Snapshot,
}

static NEXT_ID: AtomicU64 = AtomicU64::new(1);

thread_local! {
    /// The probe that this thread last worked for, and the index of the thread's counts there.
    static PLACE: Cell<(u64, usize)> = const { Cell::new((0, 0)) };
}

impl Probe {
    /// Counts and does nothing else, so that the cost of the target is measured.
    pub fn counting() -> Self {
        Self::new(false, Duration::ZERO)
    }

    /// Records the time of each event, and works for this long.
    pub fn timing(work: Duration) -> Self {
        Self::new(true, work)
    }

    fn new(timed: bool, work: Duration) -> Self {
        Self {
            id: NEXT_ID.fetch_add(1, Relaxed),
            epoch: Instant::now(),
            timed,
            work,
            cells: (0..THREADS).map(|_| Thread::default()).collect(),
            threads: AtomicUsize::new(0),
        }
    }

    /// The time from which all times count.
    pub fn epoch(&self) -> Instant {
        self.epoch
    }

    /// Nanoseconds since the epoch.
    #[inline]
    pub fn now(&self) -> u64 {
        self.epoch.elapsed().as_nanos() as u64
    }

    /// Handles an event.
    #[inline]
    pub fn handle<P: Payload>(&self, event: &P) {
        let (id, at) = PLACE.get();
        let at = if id == self.id { at } else { self.place() };
        let thread = &self.cells[at];
        let exclusive = at < THREADS - 1;
        if self.timed {
            self.time(event.due(), thread, exclusive);
        }
        std::hint::black_box(event.id());
        if exclusive {
            // Stored after the latencies, so that a thread that sees the count sees them too.
            thread.handled.store(thread.handled.load(Relaxed) + 1, Release);
        } else {
            thread.handled.fetch_add(1, Release);
        }
    }

    fn time(&self, due: u64, thread: &Thread, exclusive: bool) {
        let start = self.now();
        let latencies = thread.latencies.get_or_init(Box::default);
        latencies.start.record(start.saturating_sub(due), exclusive);
        let done = start + self.work.as_nanos() as u64;
        let mut end = self.now();
        while end < done {
            spin_loop();
            end = self.now();
        }
        latencies.end.record(end.saturating_sub(due), exclusive);
        thread.last.store(end, Relaxed);
    }

    #[cold]
    fn place(&self) -> usize {
        let at = self.threads.fetch_add(1, Relaxed).min(THREADS - 1);
        PLACE.set((self.id, at));
        at
    }

    /// How many events were handled.
    pub fn handled(&self) -> u64 {
        self.cells.iter().map(|thread| thread.handled.load(Acquire)).sum()
    }

    /// When the last event so far was handled, in nanoseconds from the epoch.
    pub fn last(&self) -> u64 {
        self.cells.iter().map(|thread| thread.last.load(Relaxed)).max().unwrap_or(0)
    }

    /// All counts so far.
    pub fn seen(&self) -> Seen {
        let mut seen = Seen { handled: self.handled(), ..Seen::default() };
        for latencies in self.cells.iter().filter_map(|thread| thread.latencies.get()) {
            latencies.start.add_to(&mut seen.start);
            latencies.end.add_to(&mut seen.end);
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::payload::Bytes24;

    #[test]
    fn counts_of_all_threads_add_up_and_latencies_count_from_when_an_event_was_due() {
        let probe = Probe::timing(Duration::from_micros(50));
        let due = probe.now();
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| (0..100).for_each(|id| probe.handle(&Bytes24::new(due, id))));
            }
        });
        let seen = probe.seen();
        assert_eq!((probe.handled(), seen.handled), (300, 300));
        let (start, end) = (seen.start.since(&Snapshot::default()), seen.end.since(&Snapshot::default()));
        assert_eq!((start.len(), end.len()), (300, 300));
        assert!(end.min() >= 50_000, "the work is in it: {}", end.min());
        assert!(end.max() >= 5_000_000, "the hundredth event waited for the others: {}", end.max());
        assert!(probe.last() >= due + 5_000_000);
    }

    #[test]
    fn more_threads_than_cells_lose_nothing() {
        let probe = Probe::counting();
        std::thread::scope(|scope| {
            for _ in 0..THREADS + 6 {
                scope.spawn(|| (0..500).for_each(|id| probe.handle(&Bytes24::new(0, id))));
            }
        });
        assert_eq!(probe.handled(), (THREADS as u64 + 6) * 500);
    }
}
