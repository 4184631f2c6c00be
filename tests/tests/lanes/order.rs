//! Events of one key in the order in which they were sent, whatever the number of workers.

use std::collections::HashMap;
use std::sync::Arc;
use std::thread;

use events::lane::LaneHandle;
use events::prelude::*;

use crate::support::{Gate, Job, Keyed, LONG, Log, bus, default_lane, drain, lane};

type Seen = Arc<Log<(u64, u64)>>;

fn numbered(key: u64, number: u64, seen: &Seen) -> Keyed {
    let seen = seen.clone();
    Keyed::new(key, move || seen.push((key, number)))
}

fn assert_ordered(seen: &Seen, sent: u64, keys: u64) {
    let mut next = HashMap::new();
    for (key, number) in seen.get() {
        assert_eq!(*next.entry(key).or_insert(0), number, "of key {key}");
        next.insert(key, number + 1);
    }
    assert_eq!(next.values().sum::<u64>(), sent * keys);
    assert_eq!(seen.len() as u64, sent * keys);
}

fn send_all(bus: &Bus, sent: u64, keys: u64, seen: &Seen, mut meanwhile: impl FnMut(u64)) {
    for number in 0..sent {
        meanwhile(number);
        for key in 0..keys {
            bus.send_timeout(numbered(key, number, seen), LONG).unwrap();
        }
    }
    drain(bus);
}

#[test]
fn events_of_a_key_keep_their_order() {
    for workers in [1, 2, 4] {
        for capacity in [2, 1000] {
            let (bus, seen) = (bus(lane().workers(workers).capacity(capacity)), Log::new());
            send_all(&bus, 1000, 5, &seen, |_| ());
            assert_ordered(&seen, 1000, 5);
        }
    }
}

#[test]
fn the_order_holds_while_workers_come_and_go() {
    let (bus, seen) = (bus(lane().capacity(200)), Log::new());
    let lane: LaneHandle = default_lane(&bus);
    send_all(&bus, 6000, 3, &seen, |number| {
        if number % 5 == 0 {
            lane.set_workers([1, 4, 1, 2, 3][number as usize / 5 % 5]).unwrap();
        }
    });
    assert_ordered(&seen, 6000, 3);
}

#[test]
fn the_order_holds_across_pauses() {
    let (bus, seen) = (bus(lane().capacity(5000)), Log::new());
    let lane = default_lane(&bus);
    for workers in [1, 2] {
        lane.set_workers(workers).unwrap();
        let seen = Log::new();
        send_all(&bus, 1000, 3, &seen, |number| match number % 10 {
            3 => lane.pause(),
            7 => lane.resume(),
            _ => (),
        });
        assert_ordered(&seen, 1000, 3);
    }
    assert_eq!(seen.len(), 0);
    drop::<Seen>(seen);
}

#[test]
fn what_a_lone_worker_gives_back_comes_before_what_others_took() {
    // The worker has a batch of one key in its hands and is stopped in its first event; a second one comes and takes the
    // rest of the queue; then the first gives its batch back.
    for _ in 0..50 {
        let (bus, seen, gate) = (bus(lane()), Log::new(), Gate::new());
        let lane = default_lane(&bus);
        lane.pause();
        // The hands grow with each batch that is over quickly.
        for number in 0..40 {
            bus.send(numbered(1, number, &seen)).unwrap();
        }
        let at_gate = gate.clone();
        bus.send(Keyed::new(2, move || at_gate.pass())).unwrap();
        for number in 40..300 {
            bus.send(numbered(1, number, &seen)).unwrap();
        }
        lane.resume();
        gate.wait_for(1);
        lane.set_workers(2).unwrap();
        let other = Gate::new();
        other.open();
        bus.send(Job::waits_at(&other)).unwrap();
        // Unkeyed, so the second worker gets to it through all that is queued.
        other.wait_for(1);
        gate.open();
        drain(&bus);
        assert_ordered(&seen, 300, 1);
    }
}

#[test]
fn unkeyed_events_spread_over_idle_workers() {
    let (bus, gate) = (bus(lane().workers(3)), Gate::new());
    for _ in 0..3 {
        bus.send(Job::waits_at(&gate)).unwrap();
    }
    // All three are inside at once, or this fails.
    gate.wait_for(3);
    gate.open();
    drain(&bus);
}

#[test]
fn events_of_other_keys_do_not_wait_for_one_that_is_slow() {
    let (bus, gate, seen) = (bus(lane().workers(2)), Gate::new(), Log::new());
    let at_gate = gate.clone();
    bus.send(Keyed::new(1, move || at_gate.pass())).unwrap();
    gate.wait_for(1);
    for number in 0..100 {
        bus.send(numbered(1, number, &seen)).unwrap();
        bus.send(numbered(2, number, &seen)).unwrap();
    }
    crate::support::until("all of the other key are handled", || seen.len() == 100);
    assert!(seen.get().into_iter().eq((0..100).map(|number| (2, number))));
    gate.open();
    drain(&bus);
    assert_ordered(&seen, 100, 2);
}

#[test]
fn several_senders_each_keep_their_order() {
    let (bus, seen) = (bus(lane().workers(2).capacity(64)), Log::new());
    thread::scope(|scope| {
        for key in 0..4 {
            let (bus, seen) = (&bus, &seen);
            scope.spawn(move || {
                for chunk in (0..2000).collect::<Vec<u64>>().chunks(50) {
                    bus.send_batch(chunk.iter().map(|&number| numbered(key, number, seen))).unwrap();
                }
            });
        }
    });
    drain(&bus);
    assert_ordered(&seen, 2000, 4);
}

/// Two types of one key share its order.
#[event(key = 0)]
struct Opened(u64, Seen);
#[event(key = id)]
struct Closed {
    id: u64,
    seen: Seen,
    number: u64,
}

#[handler]
fn on_opened(event: &Opened) {
    event.1.push((event.0, 0));
}

#[handler]
fn on_closed(event: &Closed) {
    event.seen.push((event.id, event.number));
}

#[test]
fn events_of_several_types_and_one_key_keep_their_order() {
    let (bus, seen) = (bus(lane().workers(4)), Log::new());
    for id in 0..2000 {
        bus.send(Opened(id, seen.clone())).unwrap();
        bus.send(Closed { id, seen: seen.clone(), number: 1 }).unwrap();
    }
    drain(&bus);
    assert_ordered(&seen, 2, 2000);
}
