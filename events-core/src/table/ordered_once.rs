//! With an allocator: a sorted copy of the table, made at its first use.
//!
//! What is made for each event is kept small, since it is compiled for each: what need not know the event's type does not.

use alloc::boxed::Box;
use alloc::vec::Vec;

use once_cell::race::OnceBox;

use super::run::{Place, run, run_all};
use super::{Source, position};
use crate::Context;
use crate::event::{Event, SyncEvent};
use crate::handler::{CallFn, HandlerMeta, Kind};
use crate::outcome::Outcome;

/// The handlers of a row.
pub(crate) type Members = &'static [&'static HandlerMeta];

pub(super) struct Ordered<E: Event> {
    sorted: OnceBox<Sorted<E>>,
}

/// What a run needs of each row stands together; what only a failure needs stands apart.
pub(crate) struct Sorted<E: Event> {
    calls: Box<[CallFn<E>]>,
    names: Box<[Members]>,
    /// Where the rows stand in the source.
    order: Box<[usize]>,
    /// Whether all handlers take the event and nothing else.
    plain: bool,
}

impl<E: Event> Sorted<E> {
    pub(crate) fn names(&self) -> &[Members] {
        &self.names
    }

    pub(crate) fn order(&self) -> &[usize] {
        &self.order
    }

    /// The calls of the rows, if all handlers take the event and nothing else.
    pub(crate) fn plain_calls(&self) -> Option<&[CallFn<E>]> {
        if self.plain { Some(&self.calls) } else { None }
    }

    fn new(source: &Source<E>) -> Box<Self> {
        let order = position::order(source.len(), &|row| match source.get(row) {
            Some(entry) => Some(entry.meta()),
            None => None,
        });
        let mut calls = Vec::with_capacity(order.len());
        let mut names = Vec::with_capacity(order.len());
        let mut plain = true;
        for &row in &*order {
            let Some(entry) = source.get(row) else { continue };
            names.push(entry.members());
            match entry.kind {
                Kind::Sync { call, bind } => {
                    plain &= bind.is_none();
                    calls.push(call);
                }
                Kind::Async { .. } => plain = false,
            }
        }
        Box::new(Self { calls: calls.into_boxed_slice(), names: names.into_boxed_slice(), order, plain })
    }
}

impl<E: Event> Ordered<E> {
    pub(super) const fn new() -> Self {
        Self { sorted: OnceBox::new() }
    }

    #[inline(always)]
    pub(super) fn get(&self, source: &Source<E>) -> &Sorted<E> {
        match self.sorted.get() {
            Some(sorted) => sorted,
            None => self.sort(source),
        }
    }

    #[cold]
    #[inline(never)]
    fn sort(&self, source: &Source<E>) -> &Sorted<E> {
        self.sorted.get_or_init(|| Sorted::new(source))
    }

    pub(super) fn for_each_handler(&self, source: &Source<E>, see: &mut dyn FnMut(&'static HandlerMeta)) {
        for_each(&self.get(source).names, see);
    }

    #[inline(always)]
    pub(super) fn run_all(&self, source: &Source<E>, event: &E, cx: &Context) -> Outcome
    where
        E: SyncEvent,
    {
        let sorted = self.get(source);
        run_all(&sorted.calls, |call| call(event, cx), |row| Place::of(&sorted.names, row))
    }

    pub(super) fn run(&self, source: &Source<E>, event: &E, cx: &Context) -> Outcome
    where
        E: SyncEvent,
    {
        let sorted = self.get(source);
        run(sorted.calls.len(), cx, &|row| (sorted.calls[row])(event, cx), &|row| {
            Place::of(&sorted.names, row)
        })
    }
}

fn for_each(names: &[Members], see: &mut dyn FnMut(&'static HandlerMeta)) {
    names.iter().copied().flatten().copied().for_each(see);
}
