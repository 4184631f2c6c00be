//! How even a contender's times are.

use std::time::{Duration, Instant};

use events_benches::contenders::Contender;
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

/// Emits that are timed together: reading the clock costs as much as a dozen of them.
pub(crate) const BATCH: u64 = 64;

/// The most batches of one contender.
const BATCHES: usize = 50_000;

/// Nanoseconds an emit, from batches of [`BATCH`].
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Percentiles {
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) p999: f64,
}

impl Percentiles {
    /// Times batches for this long.
    pub(crate) fn take(contender: &Contender, within: Duration) -> Self {
        // Picoseconds: a trivial emit takes few nanoseconds.
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
