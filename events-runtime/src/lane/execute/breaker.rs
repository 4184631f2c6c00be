//! Circuit breakers, one for each handler that has one.

use std::fmt;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use events_core::handler::{Breaker, HandlerMeta, Policy};

use crate::lane::clock::Clock;

/// A circuit breaker that is open: its handler failed too often in a row, and is not called until the cool-down ends. Returned by
/// [`LaneHandle::open_breakers`](crate::LaneHandle::open_breakers).
///
/// ```
/// use events::prelude::*;
/// use std::time::Duration;
///
/// #[event]
/// struct Order;
/// #[handler(breaker(failures = 2, cool_down = "1h"))]
/// fn charge(_: &Order) -> Result<(), &'static str> { Err("the bank is down") }
///
/// let bus = Bus::builder().build().unwrap();
/// bus.send_batch([Order, Order]).unwrap();
/// assert!(bus.drain(Duration::from_secs(5)));
/// let open = bus.lane("default").unwrap().open_breakers()[0];
/// assert!(open.rest > Duration::from_secs(3_000));
/// assert!(open.to_string().contains("failed 2 times in a row, not called for another"));
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct OpenBreaker {
    /// The handler, with file and line.
    pub handler: &'static HandlerMeta,
    /// How many of its runs in a row have failed.
    pub failures: u32,
    /// For how long the handler is still not called. If it is zero, the next run decides whether the breaker closes.
    pub rest: Duration,
}

/// Writes the handler with file and line, how often it failed, and how long it is still not called.
impl fmt::Display for OpenBreaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: failed {} times in a row, ", self.handler, self.failures)?;
        match self.rest {
            Duration::ZERO => f.write_str("the next run decides"),
            rest => write!(f, "not called for another {rest:.1?}"),
        }
    }
}

/// The breakers of an event's rows.
pub(super) struct Breakers {
    rows: Box<[Option<Circuit>]>,
    /// The time from which the circuits count.
    start: Instant,
    clock: Clock,
}

/// Closed until this many runs in a row failed. Then open for the cool-down. Then half open: one run is admitted, whose
/// result closes it or opens it again.
struct Circuit {
    settings: Breaker,
    /// How many runs have failed since the last success.
    failures: AtomicU32,
    /// Nanoseconds since the start at which a run may pass again, plus one; 0 while closed.
    open_until: AtomicU64,
}

impl Breakers {
    pub(super) fn new<'a>(policies: impl Iterator<Item = &'a Policy>, clock: Clock) -> Self {
        let circuit =
            |settings| Circuit { settings, failures: AtomicU32::new(0), open_until: AtomicU64::new(0) };
        let rows = policies.map(|policy| policy.breaker.map(circuit)).collect();
        Self { rows, start: clock.now(), clock }
    }

    /// Whether the handler of this row may run now. While half open it admits one run, and the next one when that run
    /// has ended or another cool-down has passed.
    pub(super) fn admits(&self, row: usize) -> bool {
        let Some(Some(circuit)) = self.rows.get(row) else { return true };
        let until = circuit.open_until.load(Ordering::Acquire);
        if until == 0 {
            return true;
        }
        let now = self.now();
        until <= now
            && circuit
                .open_until
                .compare_exchange(until, self.reopened(circuit, now), Ordering::AcqRel, Ordering::Relaxed)
                .is_ok()
    }

    /// The rows whose breakers are open: failures in a row, and how long they are still not called.
    pub(super) fn open(&self) -> impl Iterator<Item = (usize, u32, Duration)> {
        let now = self.now();
        self.rows.iter().enumerate().filter_map(move |(row, circuit)| {
            let circuit = circuit.as_ref()?;
            let until = circuit.open_until.load(Ordering::Acquire);
            let rest = Duration::from_nanos(until.saturating_sub(now));
            (until > 0).then(|| (row, circuit.failures.load(Ordering::Relaxed), rest))
        })
    }

    /// Records how a run of this row's handler ended.
    pub(super) fn record(&self, row: usize, succeeded: bool) {
        let Some(Some(circuit)) = self.rows.get(row) else { return };
        if succeeded {
            // Checked first, so that runs of a handler that does not fail write nothing. A failure at the same time may
            // open the breaker after this success.
            if circuit.failures.load(Ordering::Relaxed) > 0 || circuit.open_until.load(Ordering::Relaxed) > 0
            {
                circuit.failures.store(0, Ordering::Relaxed);
                circuit.open_until.store(0, Ordering::Release);
            }
        } else if circuit.failures.fetch_add(1, Ordering::Relaxed) + 1 >= circuit.settings.failures {
            circuit.open_until.store(self.reopened(circuit, self.now()), Ordering::Release);
        }
    }

    /// Records that an admitted run did not reach the handler, so that the next one is admitted.
    pub(super) fn did_not_run(&self, row: usize) {
        let Some(Some(circuit)) = self.rows.get(row) else { return };
        if circuit.open_until.load(Ordering::Relaxed) > 0 {
            circuit.open_until.store(self.now(), Ordering::Release);
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.clock.now().saturating_duration_since(self.start).as_nanos())
            .unwrap_or(u64::MAX - 1)
            + 1
    }

    fn reopened(&self, circuit: &Circuit, now: u64) -> u64 {
        now.saturating_add(u64::try_from(circuit.settings.cool_down.as_nanos()).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breakers(cool_down: Duration) -> Breakers {
        let policy = Policy::NONE.breaker(Breaker::new(2).cool_down(cool_down));
        Breakers::new([Policy::NONE, policy].iter(), Clock::System)
    }

    #[test]
    fn it_opens_after_a_number_of_failures_in_a_row() {
        let breakers = breakers(Duration::from_secs(3600));
        breakers.record(1, false);
        breakers.record(1, true);
        breakers.record(1, false);
        assert!(breakers.admits(1));
        breakers.record(1, false);
        assert!(!breakers.admits(1));
        assert!(breakers.admits(0), "the other row has no breaker");
        let open: Vec<_> = breakers.open().collect();
        assert!(matches!(open[..], [(1, 2, rest)] if rest > Duration::from_secs(3500)), "{open:?}");
    }

    #[test]
    fn after_the_cool_down_one_run_decides() {
        let open = breakers(Duration::ZERO);
        open.record(1, false);
        open.record(1, false);
        assert!(open.admits(1), "the cool-down is over at once");
        open.record(1, true);
        assert!(open.admits(1));
        assert!(open.admits(1), "closed again, it admits any number");
    }

    #[test]
    fn half_open_admits_only_one() {
        let breakers = breakers(Duration::from_millis(1));
        breakers.record(1, false);
        breakers.record(1, false);
        let until = breakers.rows[1].as_ref().map(|circuit| circuit.open_until.load(Ordering::Relaxed));
        while breakers.now() < until.unwrap() {
            std::hint::spin_loop();
        }
        let long = Duration::from_secs(3600);
        let mut breakers = breakers;
        breakers.rows[1].as_mut().unwrap().settings.cool_down = long;
        assert!(breakers.admits(1));
        assert!(!breakers.admits(1));
        breakers.did_not_run(1);
        assert!(breakers.admits(1), "another may decide");
        assert!(!breakers.admits(1));
    }

    #[test]
    fn an_admitted_run_that_does_not_happen_neither_opens_nor_closes_it() {
        let breakers = breakers(Duration::from_secs(3600));
        breakers.record(1, false);
        breakers.did_not_run(1);
        assert!(breakers.admits(1));
        breakers.record(1, false);
        assert!(!breakers.admits(1));
    }
}
