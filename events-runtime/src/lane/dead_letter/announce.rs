//! Announcing dead letters: calling their handlers.

#[cfg(feature = "tokio")]
use std::future::Future;
#[cfg(feature = "tokio")]
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use events_core::outcome::Stop;
use events_core::private::plumbing::BoundTable;
use events_core::{Context, Outcome};

use super::DeadLetter;
use super::store::{Announcement, NewLetter, Store};
use crate::door::{ForeignCode, ForeignFuture};
use crate::lane::current::BecauseOfLetter;
use crate::lane::queue::block_on;
use crate::lane::schedule::{DeferredCall, Scheduler, Stage};

impl Store {
    /// Calls the handlers of dead letters. Not to be called under a lock.
    pub(in crate::lane) fn announce(self: &Arc<Self>, lane: &Arc<Scheduler>, announcement: Announcement) {
        let Announcement { letter, evicted, silent } = announcement;
        drop(evicted);
        if silent {
            self.silent.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let Some(table) = self.table.get() else { return };
        if lane.stage() == Stage::Ended {
            // No handler begins once the lane has ended, so the letter stays unseen.
            return;
        }
        let cx = Context::new().with_halt(lane.halt().clone());
        let call = LetterCall { store: self.clone(), lane: lane.clone(), table: table.clone(), letter, cx };
        if call.has_to_be_awaited() {
            lane.lock().add_call(Box::new(call));
            lane.idle.wake_fenced(1);
        } else {
            call.call();
        }
    }

    /// Keeps a dead letter, and calls its handlers.
    pub(in crate::lane) fn add(self: &Arc<Self>, lane: &Arc<Scheduler>, new: NewLetter) {
        let announcement = self.keep(lane, new);
        self.announce(lane, announcement);
    }
}

/// A call of the handlers of a letter.
struct LetterCall {
    store: Arc<Store>,
    lane: Arc<Scheduler>,
    table: Arc<BoundTable<DeadLetter>>,
    letter: Arc<DeadLetter>,
    /// Has the halt flag of the lane, so that no further handler begins once the lane has ended.
    cx: Context,
}

impl LetterCall {
    /// Whether one of the handlers or closures is asynchronous.
    fn has_to_be_awaited(&self) -> bool {
        (0..self.table.rows()).any(|row| self.table.is_async(row))
            || self.table.late().get().is_some_and(|late| late.is_async())
    }

    /// Calls the handlers on this thread.
    fn call(&self) {
        let _cause = BecauseOfLetter::begin(true);
        let outcome = self
            .lane
            .panics
            .call(ForeignCode::DeadLetterHandler, || self.table.emit_with(&self.letter, &self.cx));
        self.called(outcome.ok());
    }

    fn called(&self, outcome: Option<Outcome>) {
        let Some(outcome) = outcome else { return self.store.called(&self.letter, 1, false) };
        let (ran, failed) = (outcome.ran() as usize, outcome.failures().len());
        // If the lane ended meanwhile, some handlers were not called, so the letter does not count as seen.
        let is_cut = outcome.stopped() == Some(Stop::Cancelled);
        self.store.called(&self.letter, failed as u64, ran > failed && !is_cut);
        self.lane.panics.discard(ForeignCode::ErrorDrop, outcome);
    }

    /// Calls the handlers in this task.
    async fn call_async(&self) {
        let mut emit = std::pin::pin!(ForeignFuture::new(self.table.emit_async(&self.letter, &self.cx)));
        let outcome = std::future::poll_fn(|cx| {
            let _cause = BecauseOfLetter::begin(true);
            emit.as_mut().poll(cx)
        });
        let outcome = outcome.await;
        self.called(Some(outcome));
    }
}

impl DeferredCall for LetterCall {
    fn run(self: Box<Self>) {
        #[cfg(feature = "tokio")]
        if let Some(runtime) = self.store.runtime() {
            if tokio::runtime::Handle::try_current().is_err() {
                return runtime.block_on(self.call_async());
            }
            // `block_on` panics on a thread of a runtime, so this is a task.
            runtime.clone().spawn(async move { self.call_async().await });
            return;
        }
        block_on(self.call_async());
    }

    #[cfg(feature = "tokio")]
    fn run_async(self: Box<Self>) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async move { self.call_async().await })
    }
}
