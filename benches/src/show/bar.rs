//! What must hold.

use serde::Serialize;

use super::number::number;

/// A promise about cost and what was measured. A figure that falls short is shown as such.
#[derive(Clone, Debug, Serialize)]
pub struct Bar {
    /// The promise. Text in backquotes is shown as code.
    pub what: String,
    /// As the project states it: `at most 1.05`.
    pub bar: String,
    /// What was measured; nothing where this run could not.
    pub measured: Option<f64>,
    /// What `measured` counts, with a space before it; empty for a ratio.
    pub unit: &'static str,
    /// Nothing where it was not measured.
    pub held: Option<bool>,
    /// Details of the measurement, or why there is none.
    pub note: Option<String>,
}

impl Bar {
    /// Held if `measured` is no more than `limit`.
    pub fn at_most(what: impl Into<String>, limit: f64, unit: &'static str, measured: f64) -> Self {
        let bar = format!("at most {}{unit}", number(limit));
        Self::new(what.into(), bar, unit, measured, measured <= limit)
    }

    /// Held if `measured` is no less than `limit`.
    pub fn at_least(what: impl Into<String>, limit: f64, unit: &'static str, measured: f64) -> Self {
        let bar = format!("at least {}{unit}", number(limit));
        Self::new(what.into(), bar, unit, measured, measured >= limit)
    }

    fn new(what: String, bar: String, unit: &'static str, measured: f64, held: bool) -> Self {
        Self { what, bar, measured: Some(measured), unit, held: Some(held), note: None }
    }

    /// With a note below the table.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Neither held nor not, and why.
    pub fn skipped(what: impl Into<String>, bar: impl Into<String>, why: impl Into<String>) -> Self {
        let note = Some(why.into());
        Self { what: what.into(), bar: bar.into(), measured: None, unit: "", held: None, note }
    }

    /// What was measured, with its unit.
    pub fn measured(&self) -> String {
        self.measured.map_or_else(|| "-".to_owned(), |measured| format!("{}{}", number(measured), self.unit))
    }

    /// Whether it held, in a word.
    pub fn verdict(&self) -> &'static str {
        match self.held {
            Some(true) => "held",
            Some(false) => "FALLS SHORT",
            None => "not measured",
        }
    }

    /// Whether it was measured and does not hold.
    pub fn falls_short(&self) -> bool {
        self.held == Some(false)
    }
}
