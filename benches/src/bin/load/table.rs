//! Reports as text.

use std::fmt::Write;

use events_benches::load::account::Account;
use events_benches::load::registration::Case;
use events_benches::show::number::{count, micros};
use events_benches::show::table::{bars, plain};
use hdrhistogram::Histogram;

use crate::report::{Latencies, Report};

/// Writes a run as tables.
pub(crate) fn text(report: &Report) -> String {
    let plan = &report.plan;
    let mut text = format!(
        "\n{}\n{}: {} for {} s, events of {} bytes, {} producers, {} workers, capacity {}, overflow {}\n\n",
        report.machine,
        report.target,
        plan.model.name(),
        plan.duration.as_secs_f64(),
        report.payload_bytes,
        plan.producers,
        plan.settings.workers_text(),
        count(plan.settings.capacity as u64),
        plan.settings.overflow,
    );
    let mut rates = plain(&["events/s wanted", "reached", "allocations/event"], &[]);
    rates.add_row([
        count(report.rate_wanted.round() as u64),
        count(report.rate_reached.round() as u64),
        allocations(report.allocations_per_event),
    ]);
    let header = ["from when it was due", "p50", "p90", "p99", "p99.9", "max"];
    let mut latencies = plain(&header, &[0]);
    for (name, figures) in [("to the start of the handler", &report.start_us), ("to its end", &report.end_us)]
    {
        let Latencies { p50, p90, p99, p999, max, .. } = *figures;
        let mut row = vec![name.to_owned()];
        row.extend([p50, p90, p99, p999, max].map(micros));
        latencies.add_row(row);
    }
    let _ =
        write!(text, "{rates}\n\n{latencies}\n\n{}\n\n{}", account(&report.account), bars(&report.verdict));
    text
}

fn account(account: &Account) -> String {
    let header = ["sent", "handled", "dead-lettered", "rejected", "left", "balances"];
    let mut table = plain(&header, &[]);
    let Account { sent, handled, dead_lettered, rejected, left } = *account;
    let mut row = vec![count(sent), count(handled), count(dead_lettered), count(rejected), count(left)];
    row.push(if account.balances() { "yes" } else { "NO" }.to_owned());
    table.add_row(row);
    table.to_string()
}

/// Allocations per event, mostly zero.
pub(crate) fn allocations(per_event: f64) -> String {
    if per_event == 0.0 { "0".to_owned() } else { format!("{per_event:.6}") }
}

/// Cancellation through chains of contexts.
pub(crate) fn cancellation(rows: &[(usize, Histogram<u64>)]) -> String {
    let header = ["from `cancel` until another thread sees it", "rounds", "p50", "p99", "max"];
    let mut table = plain(&header, &[0]);
    for (depth, ns) in rows {
        let at = |quantile| nanos(ns.value_at_quantile(quantile));
        let name = format!("through {depth} contexts");
        table.add_row([name, count(ns.len()), at(0.5), at(0.99), nanos(ns.max())]);
    }
    table.to_string()
}

const BUS: &str = "Bus::subscribe";

/// Registration under contention.
pub(crate) fn registration(cases: &[Case]) -> String {
    let header = [
        "4 threads that register and unregister",
        "others",
        "pairs/s",
        "register p50",
        "p99",
        "unregister p50",
        "p99",
        "ratio",
    ];
    let mut table = plain(&header, &[0]);
    for case in cases {
        let emits = if case.emitting { ", a fifth emits" } else { "" };
        for (name, figures) in [("a list in a mutex", &case.locked), (BUS, &case.bus)] {
            let at = |ns: &Histogram<u64>, quantile| nanos(ns.value_at_quantile(quantile));
            table.add_row([
                format!("{name}{emits}"),
                count(case.standing as u64),
                count(figures.pairs.round() as u64),
                at(&figures.register, 0.5),
                at(&figures.register, 0.99),
                at(&figures.unregister, 0.5),
                at(&figures.unregister, 0.99),
                if name == BUS { format!("{:.2}", case.ratio) } else { String::new() },
            ]);
        }
    }
    table.to_string()
}

fn nanos(ns: u64) -> String {
    if ns < 1_000 { format!("{ns} ns") } else { micros(ns as f64 / 1_000.0) }
}
