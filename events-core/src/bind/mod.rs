//! Binding: a table joined with one set of state.

mod batch;
mod binder;
mod closure;
mod error;
mod overrides;
mod queued;
mod rows;
mod table;

pub(crate) use batch::{BoundMany, Many, One};
pub use binder::{Binder, StateMap};
pub use closure::Closure;
pub use error::{BindError, Missing};
pub use overrides::{Overrides, Plan};
pub use rows::{AnyRow, run_rows};
pub use table::{AsyncHandler, BoundTable, Late, RunAsync, SyncHandler};
pub(crate) use table::{BindAsync, BindSync, BoundAsync, Call, Unbound, run_async};
