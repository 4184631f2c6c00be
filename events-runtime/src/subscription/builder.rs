//! Closures with more to say than what they do.

use std::marker::PhantomData;
use std::panic::Location;

use events_core::Context;
use events_core::event::{AnyEvent, AsyncEvent, Event};
use events_core::handler::{ClosureMeta, HandlerOutput, ObserverOutput, Retry};
use events_core::private::plumbing::Flow;
use events_core::private::plumbing::{BoxFuture, Closure};

use super::Subscription;
use crate::bus::Bus;

/// Describes a closure for the events of one type. [`Bus::subscription`] makes one.
///
/// ```
/// use events::handler::Retry;
/// use events::prelude::*;
///
/// #[event]
/// struct OrderPaid { cents: u64 }
///
/// let bus = Bus::builder().build().unwrap();
/// let _guard = bus
///     .subscription::<OrderPaid>()
///     .name("fraud")
///     .priority(10)
///     .when(|event| event.cents > 100_00)
///     .retry(Retry::new(3))
///     .subscribe(|event, _| Err(format!("{} cents is a lot", event.cents)));
///
/// let outcome = bus.emit(&OrderPaid { cents: 99_000 });
/// assert_eq!(outcome.failures()[0].name(), "fraud");
/// assert!(bus.emit(&OrderPaid { cents: 990 }).is_ok());
/// ```
#[must_use = "a builder subscribes nothing until it is given a closure"]
pub struct SubscriptionBuilder<'a, E: Event> {
    bus: &'a Bus,
    about: ClosureMeta,
    when: Option<Condition<E>>,
    event: PhantomData<fn(&E)>,
}

type Condition<E> = Box<dyn Fn(&E) -> bool + Send + Sync>;

impl<'a, E: Event> SubscriptionBuilder<'a, E> {
    #[track_caller]
    pub(crate) fn new(bus: &'a Bus) -> Self {
        Self { bus, about: ClosureMeta::new(Location::caller()), when: None, event: PhantomData }
    }

    /// Names the closure in outcomes, failures, dead letters and [`Bus::subscriptions`]. Several closures may have the same name.
    pub fn name(mut self, name: &'static str) -> Self {
        self.about.name = Some(name);
        self
    }

    /// Closures of higher priority run first; the default is 0. Closures of one priority run in the order in which they were
    /// subscribed. All closures run after the linked handlers, whatever the priorities of those.
    pub fn priority(mut self, priority: i32) -> Self {
        self.about.priority = priority;
        self
    }

    /// Runs the closure only for events for which this returns `true`. If it is called several times, all conditions must hold.
    pub fn when(mut self, holds: impl Fn(&E) -> bool + Send + Sync + 'static) -> Self {
        self.when = Some(match self.when.take() {
            None => Box::new(holds),
            Some(before) => Box::new(move |event| before(event) && holds(event)),
        });
        self
    }

