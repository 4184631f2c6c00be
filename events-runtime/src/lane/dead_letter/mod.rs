//! Dead letters: events that were given up, kept to be looked at and sent again.

mod letters;
mod store;

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use events_core::event::EventMeta;
use events_core::handler::{ClosureMeta, HandlerMeta};
use events_macros::event;

use super::envelope::Envelope;
use super::trouble::{Attempt, Reason, Target};
pub use letters::{DeadLetters, ResendError};
pub(crate) use store::Store;

/// An event that was given up: by one of its handlers, or before any handler saw it.
///
/// It is itself an event, emitted by the thread that gives up, so handlers can be told of each. What such a handler
/// fails with goes no further than [`DeadLetters::failed_handlers`].
///
/// ```standalone_crate
/// use events::lane::DeadLetter;
/// use events::prelude::*;
/// use std::time::Duration;
///
/// #[event]
/// struct OrderPaid { order_id: u64 }
///
/// #[handler]
/// fn charge(_: &OrderPaid) -> Result<(), String> { Err("card declined".into()) }
///
/// #[handler]
/// fn page_someone(letter: &DeadLetter) {
///     assert_eq!(letter.attempts[0].error, "card declined");
/// }
///
/// # fn main() {
/// let bus = Bus::builder().build().unwrap();
/// bus.send(OrderPaid { order_id: 7 }).unwrap();
/// bus.drain(Duration::from_secs(5));
/// let letters = bus.dead_letters();
/// let letter = &letters.list()[0];
/// assert_eq!(letters.with_event(letter.id, |event: &OrderPaid| event.order_id), Some(7));
/// # }
/// ```
#[event(crate = crate::expand, name = "events.dead_letter", unhandled = "allow")]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DeadLetter {
    /// Tells it from the others of its bus; later ones have greater numbers.
    pub id: u64,
    /// The event that was given up.
    pub event: &'static EventMeta,
    /// The lane it was sent on.
    pub lane: Arc<str>,
    /// The handler that gave it up. `None` where a closure did, or no single handler: see the reason.
    pub handler: Option<&'static HandlerMeta>,
    /// The closure that gave it up, if one did.
    pub closure: Option<ClosureMeta>,
    /// Why it was given up.
    pub reason: Reason,
    /// Every try of the handler, the first one first.
    pub attempts: Vec<Attempt>,
    /// When it was given up.
    pub at: SystemTime,
    /// Whether the event is still there, to be looked at and sent again. It is not if its own drop panicked.
    pub has_event: bool,
}

/// One line: the event, the handler with file and line, the reason, the last error.
impl fmt::Display for DeadLetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{} {} on lane \"{}\": {}", self.id, self.event.name, self.lane, self.reason)?;
        if let Some(handler) = self.handler {
            write!(f, ": {handler}")?;
        }
        if let Some(closure) = self.closure {
            write!(f, ": {closure}")?;
        }
        if let Some(last) = self.attempts.last() {
            let tries = if last.number == 1 { "try" } else { "tries" };
            write!(f, " after {} {tries}: {}", last.number, last.error)?;
        }
        Ok(())
    }
}

/// A dead letter that is not in the store yet.
pub(super) struct Draft {
    meta: &'static EventMeta,
    event: Option<Arc<Envelope>>,
    target: Target,
    reason: Reason,
    attempts: Vec<Attempt>,
}

impl Draft {
    pub(super) fn of(event: &Arc<Envelope>, target: Target, reason: Reason, attempts: Vec<Attempt>) -> Self {
        Self { meta: event.route().any().event(), event: Some(event.clone()), target, reason, attempts }
    }

    pub(super) fn without_event(meta: &'static EventMeta, reason: Reason) -> Self {
        Self { meta, event: None, target: Target::All, reason, attempts: Vec::new() }
    }
}
