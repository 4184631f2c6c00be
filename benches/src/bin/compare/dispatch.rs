//! Measures the cost of an emit.

use events_benches::contenders::{Contender, cases, harness, names};
use events_benches::measure::allocations;
use events_benches::measure::samples::{Samples, median};
use events_benches::show::{bar::Bar, progress};

use crate::bars;
use crate::cli::Effort;
use crate::percentiles::{BATCH, Percentiles};
use crate::report::{Case, Dispatch, Figure};

/// The number of emits over which allocations are counted.
const COUNTED: u64 = 1_000;

/// Times every contender in every case.
pub(crate) fn measure(effort: &Effort, bars: &mut Vec<Bar>) -> Dispatch {
    let cases = cases();
    let progress = progress::bar(cases.len() * 2, "dispatch");
    let harness = harness();
    let harness_ns =
        Samples::take(std::slice::from_ref(&harness), effort.rounds, effort.block).ns(harness.name);
    let mut measured = Vec::new();
    for contenders in &cases {
        let (handlers, work) = (contenders[0].handlers, contenders[0].work);
        progress.set_message(format!("{handlers} handlers, {}", work.name()));
        let samples = Samples::take(contenders, effort.rounds, effort.block);
        progress.inc(1);
        bars.extend(bars::of_case(handlers, work, &samples));
        let figures = contenders.iter().map(|contender| figure(contender, &samples, effort)).collect();
        let handler_ns = (samples.ns(names::DIRECT) - harness_ns) / handlers as f64;
        measured.push(Case { handlers, work: work.name().to_owned(), handler_ns, figures });
        progress.inc(1);
    }
    progress.finish_and_clear();
    bars.push(bars::allocations(&measured));
    Dispatch {
        backend: events::registry().backend().to_owned(),
        rounds: effort.rounds,
        batch: BATCH,
        harness_ns,
        cases: measured,
    }
}

fn figure(contender: &Contender, samples: &Samples, effort: &Effort) -> Figure {
    Figure {
        name: contender.name.to_owned(),
        way: contender.way.name().to_owned(),
        ns: samples.ns(contender.name),
        to_floor: samples.ratio(contender.name, names::POINTERS),
        percentiles: Percentiles::take(contender, effort.percentiles),
        allocations: allocations(contender),
    }
}

/// Allocations per emit: the median of three runs, because a library may grow a buffer now and then.
fn allocations(contender: &Contender) -> f64 {
    let counts = (0..3).map(|_| allocations::during(|| contender.run(COUNTED)) as f64 / COUNTED as f64);
    median(counts)
}
