//! The gain if producer and consumer do not write to the same cache line: one ring with two layouts.

use std::array;
use std::hint::spin_loop;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use crossbeam_utils::CachePadded;

use crate::item::Item;
use crate::load::Load;

const CAPACITY: u64 = 1024;

/// The layout of the two indices.
pub(crate) trait Indices: Default + Sync {
    fn head(&self) -> &AtomicU64;
    fn tail(&self) -> &AtomicU64;
}

/// Both on one cache line.
#[derive(Default)]
pub(crate) struct Shared(AtomicU64, AtomicU64);

/// Each on a cache line of its own.
#[derive(Default)]
pub(crate) struct Apart(CachePadded<AtomicU64>, CachePadded<AtomicU64>);

impl Indices for Shared {
    fn head(&self) -> &AtomicU64 {
        &self.0
    }

    fn tail(&self) -> &AtomicU64 {
        &self.1
    }
}

impl Indices for Apart {
    fn head(&self) -> &AtomicU64 {
        &self.0
    }

    fn tail(&self) -> &AtomicU64 {
        &self.1
    }
}

/// A ring of numbers for one producer and one consumer, each of which reads the other's index for every item. The items
/// are small, so that the cost of the indices is measured.
pub(crate) fn numbers<T: Item, I: Indices>(load: Load) -> Duration {
    let places: Box<[AtomicU64; CAPACITY as usize]> = Box::new(array::from_fn(|_| AtomicU64::new(0)));
    let indices = I::default();
    let (places, indices) = (&places, &indices);
    let place = |position: u64| &places[(position % CAPACITY) as usize];
    let produce = move |numbers: std::ops::Range<u64>| {
        for (position, number) in (0..).zip(numbers) {
            wait_while(|| position - indices.head().load(Ordering::Acquire) == CAPACITY);
            place(position).store(number, Ordering::Relaxed);
            indices.tail().store(position + 1, Ordering::Release);
        }
    };
    load.run([produce], |items| {
        let mut sum = 0;
        for position in 0..items {
            wait_while(|| indices.tail().load(Ordering::Acquire) == position);
            sum += place(position).load(Ordering::Relaxed);
            indices.head().store(position + 1, Ordering::Release);
        }
        sum
    })
}

fn wait_while(condition: impl Fn() -> bool) {
    let mut spins = 0;
    while condition() {
        spins += 1;
        if spins % 1024 == 0 { thread::yield_now() } else { spin_loop() }
    }
}
