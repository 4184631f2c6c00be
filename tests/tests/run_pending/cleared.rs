//! `LaneHandle::clear`: what waits becomes dead letters, and nothing vanishes.

use std::sync::{Arc, Mutex};

use events::lane::{LaneConfig, Overflow, Reason};
use events::testing::{self, Clock};

use crate::{HOUR, Job, LONG, Row, account, bus, lane};

#[test]
fn all_that_waits_for_its_first_handler_is_dropped() {
    let clock = Clock::new();
    let bus = bus(&clock);
    let lane = bus.lane(LaneConfig::DEFAULT).unwrap();
    let log = Arc::<Mutex<Vec<u32>>>::default();
    // One that waits for its retry with its key, two that wait for the key, one delayed, two queued.
    bus.send(Job::new(1, |_, cx| if cx.attempt() == 1 { Err("once".into()) } else { Ok(()) })).unwrap();
    bus.send(Job::writes(1, 1, &log)).unwrap();
    bus.send(Job::writes(1, 2, &log)).unwrap();
    assert_eq!(bus.run_pending(), 1);
    bus.send_after(Job::writes(1, 3, &log), HOUR).unwrap();
    bus.send(Job::writes(2, 4, &log)).unwrap();
    bus.send(Row(Arc::default())).unwrap();
    assert_eq!((lane.depth(), account(&bus)), (5, (0, 0, 6)));
    assert_eq!((lane.clear(), lane.depth(), account(&bus)), (5, 0, (0, 5, 1)));
    assert_eq!(lane.clear(), 0);

    // The retry has gone on, and the lane with it.
    clock.advance(HOUR);
    bus.send(Job::writes(1, 5, &log)).unwrap();
    assert_eq!(bus.run_pending(), 2);
    assert_eq!((log.lock().unwrap().clone(), account(&bus)), (vec![5], (2, 5, 0)));

    // Sent again, they are handled.
    let letters = bus.dead_letters();
    assert!(letters.list().iter().all(|letter| letter.reason == Reason::Cleared && letter.has_event));
    assert_eq!(letters.resend_all(), 5);
    bus.run_pending();
    clock.advance(HOUR);
    bus.run_pending();
    assert_eq!((log.lock().unwrap().len(), account(&bus).2), (5, 0));
}

/// The events of a key that had it already when they were cleared.
#[test]
fn keys_are_free_again() {
    let bus = bus(&Clock::new());
    let lane = bus.lane(LaneConfig::DEFAULT).unwrap();
    let log = Arc::<Mutex<Vec<u32>>>::default();
    let clears = Arc::<Mutex<Vec<usize>>>::default();
    let seen = clears.clone();
    bus.send(Job::new(1, move |bus, _| {
        seen.lock().unwrap().push(bus.lane(LaneConfig::DEFAULT).unwrap().clear());
        Ok(())
    }))
    .unwrap();
    for number in 0..4 {
        bus.send(Job::writes(1, number, &log)).unwrap();
    }
    assert_eq!((bus.run_pending(), clears.lock().unwrap().clone()), (1, vec![4]));
    bus.send(Job::writes(1, 9, &log)).unwrap();
    assert_eq!((bus.run_pending(), log.lock().unwrap().clone()), (1, vec![9]));
    assert_eq!((lane.depth(), account(&bus)), (0, (2, 4, 0)));
}

#[test]
fn senders_that_wait_for_room_go_on() {
    let bus = testing::builder().lane(lane().capacity(1).overflow(Overflow::Block)).build().unwrap();
    let lane = bus.lane(LaneConfig::DEFAULT).unwrap();
    bus.send(Job::new(1, |_, _| Ok(()))).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| bus.send(Job::new(2, |_, _| Ok(()))).unwrap());
        let mut cleared = 0;
        while cleared < 2 {
            cleared += lane.clear();
        }
    });
    assert_eq!(account(&bus), (0, 2, 0));
}

#[test]
fn what_was_cleared_is_no_surprise_of_the_shutdown() {
    let bus = bus(&Clock::new());
    bus.send(Job::new(1, |_, _| Ok(()))).unwrap();
    let lane = bus.lane(LaneConfig::DEFAULT).unwrap();
    assert_eq!(lane.clear(), 1);
    let report = bus.shutdown(LONG);
    assert!(report.is_clean() && report.unseen_letters.is_empty(), "{report}");
    assert_eq!((report.account.dead_lettered, lane.clear()), (1, 0));
}
