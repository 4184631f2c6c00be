//! Events and their handlers.
//!
//! All linked handlers of an event are in its table, so each number of handlers and each kind of work has an event of
//! its own, in a module that a macro writes.

mod asynchronous;
mod generate;
mod lists;
mod shared;
mod single;
mod traits;

pub use asynchronous::*;
pub use shared::*;
pub use single::*;
pub use traits::{Amount, Plain, Pointer, Size, Stateful, Visitor, checked, counters};

/// The numbers of handlers that are measured.
pub const SIZES: [usize; 4] = [1, 4, 16, 64];
