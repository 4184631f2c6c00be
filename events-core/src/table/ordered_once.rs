//! With an allocator: a sorted copy of the table, made at its first use.
//!
//! What is made for each event is kept small, since it is compiled for each: what need not know the event's type does not.

use alloc::boxed::Box;
use alloc::vec::Vec;

use once_cell::race::OnceBox;

use super::run::{Place, run, run_all};
use super::{link, position};
use crate::Context;
use crate::event::{Event, SyncEvent};
use crate::handler::{CallFn, Entry, HandlerMeta, Kind};
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
    entries: Box<[&'static Entry<E>]>,
    /// Whether all handlers take the event and nothing else.
    plain: bool,
}

impl<E: Event> Sorted<E> {
    pub(crate) fn names(&self) -> &[Members] {
        &self.names
    }

    pub(crate) fn entries(&self) -> &[&'static Entry<E>] {
        &self.entries
    }

    /// The calls of the rows, if all handlers take the event and nothing else.
    pub(crate) fn plain_calls(&self) -> Option<&[CallFn<E>]> {
        if self.plain { Some(&self.calls) } else { None }
    }

    fn new() -> Box<Self> {
        let rows: Vec<&'static Entry<E>> = link::entries().collect();
        let order = position::order(rows.len(), &|row| rows[row].meta());
        let mut entries = Vec::with_capacity(order.len());
        let mut calls = Vec::with_capacity(order.len());
        let mut names = Vec::with_capacity(order.len());
        let mut plain = true;
        for &row in &*order {
            let entry = rows[row];
            entries.push(entry);
            names.push(entry.members());
            match entry.kind {
                Kind::Sync { call, bind } => {
                    plain &= bind.is_none();
                    calls.push(call);
                }
                Kind::Async { .. } => plain = false,
            }
        }
        Box::new(Self {
            calls: calls.into_boxed_slice(),
            names: names.into_boxed_slice(),
            entries: entries.into_boxed_slice(),
            plain,
        })
    }
}

impl<E: Event> Ordered<E> {
    pub(super) const fn new() -> Self {
        Self { sorted: OnceBox::new() }
    }

    #[inline(always)]
    pub(super) fn get(&self) -> &Sorted<E> {
        match self.sorted.get() {
            Some(sorted) => sorted,
            None => self.sort(),
        }
    }

    #[cold]
    #[inline(never)]
    fn sort(&self) -> &Sorted<E> {
        self.sorted.get_or_init(Sorted::new)
    }

    pub(super) fn for_each_handler(&self, see: &mut dyn FnMut(&'static HandlerMeta)) {
        for_each(&self.get().names, see);
    }

    #[inline(always)]
    pub(super) fn run_all(&self, event: &E, cx: &Context) -> Outcome
    where
        E: SyncEvent,
    {
        let sorted = self.get();
        run_all(&sorted.calls, |call| call(event, cx), |row| Place::of(&sorted.names, row))
    }

    pub(super) fn run(&self, event: &E, cx: &Context) -> Outcome
    where
        E: SyncEvent,
    {
        let sorted = self.get();
        run(sorted.calls.len(), cx, &|row| (sorted.calls[row])(event, cx), &|row| {
            Place::of(&sorted.names, row)
        })
    }
}

fn for_each(names: &[Members], see: &mut dyn FnMut(&'static HandlerMeta)) {
    names.iter().copied().flatten().copied().for_each(see);
}
