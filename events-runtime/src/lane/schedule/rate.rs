//! The rate limit of a lane.

use std::time::Duration;

use crate::lane::config::LaneConfig;

/// Limits how fast workers take events from a lane, if a rate is set.
pub(in crate::lane) struct RateLimit {
    #[cfg(feature = "rate-limit")]
    limiter: Option<governor::DefaultDirectRateLimiter>,
}

impl RateLimit {
    #[cfg(feature = "rate-limit")]
    pub(in crate::lane) fn new(settings: &LaneConfig) -> Self {
        let limiter = settings.rate_limit.map(|(per_second, burst)| {
            governor::RateLimiter::direct(governor::Quota::per_second(per_second).allow_burst(burst))
        });
        Self { limiter }
    }

    #[cfg(not(feature = "rate-limit"))]
    pub(in crate::lane) fn new(_: &LaneConfig) -> Self {
        Self {}
    }

    #[inline]
    pub(in crate::lane) fn is_none(&self) -> bool {
        #[cfg(feature = "rate-limit")]
        return self.limiter.is_none();
        #[cfg(not(feature = "rate-limit"))]
        true
    }

    /// How long to wait before an event may be taken. `None` if one may be taken now; it is counted at once.
    pub(in crate::lane) fn wait(&self) -> Option<Duration> {
        #[cfg(feature = "rate-limit")]
        if let Some(limiter) = &self.limiter {
            use governor::clock::Clock;
            let clock = governor::clock::DefaultClock::default();
            return limiter.check().err().map(|not_until| not_until.wait_time_from(clock.now()));
        }
        None
    }
}
