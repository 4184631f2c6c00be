//! The report as one self-contained page.

use std::fmt::Write;

use events_benches::load::contest;
use events_benches::show::chart::{Row, bars, escape};
use events_benches::show::number::{bytes, micros, number};
use events_benches::show::page;

use crate::report::{Case, Figure, Report};

/// The page.
pub(crate) fn page(report: &Report) -> String {
    let mut body = String::new();
    dispatch(&mut body, report);
    startup(&mut body, report);
    compile(&mut body, report);
    body.push_str(&contest::html(&report.contests));
    if !report.left_out.is_empty() {
        body.push_str("<h2>Not measured</h2><ul>");
        for what in &report.left_out {
            let _ = write!(body, "<li>{}</li>", escape(what));
        }
        body.push_str("</ul>");
    }
    body.push_str(&page::verdicts(&report.bars));
    let more = if report.quick { ", quick run" } else { "" };
    page::page("Static dispatch beside dynamic", &report.machine, more, &body)
}

/// The kinds of work and their titles.
const WORKS: [(&str, &str); 3] = [
    ("trivial", "Trivial handlers"),
    ("trivial, may fail", "Trivial handlers that may fail"),
    ("50 ns", "Handlers of some 50 ns"),
];

fn dispatch(page: &mut String, report: &Report) {
    let dispatch = &report.dispatch;
    let _ = write!(
        page,
        "<h2>One emit, in nanoseconds</h2><p class=\"legend\"><i class=\"floor\"></i>written by hand \
         <i class=\"static\"></i>linked tables <i class=\"dynamic\"></i>registered at run time \
         <i class=\"rival\"></i>other crates</p><p class=\"sub\">Medians of {} rounds in which all take turns. Each \
         figure contains {:.2} ns of the loop around it. The dashed line is the slice of function pointers, the floor \
         where handlers are not known in one place; ratios are to it.</p>",
        dispatch.rounds, dispatch.harness_ns
    );
    for (work, title) in WORKS {
        let _ = write!(page, "<h3>{title}</h3><div class=\"grid\">");
        for case in dispatch.cases.iter().filter(|case| case.work == work) {
            case_chart(page, case);
        }
        page.push_str("</div>");
    }
    page.push_str("<details><summary>Percentiles and allocations</summary>");
    for case in &dispatch.cases {
        case_table(page, case, dispatch.batch);
    }
    page.push_str("</details>");
}

fn case_chart(page: &mut String, case: &Case) {
    let floor = case.figures.iter().find(|figure| figure.to_floor == 1.0).map_or(1.0, |figure| figure.ns);
    let row = |figure: &Figure| Row {
        label: figure.name.clone(),
        class: figure.way.clone(),
        value: figure.ns,
        text: format!("{:.2}  ×{:.2}", figure.ns, figure.to_floor),
    };
    let rows: Vec<Row> = case.figures.iter().map(row).collect();
    let plural = if case.handlers == 1 { "" } else { "s" };
    let _ = write!(
        page,
        "<figure><figcaption><b>{} handler{plural}</b>, {:.2} ns each by itself</figcaption>{}</figure>",
        case.handlers,
        case.handler_ns,
        bars(&rows, Some((floor, "floor")))
    );
}

fn case_table(page: &mut String, case: &Case, batch: u64) {
    let _ = write!(
        page,
        "<table><thead><tr><th>{} × {} (batches of {batch})<th>p50<th>p99<th>p99.9<th>allocations</tr></thead><tbody>",
        case.handlers, case.work
    );
    for figure in &case.figures {
        let percentiles = figure.percentiles;
        let _ = write!(
            page,
            "<tr><td>{}<td class=\"n\">{:.2}<td class=\"n\">{:.2}<td class=\"n\">{:.2}<td class=\"n\">{}</tr>",
            escape(&figure.name),
            percentiles.p50,
            percentiles.p99,
            percentiles.p999,
            number(figure.allocations)
        );
    }
    page.push_str("</tbody></table>");
}

fn startup(page: &mut String, report: &Report) {
    if report.startup.is_empty() {
        return;
    }
    page.push_str(
        "<h2>Start-up</h2><p class=\"sub\">From the first line of <code>main</code> to the end of the first emit, \
         release profile.</p><div class=\"grid\">",
    );
    let mut sizes: Vec<usize> = report.startup.iter().map(|figure| figure.handlers).collect();
    sizes.dedup();
    for handlers in sizes {
        let rows = report.startup.iter().filter(|figure| figure.handlers == handlers).map(|figure| Row {
            label: figure.name.to_owned(),
            class: class_of(figure.name).to_owned(),
            value: figure.first_us,
            text: micros(figure.first_us),
        });
        chart(page, &format!("{handlers} handlers"), rows.collect());
    }
    page.push_str("</div><h3>Before <code>main</code></h3><table><thead><tr><th>Program<th>Handlers<th>Functions the loader calls<th>Instructions of its own, where main returns at once</tr></thead><tbody>");
    for row in &report.before_main {
        let shown = |count: Option<u64>| count.map_or_else(|| "–".to_owned(), |count| count.to_string());
        let _ = write!(
            page,
            "<tr><td>{}<td class=\"n\">{}<td class=\"n\">{}<td class=\"n\">{}</tr>",
            row.name,
            row.handlers,
            shown(row.constructors),
            shown(row.instructions)
        );
    }
    page.push_str("</tbody></table>");
}

fn compile(page: &mut String, report: &Report) {
    if report.compile.is_empty() {
        return;
    }
    page.push_str("<h2>Compile time and size</h2><p class=\"sub\">Of the generated crate alone, linking included; what it depends on is built before.</p><div class=\"grid\">");
    for (handlers, profile) in [(100, "dev"), (1_000, "dev"), (100, "release"), (1_000, "release")] {
        let of = || {
            report
                .compile
                .iter()
                .filter(move |figure| figure.handlers == handlers && figure.profile == profile)
        };
        let row = |name: &str, value: f64, text| Row {
            label: name.to_owned(),
            class: class_of(name).to_owned(),
            value,
            text,
        };
        let seconds = |value: f64| format!("{value:.2} s");
        let title = |what: &str| format!("{handlers} handlers, {profile}: {what}");
        let rows = of().map(|figure| row(figure.name, figure.clean_s, seconds(figure.clean_s)));
        chart(page, &title("clean"), rows.collect());
        let rows = of().map(|figure| row(figure.name, figure.incremental_s, seconds(figure.incremental_s)));
        chart(page, &title("one body changed"), rows.collect());
        let rows =
            of().filter_map(|figure| figure.one_more_s.map(|more| row(figure.name, more, seconds(more))));
        let rows: Vec<_> = rows.collect();
        if !rows.is_empty() {
            chart(page, &title("one event, handler and emit more"), rows);
        }
        let rows =
            of().map(|figure| row(figure.name, figure.program_bytes as f64, bytes(figure.program_bytes)));
        chart(page, &title("size of the program"), rows.collect());
    }
    page.push_str("</div>");
}

fn chart(page: &mut String, title: &str, rows: Vec<Row>) {
    let _ = write!(
        page,
        "<figure><figcaption><b>{}</b></figcaption>{}</figure>",
        escape(title),
        bars(&rows, None)
    );
}

fn class_of(name: &str) -> &'static str {
    match name {
        "DynamicBus" => "dynamic",
        name if name.contains("by hand") => "floor",
        _ => "static",
    }
}
