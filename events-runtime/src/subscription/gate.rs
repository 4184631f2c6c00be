//! A value that many may visit until it is closed, and that is dropped then.

use std::ops::Deref;
use std::sync::PoisonError;

use super::primitive::{AtomicU8, DEPTH, Ordering, RwLock, RwLockReadGuard};

const OPEN: u8 = 0;
/// No further visit begins; whoever closed it waits for those under way and drops the value.
const CLOSED: u8 = 1;
/// No further visit begins, and nobody waits for those under way: the last of them drops the value.
const ABANDONED: u8 = 2;

/// Keeps a value for visitors, each of whom holds the lock for reading. Only closing writes, and a visitor never waits for
/// the lock: where it is not to be had at once, somebody closes the gate.
pub(super) struct Gate<T> {
    value: RwLock<Option<T>>,
    state: AtomicU8,
}

impl<T> Gate<T> {
    pub(super) fn new(value: T) -> Self {
        Self { value: RwLock::new(Some(value)), state: AtomicU8::new(OPEN) }
    }

    /// Whether no visit begins any more.
    pub(super) fn is_closed(&self) -> bool {
        self.state.load(Ordering::Acquire) != OPEN
    }

    /// Whether it is closed, and its value was dropped.
    pub(super) fn is_empty(&self) -> bool {
        self.is_closed() && self.value.try_read().is_ok_and(|value| value.is_none())
    }

    /// Begins a visit, unless it is closed. Never waits.
    #[inline]
    pub(super) fn enter(&self) -> Option<Visit<'_, T>> {
        // Many pass a gate that is closed: they need not touch the lock.
        if self.is_closed() {
            return None;
        }
        let value = self.value.try_read().ok()?;
        // Abandoned meanwhile, it may still have its value.
        if self.is_closed() || value.is_none() {
            return None;
        }
        DEPTH.with(|depth| depth.set(depth.get() + 1));
        Some(Visit { gate: self, value: Some(value) })
    }

    /// Lets no further visit begin, waits for those under way, and drops the value. To be called once.
    ///
    /// Inside of a visit, to this gate or another, it waits for nobody, or two visitors could wait for each other. The last
    /// visit then drops the value.
    pub(super) fn close(&self) {
        if DEPTH.with(|depth| depth.get() > 0) {
            self.state.store(ABANDONED, Ordering::SeqCst);
            self.drop_value();
        } else {
            self.state.store(CLOSED, Ordering::Release);
            let value = self.value.write().unwrap_or_else(PoisonError::into_inner).take();
            drop(value);
        }
    }

    /// Drops the value where nobody visits it. Two who come here at once, the last visitor and who abandons the gate, may
    /// each find the other there; then the value goes with the gate.
    fn drop_value(&self) {
        let value = self.value.try_write().ok().and_then(|mut value| value.take());
        drop(value);
    }
}

/// A visit under way.
pub(super) struct Visit<'a, T> {
    gate: &'a Gate<T>,
    /// There until the visit ends.
    value: Option<RwLockReadGuard<'a, Option<T>>>,
}

impl<T> Deref for Visit<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        match self.value.as_deref() {
            Some(Some(value)) => value,
            _ => unreachable!("the value is there while anybody visits"),
        }
    }
}

impl<T> Drop for Visit<'_, T> {
    #[inline]
    fn drop(&mut self) {
        drop(self.value.take());
        if self.gate.state.load(Ordering::SeqCst) == ABANDONED {
            // Still inside, so that a guard among what is dropped waits for nobody.
            self.gate.drop_value();
        }
        DEPTH.with(|depth| depth.set(depth.get() - 1));
    }
}

/// Loom tries every order of steps: `RUSTFLAGS="--cfg events_loom" cargo test --release -p events-runtime --lib gate`.
#[cfg(all(test, events_loom))]
mod tests {
    use loom::sync::Arc;
    use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    use loom::thread;

    use super::Gate;

    /// Counts how often it is dropped.
    struct Value(Arc<AtomicUsize>);

    impl Drop for Value {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn gate() -> (Arc<Gate<Value>>, Arc<AtomicUsize>) {
        let dropped = Arc::new(AtomicUsize::new(0));
        (Arc::new(Gate::new(Value(dropped.clone()))), dropped)
    }

    #[test]
    fn no_visit_begins_or_goes_on_after_close_has_returned() {
        loom::model(|| {
            let (gate, dropped) = gate();
            let returned = Arc::new(AtomicBool::new(false));
            let visitors: Vec<_> = (0..2)
                .map(|_| {
                    let (gate, returned) = (gate.clone(), returned.clone());
                    thread::spawn(move || {
                        if let Some(visit) = gate.enter() {
                            assert_eq!(visit.0.load(Ordering::Relaxed), 0);
                            assert!(!returned.load(Ordering::SeqCst));
                        }
                    })
                })
                .collect();
            gate.close();
            returned.store(true, Ordering::SeqCst);
            assert_eq!(dropped.load(Ordering::Relaxed), 1, "the value is gone when close returns");
            visitors.into_iter().for_each(|visitor| visitor.join().unwrap());
            assert_eq!(dropped.load(Ordering::Relaxed), 1);
        });
    }

    #[test]
    fn a_gate_that_is_open_turns_nobody_away() {
        loom::model(|| {
            let (gate, _) = gate();
            let other = {
                let gate = gate.clone();
                thread::spawn(move || assert!(gate.enter().is_some()))
            };
            let visit = gate.enter();
            assert!(visit.is_some());
            drop(visit);
            other.join().unwrap();
        });
    }

    #[test]
    fn closed_from_within_a_visit_the_value_stays_while_anybody_is_inside() {
        loom::model(|| {
            let (gate, dropped) = gate();
            let other = {
                let gate = gate.clone();
                thread::spawn(move || {
                    if let Some(visit) = gate.enter() {
                        assert_eq!(visit.0.load(Ordering::Relaxed), 0);
                    }
                })
            };
            if let Some(visit) = gate.enter() {
                gate.close();
                assert!(gate.enter().is_none(), "no visit begins");
                assert_eq!(visit.0.load(Ordering::Relaxed), 0, "still inside");
            }
            other.join().unwrap();
            drop(gate);
            assert_eq!(dropped.load(Ordering::Relaxed), 1);
        });
    }

    #[test]
    fn two_visitors_that_close_one_anothers_gates_do_not_wait_for_each_other() {
        loom::model(|| {
            let ((first, first_dropped), (second, second_dropped)) = (gate(), gate());
            let other = {
                let (first, second) = (first.clone(), second.clone());
                thread::spawn(move || {
                    let visit = second.enter();
                    first.close();
                    drop(visit);
                })
            };
            let visit = first.enter();
            second.close();
            drop(visit);
            other.join().unwrap();
            drop((first, second));
            let dropped = [first_dropped, second_dropped].map(|dropped| dropped.load(Ordering::Relaxed));
            assert_eq!(dropped, [1, 1]);
        });
    }
}
