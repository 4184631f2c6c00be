//! Retries: how often a handler runs again after a failure, and after which delay.

use core::time::Duration;

/// How often a handler runs again after a failure, and after which delay.
/// `retry(max = 5, backoff = "10ms..1s", jitter = "full", when = |error| error.is_transient())` sets it.
///
/// The backoff before the first retry is [`initial_backoff`](Self::initial_backoff). It doubles with each retry, up to
/// [`max_backoff`](Self::max_backoff). The [`jitter`](Self::jitter) then subtracts a random part of it, for the first retry
/// too.
///
/// ```
/// use std::time::Duration;
/// use events::handler::{Jitter, Retry};
/// use events::prelude::*;
///
/// #[event]
/// struct ReceiptDue;
///
/// #[handler(retry(max = 3, backoff = "100ms..2s", jitter = "full"))]
/// fn mail_invoice(_: &ReceiptDue) {}
///
/// let handler = events::registry().handlers().find(|handler| handler.path.ends_with("::mail_invoice")).unwrap();
/// let backoff = (Duration::from_millis(100), Duration::from_secs(2));
/// assert_eq!(handler.policy.retry, Some(Retry::new(3).backoff(backoff.0, backoff.1).jitter(Jitter::Full)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retry {
    /// The largest number of retries after the first attempt. With 5, the handler runs up to six times.
    pub max_retries: u32,
    /// The backoff before the first retry, before jitter.
    pub initial_backoff: Duration,
    /// The longest backoff. If it equals `initial_backoff`, all backoffs are equal.
    pub max_backoff: Duration,
    /// Which random part of each backoff is subtracted.
    pub jitter: Jitter,
    /// The condition of `when = ..` on the handler's error, as it is written. An error for which it does not hold is not
    /// retried: see [`Failure::is_retryable`](crate::outcome::Failure::is_retryable).
    pub condition: Option<&'static str>,
}

/// How the delay before a retry is chosen at random from the backoff, so that handlers that failed at the same time are not
/// retried at the same time.
///
/// ```
/// use std::time::Duration;
/// use events::handler::{Jitter, Retry};
///
/// let second = Duration::from_secs(1);
/// let retry = Retry::new(1).backoff(second, second);
/// let shortest = |jitter| retry.jitter(jitter).delay(1, 0).unwrap();
/// assert_eq!(shortest(Jitter::Full), Duration::ZERO);
/// assert_eq!(shortest(Jitter::Equal), second / 2);
/// assert_eq!(shortest(Jitter::None), second);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Jitter {
    /// Between zero and the whole backoff. Spreads retries most, but a retry may follow at once.
    Full,
    /// Between half of the backoff and the whole. The default.
    #[default]
    Equal,
    /// Exactly the backoff.
    None,
}

impl Retry {
    /// Creates a policy of up to `max_retries` retries after any failure, with backoffs from 10 ms to 1 s and
    /// [`Jitter::Equal`].
    ///
    /// ```
    /// use std::time::Duration;
    /// use events::handler::{Jitter, Retry};
    ///
    /// let retry = Retry::new(5);
    /// assert_eq!(retry.max_retries, 5);
    /// assert_eq!((retry.initial_backoff, retry.max_backoff), (Duration::from_millis(10), Duration::from_secs(1)));
    /// assert_eq!(retry.jitter, Jitter::Equal);
    /// ```
    pub const fn new(max_retries: u32) -> Self {
        Self {
            max_retries,
            initial_backoff: Duration::from_millis(10),
            max_backoff: Duration::from_secs(1),
            jitter: Jitter::Equal,
            condition: None,
        }
    }

    /// Sets the backoff before the first retry and the longest one.
    #[must_use]
    pub const fn backoff(mut self, initial: Duration, max: Duration) -> Self {
        self.initial_backoff = initial;
        self.max_backoff = max;
        self
    }

    /// Sets the jitter.
    #[must_use]
    pub const fn jitter(mut self, jitter: Jitter) -> Self {
        self.jitter = jitter;
        self
    }

    /// Sets the text of the condition on the handler's error. The condition itself is part of the handler's code.
    #[doc(hidden)]
    #[must_use]
    pub const fn condition(mut self, condition: &'static str) -> Self {
        self.condition = Some(condition);
        self
    }

