//! What one can ask for.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

/// Compares static dispatch with dynamic: time, allocations, start-up, size, compile time.
#[derive(Parser)]
#[command(name = "compare", version)]
pub(crate) struct Options {
    /// Finish within a minute: fewer rounds, and no compile times.
    #[arg(long)]
    pub(crate) quick: bool,

    /// Exit with 1 when a figure falls short of its bar.
    #[arg(long)]
    pub(crate) check: bool,

    /// Where the report goes, as JSON and as a page.
    #[arg(long, value_name = "DIR", default_value = "target/compare")]
    pub(crate) out: PathBuf,

    /// With `--quick`: build the programs that are measured, where they are not built yet, however long that takes.
    #[arg(long)]
    pub(crate) build: bool,

    /// Print the figures of dispatch as JSON, and nothing else.
    #[arg(long, hide = true)]
    pub(crate) dispatch_json: bool,
}

/// How long to measure.
pub(crate) struct Effort {
    /// Rounds in which every contender runs one block.
    pub(crate) rounds: usize,
    /// How long a block takes.
    pub(crate) block: Duration,
    /// How long batches are timed for the percentiles of one contender.
    pub(crate) percentiles: Duration,
    /// How often each generated program runs.
    pub(crate) runs: usize,
    /// How often each generated crate is compiled.
    pub(crate) builds: usize,
}

impl Options {
    /// Whether to build what is not built yet.
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
