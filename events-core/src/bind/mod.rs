//! Binding: a table joined with one set of state.

mod asynchronous;
mod batch;
mod binder;
mod closure;
mod concurrent;
mod error;
mod late;
mod overrides;
mod queued;
mod rows;
mod sync;
mod table;
mod typed;

pub use asynchronous::AsyncHandler;
pub(crate) use asynchronous::{AnyAsync, AsyncCall, BindAsync, Call, StartFn, run_async};
pub(crate) use batch::{BoundMany, Many, One};
pub use binder::{Binder, StateMap};
pub use closure::{Begun, BoxFuture, Closure, ClosureRun, ObserverCall, finish_run};
pub use error::{BindError, Missing};
pub use late::{Late, LateCell, LateOne};
pub use overrides::{Overrides, Plan};
pub use rows::{AnyRow, run_rows};
pub use sync::SyncHandler;
pub(crate) use sync::{AnySync, BindSync, SyncCall};
pub use table::AnyBound;
pub use typed::BoundTable;
