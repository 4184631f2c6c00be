//! The results, which are printed, written as JSON and drawn.

use events_benches::load::contest::Contest;
use events_benches::show::bar::Bar;
use events_benches::show::machine::Machine;
use serde::{Deserialize, Serialize};

use crate::percentiles::Percentiles;

/// One run of `compare`.
#[derive(Serialize)]
pub(crate) struct Report {
    /// The machine on which it ran.
    pub(crate) machine: Machine,
    pub(crate) quick: bool,
    pub(crate) dispatch: Dispatch,
    /// What was not measured, and why.
    pub(crate) left_out: Vec<String>,
    pub(crate) startup: Vec<Startup>,
    pub(crate) before_main: Vec<BeforeMain>,
    pub(crate) compile: Vec<Compile>,
    /// The throughput of queues.
    pub(crate) contests: Vec<Contest>,
    /// The project's bars, shown last.
    pub(crate) bars: Vec<Bar>,
}

/// The cost of an emit.
#[derive(Serialize, Deserialize)]
pub(crate) struct Dispatch {
    /// How the tables were gathered.
    pub(crate) backend: String,
    /// The number of rounds of each median.
    pub(crate) rounds: usize,
    /// How many emits are timed together for percentiles.
    pub(crate) batch: u64,
    /// The cost of the loop around each emit, which every figure includes.
    pub(crate) harness_ns: f64,
    pub(crate) cases: Vec<Case>,
}

/// One number of handlers with one kind of work.
#[derive(Serialize, Deserialize)]
pub(crate) struct Case {
    pub(crate) handlers: usize,
    pub(crate) work: String,
    /// The cost of one handler itself: the time of the direct calls divided by their number.
    pub(crate) handler_ns: f64,
    pub(crate) figures: Vec<Figure>,
}

/// One contender of a case.
#[derive(Serialize, Deserialize)]
pub(crate) struct Figure {
    pub(crate) name: String,
    pub(crate) way: String,
    pub(crate) ns: f64,
    /// The ratio to the slice of function pointers.
    pub(crate) to_floor: f64,
    pub(crate) percentiles: Percentiles,
    /// Allocations per emit.
    pub(crate) allocations: f64,
}

/// The time from the first line of `main` to the end of the first emit.
#[derive(Serialize)]
pub(crate) struct Startup {
    pub(crate) name: &'static str,
    pub(crate) handlers: usize,
    pub(crate) first_us: f64,
    /// How much of it building the bus takes.
    pub(crate) build_us: Option<f64>,
    pub(crate) program_bytes: u64,
}

/// What runs before `main`.
#[derive(Serialize)]
pub(crate) struct BeforeMain {
    pub(crate) name: &'static str,
    pub(crate) handlers: usize,
    /// How many functions the loader calls. `None` if the program is not a 64-bit ELF file.
    pub(crate) constructors: Option<u64>,
    /// How many instructions of its own code the program runs outside of `main`. `None` without valgrind.
    pub(crate) instructions: Option<u64>,
}

/// How much processor time the compilation of a generated crate takes.
#[derive(Serialize)]
pub(crate) struct Compile {
    pub(crate) name: &'static str,
    pub(crate) handlers: usize,
    pub(crate) profile: &'static str,
    pub(crate) clean_s: f64,
    pub(crate) incremental_s: f64,
    /// With an event, its handler and an emit of it added.
    pub(crate) one_more_s: Option<f64>,
    pub(crate) program_bytes: u64,
}
