//! Keys whose `Hash` is slow, or asks something of the bus: it is called before a send has begun, and holds up nobody.

use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use events::prelude::*;

use crate::events::{Noted, assert_alive, bus, default_lane, drain, figures, lane};
use crate::support::{Gate, LONG, Log, alone};

/// A key whose hash does this first.
struct Strange(Arc<dyn Fn() + Send + Sync>);

impl Hash for Strange {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.0)();
        state.write_u8(1);
    }
}

#[event(key = 0)]
struct Order(Strange, Arc<Log<u64>>);

#[handler]
fn charge(event: &Order) {
    event.1.push(100);
}

/// Sends two orders. Returns how many were taken.
type Way = fn(&Bus, &dyn Fn() -> Order) -> u64;

/// The ways to send two orders of such a key.
const WAYS: [Way; 4] = [
    |bus, order| u64::from(bus.send(order()).is_ok()) + u64::from(bus.try_send(order()).is_ok()),
    |bus, order| bus.send_batch([order(), order()]).map_or(0, |sent| sent as u64),
    |bus, order| {
        let cx = Context::new().with_timeout(LONG);
        u64::from(bus.send_with(order(), &cx).is_ok()) + u64::from(bus.send_timeout(order(), LONG).is_ok())
    },
    |bus, order| {
        let runtime = crate::events::runtime(1);
        let send = async || u64::from(bus.send_async(order()).await.is_ok());
        runtime.block_on(async { send().await + send().await })
    },
];

#[test]
fn a_slow_hash_holds_up_no_other_send_and_no_worker() {
    alone(|| {
        for way in WAYS {
            for workers in [1, 2] {
                let (bus, seen, gate) = (bus(lane().workers(workers)), Log::new(), Gate::new());
                let at_gate = gate.clone();
                let hash: Arc<dyn Fn() + Send + Sync> = Arc::new(move || at_gate.pass());
                let order = || Order(Strange(hash.clone()), seen.clone());
                thread::scope(|scope| {
                    let sender = scope.spawn(|| way(&bus, &order));
                    gate.wait_for(1);
                    // Its sender is in the midst of the hash.
                    for number in 0..100 {
                        bus.send(Noted(number, seen.clone())).unwrap();
                    }
                    drain(&bus);
                    let mut numbers = seen.get();
                    if workers > 1 {
                        // Events without a key have no order between two workers.
                        numbers.sort_unstable();
                    }
                    assert!(numbers.into_iter().eq(0..100));
                    assert_eq!(figures(&bus), (100, 100, 0, 0, 0));
                    gate.open();
                    assert_eq!(sender.join().unwrap(), 2);
                });
                drain(&bus);
                assert_eq!(figures(&bus), (102, 102, 0, 0, 0));
                assert_alive(&bus);
            }
        }
    });
}

#[test]
fn a_slow_hash_holds_up_no_shutdown() {
    alone(|| {
        for way in WAYS {
            let (bus, seen, gate) = (bus(lane()), Log::new(), Gate::new());
            let at_gate = gate.clone();
            let hash: Arc<dyn Fn() + Send + Sync> = Arc::new(move || at_gate.pass());
            let order = || Order(Strange(hash.clone()), seen.clone());
            thread::scope(|scope| {
                let sender = scope.spawn(|| way(&bus, &order));
                gate.wait_for(1);
                let report = bus.shutdown(Duration::from_millis(100));
                assert!(report.took < LONG / 2, "{report}");
                assert!(report.is_clean(), "an event that is not sent yet is not left: {report}");
                gate.open();
                assert_eq!(sender.join().unwrap(), 0, "the bus was closed meanwhile");
            });
            assert_eq!(figures(&bus), (2, 0, 0, 2, 0));
        }
    });
}

#[test]
fn a_hash_that_asks_the_bus_gets_an_answer() {
    alone(|| {
        for way in WAYS {
            let (bus, seen) = (bus(lane()), Log::new());
            let asked = bus.clone();
            let hash: Arc<dyn Fn() + Send + Sync> = Arc::new(move || {
                assert!(asked.account().balances());
                assert!(default_lane(&asked).depth() < 100);
                assert!(asked.dead_letters().is_empty());
                default_lane(&asked).pause();
                default_lane(&asked).resume();
                assert!(asked.drain(LONG), "this event is not sent yet");
            });
            let sent = way(&bus, &|| Order(Strange(hash.clone()), seen.clone()));
            assert_eq!(sent, 2);
            drain(&bus);
            assert_eq!((figures(&bus), seen.len()), ((2, 2, 0, 0, 0), 2));
            assert_alive(&bus);
        }
    });
}

#[test]
fn a_hash_that_sends_comes_first() {
    alone(|| {
        for way in WAYS {
            let (bus, seen) = (bus(lane()), Log::new());
            let (inner, log) = (bus.clone(), seen.clone());
            let hash: Arc<dyn Fn() + Send + Sync> =
                Arc::new(move || inner.send(Noted(log.len() as u64, log.clone())).unwrap());
            default_lane(&bus).pause();
            assert_eq!(way(&bus, &|| Order(Strange(hash.clone()), seen.clone())), 2);
            default_lane(&bus).resume();
            drain(&bus);
            let (_, handled, dead, rejected, left) = figures(&bus);
            assert_eq!((handled, dead, rejected, left), (seen.len() as u64, 0, 0, 0));
            assert!(handled >= 4, "a hash is asked for at least once for each event");
            assert_eq!(seen.get()[0], 0, "what the hash sends is sent before its event");
            assert_alive(&bus);
        }
    });
}

#[test]
fn a_hash_that_fills_the_lane_in_a_batch_is_no_standstill() {
    alone(|| {
        let (bus, seen) = (bus(lane().capacity(4)), Log::new());
        let (inner, log) = (bus.clone(), seen.clone());
        let hash: Arc<dyn Fn() + Send + Sync> =
            Arc::new(move || _ = inner.send_timeout(Noted(0, log.clone()), LONG));
        let sent = bus.send_batch((0..32).map(|_| Order(Strange(hash.clone()), seen.clone()))).unwrap();
        assert_eq!(sent, 32);
        drain(&bus);
        assert!(figures(&bus).1 >= 64, "{}", bus.account());
        assert_alive(&bus);
    });
}
