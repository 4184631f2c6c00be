//! Tells a person when a handler gives up, once for each handler: a dead letter is itself an event.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use events::lane::DeadLetter;
use events::prelude::*;

/// The handlers that someone was called for.
#[derive(Default)]
pub(crate) struct Pager(Mutex<BTreeSet<&'static str>>);

impl Pager {
    pub(crate) fn paged_for(&self) -> Vec<&'static str> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }
}

#[handler]
fn page(letter: &DeadLetter, pager: State<'_, Pager>) {
    // A view that was dropped has no handler to blame, and wakes nobody.
    if let Some(handler) = letter.handler {
        pager.0.lock().unwrap_or_else(PoisonError::into_inner).insert(handler.path);
    }
}
