//! Measures the time from `main` to the first dispatched event, for programs with many handlers.

use std::error::Error;
use std::fs;
use std::process::Command;

use events_benches::measure::samples::median;
use events_benches::show::{bar::Bar, progress};

use crate::constructors;
use crate::generate::{Crate, Profile, Workshop};
use crate::registration::Registration;
use crate::report::{BeforeMain, Startup};

/// The programs that run, with their arguments.
const WAYS: [(&str, Registration, Option<&str>); 5] = [
    ("dispatch", Registration::Static, None),
    ("Bus", Registration::Static, Some("bus")),
    ("dispatch, inventory", Registration::Inventory, None),
    ("Vec<Box<dyn Fn>> by hand", Registration::Hand, None),
    ("DynamicBus", Registration::Dynamic, None),
];

const HANDLERS: [usize; 2] = [100, 10_000];

/// The number of handlers to which the bar applies.
const MANY: usize = 10_000;

const NOT_BUILT: &str = "not built yet; run once without --quick, or with --build";

const BUILT: &str = "a bus over 10,000 linked handlers, built";
const CONSTRUCTORS: &str = "instructions run for registration before `main` (static)";

/// Builds the programs, runs each `runs` times, and counts what they run before `main`.
pub(crate) fn measure(
    workshop: &Workshop,
    runs: usize,
    bars: &mut Vec<Bar>,
    left_out: &mut Vec<String>,
) -> Result<(Vec<Startup>, Vec<BeforeMain>), Box<dyn Error>> {
    let progress = progress::bar(WAYS.len() * HANDLERS.len() + 3, "start-up");
    let mut figures = Vec::new();
    for handlers in HANDLERS {
        for (name, way, argument) in WAYS {
            progress.set_message(format!("{name}, {handlers} handlers"));
            match startup(workshop, runs, name, way, handlers, argument)? {
                Some(figure) => figures.push(figure),
                None => left_out.push(format!("start-up of {name} with {handlers} handlers: {NOT_BUILT}")),
            }
            progress.inc(1);
        }
    }
    progress.set_message("all handlers on one event");
    figures.extend(startup(
        workshop,
        runs,
        "Bus, all on one event",
        Registration::OneEvent,
        MANY,
        Some("bus"),
    )?);
    progress.inc(1);
    let bus = figures.iter().find(|figure| figure.handlers == MANY && figure.name == "Bus");
    bars.push(match bus.and_then(|bus| bus.build_us) {
        Some(us) => {
            Bar::at_most(BUILT, 2.0, " ms", us / 1_000.0).with_note("over 1,000 events, release profile")
        }
        None => Bar::skipped(BUILT, "at most 2 ms", NOT_BUILT),
    });
    let before_main = before_main(workshop)?;
    bars.push(constructors_bar(&before_main));
    progress.finish_and_clear();
    Ok((figures, before_main))
}

fn startup(
    workshop: &Workshop,
    runs: usize,
    name: &'static str,
    way: Registration,
    handlers: usize,
    argument: Option<&str>,
) -> Result<Option<Startup>, Box<dyn Error>> {
    let program = workshop.write(way, handlers)?;
    if !workshop.ready(&program)? {
        return Ok(None);
    }
    let mut first = Vec::new();
    let mut build = Vec::new();
    // The first run warms up the disk cache.
    for run in 0..=runs {
        let printed = run_once(&program, argument)?;
        if run == 0 {
            continue;
        }
        for line in printed.lines() {
            match line.split_once(' ') {
                Some(("first", ns)) => first.push(ns.parse::<f64>()? / 1_000.0),
                Some(("build", ns)) => build.push(ns.parse::<f64>()? / 1_000.0),
                _ => return Err(format!("{} printed {line:?}", program.name).into()),
            }
        }
    }
    let build_us = (!build.is_empty()).then(|| median(build.into_iter()));
    let size = fs::metadata(program.program(Profile::Release))?.len();
    Ok(Some(Startup { name, handlers, first_us: median(first.into_iter()), build_us, program_bytes: size }))
}

fn run_once(program: &Crate, argument: Option<&str>) -> Result<String, Box<dyn Error>> {
    let output = Command::new(program.program(Profile::Release)).args(argument).output()?;
    if output.status.success() {
        Ok(String::from_utf8(output.stdout)?)
    } else {
        Err(format!("{} failed: {}", program.name, String::from_utf8_lossy(&output.stderr)).into())
    }
}

/// What programs with 0 and with 100 handlers run before `main`, for each way to register.
fn before_main(workshop: &Workshop) -> Result<Vec<BeforeMain>, Box<dyn Error>> {
    let ways = [
        ("no event at all", Registration::Empty, 0),
        ("by hand", Registration::Hand, 100),
        ("static", Registration::Static, 100),
        ("static", Registration::Static, 10_000),
        ("inventory", Registration::Inventory, 100),
        ("inventory", Registration::Inventory, 10_000),
    ];
    let mut all = Vec::new();
    for (name, way, handlers) in ways {
        let program = workshop.write(way, handlers)?;
        if !workshop.ready(&program)? {
            continue;
        }
        let path = program.program(Profile::Release);
        let instructions = constructors::instructions(&path, workshop.scratch())?;
        all.push(BeforeMain { name, handlers, constructors: constructors::count(&path)?, instructions });
    }
    Ok(all)
}

/// The bar: handlers add no function that the loader calls, and no instruction. Relocations by the loader are not
/// counted, since any constant with addresses needs them.
fn constructors_bar(all: &[BeforeMain]) -> Bar {
    let of = |name: &'static str| {
        all.iter().filter(move |row| row.name == name).filter_map(|row| row.constructors)
    };
    match (of("no event at all").next(), of("static").max()) {
        (Some(none), Some(most)) => Bar::at_most(CONSTRUCTORS, 0.0, "", most.saturating_sub(none) as f64)
            .with_note("functions that the loader calls before `main`, beyond those of an empty program"),
        _ if all.is_empty() => Bar::skipped(CONSTRUCTORS, "at most 0", NOT_BUILT),
        _ => Bar::skipped(CONSTRUCTORS, "at most 0", "programs of this platform are not ELF files"),
    }
}
