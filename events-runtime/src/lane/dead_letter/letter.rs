use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use events_core::Context;
use events_core::event::EventMeta;
use events_core::handler::{ClosureMeta, HandlerMeta};
use events_macros::event;

use crate::lane::failure::{Attempt, Reason};

/// An event that was given up: by one of its handlers, or before any handler saw it.
///
/// A dead letter is itself an event: handlers and closures can take `&DeadLetter`. The thread that gives the event up runs them.
/// If one of them is `async`, a worker of the lane runs them all; if the workers of that lane are threads, another lane of the bus
/// must have a runtime. [`DeadLetters::failed_handlers`](super::DeadLetters::failed_handlers) counts the handlers that fail.
///
/// If such a handler sends an event that becomes a dead letter too, that letter is kept and counted, but calls no handler.
/// Otherwise one letter could cause the next without end.
///
/// The bus keeps dead letters in [`DeadLetters`](super::DeadLetters).
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
#[event(crate = crate::expand, name = "events.dead_letter", async, unhandled = "allow")]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DeadLetter {
    /// The letter's number. Later letters of the same bus have greater numbers.
    pub id: u64,
    /// The event that was given up.
    pub event: &'static EventMeta,
    /// The lane it was sent on.
    pub lane: Arc<str>,
    /// The handler that gave it up. `None` if a closure gave it up, or no single handler did; see the reason.
    pub handler: Option<&'static HandlerMeta>,
    /// The closure that gave it up, if one did.
    pub closure: Option<ClosureMeta>,
    /// Why it was given up.
    pub reason: Reason,
    /// Every failed attempt of the handler or closure, the first one first.
    pub attempts: Vec<Attempt>,
    /// The context that the event was sent with: its trace, its metadata, where it was sent. `None` if it was sent without one, or
    /// was lost with its worker.
    ///
    /// ```
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct Misdirected;
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// bus.send_with(Misdirected, &Context::new().with_meta("tenant", "acme")).unwrap();
    /// assert!(bus.drain(Duration::from_secs(5)));
    /// let letter = &bus.dead_letters().list()[0]; // it has no handler
    /// assert_eq!(letter.context.as_ref().unwrap().meta("tenant"), Some("acme"));
    /// ```
    pub context: Option<Context>,
    /// When it was given up.
    pub at: SystemTime,
    /// Whether the event is still there, so that it can be read and sent again. It is not if it was lost with its worker.
    pub has_event: bool,
}

impl DeadLetter {
    /// Makes a letter that belongs to no bus: to test a handler of letters.
    ///
    /// ```standalone_crate
    /// use events::lane::{Attempt, DeadLetter, Reason};
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct OrderPaid;
    ///
    /// #[handler]
    /// fn page_someone(letter: &DeadLetter) {
    ///     assert_eq!(letter.attempts[0].error, "card declined");
    /// }
    ///
    /// # fn main() {
    /// let mut letter = DeadLetter::new(OrderPaid::META, "payments", Reason::Failed);
    /// letter.attempts.push(Attempt::new(1, Reason::Failed, "card declined"));
    /// page_someone(&letter);
    /// # }
    /// ```
    pub fn new(event: &'static EventMeta, lane: impl Into<Arc<str>>, reason: Reason) -> Self {
        let (lane, at) = (lane.into(), SystemTime::now());
        let (handler, closure, context) = (None, None, None);
        let (attempts, has_event) = (Vec::new(), false);
        Self { id: 0, event, lane, handler, closure, reason, attempts, context, at, has_event }
    }
}

/// One line: the event, the handler or closure with file and line, the reason, the last error.
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
            let attempts = if last.number == 1 { "attempt" } else { "attempts" };
            write!(f, " after {} {attempts}: {}", last.number, last.error)?;
        }
        Ok(())
    }
}
