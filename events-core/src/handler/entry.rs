#[cfg(not(feature = "alloc"))]
use core::sync::atomic::AtomicUsize;

#[cfg(feature = "alloc")]
use super::HandlerFuture;
use super::{Flow, HandlerMeta};
use crate::Context;
#[cfg(feature = "alloc")]
use crate::bind::{AsyncHandler, BindAsync, BindSync, SyncHandler, Unbound};
use crate::event::Event;

/// One row of a table: a handler, or a group of handlers fused into one.
///
/// Written by `#[handler]` and `#[handlers]` into a section of the binary; never made at run time.
pub struct Entry<E: Event> {
    /// The handlers of the row, in the order in which they run. Never empty.
    members: &'static [&'static HandlerMeta],
    pub(crate) kind: Kind<E>,
    /// Which row of the table comes next, plus one; see `table::order`.
    #[cfg(not(feature = "alloc"))]
    pub(crate) next: AtomicUsize,
}

/// Runs a synchronous row without anything that is bound.
pub(crate) type CallFn<E> = fn(&E, &Context) -> Flow;

/// How a row is run.
pub(crate) enum Kind<E: Event> {
    Sync {
        call: CallFn<E>,
        /// `None` where there is nothing to bind: then `call` does on a bus too.
        #[cfg(feature = "alloc")]
        bind: Option<BindSync<E>>,
    },
    #[cfg(feature = "alloc")]
    Async {
        /// Runs the member with the given index.
        call: Unbound<E>,
        bind: BindAsync<E>,
    },
}

impl<E: Event> Entry<E> {
    /// A synchronous row whose handlers take the event and nothing else.
    #[doc(hidden)]
    pub const fn plain(members: &'static [&'static HandlerMeta], call: fn(&E, &Context) -> Flow) -> Self {
        Self {
            members,
            kind: Kind::Sync {
                call,
                #[cfg(feature = "alloc")]
                bind: None,
            },
            #[cfg(not(feature = "alloc"))]
            next: AtomicUsize::new(0),
        }
    }

    /// A synchronous row.
    #[cfg(feature = "alloc")]
    #[doc(hidden)]
    pub const fn new(
        members: &'static [&'static HandlerMeta],
        call: fn(&E, &Context) -> Flow,
        bind: fn(&mut crate::bind::Binder<'_>) -> Option<SyncHandler<E>>,
    ) -> Self {
        Self { members, kind: Kind::Sync { call, bind: Some(bind) } }
    }

    /// A synchronous row.
    #[cfg(not(feature = "alloc"))]
    #[doc(hidden)]
    pub const fn new(
        members: &'static [&'static HandlerMeta],
        call: fn(&E, &Context) -> Flow,
        _bind: (),
    ) -> Self {
        Self { members, kind: Kind::Sync { call }, next: AtomicUsize::new(0) }
    }

    /// A row with at least one asynchronous handler.
    #[cfg(feature = "alloc")]
    #[doc(hidden)]
    pub const fn new_async(
        members: &'static [&'static HandlerMeta],
        call: for<'a> fn(&'a E, &'a Context, usize) -> HandlerFuture<'a>,
        bind: fn(&mut crate::bind::Binder<'_>) -> Option<AsyncHandler<E>>,
    ) -> Self {
        Self { members, kind: Kind::Async { call: Unbound(call), bind } }
    }

    /// The handlers of the row, in the order in which they run.
    pub fn members(&self) -> &'static [&'static HandlerMeta] {
        self.members
    }

    /// The handler that gives the row its place in the table: its first.
    pub fn meta(&self) -> &'static HandlerMeta {
        self.members[0]
    }

    /// Proof that the entry reached the table of its event; see `private::fallback`.
    #[doc(hidden)]
    pub const fn __check<T>(&self, _alias: &'static str) {}
}
