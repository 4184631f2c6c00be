//! The results of contests as tables.

use std::fmt::Write;

use serde::Serialize;

use crate::show::chart::escape;
use crate::show::table::plain;

/// A contest: its contestants and how fast each was.
#[derive(Clone, Debug, Serialize)]
pub struct Contest {
    /// What was measured: `one producer, one worker`.
    pub what: String,
    /// Who took part.
    pub figures: Vec<Figures>,
}

/// The rounds of one contestant, in events per second.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    /// Its name.
    pub name: String,
    /// The median.
    pub median: f64,
    /// The slowest round.
    pub worst: f64,
    /// The fastest round.
    pub best: f64,
    /// How many rounds were slower than half of the fastest: a second, slow mode, which a median can hide.
    pub slow: usize,
    /// The number of rounds.
    pub rounds: usize,
}

impl Figures {
    fn cells(&self) -> [String; 4] {
        let millions = |rate: f64| format!("{:.1}", rate / 1e6);
        let slow = format!("{} of {}", self.slow, self.rounds);
        [millions(self.median), millions(self.worst), millions(self.best), slow]
    }
}

const HEADER: [&str; 5] = ["million events/s", "median", "worst", "best", "below half of the best"];

/// A table for each contest.
pub fn text(contests: &[Contest]) -> String {
    let mut text = String::new();
    for contest in contests {
        let mut table = plain(&HEADER, &[0]);
        for figures in &contest.figures {
            let [median, worst, best, slow] = figures.cells();
            table.add_row([figures.name.clone(), median, worst, best, slow]);
        }
        let _ = writeln!(text, "{}; contenders take turns\n{table}\n", contest.what);
    }
    text
}

/// The same as HTML. Empty if there was no contest.
pub fn html(contests: &[Contest]) -> String {
    let mut page = String::new();
    if contests.is_empty() {
        return page;
    }
    page.push_str(
        "<h2>Throughput of queues</h2><p class=\"sub\">Million events a second, from the first send to the end of the last \
         handler. Contenders take turns. A queue with a fast and a slow mode has rounds below half of its best.</p>",
    );
    for contest in contests {
        let _ = write!(page, "<table><thead><tr><th>{}", escape(&contest.what));
        HEADER[1..].iter().for_each(|name| page.extend(["<th>", name]));
        page.push_str("</tr></thead><tbody>");
        for figures in &contest.figures {
            let _ = write!(page, "<tr><td>{}", escape(&figures.name));
            figures.cells().iter().for_each(|cell| page.extend(["<td class=\"n\">", cell]));
            page.push_str("</tr>");
        }
        page.push_str("</tbody></table>");
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slow_mode_is_in_the_table() {
        let figures = Figures {
            name: "a <b>".to_owned(),
            median: 7.4e7,
            worst: 1.7e7,
            best: 7.6e7,
            slow: 2,
            rounds: 9,
        };
        let contests = [Contest { what: "one producer".to_owned(), figures: vec![figures] }];
        let text = text(&contests);
        for cell in ["one producer", "74.0", "17.0", "76.0", "2 of 9"] {
            assert!(text.contains(cell), "{text}");
        }
        let page = html(&contests);
        assert!(page.contains("a &lt;b&gt;<td class=\"n\">74.0") && html(&[]).is_empty(), "{page}");
    }
}
