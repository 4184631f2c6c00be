//! Static dispatch beside dynamic, in one table: what one runs to decide.
//!
//! Measures, prints, writes JSON and a page to look at, and tells which of the project's promises about cost held.

mod allocations;
mod bars;
mod cli;
mod dispatch;
mod percentiles;
mod progress;
mod report;
mod samples;
mod table;

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;

use cli::Options;
use report::Report;

#[global_allocator]
static ALLOCATOR: allocations::Counting = allocations::Counting;

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("compare: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(options: &Options) -> Result<ExitCode, Box<dyn Error>> {
    let report = measure(options)?;
    print!("{}", table::text(&report));
    let short = report.bars.iter().any(|bar| bar.held == Some(false));
    Ok(if options.check && short { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn measure(options: &Options) -> Result<Report, Box<dyn Error>> {
    let effort = options.effort();
    let mut bars = Vec::new();
    let dispatch = dispatch::measure(&effort, &mut bars);
    if events_benches::body::failures() > 0 {
        return Err("a handler failed while it was measured: the figures mean nothing".into());
    }
    Ok(Report { quick: options.quick, dispatch, bars })
}
