//! The scheduler state: all that the lane's lock guards.

use std::collections::VecDeque;
use std::mem;
use std::ptr;
use std::sync::Arc;
use std::time::Instant;

use events_core::event::EventMeta;

use super::job::{BatchStep, DeferredCall, Job};
use super::keys::Keys;
use super::shared::Shared;
use super::timers::Timers;
use super::windows::WindowLoad;
use crate::lane::config::Workers;
use crate::lane::queue::{Key, Message, Queues, Receiver, TypeRef};

/// What waits on a lane, and what may begin.
pub(in crate::lane) struct State {
    pub(super) receiver: Receiver,
    keys: Keys,
    /// Jobs that are taken before the queues: dead letters that were sent again, and delayed messages that are due.
    inbox: VecDeque<Job>,
    /// Jobs that hold their key if they need one, and wait for a worker only.
    ready: VecDeque<Job>,
    /// Retries and delayed messages.
    pending: Timers,
    /// Checks of batch windows.
    window_checks: Timers,
    /// How many jobs workers have under way.
    under_way: usize,
    /// Whether a worker has a local batch. The keys of its messages are not in `keys`.
    pub(super) local_batch: bool,
    /// Jobs that wait until the local batch is over.
    after_local_batch: VecDeque<Job>,
    /// How many jobs were ever put into `inbox`, `ready` or `after_local_batch`.
    added_outside: u64,
    /// How many batch windows are too full, so that no message may be taken.
    overfull: usize,
    windows: Vec<Arc<WindowLoad>>,
    /// What workers have to check before they take a job.
    pub(super) attention: Attention,
    /// Whether the rate limit has admitted a message that was not taken yet.
    pub(super) may_take: bool,
    /// Whether a worker had to wait for the rate limit since the last sample of the load.
    pub(super) was_held_by_rate: bool,
    /// The index of a worker that sleeps until the next timer at the latest.
    pub(super) timer_watcher: Option<usize>,
    /// How many workers the lane should have.
    pub(in crate::lane) target: usize,
    /// The range within which `target` follows the load.
    pub(in crate::lane) range: Workers,
    /// Whether a supervisor adapts `target`.
    pub(super) is_supervised: bool,
    /// How many messages have pending retries, by event type.
    retrying: Vec<(&'static EventMeta, u64)>,
    /// How many delayed messages are not due.
    delayed: usize,
    /// How many messages were added outside of the queues: dead letters that were sent again, and delayed messages.
    pub(super) direct: u64,
    /// How many messages were dropped before any handler ran: by senders, to make room, or by the program.
    pub(super) dropped: u64,
    /// When the current shutdown ends. `None` if it has no limit, or if there is none.
    pub(super) end: Option<Instant>,
}

/// What workers have to check before they take a job. It is one byte, so that usually one comparison is enough.
#[derive(Clone, Copy, Default)]
pub(super) struct Attention(u8);

impl Attention {
    /// The lane is paused.
    const PAUSED: u8 = 1;
    /// The supervisor sleeps until there is something to do.
    const SUPERVISOR_SLEEPS: u8 = 2;

    #[inline(always)]
    pub(super) fn is_needed(self) -> bool {
        self.0 != 0
    }

    pub(super) fn supervisor_sleeps(self) -> bool {
        self.0 & Self::SUPERVISOR_SLEEPS != 0
    }

    pub(super) fn set_supervisor_sleeps(&mut self, sleeps: bool) {
        self.set(Self::SUPERVISOR_SLEEPS, sleeps);
    }

    fn set(&mut self, flag: u8, is_set: bool) {
        self.0 = if is_set { self.0 | flag } else { self.0 & !flag };
    }
}

impl State {
    pub(super) fn new(receiver: Receiver, workers: Workers) -> Self {
        Self {
            receiver,
            keys: Keys::default(),
            inbox: VecDeque::new(),
            // Allocated now, because ending a job can move one that waited for the key here.
            ready: VecDeque::with_capacity(64),
            pending: Timers::default(),
            window_checks: Timers::default(),
            under_way: 0,
            local_batch: false,
            after_local_batch: VecDeque::new(),
            added_outside: 0,
            overfull: 0,
            windows: Vec::new(),
            attention: Attention::default(),
            may_take: false,
            was_held_by_rate: false,
            timer_watcher: None,
            target: workers.min,
            range: workers,
            is_supervised: false,
            retrying: Vec::new(),
            delayed: 0,
            direct: 0,
            dropped: 0,
            end: None,
        }
    }

