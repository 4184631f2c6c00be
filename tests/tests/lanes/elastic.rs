//! Lanes whose number of workers follows the load: more while events wait, fewer when they are not needed.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use events::LaneConfig;
use events::lane::{LaneHandle, Wait};
use events::prelude::*;
use tokio::sync::Semaphore;

use crate::support::{Gate, Job, Keyed, LONG, Log, account, bus, default_lane, drain, lane, until};

/// Sends so many that all wait at the gate.
fn send_waiting(bus: &Bus, gate: &Arc<Gate>, events: usize) {
    (0..events).for_each(|_| bus.send(Job::waits_at(gate)).unwrap());
}

/// The most workers that the lane had while several looks at it were due.
fn most_workers(lane: &LaneHandle) -> usize {
    let (start, mut most) = (Instant::now(), 0);
    while start.elapsed() < Duration::from_millis(150) {
        most = most.max(lane.workers());
        std::thread::yield_now();
    }
    most
}

#[test]
fn it_grows_while_all_workers_are_stuck_and_shrinks_when_they_idle() {
    for wait in [Wait::Park, Wait::Yield] {
        let (bus, gate) = (bus(lane().workers(1..=4).wait(wait)), Gate::new());
        let lane = default_lane(&bus);
        assert_eq!((lane.workers(), lane.worker_range()), (1, 1..=4));
        // Sent before any of them is stuck, and nothing after: nobody but the supervisor can see that they wait.
        send_waiting(&bus, &gate, 20);
        gate.wait_for(4);
        assert_eq!(most_workers(&lane), 4, "never beyond the most");
        assert_eq!((lane.workers(), lane.failed_starts(), lane.depth()), (4, 0, 16));
        gate.open();
        drain(&bus);
        until("it needs one worker", || lane.workers() == 1);
        // It grows again, and what is there is handled.
        let again = Gate::new();
        send_waiting(&bus, &again, 9);
        again.wait_for(2);
        again.open();
        drain(&bus);
        assert_eq!(account(&bus), (29, 0, 0, 0));
        assert!(bus.shutdown(LONG).is_clean());
    }
}

/// The supervisor sleeps while there is nothing to do. The worker that takes the first event may be stuck with it at once.
#[test]
fn the_worker_that_is_stuck_with_the_first_event_has_woken_the_supervisor() {
    for round in 0..100 {
        let (bus, gate) = (bus(lane().workers(1..=2)), Gate::new());
        // The event comes at any moment of the worker's first looks.
        for _ in 0..round * 20 {
            std::hint::spin_loop();
        }
        send_waiting(&bus, &gate, 2);
        gate.wait_for(2);
        gate.open();
        drain(&bus);
    }
}

#[test]
fn a_batch_that_one_worker_took_is_no_obstacle() {
    let (bus, gate, seen) = (bus(lane().workers(1..=2)), Gate::new(), Log::new());
    let lane = default_lane(&bus);
    lane.pause();
    for number in 0..200 {
        let seen = seen.clone();
        bus.send(Job::new(move || seen.push(number))).unwrap();
    }
    // The batches have become long by then, and the queue is empty when the worker is stuck.
    send_waiting(&bus, &gate, 1);
    send_waiting(&bus, &gate, 1);
    lane.resume();
    gate.wait_for(1);
    until("a second worker is there", || lane.workers() == 2);
    gate.open();
    drain(&bus);
    assert_eq!((seen.len(), account(&bus).0), (200, 202));
}

#[test]
fn what_waits_beside_the_queues_is_a_reason_for_workers() {
    let (bus, gate, attempts) = (bus(lane().workers(1..=3)), Gate::new(), AtomicUsize::new(0));
    let at_gate = gate.clone();
    let fails_once = Job(Box::new(move |_| match attempts.fetch_add(1, Ordering::Relaxed) {
        0 => Err("declined".into()),
        _ => {
            at_gate.pass();
            Ok(())
        }
    }));
    bus.send(fails_once).unwrap();
    drain(&bus);
    send_waiting(&bus, &gate, 1);
    gate.wait_for(1);
    // From now on nothing lies in a queue.
    bus.send_after(Job::waits_at(&gate), Duration::from_millis(1)).unwrap();
    gate.wait_for(2);
    assert_eq!(bus.dead_letters().resend_all(), 1);
    gate.wait_for(3);
    gate.open();
    drain(&bus);
    assert_eq!(account(&bus), (3, 1, 0, 0));
}

