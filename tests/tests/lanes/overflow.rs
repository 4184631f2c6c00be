//! A full lane: each policy, and workers that send to their own lane.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use events::lane::{Overflow, Reason, SendErrorKind};
use events::prelude::*;

use crate::support::{Gate, Job, Keyed, LONG, Log, account, bus, default_lane, drain, lane};

#[event]
struct Numbered(u64, Arc<Log<u64>>);

#[handler]
fn note(event: &Numbered) {
    event.1.push(event.0);
}

#[test]
fn waiting_with_a_limit_ends_with_the_event_in_the_error() {
    let limit = Duration::from_millis(10);
    let (bus, seen) = (bus(lane().capacity(1).overflow(Overflow::BlockFor(limit))), Log::new());
    default_lane(&bus).pause();
    bus.send(Numbered(0, seen.clone())).unwrap();
    let error = bus.send(Numbered(1, seen.clone())).unwrap_err();
    assert_eq!((error.event.0, error.kind), (1, SendErrorKind::TimedOut));
    assert_eq!(account(&bus), (0, 0, 1, 1));
}

#[test]
fn dropping_the_newest_makes_it_a_dead_letter() {
    let (bus, seen) = (bus(lane().capacity(2).overflow(Overflow::DropNewest)), Log::new());
    let lane = default_lane(&bus);
    lane.pause();
    for number in 0..5 {
        bus.send(Numbered(number, seen.clone())).unwrap();
    }
    assert_eq!(account(&bus), (0, 3, 0, 2));
    let letters = bus.dead_letters();
    for (letter, number) in letters.list().iter().zip(2..) {
        assert_eq!((letter.reason, letter.handler.is_none()), (Reason::DroppedNewest, true));
        assert_eq!(&*letter.lane, "default");
        assert_eq!(letters.with_event(letter.id, |event: &Numbered| event.0), Some(number));
    }
    lane.resume();
    drain(&bus);
    assert_eq!(seen.get(), [0, 1]);
    assert_eq!(letters.resend_all(), 3);
    drain(&bus);
    assert_eq!(seen.get(), [0, 1, 2, 3, 4]);
    assert_eq!(account(&bus), (5, 3, 0, 0));
}

#[test]
fn dropping_the_oldest_makes_room_for_the_newest() {
    let (bus, seen) = (bus(lane().capacity(2).overflow(Overflow::DropOldest)), Log::new());
    let lane = default_lane(&bus);
    lane.pause();
    for number in 0..5 {
        bus.send(Numbered(number, seen.clone())).unwrap();
    }
    assert_eq!(account(&bus), (0, 3, 0, 2));
    let letters = bus.dead_letters();
    let dropped = |letter: &Arc<events::lane::DeadLetter>| {
        assert_eq!(letter.reason, Reason::DroppedOldest);
        letters.with_event(letter.id, |event: &Numbered| event.0).unwrap()
    };
    assert!(letters.list().iter().map(dropped).eq(0..3));
    lane.resume();
    drain(&bus);
    assert_eq!(seen.get(), [3, 4]);
}

#[test]
fn dropping_the_oldest_from_many_threads_loses_none_in_silence() {
    let lane = lane().capacity(4).overflow(Overflow::DropOldest);
    let bus = crate::support::builder(lane).dead_letter_capacity(100_000).build().unwrap();
    let seen = Log::new();
    thread::scope(|scope| {
        for sender in 0..4 {
            let (bus, seen) = (&bus, &seen);
            scope.spawn(move || {
                for number in 0..5_000 {
                    bus.send(Numbered(sender * 5_000 + number, seen.clone())).unwrap();
                }
            });
        }
    });
    drain(&bus);
    let letters = bus.dead_letters();
    let mut all = seen.get();
    for sender in 0..4 {
        let range = sender * 5_000..(sender + 1) * 5_000;
        assert!(
            all.iter().filter(|&number| range.contains(number)).is_sorted(),
            "a sender's events keep their order"
        );
    }
    assert_eq!(account(&bus), (all.len() as u64, letters.len() as u64, 0, 0));
    all.extend(
        letters
            .list()
            .iter()
            .map(|letter| letters.with_event(letter.id, |event: &Numbered| event.0).unwrap()),
    );
    all.sort_unstable();
    assert!(all.into_iter().eq(0..20_000));
}

