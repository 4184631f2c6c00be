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

    /// Measure dispatch alone: no start-up, no sizes, no compile times.
    #[arg(long)]
    pub(crate) dispatch_only: bool,
}

/// How long to measure.
pub(crate) struct Effort {
    /// Rounds in which every contender runs one block.
    pub(crate) rounds: usize,
    /// How long a block takes.
    pub(crate) block: Duration,
    /// How long batches are timed for the percentiles of one contender.
    pub(crate) percentiles: Duration,
}

impl Options {
    pub(crate) fn effort(&self) -> Effort {
        let block = Duration::from_micros(30);
        if self.quick {
            Effort { rounds: 500, block, percentiles: Duration::from_millis(60) }
        } else {
            Effort { rounds: 3_000, block, percentiles: Duration::from_millis(400) }
        }
    }
}
