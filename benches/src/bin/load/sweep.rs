//! Searches for the highest rate that a target can handle: it doubles the rate until a run fails, then bisects between the
//! highest rate that passed and the lowest that failed.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use events_benches::load::model::Model;
use events_benches::load::select::run_choice;
use events_benches::show::bar::Bar;
use events_benches::show::chart::{Row, bars};
use events_benches::show::files;
use events_benches::show::lines::{Axis, Line, legend, lines};
use events_benches::show::machine::Machine;
use events_benches::show::number::{count, micros};
use events_benches::show::page::page;
use events_benches::show::progress;
use events_benches::show::table::plain;
use serde::Serialize;

use crate::cli::SweepOptions;

/// The steps of the bisection, which find the rate to within 3 %.
const HALVINGS: usize = 5;

/// No target takes more than this many events a second.
const MOST: f64 = 2e8;

#[derive(Serialize)]
struct Sweep {
    machine: Machine,
    target: &'static str,
    payload_bytes: usize,
    producers: Vec<Found>,
}

/// The result for one number of producers.
#[derive(Serialize)]
struct Found {
    producers: usize,
    /// The highest rate that passed; `None` if none did.
    held: Option<Trial>,
    /// The lowest rate that failed.
    collapsed: Option<Trial>,
    trials: Vec<Trial>,
}

#[derive(Clone, Copy, Serialize)]
struct Trial {
    rate: f64,
    reached: f64,
    p99_us: f64,
    held: bool,
}

pub(crate) fn sweep(options: &SweepOptions) -> Result<ExitCode, Box<dyn Error>> {
    let (first, last) = options.producers;
    let mut sweep = Sweep {
        machine: Machine::this()?,
        target: options.setup.target.0.name(),
        payload_bytes: options.setup.payload,
        producers: Vec::new(),
    };
    let progress = progress::spinner("sweep");
    for producers in first..=last {
        let mut trials = Vec::new();
        let mut held: Option<Trial> = None;
        let mut collapsed: Option<Trial> = None;
        let mut halvings = 0;
        loop {
            let rate = match (held, collapsed) {
                (None, None) => options.from,
                (Some(held), None) => held.rate * 2.0,
                (Some(held), Some(collapsed)) => f64::midpoint(held.rate, collapsed.rate),
                (None, Some(collapsed)) => collapsed.rate / 2.0,
            };
            if !(1.0..=MOST).contains(&rate) || halvings == HALVINGS {
                break;
            }
            halvings += usize::from(collapsed.is_some() && held.is_some());
            progress.set_message(format!("{producers} producers, {} events/s", count(rate as u64)));
            let trial = attempt(options, producers, rate)?;
            trials.push(trial);
            *(if trial.held { &mut held } else { &mut collapsed }) = Some(trial);
        }
        sweep.producers.push(Found { producers, held, collapsed, trials });
    }
    progress.finish_and_clear();
    println!("{}", text(&sweep));
    if let Some(out) = &options.out {
        files::write(out, "sweep", &serde_json::to_string_pretty(&sweep)?, &html(&sweep))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn attempt(options: &SweepOptions, producers: usize, rate: f64) -> Result<Trial, Box<dyn Error>> {
    let setup = options.setup.with_producers(producers);
    let mut plan = setup.plan(Model::Steady, rate, options.duration);
    // After the end of a run there is no need to wait long for a target that has collapsed.
    plan.grace = Duration::from_millis(500);
    let limits = options.verdict.limits(&plan.model);
    let run = run_choice(setup.target.0, setup.payload, &plan, &mut |_| {})?;
    let held = !limits.judge(&plan, &run).iter().any(Bar::falls_short);
    let p99_us = run.end.value_at_quantile(0.99) as f64 / 1_000.0;
    Ok(Trial { rate, reached: run.rate(plan.duration), p99_us, held })
}

fn text(sweep: &Sweep) -> String {
    let header = [
        "producers",
        "highest rate that passed, events/s",
        "p99",
        "lowest that failed, events/s",
        "reached",
        "p99",
    ];
    let mut table = plain(&header, &[]);
    let rate = |trial: Option<Trial>, of: fn(&Trial) -> f64| {
        trial.map_or_else(|| "-".to_owned(), |trial| count(of(&trial).round() as u64))
    };
    let p99 = |trial: Option<Trial>| trial.map_or_else(String::new, |trial| micros(trial.p99_us));
    for found in &sweep.producers {
        table.add_row([
            found.producers.to_string(),
            rate(found.held, |trial| trial.rate),
            p99(found.held),
            rate(found.collapsed, |trial| trial.rate),
            rate(found.collapsed, |trial| trial.reached),
            p99(found.collapsed),
        ]);
    }
    format!("{}\n{}, events of {} bytes\n\n{table}", sweep.machine, sweep.target, sweep.payload_bytes)
}

const CLASSES: [&str; 4] = ["static", "dynamic", "rival", "floor"];

fn html(sweep: &Sweep) -> String {
    let plural = |producers: usize| if producers == 1 { "producer" } else { "producers" };
    let rows: Vec<Row> = sweep
        .producers
        .iter()
        .map(|found| {
            let rate = found.held.map_or(0.0, |trial| trial.rate);
            Row {
                label: format!("{} {}", found.producers, plural(found.producers)),
                class: "static".to_owned(),
                value: rate,
                text: count(rate.round() as u64),
            }
        })
        .collect();
    let by_rate = |found: &Found| {
        let mut points: Vec<_> = found.trials.iter().map(|trial| (trial.rate, trial.p99_us)).collect();
        points.sort_by(|one, other| one.0.total_cmp(&other.0));
        points
    };
    let curves: Vec<Line> = sweep
        .producers
        .iter()
        .enumerate()
        .map(|(at, found)| Line {
            name: format!("{} {}", found.producers, plural(found.producers)),
            class: CLASSES[at % CLASSES.len()],
            points: by_rate(found),
        })
        .collect();
    let body = format!(
        "<div class=\"grid\"><figure><figcaption><b>The highest rate that holds</b>, events per second</figcaption>{}\
         </figure><figure><figcaption><b>Latency by rate</b>, p99 to the end of the handler</figcaption>{}{}</figure></div>",
        bars(&rows, None),
        legend(&curves),
        lines(
            &curves,
            (&Axis::Linear, "events per second wanted"),
            (&Axis::Logarithmic, "microseconds"),
            None
        ),
    );
    page(&format!("Where {} collapses", sweep.target), &sweep.machine, "", &body)
}
