use std::fmt;

use events_core::event::EventMeta;

use crate::lane::failure::Reason;

/// Dead letters that nobody has looked at: no handler of [`DeadLetter`](super::DeadLetter) saw them, and the program did
/// not ask for them.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct UnseenLetters {
    /// The lane they were sent on.
    pub lane: String,
    /// The event.
    pub event: &'static EventMeta,
    /// Why they were given up.
    pub reason: Reason,
    /// How many there are.
    pub count: u64,
}

/// One line: how many, of which event, on which lane, and why.
impl fmt::Display for UnseenLetters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lane, event, reason, count } = self;
        write!(f, "dead letters on lane \"{lane}\" that nobody looked at: {count} × {}: {reason}", event.name)
    }
}
