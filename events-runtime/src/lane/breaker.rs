//! Circuit breakers, one for each handler that has one.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Instant;

use events_core::handler::{Breaker, Policy};

/// The breakers of an event's rows.
pub(super) struct Breakers {
    rows: Box<[Option<Circuit>]>,
    /// What the times of the circuits count from.
    start: Instant,
}

/// Closed until so many runs in a row failed; then open for a while; then it lets one run pass, which decides.
struct Circuit {
    settings: Breaker,
    /// Runs that failed since the last one that did not.
    failures: AtomicU32,
    /// Nanoseconds since the start at which a run may pass again, plus one; 0 while closed.
    open_until: AtomicU64,
}

impl Breakers {
    pub(super) fn new<'a>(policies: impl Iterator<Item = &'a Policy>) -> Self {
        let circuit =
            |settings| Circuit { settings, failures: AtomicU32::new(0), open_until: AtomicU64::new(0) };
        Self { rows: policies.map(|policy| policy.breaker.map(circuit)).collect(), start: Instant::now() }
    }

    /// Whether the handler of this row may run now. While half open only one may, until its result is in or as much
    /// time passed again.
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

    /// Takes in how a run of this row's handler ended.
    pub(super) fn record(&self, row: usize, succeeded: bool) {
        let Some(Some(circuit)) = self.rows.get(row) else { return };
        if succeeded {
            // The hot path of a healthy handler only reads.
            if circuit.failures.load(Ordering::Relaxed) > 0 {
                circuit.failures.store(0, Ordering::Relaxed);
                circuit.open_until.store(0, Ordering::Release);
            }
        } else if circuit.failures.fetch_add(1, Ordering::Relaxed) + 1 >= circuit.settings.failures {
            circuit.open_until.store(self.reopened(circuit, self.now()), Ordering::Release);
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX - 1) + 1
    }

    fn reopened(&self, circuit: &Circuit, now: u64) -> u64 {
        now.saturating_add(u64::try_from(circuit.settings.cool_down.as_nanos()).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn breakers(cool_down: Duration) -> Breakers {
        let policy = Policy::NONE.breaker(Breaker::new(2).cool_down(cool_down));
        Breakers::new([Policy::NONE, policy].iter())
    }

    #[test]
    fn it_opens_after_so_many_failures_in_a_row() {
        let breakers = breakers(Duration::from_secs(3600));
        breakers.record(1, false);
        breakers.record(1, true);
        breakers.record(1, false);
        assert!(breakers.admits(1));
        breakers.record(1, false);
        assert!(!breakers.admits(1));
        assert!(breakers.admits(0), "the other row has no breaker");
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
    }
}
