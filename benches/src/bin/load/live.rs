//! Progress during a run: a bar and a line on a terminal, plain lines elsewhere.

use std::io::{IsTerminal, stderr};
use std::time::Duration;

use events_benches::load::run::{Plan, Window};
use events_benches::show::number::{count, micros};
use indicatif::{ProgressBar, ProgressStyle};

/// Shows each window as it ends.
pub(crate) enum Live {
    Bar(ProgressBar),
    /// Prints a line at these times, in seconds.
    Lines {
        every: f64,
        next: f64,
    },
}

impl Live {
    pub(crate) fn new(plan: &Plan) -> Self {
        if !stderr().is_terminal() {
            let every = (plan.duration.as_secs_f64() / 10.0).max(1.0);
            return Self::Lines { every, next: every };
        }
        let bar = ProgressBar::new(plan.duration.as_millis() as u64);
        if let Ok(style) = ProgressStyle::with_template("{prefix:>12} [{bar:30}] {msg}") {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_prefix(plan.model.name());
        Self::Bar(bar)
    }

    pub(crate) fn show(&mut self, window: &Window) {
        match self {
            Self::Bar(bar) => {
                bar.set_position(Duration::from_secs_f64(window.at).as_millis() as u64);
                bar.set_message(line(window));
            }
            Self::Lines { every, next } if window.at >= *next => {
                eprintln!("{}", line(window));
                *next = window.at + *every;
            }
            Self::Lines { .. } => {}
        }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

fn line(window: &Window) -> String {
    let depth = window.depth.map_or_else(String::new, |depth| format!(", {} queued", count(depth as u64)));
    format!(
        "{:5.1} s: {} events/s, p99 {}{depth}",
        window.at,
        count(window.rate.round() as u64),
        micros(window.p99)
    )
}
