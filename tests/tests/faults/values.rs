//! Events that change while they lie on a lane, through interior mutability.
//!
//! Whether the memory of an envelope may be written through a shared reference shows under Miri alone; what the program
//! sees of it shows here.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, RwLock};

use events::prelude::*;

use crate::events::{assert_alive, bus, drain, each_kind, figures};
use crate::support::{LONG, alone};

#[event]
struct Changing {
    count: AtomicU64,
    list: Mutex<Vec<u64>>,
    large: RwLock<[u64; 64]>,
}

impl Changing {
    fn new() -> Self {
        Self { count: AtomicU64::new(0), list: Mutex::default(), large: RwLock::new([0; 64]) }
    }

    /// Changes every field. Returns how often that was done before.
    fn change(&self) -> u64 {
        let before = self.count.fetch_add(1, Ordering::Relaxed);
        self.list.lock().unwrap().push(before);
        self.large.write().unwrap()[before as usize] = before + 1;
        before
    }

    fn assert_changed(&self, times: u64) {
        assert_eq!(self.count.load(Ordering::Relaxed), times);
        assert!(self.list.lock().unwrap().iter().copied().eq(0..times));
        let large = self.large.read().unwrap();
        assert!(large[..times as usize].iter().copied().eq(1..=times) && large[times as usize] == 0);
    }
}

#[handler(priority = 2)]
fn change_first(event: &Changing) {
    event.change();
}

#[handler(priority = 1, retry(max = 2, backoff = "1ms..1ms"))]
fn change_and_fail(event: &Changing) -> Result<(), String> {
    if event.change() < 4 { Err("not yet".into()) } else { Ok(()) }
}

#[test]
fn what_handlers_change_stays_changed() {
    alone(|| {
        each_kind(|lane| {
            let bus = bus(lane);
            bus.send(Changing::new()).unwrap();
            drain(&bus);
            // One handler once, the other three times, and each saw what the others did.
            assert_eq!(figures(&bus), (1, 0, 1, 0, 0));
            let letters = bus.dead_letters();
            let id = letters.list()[0].id;
            letters.with_event(id, |event: &Changing| event.assert_changed(4)).unwrap();
            letters.with_event(id, Changing::change).unwrap();
            letters.with_event(id, |event: &Changing| event.assert_changed(5)).unwrap();
            letters.resend(id).unwrap();
            drain(&bus);
            assert_eq!(figures(&bus), (2, 1, 1, 0, 0));
            assert_alive(&bus);
        });
    });
}

/// Rows that change each other's neighbour.
#[event]
struct Row(AtomicU64);

#[handler(batch(size = "4", linger = "1ms"), retry(max = 3, backoff = "1ms..1ms"))]
fn change_all(rows: &[Row], cx: &Context) -> Result<(), &'static str> {
    for row in rows {
        assert_eq!(row.0.fetch_add(1, Ordering::Relaxed) + 1, u64::from(cx.attempt()));
    }
    if cx.attempt() < 3 { Err("not yet") } else { Ok(()) }
}

#[test]
fn what_a_batch_handler_changes_stays_changed() {
    alone(|| {
        each_kind(|lane| {
            let bus = bus(lane);
            bus.lane("default").unwrap().pause();
            for _ in 0..8 {
                bus.send(Row(AtomicU64::new(0))).unwrap();
            }
            bus.lane("default").unwrap().resume();
            drain(&bus);
            assert_eq!(figures(&bus), (8, 8, 0, 0, 0));
            assert_alive(&bus);
        });
    });
}

/// A lock inside of the event, shared by handlers on other threads.
#[event]
struct Shared(Arc<Mutex<u64>>, Mutex<u64>);

#[handler]
fn count_both(event: &Shared) {
    *event.1.lock().unwrap() += 1;
    let mut shared = event.0.lock().unwrap();
    *shared += *event.1.lock().unwrap();
}

#[test]
fn locks_inside_of_events_work() {
    alone(|| {
        each_kind(|lane| {
            let (bus, sum) = (bus(lane), Arc::<Mutex<u64>>::default());
            for number in 0..1_000 {
                bus.send_timeout(Shared(sum.clone(), Mutex::new(number)), LONG).unwrap();
            }
            drain(&bus);
            assert_eq!(*sum.lock().unwrap(), (1..=1_000).sum::<u64>());
            assert_alive(&bus);
        });
    });
}
