//! Waiting until a lane has nothing left to do, or its workers have gone.

use std::sync::{Condvar, MutexGuard, PoisonError};
use std::time::Instant;

use super::claims::Claims;
use super::core::LaneCore;
use super::sleep::Sleepers;

/// Those who wait for such news: threads and tasks.
pub(super) struct Quiet {
    threads: Condvar,
    tasks: Sleepers,
}

impl Quiet {
    pub(super) fn new() -> Self {
        Self { threads: Condvar::new(), tasks: Sleepers::first_come() }
    }

    /// Has all of them look. Not to be called under the lane's lock: a task's waker is foreign code.
    pub(super) fn tell(&self) {
        self.threads.notify_all();
        self.tasks.wake_fenced(usize::MAX);
    }
}

impl LaneCore {
    /// Whether nothing is queued, under way, or put down for later.
    pub(super) fn is_quiet(&self, claims: &Claims) -> bool {
        claims.is_quiet() && !self.has_queued()
    }

    /// Whether nobody is left who could change what became of its events: of a lane that is closed.
    pub(super) fn is_over(&self, claims: &Claims) -> bool {
        // A worker that is a task goes when its runtime gets to it, which may be not before this thread lets it.
        self.is_gone(claims) || (self.runs_async() && self.is_quiet(claims))
    }

    /// Whether all its workers have gone.
    pub(super) fn is_gone(&self, _: &Claims) -> bool {
        self.present() == 0
    }

    /// Waits until something is so of which those who wait are told; at most until then. Returns whether it is so.
    pub(super) fn wait_until(&self, until: Option<Instant>, is_so: fn(&Self, &Claims) -> bool) -> bool {
        let mut claims = self.lock();
        while !is_so(self, &claims) {
            claims = match self.wait(claims, until) {
                Some(claims) => claims,
                None => return false,
            };
        }
        true
    }

    /// Waits for news; `None` when the time is up.
    fn wait<'a>(
        &'a self,
        claims: MutexGuard<'a, Claims>,
        until: Option<Instant>,
    ) -> Option<MutexGuard<'a, Claims>> {
        let threads = &self.quiet.threads;
        let Some(until) = until else {
            return Some(threads.wait(claims).unwrap_or_else(PoisonError::into_inner));
        };
        let left = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())?;
        Some(threads.wait_timeout(claims, left).unwrap_or_else(PoisonError::into_inner).0)
    }

    /// The same as [`wait_until`](Self::wait_until), in a task.
    #[cfg(feature = "tokio")]
    pub(super) async fn until(&self, until: Option<Instant>, is_so: fn(&Self, &Claims) -> bool) -> bool {
        loop {
            let news = self.quiet.tasks.woken().await;
            if is_so(self, &self.lock()) {
                return true;
            }
            match until {
                None => news.await,
                Some(until) => {
                    if tokio::time::timeout_at(until.into(), news).await.is_err() {
                        return is_so(self, &self.lock());
                    }
                }
            }
        }
    }
}
