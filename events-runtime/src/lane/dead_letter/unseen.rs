use std::fmt;

use events_core::event::EventMeta;

use crate::lane::failure::Reason;

/// Dead letters of one event, lane and reason that nobody has looked at: no handler of [`DeadLetter`](super::DeadLetter)
/// succeeded for them, and the program did not read them. Part of a [`ShutdownReport`](crate::lane::ShutdownReport).
///
/// ```
/// use events::lane::Reason;
/// use events::prelude::*;
/// use std::time::Duration;
///
/// #[event(name = "unheard")]
/// struct Unheard;
///
/// let bus = Bus::builder().build().unwrap();
/// bus.send_batch([Unheard, Unheard]).unwrap();
/// let report = bus.shutdown(Duration::from_secs(5));
/// let unseen = &report.unseen_letters[0];
/// assert_eq!((unseen.event.name, unseen.reason, unseen.count), ("unheard", Reason::Unhandled, 2));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct UnseenLetters {
    /// The lane on which they were sent.
    pub lane: String,
    /// The event.
    pub event: &'static EventMeta,
    /// Why they were given up.
    pub reason: Reason,
    /// How many letters there are.
    pub count: u64,
}

/// One line: how many, of which event, on which lane, and why.
impl fmt::Display for UnseenLetters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lane, event, reason, count } = self;
        write!(f, "dead letters on lane \"{lane}\" that nobody looked at: {count} × {}: {reason}", event.name)
    }
}
