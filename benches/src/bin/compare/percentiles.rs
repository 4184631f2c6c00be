//! The distribution of a contender's times.

use std::time::{Duration, Instant};

use events_benches::contenders::Contender;
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

/// How many emits are timed together, because reading the clock costs as much as a dozen emits.
pub(crate) const BATCH: u64 = 64;

/// The most batches of one contender.
const BATCHES: usize = 50_000;

/// Nanoseconds per emit, from batches of [`BATCH`].
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Percentiles {
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) p999: f64,
}

impl Percentiles {
    /// Times batches for this long.
    pub(crate) fn take(contender: &Contender, within: Duration) -> Self {
        // In picoseconds, because a trivial emit takes a few nanoseconds.
        let mut histogram = Histogram::<u64>::new_with_bounds(1, 1_000_000_000_000, 3)
            .unwrap_or_else(|error| events_benches::body::broken(&error));
        let end = Instant::now() + within;
        for _ in 0..BATCHES {
            let begin = Instant::now();
            contender.run(BATCH);
            let now = Instant::now();
            histogram.saturating_record((now - begin).as_nanos() as u64 * 1_000 / BATCH);
            if now >= end {
                break;
            }
        }
        let at = |quantile| histogram.value_at_quantile(quantile) as f64 / 1_000.0;
        Self { p50: at(0.5), p99: at(0.99), p999: at(0.999) }
    }
}
