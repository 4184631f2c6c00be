//! Events, handlers and helpers that the tests of this package share.
//!
//! The strictest lints of rustc hold here, for what the macros write in a library must pass them: `missing_docs` and
//! `unreachable_pub` say nothing in a test binary.

#![deny(warnings, missing_docs, unused, unreachable_pub, missing_debug_implementations)]
#![deny(rust_2018_idioms, single_use_lifetimes, trivial_casts, trivial_numeric_casts, unused_qualifications)]
#![deny(unused_lifetimes, unused_results, let_underscore_drop, unit_bindings, variant_size_differences)]
#![deny(macro_use_extern_crate, meta_variable_misuse, redundant_lifetimes, unused_import_braces)]
#![forbid(unsafe_code)]

use core::future::Future;
use core::task::{Context as TaskContext, Poll, Waker};

use events::__private::plumbing::{BoundTable, StateMap};
use events::bind::Binder;
use events::event::SyncEvent;
use events::prelude::*;
use events::{Outcome, dispatch};

pub mod shop;

/// The output of a future that waits for nothing.
///
/// # Panics
/// If it does wait.
pub fn now<T>(future: impl Future<Output = T>) -> T {
    let future = core::pin::pin!(future);
    match future.poll(&mut TaskContext::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the future waits"),
    }
}

/// How many handlers of an event ran, none of them failing.
///
/// # Panics
/// If one failed.
pub fn handled<E: SyncEvent>(event: &E) -> u32 {
    let outcome = dispatch(event);
    assert!(outcome.is_ok(), "{outcome:?}");
    outcome.ran()
}

/// What the handlers of an event made of it, bound to one value of state.
pub fn emit_with<E: Event, T: Send + Sync + 'static>(event: &E, state: T) -> Outcome {
    let mut values = StateMap::new();
    let _: bool = values.insert(std::sync::Arc::new(state));
    let table = BoundTable::<E>::bind(&mut Binder::new(&values));
    now(table.emit_async(event, Context::empty()))
}
