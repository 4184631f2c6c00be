//! What an event is.

mod meta;

pub use meta::{EventMeta, FieldMeta};

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
    /// What is known of this event at compile time.
    const META: &'static EventMeta;

    /// The table of this event. Written by `#[event]`; use [`dispatch`](crate::dispatch) or a bus to run it.
    #[doc(hidden)]
    fn __table() -> &'static Table<Self>;
}

/// An event whose handlers are all synchronous: a plain `#[event]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is an asynchronous event, or no event",
    label = "not a synchronous event",
    note = "an `#[event(async)]` is emitted with `emit_async(..).await`"
)]
pub trait SyncEvent: Event {}

/// An event that admits `async fn` handlers: an `#[event(async)]`.
#[diagnostic::on_unimplemented(
    message = "an `async fn` cannot handle `{Self}`: the event is synchronous",
    label = "this event is synchronous",
    note = "mark the event `#[event(async)]`, or make the handler a plain `fn`"
)]
pub trait AsyncEvent: Event {}
