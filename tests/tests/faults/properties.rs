//! Whatever is done to a lane, and whatever its events do: each is accounted for exactly once, by its number.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use events::lane::{KeyOrder, LaneConfig, LaneHandle, Overflow};
use events::prelude::*;
use proptest::prelude::*;

use crate::events::{builder_with, default_lane, lane, runtime};
use crate::mischief::{Batched, Fate, Item, Key, Mischief, Tried, Urgent};
use crate::support::{BombError, LONG, Log, alone};

#[derive(Clone, Debug)]
enum Step {
    /// An event of this kind, with this key.
    Send(u64, u64, Mischief),
    /// So many plain ones of a kind, in one batch.
    Burst(u64, u64),
    Workers(usize),
    Pause,
    Resume,
    Resend,
}

fn mischief() -> impl Strategy<Value = Mischief> {
    prop_oneof![
        8 => Just(Mischief::None),
        2 => (1..4_u32).prop_map(Mischief::Fails),
        2 => (1..4_u32).prop_map(Mischief::ErrorDrops),
        1 => Just(Mischief::ErrorIsMute),
        1 => Just(Mischief::HandlerPanics),
        1 => Just(Mischief::PayloadDrops),
        1 => Just(Mischief::Drops),
        1 => Just(Mischief::Hashes),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => (0..3_u64, 0..4_u64, mischief()).prop_map(|(kind, key, mischief)| Step::Send(kind, key, mischief)),
        3 => (0..3_u64, 1..30_u64).prop_map(|(kind, events)| Step::Burst(kind, events)),
        2 => (0..5_usize).prop_map(Step::Workers),
        1 => Just(Step::Pause),
        2 => Just(Step::Resume),
        1 => Just(Step::Resend),
    ]
}

/// The numbers that a send gave back: looked at, and dropped without harm.
struct Returned {
    numbers: Vec<u64>,
    /// Sends whose key panicked: they never came to the lane.
    hashes: u64,
}

impl Returned {
    fn take(&mut self, item: Item) {
        self.numbers.push(item.number);
        drop(catch_unwind(AssertUnwindSafe(|| drop(item))));
    }

    fn note(&mut self, sent: std::thread::Result<Result<(), Item>>) {
        match sent {
            Ok(Ok(())) => (),
            Ok(Err(item)) => self.take(item),
            Err(_) => self.hashes += 1,
        }
    }
}

/// A bus under a script, with what is known from outside.
struct Play {
    bus: Bus,
    lane: LaneHandle,
    fates: Arc<Log<(u64, Fate)>>,
    returned: Returned,
    sent: u64,
    resent: u64,
}

impl Play {
    fn item(&mut self, mischief: Mischief) -> Item {
        self.sent += 1;
        Item { number: self.sent, mischief, fates: self.fates.clone() }
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Send(kind, key, mischief) => {
                let item = self.item(mischief);
                let key = Key(key, mischief == Mischief::Hashes);
                let bus = &self.bus;
                let sent = catch_unwind(AssertUnwindSafe(|| match kind {
                    0 => bus.try_send(Tried { key, item }).map_err(|error| error.event.item),
                    1 => bus.try_send(Urgent { key, item }).map_err(|error| error.event.item),
                    _ => bus.try_send(Batched { key, item }).map_err(|error| error.event.item),
                }));
                self.returned.note(sent);
            }
            Step::Burst(kind, events) => {
                let key = Key(kind, false);
                let items: Vec<Item> = (0..events).map(|_| self.item(Mischief::None)).collect();
                let items = items.into_iter();
                let unsent: Vec<Item> = match kind {
                    0 => unsent(&self.bus, items.map(|item| Tried { key, item }), |event| event.item),
                    1 => unsent(&self.bus, items.map(|item| Urgent { key, item }), |event| event.item),
                    _ => unsent(&self.bus, items.map(|item| Batched { key, item }), |event| event.item),
                };
                unsent.into_iter().for_each(|item| self.returned.take(item));
            }
            Step::Workers(workers) => self.lane.set_workers(workers).unwrap(),
            Step::Pause => self.lane.pause(),
            Step::Resume => self.lane.resume(),
            Step::Resend => self.resent += self.bus.dead_letters().resend_all() as u64,
        }
        let account = self.bus.account();
        assert!(account.balances(), "{account}");
    }
}

/// What a batch gives back where the lane never makes a sender wait.
fn unsent<E: Event>(bus: &Bus, events: impl Iterator<Item = E>, item: fn(E) -> Item) -> Vec<Item> {
    let back = bus.send_batch(events).err().map_or(Vec::new(), |error| error.unsent);
    back.into_iter().map(item).collect()
}

/// Whether the letters of this bus have handlers that fail, and when it ends.
#[derive(Clone, Copy, Debug)]
struct Setting {
    bad_hook: bool,
    overflow: Overflow,
    order: KeyOrder,
    /// After so many steps the bus is shut down, at once or with time enough.
    end: (usize, bool),
}

