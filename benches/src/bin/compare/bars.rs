//! The bars: limits that the figures must meet.

use events_benches::body::Work;
use events_benches::contenders::names;
use events_benches::measure::samples::Samples;
use events_benches::show::bar::Bar;

use crate::report::Case;

/// The bars of one number of handlers.
pub(crate) fn of_case(handlers: usize, work: Work, samples: &Samples) -> Vec<Bar> {
    let ratio = |name, floor| samples.ratio(name, floor);
    match (work, handlers) {
        (Work::Trivial, 1) => {
            let what = "`Bus::emit` with state over the same, 1 handler, ns more";
            let more = samples.difference(names::BUS_STATE, names::POINTERS);
            vec![
                Bar::at_most(what, 2.0, " ns", more),
                best_dynamic("`Bus::emit`, 1 handler", samples, names::BUS, 4.0),
            ]
        }
        (Work::Trivial, _) => {
            let what = format!("`dispatch` over a slice of function pointers, {handlers} handlers");
            let mut bars = vec![Bar::at_most(what, 1.05, "", ratio(names::DISPATCH, names::POINTERS))];
            let what = format!("`Bus::emit` with state over the same, {handlers} handlers");
            bars.push(Bar::at_most(what, 1.2, "", ratio(names::BUS_STATE, names::POINTERS)));
            if handlers == 16 {
                bars.push(fused(samples, "handlers that never fail"));
                bars.push(best_dynamic("`Bus::emit`, 16 handlers", samples, names::BUS, 2.0));
                bars.push(best_dynamic("`Bus::emit`, 16 fused", samples, names::FUSED_BUS, 15.0));
            }
            bars
        }
        // The compiler removes the check of the result if handlers that never fail are inlined, so this contender has a
        // bar for both kinds.
        (Work::Fallible, 16) => vec![fused(samples, "handlers that may fail")],
        _ => Vec::new(),
    }
}

fn fused(samples: &Samples, which: &str) -> Bar {
    let what = "fused over direct calls, 16 handlers, results checked and panics isolated";
    let ratio = samples.ratio(names::FUSED_DISPATCH, names::DIRECT_ISOLATED);
    Bar::at_most(format!("{what}; {which}"), 1.1, "", ratio)
}

/// The best of the dynamic buses, all without state.
fn best_dynamic(over: &str, samples: &Samples, name: &'static str, limit: f64) -> Bar {
    let best = [names::DYNAMIC, names::SNAPSHOT, names::TOPIC]
        .into_iter()
        .map(|bus| samples.ratio(bus, name))
        .fold(f64::INFINITY, f64::min);
    Bar::at_least(format!("best dynamic bus over {over}"), limit, "", best)
}

/// No emit of a static way may allocate.
pub(crate) fn allocations(cases: &[Case]) -> Bar {
    let figures = cases.iter().flat_map(|case| &case.figures);
    let most =
        figures.filter(|figure| figure.way == "static").map(|figure| figure.allocations).fold(0.0, f64::max);
    Bar::at_most("allocations in an emit in which nothing fails", 0.0, "", most)
}
