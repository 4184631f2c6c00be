//! What the macros' expansions name. Not public API: it changes without notice.

pub use core::marker::{Send, Sync};
pub use core::option::Option::{self, None, Some};
pub use core::primitive::{bool, u32, u64, usize};
pub use core::slice::from_ref;
pub use core::{concat, env, file, module_path, stringify};

#[cfg(feature = "alloc")]
pub use bound::*;

pub use crate::__backend as backend;
pub use crate::Context;
use crate::event::Key;
pub use crate::event::mode::{Asynchronous, Synchronous};
pub use crate::event::{AnyEvent, AsyncEvent, Event, EventMeta, FieldMeta, Urgency};
pub use crate::extract::Extractor;
#[cfg(feature = "alloc")]
pub use crate::extract::State;
#[cfg(feature = "alloc")]
pub use crate::handler::HandlerFuture;
pub use crate::handler::{ArgumentMeta, Entry, Flow, HandlerMeta, HandlerOutput, Observer, StateMeta, group};
use crate::handler::{BatchOutput, ConcurrentOutput, FallibleOutput, ObserverOutput};
pub use crate::metadata::*;
pub use crate::table::link::*;
pub use crate::table::{AnyTable, Source, Table};

/// Gives the closure of `when = ..` the type of its argument, and asks it.
///
/// Not generic over what it asks: rustc tells once that a function is of another type, and twice that it does not meet
/// the bound.
#[inline(always)]
pub fn condition<E>(holds: fn(&E) -> bool, event: &E) -> bool {
    holds(event)
}

/// Like [`condition`], of a handler of all events.
#[inline(always)]
pub fn condition_of_any(holds: fn(&AnyEvent<'_>) -> bool, event: &AnyEvent<'_>) -> bool {
    holds(event)
}

/// What a handler of all events takes first.
#[diagnostic::on_unimplemented(
    message = "a handler of all events cannot take `{Self}`",
    label = "not `AnyEvent`",
    note = "`#[handler(all)]` marks a function whose first argument is `&AnyEvent<'_>`; to handle one event, leave out `all`"
)]
pub trait Observed<'e> {
    /// The event, as the handler takes it.
    fn observed<'a>(event: &'a AnyEvent<'e>) -> &'a Self;
}

impl<'e> Observed<'e> for AnyEvent<'e> {
    #[inline(always)]
    fn observed<'a>(event: &'a AnyEvent<'e>) -> &'a Self {
        event
    }
}

/// The flow of what a handler of all events returned.
#[inline(always)]
pub fn observer_flow<R: ObserverOutput>(output: R) -> Flow {
    output.into_flow()
}

/// The hash of a key.
#[inline(always)]
pub fn key<K: Key + ?Sized>(key: &K) -> u64 {
    key.key()
}

/// The flow of what a batch handler returned.
#[inline(always)]
pub fn batch_flow<R: BatchOutput>(output: R) -> Flow {
    output.into_flow()
}

/// The flow of what a `concurrent` handler returned.
#[inline(always)]
pub fn concurrent_flow<R: ConcurrentOutput>(output: R) -> Flow {
    output.into_flow()
}

/// The flow of what a handler returned, with a condition on its error.
///
/// Not generic over what it asks, for the reason of [`condition`].
#[inline(always)]
pub fn retry_flow<R: FallibleOutput<E>, E>(output: R, retryable: fn(&E) -> bool) -> Flow {
    output.into_flow_if(retryable)
}

/// What options of handlers say.
pub mod policy {
    pub use core::time::Duration;

    pub use crate::handler::{Batch, Breaker, Jitter, Policy, Retry};
}

/// The flow of what a handler returned.
#[inline(always)]
pub fn flow<R: HandlerOutput>(output: R) -> Flow {
    output.into_flow()
}

/// Asks for an event, at the token that names one.
pub const fn assert_event<E: Event>() {}

/// Asks for an asynchronous event, at the token of the `async` handler.
pub const fn assert_async<E: AsyncEvent>() {}