    /// On a lane, retries the closure after it failed; other handlers do not run again. An emit never retries.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.about.retry = Some(retry);
        self
    }

    /// Subscribes the closure until the guard is dropped. It may return what a handler returns.
    #[track_caller]
    pub fn subscribe<R: HandlerOutput>(
        self,
        closure: impl Fn(&E, &Context) -> R + Send + Sync + 'static,
    ) -> Subscription {
        let Self { bus, mut about, when, .. } = self;
        about.subscribed_at = Location::caller();
        let closure = match when {
            None => Closure::new(move |event: &E, cx: &Context| closure(event, cx).into_flow()),
            Some(holds) => {
                Closure::new(
                    move |event: &E, cx: &Context| {
                        if holds(event) { closure(event, cx).into_flow() } else { Flow::SKIPPED }
                    },
                )
            }
        };
        bus.inner.subscriptions.add::<E>(&bus.inner.tables, closure, about)
    }

    /// Subscribes a closure that returns a future, until the guard is dropped. The event must be an `#[event(async)]`.
    ///
    /// The future may borrow the event and the context, and clones what it needs of what the closure captured. Closures of one
    /// event run one after the other, in their order. On a lane without a runtime the worker blocks until the future is ready;
    /// a future that needs a runtime fails there.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use events::prelude::*;
    ///
    /// #[event(async)]
    /// struct Signup { mail: String }
    ///
    /// struct Mailer;
    /// impl Mailer {
    ///     async fn welcome(&self, to: &str) -> Result<(), String> { println!("to {to}"); Ok(()) }
    /// }
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let bus = Bus::builder().build().unwrap();
    /// let mailer = Arc::new(Mailer);
    /// let _guard = bus.subscription::<Signup>().name("welcome").subscribe_async(move |event, _| {
    ///     let mailer = mailer.clone();
    ///     Box::pin(async move { mailer.welcome(&event.mail).await })
    /// });
    /// assert_eq!(bus.emit_async(&Signup { mail: "ada@example.org".into() }).await.ran(), 1);
    /// # });
    /// ```
    #[track_caller]
    pub fn subscribe_async<R: HandlerOutput + 'static>(
        self,
        closure: impl for<'e> Fn(&'e E, &'e Context) -> BoxFuture<'e, R> + Send + Sync + 'static,
    ) -> Subscription
    where
        E: AsyncEvent,
    {
        let Self { bus, mut about, when, .. } = self;
        about.subscribed_at = Location::caller();
        let closure = Closure::asynchronous(move |event: &E, cx: &Context| {
            let holds = when.as_ref().is_none_or(|holds| holds(event));
            holds.then(|| closure(event, cx))
        });
        bus.inner.subscriptions.add::<E>(&bus.inner.tables, closure, about)
    }
}

/// Describes a closure for the events of every type. [`Bus::subscription_all`] makes one.
///
/// ```
/// use events::prelude::*;
/// use std::sync::{Arc, Mutex};
///
/// #[event]
/// struct Tick;
/// #[event(name = "audited", version = 3)]
/// struct Audited;
///
/// let bus = Bus::builder().build().unwrap();
/// let log = Arc::new(Mutex::new(Vec::new()));
/// let entries = log.clone();
/// let _audit = bus
///     .subscription_all()
///     .name("audit")
///     .priority(10)
///     .when(|event| event.meta().version > 1)
///     .subscribe(move |event| entries.lock().unwrap().push(event.meta().name));
///
/// bus.emit(&Tick);
/// bus.emit(&Audited);
/// assert_eq!(*log.lock().unwrap(), ["audited"]);
/// ```
#[must_use = "a builder subscribes nothing until it is given a closure"]
pub struct ObserverBuilder<'a> {
    bus: &'a Bus,
    about: ClosureMeta,
    when: Option<AnyCondition>,
}

type AnyCondition = Box<dyn Fn(&AnyEvent<'_>) -> bool + Send + Sync>;

impl<'a> ObserverBuilder<'a> {
    #[track_caller]
    pub(crate) fn new(bus: &'a Bus) -> Self {
        Self { bus, about: ClosureMeta::new(Location::caller()), when: None }
    }

    /// Names the closure in outcomes, failures and [`Bus::subscriptions_all`].
    pub fn name(mut self, name: &'static str) -> Self {
        self.about.name = Some(name);
        self
    }

    /// Among the closures for all events, those of higher priority run first; the default is 0.
    pub fn priority(mut self, priority: i32) -> Self {
        self.about.priority = priority;
        self
    }

    /// Runs the closure only for events for which this returns `true`. If it is called several times, all conditions must hold.
    pub fn when(mut self, holds: impl Fn(&AnyEvent<'_>) -> bool + Send + Sync + 'static) -> Self {
        self.when = Some(match self.when.take() {
            None => Box::new(holds),
            Some(before) => Box::new(move |event| before(event) && holds(event)),
        });
        self
    }

    /// Subscribes the closure until the guard is dropped. [`Bus::subscribe_all`] describes when it runs.
    #[track_caller]
    pub fn subscribe<R: ObserverOutput>(
        self,
        closure: impl Fn(&AnyEvent<'_>) -> R + Send + Sync + 'static,
    ) -> Subscription {
        let Self { bus, mut about, when } = self;
        about.subscribed_at = Location::caller();
        let closure = Closure::observer(move |event| match &when {
            Some(holds) if !holds(event) => Flow::RAN,
            _ => closure(event).into_flow(),
        });
        bus.inner.subscriptions.add_observer(&bus.inner.tables, closure, about)
    }
}
