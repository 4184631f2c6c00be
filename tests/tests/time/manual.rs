//! A clock that the test moves, on lanes whose workers are threads.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use events::lane::Reason;
use events::prelude::*;
use events::testing::Clock;

use crate::{Flaky, HOUR, LONG, Note, account, bus, settle};

#[test]
fn a_retry_begins_when_the_clock_comes_to_it_and_not_before() {
    let clock = Clock::new();
    let bus = bus(&clock);
    let (event, runs) = Flaky::new(9);
    bus.send(event).unwrap();
    settle(&bus);
    assert_eq!((runs.load(Ordering::Relaxed), account(&bus)), (1, (0, 0, 1)));
    clock.advance(HOUR - Duration::from_nanos(1));
    settle(&bus);
    assert_eq!(runs.load(Ordering::Relaxed), 1);
    clock.advance(Duration::from_nanos(1));
    settle(&bus);
    assert_eq!(runs.load(Ordering::Relaxed), 2);
    // A jump over both times: the second retry counts from the end of the first.
    clock.advance(HOUR * 2);
    settle(&bus);
    assert_eq!((runs.load(Ordering::Relaxed), account(&bus)), (3, (0, 1, 0)));
    assert_eq!(bus.dead_letters().list()[0].attempts.len(), 3);
}

#[test]
fn delayed_events_come_in_the_order_of_their_times() {
    let clock = Clock::new();
    let bus = bus(&clock);
    let seen = Arc::<Mutex<Vec<u32>>>::default();
    for (number, delay) in [(3, HOUR * 3), (1, HOUR), (2, HOUR * 2)] {
        bus.send_after(Note(number, seen.clone()), delay).unwrap();
    }
    bus.send(Note(0, seen.clone())).unwrap();
    settle(&bus);
    assert_eq!(*seen.lock().unwrap(), [0]);
    clock.advance(HOUR);
    settle(&bus);
    assert_eq!(*seen.lock().unwrap(), [0, 1]);
    clock.advance(HOUR * 2);
    settle(&bus);
    assert_eq!(*seen.lock().unwrap(), [0, 1, 2, 3]);
}

/// Two buses of one process with a clock each, and one with a clock of another.
#[test]
fn clocks_never_meet_and_one_clock_may_serve_many() {
    let (first, second) = (Clock::new(), Clock::new());
    let buses = [bus(&first), bus(&second), bus(&first.clone())];
    for bus in &buses {
        bus.send(Flaky::new(1).0).unwrap();
        settle(bus);
    }
    let begin = second.now();
    first.advance(HOUR);
    assert_eq!((second.now(), first.now() > begin), (begin, true));
    buses.iter().for_each(settle);
    assert_eq!(buses.each_ref().map(account), [(1, 0, 0), (0, 0, 1), (1, 0, 0)]);
}

#[event]
struct Row(Arc<Mutex<Vec<usize>>>);

#[handler(batch(size = "10..10", linger = "1m..1m"))]
fn store(rows: &[Row]) {
    rows[0].0.lock().unwrap().push(rows.len());
}

#[test]
fn a_batch_that_is_not_full_waits_for_the_clock() {
    let clock = Clock::new();
    let bus = bus(&clock);
    let seen = Arc::<Mutex<Vec<usize>>>::default();
    for _ in 0..12 {
        bus.send(Row(seen.clone())).unwrap();
    }
    settle(&bus);
    assert_eq!((seen.lock().unwrap().clone(), account(&bus)), (vec![10], (10, 0, 2)));
    clock.advance(Duration::from_secs(59));
    settle(&bus);
    assert_eq!(account(&bus), (10, 0, 2));
    clock.advance(Duration::from_secs(1));
    settle(&bus);
    assert_eq!((seen.lock().unwrap().clone(), account(&bus)), (vec![10, 2], (12, 0, 0)));
}

#[event]
struct Order(bool);

#[handler(breaker(failures = 2, cool_down = "1h"))]
fn charge(order: &Order) -> Result<(), &'static str> {
    if order.0 { Ok(()) } else { Err("the bank is down") }
}

