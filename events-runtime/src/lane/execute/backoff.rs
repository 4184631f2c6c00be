//! How long a handler that failed waits for its retry.

use std::time::Duration;

use events_core::handler::Retry;

/// How long to wait before the next retry, after this many attempts of which the last failed; `None` if there is to be
/// none.
pub(super) fn next_backoff(retry: Option<Retry>, attempts: u32, is_retryable: bool) -> Option<Duration> {
    retry.filter(|_| is_retryable)?.delay(attempts, fastrand::u64(..))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RETRY: Retry = Retry::new(5).backoff(Duration::from_millis(10), Duration::from_secs(1));

    #[test]
    fn each_retry_waits_within_the_bounds_of_its_jitter() {
        for attempts in 1..=5 {
            let backoff = Duration::from_millis(10 << (attempts - 1));
            let pause = next_backoff(Some(RETRY), attempts, true).unwrap();
            assert!(pause <= backoff && pause >= backoff / 2, "{attempts}: {pause:?}");
        }
    }

    #[test]
    fn there_are_no_more_retries_than_configured() {
        assert_eq!(next_backoff(Some(RETRY), 6, true), None);
        assert_eq!(next_backoff(Some(RETRY), 1, false), None);
        assert_eq!(next_backoff(None, 1, true), None);
    }
}
