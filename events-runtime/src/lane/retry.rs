//! When a handler that failed is run again.

use std::cmp::Ordering;
use std::time::{Duration, Instant};

use events_core::handler::Retry;

use super::work::Work;

/// How long to wait before the next try, after so many; `None` if there is to be none.
///
/// Exponential with full jitter above the half: the pause doubles from `min` to `cap`, and a random half of it is taken
/// off, so that many that failed together do not come back together.
pub(super) fn next_try(retry: Option<Retry>, tries: u32) -> Option<Duration> {
    let retry = retry.filter(|retry| tries <= retry.max)?;
    let doubled = 2u32.saturating_pow(tries.saturating_sub(1));
    let pause = retry.min.saturating_mul(doubled).min(retry.cap);
    Some(pause.mul_f64(0.5 + fastrand::f64() / 2.0).max(retry.min.min(pause)))
}

/// Work for a time to come; the earliest first, and those of one time in the order in which they were put down.
pub(super) struct Timed {
    pub(super) due: Instant,
    pub(super) turn: u64,
    pub(super) work: Work,
}

impl Ord for Timed {
    fn cmp(&self, other: &Self) -> Ordering {
        // A heap gives the greatest first.
        other.due.cmp(&self.due).then(other.turn.cmp(&self.turn))
    }
}

impl PartialOrd for Timed {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Timed {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Timed {}

#[cfg(test)]
mod tests {
    use super::*;

    const RETRY: Retry = Retry::new(5).backoff(Duration::from_millis(10), Duration::from_secs(1));

    #[test]
    fn pauses_double_to_the_cap_with_jitter() {
        for tries in 1..=5 {
            let full = Duration::from_millis(10 << (tries - 1));
            let pause = next_try(Some(RETRY), tries).unwrap();
            assert!(pause <= full && pause >= (full / 2).max(RETRY.min), "{tries}: {pause:?}");
        }
    }

    #[test]
    fn there_are_no_more_tries_than_asked_for() {
        assert_eq!(next_try(Some(RETRY), 6), None);
        assert_eq!(next_try(None, 1), None);
    }

    #[test]
    fn endless_retries_do_not_overflow() {
        let retry = Retry { max: u32::MAX, ..RETRY };
        assert!(next_try(Some(retry), u32::MAX).unwrap() <= RETRY.cap);
    }
}
