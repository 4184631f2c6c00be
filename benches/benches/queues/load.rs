//! One run: a number of items from a number of threads to this one.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

#[derive(Clone, Copy)]
pub(crate) struct Load {
    pub(crate) producers: u64,
    pub(crate) capacity: usize,
    /// The total number of items, a multiple of the number of producers.
    pub(crate) items: u64,
}

impl Load {
    /// Runs `produce` with the numbers of each producer, on threads of their own, and `consume` on this thread, which
    /// returns the sum of all numbers. The time ends when it returns.
    pub(crate) fn run<P>(
        self,
        producers: impl IntoIterator<Item = P>,
        consume: impl FnOnce(u64) -> u64,
    ) -> Duration
    where
        P: FnOnce(std::ops::Range<u64>) + Send,
    {
        let start = Barrier::new(self.producers as usize + 1);
        let each = self.items / self.producers;
        let (sum, time) = thread::scope(|scope| {
            for (index, produce) in (0..self.producers).zip(producers) {
                let start = &start;
                scope.spawn(move || {
                    start.wait();
                    produce(index * each..(index + 1) * each);
                });
            }
            start.wait();
            let begin = Instant::now();
            (consume(self.items), begin.elapsed())
        });
        assert_eq!(sum, self.items * (self.items - 1) / 2, "an item was lost or came twice");
        time
    }
}
