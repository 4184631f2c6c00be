//! Workloads that one thread emits.

use super::generate::{amount, plain, size, stateful};
use super::lists::with_handlers;

/// The body of the handlers without state: each counts in its cell of `COUNTERS`.
#[inline(always)]
fn count<const INDEX: usize, const WORK: u8>(amount: u64) -> Result<(), crate::body::BoxError> {
    crate::body::body::<INDEX, WORK>(amount, &crate::body::COUNTERS)
}

macro_rules! workload {
    ($(#[$doc:meta])* $name:ident $module:ident $work:ident $kind:ident $handlers:tt) => {
        $(#[$doc])*
        pub struct $name;

        size!($name $work $kind $handlers);

        // The events are only reached through a public trait.
        #[allow(unreachable_pub)]
        mod $module {
            use super::*;

            mod without_state {
                use super::*;
                plain!($name $kind count $handlers);
            }

            mod with_state {
                use super::*;
                use crate::body::Counters;
                use events::extract::State;
                stateful!($name $kind $handlers);
            }
        }
    };
}

with_handlers!(1 workload! #[doc = "One trivial handler."] Trivial1 trivial_1 Trivial TRIVIAL);
with_handlers!(4 workload! #[doc = "4 trivial handlers."] Trivial4 trivial_4 Trivial TRIVIAL);
with_handlers!(16 workload! #[doc = "16 trivial handlers."] Trivial16 trivial_16 Trivial TRIVIAL);
with_handlers!(64 workload! #[doc = "64 trivial handlers."] Trivial64 trivial_64 Trivial TRIVIAL);
with_handlers!(16 workload! #[doc = "16 trivial handlers that may fail."] Fallible16 fallible_16 Fallible FALLIBLE);
with_handlers!(1 workload! #[doc = "One handler of 50 ns."] Busy1 busy_1 Busy BUSY);
with_handlers!(4 workload! #[doc = "4 handlers of 50 ns."] Busy4 busy_4 Busy BUSY);
with_handlers!(16 workload! #[doc = "16 handlers of 50 ns."] Busy16 busy_16 Busy BUSY);
with_handlers!(64 workload! #[doc = "64 handlers of 50 ns."] Busy64 busy_64 Busy BUSY);
