//! Handlers of all events: those that are linked, and closures that come and go.

use std::sync::{Arc, OnceLock};

use events_core::Outcome;
use events_core::event::AnyEvent;
use events_core::handler::{ClosureId, HandlerMeta};
use events_core::private::plumbing::Closure;

use super::list::{List, Slot};

/// The handlers of all events of one bus.
pub(super) struct Observers {
    /// In the order in which they run.
    linked: Box<[Closure]>,
    pub(super) subscribed: OnceLock<List>,
}

impl Observers {
    pub(super) fn new(linked: Vec<Closure>) -> Self {
        Self { linked: linked.into(), subscribed: OnceLock::new() }
    }

    pub(super) fn has_linked(&self) -> bool {
        !self.linked.is_empty()
    }

    pub(super) fn emit(&self, event: &AnyEvent<'_>, outcome: Outcome) -> Outcome {
        let outcome = self.linked.iter().fold(outcome, |outcome, handler| handler.run(event, outcome));
        match self.subscribed.get() {
            Some(subscribed) => subscribed.fold(outcome, |outcome, slot| slot.run(event, outcome)),
            None => outcome,
        }
    }

    /// Runs one that is linked. `None` if there is none of this metadata.
    pub(super) fn emit_linked(&self, handler: &'static HandlerMeta, event: &AnyEvent<'_>) -> Option<Outcome> {
        let is_it = |own: &&Closure| own.handler().is_some_and(|meta| std::ptr::eq(meta, handler));
        Some(self.linked.iter().find(is_it)?.run(event, Outcome::none()))
    }

    pub(super) fn find(&self, id: ClosureId) -> Option<Arc<Slot>> {
        self.subscribed.get()?.find(id)
    }
}
