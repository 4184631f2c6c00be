//! What runs after the handlers of an event's table: its own closures, then those of all events.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, OnceLock};

use events_core::Outcome;
use events_core::event::AnyEvent;
use events_core::private::plumbing::{Begun, BoxFuture, ClosureRun, Late, LateOne, finish_run};

use super::list::{List, Slot};
use super::observers::Observers;

/// The closures of one event, and the way to those of all.
pub(super) struct Live {
    own: OnceLock<List>,
    all: Arc<Observers>,
}

impl Live {
    pub(super) fn new(all: Arc<Observers>) -> Self {
        Self { own: OnceLock::new(), all }
    }

    pub(super) fn own_or_new(&self) -> &List {
        self.own.get_or_init(List::new)
    }

    pub(super) fn own(&self) -> Option<&List> {
        self.own.get()
    }
}

impl Late for Live {
    fn emit(&self, event: &AnyEvent<'_>, outcome: Outcome) -> Outcome {
        let outcome = match self.own() {
            Some(own) => own.fold(outcome, |outcome, slot| slot.run(event, outcome)),
            None => outcome,
        };
        self.all.emit(event, outcome)
    }

    fn is_async(&self) -> bool {
        self.own().is_some_and(|own| own.has_async())
    }

    fn emit_async<'a>(&'a self, event: AnyEvent<'a>, mut outcome: Outcome) -> BoxFuture<'a, Outcome> {
        // Taken now: who comes meanwhile is not part of it.
        let slots = self.own().map(|own| own.open()).unwrap_or_default();
        Box::pin(async move {
            for slot in slots {
                outcome = run_async(&slot, event, outcome).await;
            }
            self.all.emit(&event, outcome)
        })
    }

    fn emit_one<'a>(&'a self, one: LateOne, event: AnyEvent<'a>) -> BoxFuture<'a, Option<Outcome>> {
        Box::pin(async move {
            let slot = match one {
                LateOne::Handler(handler) => return self.all.emit_linked(handler, &event),
                LateOne::Closure(id) => self.own().and_then(|own| own.find(id)).or_else(|| self.all.find(id)),
            };
            match slot {
                Some(slot) => Some(run_async(&slot, event, Outcome::none()).await),
                None => None,
            }
        })
    }
}

/// Runs a closure of either kind, unless it was unsubscribed.
async fn run_async(slot: &Slot, event: AnyEvent<'_>, outcome: Outcome) -> Outcome {
    let (run, meta, outcome) = match begin(slot, event, outcome) {
        Begun::Over(outcome) => return outcome,
        Begun::Running(run, meta, outcome) => (run, meta, outcome),
    };
    let mut run: std::pin::Pin<&mut ClosureRun<'_>> = pin!(run);
    // Each poll is a visit: once its guard is dropped it is not polled any more, and what it awaited is given up.
    let polled = poll_fn(|cx| match slot.gate.enter() {
        Some(_visit) => run.as_mut().poll(cx).map(Some),
        None => std::task::Poll::Ready(None),
    });
    finish_run(meta, polled.await, outcome)
}

fn begin<'a>(slot: &Slot, event: AnyEvent<'a>, outcome: Outcome) -> Begun<'a> {
    match slot.gate.enter() {
        Some(closure) => closure.begin(&event, outcome),
        None => Begun::Over(outcome),
    }
}
