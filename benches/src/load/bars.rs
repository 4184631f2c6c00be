//! What the project promises of load, each with what was measured.

use hdrhistogram::Histogram;

use super::registration::{Case, THREADS};
use super::throughput::Contestant;
use crate::measure::processors;
use crate::show::bar::Bar;
use crate::show::table::number;

/// Cancellation through the longest chain.
pub fn cancellation(contexts: usize, ns: &Histogram<u64>) -> Bar {
    let p99 = ns.value_at_quantile(0.99) as f64 / 1_000.0;
    Bar::at_most(format!("cancellation through {contexts} contexts, p99"), 10.0, " us", p99)
}

/// Registration over that of a list behind a lock, which blocks who emits meanwhile. The bus pays for not doing that; but not
/// more where many closures stand.
pub fn registration(case: &Case) -> Bar {
    let what = format!(
        "register and unregister: `Bus::subscribe` over a list behind a mutex, {THREADS} threads, {} standing",
        number(case.standing as f64)
    );
    const LEAST: f64 = 0.2;
    if case.quiet {
        return Bar::at_least(what, LEAST, "", case.ratio);
    }
    let why = format!(
        "other programs kept the processors busy ({}), so the threads hardly ever met; the ratio was {:.2}",
        processors::WANTED,
        case.ratio
    );
    Bar::skipped(what, format!("at least {LEAST}"), why)
}

/// One target's throughput over another's.
pub fn throughput(what: &str, least: f64, own: &Contestant, other: &Contestant) -> Bar {
    let note = format!("{:.1} and {:.1} million events a second", own.rate() / 1e6, other.rate() / 1e6);
    Bar::at_least(what, least, "", own.over(other)).with_note(note)
}
