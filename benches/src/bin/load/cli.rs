//! What one can ask for.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use events_benches::load::model::Model;
use events_benches::load::run::Plan;
use events_benches::load::select::Choice;
use events_benches::load::target::{self, Settings};
use events_benches::load::verdict::Limits;

/// Puts queues with workers under load and judges how they bear it.
///
/// Events are due at times fixed beforehand. A sender that is late sends at once, and latencies count from when an event
/// was due, so a queue that holds up its senders cannot hide it.
#[derive(Parser)]
#[command(name = "load", version)]
pub(crate) struct Options {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// One event after the other, evenly.
    Steady(RunOptions),
    /// Events independent of each other, as from many users.
    Poisson {
        #[command(flatten)]
        run: RunOptions,
        /// The same seed gives the same times.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// All events of a period at its beginning; `--rate` is the mean.
    Burst {
        #[command(flatten)]
        run: RunOptions,
        /// From one burst to the next.
        #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds)]
        every: Duration,
        /// How long a burst takes.
        #[arg(long, value_name = "SECONDS", default_value = "0.1", value_parser = seconds)]
        within: Duration,
    },
    /// More and more, up to `--rate` at the end.
    Ramp {
        #[command(flatten)]
        run: RunOptions,
        /// Events per second at the beginning.
        #[arg(long, value_name = "N", default_value_t = 0.0, value_parser = rate)]
        from: f64,
    },
    /// Finds the rate at which the target collapses.
    Sweep(SweepOptions),
    /// Measures what the project promises, and exits with 1 where something falls short.
    Check(CheckOptions),
    /// From a cancellation on one thread until another sees it, through chains of contexts.
    Cancellation {
        /// How often.
        #[arg(long, default_value_t = 100_000)]
        rounds: usize,
    },
    /// Closures that register and unregister on four threads at once, beside a list behind a lock.
    Registration {
        /// How often each is measured.
        #[arg(long, default_value_t = 30)]
        rounds: usize,
    },
}

#[derive(Args, Clone)]
pub(crate) struct RunOptions {
    /// Events per second, of all producers together.
    #[arg(long, value_name = "N", value_parser = rate)]
    pub(crate) rate: f64,
    /// How long events are due.
    #[arg(long = "for", value_name = "SECONDS", value_parser = seconds)]
    pub(crate) duration: Duration,
    #[command(flatten)]
    pub(crate) setup: Setup,
    #[command(flatten)]
    pub(crate) verdict: Verdict,
    /// Writes report.json and report.html there.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

/// What is put under load, and how.
#[derive(Args, Clone)]
pub(crate) struct Setup {
    /// What to put under load.
    #[arg(long, value_enum, default_value = "lane")]
    pub(crate) target: Named<Choice>,
    /// Threads that send.
    #[arg(long, value_name = "N", default_value = "1", value_parser = threads)]
    pub(crate) producers: usize,
    /// Threads that handle.
    #[arg(long, value_name = "N", default_value = "1", value_parser = threads)]
    pub(crate) workers: usize,
    /// Events that the queue holds.
    #[arg(long, value_name = "N", default_value = "65536", value_parser = capacity)]
    pub(crate) capacity: usize,
    /// What happens when it is full.
    #[arg(long, value_enum, default_value = "wait")]
    pub(crate) overflow: Overflow,
    /// Bytes of an event: 24, 64, 104, 256 or 1024.
    #[arg(long, value_name = "BYTES", default_value_t = 24)]
    pub(crate) payload: usize,
    /// How long a handler works, beside taking the time.
    #[arg(long, value_name = "NS", default_value_t = 0)]
    pub(crate) work: u64,
}

/// What is asked of a run; without these, what is usual for its model.
#[derive(Args, Clone)]
pub(crate) struct Verdict {
    /// The most that one event in a hundred may take.
    #[arg(long, value_name = "MS", value_parser = millis)]
    max_p99: Option<Duration>,
    /// The least of the rate wanted.
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    min_rate: Option<f64>,
    /// The most rejected and dead-lettered events.
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    max_errors: Option<f64>,
    /// The same in the first minute.
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    max_errors_first_minute: Option<f64>,
}

#[derive(Args)]
pub(crate) struct SweepOptions {
    /// Numbers of producers: `2`, or `1..4` for each of one to four.
    #[arg(long, value_name = "N..M", default_value = "1..2", value_parser = range)]
    pub(crate) producers: (usize, usize),
    /// How long each rate is tried.
    #[arg(long = "for", value_name = "SECONDS", default_value = "1", value_parser = seconds)]
    pub(crate) duration: Duration,
    /// The rate to begin with.
    #[arg(long, value_name = "N", default_value_t = 100_000.0, value_parser = rate)]
    pub(crate) from: f64,
    #[command(flatten)]
    pub(crate) setup: SweepSetup,
    #[command(flatten)]
    pub(crate) verdict: Verdict,
    /// Writes sweep.json and sweep.html there.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

/// [`Setup`] without the producers.
#[derive(Args, Clone)]
pub(crate) struct SweepSetup {
    /// What to put under load.
    #[arg(long, value_enum, default_value = "lane")]
    pub(crate) target: Named<Choice>,
    /// Threads that handle.
    #[arg(long, value_name = "N", default_value = "1", value_parser = threads)]
    workers: usize,
    /// Events that the queue holds.
    #[arg(long, value_name = "N", default_value = "65536", value_parser = capacity)]
    capacity: usize,
    /// Bytes of an event: 24, 64, 104, 256 or 1024.
    #[arg(long, value_name = "BYTES", default_value_t = 24)]
    pub(crate) payload: usize,
    /// How long a handler works, beside taking the time.
    #[arg(long, value_name = "NS", default_value_t = 0)]
    work: u64,
}

#[derive(Args)]
pub(crate) struct CheckOptions {
    /// Finish within a minute: fewer and shorter rounds.
    #[arg(long)]
    pub(crate) quick: bool,
    /// Writes check.json and check.html there.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

impl RunOptions {
    pub(crate) fn plan(&self, model: Model) -> Plan {
        self.setup.plan(model, self.rate, self.duration)
    }
}

impl Setup {
    pub(crate) fn plan(&self, model: Model, rate: f64, duration: Duration) -> Plan {
        let settings =
            Settings { capacity: self.capacity, workers: self.workers, overflow: self.overflow.into() };
        Plan {
            producers: self.producers,
            settings,
            work: Duration::from_nanos(self.work),
            ..Plan::new(model, rate, duration)
        }
    }
}

impl SweepSetup {
    pub(crate) fn with_producers(&self, producers: usize) -> Setup {
        let Self { target, workers, capacity, payload, work } = *self;
        Setup { target, producers, workers, capacity, overflow: Overflow::Wait, payload, work }
    }
}

impl Verdict {
    pub(crate) fn limits(&self, model: &Model) -> Limits {
        let usual = Limits::of(model);
        Limits {
            p99: self.max_p99.unwrap_or(usual.p99),
            rate_percent: self.min_rate.or(usual.rate_percent),
            errors_percent: self.max_errors.unwrap_or(usual.errors_percent),
            errors_percent_in_first_minute: self
                .max_errors_first_minute
                .or(usual.errors_percent_in_first_minute),
        }
    }
}

/// A value with a name on the command line.
#[derive(Clone, Copy)]
pub(crate) struct Named<T>(pub(crate) T);

const CHOICES: &[Named<Choice>] = &{
    let [a, b, c, d, e, f, g, h] = Choice::ALL;
    [Named(a), Named(b), Named(c), Named(d), Named(e), Named(f), Named(g), Named(h)]
};

impl ValueEnum for Named<Choice> {
    fn value_variants<'a>() -> &'a [Self] {
        CHOICES
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.0.name()))
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Overflow {
    Wait,
    Reject,
    DropNewest,
    DropOldest,
}

impl From<Overflow> for target::Overflow {
    fn from(overflow: Overflow) -> Self {
        match overflow {
            Overflow::Wait => Self::Wait,
            Overflow::Reject => Self::Reject,
            Overflow::DropNewest => Self::DropNewest,
            Overflow::DropOldest => Self::DropOldest,
        }
    }
}

fn positive(text: &str, most: f64, what: &str) -> Result<f64, String> {
    // `1_000_000` reads better than `1000000`.
    let value: f64 = text.replace('_', "").parse().map_err(|_| format!("a number of {what} is wanted"))?;
    if value >= 0.0 && value <= most { Ok(value) } else { Err(format!("from 0 to {most} {what}, please")) }
}

fn rate(text: &str) -> Result<f64, String> {
    positive(text, 1e9, "events per second")
}

fn seconds(text: &str) -> Result<Duration, String> {
    positive(text, 86_400.0, "seconds").map(Duration::from_secs_f64)
}

fn millis(text: &str) -> Result<Duration, String> {
    positive(text, 1e6, "milliseconds").map(|ms| Duration::from_secs_f64(ms / 1_000.0))
}

fn percent(text: &str) -> Result<f64, String> {
    positive(text, 100.0, "percent")
}

fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(threads @ 1..=63) => Ok(threads),
        _ => Err("from 1 to 63 threads, please".to_owned()),
    }
}

fn capacity(text: &str) -> Result<usize, String> {
    match text.replace('_', "").parse() {
        Ok(capacity @ 1..=16_777_216) => Ok(capacity),
        _ => Err("from 1 to 16777216 events, please".to_owned()),
    }
}

fn range(text: &str) -> Result<(usize, usize), String> {
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    let (from, to) = (threads(from)?, threads(to.trim_start_matches('='))?);
    if from <= to { Ok((from, to)) } else { Err(format!("{from} is more than {to}: turn them around")) }
}
