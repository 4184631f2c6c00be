//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use events_benches::load::model::Model;
use events_benches::load::run::Plan;
use events_benches::load::select::Choice;
use events_benches::load::target::{self, Settings};
use events_benches::load::verdict::Limits;

/// Measures queues with workers under load: latency, throughput, allocations, and events lost.
///
/// Each event is due at a time that is fixed before the run. A sender that is late sends at once. Latency is counted from
/// the time at which the event was due, so a queue that delays its senders shows in the figures.
#[derive(Parser)]
#[command(name = "load", version)]
pub(crate) struct Options {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Sends events at equal intervals
    Steady(RunOptions),
    /// Sends events at random, independent times, as many users would
    Poisson {
        #[command(flatten)]
        run: RunOptions,
        /// The seed of the random times; the same seed gives the same times
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Sends all events of a period at its start; `--rate` is the mean over the period
    Burst {
        #[command(flatten)]
        run: RunOptions,
        /// The length of a period, from the start of one burst to the start of the next
        #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds)]
        every: Duration,
        /// How long a burst lasts
        #[arg(long, value_name = "SECONDS", default_value = "0.1", value_parser = seconds)]
        within: Duration,
    },
    /// Raises the rate evenly, from `--from` up to `--rate`
    Ramp {
        #[command(flatten)]
        run: RunOptions,
        /// Events per second at the start
        #[arg(long, value_name = "N", default_value_t = 0.0, value_parser = rate)]
        from: f64,
    },
    /// Searches for the highest rate that the target can handle
    Sweep(SweepOptions),
    /// Measures what the project promises of lanes; exits with code 1 if a figure misses its bar
    Check(CheckOptions),
    /// Measures the time from a cancellation on one thread until another thread sees it, through chains of contexts
    Cancellation {
        /// The number of cancellations that are timed
        #[arg(long, default_value_t = 100_000)]
        rounds: usize,
    },
    /// Compares `Bus::subscribe` with a list in a mutex: four threads register and unregister closures
    Registration {
        /// The number of rounds
        #[arg(long, default_value_t = 30)]
        rounds: usize,
    },
}

#[derive(Args, Clone)]
pub(crate) struct RunOptions {
    /// Events per second, all producers together
    #[arg(long, value_name = "N", value_parser = rate)]
    pub(crate) rate: f64,
    /// How long to send
    #[arg(long = "for", value_name = "SECONDS", value_parser = seconds)]
    pub(crate) duration: Duration,
    #[command(flatten)]
    pub(crate) setup: Setup,
    #[command(flatten)]
    pub(crate) verdict: Verdict,
    /// Write report.json and report.html to this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

/// The queue and its settings.
#[derive(Args, Clone)]
pub(crate) struct Setup {
    /// The queue to measure
    #[arg(long, value_enum, default_value = "lane")]
    pub(crate) target: Named<Choice>,
    /// The number of threads that send
    #[arg(long, value_name = "N", default_value = "1", value_parser = threads)]
    pub(crate) producers: usize,
    /// Threads that handle: `4`, or `1..8` for a lane whose number of workers follows the load.
    #[arg(long, value_name = "N..M", default_value = "1", value_parser = range)]
    pub(crate) workers: (usize, usize),
    /// The number of events that the queue can hold
    #[arg(long, value_name = "N", default_value = "65536", value_parser = capacity)]
    pub(crate) capacity: usize,
    /// What a send does when the queue is full
    #[arg(long, value_enum, default_value = "block")]
    pub(crate) overflow: Overflow,
    /// The size of an event: 24, 64, 104, 256 or 1024 bytes
    #[arg(long, value_name = "BYTES", default_value_t = 24)]
    pub(crate) payload: usize,
    /// How long each handler works, besides reading the clock
    #[arg(long, value_name = "NS", default_value_t = 0)]
    pub(crate) work: u64,
}

/// The limits of a run; without an option, the default of its model.
#[derive(Args, Clone)]
pub(crate) struct Verdict {
    /// Fail if the 99th percentile of latency is higher
    #[arg(long, value_name = "MS", value_parser = millis)]
    max_p99: Option<Duration>,
    /// Fail if less of `--rate` is reached
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    min_rate: Option<f64>,
    /// Fail if more events are rejected or become dead letters
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    max_errors: Option<f64>,
    /// The same limit for the first minute
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    max_errors_first_minute: Option<f64>,
}

#[derive(Args)]
pub(crate) struct SweepOptions {
    /// The numbers of producers to try: `2`, or `1..4` for one, two, three and four
    #[arg(long, value_name = "N..M", default_value = "1..2", value_parser = range)]
    pub(crate) producers: (usize, usize),
    /// How long to send at each rate
    #[arg(long = "for", value_name = "SECONDS", default_value = "1", value_parser = seconds)]
    pub(crate) duration: Duration,
    /// The first rate to try
    #[arg(long, value_name = "N", default_value_t = 100_000.0, value_parser = rate)]
    pub(crate) from: f64,
    #[command(flatten)]
    pub(crate) setup: SweepSetup,
    #[command(flatten)]
    pub(crate) verdict: Verdict,
    /// Write sweep.json and sweep.html to this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

/// [`Setup`] without the number of producers.
#[derive(Args, Clone)]
pub(crate) struct SweepSetup {
    /// The queue to measure
    #[arg(long, value_enum, default_value = "lane")]
    pub(crate) target: Named<Choice>,
    /// Threads that handle: `4`, or `1..8` for a lane whose number of workers follows the load.
    #[arg(long, value_name = "N..M", default_value = "1", value_parser = range)]
    workers: (usize, usize),
    /// The number of events that the queue can hold
    #[arg(long, value_name = "N", default_value = "65536", value_parser = capacity)]
    capacity: usize,
    /// The size of an event: 24, 64, 104, 256 or 1024 bytes
    #[arg(long, value_name = "BYTES", default_value_t = 24)]
    pub(crate) payload: usize,
    /// How long each handler works, besides reading the clock
    #[arg(long, value_name = "NS", default_value_t = 0)]
    work: u64,
}

#[derive(Args)]
pub(crate) struct CheckOptions {
    /// Finish within a minute, with shorter rounds
    #[arg(long)]
    pub(crate) quick: bool,
    /// Write check.json and check.html to this folder
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
        let (workers, most_workers) = self.workers;
        let settings =
            Settings { capacity: self.capacity, workers, most_workers, overflow: self.overflow.into() };
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
        Setup { target, producers, workers, capacity, overflow: Overflow::Block, payload, work }
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
    /// The sender waits for room
    #[value(alias = "wait")]
    Block,
    /// The sender gets the event back
    Reject,
    /// The event is dropped
    DropNewest,
    /// The oldest event in the queue is dropped
    DropOldest,
}

impl From<Overflow> for target::Overflow {
    fn from(overflow: Overflow) -> Self {
        match overflow {
            Overflow::Block => Self::Block,
            Overflow::Reject => Self::Reject,
            Overflow::DropNewest => Self::DropNewest,
            Overflow::DropOldest => Self::DropOldest,
        }
    }
}

fn positive(text: &str, most: f64, what: &str) -> Result<f64, String> {
    // `1_000_000` reads better than `1000000`.
    let value: f64 = text.replace('_', "").parse().map_err(|_| format!("expected a number of {what}"))?;
    if value >= 0.0 && value <= most { Ok(value) } else { Err(format!("expected 0 to {most} {what}")) }
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
        _ => Err("expected 1 to 63 threads".to_owned()),
    }
}

fn capacity(text: &str) -> Result<usize, String> {
    match text.replace('_', "").parse() {
        Ok(capacity @ 1..=16_777_216) => Ok(capacity),
        _ => Err("expected 1 to 16777216 events".to_owned()),
    }
}

fn range(text: &str) -> Result<(usize, usize), String> {
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    let (from, to) = (threads(from)?, threads(to.trim_start_matches('='))?);
    if from <= to {
        Ok((from, to))
    } else {
        Err(format!("the first number must not be larger than the second: `{to}..{from}`"))
    }
}
