//! When a handler that failed is run again.

use std::cmp::Ordering;
use std::time::{Duration, Instant};

use events_core::handler::Retry;

use super::work::Work;

/// How long to wait before the next try, after so many of which the last failed; `None` if there is to be none.
pub(super) fn next_try(retry: Option<Retry>, tries: u32, is_retryable: bool) -> Option<Duration> {
    retry.filter(|_| is_retryable)?.delay(tries, fastrand::u64(..))
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
    fn each_retry_waits_within_the_bounds_of_its_jitter() {
        for tries in 1..=5 {
            let backoff = Duration::from_millis(10 << (tries - 1));
            let pause = next_try(Some(RETRY), tries, true).unwrap();
            assert!(pause <= backoff && pause >= backoff / 2, "{tries}: {pause:?}");
        }
    }

    #[test]
    fn there_are_no_more_tries_than_asked_for() {
        assert_eq!(next_try(Some(RETRY), 6, true), None);
        assert_eq!(next_try(Some(RETRY), 1, false), None);
        assert_eq!(next_try(None, 1, true), None);
    }
}
