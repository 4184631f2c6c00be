//! How long a crate with many handlers takes to compile.
//!
//! What it depends on is built before. "Clean" is the crate alone with nothing of it left; "incremental" is after a
//! change in the body of one handler. Both are what `cargo build` takes, linking included.

use std::error::Error;
use std::fs;
use std::time::Instant;

use events_benches::measure::samples::median;
use events_benches::show::{bar::Bar, progress};

use crate::generate::{Crate, Profile, Workshop};
use crate::registration::Registration;
use crate::report::Compile;

const WAYS: [(&str, Registration); 3] = [
    ("static", Registration::Static),
    ("Vec<Box<dyn Fn>> by hand", Registration::Hand),
    ("DynamicBus", Registration::Dynamic),
];
const HANDLERS: [usize; 2] = [100, 1_000];

const WHAT: &str = "compile time of 1,000 handlers over the same registered by hand in a `Vec<Box<dyn Fn>>`";

/// What is compared, and its times so far.
struct Contestant {
    name: &'static str,
    handlers: usize,
    profile: Profile,
    program: Crate,
    clean: Vec<f64>,
    incremental: Vec<f64>,
}

/// Builds every crate `runs` times in turns.
pub(crate) fn measure(
    workshop: &Workshop,
    runs: usize,
    bars: &mut Vec<Bar>,
) -> Result<Vec<Compile>, Box<dyn Error>> {
    let mut figures = Vec::new();
    let progress = progress::bar(HANDLERS.len() * 2 * runs * WAYS.len(), "compile");
    for handlers in HANDLERS {
        for profile in [Profile::Dev, Profile::Release] {
            let mut contestants = Vec::new();
            for (name, way) in WAYS {
                progress.set_message(format!("what {name} depends on, {}", profile.name()));
                let program = workshop.write(way, handlers)?;
                program.build(profile)?;
                let (clean, incremental) = (Vec::new(), Vec::new());
                contestants.push(Contestant { name, handlers, profile, program, clean, incremental });
            }
            for run in 0..runs {
                for contestant in &mut contestants {
                    progress.set_message(format!("{}, {handlers}, {}", contestant.name, profile.name()));
                    contestant.round(run)?;
                    progress.inc(1);
                }
            }
            if handlers == 1_000 && profile == Profile::Dev {
                let ratios =
                    contestants[0].clean.iter().zip(&contestants[1].clean).map(|(ours, hand)| ours / hand);
                let bar = Bar::at_most(WHAT, 1.5, "", median(ratios));
                bars.push(bar.with_note("clean build of the crate alone, dev profile"));
            }
            figures.extend(contestants.into_iter().map(Contestant::figure));
        }
    }
    progress.finish_and_clear();
    Ok(figures)
}

/// The bar of this file, where nothing is compiled.
pub(crate) fn skipped(why: &str) -> Bar {
    Bar::skipped(WHAT, "at most 1.5", why)
}

impl Contestant {
    fn round(&mut self, run: usize) -> Result<(), Box<dyn Error>> {
        self.program.clean(self.profile)?;
        self.clean.push(self.timed()?);
        let part = self.program.first_part();
        let before = fs::read_to_string(&part)?;
        // A constant of the first handler, which no other file has.
        let after = before.replacen("event.0 == ", &format!("event.0 == {} + ", run + 1), 1);
        fs::write(&part, after)?;
        let incremental = self.timed();
        fs::write(&part, before)?;
        self.incremental.push(incremental?);
        Ok(())
    }

    fn timed(&self) -> Result<f64, Box<dyn Error>> {
        let begin = Instant::now();
        self.program.build(self.profile)?;
        Ok(begin.elapsed().as_secs_f64())
    }

    fn figure(self) -> Compile {
        let size = fs::metadata(self.program.program(self.profile)).map_or(0, |data| data.len());
        Compile {
            name: self.name,
            handlers: self.handlers,
            profile: self.profile.name(),
            clean_s: median(self.clean.into_iter()),
            incremental_s: median(self.incremental.into_iter()),
            program_bytes: size,
        }
    }
}
