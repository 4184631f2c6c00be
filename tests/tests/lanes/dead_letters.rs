//! What is given up: kept, listed, sent again, and told to handlers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use events::lane::{DeadLetter, KeyOrder, Reason, ResendError};
use events::prelude::*;

use crate::support::{Gate, Job, Keyed, LONG, Log, account, builder, bus, default_lane, drain, lane};

#[event(key = 0)]
struct Fallible(u64, Arc<Shop>);

/// What its handlers share.
#[derive(Default)]
struct Shop {
    is_open: AtomicBool,
    good: AtomicU32,
    bad: AtomicU32,
}

#[handler]
fn good(event: &Fallible) {
    event.1.good.fetch_add(1, Ordering::Relaxed);
}

#[handler]
fn bad(event: &Fallible) -> Result<(), String> {
    event.1.bad.fetch_add(1, Ordering::Relaxed);
    if event.1.is_open.load(Ordering::Relaxed) { Ok(()) } else { Err("closed".to_owned()) }
}

#[test]
fn a_letter_tells_all_there_is_to_know() {
    let (bus, shop) = (bus(lane()), Arc::<Shop>::default());
    bus.send(Fallible(7, shop)).unwrap();
    drain(&bus);
    let letters = bus.dead_letters();
    assert_eq!((letters.len(), letters.is_empty()), (1, false));
    let letter = &letters.list()[0];
    assert_eq!(
        (letter.event.name, &*letter.lane, letter.reason),
        ("lanes::dead_letters::Fallible", "default", Reason::Failed)
    );
    assert!(letter.handler.unwrap().path.ends_with("::bad"));
    assert!(letter.has_event);
    assert_eq!((letter.attempts[0].number, letter.attempts[0].error.as_str()), (1, "closed"));
    assert!(letter.attempts[0].at <= letter.at);
    assert_eq!(letters.with_event(letter.id, |event: &Fallible| event.0), Some(7));
    assert_eq!(letters.with_event(letter.id, |_: &Job| ()), None, "of another type");
    assert_eq!(letters.with_event(letter.id + 1, |_: &Fallible| ()), None, "no such letter");
}

#[test]
fn sent_again_only_the_handler_that_gave_up_runs() {
    for (order, workers) in [(KeyOrder::Strict, 1), (KeyOrder::Strict, 2), (KeyOrder::Relaxed, 2)] {
        let (bus, shop) = (bus(lane().key_order(order).workers(workers)), Arc::<Shop>::default());
        for number in 0..3 {
            bus.send(Fallible(number, shop.clone())).unwrap();
        }
        drain(&bus);
        assert_eq!(account(&bus), (0, 3, 0, 0));
        let letters = bus.dead_letters();
        let first = letters.list()[0].id;
        letters.resend(first).unwrap();
        drain(&bus);
        assert_eq!(letters.resend(first), Err(ResendError::NoSuchLetter), "it is a new letter now");
        assert_eq!((letters.len(), account(&bus)), (3, (0, 4, 0, 0)));
        shop.is_open.store(true, Ordering::Relaxed);
        assert_eq!(letters.resend_all(), 3);
        drain(&bus);
        assert_eq!((letters.len(), account(&bus)), (0, (3, 4, 0, 0)));
        assert_eq!(shop.good.load(Ordering::Relaxed), 3);
        assert_eq!(shop.bad.load(Ordering::Relaxed), 7);
        assert!(bus.shutdown(LONG).is_clean());
    }
}

#[test]
fn sent_again_it_takes_its_turn_among_events_of_its_key() {
    let (bus, shop, gate) = (bus(lane().workers(2)), Arc::<Shop>::default(), Gate::new());
    bus.send(Fallible(1, shop.clone())).unwrap();
    drain(&bus);
    shop.is_open.store(true, Ordering::Relaxed);
    // The key of both is 1.
    let at_gate = gate.clone();
    bus.send(Keyed::new(1, move || at_gate.pass())).unwrap();
    gate.wait_for(1);
    bus.dead_letters().resend_all();
    let seen = Log::new();
    let (log, end) = (seen.clone(), Gate::new());
    let at_end = end.clone();
    bus.send(Job::new(move || {
        log.push(());
        at_end.open();
    }))
    .unwrap();
    end.pass();
    assert_eq!(shop.bad.load(Ordering::Relaxed), 1, "its key is taken");
    gate.open();
    drain(&bus);
    assert_eq!(shop.bad.load(Ordering::Relaxed), 2);
}

