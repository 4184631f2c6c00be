//! With an allocator: a sorted copy of the table, made at its first use.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::any::TypeId;
use core::mem::ManuallyDrop;

use once_cell::race::OnceBox;

use super::run::{Place, run, run_all};
use super::{link, position};
use crate::Context;
use crate::erased::{CallFn, EventRef};
use crate::handler::{AnyEntry, HandlerMeta, Kind};
use crate::outcome::Outcome;

/// The handlers of a row.
pub(crate) type Members = &'static [&'static HandlerMeta];

pub(super) struct Ordered {
    /// Tables are statics, which are never dropped, so no drop code is generated for each of them.
    sorted: ManuallyDrop<OnceBox<Sorted>>,
}

/// The data that each run needs is kept together, apart from the data that only a failure needs.
pub(crate) struct Sorted {
    calls: Box<[CallFn]>,
    names: Box<[Members]>,
    entries: Box<[&'static AnyEntry]>,
    /// Whether all handlers take the event and nothing else.
    plain: bool,
}

impl Sorted {
    pub(crate) fn names(&self) -> &[Members] {
        &self.names
    }

    pub(crate) fn entries(&self) -> &[&'static AnyEntry] {
        &self.entries
    }

    /// The calls of the rows, if all handlers take the event and nothing else.
    pub(crate) fn plain_calls(&self) -> Option<&[CallFn]> {
        if self.plain { Some(&self.calls) } else { None }
    }

    fn new(event: TypeId) -> Box<Self> {
        let rows = link::entries(event);
        let order = position::order(rows.len(), &|row| rows[row].1.meta());
        let mut entries = Vec::with_capacity(order.len());
        let mut calls = Vec::with_capacity(order.len());
        let mut names = Vec::with_capacity(order.len());
        let mut plain = true;
        for &row in &*order {
            let entry = rows[row].1;
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

impl Ordered {
    pub(super) const fn new() -> Self {
        Self { sorted: ManuallyDrop::new(OnceBox::new()) }
    }

    #[inline]
    pub(super) fn get(&self, event: &TypeId) -> &Sorted {
        match self.sorted.get() {
            Some(sorted) => sorted,
            None => self.sort(event),
        }
    }

    #[cold]
    #[inline(never)]
    fn sort(&self, event: &TypeId) -> &Sorted {
        self.sorted.get_or_init(|| Sorted::new(*event))
    }

    pub(super) fn for_each_handler(&self, event: &TypeId, see: &mut dyn FnMut(&'static HandlerMeta)) {
        self.get(event).names.iter().copied().flatten().copied().for_each(see);
    }

    /// # Safety
    /// The event is of the type `ty`, and the table is the one of that type.
    #[inline(always)]
    pub(super) unsafe fn run_all(&self, ty: &TypeId, event: EventRef<'_>, cx: &Context) -> Outcome {
        let sorted = self.get(ty);
        // SAFETY: the rows of a table take its event, which the caller gives.
        run_all(
            &sorted.calls,
            move |call| unsafe { call.call(event, cx) },
            move |row| Place::of(&sorted.names, row),
        )
    }

    /// # Safety
    /// As [`run_all`](Self::run_all).
    pub(super) unsafe fn run(&self, ty: &TypeId, event: EventRef<'_>, cx: &Context) -> Outcome {
        let sorted = self.get(ty);
        // SAFETY: as in `run_all`.
        run(sorted.calls.len(), cx, &|row| unsafe { sorted.calls[row].call(event, cx) }, &|row| {
            Place::of(&sorted.names, row)
        })
    }
}
