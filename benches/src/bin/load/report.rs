//! One run as data, which is written as JSON, printed and drawn.

use events_benches::load::account::Account;
use events_benches::load::run::{Plan, Run, Window};
use events_benches::load::verdict::Limits;
use events_benches::show::bar::Bar;
use events_benches::show::machine::Machine;
use hdrhistogram::Histogram;
use serde::Serialize;

/// A run, with the bars that it was compared with.
#[derive(Serialize)]
pub(crate) struct Report {
    pub(crate) machine: Machine,
    pub(crate) target: &'static str,
    pub(crate) payload_bytes: usize,
    pub(crate) plan: Plan,
    pub(crate) rate_wanted: f64,
    pub(crate) rate_reached: f64,
    /// To the start of the handler.
    pub(crate) start_us: Latencies,
    /// To its end.
    pub(crate) end_us: Latencies,
    pub(crate) allocations_per_event: f64,
    pub(crate) account: Account,
    /// How many events were due and not sent.
    pub(crate) unsent: u64,
    pub(crate) windows: Vec<Window>,
    pub(crate) limits: Limits,
    pub(crate) verdict: Vec<Bar>,
}

/// Latencies in microseconds, from the time at which an event was due.
#[derive(Serialize)]
pub(crate) struct Latencies {
    pub(crate) p50: f64,
    pub(crate) p90: f64,
    pub(crate) p99: f64,
    pub(crate) p999: f64,
    pub(crate) max: f64,
    /// Percentile and latency, for the curve.
    pub(crate) curve: Vec<(f64, f64)>,
}

/// The percentiles of a curve, closer together towards 100.
pub(crate) const CURVE: [f64; 15] =
    [0.0, 25.0, 50.0, 75.0, 90.0, 95.0, 97.5, 99.0, 99.5, 99.75, 99.9, 99.95, 99.99, 99.999, 99.9999];

impl Latencies {
    pub(crate) fn of(ns: &Histogram<u64>) -> Self {
        let at = |percentile| ns.value_at_percentile(percentile) as f64 / 1_000.0;
        // The highest percentiles need enough events: a thousand have no 99.99th.
        let known =
            CURVE.into_iter().filter(|percentile| (100.0 - percentile) / 100.0 * ns.len() as f64 >= 1.0);
        Self {
            p50: at(50.0),
            p90: at(90.0),
            p99: at(99.0),
            p999: at(99.9),
            max: ns.max() as f64 / 1_000.0,
            curve: known.map(|percentile| (percentile, at(percentile))).collect(),
        }
    }
}

impl Report {
    pub(crate) fn new(machine: Machine, plan: Plan, limits: Limits, run: Run) -> Self {
        Self {
            machine,
            target: run.target,
            payload_bytes: run.payload,
            rate_wanted: plan.model.mean_rate(plan.rate),
            rate_reached: run.rate(plan.duration),
            start_us: Latencies::of(&run.start),
            end_us: Latencies::of(&run.end),
            allocations_per_event: run.allocations,
            account: run.account,
            unsent: run.unsent,
            limits,
            verdict: limits.judge(&plan, &run),
            windows: run.windows,
            plan,
        }
    }

    pub(crate) fn fails(&self) -> bool {
        self.verdict.iter().any(Bar::falls_short)
    }
}
