use core::any::Any;
use core::fmt;

use super::{Event, EventMeta};
use crate::Context;
#[cfg(feature = "alloc")]
use crate::erased::{EventRef, EventType};

/// An event of any type, as a handler for all events sees it.
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
    /// An event and the context it is handled in.
    #[inline]
    pub fn new<E: Event>(event: &'a E, cx: &'a Context) -> Self {
        Self { event, meta: E::META, cx }
    }

    /// The same of an event whose type is not named.
    ///
    /// # Safety
    /// The event is of this type.
    #[cfg(feature = "alloc")]
    pub(crate) unsafe fn of(ty: &EventType, event: EventRef<'a>, cx: &'a Context) -> Self {
        // SAFETY: the caller's.
        Self { event: unsafe { ty.as_any(event) }, meta: ty.meta, cx }
    }

    /// What is known of the event at compile time: its name, path, version, fields.
    pub fn meta(&self) -> &'static EventMeta {
        self.meta
    }

    /// The context in which it is handled: trace, deadline, attempt.
    pub fn context(&self) -> &'a Context {
        self.cx
    }

    /// The event itself.
    pub fn as_any(&self) -> &'a (dyn Any + Send + Sync) {
        self.event
    }

    /// The event, if it is an `E`.
    #[inline]
    pub fn downcast_ref<E: Event>(&self) -> Option<&'a E> {
        self.event.downcast_ref()
    }

    /// Whether it is an `E`.
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

/// What a handler of all events takes first. Here and not beside the rest that generated code names, since rustc spells the path
/// out.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a handler of all events cannot take `{Self}`",
    label = "not `AnyEvent`",
    note = "`#[handler(all)]` marks a function whose first argument is `&AnyEvent<'_>`; to handle one event, leave out `all`"
)]
pub trait Observed<'e> {
    /// The event, as the handler takes it.
    fn observed<'a>(event: &'a AnyEvent<'e>) -> &'a Self;
}

#[diagnostic::do_not_recommend]
impl<'e> Observed<'e> for AnyEvent<'e> {
    #[inline(always)]
    fn observed<'a>(event: &'a AnyEvent<'e>) -> &'a Self {
        event
    }
}
