//! With an allocator: a sorted copy of the table, made at its first use.

use alloc::boxed::Box;
use alloc::vec::Vec;

use once_cell::race::OnceBox;

use super::{Source, position, run, run_all};
use crate::Context;
use crate::event::{Event, SyncEvent};
use crate::handler::{CallFn, Entry, Kind};
use crate::outcome::Outcome;

pub(super) struct Ordered<E: Event> {
    sorted: OnceBox<Sorted<E>>,
}

/// What a run needs of each row stands together; what only a failure needs stands apart.
pub(super) struct Sorted<E: Event> {
    calls: Box<[CallFn<E>]>,
    entries: Box<[&'static Entry<E>]>,
}

impl<E: Event> Sorted<E> {
    pub(super) fn entries(&self) -> &[&'static Entry<E>] {
        &self.entries
    }

    pub(super) fn plain_calls(&self) -> Option<&[CallFn<E>]> {
        let plain = |entry: &&'static Entry<E>| matches!(entry.kind, Kind::Sync { bind: None, .. });
        self.entries.iter().all(plain).then_some(&self.calls)
    }

    fn new(source: &Source<E>) -> Box<Self> {
        let mut entries: Vec<&'static Entry<E>> = source.iter().collect();
        entries.sort_unstable_by(|a, b| position::compare(a, b));
        let calls = entries
            .iter()
            .filter_map(|entry| match entry.kind {
                Kind::Sync { call, .. } => Some(call),
                Kind::Async { .. } => None,
            })
            .collect();
        Box::new(Self { calls, entries: entries.into() })
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

    pub(super) fn for_each(&self, source: &Source<E>, see: impl FnMut(&'static Entry<E>)) {
        self.get(source).entries.iter().copied().for_each(see);
    }

    #[inline(always)]
    pub(super) fn run_all(&self, source: &Source<E>, event: &E) -> Outcome
    where
        E: SyncEvent,
    {
        let sorted = self.get(source);
        let cx = Context::empty();
        run_all(&sorted.calls, |call| call(event, cx), |row| sorted.entries[row].described())
    }

    #[inline(always)]
    pub(super) fn run(&self, source: &Source<E>, event: &E, cx: &Context) -> Outcome
    where
        E: SyncEvent,
    {
        let sorted = self.get(source);
        run(&sorted.calls, cx, |call| call(event, cx), |row| sorted.entries[row].described())
    }
}
