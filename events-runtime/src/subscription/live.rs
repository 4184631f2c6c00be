//! The closures subscribed to one event.

use std::sync::Arc;

use events_core::bind::{Closure, Late};
use events_core::event::Event;
use events_core::{Context, Outcome};

use super::gate::Gate;
use super::list::{Item, List};

type See<E> = Box<dyn Fn(&E, &Outcome) + Send + Sync>;

/// What is subscribed.
pub(crate) enum Kind<E: Event> {
    /// A handler like the linked ones.
    Handler(Closure<E>),
    /// Sees every emit, also one that a handler stopped, and is no part of it. Does not panic.
    Watcher(See<E>),
}

/// The closures, in the order in which they came. They go by being closed.
pub(super) struct Live<E: Event> {
    list: List<Gate<Kind<E>>>,
}

impl<T> Item for Gate<T> {
    fn is_closed(&self) -> bool {
        Gate::is_closed(self)
    }
}

impl<E: Event> Live<E> {
    pub(super) fn new() -> Self {
        Self { list: List::new() }
    }

    pub(super) fn add(&self, closure: Arc<Gate<Kind<E>>>) {
        self.list.push(closure);
    }
}

impl<E: Event> Late<E> for Live<E> {
    fn emit(&self, event: &E, cx: &Context, outcome: Outcome) -> Outcome {
        self.list.fold(outcome, |outcome, closure| match closure.enter() {
            None => outcome,
            Some(visit) => visit.with(|kind| match kind {
                Kind::Handler(closure) => closure.run(event, cx, outcome),
                Kind::Watcher(see) => {
                    see(event, &outcome);
                    outcome
                }
            }),
        })
    }
}
