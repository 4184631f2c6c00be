use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use arc_swap::ArcSwap;
use events_core::bind::{Closure, Late};
use events_core::event::Event;
use events_core::{Context, Outcome};

/// The closures subscribed to one event, in the order in which they came.
///
/// Emits read a snapshot; who subscribes or unsubscribes puts a new one in its place. So neither waits for the other.
pub(super) struct Live<E: Event> {
    subscribers: ArcSwap<Vec<Arc<Subscriber<E>>>>,
}

impl<E: Event> Live<E> {
    pub(super) fn new() -> Self {
        Self { subscribers: ArcSwap::default() }
    }

    pub(super) fn add(&self, subscriber: Arc<Subscriber<E>>) {
        self.subscribers.rcu(|before| {
            let mut after = Vec::with_capacity(before.len() + 1);
            after.extend(before.iter().cloned());
            after.push(subscriber.clone());
            after
        });
    }

    pub(super) fn remove(&self, subscriber: &Arc<Subscriber<E>>) {
        self.subscribers.rcu(|before| {
            before.iter().filter(|other| !Arc::ptr_eq(other, subscriber)).cloned().collect::<Vec<_>>()
        });
    }
}

impl<E: Event> Late<E> for Live<E> {
    fn emit(&self, event: &E, cx: &Context, mut outcome: Outcome) -> Outcome {
        for subscriber in self.subscribers.load().iter() {
            if let Some(_run) = subscriber.enter() {
                match &subscriber.kind {
                    Kind::Handler(closure) => outcome = closure.run(event, cx, outcome),
                    Kind::Watcher(see) => see(event, &outcome),
                }
            }
        }
        outcome
    }
}

type See<E> = Box<dyn Fn(&E, &Outcome) + Send + Sync>;

/// What is subscribed.
pub(crate) enum Kind<E: Event> {
    /// A handler like the linked ones.
    Handler(Closure<E>),
    /// Sees every emit, also one that a handler stopped, and is no part of it. Does not panic.
    Watcher(See<E>),
}

/// A closure and who is inside of it.
pub(super) struct Subscriber<E: Event> {
    kind: Kind<E>,
    /// How many runs are under way, and [`CLOSED`].
    runs: AtomicUsize,
    /// For the one who closes it, to wait for the last run.
    left: (Mutex<()>, Condvar),
}

const CLOSED: usize = 1 << (usize::BITS - 1);

thread_local! {
    /// How many subscribed closures this thread is inside of.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

impl<E: Event> Subscriber<E> {
    pub(super) fn new(kind: Kind<E>) -> Self {
        Self { kind, runs: AtomicUsize::new(0), left: Default::default() }
    }

    /// Begins a run, unless it is closed.
    ///
    /// Who comes before `close` is seen by it and waited for; who comes after sees it. Both touch the one word.
    fn enter(&self) -> Option<Run<'_, E>> {
        let run = Run { subscriber: self };
        let open = self.runs.fetch_add(1, Ordering::AcqRel) & CLOSED == 0;
        DEPTH.set(DEPTH.get() + 1);
        open.then_some(run)
    }

    /// Lets no further run begin, and waits for those under way, unless this thread is inside of a run itself.
    pub(super) fn close(&self) {
        let mut runs = self.runs.fetch_or(CLOSED, Ordering::AcqRel) & !CLOSED;
        if runs == 0 || DEPTH.get() > 0 {
            return;
        }
        let (lock, left) = &self.left;
        let mut guard = lock.lock().unwrap_or_else(PoisonError::into_inner);
        while runs > 0 {
            runs = self.runs.load(Ordering::Acquire) & !CLOSED;
            if runs > 0 {
                guard = left.wait(guard).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }
}

/// A run under way, or one that found the closure closed on its way in.
struct Run<'a, E: Event> {
    subscriber: &'a Subscriber<E>,
}

impl<E: Event> Drop for Run<'_, E> {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
        if self.subscriber.runs.fetch_sub(1, Ordering::AcqRel) == CLOSED | 1 {
            let (lock, left) = &self.subscriber.left;
            // Under the lock, so that the waiter is either before its look at the count or already waiting.
            drop(lock.lock().unwrap_or_else(PoisonError::into_inner));
            left.notify_all();
        }
    }
}
