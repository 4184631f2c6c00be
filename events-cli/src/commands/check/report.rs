use serde::Serialize;

use super::rule::{Level, Rule};
use crate::model::Location;
use crate::text::line;

/// What `check` found, and what it could not check. `--format json` writes it.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The version of this form: 1.
    pub format: u32,
    /// How many events were checked.
    pub events: usize,
    /// How many handlers were checked.
    pub handlers: usize,
    /// What was found, in the order of rules, and for each in the order of places.
    pub findings: Vec<Finding>,
    /// The rules that could not be checked.
    pub not_checked: Vec<NotChecked>,
}

/// A problem that the compiler cannot find.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// Its level.
    pub level: Level,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// Where it is.
    pub location: Location,
    /// Related places.
    pub related: Vec<Related>,
}

/// A place that is related to a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Related {
    /// What is there.
    pub message: String,
    /// Where it is.
    pub location: Location,
}

/// A rule that could not be checked, in whole or in part.
#[derive(Clone, Debug, Serialize)]
pub struct NotChecked {
    /// The rule.
    pub rule: Rule,
    /// Why, and what to do.
    pub reason: String,
}

impl Report {
    /// How many findings have this level.
    pub fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|finding| finding.level == level).count()
    }
}

/// What a rule found, without a level.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) message: String,
    pub(super) help: String,
    pub(super) location: Location,
    pub(super) related: Vec<Related>,
}

impl Finding {
    /// Makes a finding with texts that are safe to show, because they quote names from the program, packages and files.
    pub(super) fn new(rule: Rule, level: Level, found: Found) -> Self {
        let shown = |text: &str| line(text).into_owned();
        let place = |place: Location| Location { file: shown(&place.file), ..place };
        let related = found.related.into_iter();
        Self {
            rule,
            level,
            message: shown(&found.message),
            help: shown(&found.help),
            location: place(found.location),
            related: related
                .map(|one| Related { message: shown(&one.message), location: place(one.location) })
                .collect(),
        }
    }
}

impl Related {
    pub(super) fn new(message: impl Into<String>, location: &Location) -> Self {
        Self { message: message.into(), location: location.clone() }
    }
}

/// `1 handler`, `2 handlers`.
pub(super) fn counted(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// `a`, `b` and `c`, in backticks.
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    let last = names.pop().unwrap_or_default();
    if names.is_empty() { last } else { format!("{} and {last}", names.join(", ")) }
}
