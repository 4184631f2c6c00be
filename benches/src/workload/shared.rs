//! Workloads that several threads emit at once: the same handlers, which count in cells of their thread.

use super::generate::{amount, plain, size};
use super::lists::with_handlers;
use crate::body::local_body;

macro_rules! workload {
    ($(#[$doc:meta])* $name:ident $module:ident $work:ident $kind:ident $handlers:tt) => {
        $(#[$doc])*
        pub struct $name;

        size!($name $work $kind $handlers);

        // The events are only reached through a public trait.
        #[allow(unreachable_pub)]
        mod $module {
            use super::*;
            plain!($name $kind local_body $handlers);
        }
    };
}

with_handlers!(1 workload! #[doc = "One trivial handler."] LocalTrivial1 trivial_1 Trivial TRIVIAL);
with_handlers!(4 workload! #[doc = "4 trivial handlers."] LocalTrivial4 trivial_4 Trivial TRIVIAL);
with_handlers!(16 workload! #[doc = "16 trivial handlers."] LocalTrivial16 trivial_16 Trivial TRIVIAL);
with_handlers!(64 workload! #[doc = "64 trivial handlers."] LocalTrivial64 trivial_64 Trivial TRIVIAL);
with_handlers!(1 workload! #[doc = "One handler of 50 ns."] LocalBusy1 busy_1 Busy BUSY);
with_handlers!(4 workload! #[doc = "4 handlers of 50 ns."] LocalBusy4 busy_4 Busy BUSY);
with_handlers!(16 workload! #[doc = "16 handlers of 50 ns."] LocalBusy16 busy_16 Busy BUSY);
with_handlers!(64 workload! #[doc = "64 handlers of 50 ns."] LocalBusy64 busy_64 Busy BUSY);
