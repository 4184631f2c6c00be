use alloc::boxed::Box;
use core::future::Future;
use core::panic::Location;
use core::pin::Pin;

use crate::Context;
use crate::event::{AnyEvent, AsyncEvent, Event};
use crate::handler::{ClosureMeta, Flow, HandlerFuture, HandlerMeta, HandlerOutput};
use crate::outcome::{Failures, Outcome, Place, Stop, Tally};
use crate::table::isolate;

/// A future in a box, as the closure of an asynchronous subscription returns it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What runs a handler of all events.
pub type ObserverCall = Box<dyn Fn(&AnyEvent<'_>) -> Flow + Send + Sync>;

type AsyncCall = Box<dyn for<'a> Fn(&AnyEvent<'a>) -> HandlerFuture<'a> + Send + Sync>;

/// A handler that takes events of any type: a closure subscribed at run time, or a linked handler of all events.
///
/// It is bound to no event type, so what keeps closures is compiled once and not for each event. One that was made for
/// an event type passes over events of other types.
pub struct Closure {
    call: Call,
    who: Place,
    /// Whether it only looks on: it runs whatever stopped the others, cannot stop them, and is not counted as handling
    /// the event.
    observes: bool,
}

enum Call {
    Sync(ObserverCall),
    Async(AsyncCall),
}

/// How the run of a closure began.
pub enum Begun<'a> {
    /// It is over: that is the outcome.
    Over(Outcome),
    /// It is asynchronous, and did not begin to run: [`finish_run`] takes what this comes to, and the rest.
    Running(ClosureRun<'a>, ClosureMeta, Outcome),
}

/// The run of an asynchronous closure. Each poll is isolated, and so is its drop.
pub struct ClosureRun<'a>(Option<BoxFuture<'a, Flow>>);

impl Future for ClosureRun<'_> {
    type Output = Flow;

    fn poll(mut self: Pin<&mut Self>, cx: &mut core::task::Context<'_>) -> core::task::Poll<Flow> {
        match &mut self.0 {
            Some(run) => run.as_mut().poll(cx),
            None => core::task::Poll::Ready(Flow::SKIPPED),
        }
    }
}

/// One that was cut short may drop what it awaited.
impl Drop for ClosureRun<'_> {
    fn drop(&mut self) {
        let run = self.0.take();
        // The panic itself was reported when it happened.
        let _ = isolate(|| drop(run));
    }
}

impl Closure {
    /// A closure for one type of events.
    #[track_caller]
    pub fn new<E: Event>(call: impl Fn(&E, &Context) -> Flow + Send + Sync + 'static) -> Self {
        Self::of(Call::Sync(Box::new(move |event| match event.downcast_ref() {
            Some(typed) => call(typed, event.context()),
            None => Flow::SKIPPED,
        })))
    }

