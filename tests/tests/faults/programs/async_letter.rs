//! A handler of dead letters that is `async`, on a lane with a runtime, beside one that is not.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use events::lane::{DeadLetter, LaneConfig};
use events::prelude::*;

static PAGED: AtomicU32 = AtomicU32::new(0);
static COUNTED: AtomicU32 = AtomicU32::new(0);

#[event]
struct Order;

#[handler]
fn charge(_: &Order) -> Result<(), String> {
    Err("declined".into())
}

#[handler]
async fn page(letter: &DeadLetter) {
    tokio::task::yield_now().await;
    assert_eq!(letter.attempts[0].error, "declined");
    PAGED.fetch_add(1, Ordering::SeqCst);
}

#[handler]
fn count(_: &DeadLetter) {
    COUNTED.fetch_add(1, Ordering::SeqCst);
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap();
    let lane = LaneConfig::new(LaneConfig::DEFAULT).tokio(runtime.handle().clone());
    let bus = Bus::builder().lane(lane).build().unwrap();
    for _ in 0..3 {
        bus.send(Order).unwrap();
    }
    assert!(bus.drain(Duration::from_secs(60)));
    let start = Instant::now();
    while PAGED.load(Ordering::SeqCst) < 3 {
        assert!(start.elapsed() < Duration::from_secs(60), "{PAGED:?} of 3 handled");
        std::thread::yield_now();
    }
    assert_eq!(COUNTED.load(Ordering::SeqCst), 3);
    assert_eq!(bus.dead_letters().len(), 3);
}
