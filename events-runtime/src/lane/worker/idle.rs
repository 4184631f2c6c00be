//! How a worker that is a thread waits for something to do.

use std::hint;
use std::thread;

use crate::lane::config::Wait;
use crate::lane::queue::{Waiter, sleep};
use crate::lane::schedule::{Pause, Scheduler, Why};

/// How a worker waits, and how often it has looked.
pub(super) struct Idle {
    wait: Wait,
    looked: u32,
}

/// How often a worker looks again before it sleeps.
const LOOKS: u32 = 200;

impl Idle {
    pub(super) fn new(wait: Wait) -> Self {
        Self { wait, looked: 0 }
    }

    /// Notes that there was something to do.
    pub(super) fn reset(&mut self) {
        self.looked = 0;
    }

    pub(super) fn wait(&mut self, lane: &Scheduler, index: usize, pause: Pause) {
        self.looked = self.looked.saturating_add(1);
        match self.wait {
            // What holds the lane may hold it long: no strategy looks for messages meanwhile.
            _ if pause.why == Why::Held || pause.finished => self.park(lane, index, pause),
            Wait::Spin => look(lane, 100, hint::spin_loop),
            Wait::Yield => look(lane, 1, thread::yield_now),
            Wait::Park if pause.why == Why::Soon => look(lane, 10, thread::yield_now),
            Wait::Park if self.looked == 1 && pause.why == Why::Empty => look(lane, LOOKS, hint::spin_loop),
            Wait::Park => self.park(lane, index, pause),
        }
    }

    fn park(&mut self, lane: &Scheduler, index: usize, pause: Pause) {
        let ticket = lane.idle.announce(Waiter::this_thread());
        if !lane.is_worth_a_look(index, pause) {
            sleep(pause.until, &lane.settings.clock);
            self.looked = 0;
        }
        // If it was woken meanwhile, it was for what it looks for next.
        lane.idle.retract(&ticket);
    }
}

/// Looks this often whether there is something to do, and waits in between.
fn look(lane: &Scheduler, times: u32, between: fn()) {
    for _ in 0..times {
        if !lane.queues.is_empty() {
            return;
        }
        between();
    }
}
