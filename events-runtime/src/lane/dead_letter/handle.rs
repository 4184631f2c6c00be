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

/// The dead letters of a bus: events that were given up, kept so that the program can list them, send them again or remove them.
/// Returned by [`Bus::dead_letters`](crate::Bus::dead_letters). It does not keep the bus open, and can be used after the bus was
/// dropped.
///
/// ```
/// use events::prelude::*;
/// use std::sync::atomic::{AtomicBool, Ordering};
/// use std::time::Duration;
///
/// static IS_OPEN: AtomicBool = AtomicBool::new(false);
///
/// #[event]
/// struct OrderPaid;
/// #[handler]
/// fn charge(_: &OrderPaid) -> Result<(), &'static str> {
///     if IS_OPEN.load(Ordering::SeqCst) { Ok(()) } else { Err("the bank is closed") }
/// }
///
/// let bus = Bus::builder().build().unwrap();
/// bus.send(OrderPaid).unwrap();
/// assert!(bus.drain(Duration::from_secs(5)));
/// let letters = bus.dead_letters();
/// assert_eq!(letters.list()[0].attempts[0].error, "the bank is closed");
///
/// IS_OPEN.store(true, Ordering::SeqCst);
/// assert_eq!((letters.len(), letters.resend_all()), (1, 1));
/// assert!(bus.drain(Duration::from_secs(5)) && letters.is_empty());
/// assert_eq!(bus.account().handled, 1);
/// ```
#[derive(Clone)]
pub struct DeadLetters {
    store: Arc<Store>,
    /// Keeps the message types alive, which the bus owns. It does not keep the bus open.
    _bus: Arc<dyn Send + Sync>,
}

impl DeadLetters {
    pub(crate) fn new(store: Arc<Store>, bus: Arc<dyn Send + Sync>) -> Self {
        Self { store, _bus: bus }
    }

    /// All letters that are kept, the oldest first. From now on they count as seen, unless a handler of dead letters asks: there the
    /// outcome of the letter's handlers decides.
    pub fn list(&self) -> Vec<Arc<DeadLetter>> {
        self.store.list()
    }

    /// How many letters are kept.
    pub fn len(&self) -> usize {
        self.store.len()
    }

    /// Whether no letter is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many letters were evicted because the store was full. The account still counts them as dead-lettered.
    ///
    /// ```
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct Unheard; // no handler: it becomes a dead letter
    ///
    /// let bus = Bus::builder().dead_letter_capacity(2).build().unwrap();
    /// bus.send_batch([Unheard, Unheard, Unheard]).unwrap();
    /// assert!(bus.drain(Duration::from_secs(5)));
    /// assert_eq!((bus.dead_letters().evicted(), bus.account().dead_lettered), (1, 3));
    /// ```
    pub fn evicted(&self) -> u64 {
        self.store.evicted.load(Ordering::Relaxed)
    }

    /// How many runs of handlers of [`DeadLetter`] have failed. Such a failure makes no further letter.
    ///
    /// ```
    /// use events::lane::DeadLetter;
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct Unheard;
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// let _pager = bus.subscribe(|_: &DeadLetter| Err("the pager is off"));
    /// bus.send(Unheard).unwrap();
    /// assert!(bus.drain(Duration::from_secs(5)));
    /// assert_eq!((bus.dead_letters().failed_handlers(), bus.dead_letters().len()), (1, 1));
    /// ```
    pub fn failed_handlers(&self) -> u64 {
        self.store.failed_handlers.load(Ordering::Relaxed)
    }

    /// How many letters were caused by events that handlers of [`DeadLetter`] sent. They are kept, but no handler is called for
    /// them: it could cause the next letter, and so on without end.
    ///
    /// ```
    /// use events::lane::DeadLetter;
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct Unheard;
    /// #[event]
    /// struct Alarm; // nobody hears it either
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// let sender = bus.clone();
    /// let _pager = bus.subscribe(move |_: &DeadLetter| sender.send(Alarm));
    /// bus.send(Unheard).unwrap();
    /// assert!(bus.drain(Duration::from_secs(5)));
    /// assert_eq!((bus.dead_letters().len(), bus.dead_letters().silent()), (2, 1));
    /// ```
    pub fn silent(&self) -> u64 {
        self.store.silent.load(Ordering::Relaxed)
    }

    /// Gives the event of a letter to a closure, and returns what the closure returns. `None` if there is no such letter, if the event
    /// was lost, or if it is not an `E`.
    ///
    /// ```
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct Unheard(u32); // no handler: it becomes a dead letter
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// bus.send(Unheard(7)).unwrap();
    /// assert!(bus.drain(Duration::from_secs(5)));
    /// let letters = bus.dead_letters();
    /// let id = letters.list()[0].id;
    /// assert_eq!(letters.with_event(id, |event: &Unheard| event.0), Some(7));
    /// assert_eq!(letters.with_event(id + 1, |event: &Unheard| event.0), None);
    /// ```
    pub fn with_event<E: Event, R>(&self, id: u64, look: impl FnOnce(&E) -> R) -> Option<R> {
        let message = self.store.message(id)?;
        message.downcast::<E>().map(look)
    }