#[test]
fn tasks_become_more_and_fewer_as_well() {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let bus = bus(lane().tokio(runtime.handle().clone()).concurrency(1..=5));
        let (lane, permits) = (default_lane(&bus), Arc::new(Semaphore::new(0)));
        let inside = Arc::<AtomicUsize>::default();
        for _ in 0..30 {
            bus.send(Awaits { permits: permits.clone(), inside: inside.clone() }).unwrap();
        }
        // The runtime's clock stands still but for this.
        let mut most = vec![];
        for _ in 0..40 {
            tokio::time::sleep(Duration::from_millis(10)).await;
            assert_eq!(inside.load(Ordering::SeqCst), lane.workers());
            most.push(lane.workers());
        }
        assert!(most.is_sorted(), "{most:?}");
        most.dedup();
        assert_eq!(most, [1, 2, 3, 4, 5]);
        permits.add_permits(30);
        assert!(bus.drain_async(LONG).await);
        for _ in 0..40 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(lane.workers(), 1);
        assert_eq!(account(&bus), (30, 0, 0, 0));
        assert!(bus.shutdown_async(LONG).await.is_clean());
    });
}

#[event(async)]
struct Awaits {
    permits: Arc<Semaphore>,
    inside: Arc<AtomicUsize>,
}

#[handler]
async fn await_permit(event: &Awaits) {
    event.inside.fetch_add(1, Ordering::SeqCst);
    event.permits.acquire().await.unwrap().forget();
    event.inside.fetch_sub(1, Ordering::SeqCst);
}

#[test]
fn what_waits_for_a_key_or_in_a_paused_lane_is_no_reason_for_workers() {
    let (bus, gate) = (bus(lane().workers(1..=8)), Gate::new());
    let lane = default_lane(&bus);
    for _ in 0..50 {
        let gate = gate.clone();
        bus.send(Keyed::new(1, move || gate.pass())).unwrap();
    }
    gate.wait_for(1);
    // A second one may come, which finds out that all of them wait for one key.
    assert!(most_workers(&lane) <= 2);
    lane.pause();
    let before = lane.workers();
    send_waiting(&bus, &gate, 50);
    assert!(most_workers(&lane) <= before);
    gate.open();
    lane.resume();
    drain(&bus);
    assert_eq!(account(&bus), (100, 0, 0, 0));
}

#[test]
fn a_rate_limit_is_no_reason_for_workers() {
    let send = |bus: &Bus, seen: &Arc<Log<u64>>, number| {
        let seen = seen.clone();
        bus.send(Job::new(move || seen.push(number))).unwrap();
    };
    // The first takes what the rate admits at once, and no other is admitted as long as this looks.
    let (slow, seen) = (bus(lane().workers(1..=8).rate_limit(1, 1)), Log::new());
    send(&slow, &seen, 0);
    drain(&slow);
    (1..40).for_each(|number| send(&slow, &seen, number));
    assert_eq!(most_workers(&default_lane(&slow)), 1);
    assert!(!slow.shutdown(Duration::ZERO).is_clean());

    let (quick, seen) = (bus(lane().workers(1..=8).rate_limit(200, 1)), Log::new());
    (0..40).for_each(|number| send(&quick, &seen, number));
    drain(&quick);
    let mut seen = seen.get();
    seen.sort_unstable();
    assert!(seen.into_iter().eq(0..40));
}

