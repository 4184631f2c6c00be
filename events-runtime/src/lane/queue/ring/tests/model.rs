//! Random sequences of calls have the same results as on a simple model.

use std::collections::VecDeque;
use std::sync::Arc;

use proptest::prelude::*;

use super::super::{Refused, Ring};
use super::{take, write};

#[derive(Clone, Copy, Debug)]
enum Call {
    /// Reserves this many positions, and writes this many of them.
    Reserve(u32, usize),
    Take(usize),
    Publish,
    Close,
}

fn call() -> impl Strategy<Value = Call> {
    prop_oneof![
        8 => (0..12_u32, 0..12_usize).prop_map(|(wanted, written)| Call::Reserve(wanted, written)),
        6 => (0..12_usize).prop_map(Call::Take),
        6 => Just(Call::Publish),
        1 => Just(Call::Close),
    ]
}

proptest! {
    #[test]
    fn a_ring_is_a_bounded_list(capacity in 1..9_usize, calls in prop::collection::vec(call(), 0..120)) {
        let (ring, mut consumer) = Ring::new(capacity).unwrap();
        // The model: each position with its item, if it has one; how many positions were passed and not given back; how
        // many items were sent.
        let (mut inside, mut passed, mut sent, mut closed) = (VecDeque::<Option<u64>>::new(), 0, 0_u64, false);
        let mut given_up = 0;
        let alive = Arc::new(());
        for call in calls {
            match call {
                Call::Reserve(wanted, written) => {
                    let free = capacity - inside.len() - passed;
                    let places = ring.reserve(wanted);
                    let got = match places {
                        Err(refused) => {
                            prop_assert!(closed || free == 0 && wanted > 0);
                            prop_assert_eq!(refused, if closed { Refused::Closed } else { Refused::Full });
                            continue;
                        }
                        Ok(mut places) => {
                            prop_assert_eq!(places.len(), free.min(wanted as usize));
                            let got = places.len();
                            for offset in 0..got.min(written) {
                                let item = (sent + offset as u64, alive.clone());
                                write(&mut places, item);
                            }
                            got
                        }
                    };
                    prop_assert!(!closed);
                    inside.extend((0..got).map(|offset| (offset < written).then_some(sent + offset as u64)));
                    given_up += got.saturating_sub(written) as u64;
                    sent += got as u64;
                }
                Call::Take(wanted) => {
                    let ahead = inside.iter().take(wanted).flatten().count();
                    prop_assert_eq!(ring.available(&mut consumer, wanted), ahead);
                    for _ in 0..wanted {
                        let skipped = inside.iter().take_while(|place| place.is_none()).count();
                        inside.drain(..skipped);
                        passed += skipped;
                        let expected = inside.pop_front().flatten();
                        prop_assert_eq!(take(&ring, &mut consumer).map(|(item, _)| item), expected);
                        if expected.is_some() {
                            passed += 1;
                        } else {
                            // A `peek` that skips positions and finds no item publishes.
                            passed = if skipped > 0 { 0 } else { passed };
                            break;
                        }
                    }
                }
                Call::Publish => {
                    ring.publish(&mut consumer);
                    passed = 0;
                }
                Call::Close => {
                    ring.close();
                    closed = true;
                }
            }
            prop_assert_eq!(ring.len(), inside.len() + passed);
            prop_assert_eq!((ring.sent(), ring.given_up(), ring.is_closed()), (sent, given_up, closed));
            prop_assert_eq!(ring.is_full(), inside.len() + passed == capacity);
            prop_assert_eq!(ring.has_pending(&consumer), !inside.is_empty());
            prop_assert_eq!(Arc::strong_count(&alive), 1 + inside.iter().flatten().count());
        }
        drop(ring);
        prop_assert_eq!(Arc::strong_count(&alive), 1);
    }
}
