//! How the lanes of a bus end: they are closed to the outside, drained, ended, and reported.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::account::Account;
use super::lanes::{Ended, Lanes, account_of};
use super::report::{Left, Running, ShutdownReport};
use crate::lane::current::works_for_bus;
use crate::lane::schedule::Scheduler;

/// After the timeout, how long a shutdown waits for workers that are between two messages.
const GRACE: Duration = Duration::from_millis(5);

/// How long a shutdown waits for idle workers to leave.
const LEAVING: Duration = Duration::from_secs(1);

/// How long a shutdown waits for aborted tasks to end. A task that is suspended at an `.await` ends at once.
#[cfg(feature = "tokio")]
const ABORTING: Duration = Duration::from_secs(1);

impl Lanes {
    /// Closes all lanes to senders from outside. Their messages are handled until `end`. A later end replaces an
    /// earlier one.
    fn close(&self, end: Option<Instant>) {
        let mut closing = self.closing.lock();
        if closing.has_ended {
            return;
        }
        closing.end = match (closing.is_closed, closing.end, end) {
            (false, _, end) => end,
            (true, Some(known), Some(end)) => Some(known.max(end)),
            (true, ..) => None,
        };
        closing.is_closed = true;
        self.opened().for_each(|lane| lane.close(closing.end));
    }

    /// Ends all lanes if they are closed and have nothing left to do. Returns whether they have ended.
    pub(crate) fn end_if_finished(&self) -> bool {
        let mut closing = self.closing.lock();
        if !closing.has_ended && closing.is_closed && self.all_at_once(Scheduler::is_finished) {
            self.opened().for_each(|lane| lane.end());
            closing.has_ended = true;
        }
        closing.has_ended
    }

    /// Ends all lanes after the deadline of a shutdown, whatever is left, unless another shutdown has a later one.
    /// Returns whether they have ended.
    fn end_if_time_is_up(&self, deadline: Option<Instant>) -> bool {
        {
            let mut closing = self.closing.lock();
            // Compared with the deadline and not with the current time, because the clock of a tokio runtime may be
            // ahead of the system's.
            let nobody_has_more = closing.end.is_some_and(|end| deadline.is_some_and(|mine| end <= mine));
            if !closing.has_ended && !nobody_has_more {
                return false;
            }
            self.opened().for_each(|lane| lane.end());
            closing.has_ended = true;
        }
        self.abort_tasks();
        true
    }

    /// Aborts the tasks of lanes that have `abort_at_end` set.
    fn abort_tasks(&self) {
        #[cfg(feature = "tokio")]
        self.opened().for_each(|lane| lane.abort_tasks());
    }

    /// Whether all aborted tasks of the lanes that are waited for have ended.
    #[cfg(feature = "tokio")]
    fn aborted_have_ended(&self, waits_for: impl Fn(&Arc<Scheduler>) -> bool) -> bool {
        let mut aborting = self.opened().filter(|lane| lane.settings.abort_at_end && waits_for(lane));
        aborting.all(|lane| lane.present() == 0)
    }

    /// Whether the bus accepts no more events from outside.
    pub(crate) fn is_closed(&self) -> bool {
        self.closing.lock().is_closed
    }

    /// Shuts all lanes down: closes and drains them, and ends them after the timeout with what is left.
    pub(crate) fn shutdown(&self, timeout: Duration) -> ShutdownReport {
        let start = Instant::now();
        let deadline = start.checked_add(timeout);
        self.close(deadline);
        // Lanes whose workers need this thread to run are not waited for, because they cannot run while it waits.
        let blocked: Vec<_> = if self.end_if_finished() {
            Vec::new()
        } else {
            self.opened().filter(|lane| needs_this_thread(lane)).cloned().collect()
        };
        let is_other = |lane: &Arc<Scheduler>| !blocked.iter().any(|other| Arc::ptr_eq(lane, other));
        let has_blocked = !blocked.is_empty();
        let finished = if has_blocked {
            let others = || self.opened().filter(|lane| is_other(lane)).all(|lane| lane.is_finished());
            self.quiescence.wait_until(deadline, others);
            self.end_if_finished()
        } else {
            self.quiescence.wait_until(deadline, || self.end_if_finished())
        };
        let has_ended =
            finished || if has_blocked { self.end_now() } else { self.end_if_time_is_up(deadline) };
        if has_ended {
            #[cfg(feature = "tokio")]
            if !finished {
                let until = Some(Instant::now() + ABORTING);
                self.quiescence.wait_until(until, || self.aborted_have_ended(is_other));
            }
            let wait = if finished { LEAVING } else { GRACE };
            let all_left =
                || self.opened().all(|lane| lane.all_have_left() || (finished && lane.runs_async()));
            self.quiescence.wait_until(Some(Instant::now() + wait), all_left);
        }
        self.report(start, has_ended)
    }

