//! A handler that failed runs again, and only that one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use events::lane::{KeyOrder, Reason};
use events::prelude::*;
use events::testing::Clock;

use crate::support::{
    Gate, Keyed, LONG, Log, ORDERS, account, builder, bus, bus_with, default_lane, drain, drain_by, lane,
};

type Seen = Arc<Log<(&'static str, u32)>>;

#[event]
struct Order {
    seen: Seen,
    /// How often each handler fails before it succeeds.
    charge: u32,
    ship: u32,
}

#[handler(priority = 3)]
fn note(order: &Order, cx: &Context) {
    order.seen.push(("note", cx.attempt()));
}

#[handler(priority = 2, retry(max = 5, backoff = "1ms..4ms"))]
fn charge(order: &Order, cx: &Context) -> Result<(), String> {
    order.seen.push(("charge", cx.attempt()));
    if cx.attempt() <= order.charge { Err(format!("declined {}", cx.attempt())) } else { Ok(()) }
}

#[handler(priority = 1, retry(max = 2, backoff = "1ms..1ms"))]
fn ship(order: &Order, cx: &Context) {
    order.seen.push(("ship", cx.attempt()));
    assert!(cx.attempt() > order.ship, "no ship {}", cx.attempt());
}

#[test]
fn only_the_handler_that_failed_runs_again_and_knows_its_attempt() {
    let (bus, seen) = (bus(lane()), Log::new());
    bus.send(Order { seen: seen.clone(), charge: 3, ship: 0 }).unwrap();
    drain(&bus);
    assert_eq!(
        seen.get(),
        [("note", 1), ("charge", 1), ("ship", 1), ("charge", 2), ("charge", 3), ("charge", 4)]
    );
    assert_eq!(account(&bus), (1, 0, 0, 0));
    assert!(bus.dead_letters().is_empty());
}

#[test]
fn exhausted_it_is_a_dead_letter_with_every_attempt() {
    let (bus, seen) = (bus(lane()), Log::new());
    bus.send(Order { seen: seen.clone(), charge: 100, ship: 100 }).unwrap();
    drain(&bus);
    assert_eq!(account(&bus), (0, 1, 0, 0), "an event counts once, however many handlers give it up");
    let tries = |name| seen.get().iter().filter(|(who, _)| *who == name).count();
    assert_eq!((tries("note"), tries("charge"), tries("ship")), (1, 6, 3));
    let letters = bus.dead_letters().list();
    assert_eq!(letters.len(), 2);
    let of = |name: &str| {
        letters
            .iter()
            .find(|letter| letter.handler.is_some_and(|handler| handler.path.ends_with(name)))
            .unwrap()
    };
    let charge = of("::charge");
    assert_eq!(charge.reason, Reason::Failed);
    assert!(charge.attempts.iter().map(|attempt| attempt.number).eq(1..=6));
    assert_eq!(charge.attempts[5].error, "declined 6");
    assert!(charge.attempts.is_sorted_by_key(|attempt| attempt.at));
    let ship = of("::ship");
    assert_eq!((ship.reason, ship.attempts.len()), (Reason::Panicked, 3));
    assert_eq!(ship.attempts[2].error, "no ship 3");
    let text = charge.to_string();
    assert!(text.contains("retries.rs:") && text.contains("after 6 attempts: declined 6"), "{text}");
}

#[event]
struct Slowly(Arc<Log<Instant>>);

#[handler(retry(max = 4, backoff = "8ms..20ms"))]
fn fail_slowly(event: &Slowly) -> Result<(), &'static str> {
    event.0.push(Instant::now());
    Err("again")
}

#[test]
fn backoffs_grow_up_to_their_maximum() {
    let (bus, seen) = (bus(lane()), Log::new());
    bus.send(Slowly(seen.clone())).unwrap();
    drain(&bus);
    let times = seen.get();
    let pauses: Vec<Duration> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    // Half of a backoff is left to chance.
    let least = [4, 8, 10, 10].map(Duration::from_millis);
    assert_eq!(pauses.len(), 4);
    assert!(pauses.iter().zip(least).all(|(pause, least)| *pause >= least), "{pauses:?}");
}

/// Sends a failing event and one behind it, of one key; tells the order of what ran.
fn of_one_key(order: KeyOrder, workers: usize) -> Vec<(u32, u32)> {
    let (clock, seen) = (Clock::new(), Log::new());
    let bus = bus_with(&clock, lane().key_order(order).workers(workers));
    let lane = default_lane(&bus);
    lane.pause();
    let log = seen.clone();
    bus.send(Keyed::with(1, move |cx| {
        log.push((1, cx.attempt()));
        if cx.attempt() < 3 { Err("again".to_owned()) } else { Ok(()) }
    }))
    .unwrap();
    let log = seen.clone();
    bus.send(Keyed::with(1, move |cx| {
        log.push((2, cx.attempt()));
        Ok(())
    }))
    .unwrap();
    lane.resume();
    drain_by(&clock, &bus);
    assert_eq!(account(&bus), (2, 0, 0, 0));
    seen.get()
}

#[test]
fn in_a_strict_lane_later_events_of_the_key_wait_for_the_retry() {
    for workers in [1, 2, 4] {
        assert_eq!(of_one_key(KeyOrder::Strict, workers), [(1, 1), (1, 2), (1, 3), (2, 1)]);
    }
}

