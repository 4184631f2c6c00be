#[cfg(feature = "alloc")]
use super::HandlerFuture;
use super::{Flow, HandlerMeta};
use crate::Context;
#[cfg(feature = "alloc")]
use crate::bind::{AsyncHandler, BindAsync, BindSync, SyncHandler, Unbound};
#[cfg(not(feature = "alloc"))]
use crate::table::Link;

/// One row of a table: a handler, or a group of handlers fused into one.
///
/// Written by `#[handler]` and `#[handlers]` into a section of the binary; never made at run time. Of any type: that it is
/// an event is asked where the row is placed, once, so that rustc reports it once where it is none.
pub struct Entry<E: ?Sized + 'static> {
    /// The handlers of the row, in the order in which they run. Never empty.
    members: &'static [&'static HandlerMeta],
    pub(crate) kind: Kind<E>,
    /// Which row of the table comes next.
    #[cfg(not(feature = "alloc"))]
    pub(crate) next: Link<E>,
}

/// Runs a synchronous row without anything that is bound.
pub(crate) type CallFn<E> = fn(&E, &Context) -> Flow;

/// How a row is run.
pub(crate) enum Kind<E: ?Sized + 'static> {
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

impl<E: ?Sized> Entry<E> {
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
            next: Link::new(),
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
        Self { members, kind: Kind::Sync { call }, next: Link::new() }
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
}