    /// Whether the lane is paused.
    pub(in crate::lane) fn is_paused(&self) -> bool {
        self.attention.0 & Attention::PAUSED != 0
    }

    pub(in crate::lane) fn set_paused(&mut self, paused: bool) {
        self.attention.set(Attention::PAUSED, paused);
    }

    /// How many workers have something under way.
    pub(super) fn busy(&self) -> usize {
        self.under_way + usize::from(self.local_batch)
    }

    /// Whether a worker may take messages without checking anything but the queues.
    pub(super) fn is_plain(&self) -> bool {
        self.under_way == 0
            && !self.local_batch
            && self.keys.is_empty()
            && self.inbox.is_empty()
            && self.ready.is_empty()
            && self.after_local_batch.is_empty()
            && self.overfull == 0
    }

    /// Whether nothing is under way, and nothing can begin before `until`. The caller checks the queues.
    ///
    /// Jobs that wait for a key are not checked: if nothing is under way, a retry that is not due holds the key.
    pub(super) fn is_quiet(&self, until: Option<Instant>) -> bool {
        self.is_idle()
            && self.pending.next_due().is_none_or(|due| until.is_some_and(|until| due > until))
            && self.windows.iter().all(|window| window.is_idle())
    }

    /// Whether nothing is under way, and nothing is due. The caller checks the queues.
    pub(super) fn is_settled(&self, now: Instant) -> bool {
        self.is_idle() && self.next_due().is_none_or(|due| due > now)
    }

    /// Whether nothing is under way, and no job outside of the queues can begin.
    fn is_idle(&self) -> bool {
        self.under_way == 0
            && !self.local_batch
            && self.inbox.is_empty()
            && self.ready.is_empty()
            && self.after_local_batch.is_empty()
    }

    /// Whether no message may be taken from the queues: a window is too full, or too many wait for keys.
    pub(super) fn is_blocked(&self, most_waiting: usize) -> bool {
        self.overfull > 0 || self.keys.waiting() + self.after_local_batch.len() >= most_waiting
    }

    /// Whether a job outside of the queues can begin as soon as a worker takes it.
    pub(super) fn has_ready(&self) -> bool {
        !self.ready.is_empty()
            || !self.inbox.is_empty()
            || (!self.local_batch && !self.after_local_batch.is_empty())
    }

    /// Adds a job for a later time.
    pub(in crate::lane) fn add_timer(&mut self, due: Instant, job: Job) {
        match job {
            Job::Batch(_, BatchStep::Timer) => self.window_checks.add(due, job),
            _ => self.pending.add(due, job),
        }
    }

    /// Adds a message that is to be handled at a later time.
    pub(in crate::lane) fn add_delayed(&mut self, due: Instant, message: Message) {
        self.direct += 1;
        self.delayed += 1;
        self.pending.add(due, Job::Message(message));
    }

    /// How many delayed messages are not due.
    pub(in crate::lane) fn delayed(&self) -> usize {
        self.delayed
    }

    /// Adds a dead letter that is sent again.
    pub(in crate::lane) fn add_resent(&mut self, job: Job) {
        self.direct += 1;
        self.add_to_inbox(job);
    }

    fn add_to_inbox(&mut self, job: Job) {
        self.added_outside += 1;
        self.inbox.push_back(job);
    }

    /// Adds a call of the handlers of a dead letter.
    pub(in crate::lane) fn add_call(&mut self, call: Box<dyn DeferredCall>) {
        self.add_to_inbox(Job::Call(call));
    }