#[test]
fn a_breaker_cools_down_by_the_clock() {
    let clock = Clock::new();
    let bus = bus(&clock);
    for succeeds in [false, false, true] {
        bus.send(Order(succeeds)).unwrap();
    }
    settle(&bus);
    let open = bus.lane("default").unwrap().open_breakers();
    assert_eq!((open.len(), open[0].rest), (1, HOUR));
    let reasons: Vec<_> = bus.dead_letters().list().iter().map(|letter| letter.reason).collect();
    assert_eq!(reasons, [Reason::Failed, Reason::Failed, Reason::BreakerOpen]);

    clock.advance(HOUR - Duration::from_secs(1));
    bus.send(Order(true)).unwrap();
    settle(&bus);
    assert_eq!(account(&bus), (0, 4, 0));
    clock.advance(Duration::from_secs(1));
    bus.send(Order(true)).unwrap();
    settle(&bus);
    assert_eq!(account(&bus), (1, 4, 0));
    assert!(bus.lane("default").unwrap().open_breakers().is_empty());
}

/// Takes as long as it says, by the test's clock.
#[event]
struct Lengthy(Clock, Duration);

#[handler(timeout = "1m")]
fn take_long(event: &Lengthy) {
    event.0.advance(event.1);
}

#[test]
fn a_synchronous_handler_is_slow_by_the_clock() {
    let clock = Clock::new();
    let bus = bus(&clock);
    for seconds in [1, 60, 61, 600] {
        bus.send(Lengthy(clock.clone(), Duration::from_secs(seconds))).unwrap();
    }
    settle(&bus);
    assert_eq!(account(&bus), (4, 0, 0));
    let slow = bus.lane("default").unwrap().slow();
    assert_eq!((slow.len(), slow[0].runs, slow[0].longest), (1, 2, Duration::from_secs(600)));
}

#[test]
fn a_shutdown_handles_what_is_due_and_names_the_rest_at_once() {
    let clock = Clock::new();
    let bus = bus(&clock);
    let seen = Arc::<Mutex<Vec<u32>>>::default();
    bus.send_after(Note(1, seen.clone()), HOUR).unwrap();
    bus.send_after(Note(2, seen.clone()), HOUR * 2).unwrap();
    bus.send(Flaky::new(1).0).unwrap();
    settle(&bus);
    let lane = bus.lane("default").unwrap();
    lane.pause();
    clock.advance(HOUR);
    let start = Instant::now();
    let report = bus.shutdown(LONG);
    assert!(start.elapsed() < LONG / 2 && report.is_final, "{report}");
    assert_eq!((report.account.handled, report.account.left), (2, 1), "{report}");
    assert_eq!(*seen.lock().unwrap(), [1]);
}

#[test]
fn a_clock_that_is_moved_for_ever_stands_still_at_its_end() {
    let clock = Clock::new();
    let bus = bus(&clock);
    bus.send(Flaky::new(1).0).unwrap();
    settle(&bus);
    clock.advance(Duration::MAX);
    clock.advance(Duration::MAX);
    settle(&bus);
    assert_eq!(account(&bus), (1, 0, 0));
    let end = clock.now();
    clock.advance(Duration::from_secs(1));
    assert_eq!(clock.now(), end);
}

/// Moves of the clock while workers go to sleep: none is missed.
#[test]
fn no_move_is_missed() {
    let clock = Clock::new();
    let bus = bus(&clock);
    let seen = Arc::<Mutex<Vec<u32>>>::default();
    for number in 0..2_000 {
        bus.send_after(Note(number, seen.clone()), HOUR).unwrap();
        clock.advance(HOUR);
        if number % 3 == 0 {
            settle(&bus);
            assert_eq!(seen.lock().unwrap().len(), number as usize + 1);
        }
    }
    settle(&bus);
    assert!(seen.lock().unwrap().iter().copied().eq(0..2_000));
}
