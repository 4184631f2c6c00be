//! Without an allocator: the table's rows are linked in order, in place, at its first use.
//!
//! Each row contains the address of the next one. A run that finds the table not linked yet computes all links and then
//! marks the table as linked. Two runs that do so at the same time write the same values, so no lock is needed, and an
//! interrupt may occur at any point.

use core::any::TypeId;
use core::ptr;
use core::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

use super::{link, position};
use crate::Context;
use crate::erased::EventRef;
use crate::handler::{AnyEntry, HandlerMeta, Kind};
use crate::outcome::{Outcome, Place, Tally};

pub(super) struct Ordered {
    is_linked: AtomicBool,
    first: Link,
}

/// The next row of a table; null at the last.
pub(crate) struct Link(AtomicPtr<AnyEntry>);

impl Link {
    pub(crate) const fn new() -> Self {
        Self(AtomicPtr::new(ptr::null_mut()))
    }

    fn set(&self, row: Option<&'static AnyEntry>) {
        let row = row.map_or(ptr::null(), ptr::from_ref);
        self.0.store(row.cast_mut(), Ordering::Relaxed);
    }

    fn get(&self) -> Option<&'static AnyEntry> {
        // SAFETY: it is null or what `set`, the one place that writes it, made of a `&'static`; nobody writes through it.
        unsafe { self.0.load(Ordering::Relaxed).as_ref() }
    }
}

impl Ordered {
    pub(super) const fn new() -> Self {
        Self { is_linked: AtomicBool::new(false), first: Link::new() }
    }

    #[cold]
    fn link(&self, event: &TypeId) {
        for (index, row) in link::entries(*event).enumerate() {
            row.next.set(successor(event, Some((index, row))));
        }
        self.first.set(successor(event, None));
        self.is_linked.store(true, Ordering::Release);
    }

    fn rows(&self, event: &TypeId) -> impl Iterator<Item = &'static AnyEntry> + use<> {
        if !self.is_linked.load(Ordering::Acquire) {
            self.link(event);
        }
        let mut next = self.first.get();
        core::iter::from_fn(move || {
            let row = next?;
            next = row.next.get();
            Some(row)
        })
    }

    pub(super) fn for_each_handler(&self, event: &TypeId, see: &mut dyn FnMut(&'static HandlerMeta)) {
        for row in self.rows(event) {
            row.members().iter().copied().for_each(&mut *see);
        }
    }

    /// # Safety
    /// The event is of the type `ty`, and the table is the one of that type.
    pub(super) unsafe fn run_all(&self, ty: &TypeId, event: EventRef<'_>, cx: &Context) -> Outcome {
        // SAFETY: the caller's.
        unsafe { self.run(ty, event, cx) }
    }

    /// # Safety
    /// As [`run_all`](Self::run_all).
    pub(super) unsafe fn run(&self, ty: &TypeId, event: EventRef<'_>, cx: &Context) -> Outcome {
        let mut tally = Tally::new();
        let mut ran = 0;
        let mut rows = self.rows(ty);
        while let Some(row) = rows.next() {
            let Kind::Sync { call } = row.kind;
            // SAFETY: the rows of a table take its event, which the caller gives.
            let flow = unsafe { call.call(event, cx) };
            ran += flow.ran();
            let mut rest = || rows.by_ref().map(|row| row.members().len() as u32).sum();
            if !flow.is_plain() && !tally.absorb(Place::of_row(row.members()), flow, &mut rest) {
                break;
            }
        }
        tally.into_outcome(ran)
    }
}

/// The row after `row` in order, or the first of all. The index is part of the order: without it, of two rows that are equal in
/// all else one would be skipped.
fn successor(event: &TypeId, row: Option<(usize, &'static AnyEntry)>) -> Option<&'static AnyEntry> {
    let compare = |a: (usize, &AnyEntry), b: (usize, &AnyEntry)| {
        position::compare(a.1.meta(), b.1.meta()).then(a.0.cmp(&b.0))
    };
    link::entries(*event)
        .enumerate()
        .filter(|&other| row.is_none_or(|row| compare(other, row).is_gt()))
        .min_by(|&a, &b| compare(a, b))
        .map(|(_, row)| row)
}
