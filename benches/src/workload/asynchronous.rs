//! Workloads that are emitted in a task: their handlers are `async` and never wait, so that only dispatch is measured.

use std::future::Future;
use std::pin::Pin;

use super::generate::size;
use super::lists::with_handlers;
use super::traits::Size;
use crate::body::BoxError;

/// A handler as a function pointer that boxes its future.
pub type AsyncPointer<E> =
    for<'a> fn(&'a E) -> Pin<Box<dyn Future<Output = Result<(), BoxError>> + Send + 'a>>;

/// `async` handlers, the floors under them, and the same handlers fused.
pub trait Async: Size {
    /// Its handlers are not fused.
    type Event: events::Event;
    /// Its handlers are fused.
    type Fused: events::Event;

    /// The handlers as function pointers.
    const POINTERS: &'static [AsyncPointer<Self::Event>];

    /// The event whose handlers are not fused.
    fn event(amount: u64) -> Self::Event;

    /// The event whose handlers are fused.
    fn fused(amount: u64) -> Self::Fused;

    /// Awaits each handler, one after the other. Returns how many ran.
    fn direct(event: &Self::Event) -> impl Future<Output = u32> + Send;
}

macro_rules! workload {
    ($(#[$doc:meta])* $name:ident $module:ident $work:ident $kind:ident [$($handler:ident $index:literal)*]) => {
        $(#[$doc])*
        pub struct $name;

        size!($name $work $kind [$($handler $index)*]);

        // The events are only reached through a public trait.
        #[allow(unreachable_pub)]
        mod $module {
            use super::$name;
            use crate::body::{BoxError, COUNTERS, body};
            use crate::workload::asynchronous::AsyncPointer;
            use crate::workload::traits::checked;

            #[events::event(async)]
            pub struct Single(u64);

            #[events::event(async)]
            pub struct Fused(u64);

            $(
                #[events::handler]
                async fn $handler(event: &Single) -> Result<(), BoxError> {
                    body::<$index, { $crate::body::$kind }>(event.0, &COUNTERS)
                }
            )*

            #[events::handlers]
            mod fused {
                use super::*;

                $(
                    #[events::handler]
                    async fn $handler(event: &Fused) -> Result<(), BoxError> {
                        body::<$index, { $crate::body::$kind }>(event.0, &COUNTERS)
                    }
                )*
            }

            impl crate::workload::asynchronous::Async for $name {
                type Event = Single;
                type Fused = Fused;

                const POINTERS: &'static [AsyncPointer<Single>] = &[$(|event| Box::pin($handler(event))),*];

                fn event(amount: u64) -> Single {
                    Single(amount)
                }

                fn fused(amount: u64) -> Fused {
                    Fused(amount)
                }

                async fn direct(event: &Single) -> u32 {
                    let mut ran = 0;
                    $(ran += checked($handler(event).await);)*
                    ran
                }
            }
        }
    };
}

with_handlers!(1 workload! #[doc = "One trivial `async` handler."] AsyncTrivial1 trivial_1 Trivial TRIVIAL);
with_handlers!(4 workload! #[doc = "4 trivial `async` handlers."] AsyncTrivial4 trivial_4 Trivial TRIVIAL);
with_handlers!(16 workload! #[doc = "16 trivial `async` handlers."] AsyncTrivial16 trivial_16 Trivial TRIVIAL);
with_handlers!(64 workload! #[doc = "64 trivial `async` handlers."] AsyncTrivial64 trivial_64 Trivial TRIVIAL);
with_handlers!(1 workload! #[doc = "One `async` handler of 50 ns."] AsyncBusy1 busy_1 Busy BUSY);
with_handlers!(4 workload! #[doc = "4 `async` handlers of 50 ns."] AsyncBusy4 busy_4 Busy BUSY);
with_handlers!(16 workload! #[doc = "16 `async` handlers of 50 ns."] AsyncBusy16 busy_16 Busy BUSY);
with_handlers!(64 workload! #[doc = "64 `async` handlers of 50 ns."] AsyncBusy64 busy_64 Busy BUSY);
