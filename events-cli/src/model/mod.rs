//! What is known of a program, as plain data. `cargo events list --format json` writes it, and [`load`] reads it back.
//!
//! Nothing in it depends on how the program was built: the same sources give the same listing, debug or release, stripped
//! or not. What is absent is left out when written. Later versions may add to it; [`FORMAT`] changes when they do more.

mod build;
mod event;
mod handler;
mod load;
mod order;

use serde::{Deserialize, Serialize};

pub(crate) use build::build;
pub use event::{Event, EventRef, Field, Shape};
pub use handler::{Argument, Emits, Handler, State};
pub use load::load;

/// The version of the listing's form.
pub const FORMAT: u32 = 1;

/// The events of a program, with their handlers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Program {
    /// [`FORMAT`]; of that version where a listing does not say.
    #[serde(default = "format")]
    pub format: u32,
    /// The events, in the order of their paths.
    pub events: Vec<Event>,
    /// Handlers whose event is not in what was read: in a library, those of another library's events.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub elsewhere: Vec<Handler>,
    /// Handlers of all events, in the order in which they run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub for_all: Vec<Handler>,
}

impl Default for Program {
    fn default() -> Self {
        Self { format: FORMAT, events: Vec::new(), elsewhere: Vec::new(), for_all: Vec::new() }
    }
}

impl Program {
    /// All handlers, event by event in dispatch order; then those of events elsewhere, and last those of all events.
    pub fn handlers(&self) -> impl Iterator<Item = &Handler> {
        self.events.iter().flat_map(|event| &event.handlers).chain(&self.elsewhere).chain(&self.for_all)
    }

    /// The event that a reference names.
    pub fn event(&self, named: &EventRef) -> Option<&Event> {
        self.events.iter().find(|event| named.names(event))
    }
}

/// A place in the source.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Location {
    /// The file, as the compiler was given it: relative to the workspace for its own packages.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

/// Writes `file:line`.
impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// The crate of a path: its first part.
fn crate_of(path: &str) -> &str {
    path.split("::").next().unwrap_or(path)
}

fn format() -> u32 {
    FORMAT
}

fn is_false(value: &bool) -> bool {
    !value
}

fn is_zero(value: &i32) -> bool {
    *value == 0
}
