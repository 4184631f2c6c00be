//! The report as text.

use std::fmt::Write;

use comfy_table::Table;
use events_benches::load::contest;
use events_benches::show::number::{bytes, micros};
use events_benches::show::table::{bars, plain};

use crate::report::{Case, Report};

/// Writes all tables.
pub(crate) fn text(report: &Report) -> String {
    let mut text = format!("{}\n", report.machine);
    let dispatch = &report.dispatch;
    for case in &dispatch.cases {
        let plural = if case.handlers == 1 { "" } else { "s" };
        let _ = writeln!(
            text,
            "\n{} handler{plural}, {}; one handler by itself takes {:.2} ns",
            case.handlers, case.work, case.handler_ns
        );
        let _ = writeln!(text, "{}", case_table(case));
    }
    let _ = writeln!(
        text,
        "Medians of {} rounds in which all contenders take turns; ratios are those of one round. Percentiles are of \
         batches of {} emits. Each figure contains {:.2} ns of the loop around it. Tables gathered by {}.",
        dispatch.rounds, dispatch.batch, dispatch.harness_ns, dispatch.backend
    );
    let sections = [
        (report.startup.is_empty(), startup_table(report)),
        (report.before_main.is_empty(), before_main_table(report)),
        (report.compile.is_empty(), compile_table(report)),
    ];
    for (_, table) in sections.iter().filter(|(empty, _)| !empty) {
        let _ = writeln!(text, "\n{table}");
    }
    let _ = write!(text, "\n{}", contest::text(&report.contests));
    for what in &report.left_out {
        let _ = writeln!(text, "Not measured: {what}");
    }
    let _ = write!(
        text,
        "\nWhat the project itself promises; `--check` exits with 1 where a figure falls short.\n\n{}",
        bars(&report.bars)
    );
    text
}

fn case_table(case: &Case) -> Table {
    let mut table =
        plain(&["contender", "kind", "ns", "x floor", "p50", "p99", "p99.9", "allocations"], &[0, 1]);
    for figure in &case.figures {
        let percentiles = figure.percentiles;
        table.add_row([
            figure.name.to_owned(),
            figure.way.to_owned(),
            format!("{:.2}", figure.ns),
            format!("{:.2}", figure.to_floor),
            format!("{:.2}", percentiles.p50),
            format!("{:.2}", percentiles.p99),
            format!("{:.2}", percentiles.p999),
            format!("{:.2}", figure.allocations).trim_end_matches('0').trim_end_matches('.').to_owned(),
        ]);
    }
    table
}

fn startup_table(report: &Report) -> Table {
    let header = ["to the first event", "handlers", "main to first event", "of it the bus", "program"];
    let mut table = plain(&header, &[0]);
    for figure in &report.startup {
        table.add_row([
            figure.name.to_owned(),
            figure.handlers.to_string(),
            micros(figure.first_us),
            figure.build_us.map(micros).unwrap_or_default(),
            bytes(figure.program_bytes),
        ]);
    }
    table
}

fn before_main_table(report: &Report) -> Table {
    let mut table = plain(&["before main", "handlers", "functions called", "own instructions"], &[0]);
    let shown = |count: Option<u64>| count.map_or_else(|| "?".to_owned(), |count| count.to_string());
    for row in &report.before_main {
        let handlers = row.handlers.to_string();
        table.add_row([row.name.to_owned(), handlers, shown(row.constructors), shown(row.instructions)]);
    }
    table
}

fn compile_table(report: &Report) -> Table {
    let header = ["compiling", "handlers", "profile", "clean", "one body changed", "one more", "program"];
    let mut table = plain(&header, &[0, 2]);
    for figure in &report.compile {
        table.add_row([
            figure.name.to_owned(),
            figure.handlers.to_string(),
            figure.profile.to_owned(),
            format!("{:.2} s", figure.clean_s),
            format!("{:.2} s", figure.incremental_s),
            figure.one_more_s.map_or_else(String::new, |more| format!("{more:.2} s")),
            bytes(figure.program_bytes),
        ]);
    }
    table
}
