//! The account adds up at any moment, whatever others do at that moment, and never says less than what senders know.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use events::LaneConfig;
use events::lane::{Account, Overflow};
use events::prelude::*;

use crate::events::{Job, Keyed, bus, default_lane, drain, lane, runtime};
use crate::support::{LONG, Log, alone};

/// How many readings each reader takes at least.
const READINGS: u32 = 5_000;

/// What senders and handlers know themselves.
#[derive(Default)]
struct Known {
    /// Sends that have returned, whatever they returned.
    sent: AtomicU64,
    /// Sends that came back.
    rejected: AtomicU64,
    /// Handlers that have begun.
    begun: AtomicU64,
}

/// Fails, is tried again, and succeeds or is given up; by its number.
#[event(key = 0)]
struct Uncertain(u64, u64, Arc<Known>);

#[handler(retry(max = 1, backoff = "1us..20us"))]
fn uncertain(event: &Uncertain, cx: &Context) -> Result<(), &'static str> {
    if cx.attempt() == 1 {
        event.2.begun.fetch_add(1, Ordering::SeqCst);
    }
    let is_bad = event.1.is_multiple_of(5);
    if is_bad && (cx.attempt() == 1 || event.1.is_multiple_of(10)) { Err("not yet") } else { Ok(()) }
}

/// Rows that are written together.
#[event]
struct Row(Arc<Known>);

#[handler(batch(size = "2..16", linger = "20us..100us"))]
fn store(rows: &[Row]) {
    rows[0].0.begun.fetch_add(rows.len() as u64, Ordering::SeqCst);
}

/// Sends until `stop` is set. Counts each send after it has returned.
fn send_all_kinds(bus: &Bus, known: &Arc<Known>, stop: &AtomicBool) {
    let count = |attempts: u64, rejected: usize| {
        known.rejected.fetch_add(rejected as u64, Ordering::SeqCst);
        known.sent.fetch_add(attempts, Ordering::SeqCst);
    };
    let mut number = 0;
    while !stop.load(Ordering::Relaxed) {
        number += 1;
        let uncertain = |number| Uncertain(number % 5, number, known.clone());
        match number % 8 {
            0..4 => count(1, usize::from(bus.try_send(uncertain(number)).is_err())),
            4 => count(1, usize::from(bus.send(uncertain(number)).is_err())),
            5 => {
                let batch = (0..20).map(|more| uncertain(number + more));
                count(20, bus.send_batch(batch).err().map_or(0, |error| error.unsent.len()));
            }
            _ => count(1, usize::from(bus.try_send(Row(known.clone())).is_err())),
        }
    }
}

/// Reads the account over and over.
fn read(known: &Known, account: impl Fn() -> Account) {
    let mut last = Account::default();
    for reading in 0..READINGS {
        let sent = known.sent.load(Ordering::SeqCst);
        let rejected = known.rejected.load(Ordering::SeqCst);
        let now = account();
        let begun = known.begun.load(Ordering::SeqCst);
        assert!(now.balances(), "reading {reading}: {now}");
        assert!(now.sent >= sent, "reading {reading}: {sent} sends had returned before: {now}");
        assert!(now.rejected >= rejected, "reading {reading}: {rejected} had come back before: {now}");
        assert!(now.handled <= begun, "reading {reading}: {begun} had begun by then: {now}");
        let falls = now.sent < last.sent
            || now.handled < last.handled
            || now.dead_lettered < last.dead_lettered
            || now.rejected < last.rejected;
        assert!(!falls, "reading {reading}: after {last} came {now}");
        last = now;
    }
}

fn check(lane: LaneConfig, meanwhile: impl Fn(&Bus, &AtomicBool) + Sync) {
    let bus = bus(lane);
    let (known, stop) = (Arc::<Known>::default(), AtomicBool::new(false));
    let by_bus = || read(&known, || bus.account());
    let by_lane = || read(&known, || default_lane(&bus).account());
    let by_name = || read(&known, || bus.lane_accounts().remove(LaneConfig::DEFAULT).unwrap_or_default());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| send_all_kinds(&bus, &known, &stop));
        }
        scope.spawn(|| meanwhile(&bus, &stop));
        let readers = [scope.spawn(by_bus), scope.spawn(by_lane), scope.spawn(by_name)];
        let results: Vec<_> = readers.into_iter().map(thread::ScopedJoinHandle::join).collect();
        stop.store(true, Ordering::Relaxed);
        // A sender may wait in a lane that stands still.
        default_lane(&bus).resume();
        default_lane(&bus).set_workers(2).unwrap();
        assert!(results.iter().all(Result::is_ok), "a reading was wrong: see above");
    });
    drain(&bus);
    let (account, letters) = (bus.account(), bus.dead_letters());
    assert!(account.balances() && account.left == 0, "{account}");
    assert_eq!(account.sent, known.sent.load(Ordering::SeqCst), "{account}");
    assert_eq!(account.rejected, known.rejected.load(Ordering::SeqCst), "{account}");
    assert_eq!(account.dead_lettered, letters.len() as u64 + letters.evicted(), "{account}");
    let ended = bus.shutdown(LONG).account;
    assert_eq!(ended, account);
}