    /// Sends a letter's event again on its lane: to the handler or closure that gave it up, or to all handlers if no single one did.
    /// Handlers that have succeeded do not run again.
    ///
    /// The letter is removed, and attempts count from 1 again. If the event is given up again, there is a new letter. If the closure
    /// that gave it up was unsubscribed meanwhile, there is a new letter with the reason
    /// [`Reason::Unhandled`](crate::lane::Reason::Unhandled).
    ///
    /// ```
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct Unheard(u32); // no handler: it becomes a dead letter
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// bus.send(Unheard(7)).unwrap();
    /// assert!(bus.drain(Duration::from_secs(5)));
    /// let letters = bus.dead_letters();
    /// let _late = bus.subscribe(|event: &Unheard| assert_eq!(event.0, 7));
    /// letters.resend(letters.list()[0].id).unwrap();
    /// assert!(bus.drain(Duration::from_secs(5)));
    /// assert_eq!((bus.account().handled, letters.len()), (1, 0));
    /// ```
    ///
    /// # Errors
    /// If there is no such letter, its event was lost, or its lane was shut down. In the last two cases the letter stays.
    pub fn resend(&self, id: u64) -> Result<(), ResendError> {
        let stored = self.store.remove(id).ok_or(ResendError::NoSuchLetter)?;
        send_again(stored).map_err(|(stored, error)| {
            self.store.put_back(stored);
            error
        })
    }

    /// Sends every letter's event again, as [`resend`](Self::resend) does. Returns how many could be sent; the other letters stay.
    ///
    /// ```
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct Unheard(u32); // no handler: it becomes a dead letter
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// bus.send(Unheard(7)).unwrap();
    /// assert!(bus.drain(Duration::from_secs(5)));
    /// let letters = bus.dead_letters();
    /// let _late = bus.subscribe(|event: &Unheard| assert_eq!(event.0, 7));
    /// assert_eq!(letters.resend_all(), 1);
    /// assert!(bus.drain(Duration::from_secs(5)));
    /// assert_eq!(bus.account().handled, 1);
    /// ```
    pub fn resend_all(&self) -> usize {
        self.list().iter().filter(|letter| self.resend(letter.id).is_ok()).count()
    }

    /// Removes a letter and its event. Returns whether it was there.
    ///
    /// ```
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct Unheard(u32); // no handler: it becomes a dead letter
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// bus.send(Unheard(7)).unwrap();
    /// assert!(bus.drain(Duration::from_secs(5)));
    /// let letters = bus.dead_letters();
    /// let id = letters.list()[0].id;
    /// assert!(letters.remove(id));
    /// assert!(!letters.remove(id) && letters.is_empty());
    /// ```
    pub fn remove(&self, id: u64) -> bool {
        self.store.remove(id).is_some()
    }

    /// Removes all letters and their events. Returns how many there were.
    ///
    /// ```
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct Unheard(u32); // no handler: it becomes a dead letter
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// bus.send(Unheard(7)).unwrap();
    /// assert!(bus.drain(Duration::from_secs(5)));
    /// let letters = bus.dead_letters();
    /// assert_eq!(letters.clear(), 1);
    /// assert_eq!((letters.len(), bus.account().dead_lettered), (0, 1));
    /// ```
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

/// The job that handles a dead letter's event again.
fn job(message: Arc<Message>, letter: &DeadLetter, order: KeyOrder, state: &mut State) -> Job {
    let target = match (letter.handler, letter.closure) {
        (Some(handler), _) => Target::Handler(handler),
        (None, Some(closure)) => Target::Closure(closure),
        (None, None) => Target::All,
    };
    // Otherwise a handler of dead letters that sends them again would be called for them again, without end.
    let from_dead_letter = is_because_of_letter();
    let message = match target {
        // A message that is not shared is handled like a new one.
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
        needs_key: true,
    }))
}

/// Why [`DeadLetters::resend`] did not send an event again.
///
/// ```
/// use events::lane::ResendError;
/// use events::prelude::*;
/// use std::time::Duration;
///
/// #[event]
/// struct Unheard(u32); // no handler: it becomes a dead letter
///
/// let bus = Bus::builder().build().unwrap();
/// bus.send(Unheard(7)).unwrap();
/// assert!(bus.drain(Duration::from_secs(5)));
/// let letters = bus.dead_letters();
/// let id = letters.list()[0].id;
/// assert_eq!(letters.resend(id + 1), Err(ResendError::NoSuchLetter));
/// assert!(bus.shutdown(Duration::from_secs(5)).is_clean());
/// assert_eq!(letters.resend(id), Err(ResendError::Closed));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResendError {
    /// No letter has this id. It may have been removed, sent again, or evicted.
    NoSuchLetter,
    /// The event was lost with its worker.
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
