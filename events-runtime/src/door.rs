//! The one module through which foreign code is called: code that is not ours.
//!
//! Handlers of an emit are called by the core, in one catch around its loop. All other code of users (drops, hashes,
//! error texts, callbacks, wakers) is called here. A panic of the call ends here, and so does one of dropping what the
//! panic carried, so no lock stays held, no counter is left inconsistent, and no worker ends.
//!
//! Two cases cannot be isolated: `panic = "abort"`, and a panic while another one unwinds.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::mem::{self, ManuallyDrop};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};

/// Which code of the program panicked outside of its handlers. Part of [`IsolatedPanics`](crate::lane::IsolatedPanics).
///
/// ```
/// use events::lane::ForeignCode;
/// use events::prelude::*;
/// use std::fmt;
/// use std::time::Duration;
///
/// #[derive(Debug)]
/// struct Unprintable;
/// impl fmt::Display for Unprintable {
///     fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result { panic!("no words") }
/// }
/// impl std::error::Error for Unprintable {}
///
/// #[event]
/// struct Order;
/// #[handler]
/// fn charge(_: &Order) -> Result<(), Unprintable> { Err(Unprintable) }
///
/// let bus = Bus::builder().build().unwrap();
/// bus.send(Order).unwrap();
/// assert!(bus.drain(Duration::from_secs(5))); // the worker goes on
/// let panics = bus.lane("default").unwrap().isolated_panics();
/// assert_eq!(panics[0].code, ForeignCode::ErrorText);
/// assert_eq!(panics[0].code.to_string(), "the text of an error");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ForeignCode {
    /// The drop of an event.
    EventDrop,
    /// The drop of an error that a handler returned, or of what it panicked with.
    ErrorDrop,
    /// The drop of a handler's future.
    FutureDrop,
    /// `Display` or `source` of an error.
    ErrorText,
    /// A callback of `LaneConfig::watermarks`.
    Watermark,
    /// The waker of a task.
    Waker,
    /// A handler or a closure for dead letters, outside of the core's own catch.
    DeadLetterHandler,
    /// The closure of a [recording](crate::testing::record_with) in a test. It is counted on the lane that the event names.
    Watcher,
}

impl ForeignCode {
    const ALL: [Self; 8] = [
        Self::EventDrop,
        Self::ErrorDrop,
        Self::FutureDrop,
        Self::ErrorText,
        Self::Watermark,
        Self::Waker,
        Self::DeadLetterHandler,
        Self::Watcher,
    ];
}

impl fmt::Display for ForeignCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EventDrop => "the drop of an event",
            Self::ErrorDrop => "the drop of an error",
            Self::FutureDrop => "the drop of a handler's future",
            Self::ErrorText => "the text of an error",
            Self::Watermark => "a watermark's callback",
            Self::Waker => "a task's waker",
            Self::DeadLetterHandler => "a handler of dead letters",
            Self::Watcher => "a recording",
        })
    }
}

/// Foreign code panicked. The panic hook has printed its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Panicked;

/// How often each kind of foreign code panicked.
#[derive(Debug, Default)]
pub(crate) struct Panics([AtomicU64; ForeignCode::ALL.len()]);

impl Panics {
    /// Calls foreign code.
    #[inline]
    pub(crate) fn call<R>(&self, code: ForeignCode, run: impl FnOnce() -> R) -> Result<R, Panicked> {
        call(run).inspect_err(|_| self.note(code))
    }

    /// Drops a foreign value.
    #[inline]
    pub(crate) fn discard<T>(&self, code: ForeignCode, value: T) {
        if mem::needs_drop::<T>() && call(|| drop(value)).is_err() {
            self.note(code);
        }
    }

    /// Drops foreign values one by one. If a drop panics, the others are dropped all the same.
    pub(crate) fn discard_each<T>(&self, code: ForeignCode, values: impl IntoIterator<Item = T>) {
        values.into_iter().for_each(|value| self.discard(code, value));
    }

    /// Counts a panic of code that was not called through [`call`](Self::call).
    #[cold]
    pub(crate) fn note(&self, code: ForeignCode) {
        self.0[code as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// How often each kind of code panicked, for those that did.
    pub(crate) fn list(&self) -> Vec<(ForeignCode, u64)> {
        let counts =
            ForeignCode::ALL.into_iter().map(|code| (code, self.0[code as usize].load(Ordering::Relaxed)));
        counts.filter(|(_, count)| *count > 0).collect()
    }
}

/// Calls foreign code. A panic ends here, and so does one of dropping its payload.
#[inline]
pub(crate) fn call<R>(run: impl FnOnce() -> R) -> Result<R, Panicked> {
    catch_unwind(AssertUnwindSafe(run)).map_err(discard_payload)
}

/// Drops a foreign value. A panic is caught and not counted.
pub(crate) fn discard<T>(value: T) {
    _ = call(|| drop(value));
}

/// Wakes a task.
pub(crate) fn wake(waker: Waker) {
    _ = call(|| waker.wake());
}

#[cold]
fn discard_payload(payload: Box<dyn Any + Send>) -> Panicked {
    if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        // If dropping the payload panics, the new payload is leaked: its drop could panic again, and so on without end.
        mem::forget(another);
    }
    Panicked
}

/// A future that holds foreign values. Its polls are isolated by the core; its drop goes through the door.
pub(crate) struct ForeignFuture<F>(ManuallyDrop<F>);

impl<F> ForeignFuture<F> {
    pub(crate) fn new(future: F) -> Self {
        Self(ManuallyDrop::new(future))
    }
}

impl<F: Future> Future for ForeignFuture<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: the future is pinned with this one: it is never moved out, and is dropped in place.
        unsafe { self.map_unchecked_mut(|this| &mut *this.0) }.poll(cx)
    }
}

impl<F> Drop for ForeignFuture<F> {
    fn drop(&mut self) {
        // SAFETY: the future is dropped once, here, in place.
        _ = call(|| unsafe { ManuallyDrop::drop(&mut self.0) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Panics when it is dropped, with something that panics when it is dropped.
    struct Bomb(u32);

    impl Drop for Bomb {
        fn drop(&mut self) {
            if self.0 > 0 && !std::thread::panicking() {
                std::panic::panic_any(Bomb(self.0 - 1));
            }
        }
    }

    #[test]
    fn a_panic_and_the_panic_of_its_payload_are_caught() {
        for depth in 0..4 {
            assert_eq!(call(|| std::panic::panic_any(Bomb(depth))), Err::<(), _>(Panicked));
            discard(Bomb(depth));
            drop(ForeignFuture::new(Bomb(depth)));
        }
    }

    #[test]
    fn panics_are_counted_by_kind_of_code() {
        let panics = Panics::default();
        panics.discard_each(ForeignCode::EventDrop, [Bomb(1), Bomb(0), Bomb(2)]);
        panics.discard(ForeignCode::ErrorDrop, Bomb(1));
        assert_eq!(panics.call(ForeignCode::Watermark, || 7), Ok(7));
        assert_eq!(panics.list(), [(ForeignCode::EventDrop, 2), (ForeignCode::ErrorDrop, 1)]);
    }
}
