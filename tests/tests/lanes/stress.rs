//! Everything at once: panics, errors, retries, cancellations, deadlines, resizes, all policies, batches, and a shutdown in
//! the middle. What the test counts itself is compared with the account.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use events::context::Canceller;
use events::lane::{Account, DeadLetter, KeyOrder, LaneConfig, Overflow, Reason, ShutdownReport};
use events::prelude::*;

use crate::support::{LONG, default_lane, scaled};

/// What the test saw, beside what the bus counts.
#[derive(Default)]
struct Seen {
    /// Given to the bus, and come back.
    sent: AtomicU64,
    back: AtomicU64,
    /// Events of which the last handler that was to run succeeded.
    done: AtomicU64,
    /// Dead letters, by what they are of: a handler, a stop, a drop.
    letters: AtomicU64,
    /// Events that went away, by whatever way.
    dropped: AtomicU64,
}

/// How an event ends, decided when it is made.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    Fine,
    Fails,
    Panics,
    /// Fails so often, then succeeds. There are two retries.
    Retried(u32),
}

/// What the events of all types hold.
struct Load {
    fate: Fate,
    seen: Arc<Seen>,
}

impl Load {
    fn run(&self, cx: &Context) -> Result<(), &'static str> {
        match self.fate {
            Fate::Fails => return Err("it fails"),
            Fate::Panics => panic!("it panics"),
            Fate::Retried(last) if cx.attempt() <= last => return Err("again"),
            _ => (),
        }
        self.seen.done.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.seen.dropped.fetch_add(1, Ordering::Relaxed);
    }
}

#[event]
struct Plain(Load);
#[event(key = key, urgency = "high")]
struct OfKey {
    key: u64,
    load: Load,
}
#[event(urgency = "low")]
struct Sizable([u64; 30], Load);
#[event(key = key)]
struct InBatches {
    key: u64,
    load: Load,
}

#[handler(retry(max = 2, backoff = "20us..100us"))]
fn on_plain(event: &Plain, cx: &Context) -> Result<(), &'static str> {
    event.0.run(cx)
}
#[handler(retry(max = 2, backoff = "20us..100us"))]
fn on_key(event: &OfKey, cx: &Context) -> Result<(), &'static str> {
    event.load.run(cx)
}
#[handler]
fn on_sizable(event: &Sizable, cx: &Context) -> Result<(), &'static str> {
    assert!(event.0.iter().all(|number| *number == event.0[0]));
    event.1.run(cx)
}
/// Fails whole where one of them is to, and is then split down to it.
#[handler(batch(size = "4..32", linger = "50us..500us", split), retry(max = 1, backoff = "20us..50us"))]
fn on_batch(events: &[InBatches]) -> Result<(), &'static str> {
    if let Some(bad) = events.iter().find(|event| event.load.fate != Fate::Fine) {
        assert!(bad.load.fate != Fate::Panics, "it panics");
        return Err("one of them fails");
    }
    events[0].load.seen.done.fetch_add(events.len() as u64, Ordering::Relaxed);
    Ok(())
}

/// Letters of these events alone, for other tests have others.
#[handler]
fn on_letter(letter: &DeadLetter, bus: Bus) {
    if let Some(seen) = bus.state::<Arc<Seen>>() {
        assert!(letter.reason != Reason::WorkerDied);
        seen.letters.fetch_add(1, Ordering::Relaxed);
    }
}

/// A sender, its choices made by its seed.
struct Sender<'a> {
    bus: &'a Bus,
    seen: &'a Arc<Seen>,
    dice: fastrand::Rng,
}

impl Sender<'_> {
    fn load(&mut self) -> Load {
        let fate = match self.dice.u32(0..40) {
            0 => Fate::Fails,
            1 => Fate::Panics,
            2 => Fate::Retried(self.dice.u32(1..3)),
            _ => Fate::Fine,
        };
        Load { fate, seen: self.seen.clone() }
    }

    /// Sends some events in one of many ways. Returns how many.
    fn send_some(&mut self) -> u64 {
        let key = self.dice.u64(0..8);
        match self.dice.u32(0..12) {
            0 => {
                let count = self.dice.u64(1..100);
                let loads: Vec<Load> = (0..count).map(|_| self.load()).collect();
                let back = self
                    .bus
                    .send_batch(loads.into_iter().map(Plain))
                    .err()
                    .map_or(0, |back| back.unsent.len());
                self.note(count, back as u64)
            }
            1 => {
                let event = Plain(self.load());
                let is_back = self.bus.send_timeout(event, Duration::from_micros(50)).is_err();
                self.note(1, is_back.into())
            }
            2 => {
                let canceller = Canceller::new();
                let cx = Context::new().with_cancel(canceller.token());
                let event = OfKey { key, load: self.load() };
                let is_back = self.bus.send_with(event, &cx).is_err();
                if self.dice.bool() {
                    canceller.cancel();
                }
                self.note(1, is_back.into())
            }
            3 => {
                let cx = Context::new()
                    .with_deadline(Instant::now() + Duration::from_micros(self.dice.u64(0..500)));
                let event = Plain(self.load());
                let is_back = self.bus.send_with(event, &cx).is_err();
                self.note(1, is_back.into())
            }
            4 => {
                let event = Sizable([key; 30], self.load());
                let is_back = self.bus.try_send(event).is_err();
                self.note(1, is_back.into())
            }
            5 | 6 => {
                let mut load = self.load();
                if let Fate::Retried(_) = load.fate {
                    load.fate = Fate::Fine;
                }
                let is_back = self.bus.send(InBatches { key, load }).is_err();
                self.note(1, is_back.into())
            }
            7 | 8 => {
                let event = OfKey { key, load: self.load() };
                let is_back = self.bus.send(event).is_err();
                self.note(1, is_back.into())
            }
            _ => {
                let event = Plain(self.load());
                let is_back = self.bus.send(event).is_err();
                self.note(1, is_back.into())
            }
        }
    }

    fn note(&self, sent: u64, back: u64) -> u64 {
        self.seen.sent.fetch_add(sent, Ordering::Relaxed);
        self.seen.back.fetch_add(back, Ordering::Relaxed);
        sent
    }
}

