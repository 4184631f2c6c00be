//! Waiting on threads that are not the library's own.

use std::time::Instant;

use super::waiters::sleep;
use crate::lane::clock::Clock;

/// Whether a runtime with one thread gets another one while that thread waits here.
#[cfg(feature = "tokio")]
pub(in crate::lane) fn is_replaced(runtime: &tokio::runtime::Handle) -> bool {
    cfg!(all(panic = "unwind", not(target_family = "wasm")))
        && runtime.runtime_flavor() == tokio::runtime::RuntimeFlavor::MultiThread
}

/// The same as [`sleep`] on a thread of somebody else. If that runs tasks of a tokio runtime with several threads, the other
/// tasks of this thread go on on another one: they may be what this one waits for.
pub(in crate::lane) fn sleep_as_guest(until: Option<Instant>, clock: &Clock) {
    #[cfg(all(feature = "tokio", panic = "unwind", not(target_family = "wasm")))]
    if handed_over(|| sleep(until, clock)) {
        return;
    }
    sleep(until, clock);
}

/// Blocks in place, if this thread runs a task of such a runtime. Returns whether it did.
#[cfg(all(feature = "tokio", panic = "unwind", not(target_family = "wasm")))]
fn handed_over(block: impl FnOnce()) -> bool {
    use std::cell::Cell;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use tokio::runtime::{Handle, RuntimeFlavor};
    use tokio::task;

    thread_local! {
        /// Whether this thread runs a `LocalSet`, whose tasks cannot go on elsewhere.
        static IS_LOCAL: Cell<bool> = const { Cell::new(false) };
    }
    let is_task = || task::try_id().is_some();
    let is_one_of_several =
        || Handle::try_current().is_ok_and(|runtime| runtime.runtime_flavor() == RuntimeFlavor::MultiThread);
    if IS_LOCAL.get() || !is_task() || !is_one_of_several() {
        return false;
    }
    // Nothing says beforehand whether a task is one of a `LocalSet`. There tokio panics, before it calls what is to block.
    let result = catch_unwind(AssertUnwindSafe(|| task::block_in_place(block)));
    IS_LOCAL.set(result.is_err());
    result.is_ok()
}
