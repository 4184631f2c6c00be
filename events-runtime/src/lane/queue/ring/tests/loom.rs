//! Tests that loom runs with all interleavings of threads, up to its bounds.

use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering, fence};
use loom::thread;

use super::{Consumer, Refused, Ring, push, push_inside, take};

/// Pushes, and waits while the ring is full.
fn push_waiting(ring: &Ring<u32>, item: u32) {
    while push(ring, item).is_err() {
        thread::yield_now();
    }
}

fn take_waiting(ring: &Ring<u32>, consumer: &mut Consumer) -> u32 {
    loop {
        if let Some(item) = take(ring, consumer) {
            ring.publish(consumer);
            return item;
        }
        thread::yield_now();
    }
}

fn two_producers(capacity: usize) {
    loom::model(move || {
        let (ring, mut consumer) = Ring::<u32>::new(capacity).unwrap();
        let ring = Arc::new(ring);
        let producers = [10, 20].map(|item| {
            let ring = ring.clone();
            thread::spawn(move || push_waiting(&ring, item))
        });
        let mut seen = [take_waiting(&ring, &mut consumer), take_waiting(&ring, &mut consumer)];
        seen.sort_unstable();
        assert_eq!(seen, [10, 20]);
        assert!(take(&ring, &mut consumer).is_none());
        producers.map(|producer| producer.join().unwrap());
    });
}

/// A producer that is refused does not try again: loom would not finish with two producers that retry.
#[test]
fn loom_of_two_producers_for_one_position_one_is_refused_or_follows() {
    loom::model(|| {
        let (ring, mut consumer) = Ring::<u32>::new(1).unwrap();
        let ring = Arc::new(ring);
        let producers = [10, 20].map(|item| {
            let ring = ring.clone();
            thread::spawn(move || push(&ring, item).is_ok())
        });
        let mut seen = Vec::new();
        let mut take_one = |seen: &mut Vec<u32>| {
            seen.extend(take(&ring, &mut consumer));
            ring.publish(&mut consumer);
        };
        take_one(&mut seen);
        let pushed = producers.map(|producer| producer.join().unwrap());
        take_one(&mut seen);
        take_one(&mut seen);
        seen.sort_unstable();
        let expected = [10, 20].into_iter().zip(pushed).filter(|(_, pushed)| *pushed).map(|(item, _)| item);
        assert_eq!(seen, expected.collect::<Vec<_>>());
        assert!(!seen.is_empty());
    });
}

#[test]
fn loom_two_producers_fill_two_positions() {
    two_producers(2);
}

#[test]
fn loom_one_producer_keeps_its_order_around_the_ring() {
    loom::model(|| {
        let (ring, mut consumer) = Ring::<u32>::new(1).unwrap();
        let ring = Arc::new(ring);
        let producer = {
            let ring = ring.clone();
            thread::spawn(move || {
                push_waiting(&ring, 1);
                push_waiting(&ring, 2);
            })
        };
        assert_eq!(take_waiting(&ring, &mut consumer), 1);
        assert_eq!(take_waiting(&ring, &mut consumer), 2);
        producer.join().unwrap();
    });
}

/// The protocol of `lane::queue::waiters` with one sleeper: a waiter announces itself and checks again, a sender checks
/// for sleepers.
#[test]
fn loom_every_sleeping_consumer_is_woken() {
    loom::model(|| {
        let (ring, mut consumer) = Ring::<u32>::new(1).unwrap();
        let (ring, sleepers) = (Arc::new(ring), Arc::new(AtomicUsize::new(0)));
        let woken = Arc::new(AtomicBool::new(false));
        let worker = thread::current();
        let producer = {
            let (ring, sleepers, woken) = (ring.clone(), sleepers.clone(), woken.clone());
            thread::spawn(move || {
                push(&ring, 7).unwrap();
                if sleepers.load(Ordering::SeqCst) > 0 {
                    woken.store(true, Ordering::SeqCst);
                    worker.unpark();
                }
            })
        };
        let item = loop {
            if let Some(item) = take(&ring, &mut consumer) {
                break item;
            }
            sleepers.store(1, Ordering::SeqCst);
            fence(Ordering::SeqCst);
            // A position that is reserved and not written yet counts as pending, so the consumer does not sleep.
            if !ring.has_pending(&consumer) {
                // Loom fails the model if this never returns.
                thread::park();
                assert!(woken.load(Ordering::SeqCst));
            } else {
                thread::yield_now();
            }
            sleepers.store(0, Ordering::SeqCst);
        };
        assert_eq!(item, 7);
        producer.join().unwrap();
    });
}

