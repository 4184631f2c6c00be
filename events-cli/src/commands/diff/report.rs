//! What is different between two programs, as plain data. `diff --format json` writes it.

use clap::ValueEnum;
use serde::Serialize;

use crate::model::{Event, Handler, Location};

/// What is different between two programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Diff {
    /// The version of this form.
    pub format: u32,
    /// What holds for every event that both have.
    pub compatibility: Compatibility,
    /// Events that only the new one has.
    pub added: Vec<EventNote>,
    /// Events that only the old one has.
    pub removed: Vec<EventNote>,
    /// Events that both have, and that differ.
    pub changed: Vec<EventChange>,
    /// Handlers of events that are in neither.
    #[serde(skip_serializing_if = "HandlerChanges::is_empty")]
    pub elsewhere: HandlerChanges,
}

impl Diff {
    /// Whether there is no difference.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty()
            && self.removed.is_empty()
            && self.changed.is_empty()
            && self.elsewhere.is_empty()
    }

    /// The names of the events that do not meet this. A removed event does not meet a requirement of backward
    /// compatibility. A new event meets all, because old programs need not know it.
    pub fn unmet(&self, require: Require) -> impl Iterator<Item = &str> {
        let removed = if require == Require::Forward { &[] } else { self.removed.as_slice() };
        let changed = self.changed.iter().filter(move |event| !event.compatibility.meets(require));
        removed.iter().map(|event| event.name.as_str()).chain(changed.map(|event| event.name.as_str()))
    }
}

/// An event that only one of the two has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct EventNote {
    /// Its name.
    pub name: String,
    /// Its path.
    pub path: String,
    /// Where it is written.
    pub location: Location,
    /// How many handlers it has.
    pub handlers: usize,
}

impl EventNote {
    pub(super) fn of(event: &Event) -> Self {
        Self {
            name: event.name.clone(),
            path: event.path.clone(),
            location: event.location.clone(),
            handlers: event.handlers.len(),
        }
    }
}

/// What is different about an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct EventChange {
    /// Its name in the new program.
    pub name: String,
    /// Its path in the new program.
    pub path: String,
    /// Where it is written in the new program.
    pub location: Location,
    /// What the change of its fields means.
    pub compatibility: Compatibility,
    /// Why it does not mean more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
    /// Types of its fields that were not looked into: the verdict holds if they stay as they are. Told where fields changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown_types: Vec<String>,
    /// What is different about its declaration.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// What is different about its handlers.
    #[serde(skip_serializing_if = "HandlerChanges::is_empty")]
    pub handlers: HandlerChanges,
}

/// A change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// What: `priority`, `lane`, `field cents`.
    pub what: String,
    /// What it was; absent if there was nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// What it is now; absent if there is nothing any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
}

/// Why a change is not compatible.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Reason {
    /// What it breaks.
    pub breaks: Direction,
    /// The field or variant; empty for the event as a whole.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub field: String,
    /// What is wrong, and what to do.
    pub message: String,
}

/// Who reads what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// The new program what the old one wrote.
    Backward,
    /// The old program what the new one writes.
    Forward,
}

/// What a change of fields means: the words of Confluent's registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Compatibility {
    /// The new program can read what the old one wrote.
    Backward,
    /// The old program can read what the new one writes.
    Forward,
    /// Both.
    Full,
    /// Neither.
    None,
}

impl Compatibility {
    pub(super) fn of(backward: bool, forward: bool) -> Self {
        match (backward, forward) {
            (true, true) => Self::Full,
            (true, false) => Self::Backward,
            (false, true) => Self::Forward,
            (false, false) => Self::None,
        }
    }

    /// The compatibility of both together.
    pub(super) fn and(self, other: Self) -> Self {
        let both = |require| self.meets(require) && other.meets(require);
        Self::of(both(Require::Backward), both(Require::Forward))
    }

    /// Whether it is at least this.
    pub fn meets(self, require: Require) -> bool {
        match require {
            Require::Backward => matches!(self, Self::Backward | Self::Full),
            Require::Forward => matches!(self, Self::Forward | Self::Full),
            Require::Full => self == Self::Full,
        }
    }
}

/// Writes it as registries do, in capitals.
impl std::fmt::Display for Compatibility {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Backward => "BACKWARD",
            Self::Forward => "FORWARD",
            Self::Full => "FULL",
            Self::None => "NONE",
        })
    }
}

/// What `--require` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Require {
    /// The new program can read what the old one wrote
    Backward,
    /// The old program can read what the new one writes
    Forward,
    /// Both
    Full,
}

/// What is different about the handlers of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct HandlerChanges {
    /// Those that only the new program has.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<HandlerNote>,
    /// Those that only the old program has.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<HandlerNote>,
    /// Those that have another position among the ones that both programs have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reordered: Vec<Moved>,
    /// Those whose declaration changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<HandlerChange>,
}

impl HandlerChanges {
    /// Whether there is no difference.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty()
            && self.removed.is_empty()
            && self.reordered.is_empty()
            && self.changed.is_empty()
    }
}

/// A handler that only one of the two has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct HandlerNote {
    /// Its path.
    pub path: String,
    /// Its place in dispatch order, from 1.
    pub position: usize,
    /// Where it is written.
    pub location: Location,
}

impl HandlerNote {
    pub(super) fn of(handler: &Handler, index: usize) -> Self {
        Self { path: handler.path.clone(), position: index + 1, location: handler.location.clone() }
    }
}

/// A handler that runs at another time than it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Moved {
    /// Its path.
    pub path: String,
    /// Its position among the handlers that both have, from 1.
    pub old: usize,
    /// Its position now.
    pub new: usize,
    /// Where it is written in the new program.
    pub location: Location,
}

/// What is different about a handler.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct HandlerChange {
    /// Its path.
    pub path: String,
    /// Where it is written in the new program.
    pub location: Location,
    /// What changed.
    pub changes: Vec<Change>,
}