#[test]
fn the_store_is_bounded_and_says_what_it_lost() {
    let bus = builder(lane()).dead_letter_capacity(3).build().unwrap();
    let shop = Arc::<Shop>::default();
    for number in 0..5 {
        bus.send(Fallible(number, shop.clone())).unwrap();
    }
    drain(&bus);
    let letters = bus.dead_letters();
    assert_eq!((letters.len(), letters.evicted()), (3, 2));
    let numbers: Vec<_> = letters
        .list()
        .iter()
        .map(|letter| letters.with_event(letter.id, |event: &Fallible| event.0).unwrap())
        .collect();
    assert_eq!(numbers, [2, 3, 4]);
    assert_eq!(account(&bus), (0, 5, 0, 0), "those that had to go still count");
    assert!(letters.remove(letters.list()[0].id));
    assert!(!letters.remove(9999));
    assert_eq!(letters.clear(), 2);
    assert_eq!(Arc::strong_count(&shop), 1, "events go with their letters");
}

/// Its dead letters are told to the handler below.
#[event]
struct Watched(Arc<Log<(u64, Reason)>>, bool);

#[handler]
fn watched(_: &Watched) -> Result<(), &'static str> {
    Err("for its letter")
}

/// All tests of this program meet it: it looks at letters of its own event only.
#[handler]
fn on_letter(letter: &DeadLetter, bus: Bus) -> Result<(), &'static str> {
    let told = bus.dead_letters().with_event(letter.id, |event: &Watched| {
        event.0.push((letter.id, letter.reason));
        event.1
    });
    match told {
        Some(true) => panic!("a handler of dead letters fails"),
        Some(false) => Err("and another way"),
        None => Ok(()),
    }
}

#[test]
fn a_dead_letter_is_an_event_whose_own_failures_go_no_further() {
    let (bus, told) = (bus(lane()), Log::new());
    bus.send(Watched(told.clone(), true)).unwrap();
    bus.send(Watched(told.clone(), false)).unwrap();
    drain(&bus);
    assert_eq!(told.get(), [(1, Reason::Failed), (2, Reason::Failed)]);
    let letters = bus.dead_letters();
    assert_eq!((letters.len(), letters.failed_handlers()), (2, 2));
    assert_eq!(account(&bus), (0, 2, 0, 0));
    assert_eq!(default_lane(&bus).worker_deaths(), 0);
}

#[event]
struct Undeliverable(u64);

#[event(unhandled = "allow")]
struct Ignored;

#[test]
fn an_event_without_a_handler_is_undeliverable_unless_that_is_allowed() {
    let bus = bus(lane());
    bus.send(Undeliverable(3)).unwrap();
    bus.send(Ignored).unwrap();
    drain(&bus);
    assert_eq!(account(&bus), (1, 1, 0, 0));
    let letters = bus.dead_letters();
    assert_eq!(letters.list()[0].reason, Reason::Unhandled);

    let seen = Log::new();
    let log = seen.clone();
    let subscription = bus.subscribe(move |event: &Undeliverable| log.push(event.0));
    assert_eq!(letters.resend_all(), 1);
    drain(&bus);
    assert_eq!((seen.get(), account(&bus)), (vec![3], (2, 1, 0, 0)));

    drop(subscription);
    bus.send(Undeliverable(4)).unwrap();
    drain(&bus);
    assert_eq!(letters.list()[0].reason, Reason::Unhandled, "nobody is left to handle it");
    assert_eq!(account(&bus), (2, 2, 0, 0));
}

#[test]
fn letters_are_not_sent_to_a_bus_that_is_shut_down() {
    let (bus, shop) = (bus(lane()), Arc::<Shop>::default());
    bus.send(Fallible(1, shop)).unwrap();
    assert!(bus.shutdown(LONG).is_clean());
    let letters = bus.dead_letters();
    let id = letters.list()[0].id;
    assert_eq!(letters.resend(id), Err(ResendError::Closed));
    assert_eq!(letters.resend_all(), 0);
    assert_eq!(letters.with_event(id, |event: &Fallible| event.0), Some(1), "the letter stays");
    assert_eq!(account(&bus), (0, 1, 0, 0));
}
