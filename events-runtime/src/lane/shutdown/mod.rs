//! The lanes of a bus, and how they end.

mod account;
mod ending;
mod lanes;
mod report;

pub use account::Account;
pub(crate) use lanes::{Lanes, OpenError};
pub use report::{Left, Running, ShutdownReport};
