//! What test programs share that have handlers of their own: processes, bounded waits, values that panic.
//!
//! No test program by itself: a program takes it in with `#[path = "../support/mod.rs"] mod support;`. It has no event and
//! no handler, for the handlers of a program run on each of its buses.

#![allow(dead_code, unused_imports, reason = "each program uses a part of it")]

pub(crate) mod bombs;
pub(crate) mod process;
pub(crate) mod wait;

pub(crate) use bombs::{Bomb, BombError, BombPayload, MuteError};
pub(crate) use process::{Output, Stderr, alone, exit_of, exit_with};
pub(crate) use wait::{Gate, LONG, Log, until};
