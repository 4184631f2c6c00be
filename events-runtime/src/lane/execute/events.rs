//! Events by value, outside of their messages.

use std::mem;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use crate::door::{ForeignCode, Panics};

/// Events whose drops go through the door, wherever they are dropped.
pub(super) struct Events<E> {
    events: Vec<E>,
    panics: Arc<Panics>,
}

impl<E> Events<E> {
    pub(super) fn new(panics: Arc<Panics>) -> Self {
        Self { events: Vec::new(), panics }
    }

    /// Removes the first `most` events, and returns them in memory of their own.
    pub(super) fn take_first(&mut self, most: usize) -> Self {
        let rest = self.events.split_off(most);
        Self { events: mem::replace(&mut self.events, rest), panics: self.panics.clone() }
    }

    /// An empty list whose panics are counted with those of this one.
    pub(super) fn empty_like(&self) -> Self {
        Self::new(self.panics.clone())
    }

    /// Removes all events.
    pub(super) fn take(&mut self) -> Vec<E> {
        mem::take(&mut self.events)
    }
}

impl<E> Deref for Events<E> {
    type Target = Vec<E>;

    fn deref(&self) -> &Vec<E> {
        &self.events
    }
}

impl<E> DerefMut for Events<E> {
    fn deref_mut(&mut self) -> &mut Vec<E> {
        &mut self.events
    }
}

impl<E> Drop for Events<E> {
    fn drop(&mut self) {
        if mem::needs_drop::<E>() {
            self.panics.discard_each(ForeignCode::EventDrop, mem::take(&mut self.events));
        }
    }
}
