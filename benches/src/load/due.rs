//! What every event that is sent knows of itself.

use events::prelude::*;

/// An event that knows when it was due.
pub trait Payload: Event {
    /// The event with this number, due this many nanoseconds after the beginning.
    fn new(due: u64, id: u64) -> Self;

    /// When it was due.
    fn due(&self) -> u64;

    /// Its number among its producer's.
    fn id(&self) -> u64;
}
