//! Waiting for room on a thread of the runtime whose tasks are the lane's workers.
//!
//! A thread of the runtime has a local queue of tasks, and these may be the workers that have to make room. So before
//! it waits, it moves them to another thread of the runtime's pool (`block_in_place`). If the pool has no thread left,
//! nothing runs any more, and the event is returned to its sender.

use std::time::{Duration, Instant};

use super::error::SendErrorKind;
use crate::lane::clock::Clock;
use crate::lane::queue::{Queue, Ticket, Waiter, sleep};
use crate::lane::schedule::Scheduler;

/// How long a new task may take to run, if this thread does not have to hand over its tasks.
const AT_ONCE: Duration = Duration::from_millis(5);

/// How long a sender waits before it checks whether the runtime runs any task.
const CHECK_INTERVAL: Duration = Duration::from_millis(100);

/// A runtime that has run no new task for this time counts as stuck.
const STUCK: Duration = Duration::from_secs(1);

/// Waits until there may be room. `ticket` is the announcement of this thread.
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

/// Waits, and checks from time to time whether the runtime runs any task.
fn wait(
    lane: &Scheduler,
    queue: &Queue,
    mut ticket: Ticket,
    deadline: Option<Instant>,
    may_go_on: &dyn Fn() -> bool,
) -> Result<(), SendErrorKind> {
    loop {
        let next_check = Instant::now() + CHECK_INTERVAL;
        sleep(Some(deadline.map_or(next_check, |deadline| deadline.min(next_check))), &Clock::System);
        let was_woken = !queue.room.retract(&ticket);
        if was_woken || may_go_on() || deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            return Ok(());
        }
        if next_check <= Instant::now() && lane.runs_nothing_for(STUCK) {
            return Err(SendErrorKind::OwnRuntime);
        }
        ticket = queue.room.announce(Waiter::this_thread());
        if may_go_on() {
            queue.room.retract(&ticket);
            return Ok(());
        }
    }
}

/// Runs a closure that blocks this thread, while its other tasks run on other threads. In a task of a `LocalSet` that
/// is not possible: the result is `None`, and nothing was run. tokio panics in this case, and offers no way to check
/// for it, so this is not tried if a panic aborts.
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