fn setting() -> impl Strategy<Value = Setting> {
    let overflow = prop_oneof![
        Just(Overflow::Reject),
        Just(Overflow::DropNewest),
        Just(Overflow::DropOldest),
        Just(Overflow::BlockFor(Duration::from_micros(200))),
    ];
    let order = prop_oneof![Just(KeyOrder::Strict), Just(KeyOrder::Relaxed)];
    (any::<bool>(), overflow, order, (0..60_usize, any::<bool>()))
        .prop_map(|(bad_hook, overflow, order, end)| Setting { bad_hook, overflow, order, end })
}

fn play(lane: LaneConfig, setting: Setting, steps: &[Step]) {
    let bus = builder_with(lane.overflow(setting.overflow).key_order(setting.order), move |_, _| {
        if setting.bad_hook { Err(Box::new(BombError)) } else { Ok(()) }
    })
    .build()
    .unwrap();
    let (lane, fates) = (default_lane(&bus), Log::new());
    let returned = Returned { numbers: Vec::new(), hashes: 0 };
    let mut play = Play { bus, lane, fates, returned, sent: 0, resent: 0 };
    let end = setting.end.0.min(steps.len());
    steps[..end].iter().for_each(|step| play.step(step));
    if setting.end.1 {
        play.lane.set_workers(play.lane.workers().max(1)).unwrap();
    }
    let report = play.bus.shutdown(if setting.end.1 { LONG } else { Duration::ZERO });
    assert!(report.took < LONG, "a lane stands still: {report}");
    assert_eq!(report.is_clean(), report.account.left == 0, "{report}");
    assert!(report.is_clean() || !setting.end.1, "there was time enough: {report}");
    // What is sent after the end comes back.
    let returned = play.returned.numbers.len() + play.returned.hashes as usize;
    let sent = play.sent;
    let late: Vec<_> = steps[end..].iter().filter(|step| !matches!(step, Step::Workers(_))).collect();
    late.iter().for_each(|step| play.step(step));
    let back = play.returned.numbers.len() + play.returned.hashes as usize - returned;
    assert_eq!(play.sent - sent, back as u64, "all that came after the end");

    check(play, report.account.left);
}

fn check(play: Play, left: u64) {
    let account = play.bus.account();
    assert!(account.balances(), "{account}");
    // One that is sent again counts once more; one whose key panicked was never sent.
    assert_eq!(account.sent, play.sent + play.resent - play.returned.hashes, "{account}");
    assert_eq!(account.rejected, play.returned.numbers.len() as u64, "{account}");
    assert_eq!(account.left, left, "{account}");
    let letters = play.bus.dead_letters();
    assert_eq!(letters.evicted(), 0);
    // A letter that was sent again was removed.
    assert_eq!(account.dead_lettered, letters.len() as u64 + play.resent, "{account}");

    let Play { bus, lane, fates, sent, .. } = play;
    letters.clear();
    drop((letters, lane, bus));
    crate::support::until("the workers let go of all events", || {
        fates.get().iter().filter(|(_, fate)| *fate == Fate::Dropped).count() as u64 >= sent
    });
    let mut of_event = BTreeMap::<u64, Vec<Fate>>::new();
    for (number, fate) in fates.get() {
        of_event.entry(number).or_default().push(fate);
    }
    assert_eq!(of_event.len() as u64, sent, "each event has a fate");
    for (number, fates) in &of_event {
        let count = |fate| fates.iter().filter(|&&other| other == fate).count();
        assert_eq!(count(Fate::Dropped), 1, "event {number} is dropped once: {fates:?}");
        assert!(count(Fate::Handled) <= 1, "event {number} is handled once at most: {fates:?}");
    }
    let handled = of_event.values().filter(|fates| fates.contains(&Fate::Handled)).count() as u64;
    // Those whose drop panicked were handled, and may be counted as letters nonetheless; those still running at the end
    // may be handled after it, and count as left.
    assert!(account.handled <= handled, "{handled} were handled: {account}");
    assert!(
        handled <= account.handled + account.dead_lettered + account.left,
        "{handled} were handled: {account}"
    );
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), 0..60)
}

fn config() -> ProptestConfig {
    // Each failure is one of many that depend on time, and shrinking it takes longer than the test may.
    ProptestConfig {
        cases: ((60.0 * crate::support::process::scale()) as u32).max(1),
        failure_persistence: None,
        max_shrink_iters: 0,
        ..ProptestConfig::default()
    }
}

fn capacity() -> impl Strategy<Value = usize> {
    prop_oneof![1..8_usize, Just(512)]
}

#[test]
fn every_event_is_accounted_for_on_threads() {
    alone(|| {
        proptest!(config(), |(capacity in capacity(), workers in 0..4_usize, setting in setting(), steps in steps())| {
            play(lane().capacity(capacity).workers(workers), setting, &steps);
        });
    });
}

#[test]
fn every_event_is_accounted_for_on_a_runtime() {
    alone(|| {
        proptest!(config(), |(capacity in capacity(), workers in 0..4_usize, setting in setting(), steps in steps())| {
            let runtime = runtime(1 + workers / 2);
            play(lane().capacity(capacity).workers(workers).tokio(runtime.handle().clone()), setting, &steps);
        });
    });
}
