use core::any::TypeId;
use core::marker::PhantomData;

#[cfg(feature = "alloc")]
use super::HandlerFuture;
use super::{Flow, HandlerMeta};
use crate::Context;
#[cfg(feature = "alloc")]
use crate::bind::{AsyncHandler, BindAsync, BindSync, StartFn, SyncHandler};
use crate::erased::CallFn;
#[cfg(not(feature = "alloc"))]
use crate::table::Link;

/// One row of a table: a handler, or a group of handlers fused into one.
///
/// `#[handler]` and `#[handlers]` write it into a section of the binary; it is never made at run time. `E` may be any
/// type: the code that places the row checks once that it is an event, so that rustc reports one error if it is not.
#[repr(transparent)]
pub struct Entry<E: ?Sized + 'static> {
    any: AnyEntry,
    event: PhantomData<fn(&E)>,
}

/// An [`Entry`] with the type of its event erased.
pub(crate) struct AnyEntry {
    /// The type that its handlers take.
    pub(crate) event: TypeId,
    /// The handlers of the row, in the order in which they run. Never empty.
    members: &'static [&'static HandlerMeta],
    pub(crate) kind: Kind,
    /// The next row of the table.
    #[cfg(not(feature = "alloc"))]
    pub(crate) next: Link,
}

/// How a row is run.
pub(crate) enum Kind {
    Sync {
        /// Runs the row without bound arguments.
        call: CallFn,
        /// `None` if there is nothing to bind. A bus then uses `call` too.
        #[cfg(feature = "alloc")]
        bind: Option<BindSync>,
    },
    #[cfg(feature = "alloc")]
    Async {
        /// Runs the member with the given index.
        call: StartFn,
        bind: BindAsync,
    },
}

impl<E: ?Sized> Entry<E> {
    /// A synchronous row whose handlers take the event and nothing else.
    #[doc(hidden)]
    pub const fn plain(members: &'static [&'static HandlerMeta], call: fn(&E, &Context) -> Flow) -> Self {
        Self::of(
            members,
            Kind::Sync {
                call: CallFn::new(call),
                #[cfg(feature = "alloc")]
                bind: None,
            },
        )
    }

    /// A synchronous row.
    #[cfg(feature = "alloc")]
    #[doc(hidden)]
    pub const fn new(
        members: &'static [&'static HandlerMeta],
        call: fn(&E, &Context) -> Flow,
        bind: fn(&mut crate::bind::Binder<'_>) -> Option<SyncHandler<E>>,
    ) -> Self {
        Self::of(members, Kind::Sync { call: CallFn::new(call), bind: Some(BindSync::new(bind)) })
    }

    /// A synchronous row.
    #[cfg(not(feature = "alloc"))]
    #[doc(hidden)]
    pub const fn new(
        members: &'static [&'static HandlerMeta],
        call: fn(&E, &Context) -> Flow,
        _bind: (),
    ) -> Self {
        Self::of(members, Kind::Sync { call: CallFn::new(call) })
    }

    /// A row with at least one asynchronous handler.
    #[cfg(feature = "alloc")]
    #[doc(hidden)]
    pub const fn new_async(
        members: &'static [&'static HandlerMeta],
        call: for<'a> fn(&'a E, &'a Context, usize) -> HandlerFuture<'a>,
        bind: fn(&mut crate::bind::Binder<'_>) -> Option<AsyncHandler<E>>,
    ) -> Self {
        Self::of(members, Kind::Async { call: StartFn::new(call), bind: BindAsync::new(bind) })
    }

    const fn of(members: &'static [&'static HandlerMeta], kind: Kind) -> Self {
        let any = AnyEntry {
            event: TypeId::of::<E>(),
            members,
            kind,
            #[cfg(not(feature = "alloc"))]
            next: Link::new(),
        };
        Self { any, event: PhantomData }
    }

    /// Erases the type of its event.
    pub(crate) const fn into_any(self) -> AnyEntry {
        self.any
    }

    /// The handlers of the row, in the order in which they run.
    pub fn members(&self) -> &'static [&'static HandlerMeta] {
        self.any.members
    }

    /// The handler that determines the position of the row in the table: its first.
    pub fn meta(&self) -> &'static HandlerMeta {
        self.any.meta()
    }
}

impl AnyEntry {
    pub(crate) fn members(&self) -> &'static [&'static HandlerMeta] {
        self.members
    }

    pub(crate) fn meta(&self) -> &'static HandlerMeta {
        self.members[0]
    }
}
