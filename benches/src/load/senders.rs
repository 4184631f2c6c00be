//! The cost of an event for its sender, with `send` and with `send_batch`, while no worker takes events.
//!
//! It depends on where the queue's cache lines are. Lines that a worker on another processor has read must be fetched back
//! before they are written, which takes longer than the rest of a batched event. The ratio of the two ways then depends on
//! the memory, and is reported in a note. Where the worker is a task of the sender's own thread, the lines stay in its cache.

use std::time::{Duration, Instant};

use events::lane::{LaneConfig, LaneHandle};
use events::prelude::*;
use tokio::runtime::{Builder, Runtime};
use tokio::task::yield_now;

use super::due::Payload;
use super::payload::Bytes24;
use super::probe::Probe;
use crate::body::{Counters, broken};
use crate::measure::samples::median;

/// The events of a round: as many as the lane has room for.
const EVENTS: u64 = 1_024;

/// Nanoseconds per event: the median over rounds.
#[derive(Clone, Copy, Debug)]
pub struct Senders {
    /// With `send`.
    pub one: f64,
    /// With `send_batch`.
    pub batch: f64,
}

impl Senders {
    /// How many times `send_batch` is as fast.
    pub fn ratio(self) -> f64 {
        self.one / self.batch
    }
}

/// With the queue's cache lines in the sender's cache: the worker is a task of the thread that sends.
pub fn with_lines_at_hand(rounds: usize) -> Senders {
    let runtime: Runtime = Builder::new_current_thread().build().unwrap_or_else(|error| broken(&error));
    let lane = LaneConfig::new(LaneConfig::DEFAULT).capacity(EVENTS as usize).tokio(runtime.handle().clone());
    let (bus, lane) = bus(lane);
    take_turns(
        &bus,
        rounds,
        || (),
        || {
            runtime.block_on(async {
                while lane.account().left > 0 {
                    yield_now().await;
                }
            });
        },
    )
}

/// With the queue's cache lines in the cache of the worker, which is on another processor if there is one.
///
/// # Panics
/// If a handler hangs.
pub fn with_lines_at_the_worker(rounds: usize) -> Senders {
    let (bus, lane) = bus(LaneConfig::new(LaneConfig::DEFAULT).capacity(EVENTS as usize));
    take_turns(
        &bus,
        rounds,
        || lane.pause(),
        || {
            lane.resume();
            assert!(bus.drain(Duration::from_secs(60)), "the lane does not empty");
        },
    )
}

fn bus(lane: LaneConfig) -> (Bus, LaneHandle) {
    let built = Bus::builder().lane(lane).state(Probe::counting()).state(Counters::new()).build();
    let bus = built.unwrap_or_else(|error| broken(&error));
    let Some(lane) = bus.lane(LaneConfig::DEFAULT) else { broken(&"the lane got no worker") };
    (bus, lane)
}

fn take_turns(bus: &Bus, rounds: usize, before: impl Fn(), after: impl Fn()) -> Senders {
    let nanos = |send: &dyn Fn()| {
        before();
        let begin = Instant::now();
        send();
        let took = begin.elapsed().as_nanos() as f64 / EVENTS as f64;
        after();
        took
    };
    let one = || {
        for id in 0..EVENTS {
            assert!(bus.send(Bytes24::new(0, id)).is_ok(), "there is room");
        }
    };
    let many = || {
        let sent = bus.send_batch((0..EVENTS).map(|id| Bytes24::new(0, id)));
        assert!(sent.is_ok(), "there is room");
    };
    let measured: Vec<_> = (0..rounds).map(|_| (nanos(&one), nanos(&many))).collect();
    Senders {
        one: median(measured.iter().map(|pair| pair.0)),
        batch: median(measured.iter().map(|pair| pair.1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_are_measured_wherever_the_lines_are() {
        for measured in [with_lines_at_hand(2), with_lines_at_the_worker(2)] {
            assert!(measured.one > 0.0 && measured.batch > 0.0, "{measured:?}");
        }
    }
}
