//! Events whose drop panics, and other things that no one should do.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use events::lane::ForeignCode;
use events::prelude::*;

use crate::support::{
    Gate, Job, Keyed, LONG, Log, account, builder, bus, default_lane, drain, lane, panics_of, until,
};

/// Panics when it is dropped, if it says so, unless that happens to a thread that panics already.
struct Bomb(bool, Arc<AtomicU64>);

impl Drop for Bomb {
    fn drop(&mut self) {
        self.1.fetch_add(1, Ordering::SeqCst);
        if self.0 && !std::thread::panicking() {
            panic!("in a drop");
        }
    }
}

#[event]
#[allow(dead_code, reason = "the drop of its field is what matters")]
struct Explosive(Bomb, Arc<Log<u64>>);

#[handler]
fn touch(event: &Explosive) {
    event.1.push(0);
}

#[test]
fn an_event_whose_drop_panics_is_handled_and_ends_no_worker() {
    for workers in [1, 2] {
        for behind in [0, 1, 200] {
            let (bus, seen, dropped) = (bus(lane().workers(workers)), Log::new(), Arc::default());
            let lane = default_lane(&bus);
            lane.pause();
            for _ in 0..3 {
                bus.send(Explosive(Bomb(true, Arc::clone(&dropped)), seen.clone())).unwrap();
                for number in 0..behind {
                    let seen = seen.clone();
                    bus.send(Keyed::new(1, move || seen.push(number))).unwrap();
                }
            }
            lane.resume();
            drain(&bus);
            assert_eq!((lane.worker_deaths(), panics_of(&bus, ForeignCode::EventDrop)), (0, 3));
            assert_eq!(account(&bus), (3 + 3 * behind, 0, 0, 0));
            assert_eq!(seen.len() as u64, 3 + 3 * behind);
            assert_eq!(dropped.load(Ordering::SeqCst), 3);
            assert!(bus.shutdown(LONG).is_clean());
        }
    }
}

#[event(key = 0)]
#[allow(dead_code, reason = "the drop of its field is what matters")]
struct ExplosiveOfKey(u64, Bomb, Arc<Log<u64>>);

#[handler(retry(max = 2, backoff = "1ms..1ms"))]
fn touch_again(event: &ExplosiveOfKey, cx: &Context) -> Result<(), &'static str> {
    event.2.push(u64::from(cx.attempt()));
    if cx.attempt() < 3 { Err("again") } else { Ok(()) }
}

#[test]
fn an_event_whose_drop_panics_after_a_retry_leaves_the_key_free() {
    for workers in [1, 2] {
        let (bus, seen, dropped) = (bus(lane().workers(workers)), Log::new(), Arc::default());
        bus.send(ExplosiveOfKey(5, Bomb(true, Arc::clone(&dropped)), seen.clone())).unwrap();
        let log = seen.clone();
        bus.send(Keyed::new(5, move || log.push(100))).unwrap();
        drain(&bus);
        assert_eq!(seen.get(), [1, 2, 3, 100]);
        assert_eq!(panics_of(&bus, ForeignCode::EventDrop), 1);
        assert_eq!(account(&bus), (2, 0, 0, 0));
    }
}

#[event]
#[allow(dead_code, reason = "the drop of its field is what matters")]
struct ExplosiveInBatch(Bomb, Arc<Log<u64>>);

#[handler(batch(size = "4", linger = "1ms"), retry(max = 1, backoff = "1ms..1ms"))]
fn touch_many(events: &[ExplosiveInBatch]) {
    events[0].1.push(events.len() as u64);
}

#[test]
fn several_drops_that_panic_in_one_batch_do_not_end_the_process() {
    for workers in [1, 2] {
        let (bus, seen, dropped) = (bus(lane().workers(workers)), Log::new(), Arc::default());
        let lane = default_lane(&bus);
        for _ in 0..5 {
            lane.pause();
            bus.send_batch((0..8).map(|_| ExplosiveInBatch(Bomb(true, Arc::clone(&dropped)), seen.clone())))
                .unwrap();
            lane.resume();
            drain(&bus);
        }
        assert_eq!(dropped.load(Ordering::SeqCst), 40);
        assert_eq!(seen.get().iter().sum::<u64>(), 40);
        assert_eq!((lane.worker_deaths(), panics_of(&bus, ForeignCode::EventDrop)), (0, 40));
        assert_eq!(account(&bus), (40, 0, 0, 0), "all were handled before they were dropped");
        assert!(bus.shutdown(LONG).is_clean());
    }
}

