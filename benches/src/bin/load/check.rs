//! Measures what the project's bars are about.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use events_benches::load::bars;
use events_benches::load::cancellation;
use events_benches::load::contest::{self, Contest};
use events_benches::load::lanes::{self, Extent, Lanes};
use events_benches::load::registration::{self, Case, STANDING};
use events_benches::show::bar::Bar;
use events_benches::show::files;
use events_benches::show::machine::Machine;
use events_benches::show::page::{page, verdicts};
use events_benches::show::progress;
use events_benches::show::table;
use hdrhistogram::Histogram;
use serde::Serialize;

use crate::cli::CheckOptions;

#[derive(Serialize)]
struct Check {
    machine: Machine,
    quick: bool,
    contests: Vec<Contest>,
    bars: Vec<Bar>,
}

/// Measures everything. Fails if a figure misses its bar.
pub(crate) fn check(options: &CheckOptions) -> Result<ExitCode, Box<dyn Error>> {
    let machine = Machine::this()?;
    println!("{machine}\n");
    let Lanes { contests, mut bars } = of_lanes(options.quick)?;
    let (rounds, cancellations) = if options.quick { (15, 20_000) } else { (40, 200_000) };
    let cancelled = cancelled(cancellations);
    if let Some((contexts, ns)) = cancelled.last() {
        bars.push(bars::cancellation(*contexts, ns));
    }
    let registered = registered(&[false], rounds);
    bars.extend(registered.iter().map(bars::registration));
    print!("{}", contest::text(&contests));
    println!("{}\n", crate::table::cancellation(&cancelled));
    println!("{}\n", crate::table::registration(&registered));
    print!("{}", table::bars(&bars));
    let check = Check { machine, quick: options.quick, contests, bars };
    if let Some(out) = &options.out {
        let more = if check.quick { ", quick run" } else { "" };
        let body = contest::html(&check.contests) + &verdicts(&check.bars);
        let page = page("Queues under load", &check.machine, more, &body);
        files::write(out, "check", &serde_json::to_string_pretty(&check)?, &page)?;
    }
    let short = check.bars.iter().any(Bar::falls_short);
    Ok(if short { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Measures lanes.
fn of_lanes(quick: bool) -> Result<Lanes, Box<dyn Error>> {
    let progress = progress::bar(6, "lanes");
    let lanes = lanes::measure(if quick { Extent::QUICK } else { Extent::FULL }, || progress.inc(1))?;
    progress.finish_and_clear();
    Ok(lanes)
}

/// Times cancellation through chains of each length.
pub(crate) fn cancelled(rounds: usize) -> Vec<(usize, Histogram<u64>)> {
    let progress = progress::bar(cancellation::DEPTHS.len(), "cancellation");
    let measured = cancellation::DEPTHS.map(|depth| {
        let ns = cancellation::measure(depth, rounds);
        progress.inc(1);
        (depth, ns)
    });
    progress.finish_and_clear();
    measured.into()
}

/// Times registration while other closures are registered, for each number of them.
pub(crate) fn registered(emitting: &[bool], rounds: usize) -> Vec<Case> {
    let progress = progress::bar(emitting.len() * STANDING.len(), "registration");
    let mut cases = Vec::new();
    for &emitting in emitting {
        for standing in STANDING {
            progress.set_message(format!("with {standing} others"));
            cases.push(registration::measure(standing, emitting, rounds, Duration::from_millis(10)));
            progress.inc(1);
        }
    }
    progress.finish_and_clear();
    cases
}
