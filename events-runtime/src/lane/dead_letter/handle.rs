use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use events_core::event::Event;

use super::DeadLetter;
use super::store::{Store, StoredLetter};
use crate::lane::config::KeyOrder;
use crate::lane::current::{is_because_of_letter, works_for_bus};
use crate::lane::failure::Target;
use crate::lane::queue::Message;
use crate::lane::schedule::{IncompleteMessage, Job, PendingRetry, Stage, State};

/// The dead letters of a bus: listed, looked at, sent again, removed. Returned by
/// [`Bus::dead_letters`](crate::Bus::dead_letters). It can be looked at after the bus was dropped, and does not keep it open.
#[derive(Clone)]
pub struct DeadLetters {
    store: Arc<Store>,
    /// Keeps what the bus consists of, in which the types of the messages lie. It does not keep the bus open.
    _bus: Arc<dyn Send + Sync>,
}

impl DeadLetters {
    pub(crate) fn new(store: Arc<Store>, bus: Arc<dyn Send + Sync>) -> Self {
        Self { store, _bus: bus }
    }

    /// All that are kept, the oldest first.
    pub fn list(&self) -> Vec<Arc<DeadLetter>> {
        self.store.list()
    }

    /// How many are kept.
    pub fn len(&self) -> usize {
        self.store.len()
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many were evicted because the store was full. They are gone, and counted among the dead-lettered.
    pub fn evicted(&self) -> u64 {
        self.store.evicted.load(Ordering::Relaxed)
    }

    /// How many handlers of [`DeadLetter`] itself failed.
    pub fn failed_handlers(&self) -> u64 {
        self.store.failed_handlers.load(Ordering::Relaxed)
    }

    /// How many letters were caused by handlers of [`DeadLetter`], by what they sent. They are kept, and called no handler
    /// again.
    pub fn silent(&self) -> u64 {
        self.store.silent.load(Ordering::Relaxed)
    }

    /// Looks at the event of a letter. `None` if there is no such letter, or its event is gone or no `E`.
    pub fn with_event<E: Event, R>(&self, id: u64, look: impl FnOnce(&E) -> R) -> Option<R> {
        let message = self.store.message(id)?;
        message.downcast::<E>().map(look)
    }

    /// Sends a letter's event again, to the handler or closure that gave it up, or to all where no single one did. The letter
    /// is removed; if the event is given up again, there is a new one. Its attempts are counted from 1 again. A closure that
    /// was unsubscribed meanwhile makes a new letter, with the reason [`Reason::Unhandled`](crate::lane::Reason::Unhandled).
    ///
    /// # Errors
    /// If there is no such letter, its event is gone, or its lane was shut down; then the letter stays.
    pub fn resend(&self, id: u64) -> Result<(), ResendError> {
        let stored = self.store.remove(id).ok_or(ResendError::NoSuchLetter)?;
        send_again(stored).map_err(|(stored, error)| {
            self.store.put_back(stored);
            error
        })
    }

    /// Sends all letters again that can be. Returns how many those were.
    pub fn resend_all(&self) -> usize {
        self.list().iter().filter(|letter| self.resend(letter.id).is_ok()).count()
    }

    /// Removes a letter. Returns whether it was there.
    pub fn remove(&self, id: u64) -> bool {
        self.store.remove(id).is_some()
    }

    /// Removes all letters. Returns how many there were.
    pub fn clear(&self) -> usize {
        self.store.clear()
    }
}

impl fmt::Debug for DeadLetters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeadLetters").field("len", &self.len()).finish_non_exhaustive()
    }
}

fn send_again(mut stored: StoredLetter) -> Result<(), (StoredLetter, ResendError)> {
    let Some(message) = stored.message.take() else { return Err((stored, ResendError::NoEvent)) };
    let lane = &stored.lane;
    {
        let mut state = lane.lock();
        let is_open = match lane.stage() {
            Stage::Open => !lane.is_runtime_gone(),
            Stage::Draining => works_for_bus(&lane.quiescence),
            Stage::Ended => false,
        };
        if !is_open {
            drop(state);
            stored.message = Some(message);
            return Err((stored, ResendError::Closed));
        }
        let job = job(message, &stored.letter, lane.settings.key_order, &mut state);
        state.add_resent(job);
    }
    lane.idle.wake_fenced(1);
    Ok(())
}

/// The job of handling a dead letter's event again.
fn job(message: Arc<Message>, letter: &DeadLetter, order: KeyOrder, state: &mut State) -> Job {
    let target = match (letter.handler, letter.closure) {
        (Some(handler), _) => Target::Handler(handler),
        (None, Some(closure)) => Target::Closure(closure),
        (None, None) => Target::All,
    };
    // A handler of dead letters that sends them again would be called for them again, without end.
    let from_dead_letter = is_because_of_letter();
    let message = match target {
        // It is not shared: it is handled like a new message.
        Target::All => match Arc::try_unwrap(message) {
            Ok(mut message) => {
                message.lift_limits();
                if from_dead_letter {
                    message.set_from_dead_letter();
                }
                return Job::Message(message);
            }
            Err(shared) => shared,
        },
        _ => message,
    };
    let from_dead_letter = from_dead_letter || message.is_from_dead_letter();
    let holds = message.key().filter(|_| order == KeyOrder::Strict);
    state.begin_retrying(message.message_type().event());
    let of = Arc::new(IncompleteMessage::new(message, 1, false, holds));
    let attempts = Vec::new();
    Job::Retry(Box::new(PendingRetry {
        of,
        target,
        attempts,
        resent: true,
        from_dead_letter,
        wants_key: true,
    }))
}

/// Why a dead letter was not sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResendError {
    /// No letter has this id: it was removed, sent again, or evicted.
    NoSuchLetter,
    /// The event itself was lost.
    NoEvent,
    /// The lane was shut down.
    Closed,
}

impl fmt::Display for ResendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoSuchLetter => "there is no dead letter of this id",
            Self::NoEvent => "the event of this dead letter was lost with its worker",
            Self::Closed => "the lane of this dead letter was shut down",
        })
    }
}

impl std::error::Error for ResendError {}
