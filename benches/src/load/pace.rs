//! Waits until an event is due.

use std::time::{Duration, Instant};

use super::due::Payload;
use super::model::Schedule;

/// Below this, sleeping would come back too late.
const SLEEP: Duration = Duration::from_micros(200);

/// How much earlier than due to wake up.
const EARLY: Duration = Duration::from_micros(120);

/// A late sender looks at the clock only this often: it is to catch up, not to measure.
const LOOK: u32 = 64;

/// The events of one producer. `next` returns each at the time it is due, or at once when that is past.
pub struct Paced<P> {
    schedule: Schedule,
    /// When the schedule begins, in nanoseconds from `epoch`.
    begin: u64,
    epoch: Instant,
    /// When to give up, in nanoseconds from `epoch`: what is due and not sent by then never is.
    until: u64,
    /// The clock when it was last read.
    now: u64,
    since_look: u32,
    next_id: u64,
    /// Whether to leave the processor to others while waiting.
    yields: bool,
    unsent: u64,
    payload: std::marker::PhantomData<fn() -> P>,
}

impl<P: Payload> Paced<P> {
    /// Events at these times from `begin` on, which like all times counts in nanoseconds from `epoch`. After `patience`
    /// no further one is sent. `yields`: there are more threads than processors, so a producer that waits must not keep
    /// one busy.
    pub fn new(schedule: Schedule, begin: u64, epoch: Instant, patience: Duration, yields: bool) -> Self {
        let until = begin + patience.as_nanos() as u64;
        let payload = std::marker::PhantomData;
        Self { schedule, begin, epoch, until, now: 0, since_look: 0, next_id: 0, yields, unsent: 0, payload }
    }

    /// How many events were due and not sent when the time was up.
    pub fn unsent(&self) -> u64 {
        self.unsent
    }

    fn look(&mut self) {
        self.now = self.epoch.elapsed().as_nanos() as u64;
        self.since_look = 0;
    }

    fn wait_until(&mut self, due: u64) {
        self.look();
        while self.now < due {
            let left = Duration::from_nanos(due - self.now);
            if left > SLEEP {
                std::thread::sleep(left - EARLY);
            } else if self.yields {
                std::thread::yield_now();
            } else {
                std::hint::spin_loop();
            }
            self.look();
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
            self.since_look += 1;
            if self.since_look >= LOOK {
                self.look();
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
