//! Tests with real threads: two producers, and two threads that take turns as the consumer.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::super::{Refused, Ring};
use super::{push, take, write};

/// How many items each producer sends.
const ITEMS: u64 = if cfg!(debug_assertions) { 50_000 } else { 500_000 };

/// An item that counts how many exist.
struct Counted<'a> {
    alive: &'a AtomicUsize,
    producer: u64,
    number: u64,
    // Differs from the number if an item was read while it was written.
    check: u64,
}

impl<'a> Counted<'a> {
    fn new(alive: &'a AtomicUsize, producer: u64, number: u64) -> Self {
        alive.fetch_add(1, Ordering::Relaxed);
        Self { alive, producer, number, check: !(producer ^ number) }
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.alive.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Sends items one by one and in batches, and gives up a position now and then. Returns how many it gave up.
fn produce<'a>(ring: &Ring<Counted<'a>>, alive: &'a AtomicUsize, producer: u64) -> u64 {
    let (mut number, mut given_up) = (0, 0);
    while number < ITEMS {
        let wanted = if number % 3 == 0 { 1 } else { number % 7 + 1 };
        let mut places = match ring.reserve(wanted.min(ITEMS - number) as u32) {
            Ok(places) => places,
            Err(Refused::Full) => {
                thread::yield_now();
                continue;
            }
            Err(Refused::Closed) => unreachable!("nobody closes before the end"),
        };
        if number % 101 == 100 {
            given_up += places.len() as u64;
            drop(places);
            while push(ring, Counted::new(alive, producer, number)).is_err() {
                thread::yield_now();
            }
            number += 1;
            continue;
        }
        while places.len() > 0 {
            let item = Counted::new(alive, producer, number);
            write(&mut places, item);
            number += 1;
        }
    }
    given_up
}

fn stress(capacity: usize, batch: usize) {
    let alive = AtomicUsize::new(0);
    let (ring, consumer) = Ring::<Counted<'_>>::new(capacity).unwrap();
    // The consumer, and the next expected number of each producer.
    let role = Mutex::new((consumer, [0_u64; 2]));
    let consume = || {
        loop {
            let Ok(mut guard) = role.try_lock() else {
                thread::yield_now();
                continue;
            };
            let (consumer, next) = &mut *guard;
            for _ in 0..batch {
                let Some(item) = take(&ring, consumer) else { break };
                assert_eq!(item.check, !(item.producer ^ item.number));
                assert_eq!(item.number, next[item.producer as usize], "the order of one producer");
                next[item.producer as usize] += 1;
            }
            ring.publish(consumer);
            if *next == [ITEMS; 2] {
                return;
            }
            drop(guard);
            thread::yield_now();
        }
    };
    let given_up = thread::scope(|scope| {
        let producers = [0, 1].map(|producer| {
            let (ring, alive) = (&ring, &alive);
            scope.spawn(move || produce(ring, alive, producer))
        });
        scope.spawn(consume);
        scope.spawn(consume);
        producers.map(|producer| producer.join().unwrap()).iter().sum::<u64>()
    });
    assert_eq!(ring.sent(), 2 * ITEMS + given_up);
    assert_eq!(ring.given_up(), given_up);
    assert!(ring.len() <= given_up as usize && !ring.is_closed());
    assert_eq!(alive.load(Ordering::Relaxed), 0);
}

#[test]
fn nothing_is_lost_torn_or_out_of_order() {
    for (capacity, batch) in [(1, 1), (2, 64), (3, 2), (64, 64), (1_000, 64)] {
        stress(capacity, batch);
    }
}
