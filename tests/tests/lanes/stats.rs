//! What a lane is like, in one reading.

use events::prelude::*;

use crate::support::{Gate, Job, LONG, bus, default_lane, drain, lane};

#[event]
struct Doomed;

#[handler(breaker(failures = 1, cool_down = "1h"))]
fn fail(_: &Doomed) -> Result<(), &'static str> {
    Err("always")
}

#[test]
fn a_busy_lane() {
    let (bus, gate) = (bus(lane().capacity(4).workers(1..=1)), Gate::new());
    let lane = default_lane(&bus);
    bus.send(Job::waits_at(&gate)).unwrap();
    gate.wait_for(1);
    lane.pause();
    bus.send_batch([Job::new(|| ()), Job::new(|| ())]).unwrap();

    let stats = lane.stats();
    assert_eq!((stats.name.as_str(), stats.depth, stats.capacity), ("default", 2, 4));
    assert_eq!((stats.workers, &stats.worker_range, stats.is_paused), (1, &(1..=1), true));
    assert_eq!((stats.account.sent, stats.account.left), (3, 3));
    assert_eq!(
        stats.to_string(),
        "default: 2 of 4 waiting, 1 worker, paused; \
         3 sent = 0 handled + 0 dead-lettered + 0 rejected + 3 left"
    );

    gate.open();
    lane.resume();
    drain(&bus);
    assert_eq!((lane.stats().depth, lane.stats().account), (0, lane.account()));
    let earlier = lane.stats();
    assert_eq!(earlier, lane.stats(), "nothing has changed");
}

#[test]
fn what_is_not_as_it_should_be() {
    let bus = bus(lane().capacity(4).watermarks(0, 1, |_| panic!("in the callback")));
    let lane = default_lane(&bus);
    lane.pause();
    bus.send(Job::new(|| ())).unwrap();
    bus.send(Doomed).unwrap();
    lane.resume();
    drain(&bus);

    let stats = lane.stats();
    assert_eq!((stats.open_breakers, stats.isolated_panics, stats.slow_handlers), (1, 2, 0));
    assert_eq!((stats.worker_deaths, stats.failed_starts), (0, 0));
    let text = stats.to_string();
    assert!(text.ends_with("0 left; 1 open breaker; 2 isolated panics"), "{text}");

    assert!(bus.shutdown(LONG).is_final);
    assert_eq!(lane.stats().account, bus.account(), "it stands after the end");
}
