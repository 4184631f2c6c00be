//! Makes room in a full queue, or waits for it.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::error::SendErrorKind;
#[cfg(feature = "tokio")]
use super::on_runtime::on_its_runtime;
use crate::lane::clock::Clock;
use crate::lane::current::{works_for, works_for_bus};
use crate::lane::dead_letter::NewLetter;
use crate::lane::execute::Route;
use crate::lane::failure::Reason;
use crate::lane::queue::{Queue, Waiter, sleep};
use crate::lane::schedule::Scheduler;

/// How often a sender yields its processor before it sleeps.
const YIELDS: u32 = 32;

/// How long it does so at most. Where many want the processor, each yield takes as long as all of them run, and a sender that is
/// a task keeps its thread from the workers meanwhile.
const YIELDING: Duration = Duration::from_micros(500);

/// Drops the oldest event of a queue, if there is one.
pub(super) fn drop_oldest(lane: &Arc<Scheduler>, level: usize) {
    let mut state = lane.lock();
    let Some(message) = lane.take_oldest(&mut state, level).map(Arc::new) else {
        drop(state);
        // All positions are reserved and none is written yet, or the lane has ended.
        return thread::yield_now();
    };
    let of = message.type_ref();
    let letters = Route::of(&of).letters();
    let announcement = letters.keep(lane, NewLetter::new(&message, Reason::DroppedOldest));
    drop(state);
    letters.announce(lane, announcement);
}

/// Waits until there may be room.
pub(super) fn wait_for_room(
    lane: &Scheduler,
    queue: &Queue,
    deadline: Option<Instant>,
) -> Result<(), SendErrorKind> {
    if works_for(lane) {
        return Err(SendErrorKind::OwnLane);
    }
    // A handler that runs while its bus is shut down waits until the queue is sealed.
    let is_inside = works_for_bus(&lane.quiescence);
    let may_go_on = || {
        let is_refused = if is_inside { queue.ring.is_sealed() } else { queue.ring.is_closed() };
        is_refused || !queue.ring.is_full()
    };
    #[cfg(feature = "tokio")]
    if lane.needs_this_thread() {
        return Err(SendErrorKind::OwnRuntime);
    }
    // Busy workers make room within microseconds, which is less than the cost of sleeping and being woken.
    let begin = Instant::now();
    for _ in 0..YIELDS {
        thread::yield_now();
        if may_go_on() {
            return Ok(());
        }
        if begin.elapsed() > YIELDING {
            break;
        }
    }
    let ticket = queue.room.announce(Waiter::this_thread());
    if may_go_on() {
        queue.room.retract(&ticket);
        return Ok(());
    }
    if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
        // If this sender was woken after all, no other sender was woken for that room, so it has to try.
        let was_woken = !queue.room.retract(&ticket);
        return if was_woken { Ok(()) } else { Err(SendErrorKind::TimedOut) };
    }
    #[cfg(feature = "tokio")]
    if lane.is_on_its_runtime() {
        return on_its_runtime(lane, queue, ticket, deadline, &may_go_on);
    }
    sleep(deadline, &Clock::System);
    queue.room.retract(&ticket);
    Ok(())
}
