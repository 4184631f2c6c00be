use serde::{Deserialize, Serialize};

use super::event::Event;
use super::handler::Handler;
use super::reference::EventRef;

/// The version of the listing's format.
pub const FORMAT: u32 = 1;

/// The events of a program, with their handlers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Program {
    /// [`FORMAT`], also if a listing does not contain it.
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

fn format() -> u32 {
    FORMAT
}
