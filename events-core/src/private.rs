//! What the expansions of the macros name. It is not public API and changes without notice.

use core::marker::PhantomData;
pub use core::marker::{Send, Sync};
pub use core::option::Option::{self, None, Some};
pub use core::primitive::{bool, u8, u32, u64, usize};
pub use core::slice::from_ref;
pub use core::{concat, env, file, module_path, stringify};

#[cfg(feature = "alloc")]
pub use bound::*;

pub use crate::Context;
pub use crate::event;
pub use crate::event::{AnyEvent, Event, EventMeta, FieldMeta, Key, Observed, Urgency};
#[cfg(feature = "alloc")]
pub use crate::extract::State;
pub use crate::extract::{ByReference, Extractor};
pub use crate::handler::FallibleOutput;
#[cfg(feature = "alloc")]
pub use crate::handler::HandlerFuture;
pub use crate::handler::entry::Entry;
pub use crate::handler::flow::Flow;
pub use crate::handler::group::group;
pub use crate::handler::observer::Observer;
pub use crate::handler::{ArgumentMeta, HandlerMeta, HandlerOutput, StateMeta};
pub use crate::handler::{BatchOutput, ConcurrentOutput, ObserverOutput};
pub use crate::metadata::*;
pub use crate::table::Table;
pub use crate::table::link::*;

/// Calls the closure of `when = ..`, and gives its argument the type.
///
/// The parameter is a function pointer and not a generic, because rustc reports a mismatched type once and an unmet
/// bound twice.
#[inline(always)]
pub fn condition<E: ?Sized>(holds: fn(&E) -> bool, event: &E) -> bool {
    holds(event)
}

