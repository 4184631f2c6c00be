//! Waiting until the lanes of a bus have nothing left to do.

use std::sync::Arc;
use std::time::Instant;

use crate::lane::clock::Clock;
use crate::lane::queue::{Waiter, Waiters, sleep};

/// Threads and tasks that wait until the lanes of one bus have nothing left to do, or their workers have left.
#[derive(Clone)]
pub(in crate::lane) struct Quiescence(Arc<Waiters>);

impl Quiescence {
    pub(in crate::lane) fn new() -> Self {
        Self(Arc::new(Waiters::fifo()))
    }

    /// An address that identifies the bus, because its lanes share one `Quiescence`.
    pub(in crate::lane) fn address(&self) -> *const () {
        Arc::as_ptr(&self.0).cast()
    }

    /// Makes all waiters check again. Not to be called under a lane's lock, because a task's waker is foreign code.
    pub(in crate::lane) fn notify(&self) {
        self.0.wake_fenced(usize::MAX);
    }

    /// Waits on this thread until `is_so` returns `true`, at most until a time. Returns the last result.
    pub(in crate::lane) fn wait_until(&self, until: Option<Instant>, is_so: impl Fn() -> bool) -> bool {
        // Timeouts of waits are real time, also if a test moves the clock of the lanes.
        let clock = Clock::System;
        loop {
            let ticket = self.0.announce(Waiter::this_thread());
            if is_so() {
                self.0.retract(&ticket);
                return true;
            }
            if until.is_some_and(|until| until <= clock.now()) {
                self.0.retract(&ticket);
                return false;
            }
            sleep(until, &clock);
            self.0.retract(&ticket);
        }
    }

    /// As [`wait_until`](Self::wait_until), in a task. Dropping the future early changes nothing.
    #[cfg(feature = "tokio")]
    pub(in crate::lane) async fn until(
        &self,
        until: Option<tokio::time::Instant>,
        is_so: impl Fn() -> bool,
    ) -> bool {
        loop {
            let woken = self.0.woken().await;
            if is_so() {
                return true;
            }
            match until {
                None => woken.await,
                Some(until) => {
                    if tokio::time::timeout_at(until, woken).await.is_err() {
                        return is_so();
                    }
                }
            }
        }
    }
}
