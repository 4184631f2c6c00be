//! A picture for pages that cannot show HTML: the time of one emit, for two numbers of handlers.
//!
//! The README's `docs/compare.svg` is the picture of one run.

use std::fmt::Write;

use events_benches::contenders::names;
use events_benches::show::chart::{Row, bars, escape};
use events_benches::show::machine::Machine;

use crate::report::{Case, Dispatch};

/// The numbers of handlers that are shown.
const HANDLERS: [usize; 2] = [4, 16];

/// The contenders that are shown, with descriptions for readers who do not know them.
const SHOWN: [(&str, &str); 11] = [
    (names::DIRECT, "direct calls, by hand"),
    (names::POINTERS, "a slice of function pointers, by hand"),
    (names::FUSED_BUS, "Bus::emit, handlers fused"),
    (names::DISPATCH, "dispatch"),
    (names::BUS, "Bus::emit"),
    (names::BUS_STATE, "Bus::emit, handlers with state"),
    (names::SNAPSHOT, "SnapshotBus: a map, replaced whole"),
    (names::DYNAMIC, "DynamicBus: a map under a lock"),
    (names::TOPIC, "TopicBus: a map of names"),
    (names::BEVY, "bevy_ecs observers"),
    (names::JAEB, "jaeb"),
];

const WIDTH: u32 = 710;
const ROW: u32 = 24;

const STYLE: &str = "\
text { fill: #1d2127; font: 13px system-ui, sans-serif; }
text.title { font-size: 15px; font-weight: 600; }
text.value, text.sub { fill: #5d6673; }
text.sub { font-size: 12px; }
.floor { fill: #9aa3af; } .static { fill: #1f7a5c; } .dynamic { fill: #c2662d; } .rival { fill: #7a5aa6; }
@media (prefers-color-scheme: dark) {
text { fill: #e6e8eb; } text.value, text.sub { fill: #9aa3af; }
.static { fill: #4cc39a; } .dynamic { fill: #e8935a; } .rival { fill: #b095dc; }
}";

/// Makes the picture. Its background is transparent.
pub(crate) fn picture(dispatch: &Dispatch, machine: &Machine) -> String {
    let mut body = String::new();
    let mut y = 48;
    for handlers in HANDLERS {
        let mut cases = dispatch.cases.iter();
        let Some(case) = cases.find(|case| case.handlers == handlers && case.work == "trivial") else {
            continue;
        };
        y = panel(&mut body, case, y);
    }
    let height = y + 46;
    let has_rivals = dispatch.cases.iter().flat_map(|case| &case.figures).any(|figure| figure.way == "rival");
    let rivals = if has_rivals { "; violet: other crates" } else { "" };
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\">\n\
         <title>What one emit costs, in nanoseconds</title>\n<style>\n{STYLE}\n</style>\n\
         <text class=\"title\" x=\"8\" y=\"20\">What one emit costs, in nanoseconds</text>\n\
         <text class=\"sub\" x=\"8\" y=\"38\">Handlers that do next to nothing. Grey: written by hand; green: linked tables; \
         orange: registered at run time{rivals}.</text>\n{body}\
         <text class=\"sub\" x=\"8\" y=\"{}\">Medians of {} rounds in which all take turns.</text>\n\
         <text class=\"sub\" x=\"8\" y=\"{}\">{}</text>\n</svg>\n",
        y + 18,
        dispatch.rounds,
        y + 36,
        escape(&machine.to_string())
    )
}

/// Draws a case at `y`. Returns the `y` where it ends.
fn panel(body: &mut String, case: &Case, y: u32) -> u32 {
    let figure = |name: &str| case.figures.iter().find(|figure| figure.name == name);
    let row = |&(name, label): &(&str, &str)| {
        let figure = figure(name)?;
        let (class, text) = (figure.way.clone(), format!("{:.1}", figure.ns));
        Some(Row { label: label.to_owned(), class, value: figure.ns, text })
    };
    let rows: Vec<Row> = SHOWN.iter().filter_map(row).collect();
    let height = 8 + ROW * rows.len() as u32;
    let chart = bars(&rows, None);
    // The chart as a nested `svg` element, moved to its position.
    let chart =
        chart.replacen("<svg ", &format!("<svg y=\"{}\" width=\"{WIDTH}\" height=\"{height}\" ", y + 30), 1);
    let _ = writeln!(
        body,
        "<text class=\"title\" x=\"8\" y=\"{}\">{} handlers</text>\n{chart}",
        y + 24,
        case.handlers
    );
    y + 30 + height
}
