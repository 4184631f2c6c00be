//! Binding: when a bus is built, the arguments of its handlers are looked up in its state.

pub(crate) mod asynchronous;
mod batch;
pub(crate) mod binder;
pub(crate) mod closure;
mod concurrent;
mod error;
pub(crate) mod late;
pub(crate) mod overrides;
mod queued;
pub(crate) mod rows;
pub(crate) mod sync;
pub(crate) mod table;
pub(crate) mod typed;

// The macros and the bus use these through `private`.
pub(crate) use asynchronous::AsyncHandler;
pub(crate) use asynchronous::{AnyAsync, BindAsync, Call, StartFn, run_async};
pub(crate) use batch::{BoundMany, Many, One};
pub use binder::Binder;
pub(crate) use closure::{BoxFuture, Closure, ObserverCall};
pub use error::{BindError, Missing};
pub(crate) use late::{LateCell, LateOne};
pub(crate) use overrides::{Overrides, Plan};
pub(crate) use rows::AnyRow;
pub(crate) use sync::{AnySync, BindSync, SyncCall, SyncHandler};
pub(crate) use table::AnyBound;
pub(crate) use typed::BoundTable;