#[test]
fn in_a_relaxed_lane_they_pass() {
    for workers in [1, 2, 4] {
        assert_eq!(of_one_key(KeyOrder::Relaxed, workers), [(1, 1), (2, 1), (1, 2), (1, 3)]);
    }
}

#[test]
fn events_of_other_keys_never_wait_for_a_retry() {
    for order in ORDERS {
        let (bus, seen) = (bus(lane().key_order(order)), Log::new());
        // It is tried again when the other one was seen.
        let (log, gate) = (seen.clone(), Gate::new());
        let other = gate.clone();
        bus.send(Keyed::with(1, move |cx| {
            if cx.attempt() == 1 {
                return Err("again".to_owned());
            }
            gate.pass();
            log.push(1);
            Ok(())
        }))
        .unwrap();
        let log = seen.clone();
        default_lane(&bus).set_workers(2).unwrap();
        bus.send(Keyed::new(2, move || {
            log.push(2);
            other.open();
        }))
        .unwrap();
        drain(&bus);
        assert_eq!(seen.get(), [2, 1]);
    }
}

#[test]
fn a_retry_is_on_time_though_the_worker_that_waited_for_it_is_busy() {
    // Of two idle workers one waits for the retry. If that one takes other work meanwhile, the other has to see to it.
    for _ in 0..20 {
        let (bus, seen, gate) = (bus(lane().workers(2)), Log::new(), Gate::new());
        let log = seen.clone();
        bus.send(Keyed::with(1, move |cx| {
            log.push(cx.attempt());
            if cx.attempt() < 4 { Err("again".to_owned()) } else { Ok(()) }
        }))
        .unwrap();
        crate::support::until("it failed once", || seen.len() > 0);
        bus.send(crate::support::Job::waits_at(&gate)).unwrap();
        gate.wait_for(1);
        crate::support::until("all tries were made while the other worker is busy", || seen.len() == 4);
        gate.open();
        drain(&bus);
    }
}

#[test]
fn an_error_that_panics_when_asked_for_its_text_costs_nobody_else_anything() {
    #[derive(Debug)]
    struct Mute;
    impl std::fmt::Display for Mute {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            panic!("no text")
        }
    }
    impl std::error::Error for Mute {}
    #[event]
    struct Silent;
    #[handler(retry(max = 1, backoff = "1ms..1ms"))]
    fn be_silent(_: &Silent) -> Result<(), Mute> {
        Err(Mute)
    }
    let bus = bus(lane());
    bus.send(Silent).unwrap();
    drain(&bus);
    assert_eq!(account(&bus), (0, 1, 0, 0));
    assert_eq!(default_lane(&bus).worker_deaths(), 0);
    assert_eq!(bus.dead_letters().list()[0].attempts.len(), 2);
}

/// Two handlers of the first one fail, one longer than the other.
#[event(key = 0)]
struct Pair(u64, u32, Seen);

fn fail_until(event: &Pair, who: &'static str, attempt: u32, last: u32) -> Result<(), &'static str> {
    event.2.push((who, event.1 * 10 + attempt));
    if attempt < last && event.1 == 0 { Err("again") } else { Ok(()) }
}

#[handler(retry(max = 5, backoff = "1ms..2ms"))]
fn fail_twice(event: &Pair, cx: &Context) -> Result<(), &'static str> {
    fail_until(event, "a", cx.attempt(), 3)
}

#[handler(retry(max = 5, backoff = "1ms..2ms"))]
fn fail_four_times(event: &Pair, cx: &Context) -> Result<(), &'static str> {
    fail_until(event, "b", cx.attempt(), 5)
}

#[test]
fn two_handlers_in_retry_both_end_before_the_next_event_of_the_key() {
    for workers in [1, 3] {
        let (bus, seen) = (bus(lane().workers(workers)), Log::new());
        bus.send(Pair(7, 0, seen.clone())).unwrap();
        bus.send(Pair(7, 1, seen.clone())).unwrap();
        drain(&bus);
        let all = seen.get();
        assert_eq!(all.len(), 3 + 5 + 2);
        assert!(all[..8].iter().all(|(_, number)| *number < 10), "{all:?}");
        assert_eq!(account(&bus), (2, 0, 0, 0));
    }
}

#[test]
fn a_retry_is_left_by_a_shutdown_that_comes_first() {
    let tries = Arc::new(AtomicU32::new(0));
    #[event]
    struct Patient(Arc<AtomicU32>);
    #[handler(retry(max = 5, backoff = "1h..1h"))]
    fn wait_long(event: &Patient) -> Result<(), &'static str> {
        event.0.fetch_add(1, Ordering::Relaxed);
        Err("in an hour")
    }
    let bus = builder(lane()).build().unwrap();
    bus.send(Patient(tries.clone())).unwrap();
    crate::support::until("it was tried", || tries.load(Ordering::Relaxed) == 1);
    // It waits for the handler, which may not have returned yet, and for nothing that lies beyond its time.
    let report = bus.shutdown(LONG);
    assert!(report.took < LONG / 2, "{report}");
    assert_eq!(report.left.len(), 1, "{report}");
    assert_eq!((report.left[0].count, report.left[0].event.name), (1, "lanes::retries::Patient"));
    assert!(report.running.is_empty());
    assert!(report.account.balances(), "{report}");
}
