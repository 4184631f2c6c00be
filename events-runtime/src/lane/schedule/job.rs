//! What a worker is given to do.

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

/// One piece of work.
pub(in crate::lane) enum Job {
    /// A message that was not handled yet.
    Message(Message),
    /// A handler to be run again.
    Retry(Box<PendingRetry>),
    /// A look at the batch window of an event.
    Batch(TypeRef, BatchStep),
    /// Something else that a worker is to run.
    Errand(Box<dyn Errand>),
    /// Help for a worker that runs rows of its message side by side.
    Help(Arc<Shared>),
}

/// Work for a worker that is no message: the handlers of a dead letter that have to be awaited.
pub(in crate::lane) trait Errand: Send {
    /// Runs it on this thread.
    fn run(self: Box<Self>);
    /// Runs it in this task.
    #[cfg(feature = "tokio")]
    fn run_async(self: Box<Self>) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// What to do with a batch window.
pub(in crate::lane) enum BatchStep {
    /// Run it if it is due.
    Due,
    /// The same, at the time that was set for it.
    Timer,
    /// Run it, whether it is due or not: the lane is closed, and nothing else is left.
    Flush,
    /// Go on with this run of it.
    Resume(Box<dyn Any + Send>),
}

/// A message some of whose handlers are to run again.
pub(in crate::lane) struct IncompleteMessage {
    pub(in crate::lane) message: Arc<Message>,
    /// How many handlers are not complete.
    open: AtomicU32,
    /// Whether one of them was given up.
    failed: AtomicBool,
    /// The key that later messages wait for until this one is complete.
    pub(in crate::lane) holds: Option<Key>,
}

/// A handler to be run again, and its attempts so far.
pub(in crate::lane) struct PendingRetry {
    pub(in crate::lane) of: Arc<IncompleteMessage>,
    pub(in crate::lane) target: Target,
    pub(in crate::lane) attempts: Vec<Attempt>,
    /// It is a dead letter that was sent again.
    pub(in crate::lane) resent: bool,
    /// It runs because of a dead letter: what becomes of it calls no handler of dead letters again.
    pub(in crate::lane) from_dead_letter: bool,
    /// Whether it has to get its key before it is run.
    pub(in crate::lane) wants_key: bool,
}

impl IncompleteMessage {
    /// A message with this many handlers to run again; `failed` if others were given up already.
    pub(in crate::lane) fn new(message: Arc<Message>, open: u32, failed: bool, holds: Option<Key>) -> Self {
        Self { message, open: AtomicU32::new(open), failed: AtomicBool::new(failed), holds }
    }

    /// Notes that one of its handlers is complete. With the last one, returns whether all have succeeded in the end.
    pub(in crate::lane) fn complete_one(&self, succeeded: bool) -> Option<bool> {
        if !succeeded {
            self.failed.store(true, Ordering::Relaxed);
        }
        (self.open.fetch_sub(1, Ordering::AcqRel) == 1).then(|| !self.failed.load(Ordering::Relaxed))
    }
}

impl PendingRetry {
    /// The number of the attempt that comes next, from 1.
    pub(in crate::lane) fn attempt(&self) -> u32 {
        self.attempts.len() as u32 + 1
    }
}

impl Job {
    /// The key that must be free for this job to begin.
    pub(super) fn wants(&self) -> Option<Key> {
        match self {
            Self::Message(message) => message.key(),
            Self::Retry(retry) if retry.wants_key => retry.of.message.key(),
            _ => None,
        }
    }

    /// Whether the lane's rate counts it: help and errands are no messages of their own.
    pub(super) fn is_limited(&self) -> bool {
        !matches!(self, Self::Help(_) | Self::Errand(_))
    }

    /// The message, if it was not handled yet.
    pub(super) fn message(&self) -> Option<&Message> {
        match self {
            Self::Message(message) => Some(message),
            _ => None,
        }
    }

    /// The type of the event that it is for, if it is for one.
    pub(in crate::lane) fn type_ref(&self) -> Option<TypeRef> {
        match self {
            Self::Message(message) => Some(message.type_ref()),
            Self::Retry(retry) => Some(retry.of.message.type_ref()),
            Self::Batch(of, _) => Some(*of),
            Self::Errand(_) | Self::Help(_) => None,
        }
    }
}

impl Job {
    pub(super) fn is_of(&self, shared: &Arc<Shared>) -> bool {
        matches!(self, Self::Help(own) if Arc::ptr_eq(own, shared))
    }
}