    /// Ends all lanes at once.
    fn end_now(&self) -> bool {
        let mut closing = self.closing.lock();
        self.opened().for_each(|lane| lane.end());
        closing.has_ended = true;
        drop(closing);
        self.abort_tasks();
        true
    }

    /// As [`shutdown`](Self::shutdown), in a task. If the future is dropped early, the lanes stay closed, and the
    /// workers end them when nothing is left.
    #[cfg(feature = "tokio")]
    pub(crate) async fn shutdown_async(&self, timeout: Duration) -> ShutdownReport {
        let start = Instant::now();
        let deadline = start.checked_add(timeout);
        self.close(deadline);
        let until = tokio::time::Instant::now().checked_add(timeout);
        let finished = self.quiescence.until(until, || self.end_if_finished()).await;
        let has_ended = finished || self.end_if_time_is_up(deadline);
        if has_ended {
            if !finished {
                let until = tokio::time::Instant::now() + ABORTING;
                self.quiescence.until(Some(until), || self.aborted_have_ended(|_| true)).await;
            }
            let wait = if finished { LEAVING } else { GRACE };
            let until = tokio::time::Instant::now() + wait;
            self.quiescence.until(Some(until), || self.opened().all(|lane| lane.all_have_left())).await;
        }
        self.report(start, has_ended)
    }

    /// Makes the report of a shutdown. If the lanes have ended, what is left is dropped.
    fn report(&self, start: Instant, is_final: bool) -> ShutdownReport {
        let found = if is_final { self.ended.get_or_init(|| self.find()).clone() } else { self.find() };
        if is_final {
            self.opened().for_each(|lane| lane.clear());
            self.is_reported.store(true, Ordering::Relaxed);
        }
        let accounts = if is_final { self.accounts() } else { found.accounts };
        ShutdownReport {
            left: found.left,
            running: found.running,
            aborted: found.aborted,
            unseen_letters: self.letters.take_unseen(),
            is_final,
            account: accounts.into_values().fold(Account::default(), |sum, one| sum + one),
            took: start.elapsed(),
        }
    }

    /// Counts the messages of all lanes, and lists what is left.
    fn find(&self) -> Ended {
        let mut ended =
            Ended { left: Vec::new(), running: Vec::new(), aborted: Vec::new(), accounts: BTreeMap::new() };
        for lane in self.opened() {
            let name = &lane.settings.name;
            let (totals, left) = lane.totals_by_event();
            ended.accounts.insert(name.clone(), account_of(lane, totals));
            let named = |event| Running { lane: name.clone(), event };
            ended.running.extend(lane.running().into_iter().map(named));
            ended.aborted.extend(lane.aborted().into_iter().map(named));
            let left = left.into_values().map(|(event, count)| Left { lane: name.clone(), event, count });
            ended.left.extend(left);
        }
        ended
    }

    /// Called when the last handle of the program is dropped. A worker of the bus cannot wait for itself, so if it
    /// drops the last handle, the lanes are closed, and the workers end them when nothing is left.
    pub(crate) fn drain_on_drop(&self) {
        if works_for_bus(&self.quiescence) {
            return self.close(Instant::now().checked_add(self.drain_on_drop));
        }
        if self.opened().next().is_none() {
            return;
        }
        let one_thread = self.opened().any(needs_this_thread);
        let is_reported = self.is_reported.load(Ordering::Relaxed);
        let report = self.shutdown(self.drain_on_drop);
        let was_reported = is_reported && report.is_final;
        if (was_reported || report.is_clean()) && report.unseen_letters.is_empty() {
            return;
        }
        let because = if was_reported || report.is_clean() {
            "with dead letters that nobody looked at"
        } else if one_thread {
            "on the one thread of its runtime, where it cannot wait for its lanes: await `shutdown_async` first"
        } else {
            "before its lanes were empty"
        };
        warn(because, &report);
    }

    /// Drops all messages of the lanes while their routes still exist. Prints what no report has listed.
    pub(crate) fn clear(&self) {
        let is_reported = self.is_reported.load(Ordering::Relaxed);
        if self.opened().next().is_none() {
            return;
        }
        self.end_now();
        let report = self.report(Instant::now(), true);
        let was_reported = is_reported || report.is_clean();
        if !was_reported || !report.unseen_letters.is_empty() {
            warn("by one of its own handlers, before its lanes were empty", &report);
        }
    }
}

/// Whether the lane's workers cannot run while this thread waits.
fn needs_this_thread(lane: &Arc<Scheduler>) -> bool {
    #[cfg(feature = "tokio")]
    return lane.needs_this_thread();
    #[cfg(not(feature = "tokio"))]
    {
        let _ = lane;
        false
    }
}

/// Prints a report that the program did not get, so that nothing is lost in silence. A failure to write is ignored,
/// because there is nowhere else to report it.
fn warn(because: &str, report: &ShutdownReport) {
    drop(writeln!(std::io::stderr(), "events: a bus was dropped {because}\n{report}"));
}
