use core::any::Any;
use core::fmt;

use super::{Event, EventMeta};
use crate::Context;
#[cfg(feature = "alloc")]
use crate::erased::{EventRef, EventType};

/// An event of any type, together with its metadata and its context.
///
/// A handler of all events takes it: a `#[handler(all)]`, or a closure given to `Bus::subscribe_all`.
///
/// ```
/// use events::AnyEvent;
/// use events::prelude::*;
///
/// #[event(name = "order.paid")]
/// struct OrderPaid { cents: u64 }
///
/// let bus = Bus::builder().build().unwrap();
/// let _audit = bus.subscribe_all(|event: &AnyEvent<'_>| {
///     println!("{} {}, attempt {}", event.meta().name, event.meta().version, event.context().attempt());
///     if let Some(paid) = event.downcast_ref::<OrderPaid>() {
///         println!("{} cents", paid.cents);
///     }
/// });
/// bus.emit(&OrderPaid { cents: 990 }).into_result().unwrap();
/// ```
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct AnyEvent<'a> {
    event: &'a (dyn Any + Send + Sync),
    meta: &'static EventMeta,
    cx: &'a Context,
}

impl<'a> AnyEvent<'a> {
    /// Pairs an event with the context in which it is handled: to call a handler of all events in a test.
    ///
    /// ```
    /// use events::AnyEvent;
    /// use events::prelude::*;
    ///
    /// #[event(name = "gate.closed")]
    /// struct GateClosed;
    ///
    /// fn log_line(event: &AnyEvent<'_>) -> String {
    ///     format!("{} attempt={}", event.meta().name, event.context().attempt())
    /// }
    ///
    /// let cx = Context::new().with_attempt(2);
    /// assert_eq!(log_line(&AnyEvent::new(&GateClosed, &cx)), "gate.closed attempt=2");
    /// ```
    #[inline]
    pub fn new<E: Event>(event: &'a E, cx: &'a Context) -> Self {
        Self { event, meta: E::META, cx }
    }

    /// Pairs an event of type `ty` with its context.
    ///
    /// # Safety
    /// The event is of this type.
    #[cfg(feature = "alloc")]
    pub(crate) unsafe fn of(ty: &EventType, event: EventRef<'a>, cx: &'a Context) -> Self {
        // SAFETY: the caller guarantees it.
        Self { event: unsafe { ty.as_any(event) }, meta: ty.meta, cx }
    }

    /// Returns what is known of the event at compile time: name, path, version, fields.
    pub fn meta(&self) -> &'static EventMeta {
        self.meta
    }

    /// Returns the context in which the event is handled: trace ids, deadline, attempt number.
    pub fn context(&self) -> &'a Context {
        self.cx
    }

    /// Returns the event as a value of any type.
    pub fn as_any(&self) -> &'a (dyn Any + Send + Sync) {
        self.event
    }

    /// Returns the event, if it is an `E`.
    ///
    /// ```
    /// use events::AnyEvent;
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct CoinInserted { cents: u64 }
    ///
    /// #[event]
    /// struct CoinReturned;
    ///
    /// let inserted = CoinInserted { cents: 50 };
    /// let event = AnyEvent::new(&inserted, Context::empty());
    /// assert_eq!(event.downcast_ref().map(|coin: &CoinInserted| coin.cents), Some(50));
    /// assert!(event.downcast_ref::<CoinReturned>().is_none());
    /// ```
    #[inline]
    pub fn downcast_ref<E: Event>(&self) -> Option<&'a E> {
        self.event.downcast_ref()
    }

    /// Returns whether the event is an `E`.
    ///
    /// ```
    /// use events::AnyEvent;
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct HeartBeat;
    ///
    /// #[event]
    /// struct HeartStopped;
    ///
    /// let event = AnyEvent::new(&HeartBeat, Context::empty());
    /// assert!(event.is::<HeartBeat>() && !event.is::<HeartStopped>());
    /// ```
    pub fn is<E: Event>(&self) -> bool {
        self.event.is::<E>()
    }
}

impl fmt::Debug for AnyEvent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyEvent")
            .field("name", &self.meta.name)
            .field("version", &self.meta.version)
            .finish_non_exhaustive()
    }
}

/// The type of the first argument of a handler of all events. It is in this module, and not in `private`, because rustc
/// prints its path.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a handler of all events cannot take `{Self}`",
    label = "not `AnyEvent`",
    note = "`#[handler(all)]` marks a function whose first argument is `&AnyEvent<'_>`; to handle one event, leave out `all`"
)]
pub trait Observed<'e> {
    /// Converts the event to the type that the handler takes.
    fn observed<'a>(event: &'a AnyEvent<'e>) -> &'a Self;
}

#[diagnostic::do_not_recommend]
impl<'e> Observed<'e> for AnyEvent<'e> {
    #[inline(always)]
    fn observed<'a>(event: &'a AnyEvent<'e>) -> &'a Self {
        event
    }
}
