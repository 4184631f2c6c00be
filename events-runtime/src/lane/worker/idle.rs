//! How an idle worker that is a thread waits.

use std::hint;
use std::thread;

use crate::lane::config::Wait;
use crate::lane::queue::{Waiter, sleep};
use crate::lane::schedule::{Pause, Scheduler, Why};

/// How a worker waits, and how often it has waited in a row.
pub(super) struct Idle {
    wait: Wait,
    waits: u32,
}

/// How often a worker checks for messages before it sleeps.
const SPINS: u32 = 200;

impl Idle {
    pub(super) fn new(wait: Wait) -> Self {
        Self { wait, waits: 0 }
    }

    /// Called when there was something to do.
    pub(super) fn reset(&mut self) {
        self.waits = 0;
    }

    pub(super) fn wait(&mut self, lane: &Scheduler, index: usize, pause: Pause) {
        self.waits = self.waits.saturating_add(1);
        match self.wait {
            // A pause or a rate limit may last long, so the worker sleeps, whatever its strategy is.
            _ if pause.why == Why::Held || pause.finished => self.park(lane, index, pause),
            Wait::Spin => poll_queues(lane, 100, hint::spin_loop),
            Wait::Yield => poll_queues(lane, 1, thread::yield_now),
            Wait::Park if pause.why == Why::Soon => poll_queues(lane, 10, thread::yield_now),
            Wait::Park if self.waits == 1 && pause.why == Why::Empty => {
                poll_queues(lane, SPINS, hint::spin_loop)
            }
            Wait::Park => self.park(lane, index, pause),
        }
    }

    fn park(&mut self, lane: &Scheduler, index: usize, pause: Pause) {
        let ticket = lane.idle.announce(Waiter::this_thread());
        if !lane.should_check_again(index, pause) {
            sleep(pause.until, &lane.settings.clock);
            self.waits = 0;
        }
        // If it was woken meanwhile, nothing is lost: the worker asks for an assignment next.
        lane.idle.retract(&ticket);
    }
}

/// Checks this often for messages, and calls `between` after each check.
fn poll_queues(lane: &Scheduler, times: u32, between: fn()) {
    for _ in 0..times {
        if !lane.queues.is_empty() {
            return;
        }
        between();
    }
}
