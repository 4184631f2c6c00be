//! Closures that were subscribed, on lanes.

use std::sync::{Arc, Mutex, OnceLock};

use events::lane::Reason;
use events::prelude::*;

use crate::support::{Log, account, bus, drain, lane};

#[event]
struct News(u64);

#[test]
fn a_failing_closure_is_a_dead_letter_and_runs_again_when_that_is_sent_again() {
    let (bus, seen) = (bus(lane()), Log::new());
    let log = seen.clone();
    let _failing = bus.subscribe(move |event: &News| {
        log.push(event.0);
        if log.len() < 3 { Err("not yet") } else { Ok(()) }
    });
    bus.send(News(1)).unwrap();
    drain(&bus);
    let letters = bus.dead_letters();
    let letter = &letters.list()[0];
    assert_eq!((letter.reason, letter.handler.is_none()), (Reason::Failed, true));
    assert_eq!(letter.attempts[0].error, "not yet");
    for _ in 0..2 {
        assert_eq!(letters.resend_all(), 1);
        drain(&bus);
    }
    assert!(letters.is_empty());
    assert_eq!((seen.get(), account(&bus)), (vec![1, 1, 1], (1, 2, 0, 0)));
}

#[test]
fn a_panicking_closure_keeps_no_other_from_running() {
    let (bus, seen) = (bus(lane()), Log::new());
    let log = seen.clone();
    let _panics = bus.subscribe(|_: &News| panic!("at once"));
    let _runs = bus.subscribe(move |event: &News| log.push(event.0));
    bus.send(News(5)).unwrap();
    drain(&bus);
    assert_eq!(seen.get(), [5]);
    assert_eq!(bus.dead_letters().list()[0].reason, Reason::Panicked);
    assert_eq!(account(&bus), (0, 1, 0, 0));
}

#[test]
fn a_handler_may_subscribe_and_unsubscribe() {
    for workers in [1, 3] {
        let (bus, seen) = (bus(lane().workers(workers)), Log::new());
        let own = Arc::new(OnceLock::<Mutex<Option<Subscription>>>::new());
        let (inner, log, slot) = (bus.clone(), seen.clone(), own.clone());
        let next = Arc::new(Mutex::new(None));
        let kept = next.clone();
        let subscription = bus.subscribe(move |event: &News| {
            // The first event it sees is the last one: it puts another in its place.
            let slot = slot.get().unwrap().lock().unwrap().take();
            if let Some(subscription) = slot {
                let log = log.clone();
                *kept.lock().unwrap() = Some(inner.subscribe(move |event: &News| log.push(event.0)));
                drop(subscription);
            }
            log.push(event.0 + 1000);
        });
        own.set(Mutex::new(Some(subscription))).ok().unwrap();
        bus.send(News(0)).unwrap();
        drain(&bus);
        for number in 1..50 {
            bus.send(News(number)).unwrap();
        }
        drain(&bus);
        let mut all = seen.get();
        assert_eq!(all.remove(0), 1000);
        all.retain(|&number| number != 0);
        all.sort_unstable();
        assert!(all.into_iter().eq(1..50), "the first one is gone, its successor sees all");
        drop(next.lock().unwrap().take());
    }
}

#[test]
fn subscribing_while_events_are_under_way_loses_none() {
    let (bus, seen) = (bus(lane().workers(2)), Log::new());
    let log = seen.clone();
    let _all = bus.subscribe(move |event: &News| log.push(event.0));
    std::thread::scope(|scope| {
        let bus = &bus;
        scope.spawn(move || {
            for _ in 0..300 {
                drop(bus.subscribe(|_: &News| ()));
            }
        });
        for number in 0..5_000 {
            bus.send(News(number)).unwrap();
        }
    });
    drain(&bus);
    let mut all = seen.get();
    all.sort_unstable();
    assert!(all.into_iter().eq(0..5_000));
    assert_eq!(account(&bus), (5_000, 0, 0, 0));
}
