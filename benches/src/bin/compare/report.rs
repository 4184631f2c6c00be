//! What was measured: what is printed, written as JSON and drawn.

use events_benches::load::contest::Contest;
use events_benches::show::bar::Bar;
use events_benches::show::machine::Machine;
use serde::{Deserialize, Serialize};

use crate::percentiles::Percentiles;

/// One run of `compare`.
#[derive(Serialize)]
pub(crate) struct Report {
    /// Where it ran.
    pub(crate) machine: Machine,
    pub(crate) quick: bool,
    pub(crate) dispatch: Dispatch,
    /// What was not measured, and why.
    pub(crate) left_out: Vec<String>,
    pub(crate) startup: Vec<Startup>,
    pub(crate) before_main: Vec<BeforeMain>,
    pub(crate) compile: Vec<Compile>,
    /// How fast queues are.
    pub(crate) contests: Vec<Contest>,
    /// What the project promises. Shown last.
    pub(crate) bars: Vec<Bar>,
}

/// What an emit costs.
#[derive(Serialize, Deserialize)]
pub(crate) struct Dispatch {
    /// How the tables were gathered.
    pub(crate) backend: String,
    /// How many rounds the medians are over.
    pub(crate) rounds: usize,
    /// Emits that are timed together for percentiles.
    pub(crate) batch: u64,
    /// What the loop around each emit costs; contained in every figure.
    pub(crate) harness_ns: f64,
    pub(crate) cases: Vec<Case>,
}

/// One number of handlers with one kind of work.
#[derive(Serialize, Deserialize)]
pub(crate) struct Case {
    pub(crate) handlers: usize,
    pub(crate) work: String,
    /// What one handler costs by itself: a share of the direct calls.
    pub(crate) handler_ns: f64,
    pub(crate) figures: Vec<Figure>,
}

/// One contender of a case.
#[derive(Serialize, Deserialize)]
pub(crate) struct Figure {
    pub(crate) name: String,
    pub(crate) way: String,
    pub(crate) ns: f64,
    /// Over the slice of function pointers.
    pub(crate) to_floor: f64,
    pub(crate) percentiles: Percentiles,
    /// Allocations an emit.
    pub(crate) allocations: f64,
}

/// From the first line of `main` to the end of the first emit.
#[derive(Serialize)]
pub(crate) struct Startup {
    pub(crate) name: &'static str,
    pub(crate) handlers: usize,
    pub(crate) first_us: f64,
    /// What building the bus takes of it.
    pub(crate) build_us: Option<f64>,
    pub(crate) program_bytes: u64,
}

/// What runs before `main`.
#[derive(Serialize)]
pub(crate) struct BeforeMain {
    pub(crate) name: &'static str,
    pub(crate) handlers: usize,
    /// Functions that the loader calls; nothing where the program is no 64-bit ELF file.
    pub(crate) constructors: Option<u64>,
    /// Instructions of the program's own code where `main` returns at once; nothing without valgrind.
    pub(crate) instructions: Option<u64>,
}

/// How much time of processors a generated crate takes to compile.
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
