//! What the lane's lock guards: all that is waiting, and who may begin.

use std::collections::VecDeque;
use std::mem;
use std::ptr;
use std::sync::Arc;
use std::time::Instant;

use events_core::event::EventMeta;

use super::job::{BatchStep, Errand, Job};
use super::keys::Keys;
use super::shared::Shared;
use super::timers::Timers;
use super::windows::WindowLoad;
use crate::lane::config::Workers;
use crate::lane::queue::{Key, Message, Queues, Receiver, TypeRef};

/// All that is decided under the lane's lock.
pub(in crate::lane) struct State {
    pub(super) receiver: Receiver,
    keys: Keys,
    /// Jobs that come before the queues: dead letters that were sent again, and delayed messages that are due.
    inbox: VecDeque<Job>,
    /// Jobs that have their key, and wait for a worker only.
    ready: VecDeque<Job>,
    /// Retries and delayed messages.
    pending: Timers,
    /// Looks at batch windows.
    looks: Timers,
    /// Jobs that were given to workers and are not over.
    under_way: usize,
    /// Whether a worker took a batch for itself, whose keys are not among `keys`.
    pub(super) local_batch: bool,
    /// Jobs that wait until that batch is over.
    after_local_batch: VecDeque<Job>,
    /// How many jobs were ever put into `inbox`, `ready` or `after_local_batch`.
    put_beside: u64,
    /// How many batch windows are so full that no message may be taken.
    overfull: usize,
    windows: Vec<Arc<WindowLoad>>,
    /// Whether workers have to look at more than what there is to do.
    pub(super) attention: Attention,
    /// The lane's rate admits one more, which was not taken yet.
    pub(super) may_take: bool,
    /// A worker had to wait for the rate since the supervisor looked last.
    pub(super) was_held_by_rate: bool,
    /// The index of a worker that sleeps no longer than until the next timer.
    pub(super) timer_watcher: Option<usize>,
    /// How many workers there are to be.
    pub(in crate::lane) target: usize,
    /// Within which that number may change by itself.
    pub(in crate::lane) range: Workers,
    /// Whether a supervisor sees to that.
    pub(super) is_supervised: bool,
    /// How many messages there are, by type, of which a handler is to run again.
    retrying: Vec<(&'static EventMeta, u64)>,
    /// How many delayed messages are not due.
    delayed: usize,
    /// Messages that came in beside the queues: dead letters that were sent again, and delayed messages.
    pub(super) direct: u64,
    /// Messages that were dropped before any handler saw them: by senders, to make room, or by the program.
    pub(super) dropped: u64,
    /// When a shutdown under way gives up. `None` where it waits for all there is, or there is none.
    pub(super) end: Option<Instant>,
}

/// Why workers have to look at more than what there is to do. In one word, so that those who need not pay one look.
#[derive(Clone, Copy, Default)]
pub(super) struct Attention(u8);

impl Attention {
    /// The lane is paused.
    const PAUSED: u8 = 1;
    /// The supervisor sleeps until there is something to do.
    const DOZES: u8 = 2;

    #[inline(always)]
    pub(super) fn is_wanted(self) -> bool {
        self.0 != 0
    }

    pub(super) fn dozes(self) -> bool {
        self.0 & Self::DOZES != 0
    }

