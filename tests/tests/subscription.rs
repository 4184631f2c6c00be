//! Closures that come and go: from inside handlers, from many threads at once.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;

use events::outcome::Stop;
use events::prelude::*;

#[event]
struct Tick;

#[handler]
fn linked(_: &Tick) {}

fn bus() -> Bus {
    Bus::builder().build().unwrap()
}

#[test]
fn a_closure_runs_behind_the_linked_handlers_until_its_guard_is_dropped() {
    let bus = bus();
    let first = bus.subscribe(|_: &Tick| {});
    let second = bus.subscribe(|_: &Tick| -> Result<(), String> { Err("second".into()) });
    let outcome = bus.emit(&Tick);
    assert_eq!(outcome.ran(), 3);
    let failure = &outcome.failures()[0];
    assert_eq!((failure.name(), failure.to_string()), ("subscription", "second".to_owned()));
    assert!(failure.file().ends_with("subscription.rs"), "it is named by where it was subscribed");
    drop(second);
    assert!(bus.emit(&Tick).is_ok());
    drop(first);
    assert_eq!(bus.emit(&Tick).ran(), 1);
}

#[test]
fn two_buses_never_meet() {
    let (one, other) = (bus(), bus());
    let _guard = one.subscribe(|_: &Tick| {});
    assert_eq!(one.emit(&Tick).ran(), 2);
    assert_eq!(other.emit(&Tick).ran(), 1);
    assert_eq!(one.clone().emit(&Tick).ran(), 2, "a clone is the same bus");
}

#[test]
fn a_panic_in_a_closure_is_its_failure() {
    let bus = bus();
    let _first = bus.subscribe(|_: &Tick| panic!("at run time"));
    let _second = bus.subscribe(|_: &Tick| {});
    let outcome = bus.emit(&Tick);
    assert_eq!(outcome.ran(), 3);
    assert_eq!(outcome.failures()[0].to_string(), "panicked: at run time");
}

#[test]
fn a_break_stops_the_closures_behind_it() {
    let bus = bus();
    let _first = bus.subscribe(|_: &Tick| std::ops::ControlFlow::Break(()));
    let _second = bus.subscribe(|_: &Tick| panic!("reached"));
    let outcome = bus.emit(&Tick);
    assert_eq!((outcome.ran(), outcome.stopped(), outcome.unreached()), (2, Some(Stop::Break), 1));
}

#[test]
fn a_closure_may_emit_subscribe_and_unsubscribe_on_its_own_bus() {
    let bus = bus();
    let slot: Arc<Mutex<Option<Subscription>>> = Arc::default();
    let late: Arc<Mutex<Vec<Subscription>>> = Arc::default();
    let depth = Arc::new(AtomicU32::new(0));
    let guard = bus.subscribe({
        let (bus, slot, late, depth) = (bus.clone(), slot.clone(), late.clone(), depth.clone());
        move |_: &Tick| {
            if depth.fetch_add(1, Ordering::Relaxed) == 0 {
                late.lock().unwrap().push(bus.subscribe(|_: &Tick| {}));
                assert_eq!(bus.emit(&Tick).ran(), 3, "linked, itself, and the new one");
                drop(slot.lock().unwrap().take());
            }
        }
    });
    *slot.lock().unwrap() = Some(guard);
    assert_eq!(bus.emit(&Tick).ran(), 2, "who comes during an emit is not part of it");
    assert_eq!(depth.load(Ordering::Relaxed), 2);
    assert_eq!(bus.emit(&Tick).ran(), 2, "linked and the new one; itself is gone");
}

/// While one thread emits without a pause, a guard's drop returns: from then on the closure must not start.
#[test]
fn no_closure_starts_after_the_drop_of_its_guard_has_returned() {
    let bus = bus();
    let done = Arc::new(AtomicBool::new(false));
    let emitters: Vec<_> = (0..2)
        .map(|_| {
            let (bus, done) = (bus.clone(), done.clone());
            thread::spawn(move || {
                while !done.load(Ordering::Relaxed) {
                    assert!(bus.emit(&Tick).is_ok());
                }
            })
        })
        .collect();
    for _ in 0..2_000 {
        let dropped = Arc::new(AtomicBool::new(false));
        let started = Arc::new(AtomicU32::new(0));
        let guard = bus.subscribe({
            let (dropped, started) = (dropped.clone(), started.clone());
            move |_: &Tick| {
                started.fetch_add(1, Ordering::Relaxed);
                assert!(!dropped.load(Ordering::SeqCst), "started after the drop returned");
            }
        });
        while started.load(Ordering::Relaxed) == 0 {
            thread::yield_now();
        }
        drop(guard);
        dropped.store(true, Ordering::SeqCst);
    }
    done.store(true, Ordering::Relaxed);
    emitters.into_iter().for_each(|emitter| emitter.join().unwrap());
}

/// Closures on several threads that drop one another's guards, at once and again and again, while others subscribe and
/// emit: that it ends is the test.
#[test]
fn threads_that_drop_one_anothers_guards_do_not_wait_for_each_other() {
    const THREADS: usize = 4;
    const ROUNDS: usize = 300;
    let bus = bus();
    let guards: Arc<Vec<Mutex<Option<Subscription>>>> =
        Arc::new((0..THREADS).map(|_| Mutex::default()).collect());
    let runs = Arc::new(AtomicUsize::new(0));
    let barrier = Arc::new(Barrier::new(THREADS));
    let threads: Vec<_> = (0..THREADS)
        .map(|own| {
            let (bus, guards, runs, barrier) = (bus.clone(), guards.clone(), runs.clone(), barrier.clone());
            thread::spawn(move || {
                for _ in 0..ROUNDS {
                    let subscription = bus.subscribe({
                        let (guards, runs) = (guards.clone(), runs.clone());
                        move |_: &Tick| {
                            runs.fetch_add(1, Ordering::Relaxed);
                            let taken = guards[(own + 1) % THREADS].lock().unwrap().take();
                            drop(taken);
                        }
                    });
                    let before = guards[own].lock().unwrap().replace(subscription);
                    drop(before);
                    barrier.wait();
                    assert!(bus.emit(&Tick).is_ok());
                    barrier.wait();
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert!(runs.load(Ordering::Relaxed) > 0);
    guards.iter().for_each(|guard| drop(guard.lock().unwrap().take()));
    assert_eq!(bus.emit(&Tick).ran(), 1, "all are gone");
}

#[test]
fn a_guard_may_outlive_every_handle_to_its_bus() {
    let bus = bus();
    let guard = bus.subscribe(|_: &Tick| {});
    drop(bus);
    drop(guard);
}

#[test]
fn what_a_closure_captured_is_released_when_its_guard_is_dropped() {
    let bus = bus();
    let captured = Arc::new(());
    let guard = bus.subscribe({
        let captured = captured.clone();
        move |_: &Tick| drop(captured.clone())
    });
    assert!(bus.emit(&Tick).is_ok());
    drop(guard);
    assert_eq!(Arc::strong_count(&captured), 1);
}
