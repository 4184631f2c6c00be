//! Measures `cargo events list` on a program with many handlers.

use std::error::Error;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::generate::{Profile, Workshop, cargo};
use crate::registration::Registration;
use events_benches::measure::samples::median;
use events_benches::show::bar::Bar;
use events_benches::show::progress;

const HANDLERS: usize = 10_000;

const WHAT: &str = "`cargo events list` on a release binary with 10,000 handlers";

const NOT_BUILT: &str = "not built yet; run once without --quick, or with --build";

/// Lists the program `runs` times in each form, and times the whole process.
pub(crate) fn measure(workshop: &Workshop, runs: usize, bars: &mut Vec<Bar>) -> Result<(), Box<dyn Error>> {
    let target = workshop.target().join("cli");
    let command = target.join("release").join(format!("cargo-events{}", std::env::consts::EXE_SUFFIX));
    let source = workshop.workspace().join("events-cli");
    let progress = progress::spinner("list");
    progress.set_message("building the command and a program");
    if workshop.may_build() {
        cargo(&["build", "--offline", "--release", "--quiet", "--bin", "cargo-events"], &source, &target)?;
    }
    let program = workshop.write(Registration::Static, HANDLERS)?;
    if !workshop.ready(&program)? || !workshop.is_fresh(&command, &source.join("src"))? {
        bars.extend(["text", "json"].map(|form| Bar::skipped(what(form), "at most 100 ms", NOT_BUILT)));
        return Ok(());
    }
    let program = program.program(Profile::Release);
    for form in ["text", "json"] {
        progress.set_message(form);
        let list = |count: bool| -> Result<f64, Box<dyn Error>> {
            let mut list = Command::new(&command);
            list.arg("list").arg(&program).args(["--format", form]).stderr(Stdio::inherit());
            let begin = Instant::now();
            let output = list.output()?;
            let took = begin.elapsed().as_secs_f64() * 1_000.0;
            // An incomplete list is not measured.
            if count && !(output.status.success() && handlers(form, &output.stdout) == HANDLERS) {
                return Err(format!("`cargo events list` does not list {HANDLERS} handlers").into());
            }
            Ok(took)
        };
        // The first run warms up the disk cache.
        list(true)?;
        let times = (0..runs).map(|_| list(false)).collect::<Result<Vec<_>, _>>()?;
        let bar = Bar::at_most(what(form), 100.0, " ms", median(times.into_iter()));
        bars.push(bar.with_note("the whole process, its output read through a pipe; files in memory"));
    }
    progress.finish_and_clear();
    Ok(())
}

fn what(form: &str) -> String {
    format!("{WHAT}, as {form}")
}

/// How many handlers a list shows.
fn handlers(form: &str, list: &[u8]) -> usize {
    if form == "json" {
        let list: serde_json::Value = serde_json::from_slice(list).unwrap_or_default();
        let events = list["events"].as_array().map_or(&[][..], Vec::as_slice);
        return events.iter().filter_map(|event| event["handlers"].as_array()).map(Vec::len).sum();
    }
    let last = String::from_utf8_lossy(list).lines().last().unwrap_or_default().to_owned();
    let number = last.rsplit(", ").next().and_then(|counted| counted.strip_suffix(" handlers"));
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}
