//! A run as one self-contained page.

use std::fmt::Write;

use events_benches::show::lines::{Axis, Line, legend, lines};
use events_benches::show::number::{count, micros};
use events_benches::show::page::{page, verdicts};

use crate::report::{CURVE, Latencies, Report};
use crate::table::allocations;

/// The page.
pub(crate) fn of(report: &Report) -> String {
    let plan = &report.plan;
    let mut body = verdicts(&report.verdict);
    let _ = write!(
        body,
        "<h2>What came of it</h2><p class=\"sub\">{} events a second wanted, {} reached, for {} s; events of {} bytes, {} \
         producers, {} workers, capacity {}, overflow {}. Latencies count from when an event was due, whenever it was \
         sent.</p>",
        count(report.rate_wanted.round() as u64),
        count(report.rate_reached.round() as u64),
        plan.duration.as_secs_f64(),
        report.payload_bytes,
        plan.producers,
        plan.settings.workers_text(),
        count(plan.settings.capacity as u64),
        plan.settings.overflow,
    );
    tables(&mut body, report);
    body.push_str("<div class=\"grid\">");
    percentiles(&mut body, report);
    over_time(&mut body, report);
    body.push_str("</div>");
    let title = format!("{} under {} load", report.target, plan.model.name());
    page(&title, &report.machine, "", &body)
}

fn tables(body: &mut String, report: &Report) {
    body.push_str(
        "<table><thead><tr><th>From when it was due<th>p50<th>p90<th>p99<th>p99.9<th>max</tr></thead><tbody>",
    );
    for (name, figures) in [("to the start of the handler", &report.start_us), ("to its end", &report.end_us)]
    {
        let Latencies { p50, p90, p99, p999, max, .. } = *figures;
        let _ = write!(body, "<tr><td>{name}");
        for us in [p50, p90, p99, p999, max] {
            let _ = write!(body, "<td class=\"n\">{}", micros(us));
        }
        body.push_str("</tr>");
    }
    let account = &report.account;
    let _ = write!(
        body,
        "</tbody></table><table><thead><tr><th>Sent<th>Handled<th>Dead-lettered<th>Rejected<th>Left<th>Allocations per \
         event</tr></thead><tbody><tr><td class=\"n\">{}<td class=\"n\">{}<td class=\"n\">{}<td class=\"n\">{}<td \
         class=\"n\">{}<td class=\"n\">{}</tr></tbody></table>",
        count(account.sent),
        count(account.handled),
        count(account.dead_lettered),
        count(account.rejected),
        count(account.left),
        allocations(report.allocations_per_event),
    );
}

/// The distance of a percentile from 100 on a logarithmic scale: each further nine adds the same length.
fn nines(percentile: f64) -> f64 {
    -(1.0 - percentile / 100.0).log10()
}

fn percentiles(body: &mut String, report: &Report) {
    let line = |name: &str, class, latencies: &Latencies| Line {
        name: name.to_owned(),
        class,
        points: latencies.curve.iter().map(|&(percentile, us)| (nines(percentile), us)).collect(),
    };
    let both = [
        line("to the start of the handler", "static", &report.start_us),
        line("to its end", "dynamic", &report.end_us),
    ];
    let last = report.start_us.curve.last().map_or(99.0, |point| point.0);
    let named = |percentile: &f64| [0.0, 50.0, 90.0, 99.0, 99.9, 99.99, 99.999, 99.9999].contains(percentile);
    let names = CURVE.into_iter().filter(named).filter(|&percentile| percentile <= last);
    let axis = Axis::Named(names.map(|percentile| (nines(percentile), format!("p{percentile}"))).collect());
    let limit = report.limits.p99.as_secs_f64() * 1e6;
    let svg = lines(
        &both,
        (&axis, "percentile"),
        (&Axis::Logarithmic, "microseconds"),
        Some((limit, "limit of p99")),
    );
    figure(body, "Latency by percentile", &legend(&both), &svg);
}

fn over_time(body: &mut String, report: &Report) {
    let windows = || report.windows.iter();
    let line = |name: &str, class, points: Vec<(f64, f64)>| Line { name: name.to_owned(), class, points };
    let rate = [line("handled", "static", windows().map(|window| (window.at, window.rate)).collect())];
    let wanted = (report.rate_wanted, "wanted on average");
    let svg = lines(&rate, (&Axis::Linear, "seconds"), (&Axis::Linear, "events per second"), Some(wanted));
    figure(body, "Rate over time", "", &svg);
    let latencies = [
        line("p50", "floor", windows().map(|window| (window.at, window.p50)).collect()),
        line("p99", "static", windows().map(|window| (window.at, window.p99)).collect()),
    ];
    let svg = lines(&latencies, (&Axis::Linear, "seconds"), (&Axis::Logarithmic, "microseconds"), None);
    figure(body, "Latency to the start of the handler over time", &legend(&latencies), &svg);
    let depths: Vec<_> = windows().filter_map(|window| Some((window.at, window.depth? as f64))).collect();
    if !depths.is_empty() {
        let depth = [line("queued", "static", depths)];
        let capacity = (report.plan.settings.capacity as f64, "capacity");
        let svg = lines(&depth, (&Axis::Linear, "seconds"), (&Axis::Linear, "events queued"), Some(capacity));
        figure(body, "Depth over time", "", &svg);
    }
}

fn figure(body: &mut String, title: &str, legend: &str, svg: &str) {
    let _ = write!(body, "<figure><figcaption><b>{title}</b></figcaption>{legend}{svg}</figure>");
}
