//! How long a crate with many handlers takes to compile.
//!
//! Its dependencies are built before. "Clean" is a build of the crate from nothing; "incremental" is one after a change
//! in the body of one handler; "one more" is one after an event, its handler and an emit of it were added. Each figure
//! is the processor time of `cargo build`, including linking.

use std::error::Error;
use std::fs;
use std::time::Instant;

use events_benches::measure::processors::of_children;
use events_benches::measure::samples::median;
use events_benches::show::{bar::Bar, progress};

use crate::generate::{Crate, Profile, Workshop};
use crate::registration::Registration;
use crate::report::Compile;
use crate::source;

const WAYS: [(&str, Registration); 3] = [
    ("static", Registration::Static),
    ("Vec<Box<dyn Fn>> by hand", Registration::Hand),
    ("DynamicBus", Registration::Dynamic),
];
const HANDLERS: [usize; 2] = [100, 1_000];

const CLEAN_DEV: &str = "compile time of 1,000 handlers over by hand, dev";
const CLEAN_RELEASE: &str = "compile time of 1,000 handlers over by hand, release";
const BODY: &str = "compile time of one body changed in 1,000 handlers over by hand, dev";
const MORE: &str = "compile time of one event, handler and emit more, with 100 events, dev";
const MORE_OVER_10: &str = "the same over that with 10 events";
const SIZE: &str = "program of 1,000 handlers over by hand, release";

/// A way to register handlers, with its times so far.
struct Contestant {
    name: &'static str,
    handlers: usize,
    profile: Profile,
    program: Crate,
    clean: Vec<f64>,
    incremental: Vec<f64>,
    /// Only measured for static ones.
    one_more: Vec<f64>,
}

/// Builds every crate `runs` times, in turns.
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
                let (clean, incremental, one_more) = (Vec::new(), Vec::new(), Vec::new());
                contestants.push(Contestant {
                    name,
                    handlers,
                    profile,
                    program,
                    clean,
                    incremental,
                    one_more,
                });
            }
            for run in 0..runs {
                for contestant in &mut contestants {
                    progress.set_message(format!("{}, {handlers}, {}", contestant.name, profile.name()));
                    contestant.round(run, way_of(contestant.name))?;
                    progress.inc(1);
                }
            }
            figures.extend(contestants.into_iter().map(Contestant::figure));
        }
    }
    progress.finish_and_clear();
    bars.extend(judge(&figures));
    Ok(figures)
}

fn way_of(name: &str) -> Registration {
    WAYS.iter().find(|way| way.0 == name).map_or(Registration::Empty, |way| way.1)
}

/// The bars for these figures.
fn judge(figures: &[Compile]) -> Vec<Bar> {
    let of = |way: usize, handlers: usize, profile: Profile| {
        figures.iter().find(|figure| {
            figure.name == WAYS[way].0 && figure.handlers == handlers && figure.profile == profile.name()
        })
    };
    let over_hand = |what, most, profile, of_figure: fn(&Compile) -> f64| {
        let (ours, hand) = (of(0, 1_000, profile)?, of(1, 1_000, profile)?);
        Some(Bar::at_most(what, most, "", of_figure(ours) / of_figure(hand)).with_note("the crate alone"))
    };
    let more = |handlers| of(0, handlers, Profile::Dev)?.one_more_s;
    [
        over_hand(CLEAN_DEV, 2.0, Profile::Dev, |figure| figure.clean_s),
        over_hand(CLEAN_RELEASE, 1.5, Profile::Release, |figure| figure.clean_s),
        over_hand(BODY, 2.0, Profile::Dev, |figure| figure.incremental_s),
        over_hand(SIZE, 1.5, Profile::Release, |figure| figure.program_bytes as f64),
        more(1_000).map(|more| Bar::at_most(MORE, 1.0, " s", more)),
        more(1_000).zip(more(100)).map(|(many, few)| Bar::at_most(MORE_OVER_10, 1.5, "", many / few)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The bars of this file if nothing is compiled.
pub(crate) fn skipped(why: &str) -> impl Iterator<Item = Bar> {
    let bars = [
        (CLEAN_DEV, "at most 2"),
        (CLEAN_RELEASE, "at most 1.5"),
        (BODY, "at most 2"),
        (SIZE, "at most 1.5"),
        (MORE, "at most 1 s"),
        (MORE_OVER_10, "at most 1.5"),
    ];
    bars.into_iter().map(move |(what, bar)| Bar::skipped(what, bar, why))
}

impl Contestant {
    fn round(&mut self, run: usize, way: Registration) -> Result<(), Box<dyn Error>> {
        self.program.clean(self.profile)?;
        self.clean.push(self.timed()?);
        let part = self.program.first_part();
        let before = fs::read_to_string(&part)?;
        // Changes a constant in the first handler, which only this file has.
        let after = before.replacen("event.0 == ", &format!("event.0 == {} + ", run + 1), 1);
        fs::write(&part, after)?;
        let incremental = self.timed();
        fs::write(&part, before)?;
        self.incremental.push(incremental?);
        if way == Registration::Static && self.profile == Profile::Dev {
            self.program.build(self.profile)?;
            let one_more = self.with_one_more(run);
            self.one_more.push(one_more?);
        }
        Ok(())
    }

    /// Adds an event, its handler and an emit, builds, and removes them.
    fn with_one_more(&self, run: usize) -> Result<f64, Box<dyn Error>> {
        let (part, main) = (self.program.first_part(), self.program.main());
        let before = (fs::read_to_string(&part)?, fs::read_to_string(&main)?);
        let (part_after, main_after) = source::one_more(&before.0, &before.1, run);
        fs::write(&part, part_after)?;
        fs::write(&main, main_after)?;
        let took = self.timed();
        fs::write(&part, before.0)?;
        fs::write(&main, before.1)?;
        took
    }

    fn timed(&self) -> Result<f64, Box<dyn Error>> {
        let (begin, before) = (Instant::now(), of_children());
        self.program.build(self.profile)?;
        // If the system does not report processor time, the elapsed time is used.
        let worked = of_children().zip(before).map(|(after, before)| after - before);
        Ok(worked.unwrap_or_else(|| begin.elapsed()).as_secs_f64())
    }

    fn figure(self) -> Compile {
        let size = fs::metadata(self.program.program(self.profile)).map_or(0, |data| data.len());
        Compile {
            name: self.name,
            handlers: self.handlers,
            profile: self.profile.name(),
            clean_s: median(self.clean.into_iter()),
            incremental_s: median(self.incremental.into_iter()),
            one_more_s: (!self.one_more.is_empty()).then(|| median(self.one_more.into_iter())),
            program_bytes: size,
        }
    }
}
