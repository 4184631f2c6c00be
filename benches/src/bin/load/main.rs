//! Measures queues with workers under load, with events that are sent by a model, and compares the result with limits.

mod check;
mod cli;
mod html;
mod live;
mod report;
mod sweep;
mod table;

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use events_benches::load::model::Model;
use events_benches::load::select::run_choice;
use events_benches::measure::allocations;
use events_benches::show::files;
use events_benches::show::machine::Machine;

use cli::{Command, Options, RunOptions};
use live::Live;
use report::Report;

#[global_allocator]
static ALLOCATOR: allocations::Counting = allocations::Counting;

fn main() -> ExitCode {
    match run(&Options::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("load: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(command: &Command) -> Result<ExitCode, Box<dyn Error>> {
    match command {
        Command::Steady(run) => under(run, Model::Steady),
        Command::Poisson { run, seed } => under(run, Model::Poisson { seed: *seed }),
        Command::Burst { run, every, within } => under(run, Model::Burst { every: *every, within: *within }),
        Command::Ramp { run, from } => under(run, Model::Ramp { from: *from }),
        Command::Cancellation { rounds } => {
            println!("{}", table::cancellation(&check::cancelled(*rounds)));
            Ok(ExitCode::SUCCESS)
        }
        Command::Registration { rounds } => {
            println!("{}", table::registration(&check::registered(&[false, true], *rounds)));
            Ok(ExitCode::SUCCESS)
        }
        Command::Sweep(options) => sweep::sweep(options),
        Command::Check(options) => check::check(options),
    }
}

/// One run under one model.
fn under(options: &RunOptions, model: Model) -> Result<ExitCode, Box<dyn Error>> {
    let plan = options.plan(model);
    let limits = options.verdict.limits(&model);
    let mut live = Live::new(&plan);
    let run =
        run_choice(options.setup.target.0, options.setup.payload, &plan, &mut |window| live.show(window))?;
    drop(live);
    let report = Report::new(Machine::this()?, plan, limits, run);
    print!("{}", table::text(&report));
    if let Some(out) = &options.out {
        files::write(out, "report", &serde_json::to_string_pretty(&report)?, &html::of(&report))?;
    }
    Ok(if report.fails() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
