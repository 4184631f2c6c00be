//! Several threads register and unregister closures at once: a bus, and a list in a mutex to compare it with.

mod event;
mod mutex;

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use events::{Bus, Subscription};
use hdrhistogram::Histogram;

pub use self::event::Ticked;
use self::mutex::{Locked, LockedGuard};
use crate::body::broken;
use crate::contenders::bus::bus;
use crate::measure::processors;
use crate::measure::samples::median;

/// The numbers of closures that stay registered while others are registered and unregistered.
pub const STANDING: [usize; 3] = [0, 16, 1_000];

/// Threads that register and unregister.
pub const THREADS: usize = 4;

/// A registry of closures.
trait Registry: Clone + Send + Sync + 'static {
    type Guard: Send + Sync;

    fn register(&self, closure: impl Fn(&Ticked) + Send + Sync + 'static) -> Self::Guard;

    fn emit(&self, event: &Ticked);
}

impl Registry for Bus {
    type Guard = Subscription;

    fn register(&self, closure: impl Fn(&Ticked) + Send + Sync + 'static) -> Subscription {
        self.subscribe(closure)
    }

    fn emit(&self, event: &Ticked) {
        let _ = Bus::emit(self, event);
    }
}

impl Registry for Locked {
    type Guard = LockedGuard;

    fn register(&self, closure: impl Fn(&Ticked) + Send + Sync + 'static) -> LockedGuard {
        Locked::register(self, closure)
    }

    fn emit(&self, event: &Ticked) {
        Locked::emit(self, event);
    }
}

/// The results for one number of standing closures.
#[derive(Debug)]
pub struct Case {
    /// How many closures are subscribed throughout.
    pub standing: usize,
    /// Whether another thread emits at the same time.
    pub emitting: bool,
    /// The number of rounds of each median.
    pub rounds: usize,
    /// Whether only rounds that no other program disturbed are counted. If there were too few of these, all rounds are.
    pub quiet: bool,
    /// The list in a mutex.
    pub locked: Figures,
    /// The bus.
    pub bus: Figures,
    /// How many times as many pairs per second the bus completes: the median over the rounds.
    pub ratio: f64,
}

/// The times of one registry.
#[derive(Debug)]
pub struct Figures {
    /// Pairs of register and unregister per second, of all threads together: the median.
    pub pairs: f64,
    /// Nanoseconds of one registration on one thread.
    pub register: Histogram<u64>,
    /// Nanoseconds of one drop of a guard.
    pub unregister: Histogram<u64>,
}

/// How many times as many rounds as requested are measured at most, if some are disturbed.
const ATTEMPTS: usize = 6;

/// Measures both registries in turns, each round for this long, until this many rounds were undisturbed or the attempts
/// are used up.
pub fn measure(standing: usize, emitting: bool, rounds: usize, time: Duration) -> Case {
    let locked = Setup::new(Locked::default(), standing, emitting);
    let bus = Setup::new(bus(), standing, emitting);
    let cores = thread::available_parallelism().map_or(1, usize::from).min(THREADS);
    let mut taken = Vec::new();
    let mut undisturbed = 0;
    for round in 0..=rounds * ATTEMPTS {
        let (one, other) = if round % 2 == 0 {
            let one = locked.round(time);
            (one, bus.round(time))
        } else {
            let other = bus.round(time);
            (locked.round(time), other)
        };
        // The first round warms up.
        if round > 0 {
            let had = one.processors.zip(other.processors).map(|(one, other)| one.min(other));
            taken.push(((one.pairs, other.pairs), had));
            undisturbed += usize::from(processors::undisturbed(had, cores));
        }
        if undisturbed == rounds {
            break;
        }
    }
    let (pairs, quiet) = processors::quiet(&taken, cores);
    Case {
        standing,
        emitting,
        rounds: pairs.len(),
        quiet,
        locked: locked.figures(median(pairs.iter().map(|&(locked, _)| locked)), time),
        bus: bus.figures(median(pairs.iter().map(|&(_, bus)| bus)), time),
        ratio: median(pairs.iter().map(|&(locked, bus)| bus / locked)),
    }
}

/// One registry for the time of one round.
struct Round {
    /// Pairs per second.
    pairs: f64,
    /// How many processors its threads had.
    processors: Option<f64>,
}

/// The results of several threads that worked at once.
struct Together<T> {
    /// The result of each thread.
    results: Vec<T>,
    seconds: f64,
    /// How long the thread that emits ran.
    emitter: Option<Duration>,
}

fn joined<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| resume_unwind(panic))
}

struct Setup<R: Registry> {
    registry: R,
    emitting: bool,
    /// Keeps the standing closures.
    _standing: Vec<R::Guard>,
}

