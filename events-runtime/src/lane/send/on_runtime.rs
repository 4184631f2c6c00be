//! Waiting for room on a thread of the runtime whose tasks are the lane's workers.
//!
//! A thread that runs tasks keeps some of them for itself, and these may be the workers that are to make room. It hands them over
//! to another thread before it waits (`block_in_place`), which takes a thread of the runtime's pool. Where there is none left,
//! nothing runs any more, and the event goes back to its sender.

use std::time::{Duration, Instant};

use super::error::SendErrorKind;
use crate::lane::clock::Clock;
use crate::lane::queue::{Queue, Ticket, Waiter, sleep};
use crate::lane::schedule::Scheduler;

/// How long a new task may take to run, if this thread keeps none.
const AT_ONCE: Duration = Duration::from_millis(5);

/// How long a sender waits before it looks whether anything runs at all.
const LOOK: Duration = Duration::from_millis(100);

/// How long nothing runs in a runtime that is stuck.
const STUCK: Duration = Duration::from_secs(1);

/// Waits until there may be room, as announced.
pub(super) fn on_its_runtime(
    lane: &Scheduler,
    queue: &Queue,
    ticket: Ticket,
    deadline: Option<Instant>,
    may_go_on: &dyn Fn() -> bool,
) -> Result<(), SendErrorKind> {
    let wait = || wait(lane, queue, ticket, deadline, may_go_on);
    let keeps_tasks = lane.runs_nothing_for(AT_ONCE);
    if !keeps_tasks {
        return wait();
    }
    handed_over(wait).unwrap_or_else(|| {
        queue.room.retract(&ticket);
        Err(SendErrorKind::OwnRuntime)
    })
}

/// Waits, and looks now and then whether the runtime runs anything.
fn wait(
    lane: &Scheduler,
    queue: &Queue,
    mut ticket: Ticket,
    deadline: Option<Instant>,
    may_go_on: &dyn Fn() -> bool,
) -> Result<(), SendErrorKind> {
    loop {
        let look = Instant::now() + LOOK;
        sleep(Some(deadline.map_or(look, |deadline| deadline.min(look))), &Clock::System);
        let was_woken = !queue.room.retract(&ticket);
        if was_woken || may_go_on() || deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            return Ok(());
        }
        if look <= Instant::now() && lane.runs_nothing_for(STUCK) {
            return Err(SendErrorKind::OwnRuntime);
        }
        ticket = queue.room.announce(Waiter::this_thread());
        if may_go_on() {
            queue.room.retract(&ticket);
            return Ok(());
        }
    }
}

/// Runs what blocks this thread while its other tasks go on elsewhere. `None` where that cannot be, and nothing was run: in a
/// task of a `LocalSet`. tokio panics there, and there is no way to ask before; so it is not tried where a panic aborts.
fn handed_over<T>(block: impl FnOnce() -> T) -> Option<T> {
    #[cfg(all(panic = "unwind", not(target_family = "wasm")))]
    {
        use std::panic::{AssertUnwindSafe, catch_unwind};
        catch_unwind(AssertUnwindSafe(|| tokio::task::block_in_place(block))).ok()
    }
    #[cfg(not(all(panic = "unwind", not(target_family = "wasm"))))]
    {
        drop(block);
        None
    }
}
