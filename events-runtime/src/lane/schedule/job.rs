//! The jobs of a lane.

use std::any::Any;
#[cfg(feature = "tokio")]
use std::future::Future;
#[cfg(feature = "tokio")]
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use super::shared::Shared;
use crate::lane::failure::{Attempt, Target};
use crate::lane::queue::{Key, Message, TypeRef};

/// A piece of work for one worker.
pub(in crate::lane) enum Job {
    /// The first run of a message.
    Message(Message),
    /// A handler that runs again.
    Retry(Box<PendingRetry>),
    /// A step of a batch window.
    Batch(TypeRef, BatchStep),
    /// A call that belongs to no message on the lane: the asynchronous handlers of a dead letter.
    Call(Box<dyn DeferredCall>),
    /// Rows of another worker's message, which run concurrently.
    Help(Arc<Shared>),
}

/// A call that a worker makes later: the asynchronous handlers of a dead letter.
pub(in crate::lane) trait DeferredCall: Send {
    /// Makes the call on this thread.
    fn run(self: Box<Self>);
    /// Makes the call in this task.
    #[cfg(feature = "tokio")]
    fn run_async(self: Box<Self>) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// A step of a batch window.
pub(in crate::lane) enum BatchStep {
    /// Run the window if it is full or due.
    Due,
    /// The same, because the window's timer has fired.
    Timer,
    /// Run the window even if it is not due, because the lane is closed and nothing else is left.
    Flush,
    /// Resume this run of the window.
    Resume(Box<dyn Any + Send>),
}

/// A message some of whose handlers are pending retries.
pub(in crate::lane) struct IncompleteMessage {
    pub(in crate::lane) message: Arc<Message>,
    /// How many handlers are not complete.
    open: AtomicU32,
    /// Whether a handler was given up.
    failed: AtomicBool,
    /// The key that this message holds until it is complete.
    pub(in crate::lane) holds: Option<Key>,
}

/// A handler that runs again, with its attempts so far.
pub(in crate::lane) struct PendingRetry {
    pub(in crate::lane) of: Arc<IncompleteMessage>,
    pub(in crate::lane) target: Target,
    pub(in crate::lane) attempts: Vec<Attempt>,
    /// Whether it is a dead letter that was sent again.
    pub(in crate::lane) resent: bool,
    /// Whether it runs because of a dead letter. A dead letter that results from it calls no handlers.
    pub(in crate::lane) from_dead_letter: bool,
    /// Whether it needs its key before it can run.
    pub(in crate::lane) needs_key: bool,
}

impl IncompleteMessage {
    /// A message with this many pending retries. `failed` says whether another handler was given up already.
    pub(in crate::lane) fn new(message: Arc<Message>, open: u32, failed: bool, holds: Option<Key>) -> Self {
        Self { message, open: AtomicU32::new(open), failed: AtomicBool::new(failed), holds }
    }

    /// Records that one of its handlers is complete. For the last one, returns whether all have succeeded.
    pub(in crate::lane) fn complete_one(&self, succeeded: bool) -> Option<bool> {
        if !succeeded {
            self.failed.store(true, Ordering::Relaxed);
        }
        (self.open.fetch_sub(1, Ordering::AcqRel) == 1).then(|| !self.failed.load(Ordering::Relaxed))
    }
}

impl PendingRetry {
    /// The number of the next attempt, from 1.
    pub(in crate::lane) fn attempt(&self) -> u32 {
        self.attempts.len() as u32 + 1
    }
}

impl Job {
    /// The key that the job needs before it can begin.
    pub(super) fn key_needed(&self) -> Option<Key> {
        match self {
            Self::Message(message) => message.key(),
            Self::Retry(retry) if retry.needs_key => retry.of.message.key(),
            _ => None,
        }
    }

    /// Whether the rate limit counts it. It counts messages, so it does not count shared rows and calls for dead
    /// letters.
    pub(super) fn is_limited(&self) -> bool {
        !matches!(self, Self::Help(_) | Self::Call(_))
    }

    /// The message, if this is its first run.
    pub(super) fn message(&self) -> Option<&Message> {
        match self {
            Self::Message(message) => Some(message),
            _ => None,
        }
    }

    /// The message type, if the job belongs to an event on the lane.
    pub(in crate::lane) fn type_ref(&self) -> Option<TypeRef> {
        match self {
            Self::Message(message) => Some(message.type_ref()),
            Self::Retry(retry) => Some(retry.of.message.type_ref()),
            Self::Batch(of, _) => Some(*of),
            Self::Call(_) | Self::Help(_) => None,
        }
    }
}

impl Job {
    pub(super) fn is_of(&self, shared: &Arc<Shared>) -> bool {
        matches!(self, Self::Help(own) if Arc::ptr_eq(own, shared))
    }
}
