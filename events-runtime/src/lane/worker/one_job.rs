//! One job, run on this thread.

use std::mem;

use crate::lane::current::BecauseOfLetter;
use crate::lane::execute::{Completed, Completion, Route, again};
use crate::lane::queue::{Key, TypeRef};
use crate::lane::schedule::{BatchStep, Done, Job};

/// What a thread that works for a lane has under way.
pub(super) enum Current {
    Nothing,
    /// A message of the local batch.
    Local,
    /// A message whose key was taken for it.
    Message(TypeRef, Option<Key>),
    /// Something whose message is counted elsewhere. The key is free when it is over.
    Other(Option<Key>),
}

/// Does one job. Returns what is to be reported.
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
        Job::Errand(errand) => {
            errand.run();
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

/// Takes a step of running a batch window.
pub(super) fn step(completion: &Completion<'_>, of: TypeRef, step: BatchStep) {
    let stepped = Route::of(&of).handlers().step(of, step);
    completion.stepped(of, stepped);
}

/// Accounts for what was under way when our own code panicked. Returns what is to be reported, if that is known here.
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
            // It goes on with what is left of the batch.
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
