//! Runs one job on this thread.

use std::mem;

use crate::lane::current::BecauseOfLetter;
use crate::lane::execute::{Completed, Completion, Route, again};
use crate::lane::queue::{Key, TypeRef};
use crate::lane::schedule::{BatchStep, Done, Job};

/// What a worker that is a thread has under way.
pub(super) enum Current {
    Nothing,
    /// A message of the local batch.
    Local,
    /// A message, with the key that it holds.
    Message(TypeRef, Option<Key>),
    /// A job whose messages are counted elsewhere, with the key that is free when it is over.
    Other(Option<Key>),
}

/// Runs one job. Returns what to report with the next assignment.
pub(super) fn run(completion: &Completion<'_>, current: &mut Current, job: Job, key: Option<Key>) -> Done {
    *current = match &job {
        Job::Message(message) => Current::Message(message.type_ref(), key),
        _ => Current::Other(None),
    };
    let key = match job {
        Job::Message(message) => 'message: {
            let Some(message) = completion.lane.unless_ended(message, completion.counts) else {
                break 'message key;
            };
            let ran = Route::of(&message.type_ref()).handlers().run(&message);
            match completion.first(message, ran, false) {
                Completed::Yes => key,
                Completed::KeepsKey => None,
                Completed::WindowFull(of, keeps_key) => {
                    let key = key.filter(|_| !keeps_key);
                    *current = Current::Other(key);
                    step(completion, of, BatchStep::Due);
                    key
                }
            }
        }
        Job::Retry(retry) => {
            let _cause = BecauseOfLetter::begin(retry.from_dead_letter);
            let of = retry.of.clone();
            let failures = Route::of(&of.message.type_ref()).handlers().run_again(&of.message, again(&retry));
            completion.retried(retry, failures)
        }
        Job::Batch(of, next) => {
            step(completion, of, next);
            None
        }
        Job::Call(call) => {
            call.run();
            None
        }
        Job::Help(shared) => {
            shared.help();
            None
        }
    };
    *current = Current::Nothing;
    completion.counts.end();
    Done::Job(key)
}

/// Takes a step of a batch window.
pub(super) fn step(completion: &Completion<'_>, of: TypeRef, step: BatchStep) {
    let stepped = Route::of(&of).handlers().step(of, step);
    completion.stepped(of, stepped);
}

/// Accounts for what was under way when code of this library panicked. Returns what to report, if anything was under
/// way.
#[cold]
pub(super) fn recover(completion: &Completion<'_>, current: &mut Current) -> Option<Done> {
    let counts = completion.counts;
    Some(match mem::replace(current, Current::Nothing) {
        Current::Nothing => return None,
        Current::Local => {
            if let Some(of) = counts.current() {
                completion.lost(of);
            }
            counts.one_completed();
            // The rest of the batch is still in the worker's memory, and runs next.
            Done::LocalBatch
        }
        Current::Message(of, key) => {
            completion.lost(of);
            counts.end();
            Done::Job(key)
        }
        Current::Other(key) => {
            counts.end();
            Done::Job(key)
        }
    })
}