    /// Offers shared work to up to this many workers. Returns `false` if the lane has no other workers.
    pub(super) fn offer(&mut self, shared: &Arc<Shared>, workers: usize) -> bool {
        if self.target < 2 {
            return false;
        }
        let workers = workers.min(self.target - 1);
        self.added_outside += workers as u64;
        self.ready.extend((0..workers).map(|_| Job::Help(shared.clone())));
        true
    }

    /// Withdraws the offers that no worker has taken.
    pub(super) fn take_back(&mut self, shared: &Arc<Shared>) {
        self.ready.retain(|job| !job.is_of(shared));
    }

    /// How many jobs ever waited for a worker outside of the queues, and how many of them were taken.
    pub(super) fn outside_queues(&self) -> (u64, u64) {
        let waiting = self.inbox.len() + self.ready.len() + self.after_local_batch.len();
        (self.added_outside, self.added_outside - waiting as u64)
    }

    /// When the next retry or delayed message is due.
    pub(super) fn next_retry(&self) -> Option<Instant> {
        self.pending.next_due()
    }

    /// When the next timer is due.
    pub(super) fn next_due(&self) -> Option<Instant> {
        [self.pending.next_due(), self.window_checks.next_due()].into_iter().flatten().min()
    }

    /// Makes all batch windows due now. Returns whether one was waiting for more messages.
    pub(super) fn flush_windows(&mut self, now: Instant) -> bool {
        let window_checks: Vec<TypeRef> =
            self.window_checks.drain().filter_map(|job| job.type_ref()).collect();
        let any = self.windows.iter().any(|window| !window.is_idle());
        window_checks.into_iter().for_each(|of| self.pending.add(now, Job::Batch(of, BatchStep::Flush)));
        any
    }

    /// Takes the next job that is due.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<(Job, Option<Key>)> {
        loop {
            let job = self.pending.take_due(now).or_else(|| self.window_checks.take_due(now))?;
            if let Job::Message(_) = job {
                // It is a message like any other now, and may have to wait for its key.
                self.delayed -= 1;
                self.add_to_inbox(job);
                continue;
            }
            return Some(self.given(job, None));
        }
    }

    /// Takes a job that the rate limit does not count.
    pub(super) fn take_unlimited(&mut self) -> Option<(Job, Option<Key>)> {
        let job = [&mut self.ready, &mut self.inbox].into_iter().find_map(|jobs| {
            let at = jobs.iter().position(|job| !job.is_limited())?;
            jobs.remove(at)
        });
        job.map(|job| self.given(job, None))
    }

    /// Takes the next job that can begin.
    pub(super) fn take_ready(&mut self) -> Option<(Job, Option<Key>)> {
        let job = self.ready.pop_front()?;
        let key = job.key_needed();
        Some(self.given(job, key))
    }

    /// Takes the next message, by urgency, whose key is free.
    pub(super) fn take_next(&mut self, queues: &Queues, most_waiting: usize) -> Option<(Job, Option<Key>)> {
        loop {
            let job = self.next_in_turn(queues, most_waiting)?;
            let Some(key) = job.key_needed() else { return Some(self.given(job, None)) };
            if self.local_batch {
                // Whether its key is free is not known before the local batch is over.
                self.added_outside += 1;
                self.after_local_batch.push_back(job);
                continue;
            }
            if let Some(job) = self.keys.begin(key, job) {
                return Some(self.given(job, Some(key)));
            }
        }
    }

    /// The next job, whether its key is free or not.
    fn next_in_turn(&mut self, queues: &Queues, most_waiting: usize) -> Option<Job> {
        if let Some(job) = self.inbox.pop_front() {
            return Some(job);
        }
        if !self.local_batch
            && let Some(job) = self.after_local_batch.pop_front()
        {
            return Some(job);
        }
        if self.is_blocked(most_waiting) {
            return None;
        }
        queues.take(&mut self.receiver).map(Job::Message)
    }

    fn given(&mut self, job: Job, key: Option<Key>) -> (Job, Option<Key>) {
        self.under_way += 1;
        (job, key)
    }