#[event]
#[allow(dead_code, reason = "the drop of its field is what matters")]
struct ExplosiveLetter(Bomb);

#[handler]
fn fail_with_it(_: &ExplosiveLetter) -> Result<(), &'static str> {
    Err("given up")
}

#[test]
fn letters_whose_events_panic_in_their_drop_can_be_evicted_and_cleared() {
    let dropped = Arc::default();
    let bus = builder(lane()).dead_letter_capacity(2).build().unwrap();
    for _ in 0..6 {
        bus.send(ExplosiveLetter(Bomb(true, Arc::clone(&dropped)))).unwrap();
    }
    drain(&bus);
    assert_eq!(account(&bus), (0, 6, 0, 0));
    assert_eq!((bus.dead_letters().len(), bus.dead_letters().evicted()), (2, 4));
    assert_eq!(dropped.load(Ordering::SeqCst), 4);
    assert_eq!(bus.dead_letters().clear(), 2);
    assert_eq!((bus.dead_letters().len(), dropped.load(Ordering::SeqCst)), (0, 6));
    assert!(bus.shutdown(LONG).is_clean());
}

#[test]
fn what_a_shutdown_leaves_is_all_dropped_though_drops_panic() {
    let (bus, gate, dropped) = (bus(lane()), Gate::new(), Arc::default());
    bus.send(Job::waits_at(&gate)).unwrap();
    gate.wait_for(1);
    for index in 0..4 {
        bus.send(Explosive(Bomb(index < 2, Arc::clone(&dropped)), Log::new())).unwrap();
    }
    let report = bus.shutdown(std::time::Duration::from_millis(5));
    assert_eq!(report.account.left, 5, "{report}");
    gate.open();
    until("all were dropped", || dropped.load(Ordering::SeqCst) == 4);
}

#[test]
fn a_panic_in_the_iterator_of_a_batch_is_the_senders_own() {
    let (bus, seen) = (bus(lane()), Log::new());
    let events = (0..100).map(|number| {
        assert!(number < 90, "in the iterator");
        let seen = seen.clone();
        Job::new(move || seen.push(number))
    });
    assert!(catch_unwind(AssertUnwindSafe(|| bus.send_batch(events))).is_err());
    bus.send(Job::new(|| ())).unwrap();
    drain(&bus);
    let (handled, dead, rejected, left) = account(&bus);
    assert_eq!((dead, rejected, left), (0, 0, 0));
    assert_eq!(handled, 1 + seen.len() as u64);
    assert!(bus.shutdown(LONG).is_clean());
}

/// A key whose hash panics.
struct Unhashable(bool);

impl std::hash::Hash for Unhashable {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        assert!(!self.0, "in the hash");
        state.write_u8(1);
    }
}

#[event(key = 0)]
struct OfStrangeKey(Unhashable, Arc<Log<()>>);

#[handler]
fn on_strange(event: &OfStrangeKey) {
    event.1.push(());
}

#[test]
fn a_panic_in_a_key_costs_the_lane_no_room() {
    for workers in [1, 2] {
        let (bus, seen) = (bus(lane().capacity(4).workers(workers)), Log::new());
        for _ in 0..50 {
            let strange = || OfStrangeKey(Unhashable(true), seen.clone());
            let sound = || OfStrangeKey(Unhashable(false), seen.clone());
            assert!(catch_unwind(AssertUnwindSafe(|| bus.send(strange()))).is_err());
            let batch = [sound(), sound(), strange(), sound()];
            assert!(catch_unwind(AssertUnwindSafe(|| bus.send_batch(batch))).is_err());
            bus.send_timeout(sound(), LONG).unwrap();
        }
        drain(&bus);
        let (handled, dead, rejected, left) = account(&bus);
        assert_eq!((handled, dead, rejected, left), (seen.len() as u64, 0, 0, 0));
        assert!(bus.shutdown(LONG).is_clean());
    }
}