/// Keeps a half-written event apart from its handlers: they expand, and are not placed.
pub struct Broken;

impl Broken {
    #[doc(hidden)]
    pub const fn __check<T>(&self, _alias: &'static str) {}
}

/// A row that no macro took.
pub struct Unplaced;

impl Unplaced {
    /// Says which of two mistakes it is: the type is no event (the bound), or it goes by a name that is not its own
    /// (the panic at compile time).
    pub const fn __check<T: Event>(&self, alias: &'static str) {
        panic!("{}", alias)
    }
}

/// What a handler sees when the name of its event carries no macro.
pub mod fallback {
    /// Stands where the entry would be, had it been placed.
    #[doc(hidden)]
    pub static __ENTRY: super::Unplaced = super::Unplaced;

    #[doc(hidden)]
    #[macro_export]
    macro_rules! __no_table {
        ($($row:tt)*) => {};
    }
    pub use crate::__no_table as __TABLE;
}

#[cfg(feature = "alloc")]
mod bound {
    use alloc::boxed::Box;
    use alloc::sync::Arc;
    use core::slice::from_ref;

    use crate::Context;
    pub use crate::bind::Binder;
    use crate::bind::{AsyncHandler, BoundAsync, BoundMany, Many, ObserverCall, One, Plan, SyncHandler};
    use crate::event::{AnyEvent, Event};
    use crate::handler::{Flow, HandlerFuture, HandlerMeta, Steps, group, stepwise};

    /// A bound row.
    pub fn bound<E: Event>(
        call: impl Fn(&E, &Context) -> Flow + Send + Sync + 'static,
    ) -> Option<SyncHandler<E>> {
        Some(Box::new(call))
    }

    /// A bound handler of all events.
    pub fn bound_observer(
        call: impl Fn(&AnyEvent<'_>) -> Flow + Send + Sync + 'static,
    ) -> Option<ObserverCall> {
        Some(Box::new(call))
    }

    /// A bound asynchronous row: what its arguments are made from, and how it is run with that.
    pub fn bound_async<E: Event, B: Send + Sync + 'static>(
        bound: B,
        call: for<'a> fn(&'a B, &'a E, &'a Context, usize) -> HandlerFuture<'a>,
    ) -> Option<AsyncHandler<E>> {
        Some(Box::new(BoundAsync { bound, call }))
    }

    /// A bound batch row. The binder hears how it takes many events; what comes back takes one.
    pub fn bound_batch<E: Event>(
        binder: &mut Binder<'_>,
        call: impl Fn(&[E], &Context) -> Flow + Send + Sync + 'static,
    ) -> Option<SyncHandler<E>> {
        let call = Arc::new(call);
        binder.note_many(Box::new(Many::<E>::Sync(call.clone())));
        Some(Box::new(move |event, cx| call(from_ref(event), cx)))
    }

    /// A bound asynchronous batch row; see [`bound_batch`] and [`bound_async`].
    pub fn bound_batch_async<E: Event, B: Send + Sync + 'static>(
        binder: &mut Binder<'_>,
        bound: B,
        call: for<'a> fn(&'a B, &'a [E], &'a Context) -> HandlerFuture<'a>,
    ) -> Option<AsyncHandler<E>> {
        let bound = Arc::new(BoundMany { bound, call });
        binder.note_many(Box::new(Many::<E>::Async(bound.clone())));
        Some(Box::new(One(bound)))
    }

    /// What a test makes of a group of handlers of `E`.
    pub fn plan<E: Event>(binder: &Binder<'_>, members: &[&'static HandlerMeta]) -> Option<Plan> {
        binder.plan(core::any::TypeId::of::<E>(), members)
    }

    /// Runs a bound group, or what a test made of it.
    #[inline(always)]
    pub fn bound_group<E: Event>(
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

    /// Hands on the function that binds a row.
    #[doc(hidden)]
    #[macro_export]
    macro_rules! __bind {
        ($($bind:tt)*) => { $($bind)* };
    }
    pub use crate::__bind as bind;
}

/// Without an allocator nothing is bound.
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
