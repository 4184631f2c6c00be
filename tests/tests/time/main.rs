//! Time in tests: a clock that the test moves, and tokio's paused time.

mod deadlines;
mod manual;
mod paused;
mod tasks;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use events::prelude::*;
use events::testing::{self, Clock};

/// Far longer than anything here takes: whoever waits so long has found a fault.
const LONG: Duration = Duration::from_secs(60);

const HOUR: Duration = Duration::from_secs(3600);

/// A bus whose lanes go by this clock.
fn bus(clock: &Clock) -> Bus {
    testing::builder().clock(clock).build().unwrap()
}

fn settle(bus: &Bus) {
    assert!(testing::settle(bus, LONG), "not settled in time: {}", bus.account());
}

/// The account as handled, dead-lettered, left; sure to balance.
fn account(bus: &Bus) -> (u64, u64, u64) {
    let account = bus.account();
    assert!(account.balances(), "{account}");
    (account.handled, account.dead_lettered, account.left)
}

/// Fails so often, and is retried twice, each time an hour later.
#[event]
struct Flaky {
    failures: u32,
    runs: Arc<AtomicU32>,
}

#[handler(retry(max = 2, backoff = "1h..1h", jitter = false))]
fn fail(event: &Flaky, cx: &Context) -> Result<(), &'static str> {
    event.runs.fetch_add(1, Ordering::Relaxed);
    if cx.attempt() <= event.failures { Err("not yet") } else { Ok(()) }
}

impl Flaky {
    fn new(failures: u32) -> (Self, Arc<AtomicU32>) {
        let runs = Arc::<AtomicU32>::default();
        (Self { failures, runs: runs.clone() }, runs)
    }
}

/// Writes its number down.
#[event]
struct Note(u32, Arc<Mutex<Vec<u32>>>);

#[handler]
fn write_down(note: &Note) {
    note.1.lock().unwrap().push(note.0);
}