fn nothing(_: &Bus, _: &AtomicBool) {}

/// Changes the number of workers, and pauses.
fn disturb(bus: &Bus, stop: &AtomicBool) {
    let lane = default_lane(bus);
    let mut round = 0;
    while !stop.load(Ordering::Relaxed) {
        round += 1;
        lane.set_workers(1 + round % 3).unwrap();
        lane.pause();
        thread::yield_now();
        lane.resume();
        thread::yield_now();
    }
}

#[test]
fn it_adds_up_on_a_lane_that_stands_still() {
    alone(|| {
        let bus = bus(lane().capacity(1 << 16));
        default_lane(&bus).pause();
        let known = Arc::<Known>::default();
        let stop = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let result = bus.try_send(Keyed { key: 1, number: 0, log: Log::new() });
                    known.rejected.fetch_add(u64::from(result.is_err()), Ordering::SeqCst);
                    known.sent.fetch_add(1, Ordering::SeqCst);
                }
            });
            let reader = scope.spawn(|| read(&known, || bus.account()));
            let result = reader.join();
            stop.store(true, Ordering::Relaxed);
            assert!(result.is_ok(), "a reading was wrong: see above");
        });
        default_lane(&bus).resume();
        drain(&bus);
    });
}

#[test]
fn it_adds_up_with_one_worker() {
    alone(|| check(lane().capacity(256), nothing));
}

#[test]
fn it_adds_up_with_many_workers() {
    alone(|| check(lane().capacity(256).workers(4), nothing));
}

#[test]
fn it_adds_up_in_a_tiny_lane() {
    alone(|| check(lane().capacity(1).workers(2), nothing));
}

#[test]
fn it_adds_up_while_the_lane_changes() {
    alone(|| check(lane().capacity(64), disturb));
}

#[test]
fn it_adds_up_where_events_are_dropped() {
    alone(|| check(lane().capacity(8).overflow(Overflow::DropOldest), nothing));
}

#[test]
fn it_adds_up_where_the_newest_are_dropped() {
    alone(|| check(lane().capacity(8).workers(2).overflow(Overflow::DropNewest), nothing));
}

#[test]
fn it_adds_up_on_a_runtime() {
    alone(|| {
        let runtime = runtime(2);
        check(lane().capacity(64).tokio(runtime.handle().clone()).concurrency(3), disturb);
    });
}

#[test]
fn it_adds_up_while_letters_are_sent_again() {
    alone(|| {
        // Those that are sent again count as sent: senders know of less.
        let bus = bus(lane().workers(2));
        let stop = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    drop(bus.try_send(Job::failing()));
                    bus.dead_letters().resend_all();
                }
            });
            let reader = scope.spawn(|| {
                for reading in 0..READINGS {
                    let account = bus.account();
                    assert!(account.balances(), "reading {reading}: {account}");
                }
            });
            let result = reader.join();
            stop.store(true, Ordering::Relaxed);
            assert!(result.is_ok(), "a reading was wrong: see above");
        });
        drain(&bus);
        assert!(bus.shutdown(LONG).account.balances());
    });
}

#[test]
fn it_adds_up_while_the_bus_ends() {
    alone(|| {
        for round in 0..50 {
            let bus = bus(lane().workers(1 + round % 3).capacity(64));
            let (known, stop) = (Arc::<Known>::default(), AtomicBool::new(false));
            thread::scope(|scope| {
                for _ in 0..2 {
                    scope.spawn(|| send_all_kinds(&bus, &known, &stop));
                }
                let reader = scope.spawn(|| {
                    while !stop.load(Ordering::Relaxed) {
                        let sent = known.sent.load(Ordering::SeqCst);
                        let account = bus.account();
                        assert!(account.balances() && account.sent >= sent, "{sent} had returned: {account}");
                    }
                });
                while known.sent.load(Ordering::SeqCst) < 500 {
                    thread::yield_now();
                }
                let report = bus.shutdown(if round % 2 == 0 { LONG } else { std::time::Duration::ZERO });
                stop.store(true, Ordering::Relaxed);
                assert!(reader.join().is_ok(), "a reading was wrong: see above");
                assert!(report.account.balances(), "{report}");
            });
            let account = bus.account();
            assert!(account.balances(), "{account}");
            assert_eq!(account.sent, known.sent.load(Ordering::SeqCst), "{account}");
            assert_eq!(account.rejected, known.rejected.load(Ordering::SeqCst), "{account}");
        }
    });
}