/// One round: so many events, with a shutdown before the last ones are sent.
fn round(seed: u64, events: u64) -> (Account, ShutdownReport, Arc<Seen>) {
    let mut dice = fastrand::Rng::with_seed(seed);
    let overflow = [
        Overflow::Block,
        Overflow::DropOldest,
        Overflow::Reject,
        Overflow::DropNewest,
        Overflow::BlockFor(Duration::from_micros(200)),
    ][seed as usize % 5];
    let lane = LaneConfig::new(LaneConfig::DEFAULT)
        .capacity(*dice.choice(&[2, 64, 1024]).unwrap())
        .workers(dice.usize(1..4))
        .overflow(overflow)
        .key_order(if dice.bool() { KeyOrder::Strict } else { KeyOrder::Relaxed });
    let seen = Arc::<Seen>::default();
    let builder = crate::support::builder(lane).dead_letter_capacity(dice.usize(1..1000));
    let bus = builder.state(seen.clone()).build().unwrap();
    let (is_over, total) = (AtomicBool::new(false), AtomicU64::new(0));
    let report = thread::scope(|scope| {
        let senders: Vec<_> = (0..2)
            .map(|index| {
                let mut sender =
                    Sender { bus: &bus, seen: &seen, dice: fastrand::Rng::with_seed(seed * 2 + index) };
                let total = &total;
                scope.spawn(move || while total.fetch_add(sender.send_some(), Ordering::Relaxed) < events {})
            })
            .collect();
        let (bus, is_over, total) = (&bus, &is_over, &total);
        let meddler = scope.spawn(move || {
            let lane = default_lane(bus);
            while !is_over.load(Ordering::Relaxed) {
                match dice.u32(0..8) {
                    0 => lane.pause(),
                    1..4 => lane.set_workers(dice.usize(1..5)).unwrap(),
                    4 => _ = bus.dead_letters().len(),
                    5 => _ = bus.account(),
                    _ => (),
                }
                thread::yield_now();
                lane.resume();
            }
        });
        // In the middle of what is sent, at a place that the seed says.
        let middle = events * (50 + seed % 50) / 100;
        crate::support::until("half of it is sent", || {
            thread::park_timeout(Duration::from_micros(100));
            total.load(Ordering::Relaxed) >= middle
        });
        let patience = if seed.is_multiple_of(3) { LONG } else { Duration::from_micros(seed % 7 * 300) };
        let report = bus.shutdown(patience);
        senders.into_iter().for_each(|sender| sender.join().unwrap());
        is_over.store(true, Ordering::Relaxed);
        meddler.join().unwrap();
        report
    });
    (bus.account(), report, seen)
}

#[test]
fn nothing_is_lost_in_silence() {
    // As many as each round sends: scaled, this is the million and more.
    let (rounds, events) = (10, scaled(10_000));
    for seed in 0..rounds {
        let (account, report, seen) = round(seed, events);
        let [sent, back, done, letters, dropped] =
            [&seen.sent, &seen.back, &seen.done, &seen.letters, &seen.dropped]
                .map(|count| count.load(Ordering::Relaxed));
        let what = format!("seed {seed}: {account}; {done} done, {letters} letters; {report}");
        assert!(account.balances(), "{what}");
        assert!(report.account.balances(), "{what}");
        assert_eq!(account.sent, sent, "{what}");
        assert_eq!(account.rejected, back, "{what}");
        assert_eq!(report.left.iter().map(|left| left.count).sum::<u64>(), account.left, "{what}");
        assert!(account.handled > 0, "{what}");
        // What was under way when the time was up may have ended since: it counts as left.
        let late = account.left;
        assert!((account.handled..=account.handled + late).contains(&done), "{what}");
        // Events of one handler each: one letter each. What the end kept from its handlers is named as unseen.
        let unseen: u64 = report.unseen_letters.iter().map(|unseen| unseen.count).sum();
        assert!(letters + unseen >= account.dead_lettered, "{what}");
        assert!(letters <= account.dead_lettered + late, "{what}");
        if report.is_clean() {
            assert_eq!((account.left, account.handled), (0, done), "{what}");
        }
        // The bus is gone with `round`, and with it every event that it held; a worker may still be on its way out.
        crate::support::until("every event is dropped", || seen.dropped.load(Ordering::Relaxed) == sent);
        assert!(dropped <= sent, "{what}");
    }
}
