//! Foreign code beside the handlers that panics: recorders, subscriptions, watermarks, futures that are cut short,
//! conditions.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use events::LaneConfig;
use events::lane::{DeadLetter, ForeignCode, Mark, Reason};
use events::prelude::*;

use crate::events::{Job, Keyed, Nobody, assert_alive, bus, default_lane, drain, each_kind, figures};
use crate::support::{Bomb, BombError, BombPayload, Log, alone, until};

#[test]
fn a_recorder_of_letters_that_panics() {
    alone(|| {
        each_kind(|lane| {
            let bus = bus(lane);
            let first = events::testing::record_with(&bus, |letter: &DeadLetter| {
                // A letter that nobody handled has no attempts.
                letter.attempts[0].error.clone()
            });
            let second = events::testing::record_with(&bus, |_: &DeadLetter| -> u32 { BombPayload::throw() });
            let third = events::testing::record_with(&bus, |letter: &DeadLetter| letter.reason);
            let seen = Log::new();
            default_lane(&bus).pause();
            bus.send(Nobody).unwrap();
            bus.send(Job::failing()).unwrap();
            for number in 0..100 {
                bus.send(Keyed { key: 1, number, log: seen.clone() }).unwrap();
            }
            default_lane(&bus).resume();
            drain(&bus);
            assert_eq!(figures(&bus), (102, 100, 2, 0, 0));
            assert_eq!((first.events(), second.len()), (vec!["declined".to_owned()], 0));
            // Two workers may give up in either order.
            let reasons = third.events();
            assert_eq!(reasons.len(), 2);
            assert!(reasons.contains(&Reason::Unhandled) && reasons.contains(&Reason::Failed), "{reasons:?}");
            assert!(seen.get().into_iter().eq(0..100));
            let panics = default_lane(&bus).isolated_panics();
            let counted = panics.iter().find(|panics| panics.code == ForeignCode::Watcher);
            assert_eq!(counted.map(|panics| panics.count), Some(3), "{panics:?}");
            drop((first, second, third));
            assert_alive(&bus);
        });
    });
}

#[test]
fn a_recorder_of_what_is_emitted_that_panics_does_not_reach_the_emitter() {
    alone(|| {
        let bus = bus(crate::events::lane());
        let bomb = events::testing::record_with(&bus, |_: &Job| -> u32 { BombPayload::throw() });
        let plain = events::testing::record_with(&bus, |_: &Job| 1);
        let outcome = bus.emit(&Job::new(drop));
        assert_eq!(outcome.ran(), 1);
        assert_eq!((bomb.len(), plain.len()), (0, 1));
    });
}

#[test]
fn a_subscription_to_letters_that_panics() {
    alone(|| {
        each_kind(|lane| {
            let bus = bus(lane);
            let subscription = bus.subscribe(|_: &DeadLetter| BombPayload::throw());
            let failing = bus.subscribe(|_: &DeadLetter| Err::<(), _>(BombError));
            for _ in 0..3 {
                bus.send(Job::failing()).unwrap();
            }
            drain(&bus);
            assert_eq!(figures(&bus), (3, 0, 3, 0, 0));
            assert_eq!(bus.dead_letters().failed_handlers(), 6);
            drop((subscription, failing));
            assert_alive(&bus);
        });
    });
}

#[test]
fn a_closure_whose_captures_panic_when_a_worker_or_the_bus_drops_them() {
    alone(|| {
        each_kind(|lane| {
            let bus = bus(lane);
            let drops = Arc::new(AtomicU64::new(0));
            let holds = || {
                let bomb = Bomb::counted(&drops);
                bus.subscribe(move |_: &Nobody| {
                    let _held = &bomb;
                })
            };
            let guard = Mutex::new(Some(holds()));
            bus.send(Job::new(move |_| drop(guard.lock().unwrap().take()))).unwrap();
            drain(&bus);
            assert_eq!((figures(&bus), drops.load(Ordering::SeqCst)), ((1, 1, 0, 0, 0), 1));
            assert_eq!(default_lane(&bus).worker_deaths(), 0);
            holds().detach();
            assert_alive(&bus);
            drop(bus);
            // By this thread, or by the worker that is the last to go.
            until("the bus has gone", || drops.load(Ordering::SeqCst) == 2);
        });
    });
}

#[test]
fn a_watermark_whose_call_panics_badly() {
    alone(|| {
        for mark in [Mark::Low, Mark::High] {
            each_kind(|lane: LaneConfig| {
                let called = Arc::new(AtomicU64::new(0));
                let count = called.clone();
                let bus = bus(lane.watermarks(3, 5, move |watermark| {
                    if watermark.mark == mark {
                        count.fetch_add(1, Ordering::SeqCst);
                        BombPayload::throw();
                    }
                }));
                let seen = Log::new();
                default_lane(&bus).pause();
                for number in 0..10 {
                    bus.send(Keyed { key: 1, number, log: seen.clone() }).unwrap();
                }
                default_lane(&bus).resume();
                drain(&bus);
                assert!(seen.get().into_iter().eq(0..10));
                assert_eq!(figures(&bus), (10, 10, 0, 0, 0));
                assert!(called.load(Ordering::SeqCst) > 0);
                assert_alive(&bus);
            });
        }
    });
}

/// What an async handler holds when it is cut short.
#[event(async)]
struct TimesOut;

#[handler(timeout = "5ms", retry(max = 1, backoff = "1ms..1ms"))]
async fn never(_: &TimesOut) {
    let _bomb = crate::support::Bomb::new();
    std::future::pending::<()>().await;
}

#[test]
fn a_future_that_panics_when_its_time_is_up() {
    alone(|| {
        for workers in [1, 2] {
            let runtime = crate::events::runtime(workers);
            let bus = bus(crate::events::lane().workers(workers).tokio(runtime.handle().clone()));
            for _ in 0..3 {
                bus.send(TimesOut).unwrap();
            }
            drain(&bus);
            assert_eq!(figures(&bus), (3, 0, 3, 0, 0));
            assert_eq!(default_lane(&bus).worker_deaths(), 0, "its handler alone is at fault");
            assert_alive(&bus);
        }
    });
}

/// Has a condition that panics.
#[event]
struct Conditional;

#[handler(when = |_| BombPayload::throw())]
fn conditional(_: &Conditional) {}

#[test]
fn a_condition_that_panics_badly() {
    alone(|| {
        each_kind(|lane| {
            let bus = bus(lane);
            for _ in 0..3 {
                bus.send(Conditional).unwrap();
            }
            drain(&bus);
            assert_eq!(figures(&bus), (3, 0, 3, 0, 0));
            assert_alive(&bus);
        });
    });
}
