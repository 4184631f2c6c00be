//! The contents of the events that are sent.

use events::prelude::*;

/// An event that carries the time at which it was due.
pub trait Payload: Event {
    /// The event with this number, due this many nanoseconds after the start.
    fn new(due: u64, id: u64) -> Self;

    /// When it was due.
    fn due(&self) -> u64;

    /// Its number among the events of its producer.
    fn id(&self) -> u64;
}