    /// Takes back messages of a local batch. They come before messages that other workers took meanwhile.
    pub(super) fn give_back(&mut self, messages: Vec<Message>) {
        self.added_outside += messages.len() as u64;
        for message in messages.into_iter().rev() {
            self.after_local_batch.push_front(Job::Message(message));
        }
    }

    /// Ends a job that was given to a worker, and frees its key.
    pub(super) fn over(&mut self, key: Option<Key>) {
        self.under_way -= 1;
        if let Some(key) = key {
            self.free_key(key);
        }
    }

    /// Takes a key that is known to be free, for a message that is not complete.
    pub(in crate::lane) fn hold_key(&mut self, key: Key) {
        self.keys.hold(key);
    }

    /// Frees a key, and gives it to the job that has waited longest for it.
    pub(in crate::lane) fn free_key(&mut self, key: Key) {
        if let Some(next) = self.keys.end(key) {
            self.added_outside += 1;
            self.ready.push_back(next);
        }
    }

    /// Counts a message of this event with pending retries.
    pub(in crate::lane) fn begin_retrying(&mut self, event: &'static EventMeta) {
        match self.retrying.iter_mut().find(|(known, _)| ptr::eq(*known, event)) {
            Some((_, count)) => *count += 1,
            None => self.retrying.push((event, 1)),
        }
    }

    /// Ends the count of such a message, which is complete now.
    pub(in crate::lane) fn end_retrying(&mut self, event: &'static EventMeta) {
        if let Some((_, count)) = self.retrying.iter_mut().find(|(known, _)| ptr::eq(*known, event)) {
            *count -= 1;
        }
    }

    pub(super) fn retrying(&self) -> &[(&'static EventMeta, u64)] {
        &self.retrying
    }

    /// Registers a batch window.
    pub(super) fn add_window(&mut self, window: Arc<WindowLoad>) {
        self.windows.push(window);
    }

    pub(super) fn windows(&self) -> &[Arc<WindowLoad>] {
        &self.windows
    }

    /// Records that a window is too full, so that no message may be taken.
    pub(in crate::lane) fn window_overfull(&mut self) {
        self.overfull += 1;
    }

    /// Records that a window is no longer too full.
    pub(in crate::lane) fn window_relieved(&mut self) {
        self.overfull -= 1;
    }

    /// The messages outside of the queues that wait for their first run.
    pub(super) fn waiting(&self) -> impl Iterator<Item = &Message> {
        let queues =
            self.inbox.iter().chain(&self.ready).chain(&self.after_local_batch).chain(self.keys.iter());
        queues.chain(self.pending.iter()).filter_map(Job::message)
    }

    /// Removes the messages outside of the queues that wait for their first run.
    pub(super) fn take_waiting(&mut self) -> Vec<Message> {
        let mut messages = Vec::new();
        self.keys.take_messages(&mut messages);
        take_messages(&mut self.inbox, &mut messages);
        take_messages(&mut self.after_local_batch, &mut messages);
        let ready = messages.len();
        take_messages(&mut self.ready, &mut messages);
        // Messages that were ready held their keys. Only dead letters that were sent again can still wait for these.
        messages[ready..].iter().filter_map(Message::key).for_each(|key| self.free_key(key));
        self.delayed -= self.pending.take_messages(&mut messages);
        messages
    }

    /// Removes all jobs that wait outside of the queues.
    pub(super) fn clear(&mut self) -> Vec<Job> {
        let mut all: Vec<Job> = mem::take(&mut self.inbox).into();
        all.extend(self.ready.drain(..));
        all.extend(self.after_local_batch.drain(..));
        all.extend(self.keys.clear());
        all.extend(self.pending.drain());
        all.extend(self.window_checks.drain());
        self.delayed = 0;
        all
    }
}

/// Removes the messages, and keeps the other jobs in order.
fn take_messages(jobs: &mut VecDeque<Job>, messages: &mut Vec<Message>) {
    for _ in 0..jobs.len() {
        match jobs.pop_front() {
            Some(Job::Message(message)) => messages.push(message),
            Some(job) => jobs.push_back(job),
            None => return,
        }
    }
}