/// Its handler sends so many more to the lane that runs it.
#[event]
struct Breeder {
    bus: Bus,
    more: u64,
    back: Arc<Log<SendErrorKind>>,
    seen: Arc<Log<u64>>,
}

#[handler]
fn breed(event: &Breeder) {
    for number in 0..event.more {
        if let Err(error) = event.bus.send(Numbered(number, event.seen.clone())) {
            assert_eq!(error.event.0, number);
            event.back.push(error.kind);
        }
    }
    let error = event.bus.send_timeout(Numbered(99, event.seen.clone()), LONG).unwrap_err();
    event.back.push(error.kind);
    let error = crate::support::now(event.bus.send_async(Numbered(99, event.seen.clone()))).unwrap_err();
    event.back.push(error.kind);
    let error = event.bus.send_batch([Numbered(99, event.seen.clone())]).unwrap_err();
    event.back.push(error.kind);
}

#[test]
fn a_worker_that_sends_to_its_own_full_lane_gets_the_event_back() {
    for overflow in [Overflow::Block, Overflow::BlockFor(LONG)] {
        let bus = bus(lane().capacity(3).overflow(overflow));
        let (back, seen) = (Log::new(), Log::new());
        bus.send(Breeder { bus: bus.clone(), more: 5, back: back.clone(), seen: seen.clone() }).unwrap();
        drain(&bus);
        assert_eq!(back.get(), [SendErrorKind::OwnLane; 5]);
        assert_eq!(seen.get(), [0, 1, 2]);
        assert_eq!(account(&bus), (4, 0, 5, 0));
    }
}

#[test]
fn a_thread_that_a_handler_starts_may_wait_for_the_lane() {
    let (bus, gate, seen) = (bus(lane().capacity(1)), Gate::new(), Log::new());
    bus.send(Job::waits_at(&gate)).unwrap();
    gate.wait_for(1);
    bus.send(Numbered(0, seen.clone())).unwrap();
    thread::scope(|scope| {
        let sender = scope.spawn(|| bus.send(Numbered(1, seen.clone())));
        gate.open();
        sender.join().unwrap().unwrap();
    });
    drain(&bus);
    assert_eq!(seen.get(), [0, 1]);
}

#[test]
fn senders_are_let_in_where_keyed_events_left_the_queue_to_wait_for_their_key() {
    for workers in [2, 4] {
        let (bus, handled) = (bus(lane().capacity(4).workers(workers)), Arc::new(AtomicU64::new(0)));
        for _ in 0..20_000 {
            let handled = handled.clone();
            bus.send_timeout(Keyed::new(7, move || _ = handled.fetch_add(1, Ordering::Relaxed)), LONG)
                .unwrap();
        }
        drain(&bus);
        assert_eq!(handled.load(Ordering::Relaxed), 20_000);
    }
}

#[test]
fn many_impatient_senders_leave_no_patient_one_asleep() {
    // Capacity one, and senders that give up all the time: the word of the room must reach the others.
    let (bus, seen) = (bus(lane().capacity(1)), Log::new());
    thread::scope(|scope| {
        for _ in 0..3 {
            let (bus, seen) = (&bus, &seen);
            scope.spawn(move || {
                for _ in 0..3_000 {
                    drop(bus.send_timeout(Numbered(0, seen.clone()), Duration::from_micros(5)));
                }
            });
        }
        for _ in 0..2 {
            let (bus, seen) = (&bus, &seen);
            scope.spawn(move || {
                for _ in 0..3_000 {
                    bus.send_timeout(Numbered(1, seen.clone()), LONG).unwrap();
                }
            });
        }
    });
    drain(&bus);
    assert_eq!(seen.get().iter().filter(|&&number| number == 1).count(), 6_000);
    account(&bus);
}
