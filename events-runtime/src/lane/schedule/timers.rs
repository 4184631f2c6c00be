//! Jobs for a later time: retries, delayed messages, and checks of batch windows.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::time::Instant;

use super::job::Job;
use crate::lane::queue::Message;

/// Jobs in order of their time. Jobs with the same time are in the order in which they were added.
#[derive(Default)]
pub(super) struct Timers {
    heap: BinaryHeap<Timed>,
    added: u64,
}

struct Timed {
    due: Instant,
    number: u64,
    job: Job,
}

impl Timers {
    pub(super) fn add(&mut self, due: Instant, job: Job) {
        self.added += 1;
        self.heap.push(Timed { due, number: self.added, job });
    }

    /// When the next job is due.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.heap.peek().map(|timed| timed.due)
    }

    /// Takes the next job, if it is due.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<Job> {
        if self.next_due()? > now {
            return None;
        }
        self.heap.pop().map(|timed| timed.job)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Job> {
        self.heap.iter().map(|timed| &timed.job)
    }

    /// Removes the messages, in order. Returns how many there were.
    pub(super) fn take_messages(&mut self, messages: &mut Vec<Message>) -> usize {
        let before = messages.len();
        let all = std::mem::take(&mut self.heap).into_sorted_vec();
        // The greatest element is the earliest job.
        for timed in all.into_iter().rev() {
            match timed.job {
                Job::Message(message) => messages.push(message),
                job => self.heap.push(Timed { job, ..timed }),
            }
        }
        messages.len() - before
    }

    /// Removes all jobs, in no particular order.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = Job> + '_ {
        self.heap.drain().map(|timed| timed.job)
    }
}

impl Ord for Timed {
    fn cmp(&self, other: &Self) -> Ordering {
        // Reversed, since a `BinaryHeap` returns the greatest element first.
        other.due.cmp(&self.due).then(other.number.cmp(&self.number))
    }
}

impl PartialOrd for Timed {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Timed {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Timed {}
