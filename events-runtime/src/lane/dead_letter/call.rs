//! Calling the handlers of dead letters.

#[cfg(feature = "tokio")]
use std::future::Future;
#[cfg(feature = "tokio")]
use std::pin::Pin;
use std::sync::Arc;

use events_core::bind::BoundTable;
use events_core::{Context, Outcome};

use super::DeadLetter;
use super::store::Store;
use crate::door::{ForeignCode, ForeignFuture};
use crate::lane::current::BecauseOfLetter;
use crate::lane::queue::block_on;
use crate::lane::schedule::{Errand, Scheduler};

/// A letter that its handlers are to see.
pub(super) struct LetterCall {
    pub(super) store: Arc<Store>,
    pub(super) lane: Arc<Scheduler>,
    pub(super) table: Arc<BoundTable<DeadLetter>>,
    pub(super) letter: Arc<DeadLetter>,
}

impl LetterCall {
    /// Whether one of the handlers or closures is asynchronous.
    pub(super) fn has_to_be_awaited(&self) -> bool {
        (0..self.table.rows()).any(|row| self.table.is_async(row))
            || self.table.late().get().is_some_and(|late| late.is_async())
    }

    /// Calls the handlers on this thread.
    pub(super) fn call(&self) {
        let _cause = BecauseOfLetter::begin(true);
        let outcome = self.lane.panics.call(ForeignCode::DeadLetterHandler, || self.table.emit(&self.letter));
        self.called(outcome.ok());
    }

    fn called(&self, outcome: Option<Outcome>) {
        let Some(outcome) = outcome else { return self.store.called(self.letter.id, 0, 1) };
        self.store.called(self.letter.id, outcome.handled(), outcome.failures().len() as u64);
        self.lane.panics.discard(ForeignCode::ErrorDrop, outcome);
    }

    /// Calls the handlers in this task.
    async fn call_async(&self) {
        let mut emit =
            std::pin::pin!(ForeignFuture::new(self.table.emit_async(&self.letter, Context::empty())));
        let outcome = std::future::poll_fn(|cx| {
            let _cause = BecauseOfLetter::begin(true);
            emit.as_mut().poll(cx)
        });
        let outcome = outcome.await;
        self.called(Some(outcome));
    }
}

impl Errand for LetterCall {
    fn run(self: Box<Self>) {
        #[cfg(feature = "tokio")]
        if let Some(runtime) = self.store.runtime() {
            return runtime.block_on(self.call_async());
        }
        block_on(self.call_async());
    }

    #[cfg(feature = "tokio")]
    fn run_async(self: Box<Self>) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async move { self.call_async().await })
    }
}