/// The counter of the closures of one thread.
#[derive(Default)]
#[repr(align(128))]
struct Seen(AtomicU64);

/// A closure as users write them: it owns something.
fn closure(seen: &Arc<Seen>) -> impl Fn(&Ticked) + Send + Sync + 'static {
    let seen = seen.clone();
    move |event| {
        seen.0.fetch_add(event.0, Relaxed);
    }
}

impl<R: Registry> Setup<R> {
    fn new(registry: R, standing: usize, emitting: bool) -> Self {
        let seen = Arc::default();
        let guards = (0..standing).map(|_| registry.register(closure(&seen))).collect();
        registry.emit(&Ticked(1));
        assert_eq!(seen.0.load(Relaxed), standing as u64, "each standing closure runs");
        Self { registry, emitting, _standing: guards }
    }

    /// All threads work at once until the time is over.
    fn together<T: Send>(&self, time: Duration, work: impl Fn(&R, &AtomicBool) -> T + Sync) -> Together<T> {
        let gate = Barrier::new(THREADS + 1);
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            let emitter = self.emitting.then(|| {
                scope.spawn(|| {
                    while !done.load(Relaxed) {
                        self.registry.emit(&Ticked(1));
                    }
                    processors::of_this_thread()
                })
            });
            let work = || {
                gate.wait();
                let begin = Instant::now();
                let result = work(&self.registry, &done);
                (result, begin, Instant::now())
            };
            let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
            gate.wait();
            thread::sleep(time);
            done.store(true, Relaxed);
            let results: Vec<_> = threads.into_iter().map(joined).collect();
            // Measured by the threads themselves, because this thread may have woken up late.
            let begin = results.iter().map(|&(_, begin, _)| begin).min();
            let end = results.iter().map(|&(_, _, end)| end).max();
            let seconds = end.zip(begin).map_or(0.0, |(end, begin)| (end - begin).as_secs_f64());
            let results = results.into_iter().map(|(result, ..)| result).collect();
            Together { results, seconds, emitter: emitter.map_or(Some(Duration::ZERO), joined) }
        })
    }

    fn round(&self, time: Duration) -> Round {
        let Together { results, seconds, emitter } = self.together(time, |registry, done| {
            let seen = Arc::default();
            let mut pairs = 0;
            while !done.load(Relaxed) {
                drop(registry.register(closure(&seen)));
                pairs += 1;
            }
            // This thread does nothing else.
            (pairs, processors::of_this_thread())
        });
        let pairs: u64 = results.iter().map(|(pairs, _)| pairs).sum();
        let ran: Option<Duration> = results.iter().map(|(_, ran)| *ran).chain([emitter]).sum();
        Round { pairs: pairs as f64 / seconds, processors: ran.map(|ran| ran.as_secs_f64() / seconds) }
    }

    /// Each step timed by itself.
    fn figures(&self, pairs_a_second: f64, time: Duration) -> Figures {
        let histogram =
            || Histogram::new_with_bounds(1, 10_000_000_000, 3).unwrap_or_else(|error| broken(&error));
        let Together { results, .. } = self.together(time, |registry, done| {
            let seen = Arc::default();
            let (mut register, mut unregister) = (histogram(), histogram());
            while !done.load(Relaxed) {
                let begin = Instant::now();
                let guard = registry.register(closure(&seen));
                let registered = Instant::now();
                drop(guard);
                let end = Instant::now();
                register.saturating_record((registered - begin).as_nanos() as u64);
                unregister.saturating_record((end - registered).as_nanos() as u64);
            }
            (register, unregister)
        });
        let (mut register, mut unregister) = (histogram(), histogram());
        for (one, other) in results {
            register += one;
            unregister += other;
        }
        Figures { pairs: pairs_a_second, register, unregister }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_registries_run_registered_closures_only() {
        fn check(registry: impl Registry) {
            let seen = Arc::default();
            let (first, second) = (registry.register(closure(&seen)), registry.register(closure(&seen)));
            registry.emit(&Ticked(1));
            drop(first);
            registry.emit(&Ticked(10));
            drop(second);
            registry.emit(&Ticked(100));
            assert_eq!(seen.0.load(Relaxed), 12);
            assert_eq!(Arc::strong_count(&seen), 1, "what a closure captured is released");
        }
        check(Locked::default());
        check(bus());
    }

    #[test]
    fn a_case_times_each_pair() {
        let case = measure(3, true, 2, Duration::from_millis(5));
        let times =
            [&case.locked.register, &case.locked.unregister, &case.bus.register, &case.bus.unregister];
        assert!(times.iter().all(|times| !times.is_empty()));
        assert!(case.ratio > 0.0);
    }
}