/// The same for a sender that waits for room, and a consumer that publishes and then checks for waiting senders.
#[test]
fn loom_no_waiting_sender_is_forgotten() {
    loom::model(|| {
        let (ring, mut consumer) = Ring::<u32>::new(1).unwrap();
        push(&ring, 1).unwrap();
        let (ring, waiting) = (Arc::new(ring), Arc::new(AtomicUsize::new(0)));
        let sender = {
            let (ring, waiting) = (ring.clone(), waiting.clone());
            thread::spawn(move || {
                while push(&ring, 2).is_err() {
                    waiting.store(1, Ordering::SeqCst);
                    fence(Ordering::SeqCst);
                    if ring.is_full() {
                        thread::park();
                    }
                    waiting.store(0, Ordering::SeqCst);
                }
            })
        };
        let thread = sender.thread().clone();
        assert_eq!(take(&ring, &mut consumer), Some(1));
        ring.publish(&mut consumer);
        if waiting.load(Ordering::SeqCst) > 0 {
            thread.unpark();
        }
        sender.join().unwrap();
        assert_eq!(take(&ring, &mut consumer), Some(2));
    });
}

#[test]
fn loom_nothing_is_reserved_after_a_close() {
    loom::model(|| {
        let (ring, mut consumer) = Ring::<u32>::new(2).unwrap();
        let ring = Arc::new(ring);
        let producer = {
            let ring = ring.clone();
            thread::spawn(move || push(&ring, 1))
        };
        ring.close();
        let sent = ring.sent();
        let pushed = producer.join().unwrap();
        assert_eq!(ring.sent(), sent, "closed is closed");
        assert_eq!(pushed.is_ok(), sent == 1);
        assert!(pushed.is_ok() || pushed == Err(Refused::Closed));
        assert_eq!(take(&ring, &mut consumer), pushed.ok().map(|()| 1));
    });
}

/// A running handler sends during a shutdown: either its event is in the ring when it is sealed, or it is refused.
#[test]
fn loom_what_is_reserved_inside_is_in_the_ring_before_it_is_sealed() {
    loom::model(|| {
        let (ring, mut consumer) = Ring::<u32>::new(2).unwrap();
        let ring = Arc::new(ring);
        ring.close();
        let producer = {
            let ring = ring.clone();
            thread::spawn(move || {
                assert_eq!(push(&ring, 1), Err(Refused::Closed));
                push_inside(&ring, 2)
            })
        };
        ring.seal();
        let sent = ring.sent();
        let pushed = producer.join().unwrap();
        assert_eq!(ring.sent(), sent, "sealed is sealed");
        assert_eq!(pushed.is_ok(), sent == 1);
        assert_eq!(take(&ring, &mut consumer), pushed.ok().map(|()| 2));
    });
}

/// One producer outside and one inside, while the ring is closed.
#[test]
fn loom_a_close_refuses_producers_outside_and_not_those_inside() {
    loom::model(|| {
        let (ring, mut consumer) = Ring::<u32>::new(2).unwrap();
        let ring = Arc::new(ring);
        let outside = {
            let ring = ring.clone();
            thread::spawn(move || push(&ring, 1).is_ok())
        };
        let inside = {
            let ring = ring.clone();
            thread::spawn(move || push(&ring, 2).or_else(|_| push_inside(&ring, 2)).is_ok())
        };
        ring.close();
        let (outside, inside) = (outside.join().unwrap(), inside.join().unwrap());
        assert!(inside, "there is room, and the ring is not sealed");
        assert_eq!(ring.sent(), 1 + u64::from(outside));
        let mut seen: Vec<u32> = std::iter::from_fn(|| take(&ring, &mut consumer)).collect();
        seen.sort_unstable();
        assert_eq!(seen, if outside { vec![1, 2] } else { vec![2] });
    });
}
