//! Bars: limits that figures must meet.

use serde::Serialize;

use super::number::number;

/// A bar, and what was measured. A figure that misses its bar is shown as such.
#[derive(Clone, Debug, Serialize)]
pub struct Bar {
    /// What the bar is about. Text in backquotes is shown as code.
    pub what: String,
    /// The limit as text: `at most 1.05`.
    pub bar: String,
    /// What was measured. `None` if this run could not measure it.
    pub measured: Option<f64>,
    /// The unit of `measured`, with a space before it. Empty for a ratio.
    pub unit: &'static str,
    /// Whether the bar was met. `None` if it was not measured.
    pub held: Option<bool>,
    /// Details of the measurement, or why there is none.
    pub note: Option<String>,
}

impl Bar {
    /// A bar that is met if `measured` is no more than `limit`.
    pub fn at_most(what: impl Into<String>, limit: f64, unit: &'static str, measured: f64) -> Self {
        let bar = format!("at most {}{unit}", number(limit));
        Self::new(what.into(), bar, unit, measured, measured <= limit)
    }

    /// A bar that is met if `measured` is no less than `limit`.
    pub fn at_least(what: impl Into<String>, limit: f64, unit: &'static str, measured: f64) -> Self {
        let bar = format!("at least {}{unit}", number(limit));
        Self::new(what.into(), bar, unit, measured, measured >= limit)
    }

    fn new(what: String, bar: String, unit: &'static str, measured: f64, held: bool) -> Self {
        Self { what, bar, measured: Some(measured), unit, held: Some(held), note: None }
    }

    /// Adds a note, which is shown below the table.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// A bar that was not measured, and why.
    pub fn skipped(what: impl Into<String>, bar: impl Into<String>, why: impl Into<String>) -> Self {
        let note = Some(why.into());
        Self { what: what.into(), bar: bar.into(), measured: None, unit: "", held: None, note }
    }

    /// What was measured, with its unit.
    pub fn measured(&self) -> String {
        self.measured.map_or_else(|| "-".to_owned(), |measured| format!("{}{}", number(measured), self.unit))
    }

    /// Whether it was met, in a word.
    pub fn verdict(&self) -> &'static str {
        match self.held {
            Some(true) => "held",
            Some(false) => "FALLS SHORT",
            None => "not measured",
        }
    }

    /// Whether it was measured and not met.
    pub fn falls_short(&self) -> bool {
        self.held == Some(false)
    }
}