    /// Returns the delay before a retry; `None` if there is no such retry. Retries are counted from 1.
    ///
    /// `random` is a random number, uniform over all of `u64`. With a backoff of `b`, the delay is in `b / 2 ..= b` for
    /// [`Jitter::Equal`], in `0 ..= b` for [`Jitter::Full`], and `b` for [`Jitter::None`].
    ///
    /// ```
    /// use std::time::Duration;
    /// use events::handler::{Jitter, Retry};
    ///
    /// let ms = Duration::from_millis;
    /// let retry = Retry::new(4).backoff(ms(10), ms(50)).jitter(Jitter::None);
    /// let delays: Vec<_> = (1..).map_while(|n| retry.delay(n, 0)).collect();
    /// assert_eq!(delays, [ms(10), ms(20), ms(40), ms(50)]);
    ///
    /// let equal = retry.jitter(Jitter::Equal);
    /// assert_eq!(equal.delay(1, 0), Some(ms(5)));
    /// ```
    pub fn delay(&self, retry: u32, random: u64) -> Option<Duration> {
        if retry == 0 || retry > self.max_retries {
            return None;
        }
        // A `Duration` has less than 2^94 nanoseconds, so a factor of 2^127 exceeds every `max_backoff`.
        let doubled = 1u128 << (retry - 1).min(127);
        let backoff =
            self.initial_backoff.as_nanos().saturating_mul(doubled).min(self.max_backoff.as_nanos());
        let least = match self.jitter {
            Jitter::Full => 0,
            Jitter::Equal => backoff / 2,
            Jitter::None => backoff,
        };
        Some(from_nanos(least + fraction(backoff - least, random)))
    }
}

/// `span` times `random / 2^64`, for a span of less than 2^94.
fn fraction(span: u128, random: u64) -> u128 {
    let random = u128::from(random);
    let (high, low) = (span >> 64, span & u128::from(u64::MAX));
    high * random + ((low * random) >> 64)
}

/// A duration of this many nanoseconds, which are at most those of `Duration::MAX`.
fn from_nanos(nanos: u128) -> Duration {
    const SECOND: u128 = 1_000_000_000;
    Duration::new((nanos / SECOND) as u64, (nanos % SECOND) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    const JITTERS: [Jitter; 3] = [Jitter::Full, Jitter::Equal, Jitter::None];

    /// The smallest and the largest number, then pseudo-random ones (SplitMix64).
    fn randoms() -> impl Iterator<Item = u64> {
        let mut state = 7u64;
        let mixed = core::iter::from_fn(move || {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut bits = (state ^ state >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            bits = (bits ^ bits >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
            Some(bits ^ bits >> 31)
        });
        [0, 1, u64::MAX / 2, u64::MAX - 1, u64::MAX].into_iter().chain(mixed.take(100))
    }

    /// The documented backoff, computed by doubling step by step.
    fn backoff(retry: &Retry, number: u32) -> Duration {
        let mut backoff = retry.initial_backoff.min(retry.max_backoff);
        for _ in 1..number.min(200) {
            backoff = backoff.saturating_mul(2).min(retry.max_backoff);
        }
        backoff
    }

    #[test]
    fn every_delay_is_within_its_bounds() {
        let ns = Duration::from_nanos;
        let ranges = [
            (ns(0), ns(0)),
            (ns(1), ns(1)),
            (ns(3), Duration::MAX),
            (Duration::from_millis(10), Duration::from_secs(1)),
            (Duration::from_secs(7), Duration::from_secs(3)),
            (Duration::from_secs(u64::MAX / 2), Duration::from_secs(u64::MAX)),
            (Duration::MAX, Duration::MAX),
        ];
        for (initial, max) in ranges {
            for jitter in JITTERS {
                let retry = Retry::new(u32::MAX).backoff(initial, max).jitter(jitter);
                for number in (1..130).chain([u32::MAX - 1, u32::MAX]) {
                    let backoff = backoff(&retry, number);
                    let least = match jitter {
                        Jitter::Full => Duration::ZERO,
                        Jitter::Equal => backoff / 2,
                        Jitter::None => backoff,
                    };
                    for random in randoms() {
                        let delay = retry.delay(number, random).unwrap();
                        assert!(
                            least <= delay && delay <= backoff,
                            "{retry:?}, retry {number}, random {random}: {delay:?}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn the_first_retry_has_its_jitter_too() {
        let (second, nano) = (Duration::from_secs(1), Duration::from_nanos(1));
        let retry = Retry::new(1).backoff(second, second);
        assert_eq!(retry.jitter, Jitter::Equal, "the default");
        assert_eq!(retry.delay(1, 0), Some(second / 2));
        assert_eq!(retry.delay(1, 1 << 63), Some(second * 3 / 4));
        assert_eq!(retry.delay(1, u64::MAX), Some(second - nano));
        let full = retry.jitter(Jitter::Full);
        assert_eq!(full.delay(1, 0), Some(Duration::ZERO));
        assert_eq!(full.delay(1, 1 << 63), Some(second / 2));
        assert_eq!(full.delay(1, u64::MAX), Some(second - nano));
    }

    #[test]
    fn without_jitter_backoffs_double_exactly() {
        let ms = Duration::from_millis;
        let retry = Retry::new(5).backoff(ms(10), ms(100)).jitter(Jitter::None);
        for random in randoms() {
            for (number, delay) in (1..).zip([10, 20, 40, 80, 100]) {
                assert_eq!(retry.delay(number, random), Some(ms(delay)));
            }
        }
    }

    #[test]
    fn there_are_no_more_retries_than_configured() {
        let retry = Retry::new(5);
        assert_eq!((retry.delay(0, 7), retry.delay(6, 7), Retry::new(0).delay(1, 7)), (None, None, None));
        assert!(retry.delay(5, 7).is_some());
    }
}
