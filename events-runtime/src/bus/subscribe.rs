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
    /// Adds a closure that runs after the linked handlers of `E`, until the guard is dropped. It may return what a handler returns.
    /// A failure names it by the file and line of this call. To give it a name, a priority or a condition, use
    /// [`subscription`](Self::subscription).
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

    /// Like [`subscribe`](Self::subscribe), for a closure that also takes the context.
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct Tick;
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// let _guard = bus.subscribe_with(|_: &Tick, cx: &Context| cx.meta("tenant").map(drop).ok_or("whose tick?"));
    /// assert!(bus.emit_with(&Tick, &Context::new().with_meta("tenant", "acme")).is_ok());
    /// assert!(!bus.emit(&Tick).is_ok());
    /// ```
    #[track_caller]
    pub fn subscribe_with<E: Event, R: HandlerOutput>(
        &self,
        closure: impl Fn(&E, &Context) -> R + Send + Sync + 'static,
    ) -> Subscription {
        let closure = Closure::new(move |event: &E, cx: &Context| closure(event, cx).into_flow());
        self.inner.subscriptions.add::<E>(&self.inner.tables, closure, ClosureMeta::new(Location::caller()))
    }

    /// Starts to describe a closure for events of type `E`: with a name, a priority, a condition or retries, or an `async` one.
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct Tick;
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// let _guard = bus.subscription::<Tick>().name("clock").subscribe(|_, _| Err("stopped"));
    /// assert_eq!(bus.emit(&Tick).failures()[0].name(), "clock");
    /// ```
    #[track_caller]
    pub fn subscription<E: Event>(&self) -> SubscriptionBuilder<'_, E> {
        SubscriptionBuilder::new(self)
    }

    /// The closures that are subscribed to events of type `E`, in the order in which they run. Closures for all events are not among
    /// them: see [`subscriptions_all`](Self::subscriptions_all).
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

    /// Adds a closure that sees the events of every type, until the guard is dropped: for an audit, a log or a bridge.
    ///
    /// It runs after the event's own handlers and closures, also if one of them stopped the others or the deadline passed. It cannot
    /// stop any of them. It sees
    ///
    /// - events that are emitted on this bus, those that it emits itself included;
    /// - events that lanes run: each once, at its first run, and not at its retries;
    /// - the events of this library, such as [`DeadLetter`](crate::lane::DeadLetter).
    ///
    /// It does not see what [`dispatch`](events_core::dispatch) runs, which has no bus, nor an asynchronous emit whose future is
    /// dropped before it is done.
    ///
    /// It does not handle the event: [`ran`](events_core::Outcome::ran) does not count it, and on a lane an event without another
    /// handler is unhandled. If it fails, the failure is in the outcome.
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

    /// Starts to describe a closure for events of every type: with a name, a priority or a condition.
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct Tick;
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// let _audit = bus.subscription_all().name("audit").subscribe(|event| Err(format!("saw {}", event.meta().name)));
    /// assert_eq!(bus.emit(&Tick).failures()[0].name(), "audit");
    /// ```
    #[track_caller]
    pub fn subscription_all(&self) -> ObserverBuilder<'_> {
        ObserverBuilder::new(self)
    }

    /// The closures that are subscribed to events of every type, in the order in which they run.
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// let _log = bus.subscription_all().name("log").subscribe(|_| ());
    /// let _audit = bus.subscription_all().name("audit").priority(1).subscribe(|_| ());
    /// let names: Vec<_> = bus.subscriptions_all().iter().map(|closure| closure.name).collect();
    /// assert_eq!(names, [Some("audit"), Some("log")]);
    /// ```
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
