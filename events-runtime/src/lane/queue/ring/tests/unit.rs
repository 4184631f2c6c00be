use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::super::{Refused, Ring};
use super::{push, push_inside, take, write};

#[test]
fn items_come_out_in_the_order_in_which_they_went_in() {
    for capacity in [1, 2, 3, 5, 8] {
        let (ring, mut consumer) = Ring::new(capacity).unwrap();
        let (mut sent, mut taken) = (0, 0);
        for _ in 0..10 {
            while push(&ring, sent).is_ok() {
                sent += 1;
            }
            assert_eq!(ring.len(), capacity);
            assert_eq!(push(&ring, 0), Err(Refused::Full));
            while let Some(item) = take(&ring, &mut consumer) {
                assert_eq!(item, taken);
                taken += 1;
            }
            assert!(ring.is_full(), "places come back when they are published");
            ring.publish(&mut consumer);
            assert!(ring.is_empty());
        }
        assert_eq!((taken, ring.sent()), (10 * capacity as u64, 10 * capacity as u64));
    }
}

#[test]
fn a_reservation_takes_the_positions_that_are_free() {
    let (ring, mut consumer) = Ring::new(5).unwrap();
    push(&ring, 0).unwrap();
    let mut places = ring.reserve(64).unwrap();
    assert_eq!((places.len(), ring.len()), (4, 5));
    assert!(matches!(ring.reserve(1), Err(Refused::Full)));
    assert_eq!(ring.reserve(0).unwrap().len(), 0);
    for item in 1..=4 {
        assert_eq!(ring.available(&mut consumer, 64), item);
        write(&mut places, item);
    }
    assert_eq!(ring.available(&mut consumer, 2), 2);
    drop(places);
    assert_eq!((0..5).map(|_| take(&ring, &mut consumer)).collect::<Vec<_>>(), [0, 1, 2, 3, 4].map(Some));
    assert_eq!(take(&ring, &mut consumer), None);
    assert_eq!(ring.given_up(), 0);
}

#[test]
fn positions_that_are_given_up_are_skipped() {
    let (ring, mut consumer) = Ring::new(4).unwrap();
    let mut places = ring.reserve(2).unwrap();
    write(&mut places, 1);
    drop(places);
    drop(ring.reserve(1).unwrap());
    push(&ring, 2).unwrap();
    assert_eq!(ring.available(&mut consumer, 4), 2);
    assert_eq!(take(&ring, &mut consumer), Some(1));
    assert_eq!(take(&ring, &mut consumer), Some(2));
    assert_eq!((ring.sent(), ring.given_up()), (4, 2));
    ring.publish(&mut consumer);
    assert!(ring.is_empty());
}

#[test]
fn a_ring_full_of_positions_given_up_becomes_empty() {
    let (ring, mut consumer) = Ring::<u8>::new(3).unwrap();
    for _ in 0..3 {
        drop(ring.reserve(3).unwrap());
        assert!(ring.is_full() && ring.has_pending(&consumer));
        assert!(ring.peek(&mut consumer).is_none());
        assert!(ring.is_empty() && !ring.has_pending(&consumer));
    }
}

#[test]
fn a_write_that_panics_leaves_no_item() {
    let (ring, mut consumer) = Ring::<Arc<()>>::new(2).unwrap();
    let mut places = ring.reserve(1).unwrap();
    // SAFETY: it does not return.
    let write = || unsafe { places.write_next(|_| panic!("on purpose")) };
    assert!(catch_unwind(AssertUnwindSafe(write)).is_err());
    assert_eq!(places.len(), 1);
    drop(places);
    assert!(take(&ring, &mut consumer).is_none() && ring.is_empty());
}

#[test]
#[should_panic(expected = "all reserved positions are written")]
fn more_items_than_the_capacity_are_refused() {
    let (ring, _) = Ring::new(2).unwrap();
    let mut places = ring.reserve(1).unwrap();
    for item in 0..2 {
        write(&mut places, item);
    }
}

