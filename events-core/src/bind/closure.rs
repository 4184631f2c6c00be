use alloc::boxed::Box;
use core::panic::Location;

use super::SyncHandler;
use crate::Context;
use crate::event::Event;
use crate::handler::{Flow, HandlerOutput};
use crate::outcome::{Outcome, Place, Tally};
use crate::table::isolate;

/// A handler known only at run time: a closure, and where it was subscribed.
pub struct Closure<E: Event> {
    call: SyncHandler<E>,
    subscribed_at: &'static Location<'static>,
}

impl<E: Event> Closure<E> {
    /// The closure that the caller hands in.
    #[track_caller]
    pub fn new<R: HandlerOutput>(call: impl Fn(&E, &Context) -> R + Send + Sync + 'static) -> Self {
        Self {
            call: Box::new(move |event, cx| call(event, cx).into_flow()),
            subscribed_at: Location::caller(),
        }
    }

    /// Runs it, isolated, unless what came before was stopped or the context says stop. Adds what it did to `outcome`.
    pub fn run(&self, event: &E, cx: &Context, outcome: Outcome) -> Outcome {
        let stop = outcome.stopped().or_else(|| cx.stop());
        if stop.is_some() {
            return outcome.merge(Outcome::not_reached(stop, 1));
        }
        let flow =
            isolate(|| (self.call)(event, cx)).unwrap_or_else(|panic| Flow::fault(1, panic.into_fault()));
        if flow.is_plain() {
            return outcome.merge(Outcome::plain(flow.ran()));
        }
        let (ran, mut tally) = (flow.ran(), Tally::new());
        tally.absorb(Place::Closure(self.subscribed_at), flow, || 0);
        outcome.merge(tally.into_outcome(ran))
    }
}
