//! Binding: a table joined with one set of state.

mod binder;
mod error;
mod overrides;
mod table;

pub use binder::{Binder, StateMap};
pub use error::{BindError, Missing};
pub use overrides::{Overrides, Plan};
pub use table::{AsyncHandler, BoundTable, RunAsync, SyncHandler};
pub(crate) use table::{BindAsync, BindSync, BoundAsync, Call, Unbound, run_async};