#[test]
fn a_closed_ring_can_be_emptied() {
    let (ring, mut consumer) = Ring::new(2).unwrap();
    push(&ring, 1).unwrap();
    let mut places = ring.reserve(1).unwrap();
    assert!(!ring.is_closed());
    ring.close();
    assert!(ring.is_closed());
    assert_eq!(push(&ring, 3), Err(Refused::Closed));
    assert_eq!((ring.sent(), ring.len(), ring.capacity()), (2, 2, 2));
    assert_eq!(take(&ring, &mut consumer), Some(1));
    assert!(ring.peek(&mut consumer).is_none() && ring.has_pending(&consumer), "one is being written");
    write(&mut places, 2);
    assert_eq!(take(&ring, &mut consumer), Some(2));
    assert!(!ring.has_pending(&consumer));
}

#[test]
fn a_closed_ring_takes_items_from_inside_until_it_is_sealed() {
    let (ring, mut consumer) = Ring::new(2).unwrap();
    ring.close();
    assert_eq!(push(&ring, 1), Err(Refused::Closed));
    push_inside(&ring, 2).unwrap();
    push_inside(&ring, 3).unwrap();
    assert_eq!(push_inside(&ring, 4), Err(Refused::Full));
    assert!(ring.is_closed() && !ring.is_sealed());
    assert_eq!(ring.count(&consumer), (2, 2));
    assert_eq!(take(&ring, &mut consumer), Some(2));
    assert_eq!(ring.count(&consumer), (2, 1));
    ring.publish(&mut consumer);
    ring.seal();
    assert_eq!(push_inside(&ring, 5), Err(Refused::Closed));
    assert!(ring.is_closed() && ring.is_sealed());
    assert_eq!((take(&ring, &mut consumer), take(&ring, &mut consumer)), (Some(3), None));
    assert_eq!(ring.count(&consumer), (2, 0));
}

#[test]
fn positions_given_up_are_not_counted() {
    let (ring, mut consumer) = Ring::new(4).unwrap();
    drop(ring.reserve(2).unwrap());
    push(&ring, 1).unwrap();
    drop(ring.reserve(1).unwrap());
    assert_eq!(ring.count(&consumer), (1, 1));
    assert_eq!(ring.for_each_waiting(&mut consumer, |item| assert_eq!(*item, 1)), 0);
    assert_eq!(take(&ring, &mut consumer), Some(1));
    assert_eq!((take(&ring, &mut consumer), ring.count(&consumer)), (None, (1, 0)));
}

#[test]
fn a_ring_too_large_for_memory_is_none() {
    assert!(Ring::<u64>::new(usize::MAX).is_none());
    assert!(Ring::<u64>::new(1 << 31).is_none());
}

#[test]
fn items_are_dropped_once_wherever_they_are() {
    for published in [true, false] {
        let item = Arc::new(());
        let (ring, mut consumer) = Ring::new(6).unwrap();
        for _ in 0..5 {
            push(&ring, item.clone()).unwrap();
        }
        drop(ring.reserve(1));
        for left in [5, 4] {
            drop(take(&ring, &mut consumer));
            assert_eq!(Arc::strong_count(&item), left);
        }
        if published {
            ring.publish(&mut consumer);
        }
        drop(ring);
        assert_eq!(Arc::strong_count(&item), 1);
    }
}

#[test]
#[should_panic(expected = "this consumer belongs to another ring")]
fn the_consumer_of_another_ring_is_refused() {
    let (ring, _own) = Ring::<u8>::new(1).unwrap();
    let (_other, mut consumer) = Ring::<u8>::new(1).unwrap();
    ring.publish(&mut consumer);
}

#[test]
#[should_panic(expected = "a capacity of at least one")]
fn a_ring_without_capacity_is_refused() {
    Ring::<u8>::new(0).unwrap();
}

#[test]
fn an_item_of_size_zero_or_of_large_alignment_can_be_stored() {
    #[derive(Clone, Copy, PartialEq, Debug)]
    #[repr(align(64))]
    struct Aligned(u8);
    let (ring, mut consumer) = Ring::new(3).unwrap();
    let (empty, mut consumer_of_empty) = Ring::new(3).unwrap();
    for round in 0..7 {
        push(&ring, Aligned(round)).unwrap();
        push(&empty, ()).unwrap();
        assert!(ring.peek(&mut consumer).unwrap().is_aligned());
        assert_eq!(take(&ring, &mut consumer), Some(Aligned(round)));
        assert_eq!(take(&empty, &mut consumer_of_empty), Some(()));
        ring.publish(&mut consumer);
        empty.publish(&mut consumer_of_empty);
    }
}