    /// A closure that is awaited, for one type of events.
    #[track_caller]
    pub fn asynchronous<E: AsyncEvent, R: HandlerOutput + 'static>(
        call: impl for<'a> Fn(&'a E, &'a Context) -> Option<BoxFuture<'a, R>> + Send + Sync + 'static,
    ) -> Self {
        Self::of(Call::Async(Box::new(move |event| {
            match event.downcast_ref().and_then(|typed| call(typed, event.context())) {
                Some(future) => HandlerFuture::new(async move { future.await.into_flow() }),
                None => HandlerFuture::ready(Flow::SKIPPED),
            }
        })))
    }

    /// A closure that looks on at all events.
    #[track_caller]
    pub fn observer(call: impl Fn(&AnyEvent<'_>) -> Flow + Send + Sync + 'static) -> Self {
        let mut closure = Self::of(Call::Sync(Box::new(call)));
        closure.observes = true;
        closure
    }

    /// A linked handler of all events.
    pub fn linked(handler: &'static HandlerMeta, call: ObserverCall) -> Self {
        Self { call: Call::Sync(call), who: Place::Handler(handler), observes: true }
    }

    #[track_caller]
    fn of(call: Call) -> Self {
        Self { call, who: Place::Closure(ClosureMeta::new(Location::caller())), observes: false }
    }

    /// What is known of it, if it was subscribed.
    pub fn meta(&self) -> Option<ClosureMeta> {
        match self.who {
            Place::Closure(meta) => Some(meta),
            Place::Handler(_) | Place::Group(_) => None,
        }
    }

    /// What is known of it, if it is linked.
    pub fn handler(&self) -> Option<&'static HandlerMeta> {
        match self.who {
            Place::Handler(handler) => Some(handler),
            Place::Closure(_) | Place::Group(_) => None,
        }
    }

    /// With this metadata, if it was subscribed.
    #[must_use]
    pub fn with_meta(mut self, meta: ClosureMeta) -> Self {
        if let Place::Closure(own) = &mut self.who {
            *own = meta;
        }
        self
    }

    /// Whether it is awaited.
    pub fn is_async(&self) -> bool {
        matches!(self.call, Call::Async(_))
    }

    /// Runs it, isolated, unless what came before was stopped or the context says stop. Adds what it did to `outcome`.
    /// One that is asynchronous does nothing.
    pub fn run(&self, event: &AnyEvent<'_>, outcome: Outcome) -> Outcome {
        if self.observes && event.context().is_halted() {
            return outcome;
        }
        match (&self.call, self.stop(event, &outcome)) {
            (Call::Async(_), _) => outcome,
            (Call::Sync(_), Some(stop)) => outcome.merge(Outcome::not_reached(Some(stop), 1)),
            (Call::Sync(call), None) => self.finish(isolated(|| call(event)), outcome),
        }
    }

    /// Like [`run`](Self::run), for closures of either kind.
    pub fn begin<'a>(&self, event: &AnyEvent<'a>, outcome: Outcome) -> Begun<'a> {
        let (Call::Async(call), Some(meta)) = (&self.call, self.meta()) else {
            return Begun::Over(self.run(event, outcome));
        };
        if let Some(stop) = self.stop(event, &outcome) {
            return Begun::Over(outcome.merge(Outcome::not_reached(Some(stop), 1)));
        }
        match isolate(|| call(event)) {
            Ok(future) => Begun::Running(ClosureRun(Some(Box::pin(future.isolated()))), meta, outcome),
            Err(panic) => Begun::Over(self.finish(Flow::fault(1, panic.into_fault()), outcome)),
        }
    }

    /// What keeps it from running, if anything does.
    fn stop(&self, event: &AnyEvent<'_>, outcome: &Outcome) -> Option<Stop> {
        if self.observes {
            return None;
        }
        outcome.stopped().or_else(|| event.context().stop())
    }

    /// Adds what a run came to.
    fn finish(&self, flow: Flow, outcome: Outcome) -> Outcome {
        finish(self.who, self.observes, flow, outcome)
    }
}

/// Adds what the run of an asynchronous closure came to; `None` for one that was unsubscribed meanwhile.
pub fn finish_run(meta: ClosureMeta, flow: Option<Flow>, outcome: Outcome) -> Outcome {
    finish(Place::Closure(meta), false, flow.unwrap_or(Flow::RAN), outcome)
}

#[inline]
fn finish(who: Place, observes: bool, flow: Flow, outcome: Outcome) -> Outcome {
    let ran = if observes { 0 } else { flow.ran() };
    if flow.is_plain() {
        return outcome.with_more(ran);
    }
    if observes {
        let mut failures = Failures::NONE;
        if let Some(fault) = flow.into_fault() {
            failures.add(who, fault);
        }
        return outcome.merge(Outcome::assemble(ran, None, 0, failures, None));
    }
    let mut tally = Tally::new();
    tally.absorb(who, flow, || 0);
    outcome.merge(tally.into_outcome(ran))
}

fn isolated(run: impl FnOnce() -> Flow) -> Flow {
    isolate(run).unwrap_or_else(|panic| Flow::fault(1, panic.into_fault()))
}

/// What a closure captured may panic when it is dropped, wherever that is: in an emit, or with the bus.
impl Drop for Closure {
    fn drop(&mut self) {
        let call = core::mem::replace(&mut self.call, Call::Sync(Box::new(|_| Flow::SKIPPED)));
        // The panic itself was reported when it happened.
        let _ = isolate(|| drop(call));
    }
}
