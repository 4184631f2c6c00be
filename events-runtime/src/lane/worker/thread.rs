//! Workers that are threads.

use std::io;
use std::mem;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Instant;

use super::idle::Idle;
use super::one_job::{self, Current};
use super::presence::Presence;
use crate::door;
use crate::lane::current::at_work;
use crate::lane::execute::{Completed, Completion, Ran, Route};
use crate::lane::host::Host;
use crate::lane::queue::Message;
use crate::lane::schedule::{Assignment, BatchStep, Done, LocalBatch, Scheduler, WorkerCounts};

/// Starts a worker.
pub(super) fn start(host: &Arc<dyn Host>, mut presence: Presence) -> io::Result<()> {
    let name = format!("{}-{}", presence.lane.settings.name, presence.index);
    let host = host.clone();
    // Allocated here, because the thread may begin late, when a running lane should not allocate any more.
    let mut work = Work::new();
    thread::Builder::new().name(name).spawn(move || {
        let lane = presence.lane.clone();
        at_work(&lane, || {
            loop {
                let (index, counts) = (presence.index, presence.counts.clone());
                let mut worker =
                    Worker { lane: &lane, host: &*host, index, counts: &counts, work: &mut work };
                // Foreign code is called through the door. If code of this library panics, the worker continues with
                // the rest of its batch.
                while door::call(|| worker.work()).is_err() {
                    worker.recover();
                }
                if presence.may_go() {
                    break;
                }
            }
        });
        // The bus is released first, because this may be the last reference to it. Then the worker is removed.
        drop(host);
        drop(presence);
    })?;
    Ok(())
}

struct Worker<'a> {
    lane: &'a Arc<Scheduler>,
    host: &'a dyn Host,
    index: usize,
    counts: &'a WorkerCounts,
    work: &'a mut Work,
}

/// The state of a worker, which survives its panics.
struct Work {
    local: LocalBatch,
    /// What to report with the next assignment.
    done: Done,
    current: Current,
}

impl Work {
    fn new() -> Self {
        Self { local: LocalBatch::new(), done: Done::Nothing, current: Current::Nothing }
    }
}

impl<'a> Worker<'a> {
    fn completion(&self) -> Completion<'a> {
        Completion { lane: self.lane, counts: self.counts }
    }

    fn work(&mut self) {
        let mut idle = Idle::new(self.lane.settings.wait);
        if !self.work.local.is_empty() {
            self.local_batch();
        }
        loop {
            let done = mem::replace(&mut self.work.done, Done::Nothing);
            match self.lane.assign(self.index, Some(&mut self.work.local), self.counts, done) {
                Assignment::Job(job, key) => {
                    idle.reset();
                    self.work.done = one_job::run(&self.completion(), &mut self.work.current, job, key);
                }
                Assignment::LocalBatch(count) => {
                    idle.reset();
                    let start = (count > 1).then(Instant::now);
                    self.local_batch();
                    self.work.local.took(start.map_or(0, |start| start.elapsed().as_micros()));
                }
                Assignment::Wait(pause) if pause.finished && self.host.end_if_finished() => (),
                Assignment::Wait(pause) => idle.wait(self.lane, self.index, pause),
                Assignment::Leave => return,
            }
        }
    }

    /// Runs the messages of the local batch.
    fn local_batch(&mut self) {
        self.work.current = Current::Local;
        if self.lane.is_interrupted() {
            // The lane may have ended since the batch was taken. Then no message of it may begin.
            self.lane.give_back(&mut self.work.local, self.counts);
        }
        while let Some(failed) = self.next_of_local_batch() {
            if let Some((message, ran)) = failed
                && let Completed::WindowFull(of, _) = self.completion().first(message, ran, true)
            {
                one_job::step(&self.completion(), of, BatchStep::Due);
            }
            self.counts.one_completed();
            if self.lane.is_interrupted() {
                self.lane.give_back(&mut self.work.local, self.counts);
            }
        }
        self.work.current = Current::Nothing;
        self.work.done = Done::LocalBatch;
    }

    /// Runs the next message of the local batch, if there is one. Returns the message if its run was not clean.
    #[inline(always)]
    fn next_of_local_batch(&mut self) -> Option<Option<(Message, Ran)>> {
        let message = self.work.local.next_in_place()?;
        match Route::of(&message.type_ref()).handlers().run(&message) {
            Ran::Clean => Some(None),
            ran => Some(Some((message.into_inner(), ran))),
        }
    }

    /// Accounts for what was under way when code of this library panicked.
    #[cold]
    fn recover(&mut self) {
        self.lane.refused.deaths.fetch_add(1, Ordering::Relaxed);
        if let Some(done) = one_job::recover(&self.completion(), &mut self.work.current) {
            self.work.done = done;
        }
    }
}
