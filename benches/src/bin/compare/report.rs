//! What was measured: what is printed, written as JSON and drawn.

use serde::Serialize;

use crate::bars::Bar;
use crate::percentiles::Percentiles;

/// One run of `compare`.
#[derive(Serialize)]
pub(crate) struct Report {
    pub(crate) quick: bool,
    pub(crate) dispatch: Dispatch,
    pub(crate) bars: Vec<Bar>,
}

/// What an emit costs.
#[derive(Serialize)]
pub(crate) struct Dispatch {
    /// How the tables were gathered.
    pub(crate) backend: &'static str,
    /// How many rounds the medians are over.
    pub(crate) rounds: usize,
    /// Emits that are timed together for percentiles.
    pub(crate) batch: u64,
    /// What the loop around each emit costs; contained in every figure.
    pub(crate) harness_ns: f64,
    pub(crate) cases: Vec<Case>,
}

/// One number of handlers with one kind of work.
#[derive(Serialize)]
pub(crate) struct Case {
    pub(crate) handlers: usize,
    pub(crate) work: &'static str,
    /// What one handler costs by itself: a share of the direct calls.
    pub(crate) handler_ns: f64,
    pub(crate) figures: Vec<Figure>,
}

/// One contender of a case.
#[derive(Serialize)]
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) way: &'static str,
    pub(crate) ns: f64,
    /// Over the slice of function pointers.
    pub(crate) to_floor: f64,
    pub(crate) percentiles: Percentiles,
    /// Allocations an emit.
    pub(crate) allocations: f64,
}
