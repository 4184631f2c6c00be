//! Lanes without workers, run by a thread of the program; and lanes that are cleared.

mod cleared;
mod helping;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use events::lane::{LaneConfig, Reason, SendErrorKind};
use events::prelude::*;
use events::testing::{self, Clock};

/// Far longer than anything here takes.
const LONG: Duration = Duration::from_secs(60);

const HOUR: Duration = Duration::from_secs(3600);

type Run = Box<dyn Fn(&Bus, &Context) -> Result<(), String> + Send + Sync>;

/// Runs what a test gives it; retried once, an hour later.
#[event(key = key)]
struct Job {
    key: u32,
    run: Run,
}

#[handler(retry(max = 1, backoff = "1h..1h", jitter = false))]
fn run_job(job: &Job, bus: Bus, cx: &Context) -> Result<(), String> {
    (job.run)(&bus, cx)
}

impl Job {
    fn new(key: u32, run: impl Fn(&Bus, &Context) -> Result<(), String> + Send + Sync + 'static) -> Self {
        Self { key, run: Box::new(run) }
    }

    /// Writes a number down.
    fn writes(key: u32, number: u32, log: &Arc<Mutex<Vec<u32>>>) -> Self {
        let log = log.clone();
        Self::new(key, move |_, _| {
            log.lock().unwrap().push(number);
            Ok(())
        })
    }
}

#[event(urgency = "high")]
struct Urgent(Arc<Mutex<Vec<u32>>>);

#[handler]
fn write_zero(event: &Urgent) {
    event.0.lock().unwrap().push(0);
}

#[event]
struct Row(Arc<Mutex<Vec<usize>>>);

#[handler(batch(size = "4..4", linger = "1h..1h"))]
fn store(rows: &[Row]) {
    rows[0].0.lock().unwrap().push(rows.len());
}

fn lane() -> LaneConfig {
    LaneConfig::new(LaneConfig::DEFAULT).workers(0)
}

/// A bus whose lane has no workers, and goes by this clock.
fn bus(clock: &Clock) -> Bus {
    testing::builder().lane(lane()).lane(LaneConfig::new("other").workers(0)).clock(clock).build().unwrap()
}

/// The account as handled, dead-lettered, left; sure to balance.
fn account(bus: &Bus) -> (u64, u64, u64) {
    let account = bus.account();
    assert!(account.balances(), "{account}");
    (account.handled, account.dead_lettered, account.left)
}

#[test]
fn events_are_run_here_in_their_order_and_by_urgency() {
    let bus = bus(&Clock::new());
    let log = Arc::<Mutex<Vec<u32>>>::default();
    for number in 1..=3 {
        bus.send(Job::writes(number, number, &log)).unwrap();
    }
    bus.send(Urgent(log.clone())).unwrap();
    let here = std::thread::current().id();
    bus.send(Job::new(4, move |_, _| {
        assert_eq!(std::thread::current().id(), here);
        Ok(())
    }))
    .unwrap();
    assert_eq!(account(&bus), (0, 0, 5), "nothing runs by itself");
    assert_eq!(bus.run_pending(), 5);
    assert_eq!(*log.lock().unwrap(), [0, 1, 2, 3]);
    assert_eq!((bus.run_pending(), account(&bus)), (0, (5, 0, 0)));
}

/// An event of the key waits for the retry of an earlier one; others pass.
#[test]
fn retries_run_when_they_are_due_and_keep_the_order_of_their_key() {
    let clock = Clock::new();
    let bus = bus(&clock);
    let log = Arc::<Mutex<Vec<u32>>>::default();
    let also = log.clone();
    bus.send(Job::new(7, move |_, cx| {
        also.lock().unwrap().push(cx.attempt());
        if cx.attempt() == 1 { Err("once".into()) } else { Ok(()) }
    }))
    .unwrap();
    bus.send(Job::writes(7, 30, &log)).unwrap();
    bus.send(Job::writes(8, 40, &log)).unwrap();
    assert_eq!((bus.run_pending(), log.lock().unwrap().clone()), (2, vec![1, 40]));
    assert_eq!(account(&bus), (1, 0, 2));
    clock.advance(HOUR);
    assert_eq!((bus.run_pending(), log.lock().unwrap().clone()), (2, vec![1, 40, 2, 30]));
    assert_eq!(account(&bus), (3, 0, 0));
}

#[test]
fn delayed_events_and_batches_run_when_they_are_due() {
    let clock = Clock::new();
    let bus = bus(&clock);
    let (log, sizes) = (Arc::<Mutex<Vec<u32>>>::default(), Arc::<Mutex<Vec<usize>>>::default());
    bus.send_after(Job::writes(1, 1, &log), HOUR).unwrap();
    for _ in 0..6 {
        bus.send(Row(sizes.clone())).unwrap();
    }
    bus.run_pending();
    assert_eq!((log.lock().unwrap().len(), sizes.lock().unwrap().clone()), (0, vec![4]));
    assert_eq!(account(&bus), (4, 0, 3));
    clock.advance(HOUR);
    bus.run_pending();
    assert_eq!((log.lock().unwrap().clone(), sizes.lock().unwrap().clone()), (vec![1], vec![4, 2]));
    assert_eq!(account(&bus), (7, 0, 0));
}

