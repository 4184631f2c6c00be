use alloc::string::{String, ToString};
use core::any::Any;
use core::panic::AssertUnwindSafe;
use std::boxed::Box;
use std::panic::catch_unwind;

use crate::handler::Fault;

/// A caught panic: its message.
pub(crate) struct Panic(String);

impl Panic {
    pub(crate) fn into_fault(self) -> Fault {
        Fault::Panicked(self.0)
    }
}

/// Runs `run` and catches its panic.
///
/// `run` captures the table's own counters, which are written before each handler starts and so are valid after any panic.
/// Handlers keep what they share consistent themselves, as threads do that share a lock.
#[inline(always)]
pub(crate) fn isolate<R>(run: impl FnOnce() -> R) -> Result<R, Panic> {
    catch_unwind(AssertUnwindSafe(run)).map_err(caught)
}

#[cold]
#[inline(never)]
fn caught(payload: Box<dyn Any + Send>) -> Panic {
    let message = if let Some(message) = payload.downcast_ref::<&'static str>() {
        message.to_string()
    } else if let Some(message) = payload.downcast_ref::<String>() {
        message.clone()
    } else {
        "a panic without a message".to_string()
    };
    discard(payload);
    Panic(message)
}

/// Drops the payload of a panic. The drop may panic again with another payload, and so on; after a few of these the payload is
/// leaked, so that the other handlers can run.
fn discard(mut payload: Box<dyn Any + Send>) {
    for _ in 0..8 {
        match catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            Ok(()) => return,
            Err(again) => payload = again,
        }
    }
    core::mem::forget(payload);
}
