//! A value that many may visit until it is closed, and that is dropped then.

use super::primitive::{AtomicUsize, Condvar, DEPTH, Mutex, Ordering, UnsafeCell, unpoisoned};

/// No further visit begins.
const CLOSED: usize = 1 << (usize::BITS - 1);

/// Nobody waits for the visits under way: the last of them drops the value.
const ABANDONED: usize = 1 << (usize::BITS - 2);

/// Keeps a value for visitors.
///
/// One word says how many are inside and whether it is closed. A visitor that is counted before the bit [`CLOSED`] is set
/// is waited for; one that comes later sees the bit and turns back without being counted. So with the bit set the count
/// only falls, and reaches zero once: from there on the value is nobody's but that one's who sees it.
pub(super) struct Gate<T> {
    state: AtomicUsize,
    value: UnsafeCell<Option<T>>,
    /// For the one who closes it, to wait for the last visit.
    left: (Mutex<()>, Condvar),
}

// SAFETY: `value` is what makes it not `Sync`. It is read between `enter` and the end of the `Visit`, by any number of
// threads, hence `T: Sync`; it is taken out, on whichever thread that is, hence `T: Send`, by the one thread that sees the
// gate closed and the count at zero, when no read is under way and none can begin.
unsafe impl<T: Send + Sync> Sync for Gate<T> {}

impl<T> Gate<T> {
    pub(super) fn new(value: T) -> Self {
        let left = (Mutex::new(()), Condvar::new());
        Self { state: AtomicUsize::new(0), value: UnsafeCell::new(Some(value)), left }
    }

    /// Whether no visit begins any more.
    pub(super) fn is_closed(&self) -> bool {
        self.state.load(Ordering::Acquire) & CLOSED != 0
    }

    /// Begins a visit, unless it is closed.
    #[inline]
    pub(super) fn enter(&self) -> Option<Visit<'_, T>> {
        let mut state = self.state.load(Ordering::Relaxed);
        loop {
            if state & CLOSED != 0 {
                return None;
            }
            // Acquires what was written before the value was shared, and is seen by `close` or sees it.
            match self.state.compare_exchange_weak(state, state + 1, Ordering::AcqRel, Ordering::Relaxed) {
                Ok(_) => break,
                Err(other) => state = other,
            }
        }
        DEPTH.with(|depth| depth.set(depth.get() + 1));
        Some(Visit { gate: self })
    }

    /// Lets no further visit begin, waits for those under way, and drops the value. To be called once.
    ///
    /// Inside of a visit, to this gate or another, it waits for nobody, or two visitors could wait for each other. The last
    /// visit then drops the value.
    pub(super) fn close(&self) {
        let inside = DEPTH.with(|depth| depth.get() > 0);
        let bits = if inside { CLOSED | ABANDONED } else { CLOSED };
        let before = self.state.fetch_or(bits, Ordering::AcqRel);
        debug_assert_eq!(before & CLOSED, 0, "it is closed once");
        if before != 0 {
            if inside {
                return;
            }
            self.wait();
        }
        // SAFETY: it is closed, and no visit is under way: either there was none as the bit was set, or all of them have
        // ended. Nobody else takes the value: without the bit `ABANDONED` no visitor does, and with it, set at a count of
        // zero, there is none who could.
        unsafe { self.drop_value() };
    }

    #[cold]
    fn wait(&self) {
        let (lock, left) = &self.left;
        let mut guard = unpoisoned(lock.lock());
        while self.state.load(Ordering::Acquire) != CLOSED {
            guard = unpoisoned(left.wait(guard));
        }
    }

    /// # Safety
    /// The gate is closed, its count is zero, and no other thread calls this.
    unsafe fn drop_value(&self) {
        let value = self.value.with_mut(|value| {
            // SAFETY: with the gate closed and the count at zero nobody reads the value, and nobody else writes it: the
            // caller promises it.
            unsafe { (*value).take() }
        });
        drop(value);
    }
}

/// A visit under way.
pub(super) struct Visit<'a, T> {
    gate: &'a Gate<T>,
}

impl<T> Visit<'_, T> {
    /// Shows the value.
    #[inline]
    pub(super) fn with<R>(&self, see: impl FnOnce(&T) -> R) -> R {
        self.gate.value.with(|value| {
            // SAFETY: this visit is counted, and while any is, nobody takes the value or writes it.
            match unsafe { &*value } {
                Some(value) => see(value),
                None => unreachable!("the value is there while anybody visits"),
            }
        })
    }
}

impl<T> Drop for Visit<'_, T> {
    #[inline]
    fn drop(&mut self) {
        DEPTH.with(|depth| depth.set(depth.get() - 1));
        match self.gate.state.fetch_sub(1, Ordering::AcqRel) {
            // Someone waits in `close`.
            before if before == CLOSED | 1 => {
                let (lock, left) = &self.gate.left;
                // Under the lock, so that the waiter is either before its look at the count or already waiting.
                drop(unpoisoned(lock.lock()));
                left.notify_all();
            }
            // SAFETY: it is closed, this was the last visit, and `close` has left the value to it.
            before if before == CLOSED | ABANDONED | 1 => unsafe { self.gate.drop_value() },
            _ => {}
        }
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
                            visit.with(|value| {
                                assert_eq!(value.0.load(Ordering::Relaxed), 0);
                                assert!(!returned.load(Ordering::SeqCst));
                            });
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
    fn closed_from_within_a_visit_the_last_visitor_drops_the_value() {
        loom::model(|| {
            let (gate, dropped) = gate();
            let other = {
                let gate = gate.clone();
                thread::spawn(move || {
                    if let Some(visit) = gate.enter() {
                        visit.with(|value| assert_eq!(value.0.load(Ordering::Relaxed), 0));
                    }
                })
            };
            if let Some(visit) = gate.enter() {
                gate.close();
                visit.with(|value| assert_eq!(value.0.load(Ordering::Relaxed), 0, "still inside"));
            }
            other.join().unwrap();
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
            let dropped = [first_dropped, second_dropped].map(|dropped| dropped.load(Ordering::Relaxed));
            assert_eq!(dropped, [1, 1]);
        });
    }
}
