//! The ring of lanes, used as a lane uses it.

use std::iter::repeat_n;
use std::ops::Range;
use std::time::Duration;

use crossbeam_utils::Backoff;

use crate::item::Item;
use crate::load::Load;
use crate::ring::{Consumer, Refused, Ring};

/// `AT_ONCE` positions are reserved at once, and `PUBLISHED` items are taken before their positions are given back.
pub(crate) fn ring<T: Item, const AT_ONCE: u32, const PUBLISHED: usize>(load: Load) -> Duration {
    let (ring, consumer) = Ring::new(load.capacity).expect("there is memory for the ring");
    let produce = |numbers| produce::<T>(&ring, AT_ONCE, numbers);
    load.run(repeat_n(produce, load.producers as usize), |items| consume(&ring, consumer, PUBLISHED, items))
}

fn produce<T: Item>(ring: &Ring<T>, at_once: u32, mut numbers: Range<u64>) {
    let backoff = Backoff::new();
    while !numbers.is_empty() {
        let left = (numbers.end - numbers.start).min(at_once.into()) as u32;
        let mut places = match ring.reserve(left) {
            Ok(places) => places,
            Err(Refused::Full) => {
                backoff.snooze();
                continue;
            }
            Err(Refused::Closed) => unreachable!("nobody closes"),
        };
        backoff.reset();
        for number in numbers.by_ref().take(places.len()) {
            // SAFETY: the item is written.
            unsafe { places.write_next(|place| T::write(place, number)) };
        }
    }
}

fn consume<T: Item>(ring: &Ring<T>, mut consumer: Consumer, published: usize, items: u64) -> u64 {
    let (mut sum, mut taken, backoff) = (0, 0, Backoff::new());
    while taken < items {
        let before = taken;
        for _ in 0..published {
            let Some(place) = ring.peek(&mut consumer) else { break };
            // SAFETY: `peek` returns a written item, which is `Copy` and so need not be moved out.
            unsafe {
                sum += place.as_ref().number();
                ring.advance(&mut consumer);
            }
            taken += 1;
        }
        ring.publish(&mut consumer);
        if taken == before {
            backoff.snooze();
        } else {
            backoff.reset();
        }
    }
    sum
}
