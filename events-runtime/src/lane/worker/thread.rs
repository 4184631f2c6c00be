//! Workers that are threads.

use std::io;
use std::mem;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Instant;

use super::idle::Idle;
use super::presence::Presence;
use crate::door;
use crate::lane::current::{AtWork, BecauseOfLetter};
use crate::lane::execute::{Completed, Completion, Ran, Route, again};
use crate::lane::host::Host;
use crate::lane::queue::{Key, Message, TypeRef};
use crate::lane::schedule::{Assignment, BatchStep, Done, Job, LocalBatch, Scheduler, WorkerCounts};

/// Starts a worker.
pub(super) fn start(host: &Arc<dyn Host>, mut presence: Presence) -> io::Result<()> {
    let name = format!("{}-{}", presence.lane.settings.name, presence.index);
    let host = host.clone();
    // Here rather than in the thread, which may begin when the lane has long been warm.
    let mut work = Work::new();
    thread::Builder::new().name(name).spawn(move || {
        let lane = presence.lane.clone();
        {
            let _at_work = AtWork::on(&lane);
            loop {
                let (index, counts) = (presence.index, presence.counts.clone());
                let mut worker =
                    Worker { lane: &lane, host: &*host, index, counts: &counts, work: &mut work };
                // All foreign code is called through the door. Should our own code panic, the worker goes on with what is
                // left in its batch.
                while door::call(|| worker.work()).is_err() {
                    worker.recover();
                }
                if presence.may_go() {
                    break;
                }
            }
        }
        // The bus first, for this thread may be the one that drops the last of it; then it is reported that the worker left.
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

/// What a worker has.
struct Work {
    local: LocalBatch,
    /// What is to be reported with the next assignment.
    done: Done,
    current: Current,
}

/// What is under way.
enum Current {
    Nothing,
    /// A message of the local batch.
    Local,
    /// A message whose key was taken for it.
    Message(TypeRef, Option<Key>),
    /// Something whose message is counted elsewhere. The key is free when it is over.
    Other(Option<Key>),
}

impl Work {
    fn new() -> Self {
        Self { local: LocalBatch::new(), done: Done::Nothing, current: Current::Nothing }
    }
}

impl Worker<'_> {
    fn completion(&self) -> Completion<'_> {
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
                    self.job(job, key);
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
        while let Some(failed) = self.next_of_local_batch() {
            if let Some((message, ran)) = failed
                && let Completed::WindowFull(of, _) = self.completion().first(message, ran, true)
            {
                self.step(of, BatchStep::Due);
            }
            self.counts.one_completed();
            if self.lane.is_interrupted() {
                self.lane.give_back(&mut self.work.local, self.counts);
            }
        }
        self.work.current = Current::Nothing;
        self.work.done = Done::LocalBatch;
    }

    /// Runs the next message of the local batch, if there is one. Returns it where more is to be done with it.
    #[inline(always)]
    fn next_of_local_batch(&mut self) -> Option<Option<(Message, Ran)>> {
        let message = self.work.local.next_in_place()?;
        match Route::of(&message.type_ref()).handlers().run(&message) {
            Ran::Clean => Some(None),
            ran => Some(Some((message.into_inner(), ran))),
        }
    }

    /// Does one job.
    fn job(&mut self, job: Job, key: Option<Key>) {
        self.work.current = match &job {
            Job::Message(message) => Current::Message(message.type_ref(), key),
            _ => Current::Other(None),
        };
        let key = match job {
            Job::Message(message) => {
                let ran = Route::of(&message.type_ref()).handlers().run(&message);
                match self.completion().first(message, ran, false) {
                    Completed::Yes => key,
                    Completed::KeepsKey => None,
                    Completed::WindowFull(of, keeps_key) => {
                        let key = key.filter(|_| !keeps_key);
                        self.work.current = Current::Other(key);
                        self.step(of, BatchStep::Due);
                        key
                    }
                }
            }
            Job::Retry(retry) => {
                let _cause = BecauseOfLetter::begin(retry.from_dead_letter);
                let of = retry.of.clone();
                let failures =
                    Route::of(&of.message.type_ref()).handlers().run_again(&of.message, again(&retry));
                self.completion().retried(retry, failures)
            }
            Job::Batch(of, step) => {
                self.step(of, step);
                None
            }
            Job::Errand(errand) => {
                errand.run();
                None
            }
            Job::Help(shared) => {
                shared.help();
                None
            }
        };
        self.work.current = Current::Nothing;
        self.counts.end();
        self.work.done = Done::Job(key);
    }

    fn step(&self, of: TypeRef, step: BatchStep) {
        let stepped = Route::of(&of).handlers().step(of, step);
        self.completion().stepped(of, stepped);
    }

    /// Accounts for what was under way when our own code panicked.
    #[cold]
    fn recover(&mut self) {
        self.lane.refused.deaths.fetch_add(1, Ordering::Relaxed);
        match mem::replace(&mut self.work.current, Current::Nothing) {
            Current::Nothing => (),
            Current::Local => {
                if let Some(of) = self.counts.current() {
                    self.completion().lost(of);
                }
                self.counts.one_completed();
                // It goes on with what is left of the batch.
                self.work.done = Done::LocalBatch;
            }
            Current::Message(of, key) => {
                self.completion().lost(of);
                self.counts.end();
                self.work.done = Done::Job(key);
            }
            Current::Other(key) => {
                self.counts.end();
                self.work.done = Done::Job(key);
            }
        }
    }
}
