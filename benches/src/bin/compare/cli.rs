//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

/// Compares dispatch through link-time tables with buses that register at run time: time per emit, allocations, start-up,
/// program size, compile time, and the throughput of queues.
///
/// Figures come first. What the project itself promises comes last, and decides the exit code only with `--check`.
#[derive(Parser)]
#[command(name = "compare", version)]
pub(crate) struct Options {
    /// Finish within a minute, with fewer rounds and without compile times
    #[arg(long)]
    pub(crate) quick: bool,

    /// Exit with code 1 if a figure misses its bar
    #[arg(long)]
    pub(crate) check: bool,

    /// Write report.json, report.html and report.svg to this folder
    #[arg(long, value_name = "DIR", default_value = "target/compare")]
    pub(crate) out: PathBuf,

    /// With `--quick`: also build the programs that are measured, which takes minutes
    #[arg(long)]
    pub(crate) build: bool,

    /// Print the figures of dispatch as JSON and nothing else
    #[arg(long, hide = true)]
    pub(crate) dispatch_json: bool,
}

/// How much to measure.
pub(crate) struct Effort {
    /// Rounds; in each, every contender runs one block.
    pub(crate) rounds: usize,
    /// The time of a block.
    pub(crate) block: Duration,
    /// The time spent on the percentiles of one contender.
    pub(crate) percentiles: Duration,
    /// Runs of each generated program.
    pub(crate) runs: usize,
    /// Builds of each generated crate.
    pub(crate) builds: usize,
}

impl Options {
    /// Whether to build programs that are missing.
    pub(crate) fn may_build(&self) -> bool {
        self.build || !self.quick
    }

    pub(crate) fn effort(&self) -> Effort {
        let block = Duration::from_micros(30);
        if self.quick {
            Effort { rounds: 500, block, percentiles: Duration::from_millis(60), runs: 15, builds: 0 }
        } else {
            Effort { rounds: 3_000, block, percentiles: Duration::from_millis(400), runs: 60, builds: 3 }
        }
    }
}
