//! What is known of a program, as plain data. `cargo events list --format json` writes it, and [`load()`] reads it back.
//!
//! Nothing in it depends on how the program was built: the same sources give the same listing, debug or release,
//! stripped or not. Absent values are left out when it is written. Later versions may add fields; any other change
//! increases [`FORMAT`].

mod build;
mod clean;
mod error;
mod event;
mod handler;
mod load;
mod location;
mod order;
mod program;
mod reference;

pub(crate) use build::build;
pub use error::Error;
pub use event::{Event, Field, Shape};
pub use handler::{Argument, Emits, Handler, State};
pub use load::load;
pub use location::Location;
pub use program::{FORMAT, Program};
pub(crate) use reference::EventKey;
pub use reference::EventRef;
