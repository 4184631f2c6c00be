//! Measures how long it takes until a cancellation is visible at the end of a chain of contexts.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicUsize, Ordering::Acquire, Ordering::Release};
use std::thread;
use std::time::Instant;

use events::Context;
use events::context::Canceller;
use hdrhistogram::Histogram;

use crate::body::broken;

/// The lengths of chains, in contexts.
pub const DEPTHS: [usize; 3] = [3, 6, 10];

/// How many cancellations have their contexts made beforehand.
const BATCH: usize = 1_000;

/// Nanoseconds from just before `Canceller::cancel`, on one thread, until a thread that polls sees
/// `Context::is_cancelled` at the leaf of a chain this deep. Each of the `rounds` has a chain of its own.
pub fn measure(depth: usize, rounds: usize) -> Histogram<u64> {
    let mut histogram =
        Histogram::new_with_bounds(1, 10_000_000_000, 3).unwrap_or_else(|error| broken(&error));
    let mut left = rounds;
    // The first batch warms up.
    batch(depth, BATCH.min(rounds));
    while left > 0 {
        let size = BATCH.min(left);
        for ns in batch(depth, size) {
            histogram.saturating_record(ns);
        }
        left -= size;
    }
    histogram
}

/// A root and the context at the leaf: each canceller between them is a child of the one above.
fn chain(depth: usize) -> (Canceller, Context) {
    let root = Canceller::new();
    let leaf = (1..depth).fold(root.token(), |token, _| token.child().token());
    (root, Context::new().with_cancel(leaf))
}

fn batch(depth: usize, size: usize) -> Vec<u64> {
    let (roots, leaves): (Vec<_>, Vec<_>) = (0..size).map(|_| chain(depth)).unzip();
    let polled = AtomicUsize::new(0);
    let epoch = Instant::now();
    let mut cancelled = vec![0; size];
    let seen = thread::scope(|scope| {
        let poller = scope.spawn(|| {
            let mut seen = vec![0; size];
            for (at, leaf) in leaves.iter().enumerate() {
                let mut done = leaf.is_cancelled();
                assert!(!done, "nobody has cancelled it");
                polled.store(at + 1, Release);
                while !done {
                    spin_loop();
                    done = leaf.is_cancelled();
                }
                seen[at] = epoch.elapsed().as_nanos() as u64;
            }
            seen
        });
        for (at, root) in roots.iter().enumerate() {
            while polled.load(Acquire) <= at {
                spin_loop();
            }
            cancelled[at] = epoch.elapsed().as_nanos() as u64;
            root.cancel();
        }
        poller.join()
    });
    let seen = seen.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    seen.iter().zip(&cancelled).map(|(seen, cancelled)| seen - cancelled).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cancellation_is_seen() {
        for depth in DEPTHS {
            assert_eq!(measure(depth, 300).len(), 300);
        }
    }
}
