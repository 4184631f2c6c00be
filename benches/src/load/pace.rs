//! Waits until an event is due.

use std::time::{Duration, Instant};

use super::due::Payload;
use super::model::Schedule;

/// The shortest wait for which to sleep: a sleep may last longer than asked for.
const SLEEP: Duration = Duration::from_micros(200);

/// How long before an event is due to wake up.
const EARLY: Duration = Duration::from_micros(120);

/// A late sender reads the clock once per this many events, so that it can catch up.
const CLOCK_INTERVAL: u32 = 64;

/// The events of one producer. `next` returns each event at the time it is due, or at once if it is late.
pub struct Paced<P> {
    schedule: Schedule,
    /// When the schedule begins, in nanoseconds from `epoch`.
    begin: u64,
    epoch: Instant,
    /// When to give up, in nanoseconds from `epoch`: events that are not sent by then are not sent.
    until: u64,
    /// The last reading of the clock.
    now: u64,
    since_reading: u32,
    next_id: u64,
    /// Whether to yield the processor while waiting.
    yields: bool,
    unsent: u64,
    payload: std::marker::PhantomData<fn() -> P>,
}

impl<P: Payload> Paced<P> {
    /// Makes the events of a schedule that starts at `begin`, in nanoseconds from `epoch`. After `grace`, no further
    /// event is sent. Set `yields` if there are more threads than processors, so that a waiting producer does not keep
    /// one busy.
    pub fn new(schedule: Schedule, begin: u64, epoch: Instant, grace: Duration, yields: bool) -> Self {
        let until = begin + grace.as_nanos() as u64;
        let payload = std::marker::PhantomData;
        Self {
            schedule,
            begin,
            epoch,
            until,
            now: 0,
            since_reading: 0,
            next_id: 0,
            yields,
            unsent: 0,
            payload,
        }
    }

    /// How many events were due and not sent when the time was up.
    pub fn unsent(&self) -> u64 {
        self.unsent
    }

    fn read_clock(&mut self) {
        self.now = self.epoch.elapsed().as_nanos() as u64;
        self.since_reading = 0;
    }

    fn wait_until(&mut self, due: u64) {
        self.read_clock();
        while self.now < due {
            let left = Duration::from_nanos(due - self.now);
            if left > SLEEP {
                std::thread::sleep(left - EARLY);
            } else if self.yields {
                std::thread::yield_now();
            } else {
                std::hint::spin_loop();
            }
            self.read_clock();
        }
    }
}

impl<P: Payload> Iterator for Paced<P> {
    type Item = P;

    #[inline]
    fn next(&mut self) -> Option<P> {
        let due = self.begin + self.schedule.next()?;
        if due > self.now {
            self.wait_until(due);
        } else {
            self.since_reading += 1;
            if self.since_reading >= CLOCK_INTERVAL {
                self.read_clock();
            }
        }
        if self.now > self.until {
            self.unsent += 1 + self.schedule.by_ref().count() as u64;
            return None;
        }
        self.next_id += 1;
        Some(P::new(due, self.next_id))
    }
}
