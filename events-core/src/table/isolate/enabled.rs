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
/// What `run` captures is the table's own bookkeeping, written before each handler starts and so valid wherever one
/// stops; what handlers share behind a shared reference is theirs to keep whole, as with threads and a lock.
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

/// Drops a payload, which may panic again, with another payload, and so on. After some of that it is left where it is:
/// no one's payload is worth the others' handlers.
fn discard(mut payload: Box<dyn Any + Send>) {
    for _ in 0..8 {
        match catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            Ok(()) => return,
            Err(again) => payload = again,
        }
    }
    core::mem::forget(payload);
}
