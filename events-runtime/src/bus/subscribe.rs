use std::panic::Location;
use std::sync::Arc;

use events_core::Context;
use events_core::event::{AnyEvent, Event};
use events_core::handler::{ClosureMeta, HandlerOutput, ObserverOutput};
use events_core::private::plumbing::Closure;
use events_core::private::plumbing::Flow;

use super::Bus;
use crate::door::{self, ForeignCode};
use crate::lane::LaneConfig;
use crate::subscription::{ObserverBuilder, Subscription, SubscriptionBuilder, Subscriptions};

/// Subscribing: closures that come and go.
impl Bus {
    /// Adds a closure, run after the linked handlers until the guard is dropped. An outcome names it by this call's file and
    /// line; for a name of its own, a priority or a condition see [`subscription`](Self::subscription).
    ///
    /// ```
    /// use std::sync::atomic::{AtomicU32, Ordering};
    /// use std::sync::Arc;
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct Tick;
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// let seen = Arc::new(AtomicU32::new(0));
    /// let guard = bus.subscribe({
    ///     let seen = seen.clone();
    ///     move |_: &Tick| { seen.fetch_add(1, Ordering::Relaxed); }
    /// });
    /// assert_eq!(bus.emit(&Tick).ran(), 1);
    /// drop(guard);
    /// assert_eq!(bus.emit(&Tick).ran(), 0);
    /// assert_eq!(seen.load(Ordering::Relaxed), 1);
    /// ```
    #[track_caller]
    pub fn subscribe<E: Event, R: HandlerOutput>(
        &self,
        closure: impl Fn(&E) -> R + Send + Sync + 'static,
    ) -> Subscription {
        let closure = Closure::new(move |event: &E, _: &Context| closure(event).into_flow());
        self.inner.subscriptions.add::<E>(&self.inner.tables, closure, ClosureMeta::new(Location::caller()))
    }

    /// Like [`subscribe`](Self::subscribe), for a closure that looks at the context.
    #[track_caller]
    pub fn subscribe_with<E: Event, R: HandlerOutput>(
        &self,
        closure: impl Fn(&E, &Context) -> R + Send + Sync + 'static,
    ) -> Subscription {
        let closure = Closure::new(move |event: &E, cx: &Context| closure(event, cx).into_flow());
        self.inner.subscriptions.add::<E>(&self.inner.tables, closure, ClosureMeta::new(Location::caller()))
    }

    /// Starts the description of a closure: with a name, a priority, a condition, retries, or `async`.
    #[track_caller]
    pub fn subscription<E: Event>(&self) -> SubscriptionBuilder<'_, E> {
        SubscriptionBuilder::new(self)
    }

    /// The closures subscribed to the events of type `E`, in the order in which they run. Those for all events are listed by
    /// [`subscriptions_all`](Self::subscriptions_all).
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct Tick;
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// let _first = bus.subscription::<Tick>().name("clock").subscribe(|_, _| ());
    /// let _second = bus.subscribe(|_: &Tick| ());
    /// let names: Vec<_> = bus.subscriptions::<Tick>().iter().map(|closure| closure.name).collect();
    /// assert_eq!(names, [Some("clock"), None]);
    /// ```
    pub fn subscriptions<E: Event>(&self) -> Vec<ClosureMeta> {
        Subscriptions::list::<E>(&self.inner.tables)
    }

    /// Adds a closure that looks on at the events of every type, until the guard is dropped: for an audit, a log, a bridge.
    ///
    /// It runs after the event's own handlers and closures, also where one of them stopped the others or the deadline passed,
    /// and cannot stop any. It sees what is emitted, what is awaited, what lanes run (each event once, at its first run,
    /// and not at its retries), and the library's own events, as [`DeadLetter`](crate::lane::DeadLetter). What it emits on
    /// this bus it sees too. [`dispatch`](events_core::dispatch), which has no bus, and a dropped future of an asynchronous
    /// emit pass it by.
    ///
    /// It does not handle the event: it is not counted in [`ran`](events_core::Outcome::ran), and on a lane an event
    /// that nobody else sees is unhandled. What it fails with is in the outcome.
    ///
    /// From the first call on, each emit on this bus looks for such closures.
    ///
    /// ```
    /// use std::sync::{Arc, Mutex};
    /// use events::AnyEvent;
    /// use events::prelude::*;
    ///
    /// #[event(name = "tick")]
    /// struct Tick;
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// let seen = Arc::new(Mutex::new(Vec::new()));
    /// let log = seen.clone();
    /// let _audit = bus.subscribe_all(move |event: &AnyEvent<'_>| log.lock().unwrap().push(event.meta().name));
    /// assert_eq!(bus.emit(&Tick).ran(), 0);
    /// assert_eq!(*seen.lock().unwrap(), ["tick"]);
    /// ```
    #[track_caller]
    pub fn subscribe_all<R: ObserverOutput>(
        &self,
        closure: impl Fn(&AnyEvent<'_>) -> R + Send + Sync + 'static,
    ) -> Subscription {
        let closure = Closure::observer(move |event| closure(event).into_flow());
        self.inner.subscriptions.add_observer(
            &self.inner.tables,
            closure,
            ClosureMeta::new(Location::caller()),
        )
    }

    /// Starts the description of a closure for all events: with a name, a priority, a condition.
    #[track_caller]
    pub fn subscription_all(&self) -> ObserverBuilder<'_> {
        ObserverBuilder::new(self)
    }

    /// The closures subscribed to all events, in the order in which they run.
    pub fn subscriptions_all(&self) -> Vec<ClosureMeta> {
        self.inner.subscriptions.list_observers()
    }

    /// Shows every emit of `E`, after the handlers, also one that they stopped. For tests. A panic of `see` ends here, and is
    /// no failure.
    #[track_caller]
    pub(crate) fn watch<E: Event>(&self, see: impl Fn(&E) + Send + Sync + 'static) -> Subscription {
        let bus = Arc::downgrade(&self.inner);
        let closure = Closure::observer(move |event| {
            if let Some(event) = event.downcast_ref()
                && door::call(|| see(event)).is_err()
                && let Some(bus) = bus.upgrade()
                && let Some(panics) = bus.lanes.panics(E::META.lane.unwrap_or(LaneConfig::DEFAULT))
            {
                panics.note(ForeignCode::Watcher);
            }
            Flow::RAN
        });
        let mut about = ClosureMeta::new(Location::caller());
        about.name = Some("recording");
        self.inner.subscriptions.add::<E>(&self.inner.tables, closure, about)
    }
}
