//! The account balances, at any time and to the event.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use events::lane::{LaneConfig, Overflow};
use events::prelude::*;

use crate::support::{Gate, Job, Keyed, Log, account, builder, bus, default_lane, drain, lane, until};

#[test]
fn every_end_has_its_place() {
    let (bus, gate) = (bus(lane().capacity(3).overflow(Overflow::Reject)), Gate::new());
    bus.send(Job::waits_at(&gate)).unwrap();
    gate.wait_for(1);
    assert_eq!(account(&bus), (0, 0, 0, 1));
    bus.send(Job::new(|| ())).unwrap();
    bus.send(Job::new(|| panic!("given up"))).unwrap();
    bus.send(Keyed::with(1, |cx| if cx.attempt() < 3 { Err("again".into()) } else { Ok(()) })).unwrap();
    drop(bus.send(Job::new(|| ())).unwrap_err());
    assert_eq!(account(&bus), (0, 0, 1, 4));
    gate.open();
    drain(&bus);
    assert_eq!(account(&bus), (3, 1, 1, 0));
    let account = bus.account();
    assert_eq!(account.to_string(), "5 sent = 3 handled + 1 dead-lettered + 1 rejected + 0 left");
    assert_eq!(default_lane(&bus).account(), account);
    assert_eq!(bus.lane_accounts()[LaneConfig::DEFAULT], account);
}

/// With a batch handler, and one that fails now and then.
#[event(key = 0)]
struct Windowed(u64);

#[handler(batch(size = "4..16", linger = "100us..1ms"), retry(max = 1, backoff = "100us..200us"))]
fn take_many(events: &[Windowed], cx: &Context) -> Result<(), &'static str> {
    if cx.attempt() == 1 && events.iter().any(|event| event.0 % 31 == 0) { Err("again") } else { Ok(()) }
}

#[handler(retry(max = 1, backoff = "100us..200us"))]
fn take_one(event: &Windowed, cx: &Context) -> Result<(), &'static str> {
    match event.0 % 13 {
        0 => Err("never"),
        1 if cx.attempt() == 1 => Err("later"),
        _ => Ok(()),
    }
}

#[test]
fn it_balances_whenever_it_is_asked_for() {
    for workers in [1, 3] {
        let bus = bus(lane().capacity(256).workers(workers));
        for round in 0..40 {
            default_lane(&bus).pause();
            for number in 0..200 {
                bus.send(Windowed(round * 200 + number)).unwrap();
            }
            default_lane(&bus).resume();
            let mut asked = 0;
            while !bus.drain(Duration::ZERO) {
                // Nothing is sent meanwhile, so nothing moves but from one of its places to another.
                account(&bus);
                asked += 1;
                assert!(asked < 10_000_000, "it ends in time");
            }
        }
        let (handled, dead, _, left) = account(&bus);
        assert_eq!((handled + dead, left), (8_000, 0));
        assert_eq!(dead, (0..8_000).filter(|number| number % 13 == 0).count() as u64);
    }
}

#[test]
fn a_shutdown_in_the_middle_of_everything_balances() {
    for round in 0..60_u64 {
        let bus = builder(lane().capacity(64).workers(1 + round as usize % 3)).build().unwrap();
        let (sent, back) = (AtomicU64::new(0), AtomicU64::new(0));
        let handled = Arc::new(AtomicU64::new(0));
        let report = thread::scope(|scope| {
            for sender in 0..2 {
                let (bus, sent, back, handled) = (&bus, &sent, &back, handled.clone());
                scope.spawn(move || {
                    for number in 0..100_000 {
                        sent.fetch_add(1, Ordering::Relaxed);
                        let is_sent = if number % 2 == sender {
                            bus.send(Windowed(number)).is_ok()
                        } else {
                            let handled = handled.clone();
                            bus.send(Job::new(move || _ = handled.fetch_add(1, Ordering::Relaxed))).is_ok()
                        };
                        if !is_sent {
                            back.fetch_add(1, Ordering::Relaxed);
                            break;
                        }
                    }
                });
            }
            until("some were handled", || handled.load(Ordering::Relaxed) > 50 * round % 300);
            bus.shutdown(Duration::from_micros(100 * (round % 4)))
        });
        let account = bus.account();
        assert!(account.balances(), "{account}, {report}");
        assert!(report.account.balances(), "{report}");
        assert_eq!(account.sent, sent.load(Ordering::Relaxed), "{report}");
        assert_eq!(account.rejected, back.load(Ordering::Relaxed), "{report}");
        assert_eq!(report.left.iter().map(|left| left.count).sum::<u64>(), account.left, "{report}");
        assert_eq!(account.left, report.account.left);
    }
}

#[test]
fn lanes_add_up() {
    #[event(lane = "other")]
    struct Beside(Arc<Log<()>>);
    #[handler]
    fn beside(event: &Beside) {
        event.0.push(());
    }
    let (bus, seen) = (bus(lane()), Log::new());
    assert_eq!(bus.lane_accounts().len(), 0, "a lane that was never used is missing");
    bus.send(Beside(seen.clone())).unwrap();
    bus.send(Job::new(|| ())).unwrap();
    drain(&bus);
    assert_eq!(bus.lane_accounts().len(), 2);
    assert_eq!(account(&bus), (2, 0, 0, 0));
}
