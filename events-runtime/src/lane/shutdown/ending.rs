//! How the lanes of a bus end: closed to the outside, drained, ended, and reported.

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

/// How long it waits, when the time is up, for workers that are between two messages.
const GRACE: Duration = Duration::from_millis(5);

/// How long it waits for workers that have nothing to do to leave.
const LEAVING: Duration = Duration::from_secs(1);

/// How long it waits for tasks to go that were aborted. One that is at an `await` goes at once.
#[cfg(feature = "tokio")]
const ABORTING: Duration = Duration::from_secs(1);

impl Lanes {
    /// Refuses senders from outside, and handles what is inside, until then. A later end replaces an earlier one.
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

    /// Ends all lanes, if they are closed and none has anything left to do. Returns whether they have ended.
    pub(crate) fn end_if_finished(&self) -> bool {
        let mut closing = self.closing.lock();
        if !closing.has_ended && closing.is_closed && self.all_at_once(Scheduler::is_finished) {
            self.opened().for_each(|lane| lane.end());
            closing.has_ended = true;
        }
        closing.has_ended
    }

    /// Ends all lanes whatever is left, now that the time of a shutdown with this deadline is up, unless another one has more.
    /// Returns whether they have ended.
    fn end_if_time_is_up(&self, deadline: Option<Instant>) -> bool {
        {
            let mut closing = self.closing.lock();
            // Compared with the deadline and not with the time: the clock of a tokio runtime may be ahead of the system's.
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

    /// Aborts what is under way on lanes that are made so.
    fn abort_tasks(&self) {
        #[cfg(feature = "tokio")]
        self.opened().for_each(|lane| lane.abort_tasks());
    }

    /// Whether all tasks have gone that were aborted, but for those that cannot go while this thread waits.
    #[cfg(feature = "tokio")]
    fn aborted_have_gone(&self, waits_for: impl Fn(&Arc<Scheduler>) -> bool) -> bool {
        let mut aborting = self.opened().filter(|lane| lane.settings.abort_at_end && waits_for(lane));
        aborting.all(|lane| lane.present() == 0)
    }

    /// Whether the bus takes no more events from outside.
    pub(crate) fn is_closed(&self) -> bool {
        self.closing.lock().is_closed
    }

    /// Shuts all lanes down: closes, drains, and when the time is up ends them with what is left.
    pub(crate) fn shutdown(&self, timeout: Duration) -> ShutdownReport {
        let start = Instant::now();
        let deadline = start.checked_add(timeout);
        self.close(deadline);
        // Lanes whose workers need this thread to run are not waited for: they cannot run while it waits.
        let in_vain: Vec<_> = if self.end_if_finished() {
            Vec::new()
        } else {
            self.opened().filter(|lane| needs_this_thread(lane)).cloned().collect()
        };
        let is_other = |lane: &Arc<Scheduler>| !in_vain.iter().any(|other| Arc::ptr_eq(lane, other));
        let waits_in_vain = !in_vain.is_empty();
        let finished = if waits_in_vain {
            let others = || self.opened().filter(|lane| is_other(lane)).all(|lane| lane.is_finished());
            self.quiescence.wait_until(deadline, others);
            self.end_if_finished()
        } else {
            self.quiescence.wait_until(deadline, || self.end_if_finished())
        };
        let has_ended =
            finished || if waits_in_vain { self.end_now() } else { self.end_if_time_is_up(deadline) };
        if has_ended {
            #[cfg(feature = "tokio")]
            if !finished {
                let until = Some(Instant::now() + ABORTING);
                self.quiescence.wait_until(until, || self.aborted_have_gone(is_other));
            }
            let patience = if finished { LEAVING } else { GRACE };
            let gone = || self.opened().all(|lane| lane.is_deserted() || (finished && lane.runs_async()));
            self.quiescence.wait_until(Some(Instant::now() + patience), gone);
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

    /// The same as [`shutdown`](Self::shutdown), in a task. Dropped before it is done, it leaves the lanes closed, and the
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
                self.quiescence.until(Some(until), || self.aborted_have_gone(|_| true)).await;
            }
            let patience = if finished { LEAVING } else { GRACE };
            let until = tokio::time::Instant::now() + patience;
            self.quiescence.until(Some(until), || self.opened().all(|lane| lane.is_deserted())).await;
        }
        self.report(start, has_ended)
    }

    /// What a shutdown found. Where the lanes have ended, what is left is dropped.
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

    /// Counts and names what is left.
    fn find(&self) -> Ended {
        let mut ended =
            Ended { left: Vec::new(), running: Vec::new(), aborted: Vec::new(), accounts: BTreeMap::new() };
        for lane in self.opened() {
            let name = &lane.settings.name;
            let (totals, left) = lane.census();
            ended.accounts.insert(name.clone(), account_of(lane, totals));
            let named = |event| Running { lane: name.clone(), event };
            ended.running.extend(lane.running().into_iter().map(named));
            ended.aborted.extend(lane.aborted().into_iter().map(named));
            let left = left.into_values().map(|(event, count)| Left { lane: name.clone(), event, count });
            ended.left.extend(left);
        }
        ended
    }

    /// What the drop of the last handle does. A worker of the bus cannot wait for itself: where it drops the last handle,
    /// the lanes are closed, and the workers go when all is done.
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
        let is_told = is_reported && report.is_final;
        if (is_told || report.is_clean()) && report.unseen_letters.is_empty() {
            return;
        }
        let because = if is_told || report.is_clean() {
            "with dead letters that nobody looked at"
        } else if one_thread {
            "on the one thread of its runtime, where it cannot wait for its lanes: await `shutdown_async` first"
        } else {
            "before its lanes were empty"
        };
        warn(because, &report);
    }

    /// Drops all that lies in the lanes, while its routes are still there. What no report has named is printed.
    pub(crate) fn clear(&self) {
        let is_reported = self.is_reported.load(Ordering::Relaxed);
        if self.opened().next().is_none() {
            return;
        }
        self.end_now();
        let report = self.report(Instant::now(), true);
        let is_told = is_reported || report.is_clean();
        if !is_told || !report.unseen_letters.is_empty() {
            warn("by one of its own handlers, before its lanes were empty", &report);
        }
    }
}

/// Whether the lane's workers can only run when this thread lets them.
fn needs_this_thread(lane: &Arc<Scheduler>) -> bool {
    #[cfg(feature = "tokio")]
    return lane.needs_this_thread();
    #[cfg(not(feature = "tokio"))]
    {
        let _ = lane;
        false
    }
}

/// Prints what no report has named: nothing is lost in silence. A standard error that cannot be written to is ignored: there
/// is no other place to report to.
fn warn(because: &str, report: &ShutdownReport) {
    drop(writeln!(std::io::stderr(), "events: a bus was dropped {because}\n{report}"));
}
