//! Callers beside workers, beside each other, and beside a shutdown.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Barrier, Mutex};

use events::lane::LaneConfig;
use events::testing::{self, Clock};

use crate::{Job, LONG, account, bus};

/// Writes its number down, and notes where another of its key ran at the same time.
fn in_order(key: u32, number: u32, log: &Arc<Mutex<Vec<u32>>>, under_way: &Arc<AtomicU32>) -> Job {
    let (log, under_way) = (log.clone(), under_way.clone());
    Job::new(key, move |_, _| {
        assert_eq!(under_way.fetch_add(1, Ordering::AcqRel), 0, "two of one key at a time");
        log.lock().unwrap().push(number);
        under_way.fetch_sub(1, Ordering::AcqRel);
        Ok(())
    })
}

#[test]
fn callers_and_workers_share_a_lane_and_keys_keep_their_order() {
    const EACH: u32 = 2_000;
    for workers in [0, 1, 2] {
        let bus = testing::builder()
            .lane(LaneConfig::new(LaneConfig::DEFAULT).workers(workers).capacity(64))
            .build()
            .unwrap();
        let logs: Vec<_> = (0..3).map(|_| Arc::<Mutex<Vec<u32>>>::default()).collect();
        let under_way: Vec<_> = (0..3).map(|_| Arc::<AtomicU32>::default()).collect();
        let sent = AtomicU32::new(0);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let lane = bus.lane(LaneConfig::DEFAULT).unwrap();
                    while sent.load(Ordering::Acquire) == 0 || lane.account().left > 0 {
                        lane.run_pending_up_to(50);
                    }
                });
            }
            for number in 0..EACH {
                for key in 0..3 {
                    let job = in_order(key as u32, number, &logs[key], &under_way[key]);
                    bus.send(job).unwrap();
                }
            }
            sent.store(1, Ordering::Release);
        });
        assert!(bus.drain(LONG));
        assert_eq!(account(&bus), (u64::from(EACH) * 3, 0, 0));
        for log in &logs {
            assert!(log.lock().unwrap().iter().copied().eq(0..EACH), "with {workers} workers");
        }
    }
}

/// What a caller has under way, a shutdown waits for; and the caller goes on with what waits.
#[test]
fn a_shutdown_waits_for_a_caller() {
    let bus = bus(&Clock::new());
    let barrier = Arc::new(Barrier::new(2));
    let meets = barrier.clone();
    bus.send(Job::new(1, move |bus, _| {
        meets.wait();
        // From here on the shutdown has begun.
        while !bus.is_shut_down() {
            std::thread::yield_now();
        }
        bus.send(Job::new(3, |_, _| Ok(()))).map_err(|error| error.kind.to_string())
    }))
    .unwrap();
    bus.send(Job::new(2, |_, _| Ok(()))).unwrap();
    std::thread::scope(|scope| {
        let caller = scope.spawn(|| bus.run_pending());
        barrier.wait();
        let report = bus.shutdown(LONG);
        assert_eq!((report.account.handled, report.account.left), (3, 0), "{report}");
        assert_eq!(caller.join().unwrap(), 3);
    });
}

#[test]
fn a_lane_of_tasks_runs_nothing_here() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let lane = LaneConfig::new(LaneConfig::DEFAULT).tokio(runtime.handle().clone()).workers(0);
    let bus = testing::builder().lane(lane).build().unwrap();
    bus.send(Job::new(1, |_, _| Ok(()))).unwrap();
    assert_eq!((bus.run_pending(), bus.lane(LaneConfig::DEFAULT).unwrap().run_pending()), (0, 0));
    assert_eq!(account(&bus), (0, 0, 1));
    assert_eq!(bus.shutdown(LONG).account.left, 1);
}
