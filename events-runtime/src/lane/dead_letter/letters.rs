use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use events_core::event::Event;

use super::DeadLetter;
use super::store::Entry;
use crate::Bus;
use crate::lane::claims::Claims;
use crate::lane::envelope::Envelope;
use crate::lane::settings::KeyOrder;
use crate::lane::trouble::Target;
use crate::lane::work::{Again, Case, Work};

/// The dead letters of a bus: listed, looked at, sent again, removed. Got from [`Bus::dead_letters`].
#[derive(Clone, Debug)]
pub struct DeadLetters {
    pub(crate) bus: Bus,
}

impl DeadLetters {
    /// All that are kept, the oldest first.
    pub fn list(&self) -> Vec<Arc<DeadLetter>> {
        self.bus.inner.letters.list()
    }

    /// How many are kept.
    pub fn len(&self) -> usize {
        self.bus.inner.letters.len()
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many had to go because the store was full. They are gone, and counted among the dead-lettered.
    pub fn evicted(&self) -> u64 {
        self.bus.inner.letters.evicted.load(Ordering::Relaxed)
    }

    /// How many handlers of [`DeadLetter`] itself failed.
    pub fn failed_handlers(&self) -> u64 {
        self.bus.inner.letters.failed_handlers.load(Ordering::Relaxed)
    }

    /// Looks at the event of a letter. `None` if there is no such letter, or its event is gone or no `E`.
    pub fn with_event<E: Event, R>(&self, id: u64, look: impl FnOnce(&E) -> R) -> Option<R> {
        let event = self.bus.inner.letters.event(id)?;
        event.route().route::<E>()?;
        // SAFETY: the envelope's route has just said that it is of `E`.
        Some(look(unsafe { event.event::<E>() }))
    }

    /// Sends a letter's event again, to the handler that gave it up, or to all where no single one did. The letter is
    /// removed; should the handler give up again, there will be a new one. Its tries begin anew.
    ///
    /// # Errors
    /// If there is no such letter, its event is gone, or its lane was shut down; then the letter stays.
    pub fn resend(&self, id: u64) -> Result<(), ResendError> {
        let store = &self.bus.inner.letters;
        let entry = store.remove(id).ok_or(ResendError::NoSuchLetter)?;
        self.send_again(entry).map_err(|(entry, error)| {
            store.put_back(entry);
            error
        })
    }

    /// Sends all letters again that can be. Returns how many those were.
    pub fn resend_all(&self) -> usize {
        self.list().iter().filter(|letter| self.resend(letter.id).is_ok()).count()
    }

    /// Removes a letter. Returns whether it was there.
    pub fn remove(&self, id: u64) -> bool {
        self.bus.inner.letters.remove(id).is_some()
    }

    /// Removes all letters. Returns how many there were.
    pub fn clear(&self) -> usize {
        self.bus.inner.letters.clear()
    }

    fn send_again(&self, mut entry: Entry) -> Result<(), (Entry, ResendError)> {
        let Some(event) = entry.event.take() else { return Err((entry, ResendError::NoEvent)) };
        let lane = event.route().lane().clone();
        {
            let mut claims = lane.lock();
            if lane.is_closed() {
                entry.event = Some(event);
                return Err((entry, ResendError::Closed));
            }
            lane.counts.resent.fetch_add(1, Ordering::Relaxed);
            let work = again(event, &entry.letter, lane.settings.key_order, &mut claims);
            claims.inbox.push_back(work);
        }
        lane.idle.wake_fenced(1);
        Ok(())
    }
}

/// The work of handling a dead letter's event again.
fn again(event: Arc<Envelope>, letter: &DeadLetter, order: KeyOrder, claims: &mut Claims) -> Work {
    let target = match (letter.handler, letter.closure) {
        (Some(handler), _) => Target::Handler(handler),
        (None, Some(closure)) => Target::Closure(closure),
        (None, None) => Target::All,
    };
    let event = match target {
        // Nobody else holds on to it: it goes the way of a new one.
        Target::All => match Arc::try_unwrap(event) {
            Ok(mut envelope) => {
                envelope.lift_limits();
                return Work::New(envelope);
            }
            Err(shared) => shared,
        },
        _ => event,
    };
    let holds = event.key().filter(|_| order == KeyOrder::Strict);
    claims.open_case(event.route().any().event());
    let case = Arc::new(Case::new(event, 1, false, holds));
    Work::Again(Box::new(Again { case, target, attempts: Vec::new(), by_hand: true, wants_key: true }))
}

/// Why a dead letter was not sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResendError {
    /// No letter has this id: it was removed, sent again, or had to go for others.
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
