//! Whatever is done to a lane in between: the order by key holds, batches keep it, and the account balances.

use std::collections::HashMap;
use std::sync::Arc;

use events::lane::{KeyOrder, LaneHandle};
use events::prelude::*;
use proptest::prelude::*;

use crate::support::{LONG, Log, account, bus, default_lane, drain, lane};

/// What the handlers of one event were run with: key, number, attempt.
type Ran = (u64, u64, u32);

/// One event of a script.
#[derive(Clone)]
struct Item {
    key: u64,
    number: u64,
    /// How often its handler fails before it succeeds. There are three retries.
    fails: u32,
    ran: Arc<Log<Ran>>,
    batched: Arc<Log<(u64, u64)>>,
}

impl Item {
    fn run(&self, cx: &Context) -> Result<(), &'static str> {
        self.ran.push((self.key, self.number, cx.attempt()));
        if cx.attempt() <= self.fails { Err("again") } else { Ok(()) }
    }
}

#[event(key = key, urgency = "high")]
struct High {
    key: u64,
    item: Item,
}
#[event(key = key)]
struct Normal {
    key: u64,
    item: Item,
}
#[event(key = key, urgency = "low")]
struct Low {
    key: u64,
    item: Item,
}
#[event(key = key)]
struct Batched {
    key: u64,
    item: Item,
}

#[handler(retry(max = 3, backoff = "10us..50us"))]
fn on_high(event: &High, cx: &Context) -> Result<(), &'static str> {
    event.item.run(cx)
}
#[handler(retry(max = 3, backoff = "10us..50us"))]
fn on_normal(event: &Normal, cx: &Context) -> Result<(), &'static str> {
    event.item.run(cx)
}
#[handler(retry(max = 3, backoff = "10us..50us"))]
fn on_low(event: &Low, cx: &Context) -> Result<(), &'static str> {
    event.item.run(cx)
}
#[handler(retry(max = 3, backoff = "10us..50us"))]
fn on_batched(event: &Batched, cx: &Context) -> Result<(), &'static str> {
    event.item.run(cx)
}
#[handler(batch(size = "2..8", linger = "50us..200us"))]
fn on_batch(events: &[Batched]) {
    assert!(events.len() <= 8);
    for event in events {
        event.item.batched.push((event.item.key, event.item.number));
    }
}

#[derive(Clone, Debug)]
enum Step {
    /// The key says which type it is of.
    Send {
        key: u64,
        fails: u32,
    },
    Burst {
        key: u64,
        events: u64,
    },
    Workers(usize),
    /// From the first of these to the sum of both.
    Between(usize, usize),
    Pause,
    Resume,
}

/// Keys 0 to 2 are of one urgency each, 3 and 4 of events with a batch handler.
const KEYS: u64 = 5;

fn step() -> impl Strategy<Value = Step> {
    let fails = prop_oneof![6 => Just(0), 2 => 1..4_u32, 1 => Just(4)];
    prop_oneof![
        12 => (0..KEYS, fails).prop_map(|(key, fails)| Step::Send { key, fails }),
        4 => (0..KEYS, 1..40_u64).prop_map(|(key, events)| Step::Burst { key, events }),
        3 => (0..5_usize).prop_map(Step::Workers),
        2 => (1..3_usize, 0..3_usize).prop_map(|(min, more)| Step::Between(min, more)),
        1 => Just(Step::Pause),
        2 => Just(Step::Resume),
    ]
}

fn send<E: Event>(bus: &Bus, lane: &LaneHandle, event: E) {
    if let Err(full) = bus.try_send(event) {
        // Nobody makes room in a lane that stands still.
        lane.resume();
        if lane.workers() == 0 {
            lane.set_workers(1).unwrap();
        }
        bus.send_timeout(full.event, LONG).unwrap();
    }
}

fn send_item(bus: &Bus, lane: &LaneHandle, item: Item) {
    let key = item.key;
    match key {
        0 => send(bus, lane, High { key, item }),
        1 => send(bus, lane, Normal { key, item }),
        2 => send(bus, lane, Low { key, item }),
        _ => send(bus, lane, Batched { key, item }),
    }
}

fn play(order: KeyOrder, capacity: usize, workers: usize, steps: &[Step]) -> Result<(), TestCaseError> {
    let bus = bus(lane().capacity(capacity).workers(workers).key_order(order));
    let (lane, ran, batched) = (default_lane(&bus), Log::new(), Log::new());
    let mut sent = HashMap::<u64, Vec<u32>>::new();
    let mut put = |key: u64, fails: u32| {
        let of_key = sent.entry(key).or_default();
        let item =
            Item { key, number: of_key.len() as u64, fails, ran: ran.clone(), batched: batched.clone() };
        of_key.push(fails);
        send_item(&bus, &lane, item);
    };
    for step in steps {
        match *step {
            Step::Send { key, fails } => put(key, fails),
            Step::Burst { key, events } => (0..events).for_each(|_| put(key, 0)),
            Step::Workers(workers) => lane.set_workers(workers).unwrap(),
            Step::Between(min, more) => lane.set_workers(min..=min + more).unwrap(),
            Step::Pause => lane.pause(),
            Step::Resume => lane.resume(),
        }
    }
    lane.resume();
    lane.set_workers(lane.workers().max(1)).unwrap();
    drain(&bus);

    let all = sent.values().flatten();
    let dead = all.clone().filter(|&&fails| fails == 4).count() as u64;
    let (handled, dead_lettered, _, left) = account(&bus);
    prop_assert_eq!((handled, dead_lettered, left), (all.count() as u64 - dead, dead, 0));
    let (ran, batched) = (ran.get(), batched.get());
    for (&key, fails) in &sent {
        let of_key: Vec<_> = ran.iter().filter(|ran| ran.0 == key).map(|ran| (ran.1, ran.2)).collect();
        let tries =
            |number: usize| (1..=(fails[number] + 1).min(4)).map(move |attempt| (number as u64, attempt));
        let strict: Vec<_> = (0..fails.len()).flat_map(tries).collect();
        match order {
            KeyOrder::Strict => prop_assert_eq!(of_key, strict, "key {}", key),
            _ => {
                let first = of_key.iter().filter(|(_, attempt)| *attempt == 1).map(|(number, _)| *number);
                prop_assert!(first.eq(0..fails.len() as u64), "key {}: {:?}", key, of_key);
                let (mut all, mut expected) = (of_key, strict);
                all.sort_unstable();
                expected.sort_unstable();
                prop_assert_eq!(all, expected, "key {}", key);
            }
        }
        let in_batches = batched.iter().filter(|(other, _)| *other == key).map(|(_, number)| *number);
        let expected = if key < 3 { 0 } else { fails.len() as u64 };
        prop_assert!(in_batches.clone().eq(0..expected), "key {}: {:?}", key, in_batches.collect::<Vec<_>>());
    }
    let report = bus.shutdown(LONG);
    prop_assert!(report.is_clean(), "{}", report);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::support::scaled(150) as u32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_strict_lane_keeps_the_order_of_all_tries(
        capacity in prop_oneof![1..8_usize, Just(512)],
        workers in 1..5_usize,
        steps in prop::collection::vec(step(), 0..80),
    ) {
        play(KeyOrder::Strict, capacity, workers, &steps)?;
    }

    #[test]
    fn a_relaxed_lane_keeps_the_order_of_first_tries(
        capacity in prop_oneof![1..8_usize, Just(512)],
        workers in 1..5_usize,
        steps in prop::collection::vec(step(), 0..80),
    ) {
        play(KeyOrder::Relaxed, capacity, workers, &steps)?;
    }
}
