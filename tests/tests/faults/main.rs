//! Faults that were found in lanes, and their kin: what must not stop a worker, and figures that must add up.
//!
//! Each test runs in a process of its own: one that hangs or aborts fails alone.

mod account;
mod elastic;
mod events;
mod keys;
mod letters;
mod limits;
mod mischief;
mod panics;
mod panics_beside;
mod panics_in_drops;
mod properties;
mod retries;
#[path = "../support/mod.rs"]
mod support;
mod testing_tools;
mod threads;
mod values;
mod workers;
