//! Allocations of events sent and handled, once a lane is warm: none.
//!
//! A binary of its own, with one test, for its allocator counts for all threads.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use events::context::{Canceller, TraceContext};
use events::lane::{LaneConfig, LaneHandle};
use events::prelude::*;

/// Counts what is asked of the system.
struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
static HANDLED: AtomicU64 = AtomicU64::new(0);

/// The number of an event whose handler waits for the gate. It has the key 0.
const BLOCKING: u64 = u64::MAX - 15;
static GATE: Mutex<()> = Mutex::new(());
static IS_BLOCKED: AtomicBool = AtomicBool::new(false);

// SAFETY: passes everything on to the system's allocator, whose contract is the same.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: passed on to the caller.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: passed on to the caller.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: passed on to the caller.
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// An event of this size, and the same with a key.
macro_rules! sized {
    ($plain:ident $keyed:ident $on_plain:ident $on_keyed:ident $words:literal) => {
        #[event]
        struct $plain([u64; $words]);
        #[event(key = 0)]
        struct $keyed(u64, [u64; $words - 1]);

        impl From<u64> for $plain {
            fn from(number: u64) -> Self {
                Self([number; $words])
            }
        }

        impl From<u64> for $keyed {
            fn from(number: u64) -> Self {
                Self(number % 16, [number; $words - 1])
            }
        }

        #[handler]
        fn $on_plain(event: &$plain) {
            assert!(event.0[0] == event.0[$words - 1]);
            HANDLED.fetch_add(1, Ordering::Relaxed);
        }
        #[handler]
        fn $on_keyed(event: &$keyed) {
            assert!(event.0 == event.1[$words - 2] % 16);
            if event.1[0] == BLOCKING {
                IS_BLOCKED.store(true, Ordering::SeqCst);
                drop(GATE.lock().unwrap());
            }
            HANDLED.fetch_add(1, Ordering::Relaxed);
        }
    };
}

sized!(Plain24 Keyed24 on_plain_24 on_keyed_24 3);
sized!(Plain104 Keyed104 on_plain_104 on_keyed_104 13);
sized!(Plain200 Keyed200 on_plain_200 on_keyed_200 25);
sized!(Plain4096 Keyed4096 on_plain_4096 on_keyed_4096 512);

const LONG: Duration = Duration::from_secs(60);
const EVENTS: u64 = 6_000;

#[derive(Clone, Copy, Debug, PartialEq)]
enum How {
    One,
    Batch,
    WithContext,
}

fn send<E: Event + From<u64>>(bus: &Bus, how: How, cx: &Context, numbers: std::ops::Range<u64>) {
    match how {
        How::One => numbers.for_each(|number| bus.send(E::from(number)).unwrap()),
        How::Batch => _ = bus.send_batch(numbers.map(E::from)).unwrap(),
        How::WithContext => numbers.for_each(|number| bus.send_with(E::from(number), cx).unwrap()),
    }
}

/// Allocations of so many events, on a lane that was as full as it can be before.
fn allocations<E: Event + From<u64>>(bus: &Bus, lane: &LaneHandle, how: How) -> u64 {
    let trace: TraceContext = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".parse().unwrap();
    let canceller = Canceller::new();
    let cx = Context::new().with_trace(trace).with_timeout(LONG).with_cancel(canceller.token());
    for _ in 0..2 {
        lane.pause();
        send::<E>(bus, how, &cx, 0..lane.capacity() as u64);
        lane.resume();
        assert!(bus.drain(LONG));
        send::<E>(bus, how, &cx, 0..EVENTS);
        assert!(bus.drain(LONG));
    }
    let (before, handled) = (ALLOCATIONS.load(Ordering::SeqCst), HANDLED.load(Ordering::SeqCst));
    send::<E>(bus, how, &cx, 0..EVENTS);
    assert!(bus.drain(LONG));
    assert_eq!(HANDLED.load(Ordering::SeqCst) - handled, EVENTS);
    ALLOCATIONS.load(Ordering::SeqCst) - before
}

/// Has as many events wait behind one key as ever may.
fn crowd<E: Event + From<u64>>(bus: &Bus, lane: &LaneHandle) {
    let gate = GATE.lock().unwrap();
    IS_BLOCKED.store(false, Ordering::SeqCst);
    bus.send(E::from(BLOCKING)).unwrap();
    while !IS_BLOCKED.load(Ordering::SeqCst) {
        thread::yield_now();
    }
    // Where there is a second worker, it moves them from the queue to the key, as many as the queue can hold.
    let crowd = lane.capacity() * lane.workers().min(2);
    for _ in 0..crowd {
        bus.send(E::from(0)).unwrap();
    }
    drop(gate);
    assert!(bus.drain(LONG));
}

fn assert_none<Plain: Event + From<u64>, Keyed: Event + From<u64>>(bytes: usize, workers: usize) {
    assert_eq!((size_of::<Plain>(), size_of::<Keyed>()), (bytes, bytes));
    let bus = Bus::builder()
        .lane(LaneConfig::new(LaneConfig::DEFAULT).capacity(256).workers(workers))
        .build()
        .unwrap();
    let lane = bus.lane(LaneConfig::DEFAULT).unwrap();
    crowd::<Keyed>(&bus, &lane);
    for how in [How::One, How::Batch, How::WithContext] {
        // Large ones and contexts take memory of pools, which grow to what can be under way at once: here each may still
        // lack what workers hold in their hands.
        let pools = u64::from(bytes > 104) + u64::from(how == How::WithContext);
        let hands = pools * 64 * workers as u64;
        let plain = allocations::<Plain>(&bus, &lane, how);
        assert!(plain <= hands, "{plain} for {EVENTS} events of {bytes} bytes, {how:?}, {workers} workers");
        let keyed = allocations::<Keyed>(&bus, &lane, how);
        assert!(
            keyed <= hands,
            "{keyed} for {EVENTS} keyed events of {bytes} bytes, {how:?}, {workers} workers"
        );
    }
    assert!(bus.shutdown(LONG).account.balances());
}

#[test]
fn a_warm_lane_allocates_nothing() {
    for workers in [1, 2] {
        assert_none::<Plain24, Keyed24>(24, workers);
        assert_none::<Plain104, Keyed104>(104, workers);
        assert_none::<Plain200, Keyed200>(200, workers);
        assert_none::<Plain4096, Keyed4096>(4096, workers);
    }
}