/// Like [`condition`], for a handler of all events.
#[inline(always)]
pub fn condition_of_any(holds: fn(&AnyEvent<'_>) -> bool, event: &AnyEvent<'_>) -> bool {
    holds(event)
}

/// What the bus and the tests of this library name, in addition to the public API.
pub mod plumbing {
    #[cfg(feature = "alloc")]
    pub use crate::bind::asynchronous::AsyncHandler;
    #[cfg(feature = "alloc")]
    pub use crate::bind::binder::StateMap;
    #[cfg(feature = "alloc")]
    pub use crate::bind::closure::{Begun, BoxFuture, Closure, ClosureRun, ObserverCall, finish_run};
    #[cfg(feature = "alloc")]
    pub use crate::bind::late::{Late, LateCell, LateOne};
    #[cfg(feature = "alloc")]
    pub use crate::bind::overrides::{Overrides, Plan};
    #[cfg(feature = "alloc")]
    pub use crate::bind::rows::{AnyRow, run_rows};
    #[cfg(feature = "alloc")]
    pub use crate::bind::sync::SyncHandler;
    #[cfg(feature = "alloc")]
    pub use crate::bind::table::AnyBound;
    #[cfg(feature = "alloc")]
    pub use crate::bind::typed::BoundTable;
    pub use crate::erased::EventRef;
    pub use crate::handler::entry::Entry;
    pub use crate::handler::flow::Flow;
    pub use crate::handler::group::Steps;
    pub use crate::table::{AnyTable, Table};
}

/// The types that options of handlers set.
pub mod policy {
    pub use core::time::Duration;

    pub use crate::handler::{Batch, Breaker, Jitter, Policy, Retry};
}

/// What a row needs of the type that its handler takes, which may not be an event. Only one place requires an event, at
/// the user's token. All other code uses this, so that the mistake is reported once.
///
/// An inherent constant takes precedence over that of a trait, so an event has its own.
pub struct Of<E: ?Sized>(PhantomData<E>);

impl<E: Event> Of<E> {
    /// The metadata of the event.
    pub const META: &'static EventMeta = E::META;
}

/// The constants for a type that is no event.
pub trait NoEvent {
    /// A placeholder for the metadata of an event.
    const META: &'static EventMeta = &EventMeta::new("", "", "", &[], "", 0);
}

impl<E: ?Sized> NoEvent for Of<E> {}

#[cfg(feature = "alloc")]
mod bound {
    use alloc::boxed::Box;
    use alloc::sync::Arc;
    use core::slice::from_ref;

    use crate::Context;
    pub use crate::bind::Binder;
    use crate::bind::{AsyncHandler, BoundMany, Many, ObserverCall, One, Plan, SyncHandler};
    use crate::event::AnyEvent;
    use crate::handler::group::{Steps, group};
    use crate::handler::{Flow, HandlerFuture, HandlerMeta, stepwise};

    /// Makes a bound row.
    pub fn bound<E: ?Sized + 'static>(
        call: impl Fn(&E, &Context) -> Flow + Send + Sync + 'static,
    ) -> Option<SyncHandler<E>> {
        Some(SyncHandler::new(call))
    }

    /// Makes a bound handler of all events.
    pub fn bound_observer(
        call: impl Fn(&AnyEvent<'_>) -> Flow + Send + Sync + 'static,
    ) -> Option<ObserverCall> {
        Some(Box::new(call))
    }

    /// Makes a bound asynchronous row, from what its arguments are made from and the function that runs it.
    pub fn bound_async<E: ?Sized + 'static, B: Send + Sync + 'static>(
        bound: B,
        call: for<'a> fn(&'a B, &'a E, &'a Context, usize) -> HandlerFuture<'a>,
    ) -> Option<AsyncHandler<E>> {
        Some(AsyncHandler::new(bound, call))
    }

    /// Makes a bound batch row. The result runs it with one event. The binder records how to run it with many.
    pub fn bound_batch<E: 'static>(
        binder: &mut Binder<'_>,
        call: impl Fn(&[E], &Context) -> Flow + Send + Sync + 'static,
    ) -> Option<SyncHandler<E>> {
        let call = Arc::new(call);
        binder.note_many(Box::new(Many::<E>::Sync(call.clone())));
        Some(SyncHandler::new(move |event, cx| call(from_ref(event), cx)))
    }

    /// Makes a bound asynchronous batch row: see [`bound_batch`] and [`bound_async`].
    pub fn bound_batch_async<E: 'static, B: Send + Sync + 'static>(
        binder: &mut Binder<'_>,
        bound: B,
        call: for<'a> fn(&'a B, &'a [E], &'a Context) -> HandlerFuture<'a>,
    ) -> Option<AsyncHandler<E>> {
        let bound = Arc::new(BoundMany { bound, call });
        binder.note_many(Box::new(Many::<E>::Async(bound.clone())));
        Some(AsyncHandler::one(One(bound)))
    }

    /// How a test changes a group of handlers of `E`.
    pub fn plan<E: ?Sized + 'static>(binder: &Binder<'_>, members: &[&'static HandlerMeta]) -> Option<Plan> {
        binder.plan(core::any::TypeId::of::<E>(), members)
    }

    /// Runs a bound group, as a test changed it if it did.
    #[inline(always)]
    pub fn bound_group<E: 'static>(
        members: &'static [&'static HandlerMeta],
        plan: &Option<Plan>,
        event: &E,
        cx: &Context,
        all: impl FnOnce(&mut Steps) -> Option<Flow>,
        one: impl Fn(usize) -> Flow,
    ) -> Flow {
        match plan {
            None => group(members, cx, all, one),
            Some(plan) => {
                stepwise(members, cx, &|index| plan.stand_in(index, event, cx).unwrap_or_else(|| one(index)))
            }
        }
    }

    /// Expands to the function that binds a row.
    #[doc(hidden)]
    #[macro_export]
    macro_rules! __bind {
        ($($bind:tt)*) => { $($bind)* };
    }
    pub use crate::__bind as bind;
}

/// Expands to `()`, because nothing is bound without an allocator.
#[cfg(not(feature = "alloc"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __bind {
    ($($bind:tt)*) => {
        ()
    };
}
#[cfg(not(feature = "alloc"))]
pub use crate::__bind as bind;
