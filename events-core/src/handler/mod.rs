//! Handlers: their metadata, their policies, the types they may return, and their entries in a table.

mod closure_meta;
pub(crate) mod entry;
pub(crate) mod flow;
#[cfg(feature = "alloc")]
mod future;
pub(crate) mod group;
mod meta;
pub(crate) mod observer;
mod output;
pub mod policy;

pub use closure_meta::{ClosureId, ClosureMeta};
pub(crate) use entry::{AnyEntry, Entry, Kind};
pub(crate) use flow::Flow;
pub(crate) use flow::{Fault, Interrupted};
// It is here and not in `private` because rustc prints the path if a future is not `Send`.
#[cfg(feature = "alloc")]
#[doc(hidden)]
pub use future::HandlerFuture;
#[cfg(feature = "alloc")]
pub(crate) use group::stepwise;
pub use meta::{ArgumentMeta, HandlerMeta, StateMeta};
pub(crate) use observer::Observer;
#[doc(hidden)]
pub use output::FallibleOutput;
pub use output::{BatchOutput, ConcurrentOutput, HandlerOutput, ObserverOutput};
pub use policy::{Batch, Breaker, Jitter, Policy, Retry};
