//! A lane's rate: how many events a second are begun at most.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::support::{Job, Keyed, LONG, Log, account, bus, default_lane, drain, lane};

/// The first was sent after `start`. A handler may note its time late, never early.
fn assert_rate(start: Instant, times: &[Instant], per_second: u32, burst: usize) {
    // What is behind the burst comes one by one, each a period behind the one before: on average, never faster.
    let period = Duration::from_secs(1) / per_second;
    for (index, time) in times.iter().enumerate().skip(burst) {
        let least = period * (index + 1 - burst) as u32;
        assert!(*time - start >= least, "event {index} after {:?}, not {least:?}", *time - start);
    }
}

fn times(seen: &Log<Instant>) -> Vec<Instant> {
    let mut times = seen.get();
    times.sort_unstable();
    times
}

#[test]
fn no_more_than_the_rate_are_begun() {
    for workers in [1, 3] {
        let (bus, seen) = (bus(lane().rate_limit(500, 5).workers(workers)), Log::new());
        let start = Instant::now();
        for _ in 0..40 {
            let seen = seen.clone();
            bus.send(Job::new(move || seen.push(Instant::now()))).unwrap();
        }
        drain(&bus);
        assert_rate(start, &times(&seen), 500, 5);
        assert_eq!(account(&bus), (40, 0, 0, 0));
    }
}

#[test]
fn events_that_wait_for_a_key_are_no_exception() {
    let (bus, seen) = (bus(lane().rate_limit(500, 1).workers(3)), Log::new());
    let start = Instant::now();
    for _ in 0..40 {
        let seen: Arc<Log<Instant>> = seen.clone();
        bus.send(Keyed::new(1, move || seen.push(Instant::now()))).unwrap();
    }
    drain(&bus);
    assert_rate(start, &times(&seen), 500, 1);
}

#[test]
fn a_shutdown_keeps_to_the_rate_and_to_its_time() {
    let (bus, seen) = (bus(lane().rate_limit(1, 1)), Log::new());
    let start = Instant::now();
    for _ in 0..10 {
        let seen = seen.clone();
        bus.send(Job::new(move || seen.push(()))).unwrap();
    }
    crate::support::until("the first was begun", || seen.len() == 1);
    let report = bus.shutdown(Duration::from_millis(30));
    assert!(report.took < LONG / 2);
    // One, unless this took longer than a second.
    let most = 1 + start.elapsed().as_secs();
    assert!((1..=most).contains(&report.account.handled), "{report}");
    assert_eq!(report.account.left, 10 - report.account.handled, "{report}");
    assert!(report.account.balances());
}

#[test]
fn a_pause_holds_what_the_rate_would_let_through() {
    let (bus, seen) = (bus(lane().rate_limit(1_000_000, 1000)), Log::new());
    let lane = default_lane(&bus);
    lane.pause();
    let log = seen.clone();
    bus.send(Job::new(move || log.push(()))).unwrap();
    assert!(!bus.drain(Duration::from_millis(20)));
    assert_eq!(seen.len(), 0);
    lane.resume();
    drain(&bus);
    assert_eq!(seen.len(), 1);
}
