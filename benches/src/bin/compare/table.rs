//! The report as text.

use std::fmt::Write;

use comfy_table::presets::ASCII_MARKDOWN;
use comfy_table::{CellAlignment, Table};

use crate::bars::Bar;
use crate::report::{Case, Report};

/// Everything, for people.
pub(crate) fn text(report: &Report) -> String {
    let mut text = String::new();
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
    let _ = writeln!(text, "\n{}", bars_table(&report.bars));
    text
}

fn plain(header: &[&str], left: &[usize]) -> Table {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN).set_header(header);
    for (index, column) in table.column_iter_mut().enumerate() {
        if !left.contains(&index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
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

fn bars_table(bars: &[Bar]) -> Table {
    let mut table = plain(&["what must hold", "bar", "measured", ""], &[0, 1, 3]);
    for bar in bars {
        let measured = match (bar.measured, &bar.note) {
            (Some(measured), _) => format!("{}{}", number(measured), bar.unit),
            (None, Some(why)) => format!("not measured: {why}"),
            (None, None) => String::new(),
        };
        let verdict = match bar.held {
            Some(true) => "held",
            Some(false) => "FALLS SHORT",
            None => "",
        };
        table.add_row([&bar.what, &bar.bar, &measured, verdict]);
    }
    table
}

/// Two digits behind the point where there is anything.
pub(crate) fn number(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.2}") }
}
