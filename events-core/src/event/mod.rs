//! Events and their metadata.

mod any;
mod key;
mod meta;
mod urgency;

pub use any::AnyEvent;
#[doc(hidden)]
pub use any::Observed;
#[doc(hidden)]
pub use key::Key;
pub use meta::{EventMeta, FieldMeta};
pub use urgency::Urgency;

#[cfg(feature = "alloc")]
use core::any::Any;

use crate::table::Table;

/// A type marked `#[event]`: something that happened.
///
/// The attribute implements this trait; nothing else does. An event is `Send + Sync + 'static`, so that it can be
/// handled on any thread and kept on a queue.
///
/// ```
/// use events::prelude::*;
///
/// #[event(name = "order.paid", version = 2)]
/// pub struct OrderPaid { pub order_id: u64 }
///
/// assert_eq!(OrderPaid::META.name, "order.paid");
/// assert_eq!(OrderPaid::META.version, 2);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event",
    label = "not an event: mark the type `#[event]`",
    note = "an event is a struct or an enum marked `#[event]` in the crate that defines it"
)]
pub trait Event: Sized + Send + Sync + 'static {
    /// What is known of this event at compile time: name, version, fields, options.
    const META: &'static EventMeta;

    /// Whether its handlers may be asynchronous.
    #[doc(hidden)]
    type __Mode;

    /// The table of this event, which `#[event]` defines. Use [`dispatch`](crate::dispatch) or a bus to run it.
    #[doc(hidden)]
    fn __table() -> &'static Table<Self>;

    /// The hash of the field named by `key = ..`, the same for the same value whatever the event; `None` without a key. A lane
    /// folds it to 32 bits.
    #[doc(hidden)]
    #[inline(always)]
    fn __key(&self) -> Option<u64> {
        None
    }

    /// The event as a value of any type. It is a method of this trait, so that it is compiled in the crate of the
    /// event.
    #[cfg(feature = "alloc")]
    #[doc(hidden)]
    fn __as_any(&self) -> &(dyn Any + Send + Sync) {
        self
    }
}

/// An event whose handlers are all synchronous: an `#[event]` without `async`.
///
/// Every such event implements it. Use it as the bound of a function that emits events of any type:
///
/// ```
/// use events::event::SyncEvent;
/// use events::prelude::*;
///
/// fn emit_all<E: SyncEvent>(events: &[E]) -> u32 {
///     events.iter().map(|event| events::dispatch(event).ran()).sum()
/// }
///
/// #[event]
/// struct PixelSet { x: u32 }
///
/// #[handler]
/// fn draw_pixel(pixel: &PixelSet) { assert!(pixel.x < 640); }
///
/// assert_eq!(emit_all(&[PixelSet { x: 1 }, PixelSet { x: 2 }]), 2);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event",
    label = "not an event: mark the type `#[event]`",
    note = "an event is a struct or an enum marked `#[event]` in the crate that defines it"
)]
pub trait SyncEvent: Event {}

impl<E: Event<__Mode: mode::AdmitsSync<E>>> SyncEvent for E {}

/// An event that admits `async fn` handlers: an `#[event(async)]`.
///
/// Every such event implements it. Use it as the bound of a function that awaits events of any type:
///
/// ```standalone_crate
/// use events::event::AsyncEvent;
/// use events::prelude::*;
///
/// async fn emit_twice<E: AsyncEvent>(event: &E) -> u32 {
///     events::dispatch_async(event).await.ran() + events::dispatch_async(event).await.ran()
/// }
///
/// #[event(async)]
/// struct PageVisited;
///
/// #[handler]
/// async fn count_visit(_: &PageVisited) {}
///
/// # let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
/// # let ran = match std::pin::pin!(emit_twice(&PageVisited)).poll(&mut cx) {
/// #     std::task::Poll::Ready(ran) => ran,
/// #     std::task::Poll::Pending => panic!("it waits"),
/// # };
/// # assert_eq!(ran, 2);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event",
    label = "not an event: mark the type `#[event]`",
    note = "an event is a struct or an enum marked `#[event]` in the crate that defines it"
)]
pub trait AsyncEvent: Event {}

impl<E: Event<__Mode: AdmitsAsync<E>>> AsyncEvent for E {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "an `async fn` cannot handle `{E}`: the event is synchronous",
    label = "this event is synchronous",
    note = "mark the event `#[event(async)]`, or make the handler a plain `fn`"
)]
pub trait AdmitsAsync<E: ?Sized> {
    /// Generated code names this constant where an asynchronous event is required.
    #[doc(hidden)]
    const __ADMITS: () = ();
}

/// Generated code requires this trait at the token that names an event. It requires nothing else there: if a type marked
/// `#[event]` cannot be an event, the reason is reported at the type and not at each of its handlers. The trait is in this
/// module, and not in `private`, because rustc prints its path.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event",
    label = "not an event: mark the type `#[event]`",
    note = "an event is a struct or an enum marked `#[event]` in the crate that defines it"
)]
pub trait IsEvent {
    /// Whether its handlers may be asynchronous.
    type Mode;

    /// Generated code names this constant where nothing else is required.
    const YES: () = ();
}

#[diagnostic::do_not_recommend]
impl<E: Event> IsEvent for E {
    type Mode = E::__Mode;
}

/// How an event is emitted. It is an associated type of the event and not a trait of its own, so that rustc reports one error
/// for a type that is no event.
#[doc(hidden)]
pub mod mode {
    /// An `#[event]` without `async`.
    pub enum Synchronous {}

    /// An `#[event(async)]`.
    pub enum Asynchronous {}

    #[diagnostic::on_unimplemented(
        message = "`{E}` is an asynchronous event",
        label = "this event is asynchronous",
        note = "an `#[event(async)]` is emitted with `emit_async(..).await`, or without a bus with `dispatch_async(..).await`"
    )]
    pub trait AdmitsSync<E> {}

    impl<E> AdmitsSync<E> for Synchronous {}

    impl<E> super::AdmitsAsync<E> for Asynchronous {}
}
