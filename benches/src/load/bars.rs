//! The project's bars for load, with the measured values.

use hdrhistogram::Histogram;

use super::registration::{Case, THREADS};
use super::throughput::Contestant;
use crate::measure::processors;
use crate::measure::samples::median;
use crate::show::bar::Bar;
use crate::show::number::number;

/// Cancellation through the longest chain.
pub fn cancellation(contexts: usize, ns: &Histogram<u64>) -> Bar {
    let p99 = ns.value_at_quantile(0.99) as f64 / 1_000.0;
    Bar::at_most(format!("cancellation through {contexts} contexts, p99"), 10.0, " us", p99)
}

/// Registration, as a ratio to a list in a mutex, which blocks emits meanwhile. The bus is slower because it does not
/// block them, but the ratio must not grow with the number of closures.
pub fn registration(case: &Case) -> Bar {
    let what = format!(
        "register and unregister: `Bus::subscribe` over a list in a mutex, {THREADS} threads, {} others registered",
        number(case.standing as f64)
    );
    const LEAST: f64 = 0.2;
    if case.quiet {
        return Bar::at_least(what, LEAST, "", case.ratio);
    }
    let why = format!(
        "other programs used the processors ({}), so the threads hardly competed; the ratio was {:.2}",
        processors::WANTED,
        case.ratio
    );
    Bar::skipped(what, format!("at least {LEAST}"), why)
}

/// One target's throughput as a ratio to the fastest of others: the median over the rounds.
pub fn throughput(what: &str, least: f64, own: &Contestant, others: &[&Contestant]) -> Bar {
    let rates: Vec<String> = others.iter().map(|other| format!("{:.1}", other.rate() / 1e6)).collect();
    let note = format!("{:.1} and {} million events a second", own.rate() / 1e6, rates.join(", "));
    Bar::at_least(what, least, "", median(own.over(others).into_iter())).with_note(note)
}

/// The same of the worst round.
pub fn worst_throughput(what: &str, least: f64, own: &Contestant, others: &[&Contestant]) -> Bar {
    let worst = own.over(others).into_iter().fold(f64::INFINITY, f64::min);
    Bar::at_least(format!("{what}, worst round"), least, "", worst)
}