#[test]
fn a_number_that_is_set_stays_and_a_range_sets_it_free() {
    let (bus, gate) = (bus(lane().workers(1..=8)), Gate::new());
    let lane = default_lane(&bus);
    lane.set_workers(2).unwrap();
    assert_eq!((lane.workers(), lane.worker_range()), (2, 2..=2));
    send_waiting(&bus, &gate, 20);
    gate.wait_for(2);
    assert_eq!(most_workers(&lane), 2);
    lane.set_workers(1..=3).unwrap();
    gate.wait_for(3);
    assert_eq!(most_workers(&lane), 3);
    lane.set_workers(5..=6).unwrap();
    gate.wait_for(6);
    for (bad, words) in [(0..=2, "at least 1"), (RangeOf::EMPTY, "write `3..=4`"), (1..=5_000, "up to 4096")]
    {
        let error = lane.set_workers(bad).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
        assert!(error.to_string().contains(words), "{error}");
    }
    assert_eq!((lane.workers(), lane.worker_range()), (6, 5..=6), "a mistake changes nothing");
    gate.open();
    drain(&bus);
    for round in 0..300 {
        lane.set_workers([1..=1, 1..=2, 2..=2, 2..=5][round % 4].clone()).unwrap();
        bus.send(Job::new(|| ())).unwrap();
    }
    drain(&bus);
    assert_eq!(account(&bus), (320, 0, 0, 0));
    assert!(bus.shutdown(LONG).is_clean());
}

/// A range with its ends the wrong way round, which the compiler would not let stand as a literal.
struct RangeOf;

impl RangeOf {
    const EMPTY: std::ops::RangeInclusive<usize> = std::ops::RangeInclusive::new(4, 3);
}

#[test]
fn a_range_that_is_none_is_an_error_of_the_build() {
    let lanes = [LaneConfig::new("zero").workers(0..=3), LaneConfig::new("empty").workers(RangeOf::EMPTY)];
    let error = lanes.into_iter().fold(crate::support::builder(lane()), |builder, lane| builder.lane(lane));
    let error = error.build().unwrap_err().to_string();
    for words in ["\"zero\"", "write `1..=3`", "\"empty\"", "write `3..=4`"] {
        assert!(error.contains(words), "{words} is not in {error}");
    }
}

#[test]
fn the_order_holds_and_the_account_balances_while_the_number_changes() {
    const KEYS: u64 = 6;
    let bus = bus(lane().workers(1..=6).capacity(512));
    let (lane, seen, mut most) = (default_lane(&bus), Log::new(), 1);
    for number in 0..400 {
        for key in 0..KEYS {
            let seen = seen.clone();
            let slow = Duration::from_micros(if number % 100 < 50 { 100 } else { 0 });
            bus.send(Keyed::new(key, move || {
                let start = Instant::now();
                while start.elapsed() < slow {
                    std::thread::yield_now();
                }
                seen.push((key, number));
            }))
            .unwrap();
        }
        if number % 90 == 0 {
            lane.set_workers([1..=6, 1..=1, 2..=6][number / 90 % 3].clone()).unwrap();
        }
        most = most.max(lane.workers());
        let account = bus.account();
        assert!(account.balances(), "{account}");
    }
    drain(&bus);
    assert!(most > 1, "it never grew");
    let seen = seen.get();
    for key in 0..KEYS {
        assert!(seen.iter().filter(|(of, _)| *of == key).map(|(_, number)| *number).eq(0..400));
    }
    assert_eq!(account(&bus), (400 * KEYS, 0, 0, 0));
    assert!(bus.shutdown(LONG).is_clean());
}

#[test]
fn nobody_holds_the_bus_when_a_shutdown_has_returned() {
    for workers in [1..=1, 1..=4] {
        for is_task in [false, true] {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build();
            let runtime = runtime.unwrap();
            let mut lane = lane().workers(workers.clone());
            if is_task {
                lane = lane.tokio(runtime.handle().clone());
            }
            let state = Arc::new(());
            let bus = crate::support::builder(lane).shared_state(state.clone()).build().unwrap();
            let gate = Gate::new();
            send_waiting(&bus, &gate, 1);
            gate.wait_for(1);
            gate.open();
            let report = runtime.block_on(bus.shutdown_async(LONG));
            assert!(report.is_clean() && report.took < LONG / 4, "{report}");
            drop(bus);
            assert_eq!(Arc::strong_count(&state), 1, "{workers:?} as tasks: {is_task}");
        }
    }
}