    pub(super) fn set_dozes(&mut self, dozes: bool) {
        self.set(Self::DOZES, dozes);
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
            // A key that ends puts one there, which a worker takes as soon as it comes.
            ready: VecDeque::with_capacity(64),
            pending: Timers::default(),
            looks: Timers::default(),
            under_way: 0,
            local_batch: false,
            after_local_batch: VecDeque::new(),
            put_beside: 0,
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

    /// Whether a worker may take messages without a look at anything but the queues.
    pub(super) fn is_plain(&self) -> bool {
        self.under_way == 0
            && !self.local_batch
            && self.keys.is_empty()
            && self.inbox.is_empty()
            && self.ready.is_empty()
            && self.after_local_batch.is_empty()
            && self.overfull == 0
    }

    /// Whether nothing is under way, and nothing can begin before `until`. What lies in the queues is for the caller to
    /// look at.
    ///
    /// What waits for a key is not asked for: where nothing is under way, a retry that is not due holds the key.
    pub(super) fn is_quiet(&self, until: Option<Instant>) -> bool {
        self.is_idle()
            && self.pending.next_due().is_none_or(|due| until.is_some_and(|until| due > until))
            && self.windows.iter().all(|window| window.is_idle())
    }

    /// Whether nothing is under way, and nothing is due. What lies in the queues is for the caller to look at.
    pub(super) fn is_settled(&self, now: Instant) -> bool {
        self.is_idle() && self.next_due().is_none_or(|due| due > now)
    }

    /// Whether nothing is under way, and nothing waits for nothing but a worker, the queues aside.
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

    /// Whether a job waits for nothing but a worker, the queues aside.
    pub(super) fn has_ready(&self) -> bool {
        !self.ready.is_empty()
            || !self.inbox.is_empty()
            || (!self.local_batch && !self.after_local_batch.is_empty())
    }

    /// Adds a job for a later time.
    pub(in crate::lane) fn add_timer(&mut self, due: Instant, job: Job) {
        match job {
            Job::Batch(_, BatchStep::Timer) => self.looks.add(due, job),
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
        self.put_beside += 1;
        self.inbox.push_back(job);
    }

    /// Adds something else that a worker is to run.
    pub(in crate::lane) fn add_errand(&mut self, errand: Box<dyn Errand>) {
        self.add_to_inbox(Job::Errand(errand));
    }

    /// Offers work to up to so many workers. Returns whether there may be any.
    pub(super) fn offer(&mut self, shared: &Arc<Shared>, workers: usize) -> bool {
        if self.target < 2 {
            return false;
        }
        let workers = workers.min(self.target - 1);
        self.put_beside += workers as u64;
        self.ready.extend((0..workers).map(|_| Job::Help(shared.clone())));
        true
    }

    /// Takes back what was offered and nobody took.
    pub(super) fn take_back(&mut self, shared: &Arc<Shared>) {
        self.ready.retain(|job| !job.is_of(shared));
    }

    /// How many jobs were ever put beside the queues to wait for a worker, and how many of them were taken.
    pub(super) fn beside_queues(&self) -> (u64, u64) {
        let waiting = self.inbox.len() + self.ready.len() + self.after_local_batch.len();
        (self.put_beside, self.put_beside - waiting as u64)
    }

    /// When the next retry or delayed message is due.
    pub(super) fn next_retry(&self) -> Option<Instant> {
        self.pending.next_due()
    }

    /// When the next timer is due.
    pub(super) fn next_due(&self) -> Option<Instant> {
        [self.pending.next_due(), self.looks.next_due()].into_iter().flatten().min()
    }

    /// Has no window wait any longer for more messages. Returns whether any did.
    pub(super) fn flush_windows(&mut self, now: Instant) -> bool {
        let looks: Vec<TypeRef> = self.looks.drain().filter_map(|job| job.type_ref()).collect();
        let any = self.windows.iter().any(|window| !window.is_idle());
        looks.into_iter().for_each(|of| self.pending.add(now, Job::Batch(of, BatchStep::Flush)));
        any
    }

    /// Takes the next job whose time has come.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<(Job, Option<Key>)> {
        loop {
            let job = self.pending.take_due(now).or_else(|| self.looks.take_due(now))?;
            if let Job::Message(_) = job {
                // From now on it is a message as any other, which may have to wait for its key.
                self.delayed -= 1;
                self.add_to_inbox(job);
                continue;
            }
            return Some(self.given(job, None));
        }
    }

    /// Takes a job that is no message of its own, which the lane's rate does not count.
    pub(super) fn take_unlimited(&mut self) -> Option<(Job, Option<Key>)> {
        let job = [&mut self.ready, &mut self.inbox].into_iter().find_map(|jobs| {
            let at = jobs.iter().position(|job| !job.is_limited())?;
            jobs.remove(at)
        });
        job.map(|job| self.given(job, None))
    }

    /// Takes the next job that has its key.
    pub(super) fn take_ready(&mut self) -> Option<(Job, Option<Key>)> {
        let job = self.ready.pop_front()?;
        let key = job.wants();
        Some(self.given(job, key))
    }

    /// Takes the next message, by the rules of keys and urgencies.
    pub(super) fn take_next(&mut self, queues: &Queues, most_waiting: usize) -> Option<(Job, Option<Key>)> {
        loop {
            let job = self.next_in_turn(queues, most_waiting)?;
            let Some(key) = job.wants() else { return Some(self.given(job, None)) };
            if self.local_batch {
                // Whether the key is free is known when the batch is over.
                self.put_beside += 1;
                self.after_local_batch.push_back(job);
                continue;
            }
            if let Some(job) = self.keys.begin(key, job) {
                return Some(self.given(job, Some(key)));
            }
        }
    }

    /// What comes next, keys aside.
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

    /// Takes back messages of a local batch. They come before all that others took meanwhile.
    pub(super) fn give_back(&mut self, messages: Vec<Message>) {
        self.put_beside += messages.len() as u64;
        for message in messages.into_iter().rev() {
            self.after_local_batch.push_front(Job::Message(message));
        }
    }

    /// Ends a job that was given to a worker, and the key that is free now.
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

    /// Gives the key to the job that waited longest for it.
    pub(in crate::lane) fn free_key(&mut self, key: Key) {
        if let Some(next) = self.keys.end(key) {
            self.put_beside += 1;
            self.ready.push_back(next);
        }
    }

    /// Notes that a handler of such an event is to run again.
    pub(in crate::lane) fn begin_retrying(&mut self, event: &'static EventMeta) {
        match self.retrying.iter_mut().find(|(known, _)| ptr::eq(*known, event)) {
            Some((_, count)) => *count += 1,
            None => self.retrying.push((event, 1)),
        }
    }

    /// Notes that all its handlers have succeeded, or were given up.
    pub(in crate::lane) fn end_retrying(&mut self, event: &'static EventMeta) {
        if let Some((_, count)) = self.retrying.iter_mut().find(|(known, _)| ptr::eq(*known, event)) {
            *count -= 1;
        }
    }

    pub(super) fn retrying(&self) -> &[(&'static EventMeta, u64)] {
        &self.retrying
    }

    /// Takes in a batch window.
    pub(super) fn add_window(&mut self, window: Arc<WindowLoad>) {
        self.windows.push(window);
    }

    pub(super) fn windows(&self) -> &[Arc<WindowLoad>] {
        &self.windows
    }

    /// Notes that a window is so full that no message may be taken.
    pub(in crate::lane) fn window_overfull(&mut self) {
        self.overfull += 1;
    }

    /// Notes that it is no longer.
    pub(in crate::lane) fn window_relieved(&mut self) {
        self.overfull -= 1;
    }

    /// The messages that wait for their first run, but for those in the queues.
    pub(super) fn waiting(&self) -> impl Iterator<Item = &Message> {
        let queues =
            self.inbox.iter().chain(&self.ready).chain(&self.after_local_batch).chain(self.keys.iter());
        queues.chain(self.pending.iter()).filter_map(Job::message)
    }

    /// Takes out the messages that wait for their first run, but for those in the queues.
    pub(super) fn take_waiting(&mut self) -> Vec<Message> {
        let mut messages = Vec::new();
        self.keys.take_messages(&mut messages);
        take_messages(&mut self.inbox, &mut messages);
        take_messages(&mut self.after_local_batch, &mut messages);
        let ready = messages.len();
        take_messages(&mut self.ready, &mut messages);
        // Those that were ready had their keys, for which nothing but dead letters that were sent again can wait now.
        messages[ready..].iter().filter_map(Message::key).for_each(|key| self.free_key(key));
        self.delayed -= self.pending.take_messages(&mut messages);
        messages
    }

    /// Takes out everything that waits, but for what lies in the queues.
    pub(super) fn clear(&mut self) -> Vec<Job> {
        let mut all: Vec<Job> = mem::take(&mut self.inbox).into();
        all.extend(self.ready.drain(..));
        all.extend(self.after_local_batch.drain(..));
        all.extend(self.keys.clear());
        all.extend(self.pending.drain());
        all.extend(self.looks.drain());
        self.delayed = 0;
        all
    }
}

/// Takes out the messages, and leaves what else there is in its order.
fn take_messages(jobs: &mut VecDeque<Job>, messages: &mut Vec<Message>) {
    for _ in 0..jobs.len() {
        match jobs.pop_front() {
            Some(Job::Message(message)) => messages.push(message),
            Some(job) => jobs.push_back(job),
            None => return,
        }
    }
}