#[test]
fn panics_are_isolated_and_retried() {
    let clock = Clock::new();
    let bus = bus(&clock);
    bus.send(Job::new(1, |_, _| panic!("a handler's"))).unwrap();
    assert_eq!((bus.run_pending(), account(&bus)), (1, (0, 0, 1)));
    clock.advance(HOUR);
    assert_eq!((bus.run_pending(), account(&bus)), (1, (0, 1, 0)));
    assert_eq!(bus.dead_letters().list()[0].reason, Reason::Panicked);
}

/// For the time of the call this thread is a worker of the lane.
#[test]
fn what_a_handler_sends_to_its_own_full_lane_comes_back() {
    let bus = testing::builder().lane(lane().capacity(1)).build().unwrap();
    let kinds = Arc::<Mutex<Vec<_>>>::default();
    let seen = kinds.clone();
    bus.send(Job::new(1, move |bus, _| {
        for _ in 0..2 {
            let sent = bus.send(Job::new(2, |_, _| Ok(())));
            seen.lock().unwrap().push(sent.map_err(|error| error.kind));
        }
        Ok(())
    }))
    .unwrap();
    assert_eq!(bus.run_pending(), 2);
    assert_eq!(*kinds.lock().unwrap(), [Ok(()), Err(SendErrorKind::OwnLane)]);
    assert_eq!((bus.account().rejected, account(&bus)), (1, (2, 0, 0)));
}

#[test]
fn lanes_that_send_to_each_other_are_run_to_the_end() {
    let bus = bus(&Clock::new());
    fn hop(left: u32) -> Job {
        Job::new(left, move |bus, _| {
            let lane = if left.is_multiple_of(2) { "other" } else { LaneConfig::DEFAULT };
            if left > 0 {
                bus.to(lane).send(hop(left - 1)).map_err(|error| error.kind.to_string())?;
            }
            Ok(())
        })
    }
    bus.send(hop(50)).unwrap();
    assert_eq!((bus.run_pending(), account(&bus)), (51, (51, 0, 0)));
}

#[test]
fn a_bound_leaves_the_rest_for_the_next_call() {
    let bus = bus(&Clock::new());
    let log = Arc::<Mutex<Vec<u32>>>::default();
    for number in 0..10 {
        bus.send(Job::writes(5, number, &log)).unwrap();
    }
    assert_eq!((bus.run_pending_up_to(0), bus.run_pending_for(Duration::ZERO)), (0, 0));
    assert_eq!((bus.run_pending_up_to(3), account(&bus)), (3, (3, 0, 7)));
    let lane = bus.lane(LaneConfig::DEFAULT).unwrap();
    assert_eq!((lane.run_pending_up_to(1), lane.run_pending_for(LONG)), (1, 6));
    assert!(log.lock().unwrap().iter().copied().eq(0..10));

    // One that sends itself for ever is stopped by the time.
    fn again() -> Job {
        Job::new(1, |bus, _| bus.send(again()).map_err(|error| error.kind.to_string()))
    }
    bus.send(again()).unwrap();
    // On a busy machine the time may be over before the first.
    assert!((0..100).any(|_| bus.run_pending_for(Duration::from_millis(5)) > 0));
    assert_eq!(account(&bus).2, 1);
    assert_eq!(bus.shutdown(LONG).account.left, 1);
}

#[test]
fn a_handler_that_is_run_so_runs_no_others() {
    let bus = bus(&Clock::new());
    let ran = Arc::<Mutex<Vec<usize>>>::default();
    let seen = ran.clone();
    bus.send(Job::new(1, move |bus, _| {
        seen.lock().unwrap().push(bus.run_pending());
        seen.lock().unwrap().push(bus.lane("other").unwrap().run_pending());
        Ok(())
    }))
    .unwrap();
    bus.send(Job::new(2, |_, _| Ok(()))).unwrap();
    assert_eq!((bus.run_pending(), ran.lock().unwrap().clone()), (2, vec![0, 0]));
}

#[test]
fn nothing_runs_while_paused_or_when_it_was_shut_down() {
    let bus = bus(&Clock::new());
    let lane = bus.lane(LaneConfig::DEFAULT).unwrap();
    bus.send(Job::new(1, |_, _| Ok(()))).unwrap();
    lane.pause();
    assert_eq!(bus.run_pending(), 0);
    lane.resume();
    assert_eq!(bus.run_pending(), 1);
    bus.send(Job::new(1, |_, _| Ok(()))).unwrap();
    let report = bus.shutdown(LONG);
    assert_eq!((report.account.left, report.left[0].count), (1, 1), "{report}");
    assert_eq!(bus.run_pending(), 0);
}
