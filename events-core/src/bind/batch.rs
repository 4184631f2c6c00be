//! Rows that take many events at once.
//!
//! The functions that run them are kept beside the table, under one type for all events. Most events have no such row, and
//! little code should be compiled for each event.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::any::Any;

use super::asynchronous::AsyncCall;
use crate::Context;
use crate::erased::EventRef;
use crate::event::Event;
use crate::handler::{Flow, HandlerFuture};

/// How a row takes many events: a [`Many<E>`] of its event.
pub(crate) type AnyMany = Box<dyn Any + Send + Sync>;

/// A bound batch row, to be called with many events and their context.
type ManyHandler<E> = Arc<dyn Fn(&[E], &Context) -> Flow + Send + Sync>;

/// How a row takes many events at once.
pub(crate) enum Many<E> {
    Sync(ManyHandler<E>),
    Async(Arc<dyn RunMany<E> + Send + Sync>),
}

/// Starts the handler of an asynchronous batch row.
pub(crate) trait RunMany<E> {
    fn start<'a>(&'a self, events: &'a [E], cx: &'a Context) -> HandlerFuture<'a>;
}

/// An asynchronous batch row, bound to `B`.
pub(crate) struct BoundMany<E, B> {
    pub(crate) bound: B,
    pub(crate) call: for<'a> fn(&'a B, &'a [E], &'a Context) -> HandlerFuture<'a>,
}

impl<E, B> RunMany<E> for BoundMany<E, B> {
    fn start<'a>(&'a self, events: &'a [E], cx: &'a Context) -> HandlerFuture<'a> {
        (self.call)(&self.bound, events, cx)
    }
}

/// The same row with one event.
pub(crate) struct One<E>(pub(crate) Arc<dyn RunMany<E> + Send + Sync>);

// SAFETY: it takes events of type `E`.
unsafe impl<E> AsyncCall for One<E> {
    unsafe fn start<'a>(&'a self, event: EventRef<'a>, cx: &'a Context, _: usize) -> HandlerFuture<'a> {
        // SAFETY: the caller's.
        self.0.start(core::slice::from_ref(unsafe { event.typed() }), cx)
    }
}

/// The rows of a bound table that take many events at once, and how. A table without such rows has no value of this type.
pub(super) struct Batches {
    rows: Vec<(usize, AnyMany)>,
    /// The other rows.
    others: Box<[usize]>,
}

impl Batches {
    pub(super) fn new(rows: Vec<(usize, AnyMany)>, of: usize) -> Option<Box<Self>> {
        if rows.is_empty() {
            return None;
        }
        let others = (0..of).filter(|row| rows.iter().all(|(batch, _)| batch != row)).collect();
        Some(Box::new(Self { rows, others }))
    }

    /// The rows that take one event at a time.
    pub(super) fn others(&self) -> &[usize] {
        &self.others
    }

    fn find(&self, row: usize) -> Option<&AnyMany> {
        self.rows.iter().find(|(other, _)| *other == row).map(|(_, many)| many)
    }

    pub(super) fn contains(&self, row: usize) -> bool {
        self.find(row).is_some()
    }

    pub(super) fn get<E: Event>(&self, row: usize) -> Option<&Many<E>> {
        self.find(row)?.downcast_ref()
    }
}
