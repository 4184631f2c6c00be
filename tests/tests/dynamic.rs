//! The buses that register at run time.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use events::prelude::*;
use events::{DynamicBus, EventBus, SnapshotBus, TopicBus};

#[event]
struct Tick(u32);

#[event(name = "tock")]
struct Tock;

/// Each test once for each kind of bus.
macro_rules! on_each_bus {
    ($($test:ident)*) => {
        mod dynamic { $( #[test] fn $test() { super::$test(super::DynamicBus::new()) } )* }
        mod snapshot { $( #[test] fn $test() { super::$test(super::SnapshotBus::new()) } )* }
        mod topic { $( #[test] fn $test() { super::$test(super::TopicBus::new()) } )* }
    };
}

on_each_bus! {
    handlers_run_in_the_order_of_their_registration
    an_event_without_handlers_is_handled_by_none
    a_dropped_guard_unsubscribes
    a_failure_names_the_line_of_the_registration
    a_handler_may_use_its_bus
    threads_may_subscribe_and_emit_at_once
}

fn handlers_run_in_the_order_of_their_registration(bus: impl EventBus) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let guards: Vec<_> = (0..5)
        .map(|n| {
            let seen = seen.clone();
            bus.subscribe(move |tick: &Tick| seen.lock().unwrap().push(n + tick.0))
        })
        .collect();
    assert_eq!(bus.emit(&Tick(10)).ran(), 5);
    assert_eq!(*seen.lock().unwrap(), [10, 11, 12, 13, 14]);
    drop(guards);
    assert_eq!(bus.emit(&Tick(10)).ran(), 0);
}

fn an_event_without_handlers_is_handled_by_none(bus: impl EventBus) {
    let _guard = bus.subscribe(|_: &Tick| {});
    assert_eq!(bus.emit(&Tock).ran(), 0);
}

fn a_dropped_guard_unsubscribes(bus: impl EventBus) {
    let first = bus.subscribe(|_: &Tick| {});
    let second = bus.subscribe(|_: &Tick| {});
    drop(first);
    assert_eq!(bus.emit(&Tick(0)).ran(), 1);
    drop(second);
    assert_eq!(bus.emit(&Tick(0)).ran(), 0);
}

fn a_failure_names_the_line_of_the_registration(bus: impl EventBus) {
    let line = line!() + 1;
    let _guard = bus.subscribe(|tick: &Tick| if tick.0 > 0 { Err("too late") } else { Ok(()) });
    let outcome = bus.emit(&Tick(1));
    let failure = &outcome.failures()[0];
    assert_eq!((failure.to_string().as_str(), failure.line()), ("too late", line));
}

fn a_handler_may_use_its_bus(bus: impl EventBus<Guard: Send> + Send + Sync + 'static) {
    let bus = Arc::new(bus);
    let guards = Arc::new(Mutex::new(Vec::new()));
    let _outer = bus.subscribe({
        let (bus, guards) = (Arc::downgrade(&bus), guards.clone());
        move |tick: &Tick| {
            let bus = bus.upgrade().unwrap();
            if tick.0 == 1 {
                guards.lock().unwrap().push(bus.subscribe(|_: &Tick| {}));
                assert_eq!(bus.emit(&Tick(0)).failures().len(), 0);
            }
            if tick.0 == 2 {
                guards.lock().unwrap().clear();
            }
        }
    });
    assert!(bus.emit(&Tick(1)).is_ok());
    assert_eq!(bus.emit(&Tick(0)).ran(), 2, "what a handler subscribed is there after its emit");
    assert!(bus.emit(&Tick(2)).is_ok());
    assert_eq!(bus.emit(&Tick(0)).ran(), 1, "and gone when a handler dropped it");
}

fn threads_may_subscribe_and_emit_at_once(bus: impl EventBus<Guard: Send> + Sync) {
    let ran = Arc::new(AtomicU32::new(0));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for n in 0..200 {
                    let guard = bus.subscribe({
                        let ran = ran.clone();
                        move |_: &Tick| {
                            ran.fetch_add(1, Ordering::Relaxed);
                        }
                    });
                    assert!(bus.emit(&Tick(n)).ran() >= 1);
                    drop(guard);
                }
            });
        }
    });
    assert!(ran.load(Ordering::Relaxed) >= 800);
    assert_eq!(bus.emit(&Tick(0)).ran(), 0);
}

#[test]
fn a_topic_takes_payloads_of_any_type_and_hands_on_those_that_fit() {
    let bus = TopicBus::new();
    let _tick = bus.subscribe_to("clock", |tick: &Tick| assert_eq!(tick.0, 3));
    let _tock = bus.subscribe_to("clock", |_: &Tock| {});
    assert_eq!(bus.publish("clock", Box::new(Tick(3))).ran(), 1);
    assert_eq!(bus.publish("clock", Box::new("neither")).ran(), 0);
    assert_eq!(bus.publish("calendar", Box::new(Tick(3))).ran(), 0);
    assert_eq!(bus.emit(&Tock).ran(), 0, "the topic of an event is its name");
}
