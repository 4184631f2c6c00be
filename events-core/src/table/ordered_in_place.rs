//! Without an allocator: the table's rows are linked in order, in place, at its first use.
//!
//! Each row holds where the next one is. Whoever finds the table not linked computes all links and then publishes that.
//! Two who do so at once write the same values, so no lock is needed, and an interrupt may come at any point.

use core::ptr;
use core::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

use super::{link, position};
use crate::Context;
use crate::event::{Event, SyncEvent};
use crate::handler::{Entry, HandlerMeta, Kind};
use crate::outcome::{Outcome, Place, Tally};

pub(super) struct Ordered<E: Event> {
    is_linked: AtomicBool,
    first: Link<E>,
}

/// The next row of a table; null at the last.
pub(crate) struct Link<E: ?Sized + 'static>(AtomicPtr<Entry<E>>);

impl<E: ?Sized> Link<E> {
    pub(crate) const fn new() -> Self {
        Self(AtomicPtr::new(ptr::null_mut()))
    }

    fn set(&self, row: Option<&'static Entry<E>>) {
        let row = row.map_or(ptr::null(), ptr::from_ref);
        self.0.store(row.cast_mut(), Ordering::Relaxed);
    }

    fn get(&self) -> Option<&'static Entry<E>> {
        // SAFETY: it is null or what `set`, the one place that writes it, made of a `&'static`; nobody writes through it.
        unsafe { self.0.load(Ordering::Relaxed).as_ref() }
    }
}

impl<E: Event> Ordered<E> {
    pub(super) const fn new() -> Self {
        Self { is_linked: AtomicBool::new(false), first: Link::new() }
    }

    #[cold]
    fn link(&self) {
        for (index, row) in link::entries::<E>().enumerate() {
            row.next.set(successor(Some((index, row))));
        }
        self.first.set(successor(None));
        self.is_linked.store(true, Ordering::Release);
    }

    fn rows(&self) -> impl Iterator<Item = &'static Entry<E>> + use<E> {
        if !self.is_linked.load(Ordering::Acquire) {
            self.link();
        }
        let mut next = self.first.get();
        core::iter::from_fn(move || {
            let row = next?;
            next = row.next.get();
            Some(row)
        })
    }

    pub(super) fn for_each_handler(&self, see: &mut dyn FnMut(&'static HandlerMeta)) {
        for row in self.rows() {
            row.members().iter().copied().for_each(&mut *see);
        }
    }

    pub(super) fn run_all(&self, event: &E, cx: &Context) -> Outcome
    where
        E: SyncEvent,
    {
        self.run(event, cx)
    }

    pub(super) fn run(&self, event: &E, cx: &Context) -> Outcome
    where
        E: SyncEvent,
    {
        let mut tally = Tally::new();
        let mut ran = 0;
        let mut rows = self.rows();
        while let Some(row) = rows.next() {
            let Kind::Sync { call } = row.kind;
            let flow = call(event, cx);
            ran += flow.ran();
            let mut rest = || rows.by_ref().map(|row| row.members().len() as u32).sum();
            if !flow.is_plain() && !tally.absorb(Place::of_row(row.members()), flow, &mut rest) {
                break;
            }
        }
        tally.into_outcome(ran)
    }
}

/// The row that comes next after `row` in order, or the first of all. The index is part of the order: rows that are equal in
/// all else would skip each other.
fn successor<E: Event>(row: Option<(usize, &'static Entry<E>)>) -> Option<&'static Entry<E>> {
    let compare = |a: (usize, &Entry<E>), b: (usize, &Entry<E>)| {
        position::compare(a.1.meta(), b.1.meta()).then(a.0.cmp(&b.0))
    };
    link::entries::<E>()
        .enumerate()
        .filter(|&other| row.is_none_or(|row| compare(other, row).is_gt()))
        .min_by(|&a, &b| compare(a, b))
        .map(|(_, row)| row)
}
