//! What a handler is: its entry in a table, its metadata, what it returns.

mod closure_meta;
mod entry;
mod flow;
#[cfg(feature = "alloc")]
mod future;
mod group;
mod meta;
mod observer;
mod output;
pub mod policy;

pub use closure_meta::{ClosureId, ClosureMeta};
pub use entry::Entry;
pub(crate) use entry::{AnyEntry, Kind};
pub use flow::Flow;
pub(crate) use flow::{Fault, Interrupted};
#[cfg(feature = "alloc")]
pub use future::HandlerFuture;
#[cfg(feature = "alloc")]
pub(crate) use group::stepwise;
pub use group::{Steps, group};
pub use meta::{ArgumentMeta, HandlerMeta, StateMeta};
pub use observer::Observer;
pub(crate) use output::FallibleOutput;
pub use output::{BatchOutput, ConcurrentOutput, HandlerOutput, ObserverOutput};
pub use policy::{Batch, Breaker, Jitter, Policy, Retry};
