//! Every order of steps, as far as loom tries them.

use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering, fence};
use loom::thread;

use super::{Consumer, Refused, Ring, push, push_inside, take};

/// Pushes, and waits where the ring is full.
fn push_patiently(ring: &Ring<u32>, item: u32) {
    while push(ring, item).is_err() {
        thread::yield_now();
    }
}

fn take_patiently(ring: &Ring<u32>, consumer: &mut Consumer) -> u32 {
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
            thread::spawn(move || push_patiently(&ring, item))
        });
        let mut seen = [take_patiently(&ring, &mut consumer), take_patiently(&ring, &mut consumer)];
        seen.sort_unstable();
        assert_eq!(seen, [10, 20]);
        assert!(take(&ring, &mut consumer).is_none());
        producers.map(|producer| producer.join().unwrap());
    });
}

/// Who finds the one place taken is refused, and does not try again: two that spin for a place would go on for ever.
#[test]
fn loom_of_two_producers_for_one_place_one_is_refused_or_comes_later() {
    loom::model(|| {
        let (ring, mut consumer) = Ring::<u32>::new(1).unwrap();
        let ring = Arc::new(ring);
        let producers = [10, 20].map(|item| {
            let ring = ring.clone();
            thread::spawn(move || push(&ring, item).is_ok())
        });
        let mut seen = Vec::new();
        let mut look = |seen: &mut Vec<u32>| {
            seen.extend(take(&ring, &mut consumer));
            ring.publish(&mut consumer);
        };
        look(&mut seen);
        let pushed = producers.map(|producer| producer.join().unwrap());
        look(&mut seen);
        look(&mut seen);
        seen.sort_unstable();
        let expected = [10, 20].into_iter().zip(pushed).filter(|(_, pushed)| *pushed).map(|(item, _)| item);
        assert_eq!(seen, expected.collect::<Vec<_>>());
        assert!(!seen.is_empty());
    });
}

#[test]
fn loom_two_producers_fill_two_places() {
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
                push_patiently(&ring, 1);
                push_patiently(&ring, 2);
            })
        };
        assert_eq!(take_patiently(&ring, &mut consumer), 1);
        assert_eq!(take_patiently(&ring, &mut consumer), 2);
        producer.join().unwrap();
    });
}

/// What `lane::queue::waiters` does, with one sleeper: who waits announces it and looks again, who sends looks for sleepers.
#[test]
fn loom_no_wake_up_is_lost() {
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
            // A place that is reserved and not written yet counts as pending: there is nothing to sleep for.
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

/// The same the other way round: a sender waits for room, and the consumer that publishes looks for waiting senders.
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
fn loom_nothing_comes_behind_a_close() {
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

/// A running handler sends while its bus is shut down: what it reserves is inside, or it is refused.
#[test]
fn loom_what_is_reserved_inside_comes_before_the_seal() {
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

/// One producer outside and one inside, beside the close.
#[test]
fn loom_a_close_parts_those_outside_from_those_inside() {
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
