//! Without an allocator: the table's rows are linked in order, in place, at its first use.
//!
//! Each row holds the index of the next. Whoever finds the table without a first row computes all links and then
//! publishes the first. Two who do so at once write the same values, so no lock is needed, and an interrupt may come
//! at any point.

use core::sync::atomic::{AtomicUsize, Ordering};

use super::{Source, position};
use crate::Context;
use crate::event::{Event, SyncEvent};
use crate::handler::{Entry, HandlerMeta, Kind};
use crate::outcome::{Outcome, Place, Tally};

/// The end of the chain; 0 says that the links are not yet made, `n` stands for row `n - 1`.
const END: usize = usize::MAX;

pub(super) struct Ordered<E: Event> {
    first: AtomicUsize,
    event: core::marker::PhantomData<fn(&E)>,
}

impl<E: Event> Ordered<E> {
    pub(super) const fn new() -> Self {
        Self { first: AtomicUsize::new(0), event: core::marker::PhantomData }
    }

    fn first(&self, source: &Source<E>) -> usize {
        match self.first.load(Ordering::Acquire) {
            0 => self.link(source),
            first => first,
        }
    }

    #[cold]
    fn link(&self, source: &Source<E>) -> usize {
        for (index, row) in (0..source.len()).filter_map(|index| Some((index, source.get(index)?))) {
            row.next.store(successor(source, Some((index, row))), Ordering::Relaxed);
        }
        let first = successor(source, None);
        self.first.store(first, Ordering::Release);
        first
    }

    fn rows<'a>(&self, source: &'a Source<E>) -> impl Iterator<Item = &'static Entry<E>> + use<'a, E> {
        let mut at = self.first(source);
        core::iter::from_fn(move || {
            let row = source.get(at.checked_sub(1)?)?;
            at = row.next.load(Ordering::Relaxed);
            Some(row)
        })
    }

    pub(super) fn for_each_handler(&self, source: &Source<E>, see: &mut dyn FnMut(&'static HandlerMeta)) {
        for row in self.rows(source) {
            row.members().iter().copied().for_each(&mut *see);
        }
    }

    pub(super) fn run_all(&self, source: &Source<E>, event: &E, cx: &Context) -> Outcome
    where
        E: SyncEvent,
    {
        self.run(source, event, cx)
    }

    pub(super) fn run(&self, source: &Source<E>, event: &E, cx: &Context) -> Outcome
    where
        E: SyncEvent,
    {
        let mut tally = Tally::new();
        let mut ran = 0;
        let mut rows = self.rows(source);
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

/// The row that comes next after `row` in order, or the first of all, as it is kept in a link. The index is part of the
/// order: rows that are equal in all else would skip each other.
fn successor<E: Event>(source: &Source<E>, row: Option<(usize, &Entry<E>)>) -> usize {
    let compare = |a: (usize, &Entry<E>), b: (usize, &Entry<E>)| {
        position::compare(a.1.meta(), b.1.meta()).then(a.0.cmp(&b.0))
    };
    (0..source.len())
        .filter_map(|index| source.get(index).map(|other| (index, other)))
        .filter(|&other| row.is_none_or(|row| compare(other, row).is_gt()))
        .min_by(|&a, &b| compare(a, b))
        .map_or(END, |(index, _)| index + 1)
}
