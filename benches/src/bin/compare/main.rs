//! Compares static dispatch with dynamic dispatch on this machine.
//!
//! Prints tables, writes them as JSON and as a page, and at the end reports which of the project's bars were met.

mod backend;
mod bars;
mod cli;
mod compile;
mod constructors;
mod dispatch;
mod generate;
mod html;
mod listing;
mod percentiles;
mod picture;
mod registration;
mod report;
mod source;
mod startup;
mod table;

use std::error::Error;
use std::fs;
use std::process::ExitCode;

use clap::Parser;
use events_benches::measure::allocations;
use events_benches::show::bar::Bar;
use events_benches::show::files;
use events_benches::show::machine::Machine;

use cli::Options;
use events_benches::load::lanes::{self, Lanes};
use generate::Workshop;
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
    if options.dispatch_json {
        let dispatch = dispatch::measure(&options.effort(), &mut Vec::new());
        println!("{}", serde_json::to_string(&dispatch)?);
        return Ok(ExitCode::SUCCESS);
    }
    let report = measure(options)?;
    print!("{}", table::text(&report));
    files::write(&options.out, "report", &serde_json::to_string_pretty(&report)?, &html::page(&report))?;
    let picture = options.out.join("report.svg");
    fs::write(&picture, picture::picture(&report.dispatch, &report.machine))?;
    println!("The figures of dispatch as a picture: {}.", picture.display());
    let short = report.bars.iter().any(Bar::falls_short);
    Ok(if options.check && short { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn measure(options: &Options) -> Result<Report, Box<dyn Error>> {
    let effort = options.effort();
    let workshop = Workshop::new(&options.out, options.may_build())?;
    let mut bars = Vec::new();
    let mut left_out = Vec::new();
    let mut dispatch = dispatch::measure(&effort, &mut bars);
    if events_benches::body::failures() > 0 {
        return Err("a handler failed while it was measured: the figures mean nothing".into());
    }
    backend::add_inventory(&mut dispatch, &workshop, options.quick, &mut left_out)?;
    let (startup, before_main) = startup::measure(&workshop, effort.runs, &mut bars, &mut left_out)?;
    listing::measure(&workshop, effort.runs, &mut bars)?;
    let extent = if options.quick { lanes::Extent::QUICK } else { lanes::Extent::FULL };
    let Lanes { contests, bars: of_lanes } = lanes::measure(extent, || ())?;
    bars.extend(of_lanes);
    let compile = if options.quick {
        let why = "left out by --quick";
        bars.extend(compile::skipped(why));
        left_out.push(format!("compile times: {why}"));
        Vec::new()
    } else {
        compile::measure(&workshop, effort.builds, &mut bars)?
    };
    let machine = Machine::this()?;
    Ok(Report {
        machine,
        quick: options.quick,
        dispatch,
        left_out,
        startup,
        before_main,
        compile,
        contests,
        bars,
    })
}
